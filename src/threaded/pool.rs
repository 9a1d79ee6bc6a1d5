//! Worker threads, and the queue from which they take jobs.
//!
//! After `fork()`, a child has none of the threads, and locks may be held by
//! threads that it does not have. There, a pool is only good to be left
//! alone: whatever the threads had is leaked.

#![forbid(unsafe_code)]

use super::clock::Clock;
use super::list::{Item, Queue, Stack};
use crate::cpu::sys::cancellation;
use crate::error::Result;
use crate::memory::{AllocatorHandle, Shared, Thread, Work};
use crate::sync::{AtomicBool, Condvar, Mutex, MutexGuard, Ordering, PoisonError, lock, panics};
use core::mem;
use std::process;
use std::time::Instant;

/// Why [`Pool::wait`] has returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something has happened.
    Woken,
    /// The deadline has passed.
    TimedOut,
    /// The wait was interrupted, so that the application's call returns to the C
    /// boundary, which checks whether the thread is cancelled and then goes on.
    Paused,
}

/// Work for one thread.
pub(super) trait Job: Send + 'static {
    /// Does it. Calls `wake_main` when something has happened that the main
    /// thread may be waiting for.
    fn run(&mut self, wake_main: &dyn Fn());

    /// Tells the result, after [`Job::run`]; `LZMA_PROG_ERROR` after a panic in it,
    /// which is a bug. The pool is locked meanwhile.
    fn finish(&mut self);
}

/// The part of a pool that its threads share.
struct PoolShared<J> {
    queue: Mutex<JobQueue<J>>,
    /// Workers wait here for jobs.
    jobs_available: Condvar,
    /// The main thread waits here for anything to happen.
    main_wakeup: Condvar,
    /// Something has happened. It changes while the queue is locked.
    woken: AtomicBool,
}

/// The jobs of a pool, and who waits for what.
struct JobQueue<J> {
    jobs: Queue<J>,
    done: Queue<J>,
    /// Jobs that are not done.
    unfinished: u32,
    exit: bool,
    /// The main thread waits.
    waiting: bool,
}

impl<J: Job> PoolShared<J> {
    /// Something has happened that the main thread may be waiting for.
    fn wake_main(&self) {
        self.wake_main_locked(&mut lock(&self.queue));
    }

    /// [`PoolShared::wake_main`] for a caller that has locked the queue.
    fn wake_main_locked(&self, queue: &mut JobQueue<J>) {
        self.woken.store(true, Ordering::Relaxed);
        if mem::replace(&mut queue.waiting, false) {
            self.main_wakeup.notify_one();
        }
    }
}

impl<J: Job> Work for PoolShared<J> {
    /// The life of a worker.
    fn work(&self) {
        let mut queue = lock(&self.queue);
        while !queue.exit {
            let Some(mut job) = queue.jobs.pop() else {
                queue = self.jobs_available.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(queue);
            // Memory is freed in `run`, where nothing is locked, also in a panic.
            panics(|| job.run(&|| self.wake_main()));
            queue = lock(&self.queue);
            // In this order: whoever sees the result finds the job done.
            job.finish();
            queue.done.push(job);
            queue.unfinished -= 1;
            self.wake_main_locked(&mut queue);
        }
    }
}

/// The main thread's view of its workers.
pub(super) struct Pool<J: Job> {
    memory: AllocatorHandle,
    /// `None` until there is a worker.
    shared: Option<Shared<PoolShared<J>>>,
    /// Taken when they are joined.
    handles: Stack<Option<Thread>>,
    count: u32,
    max: u32,
    /// ID of the process that has the threads.
    process: u32,
}

impl<J: Job> Pool<J> {
    /// A pool of up to `max` threads; they are started when needed.
    pub(super) fn new(memory: &AllocatorHandle, max: u32) -> Pool<J> {
        Pool {
            memory: memory.clone(),
            shared: None,
            handles: Stack::new(),
            count: 0,
            max,
            process: 0,
        }
    }

    /// Tells whether the threads are another process's: the one that this
    /// process is a child of.
    pub(super) fn owned_by_other_process(&self) -> bool {
        self.count != 0 && self.process != process::id()
    }

    /// From now on, up to `max` threads. Waits until no worker has a job;
    /// somebody has told them to stop. Returns the jobs that are over.
    pub(super) fn restart(&mut self, max: u32) -> Queue<J> {
        let mut done = Queue::new();
        if !self.owned_by_other_process() {
            self.wait_idle();
            done = self.done();
        }
        if self.owned_by_other_process() || self.count > max {
            self.end();
        }
        self.max = max;
        done
    }

    /// Tells whether a job could be given to a worker now, or to a new one.
    pub(super) fn has_room(&self) -> bool {
        self.count < self.max || self.has_idle_worker()
    }

    fn has_idle_worker(&self) -> bool {
        self.queue().is_some_and(|queue| queue.unfinished < self.count)
    }

    fn queue(&self) -> Option<MutexGuard<'_, JobQueue<J>>> {
        self.shared.as_ref().map(|shared| lock(&shared.queue))
    }

