//! The match finder of an encoder: one of the kinds.

#![forbid(unsafe_code)]

use super::binary_tree::BinaryTree;
use super::hash_chain::HashChain;
#[cfg(test)]
use super::reference::Reference;
use crate::error::Result;
use crate::lz::Match;
use crate::lz::options::{LzOptions, Sizes};
use crate::lz::window::WindowView;
use crate::memory::{Memory, Own};

/// A match finder.
enum Kind {
    /// Not started.
    None,
    /// Hash chains.
    HashChain(Own<HashChain>),
    /// Binary trees.
    BinaryTree(Own<BinaryTree>),
    /// Any kind, to compare the others with.
    #[cfg(test)]
    Reference(Own<Reference>),
}

/// The match finder of an encoder.
pub(super) struct Finder {
    kind: Kind,
    #[cfg(test)]
    pub(super) plain: bool,
    #[cfg(test)]
    pub(super) times_rebased: usize,
}

/// Does the same with a match finder of any kind.
macro_rules! dispatch {
    ($self:ident, $finder:ident => $do:expr, $none:expr) => {
        match &mut $self.kind {
            Kind::None => $none,
            Kind::HashChain($finder) => $do,
            Kind::BinaryTree($finder) => $do,
            #[cfg(test)]
            Kind::Reference($finder) => $do,
        }
    };
}

impl Finder {
    /// Finds nothing before [`Finder::start`].
    pub(super) const INIT: Finder = Finder {
        kind: Kind::None,
        #[cfg(test)]
        plain: false,
        #[cfg(test)]
        times_rebased: 0,
    };

    /// Starts with `first` as the first position.
    pub(super) fn start(
        &mut self,
        memory: &Memory,
        options: &LzOptions<'_>,
        sizes: &Sizes,
        first: u32,
    ) -> Result<()> {
        #[cfg(test)]
        if self.plain {
            self.kind = Kind::Reference(memory.own_initial()?);
            return dispatch!(self, finder => finder.start(memory, options, sizes, first), Ok(()));
        }
        match (&self.kind, options.match_finder.is_tree()) {
            (Kind::BinaryTree(_), true) | (Kind::HashChain(_), false) => {}
            (_, true) => {
                self.kind = Kind::None; // the old memory goes first
                self.kind = Kind::BinaryTree(memory.own_initial()?);
            }
            (_, false) => {
                self.kind = Kind::None;
                self.kind = Kind::HashChain(memory.own_initial()?);
            }
        }
        dispatch!(self, finder => finder.start(memory, options, sizes, first), Ok(()))
    }

    /// Positions are smaller by `less` from now on.
    pub(super) fn rebase(&mut self, less: u32) {
        #[cfg(test)]
        {
            self.times_rebased += 1;
        }
        dispatch!(self, finder => finder.rebase(less), ());
    }

    /// What the last search found.
    #[inline(always)]
    pub(super) fn matches(&self) -> &[Match] {
        match &self.kind {
            Kind::None => &[],
            Kind::HashChain(finder) => finder.matches(),
            Kind::BinaryTree(finder) => finder.matches(),
            #[cfg(test)]
            Kind::Reference(finder) => finder.matches(),
        }
    }

    /// There are no matches.
    pub(super) fn forget(&mut self) {
        dispatch!(self, finder => finder.forget(), ());
    }

    /// Looks for matches at `index`.
    #[inline(always)]
    pub(super) fn find(&mut self, text: &WindowView<'_>, index: usize) {
        dispatch!(self, finder => finder.find(text, index), ());
    }

    /// Passes over `count` positions from `index` on.
    #[inline(always)]
    pub(super) fn skip(&mut self, text: &WindowView<'_>, index: usize, count: usize) {
        dispatch!(self, finder => finder.skip(text, index, count), ());
    }
}
