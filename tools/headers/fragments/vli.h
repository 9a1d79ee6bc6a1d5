/**
 * A constant of type lzma_vli: n is a number without a suffix.
 */
#define LZMA_VLI_C(n) UINT64_C(n)

/**
 * Nonzero if vli, an expression that is evaluated twice, is a number that can be
 * stored, or LZMA_VLI_UNKNOWN.
 */
#define lzma_vli_is_valid(vli) \
	((vli) <= LZMA_VLI_MAX || (vli) == LZMA_VLI_UNKNOWN)

