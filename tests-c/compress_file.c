/* Compresses a file with buffers of its own, and decompresses it again. */

#include "common.h"

/* Codes from one file to another. */
static void
code_file(lzma_stream *strm, FILE *from, FILE *to)
{
	static uint8_t in[4096], out[4096];
	lzma_action action = LZMA_RUN;
	lzma_ret ret;

	strm->next_in = NULL;
	strm->avail_in = 0;
	strm->next_out = out;
	strm->avail_out = sizeof(out);
	do {
		if (strm->avail_in == 0 && action == LZMA_RUN) {
			strm->next_in = in;
			strm->avail_in = fread(in, 1, sizeof(in), from);
			CHECK(!ferror(from));
			if (feof(from))
				action = LZMA_FINISH;
		}
		ret = lzma_code(strm, action);
		if (strm->avail_out == 0 || ret == LZMA_STREAM_END) {
			size_t size = sizeof(out) - strm->avail_out;
			CHECK(fwrite(out, 1, size, to) == size);
			strm->next_out = out;
			strm->avail_out = sizeof(out);
		}
	} while (ret == LZMA_OK);
	CHECK(ret == LZMA_STREAM_END);
}

static FILE *
file(void)
{
	FILE *f = tmpfile();
	CHECK(f != NULL);
	return f;
}

int
main(void)
{
	const size_t size = 500000;
	uint8_t *data = make_data(size);
	uint8_t *back = malloc(size + 1);
	uint32_t preset;
	lzma_stream strm = LZMA_STREAM_INIT;

	CHECK(back != NULL);
	for (preset = 0; preset <= 9; preset += 3) {
		FILE *plain = file(), *compressed = file(), *again = file();
		uint64_t in, out;

		CHECK(fwrite(data, 1, size, plain) == size);
		rewind(plain);
		IS(LZMA_OK, lzma_easy_encoder(&strm, preset, LZMA_CHECK_CRC64));
		code_file(&strm, plain, compressed);
		CHECK(strm.total_in == size);
		CHECK(strm.total_out == (uint64_t)ftell(compressed));
		CHECK(strm.total_out < size / 2);
		lzma_get_progress(&strm, &in, &out);
		CHECK(in == strm.total_in && out == strm.total_out);

		/* One stream serves several coders, one after the other. */
		rewind(compressed);
		IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
		code_file(&strm, compressed, again);
		CHECK(lzma_get_check(&strm) == LZMA_CHECK_CRC64);
		rewind(again);
		same(data, size, back, fread(back, 1, size + 1, again));

		fclose(plain);
		fclose(compressed);
		fclose(again);
	}
	lzma_end(&strm);
	CHECK(strm.internal == NULL);
	free(data);
	free(back);
	return 0;
}
