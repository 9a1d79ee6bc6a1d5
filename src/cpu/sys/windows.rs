//! The system, where it is Windows. Its functions are declared here, as few as
//! they are.

use core::ffi::{c_char, c_void};

type Handle = *mut c_void;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn CloseHandle(object: Handle) -> i32;
    fn CreateThread(
        attributes: *const c_void,
        stack_size: usize,
        begin: extern "system" fn(*mut c_void) -> thread::Exit,
        argument: *mut c_void,
        flags: u32,
        id: *mut u32,
    ) -> Handle;
    fn GetFileSizeEx(file: Handle, size: *mut i64) -> i32;
    fn GetLastError() -> u32;
    fn GetEnvironmentVariableA(name: *const c_char, buffer: *mut u8, size: u32) -> u32;
    fn GetStdHandle(which: u32) -> Handle;
    fn GetSystemInfo(info: *mut process::SystemInfo);
    fn GlobalMemoryStatusEx(status: *mut process::MemoryStatus) -> i32;
    fn ReadFile(
        file: Handle,
        bytes: *mut u8,
        len: u32,
        read: *mut u32,
        overlapped: *mut file::Overlapped,
    ) -> i32;
    fn WaitForSingleObject(object: Handle, milliseconds: u32) -> u32;
    fn WriteFile(
        file: Handle,
        bytes: *const u8,
        len: u32,
        written: *mut u32,
        overlapped: *mut c_void,
    ) -> i32;
}

/// Files behind descriptors of the C library. Errors are values of `errno`.
pub(crate) mod file {
    use core::ffi::{c_int, c_void};

    unsafe extern "C" {
        fn _get_osfhandle(fd: c_int) -> isize;
    }

    /// `OVERLAPPED`.
    #[repr(C)]
    pub(super) struct Overlapped {
        internal: [usize; 2],
        offset: u64,
        event: *mut c_void,
    }

    /// The system's handle of a descriptor.
    fn handle(fd: c_int) -> Result<super::Handle, c_int> {
        if fd < 0 {
            return Err(libc::EBADF);
        }
        // SAFETY: the call reads the C runtime's table of descriptors. For one that is
        // not in it, the runtime may end the process, which is no access of memory.
        match unsafe { _get_osfhandle(fd) } {
            handle if handle < 0 => Err(libc::EBADF),
            handle => Ok(core::ptr::without_provenance_mut(handle as usize)),
        }
    }

    /// The size of the file in bytes.
    pub(crate) fn size(fd: c_int) -> Result<u64, c_int> {
        let mut size = 0;
        // SAFETY: the place is there to be written; an error does no harm.
        match unsafe { super::GetFileSizeEx(handle(fd)?, &raw mut size) } {
            0 => Err(libc::ESPIPE),
            _ => u64::try_from(size).map_err(|_| libc::EOVERFLOW),
        }
    }

    /// Reads from byte `offset` on, once; 0 is the end. Wherever the file was
    /// before, it is behind what was read then.
    pub(crate) fn read_at(fd: c_int, offset: u64, to: &mut [u8]) -> Result<usize, c_int> {
        const ERROR_HANDLE_EOF: u32 = 38;
        let file = handle(fd)?;
        let len = u32::try_from(to.len()).unwrap_or(1 << 30);
        let mut read = 0;
        let mut at = Overlapped { internal: [0; 2], offset, event: core::ptr::null_mut() };
        // SAFETY: the buffer is at least as long as said, and the other places are
        // there to be read and written until the call returns, as it waits.
        unsafe {
            if super::ReadFile(file, to.as_mut_ptr(), len, &raw mut read, &raw mut at) == 0 {
                let at_end = super::GetLastError() == ERROR_HANDLE_EOF;
                return if at_end { Ok(0) } else { Err(libc::EIO) };
            }
        }
        Ok(read as usize)
    }
}

/// Questions to the system about this process and its machine.
pub(crate) mod process {
    use core::ffi::{CStr, c_void};

