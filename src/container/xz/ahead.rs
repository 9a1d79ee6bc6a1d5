//! The interface between the decoder of `.xz` files and threads that decode Blocks
//! before it is their turn.
//!
//! Only Blocks that the application's input has as a whole are decoded ahead, from
//! copies. What comes of one counts if it is good; any other is decoded when it is
//! its turn, as if there were no threads. So all answers stay the same.

#![forbid(unsafe_code)]

use super::block::Block;
use super::stream_framing::StreamFraming;
use crate::error::{Error, Result, Status};
use crate::io::{Input, Output};
use crate::memory::OwnedBox;
use crate::settings::Threads;

/// The smallest Block that is worth a thread, in bytes of uncompressed data.
pub(crate) const SIZE_MIN: u64 = 32 << 10;

/// Size of a Block of known Compressed Size without its header, in bytes.
pub(crate) fn body_size(block: &Block) -> Option<u64> {
    Some(block.total_size().ok()? - u64::from(block.header_size))
}

/// The Block whose turn it is, and what follows it.
pub(crate) struct InputView<'a> {
    /// Knows the Stream and the Block Header.
    pub(crate) framing: &'a StreamFraming,
    /// All input from the end of the Block Header on.
    pub(crate) input: &'a [u8],
    /// Memory in bytes that decoders of Blocks may use each.
    pub(crate) block_limit: u64,
    /// Memory in bytes that all of it may use.
    pub(crate) limit: u64,
    /// The input is what was taken of the application's, so it stays the same, and
    /// more of it will come.
    pub(crate) taken: bool,
    /// True to wait for the Block whose turn it is.
    pub(crate) wait: bool,
}

/// Progress of the Block whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Readiness {
    /// The Block is decoded, and good.
    Decoded,
    /// The Block has to be decoded without threads.
    No,
    /// The wait was interrupted; ask again.
    Paused,
    /// The Block is still being decoded, and the caller does not wait.
    Later,
}

/// Decodes Blocks ahead.
pub(crate) trait DecodeAhead: Sized {
    /// Makes one that uses `threads` threads.
    fn make(threads: u32) -> Result<OwnedBox<Self>>;

    /// The number of threads.
    fn threads(&self) -> u32;

    /// Begins with another file.
    fn start(&mut self);

