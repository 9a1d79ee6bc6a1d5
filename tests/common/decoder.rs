//! The decoders of whole files, as values.

use rlzma::ffi::*;

use super::{Lib, Outcome};

/// A decoder, with its arguments other than the memory usage limit and flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    Stream,
    Auto,
    Alone,
    Lzip,
    MicroLzma { comp_size: u64, uncomp_size: u64, exact: lzma_bool, dict_size: u32 },
}

/// The arguments that a decoder is started with.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    pub decoder: Decoder,
    pub limit: u64,
    pub flags: u32,
}

impl Start {
    /// A function that starts the decoder.
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

/// True if the original may have refused `file` because of the way it was divided:
/// when a call ends inside the end marker of a .lzma file whose size is known, it
/// forgets that a marker is allowed there.
pub fn is_split_badly(outcome: &Outcome, file: &[u8]) -> bool {
    let size = file.get(5..13);
    outcome.last == LZMA_DATA_ERROR && size.is_some_and(|size| size != [0xff; 8])
}
