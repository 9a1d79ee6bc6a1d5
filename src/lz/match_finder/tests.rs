//! Tests of the window and the searches in it together.

#![forbid(unsafe_code)]

use super::*;
use crate::io::Direct;
use crate::lz::MatchFinderKind;
use crate::memory::testing;
use crate::rng::Rng;

/// Thresholds that little data comes to.
const SMALL: Tuning = Tuning {
    batch_nodes_min: 1 << 10,
    far_distance: 1 << 8,
    trial_steps: 1 << 7,
    serial_positions: 200,
    skip_window: 300,
    path_trial: 100,
    pathless_searches: 50,
    cache_nodes_min: 1 << 9,
    position_min: 0,
    position_max: Tuning::DEFAULT.position_max,
};

impl MatchFinder {
    fn next_position(&self) -> u32 {
        self.window.position()
    }
}

/// A call of a parser: its place in the data, the longest length if it looked
/// for matches, and the matches.
type Call = (usize, Option<u32>, Vec<Match>);

/// The answers of a match finder.
struct Answers {
    calls: Vec<Call>,
    /// Number of times that positions were rebased.
    rebased: usize,
}

/// Runs `data` through `finder` in random chunks, with flushes at fixed
/// places; finds and skips in a pattern that depends on the place alone.
fn drive(finder: &mut MatchFinder, data: &[u8], flushes: &[usize], random: &mut Rng) -> Answers {
    let mut answers = Answers { calls: Vec::new(), rebased: 0 };
    let (mut taken, mut done, mut ends) = (0, 0, flushes.to_vec());
    ends.push(data.len());
    let largest = 1 << random.below(20);
    for (nth, &end) in ends.iter().enumerate() {
        let ending = if nth == flushes.len() { Action::Finish } else { Action::SyncFlush };
        let mut flushed = false;
        while !flushed {
            let chunk = (1 + random.below(largest)).min(end - taken);
            let action = if taken + chunk == end { ending } else { Action::Run };
            let mut input = Input::new(&data[taken..taken + chunk]);
            while !flushed && (!input.is_empty() || action != Action::Run) {
                if finder.wants_input() {
                    let position = finder.next_position();
                    finder.fill(&mut Direct, &mut input, action).unwrap();
                    answers.rebased += usize::from(finder.next_position() != position);
                }
                while !finder.at_limit() {
                    call(finder, &mut done, &mut answers.calls);
                }
                if finder.action() != Action::Run {
                    assert_eq!(finder.action(), ending);
                    assert_eq!(finder.unencoded(), 0);
                    finder.end_flush();
                    flushed = true;
                }
            }
            taken += chunk;
        }
    }
    assert_eq!(done, data.len());
    answers
}

fn call(finder: &mut MatchFinder, done: &mut usize, calls: &mut Vec<Call>) {
    let mut random = Rng::new(0x9E37_79B9 * (*done as u64 + 1));
    random.next_u64();
    let (window, read) = finder.window();
    let (next, available) = (window[read..].first().copied(), finder.available());
    if random.below(4) == 0 && random.below(4096) != 0 {
        let count = (1 + random.below(300) as u32).min(available);
        finder.skip(count);
        calls.push((*done, None, Vec::new()));
        *done += count as usize;
    } else {
        let len = finder.find();
        calls.push((*done, Some(len), finder.matches().to_vec()));
        *done += 1;
        assert_eq!(finder.window().0[finder.window().1 - 1], next.unwrap());
    }
    finder.encoded(finder.read_ahead());
}

/// Data of one of several kinds.
fn sample(random: &mut Rng, len: usize) -> Vec<u8> {
    let mut data: Vec<u8> = Vec::with_capacity(len + 600);
    let kind = random.below(7);
    let longest = if random.below(2) == 0 { 10 } else { 1500 };
    let period = 1 + random.below(longest);
    while data.len() < len {
        let start = data.len();
        match kind {
            0 => data.push(random.next_u64() as u8),
            1 => data.push(random.below(3) as u8),
            2 if start >= period && random.below(5000) != 0 => data.push(data[start - period]),
            3 | 4 if start > 0 && random.below(3) != 0 => {
                let from = random.below(start);
                for index in from..from + random.below(if kind == 3 { 20 } else { 600 }) {
                    data.push(data[index]);
                }
            }
            5 => data.extend((0..random.below(400)).map(|_| b'z')),
            // Nearly all that searches look at is close by.
            6 => data.extend((0..random.below(60)).map(|_| 0)),
            _ => {}
        }
        if kind != 0 && random.below(3) == 0 {
            data.push(random.next_u64() as u8);
        }
        if data.len() == start {
            data.push(random.next_u64() as u8);
        }
    }
    data.truncate(len);
    data
}

const KINDS: [MatchFinderKind; 5] = [
    MatchFinderKind::Hc3,
    MatchFinderKind::Hc4,
    MatchFinderKind::Bt2,
    MatchFinderKind::Bt3,
    MatchFinderKind::Bt4,
];

