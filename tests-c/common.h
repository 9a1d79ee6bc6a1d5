/*
 * Shared by the programs here: checks that tell where they failed, and data.
 * Each program uses one part of the API as an application does, checks what
 * comes back, and says nothing when all is well.
 */

#ifndef COMMON_H
#define COMMON_H

#include <lzma.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", \
					__FILE__, __LINE__, #condition); \
			exit(1); \
		} \
	} while (0)

/* The call returns what is expected. */
#define IS(expected, call) is(__FILE__, __LINE__, #call, expected, call)

static inline void
is(const char *file, int line, const char *call, lzma_ret expected, lzma_ret ret)
{
	if (ret != expected) {
		fprintf(stderr, "%s:%d: %s returned %d, not %d\n",
				file, line, call, (int)ret, (int)expected);
		exit(1);
	}
}

/* Text with repetitions, far and near, and some noise. */
static inline uint8_t *
make_data(size_t size)
{
	uint8_t *data = malloc(size + 1);
	uint32_t state = 12345;
	size_t i;

	CHECK(data != NULL);
	for (i = 0; i < size; ++i) {
		state = state * UINT32_C(1103515245) + 12345;
		if (i > 1000 && state >> 24 < 240)
			data[i] = data[i - 1 - (i / 5000) % 900];
		else
			data[i] = (uint8_t)("etaoin shrdlu\n"[(state >> 16) % 14]);
	}
	return data;
}

/*
 * Codes all of the input with the coder on strm, through buffers of the given
 * sizes. The output is allocated, and its size stored.
 */
static inline lzma_ret
code_all(lzma_stream *strm, const uint8_t *in, size_t in_size, size_t in_step,
		uint8_t **out, size_t *out_size, size_t out_step)
{
	lzma_ret ret = LZMA_OK;

	*out = NULL;
	*out_size = 0;
	strm->next_in = in;
	strm->avail_in = 0;
	strm->avail_out = 0;
	while (ret == LZMA_OK) {
		if (strm->avail_in == 0) {
			strm->avail_in = in_size < in_step ? in_size : in_step;
			in_size -= strm->avail_in;
		}
		if (strm->avail_out == 0) {
			*out = realloc(*out, *out_size + out_step);
			CHECK(*out != NULL);
			strm->next_out = *out + *out_size;
			strm->avail_out = out_step;
			*out_size += out_step;
		}
		ret = lzma_code(strm, in_size == 0 ? LZMA_FINISH : LZMA_RUN);
	}
	*out_size -= strm->avail_out;
	return ret;
}

static inline void
same(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	CHECK(a_size == b_size);
	CHECK(memcmp(a, b, a_size) == 0);
}

#endif
