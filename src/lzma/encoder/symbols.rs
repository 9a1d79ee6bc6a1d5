//! Symbols, and encoding them.

#![forbid(unsafe_code)]

use super::length::LengthEncoder;
use super::literals::Literals;
use super::model::{
    ALIGN_BITS, DIST_MODEL_END, DIST_MODEL_START, MATCH_LEN_MAX, MATCH_LEN_MIN, Model, REPS,
    dist_slot, dist_state, slot_range,
};
use super::prices::DistancePrices;
use super::window_bytes::{back, byte};
use crate::error::Result;
use crate::lz::MatchFinder;
use crate::lzma::LzmaOptions;
use crate::lzma::state::State;
use crate::memory::AllocatorHandle;
use crate::range::RangeEncoder;

/// A literal, a match or a repeated match, as parsers choose them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol {
    /// [`LITERAL`]; below [`REPS`]: which of the last distances is repeated;
    /// else a distance (less one), plus [`REPS`].
    pub(super) back: u32,
    /// Number of bytes that it stands for.
    pub(super) len: u32,
}

/// [`Symbol::back`] of a literal.
pub(super) const LITERAL: u32 = u32::MAX;

impl Symbol {
    /// The symbol for the next byte as it is.
    pub(super) const LITERAL: Symbol = Symbol { back: LITERAL, len: 1 };
}

/// The state that encoding a symbol depends on and changes: probabilities,
/// state, latest distances.
pub(super) struct SymbolEncoder {
    pub(super) model: Model,
    pub(super) literals: Literals,
    pub(super) match_len: LengthEncoder,
    pub(super) rep_len: LengthEncoder,
    pub(super) distances: DistancePrices,
    pub(super) state: State,
    /// The last four distances, less one, the latest first.
    pub(super) reps: [u32; REPS],
    /// True if [`SymbolEncoder::prepare`] has something to do.
    outdated: bool,
    lc: u32,
    lp: u32,
    pb: u32,
}

impl SymbolEncoder {
    /// Not usable before [`SymbolEncoder::reset`] and [`SymbolEncoder::prepare`].
    pub(super) const INIT: SymbolEncoder = SymbolEncoder {
        model: Model::INIT,
        literals: Literals::INIT,
        match_len: LengthEncoder::INIT,
        rep_len: LengthEncoder::INIT,
        distances: DistancePrices::INIT,
        state: State::START,
        reps: [0; REPS],
        outdated: false,
        lc: 0,
        lp: 0,
        pb: 0,
    };

    /// Allocates the memory that symbols need with these options, which must be valid.
    /// Prices are kept of lengths up to `longest` (`None`: no prices at all) and of
    /// distances up to the dictionary size.
    pub(super) fn allocate(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
        longest: Option<usize>,
    ) -> Result<()> {
        let pos_states = 1 << options.pb;
        self.match_len.want_prices(memory, longest, pos_states)?;
        self.rep_len.want_prices(memory, longest, pos_states)?;
        self.distances.set_dict_size(options.dict_size);
        self.literals.allocate(memory, (options.lc, options.lp), longest.is_some())
    }

    /// Allocates what more is needed with the `lc`, `lp` and `pb` of these options,
    /// which must be valid. Before that is used, [`SymbolEncoder::reset`] must come.
    pub(super) fn grow(
        &mut self,
        memory: &AllocatorHandle,
        options: &LzmaOptions<'_>,
    ) -> Result<()> {
        let pos_states = 1 << options.pb;
        self.match_len.grow(memory, pos_states)?;
        self.rep_len.grow(memory, pos_states)?;
        self.literals.grow(memory, (options.lc, options.lp))
    }

    /// Resets everything, at the next [`SymbolEncoder::prepare`]. `lc`, `lp` and `pb`
    /// must be valid.
    pub(super) fn reset(&mut self, options: &LzmaOptions<'_>) {
        (self.lc, self.lp, self.pb) = (options.lc, options.lp, options.pb);
        self.outdated = true;
    }

    /// Carries out a reset. Must be called between [`SymbolEncoder::reset`] and the
    /// first symbol. Most of the memory is touched here for the first time, so
    /// an encoder that is given no data does without it.
    #[inline(always)]
    pub(super) fn prepare(&mut self) {
        if self.outdated {
            self.set_initial();
        }
    }

    #[cold]
    fn set_initial(&mut self) {
        self.outdated = false;
        self.model.reset(self.pb);
        self.literals.reset(self.lc, self.lp);
        self.match_len.reset(self.model.pos_states());
        self.rep_len.reset(self.model.pos_states());
        self.distances.reset();
        self.state = State::START;
        self.reps = [0; REPS];
    }

