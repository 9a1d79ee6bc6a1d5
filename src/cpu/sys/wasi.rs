//! The system, where there is little of one: WebAssembly with WASI, which has
//! neither threads nor signals.

/// Questions to the system about this process and its machine.
pub(crate) mod process {
    use core::ffi::CStr;

    /// Copies the value of an environment variable to `buffer`. `None`: there is
    /// no such variable, or it does not fit.
    pub(crate) fn variable<'a>(name: &CStr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
        // SAFETY: `name` is a string; the result is NULL or one, which stays, as
        // there are no other threads.
        let value = unsafe {
            let value = libc::getenv(name.as_ptr());
            if value.is_null() {
                return None;
            }
            CStr::from_ptr(value).to_bytes()
        };
        let copy = buffer.get_mut(..value.len())?;
        copy.copy_from_slice(value);
        Some(copy)
    }

    /// Bytes of physical memory. `None`: the system does not tell.
    pub(crate) fn physical_memory() -> Option<u64> {
        None
    }

    /// Number of processors. `None`: the system does not tell.
    pub(crate) fn processors() -> Option<u32> {
        None
    }
}

/// Signals, of which there are none.
pub(crate) mod signals {
    /// Blocks nothing.
    pub(crate) struct AllBlocked;

    /// Blocks all signals in the calling thread.
    pub(crate) fn block_all() -> AllBlocked {
        AllBlocked
    }

    /// Writes a line to the standard error stream, if there is one.
    #[cfg_attr(not(feature = "standalone"), allow(dead_code))]
    pub(crate) fn write_to_stderr(line: &[u8]) {
        // SAFETY: the buffer is as long as said; an error does no harm.
        unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
    }
}

/// Threads, of which there is one.
pub(crate) mod thread {
    use core::ffi::c_void;

    /// The result of a start routine.
    pub(crate) type Exit = u32;
    /// The result of a start routine that has nothing to tell.
    pub(crate) const EXIT: Exit = 0;

    /// A running thread, of which there are none. It has a size, since lists have
    /// no elements without one.
    pub(crate) struct Thread {
        _id: u32,
    }

    impl Thread {
        /// Starts no thread.
        ///
        /// # Safety
        /// There is nothing to heed.
        pub(crate) unsafe fn start(
            _: usize,
            _: extern "system" fn(*mut c_void) -> Exit,
            _: *mut c_void,
        ) -> Option<Thread> {
            None
        }

        /// Waits until the thread has ended.
        pub(crate) fn join(self) {}
    }
}
