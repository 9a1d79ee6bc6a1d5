// Generated from src/ffi and cmake/rlzma.map: cargo run -p headers

functions! {
    "XZ_5.0" extern "C-unwind" fn lzma_code(
        strm: *mut lzma_stream,
        action: lzma_action,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_end(strm: *mut lzma_stream);
    "XZ_5.2" extern "C" fn lzma_get_progress(
        strm: *mut lzma_stream,
        progress_in: *mut u64,
        progress_out: *mut u64,
    );
    "XZ_5.0" extern "C" fn lzma_get_check(strm: *const lzma_stream) -> lzma_check;
    "XZ_5.0" extern "C" fn lzma_memusage(strm: *const lzma_stream) -> u64;
    "XZ_5.0" extern "C" fn lzma_memlimit_get(strm: *const lzma_stream) -> u64;
    "XZ_5.0" extern "C" fn lzma_memlimit_set(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret;
    "XZ_5.8" extern "C" fn lzma_bcj_arm64_encode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.8" extern "C" fn lzma_bcj_arm64_decode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.8" extern "C" fn lzma_bcj_riscv_encode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.8" extern "C" fn lzma_bcj_riscv_decode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.8" extern "C" fn lzma_bcj_x86_encode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.8" extern "C" fn lzma_bcj_x86_decode(
        start_offset: u32,
        buf: *mut u8,
        size: usize,
    ) -> usize;
    "XZ_5.0" extern "C" fn lzma_block_header_size(block: *mut lzma_block) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_header_encode(
        block: *const lzma_block,
        out: *mut u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_header_decode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        r#in: *const u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_compressed_size(
        block: *mut lzma_block,
        unpadded_size: lzma_vli,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_unpadded_size(block: *const lzma_block) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_block_total_size(block: *const lzma_block) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_block_decoder(
        strm: *mut lzma_stream,
        block: *mut lzma_block,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_buffer_decode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_encoder(
        strm: *mut lzma_stream,
        block: *mut lzma_block,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_block_buffer_bound(uncompressed_size: usize) -> usize;
    "XZ_5.0" extern "C" fn lzma_block_buffer_encode(
        block: *mut lzma_block,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.2" extern "C" fn lzma_block_uncomp_encode(
        block: *mut lzma_block,
        r#in: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_check_is_supported(check: lzma_check) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_check_size(check: lzma_check) -> u32;
    "XZ_5.0" extern "C" fn lzma_crc32(buf: *const u8, size: usize, crc: u32) -> u32;
    "XZ_5.0" extern "C" fn lzma_crc64(buf: *const u8, size: usize, crc: u64) -> u64;
    "XZ_5.0" extern "C" fn lzma_stream_decoder(
        strm: *mut lzma_stream,
        memlimit: u64,
        flags: u32,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_auto_decoder(
        strm: *mut lzma_stream,
        memlimit: u64,
        flags: u32,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_stream_decoder_mt(
        strm: *mut lzma_stream,
        options: *const lzma_mt,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_alone_decoder(strm: *mut lzma_stream, memlimit: u64) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_lzip_decoder(
        strm: *mut lzma_stream,
        memlimit: u64,
        flags: u32,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_microlzma_decoder(
        strm: *mut lzma_stream,
        comp_size: u64,
        uncomp_size: u64,
        uncomp_size_is_exact: lzma_bool,
        dict_size: u32,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_easy_decoder_memusage(preset: u32) -> u64;
    "XZ_5.0" extern "C" fn lzma_stream_buffer_decode(
        memlimit: *mut u64,
        flags: u32,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_easy_encoder_memusage(preset: u32) -> u64;
    "XZ_5.0" extern "C" fn lzma_easy_encoder(
        strm: *mut lzma_stream,
        preset: u32,
        check: lzma_check,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_encoder(
        strm: *mut lzma_stream,
        filters: *const lzma_filter,
        check: lzma_check,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_alone_encoder(
        strm: *mut lzma_stream,
        options: *const lzma_options_lzma,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_microlzma_encoder(
        strm: *mut lzma_stream,
        options: *const lzma_options_lzma,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_buffer_bound(uncompressed_size: usize) -> usize;
    "XZ_5.0" extern "C" fn lzma_stream_buffer_encode(
        filters: *mut lzma_filter,
        check: lzma_check,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_easy_buffer_encode(
        preset: u32,
        check: lzma_check,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.6.0" extern "C" fn lzma_mt_block_size(filters: *const lzma_filter) -> u64;
    "XZ_5.2" extern "C" fn lzma_stream_encoder_mt_memusage(options: *const lzma_mt) -> u64;
    "XZ_5.2" extern "C" fn lzma_stream_encoder_mt(
        strm: *mut lzma_stream,
        options: *const lzma_mt,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_filter_encoder_is_supported(id: lzma_vli) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_filter_decoder_is_supported(id: lzma_vli) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_filters_copy(
        src: *const lzma_filter,
        dest: *mut lzma_filter,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_filters_free(
        filters: *mut lzma_filter,
        allocator: *const lzma_allocator,
    );
    "XZ_5.0" extern "C" fn lzma_properties_size(
        size: *mut u32,
        filter: *const lzma_filter,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_properties_encode(
        filter: *const lzma_filter,
        props: *mut u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_properties_decode(
        filter: *mut lzma_filter,
        allocator: *const lzma_allocator,
        props: *const u8,
        props_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_filter_flags_size(
        size: *mut u32,
        filter: *const lzma_filter,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_filter_flags_encode(
        filter: *const lzma_filter,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_filter_flags_decode(
        filter: *mut lzma_filter,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_str_to_filters(
        str: *const c_char,
        error_pos: *mut c_int,
        filters: *mut lzma_filter,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> *const c_char;
    "XZ_5.4" extern "C" fn lzma_str_from_filters(
        str: *mut *mut c_char,
        filters: *const lzma_filter,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_str_list_filters(
        str: *mut *mut c_char,
        filter_id: lzma_vli,
        flags: u32,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_raw_encoder_memusage(filters: *const lzma_filter) -> u64;
    "XZ_5.0" extern "C" fn lzma_raw_encoder(
        strm: *mut lzma_stream,
        filters: *const lzma_filter,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_filters_update(
        strm: *mut lzma_stream,
        filters: *const lzma_filter,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_raw_buffer_encode(
        filters: *const lzma_filter,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_raw_decoder_memusage(filters: *const lzma_filter) -> u64;
    "XZ_5.0" extern "C" fn lzma_raw_decoder(
        strm: *mut lzma_stream,
        filters: *const lzma_filter,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_raw_buffer_decode(
        filters: *const lzma_filter,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_physmem() -> u64;
    "XZ_5.2" extern "C" fn lzma_cputhreads() -> u32;
    "XZ_5.0" extern "C" fn lzma_index_memusage(streams: lzma_vli, blocks: lzma_vli) -> u64;
    "XZ_5.0" extern "C" fn lzma_index_memused(i: *const lzma_index) -> u64;
    "XZ_5.0" extern "C" fn lzma_index_init(allocator: *const lzma_allocator) -> *mut lzma_index;
    "XZ_5.0" extern "C" fn lzma_index_end(i: *mut lzma_index, allocator: *const lzma_allocator);
    "XZ_5.0" extern "C" fn lzma_index_append(
        i: *mut lzma_index,
        allocator: *const lzma_allocator,
        unpadded_size: lzma_vli,
        uncompressed_size: lzma_vli,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_stream_flags(
        i: *mut lzma_index,
        stream_flags: *const lzma_stream_flags,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_checks(i: *const lzma_index) -> u32;
    "XZ_5.0" extern "C" fn lzma_index_stream_padding(
        i: *mut lzma_index,
        stream_padding: lzma_vli,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_stream_count(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_block_count(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_size(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_stream_size(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_total_size(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_file_size(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_uncompressed_size(i: *const lzma_index) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_index_cat(
        dest: *mut lzma_index,
        src: *mut lzma_index,
        allocator: *const lzma_allocator,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_dup(
        src: *const lzma_index,
        allocator: *const lzma_allocator,
    ) -> *mut lzma_index;
    "XZ_5.0" extern "C" fn lzma_index_encoder(
        strm: *mut lzma_stream,
        i: *const lzma_index,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_decoder(
        strm: *mut lzma_stream,
        i: *mut *mut lzma_index,
        memlimit: u64,
    ) -> lzma_ret;
    "XZ_5.4" extern "C" fn lzma_file_info_decoder(
        strm: *mut lzma_stream,
        dest_index: *mut *mut lzma_index,
        memlimit: u64,
        file_size: u64,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_buffer_encode(
        i: *const lzma_index,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_buffer_decode(
        i: *mut *mut lzma_index,
        memlimit: *mut u64,
        allocator: *const lzma_allocator,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_iter_init(iter: *mut lzma_index_iter, i: *const lzma_index);
    "XZ_5.0" extern "C" fn lzma_index_iter_rewind(iter: *mut lzma_index_iter);
    "XZ_5.0" extern "C" fn lzma_index_iter_next(
        iter: *mut lzma_index_iter,
        mode: lzma_index_iter_mode,
    ) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_index_iter_locate(
        iter: *mut lzma_index_iter,
        target: lzma_vli,
    ) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_index_hash_init(
        index_hash: *mut lzma_index_hash,
        allocator: *const lzma_allocator,
    ) -> *mut lzma_index_hash;
    "XZ_5.0" extern "C" fn lzma_index_hash_end(
        index_hash: *mut lzma_index_hash,
        allocator: *const lzma_allocator,
    );
    "XZ_5.0" extern "C" fn lzma_index_hash_append(
        index_hash: *mut lzma_index_hash,
        unpadded_size: lzma_vli,
        uncompressed_size: lzma_vli,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_hash_decode(
        index_hash: *mut lzma_index_hash,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_index_hash_size(index_hash: *const lzma_index_hash) -> lzma_vli;
    "XZ_5.0" extern "C" fn lzma_mf_is_supported(match_finder: lzma_match_finder) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_mode_is_supported(mode: lzma_mode) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_lzma_preset(
        options: *mut lzma_options_lzma,
        preset: u32,
    ) -> lzma_bool;
    "XZ_5.0" extern "C" fn lzma_stream_header_encode(
        options: *const lzma_stream_flags,
        out: *mut u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_footer_encode(
        options: *const lzma_stream_flags,
        out: *mut u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_header_decode(
        options: *mut lzma_stream_flags,
        r#in: *const u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_footer_decode(
        options: *mut lzma_stream_flags,
        r#in: *const u8,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_stream_flags_compare(
        a: *const lzma_stream_flags,
        b: *const lzma_stream_flags,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_version_number() -> u32;
    "XZ_5.0" extern "C" fn lzma_version_string() -> *const c_char;
    "XZ_5.0" extern "C" fn lzma_vli_decode(
        vli: *mut lzma_vli,
        vli_pos: *mut usize,
        r#in: *const u8,
        in_pos: *mut usize,
        in_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_vli_encode(
        vli: lzma_vli,
        vli_pos: *mut usize,
        out: *mut u8,
        out_pos: *mut usize,
        out_size: usize,
    ) -> lzma_ret;
    "XZ_5.0" extern "C" fn lzma_vli_size(vli: lzma_vli) -> u32;
}
