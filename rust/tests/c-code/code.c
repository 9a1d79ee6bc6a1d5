#include <lzma.h>

int c_decompress(const uint8_t *in, size_t in_size, uint8_t *out, size_t out_size)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&strm, UINT64_MAX, 0) != LZMA_OK)
		return -1;
	strm.next_in = in;
	strm.avail_in = in_size;
	strm.next_out = out;
	strm.avail_out = out_size;
	lzma_ret ret = lzma_code(&strm, LZMA_FINISH);
	lzma_end(&strm);
	return ret == LZMA_STREAM_END && strm.avail_out == 0 ? 0 : -1;
}

/* Where C finds lzma_code. */
size_t c_address(void)
{
	return (size_t)(uintptr_t)&lzma_code;
}
