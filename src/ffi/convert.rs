//! Filters as C gives them, and as C gets them.

use super::alloc;
use super::base::{LZMA_RESERVED_ENUM, lzma_allocator};
use super::bcj::lzma_options_bcj;
use super::delta::{lzma_delta_type, lzma_options_delta};
use super::filter::{LZMA_FILTERS_MAX, lzma_filter};
use super::lzma12::{lzma_match_finder, lzma_mode, lzma_options_lzma};
use super::slices::input_slice;
use super::vli::LZMA_VLI_UNKNOWN;
use crate::error::Result;
use crate::filter::{self, FilterOptions, FilterSpec, Kind, Specs};
use crate::lzma::LzmaOptions;
use core::ffi::c_void;
use core::ptr;

/// Which options a call reads. Others may be anything: not initialised, or
/// a pointer to nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Those that decide how large the Filter Properties are.
    Size,
    /// Those that the Filter Properties hold, which is also what the memory
    /// usage of a decoder depends on.
    Properties,
    /// The options of decoders: those, for LZMA1EXT the size and the flags, and
    /// the preset dictionary.
    Decoder,
    /// The options that the memory usage of an encoder depends on, and those
    /// that a filter string has.
    EncoderNumbers,
    /// The options of encoders: those, for LZMA1EXT the flags, and the preset
    /// dictionary.
    Encoder,
}

impl Reads {
    /// Tells whether this is all that a coder needs.
    fn all(self) -> bool {
        matches!(self, Reads::Decoder | Reads::Encoder)
    }

    fn for_encoder(self) -> bool {
        matches!(self, Reads::EncoderNumbers | Reads::Encoder)
    }
}

/// A chain of filters that is used as a whole: options are read only if the
/// IDs make a valid chain. A NULL pointer is an empty chain.
///
/// # Safety
/// `filters` is NULL or ends with `LZMA_VLI_UNKNOWN` or after five entries;
/// in the last entry, only the ID need be initialised. Options that are read
/// are NULL or what the ID demands, for `'a`.
pub(super) unsafe fn chain<'a>(filters: *const lzma_filter, reads: Reads) -> Specs<'a> {
    let mut specs = Specs::new();
    // SAFETY: by the contract above.
    unsafe { read_chain(&mut specs, filters, reads) };
    specs
}

