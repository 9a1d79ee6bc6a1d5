//! Decoder for `.lz` files (lzip), format versions 0 and 1: members, one after
//! another, each a header, LZMA1 data with an end marker, and a footer with
//! the CRC32.

#![forbid(unsafe_code)]

use super::decoder_flags::DecoderFlags;
use super::lazy_lzma::LazyLzma;
use crate::bytes::Gather;
use crate::check::{self, crc32};
use crate::coder::{Actions, Coder, Restart, Step};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};
use crate::lzma::{self, LzmaOptions};
use crate::memory::{AllocatorHandle, BASE_USAGE, MemoryLimit, OwnedBox};

/// The first bytes of a member.
const MAGIC: [u8; 4] = *b"LZIP";
/// CRC32, uncompressed size; version 0 has no more.
const FOOTER_SIZE_V0: usize = 4 + 8;
/// Version 1 adds the size of the whole member.
const FOOTER_SIZE: usize = FOOTER_SIZE_V0 + 8;
/// Options that are the same in every file.
const LC: u32 = 3;
const LP: u32 = 0;
const PB: u32 = 2;

/// More input is needed.
const WAIT: Step = Ok(Some(Status::Ok));

/// The dictionary size in bytes that a header's last byte stands for: a power
/// of two in its low five bits, less as many sixteenths as the high three
/// say. `None` unless it is in the range of the format, 4 KiB to 512 MiB.
fn dict_size(byte: u8) -> Option<u32> {
    let (log, sixteenths) = (u32::from(byte & 0x1f), u32::from(byte >> 5));
    let in_range = (12..=29).contains(&log) && (log > 12 || sixteenths == 0);
    in_range.then(|| (1 << log) - (sixteenths << (log - 4)))
}

/// The fields of a footer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Footer {
    crc32: u32,
    uncompressed_size: u64,
    /// Not in version 0.
    member_size: Option<u64>,
}

impl Footer {
    /// Size in bytes.
    fn size(version: u8) -> usize {
        if version == 0 { FOOTER_SIZE_V0 } else { FOOTER_SIZE }
    }

    /// `None` if `bytes` are not as many as [`Footer::size`] says.
    fn parse(bytes: &[u8]) -> Option<Footer> {
        let (crc32, bytes) = bytes.split_first_chunk()?;
        let (uncompressed_size, bytes) = bytes.split_first_chunk()?;
        let member_size = match bytes {
            [] => None,
            bytes => Some(u64::from_le_bytes(bytes.try_into().ok()?)),
        };
        Some(Footer {
            crc32: u32::from_le_bytes(*crc32),
            uncompressed_size: u64::from_le_bytes(*uncompressed_size),
            member_size,
        })
    }
}

/// Check and sizes of a member, counted as it is decoded.
#[derive(Clone, Debug, Default)]
struct Member {
    version: u8,
    dict_size: u32,
    /// CRC32 of the data so far.
    crc32: u32,
    /// Bytes put out so far.
    uncompressed_size: u64,
    /// Bytes taken so far, with the header.
    member_size: u64,
}

impl Member {
    fn agrees_with(&self, footer: &Footer, ignore_check: bool) -> bool {
        (ignore_check || self.crc32 == footer.crc32)
            && self.uncompressed_size == footer.uncompressed_size
            && footer.member_size.is_none_or(|size| size == self.member_size)
    }
}

/// The part of the file that comes next.
#[derive(Clone, Copy)]
enum Stage {
    /// This many bytes of [`MAGIC`] are here.
    Magic(usize),
    Version,
    DictSize,
    /// The header is known; the LZMA decoder must be started.
    Start,
    Lzma,
    Footer,
}

/// A decoder for `.lz` files.
pub(crate) struct LzipDecoder {
    stage: Stage,
    flags: DecoderFlags,
    /// No member has ended yet, so this may be another format.
    first: bool,
    member: Member,
    footer: Gather<FOOTER_SIZE>,
    limit: MemoryLimit,
    lzma: LazyLzma,
}

impl LzipDecoder {
    /// A decoder with a memory usage limit of `limit` bytes.
    pub(super) fn new(memory: &AllocatorHandle, limit: u64, flags: DecoderFlags) -> LzipDecoder {
        LzipDecoder {
            stage: Stage::Magic(0),
            flags,
            first: true,
            member: Member::default(),
            footer: Gather::new(),
            limit: MemoryLimit::new(limit),
            lzma: LazyLzma::new(memory),
        }
    }

    /// Starts with another file; buffers are used again.
    pub(super) fn start(&mut self, limit: u64, flags: DecoderFlags) {
        self.stage = Stage::Magic(0);
        self.flags = flags;
        self.first = true;
        self.footer.clear();
        self.limit = MemoryLimit::new(limit);
    }

    /// After the first member, whatever is not a member is none of our
    /// business: its first byte that differs from the magic bytes is not
    /// taken, so that the application can find it. (What did not differ is
    /// gone, since earlier calls may have taken it.)
    fn read_magic(&mut self, mut matched: usize, input: &mut Input<'_>, action: Action) -> Step {
        while let Some(&magic) = MAGIC.get(matched) {
            match input.peek() {
                None if action == Action::Finish && !self.first => {
                    return Ok(Some(Status::StreamEnd));
                }
                None => return WAIT,
                Some(byte) if byte == magic => {}
                Some(_) if self.first => return Err(Error::Format),
                Some(_) => return Ok(Some(Status::StreamEnd)),
            }
            input.next();
            matched += 1;
            self.stage = Stage::Magic(matched);
        }
        self.member = Member { member_size: MAGIC.len() as u64, ..Member::default() };
        self.stage = Stage::Version;
        Ok(None)
    }

