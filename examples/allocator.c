/*
 * Gives the library memory from an allocator of the application's own, which
 * counts and has a limit:
 *
 *     allocator KIBIBYTES
 *
 * Compresses and decompresses some text with at most KIBIBYTES of memory at a
 * time.
 */

#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The state of the allocator, which its `opaque` points to. */
struct pool {
	size_t used;
	size_t peak;
	size_t limit;
};

/*
 * Stands before each allocation, so that release() knows the size. The other
 * members are there for their alignment.
 */
union header {
	size_t size;
	void *pointer;
	long double number;
};

/*
 * NULL says that there is no memory; the library then gives LZMA_MEM_ERROR. The
 * memory may be of any content, but must be aligned for every type. With
 * coders that use threads, this would need a lock: they may call it, too.
 */
static void *allocate(void *opaque, size_t count, size_t size)
{
	struct pool *pool = opaque;
	if (size != 0 && count > (SIZE_MAX - sizeof(union header)) / size)
		return NULL;
	const size_t bytes = count * size + sizeof(union header);
	if (bytes > pool->limit - pool->used)
		return NULL;
	union header *memory = malloc(bytes);
	if (memory == NULL)
		return NULL;
	memory->size = bytes;
	pool->used += bytes;
	if (pool->peak < pool->used)
		pool->peak = pool->used;
	return memory + 1;
}

/* `memory` may be NULL, as for free(). */
static void release(void *opaque, void *memory)
{
	struct pool *pool = opaque;
	if (memory == NULL)
		return;
	union header *start = (union header *)memory - 1;
	pool->used -= start->size;
	free(start);
}

/* Compresses and decompresses `text`; LZMA_OK if it comes out again. */
static lzma_ret round_trip(const lzma_allocator *allocator, const char *text, size_t size)
{
	static uint8_t compressed[1 << 16];
	static uint8_t decoded[1 << 16];

	/* Functions that do all in one call take the allocator as a parameter. */
	size_t compressed_size = 0;
	lzma_ret ret = lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, allocator, (const uint8_t *)text,
		size, compressed, &compressed_size, sizeof(compressed));
	if (ret != LZMA_OK)
		return ret;

	/* For coders that are called step by step, it is a part of the stream. */
	lzma_stream strm = LZMA_STREAM_INIT;
	strm.allocator = allocator;
	ret = lzma_stream_decoder(&strm, UINT64_MAX, 0);
	if (ret == LZMA_OK) {
		strm.next_in = compressed;
		strm.avail_in = compressed_size;
		strm.next_out = decoded;
		strm.avail_out = sizeof(decoded);
		ret = lzma_code(&strm, LZMA_FINISH);
	}
	const bool same = strm.total_out == size && memcmp(text, decoded, size) == 0;
	/* The allocator must live until here: this gives all memory back. */
	lzma_end(&strm);
	if (ret != LZMA_STREAM_END)
		return ret;
	return same ? LZMA_OK : LZMA_DATA_ERROR;
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s KIBIBYTES\n", argv[0]);
		return 2;
	}
	struct pool pool = { .limit = (size_t)strtoul(argv[1], NULL, 10) << 10 };
	const lzma_allocator allocator = {
		.alloc = allocate,
		.free = release,
		.opaque = &pool,
	};
	const char text[] = "Once upon a time, once upon a time, there was a time.";

	const lzma_ret ret = round_trip(&allocator, text, sizeof(text));
	printf("%zu KiB at the most, %zu bytes left\n", pool.peak >> 10, pool.used);
	if (ret == LZMA_MEM_ERROR)
		fprintf(stderr, "%s KiB are not enough\n", argv[1]);
	else if (ret != LZMA_OK)
		fprintf(stderr, "code %d\n", (int)ret);
	return ret == LZMA_OK && pool.used == 0 ? 0 : 1;
}
