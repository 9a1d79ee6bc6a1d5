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

/** What is known about a Block. */
typedef struct {
	/**
	 * Version of this structure: zero, or one when ignore_check is meant.
	 */
	uint32_t version;
	/** Size of the Block Header in bytes, a multiple of four. */
	uint32_t header_size;
	/** Type of the integrity check. */
	lzma_check check;
	/** Size of the compressed data in bytes, or LZMA_VLI_UNKNOWN. */
	lzma_vli compressed_size;
	/** Size of the uncompressed data in bytes, or LZMA_VLI_UNKNOWN. */
	lzma_vli uncompressed_size;
	/** The filter chain, terminated; room for five entries. */
	lzma_filter *filters;
	/** The Check field as it is in the file. */
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
	/** Decoder, from version one on: do not verify the check. Since 5.2. */
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
 * Size of a Block Header in bytes, from its first byte b, which must not be
 * zero: that is where an Index begins.
 */
#define lzma_block_header_size_decode(b) (((uint32_t)(b) + 1) * 4)

/**
 * Finds out how large the Block Header of block must be, and sets
 * header_size. Padding is kept to what is needed.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when version or a filter is not
 * supported; LZMA_PROG_ERROR when a size or the number of filters is
 * invalid.
 *
 * Requirements:
 * block is valid, with filters as the structures demand.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_size(lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Encodes the Block Header of block: header_size bytes at out.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when a filter is not supported;
 * LZMA_PROG_ERROR when anything is invalid, or header_size too small.
 *
 * Requirements:
 * block is valid, with filters as the structures demand, and out is
 * valid for writes of header_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_encode(const lzma_block *block,
		uint8_t *out)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes the Block Header at in into block, whose header_size and
 * check are set already. Options of filters are allocated with
 * allocator. ignore_check becomes false, and version at most one.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when it uses what is not supported;
 * LZMA_DATA_ERROR when it is damaged; LZMA_MEM_ERROR; LZMA_PROG_ERROR
 * when a pointer is NULL, or header_size or check is wrong. After an
 * error, filters is empty.
 *
 * Requirements:
 * block is NULL or valid, filters in it is NULL or has room for five
 * entries (their content does not matter), in is NULL or valid for reads
 * of header_size bytes, and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_header_decode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Calculates compressed_size from an Unpadded Size, and sets it; if it is
 * known already, the two must agree.
 *
 * Returns:
 * LZMA_OK; LZMA_DATA_ERROR when unpadded_size is impossible, or the
 * sizes disagree; LZMA_PROG_ERROR when block is invalid.
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
 * Unpadded Size: Block Header, Compressed Data and Check, in bytes.
 * LZMA_VLI_UNKNOWN if compressed_size is, 0 if block is invalid.
 *
 * Requirements:
 * block is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_block_unpadded_size(const lzma_block *block)
		lzma_nothrow lzma_attr_pure;

/**
 * Size of the whole Block, with Block Padding, in bytes. LZMA_VLI_UNKNOWN
 * if compressed_size is, 0 if block is invalid.
 *
 * Requirements:
 * block is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_block_total_size(const lzma_block *block)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts a decoder for the Block whose header is in block; it decodes what
 * follows the header. It takes LZMA_RUN and LZMA_FINISH, and writes to
 * block: compressed_size and uncompressed_size when they are known,
 * and raw_check.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when filters are not supported;
 * LZMA_PROG_ERROR when something else in block is invalid;
 * LZMA_MEM_ERROR.
 *
 * Requirements:
 * strm as for lzma_code; block is NULL or valid until LZMA_STREAM_END
 * or an error; its filters are as the structures demand, and are not used
 * after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_decoder(lzma_stream *strm,
		lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes in one call the Block whose header is in block, without the
 * header: from in, from *in_pos on, to out, from *out_pos on. Writes
 * to block as lzma_block_decoder does.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is not enough room;
 * LZMA_DATA_ERROR when the Block is damaged or incomplete;
 * LZMA_OPTIONS_ERROR, LZMA_MEM_ERROR; LZMA_PROG_ERROR when block is
 * invalid, a pointer is NULL or a position is beyond its end. Only with
 * LZMA_OK, the positions change.
 *
 * Requirements:
 * Pointers are NULL or valid, and buffers as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_buffer_decode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos,
		size_t out_size)
		lzma_nothrow;

/**
 * Starts an encoder for a Block with the filters and the check of block,
 * without its header. It takes LZMA_RUN, LZMA_SYNC_FLUSH (if all filters
 * can flush) and LZMA_FINISH, and writes to block: compressed_size and
 * uncompressed_size when all is encoded, raw_check with
 * LZMA_STREAM_END.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when the version or filters are not
 * supported; LZMA_UNSUPPORTED_CHECK; LZMA_PROG_ERROR when something else
 * is invalid; LZMA_MEM_ERROR.
 *
 * Requirements:
 * strm as for lzma_code; block is NULL or valid until LZMA_STREAM_END
 * or an error; its filters are as the structures demand, and are not used
 * after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_encoder(lzma_stream *strm,
		lzma_block *block)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Room that lzma_block_buffer_encode needs at most for
 * uncompressed_size bytes; 0 if that is too much.
 *
 * Since 5.0.
 */
extern LZMA_API(size_t) lzma_block_buffer_bound(size_t uncompressed_size)
		lzma_nothrow;

/**
 * Encodes a Block and its header in one call: in_size bytes from in to
 * out, from *out_pos on. Data that filters do not make smaller is stored
 * as it is, for which LZMA2 takes the place of the filters. Writes to
 * block: header_size, compressed_size, uncompressed_size,
 * raw_check.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is not enough room;
 * LZMA_DATA_ERROR when there is too much data; otherwise as
 * lzma_block_encoder. Only with LZMA_OK, *out_pos changes.
 *
 * Requirements:
 * Pointers are NULL or valid, filters as the structures demand, and buffers
 * as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_block_buffer_encode(lzma_block *block,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * The same without compression and without memory; the filters of block
 * do not matter.
 *
 * Returns:
 * As lzma_block_buffer_encode.
 *
 * Requirements:
 * As for lzma_block_buffer_encode.
 *
 * Since 5.2.
 */
extern LZMA_API(lzma_ret) lzma_block_uncomp_encode(lzma_block *block,
		const uint8_t *in, size_t in_size, uint8_t *out,
		size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;
