//! Finds out, without changing anything, whether the input at hand is enough
//! for the next symbol.

#![forbid(unsafe_code)]

use super::model::{LengthModel, Model};
use super::symbols::SymbolDecoder;
use crate::cpu::RangeCode;
use crate::memory::History;
use crate::range::{LiteralRow, MATCHED, RANGE_MIN};

/// A range decoder that reads probabilities only. Its methods give `None`
/// where the input ends.
struct Probe<'a> {
    rc: RangeCode,
    input: &'a [u8],
    /// True if an end marker is in order; otherwise it is an error at once.
    marker_valid: bool,
}

impl Probe<'_> {
    fn normalize(&mut self) -> Option<()> {
        if self.rc.range < RANGE_MIN {
            let (&byte, rest) = self.input.split_first()?;
            self.input = rest;
            self.rc.range <<= 8;
            self.rc.code = self.rc.code << 8 | u32::from(byte);
        }
        Some(())
    }

    fn bit(&mut self, prob: u16) -> Option<bool> {
        self.normalize()?;
        let bound = (self.rc.range >> 11) * u32::from(prob);
        let bit = self.rc.code >= bound;
        if bit {
            self.rc.range -= bound;
            self.rc.code -= bound;
        } else {
            self.rc.range = bound;
        }
        Some(bit)
    }

    /// The leaf of a tree, as a number from 0.
    fn tree(&mut self, tree: &[u16]) -> Option<usize> {
        let mut node = 1;
        while node < tree.len() {
            node = node << 1 | usize::from(self.bit(tree[node])?);
        }
        Some(node - tree.len())
    }

    /// The low bits of a near distance.
    fn special(&mut self, tree: &[u16; 32], bits: u32) -> Option<()> {
        let mut node = 1;
        for _ in 0..bits {
            node = node << 1 | usize::from(self.bit(tree[node & 31])?);
        }
        Some(())
    }

    /// Tells whether all of the low four bits of a far distance are set. The
    /// nodes of this tree are numbered by the value so far.
    fn align(&mut self, tree: &[u16; 16]) -> Option<bool> {
        let mut value = 0;
        for k in [1, 2, 4, 8] {
            value += k * usize::from(self.bit(tree[k + value])?);
        }
        Some(value == 15)
    }

    /// Tells whether all of `n` direct bits are set.
    fn direct(&mut self, n: u32) -> Option<bool> {
        let mut all = true;
        for _ in 0..n {
            self.normalize()?;
            self.rc.range >>= 1;
            let above = self.rc.code.wrapping_sub(self.rc.range);
            let bit = above >> 31 == 0;
            self.rc.code = if bit { above } else { self.rc.code };
            all &= bit;
        }
        Some(all)
    }

    fn matched_literal(&mut self, row: &LiteralRow, expected: u8) -> Option<()> {
        let path = usize::from(expected) | 0x100;
        let mut node = 1;
        for left in (0..8).rev() {
            let on_path = node == path >> (left + 1);
            let index = if on_path { MATCHED as usize + (path >> left) } else { node };
            node = node << 1 | usize::from(self.bit(row[index])?);
        }
        Some(())
    }

    fn length(&mut self, model: &LengthModel, pos_state: usize) -> Option<usize> {
        if !self.bit(model.choice[0])? {
            self.tree(&model.low[pos_state])
        } else if !self.bit(model.choice[1])? {
            Some(8 + self.tree(&model.mid[pos_state])?)
        } else {
            Some(16 + self.tree(&model.high)?)
        }
    }

    fn distance(&mut self, model: &Model, length: usize) -> Option<()> {
        let slot = self.tree(&model.dist_slot[length.min(3)])?;
        let bits = (slot as u32 >> 1).saturating_sub(1);
        match slot {
            0..4 => {}
            4..14 => self.special(&model.dist_special[slot], bits)?,
            _ => {
                let high = self.direct(bits - 4)?;
                let low = self.align(&model.align)?;
                if slot == 63 && high && low && self.marker_valid {
                    self.normalize()?; // the end marker is followed by that
                }
            }
        }
        Some(())
    }

    fn rep(&mut self, model: &Model, state: usize, pos_state: usize) -> Option<()> {
        if !self.bit(model.is_rep0[state])? {
            if !self.bit(model.is_rep0_long[state][pos_state])? {
                return Some(());
            }
        } else if self.bit(model.is_rep1[state])? {
            self.bit(model.is_rep2[state])?;
        }
        self.length(&model.rep_len, pos_state)?;
        Some(())
    }
}

impl SymbolDecoder {
    /// Tells whether `input` has all of the next symbol, or enough of it to see
    /// that the data is damaged. `marker_valid`: the end marker is in order.
    pub(super) fn is_complete(
        &self,
        literals: &[LiteralRow],
        history: &History<'_>,
        input: &[u8],
        marker_valid: bool,
    ) -> bool {
        self.probe(literals, history, input, marker_valid).is_some()
    }

    fn probe(
        &self,
        literals: &[LiteralRow],
        history: &History<'_>,
        input: &[u8],
        marker_valid: bool,
    ) -> Option<()> {
        let model = &self.model;
        let (state, pos) = (self.state & 15, history.pos());
        let pos_state = pos & self.pb_mask & 15;
        let mut probe = Probe { rc: self.rc, input, marker_valid };
        if !probe.bit(model.is_match[state][pos_state])? {
            let row = literals.get(self.literal_context.row(pos, history.latest()))?;
            if state < 7 {
                probe.tree(&row[..0x100])?;
                return Some(());
            }
            return probe.matched_literal(row, history.byte(self.reps[0]));
        }
        if !probe.bit(model.is_rep[state])? {
            let length = probe.length(&model.match_len, pos_state)?;
            return probe.distance(model, length);
        }
        if history.is_empty(pos) {
            return Some(()); // damaged, whatever follows
        }
        probe.rep(model, state, pos_state)
    }
}
