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
