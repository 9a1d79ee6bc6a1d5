//! The rules by which an application may use a coder: which actions are
//! allowed and in what sequence, and what happens when calls make no progress
//! (`lzma_code`).

#![forbid(unsafe_code)]

mod coders;
mod requests;
mod steps;

use crate::coder::{Actions, Totals};
use crate::error::{Error, Result, Status};
use crate::filter::FilterSpec;
use crate::io::{Action, Input, Output};
use crate::memory::Shared;
pub(crate) use coders::{AnyCoder, Started};
use core::mem;
pub(crate) use requests::{Request, Requests};

/// The actions that the application has used so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sequence {
    /// Any action may come.
    Run,
    /// This action must be repeated, without new input, until it is done.
    Doing(Action),
    /// As [`Sequence::Doing`], but the coder has not heard of the action: in calls in
    /// steps, that comes with the last of the input.
    Asked(Action),
    /// The coder is done.
    End,
    /// The coder cannot go on.
    Failed,
}

/// A coder, and where the sequence of calls on it stands.
pub(crate) struct Session {
    /// The coder; whoever starts one puts it here.
    pub(crate) coder: AnyCoder,
    /// Actions that the coder takes.
    actions: Actions,
    sequence: Sequence,
    /// Number of input bytes that were left after the previous call.
    left: usize,
    /// The previous call made no progress; another one is an error.
    stalled: bool,
    /// The call that is under way, while it is interrupted.
    paused: Option<Call>,
}

/// State of a call before it is over.
#[derive(Clone, Copy)]
struct Call {
    /// The sequence after the call if the coder goes on.
    sequence: Sequence,
    /// It has taken input, or written output.
    progress: bool,
}

impl Session {
    /// A session without a coder.
    pub(crate) fn new() -> Session {
        Session {
            coder: AnyCoder::none(),
            actions: Actions::NONE,
            sequence: Sequence::Failed,
            left: 0,
            stalled: false,
            paused: None,
        }
    }

    /// Lets `init` start a coder, or start the one that is there again.
    /// Returns its totals if it has its own. When that fails, no coder is left; should
    /// it panic, what is left will not code.
    pub(crate) fn start(
        &mut self,
        init: impl FnOnce(&mut AnyCoder) -> Result<Started>,
    ) -> Result<Option<Shared<Totals>>> {
        // Nothing may use the coder if `init` fails half-way, or panics.
        self.actions = Actions::NONE;
        self.sequence = Sequence::Failed;
        self.left = 0;
        self.stalled = false;
        self.paused = None;
        match init(&mut self.coder) {
            Ok(Started { actions, totals }) => {
                self.actions = actions;
                self.sequence = Sequence::Run;
                Ok(totals)
            }
            Err(error) => {
                self.coder = AnyCoder::none();
                Err(error)
            }
        }
    }

    /// Tells whether the coder has nothing more to do, and will not be asked
    /// to: it has come to the end, or to an error that it cannot go on after.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.sequence, Sequence::End | Sequence::Failed) && self.paused.is_none()
    }

    /// Tells whether the coder takes `action` at all.
    pub(crate) fn supports(&self, action: Action) -> bool {
        self.actions.contain(action)
    }

    /// Changes filters while an encoder is at work.
    pub(crate) fn update(&mut self, filters: &[FilterSpec<'_>]) -> Result<()> {
        let sequence = mem::replace(&mut self.sequence, Sequence::Failed); // should it panic
        let result = self.coder.update(filters);
        self.sequence = sequence;
        result
    }

    /// One call of the application. `input` is all that it has now: with any
    /// action but [`Action::Run`], the same until the action is done. After
    /// [`Status::Paused`], [`Session::resume`] goes on with the call; if it never
    /// comes to that, the coder has failed.
    #[inline(always)] // see its caller at the C boundary
    pub(crate) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        self.paused = None;
        let sequence = if matches!(self.sequence, Sequence::Run) {
            if action == Action::Run { Sequence::Run } else { Sequence::Doing(action) }
        } else {
            self.go_on(input, action)?
        };
        if sequence == Sequence::End {
            return Ok(Status::StreamEnd);
        }
        self.run(Call { sequence, progress: false }, input, output, action)
    }

    /// The sequence in a call while an action is under way, or after the end.
    /// [`Error::Prog`] if this action may not come now, or not with this input.
    #[inline(never)]
    fn go_on(&self, input: &Input<'_>, action: Action) -> Result<Sequence> {
        match self.sequence {
            Sequence::Doing(same) | Sequence::Asked(same)
                if same == action && self.left == input.len() =>
            {
                Ok(Sequence::Doing(action))
            }
            Sequence::End => Ok(Sequence::End),
            _ => Err(Error::Prog),
        }
    }

    /// Goes on with the call that pauses, of which `input` is what was left.
    #[inline(never)]
    pub(crate) fn resume(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let call = self.paused.take().ok_or(Error::Prog)?;
        self.run(call, input, output, action)
    }

    /// Lets the coder work.
    #[inline(always)] // see the caller at the C boundary
    fn run(
        &mut self,
        Call { sequence, mut progress }: Call,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let before = (input.taken(), output.len());
        self.sequence = Sequence::Failed; // if the coder should panic, or pauses for ever
        let result = self.coder.code(input, output, action);
        self.left = input.len();
        progress |= before != (input.taken(), output.len());
        if result == Ok(Status::Ok) {
            // As in most calls; otherwise, there is more to think about.
            return self.go_on_later(Call { sequence, progress });
        }
        self.conclude(Call { sequence, progress }, result)
    }

    /// The coder goes on in the next call. The first call without progress returns
    /// [`Status::Ok`]: the call before may have filled the output exactly, and left
    /// nothing to do.
    #[inline(always)]
    fn go_on_later(&mut self, Call { sequence, progress }: Call) -> Result<Status> {
        self.sequence = sequence;
        let stalled = mem::replace(&mut self.stalled, !progress);
        if stalled && !progress { Err(Error::Buf) } else { Ok(Status::Ok) }
    }

    /// Decides what the application may do after `result`, and what it is
    /// told.
    #[inline(never)]
    fn conclude(&mut self, call: Call, result: Result<Status>) -> Result<Status> {
        if result == Ok(Status::Paused) {
            self.paused = Some(call);
            return result;
        }
        if result == Ok(Status::Ok) {
            return self.go_on_later(call);
        }
        let sequence = call.sequence;
        self.stalled = false;
        self.sequence = match (result, sequence) {
            (Ok(Status::StreamEnd), Sequence::Doing(action)) if action != Action::Finish => {
                Sequence::Run
            }
            (Ok(Status::StreamEnd), _) => Sequence::End,
            // New input may come from elsewhere in the file.
            (
                Ok(Status::SeekNeeded),
                Sequence::Doing(Action::Finish) | Sequence::Asked(Action::Finish),
            ) => Sequence::Run,
            (Ok(_) | Err(Error::MemLimit), _) => sequence,
            (Err(_), _) => Sequence::Failed,
        };
        if result == Ok(Status::TimedOut) { Ok(Status::Ok) } else { result }
    }
}
