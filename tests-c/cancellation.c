/*
 * Threads that are cancelled while they are in the library, or on their way
 * there. Each of them ends, the process and the other threads go on.
 */

#define _POSIX_C_SOURCE 200809L

#include "common.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

static uint8_t *data, *xz, *out;
static size_t size = 6000000, xz_size, out_size;
static lzma_stream strm = LZMA_STREAM_INIT;
static pthread_barrier_t barrier;

/* An allocator with a cancellation point, as fprintf() or read() is one. */
static unsigned allocations;

static void *LZMA_API_CALL
take(void *opaque, size_t nmemb, size_t bytes)
{
	(void)opaque;
	++allocations;
	pthread_testcancel();
	return malloc(nmemb * bytes);
}

static void LZMA_API_CALL
give(void *opaque, void *memory)
{
	(void)opaque;
	pthread_testcancel();
	free(memory);
}

static const lzma_allocator allocator = { take, give, NULL };

static int
cancel_state(void)
{
	int state, ignored;

	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state) == 0);
	CHECK(pthread_setcancelstate(state, &ignored) == 0);
	return state;
}

/* Does nothing that can be cancelled until the barrier. */
static void
wait_to_be_cancelled(void)
{
	int before, ignored;

	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
	pthread_barrier_wait(&barrier); /* running */
	pthread_barrier_wait(&barrier); /* cancelled */
	CHECK(pthread_setcancelstate(before, &ignored) == 0);
}

static void *
start_with_allocator(void *argument)
{
	(void)argument;
	wait_to_be_cancelled();
	IS(LZMA_OK, lzma_easy_encoder(&strm, 0, LZMA_CHECK_CRC32));
	pthread_testcancel(); /* if it has not been found out yet */
	return NULL;
}

/* Cancelled when it enters the library. */
static void
cancelled_before(void *(*body)(void *))
{
	pthread_t thread;
	void *result;

	CHECK(pthread_create(&thread, NULL, body, NULL) == 0);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread) == 0);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_join(thread, &result) == 0);
	CHECK(result == PTHREAD_CANCELED);
}

/* Cancelled after a moment in the library; returns how long it took to end. */
static double
cancelled_within(void *(*body)(void *), void *argument, long milliseconds)
{
	struct timespec moment, begin, end;
	pthread_t thread;
	void *result;

	moment.tv_sec = 0;
	moment.tv_nsec = milliseconds * 1000000;
	CHECK(pthread_create(&thread, NULL, body, argument) == 0);
	pthread_barrier_wait(&barrier);
	CHECK(nanosleep(&moment, NULL) == 0);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &begin) == 0);
	CHECK(pthread_cancel(thread) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &end) == 0);
	CHECK(result == PTHREAD_CANCELED);
	return (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
}

static void
in_the_allocator(void)
{
	strm.allocator = &allocator;
	allocations = 0;
	cancelled_before(start_with_allocator);
	CHECK(allocations > 0);
	lzma_end(&strm);
	strm.allocator = NULL;
}

/* Codes the same again and again, until it is cancelled at any instruction. */
static void *
code_for_ever(void *argument)
{
	int *decodes = argument;
	int before;

	pthread_barrier_wait(&barrier);
	CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before) == 0);
	CHECK(before == PTHREAD_CANCEL_DEFERRED);
	for (;;) {
		strm.next_in = *decodes ? xz : data;
		strm.avail_in = *decodes ? xz_size / 2 : size / 50;
		strm.next_out = out;
		strm.avail_out = size;
		if (lzma_code(&strm, LZMA_RUN) != LZMA_OK)
			return NULL;
		if (*decodes) {
			/* Starting allocates, which no thread may be cancelled in. */
			CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
			CHECK(before == PTHREAD_CANCEL_ENABLE);
			if (lzma_stream_decoder(&strm, UINT64_MAX, 0) != LZMA_OK)
				return NULL;
			CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &before) == 0);
		}
	}
}

static void
at_any_instruction(void)
{
	int decodes;
	long milliseconds;

	for (milliseconds = 1; milliseconds < 20; milliseconds += 3) {
		decodes = 0;
		IS(LZMA_OK, lzma_easy_encoder(&strm, 1, LZMA_CHECK_CRC64));
		cancelled_within(code_for_ever, &decodes, milliseconds);
		decodes = 1;
		IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
		cancelled_within(code_for_ever, &decodes, milliseconds);
	}
	lzma_end(&strm);
}

static lzma_mt
options(uint32_t timeout)
{
	lzma_mt mt;

	memset(&mt, 0, sizeof(mt));
	mt.threads = 2;
	mt.block_size = size; /* one, for which a call waits */
	mt.preset = 9 | LZMA_PRESET_EXTREME;
	mt.timeout = timeout;
	mt.check = LZMA_CHECK_CRC32;
	mt.memlimit_threading = UINT64_MAX;
	mt.memlimit_stop = UINT64_MAX;
	return mt;
}

/*
 * An allocator that keeps the library's own threads from allocating until they
 * may: what they have been given is not done before, however the processors
 * are shared out. `caller` is the thread that calls lzma_code().
 */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t main_thread, caller;
static int may_allocate;

