/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/hardware.h
 * \brief  What the machine has. It defines no types.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif
