//! Memory that is lent to a library, and can no more be accessed once it is given
//! back.

use super::Lib;
use rlzma::ffi::*;
use std::ffi::c_void;
use std::mem::zeroed;
use std::ptr;

/// The allocator of memory that is lent.
#[derive(Clone, Copy)]
pub struct Lender(pub &'static lzma_allocator);

/// `lzma_allocator` has a pointer, which is NULL here.
pub struct Constant(pub lzma_allocator);
// SAFETY: nothing changes it, and its functions may be called by any thread.
unsafe impl Sync for Constant {}

/// `malloc` and `free`.
pub static HEAP: Constant = Constant(lzma_allocator {
    alloc: Some(from_malloc),
    free: Some(to_free),
    opaque: ptr::null_mut(),
});
/// Pages that can be accessed until they are freed, and never used again.
#[cfg(not(miri))] // which sees everything, but has no mprotect
pub static PAGES: Constant = Constant(lzma_allocator {
    alloc: Some(pages::map),
    free: Some(pages::forbid),
    opaque: ptr::null_mut(),
});

unsafe extern "C" fn from_malloc(_: *mut c_void, _: usize, size: usize) -> *mut c_void {
    // SAFETY: any size is fine.
    unsafe { libc::malloc(size) }
}

unsafe extern "C" fn to_free(_: *mut c_void, bytes: *mut c_void) {
    // SAFETY: NULL, or what `from_malloc` has returned.
    unsafe { libc::free(bytes) };
}

#[cfg(not(miri))]
mod pages {
    use super::*;

    /// Bytes in each mapping.
    const SIZE: usize = 1 << 16;

    pub unsafe extern "C" fn map(_: *mut c_void, _: usize, size: usize) -> *mut c_void {
        assert!(size <= SIZE);
        let (access, flags) =
            (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: a new mapping touches nothing that is there.
        let bytes = unsafe { libc::mmap(ptr::null_mut(), SIZE, access, flags, -1, 0) };
        assert_ne!(bytes, libc::MAP_FAILED);
        bytes
    }

    pub unsafe extern "C" fn forbid(_: *mut c_void, bytes: *mut c_void) {
        if !bytes.is_null() {
            // SAFETY: a mapping of `map`, of which nothing is used any more.
            assert_eq!(unsafe { libc::mprotect(bytes, SIZE, libc::PROT_NONE) }, 0);
        }
    }
}

/// Values that are lent. They are freed when this is dropped.
pub struct Loan<T> {
    pub values: *mut T,
    pub lender: Lender,
}

impl<T: Copy> Loan<T> {
    pub fn new(lender: Lender, value: T) -> Loan<T> {
        Loan::copy(lender, &[value])
    }

    pub fn copy(lender: Lender, values: &[T]) -> Loan<T> {
        let place = Loan::room(lender, values.len());
        // SAFETY: there is room for so many.
        unsafe { ptr::copy_nonoverlapping(values.as_ptr(), place.values, values.len()) };
        place
    }

    /// Room for `count` values, which are not initialised.
    pub fn room(lender: Lender, count: usize) -> Loan<T> {
        let size = (count * size_of::<T>()).max(1);
        // SAFETY: these allocators take any size up to that of their pages.
        let values = unsafe { lender.0.alloc.unwrap()(ptr::null_mut(), 1, size) };
        assert!(!values.is_null());
        Loan { values: values.cast(), lender }
    }
}

impl<T> Drop for Loan<T> {
    fn drop(&mut self) {
        // SAFETY: it came from this allocator.
        unsafe { self.lender.0.free.unwrap()(ptr::null_mut(), self.values.cast()) };
    }
}

/// Runs a case for each library and each kind of memory.
pub fn each(case: impl Fn(&Lib, Lender)) {
    case(Lib::ours(), Lender(&HEAP.0));
    #[cfg(not(miri))] // which has no dynamic linker
    for lib in [Lib::reference(), Lib::ours()] {
        case(lib, Lender(&HEAP.0));
        case(lib, Lender(&PAGES.0));
    }
}

pub const END: lzma_filter = lzma_filter { id: LZMA_VLI_UNKNOWN, options: ptr::null_mut() };

/// The size of the data in bytes: for Miri, as small as will do.
pub const SIZE: usize = if cfg!(miri) { 60 } else { 300 };

pub fn data() -> Vec<u8> {
    (0..SIZE as u32).map(|i| ((i * i) >> 6) as u8).collect()
}

/// A chain with all that it refers to.
pub struct Chain {
    pub filters: Loan<lzma_filter>,
    pub _lzma: Loan<lzma_options_lzma>,
    pub _delta: Loan<lzma_options_delta>,
    pub _dictionary: Loan<u8>,
}

pub fn lzma(lender: Lender) -> Loan<lzma_options_lzma> {
    // SAFETY: zeros are a value of the structure, and a preset is set there.
    unsafe {
        let mut options: lzma_options_lzma = zeroed();
        assert_eq!((Lib::ours().lzma_lzma_preset)(&mut options, 0), 0);
        options.dict_size = LZMA_DICT_SIZE_MIN;
        (options.lc, options.pb) = (0, 0); // fewest probabilities
        Loan::new(lender, options)
    }
}

impl Chain {
    pub fn new(lender: Lender, id: lzma_vli) -> Chain {
        let lzma = lzma(lender);
        // SAFETY: zeros are a value of the structure.
        let mut delta: lzma_options_delta = unsafe { zeroed() };
        delta.dist = 2;
        let delta = Loan::new(lender, delta);
        let filters = [
            lzma_filter { id: LZMA_FILTER_DELTA, options: delta.values.cast() },
            lzma_filter { id, options: lzma.values.cast() },
            END,
        ];
        let (filters, _dictionary) = (Loan::copy(lender, &filters), Loan::room(lender, 1));
        Chain { filters, _lzma: lzma, _delta: delta, _dictionary }
    }

    /// A chain with a preset dictionary, which raw coders copy when they start.
    pub fn with_dictionary(lender: Lender, id: lzma_vli) -> Chain {
        let mut chain = Chain::new(lender, id);
        chain._dictionary = Loan::copy(lender, &data()[..50]);
        // SAFETY: the options are valid.
        unsafe {
            (*chain._lzma.values).preset_dict = chain._dictionary.values;
            (*chain._lzma.values).preset_dict_size = 50;
        }
        chain
    }
}

/// A stream, ended when it is dropped. All that a call borrows is new in that
/// call, and freed after it: the buffers and, without threads, the allocator.
pub struct Stream<'a> {
    pub lib: &'a Lib,
    pub lender: Lender,
    pub raw: Box<lzma_stream>,
    pub allocator: Option<Loan<lzma_allocator>>,
}

impl<'a> Stream<'a> {
    pub fn new(lib: &'a Lib, lender: Lender) -> Stream<'a> {
        Stream { lib, lender, raw: Box::new(LZMA_STREAM_INIT), allocator: None }
    }

    /// One whose allocator is at another place in each call.
    pub fn moving(lib: &'a Lib, lender: Lender) -> Stream<'a> {
        let mut stream = Stream::new(lib, lender);
        stream.move_allocator();
        stream
    }

    pub fn move_allocator(&mut self) {
        let next = Loan::new(self.lender, HEAP.0);
        self.raw.allocator = next.values;
        self.allocator = Some(next); // drops the one before
    }

    pub fn as_ptr(&mut self) -> *mut lzma_stream {
        &raw mut *self.raw
    }

    /// Calls `lzma_code` with so much input and room.
    pub fn call(&mut self, input: &[u8], room: usize, action: lzma_action) -> (lzma_ret, Vec<u8>) {
        if self.allocator.is_some() {
            self.move_allocator();
        }
        let given = Loan::copy(self.lender, input);
        let output = Loan::<u8>::room(self.lender, room);
        (self.raw.next_in, self.raw.avail_in) = (given.values, input.len());
        (self.raw.next_out, self.raw.avail_out) = (output.values, room);
        // SAFETY: the buffers are as large as said.
        let ret = unsafe { (self.lib.lzma_code)(self.as_ptr(), action) };
        let written = room - self.raw.avail_out;
        // SAFETY: so many bytes were written there.
        (ret, unsafe { std::slice::from_raw_parts(output.values, written) }.to_vec())
    }

    /// Codes `input` to the end, up to `step` bytes a call, from buffers that
    /// are freed after each call.
    pub fn code(&mut self, input: &[u8], step: usize, last: lzma_action) -> (lzma_ret, Vec<u8>) {
        let (mut at, mut output) = (0, Vec::new());
        loop {
            let given = &input[at..][..step.min(input.len() - at)];
            let action = if at + given.len() == input.len() { last } else { LZMA_RUN };
            let (ret, written) = self.call(given, step, action);
            output.extend(written);
            at += given.len() - self.raw.avail_in;
            match ret {
                LZMA_OK => {}
                LZMA_SEEK_NEEDED => at = usize::try_from(self.raw.seek_pos).unwrap(),
                _ => return (ret, output),
            }
        }
    }

    /// Calls everything that an application may call when a coder is done.
    pub fn afterwards(&mut self) {
        let strm = self.as_ptr();
        let (mut taken, mut written) = (0, 0);
        for action in [LZMA_RUN, LZMA_FINISH, LZMA_SYNC_FLUSH] {
            let (ret, output) = self.call(b"more", 100, action);
            assert!(matches!(ret, LZMA_STREAM_END | LZMA_PROG_ERROR), "{ret:?}");
            assert!(output.is_empty());
        }
        // SAFETY: the stream has a coder, and the counts are valid.
        unsafe {
            (self.lib.lzma_get_progress)(strm, &mut taken, &mut written);
            (self.lib.lzma_memusage)(strm);
            (self.lib.lzma_memlimit_get)(strm);
            (self.lib.lzma_memlimit_set)(strm, u64::MAX);
            (self.lib.lzma_get_check)(strm);
        }
    }

    /// Starts another coder on the stream, and uses it.
    pub fn start_another(&mut self) {
        // SAFETY: the stream is of this library.
        let ret = unsafe { (self.lib.lzma_alone_decoder)(self.as_ptr(), u64::MAX) };
        assert_eq!(ret, LZMA_OK);
        assert_eq!(self.call(&[0xFF; 20], 100, LZMA_RUN).0, LZMA_FORMAT_ERROR);
    }
}

impl Drop for Stream<'_> {
    fn drop(&mut self) {
        if self.allocator.is_some() {
            self.move_allocator();
        }
        // SAFETY: the stream is of this library.
        unsafe { (self.lib.lzma_end)(self.as_ptr()) };
    }
}

/// Something that is lent until the coder is done: it is freed when the coder
/// has come to its end, when it has failed, while it is at work and then
/// ended, and while it is at work and then replaced.
pub fn until_done<T>(
    lib: &Lib,
    lender: Lender,
    start: impl Fn(&mut Stream<'_>) -> T,
    good: &[u8],
    bad: &[u8],
    last: lzma_action,
) {
    let mut stream = Stream::new(lib, lender);
    let lent = start(&mut stream);
    assert_eq!(stream.code(good, 7, last).0, LZMA_STREAM_END);
    drop(lent);
    stream.afterwards();

    if !bad.is_empty() {
        let lent = start(&mut stream); // on the same stream
        let ret = stream.code(bad, 7, last).0;
        assert!(!matches!(ret, LZMA_OK | LZMA_STREAM_END), "{ret:?}");
        drop(lent);
        stream.afterwards();
    }

    let lent = start(&mut stream);
    stream.call(&good[..good.len() / 2], 3, LZMA_RUN);
    drop(lent);
    stream.start_another();

    let lent = start(&mut stream);
    stream.call(&good[..good.len() / 2], 3, LZMA_RUN);
    drop(lent);
    drop(stream); // lzma_end
}
