//! The loop that decodes LZMA symbols: where the time goes.
//!
//! Everything lives in locals. Input and dictionary space are checked once
//! a symbol, by the caller's choice of limits, so no symbol is ever left
//! half-way: a call decodes whole symbols, at least one.

#![forbid(unsafe_code)]

use super::model::{LengthModel, Model};
use crate::cpu::RangeCode;
use crate::error::Error;
use crate::lzma::LzmaOptions;
use crate::lzma::state::State;
use crate::memory::{History, Initial, MatchEnd, Room};
use crate::range::{LiteralRow, RangeDecoder};

/// No symbol takes more bytes of input than this. The longest has 22 bits with
/// probabilities and 26 direct bits. No probability is below 31/2048, so the former take
/// at most 6.05 bits each. The range is at least 2^17.95 where the symbol begins, and
/// below 2^32 before the last bit: 14.05 + 21 * 6.05 + 26 = 167.1 bits, 20 whole bytes.
pub(super) const SYMBOL_MAX: usize = 20;

/// The LZMA decoder, between two symbols.
pub(super) struct SymbolDecoder {
    pub(super) rc: RangeCode,
    pub(super) state: State,
    /// The latest four distances, less one.
    pub(super) reps: [u32; 4],
    /// The number of literal context bits and literal position bits.
    pub(super) literal_bits: u32,
    pub(super) literal_context: LiteralContext,
    /// Mask for the position.
    pub(super) pb_mask: usize,
    pub(super) model: Model,
}

/// The input taken and the output written when the loop ends, also by an error.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    /// Bytes of input that were taken.
    pub(super) taken: usize,
    /// Bytes of output that are the latest symbol's.
    pub(super) latest: usize,
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

impl Initial for SymbolDecoder {
    /// [`SymbolDecoder::configure`] comes before use.
    const INITIAL: SymbolDecoder = SymbolDecoder {
        rc: RangeCode { range: 0, code: 0 },
        state: State::START,
        reps: [0; 4],
        literal_bits: 0,
        literal_context: LiteralContext { mask: 0, unused: 8 },
        pb_mask: 0,
        model: Model::INIT,
    };
}

impl SymbolDecoder {
    /// Takes `lc`, `lp` and `pb` (valid ones) from `options`; a reset follows.
    pub(super) fn configure(&mut self, options: &LzmaOptions<'_>) {
        self.literal_bits = options.lc + options.lp;
        self.literal_context = LiteralContext {
            mask: (0x100 << options.lp) - (0x100 >> options.lc),
            unused: 8 - options.lc,
        };
        self.pb_mask = (1 << options.pb) - 1;
    }

    /// Forgets all symbols.
    pub(super) fn reset(&mut self) {
        self.rc = RangeCode { range: u32::MAX, code: 0 };
        self.state = State::START;
        self.reps = [0; 4];
        self.model.reset();
    }

    /// Decodes symbols until no more than `reserve` bytes of `input` are left
    /// or the history is full, but at least one, so that a history that was
    /// full to begin with ends up one literal over its limit.
    ///
    /// `reserve` is at least [`SYMBOL_MAX`], or `input` has what the first
    /// symbol needs and `reserve` is as much.
    #[inline(never)]
    pub(super) fn decode(
        &mut self,
        literals: &mut [LiteralRow],
        caller: &mut History<'_>,
        input: &[u8],
        reserve: usize,
        progress: &mut Progress,
    ) -> Result<Stop, Error> {
        let mut history = caller.reborrow();
        let model = &mut self.model;
        let mut rc = RangeDecoder::new(self.rc, input, reserve);
        let mut state = self.state;
        let mut reps = self.reps;
        let (literal_context, pb_mask) = (self.literal_context, self.pb_mask);
        let mut previous = history.latest();
        // What the latest match would have continued with, once it is copied.
        let mut expected = history.byte(reps[0]);
        let mut latest = 0;
        let stop = 'symbols: loop {
            // One literal after a match, then more.
            'literals: {
                if !state.is_after_literal() {
                    let pos = history.pos_ahead();
                    if rc.bit(&mut model.is_match[state.index()][pos & pb_mask & 15]) {
                        break 'literals;
                    }
                    if let Some(MatchEnd { latest, next }) = history.copy_match() {
                        (previous, expected) = (latest, next);
                    }
                    let Some(row) = literals.get_mut(literal_context.row(pos, previous)) else {
                        break 'symbols Err(Error::Data);
                    };
                    state = state.literal();
                    let byte;
                    (byte, previous) = rc.matched_literal(row, expected);
                    // Two branches: as one, all took 1 % more instructions.
                    if !history.push(byte) {
                        latest = 1;
                        break 'symbols Ok(Stop::Limit);
                    }
                    if rc.is_short() {
                        latest = 1;
                        break 'symbols Ok(Stop::Limit);
                    }
                }
                loop {
                    let pos = history.pos();
                    if rc.bit(&mut model.is_match[state.index()][pos & pb_mask & 15]) {
                        break 'literals;
                    }
                    let Some(row) = literals.get_mut(literal_context.row(pos, previous)) else {
                        break 'symbols Err(Error::Data);
                    };
                    state = state.literal_again();
                    let byte;
                    (byte, previous) = rc.literal(row);
                    if !history.push(byte) {
                        latest = 1;
                        break 'symbols Ok(Stop::Limit);
                    }
                    if rc.is_short() {
                        latest = 1;
                        break 'symbols Ok(Stop::Limit);
                    }
                }
            }
            let pos = history.pos_ahead();
            let pos_state = pos & pb_mask & 15;
            let mut len = 1;
            if !rc.bit(&mut model.is_rep[state.index()]) {
                state = state.match_();
                let slots;
                (len, slots) = length_and_slots(&mut rc, model, pos_state);
                let hint = |dist| history.prefetch(pos, dist);
                reps = [distance(&mut rc, model, slots, hint), reps[0], reps[1], reps[2]];
                if reps[0] == u32::MAX {
                    break Ok(Stop::EndMarker);
                }
            } else {
                if history.is_empty(pos) {
                    break Err(Error::Data);
                }
                let mut short = false;
                if rc.bit(&mut model.is_rep0[state.index()]) {
                    reps = earlier_distance(&mut rc, model, state, reps);
                } else {
                    short = !rc.bit(&mut model.is_rep0_long[state.index()][pos_state]);
                }
                if short {
                    state = state.short_rep();
                } else {
                    history.prefetch(pos, reps[0]);
                    state = state.long_rep();
                    len = length(&mut rc, &mut model.rep_len, pos_state);
                }
            }
            // A match is copied when the next symbol has been decoded, which
            // does not need it if it is a match as well: by then its source
            // has arrived in the cache.
            history.copy_pending();
            let len = len as usize;
            match history.begin_match(reps[0], len) {
                Some(Room::Left) => {
                    if rc.is_short() {
                        latest = len;
                        break Ok(Stop::Limit);
                    }
                }
                Some(Room::Full(fits)) => {
                    latest = fits;
                    break Ok(if fits < len { Stop::Match(len - fits) } else { Stop::Limit });
                }
                None => break Err(Error::Data),
            }
        };
        history.copy_pending();
        let end = history.finish();
        caller.go_to(end);
        self.rc = rc.rc;
        self.state = state;
        self.reps = reps;
        *progress = Progress { taken: input.len() - rc.left(), latest };
        stop
    }
}

