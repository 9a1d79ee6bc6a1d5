/* Reads from the middle of a .xz file: its Index says where which Block is,
 * and only that Block is decoded. */

#include "common.h"

enum { BLOCK = 50000, BLOCKS = 8 };

static uint8_t *data, *xz;
static size_t size = (size_t)BLOCK * BLOCKS, xz_size;

/* A file of several Blocks. */
static void
make_file(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_options_lzma options;
	lzma_filter filters[2];
	int i;

	CHECK(!lzma_lzma_preset(&options, 3));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	data = make_data(size);
	xz = malloc(size);
	CHECK(xz != NULL);
	IS(LZMA_OK, lzma_stream_encoder(&strm, filters, LZMA_CHECK_CRC32));
	strm.next_in = data;
	strm.next_out = xz;
	strm.avail_out = size;
	for (i = 1; i <= BLOCKS; ++i) {
		strm.avail_in = BLOCK;
		IS(LZMA_STREAM_END, lzma_code(&strm, i < BLOCKS ? LZMA_FULL_FLUSH : LZMA_FINISH));
	}
	xz_size = (size_t)strm.total_out;
	lzma_end(&strm);
}

/* The Index, found from the end of the file. */
static lzma_index *
read_index(void)
{
	lzma_stream_flags header, footer;
	lzma_index *index = NULL;
	lzma_stream strm = LZMA_STREAM_INIT;
	uint64_t memlimit = UINT64_MAX;
	size_t pos;

	IS(LZMA_OK, lzma_stream_header_decode(&header, xz));
	IS(LZMA_OK, lzma_stream_footer_decode(&footer, xz + xz_size - LZMA_STREAM_HEADER_SIZE));
	IS(LZMA_OK, lzma_stream_flags_compare(&header, &footer));
	pos = xz_size - LZMA_STREAM_HEADER_SIZE - (size_t)footer.backward_size;

	IS(LZMA_OK, lzma_index_buffer_decode(&index, &memlimit, NULL, xz, &pos, xz_size));
	CHECK(pos == xz_size - LZMA_STREAM_HEADER_SIZE);
	lzma_index_end(index, NULL);

	/* The Index decoder as a coder. */
	IS(LZMA_OK, lzma_index_decoder(&strm, &index, UINT64_MAX));
	strm.next_in = xz + pos - footer.backward_size;
	strm.avail_in = (size_t)footer.backward_size;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_RUN));
	lzma_end(&strm);
	IS(LZMA_OK, lzma_index_stream_flags(index, &footer));
	CHECK(lzma_index_size(index) == footer.backward_size);
	return index;
}

/* Decodes the Block that an iterator is at. */
static void
decode_block(const lzma_index_iter *iter, uint8_t *out)
{
	const uint8_t *in = xz + iter->block.compressed_file_offset;
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_block block;

	memset(&block, 0, sizeof(block));
	block.version = 1;
	block.check = iter->stream.flags->check;
	block.filters = filters;
	block.header_size = lzma_block_header_size_decode(in[0]);
	IS(LZMA_OK, lzma_block_header_decode(&block, NULL, in));
	IS(LZMA_OK, lzma_block_compressed_size(&block, iter->block.unpadded_size));
	CHECK(lzma_block_unpadded_size(&block) == iter->block.unpadded_size);
	CHECK(lzma_block_total_size(&block) == iter->block.total_size);

	IS(LZMA_OK, lzma_block_decoder(&strm, &block));
	lzma_filters_free(filters, NULL);
	strm.next_in = in + block.header_size;
	strm.avail_in = (size_t)iter->block.total_size - block.header_size;
	strm.next_out = out;
	strm.avail_out = (size_t)iter->block.uncompressed_size;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
	CHECK(strm.avail_in == 0 && strm.avail_out == 0);
	lzma_end(&strm);
}

static void
locate(const lzma_index *index)
{
	uint8_t *out = malloc(BLOCK);
	lzma_index_iter iter;
	size_t target;

	CHECK(out != NULL);
	lzma_index_iter_init(&iter, index);
	for (target = 17; target < size; target += BLOCK / 2 + 1) {
		size_t start;

		CHECK(!lzma_index_iter_locate(&iter, target));
		start = (size_t)iter.block.uncompressed_file_offset;
		CHECK(start == target / BLOCK * BLOCK);
		CHECK(iter.block.number_in_file == target / BLOCK + 1);
		decode_block(&iter, out);
		same(data + start, BLOCK, out, BLOCK);
	}
	CHECK(lzma_index_iter_locate(&iter, size));
	free(out);
}

static void
iterate(const lzma_index *index)
{
	lzma_index_iter iter;
	lzma_vli sum = 0;
	int count = 0, round;

	lzma_index_iter_init(&iter, index);
	for (round = 0; round < 2; ++round) {
		while (!lzma_index_iter_next(&iter, LZMA_INDEX_ITER_BLOCK)) {
			sum += iter.block.total_size;
			++count;
		}
		lzma_index_iter_rewind(&iter);
	}
	CHECK(count == 2 * BLOCKS && sum == 2 * lzma_index_total_size(index));
}

/* Two files become one, on paper. */
static void
join(lzma_index *index)
{
	lzma_index *copy = lzma_index_dup(index, NULL);
	uint8_t *encoded;
	size_t pos = 0, limit;
	lzma_stream strm = LZMA_STREAM_INIT;

	CHECK(copy != NULL);
	CHECK(lzma_index_memused(copy) <= lzma_index_memusage(1, BLOCKS) + 65536);
	limit = (size_t)lzma_index_size(index);
	encoded = malloc(limit);
	CHECK(encoded != NULL);
	IS(LZMA_OK, lzma_index_buffer_encode(copy, encoded, &pos, limit));
	same(encoded, limit, xz + xz_size - LZMA_STREAM_HEADER_SIZE - limit, limit);
	IS(LZMA_OK, lzma_index_encoder(&strm, copy));
	memset(encoded, 0, limit);
	strm.next_out = encoded;
	strm.avail_out = limit;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_RUN));
	same(encoded, limit, xz + xz_size - LZMA_STREAM_HEADER_SIZE - limit, limit);
	lzma_end(&strm);

	IS(LZMA_OK, lzma_index_stream_padding(index, 8));
	IS(LZMA_OK, lzma_index_cat(index, copy, NULL));
	CHECK(lzma_index_stream_count(index) == 2);
	CHECK(lzma_index_block_count(index) == 2 * BLOCKS);
	CHECK(lzma_index_file_size(index) == 2 * (lzma_vli)xz_size + 8);
	CHECK(lzma_index_uncompressed_size(index) == 2 * (lzma_vli)size);
	CHECK(lzma_index_checks(index) == LZMA_INDEX_CHECK_MASK_CRC32);
	free(encoded);
}

int
main(void)
{
	lzma_index *index;

	make_file();
	index = read_index();
	CHECK(lzma_index_stream_size(index) == xz_size);
	locate(index);
	iterate(index);
	join(index);
	lzma_index_end(index, NULL);
	free(data);
	free(xz);
	return 0;
}