static void *LZMA_API_CALL
take_later(void *opaque, size_t nmemb, size_t bytes)
{
	(void)opaque;
	CHECK(pthread_mutex_lock(&mutex) == 0);
	if (!pthread_equal(pthread_self(), main_thread) && !pthread_equal(pthread_self(), caller)) {
		while (!may_allocate)
			CHECK(pthread_cond_wait(&changed, &mutex) == 0);
	}
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	return malloc(nmemb * bytes);
}

static void LZMA_API_CALL
give_later(void *opaque, void *memory)
{
	(void)opaque;
	free(memory);
}

static const lzma_allocator held_back = { take_later, give_later, NULL };

static void
let_allocate(int may)
{
	CHECK(pthread_mutex_lock(&mutex) == 0);
	may_allocate = may;
	CHECK(pthread_cond_broadcast(&changed) == 0);
	CHECK(pthread_mutex_unlock(&mutex) == 0);
}

/* One call of lzma_code for everything; with a timeout, several. */
static void *
code_all_at_once(void *argument)
{
	lzma_action *action = argument;

	CHECK(pthread_mutex_lock(&mutex) == 0);
	caller = pthread_self();
	CHECK(pthread_mutex_unlock(&mutex) == 0);
	pthread_barrier_wait(&barrier);
	while (lzma_code(&strm, *action) == LZMA_OK)
		;
	return NULL;
}

/* A coder waits for its threads in a cancellation point, not to the end. */
static void
in_the_wait(uint32_t timeout)
{
	lzma_mt mt = options(timeout);
	lzma_action action = LZMA_FINISH;
	uint64_t progress_in, progress_out;

	main_thread = caller = pthread_self();
	strm.allocator = &held_back;
	let_allocate(0);
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	strm.next_in = data;
	strm.avail_in = size;
	strm.next_out = out;
	strm.avail_out = size;
	cancelled_within(code_all_at_once, &action, 50);
#ifdef REFERENCE
	/* A lock was left locked: ending the stream would hang. */
	let_allocate(1);
	memset(&strm, 0, sizeof(strm));
	(void)progress_in;
	(void)progress_out;
#else
	lzma_get_progress(&strm, &progress_in, &progress_out);
	CHECK(progress_in == 0); /* it has not waited for the Block */
	let_allocate(1);
	IS(LZMA_PROG_ERROR, lzma_code(&strm, LZMA_FINISH));
	mt.preset = 0;
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	lzma_end(&strm);
	strm.allocator = NULL;
#endif
}

/* Short calls, one after the other, that wait for a moment each. */
static void *
decode_for_ever(void *argument)
{
	lzma_mt mt = options(0);
	lzma_ret ret = LZMA_STREAM_END;

	(void)argument;
	pthread_barrier_wait(&barrier);
	while (ret == LZMA_STREAM_END) {
		if (lzma_stream_decoder_mt(&strm, &mt) != LZMA_OK)
			return NULL;
		strm.next_in = xz;
		strm.avail_in = xz_size;
		strm.next_out = out;
		strm.avail_out = size;
		ret = lzma_code(&strm, LZMA_FINISH);
	}
	return NULL;
}

static void
in_a_short_wait(void)
{
	cancelled_within(decode_for_ever, NULL, 30);
#ifdef REFERENCE
	memset(&strm, 0, sizeof(strm));
#else
	lzma_end(&strm);
#endif
}

static void *
disabled(void *argument)
{
	lzma_mt mt = options(0);
	int before;

	(void)argument;
	mt.preset = 0;
	mt.block_size = size / 3;
	strm.allocator = &allocator;
	wait_to_be_cancelled();
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before) == 0);
	CHECK(before == PTHREAD_CANCEL_ENABLE);
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	CHECK(cancel_state() == PTHREAD_CANCEL_DISABLE);
	free(xz);
	IS(LZMA_STREAM_END, code_all(&strm, data, size, size, &xz, &xz_size, size));
	CHECK(cancel_state() == PTHREAD_CANCEL_DISABLE);
	lzma_end(&strm);
	CHECK(cancel_state() == PTHREAD_CANCEL_DISABLE);
	CHECK(pthread_setcancelstate(before, &before) == 0);
	pthread_testcancel();
	return NULL;
}

/* A thread that must not be cancelled is not, and none is left changed. */
static void
not_at_all(void)
{
	CHECK(cancel_state() == PTHREAD_CANCEL_ENABLE);
	strm.allocator = &allocator;
	IS(LZMA_OK, lzma_easy_encoder(&strm, 0, LZMA_CHECK_CRC32));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, size, &xz, &xz_size, size));
	CHECK(cancel_state() == PTHREAD_CANCEL_ENABLE);
	lzma_end(&strm);
	CHECK(cancel_state() == PTHREAD_CANCEL_ENABLE);
	cancelled_before(disabled);
	CHECK(lzma_stream_buffer_bound(size) > xz_size && xz_size > 0);
}

int
main(void)
{
	alarm(600); /* a thread that cannot be cancelled would be joined for ever */
	data = make_data(size);
	out_size = size;
	out = malloc(out_size);
	CHECK(out != NULL);
	CHECK(pthread_barrier_init(&barrier, NULL, 2) == 0);
	not_at_all();
	in_the_allocator();
	at_any_instruction();
	in_the_wait(0);
	in_the_wait(1000);
	in_a_short_wait();
	pthread_barrier_destroy(&barrier);
	free(data);
	free(xz);
	free(out);
	return 0;
}
