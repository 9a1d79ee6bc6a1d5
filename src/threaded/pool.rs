//! Worker threads, and the board where they find work.
//!
//! After `fork()`, a child has none of the threads, and locks may be held by
//! threads that it does not have. There, a pool is only good to be left
//! alone: whatever the threads had is leaked.

#![forbid(unsafe_code)]

use super::clock::Clock;
use super::list::{Item, Queue, Stack};
use crate::cpu::{cancellation, signals};
use crate::error::Result;
use crate::memory::{Memory, Shared, Thread, Work};
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, panics};
use core::mem;
use std::process;
use std::time::Instant;

/// What coders need by far, in bytes.
const STACK_SIZE: usize = 1 << 20;

/// Why [`Pool::wait`] has returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Waited {
    /// Something has happened.
    Woken,
    /// Nothing has before the deadline.
    TimedOut,
    /// Nothing that is known yet. The call of the application shall return to
    /// the C boundary, which looks whether the thread is cancelled, and then go
    /// on.
    Paused,
}

/// Work for one thread.
pub(super) trait Job: Send + 'static {
    /// Does it. Calls `ring` when something has happened that the main thread
    /// may be waiting for.
    fn run(&mut self, ring: &dyn Fn());

    /// Tells the result, after [`Job::run`], or after a panic in it, which
    /// is a bug.
    fn finish(&mut self, panicked: bool);
}

/// Locks. A panic elsewhere is no reason to panic here: what is shared is
/// never left half-changed.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the threads of a pool share.
struct Office<J> {
    board: Mutex<Board<J>>,
    /// Workers wait here for jobs.
    work: Condvar,
    /// The main thread waits here for anything to happen.
    bell: Condvar,
}

struct Board<J> {
    jobs: Queue<J>,
    done: Stack<J>,
    /// Workers without a job.
    idle: u32,
    exit: bool,
    /// Something has happened.
    rung: bool,
    /// The main thread waits.
    waiting: bool,
}

impl<J: Job> Office<J> {
    fn ring(&self) {
        self.announce(&mut lock(&self.board));
    }

    fn announce(&self, board: &mut Board<J>) {
        board.rung = true;
        if mem::replace(&mut board.waiting, false) {
            self.bell.notify_one();
        }
    }
}

impl<J: Job> Work for Office<J> {
    /// The life of a worker.
    fn work(&self) {
        let mut board = lock(&self.board);
        while !board.exit {
            let Some(mut job) = board.jobs.pop() else {
                board = self.work.wait(board).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(board);
            let panicked = panics(|| job.run(&|| self.ring()));
            board = lock(&self.board);
            // In this order: whoever sees the result finds the job done.
            job.finish(panicked);
            board.done.push(job);
            board.idle += 1;
            self.announce(&mut board);
        }
    }
}

/// The main thread's view of its workers.
pub(super) struct Pool<J: Job> {
    memory: Memory,
    /// `None` until there is a worker.
    office: Option<Shared<Office<J>>>,
    /// Taken when they are joined.
    handles: Stack<Option<Thread>>,
    count: u32,
    max: u32,
    /// ID of the process that has the threads.
    process: u32,
}

impl<J: Job> Pool<J> {
    /// A pool of up to `max` threads; they are started when needed.
    pub(super) fn new(memory: &Memory, max: u32) -> Pool<J> {
        Pool {
            memory: memory.clone(),
            office: None,
            handles: Stack::new(),
            count: 0,
            max,
            process: 0,
        }
    }

    /// Whether the threads are another process's: the one that this process
    /// is a child of.
    pub(super) fn is_foreign(&self) -> bool {
        self.count != 0 && self.process != process::id()
    }

    /// From now on, up to `max` threads. Waits until no worker has a job;
    /// somebody has told them to stop. Returns the jobs that are over.
    pub(super) fn restart(&mut self, max: u32) -> Stack<J> {
        let mut done = Stack::new();
        if !self.is_foreign() {
            self.settle();
            done = self.done();
        }
        if self.is_foreign() || self.count > max {
            self.end();
        }
        self.max = max;
        done
    }

