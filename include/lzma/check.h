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

/** The most bytes that any check takes, among those not defined yet. */
#define LZMA_CHECK_SIZE_MAX 64

/** Type of the integrity check, its Check ID in the .xz format. */
typedef enum {
	/** No check. */
	LZMA_CHECK_NONE = 0,

	/** CRC32, four bytes. */
	LZMA_CHECK_CRC32 = 1,

	/** CRC64, eight bytes. */
	LZMA_CHECK_CRC64 = 4,

	/** SHA-256, 32 bytes. */
	LZMA_CHECK_SHA256 = 10
} lzma_check;

/**
 * Whether the check with this ID can be calculated.
 *
 * Returns:
 * 1 or 0. No check (LZMA_CHECK_NONE) is supported, too.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_check_is_supported(lzma_check check)
		lzma_nothrow lzma_attr_const;

/**
 * Size in bytes of the check with this ID, supported or not.
 *
 * Returns:
 * The size, or UINT32_MAX if there cannot be such a check.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_check_size(lzma_check check)
		lzma_nothrow lzma_attr_const;

/**
 * Continues the CRC32 crc (0 at the beginning) with size bytes.
 *
 * Returns:
 * The new CRC32.
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
 * Continues the CRC64 crc (0 at the beginning) with size bytes.
 *
 * Returns:
 * The new CRC64.
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
 * Type of the integrity check of the Stream being decoded; see
 * LZMA_TELL_ANY_CHECK. LZMA_CHECK_NONE when the coder cannot know.
 *
 * Requirements:
 * As for lzma_code.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_check) lzma_get_check(const lzma_stream *strm)
		lzma_nothrow;
