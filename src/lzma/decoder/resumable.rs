//! Decodes symbols bit by bit, and stops within one where the input ends: for the last
//! bytes of a call. The loop for all else ([`SymbolDecoder::decode`]) decodes whole
//! symbols only.

#![forbid(unsafe_code)]

use super::symbols::{SYMBOL_MAX, SymbolDecoder};
use crate::cpu::RangeCode;
use crate::error::{Error, Result};
use crate::io::Input;
use crate::memory::History;
use crate::range::{LiteralRow, MATCHED, MODEL_BITS, MOVE_BITS, Probability, RANGE_MIN};

/// The bit, or bits, of a symbol that come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    IsMatch,
    Literal,
    IsRep,
    IsRep0,
    IsRep0Long,
    IsRep1,
    IsRep2,
    /// The two bits that tell which tree has the length.
    Choice,
    Choice2,
    /// Three trees of lengths.
    Low,
    Mid,
    High,
    DistSlot,
    /// The low bits of a near distance.
    DistSpecial,
    /// Bits of a far distance that have no probabilities.
    Direct,
    /// The low four bits of a far distance.
    Align,
}

/// A symbol of which a part is decoded.
#[derive(Clone, Copy)]
pub(super) struct PartialSymbol {
    stage: Stage,
    /// The length is that of a repeated match.
    is_rep: bool,
    /// Number of bits that are left in [`Stage::DistSpecial`] and [`Stage::Direct`].
    bits: u8,
    /// Length of the match in bytes.
    len: u16,
    /// The node of a tree, counted from 1. In trees whose lowest bit comes first, a
    /// leading 1 and the bits so far from the highest on.
    node: u32,
    /// The distance less one as far as it is known, shifted to where that belongs.
    dist: u32,
}

/// A symbol that is complete.
enum Symbol {
    Literal(u8),
    /// A match of this length at the latest distance.
    Match(usize),
    EndMarker,
}

/// Why decoding bit by bit has ended.
pub(super) enum Pause {
    /// There is no more input.
    Input,
    /// Between two symbols: output is full, or there is plenty of input.
    Limit,
    /// Output is full, and a literal has no room.
    Literal(u8),
    /// Output is full, but a match has this many bytes to go.
    Match(usize),
    /// At an end marker.
    EndMarker,
}

impl PartialSymbol {
    /// Between two symbols.
    pub(super) const NONE: PartialSymbol =
        PartialSymbol { stage: Stage::IsMatch, is_rep: false, bits: 0, len: 0, node: 1, dist: 0 };

    /// Tells whether no bit of a symbol is decoded.
    pub(super) fn is_none(&self) -> bool {
        self.stage == Stage::IsMatch
    }
}

/// A range decoder whose methods give `None` where the input ends.
struct Bits<'a> {
    rc: RangeCode,
    input: &'a [u8],
}

impl Bits<'_> {
    #[inline(always)]
    fn normalize(&mut self) -> Option<()> {
        if self.rc.range < RANGE_MIN {
            let (&byte, rest) = self.input.split_first()?;
            self.input = rest;
            self.rc.range <<= 8;
            self.rc.code = self.rc.code << 8 | u32::from(byte);
        }
        Some(())
    }

    #[inline(always)]
    fn bit(&mut self, probability: &mut Probability) -> Option<bool> {
        self.normalize()?;
        let p = u32::from(*probability);
        let bound = (self.rc.range >> MODEL_BITS) * p;
        if self.rc.code < bound {
            self.rc.range = bound;
            *probability = (p + (((1 << MODEL_BITS) - p) >> MOVE_BITS)) as Probability;
            Some(false)
        } else {
            self.rc.range -= bound;
            self.rc.code -= bound;
            *probability = (p - (p >> MOVE_BITS)) as Probability;
            Some(true)
        }
    }

    /// The rest of the leaf of a tree, as a number from 0. `node` changes only if the
    /// input ends before it.
    #[inline(always)]
    fn tree<const N: usize>(&mut self, tree: &mut [Probability; N], node: &mut u32) -> Option<u32> {
        let mut at = *node;
        while at < N as u32 {
            if self.normalize().is_none() {
                *node = at;
                return None;
            }
            let probability = &mut tree[at as usize & (N - 1)];
            (*probability, at) = self.rc.finish(u32::from(*probability), at);
        }
        Some(at - N as u32)
    }

    /// The rest of a literal for which a match would have gone on with `expected`.
    #[inline(always)]
    fn matched_literal(
        &mut self,
        row: &mut LiteralRow,
        expected: u8,
        node: &mut u32,
    ) -> Option<u32> {
        let path = u32::from(expected) | 0x100;
        // Bits to come.
        let mut left = node.leading_zeros() - 23;
        while left > 0 && *node == path >> left {
            let index = MATCHED + (path >> (left - 1));
            let bit = self.bit(row.get_mut(index as usize)?)?;
            *node = *node << 1 | u32::from(bit);
            left -= 1;
        }
        self.tree(row.first_chunk_mut::<0x100>()?, node)
    }

    /// The rest of `bits` bits of which the lowest comes first; nodes are numbered as in
    /// other trees.
    #[inline(always)]
    fn reverse_tree(
        &mut self,
        tree: &mut [Probability; 32],
        node: &mut u32,
        bits: &mut u8,
    ) -> Option<u32> {
        while *bits > 0 {
            self.normalize()?;
            let probability = &mut tree[*node as usize & 31];
            (*probability, *node) = self.rc.finish(u32::from(*probability), *node);
            *bits -= 1;
        }
        // Reversed, they stand above the leading 1.
        Some(node.reverse_bits() >> node.leading_zeros() >> 1)
    }

    /// The rest of the low four bits of a far distance. The nodes of this tree are
    /// numbered by the value so far; `node` has a 1 above it.
    #[inline(always)]
    fn align(&mut self, tree: &mut [Probability; 16], node: &mut u32) -> Option<u32> {
        while *node < 16 {
            self.normalize()?;
            let top = 1 << (31 - node.leading_zeros());
            let probability = &mut tree[*node as usize & 15];
            (*probability, *node) =
                self.rc.choose(u32::from(*probability), [*node + top, *node + 2 * top]);
        }
        Some(*node - 16)
    }

    /// The rest of `bits` bits without probabilities, below those that `value` has.
    #[inline(always)]
    fn direct(&mut self, value: &mut u32, bits: &mut u8) -> Option<()> {
        while *bits > 0 {
            self.normalize()?;
            self.rc.range >>= 1;
            // By the sign, as liblzma does: damaged data may be out of range.
            let above = self.rc.code.wrapping_sub(self.rc.range);
            let is_one = above >> 31 == 0;
            self.rc.code = if is_one { above } else { self.rc.code };
            *value = *value << 1 | u32::from(is_one);
            *bits -= 1;
        }
        Some(())
    }
}