    /// `SYSTEM_INFO`.
    #[repr(C)]
    pub(super) struct SystemInfo {
        architecture: [u16; 2],
        page_size: u32,
        addresses: [*mut c_void; 2],
        processor_mask: usize,
        processors: u32,
        processor_type: u32,
        allocation_granularity: u32,
        processor_level: [u16; 2],
    }

    /// `MEMORYSTATUSEX`.
    #[repr(C)]
    pub(super) struct MemoryStatus {
        size: u32,
        load: u32,
        physical: u64,
        others: [u64; 6],
    }

    /// Copies the value of an environment variable to `buffer`. `None`: there is
    /// no such variable, or it does not fit.
    pub(crate) fn variable<'a>(name: &CStr, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
        let size = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        // SAFETY: `name` is a string, and the buffer as large as said.
        let len =
            unsafe { super::GetEnvironmentVariableA(name.as_ptr(), buffer.as_mut_ptr(), size) };
        // Without the zero at its end, or the size that it needs.
        (0 < len && len < size).then(|| &buffer[..len as usize])
    }

    /// Bytes of physical memory. `None`: the system does not tell.
    pub(crate) fn physical_memory() -> Option<u64> {
        let size = size_of::<MemoryStatus>() as u32;
        let mut status = MemoryStatus { size, load: 0, physical: 0, others: [0; 6] };
        // SAFETY: the structure has the size that it says.
        let told = unsafe { super::GlobalMemoryStatusEx(&raw mut status) } != 0;
        told.then_some(status.physical)
    }

    /// Number of processors, as liblzma counts them: of the process's group.
    pub(crate) fn processors() -> Option<u32> {
        let mut info = core::mem::MaybeUninit::<SystemInfo>::zeroed();
        // SAFETY: the structure is there to be written; zeros are a value of it.
        let info = unsafe {
            super::GetSystemInfo(info.as_mut_ptr());
            info.assume_init()
        };
        Some(info.processors)
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
        const STD_ERROR_HANDLE: u32 = -12i32 as u32;
        let mut written = 0;
        // SAFETY: the buffer is as long as said; an error does no harm.
        unsafe {
            let file = super::GetStdHandle(STD_ERROR_HANDLE);
            let end = core::ptr::null_mut();
            super::WriteFile(file, line.as_ptr(), line.len() as u32, &raw mut written, end);
        }
    }
}

/// Threads made by `CreateThread`.
pub(crate) mod thread {
    use core::ffi::c_void;
    use core::ptr;

    /// The result of a start routine.
    pub(crate) type Exit = u32;
    /// The result of a start routine that has nothing to tell.
    pub(crate) const EXIT: Exit = 0;

    /// A running thread.
    pub(crate) struct Thread(super::Handle);

    // SAFETY: a handle may be used from any thread.
    unsafe impl Send for Thread {}
    // SAFETY: as above.
    unsafe impl Sync for Thread {}

    impl Thread {
        /// Starts a thread with a stack of `stack_size` bytes, which calls
        /// `begin` with `argument`. `None` if the system refuses it; then
        /// `begin` is never called.
        ///
        /// # Safety
        /// `begin` may be called with `argument` once, in another thread.
        pub(crate) unsafe fn start(
            stack_size: usize,
            begin: extern "system" fn(*mut c_void) -> Exit,
            argument: *mut c_void,
        ) -> Option<Thread> {
            const STACK_SIZE_PARAM_IS_A_RESERVATION: u32 = 0x10000;
            // SAFETY: by the contract above; without attributes and an ID.
            let handle = unsafe {
                super::CreateThread(
                    ptr::null(),
                    stack_size,
                    begin,
                    argument,
                    STACK_SIZE_PARAM_IS_A_RESERVATION,
                    ptr::null_mut(),
                )
            };
            (!handle.is_null()).then_some(Thread(handle))
        }

        /// Waits until the thread has ended.
        pub(crate) fn join(self) {
            const INFINITE: u32 = u32::MAX;
            // SAFETY: there is one `Thread` for each thread, which is used up.
            unsafe {
                super::WaitForSingleObject(self.0, INFINITE);
                super::CloseHandle(self.0);
            }
        }
    }
}
