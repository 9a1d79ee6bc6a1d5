/* SPDX-License-Identifier: 0BSD */

/**
 * \file   lzma/filter.h
 * \brief  Filters and filter chains.
 */

/* Generated from rlzma's src/ffi by tools/headers; edit that. */

#ifndef LZMA_H_INTERNAL
#	error Include <lzma.h>, not its parts.
#endif

/**
 * The most filters in a chain, not counting the entry that ends it: arrays
 * that functions write a chain to need room for one more.
 */
#define LZMA_FILTERS_MAX 4

/**
 * Allow, or list, also filters that the .xz format cannot use, which are LZMA1
 * filters. Since 5.4.
 */
#define LZMA_STR_ALL_FILTERS UINT32_C(0x01)

/**
 * Do not check that the chain as a whole makes sense, such as that LZMA2 is
 * the last filter. Since 5.4.
 */
#define LZMA_STR_NO_VALIDATION UINT32_C(0x02)

/** Write or list the options that an encoder reads. Since 5.4. */
#define LZMA_STR_ENCODER UINT32_C(0x10)

/** Write or list the options that a decoder reads. Since 5.4. */
#define LZMA_STR_DECODER UINT32_C(0x20)

/**
 * Write filters as options of the xz program: --delta=dist=2. Since 5.4.
 */
#define LZMA_STR_GETOPT_LONG UINT32_C(0x40)

/**
 * Put two dashes instead of a space between filters, so that a shell takes the
 * text as one word. Since 5.4.
 */
#define LZMA_STR_NO_SPACES UINT32_C(0x80)

/**
 * One filter of a chain. A chain is an array of one to four filters that ends
 * with an entry whose ID is LZMA_VLI_UNKNOWN. When encoding, data goes
 * through it from the first to the last; the last one compresses.
 */
typedef struct {
	/**
	 * Filter ID, one of the LZMA_FILTER_* constants, or LZMA_VLI_UNKNOWN
	 * at the end of the chain.
	 */
	lzma_vli id;
	/**
	 * The options structure that the filter's ID asks for
	 * (lzma_options_lzma, lzma_options_delta, lzma_options_bcj). NULL
	 * when it needs none, which is so for BCJ filters only.
	 */
	void *options;
} lzma_filter;

/**
 * Tells whether this library can encode with a filter.
 *
 * Parameters:
 * - id: the Filter ID; any value is allowed.
 *
 * Returns:
 * True or false.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_filter_encoder_is_supported(lzma_vli id)
		lzma_nothrow lzma_attr_const;

/**
 * Tells whether this library can decode with a filter.
 *
 * Parameters:
 * - id: the Filter ID; any value is allowed.
 *
 * Returns:
 * True or false: the same as lzma_filter_encoder_is_supported.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_bool) lzma_filter_decoder_is_supported(lzma_vli id)
		lzma_nothrow lzma_attr_const;

/**
 * Copies a chain and its options. A preset dictionary is not copied: the copy
 * points to the same one. Options are not checked.
 *
 * Parameters:
 * - src: the chain. Filters without options may have any ID.
 * - dest: where the copy goes: room for as many entries as the chain has,
 *   with its end; five are enough for any. What was there is overwritten, not
 *   freed. Free the copy with lzma_filters_free.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 *
 * Returns:
 * - LZMA_OK: copied.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: there are more than four filters, or one has options
 *   and an unknown ID.
 * - LZMA_PROG_ERROR: src or dest is NULL.
 *
 * After an error, dest is as it was, and nothing stays allocated.
 *
 * Requirements:
 * src is NULL or a chain whose options are NULL or what their IDs ask for,
 * dest is NULL or has room for it, and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filters_copy(const lzma_filter *src,
		lzma_filter *dest, const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Frees the options of a chain, and empties it: all IDs become
 * LZMA_VLI_UNKNOWN, and all options NULL. The array itself is the caller's.
 *
 * Parameters:
 * - filters: the chain; if it is NULL, nothing happens.
 * - allocator: the one that the options were allocated with; NULL means
 *   free.
 *
 * Requirements:
 * filters is NULL or a chain of at most four filters, whose options are NULL
 * or were allocated with allocator, which is NULL or valid.
 *
 * Since 5.4.
 */
extern LZMA_API(void) lzma_filters_free(lzma_filter *filters,
		const lzma_allocator *allocator)
		lzma_nothrow;

