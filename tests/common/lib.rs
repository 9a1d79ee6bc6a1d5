//! Both libraries as tables of functions, so that a test can be written once
//! and asked of either.

use std::ffi::{c_char, c_int, c_void};
use std::sync::LazyLock;

use rlzma::ffi::{
    lzma_action, lzma_allocator, lzma_block, lzma_bool, lzma_check, lzma_filter, lzma_index,
    lzma_index_hash, lzma_index_iter, lzma_index_iter_mode, lzma_match_finder, lzma_mode, lzma_mt,
    lzma_options_lzma, lzma_ret, lzma_stream, lzma_stream_flags, lzma_vli,
};

use missing::*;

macro_rules! functions {
    // Without a string, the ABI is "C".
    ($($(extern $abi:literal)? fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        /// One library: the name it has in messages, and its functions.
        pub struct Lib {
            pub name: &'static str,
            $(#[allow(missing_abi)]
            pub $name: unsafe extern $($abi)? fn($($arg: $type),*) $(-> $ret)?,)*
        }

        /// What stands in for functions that ours does not have yet.
        mod missing {
            use super::*;

            // Never inlined: each is known by its one address.
            $(#[allow(unused_variables, missing_abi)]
            #[inline(never)]
            pub unsafe extern $($abi)? fn $name($($arg: $type),*) $(-> $ret)? {
                super::absent(stringify!($name))
            })*
        }

        /// Names of all functions of liblzma 5.8.4.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        impl Lib {
            /// A library that a dynamic linker knows.
            ///
            /// # Safety
            ///
            /// `symbol` gives, for every name, the function of that name in
            /// lzma.h, which can be called as long as the process lives.
            unsafe fn load(name: &'static str, symbol: fn(&str) -> *mut c_void) -> Lib {
                #[allow(missing_abi)]
                Lib {
                    name,
                    // SAFETY: by contract, and these are lzma.h's prototypes.
                    $($name: unsafe { std::mem::transmute::<
                        *mut c_void,
                        unsafe extern $($abi)? fn($($arg: $type),*) $(-> $ret)?,
                    >(symbol(stringify!($name))) },)*
                }
            }

            /// Ours. A function that exists shadows the one in `missing`; one
            /// with another prototype does not compile.
            fn linked() -> Lib {
                #[allow(unused_imports)]
                use rlzma::ffi::*;
                Lib { name: "rlzma", $($name: $name,)* }
            }

            /// Address of the function called `name`.
            fn address(&self, name: &str) -> usize {
                match name {
                    $(stringify!($name) => self.$name as usize,)*
                    _ => panic!("liblzma has no {name}"),
                }
            }

            /// Address of the stand-in for the function called `name`.
            fn stand_in(name: &str) -> usize {
                match name {
                    $(stringify!($name) => missing::$name as *const () as usize,)*
                    _ => panic!("liblzma has no {name}"),
                }
            }
        }
    };
}

/// A call of a function that is not there cannot be answered.
fn absent(name: &str) -> ! {
    eprintln!("rlzma has no {name} yet: ask Lib::has first");
    std::process::abort()
}

impl Lib {
    /// The original.
    pub fn oracle() -> &'static Lib {
        // SAFETY: the oracle is liblzma 5.8.4, and is never unloaded.
        static ORACLE: LazyLock<Lib> =
            LazyLock::new(|| unsafe { Lib::load("liblzma", oracle::symbol) });
        &ORACLE
    }

    /// The library under test.
    pub fn ours() -> &'static Lib {
        static OURS: LazyLock<Lib> = LazyLock::new(Lib::linked);
        &OURS
    }

    /// Whether all of `names` are there. Only ours may lack any.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.address(name) != Lib::stand_in(name))
    }

    /// The functions that are not there.
    pub fn missing(&self) -> Vec<&'static str> {
        NAMES.iter().copied().filter(|name| !self.has(&[name])).collect()
    }
}

