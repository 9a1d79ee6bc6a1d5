/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/lzma12.h
 * \brief  The LZMA1 and LZMA2 filters.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * Filter ID: LZMA1. For raw streams and the old formats: the .xz format cannot
 * have it. A chain holds it as its last filter.
 */
#define LZMA_FILTER_LZMA1 LZMA_VLI_C(0x4000000000000001)

/**
 * Filter ID: LZMA1 with the ext_* options, for containers that store the
 * size of the data. Since 5.4.
 */
#define LZMA_FILTER_LZMA1EXT LZMA_VLI_C(0x4000000000000002)

/**
 * Filter ID: LZMA2, the compressing filter of the .xz format. A chain holds it
 * as its last filter.
 */
#define LZMA_FILTER_LZMA2 LZMA_VLI_C(0x21)

/**
 * The smallest dictionary that encoders take, in bytes. Decoders take a
 * smaller one, but use this.
 */
#define LZMA_DICT_SIZE_MIN UINT32_C(4096)

/** The dictionary of the default preset, 8 MiB. */
#define LZMA_DICT_SIZE_DEFAULT (UINT32_C(1) << 23)

/** The smallest lc, lp, and sum of both. */
#define LZMA_LCLP_MIN 0

/** The largest lc, lp, and sum of both. */
#define LZMA_LCLP_MAX 4

/** The lc of all presets. */
#define LZMA_LC_DEFAULT 3

/** The lp of all presets. */
#define LZMA_LP_DEFAULT 0

/** The smallest pb. */
#define LZMA_PB_MIN 0

/** The largest pb. */
#define LZMA_PB_MAX 4

/** The pb of all presets. */
#define LZMA_PB_DEFAULT 2

/**
 * Flag for ext_flags. Encoders write an end marker. Decoders take one behind
 * data of known size; where the size is not known, they take one in any case.
 * Since 5.4.
 */
#define LZMA_LZMA1EXT_ALLOW_EOPM UINT32_C(0x01)

/**
 * The match finder of an encoder. Together with the size of the dictionary it
 * decides how much memory the encoder needs.
 */
typedef enum {
	/** Hash chain, hashes of two and three bytes. */
	LZMA_MF_HC3 = 3,

	/** Hash chain, hashes of two, three and four bytes. */
	LZMA_MF_HC4 = 4,

	/** Binary tree, hash of two bytes. */
	LZMA_MF_BT2 = 18,

	/** Binary tree, hashes of two and three bytes. */
	LZMA_MF_BT3 = 19,

	/**
	 * Binary tree, hashes of two, three and four bytes. Compresses best.
	 */
	LZMA_MF_BT4 = 20
} lzma_match_finder;

/** The mode of an encoder: its way to choose among matches. */
typedef enum {
	/** By simple rules. Usual with hash chains. */
	LZMA_MODE_FAST = 1,

	/**
	 * By comparing the prices of many alternatives. Usual with binary trees.
	 */
	LZMA_MODE_NORMAL = 2
} lzma_mode;

/**
 * Options of LZMA1 and LZMA2. lzma_lzma_preset sets all that encoders need.
 * Decoders of raw LZMA2 need dict_size only, those of LZMA1 also lc, lp
 * and pb, and all may have a preset dictionary.
 */