/**
 * Tells how large the Filter Properties are: a filter's options as they are
 * stored in files.
 *
 * Parameters:
 * - size: set to the size in bytes, from 0 to 5, with LZMA_OK only.
 * - filter: the filter. Its options need not be valid; only those of BCJ
 *   filters are read.
 *
 * Returns:
 * - LZMA_OK: *size is set.
 * - LZMA_OPTIONS_ERROR: there is no such filter in this library.
 * - LZMA_PROG_ERROR: the ID is larger than LZMA_VLI_MAX.
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
 * Stores the options of a filter as Filter Properties.
 *
 * Parameters:
 * - filter: the filter. Only options that are stored are checked: those that
 *   an encoder needs besides may still be wrong.
 * - props: the buffer, of the size that lzma_properties_size says. It may
 *   be NULL if that is 0.
 *
 * Returns:
 * - LZMA_OK: stored.
 * - LZMA_PROG_ERROR: there is no such filter, its options are NULL (unless
 *   it is a BCJ filter), or they are out of range.
 *
 * Requirements:
 * filter is valid, its options are NULL or what its ID asks for, and props
 * is valid for writes of that size.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_properties_encode(const lzma_filter *filter,
		uint8_t *props)
		lzma_nothrow;

/**
 * Makes options of a filter from Filter Properties.
 *
 * Parameters:
 * - filter: its id says which filter it is. Its options are set; what
 *   was there is not freed. They are NULL after an error, and for BCJ filters
 *   that start at 0. The caller frees them, as lzma_filters_free does.
 *   Options that only encoders need are zero.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - props: the Filter Properties; may be NULL if props_size is 0.
 * - props_size: their exact size in bytes.
 *
 * Returns:
 * - LZMA_OK: the options are set.
 * - LZMA_OPTIONS_ERROR: there is no such filter, or its Properties cannot be
 *   like that.
 * - LZMA_MEM_ERROR: memory could not be allocated.
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
 * Tells the size of the Filter Flags: a filter as it stands in a Block Header,
 * with ID and Filter Properties.
 *
 * Parameters:
 * - size: set to the size in bytes, with LZMA_OK only.
 * - filter: the filter. Its options need not be valid; only those of BCJ
 *   filters are read.
 *
 * Returns:
 * - LZMA_OK: *size is set.
 * - LZMA_OPTIONS_ERROR: there is no such filter in this library.
 * - LZMA_PROG_ERROR: the .xz format cannot have such an ID (LZMA1, for
 *   example).
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
 * Stores a filter as Filter Flags.
 *
 * Parameters:
 * - filter: the filter.
 * - out: the buffer.
 * - out_pos: where in out to write, in bytes from its start; moved behind
 *   what was written.
 * - out_size: size in bytes of out, counted from its start.
 *
 * Returns:
 * - LZMA_OK: stored.
 * - LZMA_OPTIONS_ERROR: there is no such filter in this library.
 * - LZMA_PROG_ERROR: the .xz format cannot have such an ID, the options are
 *   missing or out of range, or there is less room than
 *   lzma_filter_flags_size says.
 *
 * Requirements:
 * filter is valid, its options are NULL or what its ID asks for, out_pos
 * is valid, and out is valid for writes of out_size bytes.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filter_flags_encode(const lzma_filter *filter,
		uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Makes a filter from Filter Flags.
 *
 * Parameters:
 * - filter: set to ID and options; what was there is not freed. Options are
 *   as from lzma_properties_decode, and NULL after an error.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the bytes.
 * - in_pos: where in in the Filter Flags begin, in bytes; moved behind
 *   what was read, also when an error was found.
 * - in_size: size in bytes of in, counted from its start.
 *
 * Returns:
 * - LZMA_OK: the filter is set.
 * - LZMA_OPTIONS_ERROR: the filter (whose ID is set) or its options are not
 *   supported.
 * - LZMA_DATA_ERROR: the Filter Flags are damaged or incomplete.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 *
 * Requirements:
 * filter and in_pos are valid, in is valid for reads of in_size bytes,
 * and allocator is NULL or valid.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filter_flags_decode(lzma_filter *filter,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Makes a chain of filters from a text, as users may write it.
 *
 * The text is a preset, such as 6 or -9e, or a chain, such as x86
 * lzma2:preset=6,dict=1MiB: names of filters, a colon or an equals sign,
 * options with commas between them. Between filters stand spaces or two
 * dashes; dashes may also come before the first. lzma_str_list_filters tells
 * the names.
 *
 * Parameters:
 * - str: the text.
 * - error_pos: set to the place that the message is about, in bytes from the
 *   start of str; after success, to the length of what was read. May be
 *   NULL.
 * - filters: where the chain goes: room for five entries. What was there is
 *   overwritten, not freed. Free the options with lzma_filters_free. It
 *   changes only if all went well.
 * - flags: LZMA_STR_ALL_FILTERS, LZMA_STR_NO_VALIDATION, both, or 0.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 *
 * Returns:
 * NULL if all went well; otherwise a message, in English, that says what is
 * wrong. The message is part of the library: it is not to be freed.
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
 * Writes a chain of filters as a text that lzma_str_to_filters reads.
 *
 * Parameters:
 * - str: set to the text, which the caller frees with allocator; to NULL
 *   after an error. What was there is not freed.
 * - filters: the chain. Without flags for options, its options are not read.
 * - flags: whose options to write, and how: LZMA_STR_ENCODER,
 *   LZMA_STR_DECODER, LZMA_STR_GETOPT_LONG, LZMA_STR_NO_SPACES, any of
 *   them, or 0 for the names alone.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 *
 * Returns:
 * - LZMA_OK: *str is set.
 * - LZMA_OPTIONS_ERROR: unknown flags; no filters or more than four; a
 *   filter that has no name, or lacks options that shall be written.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: str or filters is NULL.
 *
 * Requirements:
 * str is NULL or valid for writes, filters is NULL or a chain whose
 * options are NULL or what their IDs ask for, and allocator is NULL or
 * valid.
 *
 * Since 5.4.
 */
