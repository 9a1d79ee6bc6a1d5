/**
 * Size of a Block Header in bytes, from its first byte b. That must not be
 * zero: then it is not a Block that follows, but the Index.
 */
#define lzma_block_header_size_decode(b) (((uint32_t)(b) + 1) * 4)