    /// Whether a job could be given to a worker now, or to a new one.
    pub(super) fn has_room(&self) -> bool {
        self.count < self.max || self.board().is_some_and(|board| board.idle != 0)
    }

    fn board(&self) -> Option<MutexGuard<'_, Board<J>>> {
        self.office.as_ref().map(|office| lock(&office.board))
    }

    /// Sees to it that a worker is idle, if [`Pool::has_room`]. `Error::Mem`
    /// if the system lets us have no other thread, as in liblzma, or if there
    /// is no memory.
    pub(super) fn prepare(&mut self) -> Result<()> {
        if self.board().is_some_and(|board| board.idle != 0) {
            return Ok(());
        }
        self.spawn()
    }

    /// Starts another worker.
    fn spawn(&mut self) -> Result<()> {
        let office = match &self.office {
            Some(office) => office.clone(),
            None => self.memory.share(Office {
                board: Mutex::new(Board {
                    jobs: Queue::new(),
                    done: Stack::new(),
                    idle: 0,
                    exit: false,
                    rung: false,
                    waiting: false,
                }),
                work: Condvar::new(),
                bell: Condvar::new(),
            })?,
        };
        let mut handle = Item::new(&self.memory, None)?;
        let blocked = signals::block_all(); // the worker inherits that
        let thread = Thread::start(STACK_SIZE, office.clone());
        drop(blocked);
        *handle = Some(thread?);
        // Only now: that there is an office means that there is a worker.
        lock(&office.board).idle += 1;
        self.office = Some(office);
        self.process = process::id();
        self.count += 1;
        self.handles.push(handle);
        Ok(())
    }

    /// Gives `job` to a worker, which [`Pool::prepare`] has found.
    pub(super) fn post(&self, job: Item<J>) {
        if let Some(office) = &self.office {
            let mut board = lock(&office.board);
            board.idle = board.idle.saturating_sub(1);
            board.jobs.push(job);
            office.work.notify_one();
        }
    }

    /// Jobs that are done.
    pub(super) fn done(&self) -> Stack<J> {
        self.board().map_or(Stack::new(), |mut board| mem::replace(&mut board.done, Stack::new()))
    }

    /// Forgets what has happened so far: [`Pool::wait`] is for what happens
    /// from now on.
    pub(super) fn listen(&self) {
        if let Some(mut board) = self.board() {
            board.rung = false;
        }
    }

    /// Waits until something happens, as long as `clock` allows it.
    pub(super) fn wait(&self, clock: &mut Clock) -> Waited {
        let Some(office) = &self.office else {
            return Waited::Woken;
        };
        let left = |until: Instant| until.saturating_duration_since(Instant::now());
        let Some(pause) = clock.pause().filter(|pause| !left(*pause).is_zero()) else {
            return Waited::Paused;
        };
        let deadline = clock.deadline();
        let until = deadline.map_or(pause, |deadline| deadline.min(pause));
        let mut board = lock(&office.board);
        while !board.rung {
            let left = left(until);
            if left.is_zero() {
                break;
            }
            board.waiting = true;
            // A cancellation point where the system's own locks are used.
            let waited = cancellation::without(|| office.bell.wait_timeout(board, left));
            board = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        board.waiting = false;
        match board.rung {
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
    fn settle(&self) {
        loop {
            self.listen();
            match self.board() {
                Some(mut board) if board.idle < self.count => {
                    // Those that nobody has begun with need nobody to stop.
                    while board.jobs.pop().is_some() {
                        board.idle += 1;
                    }
                    if board.idle >= self.count {
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
        let office = self.office.take();
        if self.is_foreign() {
            mem::forget((handles, office));
            self.count = 0;
            return;
        }
        self.count = 0;
        if let Some(office) = &office {
            lock(&office.board).exit = true;
            office.work.notify_all();
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
