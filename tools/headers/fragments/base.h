/**
 * The value of a stream that has no coder yet: every stream must be set to
 * it, or to zeros, before it is used the first time.
 *
 *     lzma_stream strm = LZMA_STREAM_INIT;
 *
 * For a stream that is not new, it is no way to reset it: the memory of its
 * coder would be lost. Use lzma_end, or start another coder.
 */
#define LZMA_STREAM_INIT \
	{ NULL, 0, 0, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, \
		0, 0, 0, 0, LZMA_RESERVED_ENUM, LZMA_RESERVED_ENUM }

