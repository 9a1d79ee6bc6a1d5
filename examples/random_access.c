/*
 * Reads a part of a .xz file without decoding what stands before it:
 *
 *     random_access FILE OFFSET LENGTH
 *
 * OFFSET and LENGTH count bytes of the uncompressed data. At the end of a file
 * is its Index, with the sizes of all its Blocks: it tells in which Block an
 * offset is, and where in the file that begins. So the file must have several
 * Blocks, as the threaded encoder makes them (xz --block-size=1MiB).
 */

#include <inttypes.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t in[BUFSIZ];
static uint8_t out[BUFSIZ];

static bool fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	return false;
}

/* Reads the Indexes of all Streams in the file; NULL if that fails. */
static lzma_index *read_index(FILE *file)
{
	if (fseek(file, 0, SEEK_END) != 0)
		return NULL;
	const long size = ftell(file);
	if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
		return NULL;

	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_index *index = NULL;
	lzma_ret ret = lzma_file_info_decoder(&strm, &index, 64 << 20, (uint64_t)size);
	while (ret == LZMA_OK || ret == LZMA_SEEK_NEEDED) {
		/* The decoder reads the ends of the file only, and says where. */
		if (ret == LZMA_SEEK_NEEDED) {
			if (fseek(file, (long)strm.seek_pos, SEEK_SET) != 0)
				break;
			strm.avail_in = 0;
		}
		if (strm.avail_in == 0) {
			strm.next_in = in;
			strm.avail_in = fread(in, 1, sizeof(in), file);
			if (ferror(file))
				break;
		}
		ret = lzma_code(&strm, LZMA_RUN);
	}
	/* The Index is there if, and only if, that was the end. */
	if (ret != LZMA_STREAM_END)
		fprintf(stderr, ret == LZMA_FORMAT_ERROR ? "this is not a .xz file\n"
							 : "the file cannot be read\n");
	lzma_end(&strm);
	return index;
}

/*
 * Reads the header of the Block at `iter`, and starts its decoder. `block` and
 * its `filters` must live as long as the decoder works.
 */
static bool start_block(FILE *file, const lzma_index_iter *iter, lzma_stream *strm,
	lzma_block *block, lzma_filter *filters)
{
	uint8_t header[LZMA_BLOCK_HEADER_SIZE_MAX];
	if (fseek(file, (long)iter->block.compressed_file_offset, SEEK_SET) != 0 ||
		fread(header, 1, 1, file) != 1)
		return fail("the Block cannot be read");

	block->version = 1;
	block->check = iter->stream.flags->check;
	block->filters = filters;
	/* The first byte tells how long the header is. */
	block->header_size = lzma_block_header_size_decode(header[0]);
	if (fread(header + 1, 1, block->header_size - 1, file) != block->header_size - 1)
		return fail("the Block cannot be read");

	/* This allocates the filters' options. */
	if (lzma_block_header_decode(block, NULL, header) != LZMA_OK)
		return fail("the Block's header is damaged");
	/* Header and Index must agree about the Block's size. */
	bool good = lzma_block_compressed_size(block, iter->block.unpadded_size) == LZMA_OK ||
		fail("the Block's header and the Index differ");
	good = good && (lzma_block_decoder(strm, block) == LZMA_OK || fail("no decoder for the Block"));

	/* The decoder has read the options: they may go. */
	lzma_filters_free(filters, NULL);
	return good;
}

/* Decodes the Block at `iter`; prints `length` bytes of it after `skip`. */
static bool print_block(FILE *file, const lzma_index_iter *iter, uint64_t skip, uint64_t length)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_block block = { 0 };
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	bool good = start_block(file, iter, &strm, &block, filters);
	lzma_ret ret = LZMA_OK;

	/* The Check stands at the Block's end: who stops earlier does without. */
	while (good && ret == LZMA_OK && length > 0) {
		if (strm.avail_in == 0) {
			strm.next_in = in;
			strm.avail_in = fread(in, 1, sizeof(in), file);
		}
		strm.next_out = out;
		strm.avail_out = sizeof(out);
		ret = lzma_code(&strm, LZMA_RUN);
		if (ret != LZMA_OK && ret != LZMA_STREAM_END)
			good = fail("the Block is damaged");

		const uint64_t decoded = sizeof(out) - strm.avail_out;
		const uint64_t from = skip < decoded ? skip : decoded;
		const uint64_t count = decoded - from < length ? decoded - from : length;
		skip -= from;
		length -= count;
		if (fwrite(out + from, 1, (size_t)count, stdout) != count)
			good = fail("the output cannot be written");
	}
	lzma_end(&strm);
	return good;
}

/* Prints a part of the file's data, which may lie in several Blocks. */
static bool print_part(FILE *file, const lzma_index *index, uint64_t offset, uint64_t length)
{
	const uint64_t size = lzma_index_uncompressed_size(index);
	if (offset > size || length > size - offset)
		return fail("the file has less data than that");

	lzma_index_iter iter;
	lzma_index_iter_init(&iter, index);
	while (length > 0) {
		/* Finds the Block in which the byte at `offset` is. */
		if (lzma_index_iter_locate(&iter, offset))
			return fail("the Index has no such Block");
		const uint64_t skip = offset - iter.block.uncompressed_file_offset;
		const uint64_t rest = iter.block.uncompressed_size - skip;
		const uint64_t count = rest < length ? rest : length;
		if (!print_block(file, &iter, skip, count))
			return false;
		offset += count;
		length -= count;
	}
	return true;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: %s FILE OFFSET LENGTH\n", argv[0]);
		return 2;
	}
	FILE *file = fopen(argv[1], "rb");
	if (file == NULL) {
		perror(argv[1]);
		return 1;
	}
	lzma_index *index = read_index(file);
	bool good = index != NULL &&
		print_part(file, index, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
	lzma_index_end(index, NULL);
	fclose(file);
	if (fflush(stdout) != 0) {
		perror("standard output");
		good = false;
	}
	return good ? 0 : 1;
}
