/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/container.h
 * \brief  Presets, threads, and flags of the file formats' decoders.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The preset to use when there is no reason for another. */
#define LZMA_PRESET_DEFAULT UINT32_C(6)

/** The bits of a preset that hold its level. */
#define LZMA_PRESET_LEVEL_MASK UINT32_C(0x1F)

/** Flag of a preset: slower, in the hope of smaller output. */
#define LZMA_PRESET_EXTREME (UINT32_C(1) << 31)

/** Return LZMA_NO_CHECK when a Stream has no check. */
#define LZMA_TELL_NO_CHECK UINT32_C(0x01)

/** Return LZMA_UNSUPPORTED_CHECK when a check cannot be calculated. */
#define LZMA_TELL_UNSUPPORTED_CHECK UINT32_C(0x02)

/** Return LZMA_GET_CHECK when the type of the check is known. */
#define LZMA_TELL_ANY_CHECK UINT32_C(0x04)

/** Do not verify checks, which saves little time. Since 5.2. */
#define LZMA_IGNORE_CHECK UINT32_C(0x10)

/** Decode Streams one after another until the input ends. */
#define LZMA_CONCATENATED UINT32_C(0x08)

/**
 * Threaded decoder: report an error at once, before the output that precedes
 * it. Since 5.4.
 */
#define LZMA_FAIL_FAST UINT32_C(0x20)

/**
 * Options of the threaded encoder and decoder. Zero all members before setting
 * some. Since 5.2.
 */
typedef struct {
	/** Decoder flags; zero for the encoder. */
	uint32_t flags;
	/** Number of worker threads, from 1 to 16384. */
	uint32_t threads;
	/** Encoder: most uncompressed bytes in a Block; zero chooses a size. */
	uint64_t block_size;
	/**
	 * Milliseconds after which lzma_code returns although it could wait;
	 * zero waits.
	 */
	uint32_t timeout;
	/** Encoder: preset to use when filters is NULL. */
	uint32_t preset;
	/** Encoder: filter chain, or NULL to use preset. */
	const lzma_filter *filters;
	/** Encoder: type of the integrity check. */
	lzma_check check;
	/** Reserved. */
	lzma_reserved_enum reserved_enum1;
	/** Reserved. */
	lzma_reserved_enum reserved_enum2;
	/** Reserved. */
	lzma_reserved_enum reserved_enum3;
	/** Reserved. */
	uint32_t reserved_int1;
	/** Reserved. */
	uint32_t reserved_int2;
	/** Reserved. */
	uint32_t reserved_int3;
	/** Reserved. */
	uint32_t reserved_int4;
	/**
	 * Decoder: memory in bytes above which fewer threads are used. Since 5.4.
	 */
	uint64_t memlimit_threading;
	/**
	 * Decoder: memory in bytes above which decoding stops with
	 * LZMA_MEMLIMIT_ERROR. Since 5.4.
	 */
	uint64_t memlimit_stop;
	/** Reserved. */
	uint64_t reserved_int7;
	/** Reserved. */
	uint64_t reserved_int8;
	/** Reserved. */
	void *reserved_ptr1;
	/** Reserved. */
	void *reserved_ptr2;
	/** Reserved. */
	void *reserved_ptr3;
	/** Reserved. */
	void *reserved_ptr4;
} lzma_mt;

