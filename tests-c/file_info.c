/* Finds out everything about a file of several Streams, reading little of
 * it: the decoder says where it wants to read next. */

#include "common.h"

static size_t
add_stream(uint8_t *file, size_t pos, size_t limit, const uint8_t *data, size_t size,
		uint32_t preset, lzma_check check)
{
	IS(LZMA_OK, lzma_easy_buffer_encode(preset, check, NULL, data, size, file, &pos, limit));
	return pos;
}

int
main(void)
{
	const size_t size = 200000, limit = 1000000;
	uint8_t *data = make_data(size), *file = calloc(1, limit);
	size_t end = 0, read = 0, seeks = 0;
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_index *index = NULL;
	lzma_index_iter iter;
	lzma_ret ret;

	CHECK(file != NULL);
	end = add_stream(file, end, limit, data, size, 1, LZMA_CHECK_CRC32);
	end += 8; /* Stream Padding */
	end = add_stream(file, end, limit, data, size / 2, 6, LZMA_CHECK_CRC64);
	end = add_stream(file, end, limit, data, 0, 0, LZMA_CHECK_NONE);

	IS(LZMA_OK, lzma_file_info_decoder(&strm, &index, UINT64_MAX, end));
	strm.next_in = file;
	do {
		if (strm.avail_in == 0) {
			size_t pos = (size_t)(strm.next_in - file);
			strm.avail_in = end - pos < 256 ? end - pos : 256;
			read += strm.avail_in;
		}
		ret = lzma_code(&strm, LZMA_RUN);
		if (ret == LZMA_SEEK_NEEDED) {
			CHECK(strm.seek_pos <= end);
			strm.next_in = file + strm.seek_pos;
			strm.avail_in = 0;
			++seeks;
			ret = LZMA_OK;
		}
	} while (ret == LZMA_OK);
	IS(LZMA_STREAM_END, ret);
	lzma_end(&strm);
	CHECK(seeks > 0 && read < end);

	CHECK(lzma_index_stream_count(index) == 3);
	CHECK(lzma_index_file_size(index) == end);
	CHECK(lzma_index_uncompressed_size(index) == size + size / 2);
	CHECK(lzma_index_checks(index) == (LZMA_INDEX_CHECK_MASK_NONE
			| LZMA_INDEX_CHECK_MASK_CRC32 | LZMA_INDEX_CHECK_MASK_CRC64));
	lzma_index_iter_init(&iter, index);
	CHECK(!lzma_index_iter_next(&iter, LZMA_INDEX_ITER_STREAM));
	CHECK(iter.stream.padding == 8);
	CHECK(!lzma_index_iter_next(&iter, LZMA_INDEX_ITER_STREAM));
	CHECK(iter.stream.number == 2 && iter.stream.uncompressed_size == size / 2);
	lzma_index_end(index, NULL);

	/* Something else is refused. */
	file[end - 1] = 0x55;
	IS(LZMA_OK, lzma_file_info_decoder(&strm, &index, UINT64_MAX, end));
	strm.next_in = file;
	strm.avail_in = end;
	do {
		ret = lzma_code(&strm, LZMA_RUN);
		if (ret == LZMA_SEEK_NEEDED) {
			strm.next_in = file + strm.seek_pos;
			strm.avail_in = end - (size_t)strm.seek_pos;
		}
	} while (ret == LZMA_OK || ret == LZMA_SEEK_NEEDED);
	CHECK(ret == LZMA_FORMAT_ERROR || ret == LZMA_DATA_ERROR);
	lzma_end(&strm);
	free(data);
	free(file);
	return 0;
}
