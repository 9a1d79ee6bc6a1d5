//! The bytes that a Lempel-Ziv decoder has written, which matches are copied
//! from, and the room for more.

use core::mem::MaybeUninit;

/// Copies move this many bytes at a time.
const STEP: usize = 16;

/// A match is no longer than this, in bytes.
const MATCH_MAX: usize = 273;

/// Layout of a history in a buffer.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Index of the first byte of the history in a buffer that has not
    /// wrapped.
    pub(crate) start: usize,
    /// Index of the next byte to write.
    pub(crate) pos: usize,
    /// Matches end here at the latest.
    pub(crate) limit: usize,
    /// The longest distance that a match may have, in bytes.
    pub(crate) size: usize,
    /// In a ring that has wrapped, the number to add to the index of a byte that
    /// would lie before the buffer's beginning.
    pub(crate) wrap: Option<usize>,
    /// Copies may leave arbitrary bytes between the end of a match and this
    /// index.
    pub(crate) scribble_end: usize,
}

impl Layout {
    /// Tells whether this fits a buffer of `len` bytes of which the first
    /// `init` are initialised: the history lies within these, and so does the
    /// source of every match, also of one that lies before the beginning of a
    /// ring.
    fn fits(&self, init: usize, len: usize) -> bool {
        let history = match self.wrap {
            None => self.start <= self.pos,
            // Of sources before the beginning, none reaches to the position.
            Some(wrap) => {
                let end = wrap.saturating_add(MATCH_MAX);
                let written = end <= init && end + STEP <= len;
                wrap > self.size && self.pos >= MATCH_MAX && (written || self.pos >= self.size)
            }
        };
        history && self.pos <= init && init.max(self.limit).max(self.scribble_end) <= len
    }

    /// Index of the first byte of the history; less than zero, so very large,
    /// in a ring that has wrapped.
    fn origin(&self) -> usize {
        if self.wrap.is_some() { self.pos.wrapping_sub(self.size) } else { self.start }
    }
}

/// A match that is to be copied to the position.
#[derive(Clone, Copy)]
struct Match {
    /// Index of its source.
    from: usize,
    /// Length in bytes; 0: there is none. As many bytes from the position on
    /// lie within the buffer. So do those from `from` on, and they are
    /// initialised or will be, by those copied before them.
    len: usize,
}

/// The last bytes of a match. They are read from its source, where nothing has to
/// be waited for, and not from the copy.
pub(crate) struct MatchEnd {
    /// The latest byte.
    pub(crate) latest: u8,
    /// The byte that the match would have continued with.
    pub(crate) next: u8,
}

/// A buffer whose first part is initialised. What follows is room that may be
/// uninitialised, so neither a dictionary nor the application's output buffer
/// has to be cleared before data is decoded into it.
///
/// Every method checks its arguments: a wrong one leads to wrong data at
/// worst, but nothing is read that was not written.
pub(crate) struct History<'a> {
    bytes: &'a mut [MaybeUninit<u8>],
    /// The first `init` bytes are initialised, and all before the position.
    init: usize,
    /// Index of the next byte to write, at most the length.
    pos: usize,
    /// [`Layout::origin`]
    origin: usize,
    /// Number to add to an index below zero; 0 if there is none.
    wrap: usize,
    /// That of the beginning.
    layout: Layout,
    /// A match that was found, but is not copied yet.
    pending: Match,
    /// The owner's count of initialised bytes, and the index of our first
    /// byte among the owner's.
    owner: (&'a mut usize, usize),
}

impl<'a> History<'a> {
    /// The first `init` of `bytes` are initialised. [`History::finish`] adds
    /// what is written to `owner`'s count.
    ///
    /// # Safety
    /// That many bytes are initialised.
    pub(super) unsafe fn new(
        bytes: &'a mut [MaybeUninit<u8>],
        init: usize,
        layout: Layout,
        owner: (&'a mut usize, usize),
    ) -> History<'a> {
        assert!(layout.fits(init, bytes.len()));
        History {
            bytes,
            init,
            pos: layout.pos,
            origin: layout.origin(),
            wrap: layout.wrap.unwrap_or(0),
            layout,
            pending: Match { from: 0, len: 0 },
            owner,
        }
    }

