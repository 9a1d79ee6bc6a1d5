/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/stream_flags.h
 * \brief  Stream Header and Stream Footer.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** Bytes in a Stream Header, and in a Stream Footer. */
#define LZMA_STREAM_HEADER_SIZE 12

/** The smallest Backward Size in bytes. */
#define LZMA_BACKWARD_SIZE_MIN 4

/** The largest Backward Size in bytes. */
#define LZMA_BACKWARD_SIZE_MAX (LZMA_VLI_C(1) << 34)

/** What Stream Header and Stream Footer hold. */
typedef struct {
	/** Version of this structure: zero. */
	uint32_t version;
	/**
	 * Size of the Index in bytes, from the Footer; LZMA_VLI_UNKNOWN in a
	 * Header.
	 */
	lzma_vli backward_size;
	/** Type of the integrity check. */
	lzma_check check;
	/** Reserved. */
	lzma_reserved_enum reserved_enum1;
	/** Reserved. */
	lzma_reserved_enum reserved_enum2;
	/** Reserved. */
	lzma_reserved_enum reserved_enum3;
	/** Reserved. */
	lzma_reserved_enum reserved_enum4;
	/** Reserved. */
	lzma_bool reserved_bool1;
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
	/** Reserved. */
	uint32_t reserved_int1;
	/** Reserved. */
	uint32_t reserved_int2;
} lzma_stream_flags;

/**
 * Encodes a Stream Header: LZMA_STREAM_HEADER_SIZE bytes at out.
 * backward_size does not matter.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when version is not 0;
 * LZMA_PROG_ERROR when check is too large.
 *
 * Requirements:
 * options is valid, and out is valid for writes of 12 bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_header_encode(
		const lzma_stream_flags *options, uint8_t *out)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Encodes a Stream Footer: LZMA_STREAM_HEADER_SIZE bytes at out.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when version is not 0;
 * LZMA_PROG_ERROR when check or backward_size is invalid.
 *
 * Requirements:
 * options is valid, and out is valid for writes of 12 bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_footer_encode(
		const lzma_stream_flags *options, uint8_t *out)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes the Stream Header at in, of LZMA_STREAM_HEADER_SIZE bytes.
 * backward_size becomes LZMA_VLI_UNKNOWN, version 0.
 *
 * Returns:
 * LZMA_OK; LZMA_FORMAT_ERROR when it is no Stream Header;
 * LZMA_DATA_ERROR when it is damaged; LZMA_OPTIONS_ERROR when it uses
 * what is not supported. Only with LZMA_OK, options is set.
 *
 * Requirements:
 * options is valid for writes, and in for reads of 12 bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_header_decode(
		lzma_stream_flags *options, const uint8_t *in)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes the Stream Footer at in, of LZMA_STREAM_HEADER_SIZE bytes.
 * version becomes 0.
 *
 * Returns:
 * As lzma_stream_header_decode.
 *
 * Requirements:
 * options is valid for writes, and in for reads of 12 bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_footer_decode(
		lzma_stream_flags *options, const uint8_t *in)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Compares two structures, of which one may come from a Stream Header: a
 * backward_size that is not known is not compared.
 *
 * Returns:
 * LZMA_OK; LZMA_DATA_ERROR when they differ; LZMA_OPTIONS_ERROR when
 * a version is not 0; LZMA_PROG_ERROR when another member is invalid.
 *
 * Requirements:
 * Both are valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_flags_compare(
		const lzma_stream_flags *a, const lzma_stream_flags *b)
		lzma_nothrow lzma_attr_pure;
