//! One stream, used on and on whatever it has answered: coders of all kinds
//! are started on it with arguments that are refused now and then, driven,
//! limited, given other filters, and replaced half-way. Both libraries answer
//! every call alike and leave the same in all that they have been lent.

use std::ptr;

use crate::common::chain::FilterChain;
use crate::common::stream_ops::*;
use crate::common::{Allocator, Lib, Rng, Stream, is_enough, seeds, zeroed};
use rlzma::ffi::*;

/// The answer of a library to one operation, and the state that it leaves behind.
#[derive(PartialEq, Debug)]
struct Answer {
    ret: lzma_ret,
    has_coder: bool,
    input: usize,
    output: Vec<u8>,
    totals: (u64, u64),
    limits: (u64, u64),
    check: u32,
    progress: (u64, u64),
    seek: u64,
    block: ([u32; 3], lzma_bool, [u64; 2], [u8; 64]),
    index: Indexed,
}

/// The content of the place that was lent for an Index.
#[derive(PartialEq, Debug)]
enum Indexed {
    Untouched,
    Null,
    Sizes([u64; 4]),
}

/// One library's stream, and what is lent to it.
struct Player<'a> {
    stream: Stream<'a>,
    kind: Option<Start>,
    data: &'a [u8],
    pos: usize,
    block: Box<lzma_block>,
    index: *mut lzma_index,
    place: Box<*mut lzma_index>,
    allocator: *const lzma_allocator,
}