/// Gives `user` what [`chain`] reads, without moving it: that takes as long as
/// reading it.
///
/// # Safety
/// As for [`chain`].
#[inline]
pub(super) unsafe fn with_chain<R>(
    filters: *const lzma_filter,
    reads: Reads,
    user: impl FnOnce(&[FilterSpec<'_>]) -> R,
) -> R {
    let mut specs = Specs::new();
    // SAFETY: by the contract above.
    unsafe { read_chain(&mut specs, filters, reads) };
    user(&specs)
}

/// Gives `user` the filters of a list, which need not be a valid chain; without
/// `reads`, their IDs alone.
///
/// # Safety
/// As for [`chain`]; without `reads`, options may be anything.
#[inline]
pub(super) unsafe fn with_list<R>(
    filters: *const lzma_filter,
    reads: Option<Reads>,
    user: impl FnOnce(&[FilterSpec<'_>]) -> R,
) -> R {
    let mut specs = Specs::new();
    // SAFETY: by the contract above.
    unsafe { read_list(&mut specs, filters, reads) };
    user(&specs)
}

/// The filters of a list, which need not be a valid chain, each read when it is
/// looked at: for those who look at little.
///
/// # Safety
/// As for [`chain`], as long as the result is used.
#[inline(always)]
pub(super) unsafe fn each<'a>(
    filters: *const lzma_filter,
    reads: Reads,
) -> impl Iterator<Item = FilterSpec<'a>> {
    let count = if filters.is_null() { 0 } else { LZMA_FILTERS_MAX + 1 };
    // SAFETY: by the contract above; no filter before was the last one.
    let specs = (0..count).map(move |i| unsafe { spec(filters.add(i), reads) });
    specs.take_while(|spec| spec.id != LZMA_VLI_UNKNOWN)
}

/// Reads a chain, as [`chain`] does, to `specs`, which are empty.
///
/// # Safety
/// As for [`chain`].
unsafe fn read_chain(specs: &mut Specs<'_>, filters: *const lzma_filter, reads: Reads) {
    // SAFETY: by the contract above.
    let len = unsafe { len(filters) };
    // SAFETY: by the contract above; there are as many filters.
    let ids = (0..len).map(|i| unsafe { (*filters.add(i)).id });
    let reads = filter::validate_ids(ids).is_ok().then_some(reads);
    for i in 0..len {
        // SAFETY: by the contract above; there are as many filters.
        specs.push_with(|place| unsafe { read_next(place, filters.add(i), reads) });
    }
}

/// Reads a list, as [`with_list`] does, to `specs`, which are empty.
///
/// # Safety
/// As for [`with_list`].
unsafe fn read_list(specs: &mut Specs<'_>, filters: *const lzma_filter, reads: Option<Reads>) {
    // SAFETY: by the contract above.
    for i in 0..unsafe { len(filters) } {
        // SAFETY: by the contract above; there are as many filters.
        specs.push_with(|place| unsafe { read_next(place, filters.add(i), reads) });
    }
}

/// Returns the number of filters of a chain, at most one more than there may be.
///
/// # Safety
/// As for [`chain`], but options may be anything.
pub(super) unsafe fn len(filters: *const lzma_filter) -> usize {
    if filters.is_null() {
        return 0;
    }
    // SAFETY: by the contract above; no entry before was the last one.
    let is_last = |&i: &usize| unsafe { (*filters.add(i)).id } == LZMA_VLI_UNKNOWN;
    (0..=LZMA_FILTERS_MAX).find(is_last).unwrap_or(LZMA_FILTERS_MAX + 1)
}

/// Reads a chain for an encoder of whole Blocks. BCJ start offsets, on which the
/// size of the Filter Properties depends, are read even of invalid chains:
/// liblzma reports that there is no room for a Block Header before it reports an
/// invalid chain.
///
/// # Safety
/// As for [`chain`], and for chains that are not valid as for [`with_list`].
pub(super) unsafe fn chain_with_header<'a>(filters: *const lzma_filter) -> Specs<'a> {
    let mut specs = Specs::new();
    // SAFETY: by the contract above.
    unsafe {
        read_list(&mut specs, filters, Some(Reads::Size));
        if filter::validate(&specs).is_ok() {
            specs = Specs::new();
            read_list(&mut specs, filters, Some(Reads::Encoder));
        }
    }
    specs
}

/// One filter.
///
/// # Safety
/// `filter` is valid, and its ID is initialised; so are its options, unless
/// the ID is `LZMA_VLI_UNKNOWN`. Options that are read are NULL or what the ID
/// demands, for `'a`.
#[inline(always)] // so that no more is read, and kept, than the caller looks at
pub(super) unsafe fn spec<'a>(filter: *const lzma_filter, reads: Reads) -> FilterSpec<'a> {
    let mut spec = FilterSpec::nothing();
    // SAFETY: by the contract above.
    unsafe { read(&mut spec, filter, Some(reads)) };
    spec
}

/// As [`read`], for filters of a chain.
///
/// # Safety
/// As for [`read`].
#[inline(never)]
unsafe fn read_next<'a>(
    place: &mut FilterSpec<'a>,
    filter: *const lzma_filter,
    reads: Option<Reads>,
) {
    // SAFETY: by the contract above.
    unsafe { read(place, filter, reads) };
}

/// Reads one filter to `place`, where there is [none](FilterSpec::nothing).
///
/// # Safety
/// As for [`spec`]; without `reads`, options may be anything.
#[inline(always)] // see there
unsafe fn read<'a>(place: &mut FilterSpec<'a>, filter: *const lzma_filter, reads: Option<Reads>) {
    // SAFETY: by the contract above.
    let id = unsafe { (*filter).id };
    place.id = id;
    if id == LZMA_VLI_UNKNOWN {
        return;
    }
    // SAFETY: by the contract above.
    let options = unsafe { (*filter).options };
    if options.is_null() {
        return;
    }
    let Some(kind) = Kind::of(id) else {
        place.options = FilterOptions::Unknown;
        return;
    };
    let Some(reads) = reads else {
        return;
    };
    // SAFETY: by the contract above.
    unsafe {
        match kind {
            Kind::Bcj => place.options = bcj(options.cast()),
            _ if reads == Reads::Size => {}
            Kind::Delta => place.options = delta(options.cast()),
            _ => place.options = FilterOptions::Lzma(read_lzma(kind, options.cast(), reads)),
        }
    }
}

