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

