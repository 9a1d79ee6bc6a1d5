//! How far a match finder looks back, and how hard.

#![forbid(unsafe_code)]

use super::matches::RING;
use crate::lz::options::{LzOptions, Sizes};

/// The same for all searches of a match finder.
#[derive(Clone, Copy)]
pub(super) struct Params {
    /// How many nodes there are; they are used in turn. The node of a position
    /// is used again once it is out of reach even of the first position that
    /// is not ready.
    pub(super) nodes: u32,
    /// Positions at this distance or more are out of reach.
    pub(super) cyclic: u32,
    /// Length at which a search ends.
    pub(super) nice_len: u32,
    /// How many candidates are looked at.
    pub(super) depth: u32,
    /// The length that matches of the main hash must exceed.
    pub(super) best: u32,
}

impl Params {
    /// Of a match finder that was not started.
    pub(super) const NONE: Params = Params { nodes: 0, cyclic: 0, nice_len: 0, depth: 0, best: 0 };

    pub(super) fn new(options: &LzOptions<'_>, sizes: &Sizes) -> Params {
        Params {
            nodes: sizes.cyclic + RING as u32,
            cyclic: sizes.cyclic,
            nice_len: options.nice_len,
            depth: sizes.depth,
            best: options.match_finder.hash_bytes() - 1,
        }
    }

    /// The node `distance` before `node`.
    #[inline(always)]
    pub(super) fn before(&self, node: u32, distance: u32) -> u32 {
        let cycle = if distance > node { self.nodes } else { 0 };
        node.wrapping_sub(distance).wrapping_add(cycle)
    }

    /// The node `count` after `node`; no more than all of them.
    #[inline(always)]
    pub(super) fn after(&self, node: u32, count: u32) -> u32 {
        let node = node + count;
        if node >= self.nodes { node - self.nodes } else { node }
    }
}
