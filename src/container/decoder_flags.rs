//! The flags that the decoders of whole files take.

#![forbid(unsafe_code)]

use crate::error::{Error, Result};

/// A set of flags, all of them known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecoderFlags(u32);

impl DecoderFlags {
    /// Tell when a Stream has no integrity check.
    pub(crate) const TELL_NO_CHECK: u32 = 0x01;
    /// Tell when the type of the integrity check is not supported.
    pub(crate) const TELL_UNSUPPORTED_CHECK: u32 = 0x02;
    /// Tell as soon as the type of the integrity check is known.
    pub(crate) const TELL_ANY_CHECK: u32 = 0x04;
    /// Decode concatenated Streams, or members.
    pub(crate) const CONCATENATED: u32 = 0x08;
    /// Do not verify integrity checks of uncompressed data.
    pub(crate) const IGNORE_CHECK: u32 = 0x10;
    /// Report errors at once, even if output before them is lost. Only
    /// threads make a difference.
    pub(crate) const FAIL_FAST: u32 = 0x20;

    const KNOWN: u32 = Self::TELL_NO_CHECK
        | Self::TELL_UNSUPPORTED_CHECK
        | Self::TELL_ANY_CHECK
        | Self::CONCATENATED
        | Self::IGNORE_CHECK
        | Self::FAIL_FAST;

    /// The flags in `bits`; [`Error::Options`] if one is unknown.
    pub(crate) fn new(bits: u32) -> Result<DecoderFlags> {
        match bits & !Self::KNOWN {
            0 => Ok(DecoderFlags(bits)),
            _ => Err(Error::Options),
        }
    }

    /// Tells whether `flag` is set.
    pub(crate) fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_flags_are_refused() {
        for bit in 0..32 {
            let known = bit < 6;
            assert_eq!(DecoderFlags::new(1 << bit).is_ok(), known, "bit {bit}");
        }
    }
}