/// # Safety
/// `start_offset` in `options` is initialised.
#[inline]
unsafe fn bcj<'a>(options: *const lzma_options_bcj) -> FilterOptions<'a> {
    // SAFETY: by the contract above.
    FilterOptions::Bcj { start_offset: unsafe { (*options).start_offset } }
}

/// # Safety
/// `type` and `dist` in `options` are initialised.
#[inline]
unsafe fn delta<'a>(options: *const lzma_options_delta) -> FilterOptions<'a> {
    // SAFETY: by the contract above.
    unsafe { FilterOptions::Delta { kind: (*options).r#type.0, dist: (*options).dist } }
}

/// As [`read_lzma`]; `None` for NULL.
///
/// # Safety
/// `options` is NULL, or as there.
pub(super) unsafe fn lzma<'a>(
    kind: Kind,
    options: *const lzma_options_lzma,
    reads: Reads,
) -> Option<LzmaOptions<'a>> {
    // SAFETY: by the contract above.
    (!options.is_null()).then(|| unsafe { read_lzma(kind, options, reads) })
}

/// Reads what lzma12.h says that `kind` needs: it says that decoders of LZMA2
/// need the dictionary only, that the `ext_*` members are used with LZMA1EXT
/// only, and that encoders ignore the size there.
///
/// # Safety
/// What is read in `options` is initialised; so is a preset dictionary, for `'a`.
#[inline(always)]
unsafe fn read_lzma<'a>(
    kind: Kind,
    options: *const lzma_options_lzma,
    reads: Reads,
) -> LzmaOptions<'a> {
    // SAFETY: by the contract above.
    unsafe {
        let mut read = LzmaOptions { dict_size: (*options).dict_size, ..LzmaOptions::ZERO };
        if reads.for_encoder() || kind != Kind::Lzma2 {
            (read.lc, read.lp, read.pb) = ((*options).lc, (*options).lp, (*options).pb);
        }
        if reads.for_encoder() {
            (read.mode, read.mf) = ((*options).mode.0, (*options).mf.0);
            (read.nice_len, read.depth) = ((*options).nice_len, (*options).depth);
        }
        if reads.all() {
            read.preset_dict = preset_dict(options);
        }
        if reads.all() && kind == Kind::Lzma1Ext {
            read.ext_flags = (*options).ext_flags;
            if reads == Reads::Decoder {
                let (low, high) = ((*options).ext_size_low, (*options).ext_size_high);
                read.ext_size = u64::from(low) | u64::from(high) << 32;
            }
        }
        read
    }
}

/// By lzma12.h, its size is read only if there is one.
///
/// # Safety
/// `preset_dict` in `options` is NULL; or its size is initialised, and it is
/// valid for `'a`.
unsafe fn preset_dict<'a>(options: *const lzma_options_lzma) -> &'a [u8] {
    // SAFETY: by the contract above.
    unsafe {
        match (*options).preset_dict {
            bytes if bytes.is_null() => &[],
            bytes => input_slice(bytes, (*options).preset_dict_size as usize),
        }
    }
}

/// Allocates an options structure for C; NULL for no options.
///
/// # Safety
/// `allocator` is NULL or valid.
pub(super) unsafe fn new_options(
    allocator: *const lzma_allocator,
    options: &FilterOptions<'static>,
) -> Result<*mut c_void> {
    // SAFETY: by the contract above, in all cases.
    Ok(unsafe {
        match options {
            FilterOptions::None | FilterOptions::Unknown => ptr::null_mut(),
            FilterOptions::Lzma(options) => alloc::new(allocator, lzma_to_c(options))?.cast(),
            FilterOptions::Delta { kind, dist } => {
                alloc::new(allocator, delta_to_c(*kind, *dist))?.cast()
            }
            FilterOptions::Bcj { start_offset } => {
                alloc::new(allocator, lzma_options_bcj { start_offset: *start_offset })?.cast()
            }
        }
    })
}

