//! Decoder for `.lzma` files, the format of LZMA_Alone: 13 bytes of header,
//! then LZMA1 data. No magic bytes, no integrity check.

#![forbid(unsafe_code)]

use super::lazy_lzma::LazyLzma;
use crate::bytes::Gather;
use crate::coder::{Actions, Coder, Restart};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::lzma::{self, LzmaOptions};
use crate::memory::{AllocatorHandle, BASE_USAGE, MemoryLimit, OwnedBox};

/// Properties, dictionary size, uncompressed size.
pub(super) const HEADER_SIZE: usize = 1 + 4 + 8;
/// Sizes from here on are taken as a sign that this is another format.
const IMPLAUSIBLE_SIZE: u64 = 1 << 38;

/// The fields of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Header {
    options: LzmaOptions<'static>,
    /// Size of the data in bytes; `None` if an end marker ends it.
    size: Option<u64>,
}

impl Header {
    /// [`Error::Format`] if the properties are out of range.
    fn parse(bytes: &[u8; HEADER_SIZE]) -> Result<Header> {
        let [properties, dict_size @ .., s0, s1, s2, s3, s4, s5, s6, s7] = *bytes;
        let mut options =
            LzmaOptions { dict_size: u32::from_le_bytes(dict_size), ..LzmaOptions::ZERO };
        options.set_lclppb(properties).ok_or(Error::Format)?;
        let size = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
        Ok(Header { options, size: (size != u64::MAX).then_some(size) })
    }

    /// Tells whether files with this dictionary size exist: LZMA_Alone wrote
    /// powers of two; others write sums of two neighbouring ones, or all ones.
    fn plausible_dict_size(size: u32) -> bool {
        let odd = size.checked_shr(size.trailing_zeros()); // `None` for 0
        matches!(odd, None | Some(1 | 3 | u32::MAX))
    }

    /// Tells whether files with this uncompressed size exist.
    fn plausible_size(size: Option<u64>) -> bool {
        size.is_none_or(|size| size < IMPLAUSIBLE_SIZE)
    }
}

/// The part of the file that comes next.
enum Stage {
    Header,
    /// The header is known; the LZMA decoder must be started.
    Start(Header),
    Code,
}

/// A decoder for one `.lzma` file.
pub(crate) struct AloneDecoder {
    stage: Stage,
    header: Gather<HEADER_SIZE>,
    /// Refuse headers that are valid but not plausible, because the format
    /// is a guess.
    strict_header: bool,
    limit: MemoryLimit,
    lzma: LazyLzma,
}

impl AloneDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(super) fn new(memory: &AllocatorHandle, limit: u64, strict_header: bool) -> AloneDecoder {
        AloneDecoder {
            stage: Stage::Header,
            header: Gather::new(),
            strict_header,
            limit: MemoryLimit::new(limit),
            lzma: LazyLzma::new(memory),
        }
    }

    /// Starts with another file; buffers are used again.
    pub(super) fn start(&mut self, limit: u64, strict_header: bool) {
        self.stage = Stage::Header;
        self.header.clear();
        self.strict_header = strict_header;
        self.limit = MemoryLimit::new(limit);
    }

    /// Collects the header. Bytes that show that the format is another one
    /// are refused as they come and, in the first two fields, not taken.
    fn read_header(&mut self, input: &mut Input<'_>) -> Result<Option<Header>> {
        while let Some(byte) = input.peek() {
            match *self.header.bytes() {
                [] => {
                    let mut options = LzmaOptions::ZERO;
                    options.set_lclppb(byte).ok_or(Error::Format)?;
                }
                [_, d0, d1, d2] if self.strict_header => {
                    let dict_size = u32::from_le_bytes([d0, d1, d2, byte]);
                    if !Header::plausible_dict_size(dict_size) {
                        return Err(Error::Format);
                    }
                }
                _ => {}
            }
            let want = self.header.len() + 1;
            let bytes = self.header.fill(input, want).unwrap_or_default();
            if let Ok(bytes) = bytes.try_into() {
                let header = Header::parse(bytes)?;
                if self.strict_header && !Header::plausible_size(header.size) {
                    return Err(Error::Format);
                }
                return Ok(Some(header));
            }
        }
        Ok(None)
    }

    fn start_lzma(&mut self) -> Result<()> {
        let Stage::Start(Header { options, size }) = &self.stage else {
            return Err(Error::Prog);
        };
        self.limit.check()?;
        // An end marker is allowed even when the size is known.
        self.lzma.start(options, *size, true)?;
        self.stage = Stage::Code;
        Ok(())
    }
}

impl Coder for AloneDecoder {
    fn actions(&self) -> Actions {
        Actions::RUN
    }

    /// [`Error::MemLimit`] comes before anything large is allocated; raise
    /// the limit to go on.
    fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        // Without room for output, not even the header is read.
        while !output.is_full() {
            match &self.stage {
                Stage::Code => return self.lzma.code(input, output, action),
                _ if input.is_empty() => break,
                Stage::Header => {
                    if let Some(header) = self.read_header(input)? {
                        let usage = lzma::decoder_memory_usage(&header.options);
                        self.limit.set_usage(usage.saturating_add(BASE_USAGE));
                        self.stage = Stage::Start(header);
                        self.start_lzma()?;
                    }
                }
                Stage::Start(_) => self.start_lzma()?,
            }
        }
        Ok(Status::Ok)
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(self.limit)
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        self.limit.set_limit(limit)
    }
}

impl Restart for AloneDecoder {
    /// The memory usage limit in bytes.
    type Options<'a> = u64;

    fn make(memory: &AllocatorHandle, limit: u64) -> Result<OwnedBox<AloneDecoder>> {
        memory.own(AloneDecoder::new(memory, limit, false))
    }

    fn restart(&mut self, _memory: &AllocatorHandle, limit: u64) -> Result<()> {
        self.start(limit, false);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_fields() {
        let mut bytes = [0; HEADER_SIZE];
        bytes[0] = 93;
        bytes[3] = 0x80;
        bytes[5..].fill(0xff);
        let header = Header::parse(&bytes).unwrap();
        let o = header.options;
        assert_eq!((o.lc, o.lp, o.pb, o.dict_size, header.size), (3, 0, 2, 8 << 20, None));
        bytes[12] = 0;
        assert_eq!(Header::parse(&bytes).unwrap().size, Some(u64::MAX >> 8));
        bytes[0] = 225;
        assert_eq!(Header::parse(&bytes), Err(Error::Format));
    }

    #[test]
    fn plausible_sizes() {
        for size in [0, 1, 2, 3, 4, 6, 4096, 6144, 8 << 20, 12 << 20, 3 << 30, u32::MAX] {
            assert!(Header::plausible_dict_size(size), "{size}");
        }
        for size in [5, 7, 4095, 4097, 7 << 20, u32::MAX - 1, u32::MAX << 1] {
            assert!(!Header::plausible_dict_size(size), "{size}");
        }
        assert!(Header::plausible_size(None));
        assert!(Header::plausible_size(Some(IMPLAUSIBLE_SIZE - 1)));
        assert!(!Header::plausible_size(Some(IMPLAUSIBLE_SIZE)));
    }
}
