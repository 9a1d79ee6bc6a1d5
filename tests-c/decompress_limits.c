/* Decompresses what may be damaged, truncated, or want too much memory. */

#include "common.h"

static uint8_t *data, *xz, *out;
static size_t size = 100000, xz_size, out_size;
static lzma_stream strm = LZMA_STREAM_INIT;

/* A decoder that needs more memory than it may have stops, and goes on. */
static void
memory(void)
{
	uint64_t usage;

	IS(LZMA_OK, lzma_stream_decoder(&strm, 1, 0));
	IS(LZMA_MEMLIMIT_ERROR, code_all(&strm, xz, xz_size, xz_size, &out, &out_size, size));
	usage = lzma_memusage(&strm);
	CHECK(usage > UINT64_C(1) << 20);
	CHECK(lzma_memlimit_get(&strm) == 1);
	IS(LZMA_MEMLIMIT_ERROR, lzma_memlimit_set(&strm, usage - 1));
	IS(LZMA_OK, lzma_memlimit_set(&strm, usage));
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
	same(data, size, out, (size_t)strm.total_out);
	free(out);
}

/* Every single byte matters. */
static void
damage(void)
{
	size_t i;

	for (i = 0; i < xz_size; i += 1 + xz_size / 50) {
		lzma_ret ret;

		xz[i] ^= 0x40;
		IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, LZMA_CONCATENATED));
		ret = code_all(&strm, xz, xz_size, xz_size, &out, &out_size, size);
		CHECK(ret == LZMA_DATA_ERROR || ret == LZMA_FORMAT_ERROR
				|| ret == LZMA_OPTIONS_ERROR);
		xz[i] ^= 0x40;
		free(out);
	}
}

static void
truncated(void)
{
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
	IS(LZMA_BUF_ERROR, code_all(&strm, xz, xz_size - 1, 1000, &out, &out_size, 1000));
	same(data, size, out, out_size);

	/* It is not fatal if the rest may come later. */
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
	strm.next_in = xz;
	strm.avail_in = xz_size - 1;
	strm.next_out = out;
	strm.avail_out = size;
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
	IS(LZMA_BUF_ERROR, lzma_code(&strm, LZMA_RUN));
	strm.avail_in = 1;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_RUN));
	free(out);
}

/* Streams one after another, with padding between them. */
static void
concatenated(void)
{
	uint8_t *two = calloc(2, xz_size + 4);

	CHECK(two != NULL);
	memcpy(two, xz, xz_size);
	memcpy(two + xz_size + 4, xz, xz_size);
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, LZMA_CONCATENATED));
	IS(LZMA_STREAM_END, code_all(&strm, two, 2 * xz_size + 8, 999, &out, &out_size, 4096));
	CHECK(out_size == 2 * size);
	same(data, size, out, size);
	same(data, size, out + size, size);
	free(out);
	free(two);
}

/* The codes that a decoder returns because flags ask for them. */
static void
flags(void)
{
	IS(LZMA_OK, lzma_auto_decoder(&strm, UINT64_MAX, LZMA_TELL_ANY_CHECK));
	IS(LZMA_GET_CHECK, code_all(&strm, xz, xz_size, xz_size, &out, &out_size, size));
	CHECK(lzma_get_check(&strm) == LZMA_CHECK_SHA256);
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
	free(out);
	IS(LZMA_OPTIONS_ERROR, lzma_stream_decoder(&strm, UINT64_MAX, UINT32_C(1) << 31));
	CHECK(strm.internal == NULL);
}

int
main(void)
{
	data = make_data(size);
	IS(LZMA_OK, lzma_easy_encoder(&strm, 6, LZMA_CHECK_SHA256));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, size, &xz, &xz_size, 4096));
	memory();
	damage();
	truncated();
	concatenated();
	flags();
	lzma_end(&strm);
	free(data);
	free(xz);
	return 0;
}
