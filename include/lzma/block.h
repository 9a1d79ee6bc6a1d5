/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/block.h
 * \brief  Blocks of the .xz format.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The smallest Block Header in bytes. */
#define LZMA_BLOCK_HEADER_SIZE_MIN 8

/** The largest Block Header in bytes. */
#define LZMA_BLOCK_HEADER_SIZE_MAX 1024

/**
 * Information about a Block. Each function says which members it reads and
 * which it writes; others need not be set. Reserved members are not read at
 * all.
 */
typedef struct {
	/**
	 * Version of this structure: 0, or 1 for applications that set
	 * ignore_check.
	 */
	uint32_t version;
	/**
	 * Size of the Block Header in bytes, a multiple of four. To encode: from
	 * lzma_block_header_size, or larger. To decode: from
	 * lzma_block_header_size_decode.
	 */
	uint32_t header_size;
	/**
	 * Type of the integrity check. The Block does not say it: it comes from
	 * the Stream Header.
	 */
	lzma_check check;
	/**
	 * Size of the compressed data in bytes, or LZMA_VLI_UNKNOWN. The header
	 * holds it if it is known. A decoder compares it with what it finds;
	 * coders set it once they know it.
	 */
	lzma_vli compressed_size;
	/**
	 * Size of the uncompressed data in bytes, or LZMA_VLI_UNKNOWN. The same
	 * as for compressed_size holds.
	 */
	lzma_vli uncompressed_size;
	/**
	 * The filter chain. For lzma_block_header_decode, room for five entries;
	 * whoever calls it frees their options with lzma_filters_free.
	 */
	lzma_filter *filters;
	/**
	 * The check as it stands in the file, as many bytes as lzma_check_size
	 * says. Coders set it. A CRC has its lowest byte first.
	 */
	uint8_t raw_check[LZMA_CHECK_SIZE_MAX];
	/** Reserved. */
	void *reserved_ptr1;
	/** Reserved. */
	void *reserved_ptr2;
	/** Reserved. */
	void *reserved_ptr3;
	/** Reserved. */
	uint32_t reserved_int1;
	/** Reserved. */
	uint32_t reserved_int2;
	/** Reserved. */
	lzma_vli reserved_int3;
	/** Reserved. */
	lzma_vli reserved_int4;
	/** Reserved. */
	lzma_vli reserved_int5;
	/** Reserved. */
	lzma_vli reserved_int6;
	/** Reserved. */
	lzma_vli reserved_int7;
	/** Reserved. */
	lzma_vli reserved_int8;
	/** Reserved. */
	lzma_reserved_enum reserved_enum1;
	/** Reserved. */
	lzma_reserved_enum reserved_enum2;
	/** Reserved. */
	lzma_reserved_enum reserved_enum3;
	/** Reserved. */
	lzma_reserved_enum reserved_enum4;
	/**
	 * Decoder, if version is 1 at least: do not verify the check. Since 5.2.
	 */
	lzma_bool ignore_check;
	/** Reserved. */
	lzma_bool reserved_bool2;
	/** Reserved. */
	lzma_bool reserved_bool3;
	/** Reserved. */
	lzma_bool reserved_bool4;
	/** Reserved. */
	lzma_bool reserved_bool5;
	/** Reserved. */
	lzma_bool reserved_bool6;
	/** Reserved. */
	lzma_bool reserved_bool7;
	/** Reserved. */
	lzma_bool reserved_bool8;
} lzma_block;

/**
 * Size of a Block Header in bytes, from its first byte b. That must not be
 * zero: then it is not a Block that follows, but the Index.
 */
#define lzma_block_header_size_decode(b) (((uint32_t)(b) + 1) * 4)

