//! Filter Flags: a filter as it stands in a Block Header (xz-file-format
//! 1.2.1, section 3.1.5).

#![forbid(unsafe_code)]

use super::properties;
use super::spec::{FilterOptions, FilterSpec, id};
use crate::bytes::vli;
use crate::error::{Error, Result};
use crate::io::{Input, Output};

/// Decodes Filter Flags, which must be in `input` as a whole. `spec.id` is
/// set as soon as it is known. [`Error::Data`]: damaged; [`Error::Options`]:
/// not supported.
pub(crate) fn decode(spec: &mut FilterSpec<'static>, input: &mut Input<'_>) -> Result<()> {
    spec.options = FilterOptions::None;
    vli::read_to(&mut spec.id, input)?;
    if spec.id >= id::RESERVED_START {
        return Err(Error::Data);
    }
    match usize::try_from(vli::read(input)?) {
        Ok(size) if size <= input.len() => {
            properties::decode(&mut spec.options, spec.id, input.take(size))
        }
        _ => Err(Error::Data),
    }
}

/// Size of the Filter Flags in bytes. [`Error::Options`] if there is no such
/// filter, [`Error::Prog`] if the .xz format cannot have it.
pub(crate) fn size(spec: &FilterSpec<'_>) -> Result<u32> {
    if spec.id >= id::RESERVED_START {
        return Err(Error::Prog);
    }
    let properties = properties::size(spec)?;
    let id_size = vli::size(spec.id).ok_or(Error::Prog)?;
    let size_size = vli::size(properties.into()).ok_or(Error::Prog)?;
    Ok(properties + (id_size + size_size) as u32)
}

/// Encodes Filter Flags. [`Error::Options`] if there is no such filter;
/// [`Error::Prog`] if the .xz format cannot have it, its options are invalid,
/// or there is not enough room.
pub(crate) fn encode(spec: &FilterSpec<'_>, output: &mut Output<'_>) -> Result<()> {
    if spec.id >= id::RESERVED_START {
        return Err(Error::Prog);
    }
    vli::write(spec.id, output)?;
    let size = properties::size(spec)?;
    vli::write(size.into(), output)?;
    if output.room() < size as usize {
        return Err(Error::Prog);
    }
    properties::encode(spec, |bytes| output.write(bytes))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::spec::id;
    use super::*;
    use crate::bcj::Arch;

    const X86: FilterSpec<'static> =
        FilterSpec { id: Arch::X86.id(), options: FilterOptions::Bcj { start_offset: 0x1000 } };
    const NOTHING: FilterSpec<'static> =
        FilterSpec { id: id::UNKNOWN, options: FilterOptions::None };

    #[test]
    fn round_trip() {
        let mut bytes = [0; 6];
        assert_eq!(size(&X86), Ok(6));
        assert_eq!(encode(&X86, &mut Output::new(&mut bytes)), Ok(()));
        assert_eq!(bytes, [4, 4, 0, 0x10, 0, 0]);
        let mut spec = NOTHING;
        assert_eq!(decode(&mut spec, &mut Input::new(&bytes)), Ok(()));
        assert_eq!(spec, X86);
        for len in 0..bytes.len() {
            assert_eq!(decode(&mut spec, &mut Input::new(&bytes[..len])), Err(Error::Data));
            let mut short = Output::new(&mut bytes[..len]);
            assert_eq!(encode(&X86, &mut short), Err(Error::Prog));
        }
    }

    #[test]
    fn the_id_is_known_even_if_the_filter_is_not() {
        let mut spec = NOTHING;
        let mut input = Input::new(&[0x20, 2, 1, 1, 7]);
        assert_eq!(decode(&mut spec, &mut input), Err(Error::Options));
        assert_eq!((spec.id, input.taken()), (0x20, 4));
    }

    #[test]
    fn reserved_ids() {
        let lzma1 = FilterSpec { id: id::LZMA1, options: FilterOptions::None };
        assert_eq!(size(&lzma1), Err(Error::Prog));
        assert_eq!(encode(&lzma1, &mut Output::new(&mut [0; 20])), Err(Error::Prog));
        let bytes = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0];
        assert_eq!(decode(&mut { NOTHING }, &mut Input::new(&bytes)), Err(Error::Data));
    }
}
