//! Signals of threads. A thread inherits its creator's signal mask; worker
//! threads must not run an application's signal handlers.

use crate::cpu::sys::cancellation;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr;

/// While this exists, the calling thread blocks all signals; afterwards it
/// blocks those that it blocked before.
pub(crate) struct AllBlocked {
    /// `None`: they could not be blocked, so there is nothing to undo.
    before: Option<libc::sigset_t>,
    /// Belongs to the thread that made it.
    here: PhantomData<*const ()>,
}

/// Blocks all signals in the calling thread.
pub(crate) fn block_all() -> AllBlocked {
    // Miri has neither signals nor these functions.
    if cfg!(miri) {
        return AllBlocked { before: None, here: PhantomData };
    }
    let mut all = MaybeUninit::<libc::sigset_t>::uninit();
    let mut before = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: both sets are there to be written; `all` is full before it is
    // read, and `before` is written when the call succeeds.
    let before = unsafe {
        libc::sigfillset(all.as_mut_ptr());
        let failed = libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        (failed == 0).then(|| before.assume_init())
    };
    AllBlocked { before, here: PhantomData }
}

impl Drop for AllBlocked {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // SAFETY: the set is a mask that this thread had.
            unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, ptr::null_mut()) };
        }
    }
}

/// Tells whether SIGPIPE waits for the calling thread, which blocks it.
fn has_broken_pipe() -> bool {
    let mut pending = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is there to be written, and read when it is.
    unsafe {
        libc::sigpending(pending.as_mut_ptr()) == 0
            && libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}

/// Writes a line to the standard error stream, if there is one. Should that be
/// a pipe which nobody reads, no signal comes of it.
#[cfg_attr(not(feature = "standalone"), allow(dead_code))]
pub(crate) fn write_to_stderr(line: &[u8]) {
    // A thread that was cancelled would end in `write`, and leave what it has to drop.
    cancellation::without(|| write_without_signals(line));
}

fn write_without_signals(line: &[u8]) {
    let _blocked = block_all();
    let before = has_broken_pipe();
    // SAFETY: the buffer is as long as said; an error does no harm.
    unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
    if !before && has_broken_pipe() {
        let mut pipe = MaybeUninit::<libc::sigset_t>::uninit();
        let mut signal = 0;
        // SAFETY: the set is initialised before it is read, and the signal in
        // it is pending, so this does not wait.
        unsafe {
            libc::sigemptyset(pipe.as_mut_ptr());
            libc::sigaddset(pipe.as_mut_ptr(), libc::SIGPIPE);
            libc::sigwait(pipe.as_ptr(), &mut signal);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(signal: i32) -> bool {
        let mut mask = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: the set is there to be written; nothing else changes.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), mask.as_mut_ptr());
            libc::sigismember(mask.as_ptr(), signal) == 1
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "no signals there")]
    fn blocked_while_it_exists() {
        assert!(!blocked(libc::SIGUSR1));
        let guard = block_all();
        assert!(blocked(libc::SIGUSR1) && blocked(libc::SIGINT));
        // A thread begins like this.
        assert!(std::thread::spawn(|| blocked(libc::SIGTERM)).join().unwrap());
        drop(guard);
        assert!(!blocked(libc::SIGUSR1));
    }
}
