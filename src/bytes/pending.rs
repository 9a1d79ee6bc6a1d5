//! Puts out a field of fixed size across calls.

#![forbid(unsafe_code)]

use crate::io::Output;

/// Up to `N` bytes that wait for room in the output.
#[derive(Clone, Debug)]
pub(crate) struct Pending<const N: usize> {
    bytes: [u8; N],
    start: usize,
    end: usize,
}

impl<const N: usize> Pending<N> {
    /// Makes a queue in which nothing waits.
    pub(crate) const fn new() -> Pending<N> {
        Pending { bytes: [0; N], start: 0, end: 0 }
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        (self.start, self.end) = (0, 0);
    }

    /// Appends `field`, or as much of it as there is space for.
    pub(crate) fn push(&mut self, field: &[u8]) {
        let space = &mut self.bytes[self.end..];
        let count = field.len().min(space.len());
        space[..count].copy_from_slice(&field[..count]);
        self.end += count;
    }

    /// Appends `count` zeros, or as many as there is space for, to be changed.
    pub(crate) fn push_zeros(&mut self, count: usize) -> &mut [u8] {
        let space = &mut self.bytes[self.end..];
        let count = count.min(space.len());
        self.end += count;
        space[..count].fill(0);
        &mut space[..count]
    }

    /// The space behind what waits, to be written to before [`Pending::add`].
    pub(crate) fn space(&mut self) -> &mut [u8] {
        &mut self.bytes[self.end..]
    }

    /// Appends the first `count` bytes of [`Pending::space`].
    pub(crate) fn add(&mut self, count: usize) {
        self.end += count.min(N - self.end);
    }

    /// Puts out as much as fits; whether that is all.
    #[inline]
    pub(crate) fn write_out(&mut self, output: &mut Output<'_>) -> bool {
        self.start += output.write(&self.bytes[self.start..self.end]);
        if self.start < self.end {
            return false;
        }
        self.clear();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_pieces() {
        let mut pending = Pending::<5>::new();
        pending.push(&[1, 2]);
        pending.push(&[3, 4, 5, 6]);
        let mut bytes = [0; 5];
        assert!(!pending.write_out(&mut Output::new(&mut bytes[..2])));
        assert!(!pending.write_out(&mut Output::new(&mut [])));
        assert!(pending.write_out(&mut Output::new(&mut bytes[2..])));
        assert_eq!(bytes, [1, 2, 3, 4, 5]);
        assert!(pending.write_out(&mut Output::new(&mut [])));
    }

    #[test]
    fn space_that_is_written_to() {
        let mut pending = Pending::<3>::new();
        pending.push(&[1]);
        pending.space().copy_from_slice(&[2, 3]);
        pending.add(1);
        let mut bytes = [9; 3];
        assert!(pending.write_out(&mut Output::new(&mut bytes)));
        assert_eq!(bytes, [1, 2, 9]);
        pending.add(4);
        assert!(pending.space().is_empty());
    }

    #[test]
    fn zeros_that_are_changed() {
        let mut pending = Pending::<5>::new();
        pending.push(&[1, 2, 3, 4, 5]);
        pending.clear();
        pending.push(&[1]);
        assert_eq!(pending.push_zeros(2), [0, 0]);
        pending.push_zeros(3)[0] = 4;
        let mut bytes = [9; 5];
        assert!(pending.write_out(&mut Output::new(&mut bytes)));
        assert_eq!(bytes, [1, 0, 0, 4, 0]);
    }
}
