/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/index.h
 * \brief  The Index of one or more Streams.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** Bit of lzma_index_checks: a Stream has no check. */
#define LZMA_INDEX_CHECK_MASK_NONE (UINT32_C(1) << LZMA_CHECK_NONE)

/** Bit of lzma_index_checks: a Stream uses CRC32. */
#define LZMA_INDEX_CHECK_MASK_CRC32 (UINT32_C(1) << LZMA_CHECK_CRC32)

/** Bit of lzma_index_checks: a Stream uses CRC64. */
#define LZMA_INDEX_CHECK_MASK_CRC64 (UINT32_C(1) << LZMA_CHECK_CRC64)

/** Bit of lzma_index_checks: a Stream uses SHA-256. */
#define LZMA_INDEX_CHECK_MASK_SHA256 (UINT32_C(1) << LZMA_CHECK_SHA256)

/** The sizes of all Blocks of one or more Streams. */
typedef struct lzma_index_s lzma_index;

/** What an iterator stops at. */
typedef enum {
	/** At Blocks, and at Streams that have none. */
	LZMA_INDEX_ITER_ANY = 0,

	/** At Streams. */
	LZMA_INDEX_ITER_STREAM = 1,

	/** At Blocks. */
	LZMA_INDEX_ITER_BLOCK = 2,

	/** At Blocks that hold data. */
	LZMA_INDEX_ITER_NONEMPTY_BLOCK = 3
} lzma_index_iter_mode;

/** A position in an Index. It may be copied. */
typedef struct {
	/** The Stream that the position is in. */
	struct {
		/**
		 * What the Stream's Header and Footer hold, or NULL when it was not told.
		 */
		const lzma_stream_flags *flags;
		/** Reserved. */
		const void *reserved_ptr1;
		/** Reserved. */
		const void *reserved_ptr2;
		/** Reserved. */
		const void *reserved_ptr3;
		/** Number of the Stream in the file, from one. */
		lzma_vli number;
		/** Number of Blocks in the Stream. */
		lzma_vli block_count;
		/** Where the Stream begins in the file, in bytes. */
		lzma_vli compressed_offset;
		/** Where its data begins in the uncompressed file, in bytes. */
		lzma_vli uncompressed_offset;
		/** Size of the Stream in bytes, without Stream Padding. */
		lzma_vli compressed_size;
		/** Size of its uncompressed data in bytes. */
		lzma_vli uncompressed_size;
		/** Size of the Stream Padding behind it in bytes. */
		lzma_vli padding;
		/** Reserved. */
		lzma_vli reserved_vli1;
		/** Reserved. */
		lzma_vli reserved_vli2;
		/** Reserved. */
		lzma_vli reserved_vli3;
		/** Reserved. */
		lzma_vli reserved_vli4;
	} stream;
	/** The Block that the position is at. */
	struct {
		/** Number of the Block in the file, from one. */
		lzma_vli number_in_file;
		/** Where the Block begins in the file, in bytes. */
		lzma_vli compressed_file_offset;
		/** Where its data begins in the uncompressed file, in bytes. */
		lzma_vli uncompressed_file_offset;
		/** Number of the Block in its Stream, from one. */
		lzma_vli number_in_stream;
		/** Where the Block begins in its Stream, in bytes. */
		lzma_vli compressed_stream_offset;
		/**
		 * Where its data begins in the Stream's uncompressed data, in bytes.
		 */
		lzma_vli uncompressed_stream_offset;
		/** Size of the uncompressed data in bytes. */
		lzma_vli uncompressed_size;
		/** Unpadded Size: header, compressed data and check, in bytes. */
		lzma_vli unpadded_size;
		/** Size of the Block with its padding, in bytes. */
		lzma_vli total_size;
		/** Reserved. */
		lzma_vli reserved_vli1;
		/** Reserved. */
		lzma_vli reserved_vli2;
		/** Reserved. */
		lzma_vli reserved_vli3;
		/** Reserved. */
		lzma_vli reserved_vli4;
		/** Reserved. */
		const void *reserved_ptr1;
		/** Reserved. */
		const void *reserved_ptr2;
		/** Reserved. */
		const void *reserved_ptr3;
		/** Reserved. */
		const void *reserved_ptr4;
	} block;
	/** The iterator's own state. */
	union {
		/** A pointer. */
		const void *p;
		/** A size. */
		size_t s;
		/** A number. */
		lzma_vli v;
	} internal[6];
} lzma_index_iter;