extern LZMA_API(lzma_ret) lzma_str_from_filters(char **str,
		const lzma_filter *filters, uint32_t flags,
		const lzma_allocator *allocator)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Lists filters by the names that lzma_str_to_filters takes, for help texts.
 * With a flag for options, each filter has a line of its own, with its options
 * and what values they take; without, all names are on one line.
 *
 * Parameters:
 * - str: set to the text, which the caller frees with allocator; to NULL
 *   after an error. What was there is not freed.
 * - filter_id: the only filter to list; LZMA_VLI_UNKNOWN lists all that
 *   the .xz format can have.
 * - flags: LZMA_STR_ALL_FILTERS lists others, too; LZMA_STR_ENCODER and
 *   LZMA_STR_DECODER say whose options, LZMA_STR_GETOPT_LONG how. Any of
 *   them, or 0.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 *
 * Returns:
 * - LZMA_OK: *str is set.
 * - LZMA_OPTIONS_ERROR: unknown flags, or no filter with this ID.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_PROG_ERROR: str is NULL.
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
 * Tells how much memory an encoder needs. Good also for encoders of .xz
 * files and Blocks, which need hardly more.
 *
 * Parameters:
 * - filters: the filter chain.
 *
 * Returns:
 * Memory in bytes; UINT64_MAX if filters is NULL, the chain or its options
 * are not valid.
 *
 * Requirements:
 * filters is NULL or a chain whose options are NULL or what their IDs ask
 * for.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_raw_encoder_memusage(
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts an encoder for filters alone, without a container: whoever decodes
 * must know the filters and their options. It takes LZMA_RUN,
 * LZMA_SYNC_FLUSH (from filters that can flush) and LZMA_FINISH.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - filters: the filter chain; neither it nor a preset dictionary is used
 *   after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: a filter is not supported or in the wrong place,
 *   there are too many, or options are out of range or missing.
 * - LZMA_PROG_ERROR: strm, filters or the options of an LZMA filter are
 *   NULL, or there are no filters.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. filters is NULL or a chain
 * whose options are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_encoder(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Changes the filters of an encoder while it works.
 *
 * After LZMA_FULL_FLUSH or LZMA_FULL_BARRIER, and before the first data,
 * encoders of .xz files take any chain, for the Blocks that follow. After
 * LZMA_SYNC_FLUSH, and before the first data, encoders without threads take
 * the same filters with other values of lc, lp and pb of LZMA2.
 *
 * Parameters:
 * - strm: the stream, with an encoder for .xz files, for a Block, or a raw
 *   one.
 * - filters: the new chain; it is not used after this call.
 *
 * Returns:
 * - LZMA_OK: changed.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: filters is NULL, or the chain or its options are
 *   not valid.
 * - LZMA_PROG_ERROR: strm is NULL or its coder cannot do that, or not at
 *   this time, the filters differ in more than it can change, or the .xz
 *   format cannot have one of them.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires; filters is NULL or a chain
 * whose options are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_filters_update(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow;

/**
 * Encodes data without a container in one call. Nothing says how large the
 * result can become; what does not compress becomes a little larger.
 *
 * Parameters:
 * - filters: the filter chain.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the data to encode; may be NULL if in_size is 0.
 * - in_size: how many bytes that is.
 * - out: the buffer for the result.
 * - out_pos: where in out the result begins, in bytes from the start of
 *   out. With LZMA_OK it becomes the position behind the result; otherwise
 *   it stays.
 * - out_size: size in bytes of out, counted from its start, not from
 *   *out_pos.
 *
 * Returns:
 * - LZMA_OK: encoded.
 * - LZMA_BUF_ERROR: there is not enough room.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: as from lzma_raw_encoder.
 * - LZMA_PROG_ERROR: as from lzma_raw_encoder; or a buffer or position is
 *   NULL, or *out_pos larger than out_size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap. filters is NULL or a chain whose options are
 * NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_buffer_encode(const lzma_filter *filters,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size)
		lzma_nothrow;

/**
 * Tells how much memory a decoder needs. Good also for decoders of .xz files
 * and Blocks, which need hardly more.
 *
 * Parameters:
 * - filters: the filter chain.
 *
 * Returns:
 * Memory in bytes; UINT64_MAX if filters is NULL, the chain or its options
 * are not valid.
 *
 * Requirements:
 * filters is NULL or a chain whose options are NULL or what their IDs ask
 * for.
 *
 * Since 5.0.
 */
extern LZMA_API(uint64_t) lzma_raw_decoder_memusage(
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_pure;

/**
 * Starts a decoder for filters alone, without a container. It takes LZMA_RUN
 * and LZMA_FINISH, and returns LZMA_STREAM_END when the last filter knows
 * that the data has ended: LZMA2 always does, LZMA1 with an end marker,
 * LZMA1EXT also by its size.
 *
 * Parameters:
 * - strm: the stream to start it on, new or used before. NULL is an error.
 * - filters: the filter chain that the data was encoded with. Of LZMA2
 *   options, only the dictionary counts; of LZMA1, also lc, lp and pb.
 *   It is not used after this call.
 *
 * Returns:
 * - LZMA_OK: the coder is ready for lzma_code.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: a filter is not supported or in the wrong place,
 *   there are too many, or options are out of range or missing.
 * - LZMA_PROG_ERROR: strm, filters or the options of an LZMA filter are
 *   NULL, there are no filters, or lc, lp or pb of LZMA1 are out of
 *   range.
 *
 * Requirements:
 * strm is NULL or as lzma_code requires. filters is NULL or a chain
 * whose options are NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_decoder(lzma_stream *strm,
		const lzma_filter *filters)
		lzma_nothrow lzma_attr_warn_unused_result;

/**
 * Decodes data without a container in one call.
 *
 * Parameters:
 * - filters: the filter chain that the data was encoded with.
 * - allocator: where memory comes from and goes back to; NULL means malloc
 *   and free.
 * - in: the buffer with the data.
 * - in_pos: where in in the data begins, in bytes. With LZMA_OK it
 *   becomes the position behind the data; otherwise it stays.
 * - in_size: size in bytes of in, counted from its start.
 * - out: the buffer for the result.
 * - out_pos: where in out the result begins, in bytes from the start of
 *   out. With LZMA_OK it becomes the position behind the result; otherwise
 *   it stays.
 * - out_size: size in bytes of out, counted from its start, not from
 *   *out_pos.
 *
 * Returns:
 * - LZMA_OK: decoded.
 * - LZMA_BUF_ERROR: there is not enough room.
 * - LZMA_DATA_ERROR: the data is damaged or incomplete.
 * - LZMA_MEM_ERROR: memory could not be allocated.
 * - LZMA_OPTIONS_ERROR: as from lzma_raw_decoder.
 * - LZMA_PROG_ERROR: as from lzma_raw_decoder; or a buffer or position is
 *   NULL, or a position is larger than its size.
 *
 * Requirements:
 * Each pointer is NULL or valid, in and out for as many bytes as the sizes
 * say; they do not overlap. filters is NULL or a chain whose options are
 * NULL or what their IDs ask for.
 *
 * Since 5.0.
 */
extern LZMA_API(lzma_ret) lzma_raw_buffer_decode(const lzma_filter *filters,
		const lzma_allocator *allocator, const uint8_t *in,
		size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos,
		size_t out_size)
		lzma_nothrow;
