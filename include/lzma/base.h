/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/base.h
 * \brief  Return codes, actions, the allocator and the stream.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The state of a coder, which only the library looks into. */
typedef struct lzma_internal_s lzma_internal;

/** The type of reserved members that may become enumerations one day. */
typedef enum {
	/** The only value that reserved enumeration members take. */
	LZMA_RESERVED_ENUM = 0
} lzma_reserved_enum;

/**
 * Return code of most functions. The text of each function says which values it
 * returns, and when; what is said here holds for all of them.
 */
typedef enum {
	/** The call did what was asked. From lzma_code: go on calling it. */
	LZMA_OK = 0,

	/**
	 * The end of the stream was reached, or what LZMA_SYNC_FLUSH or another
	 * flushing action asked for is done. All output was delivered.
	 */
	LZMA_STREAM_END = 1,

	/**
	 * The Stream carries no integrity check. A notice, not an error: decoding may
	 * go on. Only with LZMA_TELL_NO_CHECK.
	 */
	LZMA_NO_CHECK = 2,

	/**
	 * The integrity check cannot be calculated. From a decoder (only with
	 * LZMA_TELL_UNSUPPORTED_CHECK) this is a notice, and decoding may go on,
	 * without the check. An encoder was not started.
	 */
	LZMA_UNSUPPORTED_CHECK = 3,

	/**
	 * The type of the integrity check is known now: lzma_get_check tells it. A
	 * notice, not an error: decoding may go on. Only with LZMA_TELL_ANY_CHECK.
	 */
	LZMA_GET_CHECK = 4,

	/**
	 * Memory could not be allocated. The coder cannot be used any more; the stream
	 * can, for another one.
	 */
	LZMA_MEM_ERROR = 5,

	/**
	 * More memory is needed than the limit allows. lzma_memusage says how much;
	 * after lzma_memlimit_set with at least that, decoding may go on.
	 */
	LZMA_MEMLIMIT_ERROR = 6,

	/**
	 * The input is not in the format that the decoder is for: its first bytes are
	 * others.
	 */
	LZMA_FORMAT_ERROR = 7,

	/**
	 * Options, or what a header of the input asks for, are invalid or not
	 * supported by this version.
	 */
	LZMA_OPTIONS_ERROR = 8,

	/**
	 * The input is damaged, or for functions that take all of it at once,
	 * truncated. From encoders: the result would become larger than the format
	 * allows, which takes 2^63 bytes.
	 */
	LZMA_DATA_ERROR = 9,

	/**
	 * No progress is possible: lzma_code was called twice in a row and could
	 * neither take input nor write output. Not fatal: with more input or more room
	 * for output, coding goes on. If there is no more input, the file is
	 * truncated. From functions that do everything in one call: the output buffer
	 * is too small.
	 */
	LZMA_BUF_ERROR = 10,

	/**
	 * The caller broke the rules of the interface: an argument makes no sense, or
	 * the call is not allowed at this time. This is a mistake in the program; or
	 * in the library, which gives up with it after an internal error.
	 */
	LZMA_PROG_ERROR = 11,

	/**
	 * Input is wanted from another position of the file: the one in seek_pos, in
	 * bytes from the beginning. A notice, not an error. Only from
	 * lzma_file_info_decoder. Since 5.4.
	 */
	LZMA_SEEK_NEEDED = 12,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL1 = 101,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL2 = 102,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL3 = 103,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL4 = 104,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL5 = 105,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL6 = 106,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL7 = 107,

	/** Never returned; the value is reserved. */
	LZMA_RET_INTERNAL8 = 108
} lzma_ret;

/**
 * The action that lzma_code is to take. Once an action other than
 * LZMA_RUN was used, it must be used until LZMA_STREAM_END, and no input
 * may be added meanwhile: avail_in stays what lzma_code has left of it.
 */
typedef enum {
	/**
	 * Go on; more input may follow. The coder may keep input back, so that output
	 * for it comes with a later call.
	 */
	LZMA_RUN = 0,

	/**
	 * Encoder: write out so much that a decoder can decode all input so far, then
	 * return LZMA_STREAM_END. For messages over a network, for example. Not all
	 * filters can do that: LZMA1 and BCJ filters return LZMA_OPTIONS_ERROR. Each
	 * use makes the result larger. Decoders do not take it.
	 */
	LZMA_SYNC_FLUSH = 1,

	/**
	 * Encoder for .xz: end the Block and write it out, then return
	 * LZMA_STREAM_END. When no data has come since the last Block, nothing is
	 * written.
	 */
	LZMA_FULL_FLUSH = 2,

	/**
	 * Encoder for .xz: end the Block, and return LZMA_STREAM_END when all
	 * input is taken. The threaded encoder need not have written it out by then,
	 * so its threads go on working; to the encoder without threads it is
	 * LZMA_FULL_FLUSH. Since 5.2.
	 */
	LZMA_FULL_BARRIER = 4,

	/**
	 * No input follows what is given now. Encoders end the stream, and return
	 * LZMA_STREAM_END when all is written. Decoders need it only with
	 * LZMA_CONCATENATED, without which they find the end themselves; those with
	 * threads find truncated files sooner.
	 */
	LZMA_FINISH = 3
} lzma_action;

