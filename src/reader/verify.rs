//! Verification of a whole file, with several threads.

#![forbid(unsafe_code)]

use super::block_decoding::Located;
use super::failure::{Failure, Location, Reason, Result};
use super::file::{CancelToken, File};
use super::read::Reader;
use super::read_at::ReadAt;
use super::threads::Threads;
use crate::check;
use crate::cpu::sys::cancellation;
use crate::error;
use crate::index::{Cursor as IndexCursor, Mode};
use crate::io::Output;
use crate::memory::{Buf, List, Shared, Work};
use crate::sync::{AtomicU64, AtomicUsize, Condvar, Mutex, Ordering, PoisonError, lock};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes of data that a thread decodes at a time.
const SCRATCH_SIZE: u64 = 256 << 10;
/// The time between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_millis(100);

/// Is told how many bytes of the file are done, and how many there are;
/// returns whether to go on.
pub(crate) type ProgressCallback<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

/// Decodes all Blocks of the file with up to `threads` threads, the caller's
/// among them, and throws the data away. Whatever is wrong, the first Block with
/// it is reported. The headers and Indexes were verified when the file was
/// opened.
pub(crate) fn verify<S: ReadAt>(
    reader: &Reader<S>,
    threads: u32,
    progress: ProgressCallback<'_>,
) -> Result<()> {
    let file = reader.file()?;
    let total = file.index().file_size();
    let job = file.memory().share(Job::new(file))?;
    let mut scratch = job.scratch()?;
    let mut reporter = Reporter { last: Instant::now(), total, progress };
    let others = Others::start(&job, threads);
    let taking_part = TakingPart(&*job);
    job.run(Company::Others, &mut scratch, &mut |done| reporter.report(done));
    drop(taking_part);
    job.wait(&mut |done| reporter.report(done));
    drop(others);
    // What was given back, and all behind it if each thread had too little memory.
    job.run(Company::Alone, &mut scratch, &mut |done| reporter.report(done));
    job.result()?;
    // The last call says that all is done, unless somebody has asked to stop.
    match (reporter.progress)(total, total) {
        true => Ok(()),
        false => Err(Reason::Interrupted.at(Location::default())),
    }
}

/// All threads but the caller's. They are gone when this is.
struct Others<S: ReadAt> {
    job: Shared<Job<S>>,
    threads: Threads,
}

impl<S: ReadAt> Others<S> {
    /// Starts as many as there is work for, or as the system allows.
    fn start(job: &Shared<Job<S>>, threads: u32) -> Others<S> {
        let mut others = Others { job: job.clone(), threads: Threads::new(job.file.memory()) };
        let wanted = u64::from(threads).min(job.file.index().block_count()).saturating_sub(1);
        for _ in 0..wanted {
            lock(&job.state).at_work += 1;
            if others.threads.start(job.clone()).is_err() {
                lock(&job.state).at_work -= 1;
                break;
            }
        }
        others
    }
}

impl<S: ReadAt> Drop for Others<S> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.job.stop.store(1, Ordering::Relaxed);
        }
        self.threads.join();
    }
}

/// Reports progress, but not too often.
struct Reporter<'a> {
    last: Instant,
    total: u64,
    progress: ProgressCallback<'a>,
}

impl Reporter<'_> {
    /// Returns whether to go on.
    fn report(&mut self, done: u64) -> bool {
        if self.last.elapsed() < REPORT_EVERY {
            return true;
        }
        self.last = Instant::now();
        (self.progress)(done.min(self.total), self.total)
    }
}

/// The work that threads share.
struct Job<S> {
    file: Shared<File<S>>,
    token: CancelToken,
    state: Mutex<State>,
    /// Signalled when a thread has nothing more to do.
    ended: Condvar,
    /// Bytes of the file that are done.
    done: AtomicU64,
    /// Not 0 once the application has asked to stop.
    stop: AtomicUsize,
}

/// Tells which threads may be at work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    Others,
    Alone,
}

struct State {
    /// The Block that was given out last.
    cursor: IndexCursor,
    /// Blocks for which threads had no memory, at most one of each, which is its last.
    given_back: List<Located>,
    /// The failure of the first Block that has one.
    failure: Option<Failure>,
    /// Threads, the caller's included.
    at_work: u32,
}

/// Counts a thread that takes part until this is dropped, also by a panic, so that
/// nothing waits for it in vain.
struct TakingPart<'a, S: ReadAt>(&'a Job<S>);

impl<S: ReadAt> Drop for TakingPart<'_, S> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.fail(Reason::Program.at(Location::default()));
        }
        lock(&self.0.state).at_work -= 1;
        self.0.ended.notify_all();
    }
}

impl<S: ReadAt> Work for Job<S> {
    fn work(&self) {
        let _taking_part = TakingPart(self);
        if let Ok(mut scratch) = self.scratch() {
            self.run(Company::Others, &mut scratch, &mut |_| true);
        }
    }
}