/**
 * Bytes of memory that an Index of so many Streams and Blocks needs;
 * UINT64_MAX when there can be none.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_index_memusage(lzma_vli streams,
		lzma_vli blocks)
		lzma_nothrow;

/**
 * Bytes of memory that an Index needs, as lzma_index_memusage counts.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_index_memused(const lzma_index *i)
		lzma_nothrow;

/**
 * Makes an Index of one Stream without Blocks.
 *
 * Returns:
 * The Index; NULL without memory.
 *
 * Requirements:
 * allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_index *) lzma_index_init(const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Frees an Index. NULL is fine.
 *
 * Requirements:
 * i is NULL or an Index that is not used again, nor is an iterator of it;
 * allocator can free what it has allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_end(lzma_index *i,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Adds a Block to the last Stream.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_DATA_ERROR when the file or the Index
 * would become too large; LZMA_PROG_ERROR when no Block has these sizes,
 * or i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses now; allocator is NULL or
 * valid, and fits what the Index has allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_append(lzma_index *i,
		const lzma_allocator *allocator, lzma_vli unpadded_size,
		lzma_vli uncompressed_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Notes the Stream Flags of the last Stream.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when version is not 0;
 * LZMA_PROG_ERROR when a member is invalid, or a pointer is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses now; stream_flags is NULL
 * or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_stream_flags(lzma_index *i,
		const lzma_stream_flags *stream_flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * The checks of all Streams whose flags are known: the bit at the place of
 * each ID.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_index_checks(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Notes how many bytes of Stream Padding follow the last Stream.
 *
 * Returns:
 * LZMA_OK; LZMA_DATA_ERROR when the file would become too large;
 * LZMA_PROG_ERROR unless it is a multiple of four, or when i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses now.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_stream_padding(lzma_index *i,
		lzma_vli stream_padding)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Number of Streams.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_stream_count(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Number of Blocks in all Streams.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_block_count(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Size in bytes of the Index of one Stream with all Blocks.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Size in bytes of one Stream with all Blocks.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_stream_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Size of all Blocks with their padding, in bytes.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_total_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Size of the file in bytes: all Streams and Stream Padding.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_file_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Size of all data in bytes.
 *
 * Requirements:
 * i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_uncompressed_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Moves all Streams of src behind those of dest, and frees src.
 * Iterators of dest stay valid.
 *
 * Returns:
 * LZMA_OK; LZMA_DATA_ERROR when the file would become too large;
 * LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL, or both are
 * the same. After an error, both are as before.
 *
 * Requirements:
 * Both are NULL or an Index that nothing else uses now; allocator is NULL
 * or valid, and fits what both have allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_cat(lzma_index *dest, lzma_index *src,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Makes a copy of an Index.
 *
 * Returns:
 * The copy; NULL without memory.
 *
 * Requirements:
 * src is NULL or an Index; allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_index *) lzma_index_dup(const lzma_index *src,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for i, which must not change until it is done.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL.
 *
 * Requirements:
 * As for lzma_code, a new stream is zeroed; i is
 * NULL or an Index that is valid as long as the encoder is used.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_encoder(lzma_stream *strm,
		const lzma_index *i)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for an Index that needs at most memlimit bytes of
 * memory. *i is NULL until it is complete.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL.
 *
 * Requirements:
 * As for lzma_code, a new stream is zeroed; i is
 * NULL, or valid for writes as long as the decoder is used.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_decoder(lzma_stream *strm,
		lzma_index **i, uint64_t memlimit)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder that collects the Indexes of a file of file_size bytes
 * in one, which needs at most memlimit bytes of memory on the way (a
 * little more than in the end).
 *
 * lzma_code returns LZMA_SEEK_NEEDED when the next input shall come from
 * byte seek_pos of the file, and LZMA_STREAM_END when *dest_index is
 * set.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL.
 *
 * Requirements:
 * As for lzma_code, a new stream is zeroed;
 * dest_index is NULL, or valid for writes as long as the decoder is used.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_file_info_decoder(lzma_stream *strm,
		lzma_index **dest_index, uint64_t memlimit, uint64_t file_size)
		lzma_nothrow;

/**
 * Encodes an Index in one call: to out, from *out_pos on.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is less room than
 * lzma_index_size says; LZMA_PROG_ERROR when a pointer is NULL or the
 * position beyond the end. Only with LZMA_OK, the position changes.
 *
 * Requirements:
 * i is NULL or an Index; other pointers are NULL or valid, and the buffer
 * as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_buffer_encode(const lzma_index *i,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Decodes an Index in one call: from in, from *in_pos on. *i is NULL
 * after an error.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_MEMLIMIT_ERROR when more than
 * *memlimit bytes of memory are needed, which is then set to what is;
 * LZMA_DATA_ERROR when the Index is damaged or incomplete;
 * LZMA_PROG_ERROR when a pointer is NULL or the position beyond the end.
 * Only with LZMA_OK, the position changes.
 *
 * Requirements:
 * Pointers are NULL or valid, and the buffer as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_buffer_decode(lzma_index **i,
		uint64_t *memlimit, const lzma_allocator *allocator,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow;

/**
 * Prepares an iterator, before the first Stream of i. It needs no memory
 * and is valid as long as the Index, whatever is added to that.
 *
 * Requirements:
 * iter is valid for writes; i is an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_iter_init(lzma_index_iter *iter,
		const lzma_index *i)
		lzma_nothrow;

/**
 * Puts an iterator before the first Stream.
 *
 * Requirements:
 * iter is NULL or was initialised.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_iter_rewind(lzma_index_iter *iter)
		lzma_nothrow;

/**
 * Moves an iterator to the next place that mode stops at. At a Stream
 * without Blocks, block is left as it was.
 *
 * Returns:
 * False; true when there is no such place (the iterator stays where it is)
 * or mode.
 *
 * Requirements:
 * iter is NULL, or was initialised and its Index is valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_index_iter_next(lzma_index_iter *iter,
		lzma_index_iter_mode mode)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Moves an iterator to the Block that byte target of the data is in.
 *
 * Returns:
 * False; true when there is less data (the iterator stays where it is).
 *
 * Requirements:
 * iter is NULL, or was initialised and its Index is valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_index_iter_locate(lzma_index_iter *iter,
		lzma_vli target)
		lzma_nothrow;