/**
 * The functions that allocate and free memory for the library.
 *
 * The structure is not copied: it must stay valid as long as the stream or
 * object that it is used for. It may be replaced by another one between two
 * calls, if that can free what this one has allocated; but not while a
 * threaded coder is used, which calls the functions from several threads, too.
 * They must not throw C++ exceptions.
 */
typedef struct {
	/**
	 * Returns nmemb * size bytes, aligned as those of malloc are, or NULL
	 * if there are none; they need not be zero. The library always passes 1 as
	 * nmemb. If this member is NULL, malloc is used.
	 */
	void *(LZMA_API_CALL *alloc)(void *opaque, size_t nmemb, size_t size);
	/**
	 * Takes back what alloc returned; it must accept NULL. If this member is
	 * NULL, free is used.
	 */
	void (LZMA_API_CALL *free)(void *opaque, void *ptr);
	/**
	 * Passed to both functions as their first argument; the library does not
	 * look at it.
	 */
	void *opaque;
} lzma_allocator;

/**
 * The connection between an application and a coder: buffers, counts, the
 * allocator, and the coder itself.
 *
 * A new stream is set to LZMA_STREAM_INIT (or to zeros). Starting a coder on
 * it sets total_in and total_out to 0; lzma_code moves the buffers'
 * members by what was taken and written. A copy may take the place of the
 * original, but never are both used.
 */
typedef struct {
	/** The next byte of input. May be NULL if avail_in is 0. */
	const uint8_t *next_in;
	/** Number of bytes of input at next_in. */
	size_t avail_in;
	/**
	 * Number of bytes of input that were taken since the coder was started.
	 */
	uint64_t total_in;
	/**
	 * Address for the next byte of output. May be NULL if avail_out is 0.
	 */
	uint8_t *next_out;
	/** For how many bytes there is room at next_out. */
	size_t avail_out;
	/**
	 * Number of bytes of output that were written since the coder was started.
	 */
	uint64_t total_out;
	/**
	 * The functions that allocate memory; NULL means malloc and free. Set
	 * it before the first coder is started.
	 */
	const lzma_allocator *allocator;
	/** The coder; NULL when there is none. Only the library writes it. */
	lzma_internal *internal;
	/** Reserved. */
	void *reserved_ptr1;
	/** Reserved. */
	void *reserved_ptr2;
	/** Reserved. */
	void *reserved_ptr3;
	/** Reserved. */
	void *reserved_ptr4;
	/**
	 * Position in the file to read from next, in bytes from its beginning, when
	 * lzma_code has returned LZMA_SEEK_NEEDED. Since 5.4.
	 */
	uint64_t seek_pos;
	/** Reserved. */
	uint64_t reserved_int2;
	/** Reserved. */
	size_t reserved_int3;
	/** Reserved. */
	size_t reserved_int4;
	/** Reserved. */
	lzma_reserved_enum reserved_enum1;
	/** Reserved. */
	lzma_reserved_enum reserved_enum2;
} lzma_stream;

/**
 * Zero is false, one is true; any other value that an application passes
 * counts as true.
 */
typedef unsigned char lzma_bool;

/**
 * The value of a stream that has no coder yet: every stream must be set to
 * it, or to zeros, before it is used the first time.
 *
 *     lzma_stream strm = LZMA_STREAM_INIT;
 *
 * For a stream that is not new, it is no way to reset it: the memory of its
 * coder would be lost. Use lzma_end, or start another coder.
 */
#define LZMA_STREAM_INIT \
	{ NULL, 0, 0, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, \
		0, 0, 0, 0, LZMA_RESERVED_ENUM, LZMA_RESERVED_ENUM }

