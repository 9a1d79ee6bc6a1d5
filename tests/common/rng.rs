//! Random numbers from a seed (xoshiro256**, seeded by splitmix64), and the
//! seeds that a randomised test goes through.

use std::env;
use std::ops::Range;

/// A generator of random numbers; the same seed gives the same numbers.
#[derive(Clone, Debug)]
pub struct Rng {
    state: [u64; 4],
}

impl Rng {
    pub fn new(seed: u64) -> Rng {
        let mut sum = seed;
        let state = std::array::from_fn(|_| {
            sum = sum.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = sum;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^ (mixed >> 31)
        });
        Rng { state }
    }

    pub fn next_u64(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    pub fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    pub fn byte(&mut self) -> u8 {
        (self.next_u64() >> 56) as u8
    }

    /// A number less than `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        self.below_u64(end as u64) as usize
    }

    /// A number less than `end`, which is not zero.
    pub fn below_u64(&mut self, end: u64) -> u64 {
        ((u128::from(self.next_u64()) * u128::from(end)) >> 64) as u64
    }

    /// A number in `range`, which is not empty.
    pub fn range(&mut self, range: Range<usize>) -> usize {
        range.start + self.below(range.end - range.start)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// A number less than `end` whose magnitude is random: small ones are as
    /// frequent as large ones.
    pub fn skewed(&mut self, end: usize) -> usize {
        self.skewed_u64(end as u64) as usize
    }

    /// A number as from [`Rng::skewed`], of 64 bits on every machine.
    pub fn skewed_u64(&mut self, end: u64) -> u64 {
        let bits = self.below_u64(u64::from(end.max(2).ilog2()) + 1);
        self.below_u64(end.min(2 << bits))
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Calls `body` with a generator for each of `count` seeds. When `body`
/// panics, the seed is printed; `RLZMA_SEED` in the environment repeats that
/// seed alone, `RLZMA_ROUNDS` multiplies `count`, and `RLZMA_PART` divides it,
/// for tools that make tests many times slower.
pub fn seeds(count: u64, mut body: impl FnMut(&mut Rng)) {
    if let Some(seed) = number("RLZMA_SEED") {
        return with_seed(seed, &mut body);
    }
    let count = count.saturating_mul(number("RLZMA_ROUNDS").unwrap_or(1));
    for seed in 0..count.div_ceil(part()) {
        with_seed(seed, &mut body);
    }
}

/// Tells whether something has happened often enough in a randomised test for it
/// to mean anything: more than `least` times in a test of full length. Where one
/// seed is repeated, always.
pub fn is_enough(times: usize, least: usize) -> bool {
    number("RLZMA_SEED").is_some() || times > least / part() as usize
}

/// Rounds or bytes of a test that has `count` at full length: where `RLZMA_PART` divides them,
/// fewer, but at least `least`.
pub fn rounds(count: usize, least: usize) -> usize {
    (count / part() as usize).max(least)
}

/// Tells whether `case` is among those to try, of cases that are counted: all, or where
/// `RLZMA_PART` divides them, one of seven at least.
pub fn is_tried(case: usize) -> bool {
    case % part().min(7) as usize == 0
}

/// By which number random cases are divided.
fn part() -> u64 {
    number("RLZMA_PART").unwrap_or(1)
}

/// The number in a variable of the environment, if it is set.
///
/// # Panics
/// If it is set to something else.
pub fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

fn with_seed(seed: u64, body: &mut impl FnMut(&mut Rng)) {
    /// Prints its seed if it is dropped by a panic.
    struct Told(u64);
    impl Drop for Told {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("to repeat: RLZMA_SEED={}", self.0);
            }
        }
    }
    let _told = Told(seed);
    body(&mut Rng::new(seed));
}
