//! One function for each fuzz target.
//!
//! The first eight bytes of the data seed the random numbers that all else is
//! drawn from: options, limits, how data is divided into calls. The rest is
//! what is coded. So any file with eight bytes before it is a seed.

mod buffers;
mod decode;
mod differential;
mod encode;
mod headers;
mod index;
mod log;
mod reader;
mod strings;

use crate::common::{Chunks, Plan, Rng};

pub use buffers::buffers;
pub use decode::{decode_other, decode_stream, decode_threaded};
pub use differential::differential;
pub use encode::encode_round_trip;
pub use index::index;
pub use reader::reader;
pub use strings::filter_strings;

/// The name of a target, and the function that it is.
pub type Body = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: [Body; 9] = [
    ("decode_stream", decode_stream),
    ("decode_threaded", decode_threaded),
    ("decode_other", decode_other),
    ("encode_round_trip", encode_round_trip),
    ("index", index),
    ("filter_strings", filter_strings),
    ("differential", differential),
    ("buffers", buffers),
    ("reader", reader),
];

/// The most that is decoded: a few bytes may stand for gigabytes.
const OUTPUT_MAX: usize = 1 << 18;

/// The random numbers of the first bytes, and the other bytes.
fn split(data: &[u8]) -> Option<(Rng, &[u8])> {
    let (seed, rest) = data.split_first_chunk()?;
    Some((Rng::new(u64::from_le_bytes(*seed)), rest))
}

/// All input and all output at once.
fn whole() -> Plan {
    Plan { capacity: OUTPUT_MAX, stop_after: Some(OUTPUT_MAX), ..Plan::whole() }
}

/// A random plan to call a decoder by. With small chunks it stops before the
/// last byte, because that many calls take too long.
fn plan(rng: &mut Rng) -> Plan {
    let mut plan = Plan { capacity: OUTPUT_MAX, ..Plan::random(rng) };
    if rng.one_in(4) {
        plan.capacity = 1 + rng.skewed(5000);
    }
    let slow = matches!(plan.output, Chunks::Fixed(..100) | Chunks::Random(..100))
        || (plan.output == Chunks::Whole && plan.capacity < 100);
    plan.stop_after = Some(if slow { 10_000 } else { OUTPUT_MAX });
    plan
}

/// A memory usage limit that keeps a fuzzer within its own.
fn limit(rng: &mut Rng) -> u64 {
    match rng.below(4) {
        0 => rng.pick(&[0, 1, 32_767, 32_768, 33_000, 70_000, 100_000]),
        1 => rng.skewed(1 << 22) as u64,
        _ => 20 << 20,
    }
}