/**
 * Encodes or decodes data with the coder that was started on strm.
 *
 * Takes as much input and writes as much output as possible, and moves
 * next_in, avail_in, total_in, next_out, avail_out and total_out
 * accordingly, also when it returns an error: output from before an error is
 * good. Returns when there is no input left, no room left, or something to
 * tell.
 *
 * Parameters:
 * - strm: the stream. NULL, or a stream without a coder, is an error.
 * - action: what to do, in particular whether more input follows.
 *
 * Returns:
 * - LZMA_OK: all is well; call it again with more input or room.
 * - LZMA_STREAM_END: the data, or what was to be flushed, has ended. After
 *   the end of the data, more calls return the same and do nothing.
 * - LZMA_NO_CHECK, LZMA_UNSUPPORTED_CHECK, LZMA_GET_CHECK: the notices
 *   that the decoder's flags asked for; call it again.
 * - LZMA_SEEK_NEEDED: give input from position seek_pos of the file.
 * - LZMA_BUF_ERROR: the second call in a row without any progress; give more
 *   input or room. The first one returns LZMA_OK.
 * - LZMA_MEMLIMIT_ERROR: raise the limit and call it again.
 * - LZMA_MEM_ERROR, LZMA_FORMAT_ERROR, LZMA_DATA_ERROR: as explained at
 *   lzma_ret. The coder cannot go on.
 * - LZMA_OPTIONS_ERROR: the data asks for what is not supported, or the
 *   filters cannot flush, and the coder cannot go on; or a reserved member of
 *   strm is set, then nothing was done.
 * - LZMA_PROG_ERROR: no coder; an action that it does not take; a NULL
 *   buffer with a size; another action or other input while an action is under
 *   way; a call after one of the errors above that end coding.
 *
 * Requirements:
 * strm is NULL or valid; it was set to LZMA_STREAM_INIT or zeros before
 * its first use, and internal was not touched since. What its members point
 * to is valid: input for reads of avail_in bytes, output for writes of
 * avail_out bytes, and they do not overlap; the allocator.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_code(lzma_stream *strm, lzma_action action)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Frees the coder of a stream and all its memory; threads that it has are
 * ended first. The stream can be used for another coder then. Other members
 * stay as they are.
 *
 * Parameters:
 * - strm: the stream. Nothing happens if it is NULL or has no coder.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_end(lzma_stream *strm)
		lzma_nothrow;

/**
 * Tells how far coding has come. May be called at any time while the stream
 * has a coder, also from another thread during lzma_code.
 *
 * Unlike total_in and total_out, this counts what worker threads have done
 * with data that they have taken, or not put out yet. For coders without
 * threads and for streams without a coder, both are the stream's totals.
 *
 * Parameters:
 * - strm: the stream. If it is NULL, nothing is written.
 * - progress_in: set to the number of bytes of input that are done.
 * - progress_out: set to the number of bytes of output that they became.
 *
 * Requirements:
 * strm is NULL or valid for reads; it was set to LZMA_STREAM_INIT or zeros
 * before its first use, and internal was not touched since. No other thread
 * initialises or ends the stream meanwhile. progress_in and progress_out
 * are valid for writes.
 *
 * Since 5.2.
 */
extern LZMA_API(void) lzma_get_progress(lzma_stream *strm,
		uint64_t *progress_in, uint64_t *progress_out)
		lzma_nothrow;

/**
 * Tells how much memory a decoder needs.
 *
 * Parameters:
 * - strm: the stream, with a decoder that has a memory usage limit.
 *
 * Returns:
 * The need as far as it is known, in bytes; after LZMA_MEMLIMIT_ERROR, what
 * the limit must be for decoding to go on. 0 if strm is NULL, or its coder
 * has no limit (encoders, raw and Block decoders, MicroLZMA).
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_memusage(const lzma_stream *strm)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells the memory usage limit of a decoder.
 *
 * Parameters:
 * - strm: the stream, with a decoder that has a limit.
 *
 * Returns:
 * The limit in bytes; for a threaded decoder, that of memlimit_stop. 0 if
 * strm is NULL, or its coder has none.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_memlimit_get(const lzma_stream *strm)
		lzma_nothrow lzma_attr_pure;

/**
 * Changes the memory usage limit of a decoder. May be called at any time
 * between calls of lzma_code, in particular after LZMA_MEMLIMIT_ERROR.
 *
 * Parameters:
 * - strm: the stream, with a decoder that has a limit.
 * - memlimit: the new limit in bytes; 0 stands for 1 byte, and UINT64_MAX
 *   none. For a threaded decoder, that of memlimit_stop.
 *
 * Returns:
 * - LZMA_OK: the limit was changed.
 * - LZMA_MEMLIMIT_ERROR: more than that is needed already; the limit stays.
 * - LZMA_PROG_ERROR: strm is NULL, or its coder has no limit.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_memlimit_set(lzma_stream *strm,
		uint64_t memlimit)
		lzma_nothrow;
