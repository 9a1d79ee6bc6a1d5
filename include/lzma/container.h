/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/container.h
 * \brief  Presets, threads, and flags of the file formats' decoders.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * The preset to use when there is no reason for another: a dictionary of 8
 * MiB, 94 MiB of memory to encode and 9 MiB to decode.
 */
#define LZMA_PRESET_DEFAULT UINT32_C(6)

/** The bits of a preset that hold its level, 0 to 9. */
#define LZMA_PRESET_LEVEL_MASK UINT32_C(0x1F)

/**
 * Flag of a preset: take more time, in the hope of smaller output. Memory to
 * decode stays the same.
 */
#define LZMA_PRESET_EXTREME (UINT32_C(1) << 31)

/**
 * Decoder flag: lzma_code returns LZMA_NO_CHECK when a Stream has no
 * check. A .lzma file has none either (lzma_auto_decoder).
 */
#define LZMA_TELL_NO_CHECK UINT32_C(0x01)

/**
 * Decoder flag: lzma_code returns LZMA_UNSUPPORTED_CHECK when a check
 * cannot be calculated. Without the flag, such checks are skipped silently.
 */
#define LZMA_TELL_UNSUPPORTED_CHECK UINT32_C(0x02)

/**
 * Decoder flag: lzma_code returns LZMA_GET_CHECK when the type of a
 * Stream's check is known.
 */
#define LZMA_TELL_ANY_CHECK UINT32_C(0x04)

/**
 * Decoder flag: do not verify the checks of the data. Those of headers are
 * verified in any case. For saving what is left of a damaged file. Since 5.2.
 */
#define LZMA_IGNORE_CHECK UINT32_C(0x10)

/**
 * Decoder flag: decode Streams (or members of a .lz file) one after another
 * until the input ends. Only LZMA_FINISH tells that it does, so lzma_code
 * returns LZMA_STREAM_END with that action only.
 */
#define LZMA_CONCATENATED UINT32_C(0x08)

/**
 * Decoder flag for threads: report an error as soon as it is found, even
 * before output that precedes it, which is lost then. How much comes out of a
 * damaged file, and with which error, depends on timing. Decoders without
 * threads ignore it. Since 5.4.
 */
#define LZMA_FAIL_FAST UINT32_C(0x20)

/**
 * Options of the threaded encoder and decoder. Zero all members before setting
 * some. Since 5.2.
 */
