/*
 * Settings of rlzma.h: the process's own come before those of the environment,
 * and what cannot be set changes nothing.
 */

#ifndef _POSIX_C_SOURCE
#	define _POSIX_C_SOURCE 200809L
#endif

#include "common.h"

#include <rlzma.h>

#include <stdlib.h>

static void
threads(void)
{
	CHECK(unsetenv("RLZMA_THREADS") == 0);
	CHECK(rlzma_threads() == 1);

	CHECK(setenv("RLZMA_THREADS", "3", 1) == 0);
	CHECK(rlzma_threads() == 3);
	CHECK(setenv("RLZMA_THREADS", "three", 1) == 0);
	CHECK(rlzma_threads() == 1);
	CHECK(setenv("RLZMA_THREADS", "auto", 1) == 0);
	CHECK(rlzma_threads() >= 1);
	CHECK(rlzma_threads() <= lzma_cputhreads());

	CHECK(rlzma_set_threads(5) == LZMA_OK);
	CHECK(rlzma_threads() == 5);
	CHECK(rlzma_set_threads(RLZMA_THREADS_MAX + 1) == LZMA_OPTIONS_ERROR);
	CHECK(rlzma_threads() == 5);
	CHECK(rlzma_set_threads(RLZMA_THREADS_MAX) == LZMA_OK);
	CHECK(rlzma_threads() == RLZMA_THREADS_MAX);
	CHECK(rlzma_set_threads(0) == LZMA_OK);
	CHECK(rlzma_threads() >= 1);
	CHECK(rlzma_set_threads(RLZMA_THREADS_ENVIRONMENT) == LZMA_OK);
	CHECK(setenv("RLZMA_THREADS", "2", 1) == 0);
	CHECK(rlzma_threads() == 2);
	CHECK(unsetenv("RLZMA_THREADS") == 0);
	CHECK(rlzma_threads() == 1);
}

static void
memory(void)
{
	uint64_t quarter;

	CHECK(unsetenv("RLZMA_MEMORY") == 0);
	quarter = rlzma_memory();
	CHECK(quarter == lzma_physmem() / 4);
	CHECK(setenv("RLZMA_MEMORY", "10MiB", 1) == 0);
	CHECK(rlzma_memory() == 10 << 20);
	CHECK(setenv("RLZMA_MEMORY", "ten", 1) == 0);
	CHECK(rlzma_memory() == quarter);
	CHECK(setenv("RLZMA_MEMORY", "100%", 1) == 0);
	CHECK(rlzma_memory() > 3 * quarter);
	rlzma_set_memory(12345);
	CHECK(rlzma_memory() == 12345);
	rlzma_set_memory(0);
	CHECK(unsetenv("RLZMA_MEMORY") == 0);
	CHECK(rlzma_memory() == quarter);
}

int
main(void)
{
	threads();
	memory();
	return 0;
}
