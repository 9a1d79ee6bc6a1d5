//! Which filters there are, and where in a chain they may stand
//! (xz-file-format 1.2.1, section 5.2).

#![forbid(unsafe_code)]

use super::spec::{FILTERS_MAX, FilterSpec, id};
use crate::bcj::Arch;
use crate::error::{Error, Result};

/// The filters, by what sort of options they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// LZMA1 that ends with an end marker.
    Lzma1,
    /// LZMA1 whose size may be known.
    Lzma1Ext,
    /// LZMA2.
    Lzma2,
    /// Delta.
    Delta,
    /// A BCJ filter.
    Bcj,
}

impl Kind {
    /// The filter with this ID; `None` if there is none.
    #[inline]
    pub(crate) fn of(id: u64) -> Option<Kind> {
        Some(match id {
            id::LZMA1 => Kind::Lzma1,
            id::LZMA1EXT => Kind::Lzma1Ext,
            id::LZMA2 => Kind::Lzma2,
            id::DELTA => Kind::Delta,
            _ => {
                Arch::of(id)?;
                Kind::Bcj
            }
        })
    }

    /// Tells whether the filter must be the last of its chain: the LZMA filters
    /// mark the end of their data.
    fn must_be_last(self) -> bool {
        matches!(self, Kind::Lzma1 | Kind::Lzma1Ext | Kind::Lzma2)
    }
}

/// Tells whether there is a filter with this ID, to decode and to encode.
pub(crate) fn is_supported(id: u64) -> bool {
    Kind::of(id).is_some()
}

/// Validates a chain by the IDs alone. [`Error::Prog`] without any filter,
/// [`Error::Options`] if there are too many, one is not supported, or one is
/// in the wrong place.
pub(crate) fn validate(chain: &[FilterSpec<'_>]) -> Result<()> {
    validate_ids(chain.iter().map(|spec| spec.id))
}

/// Like [`validate`], for the IDs of a chain.
pub(crate) fn validate_ids(
    mut ids: impl DoubleEndedIterator<Item = u64> + ExactSizeIterator,
) -> Result<()> {
    let too_many = ids.len() > FILTERS_MAX;
    let must_be_last = |id| Kind::of(id).map(Kind::must_be_last);
    let last = ids.next_back().ok_or(Error::Prog)?;
    let valid = !too_many
        && must_be_last(last) == Some(true)
        && ids.all(|id| must_be_last(id) == Some(false));
    if valid { Ok(()) } else { Err(Error::Options) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ids(ids: &[u64]) -> Result<()> {
        validate_ids(ids.iter().copied())
    }

    #[test]
    fn chains() {
        assert_eq!(of_ids(&[]), Err(Error::Prog));
        assert_eq!(of_ids(&[id::LZMA2]), Ok(()));
        assert_eq!(of_ids(&[id::DELTA, Arch::X86.id(), id::DELTA, id::LZMA1]), Ok(()));
        for wrong in [
            &[id::DELTA][..],
            &[0x20],
            &[0x20, id::LZMA2],
            &[id::LZMA2, id::DELTA],
            &[id::LZMA1, id::LZMA2],
            &[id::DELTA, id::DELTA, id::DELTA, id::DELTA, id::LZMA2],
        ] {
            assert_eq!(of_ids(wrong), Err(Error::Options));
        }
    }
}