    fn read_version(&mut self, input: &mut Input<'_>) -> Step {
        let Some(version) = input.next() else {
            return WAIT;
        };
        if version > 1 {
            return Err(Error::Options);
        }
        self.member.version = version;
        self.member.member_size += 1;
        self.stage = Stage::DictSize;
        // Every member has a CRC32, so that is known now.
        let tell = self.flags.has(DecoderFlags::TELL_ANY_CHECK);
        Ok(tell.then_some(Status::GetCheck))
    }

    fn read_dict_size(&mut self, input: &mut Input<'_>) -> Step {
        let Some(byte) = input.next() else {
            return WAIT;
        };
        self.member.dict_size = dict_size(byte).ok_or(Error::Data)?;
        self.member.member_size += 1;
        let usage = lzma::decoder_memory_usage(&self.options());
        self.limit.set_usage(usage.saturating_add(BASE_USAGE));
        self.stage = Stage::Start;
        Ok(None)
    }

    fn options(&self) -> LzmaOptions<'static> {
        LzmaOptions {
            dict_size: self.member.dict_size,
            lc: LC,
            lp: LP,
            pb: PB,
            ..LzmaOptions::ZERO
        }
    }

    fn start_lzma(&mut self) -> Step {
        self.limit.check()?;
        let options = self.options();
        self.lzma.start(&options, None, true)?;
        self.stage = Stage::Lzma;
        Ok(None)
    }

    fn decode_data(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Step {
        let (in_start, out_start) = (input.taken(), output.len());
        let result = self.lzma.code(input, output, action);
        let member = &mut self.member;
        member.member_size += (input.taken() - in_start) as u64;
        let data = output.written_mut(out_start);
        member.uncompressed_size += data.len() as u64;
        if !self.flags.has(DecoderFlags::IGNORE_CHECK) {
            member.crc32 = crc32(data, member.crc32);
        }
        match result? {
            Status::StreamEnd => {
                self.stage = Stage::Footer;
                Ok(None)
            }
            status => Ok(Some(status)),
        }
    }

    fn read_footer(&mut self, input: &mut Input<'_>) -> Step {
        let size = Footer::size(self.member.version);
        let Some(bytes) = self.footer.fill(input, size) else {
            return WAIT;
        };
        let footer = Footer::parse(bytes).ok_or(Error::Data)?;
        self.footer.clear();
        self.member.member_size += size as u64;
        if !self.member.agrees_with(&footer, self.flags.has(DecoderFlags::IGNORE_CHECK)) {
            return Err(Error::Data);
        }
        if !self.flags.has(DecoderFlags::CONCATENATED) {
            return Ok(Some(Status::StreamEnd));
        }
        self.first = false;
        self.stage = Stage::Magic(0);
        Ok(None)
    }
}

impl Coder for LzipDecoder {
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
        loop {
            let step = match self.stage {
                Stage::Magic(matched) => self.read_magic(matched, input, action),
                Stage::Version => self.read_version(input),
                Stage::DictSize => self.read_dict_size(input),
                Stage::Start => self.start_lzma(),
                Stage::Lzma => self.decode_data(input, output, action),
                Stage::Footer => self.read_footer(input),
            };
            if let Some(status) = step? {
                return Ok(status);
            }
        }
    }

    fn memory_limit(&self) -> Option<MemoryLimit> {
        Some(self.limit)
    }

    fn set_memory_limit(&mut self, limit: u64) -> Result<()> {
        self.limit.set_limit(limit)
    }

    fn check(&self) -> Option<u32> {
        Some(check::id::CRC32)
    }
}

impl Restart for LzipDecoder {
    /// The memory usage limit in bytes, and flags.
    type Options<'a> = (u64, u32);

    fn make(memory: &AllocatorHandle, (limit, flags): (u64, u32)) -> Result<OwnedBox<LzipDecoder>> {
        memory.own(LzipDecoder::new(memory, limit, DecoderFlags::new(flags)?))
    }

    fn restart(&mut self, _memory: &AllocatorHandle, (limit, flags): (u64, u32)) -> Result<()> {
        self.start(limit, DecoderFlags::new(flags)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dictionary_sizes() {
        assert_eq!(dict_size(12), Some(4096));
        assert_eq!(dict_size(12 | 1 << 5), None);
        assert_eq!(dict_size(13 | 7 << 5), Some(8192 - 7 * 512));
        assert_eq!(dict_size(0xb5), Some(1408 << 10));
        assert_eq!(dict_size(29), Some(512 << 20));
        assert_eq!(dict_size(30), None);
        assert_eq!(dict_size(11), None);
    }

    #[test]
    fn footers() {
        let bytes: Vec<u8> = (1..=20).collect();
        let v0 = Footer::parse(&bytes[..Footer::size(0)]).unwrap();
        assert_eq!(v0.crc32, 0x0403_0201);
        assert_eq!(v0.uncompressed_size, 0x0c0b_0a09_0807_0605);
        assert_eq!(v0.member_size, None);
        let v1 = Footer::parse(&bytes[..Footer::size(1)]).unwrap();
        assert_eq!(v1, Footer { member_size: Some(0x1413_1211_100f_0e0d), ..v0 });
        assert_eq!(Footer::parse(&bytes[..13]), None);
    }
}
