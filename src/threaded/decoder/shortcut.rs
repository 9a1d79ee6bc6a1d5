//! Calls that need nothing of the workers but the output that they have published.
//!
//! An application with little room, or little input, makes many calls, most of which
//! change nothing that workers wait for. Locks, and asking the system for the process,
//! would take several times as long as what such a call has to do.

#![forbid(unsafe_code)]

use super::{Decoder, Feed, Stage};
use crate::io::{Action, Input, Output};

impl Decoder {
    /// Does what a call has to do, without looking at the workers, if that is certain to
    /// be all, and the result `Status::Ok`. False, and nothing is done, if not.
    ///
    /// No worker has told anything since the last look: none has come to the end of its
    /// Block since, and there is no more room for the next one than there was. So nothing
    /// is left but to copy. As nothing is locked, a child process may do it as well.
    pub(super) fn take_shortcut(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> bool {
        if self.paused || self.error.is_some() || output.is_full() || self.pool.has_news() {
            return false;
        }
        // Stages in which the Blocks before are waited for, whatever the input is.
        let waits = match self.stage {
            Stage::Room => self.room_refused,
            Stage::Index | Stage::DirectStart(_) => true,
            Stage::Feed => return self.feed_without_waking(input, output, action),
            _ => false,
        };
        if !waits || !self.outputs.deliver_first(output, &self.totals, true) {
            return false;
        }
        self.output_was_filled = true;
        true
    }

    /// Takes all input, if the worker need not be told of it, and delivers what there is,
    /// if the call would not wait for more.
    fn feed_without_waking(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> bool {
        let quiet = |feed: &Feed<()>| feed.needs_no_announcement(input.len());
        let truncated = action == Action::Finish && self.fails_fast();
        if truncated || !self.feed.as_ref().is_some_and(quiet) {
            return false;
        }
        let may_wait = self.new_call_may_wait(input, action);
        let before = output.len();
        if !self.outputs.deliver_first(output, &self.totals, may_wait) {
            return false;
        }
        self.output_was_filled = output.is_full() && output.len() != before;
        if let Some(feed) = &mut self.feed {
            feed.take(input);
        }
        true
    }
}