fn options(random: &mut Rng) -> LzOptions<'static> {
    let match_finder = random.pick(&KINDS);
    let scale = 4 + random.below(18);
    let nice_len = match random.below(4) {
        0 => 2 + random.below(20),
        1 => 273,
        _ => 2 + random.below(272),
    };
    LzOptions {
        before_size: 4096 + random.below(2) as u32 * 60000,
        dict_size: 4096 + random.below(1 << scale) as u32,
        after_size: 4097,
        nice_len: (nice_len as u32).max(match_finder.hash_bytes()),
        match_finder,
        depth: if random.below(3) == 0 { 1 + random.below(300) as u32 } else { 0 },
        cache_chains: random.below(4) != 0,
        preset_dict: &[],
    }
}

/// Mostly thresholds that little data comes to.
fn tuning(random: &mut Rng) -> Tuning {
    if random.below(5) == 0 { Tuning::DEFAULT } else { SMALL }
}

fn flushes(random: &mut Rng, len: usize) -> Vec<usize> {
    let count = if random.below(2) == 0 { 0 } else { random.below(8) };
    let mut places: Vec<usize> = (0..count).map(|_| random.below(len + 1)).collect();
    if random.below(2) == 0 && !places.is_empty() {
        // Some close to each other, so that positions stay pending.
        let more: Vec<usize> = places.iter().map(|&at| (at + 7).min(len)).collect();
        places.extend(more);
    }
    places.sort_unstable();
    places
}

/// A length of data; the longest slides through small windows several times.
fn length(random: &mut Rng) -> usize {
    let scale = 4 + random.below(18);
    random.below(1 << scale)
}

