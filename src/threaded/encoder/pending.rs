//! A Block that no worker has yet, in an encoder whose application has not asked for
//! threads: what fits into one Block needs none.

#![forbid(unsafe_code)]

use super::Encoder;
use super::task::Task;
use crate::error::Result;
use crate::io::{Action, Input};
use crate::threaded::list::Item;
use crate::threaded::pool::Job;

impl Encoder {
    /// Gives the pending Block to a worker, or encodes it here, if it is complete and
    /// either must happen now. Returns whether it did.
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
        } else {
            self.encode_here(task)?;
        }
        Ok(true)
    }

    fn encode_here(&mut self, mut task: Item<Task>) -> Result<()> {
        task.run(&|| {});
        task.finish(false);
        match task.error() {
            None => {
                self.tasks.push(task);
                Ok(())
            }
            Some(error) => Err(error),
        }
    }
}
