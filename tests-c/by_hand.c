/* Puts a .xz file together from its parts, and takes it apart again without
 * keeping its Index in memory. */

#include "common.h"

static uint8_t *data, *file, *back;
static size_t size = 90000, limit = 300000, end;
static const size_t part = 30000;

static lzma_block
new_block(lzma_filter *filters)
{
	lzma_block block;

	memset(&block, 0, sizeof(block));
	block.check = LZMA_CHECK_CRC64;
	block.compressed_size = LZMA_VLI_UNKNOWN;
	block.uncompressed_size = LZMA_VLI_UNKNOWN;
	block.filters = filters;
	return block;
}

static void
write_file(void)
{
	lzma_options_lzma options;
	lzma_filter filters[2];
	lzma_index *index = lzma_index_init(NULL);
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_stream_flags flags;
	size_t pos;

	CHECK(index != NULL);
	CHECK(!lzma_lzma_preset(&options, 1));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	memset(&flags, 0, sizeof(flags));
	flags.check = LZMA_CHECK_CRC64;
	IS(LZMA_OK, lzma_stream_header_encode(&flags, file));
	end = LZMA_STREAM_HEADER_SIZE;

	for (pos = 0; pos < size; pos += part) {
		lzma_block block = new_block(filters);

		IS(LZMA_OK, lzma_block_header_size(&block));
		IS(LZMA_OK, lzma_block_header_encode(&block, file + end));
		end += block.header_size;
		IS(LZMA_OK, lzma_block_encoder(&strm, &block));
		strm.next_in = data + pos;
		strm.avail_in = part;
		strm.next_out = file + end;
		strm.avail_out = limit - end;
		IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
		end += (size_t)strm.total_out;
		CHECK(block.uncompressed_size == part);
		IS(LZMA_OK, lzma_index_append(index, NULL,
				lzma_block_unpadded_size(&block), block.uncompressed_size));
	}
	IS(LZMA_OK, lzma_index_buffer_encode(index, file, &end, limit));
	flags.backward_size = lzma_index_size(index);
	IS(LZMA_OK, lzma_stream_footer_encode(&flags, file + end));
	end += LZMA_STREAM_HEADER_SIZE;
	CHECK(lzma_index_file_size(index) == end);
	lzma_index_end(index, NULL);
	lzma_end(&strm);
}

static void
read_file(void)
{
	lzma_index_hash *hash = lzma_index_hash_init(NULL, NULL);
	size_t pos = LZMA_STREAM_HEADER_SIZE, out_pos = 0, index_start;
	lzma_stream_flags footer;

	CHECK(hash != NULL);
	while (file[pos] != 0) {
		lzma_filter filters[LZMA_FILTERS_MAX + 1];
		lzma_block block = new_block(filters);

		block.header_size = lzma_block_header_size_decode(file[pos]);
		IS(LZMA_OK, lzma_block_header_decode(&block, NULL, file + pos));
		pos += block.header_size;
		IS(LZMA_OK, lzma_block_buffer_decode(&block, NULL, file, &pos, end,
				back, &out_pos, size));
		lzma_filters_free(filters, NULL);
		IS(LZMA_OK, lzma_index_hash_append(hash,
				lzma_block_unpadded_size(&block), block.uncompressed_size));
	}
	same(data, size, back, out_pos);
	index_start = pos;
	IS(LZMA_STREAM_END, lzma_index_hash_decode(hash, file, &pos, end));
	CHECK(lzma_index_hash_size(hash) == pos - index_start);
	IS(LZMA_OK, lzma_stream_footer_decode(&footer, file + pos));
	CHECK(footer.backward_size == pos - index_start);
	lzma_index_hash_end(hash, NULL);
}

int
main(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	uint8_t *out;
	size_t out_size;

	data = make_data(size);
	file = malloc(limit);
	back = malloc(size);
	CHECK(file != NULL && back != NULL);
	write_file();
	read_file();

	/* It is a file like any other. */
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
	IS(LZMA_STREAM_END, code_all(&strm, file, end, end, &out, &out_size, 10000));
	same(data, size, out, out_size);
	lzma_end(&strm);
	free(data);
	free(file);
	free(back);
	free(out);
	return 0;
}
