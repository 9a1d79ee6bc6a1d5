/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/lzma12.h
 * \brief  The LZMA1 and LZMA2 filters.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** Filter ID: LZMA1, for raw streams; the format has none for it. */
#define LZMA_FILTER_LZMA1 LZMA_VLI_C(0x4000000000000001)

/** Filter ID: LZMA1 with the ext_* options. Since 5.4. */
#define LZMA_FILTER_LZMA1EXT LZMA_VLI_C(0x4000000000000002)

/** Filter ID: LZMA2. */
#define LZMA_FILTER_LZMA2 LZMA_VLI_C(0x21)

/** The smallest dictionary, in bytes. */
#define LZMA_DICT_SIZE_MIN UINT32_C(4096)

/** The dictionary of the default preset, in bytes. */
#define LZMA_DICT_SIZE_DEFAULT (UINT32_C(1) << 23)

/** The smallest lc, lp, and sum of both. */
#define LZMA_LCLP_MIN 0

/** The largest sum of lc and lp. */
#define LZMA_LCLP_MAX 4

/** The usual lc. */
#define LZMA_LC_DEFAULT 3

/** The usual lp. */
#define LZMA_LP_DEFAULT 0

/** The smallest pb. */
#define LZMA_PB_MIN 0

/** The largest pb. */
#define LZMA_PB_MAX 4

/** The usual pb. */
#define LZMA_PB_DEFAULT 2

/** Flag for ext_flags: an end marker may stand at the end. Since 5.4. */
#define LZMA_LZMA1EXT_ALLOW_EOPM UINT32_C(0x01)

/** How the encoder finds matches. */
typedef enum {
	/** Hash chain, hashes of two and three bytes. */
	LZMA_MF_HC3 = 3,

	/** Hash chain, hashes of two, three and four bytes. */
	LZMA_MF_HC4 = 4,

	/** Binary tree, hash of two bytes. */
	LZMA_MF_BT2 = 18,

	/** Binary tree, hashes of two and three bytes. */
	LZMA_MF_BT3 = 19,

	/** Binary tree, hashes of two, three and four bytes. */
	LZMA_MF_BT4 = 20
} lzma_match_finder;

/** How the encoder chooses among matches. */
typedef enum {
	/** By simple rules. */
	LZMA_MODE_FAST = 1,

	/** By comparing the prices of many alternatives. */
	LZMA_MODE_NORMAL = 2
} lzma_mode;

/** Options of LZMA1 and LZMA2. */
typedef struct {
	/**
	 * Size of the dictionary in bytes, from LZMA_DICT_SIZE_MIN on. The
	 * encoder takes at most 1.5 GiB. Larger ones find more matches, and need
	 * more memory for encoding and for decoding.
	 */
	uint32_t dict_size;
	/** What the dictionary holds before the first byte, or NULL. */
	const uint8_t *preset_dict;
	/** Bytes at preset_dict. */
	uint32_t preset_dict_size;
	/**
	 * Literal context bits: how many high bits of the previous byte select the
	 * literal probabilities.
	 */
	uint32_t lc;
	/** Literal position bits: how many low bits of the position do. */
	uint32_t lp;
	/**
	 * Position bits: how many low bits of the position select the other
	 * probabilities.
	 */
	uint32_t pb;
	/** How the encoder chooses among matches. */
	lzma_mode mode;
	/**
	 * A match of this length is taken without looking further, in bytes: 2 (or
	 * as many as the match finder hashes) to 273.
	 */
	uint32_t nice_len;
	/** How the encoder finds matches. */
	lzma_match_finder mf;
	/** How many candidates a search looks at; zero chooses a number. */
	uint32_t depth;
	/** With LZMA1EXT: LZMA_LZMA1EXT_ALLOW_EOPM or zero. Since 5.4. */
	uint32_t ext_flags;
	/**
	 * With LZMA1EXT: low half of the uncompressed size; both halves all ones
	 * when not known. Since 5.4.
	 */
	uint32_t ext_size_low;
	/** With LZMA1EXT: high half of the uncompressed size. Since 5.4. */
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
 * Stores an uncompressed size in the members ext_size_low and ext_size_high
 * of the structure (not a pointer to it) opt_lzma2. Since 5.4.
 */
#define lzma_set_ext_size(opt_lzma2, u64size) \
	do { \
		(opt_lzma2).ext_size_low = (uint32_t)(u64size); \
		(opt_lzma2).ext_size_high = (uint32_t)((uint64_t)(u64size) >> 32); \
	} while (0)

/**
 * Whether this library has the match finder match_finder.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_mf_is_supported(
		lzma_match_finder match_finder)
		lzma_nothrow lzma_attr_const;

/**
 * Whether this library has the mode mode.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_mode_is_supported(lzma_mode mode)
		lzma_nothrow lzma_attr_const;

/**
 * Sets options for the compression level and flags preset. Reserved and
 * ext_* members are left as they are.
 *
 * Returns:
 * False; true if there is no such preset, and nothing was set.
 *
 * Requirements:
 * options is valid for writes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_lzma_preset(lzma_options_lzma *options,
		uint32_t preset)
		lzma_nothrow;