typedef struct {
	/** Decoder: flags as for lzma_stream_decoder. Encoder: 0. */
	uint32_t flags;
	/**
	 * Number of worker threads, from 1 to 16384. lzma_cputhreads suggests
	 * one. They are started as they are needed.
	 */
	uint32_t threads;
	/**
	 * Encoder: most uncompressed bytes in a Block. 0 chooses a size: three
	 * dictionaries of LZMA2, but at least 1 MiB. Smaller Blocks keep more
	 * threads busy and compress worse. Memory for each thread grows with it.
	 */
	uint64_t block_size;
	/**
	 * Milliseconds after which lzma_code returns LZMA_OK although it could
	 * wait for threads; 0 waits. It may take longer nevertheless.
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
	 * Decoder: memory in bytes above which fewer Blocks are decoded at a time,
	 * down to one without threads. It never makes decoding fail. A quarter of
	 * lzma_physmem is a good choice; with UINT64_MAX, a whole file may be
	 * kept in memory. Since 5.4.
	 */
	uint64_t memlimit_threading;
	/**
	 * Decoder: memory in bytes above which decoding stops with
	 * LZMA_MEMLIMIT_ERROR. UINT64_MAX is no limit, 0 stands for 1 byte. If
	 * it is smaller than memlimit_threading, it counts for both. Since 5.4.
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
 * Starts a decoder for .xz files. It takes LZMA_RUN and LZMA_FINISH.
 *
 * Without LZMA_CONCATENATED, decoding ends behind the first Stream; input
 * that follows is not taken.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - memlimit: memory usage limit in bytes. UINT64_MAX is no limit, 0
 *   stands for 1 byte. It can be changed with lzma_memlimit_set. lzma_code
 *   compares it before it allocates what the file asks for, and returns
 *   LZMA_MEMLIMIT_ERROR.
 * - flags: 0, or a bitwise or of LZMA_TELL_NO_CHECK,
 *   LZMA_TELL_UNSUPPORTED_CHECK, LZMA_TELL_ANY_CHECK, LZMA_IGNORE_CHECK,
 *   LZMA_CONCATENATED and LZMA_FAIL_FAST.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: an unknown flag is set.
 * - LZMA_PROG_ERROR: strm is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .xz, .lz and .lzma files, whichever comes: the
 * first byte decides. It takes LZMA_RUN and LZMA_FINISH.
 *
 * With LZMA_CONCATENATED, input after a .lzma file is LZMA_DATA_ERROR,
 * since that format has no Streams to concatenate. Files of different formats
 * cannot follow one another.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - memlimit: memory usage limit in bytes. UINT64_MAX is no limit, 0
 *   stands for 1 byte. It can be changed with lzma_memlimit_set. lzma_code
 *   compares it before it allocates what the file asks for, and returns
 *   LZMA_MEMLIMIT_ERROR.
 * - flags: 0, or a bitwise or of LZMA_TELL_NO_CHECK,
 *   LZMA_TELL_UNSUPPORTED_CHECK, LZMA_TELL_ANY_CHECK, LZMA_IGNORE_CHECK,
 *   LZMA_CONCATENATED and LZMA_FAIL_FAST.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: an unknown flag is set.
 * - LZMA_PROG_ERROR: strm is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_auto_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .xz files that decodes Blocks in parallel. That needs
 * several Blocks, and sizes in their headers, which lzma_stream_encoder_mt
 * writes; other files are decoded as by lzma_stream_decoder. It takes
 * LZMA_RUN and LZMA_FINISH.
 *
 * Output comes in order, and is the same as without threads, also before an
 * error, unless LZMA_FAIL_FAST says otherwise. Threads are ended by
 * lzma_end; they block all signals.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 *   Its allocator is called from several threads, and must not be replaced
 *   before lzma_end.
 * - options: flags, threads, timeout, memlimit_threading and
 *   memlimit_stop count. It is copied, so it is not used after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: the number of threads is 0 or more than 16384, or an
 *   unknown flag is set.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. options is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_stream_decoder_mt(lzma_stream *strm,
		const lzma_mt *options)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for a .lzma file, the format of LZMA Utils. It takes
 * LZMA_RUN and LZMA_FINISH. Input that follows the file is not taken.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - memlimit: memory usage limit in bytes. UINT64_MAX is no limit, 0
 *   stands for 1 byte. It can be changed with lzma_memlimit_set. lzma_code
 *   compares it before it allocates what the file asks for, and returns
 *   LZMA_MEMLIMIT_ERROR.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: strm is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_alone_decoder(lzma_stream *strm,
		uint64_t memlimit)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for .lz files (lzip), format versions 0 and 1. It takes
 * LZMA_RUN and LZMA_FINISH.
 *
 * Without LZMA_CONCATENATED, decoding ends behind the first member. With it,
 * it ends where something comes that is not a member, such as a signature;
 * this is not taken, except for those of its first bytes that are like the
 * first bytes of a member (LZIP).
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - memlimit: memory usage limit in bytes. UINT64_MAX is no limit, 0
 *   stands for 1 byte. It can be changed with lzma_memlimit_set. lzma_code
 *   compares it before it allocates what the file asks for, and returns
 *   LZMA_MEMLIMIT_ERROR.
 * - flags: 0, or a bitwise or of LZMA_TELL_NO_CHECK,
 *   LZMA_TELL_UNSUPPORTED_CHECK, LZMA_TELL_ANY_CHECK, LZMA_IGNORE_CHECK,
 *   LZMA_CONCATENATED and LZMA_FAIL_FAST. Each member has a CRC32, so the
 *   flags about other checks have no effect.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: an unknown flag is set.
 * - LZMA_PROG_ERROR: strm is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_lzip_decoder(lzma_stream *strm,
		uint64_t memlimit, uint32_t flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for MicroLZMA. As the data says nothing about itself, the
 * caller must know its sizes. It takes LZMA_RUN and LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - comp_size: exact size of the MicroLZMA data in bytes.
 * - uncomp_size: size in bytes of what it stands for, at most
 *   LZMA_VLI_MAX.
 * - uncomp_size_is_exact: true if uncomp_size is exact, so that errors at
 *   the end are found. False if it may be less than the real one; then
 *   decoding ends there.
 * - dict_size: the dictionary size that the encoder used, in bytes, or more:
 *   so much memory is allocated. The uncompressed size is enough, too.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: uncomp_size is too large.
 * - LZMA_PROG_ERROR: strm is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_microlzma_decoder(lzma_stream *strm,
		uint64_t comp_size, uint64_t uncomp_size,
		lzma_bool uncomp_size_is_exact, uint32_t dict_size)
		lzma_nothrow;

/**
 * Tells how much memory is needed to decode what was encoded with a preset.
 *
 * Parameters:
 * - preset: level and flags, as for lzma_easy_encoder.
 *
 * Returns:
 * Memory in bytes; UINT32_MAX if there is no such preset.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_easy_decoder_memusage(uint32_t preset)
		lzma_nothrow lzma_attr_pure;

/**
 * Decodes a .xz file in one call, from memory to memory.
 *
 * Parameters:
 * - memlimit: points to the memory usage limit in bytes; UINT64_MAX is no
 *   limit. Set to what is needed if LZMA_MEMLIMIT_ERROR is returned. NULL is
 *   an error.
 * - flags: as for lzma_stream_decoder, but without LZMA_TELL_ANY_CHECK.
 *   Without LZMA_CONCATENATED, decoding ends behind the first Stream.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the buffer with the file; may be NULL if there are no bytes.
 * - in_pos: where in in the file begins, in bytes. With LZMA_OK it
 *   becomes the position behind what was decoded; otherwise it stays.
 * - in_size: size in bytes of in, counted from its start.
 * - out: the buffer for the result; may be NULL if there is no room.
 * - out_pos: where in out the result begins, in bytes. With LZMA_OK it
 *   becomes the position behind the result; otherwise it stays.
 * - out_size: size in bytes of out, counted from its start.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_FORMAT_ERROR: this is no .xz file.
 * - LZMA_DATA_ERROR: the file is damaged or incomplete.
 * - LZMA_OPTIONS_ERROR: an unknown flag is set, or the file needs what is
 *   not supported.
 * - LZMA_BUF_ERROR: there is not enough room.
 * - LZMA_MEMLIMIT_ERROR: more memory is needed than *memlimit allowed.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_NO_CHECK: with LZMA_TELL_NO_CHECK: there is no check. Nothing was
 *   decoded.
 * - LZMA_UNSUPPORTED_CHECK: with LZMA_TELL_UNSUPPORTED_CHECK: the check
 *   cannot be calculated. Nothing was decoded.
 * - LZMA_PROG_ERROR: memlimit or a position is NULL, a position is larger
 *   than its size, a buffer is NULL and has a size, or LZMA_TELL_ANY_CHECK
 *   is set.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_buffer_decode(uint64_t *memlimit,
		uint32_t flags, const lzma_allocator *allocator,
		const uint8_t *in, size_t *in_pos, size_t in_size,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells how much memory an encoder needs with a preset.
 *
 * Parameters:
 * - preset: level and flags, as for lzma_easy_encoder.
 *
 * Returns:
 * Memory in bytes; UINT32_MAX if there is no such preset.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_easy_encoder_memusage(uint32_t preset)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts an encoder for a .xz file with one Stream, with LZMA2 and the
 * options of a preset. All that most applications need. It takes the same
 * actions as lzma_stream_encoder.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - preset: a level from 0 (fast) to 9 (small; needs 674 MiB of memory),
 *   perhaps with LZMA_PRESET_EXTREME (by bitwise or). LZMA_PRESET_DEFAULT
 *   is a good choice.
 * - check: type of the integrity check. LZMA_CHECK_CRC64 is a good choice.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: there is no such preset. In this case the stream and
 *   its coder stay as they were.
 * - LZMA_UNSUPPORTED_CHECK: check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: strm is NULL, or check is larger than
 *   LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_easy_encoder(lzma_stream *strm,
		uint32_t preset, lzma_check check)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for a .xz file with one Stream, with any filters. It
 * takes LZMA_RUN and LZMA_FINISH; LZMA_FULL_FLUSH and
 * LZMA_FULL_BARRIER, which end the Block; and LZMA_SYNC_FLUSH, if the
 * filters can flush. Without flushing, all data is in one Block.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - filters: the filter chain. It is copied, so it is not used after this
 *   call.
 * - check: type of the integrity check. LZMA_CHECK_CRC64 is a good choice.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: a filter is not supported or in the wrong place,
 *   there are too many, or options are out of range or missing.
 * - LZMA_UNSUPPORTED_CHECK: check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: strm, filters or the options of LZMA2 are NULL,
 *   there are no filters, the .xz format cannot have one of them, or check
 *   is larger than LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. filters is NULL or a chain
 * whose options are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_encoder(lzma_stream *strm,
		const lzma_filter *filters, lzma_check check)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for a .lzma file: an old format, with LZMA1 and without
 * an integrity check, for programs that know no other. The size is not stored;
 * an end marker tells where the data ends. It takes LZMA_RUN and
 * LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - options: what LZMA1 shall do; not used after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: an option is out of range.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. options is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_alone_encoder(lzma_stream *strm,
		const lzma_options_lzma *options)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for MicroLZMA: LZMA1 with one byte of header, for file
 * systems (EROFS) that keep sizes elsewhere.
 *
 * lzma_code is called once, with LZMA_FINISH: it encodes as much of the
 * input as fits into the output, for which there must be room for at least six
 * bytes, and returns LZMA_STREAM_END, or LZMA_PROG_ERROR without that
 * room. total_in and total_out are the two sizes that the decoder must be
 * told. For the next piece, start it again: memory is used again, too.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - options: what LZMA1 shall do; not used after this call. A dictionary not
 *   much larger than a piece is best.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: an option is out of range.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. options is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_microlzma_encoder(lzma_stream *strm,
		const lzma_options_lzma *options)
		lzma_nothrow;

/**
 * Tells how much room lzma_stream_buffer_encode and
 * lzma_easy_buffer_encode need in the worst case.
 *
 * Parameters:
 * - uncompressed_size: how many bytes shall be encoded.
 *
 * Returns:
 * Size in bytes; 0 if it does not fit into size_t or the format. It says
 * nothing about lzma_code, which may need more.
 *
 * Since 5.0.
 */
extern LZMA_API(size_t) lzma_stream_buffer_bound(size_t uncompressed_size)
		lzma_nothrow;

/**
 * Encodes a .xz file in one call, from memory to memory. Data that the
 * filters do not make smaller is stored as it is.
 *
 * Parameters:
 * - filters: the filter chain. It does not change.
 * - check: type of the integrity check. LZMA_CHECK_CRC64 is a good choice.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the data to encode; may be NULL if in_size is 0.
 * - in_size: how many bytes that is.
 * - out: the buffer for the result.
 * - out_pos: where in out the result begins, in bytes from the start of
 *   out. With LZMA_OK it becomes the position behind the result; otherwise
 *   it stays.
 * - out_size: size in bytes of out, counted from its start, not from
 *   *out_pos.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_BUF_ERROR: there is not enough room.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_DATA_ERROR: the format has no room for so much data.
 * - LZMA_OPTIONS_ERROR: as from lzma_stream_encoder.
 * - LZMA_UNSUPPORTED_CHECK: check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: as from lzma_stream_encoder; or a buffer or position
 *   is NULL, or *out_pos larger than out_size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap. filters is NULL or a chain whose options are
 * NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_buffer_encode(lzma_filter *filters,
		lzma_check check, const lzma_allocator *allocator,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Encodes a .xz file in one call, from memory to memory, with LZMA2 and the
 * options of a preset. Data that does not become smaller is stored as it is.
 *
 * Parameters:
 * - preset: a level from 0 (fast) to 9 (small; needs 674 MiB of memory),
 *   perhaps with LZMA_PRESET_EXTREME (by bitwise or). LZMA_PRESET_DEFAULT
 *   is a good choice.
 * - check: type of the integrity check. LZMA_CHECK_CRC64 is a good choice.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the data to encode; may be NULL if in_size is 0.
 * - in_size: how many bytes that is.
 * - out: the buffer for the result.
 * - out_pos: where in out the result begins, in bytes from the start of
 *   out. With LZMA_OK it becomes the position behind the result; otherwise
 *   it stays.
 * - out_size: size in bytes of out, counted from its start, not from
 *   *out_pos.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_BUF_ERROR: there is not enough room; lzma_stream_buffer_bound
 *   tells how much is enough.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_DATA_ERROR: the format has no room for so much data.
 * - LZMA_OPTIONS_ERROR: there is no such preset.
 * - LZMA_UNSUPPORTED_CHECK: check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: a buffer or position is NULL, *out_pos is larger than
 *   out_size, or check larger than LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_easy_buffer_encode(uint32_t preset,
		lzma_check check, const lzma_allocator *allocator,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Tells the Block size that the threaded encoder chooses for a chain if
 * block_size is 0. Useful before lzma_filters_update, for the largest size
 * of several chains.
 *
 * Parameters:
 * - filters: the filter chain.
 *
 * Returns:
 * Size in bytes; UINT64_MAX if filters is NULL, a filter is unknown, or
 * none of them is LZMA2 with options.
 *
 * Requirements:
 * filters is NULL or a chain whose options are NULL or what their IDs ask
 * for.
 *
 * Since 5.6.
 */
extern LZMA_API(uint64_t) lzma_mt_block_size(const lzma_filter *filters)
		lzma_nothrow;

/**
 * Tells how much memory lzma_stream_encoder_mt needs.
 *
 * Parameters:
 * - options: the options that it would be started with.
 *
 * Returns:
 * Memory in bytes, with all threads at work; UINT64_MAX if options is NULL
 * or anything in it is not valid.
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
 * parallel. It takes LZMA_RUN and LZMA_FINISH, and LZMA_FULL_FLUSH and
 * LZMA_FULL_BARRIER, which end the Block.
 *
 * The result is the same for any number of threads, but not the same as
 * without threads: there are more Blocks, and their headers hold sizes.
 * Threads are ended by lzma_end; they block all signals.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 *   Its allocator is called from several threads, and must not be replaced
 *   before lzma_end.
 * - options: what to do. It is copied, so it is not used after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: the number of threads is 0 or more than 16384, a
 *   flag is set, there is no such preset, there are no filters, one is not
 *   supported or in the wrong place, options are out of range or missing, or
 *   the Block size is too large.
 * - LZMA_UNSUPPORTED_CHECK: the check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: a pointer is NULL, or the check is larger than
 *   LZMA_CHECK_ID_MAX.
 *
 * That the .xz format cannot have one of the filters is found only by
 * lzma_code, which returns LZMA_PROG_ERROR, if block_size is set.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. options is NULL or valid, and
 * its filters are NULL or a chain whose options are NULL or what their IDs ask
 * for.
 *
 * Since 5.2.
 */
extern LZMA_API(lzma_ret) lzma_stream_encoder_mt(lzma_stream *strm,
		const lzma_mt *options)
		lzma_nothrow lzma_attr_warn_unused_result;
