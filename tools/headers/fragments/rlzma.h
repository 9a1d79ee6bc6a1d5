/* SPDX-License-Identifier: 0BSD */

/**
 * \file   rlzma.h
 * \brief  What rlzma has beyond liblzma's API
 *
 * The functions here are in librlzma.so and in the static libraries (link with
 * -lrlzma; pkg-config knows it as rlzma). liblzma.so.5 has exactly the functions
 * of lzma.h, whoever made it, so a program that uses these does not run with
 * it.
 */

/* Generated from rlzma's src/ffi/rlzma by tools/headers; edit that. */
#ifndef RLZMA_H
#define RLZMA_H

#include <lzma.h>

#ifdef __cplusplus
extern "C" {
#endif

@DECLARATIONS@

#ifdef __cplusplus
}
#endif

#endif
