//! The default Block size of threaded encoding.

#![forbid(unsafe_code)]

use super::kind::Kind;
use super::spec::{FilterOptions, FilterSpec};
use crate::lzma::lzma2_block_size;

/// Bytes of uncompressed data that suit a chain, which need not be valid.
/// `None`: a filter is unknown, or none says a size.
#[inline]
pub(crate) fn block_size<'a>(mut chain: impl Iterator<Item = FilterSpec<'a>>) -> Option<u64> {
    let max = chain.try_fold(0, |max: u64, spec| match (Kind::of(spec.id)?, &spec.options) {
        (Kind::Lzma2, FilterOptions::Lzma(options)) => Some(max.max(lzma2_block_size(options))),
        (Kind::Lzma2, _) => None,
        _ => Some(max),
    })?;
    (max != 0 && max != u64::MAX).then_some(max)
}

#[cfg(test)]
mod tests {
    use super::super::spec::id;
    use super::*;
    use crate::bcj::Arch;
    use crate::lzma;

    #[test]
    fn only_lzma2_knows() {
        let of = |id, options| block_size([FilterSpec { id, options }].into_iter());
        assert_eq!(block_size([].into_iter()), None);
        assert_eq!(of(Arch::X86.id(), FilterOptions::None), None);
        assert_eq!(of(id::LZMA2, FilterOptions::None), None);
        assert_eq!(of(0x1234, FilterOptions::None), None);
        let options = FilterOptions::Lzma(lzma::preset(6).unwrap());
        assert_eq!(of(id::LZMA2, options), Some(24 << 20));
    }
}