    /// Returns the history by value, so that a function keeps it in registers:
    /// through a reference, every field would be loaded again for each use.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> History<'_> {
        let owner = (&mut self.init, 0);
        History { bytes: self.bytes, init: *owner.0, owner, ..*self }
    }

    /// Tells the owner of the buffer how much of it is initialised now;
    /// returns the position.
    #[inline(always)]
    pub(crate) fn finish(self) -> usize {
        let (count, base) = self.owner;
        *count = (*count).max(base + self.init.max(self.pos));
        self.pos
    }

    /// Index of the next byte to write.
    #[inline(always)]
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// Index of the byte after the match that is not copied yet.
    #[inline(always)]
    pub(crate) fn pos_ahead(&self) -> usize {
        self.pos + self.pending.len
    }

    /// Sets the position to one that was reached before.
    pub(crate) fn go_to(&mut self, pos: usize) {
        self.init = self.init.max(self.pos);
        self.pos = pos.min(self.init).max(self.layout.pos);
        self.pending.len = 0;
    }

    /// Index at which matches end at the latest.
    #[inline(always)]
    pub(crate) fn limit(&self) -> usize {
        self.layout.limit
    }

    /// Tells whether nothing was written before index `pos`.
    #[inline(always)]
    pub(crate) fn is_empty(&self, pos: usize) -> bool {
        pos == self.origin
    }

    /// Index of the byte at distance `dist + 1` before the position, if there
    /// is one: less than the position or, in a ring, less than `wrap`.
    #[inline(always)]
    fn source(&self, dist: u32) -> Option<usize> {
        let reach = self.pos.wrapping_sub(self.origin).min(self.layout.size);
        if dist as usize >= reach {
            return None;
        }
        let (before, below_zero) = self.pos.overflowing_sub(1 + dist as usize);
        let wrapped = before.wrapping_add(self.wrap);
        Some(core::hint::select_unpredictable(below_zero, wrapped, before))
    }

    /// The byte at an index; 0 if it was not written.
    #[inline(always)]
    fn at(&self, index: usize) -> u8 {
        if index < self.pos || index < self.init {
            // SAFETY: as many bytes are initialised, and so are those before
            // the position.
            unsafe { self.bytes.get_unchecked(index).assume_init() }
        } else {
            0
        }
    }

    /// The byte at distance `dist + 1`; 0 if there is none.
    #[inline(always)]
    pub(crate) fn byte(&self, dist: u32) -> u8 {
        self.source(dist).map_or(0, |at| self.at(at))
    }

    /// The latest byte; 0 if there is none.
    #[inline(always)]
    pub(crate) fn latest(&self) -> u8 {
        self.at(self.pos.wrapping_sub(1))
    }

    /// Appends a byte, unless the buffer is full.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) {
        self.pending.len = 0;
        if let Some(place) = self.bytes.get_mut(self.pos) {
            place.write(byte);
            self.pos += 1;
        }
    }

    /// Begins to fetch the byte at distance `dist + 1` before index `pos` into
    /// the cache. Before the distance is known to be valid, and across the end
    /// of a ring, the hint may be useless.
    #[inline(always)]
    pub(crate) fn prefetch(&self, pos: usize, dist: u32) {
        crate::cpu::prefetch(self.bytes, pos.wrapping_sub(1 + dist as usize));
    }

    /// Appends a match of `len` bytes at distance `dist + 1`, as much of it as
    /// there is room for; returns how much that is. Nothing happens if the
    /// history does not go back as far.
    pub(crate) fn repeat(&mut self, dist: u32, len: usize) -> Option<usize> {
        let fits = self.begin_match(dist, len)?;
        self.copy_match();
        Some(fits)
    }

    /// A match of `len` bytes at distance `dist + 1` is next, or as much of it
    /// as there is room for; returns how much that is. `None` if the history
    /// does not go back as far. It is not copied yet, so that its source can
    /// arrive in the cache; [`History::copy_match`] has to follow.
    #[inline(always)]
    pub(crate) fn begin_match(&mut self, dist: u32, len: usize) -> Option<usize> {
        let from = self.source(dist)?;
        let room = self.layout.limit.saturating_sub(self.pos);
        let len = len.min(room).min(MATCH_MAX);
        self.pending = Match { from, len };
        Some(len)
    }

    /// Copies the match that was begun, if there is one; returns how it ends.
    #[inline(always)]
    pub(crate) fn copy_match(&mut self) -> Option<MatchEnd> {
        let Match { from, len } = self.pending;
        if len == 0 {
            return None;
        }
        let pos = self.pos;
        let distance = pos.wrapping_sub(from);
        let end = pos + len;
        if end + STEP > self.layout.scribble_end {
            if distance >= STEP {
                // SAFETY: `len` bytes from `pos` on lie within the buffer, and
                // so do those of the source, of which each is initialised
                // when it is read.
                unsafe { self.copy_exactly(from, pos, len) };
            } else {
                self.copy_near_exactly(from, pos, len);
            }
        } else {
            // SAFETY: all of the source is initialised when it is read. Steps
            // that write end before `scribble_end`, which is at most the length
            // of the buffer; those that read end before that, too, or within
            // the buffer if the source is behind `pos`, in a ring.
            unsafe {
                match distance {
                    STEP.. => self.copy_in_steps(from, pos, len),
                    1 => self.fill_in_steps(pos, len),
                    _ => self.copy_near(from, pos, len),
                }
            }
        }
        self.pos = end;
        self.pending.len = 0;
        let last = from + len - 1;
        // SAFETY: the source is initialised, and so is the byte after it: it
        // lies before `end` or, in a ring, less than a match behind `wrap`.
        unsafe {
            let latest = self.bytes.get_unchecked(last).assume_init();
            let next = self.bytes.get_unchecked(last + 1).assume_init();
            Some(MatchEnd { latest, next })
        }
    }

    /// # Safety
    /// From both indices on, `len` bytes and up to [`STEP`] - 1 more lie
    /// within the buffer.
    #[inline(always)]
    unsafe fn copy_in_steps(&mut self, source: usize, pos: usize, len: usize) {
        let start = self.bytes.as_mut_ptr();
        // SAFETY: by contract. A step is read whole before it is written.
        unsafe {
            let (from, to) = (start.add(source), start.add(pos));
            copy_step(from, to);
            // Most matches are short: what the compiler makes of a loop would
            // cost them more than the copy.
            if len > STEP {
                copy_step(from.add(STEP), to.add(STEP));
                if len > 2 * STEP {
                    copy_steps(from.add(2 * STEP), to.add(2 * STEP), len - 2 * STEP);
                }
            }
        }
    }

    /// Repeats the byte before `pos`.
    ///
    /// # Safety
    /// `pos` is not 0, and from there on `len` bytes and up to [`STEP`] - 1
    /// more lie within the buffer.
    #[inline(always)]
    unsafe fn fill_in_steps(&mut self, pos: usize, len: usize) {
        let start = self.bytes.as_mut_ptr();
        // SAFETY: by contract.
        let byte = unsafe { start.add(pos - 1).read() };
        let mut done = 0;
        loop {
            // SAFETY: by contract.
            unsafe { start.add(pos + done).cast::<[MaybeUninit<u8>; STEP]>().write([byte; STEP]) };
            done += STEP;
            if done >= len {
                return;
            }
        }
    }

    /// Copies from less than a [`STEP`] before `pos`.
    ///
    /// # Safety
    /// `source` lies before `pos`, and from there on `len` bytes and up to
    /// [`STEP`] - 1 more lie within the buffer.
    #[inline(always)]
    unsafe fn copy_near(&mut self, source: usize, pos: usize, len: usize) {
        const HALF: usize = STEP / 2;
        let start = self.bytes.as_mut_ptr();
        for at in 0..HALF {
            // SAFETY: by contract.
            unsafe { start.add(pos + at).write(start.add(source + at).read()) };
        }
        // From here on, the source is as many whole periods back as make up
        // a half step.
        let distance = pos - source;
        let back = if distance < HALF { HALF.next_multiple_of(distance) } else { distance };
        let mut done = HALF;
        while done < len {
            // SAFETY: by contract; `back` is at most the distance or less
            // than two half steps, of which one is written, and the source
            // lies after the match's.
            unsafe {
                let from = start.add(pos + done - back).cast::<[MaybeUninit<u8>; HALF]>();
                let half = from.read();
                start.add(pos + done).cast::<[MaybeUninit<u8>; HALF]>().write(half);
            }
            done += HALF;
        }
    }

    /// Copies without scribbling on what follows.
    ///
    /// # Safety
    /// From both indices on, `len` bytes lie within the buffer, at least
    /// [`STEP`] apart.
    #[inline(always)]
    unsafe fn copy_exactly(&mut self, source: usize, pos: usize, len: usize) {
        let start = self.bytes.as_mut_ptr();
        // SAFETY: by contract. The last step's source ends at least a step before
        // the end, so what it reads is written by then.
        unsafe {
            let (from, to) = (start.add(source), start.add(pos));
            match len {
                STEP.. => {
                    copy_step(from, to);
                    if len > 2 * STEP {
                        copy_steps(from.add(STEP), to.add(STEP), len - 2 * STEP);
                    }
                    copy_step(from.add(len - STEP), to.add(len - STEP));
                }
                8.. => copy_ends::<8>(from, to, len),
                4.. => copy_ends::<4>(from, to, len),
                2.. => copy_ends::<2>(from, to, len),
                1 => to.write(from.read()),
                0 => {}
            }
        }
    }

    /// Copies from less than a [`STEP`] before `pos` without scribbling on
    /// what follows.
    #[inline(never)]
    fn copy_near_exactly(&mut self, source: usize, pos: usize, len: usize) {
        let distance = pos.wrapping_sub(source).max(1);
        if distance == 1 {
            let byte = self.bytes[source];
            self.bytes[pos..pos + len].fill(byte);
            return;
        }
        // Few bytes are fastest one by one; whole periods of them.
        let singly = (2 * STEP / distance * distance).min(len);
        for at in 0..singly {
            self.bytes[pos + at] = self.bytes[source + at];
        }
        let mut done = singly;
        while done < len {
            let part = distance.saturating_add(done).min(len - done);
            self.bytes.copy_within(source..source + part, pos + done);
            done += part;
        }
    }
}

