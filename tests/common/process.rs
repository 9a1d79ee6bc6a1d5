//! Child processes of a test.

/// Runs `body` in a child process that has a minute for it.
pub fn in_child(body: impl FnOnce() -> bool) {
    // SAFETY: the child only calls the library, and ends without cleaning up
    // what is not its own.
    unsafe {
        let child = libc::fork();
        assert!(child >= 0);
        if child == 0 {
            libc::alarm(60);
            libc::_exit(if body() { 0 } else { 1 });
        }
        let mut status = 0;
        assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
        assert_eq!(status, 0, "the child hung, crashed or got something wrong");
    }
}
