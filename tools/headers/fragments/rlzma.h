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

/**
 * A return code of functions that can be stopped, by rlzma_cancel, by
 * rlzma_reader_cancel or by what is called to report progress: somebody has
 * asked to stop.
 */
#define RLZMA_INTERRUPTED ((lzma_ret)201)

/** An error structure to begin with. */
#define RLZMA_ERROR_INIT \
	{ sizeof(rlzma_error), LZMA_OK, RLZMA_REASON_NONE, 0, 0, 0, 0, 0, 0, 0 }

/** A source to begin with. */
#define RLZMA_SOURCE_INIT { sizeof(rlzma_source), NULL, NULL, 0 }

/** Options to begin with. */
#define RLZMA_READER_OPTIONS_INIT { sizeof(rlzma_reader_options), NULL, 0, 0, 0, 0 }

@DECLARATIONS@

#ifdef __cplusplus
}
#endif

#endif
