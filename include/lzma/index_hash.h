/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/index_hash.h
 * \brief  A digest that an Index is compared with.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * What remains of the sizes of all Blocks, in a fixed amount of memory.
 */
typedef struct lzma_index_hash_s lzma_index_hash;

/**
 * Prepares a digest: a new one if index_hash is NULL, otherwise that one
 * is emptied and used again.
 *
 * Returns:
 * The digest; NULL without memory.
 *
 * Requirements:
 * index_hash is NULL or came from this function; allocator is NULL or
 * valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_index_hash *) lzma_index_hash_init(
		lzma_index_hash *index_hash, const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Frees a digest. NULL is fine.
 *
 * Requirements:
 * index_hash is NULL or came from lzma_index_hash_init, and is not
 * used again; allocator can free what was allocated there.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_hash_end(lzma_index_hash *index_hash,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Adds a Block that was decoded.
 *
 * Returns:
 * LZMA_OK; LZMA_DATA_ERROR when the Stream would become too large;
 * LZMA_PROG_ERROR when no Block has these sizes, or the Index is being
 * decoded already.
 *
 * Requirements:
 * index_hash is NULL or came from lzma_index_hash_init.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_hash_append(lzma_index_hash *index_hash,
		lzma_vli unpadded_size, lzma_vli uncompressed_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes the Index, or a part of it, and compares it with the Blocks.
 *
 * Returns:
 * LZMA_OK when more input is needed; LZMA_STREAM_END at the end of an
 * Index that is right; LZMA_DATA_ERROR when it is not; LZMA_BUF_ERROR
 * without input.
 *
 * Requirements:
 * index_hash came from lzma_index_hash_init, in_pos is valid, in
 * is valid for reads of in_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_hash_decode(lzma_index_hash *index_hash,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Size in bytes that the Index of the Blocks so far has.
 *
 * Requirements:
 * index_hash came from lzma_index_hash_init.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_hash_size(
		const lzma_index_hash *index_hash)
		lzma_nothrow lzma_attr_pure;
