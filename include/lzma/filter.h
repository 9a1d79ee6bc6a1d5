/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/filter.h
 * \brief  Filters and filter chains.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/** The most filters in a chain, its terminator not counted. */
#define LZMA_FILTERS_MAX 4

/** Allow, or list, filters that the .xz format cannot use. Since 5.4. */
#define LZMA_STR_ALL_FILTERS UINT32_C(0x01)

/**
 * Do not check that the chain can be used in the .xz format. Since 5.4.
 */
#define LZMA_STR_NO_VALIDATION UINT32_C(0x02)

/** Write the options that an encoder reads. Since 5.4. */
#define LZMA_STR_ENCODER UINT32_C(0x10)

/** Write the options that a decoder reads. Since 5.4. */
#define LZMA_STR_DECODER UINT32_C(0x20)

/** Write chains as long options of a command line. Since 5.4. */
#define LZMA_STR_GETOPT_LONG UINT32_C(0x40)

/** Put dashes, not spaces, between filters. Since 5.4. */
#define LZMA_STR_NO_SPACES UINT32_C(0x80)

/**
 * One filter of a chain. A chain is an array that ends with the ID
 * LZMA_VLI_UNKNOWN.
 */
typedef struct {
	/** Filter ID, one of the LZMA_FILTER_* constants. */
	lzma_vli id;
	/** The options structure of the filter; NULL when it needs none. */
	void *options;
} lzma_filter;