/**
 * Starts a decoder for .xz files.
 *
 * memlimit is the memory usage limit in bytes (UINT64_MAX: none, 0: 1);
 * flags are LZMA_TELL_NO_CHECK and the like.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR for unknown flags; LZMA_MEM_ERROR;
 * LZMA_PROG_ERROR when strm is NULL.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .xz, .lz and .lzma files, whatever comes. With
 * LZMA_CONCATENATED, nothing may follow a .lzma file.
 *
 * Returns:
 * As for lzma_stream_decoder.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_auto_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .xz files that decodes Blocks in parallel, if their
 * headers say how large they are. Of options, flags, threads,
 * timeout and the two limits count. Above memlimit_threading, fewer
 * Blocks are decoded at a time; above memlimit_stop, none is.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR for an invalid number of threads or
 * unknown flags; LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed. options
 * is NULL or valid. The allocator, if there is one, works from any thread,
 * and is not replaced before lzma_end.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_stream_decoder_mt(lzma_stream *strm,
		const lzma_mt *options)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for a .lzma file, the format of LZMA Utils. What
 * follows the file is not taken.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_PROG_ERROR when strm is NULL.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_alone_decoder(lzma_stream *strm,
		uint64_t memlimit)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .lz files (lzip), format versions 0 and 1. With
 * LZMA_CONCATENATED, decoding ends before whatever is not another member,
 * except for those of its first bytes that look like one.
 *
 * Returns:
 * As for lzma_stream_decoder.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_lzip_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for MicroLZMA, which says nothing about itself:
 * comp_size is its exact size in bytes, uncomp_size the size of its data
 * (or less, if uncomp_size_is_exact is false; then decoding ends there),
 * dict_size the dictionary size that it was made with, or a larger one.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when uncomp_size is too large;
 * LZMA_MEM_ERROR; LZMA_PROG_ERROR when strm is NULL.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_microlzma_decoder(lzma_stream *strm,
		uint64_t comp_size, uint64_t uncomp_size,
		lzma_bool uncomp_size_is_exact, uint32_t dict_size)
		lzma_nothrow;

/**
 * Memory that is needed to decode what the encoder makes with preset, in
 * bytes; UINT32_MAX if there is no such preset.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_easy_decoder_memusage(uint32_t preset)
		lzma_nothrow lzma_attr_pure;

/**
 * Decodes a .xz file (with LZMA_CONCATENATED, more than one Stream) in
 * one go.
 *
 * Returns:
 * LZMA_OK, and the positions are advanced. Otherwise they stay, and it is:
 * LZMA_DATA_ERROR when the file is damaged or incomplete;
 * LZMA_FORMAT_ERROR and LZMA_OPTIONS_ERROR as usual; LZMA_BUF_ERROR
 * when there is not enough room; LZMA_MEMLIMIT_ERROR, with how much would
 * have been needed in *memlimit; LZMA_MEM_ERROR; LZMA_NO_CHECK and
 * LZMA_UNSUPPORTED_CHECK when the flags ask for them; LZMA_PROG_ERROR
 * for impossible positions, and for LZMA_TELL_ANY_CHECK.
 *
 * Requirements:
 * memlimit is valid, allocator is NULL or valid, the positions are NULL
 * or valid, in is valid for reads of in_size bytes, out for writes of
 * out_size bytes, and nothing else uses them.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_buffer_decode(uint64_t *memlimit,
		uint32_t flags, const lzma_allocator *allocator,
		const uint8_t *in, size_t *in_pos, size_t in_size,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Memory that lzma_easy_encoder needs with preset, in bytes;
 * UINT32_MAX if there is no such preset.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_easy_encoder_memusage(uint32_t preset)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts an encoder for a .xz file with the filters of preset; see
 * lzma_stream_encoder.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when there is no such preset (then the
 * stream stays as it is); otherwise as lzma_stream_encoder.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_easy_encoder(lzma_stream *strm,
		uint32_t preset, lzma_check check)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for a .xz file with one Stream. Besides LZMA_RUN and
 * LZMA_FINISH, it takes LZMA_FULL_FLUSH and LZMA_FULL_BARRIER, which
 * end the Block, and LZMA_SYNC_FLUSH, if all filters can flush.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when filters are not supported, or not in
 * this format; LZMA_UNSUPPORTED_CHECK; LZMA_PROG_ERROR when something
 * else is invalid; LZMA_MEM_ERROR.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed. filters
 * is NULL or a chain as the structures demand, and is not used after this
 * call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_encoder(lzma_stream *strm,
		const lzma_filter *filters, lzma_check check)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for a .lzma file. It takes LZMA_RUN and
 * LZMA_FINISH.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when options are out of range;
 * LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed. options
 * is NULL or valid, and is not used after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_alone_encoder(lzma_stream *strm,
		const lzma_options_lzma *options)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for MicroLZMA. It takes LZMA_FINISH in a single call:
 * as much data is encoded as fits in the output (at least six bytes), and no
 * more than that is taken.
 *
 * Returns:
 * As lzma_alone_encoder.
 *
 * Requirements:
 * As for lzma_alone_encoder.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_microlzma_encoder(lzma_stream *strm,
		const lzma_options_lzma *options)
		lzma_nothrow;

/**
 * Room that lzma_stream_buffer_encode needs at most for
 * uncompressed_size bytes; 0 if that is too much.
 *
 * Since 5.0.
 */
extern LZMA_API(size_t) lzma_stream_buffer_bound(size_t uncompressed_size)
		lzma_nothrow;

/**
 * Encodes a .xz file in one call: in_size bytes from in to out, from
 * *out_pos on. Data that filters do not make smaller is stored as it is.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is not enough room;
 * LZMA_DATA_ERROR when there is too much data; otherwise as
 * lzma_stream_encoder. Only with LZMA_OK, *out_pos changes.
 *
 * Requirements:
 * Pointers are NULL or valid, filters as the structures demand, and
 * buffers as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_buffer_encode(lzma_filter *filters,
		lzma_check check, const lzma_allocator *allocator,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * The same with the filters of preset.
 *
 * Returns:
 * LZMA_OPTIONS_ERROR when there is no such preset; otherwise as
 * lzma_stream_buffer_encode.
 *
 * Requirements:
 * As for lzma_stream_buffer_encode.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_easy_buffer_encode(uint32_t preset,
		lzma_check check, const lzma_allocator *allocator,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Block size that suits the filters, in bytes, for the threaded encoder;
 * UINT64_MAX if there is none.
 *
 * Requirements:
 * filters is NULL or a chain as the structures demand.
 *
 * Since 5.6.
 */
extern LZMA_API(uint64_t) lzma_mt_block_size(const lzma_filter *filters)
		lzma_nothrow;

/**
 * Memory that lzma_stream_encoder_mt needs with options, in bytes;
 * UINT64_MAX if they are invalid.
 *
 * Requirements:
 * As for lzma_stream_encoder_mt.
 *
 * Since 5.2.
 */
extern LZMA_API(uint64_t) lzma_stream_encoder_mt_memusage(
		const lzma_mt *options)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts an encoder for a .xz file with one Stream that encodes Blocks in
 * parallel. The result is the same for any number of threads. Besides
 * LZMA_RUN and LZMA_FINISH, it takes LZMA_FULL_FLUSH and
 * LZMA_FULL_BARRIER, which end the Block.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR for an invalid number of threads, unknown
 * flags, a preset that there is not, filters that are not supported, or a
 * Block size that is too large; LZMA_UNSUPPORTED_CHECK; LZMA_MEM_ERROR;
 * LZMA_PROG_ERROR when a pointer is NULL or there is no such check.
 * Filters that only other formats can have are an error of lzma_code.
 *
 * Requirements:
 * As for lzma_code; a new stream is zeroed. options
 * is NULL or valid, and not used after this call. The allocator, if there is
 * one, works from any thread, and is not replaced before
 * lzma_end.
 *
 * Since 5.2.
 */
extern LZMA_API(lzma_ret) lzma_stream_encoder_mt(lzma_stream *strm,
		const lzma_mt *options)
		lzma_nothrow lzma_attr_warn_unused_result;
