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

use crate::error::{Result, Status};

/// Result of a stage of decoding: the return code for the application, or `None`
/// to go on with the next stage.
type Step = Result<Option<Status>>;

/// More input is needed.
const WAIT: Step = Ok(Some(Status::Ok));
