//! The range encoder.
//!
//! Bytes go into a buffer of the encoder's own, so that a symbol is always
//! encoded as a whole; they are moved to the output when there is room. Two
//! things keep this small: a symbol gives a few bytes only, and the one thing
//! that can be longer, a run of bytes that waited for a carry, is kept as a
//! count when the buffer is too small for it.

#![forbid(unsafe_code)]

use super::{MODEL_BITS, MOVE_BITS, Probability, RANGE_MIN};
use crate::error::Result;
use crate::io::Output;
use crate::memory::{AllocatorHandle, Buf};

/// A symbol and the flush after it give fewer bytes, runs apart.
const SLACK: usize = 64;

/// The arithmetic: what it takes to go on from here.
#[derive(Clone, Copy)]
struct Arithmetic {
    low: u64,
    range: u32,
    /// The last byte that may still change by a carry; `0xFF` bytes follow
    /// it.
    cache: u8,
    /// Number of bytes that wait for the carry, `cache` included.
    waiting: u64,
}

impl Arithmetic {
    const START: Arithmetic = Arithmetic { low: 0, range: u32::MAX, cache: 0, waiting: 1 };
}

/// Bytes that waited for a carry and are all the same.
#[derive(Clone, Copy)]
struct Run {
    /// Index in the buffer of the byte that follows the run.
    at: usize,
    byte: u8,
    left: u64,
}

/// A moment that [`RangeEncoder::return_to`] can go back to.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint {
    arithmetic: Arithmetic,
    end: usize,
}

/// A range encoder and the bytes that it has encoded.
pub(crate) struct RangeEncoder {
    arithmetic: Arithmetic,
    bytes: Buf<u8>,
    /// Bytes before `start` are written out already, those up to `end` are
    /// not.
    start: usize,
    end: usize,
    run: Option<Run>,
    /// Number of bytes that were written out since the start.
    total: u64,
}

impl RangeEncoder {
    /// An encoder without memory. [`RangeEncoder::allocate`] and
    /// [`RangeEncoder::reset`] come before use.
    pub(crate) const INIT: RangeEncoder = RangeEncoder {
        arithmetic: Arithmetic { low: 0, range: 0, cache: 0, waiting: 0 },
        bytes: Buf::EMPTY,
        start: 0,
        end: 0,
        run: None,
        total: 0,
    };

    /// Gets memory for up to `capacity` bytes that are kept inside.
    pub(crate) fn allocate(&mut self, memory: &AllocatorHandle, capacity: usize) -> Result<()> {
        self.bytes = memory.buf_with_capacity(capacity + SLACK)?;
        Ok(())
    }

    /// An encoder that keeps up to `capacity` bytes inside.
    #[cfg(test)]
    pub(crate) fn new(memory: &AllocatorHandle, capacity: usize) -> Result<RangeEncoder> {
        let mut encoder = RangeEncoder::INIT;
        encoder.allocate(memory, capacity)?;
        encoder.reset();
        Ok(encoder)
    }

    /// Starts anew and forgets what was encoded.
    pub(crate) fn reset(&mut self) {
        self.arithmetic = Arithmetic::START;
        self.clear();
        self.total = 0;
    }

