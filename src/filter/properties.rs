//! Filter Properties: how the options of each filter are stored
//! (xz-file-format 1.2.1, section 5.3).

#![forbid(unsafe_code)]

use super::kind::Kind;
use super::spec::{FilterOptions, FilterSpec};
use crate::bytes::vli;
use crate::delta;
use crate::error::{Error, Result};
use crate::lz;
use crate::lzma::LzmaOptions;

/// The largest encoded dictionary size of LZMA2.
const DICT_SIZE_BITS_MAX: u8 = 40;

/// Decodes Properties of the filter `id` to `options`. [`Error::Options`] if the
/// filter or what the Properties say is not supported.
pub(crate) fn decode(options: &mut FilterOptions<'static>, id: u64, bytes: &[u8]) -> Result<()> {
    let decoded = match Kind::of(id) {
        None => None,
        Some(Kind::Lzma1 | Kind::Lzma1Ext) => {
            decode_lzma1(bytes).map(|lzma| *options = FilterOptions::Lzma(lzma))
        }
        Some(Kind::Lzma2) => decode_lzma2(bytes).map(|lzma| *options = FilterOptions::Lzma(lzma)),
        Some(Kind::Delta) => decode_delta(bytes).map(|delta| *options = delta),
        Some(Kind::Bcj) => decode_bcj(bytes).map(|bcj| *options = bcj),
    };
    decoded.ok_or(Error::Options)
}

#[inline]
fn decode_lzma1(bytes: &[u8]) -> Option<LzmaOptions<'static>> {
    let &[lclppb, ref dict_size @ ..] = bytes else {
        return None;
    };
    let dict_size = u32::from_le_bytes(dict_size.try_into().ok()?);
    let mut options = LzmaOptions { dict_size, ..LzmaOptions::ZERO };
    options.set_lclppb(lclppb)?;
    Some(options)
}

#[inline]
fn decode_lzma2(bytes: &[u8]) -> Option<LzmaOptions<'static>> {
    match *bytes {
        [bits @ 0..=DICT_SIZE_BITS_MAX] => {
            Some(LzmaOptions { dict_size: lzma2_dict_size(bits), ..LzmaOptions::ZERO })
        }
        _ => None,
    }
}

/// A power of two, or one and a half times one; all ones at the end.
fn lzma2_dict_size(bits: u8) -> u32 {
    let mantissa = 2 | u64::from(bits & 1);
    u32::try_from(mantissa << (bits / 2 + 11)).unwrap_or(u32::MAX)
}

fn decode_delta(bytes: &[u8]) -> Option<FilterOptions<'static>> {
    match *bytes {
        [dist] => {
            Some(FilterOptions::Delta { kind: delta::KIND_BYTE, dist: delta::from_property(dist) })
        }
        _ => None,
    }
}

/// The default, which is what BCJ filters without options do, is not worth an
/// allocation.
fn decode_bcj(bytes: &[u8]) -> Option<FilterOptions<'static>> {
    let start_offset = match bytes {
        [] => 0,
        _ => u32::from_le_bytes(bytes.try_into().ok()?),
    };
    Some(match start_offset {
        0 => FilterOptions::None,
        start_offset => FilterOptions::Bcj { start_offset },
    })
}

/// Size of the Properties of a filter in bytes. Of its options only those of
/// BCJ filters matter. If there is no such filter: [`Error::Options`], or
/// [`Error::Prog`] if there can be none.
#[inline]
pub(crate) fn size(spec: &FilterSpec<'_>) -> Result<u32> {
    match (Kind::of(spec.id), &spec.options) {
        (None, _) if spec.id <= vli::MAX => Err(Error::Options),
        (None, _) => Err(Error::Prog),
        (Some(Kind::Lzma1 | Kind::Lzma1Ext), _) => Ok(5),
        (Some(Kind::Lzma2 | Kind::Delta), _) => Ok(1),
        (Some(Kind::Bcj), FilterOptions::Bcj { start_offset: 1.. }) => Ok(4),
        (Some(Kind::Bcj), _) => Ok(0),
    }
}

/// Encodes the options of a filter, and gives `write` the bytes. [`Error::Prog`] if
/// the filter or the options are not supported.
#[inline(always)] // so that their number is known where they are written
pub(crate) fn encode<R>(spec: &FilterSpec<'_>, write: impl FnOnce(&[u8]) -> R) -> Result<R> {
    Ok(match (Kind::of(spec.id).ok_or(Error::Prog)?, &spec.options) {
        (Kind::Lzma1 | Kind::Lzma1Ext, FilterOptions::Lzma(options)) => {
            let lclppb = options.lclppb_byte().ok_or(Error::Prog)?;
            let fields = u64::from(lclppb) | u64::from(options.dict_size) << 8;
            write(&fields.to_le_bytes()[..5])
        }
        (Kind::Lzma2, FilterOptions::Lzma(options)) => write(&[encode_lzma2(options)]),
        (Kind::Delta, &FilterOptions::Delta { kind, dist }) => {
            write(&[delta::to_property(kind, dist).ok_or(Error::Prog)?])
        }
        (Kind::Bcj, &FilterOptions::Bcj { start_offset: start_offset @ 1.. }) => {
            write(&start_offset.to_le_bytes())
        }
        (Kind::Bcj, _) => write(&[]),
        _ => return Err(Error::Prog),
    })
}

