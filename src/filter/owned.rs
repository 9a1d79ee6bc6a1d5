//! A chain that is kept for later.

#![forbid(unsafe_code)]

use super::spec::{FILTERS_MAX, FilterOptions, FilterSpec, Specs};
use crate::error::{Error, Result};
use crate::memory::{AllocatorHandle, Buf};

/// Filters with a copy of all that they refer to.
pub(crate) struct OwnedSpecs {
    /// The filters, without their preset dictionaries.
    specs: Specs<'static>,
    /// That of the last filter; only a filter that must be last can have one.
    preset_dict: Buf<u8>,
}

impl OwnedSpecs {
    /// No filters.
    pub(crate) fn empty() -> OwnedSpecs {
        OwnedSpecs { specs: Specs::new(), preset_dict: Buf::EMPTY }
    }

    /// A copy of `filters`, which need not be valid. [`Error::Options`] if
    /// there are too many, or options that cannot be copied.
    pub(crate) fn new(memory: &AllocatorHandle, filters: &[FilterSpec<'_>]) -> Result<OwnedSpecs> {
        if filters.len() > FILTERS_MAX {
            return Err(Error::Options);
        }
        let mut copy = OwnedSpecs::empty();
        for spec in filters {
            let preset_dict = useful_preset_dict(spec);
            copy.specs.push(without_preset_dict(spec)?);
            copy.preset_dict = memory.buf_with_capacity(preset_dict.len())?;
            copy.preset_dict.append(0, preset_dict.len(), |output| output.write(preset_dict));
        }
        Ok(copy)
    }

    /// The filters.
    pub(crate) fn specs(&self) -> Specs<'_> {
        let mut specs = Specs::new();
        for &(mut spec) in self.specs.iter() {
            if let FilterOptions::Lzma(options) = &mut spec.options {
                options.preset_dict = &self.preset_dict;
            }
            specs.push(spec);
        }
        specs
    }

    /// Takes the filters out; there are none here then.
    pub(crate) fn take(&mut self) -> OwnedSpecs {
        core::mem::replace(self, OwnedSpecs::empty())
    }
}

/// The end of the preset dictionary: all that an encoder could use of it, whose window
/// holds less than two dictionaries and a MiB.
fn useful_preset_dict<'a>(spec: &FilterSpec<'a>) -> &'a [u8] {
    let FilterOptions::Lzma(options) = spec.options else {
        return &[];
    };
    let window_max = (options.dict_size as usize).saturating_mul(2).saturating_add(1 << 20);
    &options.preset_dict[options.preset_dict.len().saturating_sub(window_max)..]
}

fn without_preset_dict(spec: &FilterSpec<'_>) -> Result<FilterSpec<'static>> {
    let options = match spec.options {
        FilterOptions::None => FilterOptions::None,
        FilterOptions::Lzma(options) => FilterOptions::Lzma(options.without_preset_dict()),
        FilterOptions::Delta { kind, dist } => FilterOptions::Delta { kind, dist },
        FilterOptions::Bcj { start_offset } => FilterOptions::Bcj { start_offset },
        FilterOptions::Unknown => return Err(Error::Options),
    };
    Ok(FilterSpec { id: spec.id, options })
}

#[cfg(test)]
mod tests {
    use super::super::spec::id;
    use super::*;
    use crate::bcj::Arch;
    use crate::lzma::LzmaOptions;
    use crate::memory::testing::dirty;

    #[test]
    fn all_is_copied() {
        let dictionary = vec![1, 2, 3];
        let options = LzmaOptions { lc: 3, preset_dict: &dictionary, ..LzmaOptions::ZERO };
        let filters = [
            FilterSpec { id: id::DELTA, options: FilterOptions::Delta { kind: 0, dist: 7 } },
            FilterSpec { id: 0x20, options: FilterOptions::None },
            FilterSpec { id: id::LZMA2, options: FilterOptions::Lzma(options) },
        ];
        let mut copy = OwnedSpecs::new(&dirty(), &filters).unwrap();
        assert_eq!(*copy.specs(), filters);
        assert_eq!(*copy.take().specs(), filters);
        assert!(copy.specs().is_empty());
    }

    #[test]
    fn what_cannot_be_copied() {
        let unknown = FilterSpec { id: 0x20, options: FilterOptions::Unknown };
        assert_eq!(OwnedSpecs::new(&dirty(), &[unknown]).err(), Some(Error::Options));
        let many = [FilterSpec { id: Arch::X86.id(), options: FilterOptions::None }; 5];
        assert_eq!(OwnedSpecs::new(&dirty(), &many).err(), Some(Error::Options));
        assert!(OwnedSpecs::new(&dirty(), &many[..4]).is_ok());
    }
}