    /// Sees to it that a worker is idle, if [`Pool::has_room`]. `Error::Mem`
    /// if the system lets us have no other thread, as in liblzma, or if there
    /// is no memory.
    pub(super) fn prepare(&mut self) -> Result<()> {
        if self.has_idle_worker() { Ok(()) } else { self.spawn() }
    }

    /// Starts another worker.
    fn spawn(&mut self) -> Result<()> {
        let shared = match &self.shared {
            Some(shared) => shared.clone(),
            None => self.memory.share(PoolShared {
                queue: Mutex::new(JobQueue {
                    jobs: Queue::new(),
                    done: Queue::new(),
                    unfinished: 0,
                    exit: false,
                    waiting: false,
                }),
                jobs_available: Condvar::new(),
                main_wakeup: Condvar::new(),
                woken: AtomicBool::new(false),
            })?,
        };
        let mut handle = Item::new(&self.memory, None)?;
        *handle = Some(Thread::start(shared.clone())?);
        // Only now: that there is a shared part means that there is a worker.
        self.shared = Some(shared);
        self.process = process::id();
        self.count += 1;
        self.handles.push(handle);
        Ok(())
    }

    /// Gives `job` to the worker that [`Pool::prepare`] has found, or, if there are as
    /// many jobs as workers, to the first that has done its own.
    pub(super) fn submit(&self, job: Item<J>) {
        if let Some(shared) = &self.shared {
            let mut queue = lock(&shared.queue);
            queue.unfinished += 1;
            queue.jobs.push(job);
            shared.jobs_available.notify_one();
        }
    }

    /// Jobs that are done, in the order in which they were.
    pub(super) fn done(&self) -> Queue<J> {
        self.queue().map_or(Queue::new(), |mut queue| mem::replace(&mut queue.done, Queue::new()))
    }

    /// Forgets what has happened so far: [`Pool::wait`] is for what happens
    /// from now on.
    pub(super) fn clear_wakeup(&self) {
        if let Some(shared) = &self.shared {
            let _queue = lock(&shared.queue);
            shared.woken.store(false, Ordering::Relaxed);
        }
    }

    /// Tells whether something has happened since [`Pool::clear_wakeup`], as far as can
    /// be seen without locking anything: if it was just now, perhaps not yet.
    pub(super) fn has_news(&self) -> bool {
        self.shared.as_ref().is_some_and(|shared| shared.woken.load(Ordering::Relaxed))
    }

    /// Waits until something happens, as long as `clock` allows it.
    pub(super) fn wait(&self, clock: &mut Clock) -> Waited {
        let Some(shared) = &self.shared else {
            return Waited::Woken;
        };
        let left = |until: Instant| until.saturating_duration_since(Instant::now());
        let Some(pause) = clock.pause().filter(|pause| !left(*pause).is_zero()) else {
            return Waited::Paused;
        };
        let deadline = clock.deadline();
        let until = deadline.map_or(pause, |deadline| deadline.min(pause));
        let mut queue = lock(&shared.queue);
        while !shared.woken.load(Ordering::Relaxed) {
            let left = left(until);
            if left.is_zero() {
                break;
            }
            queue.waiting = true;
            // A cancellation point where the system's own locks are used.
            let waited = cancellation::without(|| shared.main_wakeup.wait_timeout(queue, left));
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        queue.waiting = false;
        match shared.woken.load(Ordering::Relaxed) {
            true => Waited::Woken,
            false if deadline.is_some_and(|deadline| deadline <= pause) => Waited::TimedOut,
            false => Waited::Paused,
        }
    }

    /// Waits until something happens, for as long as it takes.
    fn wait_long(&self) {
        let mut clock = Clock::new(0);
        while self.wait(&mut clock) == Waited::Paused {
            clock.resume();
        }
    }

    /// Waits until no worker has a job.
    fn wait_idle(&self) {
        loop {
            self.clear_wakeup();
            match self.queue() {
                Some(mut queue) if queue.unfinished != 0 => {
                    // Those that nobody has begun with need nobody to stop.
                    while queue.jobs.pop().is_some() {
                        queue.unfinished -= 1;
                    }
                    if queue.unfinished == 0 {
                        return;
                    }
                }
                _ => return,
            }
            self.wait_long();
        }
    }

    /// Ends all threads, at once if they have no jobs.
    fn end(&mut self) {
        let mut handles = mem::replace(&mut self.handles, Stack::new());
        let shared = self.shared.take();
        if self.owned_by_other_process() {
            mem::forget((handles, shared));
            self.count = 0;
            return;
        }
        self.count = 0;
        if let Some(shared) = &shared {
            lock(&shared.queue).exit = true;
            shared.jobs_available.notify_all();
        }
        while let Some(mut handle) = handles.pop() {
            if let Some(thread) = handle.take() {
                thread.join();
            }
        }
    }
}

impl<J: Job> Drop for Pool<J> {
    fn drop(&mut self) {
        self.end();
    }
}
