/*
 * Functions at the versions that some distributions gave them, before
 * liblzma 5.2 was released and long afterwards: programs that were built
 * there ask for these names. liblzma has the same seven.
 */

#include <lzma.h>

#define ALIAS(name, version, result, parameters, arguments) \
	result compat_##version##_##name parameters; \
	__asm__(".symver compat_" #version "_" #name ", lzma_" #name "@" ALIAS_##version); \
	result compat_##version##_##name parameters { return lzma_##name arguments; }

#define ALIAS_alpha "XZ_5.1.2alpha"
#define ALIAS_522 "XZ_5.2.2"

ALIAS(stream_encoder_mt, alpha, lzma_ret,
	(lzma_stream *strm, const lzma_mt *options), (strm, options))
ALIAS(stream_encoder_mt, 522, lzma_ret,
	(lzma_stream *strm, const lzma_mt *options), (strm, options))
ALIAS(stream_encoder_mt_memusage, alpha, uint64_t,
	(const lzma_mt *options), (options))
ALIAS(stream_encoder_mt_memusage, 522, uint64_t,
	(const lzma_mt *options), (options))
ALIAS(block_uncomp_encode, 522, lzma_ret,
	(lzma_block *block, const uint8_t *in, size_t in_size,
		uint8_t *out, size_t *out_pos, size_t out_size),
	(block, in, in_size, out, out_pos, out_size))
ALIAS(cputhreads, 522, uint32_t, (void), ())
ALIAS(get_progress, 522, void,
	(lzma_stream *strm, uint64_t *progress_in, uint64_t *progress_out),
	(strm, progress_in, progress_out))
