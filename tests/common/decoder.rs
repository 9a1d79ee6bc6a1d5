//! The decoders of whole files, as values.

use rlzma::ffi::*;

use super::{Lib, Outcome};

/// A decoder, and what it is told besides the memory usage limit and flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    Stream,
    Auto,
    Alone,
    Lzip,
    MicroLzma { comp_size: u64, uncomp_size: u64, exact: lzma_bool, dict_size: u32 },
}

/// How a decoder is started.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub decoder: Decoder,
    pub limit: u64,
    pub flags: u32,
}

impl Start {
    /// Starts it.
    pub fn init(self) -> impl Fn(&Lib, *mut lzma_stream) -> lzma_ret {
        // SAFETY: the driver gives streams of the library.
        move |lib, strm| unsafe {
            let Start { decoder, limit, flags } = self;
            match decoder {
                Decoder::Stream => (lib.lzma_stream_decoder)(strm, limit, flags),
                Decoder::Auto => (lib.lzma_auto_decoder)(strm, limit, flags),
                Decoder::Alone => (lib.lzma_alone_decoder)(strm, limit),
                Decoder::Lzip => (lib.lzma_lzip_decoder)(strm, limit, flags),
                Decoder::MicroLzma { comp_size, uncomp_size, exact, dict_size } => {
                    (lib.lzma_microlzma_decoder)(strm, comp_size, uncomp_size, exact, dict_size)
                }
            }
        }
    }
}

/// Whether the original may have refused `file` for how it was divided: when
/// a call ends inside the end marker of a .lzma file whose size is known, it
/// forgets that a marker is allowed there.
pub fn is_split_badly(outcome: &Outcome, file: &[u8]) -> bool {
    let size = file.get(5..13);
    outcome.last == LZMA_DATA_ERROR && size.is_some_and(|size| size != [0xff; 8])
}
