/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma.h
 * \brief  Compression with LZMA1, LZMA2 and the .xz, .lzma and .lz formats
 *
 * The C interface of rlzma, which is that of liblzma 5.8.4: a program that
 * compiles with the headers of the one compiles with those of the other, and
 * runs with either library.
 *
 * The usual way to use it:
 *
 *  1. Make a stream: lzma_stream strm = LZMA_STREAM_INIT;
 *  2. Start a coder on it: lzma_easy_encoder(), lzma_stream_decoder() or any
 *     other function that takes an lzma_stream first. A stream may be started
 *     again, with the same coder or another, without ending it.
 *  3. Point next_in and next_out to buffers, set avail_in and avail_out to
 *     their sizes, and call lzma_code() until it returns LZMA_STREAM_END or
 *     an error. Refill the buffers in between. Pass LZMA_FINISH as soon as
 *     there is no input after what is in the buffer.
 *  4. Free the coder: lzma_end(&strm).
 *
 * For example, to decompress standard input to standard output:
 *
 *     lzma_stream strm = LZMA_STREAM_INIT;
 *     lzma_ret ret = lzma_stream_decoder(&strm, UINT64_MAX,
 *             LZMA_CONCATENATED);
 *     uint8_t in[65536], out[65536];
 *     while (ret == LZMA_OK) {
 *         if (strm.avail_in == 0 && !feof(stdin)) {
 *             strm.next_in = in;
 *             strm.avail_in = fread(in, 1, sizeof(in), stdin);
 *         }
 *         strm.next_out = out;
 *         strm.avail_out = sizeof(out);
 *         ret = lzma_code(&strm, feof(stdin) ? LZMA_FINISH : LZMA_RUN);
 *         fwrite(out, 1, sizeof(out) - strm.avail_out, stdout);
 *     }
 *     lzma_end(&strm);
 *     return ret == LZMA_STREAM_END ? 0 : 1;
 *
 * The words: a .xz file consists of one or more Streams. A Stream begins with a
 * Stream Header, which says what integrity check there is, and ends with a
 * Stream Footer; zeros behind it are Stream Padding. Between them are Blocks,
 * and an Index with the sizes of all Blocks. A Block has a Block Header, which
 * says what filters there are, then compressed data, padding to a multiple of
 * four bytes, and the check of the uncompressed data. Filters form a chain; the
 * last one compresses. Coder means encoder or decoder.
 *
 * Rules that hold everywhere:
 *
 *  - All sizes and positions are in bytes, also those of memory. Buffers need
 *    no alignment. Output buffers need not be initialised.
 *  - Functions may be called from several threads at a time, but not with the
 *    same stream or other object, unless all of them only read it. A stream
 *    may be passed on from one thread to another between two calls.
 *  - A function that takes an lzma_allocator accepts NULL, which stands for
 *    malloc() and free(). What the library allocates for the caller to keep
 *    is freed with the same allocator, or free().
 *  - A function that starts a coder sets total_in and total_out to 0. When it
 *    fails, the coder that was there before is gone, as after lzma_end().
 *  - Members that are called reserved must be zero (NULL, LZMA_RESERVED_ENUM)
 *    unless said otherwise.
 *  - "Returns" lists every code that can come, and when.
 *  - "Requirements" are what the library cannot check: violating them is
 *    undefined behaviour. Everything else is answered with a return code.
 *  - "Since" is the release of liblzma that added it; where nothing is said,
 *    it has been there since 5.0.
 */

#ifndef LZMA_H
#define LZMA_H

/*
 * Needed from the system: size_t, NULL, uint8_t, uint32_t, uint64_t,
 * UINT32_C, UINT64_C, UINT32_MAX, UINT64_MAX. An application that provides
 * them itself defines LZMA_MANUAL_HEADERS.
 */
#ifndef LZMA_MANUAL_HEADERS
#	include <stddef.h>
#	if !defined(UINT32_C) || !defined(UINT64_C) \
			|| !defined(UINT32_MAX) || !defined(UINT64_MAX)
		/* Before C++11, C++ has those macros on request only. */
#		ifdef __cplusplus
#			ifndef __STDC_LIMIT_MACROS
#				define __STDC_LIMIT_MACROS 1
#			endif
#			ifndef __STDC_CONSTANT_MACROS
#				define __STDC_CONSTANT_MACROS 1
#			endif
#		endif
#		include <inttypes.h>
#	endif
#endif

/*
 * The declaration of functions, and of those that applications pass in: plain,
 * except on Windows. There, LZMA_API_STATIC is for linking statically.
 */
#ifndef LZMA_API_IMPORT
#	if defined(_WIN32) && !defined(__GNUC__) && !defined(LZMA_API_STATIC)
#		define LZMA_API_IMPORT __declspec(dllimport)
#	else
#		define LZMA_API_IMPORT
#	endif
#endif

#ifndef LZMA_API_CALL
#	if defined(_WIN32) && !defined(__CYGWIN__)
#		define LZMA_API_CALL __cdecl
#	else
#		define LZMA_API_CALL
#	endif
#endif

#ifndef LZMA_API
#	define LZMA_API(type) LZMA_API_IMPORT type LZMA_API_CALL
#endif

/* No function throws, and functions that are passed in must not either. */
#ifndef lzma_nothrow
#	if !defined(__cplusplus)
#		ifdef __GNUC__
#			define lzma_nothrow __attribute__((__nothrow__))
#		else
#			define lzma_nothrow
#		endif
#	elif __cplusplus >= 201103L
#		define lzma_nothrow noexcept
#	elif defined(_MSVC_LANG) && _MSVC_LANG >= 201103L
#		define lzma_nothrow noexcept
#	else
#		define lzma_nothrow throw()
#	endif
#endif

/* Attributes of GNU C help the compiler to warn and to optimise. */
#ifndef lzma_attribute
#	ifdef __GNUC__
#		define lzma_attribute(attr) __attribute__(attr)
#	else
#		define lzma_attribute(attr)
#	endif
#endif

#ifndef lzma_attr_pure
#	define lzma_attr_pure lzma_attribute((__pure__))
#endif

#ifndef lzma_attr_const
#	define lzma_attr_const lzma_attribute((__const__))
#endif

#ifndef lzma_attr_warn_unused_result
#	define lzma_attr_warn_unused_result \
		lzma_attribute((__warn_unused_result__))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The parts may be included from here only. */
#define LZMA_H_INTERNAL 1

#include "lzma/version.h"
#include "lzma/base.h"
#include "lzma/vli.h"
#include "lzma/check.h"
#include "lzma/filter.h"
#include "lzma/bcj.h"
#include "lzma/delta.h"
#include "lzma/lzma12.h"
#include "lzma/container.h"
#include "lzma/stream_flags.h"
#include "lzma/block.h"
#include "lzma/index.h"
#include "lzma/index_hash.h"
#include "lzma/hardware.h"

#undef LZMA_H_INTERNAL

#ifdef __cplusplus
}
#endif

#endif
