//! Calls in steps, so that somebody can see how far they have come, and stop
//! them.

#![forbid(unsafe_code)]

use super::{Call, Sequence, Session};
use crate::error::{Result, Status};
use crate::io::{Action, Input, Output};

/// The most bytes of input, and of output, in a step.
const STEP: usize = 1 << 20;

impl Session {
    /// As [`Session::code`], but a part of the call only: [`Status::Paused`] means
    /// that it goes on. What other action than [`Action::Run`] an application asks
    /// for comes with the last of its input.
    #[inline(never)]
    pub(crate) fn code_step(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
        resume: bool,
    ) -> Result<Status> {
        let sequence = match self.paused {
            Some(call) if resume => call.sequence,
            _ => self.sequence,
        };
        let may_run = sequence == Sequence::Run && self.supports(Action::Run);
        let step = if may_run && input.len() > STEP { Action::Run } else { action };
        let mut resume = resume;
        if resume && sequence == Sequence::Run && step != Action::Run {
            // What was done so far was a call of its own.
            self.interrupt();
            resume = false;
        }
        let max_input = if step == Action::Run { STEP } else { usize::MAX };
        let max_output = self.max_output();
        let (taken, written) = (input.taken(), output.len());
        let result = input.limited(max_input, |input| {
            output.limited(max_output, |output| match resume {
                true => self.resume(input, output, step),
                false => self.code(input, output, step),
            })
        });
        let (taken, written) = (input.taken() - taken, output.len() - written);
        let more_input = taken == max_input && !input.is_empty();
        if result == Ok(Status::Ok) && !output.is_full() && (more_input || written == max_output) {
            self.paused = Some(Call { sequence: self.sequence, progress: true });
            return Ok(Status::Paused);
        }
        result
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
            self.sequence = call.sequence;
            self.stalled = false;
        }
    }
}
