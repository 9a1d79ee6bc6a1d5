//! SHA-256 (FIPS 180-4).

#![forbid(unsafe_code)]

use sha2::Digest;

/// A SHA-256 being calculated.
#[derive(Clone)]
pub(crate) struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Of no data.
    pub(crate) fn new() -> Sha256 {
        Sha256(sha2::Sha256::new())
    }

    /// Appends `bytes` to the data.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of the data so far.
    pub(crate) fn finish(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}
