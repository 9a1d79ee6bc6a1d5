//! A Block that no worker has yet, in an encoder whose application has not asked for
//! threads: what fits into one Block needs none.

#![forbid(unsafe_code)]

use super::Encoder;
use super::task::Task;
use crate::error::Result;
use crate::io::{Action, Input};
use crate::threaded::list::Item;
use crate::threaded::pool::Job;

/// A call pauses after so many bytes of input of a Block that it encodes itself: what
/// takes milliseconds.
const STEP: usize = 64 << 10;

impl Encoder {
    /// Gives the pending Block to a worker, or encodes it here, if it is complete and
    /// either must happen now. Returns whether it did; if not, it may have begun, and the
    /// call pauses.
    pub(super) fn settle_pending(&mut self, input: &Input<'_>, action: Action) -> Result<bool> {
        if self.feed.is_some() || (input.is_empty() && action == Action::Run) {
            return Ok(false);
        }
        let Some(task) = self.pending.take() else {
            return Ok(false);
        };
        // A worker helps only if there is more input to take meanwhile.
        if !input.is_empty() && self.threads > 1 && self.pool.prepare().is_ok() {
            self.pool.submit(task);
            return Ok(true);
        }
        self.encode_here(task)
    }

    /// Encodes a part of the Block, after which the call pauses, since a Block can take
    /// minutes. Returns whether it was the last.
    fn encode_here(&mut self, mut task: Item<Task>) -> Result<bool> {
        if !task.run_part(STEP, &|| {}) {
            self.pending = Some(task);
            self.paused = true;
            return Ok(false);
        }
        task.finish();
        match task.error() {
            None => {
                self.tasks.push(task);
                Ok(true)
            }
            Some(error) => Err(error),
        }
    }
}
