/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/check.h
 * \brief  Integrity checks.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The largest Check ID that the format allows. */
#define LZMA_CHECK_ID_MAX 15

/**
 * The most bytes that any check takes, among those that are not defined yet.
 */
#define LZMA_CHECK_SIZE_MAX 64

/**
 * Type of the integrity check, with its Check ID in the .xz format as value.
 * There are IDs from 0 to LZMA_CHECK_ID_MAX; those without a name here have
 * no meaning yet, and decoders skip such checks.
 */
typedef enum {
	/**
	 * No check: damage is found only if it makes the compressed data invalid.
	 */
	LZMA_CHECK_NONE = 0,

	/** CRC32 with the polynomial of IEEE 802.3, four bytes. */
	LZMA_CHECK_CRC32 = 1,

	/**
	 * CRC64 with the polynomial of ECMA-182, eight bytes. The usual choice.
	 */
	LZMA_CHECK_CRC64 = 4,

	/** SHA-256, 32 bytes. Takes longer than the others. */
	LZMA_CHECK_SHA256 = 10
} lzma_check;

/**
 * Tells whether a check can be calculated.
 *
 * Parameters:
 * - check: its ID; any value is allowed.
 *
 * Returns:
 * True for the LZMA_CHECK_* constants (also for LZMA_CHECK_NONE), false
 * for all else.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_check_is_supported(lzma_check check)
		lzma_nothrow lzma_attr_const;

/**
 * Tells how large a check is, supported or not.
 *
 * Parameters:
 * - check: its ID; any value is allowed.
 *
 * Returns:
 * The size in bytes, 0 to 64; UINT32_MAX if check is larger than
 * LZMA_CHECK_ID_MAX.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_check_size(lzma_check check)
		lzma_nothrow lzma_attr_const;

/**
 * Calculates a CRC32, all at once or piece by piece.
 *
 * Parameters:
 * - buf: the bytes; may be NULL if size is 0. No alignment is needed.
 * - size: how many they are.
 * - crc: 0 at the beginning, otherwise what the call for the bytes before
 *   has returned.
 *
 * Returns:
 * The CRC32 of all bytes so far.
 *
 * Requirements:
 * buf is valid for reads of size bytes; it may be NULL if size is 0.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_crc32(const uint8_t *buf, size_t size,
		uint32_t crc)
		lzma_nothrow lzma_attr_pure;

/**
 * Calculates a CRC64, all at once or piece by piece.
 *
 * Parameters:
 * - buf: the bytes; may be NULL if size is 0. No alignment is needed.
 * - size: how many they are.
 * - crc: 0 at the beginning, otherwise what the call for the bytes before
 *   has returned.
 *
 * Returns:
 * The CRC64 of all bytes so far.
 *
 * Requirements:
 * buf is valid for reads of size bytes; it may be NULL if size is 0.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_crc64(const uint8_t *buf, size_t size,
		uint64_t crc)
		lzma_nothrow lzma_attr_pure;

/**
 * Tells the type of the integrity check of the Stream that is being decoded.
 * Most useful after LZMA_GET_CHECK, LZMA_NO_CHECK and
 * LZMA_UNSUPPORTED_CHECK.
 *
 * Parameters:
 * - strm: the stream, with a decoder for .xz, .lz or all formats.
 *
 * Returns:
 * The Check ID, which need not be one of the LZMA_CHECK_* constants.
 * LZMA_CHECK_NONE as long as it is not known, when strm is NULL, and from
 * coders that cannot know.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_check) lzma_get_check(const lzma_stream *strm)
		lzma_nothrow;
