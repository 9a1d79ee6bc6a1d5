//! Threads made by `pthread_create`.

use crate::cpu::sys::cancellation;
use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr;

/// The result of a start routine.
pub(crate) type Exit = *mut c_void;
/// The result of a start routine that has nothing to tell.
pub(crate) const EXIT: Exit = ptr::null_mut();

/// A running thread, which has to be joined: one that is not goes on by itself
/// and is never cleaned up.
pub(crate) struct Thread(libc::pthread_t);

/// Calls `create` with attributes that ask for a stack of `size` bytes. The
/// result is an error number, or 0.
fn with_stack(size: usize, create: impl FnOnce(*const libc::pthread_attr_t) -> i32) -> i32 {
    // Miri has no attributes, nor stacks of a size.
    if cfg!(miri) {
        return create(ptr::null());
    }
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    // SAFETY: the attributes are initialised before they are used, and
    // destroyed afterwards.
    unsafe {
        let mut failed = libc::pthread_attr_init(attributes.as_mut_ptr());
        if failed == 0 {
            failed = libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), size);
            if failed == 0 {
                failed = create(attributes.as_ptr());
            }
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
        }
        failed
    }
}

impl Thread {
    /// Starts a thread with a stack of `stack_size` bytes, which calls `begin`
    /// with `argument`. `None` if the system refuses it; then `begin` is never
    /// called.
    ///
    /// # Safety
    /// `begin` may be called with `argument` once, in another thread.
    pub(crate) unsafe fn start(
        stack_size: usize,
        begin: extern "system" fn(*mut c_void) -> Exit,
        argument: *mut c_void,
    ) -> Option<Thread> {
        // SAFETY: on these systems both are the C calling convention.
        let begin: extern "C" fn(*mut c_void) -> Exit = unsafe { core::mem::transmute(begin) };
        let mut thread = MaybeUninit::<libc::pthread_t>::uninit();
        let failed = with_stack(stack_size, |attributes| {
            // SAFETY: the attributes are NULL or initialised; the rest is by the
            // contract above.
            unsafe { libc::pthread_create(thread.as_mut_ptr(), attributes, begin, argument) }
        });
        // SAFETY: written, as `pthread_create` has succeeded.
        (failed == 0).then(|| Thread(unsafe { thread.assume_init() }))
    }

    /// Waits until the thread has ended.
    pub(crate) fn join(self) {
        // SAFETY: there is one `Thread` for each thread, which is used up.
        cancellation::without(|| unsafe { libc::pthread_join(self.0, ptr::null_mut()) });
    }
}
