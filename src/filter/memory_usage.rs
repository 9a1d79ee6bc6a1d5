//! Memory usage of a filter chain. The figures are liblzma's, since applications
//! set limits by them.

#![forbid(unsafe_code)]

use super::kind::{Kind, validate};
use super::spec::{FilterOptions, FilterSpec};
use crate::delta;
use crate::error::{Error, Result};
use crate::lzma::{
    decoder_memory_usage, encoder_memory_usage, lzma2_decoder_memory_usage,
    lzma2_encoder_memory_usage,
};
use crate::memory::BASE_USAGE;

/// For a BCJ filter, in bytes.
const BCJ: u64 = 1 << 10;

/// Memory usage of a decoder in bytes; `None` if the chain is invalid.
pub(crate) fn decoder(chain: &[FilterSpec<'_>]) -> Option<u64> {
    validate(chain).ok()?;
    chain.iter().try_fold(BASE_USAGE, |sum, spec| sum.checked_add(filter_decoder(spec)?))
}

/// Memory usage of an encoder in bytes; `None` if the chain or any options
/// are invalid.
pub(crate) fn encoder(chain: &[FilterSpec<'_>]) -> Option<u64> {
    validate(chain).ok()?;
    chain.iter().try_fold(BASE_USAGE, |sum, spec| sum.checked_add(filter_encoder(spec)?))
}

/// [`Error::Options`] if the chain or any options of it cannot be encoded
/// with.
pub(crate) fn validate_encoder(chain: &[FilterSpec<'_>]) -> Result<()> {
    encoder(chain).map(|_| ()).ok_or(Error::Options)
}

fn filter_encoder(spec: &FilterSpec<'_>) -> Option<u64> {
    let usage = match (Kind::of(spec.id)?, &spec.options) {
        (Kind::Lzma1 | Kind::Lzma1Ext, FilterOptions::Lzma(options)) => {
            encoder_memory_usage(options)
        }
        (Kind::Lzma2, FilterOptions::Lzma(options)) => lzma2_encoder_memory_usage(options),
        (Kind::Delta, &FilterOptions::Delta { kind, dist }) => delta::memory_usage(kind, dist)?,
        (Kind::Bcj, _) => BCJ,
        _ => return None,
    };
    (usage != u64::MAX).then_some(usage)
}

fn filter_decoder(spec: &FilterSpec<'_>) -> Option<u64> {
    match (Kind::of(spec.id)?, &spec.options) {
        (Kind::Lzma1 | Kind::Lzma1Ext, FilterOptions::Lzma(options)) => {
            options.lclppb_valid().then(|| decoder_memory_usage(options))
        }
        (Kind::Lzma2, FilterOptions::Lzma(options)) => Some(lzma2_decoder_memory_usage(options)),
        (Kind::Delta, &FilterOptions::Delta { kind, dist }) => delta::memory_usage(kind, dist),
        (Kind::Bcj, _) => Some(BCJ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::spec::id;
    use super::*;
    use crate::bcj::Arch;
    use crate::lzma::{LzmaOptions, preset};
    use crate::memory::figures::by_target;

    #[test]
    fn known_figures() {
        let lzma2 = |options| FilterSpec { id: id::LZMA2, options };
        let last = lzma2(FilterOptions::Lzma(preset(6).unwrap()));
        let margin = if cfg!(target_feature = "sse2") { 32 } else { 0 };
        let usage = by_target(8_454_776, 8_454_648, 8_454_632) + margin;
        assert_eq!(decoder(&[last]), Some(usage));
        let x86 = FilterSpec { id: Arch::X86.id(), options: FilterOptions::None };
        assert_eq!(decoder(&[x86, last]), Some(usage + 1024));
        assert_eq!(decoder(&[x86]), None);
        assert_eq!(decoder(&[lzma2(FilterOptions::None)]), None);
    }

    #[test]
    fn options_out_of_range() {
        let options = FilterOptions::Lzma(LzmaOptions { lc: 5, ..LzmaOptions::ZERO });
        assert_eq!(decoder(&[FilterSpec { id: id::LZMA1, options }]), None);
        assert!(decoder(&[FilterSpec { id: id::LZMA2, options }]).is_some());
    }
}
