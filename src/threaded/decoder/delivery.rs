//! Delivering output, and waiting for it.

#![forbid(unsafe_code)]

use super::{Decoder, Usage};
use crate::coder::Step;
use crate::error::{Error, Result, Status};
use crate::io::Output;
use crate::threaded::pool::Waited;

/// The event that is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitFor {
    /// Output.
    Output,
    /// Room for the next Block, besides output.
    Room,
}

/// Why [`Decoder::deliver`] has returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivered {
    /// There is room for the next Block.
    Room,
    /// There is nothing to wait for.
    All,
    TimedOut,
    /// The wait was interrupted: see [`Waited::Paused`].
    Paused,
}

impl Decoder {
    /// Delivers all output of all Blocks so far; `None` once that is done.
    pub(super) fn deliver_all(&mut self, output: &mut Output<'_>) -> Step {
        Ok(match self.deliver(output, WaitFor::Output, true)? {
            Delivered::TimedOut => Some(Status::TimedOut),
            Delivered::Paused => Some(Status::Paused),
            _ if self.outputs.is_empty() => None,
            _ => Some(Status::Ok),
        })
    }

    /// Delivers output, and waits for some if that is what there is to do.
    /// `None` after a worker has failed.
    pub(super) fn deliver_some(&mut self, output: &mut Output<'_>, wait: bool) -> Step {
        match self.deliver(output, WaitFor::Output, wait)? {
            Delivered::TimedOut => Ok(Some(Status::TimedOut)),
            Delivered::Paused => Ok(Some(Status::Paused)),
            _ if self.error.is_some() => self.will_fail(Error::Prog),
            _ => Ok(Some(Status::Ok)),
        }
    }

    /// Delivers output until there is what `wait_for` asks for, or nothing left to
    /// wait for. The error of the first Block comes after its output.
    pub(super) fn deliver(
        &mut self,
        output: &mut Output<'_>,
        wait_for: WaitFor,
        wait: bool,
    ) -> Result<Delivered> {
        loop {
            self.pool.clear_wakeup();
            let before = output.len();
            let delivery = self.outputs.deliver(output, &self.totals);
            self.collect_tasks();
            delivery.result?;
            if output.is_full() && output.len() != before {
                self.output_was_filled = true;
            }
            match self.error {
                Some(error) if self.fails_fast() => return Err(error),
                _ => {}
            }
            if wait_for == WaitFor::Room {
                if self.has_room() {
                    return Ok(Delivered::Room);
                }
                self.room_refused = true;
            }
            if !wait || self.outputs.is_empty() || delivery.more {
                return Ok(Delivered::All);
            }
            if let Some(feed) = &mut self.feed {
                // The worker may wait only because it was not told of input that it has.
                if !feed.announce_all() && delivery.starved {
                    return Ok(Delivered::All);
                }
            }
            match self.pool.wait(&mut self.clock) {
                Waited::Woken => {}
                Waited::TimedOut => return Ok(Delivered::TimedOut),
                Waited::Paused => {
                    self.paused = true;
                    return Ok(Delivered::Paused);
                }
            }
        }
    }

    /// Takes back the decoders of Blocks that are over.
    pub(super) fn collect_tasks(&mut self) {
        let mut done = self.pool.done();
        while let Some(task) = done.pop() {
            let Usage { running, cached, .. } = &mut self.usage;
            *running = running.saturating_sub(task.filters + task.input_size);
            match task.end() {
                Ok(()) => {
                    *cached += task.filters;
                    self.tasks.push(task);
                }
                Err(error) => {
                    self.error.get_or_insert(error);
                }
            }
        }
    }
}
