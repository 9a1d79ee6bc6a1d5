//! The pieces in which the application's input comes, which tell where it may end.

#![forbid(unsafe_code)]

/// Sizes of the pieces. A file is read in pieces of one size and a smaller one at its
/// end, so the first that is smaller is taken for the last. If it is not, pieces come
/// as they happen to arrive, and sizes say nothing any more.
#[derive(Clone, Copy)]
pub(super) struct Pieces {
    /// Size of the largest in bytes.
    size: usize,
    /// Bytes of the current one that are not taken.
    rest: usize,
    /// One was smaller than those before it.
    irregular: bool,
    last: bool,
}

impl Pieces {
    /// No piece has come yet.
    pub(super) const NONE: Pieces = Pieces { size: 0, rest: 0, irregular: false, last: false };

    /// There was a call with `size` bytes of input, perhaps the rest of a piece.
    pub(super) fn has_seen(&mut self, size: usize) {
        self.size = self.size.max(size);
    }

    /// A call begins with `size` bytes of input.
    pub(super) fn begin_call(&mut self, size: usize) {
        if size == 0 || self.rest != 0 {
            return; // no new piece
        }
        self.last = size < self.size && !self.irregular;
        self.irregular |= self.last;
        self.has_seen(size);
    }

    /// A call has left `rest` bytes of its input.
    pub(super) fn end_call(&mut self, rest: usize) {
        self.rest = rest;
    }

    /// Tells whether the current piece is the last, as far as sizes tell.
    pub(super) fn is_last(&self) -> bool {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells of each piece of these sizes if it seems to be the last. Each comes in three
    /// calls.
    fn last(sizes: &[usize]) -> Vec<bool> {
        let mut pieces = Pieces::NONE;
        let seen = sizes.iter().map(|size| {
            pieces.begin_call(*size);
            pieces.end_call(1);
            let last = pieces.is_last();
            pieces.begin_call(1);
            pieces.end_call(0);
            pieces.begin_call(0);
            assert_eq!(pieces.is_last(), last);
            last
        });
        seen.collect()
    }

    #[test]
    fn the_first_smaller_one_is_the_last() {
        assert_eq!(last(&[8192, 8192, 100]), [false, false, true]);
        assert_eq!(last(&[10, 8192, 8191, 8192, 5]), [false, false, true, false, false]);
        assert_eq!(last(&[1, 1, 1]), [false; 3]);
    }
}
