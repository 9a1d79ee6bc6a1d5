//! The system, where it is one like Unix.

pub(crate) mod process;
pub(crate) mod signals;
#[cfg(not(rlzma_model))]
pub(crate) mod thread;
