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