    /// Encodes the first byte of the data.
    pub(super) fn encode_first(&mut self, range: &mut RangeEncoder, byte: u8) {
        range.bit(&mut self.model.is_match[0][0], 0);
        self.literals.encode(range, (0, 0), None, byte);
    }

    /// Encodes a symbol for the next bytes of `finder`, which are at `position`
    /// of the uncompressed data.
    #[inline(always)]
    pub(super) fn encode(
        &mut self,
        range: &mut RangeEncoder,
        symbol: Symbol,
        finder: &MatchFinder,
        position: u32,
    ) {
        let pos_state = self.model.pos_state(position);
        let state = self.state.index();
        if symbol.back == LITERAL {
            range.bit(&mut self.model.is_match[state][pos_state], 0);
            let (bytes, _) = finder.window();
            let index = finder.next_index();
            let previous = byte(bytes, index.wrapping_sub(1));
            let after_match = !self.state.is_after_literal();
            let matched = after_match.then(|| byte(bytes, back(index, self.reps[0])));
            self.literals.encode(range, (position, previous), matched, byte(bytes, index));
            self.state = self.state.literal();
            return;
        }
        range.bit(&mut self.model.is_match[state][pos_state], 1);
        match symbol.back.checked_sub(REPS as u32) {
            None => {
                range.bit(&mut self.model.is_rep[state], 1);
                self.encode_rep(range, symbol, pos_state);
            }
            Some(dist) => {
                range.bit(&mut self.model.is_rep[state], 0);
                self.encode_match(range, dist, symbol.len, pos_state);
            }
        }
    }

    /// Encodes the end marker.
    pub(super) fn encode_end(&mut self, range: &mut RangeEncoder, position: u32) {
        let pos_state = self.model.pos_state(position);
        let state = self.state.index();
        range.bit(&mut self.model.is_match[state][pos_state], 1);
        range.bit(&mut self.model.is_rep[state], 0);
        self.encode_match(range, u32::MAX, MATCH_LEN_MIN as u32, pos_state);
    }

    fn encode_rep(&mut self, range: &mut RangeEncoder, symbol: Symbol, pos_state: usize) {
        let model = &mut self.model;
        let state = self.state.index();
        if symbol.back == 0 {
            range.bit(&mut model.is_rep0[state], 0);
            range.bit(&mut model.is_rep0_long[state][pos_state], u32::from(symbol.len != 1));
        } else {
            range.bit(&mut model.is_rep0[state], 1);
            if symbol.back == 1 {
                range.bit(&mut model.is_rep1[state], 0);
            } else {
                range.bit(&mut model.is_rep1[state], 1);
                range.bit(&mut model.is_rep2[state], symbol.back - 2);
            }
            self.reps = rotated(self.reps, symbol.back);
        }
        if symbol.len == 1 {
            self.state = self.state.short_rep();
            return;
        }
        self.rep_len.encode(range, len(symbol.len), pos_state);
        self.state = self.state.long_rep();
    }

    fn encode_match(&mut self, range: &mut RangeEncoder, dist: u32, length: u32, pos_state: usize) {
        let length = len(length);
        self.state = self.state.match_();
        self.match_len.encode(range, length, pos_state);
        let slot = dist_slot(dist);
        range.tree(&mut self.model.dist_slots[dist_state(length)], slot);
        if slot >= DIST_MODEL_START {
            let (bits, base) = slot_range(slot);
            let rest = dist - base;
            if slot < DIST_MODEL_END {
                range.reverse_tree(self.model.dist_tree_mut(slot), bits, rest);
            } else {
                range.direct(rest >> ALIGN_BITS, bits - ALIGN_BITS);
                range.reverse_tree_4(&mut self.model.dist_align, rest);
                self.distances.count_align();
            }
        }
        self.reps = [dist, self.reps[0], self.reps[1], self.reps[2]];
        self.distances.count_match();
    }
}

/// A length as an index, clamped to the lengths that there are.
#[inline(always)]
fn len(len: u32) -> usize {
    (len as usize).clamp(MATCH_LEN_MIN, MATCH_LEN_MAX)
}

/// The latest distances after a match or repeated match, which is `back` as in
/// [`Symbol`].
#[inline(always)]
pub(super) fn rotated(reps: [u32; REPS], back: u32) -> [u32; REPS] {
    let [a, b, c, d] = reps;
    match back {
        0 => [a, b, c, d],
        1 => [b, a, c, d],
        2 => [c, a, b, d],
        3 => [d, a, b, c],
        _ => [back - REPS as u32, a, b, c],
    }
}