impl SymbolDecoder {
    /// Decodes the rest of a symbol, then others while no more than [`SYMBOL_MAX`] bytes
    /// of input are left and there is room. `partial` is what there is of the first, and
    /// the history as it was when that was decoded; it becomes what there is of the last.
    #[inline(never)]
    pub(super) fn resume(
        &mut self,
        literals: &mut [LiteralRow],
        history: &mut History<'_>,
        partial: &mut PartialSymbol,
        input: &mut Input<'_>,
    ) -> Result<Pause> {
        let rest = input.rest();
        let mut bits = Bits { rc: self.rc, input: rest };
        let pause = loop {
            let Some(symbol) = self.finish_symbol(literals, history, partial, &mut bits) else {
                break Ok(Pause::Input);
            };
            partial.stage = Stage::IsMatch;
            let is_full = history.pos() >= history.limit();
            match symbol {
                Ok(Symbol::Literal(byte)) if is_full => break Ok(Pause::Literal(byte)),
                Ok(Symbol::Literal(byte)) => {
                    history.push(byte);
                }
                Ok(Symbol::Match(len)) => match history.repeat(self.reps[0], len) {
                    None => break Err(Error::Data),
                    Some(written) if written < len => break Ok(Pause::Match(len - written)),
                    Some(_) => {}
                },
                Ok(Symbol::EndMarker) => break Ok(Pause::EndMarker),
                Err(error) => break Err(error),
            }
            if history.pos() >= history.limit() || bits.input.len() > SYMBOL_MAX {
                break Ok(Pause::Limit);
            }
        };
        self.rc = bits.rc;
        input.take(rest.len() - bits.input.len());
        pause
    }

    /// The rest of a symbol; `None` if the input ends within it. [`Error::Data`] if it
    /// refers to data and there is none. No stage leads to an earlier one.
    #[inline(always)]
    fn finish_symbol(
        &mut self,
        literals: &mut [LiteralRow],
        history: &History<'_>,
        symbol: &mut PartialSymbol,
        bits: &mut Bits<'_>,
    ) -> Option<Result<Symbol>> {
        let (pos, state) = (history.pos(), self.state.index());
        let pos_state = pos & self.pb_mask & 15;
        if symbol.stage == Stage::IsMatch {
            let is_match = bits.bit(&mut self.model.is_match[state][pos_state])?;
            symbol.node = 1;
            symbol.stage = if is_match { Stage::IsRep } else { Stage::Literal };
        }
        if symbol.stage == Stage::Literal {
            let row = self.literal_context.row(pos, history.latest());
            let Some(row) = literals.get_mut(row) else {
                return Some(Err(Error::Data));
            };
            let byte = if self.state.is_after_literal() {
                bits.tree(row.first_chunk_mut::<0x100>()?, &mut symbol.node)?
            } else {
                bits.matched_literal(row, history.byte(self.reps[0]), &mut symbol.node)?
            };
            self.state = self.state.literal();
            return Some(Ok(Symbol::Literal(byte as u8)));
        }
        if symbol.stage == Stage::IsRep {
            symbol.is_rep = bits.bit(&mut self.model.is_rep[state])?;
            if symbol.is_rep && history.is_empty(pos) {
                return Some(Err(Error::Data));
            }
            symbol.stage = if symbol.is_rep { Stage::IsRep0 } else { Stage::Choice };
        }
        if symbol.is_rep && self.repeated_distance(pos_state, symbol, bits)? {
            self.state = self.state.short_rep();
            return Some(Ok(Symbol::Match(1)));
        }
        self.length(pos_state, symbol, bits)?;
        if symbol.is_rep {
            self.state = self.state.long_rep();
            return Some(Ok(Symbol::Match(usize::from(symbol.len))));
        }
        let dist = self.distance(symbol, bits)?;
        self.state = self.state.match_();
        self.reps = [dist, self.reps[0], self.reps[1], self.reps[2]];
        Some(Ok(match dist {
            u32::MAX => Symbol::EndMarker,
            _ => Symbol::Match(usize::from(symbol.len)),
        }))
    }

