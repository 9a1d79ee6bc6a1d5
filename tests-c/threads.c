/*
 * Compresses and decompresses with several threads, and with fewer than that
 * because there are no more to be had.
 */

#define _GNU_SOURCE /* for RTLD_NEXT */

#include "common.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

static uint8_t *data, *xz, *out;
static size_t size = 3000000, xz_size, out_size;
static lzma_stream strm = LZMA_STREAM_INIT;

/* A program that contains the C library cannot take a function's place. */
#ifndef STATIC_LIBC

/* The number of threads that may still be made, and of those refused since. */
static unsigned threads_left = 1000000, threads_refused;

/* The library gets this instead of the system's. */
int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		void *(*start)(void *), void *argument)
{
	int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	void *symbol;

	if (threads_left == 0) {
		++threads_refused;
		return EAGAIN;
	}
	--threads_left;
	symbol = dlsym(RTLD_NEXT, "pthread_create");
	CHECK(symbol != NULL);
	memcpy(&create, &symbol, sizeof(create));
	return create(thread, attributes, start, argument);
}

#endif

static lzma_mt
options(uint32_t threads)
{
	lzma_mt mt;

	memset(&mt, 0, sizeof(mt));
	mt.threads = threads;
	mt.block_size = 500000;
	mt.preset = 1;
	mt.check = LZMA_CHECK_CRC32;
	mt.memlimit_threading = UINT64_MAX;
	mt.memlimit_stop = UINT64_MAX;
	return mt;
}

/* The number of threads does not change the result. */
static void
encode(void)
{
	lzma_mt mt = options(1);
	uint32_t threads;

	CHECK(lzma_cputhreads() > 0);
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, size, &xz, &xz_size, 1 << 16));
	for (threads = 2; threads <= 4; ++threads) {
		mt = options(threads);
		CHECK(lzma_stream_encoder_mt_memusage(&mt) > threads * mt.block_size);
		mt.timeout = threads == 3 ? 1 : 0;
		IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
		IS(LZMA_STREAM_END, code_all(&strm, data, size, 70000, &out, &out_size, 50000));
		same(xz, xz_size, out, out_size);
		free(out);
	}
}

static void
decode(void)
{
	uint32_t threads;

	for (threads = 1; threads <= 4; ++threads) {
		lzma_mt mt = options(threads);
		uint64_t progress_in, progress_out;

		mt.flags = LZMA_CONCATENATED;
		IS(LZMA_OK, lzma_stream_decoder_mt(&strm, &mt));
		IS(LZMA_STREAM_END, code_all(&strm, xz, xz_size, xz_size, &out, &out_size, size));
		same(data, size, out, out_size);
		lzma_get_progress(&strm, &progress_in, &progress_out);
		CHECK(progress_in == xz_size && progress_out == size);
		free(out);
	}
}

/* It must be possible to stop at any time. */
static void
give_up(void)
{
	lzma_mt mt = options(4);
	uint8_t byte;

	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	strm.next_in = data;
	strm.avail_in = size / 2;
	strm.next_out = &byte;
	strm.avail_out = 1;
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
	lzma_end(&strm);

	IS(LZMA_OK, lzma_stream_decoder_mt(&strm, &mt));
	strm.next_in = xz;
	strm.avail_in = xz_size;
	strm.next_out = &byte;
	strm.avail_out = 1;
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
}

#ifndef STATIC_LIBC

/*
 * Starts a coder while only so many threads can be had. Without any thread,
 * nothing works; with too few, it is over when the next one is needed. The stream
 * can be used again.
 */
static void
few_threads(unsigned allowed, lzma_ret (*start)(lzma_stream *, const lzma_mt *),
		const uint8_t *in, size_t in_size, const uint8_t *want, size_t want_size)
{
	lzma_mt mt = options(4);
	lzma_ret ret;

	threads_left = allowed;
	threads_refused = 0;
	IS(LZMA_OK, start(&strm, &mt));
	ret = code_all(&strm, in, in_size, in_size, &out, &out_size, size);
	free(out);
	CHECK(allowed > 0 || threads_refused > 0);
	IS(threads_refused > 0 ? LZMA_MEM_ERROR : LZMA_STREAM_END, ret);

	threads_left = 1000000;
	IS(LZMA_OK, start(&strm, &mt));
	IS(LZMA_STREAM_END, code_all(&strm, in, in_size, in_size, &out, &out_size, size));
	same(want, want_size, out, out_size);
	free(out);
	lzma_end(&strm);
}

static void
too_few_threads(void)
{
	unsigned allowed;

	lzma_end(&strm);
	for (allowed = 0; allowed < 3; ++allowed) {
		few_threads(allowed, lzma_stream_encoder_mt, data, size, xz, xz_size);
		few_threads(allowed, lzma_stream_decoder_mt, xz, xz_size, data, size);
	}
}

#endif

/* The size of Blocks when the application does not choose one. */
static void
block_size(void)
{
	lzma_options_lzma lzma;
	lzma_filter filters[2];

	CHECK(!lzma_lzma_preset(&lzma, 6));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &lzma;
	filters[1].id = LZMA_VLI_UNKNOWN;
	CHECK(lzma_mt_block_size(filters) == 3 * UINT64_C(8) << 20);
}

int
main(void)
{
	data = make_data(size);
	encode();
	decode();
	give_up();
#ifndef STATIC_LIBC
	too_few_threads();
#endif
	block_size();
	free(data);
	free(xz);
	return 0;
}
