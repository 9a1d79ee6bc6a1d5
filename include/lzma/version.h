/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/version.h
 * \brief  The version of liblzma that this library is a drop-in for.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * First number of the version; another one would mean an incompatible library.
 */
#define LZMA_VERSION_MAJOR 5

/**
 * Second number of the version: even in stable releases, odd in development.
 */
#define LZMA_VERSION_MINOR 8

/**
 * Third number of the version: it counts the releases of one minor version.
 */
#define LZMA_VERSION_PATCH 4

/** The stability of an alpha release. */
#define LZMA_VERSION_STABILITY_ALPHA 0

/** The stability of a beta release. */
#define LZMA_VERSION_STABILITY_BETA 1

/** The stability of a stable release. */
#define LZMA_VERSION_STABILITY_STABLE 2

/** The stability of this version: one of the three values above. */
#define LZMA_VERSION_STABILITY LZMA_VERSION_STABILITY_STABLE

/**
 * The version as a number to compare with: its decimal digits are xyyyzzzs,
 * where x is the major, y the minor and z the patch version, and s the
 * stability. 5.8.4 is 50080042.
 */
#define LZMA_VERSION (LZMA_VERSION_MAJOR * UINT32_C(10000000) \
		+ LZMA_VERSION_MINOR * UINT32_C(10000) \
		+ LZMA_VERSION_PATCH * UINT32_C(10) \
		+ LZMA_VERSION_STABILITY)

/**
 * The part of the version string for development snapshots; empty in a release.
 */
#ifndef LZMA_VERSION_COMMIT
#	define LZMA_VERSION_COMMIT ""
#endif

/**
 * The part of the version string for the stability; empty when stable.
 */
#if LZMA_VERSION_STABILITY == LZMA_VERSION_STABILITY_ALPHA
#	define LZMA_VERSION_STABILITY_STRING "alpha"
#elif LZMA_VERSION_STABILITY == LZMA_VERSION_STABILITY_BETA
#	define LZMA_VERSION_STABILITY_STRING "beta"
#else
#	define LZMA_VERSION_STABILITY_STRING ""
#endif

/**
 * A version string from its parts major, minor and patch (numbers), stability
 * and commit (strings), all of which may be macros.
 */
#define LZMA_VERSION_STRING_C(major, minor, patch, stability, commit) \
	LZMA_VERSION_STRING_C_(major, minor, patch, stability, commit)

/** The second step of LZMA_VERSION_STRING_C, not for use elsewhere. */
#define LZMA_VERSION_STRING_C_(major, minor, patch, stability, commit) \
	#major "." #minor "." #patch stability commit

/**
 * The version of these headers as a string: "5.8.4".
 */
#define LZMA_VERSION_STRING \
	LZMA_VERSION_STRING_C(LZMA_VERSION_MAJOR, LZMA_VERSION_MINOR, \
			LZMA_VERSION_PATCH, LZMA_VERSION_STABILITY_STRING, \
			LZMA_VERSION_COMMIT)

/**
 * The version of the library that is running, as LZMA_VERSION is that of the
 * headers.
 *
 * Returns:
 * The version in decimal digits xyyyzzzs, as explained at LZMA_VERSION:
 * 50080042 for this version.
 *
 * Since 5.0.
 */
extern LZMA_API(uint32_t) lzma_version_number(void)
		lzma_nothrow lzma_attr_const;

/**
 * The version of the library that is running, as a text.
 *
 * Returns:
 * The version, such as "5.8.4". The text is part of the library: it is not to
 * be freed.
 *
 * Since 5.0.
 */
extern LZMA_API(const char *) lzma_version_string(void)
		lzma_nothrow lzma_attr_const;
