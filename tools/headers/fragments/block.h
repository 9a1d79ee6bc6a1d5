/**
 * Size of a Block Header in bytes, from its first byte b, which must not be
 * zero: that is where an Index begins.
 */
#define lzma_block_header_size_decode(b) (((uint32_t)(b) + 1) * 4)

