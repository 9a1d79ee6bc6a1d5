/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/vli.h
 * \brief  Variable-length integers.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The largest number that can be stored. */
#define LZMA_VLI_MAX (UINT64_MAX / 2)

/** Stands for a number that is not known. */
#define LZMA_VLI_UNKNOWN UINT64_MAX

/** The most bytes that an encoded number takes. */
#define LZMA_VLI_BYTES_MAX 9

/**
 * A number that the .xz format stores in one to nine bytes, or
 * LZMA_VLI_UNKNOWN.
 */
typedef uint64_t lzma_vli;

/**
 * A constant of type lzma_vli.
 */
#define LZMA_VLI_C(n) UINT64_C(n)

/**
 * Whether vli is a number that can be stored, or LZMA_VLI_UNKNOWN.
 */
#define lzma_vli_is_valid(vli) \
	((vli) <= LZMA_VLI_MAX || (vli) == LZMA_VLI_UNKNOWN)

/**
 * Decodes a number from in, from *in_pos on.
 *
 * With vli_pos NULL the whole number must be there. Otherwise it may
 * arrive in pieces: *vli_pos is 0 at first, and counts the bytes that have
 * been decoded into *vli.
 *
 * Returns:
 * With vli_pos NULL: LZMA_OK, or LZMA_DATA_ERROR when the number is
 * damaged or incomplete. Otherwise: LZMA_STREAM_END when the number is
 * complete, LZMA_OK when more bytes are needed, LZMA_BUF_ERROR without
 * input, LZMA_DATA_ERROR when it is damaged, and LZMA_PROG_ERROR when
 * *vli and *vli_pos do not fit together.
 *
 * Requirements:
 * vli and in_pos are valid, vli_pos is NULL or valid, and in is
 * valid for reads of in_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_vli_decode(lzma_vli *vli, size_t *vli_pos,
		const uint8_t *in, size_t *in_pos, size_t in_size)
		lzma_nothrow;

/**
 * Encodes vli to out, from *out_pos on.
 *
 * With vli_pos NULL there must be room for the whole number. Otherwise it
 * may be written in pieces: *vli_pos is 0 at first, and counts the bytes
 * that have been written.
 *
 * Returns:
 * With vli_pos NULL: LZMA_OK, or LZMA_PROG_ERROR without enough room
 * or when vli is too large. Otherwise: LZMA_STREAM_END when the last
 * byte is written, LZMA_OK when more room is needed, LZMA_BUF_ERROR
 * without any, and LZMA_PROG_ERROR when vli or *vli_pos is too large.
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
 * How many bytes vli takes when it is encoded; 0 if it is too large.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_vli_size(lzma_vli vli)
		lzma_nothrow lzma_attr_pure;
