/* An allocator of the application's: everything goes through it, comes back
 * to it, and it may say no. */

#include "common.h"

struct pool {
	size_t calls;    /* so far */
	size_t fail_at;  /* the call that gets nothing; 0: none */
	size_t live;     /* allocations that were not freed */
};

static void *LZMA_API_CALL
take(void *opaque, size_t nmemb, size_t size)
{
	struct pool *pool = opaque;
	void *memory;

	if (++pool->calls == pool->fail_at)
		return NULL;
	memory = malloc(nmemb * size == 0 ? 1 : nmemb * size);
	if (memory != NULL) {
		/* Nobody may rely on zeros. */
		memset(memory, 0xA5, nmemb * size < 4096 ? nmemb * size : 4096);
		++pool->live;
	}
	return memory;
}

static void LZMA_API_CALL
give(void *opaque, void *memory)
{
	struct pool *pool = opaque;

	if (memory != NULL)
		--pool->live;
	free(memory);
}

static struct pool pool;
static uint8_t *data, *out;
static size_t size = 30000, out_size;

static lzma_ret
encode(lzma_stream *strm)
{
	lzma_ret ret = lzma_easy_encoder(strm, 1, LZMA_CHECK_CRC32);
	if (ret == LZMA_OK)
		ret = code_all(strm, data, size, 1000, &out, &out_size, 1000);
	return ret;
}

static lzma_ret
decode(lzma_stream *strm, const uint8_t *xz, size_t xz_size)
{
	lzma_ret ret = lzma_stream_decoder(strm, UINT64_MAX, 0);
	if (ret == LZMA_OK)
		ret = code_all(strm, xz, xz_size, 1000, &out, &out_size, 1000);
	return ret;
}

int
main(void)
{
	lzma_allocator allocator;
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_ret ret = LZMA_MEM_ERROR;
	uint8_t *xz;
	size_t xz_size, i;

	allocator.alloc = take;
	allocator.free = give;
	allocator.opaque = &pool;
	strm.allocator = &allocator;
	data = make_data(size);

	/* Each allocation fails once; the next attempt is as good as new. */
	for (i = 1; ret != LZMA_STREAM_END; ++i) {
		pool.calls = 0;
		pool.fail_at = i;
		out = NULL;
		ret = encode(&strm);
		CHECK(ret == LZMA_STREAM_END || ret == LZMA_MEM_ERROR);
		lzma_end(&strm);
		CHECK(pool.live == 0);
		if (ret == LZMA_MEM_ERROR)
			free(out);
	}
	CHECK(i > 3);
	xz = out;
	xz_size = out_size;

	/* Without lzma_end in between: the stream is started again. */
	ret = LZMA_MEM_ERROR;
	for (i = 1; ret != LZMA_STREAM_END; ++i) {
		pool.calls = 0;
		pool.fail_at = i;
		out = NULL;
		ret = decode(&strm, xz, xz_size);
		CHECK(ret == LZMA_STREAM_END || ret == LZMA_MEM_ERROR);
		if (ret == LZMA_STREAM_END)
			same(data, size, out, out_size);
		free(out);
	}
	lzma_end(&strm);
	CHECK(pool.live == 0);
	free(xz);
	free(data);
	return 0;
}
