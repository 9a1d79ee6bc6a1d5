/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/vli.h
 * \brief  Variable-length integers.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The largest number that can be stored, 2^63 - 1. */
#define LZMA_VLI_MAX (UINT64_MAX / 2)

/**
 * Stands for a number that is not known, and for the end of a filter chain.
 */
#define LZMA_VLI_UNKNOWN UINT64_MAX

/** The most bytes that a stored number takes. */
#define LZMA_VLI_BYTES_MAX 9

/**
 * A number that the .xz format stores in one to nine bytes, the lowest seven
 * bits first; or LZMA_VLI_UNKNOWN.
 */
typedef uint64_t lzma_vli;

/**
 * A constant of type lzma_vli: n is a number without a suffix.
 */
#define LZMA_VLI_C(n) UINT64_C(n)

/**
 * Nonzero if vli, an expression that is evaluated twice, is a number that can be
 * stored, or LZMA_VLI_UNKNOWN.
 */
#define lzma_vli_is_valid(vli) \
	((vli) <= LZMA_VLI_MAX || (vli) == LZMA_VLI_UNKNOWN)

/**
 * Decodes a number, all at once or in pieces as they arrive.
 *
 * Parameters:
 * - vli: set to the number; in pieces, to what is known of it so far.
 * - vli_pos: NULL if the whole number is there. Otherwise it counts the
 *   bytes decoded so far: set *vli_pos to 0 before the first call, and leave
 *   it and *vli alone until the last one.
 * - in: the bytes.
 * - in_pos: position of the number in in, in bytes; moved behind what was
 *   decoded, whatever is returned.
 * - in_size: size in bytes of in, counted from its start.
 *
 * Returns:
 * - LZMA_OK: without vli_pos: decoded. With it: more bytes are needed.
 * - LZMA_STREAM_END: with vli_pos: the number is complete.
 * - LZMA_DATA_ERROR: these bytes are no number; without vli_pos also: they
 *   end too early.
 * - LZMA_BUF_ERROR: with vli_pos: there is no input.
 * - LZMA_PROG_ERROR: *vli and *vli_pos do not fit together.
 *
 * Requirements:
 * vli and in_pos are valid, vli_pos is NULL or valid, and in is valid
 * for reads of in_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_vli_decode(lzma_vli *vli, size_t *vli_pos,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow;

/**
 * Encodes a number, all at once or in pieces as there is room.
 *
 * Parameters:
 * - vli: the number, at most LZMA_VLI_MAX.
 * - vli_pos: NULL if there is room for the whole number. Otherwise it counts
 *   the bytes encoded so far: set *vli_pos to 0 before the first call.
 * - out: the buffer.
 * - out_pos: where in out to write, in bytes from its start; moved behind
 *   what was written.
 * - out_size: size in bytes of out, counted from its start.
 *
 * Returns:
 * - LZMA_OK: without vli_pos: encoded. With it: more room is needed.
 * - LZMA_STREAM_END: with vli_pos: the last byte was written.
 * - LZMA_BUF_ERROR: with vli_pos: there is no room at all.
 * - LZMA_PROG_ERROR: vli is too large, or *vli_pos is; without vli_pos
 *   also: there is not enough room.
 *
 * Requirements:
 * out_pos is valid, vli_pos is NULL or valid, and out is valid for
 * writes of out_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_vli_encode(lzma_vli vli, size_t *vli_pos,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Tells how large a number becomes when it is encoded.
 *
 * Parameters:
 * - vli: the number.
 *
 * Returns:
 * The size in bytes, 1 to 9; 0 if vli is larger than LZMA_VLI_MAX.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_vli_size(lzma_vli vli)
		lzma_nothrow lzma_attr_pure;
