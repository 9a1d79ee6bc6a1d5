/*
 * Measures how much stack calls and threads take. A thread has a stack that is
 * painted below what is in use; afterwards the paint tells how deep a call has
 * gone. To be included first.
 */

#ifndef PAINTED_H
#define PAINTED_H

#define _GNU_SOURCE /* for RTLD_NEXT */

#include "common.h"

#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#define LIMIT (12 << 10)
#define STACK_SIZE (128 << 10)
#define PAINT UINT64_C(0xA5A5A5A5A5A5A5A5)

static unsigned char *stack; /* the thread's, if it is painted: the lowest byte */
static int verbose; /* tells what calls take */

static size_t
painted(const unsigned char *from, const unsigned char *to)
{
	const volatile uint64_t *at = (const void *)from;

	while ((const void *)at < (const void *)to && *at == PAINT)
		++at;
	return (size_t)((const unsigned char *)(const void *)at - from);
}

/* Paints what lies below the caller's frame, but for what this one needs. */
static __attribute__((noinline)) void
paint(void)
{
	unsigned char *end = (unsigned char *)__builtin_frame_address(0) - 256;
	volatile uint64_t *at;

	for (at = (void *)stack; stack != NULL && (void *)at < (void *)end; ++at)
		*at = PAINT;
}

/* The depth in bytes below the caller's frame to which paint is gone. */
static __attribute__((noinline)) size_t
depth(void)
{
	unsigned char *end = __builtin_frame_address(0);

	return stack == NULL ? 0 : (size_t)(end - stack) - painted(stack, end);
}

static void
took(const char *what, size_t bytes)
{
	if (verbose)
		printf("%6u %s\n", (unsigned)bytes, what);
	if (bytes > LIMIT) {
		fprintf(stderr, "%u bytes of stack: %s\n", (unsigned)bytes, what);
		exit(1);
	}
}

/* Checks that a condition holds, and that finding out takes little stack. */
#define DEEP(condition) \
	do { \
		int is_so; \
		paint(); \
		is_so = (condition); \
		took(#condition, depth()); \
		if (!is_so) { \
			fprintf(stderr, "%s:%d: not so: %s\n", \
					__FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/* Threads of the library, each with a stack of its own that is painted. */
#ifndef STATIC_LIBC
static unsigned char *workers[16];
static unsigned worker_count;
#endif

/* The system's pthread_create; the library is given the one below. */
static int
create_thread(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
		void *argument)
{
	int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

#ifdef STATIC_LIBC
	create = pthread_create;
#else
	void *symbol = dlsym(RTLD_NEXT, "pthread_create");
	CHECK(symbol != NULL);
	memcpy(&create, &symbol, sizeof(create));
#endif
	return create(thread, attributes, start, argument);
}

/* A thread whose stack is painted. */
static int
start_painted(pthread_t *thread, unsigned char **its_stack, void *(*start)(void *),
		void *argument)
{
	pthread_attr_t attributes;
	void *memory;

	CHECK(posix_memalign(&memory, 1 << 16, STACK_SIZE) == 0);
	memset(memory, PAINT & 0xFF, STACK_SIZE);
	*its_stack = memory;
	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstack(&attributes, memory, STACK_SIZE) == 0);
	CHECK(create_thread(thread, &attributes, start, argument) == 0);
	return pthread_attr_destroy(&attributes);
}

#ifndef STATIC_LIBC

/* The library gets this instead of the system's. */
int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
		void *(*start)(void *), void *argument)
{
	(void)attributes;
	CHECK(worker_count < sizeof(workers) / sizeof(workers[0]));
	return start_painted(thread, &workers[worker_count++], start, argument);
}

static void *
nothing(void *argument)
{
	return argument;
}

/* The workers, which have ended, against a thread that does nothing. */
static void
check_workers(const char *what)
{
	unsigned char *idle;
	pthread_t thread;
	size_t unused;

	CHECK(start_painted(&thread, &idle, nothing, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	unused = painted(idle, idle + STACK_SIZE);
	free(idle);
	CHECK(worker_count > 0);
	while (worker_count > 0) {
		unsigned char *worker = workers[--worker_count];
		size_t left = painted(worker, worker + STACK_SIZE);

		CHECK(left < unused);
		took(what, unused - left);
		free(worker);
	}
}

#endif

#endif
