/*
 * Panics in a library for C: without any memory from malloc, without asking
 * the environment and without opening files, each prints one line, and
 * the call returns LZMA_PROG_ERROR. scripts/test-panics builds the library for
 * this, which can panic on purpose.
 */

#define _GNU_SOURCE
#include <lzma.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the library, when it is built for this. */
extern uint64_t rlzma_test_panic(uint64_t countdown);

/* Of the C library, behind what is defined here in its place. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

#define CHECK(condition) \
	do { \
		if (!(condition)) \
			fail(__LINE__, #condition); \
	} while (0)

static void fail(int line, const char *condition)
{
	printf("panics.c:%d: not true: %s\n", line, condition);
	exit(1);
}

/*
 * While this is set, there is no memory, and what is asked for is counted.
 * The library's own memory is from its allocator, which has some.
 */
static atomic_bool watching;
static atomic_int allocations, questions, files;
/* The C library's memory for a thread is not the library's doing. */
static _Thread_local bool starting_thread;

static bool refuse(void)
{
	if (!atomic_load(&watching) || starting_thread)
		return false;
	atomic_fetch_add(&allocations, 1);
	return true;
}

void *malloc(size_t size)
{
	return refuse() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuse() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return refuse() ? NULL : __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	*memory = refuse() ? NULL : __libc_memalign(alignment, size);
	return *memory == NULL ? ENOMEM : 0;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return refuse() ? NULL : __libc_memalign(alignment, size);
}

char *getenv(const char *name)
{
	/* The user's settings are asked for when a coder starts, not by a panic. */
	bool is_setting = strncmp(name, "RLZMA_", 6) == 0;
	if (atomic_load(&watching) && !is_setting)
		atomic_fetch_add(&questions, 1);
	size_t length = strlen(name);
	for (char **entry = environ; entry != NULL && *entry != NULL; ++entry)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return *entry + length + 1;
	return NULL;
}

char *secure_getenv(const char *name)
{
	return getenv(name);
}

static int open_file(int folder, const char *path, int flags)
{
	if (atomic_load(&watching))
		atomic_fetch_add(&files, 1);
	int (*next)(int, const char *, int, ...);
	*(void **)&next = dlsym(RTLD_NEXT, "openat");
	return next(folder, path, flags, 0600);
}

int open(const char *path, int flags, ...)
{
	return open_file(AT_FDCWD, path, flags);
}

int open64(const char *path, int flags, ...)
{
	return open_file(AT_FDCWD, path, flags);
}

int openat(int folder, const char *path, int flags, ...)
{
	return open_file(folder, path, flags);
}

int openat64(int folder, const char *path, int flags, ...)
{
	return open_file(folder, path, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		void *(*begin)(void *), void *argument)
{
	static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	starting_thread = true;
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
	int failed = next(thread, attributes, begin, argument);
	starting_thread = false;
	return failed;
}

static void *lzma_memory(void *opaque, size_t count, size_t size)
{
	(void)opaque;
	return __libc_malloc(count * size);
}

static void lzma_release(void *opaque, void *memory)
{
	(void)opaque;
	__libc_free(memory);
}

static const lzma_allocator allocator = { lzma_memory, lzma_release, NULL };

/* Data to code, and the same compressed. */
static uint8_t plain[60000], packed[90000];
static size_t packed_size;

static lzma_ret start_encoder(lzma_stream *strm)
{
	return lzma_easy_encoder(strm, 1, LZMA_CHECK_SHA256);
}

static lzma_ret start_decoder(lzma_stream *strm)
{
	return lzma_stream_decoder(strm, UINT64_MAX, 0);
}

static lzma_ret start_threaded_encoder(lzma_stream *strm)
{
	lzma_mt options = { .threads = 3, .block_size = 10000, .preset = 1,
		.check = LZMA_CHECK_CRC64 };
	return lzma_stream_encoder_mt(strm, &options);
}

static lzma_ret start_threaded_decoder(lzma_stream *strm)
{
	lzma_mt options = { .threads = 3, .memlimit_threading = UINT64_MAX,
		.memlimit_stop = UINT64_MAX };
	return lzma_stream_decoder_mt(strm, &options);
}

/* Codes everything, in pieces; what lzma_code says in the end. */
static lzma_ret code(lzma_stream *strm, const uint8_t *in, size_t in_size, uint8_t *out,
		size_t out_size)
{
	size_t given = 0;
	lzma_ret ret = LZMA_OK;
	strm->next_out = out;
	strm->avail_out = out_size;
	strm->avail_in = 0;
	while (ret == LZMA_OK) {
		if (strm->avail_in == 0 && given < in_size) {
			size_t size = in_size - given < 4000 ? in_size - given : 4000;
			strm->next_in = in + given;
			strm->avail_in = size;
			given += size;
		}
		ret = lzma_code(strm, given < in_size ? LZMA_RUN : LZMA_FINISH);
	}
	return ret;
}

/* The standard error stream goes to a file, which is emptied. */
static int messages;

static void expect_one_line(void)
{
	char text[1000];
	ssize_t size = pread(messages, text, sizeof(text) - 1, 0);
	CHECK(size > 0);
	text[size] = '\0';
	const char start[] = "rlzma: internal error at src/fault.rs:";
	CHECK(strncmp(text, start, strlen(start)) == 0);
	CHECK(strchr(text, '\n') == text + size - 1);
	CHECK(ftruncate(messages, 0) == 0);
	CHECK(lseek(messages, 0, SEEK_SET) == 0);
}

typedef lzma_ret (*start_function)(lzma_stream *strm);

/* Has the place with this number panic; whether there is one. */
static bool panic_at(uint64_t place, start_function start, const uint8_t *in, size_t in_size,
		uint8_t *out, size_t out_size)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	strm.allocator = &allocator;
	rlzma_test_panic(place);
	atomic_store(&watching, true);
	lzma_ret ret = start(&strm);
	if (ret == LZMA_OK)
		ret = code(&strm, in, in_size, out, out_size);
	bool panicked = rlzma_test_panic(0) == 0;
	lzma_end(&strm);
	atomic_store(&watching, false);
	CHECK(ret == (panicked ? LZMA_PROG_ERROR : LZMA_STREAM_END));
	CHECK(atomic_load(&allocations) == 0);
	CHECK(atomic_load(&questions) == 0);
	CHECK(atomic_load(&files) == 0);
	return panicked;
}