/// Chooses the probabilities of a literal.
#[derive(Clone, Copy)]
pub(super) struct LiteralContext {
    /// Selects the literal context bits among those of the position, then the previous
    /// byte: the lowest ones of the former, and the highest ones of the latter.
    mask: usize,
    /// The number of bits of the previous byte that are not used: 8 to 0.
    unused: u32,
}

impl LiteralContext {
    /// Index of a row of probabilities.
    #[inline(always)]
    pub(super) fn row(self, pos: usize, previous: u8) -> usize {
        ((pos << 8 | usize::from(previous)) & self.mask) >> (self.unused & 31)
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

/// The tree of distance slots that a length chooses.
struct SlotTree {
    /// Index among [`Model::dist_slot`].
    index: usize,
    /// The probability of its first node.
    root: u32,
}

/// The length of a match, 2 to 273, whose distance follows.
#[inline(always)]
fn length_and_slots(
    rc: &mut RangeDecoder<'_>,
    model: &mut Model,
    pos_state: usize,
) -> (u32, SlotTree) {
    let (lengths, trees) = (&mut model.match_len, &model.dist_slot);
    if !rc.bit(&mut lengths.choice[0]) {
        let (len, index, root) = rc.tree_before(&mut lengths.low[pos_state], trees);
        return (2 + len, SlotTree { index, root });
    }
    let slots = SlotTree { index: 3, root: u32::from(trees[3][1]) };
    if !rc.bit(&mut lengths.choice[1]) {
        (10 + rc.tree::<8>(&mut lengths.mid[pos_state]), slots)
    } else {
        (18 + rc.tree::<256>(&mut lengths.high), slots)
    }
}

/// The distance of a match, less one. All ones is the end marker. `hint` is
/// told of a far distance before its low four bits are known, in time to
/// fetch the match's source from memory.
#[inline(always)]
fn distance(
    rc: &mut RangeDecoder<'_>,
    model: &mut Model,
    slots: SlotTree,
    hint: impl FnOnce(u32),
) -> u32 {
    let tree = &mut model.dist_slot[slots.index & 3];
    let (slot, root) = rc.tree_between(slots.root, tree, &model.dist_special);
    if slot < 4 {
        return slot;
    }
    let bits = (slot >> 1) - 1;
    let high = 2 | slot & 1;
    if slot < 14 {
        let tree = &mut model.dist_special[slot as usize & 15];
        (high << bits) + rc.reverse_tree(root, tree, bits)
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
    state: State,
    [rep0, rep1, rep2, rep3]: [u32; 4],
) -> [u32; 4] {
    if !rc.bit(&mut model.is_rep1[state.index()]) {
        [rep1, rep0, rep2, rep3]
    } else if !rc.bit(&mut model.is_rep2[state.index()]) {
        [rep2, rep0, rep1, rep3]
    } else {
        [rep3, rep0, rep1, rep2]
    }
}