fn encode_lzma2(options: &LzmaOptions<'_>) -> u8 {
    // The smallest of the sizes that are larger than this: the next power of two, or what
    // lies half-way to it.
    let less = options.dict_size.max(lz::DICT_SIZE_MIN) - 1;
    let log2 = less.ilog2();
    let is_half_way = less >> (log2 - 1) & 1 == 0;
    (2 * (log2 - 11) - u32::from(is_half_way)) as u8
}

#[cfg(test)]
mod tests {
    use super::super::spec::id;
    use super::*;
    use crate::bcj::Arch;

    fn lzma(dict_size: u32) -> FilterOptions<'static> {
        FilterOptions::Lzma(LzmaOptions { dict_size, lc: 3, pb: 2, ..LzmaOptions::ZERO })
    }

    fn decoded(id: u64, bytes: &[u8]) -> Result<FilterOptions<'static>> {
        let mut options = FilterOptions::None;
        decode(&mut options, id, bytes).map(|()| options)
    }

    fn encoded(spec: &FilterSpec<'_>) -> Result<Vec<u8>> {
        encode(spec, <[u8]>::to_vec)
    }

    #[test]
    fn round_trips() {
        for (id, options, bytes) in [
            (id::LZMA1, lzma(0x0102_0304), &[93, 4, 3, 2, 1][..]),
            (id::DELTA, FilterOptions::Delta { kind: 0, dist: 256 }, &[255]),
            (Arch::X86.id(), FilterOptions::Bcj { start_offset: 16 }, &[16, 0, 0, 0]),
            (Arch::RiscV.id(), FilterOptions::None, &[]),
        ] {
            let spec = FilterSpec { id, options };
            assert_eq!(encoded(&spec).unwrap(), bytes);
            assert_eq!(size(&spec), Ok(bytes.len() as u32));
            assert_eq!(decoded(id, bytes), Ok(options));
        }
    }

    #[test]
    fn lzma2_dictionary_sizes() {
        for (dict_size, bits) in [
            (0, 0),
            (4096, 0),
            (4097, 1),
            (6144, 1),
            (6145, 2),
            (3 << 30, 39),
            ((3 << 30) + 1, 40),
            (u32::MAX, 40),
        ] {
            let spec = FilterSpec { id: id::LZMA2, options: lzma(dict_size) };
            assert_eq!(encoded(&spec), Ok(vec![bits]));
        }
        for bits in 0..=40 {
            let options = decoded(id::LZMA2, &[bits]).unwrap();
            let spec = FilterSpec { id: id::LZMA2, options };
            assert_eq!(encoded(&spec), Ok(vec![bits]));
        }
        assert_eq!(decoded(id::LZMA2, &[41]), Err(Error::Options));
        assert_eq!(decoded(id::LZMA2, &[64]), Err(Error::Options));
    }

    #[test]
    fn not_properties() {
        for (id, bytes) in [
            (id::LZMA1, &[225, 0, 0, 0, 0][..]), // pb is 5
            (id::LZMA1, &[5, 0, 0, 0, 0]),       // lc is 5
            (id::LZMA1, &[93, 0, 0, 0]),
            (id::LZMA2, &[]),
            (id::DELTA, &[0, 0]),
            (Arch::Arm.id(), &[1, 0, 0]),
            (0x20, &[]),
        ] {
            assert_eq!(decoded(id, bytes), Err(Error::Options));
        }
        assert_eq!(decoded(Arch::Arm.id(), &[0; 4]), Ok(FilterOptions::None));
    }

    #[test]
    fn missing_or_wrong_options() {
        let error = |id, options| encoded(&FilterSpec { id, options }).err();
        for id in [id::LZMA1, id::LZMA2, id::DELTA, 0x20] {
            assert_eq!(error(id, FilterOptions::None), Some(Error::Prog));
        }
        for (kind, dist) in [(0, 0), (0, 257), (1, 1)] {
            assert_eq!(error(id::DELTA, FilterOptions::Delta { kind, dist }), Some(Error::Prog));
        }
        let options = LzmaOptions { lc: 3, lp: 2, ..LzmaOptions::ZERO };
        assert_eq!(error(id::LZMA1, FilterOptions::Lzma(options)), Some(Error::Prog));
        let unknown = |id| size(&FilterSpec { id, options: FilterOptions::None });
        assert_eq!(unknown(vli::MAX), Err(Error::Options));
        assert_eq!(unknown(vli::MAX + 1), Err(Error::Prog));
    }
}