typedef struct {
	/**
	 * Size of the dictionary in bytes: how far back matches reach. Encoders
	 * take it from LZMA_DICT_SIZE_MIN to 1.5 GiB. Larger ones find more
	 * matches, and need more memory for encoding and for decoding.
	 */
	uint32_t dict_size;
	/**
	 * Data that the dictionary holds before the first byte, of which the last
	 * dict_size bytes count; the decoder needs the same. NULL means none.
	 * Only raw coders can use it. It stays the caller's.
	 */
	const uint8_t *preset_dict;
	/** Number of bytes that are at preset_dict; 0 means none. */
	uint32_t preset_dict_size;
	/**
	 * Literal context bits: how many high bits of the byte before a literal
	 * choose its probabilities. From 0 to 4; 3 suits most data.
	 */
	uint32_t lc;
	/**
	 * Literal position bits: how many low bits of the position do. From 0 to
	 * 4, and lc + lp is at most 4; 0 suits most data.
	 */
	uint32_t lp;
	/**
	 * Position bits: how many low bits of the position choose the
	 * probabilities of all else. From 0 to 4; 2 suits data made of words of
	 * four bytes, 0 suits text.
	 */
	uint32_t pb;
	/** Encoder: how to choose among matches. */
	lzma_mode mode;
	/**
	 * Encoder: a match of so many bytes is taken without looking further. From
	 * 2 to 273, and at least as many as the match finder hashes: a smaller
	 * number is raised to that. Larger values compress better and take longer.
	 */
	uint32_t nice_len;
	/** Encoder: how to find matches. */
	lzma_match_finder mf;
	/**
	 * Encoder: how many candidates a search looks at; 0 chooses a number by
	 * match finder and nice_len. Very large values make hostile input very
	 * slow.
	 */
	uint32_t depth;
	/** With LZMA1EXT: LZMA_LZMA1EXT_ALLOW_EOPM or 0. Since 5.4. */
	uint32_t ext_flags;
	/**
	 * With LZMA1EXT, decoder: low half of the uncompressed size in bytes; both
	 * halves are all ones when it is not known. lzma_set_ext_size sets both.
	 * Since 5.4.
	 */
	uint32_t ext_size_low;
	/**
	 * With LZMA1EXT, decoder: high half of the uncompressed size. Since 5.4.
	 */
	uint32_t ext_size_high;
	/** Reserved. */
	uint32_t reserved_int4;
	/** Reserved. */
	uint32_t reserved_int5;
	/** Reserved. */
	uint32_t reserved_int6;
	/** Reserved. */
	uint32_t reserved_int7;
	/** Reserved. */
	uint32_t reserved_int8;
	/** Reserved. */
	lzma_reserved_enum reserved_enum1;
	/** Reserved. */
	lzma_reserved_enum reserved_enum2;
	/** Reserved. */
	lzma_reserved_enum reserved_enum3;
	/** Reserved. */
	lzma_reserved_enum reserved_enum4;
	/** Reserved. */
	void *reserved_ptr1;
	/** Reserved. */
	void *reserved_ptr2;
} lzma_options_lzma;

/**
 * Stores the uncompressed size u64size, in bytes or UINT64_MAX if it is not
 * known, in the members ext_size_low and ext_size_high of the structure (not
 * a pointer to it) opt_lzma2. For LZMA1EXT. Since 5.4.
 */
#define lzma_set_ext_size(opt_lzma2, u64size) \
	do { \
		(opt_lzma2).ext_size_low = (uint32_t)(u64size); \
		(opt_lzma2).ext_size_high = (uint32_t)((uint64_t)(u64size) >> 32); \
	} while (0)

/**
 * Tells whether this library has a match finder.
 *
 * Parameters:
 * - match_finder: its number; any value is allowed.
 *
 * Returns:
 * True for the LZMA_MF_* constants, false for all else.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_mf_is_supported(
		lzma_match_finder match_finder)
		lzma_nothrow lzma_attr_const;

/**
 * Tells whether this library has a mode.
 *
 * Parameters:
 * - mode: its number; any value is allowed.
 *
 * Returns:
 * True for the LZMA_MODE_* constants, false for all else.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_mode_is_supported(lzma_mode mode)
		lzma_nothrow lzma_attr_const;

/**
 * Sets the options of a preset, for LZMA1 and LZMA2.
 *
 * Parameters:
 * - options: the structure; it need not be initialised. All is set but
 *   reserved and ext_* members, which stay as they are. There is no preset
 *   dictionary then.
 * - preset: a level from 0 to 9, perhaps with LZMA_PRESET_EXTREME (by
 *   bitwise or).
 *
 * Returns:
 * False if all went well. True if there is no such preset, and nothing was
 * set.
 *
 * Requirements:
 * options is valid for writes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_lzma_preset(lzma_options_lzma *options,
		uint32_t preset)
		lzma_nothrow;
