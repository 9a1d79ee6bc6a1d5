//! How a Stream decoder that has threads takes input before it decodes it: when it
//! begins to, how much it takes, and what it decodes of that.

#![forbid(unsafe_code)]

use super::ahead::{self, DecodeAhead};
use super::block::Block;
use super::buffered_input::{BufferedInput, Filled};
use super::pieces::Pieces;
use super::stream_decoder::{Decoded, StreamDecoder};
use crate::error::{Result, Status};
use crate::io::{Action, Input, Output};
use crate::settings;
use core::mem;

/// The way in which buffered input is decoded.
#[derive(Clone, Copy)]
struct Policy {
    /// Wait for so many Blocks that threads decode.
    waits: usize,
    /// Decode a Block that is not complete.
    partial: bool,
}

/// The input that a Stream decoder has taken, and the state of its calls.
pub(super) struct Buffering {
    /// False: nothing of what follows is in use, as with most files.
    in_use: bool,
    input: BufferedInput,
    /// `None`: the application's input is decoded as it comes.
    policy: Option<Policy>,
    pieces: Pieces,
    /// The previous call has filled the output.
    output_was_filled: bool,
    /// The current call has come without input, and wants all data that there is.
    without_input: bool,
    /// The current call is interrupted: the next one continues it.
    paused: bool,
}

impl Buffering {
    /// The state before the first call.
    pub(super) const NONE: Buffering = Buffering {
        in_use: false,
        input: BufferedInput::EMPTY,
        policy: None,
        pieces: Pieces::NONE,
        output_was_filled: false,
        without_input: false,
        paused: false,
    };

    /// Begins with another file.
    #[inline]
    pub(super) fn start(&mut self) {
        self.pieces = Pieces::NONE;
        if mem::take(&mut self.in_use) {
            self.leave();
            self.input.held_back = false;
            self.output_was_filled = false;
            self.paused = false;
        }
    }

    /// Tells whether calls go by [`StreamDecoder::buffer_and_decode`].
    #[inline]
    pub(super) fn is_in_use(&self) -> bool {
        self.in_use
    }

    /// Tells whether what is decoded comes out of the buffer.
    pub(super) fn is_active(&self) -> bool {
        self.policy.is_some()
    }

    /// Tells whether the next Block is waited for if threads decode it.
    pub(super) fn waits_for_block(&self) -> bool {
        self.policy.is_none_or(|policy| policy.waits != 0)
    }

    /// Memory usage in bytes.
    pub(super) fn usage(&self) -> u64 {
        self.input.usage()
    }

    /// A call has come with `input`, while nothing is buffered.
    pub(super) fn has_seen(&mut self, input: &Input<'_>) {
        self.pieces.has_seen(input.len());
    }

    /// A Block has ended.
    #[inline]
    pub(super) fn end_block(&mut self) {
        self.input.end_block();
        if let Some(policy) = &mut self.policy {
            policy.waits = policy.waits.saturating_sub(1);
        }
    }

    /// From now on, the application's input is decoded as it comes.
    fn leave(&mut self) {
        self.policy = None;
        self.input.clear();
    }

    /// Takes the byte that counts as not taken, though it is decoded.
    fn take_held_back_byte(&mut self, input: &mut Input<'_>) {
        if self.input.held_back && !input.is_empty() {
            input.next();
            self.input.held_back = false;
        }
    }

    fn begin_call(&mut self, input: &mut Input<'_>) {
        if !mem::take(&mut self.paused) {
            // Applications that fetch input only when there was room for more output
            // come back without input once.
            self.without_input = input.is_empty() && !self.output_was_filled;
            self.pieces.begin_call(self.input.fresh_bytes(input));
        }
        self.take_held_back_byte(input);
    }

    fn end_call(&mut self, result: Result<Status>, input: &Input<'_>, output_was_filled: bool) {
        self.paused = result == Ok(Status::Paused);
        self.pieces.end_call(self.input.fresh_bytes(input));
        self.output_was_filled = output_was_filled;
        self.in_use = self.policy.is_some() || self.input.held_back || self.paused;
    }

    /// Sets the policy now that input is `filled`. Returns whether all of the data in
    /// it is to be given.
    fn set_policy(&mut self, filled: Filled, input: &Input<'_>, action: Action) -> bool {
        let all = self.without_input
            || (self.pieces.is_last() && filled == Filled::All)
            || (action == Action::Finish && input.is_empty());
        self.policy = Some(Policy {
            waits: match filled {
                _ if all => usize::MAX,
                Filled::All => 0,
                Filled::Enough => 1,
                Filled::ToBlockEnd | Filled::Closed => usize::MAX,
            },
            partial: all || filled == Filled::Closed,
        });
        all
    }
}

