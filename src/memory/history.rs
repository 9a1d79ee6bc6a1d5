//! The bytes that a Lempel-Ziv decoder has written, which matches are copied
//! from, and the room for more.

use super::copy::{self, SHORT, STEP};
use crate::cpu::blend::HAS_BLEND;
use crate::cpu::polyfill::select_unpredictable;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

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
    /// ring. That is read in whole steps, so up to a step less a byte more.
    fn fits(&self, init: usize, len: usize) -> bool {
        let history = match self.wrap {
            None => self.start <= self.pos,
            // Of sources before the beginning, none reaches to the position.
            Some(wrap) => {
                let written = wrap.saturating_add(MATCH_MAX + STEP - 1) <= init;
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
    /// Index of its source, before the position or, in a ring, less than `wrap`; or 0.
    from: usize,
    /// Length in bytes; 0: there is none. As many bytes from the position on
    /// lie within the buffer. So do those from `from` on, and they are
    /// initialised or will be, by those copied before them.
    len: usize,
}

/// The room behind a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is more.
    Left,
    /// There is none: so many bytes of the match fit.
    Full(usize),
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
    start: NonNull<MaybeUninit<u8>>,
    /// Size of the buffer in bytes.
    size: usize,
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
    buffer: PhantomData<&'a mut [MaybeUninit<u8>]>,
}

impl<'a> History<'a> {
    /// A history in the buffer that begins at `start` and has `size` bytes, of
    /// which the first `init` are initialised. [`History::finish`] adds what is
    /// written to `owner`'s count.
    ///
    /// # Safety
    /// As many bytes lie there for the lifetime, as many are initialised, and
    /// nobody else writes to them, or reads those from the layout's position on.
    /// The history writes to none before that.
    pub(super) unsafe fn new(
        (start, size): (NonNull<MaybeUninit<u8>>, usize),
        init: usize,
        layout: Layout,
        owner: (&'a mut usize, usize),
    ) -> History<'a> {
        assert!(layout.fits(init, size));
        History {
            start,
            size,
            init,
            pos: layout.pos,
            origin: layout.origin(),
            wrap: layout.wrap.unwrap_or(0),
            layout,
            pending: Match { from: 0, len: 0 },
            owner,
            buffer: PhantomData,
        }
    }

    /// Returns the history by value, so that a function keeps it in registers:
    /// through a reference, every field would be loaded again for each use.
    #[inline(always)]
    pub(crate) fn reborrow(&mut self) -> History<'_> {
        let owner = (&mut self.init, 0);
        History { init: *owner.0, owner, buffer: PhantomData, ..*self }
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
        self.pending = Match { from: 0, len: 0 };
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
        let dist = dist as usize;
        if dist >= self.pos.wrapping_sub(self.origin) || dist >= self.layout.size {
            return None;
        }
        let (before, below_zero) = self.pos.overflowing_sub(1 + dist);
        let wrapped = before.wrapping_add(self.wrap);
        Some(select_unpredictable(below_zero, wrapped, before))
    }

    /// The byte at an index; 0 if it was not written.
    #[inline(always)]
    fn at(&self, index: usize) -> u8 {
        if index < self.pos || index < self.init {
            // SAFETY: as many bytes are initialised, and so are those before
            // the position.
            unsafe { self.start.add(index).read().assume_init() }
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

    /// Appends a byte, unless the buffer is full; returns whether there is room for
    /// another one before the limit.
    #[inline(always)]
    pub(crate) fn push(&mut self, byte: u8) -> bool {
        self.pending.len = 0;
        let end = self.pos + 1;
        if end < self.layout.limit {
            // SAFETY: the limit lies within the buffer.
            unsafe { self.start.add(self.pos).write(MaybeUninit::new(byte)) };
            self.pos = end;
            return true;
        }
        if self.pos < self.size {
            // SAFETY: the position lies within the buffer.
            unsafe { self.start.add(self.pos).write(MaybeUninit::new(byte)) };
            self.pos = end;
        }
        false
    }

    /// Begins to fetch the byte at distance `dist + 1` before index `pos` into
    /// the cache. Before the distance is known to be valid, and across the end
    /// of a ring, the hint may be useless.
    #[inline(always)]
    pub(crate) fn prefetch(&self, pos: usize, dist: u32) {
        let index = pos.wrapping_sub(1 + dist as usize);
        crate::cpu::prefetch_address(self.start.as_ptr().wrapping_add(index).cast());
    }

    /// Appends a match of `len` bytes at distance `dist + 1`, as much of it as
    /// there is room for; returns how much that is. Nothing happens if the
    /// history does not go back as far.
    pub(crate) fn repeat(&mut self, dist: u32, len: usize) -> Option<usize> {
        let room = self.begin_match(dist, len)?;
        self.copy_match();
        Some(match room {
            Room::Left => len,
            Room::Full(fits) => fits,
        })
    }

    /// A match of `len` bytes at distance `dist + 1` is next, or as much of it
    /// as there is room for. `None` if the history does not go back as far. It is not
    /// copied yet, so that its source can arrive in the cache;
    /// [`History::copy_match`] has to follow.
    #[inline(always)]
    pub(crate) fn begin_match(&mut self, dist: u32, len: usize) -> Option<Room> {
        let from = self.source(dist)?;
        if self.pos + len < self.layout.limit && len <= MATCH_MAX {
            self.pending = Match { from, len };
            return Some(Room::Left);
        }
        let fits = len.min(MATCH_MAX).min(self.layout.limit.saturating_sub(self.pos));
        self.pending = Match { from, len: fits };
        Some(Room::Full(fits))
    }

    /// Copies the match that was begun, if there is one; returns how it ends.
    #[inline(always)]
    pub(crate) fn copy_match(&mut self) -> Option<MatchEnd> {
        let Match { from, len } = self.pending;
        if len == 0 {
            return None;
        }
        self.copy_pending();
        let last = from + len - 1;
        // SAFETY: the source is initialised, and so is the byte after it: it
        // lies before the position or, in a ring, less than a match behind `wrap`.
        unsafe {
            let latest = self.start.add(last).read().assume_init();
            let next = self.start.add(last + 1).read().assume_init();
            Some(MatchEnd { latest, next })
        }
    }

    /// Copies the match that was begun. If there is none, it is one of no bytes:
    /// that takes less time than a branch that cannot be predicted.
    #[inline(always)]
    pub(crate) fn copy_pending(&mut self) {
        let Match { from, len } = self.pending;
        let (start, pos) = (self.start.as_ptr(), self.pos);
        let distance = pos.wrapping_sub(from);
        let end = pos + len;
        // The first step's source ends before what it writes, as far as it counts.
        let is_apart = distance >= len.min(STEP);
        if end + SHORT <= self.layout.scribble_end {
            // SAFETY: all of the source is initialised when it is read. Steps
            // that write end before `scribble_end`, which is at most the length
            // of the buffer; those that read end before that, too, or, if the
            // source is behind `pos`, in a ring, before `init` (by `Layout::fits`).
            // What steps leave behind the match may be uninitialised, but not below
            // `init`: a byte there comes from one before it, or from the ring's end.
            unsafe {
                match distance {
                    _ if is_apart => copy::copy_in_steps(start, from, pos, len),
                    1 => copy::fill_in_steps(start, pos, len),
                    _ => copy::copy_near(start, from, pos, len),
                }
            }
        } else if HAS_BLEND && is_apart && len <= SHORT && end + SHORT <= self.layout.limit {
            // SAFETY: what is written ends before the limit, which is at most the
            // length of the buffer; what is read ends before that, too, or within
            // the buffer if the source is behind `pos`, in a ring.
            unsafe { copy::copy_short_exactly(start, from, pos, len) };
        } else if distance >= STEP {
            // SAFETY: `len` bytes from `pos` on lie within the buffer, and
            // so do those of the source, of which each is initialised
            // when it is read.
            unsafe { copy::copy_exactly(start, from, pos, len) };
        } else if len > 0 {
            // SAFETY: as above.
            unsafe { copy::copy_near_exactly(start, from, pos, len) };
        }
        self.pos = end;
        self.pending.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Layout like that of the decoder's dictionary, but smaller.
    const MARGIN: usize = 304;
    const SIZE: usize = 1024;
    const END: usize = MARGIN + MARGIN + SIZE;

    fn whole(bytes: &mut [MaybeUninit<u8>]) -> (NonNull<MaybeUninit<u8>>, usize) {
        (NonNull::from(&mut *bytes).cast(), bytes.len())
    }

    /// Matches give the same bytes in a buffer whose rest must stay as it is, in one
    /// with room to scribble on, and in a plain vector.
    #[test]
    fn matches_of_every_distance_and_length() {
        // Miri takes its time.
        let (distances, lengths) = if cfg!(miri) { (23, 90) } else { (1, 1) };
        for distance in (1..=70_usize).step_by(distances) {
            for len in (1..=273_u16).step_by(lengths) {
                for (scribbles, ends_there) in [(false, false), (false, true), (true, false)] {
                    let mut bytes = [MaybeUninit::new(0xEE); 400];
                    let mut plain: Vec<u8> = (1..=distance as u8).collect();
                    for (place, byte) in bytes.iter_mut().zip(&plain) {
                        place.write(*byte);
                    }
                    let end = distance + usize::from(len);
                    let scribble_end = if scribbles { bytes.len() } else { 0 };
                    let limit = if ends_there { end } else { bytes.len() };
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
                    let mut history = unsafe {
                        History::new(whole(&mut bytes), distance, layout, (&mut count, 0))
                    };
                    assert_eq!(history.repeat(distance as u32, len.into()), None); // too far back
                    assert_eq!(history.pos(), distance);
                    let room = history.begin_match(distance as u32 - 1, len.into());
                    let full = Room::Full(len.into());
                    assert_eq!(room, Some(if limit == end { full } else { Room::Left }));
                    let ends = history.copy_match().unwrap();
                    for at in 0..usize::from(len) {
                        plain.push(plain[at]);
                    }
                    assert_eq!(history.latest(), plain[end - 1]);
                    assert_eq!((ends.latest, ends.next), (plain[end - 1], plain[usize::from(len)]));
                    assert!(history.copy_match().is_none());
                    history.copy_pending();
                    assert_eq!(history.finish(), end);
                    assert_eq!(count, end);
                    // SAFETY: all bytes are initialised.
                    let bytes = bytes.map(|byte| unsafe { byte.assume_init() });
                    assert_eq!(bytes[..end], plain, "distance {distance}, length {len}");
                    let untouched = if scribbles { end + SHORT } else { end };
                    assert!(bytes[untouched..].iter().all(|byte| *byte == 0xEE));
                }
            }
        }
    }

    /// The end of a ring is read in whole steps, so a match is not enough.
    #[test]
    #[should_panic = "fits"]
    fn a_ring_whose_end_is_not_initialised() {
        let mut bytes = [MaybeUninit::uninit(); 1400];
        let (wrap, mut count) = (1001, 1001 + MATCH_MAX);
        bytes[..count].fill(MaybeUninit::new(0));
        let layout = Layout {
            start: 0,
            pos: MATCH_MAX,
            limit: bytes.len(),
            size: 1000,
            wrap: Some(wrap),
            scribble_end: bytes.len(),
        };
        // SAFETY: `count` bytes are initialised.
        unsafe { History::new(whole(&mut bytes), count, layout, (&mut count, 0)) };
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
        let (mut plain, mut random) = (Vec::new(), crate::rng::Rng::new(1));
        while plain.len() < if cfg!(miri) { 6_000 } else { 200_000 } {
            if layout.pos == END {
                bytes.copy_within(END - MARGIN..END, 0);
                layout.pos = MARGIN;
                layout.wrap = Some(END - MARGIN);
            }
            let init = count;
            // SAFETY: `count` is what earlier histories have initialised.
            let mut history =
                unsafe { History::new(whole(&mut bytes), init, layout, (&mut count, 0)) };
            let reach = plain.len().min(SIZE);
            let room = END - layout.pos;
            assert_eq!(history.repeat(SIZE as u32, 1), None);
            if random.one_in(3) || reach == 0 {
                let byte = random.byte();
                history.push(byte);
                plain.push(byte);
            } else {
                let near = random.one_in(2);
                let distance = 1 + random.below(if near { reach.min(20) } else { reach });
                let len = 1 + random.below(273);
                let dist = distance as u32 - 1;
                assert_eq!(history.byte(dist), plain[plain.len() - distance]);
                let begun = if len < room { Room::Left } else { Room::Full(len.min(room)) };
                assert_eq!(history.begin_match(dist, len), Some(begun));
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
