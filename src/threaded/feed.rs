//! The main thread's side of a Block that is being given to a worker.

#![forbid(unsafe_code)]

use super::block_channel::BlockChannel;
use crate::io::Input;
use crate::memory::{BufferWriter, Shared};

/// A worker that waits for input is woken for so many bytes, or when the main
/// thread has nothing else to do.
const ANNOUNCE_STEP: usize = 4 << 10;

/// The input of a Block, as far as it has come. `E` is what comes of the Block.
pub(super) struct Feed<E> {
    input: BufferWriter,
    channel: Shared<BlockChannel<E>>,
    /// Bytes that the worker knows of.
    announced: usize,
}

impl<E> Feed<E> {
    /// Makes a feed to which nothing was given yet. The worker has the other ends.
    pub(super) fn new(input: BufferWriter, channel: Shared<BlockChannel<E>>) -> Feed<E> {
        Feed { input, channel, announced: 0 }
    }

    /// Bytes that are missing.
    pub(super) fn room(&self) -> usize {
        self.input.room()
    }

    /// Moves as much of `input` to the worker as the Block takes.
    pub(super) fn take(&mut self, input: &mut Input<'_>) {
        let room = self.input.room();
        self.input.append(room, |buffer| input.copy_to(buffer));
    }

    /// Tells the worker about its input if that is worth it, or if this was
    /// the `last`.
    pub(super) fn announce_step(&mut self, last: bool) {
        if last || self.input.len() - self.announced >= ANNOUNCE_STEP {
            self.announced = self.input.len();
            self.channel.announce(last);
        }
    }

    /// Tells whether the Block is not complete with `more` bytes of input, nor the worker
    /// told of them: if not, [`Feed::take`] is all there is to do with them.
    pub(super) fn needs_no_announcement(&self, more: usize) -> bool {
        more < self.input.room() && self.input.len() - self.announced + more < ANNOUNCE_STEP
    }

    /// Tells the worker about all input; whether there was some that it did
    /// not know of.
    pub(super) fn announce_all(&mut self) -> bool {
        let unknown = self.announced < self.input.len();
        if unknown {
            self.announced = self.input.len();
            self.channel.announce(self.input.room() == 0);
        }
        unknown
    }
}
