/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/bcj.h
 * \brief  Filters for executable code.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** Filter ID: x86, 32 and 64 bits. */
#define LZMA_FILTER_X86 LZMA_VLI_C(0x04)

/** Filter ID: PowerPC, big endian. */
#define LZMA_FILTER_POWERPC LZMA_VLI_C(0x05)

/** Filter ID: IA-64 (Itanium). */
#define LZMA_FILTER_IA64 LZMA_VLI_C(0x06)

/** Filter ID: ARM, little endian. */
#define LZMA_FILTER_ARM LZMA_VLI_C(0x07)

/** Filter ID: ARM-Thumb, little endian. */
#define LZMA_FILTER_ARMTHUMB LZMA_VLI_C(0x08)

/** Filter ID: SPARC. */
#define LZMA_FILTER_SPARC LZMA_VLI_C(0x09)

/** Filter ID: ARM64. Since 5.4. */
#define LZMA_FILTER_ARM64 LZMA_VLI_C(0x0A)

/** Filter ID: RISC-V. Since 5.6. */
#define LZMA_FILTER_RISCV LZMA_VLI_C(0x0B)

/**
 * Options of all BCJ filters. They may be left out (NULL), which means a start
 * at 0.
 */
typedef struct {
	/**
	 * The position in the executable that the data begins at, in bytes: 0
	 * unless the data is a part of a file. A multiple of the filter's
	 * alignment: 16 for IA-64; 4 for ARM, ARM64, PowerPC and SPARC; 2 for
	 * ARM-Thumb and RISC-V; 1 for x86.
	 */
	uint32_t start_offset;
} lzma_options_bcj;

/**
 * Applies the ARM64 filter to one buffer, in place. For other containers than
 * .xz: decoders and encoders of chains do it by themselves.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes,
 *   rounded down to a multiple of four.
 * - buf: the code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to three at the end are not; pass them
 * again with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_arm64_encode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;

/**
 * Undoes lzma_bcj_arm64_encode, in place.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes,
 *   rounded down to a multiple of four.
 * - buf: the encoded code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to three at the end are not; pass them
 * again with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_arm64_decode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;

/**
 * Applies the RISC-V filter to one buffer, in place. For other containers than
 * .xz: decoders and encoders of chains do it by themselves.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes,
 *   rounded down to a multiple of two.
 * - buf: the code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to seven at the end are not; pass them
 * again with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_riscv_encode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;

/**
 * Undoes lzma_bcj_riscv_encode, in place.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes,
 *   rounded down to a multiple of two.
 * - buf: the encoded code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to seven at the end are not; pass them
 * again with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_riscv_decode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;

/**
 * Applies the x86 filter (32 and 64 bits) to one buffer, in place. For other
 * containers than .xz: decoders and encoders of chains do it by themselves.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes.
 * - buf: the code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to four at the end are not; pass them again
 * with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_x86_encode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;

/**
 * Undoes lzma_bcj_x86_encode, in place.
 *
 * Parameters:
 * - start_offset: position of the buffer in the executable, in bytes.
 * - buf: the encoded code; may be NULL if size is 0.
 * - size: size of buf in bytes.
 *
 * Returns:
 * The number of bytes that were filtered. Up to four at the end are not; pass them again
 * with what follows, if anything does.
 *
 * Requirements:
 * buf is valid for reads and writes of size bytes; it may be NULL if
 * size is 0.
 *
 * Since 5.8.
 */
extern LZMA_API(size_t) lzma_bcj_x86_decode(uint32_t start_offset,
		uint8_t *buf, size_t size)
		lzma_nothrow;
