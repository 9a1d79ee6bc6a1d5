//! Ways to damage a .xz file: blindly, and in its headers with the CRC32
//! repaired, so that a decoder gets past the checksum.

use std::ops::Range;

use super::Rng;

/// A damaged file and, for messages, what was done to it.
pub struct Mutant {
    pub bytes: Vec<u8>,
    pub what: String,
}

/// CRC32 as .xz uses it, independent of either library.
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xEDB8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// A part of a .xz file that a CRC32 protects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    pub name: &'static str,
    /// The bytes that the CRC32 covers.
    pub covered: Range<usize>,
    /// The position of the CRC32.
    pub crc: usize,
}

impl Guarded {
    /// Makes the CRC32 right again.
    pub fn repair(&self, bytes: &mut [u8]) {
        let crc = crc32(&bytes[self.covered.clone()]);
        bytes[self.crc..][..4].copy_from_slice(&crc.to_le_bytes());
    }
}

/// The headers and the Index of a well formed file, with their positions. `None` if
/// the file is not one Stream without Stream Padding.
pub fn structure(bytes: &[u8]) -> Option<Vec<Guarded>> {
    if bytes.len() < 32 || !bytes.starts_with(b"\xFD7zXZ\0") || !bytes.ends_with(b"YZ") {
        return None;
    }
    let footer = bytes.len() - 12;
    let backward = u32::from_le_bytes(bytes[footer + 4..][..4].try_into().ok()?);
    let index = footer.checked_sub((backward as usize + 1).checked_mul(4)?)?;
    let mut parts = vec![Guarded { name: "Stream Header", covered: 6..8, crc: 8 }];

    // The Records tell where the Blocks are.
    let mut rest = bytes.get(index..footer)?;
    if rest.first() != Some(&0) {
        return None;
    }
    rest = &rest[1..];
    let mut block = 12;
    for _ in 0..vli(&mut rest)? {
        let unpadded = usize::try_from(vli(&mut rest)?).ok()?;
        vli(&mut rest)?;
        let size = (usize::from(*bytes.get(block)?) + 1) * 4;
        let crc = block + size - 4;
        if crc + 4 > index {
            return None;
        }
        parts.push(Guarded { name: "Block Header", covered: block..crc, crc });
        block += unpadded.checked_next_multiple_of(4)?;
        if block > index {
            return None;
        }
    }
    if block != index {
        return None;
    }
    parts.push(Guarded { name: "Index", covered: index..footer - 4, crc: footer - 4 });
    parts.push(Guarded { name: "Stream Footer", covered: footer + 4..footer + 10, crc: footer });
    Some(parts)
}

fn vli(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for at in 0..9 {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        value |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// `bytes` with some damage.
pub fn mutate(bytes: &[u8], rng: &mut Rng) -> Mutant {
    match rng.below(8) {
        0 => truncate(bytes, rng),
        1 => insert(bytes, rng),
        2 => remove(bytes, rng),
        3 | 4 => flip(bytes, rng),
        _ => match structure(bytes) {
            Some(parts) => change_header(bytes, &parts, rng),
            None => flip(bytes, rng),
        },
    }
}

/// `bytes` without their end.
pub fn truncate(bytes: &[u8], rng: &mut Rng) -> Mutant {
    let len = rng.below(bytes.len() + 1);
    Mutant { bytes: bytes[..len].to_vec(), what: format!("cut off at {len}") }
}

/// `bytes` with a few others inserted.
pub fn insert(bytes: &[u8], rng: &mut Rng) -> Mutant {
    let at = rng.below(bytes.len() + 1);
    let mut new = vec![0; 1 + rng.skewed(40)];
    if rng.one_in(2) {
        rng.fill(&mut new);
    }
    let what = format!("{} bytes inserted at {at}", new.len());
    let bytes = [&bytes[..at], &new, &bytes[at..]].concat();
    Mutant { bytes, what }
}

/// `bytes` without a few of them.
pub fn remove(bytes: &[u8], rng: &mut Rng) -> Mutant {
    let at = rng.below(bytes.len() + 1);
    let end = (at + 1 + rng.skewed(40)).min(bytes.len());
    let what = format!("bytes {at} to {end} removed");
    Mutant { bytes: [&bytes[..at], &bytes[end..]].concat(), what }
}

/// `bytes` with one to four bits inverted.
pub fn flip(bytes: &[u8], rng: &mut Rng) -> Mutant {
    let mut bytes = bytes.to_vec();
    let mut what = "inverted".to_owned();
    if !bytes.is_empty() {
        for _ in 0..1 + rng.skewed(4) {
            let (at, bit) = (rng.below(bytes.len()), rng.below(8));
            bytes[at] ^= 1 << bit;
            what += &format!(" {at}.{bit}");
        }
    }
    Mutant { bytes, what }
}

/// `bytes` with one or two bytes of a header changed, and its CRC32 right.
pub fn change_header(bytes: &[u8], parts: &[Guarded], rng: &mut Rng) -> Mutant {
    let mut bytes = bytes.to_vec();
    let part = &parts[rng.below(parts.len())];
    let mut what = part.name.to_owned();
    for _ in 0..1 + rng.below(2) {
        let at = rng.range(part.covered.clone());
        let old = bytes[at];
        bytes[at] = match rng.below(5) {
            0 => old ^ 1 << rng.below(8),
            1 => old.wrapping_add(1),
            2 => old.wrapping_sub(1),
            3 => rng.pick(&[0, 1, 0x7F, 0x80, 0xFF]),
            _ => rng.byte(),
        };
        what += &format!(", byte {at} from {old:#04x} to {:#04x}", bytes[at]);
    }
    part.repair(&mut bytes);
    Mutant { bytes, what }
}
