/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/hardware.h
 * \brief  What the machine has.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * Tells how much memory the machine has, for example to choose a limit.
 *
 * Returns:
 * Bytes of physical memory, whoever uses it, and whatever limits this process
 * has; 0 if that cannot be found out.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_physmem(void)
		lzma_nothrow;

/**
 * Tells how many threads can run at once, for example for lzma_mt.
 *
 * Returns:
 * The number of processors that this process may use; 0 if that cannot be
 * found out.
 *
 * Since 5.2.
 */
extern LZMA_API(uint32_t) lzma_cputhreads(void)
		lzma_nothrow;