/**
 * Finds out how large a Block Header must be. Sizes that are known but not
 * final count as large as they are: LZMA_VLI_MAX reserves room for any size.
 *
 * Parameters:
 * - block: version, compressed_size, uncompressed_size and filters
 *   are read, and header_size is set to the smallest size in bytes. Options
 *   of filters need not be valid.
 *
 * Returns:
 * - LZMA_OK: header_size is set.
 * - LZMA_OPTIONS_ERROR: the version or a filter is not supported.
 * - LZMA_PROG_ERROR: block or its filters are NULL, a size is
 *   impossible, there is no filter or more than four, or the .xz format cannot
 *   have one of them.
 *
 * Requirements:
 * block is NULL or valid, and its filters are NULL or a chain whose options
 * are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_size(lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Encodes a Block Header.
 *
 * Parameters:
 * - block: version, header_size, check, compressed_size,
 *   uncompressed_size and filters are read. Room that is not needed
 *   becomes padding.
 * - out: the buffer, of header_size bytes.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_OPTIONS_ERROR: a filter is not supported.
 * - LZMA_PROG_ERROR: block is NULL, anything in it is not valid, or
 *   header_size is too small.
 *
 * Requirements:
 * block is NULL or valid, its filters are NULL or a chain whose options are
 * NULL or what their IDs ask for, and out is valid for writes of
 * header_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_encode(const lzma_block *block,
		uint8_t *out)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes a Block Header.
 *
 * Parameters:
 * - block: version, header_size, check and filters (the pointer) are
 *   read; version (at most 1), ignore_check (false), the two sizes and the
 *   entries at filters are set. What was in the entries is not freed; after
 *   an error they are empty.
 * - allocator: where options of filters are allocated; NULL means malloc.
 *   They are the caller's to free.
 * - in: the header, of header_size bytes.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_OPTIONS_ERROR: the header, or a filter in it, needs what is not
 *   supported.
 * - LZMA_DATA_ERROR: the header is damaged.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: a pointer or filters is NULL, header_size is not
 *   what the first byte says, or check is larger than LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * block is NULL or valid, filters in it is NULL or has room for five
 * entries (their content does not matter), in is NULL or valid for reads of
 * header_size bytes, and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_decode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Calculates the compressed size from the Unpadded Size that an Index holds,
 * and compares the two if both are known. To be called between decoding the
 * header and the Block.
 *
 * Parameters:
 * - block: version, header_size, check and compressed_size are read,
 *   and compressed_size is set, in bytes, with LZMA_OK only.
 * - unpadded_size: size in bytes of header, compressed data and check.
 *
 * Returns:
 * - LZMA_OK: compressed_size is set.
 * - LZMA_DATA_ERROR: no compressed data is left for this Unpadded Size, or
 *   it contradicts the compressed size that was known.
 * - LZMA_PROG_ERROR: block is NULL, or something in it is not valid.
 *
 * Requirements:
 * block is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_compressed_size(lzma_block *block,
		lzma_vli unpadded_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Calculates the Unpadded Size, which lzma_index_append wants: the size of
 * header, compressed data and check.
 *
 * Parameters:
 * - block: version, header_size, check and compressed_size are read.
 *
 * Returns:
 * Size in bytes; LZMA_VLI_UNKNOWN if compressed_size is; 0 if block is
 * NULL, or something in it is not valid.
 *
 * Requirements:
 * block is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_block_unpadded_size(const lzma_block *block)
		lzma_nothrow lzma_attr_pure;

/**
 * Calculates the size of a whole Block: the Unpadded Size, rounded up to a
 * multiple of four.
 *
 * Parameters:
 * - block: version, header_size, check and compressed_size are read.
 *
 * Returns:
 * Size in bytes; LZMA_VLI_UNKNOWN if compressed_size is; 0 if block is
 * NULL, or something in it is not valid.
 *
 * Requirements:
 * block is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_block_total_size(const lzma_block *block)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts a decoder for a Block whose header was decoded; it decodes all that
 * follows the header. It takes LZMA_RUN and LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - block: what lzma_block_header_decode has set is read. lzma_code sets
 *   compressed_size, uncompressed_size and raw_check as it finds them.
 *   The structure must stay until LZMA_STREAM_END or an error; its filters
 *   may go after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: a filter is not supported, in the wrong place, or
 *   lacks options.
 * - LZMA_PROG_ERROR: a pointer is NULL, or something in block is not
 *   valid.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. block is NULL, or valid until
 * LZMA_STREAM_END or an error; its filters are NULL or a chain whose options
 * are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_decoder(lzma_stream *strm,
		lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes a Block whose header was decoded, without the header, in one call.
 *
 * Parameters:
 * - block: what lzma_block_header_decode has set is read;
 *   compressed_size, uncompressed_size and raw_check are set as they are
 *   found.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the buffer with the Block; may be NULL if there are no bytes.
 * - in_pos: where in in the data begins, behind the header, in bytes. With
 *   LZMA_OK it becomes the position behind the Block; otherwise it stays.
 * - in_size: size in bytes of in, counted from its start.
 * - out: the buffer for the result; may be NULL if there is no room.
 * - out_pos: where in out the result begins, in bytes. With LZMA_OK it
 *   becomes the position behind the result; otherwise it stays.
 * - out_size: size in bytes of out, counted from its start.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_DATA_ERROR: the Block is damaged or incomplete.
 * - LZMA_BUF_ERROR: there is not enough room.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: a filter is not supported, in the wrong place, or
 *   lacks options.
 * - LZMA_PROG_ERROR: block or a position is NULL, something in block is
 *   not valid, a position is larger than its size, or a buffer is NULL and has
 *   a size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap; its filters are NULL or a chain whose options are
 * NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_buffer_decode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos,
		size_t out_size)
		lzma_nothrow;

/**
 * Starts an encoder for a Block, without its header. It takes LZMA_RUN,
 * LZMA_SYNC_FLUSH (if the filters can flush) and LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - block: version, check and filters are read. lzma_code sets
 *   compressed_size, uncompressed_size and raw_check by
 *   LZMA_STREAM_END. The structure must stay until then, or until an error;
 *   its filters may go after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: the version or a filter is not supported, a filter
 *   is in the wrong place, or options are out of range or missing.
 * - LZMA_UNSUPPORTED_CHECK: the check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: a pointer or the options of an LZMA filter are NULL,
 *   there is no filter, or the check is larger than LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. block is NULL, or valid until
 * LZMA_STREAM_END or an error; its filters are NULL or a chain whose options
 * are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_encoder(lzma_stream *strm,
		lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells how much room lzma_block_buffer_encode and
 * lzma_block_uncomp_encode need in the worst case.
 *
 * Parameters:
 * - uncompressed_size: how many bytes shall be encoded.
 *
 * Returns:
 * Size in bytes; 0 if it does not fit into size_t or the format.
 *
 * Since 5.0.
 */