impl<'a> Player<'a> {
    fn new(lib: &'a Lib, data: &'a [u8], allocator: Option<&'a Allocator>) -> Player<'a> {
        let stream = allocator
            .map_or_else(|| Stream::new(lib), |allocator| Stream::with_allocator(lib, allocator));
        let allocator = allocator.map_or(ptr::null(), Allocator::as_ptr);
        // SAFETY: the Index is ended when the player is dropped.
        let index = unsafe {
            let index = (lib.lzma_index_init)(allocator);
            for i in 0..20 {
                assert_eq!((lib.lzma_index_append)(index, allocator, 100 + i, i * 999), LZMA_OK);
            }
            index
        };
        let block = Box::new(zeroed());
        let place = Box::new(ptr::dangling_mut());
        Player { stream, kind: None, data, pos: 0, block, index, place, allocator }
    }

    /// Starts a coder, with what it is lent.
    fn start(&mut self, start: &Start) -> lzma_ret {
        let lib = self.stream.lib;
        let strm = self.stream.as_mut_ptr();
        let place = &raw mut *self.place;
        let place = |null: bool| if null { ptr::null_mut() } else { place };
        // SAFETY: arguments are as the structures demand or refused; what is
        // lent lives as long as the stream.
        unsafe {
            match start {
                Start::Easy(preset, check) => (lib.lzma_easy_encoder)(strm, *preset, *check),
                Start::Stream(chain, check) => {
                    chain.with(|filters| (lib.lzma_stream_encoder)(strm, filters, *check))
                }
                Start::Alone(options) => (lib.lzma_alone_encoder)(strm, options),
                Start::MicroEncoder(options) => (lib.lzma_microlzma_encoder)(strm, options),
                Start::RawEncoder(chain) => {
                    chain.with(|filters| (lib.lzma_raw_encoder)(strm, filters))
                }
                Start::BlockEncoder(chain, block) => {
                    self.start_block(lib.lzma_block_encoder, chain, block)
                }
                Start::Index { null } => {
                    let index = if *null { ptr::null_mut() } else { self.index };
                    (lib.lzma_index_encoder)(strm, index)
                }
                Start::Xz { limit, flags } => (lib.lzma_stream_decoder)(strm, *limit, *flags),
                Start::Auto { limit, flags } => (lib.lzma_auto_decoder)(strm, *limit, *flags),
                Start::Lzip { limit, flags } => (lib.lzma_lzip_decoder)(strm, *limit, *flags),
                Start::Lzma { limit } => (lib.lzma_alone_decoder)(strm, *limit),
                Start::MicroDecoder { comp_size, uncomp_size, exact, dict_size } => {
                    let decoder = lib.lzma_microlzma_decoder;
                    decoder(strm, *comp_size, *uncomp_size, *exact, *dict_size)
                }
                Start::RawDecoder(chain) => {
                    chain.with(|filters| (lib.lzma_raw_decoder)(strm, filters))
                }
                Start::BlockDecoder(chain, block) => {
                    self.start_block(lib.lzma_block_decoder, chain, block)
                }
                Start::IndexDecoder { null, limit } => {
                    (lib.lzma_index_decoder)(strm, place(*null), *limit)
                }
                Start::FileInfo { null, limit, size } => {
                    (lib.lzma_file_info_decoder)(strm, place(*null), *limit, *size)
                }
                Start::ThreadedEncoder(threads) => {
                    threads.with(|options| (lib.lzma_stream_encoder_mt)(strm, options))
                }
                Start::ThreadedDecoder(threads) => {
                    threads.with(|options| (lib.lzma_stream_decoder_mt)(strm, options))
                }
            }
        }
    }

    /// # Safety
    /// `init` is a function of the stream's library.
    unsafe fn start_block(
        &mut self,
        init: unsafe extern "C" fn(*mut lzma_stream, *mut lzma_block) -> lzma_ret,
        chain: &FilterChain,
        about: &Block,
    ) -> lzma_ret {
        let strm = self.stream.as_mut_ptr();
        chain.with(|filters| {
            let lent = &mut *self.block;
            lent.version = about.version;
            lent.header_size = about.header_size;
            lent.check = about.check;
            lent.compressed_size = about.compressed_size;
            lent.uncompressed_size = about.uncompressed_size;
            lent.ignore_check = about.ignore_check;
            lent.raw_check = [0x77; 64];
            lent.filters = if about.no_filters { ptr::null_mut() } else { filters };
            // SAFETY: by contract; the structure lives as long as the stream.
            let ret = unsafe { init(strm, if about.null { ptr::null_mut() } else { lent }) };
            lent.filters = ptr::null_mut();
            ret
        })
    }

    fn is_threaded(&self) -> bool {
        matches!(self.kind, Some(Start::ThreadedEncoder(_) | Start::ThreadedDecoder(_)))
    }

    /// True if the original survives a change of the coder's filters.
    fn takes_filters(&self) -> bool {
        match &self.kind {
            None => false,
            // Delta behind a branch filter has no function for it.
            Some(Start::RawDecoder(_) | Start::BlockDecoder(..)) => false,
            Some(_) => true,
        }
    }

    fn code(&mut self, action: u32, given: usize, space: usize) -> (lzma_ret, Vec<u8>) {
        let mut room = vec![0; space];
        let lib = self.stream.lib;
        let strm = self.stream.as_mut();
        if strm.avail_in == 0 {
            let rest = &self.data[self.pos.min(self.data.len())..];
            strm.avail_in = given.min(rest.len());
            strm.next_in = rest.as_ptr();
            self.pos += strm.avail_in;
        }
        (strm.next_out, strm.avail_out) = (room.as_mut_ptr(), space);
        // SAFETY: the buffers are as long as said.
        let ret = unsafe { (lib.lzma_code)(strm, lzma_action(action)) };
        room.truncate(space - strm.avail_out);
        (strm.next_out, strm.avail_out) = (ptr::null_mut(), 0);
        if ret == LZMA_SEEK_NEEDED {
            strm.avail_in = 0;
        }
        (ret, room)
    }

    fn apply(&mut self, op: &Op) -> Answer {
        let lib = self.stream.lib;
        *self.place = ptr::dangling_mut();
        let mut output = Vec::new();
        let ret = match op {
            Op::Start(start) => {
                let ret = self.start(start);
                self.kind = (!self.stream.as_mut().internal.is_null()).then(|| match &self.kind {
                    // Some arguments are refused before the stream is touched.
                    Some(old) if ret != LZMA_OK => old.clone(),
                    _ => (**start).clone(),
                });
                ret
            }
            Op::Input(at) => {
                self.pos = *at;
                self.stream.as_mut().avail_in = 0;
                LZMA_OK
            }
            Op::Code { action, given, space } if !self.is_threaded() => {
                let (ret, written) = self.code(*action, *given, *space);
                output = written;
                ret
            }
            Op::Limit(limit) => {
                // SAFETY: the stream is one of this library.
                unsafe { (lib.lzma_memlimit_set)(self.stream.as_mut_ptr(), *limit) }
            }
            Op::Filters(chain) if self.takes_filters() => {
                let strm = self.stream.as_mut_ptr();
                // SAFETY: the stream has a coder; the chain has an end.
                chain.with(|filters| unsafe { (lib.lzma_filters_update)(strm, filters) })
            }
            Op::End => {
                // SAFETY: the stream is one of this library.
                unsafe { (lib.lzma_end)(self.stream.as_mut_ptr()) };
                self.kind = None;
                LZMA_OK
            }
            Op::Code { .. } | Op::Filters(_) => LZMA_OK,
        };
        self.answer(ret, output)
    }

    fn answer(&mut self, ret: lzma_ret, output: Vec<u8>) -> Answer {
        let lib = self.stream.lib;
        let index = self.take_index();
        let strm = self.stream.as_mut();
        let has_coder = !strm.internal.is_null();
        let mut progress = (0, 0);
        // SAFETY: the stream is one of this library; without a coder, the
        // original crashes.
        let (limits, check) = unsafe {
            let mut check = 0;
            if has_coder {
                (lib.lzma_get_progress)(strm, &mut progress.0, &mut progress.1);
                // Before the header is decoded, the original says anything.
                if matches!(ret.0, 1..=4) {
                    check = (lib.lzma_get_check)(strm).0;
                }
            }
            (((lib.lzma_memusage)(strm), (lib.lzma_memlimit_get)(strm)), check)
        };
        let block = &*self.block;
        Answer {
            ret,
            has_coder,
            input: strm.avail_in,
            output,
            totals: (strm.total_in, strm.total_out),
            limits,
            check,
            progress,
            seek: if ret == LZMA_SEEK_NEEDED { strm.seek_pos } else { 0 },
            block: (
                [block.version, block.header_size, block.check.0],
                block.ignore_check,
                [block.compressed_size, block.uncompressed_size],
                block.raw_check,
            ),
            index,
        }
    }

    fn take_index(&mut self) -> Indexed {
        let index = *self.place;
        if index == ptr::dangling_mut() {
            return Indexed::Untouched;
        }
        if index.is_null() {
            return Indexed::Null;
        }
        let lib = self.stream.lib;
        // SAFETY: the library has put an Index there, which is ours now.
        unsafe {
            let sizes = [
                (lib.lzma_index_stream_count)(index),
                (lib.lzma_index_block_count)(index),
                (lib.lzma_index_file_size)(index),
                (lib.lzma_index_uncompressed_size)(index),
            ];
            (lib.lzma_index_end)(index, self.allocator);
            Indexed::Sizes(sizes)
        }
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        let lib = self.stream.lib;
        // SAFETY: the coder that may use the Index is ended before it.
        unsafe {
            (lib.lzma_end)(self.stream.as_mut_ptr());
            (lib.lzma_index_end)(self.index, self.allocator);
        }
    }
}

impl Threads {
    fn with<R>(&self, call: impl FnOnce(&lzma_mt) -> R) -> R {
        let mut options: lzma_mt = zeroed();
        options.flags = self.flags;
        options.threads = self.threads;
        options.block_size = self.block_size;
        options.timeout = self.timeout;
        options.preset = self.preset;
        options.check = self.check;
        [options.memlimit_threading, options.memlimit_stop] = self.limits;
        match &self.chain {
            None => call(&options),
            Some(chain) => chain.with(|filters| {
                options.filters = filters;
                call(&options)
            }),
        }
    }
}

fn compare(rng: &mut Rng, data: &[u8], starts: &[usize], allocator: Option<&Allocator>) -> usize {
    let ops = ops(starts, rng);
    let mut want = Player::new(Lib::reference(), data, None);
    let mut have = Player::new(Lib::ours(), data, allocator);
    let mut errors = 0;
    for (i, op) in ops.iter().enumerate() {
        let answer = want.apply(op);
        assert_eq!(answer, have.apply(op), "after {:#?}", &ops[..=i]);
        errors += usize::from(answer.ret.0 >= LZMA_MEM_ERROR.0);
    }
    errors
}

#[test]
fn any_sequence_of_starts_and_calls() {
    let mut errors = 0;
    let pools: Vec<_> = (0..100).map(|number| pool(&mut Rng::new(number))).collect();
    seeds(20_000, |rng| {
        let (data, starts) = &pools[rng.below(pools.len())];
        // It fills all memory, which takes most of the time.
        let allocator = rng.one_in(80).then(Allocator::new);
        errors += compare(rng, data, starts, allocator.as_ref());
    });
    eprintln!("{errors} errors");
    assert!(is_enough(errors, 100_000), "{errors} errors");
}
