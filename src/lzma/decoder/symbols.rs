//! The loop that decodes LZMA symbols: where the time goes.
//!
//! Everything lives in locals. Input and dictionary space are checked once
//! a symbol, by the caller's choice of limits, so no symbol is ever left
//! half-way: a call decodes whole symbols, at least one.

#![forbid(unsafe_code)]

use super::model::{LengthModel, Model};
use crate::cpu::{RangeCode, prefetch};
use crate::error::Error;
use crate::lz::Window;
use crate::lzma::LzmaOptions;
use crate::range::RangeDecoder;

/// No symbol takes more bytes of input than this: 22 bits with probabilities
/// of at most 11 bits each, and 26 without.
pub(super) const SYMBOL_MAX: usize = 20;

/// The literal states: the latest symbol was not a match.
const LITERAL_STATES: usize = 7;

/// All that one symbol leaves to the next.
pub(super) struct Symbols {
    pub(super) rc: RangeCode,
    /// What the latest symbols were, 0 to 11.
    pub(super) state: usize,
    /// The latest four distances, less one.
    pub(super) reps: [u32; 4],
    /// Number of literal context bits.
    pub(super) lc: u32,
    /// `lc` and the number of literal position bits: how many rows are used.
    literal_bits: u32,
    /// Masks for the position.
    pub(super) lp_mask: usize,
    pub(super) pb_mask: usize,
    pub(super) model: Model,
}

/// Why the loop has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At the limit of input or output, between two symbols.
    Limit,
    /// Output is full, but a match has this many bytes to go.
    Match(usize),
    /// At an end marker.
    EndMarker,
}

impl Symbols {
    /// For the beginning; [`Symbols::configure`] comes before use.
    pub(super) const INIT: Symbols = Symbols {
        rc: RangeCode { range: 0, code: 0 },
        state: 0,
        reps: [0; 4],
        lc: 0,
        literal_bits: 0,
        lp_mask: 0,
        pb_mask: 0,
        model: Model::INIT,
    };

    /// Takes `lc`, `lp` and `pb` (valid ones) from `options`; a reset follows.
    pub(super) fn configure(&mut self, options: &LzmaOptions<'_>) {
        self.lc = options.lc;
        self.literal_bits = options.lc + options.lp;
        self.lp_mask = (1 << options.lp) - 1;
        self.pb_mask = (1 << options.pb) - 1;
    }

    /// Forgets all symbols.
    pub(super) fn reset(&mut self) {
        self.rc = RangeCode { range: u32::MAX, code: 0 };
        self.state = 0;
        self.reps = [0; 4];
        self.model.reset(self.literal_bits);
    }

    /// Decodes symbols until no more than `reserve` bytes of `input` are left
    /// or the window is full, but at least one, so that a window that was
    /// full to begin with ends up one literal over its limit.
    ///
    /// `reserve` is at least [`SYMBOL_MAX`], or `input` has what the first
    /// symbol needs and `reserve` is as much. `taken` is set to how many
    /// bytes were taken, also on error.
    #[inline(never)]
    pub(super) fn decode(
        &mut self,
        caller: &mut Window<'_>,
        input: &[u8],
        reserve: usize,
        taken: &mut usize,
    ) -> Result<Stop, Error> {
        let window = caller.reborrow();
        let model = &mut self.model;
        let mut rc = RangeDecoder::new(self.rc, input);
        let mut state = self.state;
        let mut reps = self.reps;
        let (lp_mask, pb_mask, lc) = (self.lp_mask, self.pb_mask, self.lc & 7);
        let (mut pos, limit) = (window.pos, window.limit);
        let mut previous = window.bytes[pos - 1];
        let stop = loop {
            let pos_state = pos & pb_mask & 15;
            let literal_context = ((pos & lp_mask) << lc) + (usize::from(previous) >> (8 - lc));
            if !rc.bit(&mut model.is_match[state & 15][pos_state]) {
                let row = model.literal_row(literal_context);
                if state < LITERAL_STATES {
                    state = state.saturating_sub(3);
                    let tree = row.first_chunk_mut().map(|tree| rc.tree::<256>(tree));
                    previous = tree.unwrap_or(0) as u8;
                } else {
                    state = if state <= 9 { state - 3 } else { state - 6 };
                    let Some(source) = window.source(pos, reps[0]) else {
                        break Err(Error::Data); // was checked when it became reps[0]
                    };
                    previous = rc.matched_literal(row, window.bytes[source]);
                }
                window.bytes[pos] = previous;
                pos += 1;
            } else {
                let len;
                if !rc.bit(&mut model.is_rep[state & 15]) {
                    state = if state < LITERAL_STATES { 7 } else { 10 };
                    len = length(&mut rc, &mut model.match_len, pos_state);
                    reps = [
                        distance(&mut rc, model, len, |dist| {
                            prefetch(window.bytes, pos.wrapping_sub(dist as usize));
                        }),
                        reps[0],
                        reps[1],
                        reps[2],
                    ];
                    if reps[0] == u32::MAX {
                        break Ok(Stop::EndMarker);
                    }
                } else {
                    if window.is_empty(pos) {
                        break Err(Error::Data);
                    }
                    if !rc.bit(&mut model.is_rep0[state & 15]) {
                        if !rc.bit(&mut model.is_rep0_long[state & 15][pos_state]) {
                            state = if state < LITERAL_STATES { 9 } else { 11 };
                            let Some(source) = window.source(pos, reps[0]) else {
                                break Err(Error::Data);
                            };
                            previous = window.bytes[source];
                            window.bytes[pos] = previous;
                            pos += 1;
                            if pos >= limit || rc.left() <= reserve {
                                break Ok(Stop::Limit);
                            }
                            continue;
                        }
                    } else {
                        reps = earlier_distance(&mut rc, model, state, reps);
                    }
                    state = if state < LITERAL_STATES { 8 } else { 11 };
                    len = length(&mut rc, &mut model.rep_len, pos_state);
                }
                let Some(source) = window.source(pos, reps[0]) else {
                    break Err(Error::Data);
                };
                let fits = (len as usize).min(limit.saturating_sub(pos));
                repeat(window.bytes, source, pos, fits);
                pos += fits;
                previous = window.bytes[pos - 1];
                if fits < len as usize {
                    break Ok(Stop::Match(len as usize - fits));
                }
            }
            if pos >= limit || rc.left() <= reserve {
                break Ok(Stop::Limit);
            }
        };
        self.rc = rc.rc;
        self.state = state;
        self.reps = reps;
        caller.pos = pos;
        *taken = input.len() - rc.left();
        stop
    }
}

