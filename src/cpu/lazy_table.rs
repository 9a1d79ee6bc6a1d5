//! Tables that few processors need. So they are not in the file, and are calculated
//! when they are first used.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// `N` numbers.
pub(crate) struct LazyTable<const N: usize> {
    calculated: AtomicBool,
    numbers: [AtomicU64; N],
}

/// For CRC32, eight bytes at a time.
// In a section of its own, which linkers put behind all other variables: among those,
// it would part them into two pages, both of which every process would write to. LLVM
// knows by the section's name that it takes no place in the file.
#[cfg(target_arch = "x86_64")]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".llvm.linkonce.b.late"))]
pub(crate) static CRC32: LazyTable<{ 8 * 256 }> = LazyTable::new();

/// For CRC64, four bytes at a time.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".llvm.linkonce.b.late"))]
pub(crate) static CRC64: LazyTable<{ 4 * 256 }> = LazyTable::new();

impl<const N: usize> LazyTable<N> {
    const fn new() -> LazyTable<N> {
        LazyTable { calculated: AtomicBool::new(false), numbers: [const { AtomicU64::new(0) }; N] }
    }

    /// Returns a function that looks numbers up; `number` calculates them the first
    /// time. Threads that come first together all write the same.
    #[inline]
    pub(crate) fn get(&self, number: fn(usize) -> u64) -> impl Fn(usize) -> u64 {
        if !self.calculated.load(Ordering::Acquire) {
            self.calculate(number);
        }
        |i| self.numbers[i].load(Ordering::Relaxed)
    }

    #[cold]
    fn calculate(&self, number: fn(usize) -> u64) {
        for (i, place) in self.numbers.iter().enumerate() {
            place.store(number(i), Ordering::Relaxed);
        }
        self.calculated.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_threads_see_the_numbers() {
        static TABLE: LazyTable<1000> = LazyTable::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let number = TABLE.get(|i| i as u64 * 3);
                    for i in 0..1000 {
                        assert_eq!(number(i), i as u64 * 3);
                    }
                });
            }
        });
    }
}