    /// Begins with the Block whose turn it is and those that follow, if that is
    /// worth it, and waits for that Block.
    fn wait(&mut self, view: &InputView<'_>) -> Readiness;

    /// Writes data of the Block whose turn it is from position `from` on, up to
    /// position `to`. Returns the number of bytes.
    fn deliver(&mut self, from: usize, to: usize, output: &mut Output<'_>) -> usize;

    /// Removes the Block whose turn it was: the next one's has come.
    fn end_block(&mut self);

    /// Forgets everything that was decoded, and stops what is being decoded.
    fn clear(&mut self);
}

/// The decoder of Blocks ahead of a Stream decoder, if it has any, and the Block
/// that is being delivered.
pub(super) struct AheadBlocks<A> {
    setting: Threads,
    /// The number of threads, once it was needed.
    threads: Option<u32>,
    decoder: Option<OwnedBox<A>>,
    delivery: Delivery,
}

/// A Block that was decoded ahead, and how far it is delivered. The input that
/// belongs to what is delivered counts as taken, in proportion, and at least the
/// last byte only with all data: where there is data, there is input. All other input
/// counts as taken where there is room for more output, as it would be if it were decoded
/// now: a call that is given a byte takes it, or the next would be refused.
#[derive(Clone, Copy, Default)]
struct Delivery {
    /// Size of the Block without its header, in bytes.
    size: usize,
    taken: usize,
    uncompressed_size: usize,
    written: usize,
}

impl Delivery {
    /// A Block with both sizes, nothing of which is delivered. `None`: it is too
    /// large to be in memory.
    fn new(block: &Block) -> Option<Delivery> {
        Some(Delivery {
            size: usize::try_from(body_size(block)?).ok()?,
            taken: 0,
            uncompressed_size: usize::try_from(block.uncompressed_size).ok()?,
            written: 0,
        })
    }

    /// The part of `whole` that `part` of `of` stands for.
    fn share(whole: usize, part: usize, of: usize) -> usize {
        let share = whole as u128 * part as u128 / (of as u128).max(1);
        share as usize // at most `whole`
    }

    /// Bytes of data that may be delivered once `input` more bytes of input are there.
    fn allowed(&self, input: usize) -> usize {
        let seen = self.taken.saturating_add(input).min(self.size);
        if seen == self.size {
            return self.uncompressed_size;
        }
        Delivery::share(self.uncompressed_size, seen, self.size).max(self.written)
    }

    /// The number of bytes of input that must be taken by now; `has_room`: there is room
    /// for more output.
    fn needed(&self, has_room: bool) -> usize {
        if self.written == self.uncompressed_size {
            return self.size;
        }
        let share = match has_room {
            true => self.size,
            false => Delivery::share(self.size, self.written, self.uncompressed_size),
        };
        share.min(self.size - 1)
    }
}

impl<A: DecodeAhead> AheadBlocks<A> {
    /// No Block was decoded yet.
    pub(super) fn new() -> AheadBlocks<A> {
        AheadBlocks {
            setting: Threads::current(),
            threads: None,
            decoder: None,
            delivery: Delivery::default(),
        }
    }

    /// Begins with another file; threads and buffers are used again.
    pub(super) fn start(&mut self) {
        self.setting = Threads::current();
        self.threads = None;
        self.clear();
    }

    /// Forgets Blocks that were decoded ahead.
    pub(super) fn clear(&mut self) {
        if let Some(decoder) = &mut self.decoder {
            decoder.clear();
        }
    }

    /// Waits for `block`, whose turn it is, if it is decoded ahead, or can be.
    #[inline]
    pub(super) fn wait(&mut self, block: &Block, view: &InputView<'_>) -> Readiness {
        if block.has_sizes() { self.wait_for_sized(block, view) } else { Readiness::No }
    }

    #[inline(never)]
    fn wait_for_sized(&mut self, block: &Block, view: &InputView<'_>) -> Readiness {
        let Some(delivery) = Delivery::new(block) else {
            return Readiness::No;
        };
        if !view.taken && !self.is_worth_it(&delivery, view.input.len()) {
            return Readiness::No;
        }
        let Some(decoder) = self.decoder.as_deref_mut() else {
            return Readiness::No;
        };
        let readiness = decoder.wait(view);
        if readiness == Readiness::Decoded {
            self.delivery = delivery;
        }
        readiness
    }

    /// The number of Blocks that it takes to have all threads at work, and one more.
    /// `None`: there are no threads.
    pub(super) fn blocks(&mut self) -> Option<usize> {
        self.make_decoder();
        self.decoder.as_ref().map(|decoder| 2 * decoder.threads() as usize + 1)
    }

    /// Tells whether there is a decoder, which may know the Block already, or the
    /// Block and `input` are worth one.
    fn is_worth_it(&mut self, delivery: &Delivery, input: usize) -> bool {
        let large = delivery.uncompressed_size as u64 >= SIZE_MIN;
        if self.threads.is_none() && large && input > delivery.size {
            self.make_decoder();
        }
        self.threads.is_some_and(|threads| threads > 1)
    }

    /// Makes the decoder if the user wants threads.
    fn make_decoder(&mut self) {
        if self.threads.is_none() {
            let threads = self.setting.count();
            self.threads = Some(threads);
            if self.decoder.as_ref().is_some_and(|decoder| decoder.threads() != threads) {
                self.decoder = None; // frees before it allocates
            }
            if self.decoder.is_none() && threads > 1 {
                self.decoder = A::make(threads).ok();
            }
            if let Some(decoder) = &mut self.decoder {
                decoder.start();
            }
        }
    }

    /// Delivers the Block for which [`AheadBlocks::wait`] has waited;
    /// [`Status::StreamEnd`] at its end.
    pub(super) fn code(
        &mut self,
        input: &mut Input<'_>,
        output: &mut Output<'_>,
    ) -> Result<Status> {
        let decoder = self.decoder.as_mut().ok_or(Error::Prog)?;
        let delivery = &mut self.delivery;
        let allowed = delivery.allowed(input.len());
        delivery.written += decoder.deliver(delivery.written, allowed, output);
        let needed = delivery.needed(!output.is_full()).saturating_sub(delivery.taken);
        delivery.taken += input.take(needed).len();
        if delivery.taken < delivery.size {
            return Ok(Status::Ok);
        }
        decoder.end_block();
        Ok(Status::StreamEnd)
    }
}
