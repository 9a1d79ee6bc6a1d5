/*
 * Built by the projects here: compresses with one thread and with several,
 * decompresses, compares.
 */

#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 1000000 };

static size_t run(lzma_stream *strm, const uint8_t *in, size_t in_size, uint8_t *out)
{
	strm->next_in = in;
	strm->avail_in = in_size;
	strm->next_out = out;
	strm->avail_out = SIZE;
	if (lzma_code(strm, LZMA_FINISH) != LZMA_STREAM_END)
		abort();
	return SIZE - strm->avail_out;
}

static size_t roundtrip(lzma_stream *strm, const uint8_t *data)
{
	uint8_t *compressed = malloc(SIZE);
	uint8_t *decompressed = malloc(SIZE);
	if (compressed == NULL || decompressed == NULL)
		abort();
	size_t size = run(strm, data, SIZE, compressed);
	if (lzma_stream_decoder(strm, UINT64_MAX, 0) != LZMA_OK)
		abort();
	if (run(strm, compressed, size, decompressed) != SIZE
			|| memcmp(data, decompressed, SIZE) != 0)
		abort();
	lzma_end(strm);
	free(compressed);
	free(decompressed);
	return size;
}

int main(void)
{
	static uint8_t data[SIZE];
	for (size_t i = 0; i < SIZE; i++)
		data[i] = (uint8_t)"The quick brown fox jumps over the lazy dog.\n"[i % 45];

	lzma_stream strm = LZMA_STREAM_INIT;
	if (lzma_easy_encoder(&strm, 6, LZMA_CHECK_CRC64) != LZMA_OK)
		abort();
	size_t single = roundtrip(&strm, data);

	lzma_mt options = {
		.threads = 2, .block_size = 200000, .preset = 1, .check = LZMA_CHECK_CRC64,
	};
	if (lzma_stream_encoder_mt(&strm, &options) != LZMA_OK)
		abort();
	size_t threaded = roundtrip(&strm, data);
	printf("%d bytes to %zu, with threads to %zu\n", SIZE, single, threaded);
	return 0;
}