fn delta_to_c(kind: u32, dist: u32) -> lzma_options_delta {
    lzma_options_delta {
        r#type: lzma_delta_type(kind),
        dist,
        reserved_int1: 0,
        reserved_int2: 0,
        reserved_int3: 0,
        reserved_int4: 0,
        reserved_ptr1: ptr::null_mut(),
        reserved_ptr2: ptr::null_mut(),
    }
}

fn lzma_to_c(options: &LzmaOptions<'static>) -> lzma_options_lzma {
    lzma_options_lzma {
        dict_size: options.dict_size,
        preset_dict: ptr::null(), // nothing that is decoded has one
        preset_dict_size: 0,
        lc: options.lc,
        lp: options.lp,
        pb: options.pb,
        mode: lzma_mode(options.mode),
        nice_len: options.nice_len,
        mf: lzma_match_finder(options.mf),
        depth: options.depth,
        ext_flags: options.ext_flags,
        ext_size_low: options.ext_size as u32,
        ext_size_high: (options.ext_size >> 32) as u32,
        reserved_int4: 0,
        reserved_int5: 0,
        reserved_int6: 0,
        reserved_int7: 0,
        reserved_int8: 0,
        reserved_enum1: LZMA_RESERVED_ENUM,
        reserved_enum2: LZMA_RESERVED_ENUM,
        reserved_enum3: LZMA_RESERVED_ENUM,
        reserved_enum4: LZMA_RESERVED_ENUM,
        reserved_ptr1: ptr::null_mut(),
        reserved_ptr2: ptr::null_mut(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::id;

    fn filter(id: u64, options: *mut c_void) -> lzma_filter {
        lzma_filter { id, options }
    }

    #[test]
    fn options_of_invalid_chains_are_not_read() {
        let nowhere = ptr::dangling_mut::<u64>().cast();
        let filters = [filter(id::LZMA2, nowhere); 5]; // no terminator either
        // SAFETY: there are five entries.
        let specs = unsafe { chain(filters.as_ptr(), Reads::Encoder) };
        assert_eq!(specs.len(), 5);
        // SAFETY: NULL is allowed.
        assert!(unsafe { chain(ptr::null(), Reads::Encoder) }.is_empty());
    }

    #[test]
    fn what_is_read() {
        let dictionary = [1, 2, 3];
        let mut options = lzma_to_c(&LzmaOptions { dict_size: 4096, ..LzmaOptions::ZERO });
        options.preset_dict = dictionary.as_ptr();
        options.preset_dict_size = 3;
        (options.lc, options.mode, options.ext_flags, options.ext_size_high) =
            (1, lzma_mode(2), 1, 1);
        let mut read = |id, reads| {
            let filter = filter(id, (&raw mut options).cast());
            // SAFETY: the options are valid.
            match unsafe { spec(&filter, reads) }.options {
                FilterOptions::Lzma(options) => Some(options),
                _ => None,
            }
        };
        let lzma2 = LzmaOptions { dict_size: 4096, ..LzmaOptions::ZERO };
        let lzma1 = LzmaOptions { lc: 1, ..lzma2 };
        let numbers = LzmaOptions { mode: 2, ..lzma1 };
        let with = |options| Some(LzmaOptions { preset_dict: &dictionary, ..options });
        for id in [id::LZMA2, id::LZMA1, id::LZMA1EXT] {
            assert_eq!(read(id, Reads::Size), None);
            assert_eq!(read(id, Reads::EncoderNumbers), Some(numbers));
        }
        assert_eq!(read(id::LZMA2, Reads::Properties), Some(lzma2));
        assert_eq!(read(id::LZMA2, Reads::Decoder), with(lzma2));
        assert_eq!(read(id::LZMA2, Reads::Encoder), with(numbers));
        assert_eq!(read(id::LZMA1, Reads::Properties), Some(lzma1));
        assert_eq!(read(id::LZMA1, Reads::Decoder), with(lzma1));
        assert_eq!(read(id::LZMA1, Reads::Encoder), with(numbers));
        let ext = LzmaOptions { ext_flags: 1, ext_size: 1 << 32, ..lzma1 };
        assert_eq!(read(id::LZMA1EXT, Reads::Decoder), with(ext));
        assert_eq!(
            read(id::LZMA1EXT, Reads::Encoder),
            with(LzmaOptions { ext_flags: 1, ..numbers })
        );
    }
}