static void panic_everywhere(const char *name, start_function start, const uint8_t *in,
		size_t in_size, uint8_t *out, size_t out_size)
{
	int panics = 0;
	for (uint64_t place = 1; panic_at(place, start, in, in_size, out, out_size);
			place += 1 + place / 40) {
		expect_one_line();
		++panics;
	}
	printf("%s: %d panics\n", name, panics);
	CHECK(panics > 50);
}

/* Nobody reads what is printed, or there is no stream at all. */
static void panic_without_stderr(void)
{
	uint8_t out[sizeof(packed)];
	int ends[2];
	CHECK(pipe(ends) == 0);
	CHECK(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
	CHECK(panic_at(30, start_encoder, plain, sizeof(plain), out, sizeof(out)));
	close(STDERR_FILENO);
	CHECK(panic_at(30, start_encoder, plain, sizeof(plain), out, sizeof(out)));
}

/* To print is a moment at which a cancelled thread would end, in the middle of the library. */
static void *panic_when_cancelled(void *returned)
{
	uint8_t out[sizeof(packed)];
	CHECK(pthread_cancel(pthread_self()) == 0);
	CHECK(panic_at(30, start_encoder, plain, sizeof(plain), out, sizeof(out)));
	*(bool *)returned = true;
	pthread_testcancel();
	return NULL;
}

static void panic_in_a_cancelled_thread(void)
{
	pthread_t thread;
	bool returned = false;
	void *result = NULL;
	CHECK(pthread_create(&thread, NULL, panic_when_cancelled, &returned) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	CHECK(returned && result == PTHREAD_CANCELED);
	expect_one_line();
}

int main(void)
{
	setenv("RUST_BACKTRACE", "full", 1);
	for (size_t i = 0; i < sizeof(plain); ++i)
		plain[i] = (uint8_t)(i % 251 * (i / 1000) >> 3);
	FILE *file = tmpfile();
	CHECK(file != NULL);
	messages = fileno(file);
	CHECK(dup2(messages, STDERR_FILENO) == STDERR_FILENO);

	lzma_stream strm = LZMA_STREAM_INIT;
	CHECK(start_threaded_encoder(&strm) == LZMA_OK);
	CHECK(code(&strm, plain, sizeof(plain), packed, sizeof(packed)) == LZMA_STREAM_END);
	packed_size = (size_t)strm.total_out;
	lzma_end(&strm);

	uint8_t out[sizeof(packed)];
	panic_everywhere("encoder", start_encoder, plain, sizeof(plain), out, sizeof(out));
	panic_everywhere("decoder", start_decoder, packed, packed_size, out, sizeof(out));
	panic_everywhere("threaded encoder", start_threaded_encoder, plain, sizeof(plain), out,
			sizeof(out));
	panic_everywhere("threaded decoder", start_threaded_decoder, packed, packed_size, out,
			sizeof(out));
	panic_in_a_cancelled_thread();
	panic_without_stderr();
	printf("no allocation, no question to the environment, no file\n");
	return 0;
}