    /// Forgets the buffered bytes, but goes on encoding.
    pub(crate) fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
        self.run = None;
    }

    /// Returns the bytes that are encoded and not written out. Bytes of a run that
    /// exceeds the capacity are not among them.
    pub(crate) fn buffered(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Returns the number of bytes that are encoded and not written out.
    #[inline(always)]
    pub(crate) fn buffered_len(&self) -> u64 {
        let run = self.run.map_or(0, |run| run.left);
        (self.end - self.start) as u64 + run
    }

    /// Returns the least number of bytes that a flush would add to those that are
    /// encoded.
    #[inline(always)]
    pub(crate) fn pending(&self) -> u64 {
        self.arithmetic.waiting + 4
    }

    /// Tells whether bytes have to be written out before the next symbol.
    #[inline(always)]
    pub(crate) fn is_full(&self) -> bool {
        self.run.is_some() || self.end + 2 * SLACK > self.bytes.capacity()
    }

    /// Moves bytes to `output`; whether all could be moved.
    pub(crate) fn write_out(&mut self, output: &mut Output<'_>) -> bool {
        if let Some(run) = &mut self.run {
            let count = output.write(&self.bytes[self.start..run.at]);
            self.start += count;
            self.total += count as u64;
            if self.start < run.at {
                return false;
            }
            while run.left > 0 {
                let piece = [run.byte; SLACK];
                let want = run.left.min(SLACK as u64) as usize;
                let count = output.write(&piece[..want]);
                run.left -= count as u64;
                self.total += count as u64;
                if count < want {
                    return false;
                }
            }
            self.run = None;
        }
        let count = output.write(self.buffered());
        self.start += count;
        self.total += count as u64;
        if self.start < self.end {
            return false;
        }
        self.clear();
        true
    }

    /// Returns a state to go back to if the next symbol turns out to be too long.
    /// [`RangeEncoder::write_out`] may not come between.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { arithmetic: self.arithmetic, end: self.end }
    }

    /// Takes back what was encoded since `checkpoint`. Probabilities stay as
    /// they are.
    pub(crate) fn return_to(&mut self, checkpoint: Checkpoint) {
        self.arithmetic = checkpoint.arithmetic;
        self.end = checkpoint.end;
        self.run = self.run.filter(|run| run.at <= self.end);
    }

    /// Returns the size that the whole output would have if it ended now.
    pub(crate) fn flushed_len(&self) -> u64 {
        // Five shifts push out all that waits and four bytes more. If the
        // range has to be normalised first there is one byte more.
        let Arithmetic { range, waiting, .. } = self.arithmetic;
        let normalize = u64::from(range < RANGE_MIN);
        self.total + self.buffered_len() + waiting + 4 + normalize
    }

    /// Encodes `bit`, 0 or 1, and lets the probability learn from it.
    #[inline(always)]
    pub(crate) fn bit(&mut self, probability: &mut Probability, bit: u32) {
        self.normalize();
        let one = bit.wrapping_neg();
        let p = u32::from(*probability);
        let bound = (self.arithmetic.range >> MODEL_BITS) * p;
        self.arithmetic.low += u64::from(bound & one);
        let above = self.arithmetic.range.wrapping_sub(bound);
        self.arithmetic.range = (above & one) | (bound & !one);
        // Moves `p` a 32nd of the way to 2048 (bit 0) or to 31 (bit 1): with 31, the
        // shift rounds as the decoder's `p - (p >> 5)`.
        let target = (1 << MODEL_BITS) - ((1 << MODEL_BITS) - (1 << MOVE_BITS) + 1) * (bit as i32);
        let p = p as i32;
        *probability = (p + ((target - p) >> MOVE_BITS)) as Probability;
    }

    /// Encodes a symbol of log2(N) bits, highest bit first.
    #[inline(always)]
    pub(crate) fn tree<const N: usize>(&mut self, tree: &mut [Probability; N], symbol: u32) {
        const { assert!(N.is_power_of_two() && N <= 1 << 8) };
        let mut node = 1;
        // Not a loop, since cmake/ has the compiler unroll short ones only.
        macro_rules! steps {
            ($($step:literal)*) => {$(
                if $step < N.trailing_zeros() {
                    let bit = (symbol >> $step) & 1;
                    self.bit(&mut tree[node % N], bit);
                    node = node * 2 + bit as usize;
                }
            )*};
        }
        steps!(7 6 5 4 3 2 1 0);
        let _ = node;
    }

    /// Encodes the lowest four bits of `symbol`, lowest bit first; the root of
    /// `tree` is at 1.
    #[inline(always)]
    pub(crate) fn reverse_tree_4(&mut self, tree: &mut [Probability; 16], symbol: u32) {
        let mut node = 1;
        macro_rules! steps {
            ($($step:literal)*) => {$(
                let bit = (symbol >> $step) & 1;
                self.bit(&mut tree[node % 16], bit);
                node = node * 2 + bit as usize;
            )*};
        }
        steps!(0 1 2 3);
        let _ = node;
    }

    /// Encodes the lowest `bits` bits of `symbol`, lowest bit first; `tree`
    /// begins with the root.
    #[inline(always)]
    pub(crate) fn reverse_tree(&mut self, tree: &mut [Probability], bits: u32, symbol: u32) {
        let mut node = 1;
        for step in 0..bits {
            let bit = (symbol >> step) & 1;
            if let Some(probability) = tree.get_mut(node - 1) {
                self.bit(probability, bit);
            } else {
                debug_assert!(false, "the tree has fewer levels than the symbol has bits");
            }
            node = node * 2 + bit as usize;
        }
    }

    /// Encodes the lowest `bits` bits of `value`, highest bit first and
    /// without probabilities.
    #[inline(always)]
    pub(crate) fn direct(&mut self, value: u32, bits: u32) {
        for step in (0..bits).rev() {
            self.normalize();
            self.arithmetic.range >>= 1;
            let bit = (value >> step) & 1;
            self.arithmetic.low += u64::from(self.arithmetic.range & bit.wrapping_neg());
        }
    }

    /// Encodes what is needed for decoding everything so far, and starts
    /// anew behind it.
    pub(crate) fn flush(&mut self) {
        self.normalize();
        for _ in 0..5 {
            self.shift();
        }
        self.arithmetic = Arithmetic::START;
    }

    #[inline(always)]
    fn normalize(&mut self) {
        if self.arithmetic.range < RANGE_MIN {
            self.shift();
            self.arithmetic.range <<= 8;
        }
    }

    /// Moves the highest byte out of `low`. It waits as long as it could
    /// still change by a carry.
    #[inline(never)]
    fn shift(&mut self) {
        let Arithmetic { low, cache, waiting, .. } = self.arithmetic;
        if low < 0xFF00_0000 || low > u64::from(u32::MAX) {
            let carry = (low >> 32) as u8;
            self.put(cache.wrapping_add(carry));
            if waiting > 1 {
                self.put_run(carry.wrapping_sub(1), waiting - 1);
            }
            self.arithmetic.cache = (low >> 24) as u8;
            self.arithmetic.waiting = 0;
        }
        self.arithmetic.waiting += 1;
        self.arithmetic.low = (low & 0x00FF_FFFF) << 8;
    }

    #[inline(always)]
    fn put(&mut self, byte: u8) {
        if self.end == self.bytes.len() {
            self.grow();
        }
        if let Some(place) = self.bytes.get_mut(self.end) {
            *place = byte;
            self.end += 1;
        }
    }

    /// Touches a little more of the buffer, which must not be full: a byte without a
    /// place would be missing in the output.
    #[cold]
    fn grow(&mut self) {
        self.bytes.grow_zeroed(self.end + 1024);
        assert!(self.end < self.bytes.len());
    }

    #[cold]
    fn put_run(&mut self, byte: u8, count: u64) {
        if count + SLACK as u64 > (self.bytes.capacity() - self.end) as u64 {
            self.run = Some(Run { at: self.end, byte, left: count });
            return;
        }
        for _ in 0..count {
            self.put(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decoder's arithmetic, from the format's description.
    struct Decoder<'a> {
        bytes: &'a [u8],
        range: u32,
        code: u32,
    }

    impl Decoder<'_> {
        fn new(bytes: &[u8]) -> Decoder<'_> {
            let (head, bytes) = bytes.split_at(5);
            assert_eq!(head[0], 0);
            let code = u32::from_be_bytes(head[1..].try_into().unwrap());
            Decoder { bytes, range: u32::MAX, code }
        }

        fn normalize(&mut self) {
            if self.range < RANGE_MIN {
                self.range <<= 8;
                self.code = self.code << 8 | u32::from(self.bytes[0]);
                self.bytes = &self.bytes[1..];
            }
        }

        fn bit(&mut self, probability: &mut Probability) -> u32 {
            self.normalize();
            let p = u32::from(*probability);
            let bound = (self.range >> 11) * p;
            if self.code < bound {
                self.range = bound;
                *probability += (2048 - *probability) >> 5;
                return 0;
            }
            self.range -= bound;
            self.code -= bound;
            *probability -= *probability >> 5;
            1
        }

        fn direct(&mut self) -> u32 {
            self.normalize();
            self.range >>= 1;
            let bit = u32::from(self.code >= self.range);
            self.code -= self.range * bit;
            bit
        }
    }

    #[test]
    fn what_is_encoded_can_be_decoded() {
        let mut encoder = RangeEncoder::new(&AllocatorHandle::standard(), 1 << 16).unwrap();
        let mut probabilities = [crate::range::PROB_INIT; 4];
        let (mut random, mut bits) = (crate::rng::Rng::new(1), Vec::new());
        for _ in 0..40_000 {
            let (kind, value) = (random.next_u32() % 5, random.next_u32());
            // Some bits are nearly always 0, some nearly always 1.
            let bit = match kind {
                0 => u32::from(value % 100 == 0),
                1 => u32::from(value % 200 != 0),
                _ => value & 1,
            };
            bits.push((kind, bit));
            match probabilities.get_mut(kind as usize) {
                Some(probability) => encoder.bit(probability, bit),
                None => encoder.direct(bit, 1),
            }
        }
        let expected = encoder.flushed_len();
        encoder.flush();
        assert_eq!(encoder.buffered_len(), expected);
        let mut decoder = Decoder::new(encoder.buffered());
        let mut probabilities = [crate::range::PROB_INIT; 4];
        for (kind, bit) in bits {
            let decoded = match probabilities.get_mut(kind as usize) {
                Some(probability) => decoder.bit(probability),
                None => decoder.direct(),
            };
            assert_eq!(decoded, bit);
        }
    }

    #[test]
    fn a_run_longer_than_the_buffer_is_written_out() {
        for (carry, fill) in [(0u64, 0xFFu8), (1 << 32, 0)] {
            for room in [1, 63, 64, 65, 1000] {
                let mut encoder = RangeEncoder::new(&AllocatorHandle::standard(), 100).unwrap();
                encoder.arithmetic = Arithmetic {
                    low: carry + 0x3456_7890,
                    range: 1 << 24,
                    cache: 0x12,
                    waiting: 500,
                };
                encoder.flush();
                let (mut all, mut done) = (Vec::new(), false);
                while !done {
                    let mut piece = vec![0; room];
                    let mut output = Output::new(&mut piece);
                    done = encoder.write_out(&mut output);
                    let len = output.len();
                    all.extend_from_slice(&piece[..len]);
                }
                let mut expected = vec![0x12 + (carry >> 32) as u8];
                expected.resize(500, fill);
                expected.extend_from_slice(&[0x34, 0x56, 0x78, 0x90]);
                assert_eq!(all, expected);
            }
        }
    }

    #[test]
    fn a_symbol_can_be_taken_back() {
        let memory = AllocatorHandle::standard();
        let mut encoders = [(); 2].map(|()| RangeEncoder::new(&memory, 1000).unwrap());
        for (index, encoder) in encoders.iter_mut().enumerate() {
            encoder.direct(0x1234_5678, 32);
            if index == 1 {
                let checkpoint = encoder.checkpoint();
                encoder.direct(0x9ABC_DEF0, 32);
                encoder.return_to(checkpoint);
            }
            encoder.direct(0x0FED_CBA9, 32);
            encoder.flush();
        }
        assert_eq!(encoders[0].buffered(), encoders[1].buffered());
    }
}
