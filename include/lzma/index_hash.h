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
 * A digest of the sizes of all Blocks of a Stream, in a fixed amount of
 * memory. With it, a decoder finds out whether an Index is right without
 * keeping all sizes.
 */
typedef struct lzma_index_hash_s lzma_index_hash;

/**
 * Makes a digest, or empties one to use it again.
 *
 * Parameters:
 * - index_hash: NULL for a new digest, or the one to empty.
 * - allocator: where memory of a new one comes from; NULL means malloc and
 *   free.
 *
 * Returns:
 * The digest, to be freed with lzma_index_hash_end; NULL if memory could not
 * be allocated.
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
 * Frees a digest.
 *
 * Parameters:
 * - index_hash: the digest; if it is NULL, nothing happens.
 * - allocator: the one that it was made with; NULL means free.
 *
 * Requirements:
 * index_hash is NULL or came from lzma_index_hash_init, and is not used
 * again; allocator is NULL or valid, and can free what was allocated there.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_hash_end(lzma_index_hash *index_hash,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Adds a Block that was decoded.
 *
 * Parameters:
 * - index_hash: the digest.
 * - unpadded_size: size in bytes of header, compressed data and check, from
 *   lzma_block_unpadded_size.
 * - uncompressed_size: size of the data in bytes.
 *
 * Returns:
 * - LZMA_OK: added.
 * - LZMA_DATA_ERROR: the Stream or its Index would become too large.
 * - LZMA_PROG_ERROR: index_hash is NULL, no Block can have these sizes, or
 *   the Index is being decoded already.
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
 * Decodes the Index, all at once or in pieces as they arrive, and compares it
 * with the Blocks.
 *
 * Parameters:
 * - index_hash: the digest, with all Blocks of the Stream.
 * - in: the bytes.
 * - in_pos: where in in they begin; moved behind what was decoded.
 * - in_size: size in bytes of in, counted from its start.
 *
 * Returns:
 * - LZMA_OK: right so far; more input is needed.
 * - LZMA_STREAM_END: the Index has ended, and is right.
 * - LZMA_DATA_ERROR: the Index is damaged, or of other Blocks.
 * - LZMA_BUF_ERROR: there is no input.
 * - LZMA_PROG_ERROR: index_hash or in_pos is NULL.
 *
 * Requirements:
 * index_hash is NULL or came from lzma_index_hash_init, in_pos is NULL
 * or valid, and in is valid for reads of in_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_hash_decode(lzma_index_hash *index_hash,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells how large the Index of the Blocks so far is in a file.
 *
 * Parameters:
 * - index_hash: the digest.
 *
 * Returns:
 * Size in bytes; 0 if index_hash is NULL.
 *
 * Requirements:
 * index_hash is NULL or came from lzma_index_hash_init.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_hash_size(
		const lzma_index_hash *index_hash)
		lzma_nothrow lzma_attr_pure;
