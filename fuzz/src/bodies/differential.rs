//! Ours beside the original: the same answer to every call.

use super::encode::{Coder, encoder_plan, stretch};
use super::{OUTPUT_MAX, limit, plan, split};
use crate::common::decoder::{Decoder, Start, is_split_badly};
use crate::common::{Chunks, Lib, Plan, Rng, assert_same, run};

/// Decodes the data, or encodes it.
pub fn differential(data: &[u8]) {
    let Some((mut rng, data)) = split(data) else { return };
    if rng.one_in(4) { encoders(data, &mut rng) } else { decoders(data, &mut rng) }
}

fn decoders(file: &[u8], rng: &mut Rng) {
    let decoder = match rng.below(5) {
        0 => Decoder::Stream,
        1 => Decoder::Alone,
        2 => Decoder::Lzip,
        3 => Decoder::MicroLzma {
            comp_size: rng.skewed(file.len() + 20) as u64,
            uncomp_size: rng.skewed(3 * file.len() + 20) as u64,
            exact: rng.one_in(2).into(),
            dict_size: 1 + rng.skewed(1 << 20) as u32,
        },
        _ => Decoder::Auto,
    };
    let start = Start { decoder, limit: limit(rng), flags: rng.below(0x20) as u32 };
    let mut plan = plan(rng);
    plan.finish = !rng.one_in(8);
    let want = run(Lib::reference(), start.init(), file, &plan);
    let have = run(Lib::ours(), start.init(), file, &plan);
    if want != have && is_split_badly(&want, file) {
        // The original answers as ours does when it is not divided.
        let (input, output) = (Chunks::Whole, Chunks::Whole);
        let plan = Plan { input, output, capacity: 2 * OUTPUT_MAX, ..plan };
        let want = run(Lib::reference(), start.init(), file, &plan);
        let have = run(Lib::ours(), start.init(), file, &plan);
        return assert_same(&want, &have, format!("{start:?} {plan:?}"));
    }
    assert_same(&want, &have, format!("{start:?} {plan:?}"));
}

fn encoders(seed: &[u8], rng: &mut Rng) {
    let coder = Coder::random(rng);
    if matches!(coder, Coder::Threaded { timeout: 1.., .. }) {
        return; // how many calls there are depends on the time they take
    }
    let plain = stretch(seed, rng);
    let plan = encoder_plan(&coder, plain.len(), rng);
    let [want, have] = [Lib::reference(), Lib::ours()]
        .map(|lib| run(lib, |lib, strm| coder.encoder(lib, strm), &plain, &plan));
    let what = format!("{coder:?} {} bytes {plan:?}", plain.len());
    if matches!(coder, Coder::Threaded { .. }) {
        // As many calls as the threads make necessary.
        return assert!(want.result() == have.result(), "{what}\n{want:#?}\n{have:#?}");
    }
    assert_same(&want, &have, what);
}
