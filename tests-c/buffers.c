/* Everything in one call, and small functions. */

#include "common.h"

static uint8_t *data, *out, *back;
static size_t size = 40000, limit;

static void
whole_streams(void)
{
	size_t in_pos = 0, out_pos = 0, back_pos = 0;
	uint64_t memlimit = UINT64_MAX;
	lzma_options_lzma options;
	lzma_filter filters[2];

	CHECK(!lzma_lzma_preset(&options, 0));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	IS(LZMA_OK, lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, NULL, data, size,
			out, &out_pos, limit));
	IS(LZMA_OK, lzma_easy_buffer_encode(9 | LZMA_PRESET_EXTREME, LZMA_CHECK_SHA256, NULL,
			data, size, out, &out_pos, limit));
	IS(LZMA_OK, lzma_stream_buffer_decode(&memlimit, LZMA_CONCATENATED, NULL,
			out, &in_pos, out_pos, back, &back_pos, 2 * size));
	CHECK(in_pos == out_pos && back_pos == 2 * size);
	same(data, size, back, size);
	same(data, size, back + size, size);

	/* Not enough room: nothing happens. */
	out_pos = 0;
	IS(LZMA_BUF_ERROR, lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, data, size,
			out, &out_pos, 100));
	CHECK(out_pos == 0);
	CHECK(lzma_easy_encoder_memusage(6) > lzma_easy_decoder_memusage(6));
}

static void
blocks(int compressed)
{
	lzma_options_lzma options;
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	lzma_block block;
	size_t out_pos = 0, in_pos, back_pos = 0;

	CHECK(!lzma_lzma_preset(&options, 0));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	memset(&block, 0, sizeof(block));
	block.check = LZMA_CHECK_CRC32;
	block.filters = filters;
	if (compressed)
		IS(LZMA_OK, lzma_block_buffer_encode(&block, NULL, data, size,
				out, &out_pos, lzma_block_buffer_bound(size)));
	else
		IS(LZMA_OK, lzma_block_uncomp_encode(&block, data, size,
				out, &out_pos, lzma_block_buffer_bound(size)));
	CHECK(block.uncompressed_size == size);
	CHECK(lzma_block_total_size(&block) == out_pos);
	CHECK(compressed == (out_pos < size));

	memset(&block, 0, sizeof(block));
	block.check = LZMA_CHECK_CRC32;
	block.filters = filters;
	block.header_size = lzma_block_header_size_decode(out[0]);
	IS(LZMA_OK, lzma_block_header_decode(&block, NULL, out));
	in_pos = block.header_size;
	IS(LZMA_OK, lzma_block_buffer_decode(&block, NULL, out, &in_pos, out_pos,
			back, &back_pos, size));
	same(data, size, back, back_pos);
	lzma_filters_free(filters, NULL);
}

static void
small(void)
{
	static const uint8_t text[] = "123456789";
	uint8_t bytes[LZMA_VLI_BYTES_MAX];
	size_t out_pos = 0, in_pos = 0, vli_pos = 0;
	lzma_vli vli;

	CHECK(lzma_crc32(text, 9, 0) == UINT32_C(0xCBF43926));
	CHECK(lzma_crc32(text + 4, 5, lzma_crc32(text, 4, 0)) == UINT32_C(0xCBF43926));
	CHECK(lzma_crc64(text, 9, 0) == UINT64_C(0x995DC9BBDF1939FA));
	CHECK(lzma_check_is_supported(LZMA_CHECK_SHA256));
	CHECK(lzma_check_size(LZMA_CHECK_SHA256) == 32);
	IS(LZMA_OK, lzma_vli_encode(300, NULL, bytes, &out_pos, sizeof(bytes)));
	CHECK(out_pos == 2 && lzma_vli_size(300) == 2);
	IS(LZMA_OK, lzma_vli_decode(&vli, &vli_pos, bytes, &in_pos, 1));
	IS(LZMA_STREAM_END, lzma_vli_decode(&vli, &vli_pos, bytes, &in_pos, 2));
	CHECK(vli == 300);
	CHECK(lzma_version_number() == LZMA_VERSION);
	CHECK(strcmp(lzma_version_string(), LZMA_VERSION_STRING) == 0);
	CHECK(lzma_physmem() > 0);
}

int
main(void)
{
	data = make_data(size);
	limit = 2 * lzma_stream_buffer_bound(size);
	out = malloc(limit);
	back = malloc(2 * size);
	CHECK(out != NULL && back != NULL);
	whole_streams();
	blocks(1);
	blocks(0);
	small();
	free(data);
	free(out);
	free(back);
	return 0;
}
