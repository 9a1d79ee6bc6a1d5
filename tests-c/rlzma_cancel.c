/*
 * A thread watches lzma_code, which has much to do in one call, and stops it.
 */

#ifndef _POSIX_C_SOURCE
#	define _POSIX_C_SOURCE 200809L
#endif

#include "common.h"

#include <rlzma.h>

#include <pthread.h>
#include <time.h>

#define DATA_SIZE ((size_t)1 << 27)

/* Waits until something is done, then stops the call. */
static void *
watch(void *opaque)
{
	const struct timespec moment = { 0, 1000000 };
	lzma_stream *strm = opaque;
	uint64_t in = 0, out = 0;

	while (out < 1 << 21) {
		nanosleep(&moment, NULL);
		lzma_get_progress(strm, &in, &out);
	}
	rlzma_cancel(strm);
	return NULL;
}

int
main(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	uint8_t *data = calloc(DATA_SIZE, 1);
	const size_t room = lzma_stream_buffer_bound(1 << 16);
	uint8_t *xz = malloc(room);
	pthread_t thread;

	CHECK(data != NULL && xz != NULL);
	rlzma_cancel(&strm);
	IS(LZMA_PROG_ERROR, rlzma_set_cancellable(&strm, 1));

	IS(LZMA_OK, lzma_easy_encoder(&strm, 0, LZMA_CHECK_NONE));
	strm.next_in = data;
	strm.avail_in = DATA_SIZE;
	strm.next_out = xz;
	strm.avail_out = room;
	rlzma_cancel(&strm);
	IS(RLZMA_INTERRUPTED, lzma_code(&strm, LZMA_FINISH));
	CHECK(strm.total_in == 0);
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));

	strm.next_in = xz;
	strm.avail_in = (size_t)strm.total_out;
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
	IS(LZMA_OK, rlzma_set_cancellable(&strm, 1));
	strm.next_out = data;
	strm.avail_out = DATA_SIZE;
	CHECK(pthread_create(&thread, NULL, &watch, &strm) == 0);
	IS(RLZMA_INTERRUPTED, lzma_code(&strm, LZMA_RUN));
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(strm.total_out >= 1 << 21 && strm.total_out < DATA_SIZE);
	CHECK(strm.avail_out == DATA_SIZE - strm.total_out);
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_RUN));
	CHECK(strm.total_out == DATA_SIZE);
	lzma_end(&strm);
	free(data);
	free(xz);
	return 0;
}
