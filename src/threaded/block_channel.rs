//! The channel between the main thread and the worker of one Block: commands
//! one way, progress and the result the other.

#![forbid(unsafe_code)]

use crate::coder::{Progress, Totals};
use crate::error::{Error, Result};
use crate::fault;
use crate::memory::Shared;
use crate::sync::{Condvar, Mutex, PoisonError, lock};

/// The channel of one Block. `E` is what comes of the Block.
pub(super) struct BlockChannel<E> {
    state: Mutex<State<E>>,
    /// The worker waits here for input.
    more: Condvar,
    /// Of all Blocks.
    totals: Shared<Totals>,
}

struct State<E> {
    progress: Progress,
    /// The worker shall drop its work.
    stop: bool,
    /// No more input will come.
    last: bool,
    /// The worker has taken all input, and there is nothing to do.
    starved: bool,
    /// The main thread wants to know of all progress.
    watched: bool,
    end: Option<Result<E>>,
}

/// The command to a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Command {
    /// Work on what there is; `last`: no more will come.
    Work { last: bool },
    /// Drop everything.
    Stop,
}

/// Progress of a Block, as the main thread sees it.
pub(super) struct BlockStatus {
    /// True if nothing will happen before there is more input.
    pub(super) starved: bool,
    /// The worker is done with it.
    pub(super) ended: bool,
}

impl<E> BlockChannel<E> {
    /// A Block that counts in `totals`.
    pub(super) fn new(totals: &Shared<Totals>) -> BlockChannel<E> {
        let state = State {
            progress: Progress::default(),
            stop: false,
            last: false,
            starved: false,
            watched: false,
            end: None,
        };
        BlockChannel { state: Mutex::new(state), more: Condvar::new(), totals: totals.clone() }
    }

    /// Tells the worker that there is more input, or no more to come.
    pub(super) fn announce(&self, last: bool) {
        let mut state = lock(&self.state);
        state.last |= last;
        if state.starved {
            state.starved = false;
            self.more.notify_one();
        }
    }

    /// Tells the worker to drop its work.
    pub(super) fn stop(&self) {
        let mut state = lock(&self.state);
        state.stop = true;
        self.more.notify_one();
    }

    /// Returns the progress of the Block. From now on the worker wakes the main thread
    /// for all progress.
    pub(super) fn watch(&self) -> BlockStatus {
        let mut state = lock(&self.state);
        state.watched = true;
        BlockStatus { starved: state.starved, ended: state.end.is_some() }
    }

    /// Tells whether the worker is done with the Block.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.state).end.is_some()
    }

    /// Returns the result of the Block, after its end.
    pub(super) fn take_result(&self) -> Result<E> {
        lock(&self.state).end.take().unwrap_or(Err(Error::Prog))
    }

    /// For the worker: reports `progress`, and waits until there is something
    /// to do, which is when `ready` or at the last input. Calls `wake_main`, with
    /// nothing locked, when the main thread wants to know.
    pub(super) fn report_and_wait(
        &self,
        progress: Progress,
        ready: impl Fn() -> bool,
        wake_main: impl Fn(),
    ) -> Command {
        fault::point();
        let mut state = lock(&self.state);
        let mut changed = state.progress != progress;
        self.advance(&mut state, progress);
        loop {
            let idle = !state.stop && !state.last && !ready();
            changed |= idle && !state.starved;
            state.starved = idle;
            if changed && state.watched {
                drop(state);
                wake_main();
                changed = false;
                state = lock(&self.state);
                continue;
            }
            if !idle {
                break;
            }
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
            // The main thread may have begun to watch.
            changed = false;
        }
        if state.stop { Command::Stop } else { Command::Work { last: state.last } }
    }

    fn advance(&self, state: &mut State<E>, progress: Progress) {
        self.totals.advance(state.progress, progress);
        state.progress = progress;
    }

    /// For the worker: this came of the Block.
    pub(super) fn finish(&self, progress: Progress, end: Result<E>) {
        let mut state = lock(&self.state);
        self.advance(&mut state, progress);
        state.starved = false;
        state.end = Some(end);
    }
}
