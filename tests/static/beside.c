/*
 * Uses the static library and another one that is written in Rust, too, and
 * panics.
 */

#include <lzma.h>
#include <stdio.h>
#include <string.h>

int other_panics(int number);

static int roundtrip(const uint8_t *data, size_t size)
{
	uint8_t xz[20000], out[20000];
	size_t xz_size = 0, in_pos = 0, out_size = 0;
	uint64_t memlimit = UINT64_MAX;

	if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, data, size, xz, &xz_size, sizeof(xz))
			!= LZMA_OK)
		return 0;
	if (lzma_stream_buffer_decode(&memlimit, 0, NULL, xz, &in_pos, xz_size, out, &out_size,
			sizeof(out)) != LZMA_OK)
		return 0;
	return out_size == size && memcmp(out, data, size) == 0;
}

/* Threads of the library, beside those of the other one. */
static int threads(const uint8_t *data, size_t size)
{
	uint8_t xz[20000];
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_mt options = {
		.threads = 2, .block_size = 5000, .preset = 1, .check = LZMA_CHECK_CRC64,
	};

	if (lzma_stream_encoder_mt(&strm, &options) != LZMA_OK)
		return 0;
	strm.next_in = data;
	strm.avail_in = size;
	strm.next_out = xz;
	strm.avail_out = sizeof(xz);
	lzma_ret ret = lzma_code(&strm, LZMA_FINISH);
	lzma_end(&strm);
	return ret == LZMA_STREAM_END;
}

int main(void)
{
	uint8_t data[15000];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)"The quick brown fox jumps over the lazy dog.\n"[i % 45];
	for (int i = 0; i < 3; i++) {
		if (!roundtrip(data, sizeof(data)) || !threads(data, sizeof(data))) {
			fputs("no round trip\n", stderr);
			return 1;
		}
		if (other_panics(i) != 2) {
			fputs("a panic was not caught\n", stderr);
			return 1;
		}
	}
	return 0;
}