/**
 * Whether this library can encode with the filter id.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_filter_encoder_is_supported(lzma_vli id)
		lzma_nothrow lzma_attr_const;

/**
 * Whether this library can decode with the filter id.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_filter_decoder_is_supported(lzma_vli id)
		lzma_nothrow lzma_attr_const;

/**
 * Copies a chain and its options, which are allocated with allocator; a
 * preset dictionary is not copied. Filters without options may have any ID.
 *
 * Returns:
 * LZMA_OK; LZMA_MEM_ERROR; LZMA_OPTIONS_ERROR when there are more
 * than four filters, or options of an unknown filter; LZMA_PROG_ERROR when
 * src or dest is NULL. dest changes only with LZMA_OK.
 *
 * Requirements:
 * src is NULL or a chain as the structures demand, dest is NULL or
 * has room for it, and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filters_copy(const lzma_filter *src,
		lzma_filter *dest, const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Frees the options of a chain, and empties it: all IDs become
 * LZMA_VLI_UNKNOWN. NULL is fine.
 *
 * Requirements:
 * filters is NULL or a chain of at most four filters, whose options are
 * NULL or were allocated with allocator, which is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(void) lzma_filters_free(lzma_filter *filters,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Finds out how many bytes the Filter Properties of filter take.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when there is no such filter;
 * LZMA_PROG_ERROR when there can be none.
 *
 * Requirements:
 * size and filter are valid; options of BCJ filters are NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_properties_size(uint32_t *size,
		const lzma_filter *filter)
		lzma_nothrow;

/**
 * Encodes the Filter Properties of filter to props, whose size is what
 * lzma_properties_size says.
 *
 * Returns:
 * LZMA_OK; LZMA_PROG_ERROR when there is no such filter, or its options
 * are invalid.
 *
 * Requirements:
 * filter is valid, its options are NULL or what its ID demands, and
 * props is valid for writes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_properties_encode(const lzma_filter *filter,
		uint8_t *props)
		lzma_nothrow;

/**
 * Decodes the Filter Properties props for the ID in filter. The options
 * are allocated with allocator; they are NULL when there are none, and
 * after an error.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when the filter, or what the Properties
 * say, is not supported; LZMA_MEM_ERROR.
 *
 * Requirements:
 * filter is valid, props is valid for reads of props_size bytes, and
 * allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_properties_decode(lzma_filter *filter,
		const lzma_allocator *allocator, const uint8_t *props,
		size_t props_size)
		lzma_nothrow;

/**
 * Finds out how many bytes the Filter Flags of filter take.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when there is no such filter;
 * LZMA_PROG_ERROR when the .xz format cannot have it.
 *
 * Requirements:
 * As for lzma_properties_size.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filter_flags_size(uint32_t *size,
		const lzma_filter *filter)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Encodes the Filter Flags of filter to out, from *out_pos on.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when there is no such filter;
 * LZMA_PROG_ERROR when the .xz format cannot have it, its options are
 * invalid, or there is not enough room.
 *
 * Requirements:
 * filter is valid, its options are NULL or what its ID demands, out_pos
 * is valid, and out is valid for writes of out_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filter_flags_encode(const lzma_filter *filter,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes Filter Flags from in, from *in_pos on. The options are
 * allocated with allocator; they are NULL when there are none, and after
 * an error.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when the filter (whose ID is set) or its
 * options are not supported; LZMA_DATA_ERROR when the Filter Flags are
 * damaged or incomplete; LZMA_MEM_ERROR.
 *
 * Requirements:
 * filter and in_pos are valid, in is valid for reads of in_size
 * bytes, and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filter_flags_decode(lzma_filter *filter,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Reads a chain of filters from a text such as x86 lzma2:dict=1MiB, or a
 * preset such as 6 or -9e. filters needs room for five entries;
 * options are allocated with allocator.
 *
 * Returns:
 * NULL; or a message, in English, that says what is wrong with the text at
 * byte *error_pos. filters changes only with NULL. error_pos may be
 * NULL.
 *
 * Requirements:
 * str is NULL or a string, filters is NULL or has room for five entries,
 * error_pos and allocator are NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(const char *) lzma_str_to_filters(const char *str,
		int *error_pos, lzma_filter *filters, uint32_t flags,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Writes a chain of filters as a text that lzma_str_to_filters reads,
 * with options if flags say so. It is allocated with allocator.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when flags are not supported, there are
 * no filters or too many, or one has no name or lacks options;
 * LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer is NULL. After an
 * error, *str is NULL.
 *
 * Requirements:
 * str is NULL or valid for writes, filters is NULL or a chain as the
 * structures demand, and allocator is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_str_from_filters(char **str,
		const lzma_filter *filters, uint32_t flags,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Lists the filter filter_id, or (LZMA_VLI_UNKNOWN) all that the .xz
 * format has, or all, as flags say; with what options there are, and what
 * they may be. The text is allocated with allocator.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when flags or the filter are not
 * supported; LZMA_MEM_ERROR; LZMA_PROG_ERROR when str is NULL. After
 * an error, *str is NULL.
 *
 * Requirements:
 * str is NULL or valid for writes, and allocator is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_str_list_filters(char **str,
		lzma_vli filter_id, uint32_t flags,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Memory that lzma_raw_encoder needs for filters, in bytes;
 * UINT64_MAX if they are not valid.
 *
 * Requirements:
 * filters is NULL or a chain as the structures demand.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_raw_encoder_memusage(
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts an encoder for filters without a container. It takes LZMA_RUN,
 * LZMA_SYNC_FLUSH (LZMA1 and BCJ filters: LZMA_OPTIONS_ERROR) and
 * LZMA_FINISH.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR or LZMA_PROG_ERROR when the chain or
 * its options are invalid; LZMA_MEM_ERROR.
 *
 * Requirements:
 * strm as for lzma_code; filters is NULL or a chain as the structures
 * demand, and is not used after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_encoder(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Changes the filters of the encoder on strm, as far as it can: the
 * options lc, lp and pb of LZMA2 after LZMA_SYNC_FLUSH, or at the
 * beginning; a chain as a whole between Blocks.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR when the chain is invalid;
 * LZMA_PROG_ERROR when the encoder cannot do that now, or not with these
 * filters; LZMA_MEM_ERROR.
 *
 * Requirements:
 * strm as for lzma_code; filters is NULL or a chain as the structures
 * demand, and is not used after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filters_update(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow;

/**
 * Encodes in_size bytes from in without a container in one call, to
 * out, from *out_pos on.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is not enough room;
 * LZMA_OPTIONS_ERROR, LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer
 * is NULL or the position is beyond the end. Only with LZMA_OK, the
 * position changes.
 *
 * Requirements:
 * Pointers are NULL or valid, and buffers as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_buffer_encode(const lzma_filter *filters,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Memory that lzma_raw_decoder needs for filters, in bytes;
 * UINT64_MAX if they are not valid.
 *
 * Requirements:
 * filters is NULL or a chain as the structures demand.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_raw_decoder_memusage(
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts a decoder for filters without a container. It takes LZMA_RUN
 * and LZMA_FINISH, and returns LZMA_STREAM_END when the last filter
 * knows that the data has ended.
 *
 * Returns:
 * LZMA_OK; LZMA_OPTIONS_ERROR or LZMA_PROG_ERROR when the chain or
 * its options are invalid; LZMA_MEM_ERROR.
 *
 * Requirements:
 * strm as for lzma_code; filters is NULL or a chain as the structures
 * demand, and is not used after this call.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_decoder(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes data without a container in one call: from in, from *in_pos
 * on, to out, from *out_pos on.
 *
 * Returns:
 * LZMA_OK; LZMA_BUF_ERROR when there is not enough room;
 * LZMA_DATA_ERROR when the data is damaged or incomplete;
 * LZMA_OPTIONS_ERROR, LZMA_MEM_ERROR; LZMA_PROG_ERROR when a pointer
 * is NULL or a position is beyond its end. Only with LZMA_OK, the
 * positions change.
 *
 * Requirements:
 * Pointers are NULL or valid, and buffers as large as said.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_buffer_decode(const lzma_filter *filters,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos,
		size_t out_size)
		lzma_nothrow;
