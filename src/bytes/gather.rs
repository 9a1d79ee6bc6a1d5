//! Collects a field of fixed size across calls.

#![forbid(unsafe_code)]

use crate::io::Input;

/// A field of at most `N` bytes, as far as it has arrived.
#[derive(Clone, Debug)]
pub(crate) struct Gather<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Gather<N> {
    /// Makes a buffer in which nothing has arrived.
    pub(crate) const fn new() -> Gather<N> {
        Gather { bytes: [0; N], len: 0 }
    }

    /// Returns the number of bytes that have arrived.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Returns the bytes that have arrived.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Takes input until there are `want` bytes (at most `N`); `Some` once
    /// they are here. The field stays until [`Gather::clear`].
    pub(crate) fn fill(&mut self, input: &mut Input<'_>, want: usize) -> Option<&[u8]> {
        let want = want.min(N);
        let got = input.take(want.saturating_sub(self.len));
        self.bytes[self.len..][..got.len()].copy_from_slice(got);
        self.len += got.len();
        (self.len >= want).then_some(&self.bytes[..want])
    }

    /// Takes input until the whole field is here.
    pub(crate) fn fill_all(&mut self, input: &mut Input<'_>) -> Option<&[u8; N]> {
        self.fill(input, N)?;
        Some(&self.bytes)
    }

    /// Forgets the field, to collect another.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collects_across_calls_and_takes_no_more_than_wanted() {
        let mut field = Gather::<4>::new();
        assert_eq!(field.fill(&mut Input::new(&[1]), 3), None);
        let mut input = Input::new(&[2, 3, 4]);
        assert_eq!(field.fill(&mut input, 3), Some(&[1, 2, 3][..]));
        assert_eq!(input.taken(), 2);
        assert_eq!(field.fill_all(&mut input), Some(&[1, 2, 3, 4]));
        field.clear();
        assert_eq!(field.bytes(), &[]);
    }
}
