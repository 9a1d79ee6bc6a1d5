//! Calls in steps, so that somebody can see how far they have come, and stop
//! them.

#![forbid(unsafe_code)]

use super::{AnyCoder, Call, Sequence, Session};
use crate::error::{Error, Result, Status};
use crate::io::{Action, Input, Output};

/// The most bytes of input, and of output, in a step.
const STEP: usize = 1 << 20;

impl Call {
    /// The action of the next step, which takes `max_input` bytes at most, for a coder
    /// whose application asks for `action`.
    fn action_of_step(&mut self, input: &Input<'_>, max_input: usize, action: Action) -> Action {
        match self.sequence {
            Sequence::Asked(_) if input.len() > max_input => Action::Run,
            Sequence::Asked(_) => {
                self.sequence = Sequence::Doing(action);
                action
            }
            _ => action,
        }
    }
}

impl Session {
    /// As [`Session::code`], but a part of the call only: [`Status::Paused`] means
    /// that it goes on, with this function and `resume`. What other action than
    /// [`Action::Run`] an application asks for comes with the last of its input.
    #[inline(never)]
    pub(crate) fn code_step(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
        resume: bool,
    ) -> Result<Status> {
        let mut call = self.call(input, action, resume)?;
        if call.sequence == Sequence::End {
            return Ok(Status::StreamEnd);
        }
        let step = call.action_of_step(input, self.max_input(), action);
        let max_input = if step == Action::Run { self.max_input() } else { usize::MAX };
        let max_output = self.max_output();
        let is_part = input.len() > max_input;
        let (taken, written) = (input.taken(), output.len());
        self.sequence = Sequence::Failed; // if the coder should panic, or pauses for ever
        let result = input.limited(max_input, |input| {
            output.limited(max_output, |output| self.coder.code(input, output, step))
        });
        self.left = input.len();
        let (taken, written) = (input.taken() - taken, output.len() - written);
        let progress = taken != 0 || written != 0;
        call.progress |= progress;
        // What a coder leaves of a part, it may have left because it is a part.
        let more = !output.is_full() && ((is_part && progress) || written == max_output);
        if result != Ok(Status::Ok) || !more {
            return self.conclude(call, result);
        }
        self.coder.set_continues(true);
        self.conclude(call, Ok(Status::Paused))
    }

    /// The call of which the next step is to be made: the one that pauses, or, unless
    /// that is to `resume`, a new one.
    fn call(&mut self, input: &Input<'_>, action: Action, resume: bool) -> Result<Call> {
        let paused = self.paused.take();
        if resume {
            return paused.ok_or(Error::Prog);
        }
        let sequence = match self.sequence {
            Sequence::Run if action == Action::Run => Sequence::Run,
            Sequence::Run if self.supports(Action::Run) => Sequence::Asked(action),
            Sequence::Run => Sequence::Doing(action),
            // Unless this is wrong now, the coder has not heard of it yet.
            Sequence::Asked(_) => self.go_on(input, action).map(|_| Sequence::Asked(action))?,
            _ => self.go_on(input, action)?,
        };
        Ok(Call { sequence, progress: false })
    }

    /// The most bytes of input in a step. The decoder of file information moves about in
    /// its input; only what it is not given, it asks the application to seek.
    fn max_input(&self) -> usize {
        if matches!(self.coder, AnyCoder::FileInfoDecoder(_)) { usize::MAX } else { STEP }
    }

    /// The most bytes of output in a step. A coder that does not take [`Action::Run`]
    /// does everything in one call, so the room that there is is a size that the
    /// application asks for.
    fn max_output(&self) -> usize {
        if self.supports(Action::Run) { STEP } else { usize::MAX }
    }

    /// Ends a call that is interrupted; what it has done so far was the call.
    pub(crate) fn interrupt(&mut self) {
        if let Some(call) = self.paused.take() {
            self.coder.set_continues(false);
            self.sequence = call.sequence;
            self.stalled = false;
        }
    }
}
