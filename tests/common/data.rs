//! Data to compress, of the kinds that make coders take different paths.

use super::Rng;

/// A kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words of a made-up language, in sentences.
    Text,
    /// Rows of fixed-size fields: counters, small numbers, names.
    Records,
    /// Instructions with relative calls, as branch filters look for.
    Code,
    /// Runs of single bytes.
    Runs,
    /// Short patterns repeated over and over.
    Periods,
    /// Zeros and nothing else.
    Zeros,
    /// Zeros with something else here and there.
    Sparse,
    /// Random bytes, which cannot be compressed.
    Noise,
    /// Pieces of all kinds, and copies of earlier pieces.
    Mixture,
}

pub const KINDS: [Kind; 9] = [
    Kind::Text,
    Kind::Records,
    Kind::Code,
    Kind::Runs,
    Kind::Periods,
    Kind::Zeros,
    Kind::Sparse,
    Kind::Noise,
    Kind::Mixture,
];

/// `len` bytes of one kind.
pub fn generate(kind: Kind, len: usize, rng: &mut Rng) -> Vec<u8> {
    let mut data = Vec::with_capacity(len + 64);
    match kind {
        Kind::Text => text(&mut data, len, rng),
        Kind::Records => records(&mut data, len, rng),
        Kind::Code => code(&mut data, len, rng),
        Kind::Runs => runs(&mut data, len, rng),
        Kind::Periods => periods(&mut data, len, rng),
        Kind::Zeros => data.resize(len, 0),
        Kind::Sparse => sparse(&mut data, len, rng),
        Kind::Noise => {
            data.resize(len, 0);
            rng.fill(&mut data);
        }
        Kind::Mixture => mixture(&mut data, len, rng),
    }
    data.truncate(len);
    data
}

/// Fewer than `end` bytes of some kind; short data is as frequent as long.
pub fn any(end: usize, rng: &mut Rng) -> Vec<u8> {
    let kind = rng.pick(&KINDS);
    let len = rng.skewed(end);
    generate(kind, len, rng)
}

fn text(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    const SYLLABLES: [&str; 20] = [
        "ta", "ri", "no", "el", "us", "ma", "con", "den", "per", "is", "so", "lu", "ver", "an",
        "qui", "tor", "e", "ba", "gen", "hi",
    ];
    let words: Vec<String> =
        (0..500).map(|_| (0..rng.range(1..5)).map(|_| rng.pick(&SYLLABLES)).collect()).collect();
    let mut column = 0;
    while data.len() < len {
        // Frequent words come first, as in any language.
        let word = words[rng.skewed(words.len())].as_bytes();
        data.extend_from_slice(word);
        column += word.len() + 1;
        match rng.below(12) {
            0 => data.extend_from_slice(b", "),
            1 => data.extend_from_slice(b". "),
            _ if column > 70 => {
                data.push(b'\n');
                column = 0;
            }
            _ => data.push(b' '),
        }
    }
}

fn records(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    let width = rng.pick(&[4, 12, 16, 24, 32]);
    let mut counter = rng.next_u32() >> 8;
    let mut level = 1000_i32;
    while data.len() < len {
        let start = data.len();
        data.extend_from_slice(&counter.to_le_bytes());
        counter += 1 + rng.skewed(16) as u32;
        level += rng.below(21) as i32 - 10;
        data.extend_from_slice(&level.to_le_bytes());
        data.extend_from_slice(rng.pick(&[b"north ", b"south ", b"east\0\0", b"west\0\0"]));
        data.push(rng.byte() & 3);
        data.resize(start + width, 0);
    }
}

fn code(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    let targets: Vec<u32> = (0..64).map(|_| rng.next_u32() & 0xF_FFFF).collect();
    let bodies: Vec<[u8; 12]> = (0..100)
        .map(|_| {
            let mut body = [0; 12];
            rng.fill(&mut body);
            body
        })
        .collect();
    while data.len() < len {
        let at = data.len() as u32;
        let target = rng.pick(&targets);
        match rng.below(8) {
            // x86: CALL and JMP with 32-bit displacements.
            0 | 1 => {
                data.push(if rng.one_in(3) { 0xE9 } else { 0xE8 });
                data.extend_from_slice(&target.wrapping_sub(at + 5).to_le_bytes());
            }
            // ARM64: BL, then ADRP, at multiples of four.
            2 => {
                data.resize(data.len().next_multiple_of(4), 0x90);
                let offset = target.wrapping_sub(data.len() as u32) >> 2;
                data.extend_from_slice(&(0x9400_0000 | offset & 0x3FF_FFFF).to_le_bytes());
                data.extend_from_slice(&(0x9000_0000 | (target & 0x1F) << 5).to_le_bytes());
            }
            // ARM: BL.
            3 => {
                data.resize(data.len().next_multiple_of(4), 0);
                let offset = target.wrapping_sub(data.len() as u32 + 8) >> 2;
                data.extend_from_slice(&(0xEB00_0000 | offset & 0xFF_FFFF).to_le_bytes());
            }
            // RISC-V: AUIPC with its pair, and JAL.
            4 => {
                data.resize(data.len().next_multiple_of(2), 0);
                data.extend_from_slice(&(target << 12 | 0x0317).to_le_bytes());
                data.extend_from_slice(&(target << 20 | 0x0003_0067).to_le_bytes());
                data.extend_from_slice(&(target << 12 | 0x00EF).to_le_bytes());
            }
            // PowerPC BL and SPARC CALL, both big endian.
            5 => {
                data.resize(data.len().next_multiple_of(4), 0);
                data.extend_from_slice(&(0x4800_0001 | target & 0x3FF_FFFC).to_be_bytes());
                data.extend_from_slice(&(0x4000_0000 | target >> 2).to_be_bytes());
            }
            _ => {
                let body = rng.pick(&bodies);
                data.extend_from_slice(&body[..rng.range(1..12)]);
            }
        }
    }
}

fn runs(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    while data.len() < len {
        let byte = rng.pick(&[0, 0, 0xFF, b' ', rng.clone().byte()]);
        let run = 1 + rng.skewed(3000);
        data.resize(data.len() + run, byte);
        if rng.one_in(4) {
            data.push(rng.byte());
        }
    }
}

fn sparse(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    data.resize(len, 0);
    for _ in 0..len / rng.range(5..500) {
        let place = rng.below(len);
        data[place] = rng.byte();
    }
}

fn periods(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    while data.len() < len {
        let mut pattern = vec![0; 1 + rng.skewed(1500)];
        rng.fill(&mut pattern);
        let end = data.len() + 1 + rng.skewed(20_000);
        while data.len() < end {
            data.extend_from_slice(&pattern);
        }
    }
}

fn mixture(data: &mut Vec<u8>, len: usize, rng: &mut Rng) {
    while data.len() < len {
        let size = 1 + rng.skewed(len.clamp(2, 50_000));
        if !data.is_empty() && rng.one_in(3) {
            let from = rng.below(data.len());
            let to = (from + size).min(data.len());
            data.extend_from_within(from..to);
        } else {
            let kind = rng.pick(&KINDS[..KINDS.len() - 1]);
            data.extend(generate(kind, size, rng));
        }
    }
}
