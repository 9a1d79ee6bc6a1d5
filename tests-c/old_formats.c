/* .lzma, .lz and MicroLZMA. */

#include "common.h"

static uint8_t *data, *coded, *out;
static size_t size = 70000, coded_size, out_size;
static lzma_stream strm = LZMA_STREAM_INIT;
static lzma_options_lzma options;

static void
alone(void)
{
	IS(LZMA_OK, lzma_alone_encoder(&strm, &options));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, 5000, &coded, &coded_size, 1000));
	IS(LZMA_OK, lzma_alone_decoder(&strm, UINT64_MAX));
	IS(LZMA_STREAM_END, code_all(&strm, coded, coded_size, 300, &out, &out_size, 7000));
	same(data, size, out, out_size);
	free(out);
	IS(LZMA_OK, lzma_auto_decoder(&strm, UINT64_MAX, LZMA_CONCATENATED));
	IS(LZMA_STREAM_END, code_all(&strm, coded, coded_size, 300, &out, &out_size, 7000));
	same(data, size, out, out_size);
	free(out);
	free(coded);
}

/* Encodes as much as fits into a block of fixed size, as file systems do. */
static void
micro(void)
{
	uint8_t block[4096];
	lzma_ret ret;
	size_t taken, written;

	IS(LZMA_OK, lzma_microlzma_encoder(&strm, &options));
	strm.next_in = data;
	strm.avail_in = size;
	strm.next_out = block;
	strm.avail_out = sizeof(block);
	ret = lzma_code(&strm, LZMA_FINISH);
	IS(LZMA_STREAM_END, ret);
	taken = (size_t)strm.total_in;
	written = (size_t)strm.total_out;
	CHECK(taken > written && written <= sizeof(block));

	IS(LZMA_OK, lzma_microlzma_decoder(&strm, written, taken, 1, options.dict_size));
	IS(LZMA_STREAM_END, code_all(&strm, block, written, written, &out, &out_size, size));
	same(data, taken, out, out_size);
	free(out);
}

/* "abc" by lzip: header, LZMA with end marker, CRC32, two sizes. */
static void
lzip(void)
{
	/* Built here: raw LZMA between a header and a footer. */
	uint8_t file[4096] = { 'L', 'Z', 'I', 'P', 1, 16 };
	const char *text = "abc abc abc abc abc abc abc";
	const size_t length = strlen(text);
	lzma_filter filters[2];
	size_t pos = 6, i;
	uint32_t crc = lzma_crc32((const uint8_t *)text, length, 0);

	filters[0].id = LZMA_FILTER_LZMA1;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	IS(LZMA_OK, lzma_raw_buffer_encode(filters, NULL, (const uint8_t *)text, length,
			file, &pos, sizeof(file) - 20));
	for (i = 0; i < 4; ++i)
		file[pos++] = (uint8_t)(crc >> (8 * i));
	file[pos++] = (uint8_t)length;
	pos += 7;
	file[pos] = (uint8_t)(pos + 8);
	pos += 8;

	IS(LZMA_OK, lzma_lzip_decoder(&strm, UINT64_MAX, 0));
	IS(LZMA_STREAM_END, code_all(&strm, file, pos, 1, &out, &out_size, 5));
	same((const uint8_t *)text, length, out, out_size);
	free(out);
	file[pos - 9] ^= 1;
	IS(LZMA_OK, lzma_lzip_decoder(&strm, UINT64_MAX, 0));
	IS(LZMA_DATA_ERROR, code_all(&strm, file, pos, pos, &out, &out_size, 100));
	free(out);
}

int
main(void)
{
	CHECK(!lzma_lzma_preset(&options, 4));
	options.dict_size = 1 << 16;
	data = make_data(size);
	alone();
	micro();
	lzip();
	lzma_end(&strm);
	free(data);
	return 0;
}
