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

/**
 * The sizes of all Blocks of one or more Streams: what is needed to find any
 * place of the data in the file. It can grow, but not shrink. Several threads
 * may read it at a time.
 */
typedef struct lzma_index_s lzma_index;

/** The kind of item that an iterator stops at. */
typedef enum {
	/** At every Block, and at Streams that have none. */
	LZMA_INDEX_ITER_ANY = 0,

	/** At every Stream. */
	LZMA_INDEX_ITER_STREAM = 1,

	/** At every Block, over Streams without any. */
	LZMA_INDEX_ITER_BLOCK = 2,

	/** At every Block that holds data, over empty ones. */
	LZMA_INDEX_ITER_NONEMPTY_BLOCK = 3
} lzma_index_iter_mode;

/**
 * A position in an Index, and what is known about the Stream and the Block
 * there. It may be copied, and needs no memory of its own.
 */
typedef struct {
	/** The Stream that the position is in. */
	struct {
		/**
		 * The Stream Flags, or NULL if the Index was not told them. They belong to
		 * the Index.
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
		/** Position of the Stream in the file, in bytes. */
		lzma_vli compressed_offset;
		/** Position of its data in the uncompressed file, in bytes. */
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
	/**
	 * The Block that the position is at. Not meaningful at a Stream without
	 * Blocks.
	 */
	struct {
		/** Number of the Block in the file, from one. */
		lzma_vli number_in_file;
		/** Position of the Block in the file, in bytes. */
		lzma_vli compressed_file_offset;
		/** Position of its data in the uncompressed file, in bytes. */
		lzma_vli uncompressed_file_offset;
		/** Number of the Block in its Stream, from one. */
		lzma_vli number_in_stream;
		/** Position of the Block in its Stream, in bytes. */
		lzma_vli compressed_stream_offset;
		/**
		 * Position of its data in the Stream's uncompressed data, in bytes.
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
	/** The iterator's own state, not to be touched. */
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
 * Tells how much memory an Index needs, for limits.
 *
 * Parameters:
 * - streams: how many Streams it has, at least 1.
 * - blocks: how many Blocks they have together.
 *
 * Returns:
 * Memory in bytes, as liblzma for the same machine counts it; what is really used
 * is less. UINT64_MAX if there can be no such Index.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_index_memusage(lzma_vli streams,
		lzma_vli blocks)
		lzma_nothrow;

/**
 * Tells how much memory an Index needs: what lzma_index_memusage says for
 * its Streams and Blocks.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Memory in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_index_memused(const lzma_index *i)
		lzma_nothrow;

/**
 * Makes an Index of one Stream without Blocks.
 *
 * Parameters:
 * - allocator: where memory comes from; NULL means malloc and free. What
 *   is added later may come from another one if either can free what the other
 *   has allocated.
 *
 * Returns:
 * The Index, to be freed with lzma_index_end; NULL if memory could not be
 * allocated.
 *
 * Requirements:
 * allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_index *) lzma_index_init(const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Frees an Index. Its iterators must not be used any more.
 *
 * Parameters:
 * - i: the Index; if it is NULL, nothing happens.
 * - allocator: the one that it was made with; NULL means free.
 *
 * Requirements:
 * i is NULL or an Index that is not used again; allocator is NULL or
 * valid, and can free what the Index has allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_end(lzma_index *i,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Adds a Block to the last Stream. Iterators stay valid.
 *
 * Parameters:
 * - i: the Index.
 * - allocator: where memory comes from; NULL means malloc and free.
 * - unpadded_size: size in bytes of header, compressed data and check, from
 *   lzma_block_unpadded_size.
 * - uncompressed_size: size of the data in bytes.
 *
 * Returns:
 * - LZMA_OK: added.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_DATA_ERROR: the Stream, the file or the Index would become too
 *   large.
 * - LZMA_PROG_ERROR: i is NULL, or no Block can have these sizes.
 *
 * After an error, the Index is as before.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses meanwhile; allocator is
 * NULL or valid, and can free what the Index has allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_append(lzma_index *i,
		const lzma_allocator *allocator, lzma_vli unpadded_size,
		lzma_vli uncompressed_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells an Index the Stream Flags of its last Stream, which iterators and
 * lzma_index_checks show then.
 *
 * Parameters:
 * - i: the Index.
 * - stream_flags: what Header or Footer hold; it is copied. backward_size
 *   may be unknown.
 *
 * Returns:
 * - LZMA_OK: noted.
 * - LZMA_OPTIONS_ERROR: version is not 0.
 * - LZMA_PROG_ERROR: a pointer is NULL, or a member is out of its limits.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses meanwhile; stream_flags is
 * NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_stream_flags(lzma_index *i,
		const lzma_stream_flags *stream_flags)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells which integrity checks there are in all Streams whose Stream Flags are
 * known.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * A bit for each Check ID that is used: 1 << ID, for which there are the
 * LZMA_INDEX_CHECK_MASK_* constants. 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_index_checks(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells an Index how much Stream Padding follows its last Stream. Until then
 * it is 0.
 *
 * Parameters:
 * - i: the Index.
 * - stream_padding: how many bytes, a multiple of four.
 *
 * Returns:
 * - LZMA_OK: noted.
 * - LZMA_DATA_ERROR: the file would become too large.
 * - LZMA_PROG_ERROR: i is NULL, or this is no multiple of four up to
 *   LZMA_VLI_MAX.
 *
 * Requirements:
 * i is NULL or an Index that nothing else uses meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_stream_padding(lzma_index *i,
		lzma_vli stream_padding)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Tells how many Streams there are.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * The number, at least 1; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_stream_count(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how many Blocks there are in all Streams.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * The number; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_block_count(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how large the Index of one Stream with all these Blocks is in a file:
 * what its Footer has as Backward Size.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Size in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how large one Stream with all these Blocks is, with Header, Index and
 * Footer.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Size in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_stream_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how large all Blocks are together, with their padding, and nothing
 * else.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Size in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_total_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how large the file is: all Streams, each with Header, Index and
 * Footer, and Stream Padding.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Size in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_file_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells how much data all Streams hold.
 *
 * Parameters:
 * - i: the Index.
 *
 * Returns:
 * Size in bytes; 0 if i is NULL.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_vli) lzma_index_uncompressed_size(const lzma_index *i)
		lzma_nothrow lzma_attr_pure;

/**
 * Moves all Streams of one Index behind those of another. Iterators of dest
 * stay valid.
 *
 * Parameters:
 * - dest: the Index that grows.
 * - src: the Index that is taken. With LZMA_OK it is freed, and neither it
 *   nor its iterators may be used again.
 * - allocator: where memory comes from, and what frees src; NULL means
 *   malloc and free.
 *
 * Returns:
 * - LZMA_OK: moved.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_DATA_ERROR: the file would become too large.
 * - LZMA_PROG_ERROR: dest or src is NULL, or they are the same.
 *
 * After an error, both are as before.
 *
 * Requirements:
 * dest and src are NULL or an Index that nothing else uses meanwhile;
 * allocator is NULL or valid, and can free what both have allocated.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_cat(lzma_index *dest, lzma_index *src,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Makes a copy of an Index.
 *
 * Parameters:
 * - src: the Index.
 * - allocator: where memory of the copy comes from; NULL means malloc and
 *   free.
 *
 * Returns:
 * The copy, to be freed with lzma_index_end; NULL if memory could not be
 * allocated, or src is NULL.
 *
 * Requirements:
 * src is NULL or an Index that nothing changes meanwhile; allocator is
 * NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_index *) lzma_index_dup(const lzma_index *src,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts an encoder for the Index of one Stream with all Blocks of i. It
 * takes LZMA_RUN and LZMA_FINISH, without input.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - i: the Index. It must stay, and not change, until LZMA_STREAM_END.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. i is NULL or an Index that is
 * valid as long as the encoder is used.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_encoder(lzma_stream *strm,
		const lzma_index *i)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder for the Index of one Stream. It takes LZMA_RUN and
 * LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - i: where to put the Index. *i is set to NULL now, and to the Index
 *   with LZMA_STREAM_END; then it is the caller's, to be freed with
 *   lzma_index_end.
 * - memlimit: memory usage limit in bytes, as lzma_index_memusage counts.
 *   UINT64_MAX is no limit, 0 stands for 1 byte.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. i is NULL, or valid for writes
 * as long as the decoder is used.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_decoder(lzma_stream *strm,
		lzma_index **i, uint64_t memlimit)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Starts a decoder that collects the Indexes of all Streams of a .xz file in
 * one, without reading the Blocks. It takes LZMA_RUN and LZMA_FINISH; the
 * latter is allowed from the beginning.
 *
 * When lzma_code returns LZMA_SEEK_NEEDED, it wants the file from byte
 * seek_pos on: throw away input that is left, seek, read, and call it again.
 * Where seeking is not needed, it reads on. The Index has Stream Flags and
 * Stream Padding.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - dest_index: where to put the Index. *dest_index is set with
 *   LZMA_STREAM_END, not before; then it is the caller's, to be freed with
 *   lzma_index_end.
 * - memlimit: memory usage limit in bytes, as lzma_index_memusage counts.
 *   UINT64_MAX is no limit, 0 stands for 1 byte. While it works, a little
 *   more is needed than in the end.
 * - file_size: size of the file in bytes.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: a pointer is NULL.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. dest_index is NULL, or valid
 * for writes as long as the decoder is used.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_file_info_decoder(lzma_stream *strm,
		lzma_index **dest_index, uint64_t memlimit, uint64_t file_size)
		lzma_nothrow;

/**
 * Encodes the Index of one Stream with all Blocks of i in one call. It
 * allocates no memory.
 *
 * Parameters:
 * - i: the Index.
 * - out: the buffer for the result.
 * - out_pos: where in out the result begins, in bytes from the start of
 *   out. With LZMA_OK it becomes the position behind the result; otherwise
 *   it stays.
 * - out_size: size in bytes of out, counted from its start, not from
 *   *out_pos.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_BUF_ERROR: there is less room than lzma_index_size says.
 * - LZMA_PROG_ERROR: a pointer is NULL, or *out_pos larger than
 *   out_size.
 *
 * Requirements:
 * i is NULL or an Index that nothing changes meanwhile. Other pointers are
 * NULL or valid, out for writes of out_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_buffer_encode(const lzma_index *i,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Decodes the Index of one Stream in one call.
 *
 * Parameters:
 * - i: where to put the Index: the caller's, to be freed with
 *   lzma_index_end. NULL after an error; what was there is not freed.
 * - memlimit: points to the memory usage limit in bytes, as
 *   lzma_index_memusage counts; UINT64_MAX is no limit. Set to what is
 *   needed if LZMA_MEMLIMIT_ERROR is returned.
 * - allocator: where memory comes from; NULL means malloc and free.
 * - in: the buffer with the Index.
 * - in_pos: where in in the Index begins, in bytes. With LZMA_OK it
 *   becomes the position behind it; otherwise it stays.
 * - in_size: size in bytes of in, counted from its start.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_DATA_ERROR: the Index is damaged or incomplete.
 * - LZMA_MEMLIMIT_ERROR: more memory is needed than *memlimit allowed.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: a pointer is NULL, or *in_pos larger than in_size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in for reads of in_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_index_buffer_decode(lzma_index **i,
		uint64_t *memlimit, const lzma_allocator *allocator,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow;

/**
 * Prepares an iterator, before the first Stream of an Index. It needs no
 * memory, and is valid as long as the Index, whatever is added to that.
 *
 * Parameters:
 * - iter: the iterator; it need not be initialised. If it is NULL, nothing
 *   happens.
 * - i: the Index.
 *
 * Requirements:
 * iter is NULL or valid for writes; i is NULL or an Index.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_iter_init(lzma_index_iter *iter,
		const lzma_index *i)
		lzma_nothrow;

/**
 * Puts an iterator before the first Stream again.
 *
 * Parameters:
 * - iter: the iterator. If it is NULL, nothing happens.
 *
 * Requirements:
 * iter is NULL or was initialised.
 *
 * Since 5.0.
 */
extern LZMA_API(void) lzma_index_iter_rewind(lzma_index_iter *iter)
		lzma_nothrow;

/**
 * Moves an iterator to the next place.
 *
 * Parameters:
 * - iter: the iterator. Its stream and block are set; but block is
 *   left as it was at a Stream without Blocks.
 * - mode: what to stop at.
 *
 * Returns:
 * False if it has moved. True if there is no such place, or no such mode, or
 * iter is NULL; the iterator stays where it is, and will move on when
 * something was added to the Index.
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
 * Moves an iterator to the Block that holds a certain byte of the data. It
 * takes little time, however many Blocks there are.
 *
 * Parameters:
 * - iter: the iterator. Its stream and block are set.
 * - target: number of the byte in the uncompressed data, from 0.
 *
 * Returns:
 * False if it has moved. True if there is less data, or iter is NULL; the
 * iterator stays where it is.
 *
 * Requirements:
 * iter is NULL, or was initialised and its Index is valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_index_iter_locate(lzma_index_iter *iter,
		lzma_vli target)
		lzma_nothrow;
