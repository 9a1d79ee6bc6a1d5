//! The system, where it is one like Unix.

pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod thread;
