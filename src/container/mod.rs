//! The file formats.

#![forbid(unsafe_code)]

pub(crate) mod alone_decoder;
pub(crate) mod alone_encoder;
pub(crate) mod auto_decoder;
pub(crate) mod decoder_flags;
pub(crate) mod index_coders;
mod lazy_lzma;
pub(crate) mod lzip_decoder;
pub(crate) mod microlzma_decoder;
pub(crate) mod microlzma_encoder;
pub(crate) mod raw;
pub(crate) mod xz;
