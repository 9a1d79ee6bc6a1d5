/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/delta.h
 * \brief  The Delta filter.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * Filter ID: Delta. Replaces each byte by its difference from one before it,
 * which helps with tables of numbers, and uncompressed images and sound.
 */
#define LZMA_FILTER_DELTA LZMA_VLI_C(0x03)

/** The smallest distance, in bytes. */
#define LZMA_DELTA_DIST_MIN 1

/** The largest distance, in bytes. */
#define LZMA_DELTA_DIST_MAX 256

/** The unit of which differences are taken. */
typedef enum {
	/** Of single bytes. */
	LZMA_DELTA_TYPE_BYTE = 0
} lzma_delta_type;

/** Options of the Delta filter, which cannot do without. */
typedef struct {
	/** Always LZMA_DELTA_TYPE_BYTE. */
	lzma_delta_type type;
	/**
	 * Distance of the subtracted byte, in bytes: the size of a row or a
	 * sample. From LZMA_DELTA_DIST_MIN to LZMA_DELTA_DIST_MAX.
	 */
	uint32_t dist;
	/** Reserved. */
	uint32_t reserved_int1;
	/** Reserved. */
	uint32_t reserved_int2;
	/** Reserved. */
	uint32_t reserved_int3;
	/** Reserved. */
	uint32_t reserved_int4;
	/** Reserved. */
	void *reserved_ptr1;
	/** Reserved. */
	void *reserved_ptr2;
} lzma_options_delta;
