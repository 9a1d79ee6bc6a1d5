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

/** The type of reserved members that may become enumerations. */
typedef enum {
	/** The only value that reserved enumeration members take. */
	LZMA_RESERVED_ENUM = 0
} lzma_reserved_enum;

/** What most functions return. */
typedef enum {
	/** The call did what was asked. From lzma_code: go on calling it. */
	LZMA_OK = 0,

	/**
	 * The end of the stream was reached, or what LZMA_SYNC_FLUSH or another
	 * flushing action asked for is done. All output was delivered.
	 */
	LZMA_STREAM_END = 1,

	/**
	 * The Stream carries no integrity check. Decoding may go on. Only with
	 * LZMA_TELL_NO_CHECK.
	 */
	LZMA_NO_CHECK = 2,

	/**
	 * The integrity check cannot be calculated. A decoder may go on (it returns
	 * this with LZMA_TELL_UNSUPPORTED_CHECK only); an encoder was not set up.
	 */
	LZMA_UNSUPPORTED_CHECK = 3,

	/**
	 * The type of the integrity check is known now: lzma_get_check tells it.
	 * Decoding may go on. Only with LZMA_TELL_ANY_CHECK.
	 */
	LZMA_GET_CHECK = 4,

	/**
	 * An allocation failed. The coder cannot be used any more, but can be started
	 * again.
	 */
	LZMA_MEM_ERROR = 5,

	/**
	 * More memory is needed than the limit allows. lzma_memusage says how much;
	 * after lzma_memlimit_set, decoding may go on.
	 */
	LZMA_MEMLIMIT_ERROR = 6,

	/** The input is not in the format that the decoder expects. */
	LZMA_FORMAT_ERROR = 7,

	/**
	 * Options, or what a header of the input asks for, are invalid or not
	 * supported by this version.
	 */
	LZMA_OPTIONS_ERROR = 8,

	/**
	 * The input is damaged, or for functions that take all of it at once,
	 * truncated. Encoders: the output would become larger than the format allows.
	 */
	LZMA_DATA_ERROR = 9,

	/**
	 * No progress is possible: lzma_code was called twice in a row and could
	 * neither take input nor write output. Not fatal: with more input or more
	 * output space, coding goes on. If there is no more input, it is truncated.
	 * Functions that do everything in one call need a larger output buffer.
	 */
	LZMA_BUF_ERROR = 10,

	/**
	 * The caller broke the rules of the interface: an argument makes no sense, or
	 * the call is not allowed at this time.
	 */
	LZMA_PROG_ERROR = 11,

	/**
	 * Input is wanted from another position of the file: the one in seek_pos,
	 * in bytes from the beginning. Since 5.4.
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

/** What lzma_code shall do with the input. */
typedef enum {
	/**
	 * Go on; more input may follow. The coder keeps back what it likes to.
	 */
	LZMA_RUN = 0,

	/**
	 * Encoder: write out so much that a decoder can decode all input so far, then
	 * return LZMA_STREAM_END. Not all filters can do that. Every use costs
	 * compression.
	 */
	LZMA_SYNC_FLUSH = 1,

	/**
	 * Encoder: end the Block and write it out, then return LZMA_STREAM_END.
	 */
	LZMA_FULL_FLUSH = 2,

	/**
	 * Encoder: end the Block, and return LZMA_STREAM_END when all input is
	 * taken; the threaded encoder may not have written it out by then. Since 5.2.
	 */
	LZMA_FULL_BARRIER = 4,

	/**
	 * No input follows what is given now. Encoders end the stream and return
	 * LZMA_STREAM_END when all is written. Decoders need it only for
	 * LZMA_CONCATENATED, and in threads.
	 */
	LZMA_FINISH = 3
} lzma_action;

/** The functions that allocate and free memory for the library. */
typedef struct {
	/**
	 * Returns nmemb * size bytes, or NULL; nmemb is one unless an array is
	 * wanted. Without a function, malloc is used.
	 */
	void *(LZMA_API_CALL *alloc)(void *opaque, size_t nmemb, size_t size);
	/**
	 * Takes back what alloc returned; NULL is allowed. Without a function,
	 * free is used.
	 */
	void (LZMA_API_CALL *free)(void *opaque, void *ptr);
	/** Passed to both functions as their first argument. */
	void *opaque;
} lzma_allocator;

/** What is passed to and from a coder: buffers, counts and its state. */
typedef struct {
	/** The next byte of input. */
	const uint8_t *next_in;
	/** Bytes of input at next_in. */
	size_t avail_in;
	/** Bytes of input that were taken since the coder was set up. */
	uint64_t total_in;
	/** Where the next byte of output goes. */
	uint8_t *next_out;
	/** Bytes of space at next_out. */
	size_t avail_out;
	/** Bytes of output that were written since the coder was set up. */
	uint64_t total_out;
	/** The functions that allocate memory, or NULL for malloc and free. */
	const lzma_allocator *allocator;
	/** The state of the coder; NULL when there is none. */
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
	 * The position in the file to read from when LZMA_SEEK_NEEDED was
	 * returned. Since 5.4.
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
 * Zero is false, one is true; any other value a caller passes counts as true.
 */
typedef unsigned char lzma_bool;

/**
 * The value of a stream that has no coder yet: every stream must be set to
 * it, or to zeros, before it is used the first time.
 */
#define LZMA_STREAM_INIT \
	{ NULL, 0, 0, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, \
		0, 0, 0, 0, LZMA_RESERVED_ENUM, LZMA_RESERVED_ENUM }

/**
 * Encodes or decodes data, with the coder that was started on strm.
 *
 * Returns:
 * LZMA_OK or LZMA_STREAM_END; informational codes that the coder was
 * asked for; LZMA_BUF_ERROR when a second call in a row makes no progress;
 * LZMA_OPTIONS_ERROR when reserved members are set; LZMA_PROG_ERROR when
 * the call breaks a rule (no coder, an action that it does not take, other
 * input than before while an action other than LZMA_RUN is under way,
 * after an error); and the errors of the coder. Output that was produced
 * before an error is delivered.
 *
 * Requirements:
 * strm is valid, its buffers are valid for the lengths it says, and it
 * was used by this library only.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_code(lzma_stream *strm, lzma_action action)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Frees the coder of strm, if there is one. The stream can then be used
 * for another. NULL is fine.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_end(lzma_stream *strm)
		lzma_nothrow;

/**
 * How far coding has come: bytes taken in and put out so far.
 *
 * Unlike total_in and total_out, this counts what worker threads have
 * done. Without a coder both are the stream's totals.
 *
 * Requirements:
 * As for lzma_code; progress_in and progress_out are valid for
 * writes.
 *
 * Since 5.2.
 */
extern LZMA_API(void) lzma_get_progress(lzma_stream *strm,
		uint64_t *progress_in, uint64_t *progress_out)
		lzma_nothrow;

/**
 * Memory that the decoder needs, in bytes, or would need to go on after
 * LZMA_MEMLIMIT_ERROR. 0 if the coder has no memory usage limit.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_memusage(const lzma_stream *strm)
		lzma_nothrow lzma_attr_pure;

/**
 * The memory usage limit in bytes. 0 if the coder has none.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_memlimit_get(const lzma_stream *strm)
		lzma_nothrow lzma_attr_pure;

/**
 * Changes the memory usage limit, in bytes; 0 means 1.
 *
 * Returns:
 * LZMA_OK; LZMA_MEMLIMIT_ERROR when more than that is needed already
 * (the limit stays as it was); LZMA_PROG_ERROR when the coder has none.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_memlimit_set(lzma_stream *strm,
		uint64_t memlimit)
		lzma_nothrow;
