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

/** The smallest Backward Size in bytes. It is a multiple of four. */
#define LZMA_BACKWARD_SIZE_MIN 4

/** The largest Backward Size in bytes, 16 GiB. */
#define LZMA_BACKWARD_SIZE_MAX (LZMA_VLI_C(1) << 34)

/**
 * The Stream Flags, which stand in the Stream Header and in the Stream Footer of
 * the .xz format.
 */
typedef struct {
	/** Version of this structure: 0. Set by decoding. */
	uint32_t version;
	/**
	 * Size of the Index in bytes, which only the Footer holds;
	 * LZMA_VLI_UNKNOWN after decoding a Header.
	 */
	lzma_vli backward_size;
	/**
	 * Type of the integrity check, from 0 to LZMA_CHECK_ID_MAX, supported or
	 * not.
	 */
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
 * Encodes a Stream Header.
 *
 * Parameters:
 * - options: version and check count.
 * - out: the buffer, of LZMA_STREAM_HEADER_SIZE bytes.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_OPTIONS_ERROR: version is not 0.
 * - LZMA_PROG_ERROR: check is larger than LZMA_CHECK_ID_MAX.
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
 * Encodes a Stream Footer.
 *
 * Parameters:
 * - options: version, backward_size and check count.
 * - out: the buffer, of LZMA_STREAM_HEADER_SIZE bytes.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_OPTIONS_ERROR: version is not 0.
 * - LZMA_PROG_ERROR: check is larger than LZMA_CHECK_ID_MAX, or
 *   backward_size is no multiple of four within its limits.
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
 * Decodes a Stream Header.
 *
 * Parameters:
 * - options: with LZMA_OK only, version is set to 0, backward_size to
 *   LZMA_VLI_UNKNOWN, and check to the Check ID, supported or not. It need
 *   not be initialised.
 * - in: the header, of LZMA_STREAM_HEADER_SIZE bytes.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_FORMAT_ERROR: this is no Stream Header, so no .xz file.
 * - LZMA_DATA_ERROR: the header is damaged.
 * - LZMA_OPTIONS_ERROR: the header uses what is not supported.
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
 * Decodes a Stream Footer.
 *
 * Parameters:
 * - options: with LZMA_OK only, version is set to 0, backward_size to
 *   the size of the Index, and check to the Check ID, supported or not. It
 *   need not be initialised.
 * - in: the footer, of LZMA_STREAM_HEADER_SIZE bytes.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_FORMAT_ERROR: this is no Stream Footer.
 * - LZMA_DATA_ERROR: the footer is damaged.
 * - LZMA_OPTIONS_ERROR: the footer uses what is not supported.
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
 * Tells whether a Stream Header and a Stream Footer can belong together.
 *
 * Parameters:
 * - a: what one of them holds.
 * - b: what the other holds. backward_size is compared only if it is known
 *   in both.
 *
 * Returns:
 * - LZMA_OK: they are equal.
 * - LZMA_DATA_ERROR: they differ.
 * - LZMA_OPTIONS_ERROR: a version is not 0.
 * - LZMA_PROG_ERROR: a check is larger than LZMA_CHECK_ID_MAX, or a
 *   backward_size that is compared is out of its limits.
 *
 * Requirements:
 * Both are valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_stream_flags_compare(
		const lzma_stream_flags *a, const lzma_stream_flags *b)
		lzma_nothrow lzma_attr_pure;