impl<S: ReadAt> Job<S> {
    fn new(file: &Shared<File<S>>) -> Job<S> {
        let index = file.index();
        // All but the Blocks was read when the file was opened.
        let done = index.file_size().saturating_sub(index.blocks_size());
        let given_back = List::new(file.memory());
        let state = State { cursor: IndexCursor::START, given_back, failure: None, at_work: 1 };
        Job {
            file: file.clone(),
            token: file.cancel_token(),
            state: Mutex::new(state),
            ended: Condvar::new(),
            done: AtomicU64::new(done),
            stop: AtomicUsize::new(0),
        }
    }

    /// A place for decoded data.
    fn scratch(&self) -> error::Result<Buf<u8>> {
        let capacity = self.file.index().uncompressed_size().min(SCRATCH_SIZE);
        self.file.memory().buf_with_capacity(capacity as usize)
    }

    /// Verifies one Block after the other, until there are none. Where others may have
    /// the memory that is missing, leaves the Block for when they are done.
    fn run(&self, company: Company, scratch: &mut Buf<u8>, report: &mut dyn FnMut(u64) -> bool) {
        while let Some(at) = self.next() {
            let mut result = self.verify_block(&at, scratch, report);
            while company == Company::Alone && lacks_memory(&result) && self.file.evict() {
                result = self.verify_block(&at, scratch, report);
            }
            let gives_back = company == Company::Others && lacks_memory(&result);
            if gives_back && lock(&self.state).given_back.push_back(at).is_ok() {
                return;
            }
            if let Err(failure) = result {
                self.fail(failure);
            }
        }
    }

    /// The next Block, unless something was wrong already: then those before it
    /// are being looked at, or were given back.
    fn next(&self) -> Option<Located> {
        let mut state = lock(&self.state);
        let failed = state.failure.map_or(u64::MAX, |failure| failure.place.block);
        while let Some(at) = state.given_back.pop_front() {
            if at.info.number_in_file < failed {
                return Some(at);
            }
        }
        if state.failure.is_some() {
            return None;
        }
        state.cursor = self.file.index().next(state.cursor, Mode::Block)?;
        self.file.block_at(state.cursor)
    }

    fn verify_block(
        &self,
        at: &Located,
        scratch: &mut Buf<u8>,
        report: &mut dyn FnMut(u64) -> bool,
    ) -> Result<()> {
        let (mut decoding, _reserved) = self.file.begin(at, SCRATCH_SIZE, true)?;
        let mut counted = 0;
        loop {
            let step = |output: &mut Output<'_>| decoding.step(&self.file, self.token, output);
            let ended = scratch.append(0, usize::MAX, step).0?;
            let taken = if ended { at.info.total_size } else { decoding.taken() };
            let more = taken.saturating_sub(counted);
            let done = self.done.fetch_add(more, Ordering::Relaxed).saturating_add(more);
            counted = taken;
            if !report(done) {
                self.stop.store(1, Ordering::Relaxed);
            }
            if self.stop.load(Ordering::Relaxed) != 0 {
                return Err(Reason::Interrupted.at(at.place(taken, decoding.written())));
            }
            if ended {
                self.file.keep_spare(decoding);
                return Ok(());
            }
        }
    }

    fn fail(&self, failure: Failure) {
        let mut state = lock(&self.state);
        let first = state.failure.map_or(u64::MAX, |known| known.place.block);
        // Being asked to stop says nothing about the file.
        let interrupted = |failure: Failure| failure.reason == Reason::Interrupted;
        let replaces = failure.place.block < first || state.failure.is_some_and(interrupted);
        if replaces && !(state.failure.is_some() && interrupted(failure)) {
            state.failure = Some(failure);
        }
    }

    /// Waits until no thread is at work.
    fn wait(&self, report: &mut dyn FnMut(u64) -> bool) {
        let mut state = lock(&self.state);
        while state.at_work != 0 {
            let waited = cancellation::without(|| self.ended.wait_timeout(state, REPORT_EVERY));
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            if !report(self.done.load(Ordering::Relaxed)) {
                self.stop.store(1, Ordering::Relaxed);
            }
            state = lock(&self.state);
        }
    }

    /// The result of all threads.
    fn result(&self) -> Result<()> {
        if let Some(failure) = lock(&self.state).failure {
            return Err(failure);
        }
        let checks = self.file.index().checks();
        let unknown = |id: &u32| checks & (1 << id) != 0 && !check::is_supported(*id);
        match (0..=check::ID_MAX).find(unknown) {
            Some(_) => Err(Reason::UnknownCheck.at(Location::default())),
            None => Ok(()),
        }
    }
}

fn lacks_memory(result: &Result<()>) -> bool {
    result.is_err_and(|failure| failure.reason == Reason::Memory)
}