    /// Puts the distance of a repeated match to the front. Returns whether the match is
    /// one byte long, which has no other length.
    #[inline(always)]
    fn repeated_distance(
        &mut self,
        pos_state: usize,
        symbol: &mut PartialSymbol,
        bits: &mut Bits<'_>,
    ) -> Option<bool> {
        let (model, state) = (&mut self.model, self.state.index());
        if symbol.stage == Stage::IsRep0 {
            let is_earlier = bits.bit(&mut model.is_rep0[state])?;
            symbol.stage = if is_earlier { Stage::IsRep1 } else { Stage::IsRep0Long };
        }
        if symbol.stage == Stage::IsRep0Long {
            if !bits.bit(&mut model.is_rep0_long[state][pos_state])? {
                return Some(true);
            }
            symbol.stage = Stage::Choice;
        }
        if symbol.stage == Stage::IsRep1 {
            if bits.bit(&mut model.is_rep1[state])? {
                symbol.stage = Stage::IsRep2;
            } else {
                self.reps.swap(0, 1);
                symbol.stage = Stage::Choice;
            }
        }
        if symbol.stage == Stage::IsRep2 {
            let is_last = bits.bit(&mut model.is_rep2[state])?;
            self.reps[..if is_last { 4 } else { 3 }].rotate_right(1);
            symbol.stage = Stage::Choice;
        }
        Some(false)
    }

    /// The rest of the length.
    #[inline(always)]
    fn length(
        &mut self,
        pos_state: usize,
        symbol: &mut PartialSymbol,
        bits: &mut Bits<'_>,
    ) -> Option<()> {
        if symbol.stage >= Stage::DistSlot {
            return Some(());
        }
        let model = &mut self.model;
        let lengths = if symbol.is_rep { &mut model.rep_len } else { &mut model.match_len };
        if symbol.stage == Stage::Choice {
            let is_longer = bits.bit(&mut lengths.choice[0])?;
            symbol.stage = if is_longer { Stage::Choice2 } else { Stage::Low };
        }
        if symbol.stage == Stage::Choice2 {
            let is_longer = bits.bit(&mut lengths.choice[1])?;
            symbol.stage = if is_longer { Stage::High } else { Stage::Mid };
        }
        let node = &mut symbol.node;
        let len = match symbol.stage {
            Stage::Low => 2 + bits.tree(&mut lengths.low[pos_state], node)?,
            Stage::Mid => 10 + bits.tree(&mut lengths.mid[pos_state], node)?,
            _ => 18 + bits.tree(&mut lengths.high, node)?,
        };
        symbol.len = len as u16;
        symbol.node = 1;
        symbol.stage = Stage::DistSlot;
        Some(())
    }

    /// The rest of the distance, less one. All ones is the end marker.
    #[inline(always)]
    fn distance(&mut self, symbol: &mut PartialSymbol, bits: &mut Bits<'_>) -> Option<u32> {
        let model = &mut self.model;
        if symbol.stage == Stage::DistSlot {
            let tree = &mut model.dist_slot[usize::from(symbol.len).saturating_sub(2).min(3)];
            let slot = bits.tree(tree, &mut symbol.node)?;
            if slot < 4 {
                return Some(slot);
            }
            symbol.node = 1;
            symbol.dist = 2 | slot & 1;
            symbol.bits = (slot >> 1) as u8 - 1;
            symbol.stage = Stage::DistSpecial;
            if slot >= 14 {
                symbol.bits -= 4;
                symbol.stage = Stage::Direct;
            }
        }
        if symbol.stage == Stage::DistSpecial {
            // The slot, from how many bits follow it, and its lowest bit.
            let count = 31 - symbol.node.leading_zeros() + u32::from(symbol.bits);
            let slot = (count + 1) << 1 | symbol.dist & 1;
            let tree = &mut model.dist_special[slot as usize & 15];
            let low = bits.reverse_tree(tree, &mut symbol.node, &mut symbol.bits)?;
            return Some((symbol.dist << count) + low);
        }
        if symbol.stage == Stage::Direct {
            bits.direct(&mut symbol.dist, &mut symbol.bits)?;
            symbol.stage = Stage::Align;
        }
        Some((symbol.dist << 4) + bits.align(&mut model.align, &mut symbol.node)?)
    }
}
