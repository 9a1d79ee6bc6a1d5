//! The memory usage of a decoder, and its limit.

use crate::error::{Error, Result};

/// Memory usage in bytes that a decoder states before it knows the filters, and
/// that is added to the usage of these.
pub(crate) const BASE_USAGE: u64 = 1 << 15;

/// Memory usage, known or expected, and its limit. Both in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MemoryLimit {
    usage: u64,
    limit: u64,
}

impl MemoryLimit {
    /// Makes the limit of a decoder that knows nothing about its file yet. A limit
    /// of 0 means 1.
    pub(crate) fn new(limit: u64) -> MemoryLimit {
        MemoryLimit::with_usage(BASE_USAGE, limit)
    }

    /// `usage` is needed of what `limit` allows. A limit of 0 means 1.
    pub(crate) fn with_usage(usage: u64, limit: u64) -> MemoryLimit {
        MemoryLimit { usage, limit: limit.max(1) }
    }

    /// Returns the memory usage in bytes.
    pub(crate) fn usage(&self) -> u64 {
        self.usage
    }

    /// From now on, `usage` is needed: in use, or missing to go on.
    pub(crate) fn set_usage(&mut self, usage: u64) {
        self.usage = usage;
    }

    /// [`Error::MemLimit`] if more is needed than is allowed.
    pub(crate) fn check(&self) -> Result<()> {
        if self.usage > self.limit { Err(Error::MemLimit) } else { Ok(()) }
    }

    /// The limit.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// Changes the limit; [`Error::MemLimit`] if more is needed already.
    pub(crate) fn set_limit(&mut self, limit: u64) -> Result<()> {
        if limit < self.usage {
            return Err(Error::MemLimit);
        }
        self.limit = limit;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_below_the_usage_is_not_taken() {
        let mut memory = MemoryLimit::new(0);
        assert_eq!(memory.limit(), 1);
        assert_eq!(memory.check(), Err(Error::MemLimit));
        assert_eq!(memory.set_limit(BASE_USAGE - 1), Err(Error::MemLimit));
        assert_eq!(memory.limit(), 1);
        assert_eq!(memory.set_limit(BASE_USAGE), Ok(()));
        assert_eq!(memory.check(), Ok(()));
        memory.set_usage(BASE_USAGE + 1);
        assert_eq!(memory.check(), Err(Error::MemLimit));
    }
}