/// Copies one step, read whole before it is written.
///
/// # Safety
/// `from` is valid for reading a [`STEP`], `to` for writing one.
#[inline(always)]
unsafe fn copy_step(from: *const MaybeUninit<u8>, to: *mut MaybeUninit<u8>) {
    // SAFETY: by contract.
    unsafe {
        let step = from.cast::<[MaybeUninit<u8>; STEP]>().read();
        to.cast::<[MaybeUninit<u8>; STEP]>().write(step);
    }
}

/// Copies `len` bytes, more than none, in whole steps one after the other.
///
/// # Safety
/// From both pointers on, `len` bytes and up to [`STEP`] - 1 more are valid.
#[inline(never)]
unsafe fn copy_steps(from: *const MaybeUninit<u8>, to: *mut MaybeUninit<u8>, len: usize) {
    for at in (0..len).step_by(STEP) {
        // SAFETY: by contract.
        unsafe { copy_step(from.add(at), to.add(at)) };
    }
}

/// Copies `len` bytes, `N` to twice `N`, as the first and the last `N`.
///
/// # Safety
/// `from` is valid for reading as many, `to` for writing, and they do not
/// overlap.
#[inline(always)]
unsafe fn copy_ends<const N: usize>(
    from: *const MaybeUninit<u8>,
    to: *mut MaybeUninit<u8>,
    len: usize,
) {
    // SAFETY: by contract.
    unsafe {
        let first = from.cast::<[MaybeUninit<u8>; N]>().read();
        let last = from.add(len - N).cast::<[MaybeUninit<u8>; N]>().read();
        to.cast::<[MaybeUninit<u8>; N]>().write(first);
        to.add(len - N).cast::<[MaybeUninit<u8>; N]>().write(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Layout like that of the decoder's dictionary, but smaller.
    const MARGIN: usize = 304;
    const SIZE: usize = 1024;
    const END: usize = MARGIN + MARGIN + SIZE;

    /// xorshift64
    fn random(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 16) as usize
    }

    /// Matches give the same bytes in a buffer whose rest must stay as it is, in one
    /// with room to scribble on, and in a plain vector.
    #[test]
    fn matches_of_every_distance_and_length() {
        // Miri takes its time.
        let (distances, lengths) = if cfg!(miri) { (9, 31) } else { (1, 1) };
        for distance in (1..=70_usize).step_by(distances) {
            for len in (1..=273_u16).step_by(lengths) {
                for scribbles in [false, true] {
                    let mut bytes = [MaybeUninit::new(0xEE); 400];
                    let mut plain: Vec<u8> = (1..=distance as u8).collect();
                    for (place, byte) in bytes.iter_mut().zip(&plain) {
                        place.write(*byte);
                    }
                    let end = distance + usize::from(len);
                    let scribble_end = if scribbles { bytes.len() } else { 0 };
                    let limit = bytes.len();
                    let layout = Layout {
                        start: 0,
                        pos: distance,
                        limit,
                        size: 4096,
                        wrap: None,
                        scribble_end,
                    };
                    let mut count = distance;
                    // SAFETY: all bytes are initialised.
                    let mut history =
                        unsafe { History::new(&mut bytes, distance, layout, (&mut count, 0)) };
                    assert_eq!(history.repeat(distance as u32, len.into()), None); // too far back
                    assert_eq!(history.pos(), distance);
                    let fits = history.begin_match(distance as u32 - 1, len.into());
                    assert_eq!(fits, Some(usize::from(len)));
                    let ends = history.copy_match().unwrap();
                    for at in 0..usize::from(len) {
                        plain.push(plain[at]);
                    }
                    assert_eq!(history.latest(), plain[end - 1]);
                    assert_eq!((ends.latest, ends.next), (plain[end - 1], plain[usize::from(len)]));
                    assert!(history.copy_match().is_none());
                    assert_eq!(history.finish(), end);
                    assert_eq!(count, end);
                    // SAFETY: all bytes are initialised.
                    let bytes = bytes.map(|byte| unsafe { byte.assume_init() });
                    assert_eq!(bytes[..end], plain, "distance {distance}, length {len}");
                    let untouched = if scribbles { end + STEP } else { end };
                    assert!(bytes[untouched..].iter().all(|byte| *byte == 0xEE));
                }
            }
        }
    }

    /// Literals and matches through a ring that wraps many times.
    #[test]
    fn a_ring_that_wraps() {
        let mut bytes = [MaybeUninit::uninit(); END + 2 * STEP];
        bytes[..2 * MARGIN].fill(MaybeUninit::new(0));
        let mut count = 2 * MARGIN;
        let mut layout = Layout {
            start: 2 * MARGIN,
            pos: 2 * MARGIN,
            limit: END,
            size: SIZE,
            wrap: None,
            scribble_end: END + 2 * STEP,
        };
        let (mut plain, mut state) = (Vec::new(), 1);
        while plain.len() < if cfg!(miri) { 6_000 } else { 200_000 } {
            if layout.pos == END {
                bytes.copy_within(END - MARGIN..END, 0);
                layout.pos = MARGIN;
                layout.wrap = Some(END - MARGIN);
            }
            let init = count;
            // SAFETY: `count` is what earlier histories have initialised.
            let mut history = unsafe { History::new(&mut bytes, init, layout, (&mut count, 0)) };
            let reach = plain.len().min(SIZE);
            let room = END - layout.pos;
            assert_eq!(history.repeat(SIZE as u32, 1), None);
            if random(&mut state) % 3 < 1 || reach == 0 {
                let byte = random(&mut state) as u8;
                history.push(byte);
                plain.push(byte);
            } else {
                let near = random(&mut state) & 1 == 0;
                let distance = 1 + random(&mut state) % if near { reach.min(20) } else { reach };
                let len = 1 + random(&mut state) % 273;
                let dist = distance as u32 - 1;
                assert_eq!(history.byte(dist), plain[plain.len() - distance]);
                assert_eq!(history.begin_match(dist, len), Some(len.min(room)));
                assert_eq!(history.pos_ahead(), history.pos() + len.min(room));
                let ends = history.copy_match().unwrap();
                for _ in 0..len.min(room) {
                    plain.push(plain[plain.len() - distance]);
                }
                assert_eq!(ends.latest, plain[plain.len() - 1]);
                assert_eq!(ends.next, plain[plain.len() - distance]);
                assert_eq!(history.byte(dist), ends.next);
            }
            assert_eq!(history.latest(), plain[plain.len() - 1]);
            layout.pos = history.finish();
        }
    }
}
