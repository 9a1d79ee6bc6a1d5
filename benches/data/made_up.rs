//! Data made for the purpose: what searches for matches find hard, or take for
//! something else.

use crate::common::Rng;
use crate::common::corpus::Sample;

/// Bytes of each kind.
const LEN: usize = 1_500_000;
/// Bytes of what repeats itself, which is more than the longest period.
const PERIODIC_LEN: usize = 3 << 20;

/// The kinds by name. Nothing here is compressed.
pub fn samples() -> Vec<Sample> {
    let rng = &mut Rng::new(1);
    let mut samples = Vec::new();
    let mut add = |name: &str, plain| {
        samples.push(Sample { name: name.to_owned(), plain, xz: Vec::new() });
    };
    add("zeros", vec![0; PERIODIC_LEN]);
    for period in [2, 37, 1000, 100_000] {
        add(&format!("period-{period}"), periodic(period, rng));
    }
    for distance in [12, 150, 1000] {
        add(&format!("sparse-{distance}"), sparse(distance, rng));
    }
    add("squares", squares());
    add("runs", runs(rng));
    add("counters", (0..LEN as u32 / 4).flat_map(u32::to_le_bytes).collect());
    add("letters", (0..LEN).map(|_| rng.pick(b"ACGT")).collect());
    add("digits", (0..LEN).map(|_| rng.pick(b"01")).collect());
    add("json", json(rng));
    add("noise", (0..LEN).map(|_| rng.byte()).collect());
    samples
}

/// Random bytes that come again after `period`.
fn periodic(period: usize, rng: &mut Rng) -> Vec<u8> {
    let bytes: Vec<u8> = (0..period).map(|_| rng.byte()).collect();
    bytes.into_iter().cycle().take(PERIODIC_LEN).collect()
}

/// Zeros, and a random byte at one place in `distance`.
fn sparse(distance: usize, rng: &mut Rng) -> Vec<u8> {
    (0..LEN).map(|_| if rng.below(distance) == 0 { rng.byte() } else { 0 }).collect()
}

/// An image of black and white squares of 40 by 40 bytes, 1000 bytes a row.
fn squares() -> Vec<u8> {
    let colour = |at: usize| if (at / 40 % 25 + at / 40_000) % 2 == 0 { 0 } else { 255 };
    (0..LEN).map(colour).collect()
}

/// Runs of one of three bytes, of up to 600.
fn runs(rng: &mut Rng) -> Vec<u8> {
    let mut data = Vec::with_capacity(LEN + 600);
    while data.len() < LEN {
        let (byte, count) = (rng.pick(b"abc"), rng.range(1..601));
        data.resize(data.len() + count, byte);
    }
    data.truncate(LEN);
    data
}

/// Lines of JSON with a counter, a word, and a number.
fn json(rng: &mut Rng) -> Vec<u8> {
    const WORDS: [&str; 6] = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
    let mut data = Vec::with_capacity(LEN + 100);
    let mut id = 0;
    while data.len() < LEN {
        id += 1;
        let (word, value) = (rng.pick(&WORDS), rng.below(100_000));
        data.extend(
            format!("{{\"id\": {id}, \"name\": \"{word}\", \"value\": {value}}}\n").bytes(),
        );
    }
    data.truncate(LEN);
    data
}