/// Compares all answers for `data` with those of the reference.
fn assert_like_reference(
    finder: &mut MatchFinder,
    (options, tuning): (&LzOptions<'_>, &Tuning),
    data: &[u8],
    flushes: &[usize],
    random: &mut Rng,
) -> Answers {
    let memory = testing::dirty();
    let mut reference = MatchFinder::reference(&memory).unwrap();
    reference.start(&memory, options).unwrap();
    let expected = drive(&mut reference, data, flushes, random);
    finder.start_tuned(&memory, options, tuning).unwrap();
    let answers = drive(finder, data, flushes, random);
    let options = LzOptions { preset_dict: &[], ..*options };
    for (expected, call) in expected.calls.iter().zip(&answers.calls) {
        assert_eq!(expected, call, "{options:?} {tuning:?} {} {flushes:?}", data.len());
    }
    assert_eq!(expected.calls.len(), answers.calls.len());
    answers
}

#[test]
fn matches_are_there() {
    let mut random = Rng::new(1);
    for _ in 0..60 {
        let options = options(&mut random);
        let len = length(&mut random);
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        let mut finder = MatchFinder::INIT;
        finder.start_tuned(&testing::malloc(), &options, &SMALL).unwrap();
        for (at, longest, matches) in drive(&mut finder, &data, &flushes, &mut random).calls {
            let mut best = 1;
            for Match { len, dist } in matches.iter().copied() {
                let (len, start) = (len as usize, at - dist as usize - 1);
                assert!(len > best && len <= options.nice_len as usize, "{options:?}");
                assert!(dist < options.dict_size);
                assert_eq!(data[at..at + len], data[start..start + len]);
                best = len;
            }
            let last = matches.last().map_or(0, |last| last.len);
            let longest = longest.unwrap_or(last);
            assert!(longest == last || longest > last && last == options.nice_len);
        }
    }
}

#[test]
fn chunks_do_not_matter() {
    let mut random = Rng::new(2);
    let (memory, mut finder) = (testing::dirty(), MatchFinder::INIT);
    for _ in 0..60 {
        let (options, tuning) = (options(&mut random), tuning(&mut random));
        let len = length(&mut random);
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        let [first, second] = [(); 2].map(|()| {
            finder.start_tuned(&memory, &options, &tuning).unwrap();
            drive(&mut finder, &data, &flushes, &mut random).calls
        });
        assert!(first == second, "{options:?} {tuning:?} {len} {flushes:?}");
    }
}

#[test]
fn matches_are_those_of_the_reference() {
    let mut random = Rng::new(4);
    let mut finder = MatchFinder::INIT;
    for _ in 0..100 {
        let (mut options, tuning) = (options(&mut random), tuning(&mut random));
        let len = length(&mut random);
        let preset = if random.below(4) == 0 { length(&mut random) * 2 } else { 0 };
        let data = sample(&mut random, preset + len);
        let (preset, data) = data.split_at(preset);
        options.preset_dict = preset;
        let flushes = flushes(&mut random, len);
        assert_like_reference(&mut finder, (&options, &tuning), data, &flushes, &mut random);
    }
}

/// Data that ends where positions do: the window is full just before it would be moved,
/// and positions rebased.
#[test]
fn positions_may_come_to_the_end() {
    let mut random = Rng::new(12);
    let mut finder = MatchFinder::INIT;
    for case in 0..20 {
        let (mut options, mut tuning) = (options(&mut random), tuning(&mut random));
        options.match_finder = KINDS[case % KINDS.len()];
        options.nice_len = options.nice_len.max(4);
        (options.dict_size, options.depth) = (4096, 1 + random.below(8) as u32);
        let window_size = Params::new(&options, &tuning).unwrap().window_size;
        let slack = random.below(200) as u32;
        tuning.position_min = tuning.position_max - window_size - 1 - slack;
        let data = sample(&mut random, window_size as usize);
        assert_like_reference(&mut finder, (&options, &tuning), &data, &[], &mut random);
    }
}

#[test]
fn a_preset_dictionary_is_inserted_once() {
    let mut random = Rng::new(8);
    let mut finder = MatchFinder::INIT;
    let mut copied = 0;
    for _ in 0..40 {
        let (mut options, tuning) = (options(&mut random), tuning(&mut random));
        let len = length(&mut random) * 2;
        let text = sample(&mut random, len);
        options.preset_dict = &text;
        for start in 0..4 {
            let len = length(&mut random);
            let mut data = sample(&mut random, len);
            // Partly like the dictionary, so that its tables are used and changed.
            let alike = len.min(text.len()) / 2;
            data[..alike].copy_from_slice(&text[..alike]);
            let flushes = flushes(&mut random, len);
            assert_like_reference(&mut finder, (&options, &tuning), &data, &flushes, &mut random);
            let expected = start > 0 && text.len() >= preset_dict::LEN_MIN;
            assert_eq!(finder.preset.snapshot().is_some(), expected, "{start} {options:?}");
            copied += usize::from(start > 1 && expected);
        }
    }
    assert!(copied > 40, "{copied}");
    // Other parameters, or no dictionary, are not served by the copy.
    finder
        .start(&testing::malloc(), &LzOptions { preset_dict: &[], ..options(&mut random) })
        .unwrap();
    assert!(finder.preset.snapshot().is_none());
}

/// Memory that is used again does not make it search as if there were much data.
#[test]
fn a_used_one_begins_small_as_a_new_one() {
    let is_small = |finder: &MatchFinder| match &finder.search {
        Search::BinaryTree(tree) => tree.is_small(&SMALL),
        Search::HashChain(chain) => chain.is_small(),
        _ => panic!("it was not started"),
    };
    let mut random = Rng::new(9);
    let (much, few) = (sample(&mut random, 5000), sample(&mut random, 500));
    for match_finder in [MatchFinderKind::Bt4, MatchFinderKind::Hc4] {
        let options = LzOptions {
            match_finder,
            dict_size: 1 << 16,
            nice_len: 32,
            depth: 20,
            cache_chains: true,
            ..options(&mut random)
        };
        let mut finder = MatchFinder::INIT;
        for _ in 0..2 {
            for (data, small) in [(&few, true), (&much, false)] {
                finder.start_tuned(&testing::malloc(), &options, &SMALL).unwrap();
                assert!(is_small(&finder));
                drive(&mut finder, data, &[], &mut random);
                assert_eq!(is_small(&finder), small, "{} bytes", data.len());
            }
        }
    }
}

#[test]
fn thresholds_of_the_library_do_not_change_what_is_found() {
    let mut random = Rng::new(7);
    // Trees become large enough for batched searches, and sparse data in the
    // middle is searched serially for a while.
    let text: Vec<u8> = (0..2_600_000).map(|_| (random.below(9) * random.below(9)) as u8).collect();
    let mut data = text[..1_300_000].to_vec();
    data.extend((0..400_000).map(|_| u8::from(random.below(12) == 0) * random.next_u64() as u8));
    data.extend(&text[1_300_000..]);
    let options = LzOptions {
        before_size: 4096,
        dict_size: 2 << 20,
        after_size: 4097,
        nice_len: 32,
        match_finder: MatchFinderKind::Bt4,
        depth: 12,
        cache_chains: false,
        preset_dict: &[],
    };
    let mut finder = MatchFinder::INIT;
    let tuning = Tuning::DEFAULT;
    assert_like_reference(&mut finder, (&options, &tuning), &data, &[], &mut random);
}

#[test]
fn positions_can_be_rebased() {
    let mut random = Rng::new(5);
    for round in 0..6 {
        let mut options = options(&mut random);
        options.dict_size = 4096 + random.below(100_000) as u32;
        let len = 2_000_000 + random.below(1_000_000);
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        let memory = testing::malloc();
        let mut finder = MatchFinder::INIT;
        if round % 3 == 0 {
            finder = MatchFinder::reference(&memory).unwrap();
        }
        // The window alone has more than 0.5 MiB.
        let tuning = Tuning { position_max: options.dict_size * 3 + (2 << 19), ..SMALL };
        let settings = (&options, &tuning);
        let answers = assert_like_reference(&mut finder, settings, &data, &flushes, &mut random);
        assert!(answers.rebased > 1);
    }
}