impl<A: DecodeAhead> StreamDecoder<A> {
    /// Tells whether `block`, whose header is here, is to be decoded when all of it
    /// has been taken. Begins to take it if threads can make use of that.
    #[inline]
    pub(super) fn must_be_buffered(
        &mut self,
        block: &Block,
        input: &Input<'_>,
        action: Action,
    ) -> bool {
        let size = match ahead::body_size(block) {
            Some(size) if size > input.len() as u64 => size,
            _ => return false,
        };
        match self.buffering.policy {
            Some(policy) => !policy.partial,
            None => action == Action::Run && size != 0 && self.begin_buffering(block),
        }
    }

    #[inline(never)]
    fn begin_buffering(&mut self, block: &Block) -> bool {
        if !BufferedInput::suits(block) || self.ahead.blocks().is_none() {
            return false;
        }
        let limit = self.limit.limit().saturating_sub(self.limit.usage()).min(settings::memory());
        let begins = self.buffering.input.begin(block, limit);
        if begins {
            self.ahead.clear(); // what was seen in other input
            self.buffering.policy = Some(Policy { waits: 0, partial: false });
        }
        begins
    }

    /// Decodes; begins to buffer input first if that turns out to be useful. Tells
    /// then whether the call has come `without_input`.
    pub(super) fn decode_or_buffer(
        &mut self,
        without_input: bool,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match self.decode(input, output, action) {
            Ok(Decoded::Until(status)) => Ok(status),
            Ok(Decoded::NeedsInput) => {
                self.buffering.in_use = true;
                self.buffering.without_input = without_input;
                self.buffering.paused = true; // so that it stays as it is
                self.buffer_and_decode(input, output, action)
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    /// A call while input is taken before it is decoded, or after that.
    #[inline(never)]
    pub(super) fn buffer_and_decode(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let before = output.len();
        self.buffering.begin_call(input);
        let result = match self.buffering.policy {
            None => self.decode_as_it_comes(input, output, action),
            Some(_) => self.decode_buffered(input, output, action),
        };
        self.buffering.end_call(result, input, output.is_full() && output.len() != before);
        result.map_err(|error| self.fail(error))
    }

    /// Takes input, and decodes what was taken.
    #[inline(never)]
    fn decode_buffered(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        let blocks = self.ahead.blocks().unwrap_or(1);
        loop {
            let filled = self.buffering.input.take(input, &self.framing, blocks);
            let all = self.buffering.set_policy(filled, input, action);
            let before = (input.taken(), output.len());
            let is_last_piece = self.buffering.pieces.is_last() && filled == Filled::All;
            if filled == Filled::ToBlockEnd || is_last_piece {
                self.buffering.input.hold_back_last_byte(input);
            }
            let (decoded, status) = self.decode_from_buffer(output)?;
            if status == Status::Paused {
                return Ok(status);
            }
            if self.buffering.input.is_drained() && (all || filled != Filled::All) {
                self.buffering.leave();
                self.buffering.take_held_back_byte(input);
                return self.decode_as_it_comes(input, output, action);
            }
            let progress = decoded != 0 || before != (input.taken(), output.len());
            if output.is_full() || filled != Filled::Enough || !progress {
                return Ok(Status::Ok);
            }
        }
    }

    /// Decodes buffered input. Returns the number of bytes that were decoded.
    fn decode_from_buffer(&mut self, output: &mut Output<'_>) -> Result<(usize, Status)> {
        let (bytes, range) = self.buffering.input.lend();
        let mut part = Input::new(bytes.get(range).unwrap_or_default());
        let result = self.decode(&mut part, output, Action::Run);
        let decoded = part.taken();
        self.buffering.input.put_back(bytes, decoded);
        match result? {
            Decoded::Until(status) => Ok((decoded, status)),
            Decoded::NeedsInput => Ok((decoded, Status::Ok)),
        }
    }

    fn decode_as_it_comes(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
        action: Action,
    ) -> Result<Status> {
        match self.decode(input, output, action)? {
            Decoded::Until(status) => Ok(status),
            Decoded::NeedsInput => self.decode_buffered(input, output, action),
        }
    }
}
