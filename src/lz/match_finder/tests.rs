//! Tests of the window and the match finders together.

#![forbid(unsafe_code)]

use super::*;
use crate::error::{Result, Status};
use crate::io::{Action, Input, Output, Source};
use crate::lz::MatchFinderKind;
use crate::memory::testing;

/// The end of a chain: the application's input as it is.
struct Direct;

impl Source for Direct {
    fn read(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        input.copy_to(output);
        Ok(if action != Action::Run && input.is_empty() { Status::StreamEnd } else { Status::Ok })
    }
}

/// A small generator of pseudo-random numbers (xorshift).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }
}

/// What a position got: its length, if it was looked at, and its matches.
pub(super) type StepOutcome = (usize, Option<u32>, Vec<Match>);

/// Runs `data` through `lz` in random chunks, with flushes at fixed places;
/// finds and skips in a pattern that the position alone decides.
pub(super) fn drive(
    lz: &mut MatchFinder,
    data: &[u8],
    flushes: &[usize],
    random: &mut Random,
) -> Vec<StepOutcome> {
    let mut steps = Vec::new();
    let (mut taken, mut done, mut ends) = (0, 0, flushes.to_vec());
    ends.push(data.len());
    let largest = 1 << random.below(20);
    for (nth, &end) in ends.iter().enumerate() {
        let ending = if nth == flushes.len() { Action::Finish } else { Action::SyncFlush };
        let mut flushed = false;
        while !flushed {
            let chunk = (1 + random.below(largest) as usize).min(end - taken);
            let action = if taken + chunk == end { ending } else { Action::Run };
            let mut input = Input::new(&data[taken..taken + chunk]);
            while !flushed && (!input.is_empty() || action != Action::Run) {
                if lz.wants_input() {
                    lz.fill(&mut Direct, &mut input, action).unwrap();
                }
                while !lz.at_limit() {
                    parse(lz, &mut done, &mut steps);
                }
                if lz.action() != Action::Run {
                    assert_eq!(lz.action(), ending);
                    assert_eq!(lz.unencoded(), 0);
                    lz.end_flush();
                    flushed = true;
                }
            }
            taken += chunk;
        }
    }
    assert_eq!(done, data.len());
    steps
}

fn parse(lz: &mut MatchFinder, done: &mut usize, steps: &mut Vec<StepOutcome>) {
    let mut random = Random(0x9E37_79B9 * (*done as u64 + 1));
    random.next();
    let (window, read) = lz.window();
    let (ahead, available) = (window[read..].first().copied(), lz.available());
    if random.below(4) == 0 && random.below(4096) != 0 {
        let count = (1 + random.below(300) as u32).min(available);
        lz.skip(count);
        steps.push((*done, None, Vec::new()));
        *done += count as usize;
    } else {
        let len = lz.find();
        steps.push((*done, Some(len), lz.matches().to_vec()));
        *done += 1;
        assert_eq!(lz.window().0[lz.window().1 - 1], ahead.unwrap());
    }
    lz.encoded(lz.read_ahead());
}

/// Data of one of several kinds.
pub(super) fn sample(random: &mut Random, len: usize) -> Vec<u8> {
    let mut data: Vec<u8> = Vec::with_capacity(len + 600);
    let kind = random.below(7);
    let longest = if random.below(2) == 0 { 10 } else { 1500 };
    let period = 1 + random.below(longest) as usize;
    while data.len() < len {
        let start = data.len();
        match kind {
            0 => data.push(random.next() as u8),
            1 => data.push(random.below(3) as u8),
            2 if start >= period && random.below(5000) != 0 => data.push(data[start - period]),
            3 | 4 if start > 0 && random.below(3) != 0 => {
                let from = random.below(start as u64) as usize;
                for index in from..from + random.below(if kind == 3 { 20 } else { 600 }) as usize {
                    data.push(data[index]);
                }
            }
            5 => data.extend((0..random.below(400)).map(|_| b'z')),
            // Nearly all that searches look at is close by.
            6 => data.extend((0..random.below(60)).map(|_| 0)),
            _ => {}
        }
        if kind != 0 && random.below(3) == 0 {
            data.push(random.next() as u8);
        }
        if data.len() == start {
            data.push(random.next() as u8);
        }
    }
    data.truncate(len);
    data
}

pub(super) const KINDS: [MatchFinderKind; 5] = [
    MatchFinderKind::Hc3,
    MatchFinderKind::Hc4,
    MatchFinderKind::Bt2,
    MatchFinderKind::Bt3,
    MatchFinderKind::Bt4,
];