functions! {
    // lzma/version.h
    fn lzma_version_number() -> u32;
    fn lzma_version_string() -> *const c_char;
    // lzma/base.h
    extern "C-unwind" fn lzma_code(strm: *mut lzma_stream, action: lzma_action) -> lzma_ret;
    fn lzma_end(strm: *mut lzma_stream);
    fn lzma_get_progress(strm: *mut lzma_stream, progress_in: *mut u64, progress_out: *mut u64);
    fn lzma_memusage(strm: *const lzma_stream) -> u64;
    fn lzma_memlimit_get(strm: *const lzma_stream) -> u64;
    fn lzma_memlimit_set(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret;
    // lzma/vli.h
    fn lzma_vli_encode(
        vli: lzma_vli,
        vli_pos: *mut usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_vli_decode(
        vli: *mut lzma_vli,
        vli_pos: *mut usize,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    fn lzma_vli_size(vli: lzma_vli) -> u32;
    // lzma/check.h
    fn lzma_check_is_supported(check: lzma_check) -> lzma_bool;
    fn lzma_check_size(check: lzma_check) -> u32;
    fn lzma_crc32(buf: *const u8, size: usize, crc: u32) -> u32;
    fn lzma_crc64(buf: *const u8, size: usize, crc: u64) -> u64;
    fn lzma_get_check(strm: *const lzma_stream) -> lzma_check;
    // lzma/filter.h
    fn lzma_filter_encoder_is_supported(id: lzma_vli) -> lzma_bool;
    fn lzma_filter_decoder_is_supported(id: lzma_vli) -> lzma_bool;
    fn lzma_filters_copy(
        src: *const lzma_filter,
        dest: *mut lzma_filter,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    fn lzma_filters_free(filters: *mut lzma_filter, allocator: *const lzma_allocator);
    fn lzma_raw_encoder_memusage(filters: *const lzma_filter) -> u64;
    fn lzma_raw_decoder_memusage(filters: *const lzma_filter) -> u64;
    fn lzma_raw_encoder(strm: *mut lzma_stream, filters: *const lzma_filter) -> lzma_ret;
    fn lzma_raw_decoder(strm: *mut lzma_stream, filters: *const lzma_filter) -> lzma_ret;
    fn lzma_filters_update(strm: *mut lzma_stream, filters: *const lzma_filter) -> lzma_ret;
    fn lzma_raw_buffer_encode(
        filters: *const lzma_filter,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_raw_buffer_decode(
        filters: *const lzma_filter,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_properties_size(size: *mut u32, filter: *const lzma_filter) -> lzma_ret;
    fn lzma_properties_encode(filter: *const lzma_filter, props: *mut u8) -> lzma_ret;
    fn lzma_properties_decode(
        filter: *mut lzma_filter,
        allocator: *const lzma_allocator,
        props: *const u8,
        props_size: usize,
    ) -> lzma_ret;
    fn lzma_filter_flags_size(size: *mut u32, filter: *const lzma_filter) -> lzma_ret;
    fn lzma_filter_flags_encode(
        filter: *const lzma_filter,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_filter_flags_decode(
        filter: *mut lzma_filter,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    fn lzma_str_to_filters(
        str: *const c_char,
        error_pos: *mut c_int,
        filters: *mut lzma_filter,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> *const c_char;
    fn lzma_str_from_filters(
        str: *mut *mut c_char,
        filters: *const lzma_filter,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    fn lzma_str_list_filters(
        str: *mut *mut c_char,
        filter_id: lzma_vli,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    // lzma/bcj.h
    fn lzma_bcj_arm64_encode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    fn lzma_bcj_arm64_decode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    fn lzma_bcj_riscv_encode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    fn lzma_bcj_riscv_decode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    fn lzma_bcj_x86_encode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    fn lzma_bcj_x86_decode(start_offset: u32, buf: *mut u8, size: usize) -> usize;
    // lzma/lzma12.h
    fn lzma_mf_is_supported(match_finder: lzma_match_finder) -> lzma_bool;
    fn lzma_mode_is_supported(mode: lzma_mode) -> lzma_bool;
    fn lzma_lzma_preset(options: *mut lzma_options_lzma, preset: u32) -> lzma_bool;
    // lzma/container.h
    fn lzma_easy_encoder_memusage(preset: u32) -> u64;
    fn lzma_easy_decoder_memusage(preset: u32) -> u64;
    fn lzma_easy_encoder(strm: *mut lzma_stream, preset: u32, check: lzma_check) -> lzma_ret;
    fn lzma_easy_buffer_encode(
        preset: u32,
        check: lzma_check,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_stream_encoder(
        strm: *mut lzma_stream,
        filters: *const lzma_filter,
        check: lzma_check,
    ) -> lzma_ret;
    fn lzma_stream_encoder_mt_memusage(options: *const lzma_mt) -> u64;
    fn lzma_stream_encoder_mt(strm: *mut lzma_stream, options: *const lzma_mt) -> lzma_ret;
    fn lzma_mt_block_size(filters: *const lzma_filter) -> u64;
    fn lzma_alone_encoder(strm: *mut lzma_stream, options: *const lzma_options_lzma) -> lzma_ret;
    fn lzma_stream_buffer_bound(uncompressed_size: usize) -> usize;
    fn lzma_stream_buffer_encode(
        filters: *mut lzma_filter,
        check: lzma_check,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_microlzma_encoder(
        strm: *mut lzma_stream,
        options: *const lzma_options_lzma,
    ) -> lzma_ret;
    fn lzma_stream_decoder(strm: *mut lzma_stream, memlimit: u64, flags: u32) -> lzma_ret;
    fn lzma_stream_decoder_mt(strm: *mut lzma_stream, options: *const lzma_mt) -> lzma_ret;
    fn lzma_auto_decoder(strm: *mut lzma_stream, memlimit: u64, flags: u32) -> lzma_ret;
    fn lzma_alone_decoder(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret;
    fn lzma_lzip_decoder(strm: *mut lzma_stream, memlimit: u64, flags: u32) -> lzma_ret;
    fn lzma_stream_buffer_decode(
        memlimit: *mut u64,
        flags: u32,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_microlzma_decoder(
        strm: *mut lzma_stream,
        comp_size: u64,
        uncomp_size: u64,
        uncomp_size_is_exact: lzma_bool,
        dict_size: u32,
    ) -> lzma_ret;
    // lzma/stream_flags.h
    fn lzma_stream_header_encode(options: *const lzma_stream_flags, out: *mut u8) -> lzma_ret;
    fn lzma_stream_footer_encode(options: *const lzma_stream_flags, out: *mut u8) -> lzma_ret;
    fn lzma_stream_header_decode(options: *mut lzma_stream_flags, input: *const u8) -> lzma_ret;
    fn lzma_stream_footer_decode(options: *mut lzma_stream_flags, input: *const u8) -> lzma_ret;
    fn lzma_stream_flags_compare(
        a: *const lzma_stream_flags,
        b: *const lzma_stream_flags,
    ) -> lzma_ret;
    // lzma/block.h
    fn lzma_block_header_size(block: *mut lzma_block) -> lzma_ret;
    fn lzma_block_header_encode(block: *const lzma_block, out: *mut u8) -> lzma_ret;
    fn lzma_block_header_decode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        input: *const u8,
    ) -> lzma_ret;
    fn lzma_block_compressed_size(block: *mut lzma_block, unpadded_size: lzma_vli) -> lzma_ret;
    fn lzma_block_unpadded_size(block: *const lzma_block) -> lzma_vli;
    fn lzma_block_total_size(block: *const lzma_block) -> lzma_vli;
    fn lzma_block_encoder(strm: *mut lzma_stream, block: *mut lzma_block) -> lzma_ret;
    fn lzma_block_decoder(strm: *mut lzma_stream, block: *mut lzma_block) -> lzma_ret;
    fn lzma_block_buffer_bound(uncompressed_size: usize) -> usize;
    fn lzma_block_buffer_encode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_block_uncomp_encode(
        block: *mut lzma_block,
        input: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_block_buffer_decode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    // lzma/index.h
    fn lzma_index_memusage(streams: lzma_vli, blocks: lzma_vli) -> u64;
    fn lzma_index_memused(index: *const lzma_index) -> u64;
    fn lzma_index_init(allocator: *const lzma_allocator) -> *mut lzma_index;
    fn lzma_index_end(index: *mut lzma_index, allocator: *const lzma_allocator);
    fn lzma_index_append(
        index: *mut lzma_index,
        allocator: *const lzma_allocator,
        unpadded_size: lzma_vli,
        uncompressed_size: lzma_vli,
    ) -> lzma_ret;
    fn lzma_index_stream_flags(
        index: *mut lzma_index,
        stream_flags: *const lzma_stream_flags,
    ) -> lzma_ret;
    fn lzma_index_checks(index: *const lzma_index) -> u32;
    fn lzma_index_stream_padding(index: *mut lzma_index, stream_padding: lzma_vli) -> lzma_ret;
    fn lzma_index_stream_count(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_block_count(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_size(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_stream_size(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_total_size(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_file_size(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_uncompressed_size(index: *const lzma_index) -> lzma_vli;
    fn lzma_index_iter_init(iter: *mut lzma_index_iter, index: *const lzma_index);
    fn lzma_index_iter_rewind(iter: *mut lzma_index_iter);
    fn lzma_index_iter_next(iter: *mut lzma_index_iter, mode: lzma_index_iter_mode) -> lzma_bool;
    fn lzma_index_iter_locate(iter: *mut lzma_index_iter, target: lzma_vli) -> lzma_bool;
    fn lzma_index_cat(
        dest: *mut lzma_index,
        src: *mut lzma_index,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    fn lzma_index_dup(
        index: *const lzma_index,
        allocator: *const lzma_allocator,
    ) -> *mut lzma_index;
    fn lzma_index_encoder(strm: *mut lzma_stream, index: *const lzma_index) -> lzma_ret;
    fn lzma_index_decoder(
        strm: *mut lzma_stream,
        index: *mut *mut lzma_index,
        memlimit: u64,
    ) -> lzma_ret;
    fn lzma_index_buffer_encode(
        index: *const lzma_index,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    fn lzma_index_buffer_decode(
        index: *mut *mut lzma_index,
        memlimit: *mut u64,
        allocator: *const lzma_allocator,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    fn lzma_file_info_decoder(
        strm: *mut lzma_stream,
        dest_index: *mut *mut lzma_index,
        memlimit: u64,
        file_size: u64,
    ) -> lzma_ret;
    // lzma/index_hash.h
    fn lzma_index_hash_init(
        index_hash: *mut lzma_index_hash,
        allocator: *const lzma_allocator,
    ) -> *mut lzma_index_hash;
    fn lzma_index_hash_end(index_hash: *mut lzma_index_hash, allocator: *const lzma_allocator);
    fn lzma_index_hash_append(
        index_hash: *mut lzma_index_hash,
        unpadded_size: lzma_vli,
        uncompressed_size: lzma_vli,
    ) -> lzma_ret;
    fn lzma_index_hash_decode(
        index_hash: *mut lzma_index_hash,
        input: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    fn lzma_index_hash_size(index_hash: *const lzma_index_hash) -> lzma_vli;
    // lzma/hardware.h
    fn lzma_physmem() -> u64;
    fn lzma_cputhreads() -> u32;
}
