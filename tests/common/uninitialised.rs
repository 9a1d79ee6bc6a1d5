//! Structures of which only some members are initialised, and what is done with
//! them.

use rlzma::ffi::*;
use std::mem::MaybeUninit;
use std::ptr;

/// A place of which nothing is initialised.
pub fn nothing<T>() -> MaybeUninit<T> {
    let mut place = MaybeUninit::uninit();
    if cfg!(not(miri)) {
        // SAFETY: it is as large as said.
        unsafe { ptr::write_bytes(&mut place, 0xA5, 1) };
    }
    place
}

/// A structure of which these members are initialised.
macro_rules! only {
    ($type:ident { $($member:ident: $value:expr),* $(,)? }) => {{
        let mut place = nothing::<$type>();
        let pointer = place.as_mut_ptr();
        #[allow(unused_unsafe)] // in a block that is unsafe already
        // SAFETY: the place is valid for writes.
        unsafe { $((&raw mut (*pointer).$member).write($value);)* }
        place
    }};
}
pub(crate) use only;

/// Values on the heap, as many as there are, which need not be initialised.
pub struct Heap<T>(*mut MaybeUninit<T>);

impl<T> Heap<T> {
    pub fn new(value: MaybeUninit<T>) -> Heap<T> {
        Heap(Box::into_raw(Box::new(value)))
    }

    pub fn as_ptr<U>(&self) -> *mut U {
        self.0.cast()
    }
}

impl<T> Drop for Heap<T> {
    fn drop(&mut self) {
        // SAFETY: it came from `into_raw`.
        drop(unsafe { Box::from_raw(self.0) });
    }
}

/// x86, Delta and an LZMA filter, ended by an entry without options.
pub struct Chain {
    pub filters: Heap<[lzma_filter; 4]>,
    pub _bcj: Heap<lzma_options_bcj>,
    pub _delta: Heap<lzma_options_delta>,
    pub _lzma: Heap<lzma_options_lzma>,
}

impl Chain {
    pub fn new(id: lzma_vli, lzma: MaybeUninit<lzma_options_lzma>) -> Chain {
        let bcj = Heap::new(only!(lzma_options_bcj { start_offset: 16 }));
        let delta = Heap::new(only!(lzma_options_delta { r#type: LZMA_DELTA_TYPE_BYTE, dist: 3 }));
        let lzma = Heap::new(lzma);
        let filters = Heap::new(nothing::<[lzma_filter; 4]>());
        let entries = [
            only!(lzma_filter { id: LZMA_FILTER_X86, options: bcj.as_ptr() }),
            only!(lzma_filter { id: LZMA_FILTER_DELTA, options: delta.as_ptr() }),
            only!(lzma_filter { id: id, options: lzma.as_ptr() }),
            only!(lzma_filter { id: LZMA_VLI_UNKNOWN }),
        ];
        for (i, entry) in entries.into_iter().enumerate() {
            // SAFETY: there is room for four.
            unsafe { filters.as_ptr::<MaybeUninit<lzma_filter>>().add(i).write(entry) };
        }
        Chain { filters, _bcj: bcj, _delta: delta, _lzma: lzma }
    }

    pub fn encoder(id: lzma_vli) -> Chain {
        Chain::new(id, encoder_options(id))
    }

    pub fn decoder(id: lzma_vli) -> Chain {
        Chain::new(id, decoder_options(id))
    }

    pub fn as_ptr(&self) -> *mut lzma_filter {
        self.filters.as_ptr()
    }

    pub fn entry(&self, i: usize) -> *mut lzma_filter {
        // SAFETY: there are four.
        unsafe { self.as_ptr().add(i) }
    }
}

/// Options with the members that `lzma_lzma_preset` initialises, and the flags where
/// they count.
pub fn encoder_options(id: lzma_vli) -> MaybeUninit<lzma_options_lzma> {
    let mut options = nothing::<lzma_options_lzma>();
    let pointer = options.as_mut_ptr();
    // SAFETY: the place is valid for writes.
    unsafe {
        assert_eq!(lzma_lzma_preset(pointer, 0), 0);
        (&raw mut (*pointer).dict_size).write(LZMA_DICT_SIZE_MIN);
        (&raw mut (*pointer).lc).write(0); // fewest probabilities
        (&raw mut (*pointer).pb).write(0);
        if id == LZMA_FILTER_LZMA1EXT {
            (&raw mut (*pointer).ext_flags).write(LZMA_LZMA1EXT_ALLOW_EOPM);
        }
    }
    options
}

/// Options with the members that a raw decoder needs.
pub fn decoder_options(id: lzma_vli) -> MaybeUninit<lzma_options_lzma> {
    let (dict_size, no_dict, unknown) = (LZMA_DICT_SIZE_MIN, ptr::null(), u32::MAX);
    match id {
        LZMA_FILTER_LZMA2 => {
            only!(lzma_options_lzma { dict_size: dict_size, preset_dict: no_dict })
        }
        LZMA_FILTER_LZMA1 => only!(lzma_options_lzma {
            dict_size: dict_size,
            preset_dict: no_dict,
            lc: 0,
            lp: 0,
            pb: 0,
        }),
        _ => only!(lzma_options_lzma {
            dict_size: dict_size,
            preset_dict: no_dict,
            lc: 0,
            lp: 0,
            pb: 0,
            ext_flags: 0,
            ext_size_low: unknown,
            ext_size_high: unknown,
        }),
    }
}

pub const LZMA: [lzma_vli; 3] = [LZMA_FILTER_LZMA1, LZMA_FILTER_LZMA1EXT, LZMA_FILTER_LZMA2];

pub fn data() -> Vec<u8> {
    (0..80_u32).map(|i| ((i * i) >> 5) as u8).collect()
}

/// Room for results, which are not initialised.
pub fn room() -> Vec<u8> {
    Vec::with_capacity(400)
}

/// Codes `input` with the coder on `strm` in one call, and ends it.
pub fn code(strm: &mut lzma_stream, input: &[u8], action: lzma_action) -> Vec<u8> {
    let mut output = room();
    (strm.next_in, strm.avail_in) = (input.as_ptr(), input.len());
    (strm.next_out, strm.avail_out) = (output.as_mut_ptr(), 400);
    // SAFETY: the buffers are as large as said; what was written is
    // initialised.
    unsafe {
        assert_eq!(lzma_code(strm, action), LZMA_STREAM_END);
        output.set_len(400 - strm.avail_out);
        lzma_end(strm);
    }
    output
}