extern LZMA_API(size_t) lzma_block_buffer_bound(size_t uncompressed_size)
		lzma_nothrow;

/**
 * Encodes a Block in one call, with its header, which holds both sizes. Data
 * that the filters do not make smaller is stored as it is, in LZMA2, whatever
 * filters says.
 *
 * Parameters:
 * - block: version, check and filters are read; header_size,
 *   compressed_size, uncompressed_size and raw_check are set.
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
 * - LZMA_OPTIONS_ERROR: as from lzma_block_encoder.
 * - LZMA_UNSUPPORTED_CHECK: the check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: as from lzma_block_encoder; or the .xz format cannot
 *   have one of the filters, a buffer or position is NULL, or *out_pos
 *   larger than out_size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap. For block, its filters are NULL or a chain whose
 * options are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_buffer_encode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Stores data as a Block in one call, with its header: not compressed, in
 * LZMA2. It allocates no memory.
 *
 * Parameters:
 * - block: version and check are read; header_size, compressed_size,
 *   uncompressed_size and raw_check are set. Its filters do not matter.
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
 * - LZMA_DATA_ERROR: the format has no room for so much data.
 * - LZMA_OPTIONS_ERROR: the version is not supported.
 * - LZMA_UNSUPPORTED_CHECK: the check is an ID that has no meaning yet.
 * - LZMA_PROG_ERROR: a pointer is NULL, *out_pos is larger than
 *   out_size, or the check larger than LZMA_CHECK_ID_MAX.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap.
 *
 * Since 5.2.
 */
extern LZMA_API(lzma_ret) lzma_block_uncomp_encode(lzma_block *block,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;