pub(super) fn options(random: &mut Random) -> LzOptions<'static> {
    let match_finder = KINDS[random.below(5) as usize];
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
        match_len_max: 273,
        nice_len: (nice_len as u32).max(match_finder.hash_bytes()),
        match_finder,
        depth: if random.below(3) == 0 { 1 + random.below(300) as u32 } else { 0 },
        preset_dict: &[],
    }
}

pub(super) fn flushes(random: &mut Random, len: usize) -> Vec<usize> {
    let count = if random.below(2) == 0 { 0 } else { random.below(8) };
    let mut places: Vec<usize> =
        (0..count).map(|_| random.below(len as u64 + 1) as usize).collect();
    if random.below(2) == 0 && !places.is_empty() {
        // Some close to each other, so that positions stay pending.
        let more: Vec<usize> = places.iter().map(|&at| (at + 7).min(len)).collect();
        places.extend(more);
    }
    places.sort_unstable();
    places
}

/// A window size that several times the data slides through.
fn length(random: &mut Random) -> usize {
    let scale = 4 + random.below(18);
    random.below(1 << scale) as usize
}

#[test]
fn matches_are_there() {
    let mut random = Random(1);
    for _ in 0..60 {
        let options = options(&mut random);
        let len = length(&mut random);
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        let mut lz = MatchFinder::INIT;
        lz.start(&testing::malloc(), &options).unwrap();
        for (at, longest, matches) in drive(&mut lz, &data, &flushes, &mut random) {
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
    let mut random = Random(2);
    let (memory, mut lz) = (testing::dirty(), MatchFinder::INIT);
    for _ in 0..60 {
        let options = options(&mut random);
        let len = length(&mut random);
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        lz.start(&memory, &options).unwrap();
        let first = drive(&mut lz, &data, &flushes, &mut random);
        lz.start(&memory, &options).unwrap();
        let second = drive(&mut lz, &data, &flushes, &mut random);
        assert!(first == second, "{options:?} {len} {flushes:?}");
    }
}

#[test]
fn matches_are_those_of_the_plain_match_finders() {
    let mut random = Random(4);
    let (memory, mut lz) = (testing::dirty(), MatchFinder::INIT);
    for _ in 0..100 {
        let mut options = options(&mut random);
        let len = length(&mut random);
        let preset = if random.below(4) == 0 { length(&mut random) * 2 } else { 0 };
        let data = sample(&mut random, preset + len);
        let (preset, data) = data.split_at(preset);
        options.preset_dict = preset;
        let flushes = flushes(&mut random, len);
        let mut plain = MatchFinder::reference();
        plain.start(&memory, &options).unwrap();
        let expected = drive(&mut plain, data, &flushes, &mut random);
        lz.start(&memory, &options).unwrap();
        let steps = drive(&mut lz, data, &flushes, &mut random);
        options.preset_dict = &[];
        for (expected, step) in expected.iter().zip(&steps) {
            assert_eq!(expected, step, "{options:?} {} {len} {flushes:?}", preset.len());
        }
    }
}

#[test]
fn positions_can_be_counted_anew() {
    let (memory, mut random) = (testing::malloc(), Random(5));
    for round in 0..6 {
        let mut options = options(&mut random);
        options.dict_size = 4096 + random.below(100_000) as u32;
        let len = 2_000_000 + random.below(1_000_000) as usize;
        let data = sample(&mut random, len);
        let flushes = flushes(&mut random, len);
        let mut plain = MatchFinder::reference();
        plain.start(&memory, &options).unwrap();
        let expected = drive(&mut plain, &data, &flushes, &mut random);
        let mut lz = if round % 3 == 0 { MatchFinder::reference() } else { MatchFinder::INIT };
        // The window alone has more than 0.5 MiB.
        lz.limit_positions(options.dict_size * 3 + (2 << 19));
        lz.start(&memory, &options).unwrap();
        let steps = drive(&mut lz, &data, &flushes, &mut random);
        assert!(lz.finder.times_rebased > 1);
        assert!(steps == expected, "{options:?} {len} {flushes:?}");
    }
}

#[test]
fn memory_usage_is_that_of_the_original() {
    // Figures of lzma_lz_encoder_memusage in liblzma 5.8.4 for x86-64.
    for (match_finder, dict_size, usage) in
        [(MatchFinderKind::Bt4, 8 << 20, 97_272_467), (MatchFinderKind::Hc4, 1 << 20, 8_667_791)]
    {
        let options = LzOptions {
            before_size: 4096,
            dict_size,
            after_size: 4097,
            match_len_max: 273,
            nice_len: 64,
            match_finder,
            depth: 0,
            preset_dict: &[],
        };
        assert_eq!(options.memory_usage(), Some(usage));
    }
}