/// The length of a match in bytes, 2 to 273.
#[inline(always)]
fn length(rc: &mut RangeDecoder<'_>, model: &mut LengthModel, pos_state: usize) -> u32 {
    if !rc.bit(&mut model.choice[0]) {
        2 + rc.tree::<8>(&mut model.low[pos_state])
    } else if !rc.bit(&mut model.choice[1]) {
        10 + rc.tree::<8>(&mut model.mid[pos_state])
    } else {
        18 + rc.tree::<256>(&mut model.high)
    }
}

/// The distance of a match, less one. All ones is the end marker. `hint` is
/// told of a far distance before its low four bits are known, in time to
/// fetch the match's source from memory.
#[inline(always)]
fn distance(rc: &mut RangeDecoder<'_>, model: &mut Model, len: u32, hint: impl FnOnce(u32)) -> u32 {
    let slots = &mut model.dist_slot[(len as usize).wrapping_sub(2).min(3)];
    let slot = rc.tree::<64>(slots);
    if slot < 4 {
        return slot;
    }
    let bits = (slot >> 1) - 1;
    let high = 2 | slot & 1;
    if slot < 14 {
        let tree = &mut model.dist_special[slot as usize & 15];
        (high << bits) + rc.reverse_tree(tree, bits)
    } else {
        let high = rc.direct(high, bits - 4);
        hint(high << 4);
        (high << 4) + rc.reverse_tree_4(&mut model.align)
    }
}

/// One of the latest distances but the last, moved to the front.
#[inline(always)]
fn earlier_distance(
    rc: &mut RangeDecoder<'_>,
    model: &mut Model,
    state: usize,
    [rep0, rep1, rep2, rep3]: [u32; 4],
) -> [u32; 4] {
    if !rc.bit(&mut model.is_rep1[state & 15]) {
        [rep1, rep0, rep2, rep3]
    } else if !rc.bit(&mut model.is_rep2[state & 15]) {
        [rep2, rep0, rep1, rep3]
    } else {
        [rep3, rep0, rep1, rep2]
    }
}

/// Copies `len` bytes from `source` to `pos`, where the source may run into
/// what is being written. Writes up to 15 bytes more.
#[inline(always)]
pub(super) fn repeat(bytes: &mut [u8], source: usize, pos: usize, len: usize) {
    // Far, or wrapped around: no overlap within a step.
    if pos.wrapping_sub(source) >= 16 {
        let mut done = 0;
        while done < len {
            bytes.copy_within(source + done..source + done + 16, pos + done);
            done += 16;
        }
    } else {
        repeat_near(bytes, source, pos, len);
    }
}

/// [`repeat`] for distances of less than 16 bytes.
#[inline(always)]
fn repeat_near(bytes: &mut [u8], source: usize, pos: usize, len: usize) {
    let distance = pos - source;
    let mut done = 0;
    if distance < 8 {
        if distance == 1 {
            let byte = bytes[source];
            bytes[pos..pos + len].fill(byte);
            return;
        }
        // The period repeated until it is at least a step long.
        let periods = distance * 8usize.div_ceil(distance);
        while done < periods.min(len) {
            bytes[pos + done] = bytes[source + done];
            done += 1;
        }
    }
    // From here on the source is what comes `distance` or `periods` earlier,
    // both 8 or more.
    let mut from = source;
    while done < len {
        bytes.copy_within(from..from + 8, pos + done);
        done += 8;
        from += 8;
    }
}
