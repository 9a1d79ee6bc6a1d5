//! Sets of actions.

#![forbid(unsafe_code)]

use crate::io::Action;

/// A set of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Actions(u8);

impl Actions {
    /// No action at all.
    pub(crate) const NONE: Actions = Actions::of(&[]);
    /// Decoders, and encoders that cannot flush.
    pub(crate) const RUN: Actions = Actions::of(&[Action::Run, Action::Finish]);
    /// Encoders of filters and of Blocks.
    pub(crate) const SYNC: Actions = Actions::of(&[Action::Run, Action::SyncFlush, Action::Finish]);
    /// Encoders of Streams that encode Block after Block.
    pub(crate) const SYNC_AND_FULL: Actions = Actions::of(&[
        Action::Run,
        Action::SyncFlush,
        Action::FullFlush,
        Action::FullBarrier,
        Action::Finish,
    ]);
    /// Encoders of Streams that encode several Blocks at once.
    pub(crate) const FULL: Actions =
        Actions::of(&[Action::Run, Action::FullFlush, Action::FullBarrier, Action::Finish]);
    /// Encoders that do everything in one call.
    pub(crate) const FINISH: Actions = Actions::of(&[Action::Finish]);

    /// The set of these.
    const fn of(actions: &[Action]) -> Actions {
        let mut set = 0;
        let mut i = 0;
        while i < actions.len() {
            set |= 1 << actions[i] as u8;
            i += 1;
        }
        Actions(set)
    }

    /// Tells whether `action` is in the set.
    pub(crate) fn contain(self, action: Action) -> bool {
        self.0 & 1 << action as u8 != 0
    }
}
