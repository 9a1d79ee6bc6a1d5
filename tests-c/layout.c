/*
 * Prints the layout of every public structure and the value of every public
 * constant, for tests/fields/layout.rs to compare with the Rust side:
 *
 *     type NAME SIZE ALIGNMENT
 *     field TYPE.MEMBER OFFSET SIZE
 *     value NAME NUMBER
 *     string NAME "TEXT"
 */

#include <lzma.h>

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define TYPE(type) \
	do { \
		struct probe { \
			char first; \
			type second; \
		}; \
		printf("type %s %zu %zu\n", #type, sizeof(type), \
				offsetof(struct probe, second)); \
	} while (0)

#define FIELD(type, member) \
	printf("field %s.%s %zu %zu\n", #type, #member, \
			offsetof(type, member), sizeof(((type *)0)->member))

#define VALUE(name) \
	printf("value %s %" PRIu64 "\n", #name, (uint64_t)(name))

#define STRING(name) \
	printf("string %s \"%s\"\n", #name, name)

static void
version(void)
{
	VALUE(LZMA_VERSION_MAJOR);
	VALUE(LZMA_VERSION_MINOR);
	VALUE(LZMA_VERSION_PATCH);
	VALUE(LZMA_VERSION_STABILITY);
	STRING(LZMA_VERSION_COMMIT);
	VALUE(LZMA_VERSION_STABILITY_ALPHA);
	VALUE(LZMA_VERSION_STABILITY_BETA);
	VALUE(LZMA_VERSION_STABILITY_STABLE);
	VALUE(LZMA_VERSION);
	STRING(LZMA_VERSION_STABILITY_STRING);
	STRING(LZMA_VERSION_STRING);
}

static void
base(void)
{
	TYPE(lzma_bool);
	TYPE(lzma_reserved_enum);
	TYPE(lzma_ret);
	TYPE(lzma_action);
	TYPE(lzma_allocator);
	FIELD(lzma_allocator, alloc);
	FIELD(lzma_allocator, free);
	FIELD(lzma_allocator, opaque);
	TYPE(lzma_stream);
	FIELD(lzma_stream, next_in);
	FIELD(lzma_stream, avail_in);
	FIELD(lzma_stream, total_in);
	FIELD(lzma_stream, next_out);
	FIELD(lzma_stream, avail_out);
	FIELD(lzma_stream, total_out);
	FIELD(lzma_stream, allocator);
	FIELD(lzma_stream, internal);
	FIELD(lzma_stream, reserved_ptr1);
	FIELD(lzma_stream, reserved_ptr2);
	FIELD(lzma_stream, reserved_ptr3);
	FIELD(lzma_stream, reserved_ptr4);
	FIELD(lzma_stream, seek_pos);
	FIELD(lzma_stream, reserved_int2);
	FIELD(lzma_stream, reserved_int3);
	FIELD(lzma_stream, reserved_int4);
	FIELD(lzma_stream, reserved_enum1);
	FIELD(lzma_stream, reserved_enum2);
	VALUE(LZMA_RESERVED_ENUM);
	VALUE(LZMA_OK);
	VALUE(LZMA_STREAM_END);
	VALUE(LZMA_NO_CHECK);
	VALUE(LZMA_UNSUPPORTED_CHECK);
	VALUE(LZMA_GET_CHECK);
	VALUE(LZMA_MEM_ERROR);
	VALUE(LZMA_MEMLIMIT_ERROR);
	VALUE(LZMA_FORMAT_ERROR);
	VALUE(LZMA_OPTIONS_ERROR);
	VALUE(LZMA_DATA_ERROR);
	VALUE(LZMA_BUF_ERROR);
	VALUE(LZMA_PROG_ERROR);
	VALUE(LZMA_SEEK_NEEDED);
	VALUE(LZMA_RET_INTERNAL1);
	VALUE(LZMA_RET_INTERNAL2);
	VALUE(LZMA_RET_INTERNAL3);
	VALUE(LZMA_RET_INTERNAL4);
	VALUE(LZMA_RET_INTERNAL5);
	VALUE(LZMA_RET_INTERNAL6);
	VALUE(LZMA_RET_INTERNAL7);
	VALUE(LZMA_RET_INTERNAL8);
	VALUE(LZMA_RUN);
	VALUE(LZMA_SYNC_FLUSH);
	VALUE(LZMA_FULL_FLUSH);
	VALUE(LZMA_FULL_BARRIER);
	VALUE(LZMA_FINISH);
}

static void
vli(void)
{
	TYPE(lzma_vli);
	VALUE(LZMA_VLI_MAX);
	VALUE(LZMA_VLI_UNKNOWN);
	VALUE(LZMA_VLI_BYTES_MAX);
	VALUE(lzma_vli_is_valid(LZMA_VLI_MAX));
	VALUE(lzma_vli_is_valid(LZMA_VLI_MAX + 1));
}

static void
check(void)
{
	TYPE(lzma_check);
	VALUE(LZMA_CHECK_NONE);
	VALUE(LZMA_CHECK_CRC32);
	VALUE(LZMA_CHECK_CRC64);
	VALUE(LZMA_CHECK_SHA256);
	VALUE(LZMA_CHECK_ID_MAX);
	VALUE(LZMA_CHECK_SIZE_MAX);
}

static void
filter(void)
{
	TYPE(lzma_filter);
	FIELD(lzma_filter, id);
	FIELD(lzma_filter, options);
	VALUE(LZMA_FILTERS_MAX);
	VALUE(LZMA_STR_ALL_FILTERS);
	VALUE(LZMA_STR_NO_VALIDATION);
	VALUE(LZMA_STR_ENCODER);
	VALUE(LZMA_STR_DECODER);
	VALUE(LZMA_STR_GETOPT_LONG);
	VALUE(LZMA_STR_NO_SPACES);
}

static void
bcj(void)
{
	TYPE(lzma_options_bcj);
	FIELD(lzma_options_bcj, start_offset);
	VALUE(LZMA_FILTER_X86);
	VALUE(LZMA_FILTER_POWERPC);
	VALUE(LZMA_FILTER_IA64);
	VALUE(LZMA_FILTER_ARM);
	VALUE(LZMA_FILTER_ARMTHUMB);
	VALUE(LZMA_FILTER_SPARC);
	VALUE(LZMA_FILTER_ARM64);
	VALUE(LZMA_FILTER_RISCV);
}

static void
delta(void)
{
	TYPE(lzma_delta_type);
	TYPE(lzma_options_delta);
	FIELD(lzma_options_delta, type);
	FIELD(lzma_options_delta, dist);
	FIELD(lzma_options_delta, reserved_int1);
	FIELD(lzma_options_delta, reserved_int2);
	FIELD(lzma_options_delta, reserved_int3);
	FIELD(lzma_options_delta, reserved_int4);
	FIELD(lzma_options_delta, reserved_ptr1);
	FIELD(lzma_options_delta, reserved_ptr2);
	VALUE(LZMA_FILTER_DELTA);
	VALUE(LZMA_DELTA_TYPE_BYTE);
	VALUE(LZMA_DELTA_DIST_MIN);
	VALUE(LZMA_DELTA_DIST_MAX);
}

static void
lzma12(void)
{
	TYPE(lzma_match_finder);
	TYPE(lzma_mode);
	TYPE(lzma_options_lzma);
	FIELD(lzma_options_lzma, dict_size);
	FIELD(lzma_options_lzma, preset_dict);
	FIELD(lzma_options_lzma, preset_dict_size);
	FIELD(lzma_options_lzma, lc);
	FIELD(lzma_options_lzma, lp);
	FIELD(lzma_options_lzma, pb);
	FIELD(lzma_options_lzma, mode);
	FIELD(lzma_options_lzma, nice_len);
	FIELD(lzma_options_lzma, mf);
	FIELD(lzma_options_lzma, depth);
	FIELD(lzma_options_lzma, ext_flags);
	FIELD(lzma_options_lzma, ext_size_low);
	FIELD(lzma_options_lzma, ext_size_high);
	FIELD(lzma_options_lzma, reserved_int4);
	FIELD(lzma_options_lzma, reserved_int5);
	FIELD(lzma_options_lzma, reserved_int6);
	FIELD(lzma_options_lzma, reserved_int7);
	FIELD(lzma_options_lzma, reserved_int8);
	FIELD(lzma_options_lzma, reserved_enum1);
	FIELD(lzma_options_lzma, reserved_enum2);
	FIELD(lzma_options_lzma, reserved_enum3);
	FIELD(lzma_options_lzma, reserved_enum4);
	FIELD(lzma_options_lzma, reserved_ptr1);
	FIELD(lzma_options_lzma, reserved_ptr2);
	VALUE(LZMA_FILTER_LZMA1);
	VALUE(LZMA_FILTER_LZMA1EXT);
	VALUE(LZMA_FILTER_LZMA2);
	VALUE(LZMA_MF_HC3);
	VALUE(LZMA_MF_HC4);
	VALUE(LZMA_MF_BT2);
	VALUE(LZMA_MF_BT3);
	VALUE(LZMA_MF_BT4);
	VALUE(LZMA_MODE_FAST);
	VALUE(LZMA_MODE_NORMAL);
	VALUE(LZMA_DICT_SIZE_MIN);
	VALUE(LZMA_DICT_SIZE_DEFAULT);
	VALUE(LZMA_LCLP_MIN);
	VALUE(LZMA_LCLP_MAX);
	VALUE(LZMA_LC_DEFAULT);
	VALUE(LZMA_LP_DEFAULT);
	VALUE(LZMA_PB_MIN);
	VALUE(LZMA_PB_MAX);
	VALUE(LZMA_PB_DEFAULT);
	VALUE(LZMA_LZMA1EXT_ALLOW_EOPM);
}

static void
container(void)
{
	TYPE(lzma_mt);
	FIELD(lzma_mt, flags);
	FIELD(lzma_mt, threads);
	FIELD(lzma_mt, block_size);
	FIELD(lzma_mt, timeout);
	FIELD(lzma_mt, preset);
	FIELD(lzma_mt, filters);
	FIELD(lzma_mt, check);
	FIELD(lzma_mt, reserved_enum1);
	FIELD(lzma_mt, reserved_enum2);
	FIELD(lzma_mt, reserved_enum3);
	FIELD(lzma_mt, reserved_int1);
	FIELD(lzma_mt, reserved_int2);
	FIELD(lzma_mt, reserved_int3);
	FIELD(lzma_mt, reserved_int4);
	FIELD(lzma_mt, memlimit_threading);
	FIELD(lzma_mt, memlimit_stop);
	FIELD(lzma_mt, reserved_int7);
	FIELD(lzma_mt, reserved_int8);
	FIELD(lzma_mt, reserved_ptr1);
	FIELD(lzma_mt, reserved_ptr2);
	FIELD(lzma_mt, reserved_ptr3);
	FIELD(lzma_mt, reserved_ptr4);
	VALUE(LZMA_PRESET_DEFAULT);
	VALUE(LZMA_PRESET_LEVEL_MASK);
	VALUE(LZMA_PRESET_EXTREME);
	VALUE(LZMA_TELL_NO_CHECK);
	VALUE(LZMA_TELL_UNSUPPORTED_CHECK);
	VALUE(LZMA_TELL_ANY_CHECK);
	VALUE(LZMA_IGNORE_CHECK);
	VALUE(LZMA_CONCATENATED);
	VALUE(LZMA_FAIL_FAST);
}

static void
stream_flags(void)
{
	TYPE(lzma_stream_flags);
	FIELD(lzma_stream_flags, version);
	FIELD(lzma_stream_flags, backward_size);
	FIELD(lzma_stream_flags, check);
	FIELD(lzma_stream_flags, reserved_enum1);
	FIELD(lzma_stream_flags, reserved_enum2);
	FIELD(lzma_stream_flags, reserved_enum3);
	FIELD(lzma_stream_flags, reserved_enum4);
	FIELD(lzma_stream_flags, reserved_bool1);
	FIELD(lzma_stream_flags, reserved_bool2);
	FIELD(lzma_stream_flags, reserved_bool3);
	FIELD(lzma_stream_flags, reserved_bool4);
	FIELD(lzma_stream_flags, reserved_bool5);
	FIELD(lzma_stream_flags, reserved_bool6);
	FIELD(lzma_stream_flags, reserved_bool7);
	FIELD(lzma_stream_flags, reserved_bool8);
	FIELD(lzma_stream_flags, reserved_int1);
	FIELD(lzma_stream_flags, reserved_int2);
	VALUE(LZMA_STREAM_HEADER_SIZE);
	VALUE(LZMA_BACKWARD_SIZE_MIN);
	VALUE(LZMA_BACKWARD_SIZE_MAX);
}

static void
block(void)
{
	TYPE(lzma_block);
	FIELD(lzma_block, version);
	FIELD(lzma_block, header_size);
	FIELD(lzma_block, check);
	FIELD(lzma_block, compressed_size);
	FIELD(lzma_block, uncompressed_size);
	FIELD(lzma_block, filters);
	FIELD(lzma_block, raw_check);
	FIELD(lzma_block, reserved_ptr1);
	FIELD(lzma_block, reserved_ptr2);
	FIELD(lzma_block, reserved_ptr3);
	FIELD(lzma_block, reserved_int1);
	FIELD(lzma_block, reserved_int2);
	FIELD(lzma_block, reserved_int3);
	FIELD(lzma_block, reserved_int4);
	FIELD(lzma_block, reserved_int5);
	FIELD(lzma_block, reserved_int6);
	FIELD(lzma_block, reserved_int7);
	FIELD(lzma_block, reserved_int8);
	FIELD(lzma_block, reserved_enum1);
	FIELD(lzma_block, reserved_enum2);
	FIELD(lzma_block, reserved_enum3);
	FIELD(lzma_block, reserved_enum4);
	FIELD(lzma_block, ignore_check);
	FIELD(lzma_block, reserved_bool2);
	FIELD(lzma_block, reserved_bool3);
	FIELD(lzma_block, reserved_bool4);
	FIELD(lzma_block, reserved_bool5);
	FIELD(lzma_block, reserved_bool6);
	FIELD(lzma_block, reserved_bool7);
	FIELD(lzma_block, reserved_bool8);
	VALUE(LZMA_BLOCK_HEADER_SIZE_MIN);
	VALUE(LZMA_BLOCK_HEADER_SIZE_MAX);
	VALUE(lzma_block_header_size_decode(1));
	VALUE(lzma_block_header_size_decode(255));
}

static void
index_types(void)
{
	TYPE(lzma_index_iter_mode);
	TYPE(lzma_index_iter);
	FIELD(lzma_index_iter, stream);
	FIELD(lzma_index_iter, block);
	FIELD(lzma_index_iter, internal);
	FIELD(lzma_index_iter, stream.flags);
	FIELD(lzma_index_iter, stream.reserved_ptr1);
	FIELD(lzma_index_iter, stream.reserved_ptr2);
	FIELD(lzma_index_iter, stream.reserved_ptr3);
	FIELD(lzma_index_iter, stream.number);
	FIELD(lzma_index_iter, stream.block_count);
	FIELD(lzma_index_iter, stream.compressed_offset);
	FIELD(lzma_index_iter, stream.uncompressed_offset);
	FIELD(lzma_index_iter, stream.compressed_size);
	FIELD(lzma_index_iter, stream.uncompressed_size);
	FIELD(lzma_index_iter, stream.padding);
	FIELD(lzma_index_iter, stream.reserved_vli1);
	FIELD(lzma_index_iter, stream.reserved_vli2);
	FIELD(lzma_index_iter, stream.reserved_vli3);
	FIELD(lzma_index_iter, stream.reserved_vli4);
	FIELD(lzma_index_iter, block.number_in_file);
	FIELD(lzma_index_iter, block.compressed_file_offset);
	FIELD(lzma_index_iter, block.uncompressed_file_offset);
	FIELD(lzma_index_iter, block.number_in_stream);
	FIELD(lzma_index_iter, block.compressed_stream_offset);
	FIELD(lzma_index_iter, block.uncompressed_stream_offset);
	FIELD(lzma_index_iter, block.uncompressed_size);
	FIELD(lzma_index_iter, block.unpadded_size);
	FIELD(lzma_index_iter, block.total_size);
	FIELD(lzma_index_iter, block.reserved_vli1);
	FIELD(lzma_index_iter, block.reserved_vli2);
	FIELD(lzma_index_iter, block.reserved_vli3);
	FIELD(lzma_index_iter, block.reserved_vli4);
	FIELD(lzma_index_iter, block.reserved_ptr1);
	FIELD(lzma_index_iter, block.reserved_ptr2);
	FIELD(lzma_index_iter, block.reserved_ptr3);
	FIELD(lzma_index_iter, block.reserved_ptr4);
	FIELD(lzma_index_iter, internal[0].p);
	FIELD(lzma_index_iter, internal[0].s);
	FIELD(lzma_index_iter, internal[0].v);
	VALUE(LZMA_INDEX_ITER_ANY);
	VALUE(LZMA_INDEX_ITER_STREAM);
	VALUE(LZMA_INDEX_ITER_BLOCK);
	VALUE(LZMA_INDEX_ITER_NONEMPTY_BLOCK);
	VALUE(LZMA_INDEX_CHECK_MASK_NONE);
	VALUE(LZMA_INDEX_CHECK_MASK_CRC32);
	VALUE(LZMA_INDEX_CHECK_MASK_CRC64);
	VALUE(LZMA_INDEX_CHECK_MASK_SHA256);
}

int
main(void)
{
	version();
	base();
	vli();
	check();
	filter();
	bcj();
	delta();
	lzma12();
	container();
	stream_flags();
	block();
	index_types();
	return 0;
}
