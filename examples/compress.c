/*
 * Compresses a file to .xz, and shows how far it is:
 *
 *     compress INPUT OUTPUT [PRESET]
 *
 * PRESET is a digit from 0 (fast) to 9 (small, and a lot of memory); 6 without
 * it.
 */

#include <inttypes.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The meaning of the codes that an encoder may return. */
static const char *message(lzma_ret ret)
{
	switch (ret) {
	case LZMA_MEM_ERROR:
		return "not enough memory";
	case LZMA_OPTIONS_ERROR:
		return "there is no such preset";
	case LZMA_UNSUPPORTED_CHECK:
		return "this build of the library has no CRC64";
	case LZMA_DATA_ERROR:
		return "the file is too large for .xz";
	default:
		return "a mistake in this program";
	}
}

/* The size of a file; 0 for what has no size, such as a pipe. */
static uint64_t size_of(FILE *file)
{
	long size = 0;
	if (fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	rewind(file);
	return size > 0 ? (uint64_t)size : 0;
}

static void show_progress(lzma_stream *strm, uint64_t size)
{
	/*
	 * With one thread, these are strm->total_in and strm->total_out. With
	 * several, they also count what threads are in the middle of.
	 */
	uint64_t taken;
	uint64_t written;
	lzma_get_progress(strm, &taken, &written);
	if (size > 0)
		fprintf(stderr, "\r%3.0f %%, ", 100.0 * (double)taken / (double)size);
	fprintf(stderr, "%" PRIu64 " to %" PRIu64 " bytes", taken, written);
}

static bool compress(lzma_stream *strm, FILE *input, FILE *output)
{
	static uint8_t in[64 * 1024];
	static uint8_t out[64 * 1024];
	const uint64_t size = size_of(input);
	lzma_action action = LZMA_RUN;
	lzma_ret ret = LZMA_OK;

	strm->next_out = out;
	strm->avail_out = sizeof(out);
	while (ret != LZMA_STREAM_END) {
		/* New input once the encoder has taken all that there was. */
		if (strm->avail_in == 0 && action == LZMA_RUN) {
			strm->next_in = in;
			strm->avail_in = fread(in, 1, sizeof(in), input);
			if (ferror(input)) {
				fprintf(stderr, "the input cannot be read\n");
				return false;
			}
			/*
			 * From now on, no more input may come: the encoder
			 * finishes the file, in as many calls as it takes.
			 */
			if (feof(input))
				action = LZMA_FINISH;
			show_progress(strm, size);
		}

		ret = lzma_code(strm, action);
		if (ret != LZMA_OK && ret != LZMA_STREAM_END) {
			fprintf(stderr, "%s\n", message(ret));
			return false;
		}

		/* Output is written when the buffer is full, and at the end. */
		if (strm->avail_out == 0 || ret == LZMA_STREAM_END) {
			const size_t written = sizeof(out) - strm->avail_out;
			if (fwrite(out, 1, written, output) != written) {
				fprintf(stderr, "the output cannot be written\n");
				return false;
			}
			strm->next_out = out;
			strm->avail_out = sizeof(out);
		}
	}
	show_progress(strm, size);
	fprintf(stderr, "\n");
	return true;
}

int main(int argc, char **argv)
{
	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: %s INPUT OUTPUT [PRESET]\n", argv[0]);
		return 2;
	}
	const uint32_t preset =
		argc == 4 ? (uint32_t)strtoul(argv[3], NULL, 10) : LZMA_PRESET_DEFAULT;

	/* Every lzma_stream begins like this, once. */
	lzma_stream strm = LZMA_STREAM_INIT;
	const lzma_ret ret = lzma_easy_encoder(&strm, preset, LZMA_CHECK_CRC64);
	if (ret != LZMA_OK) {
		fprintf(stderr, "%s\n", message(ret));
		return 1;
	}

	FILE *input = fopen(argv[1], "rb");
	FILE *output = input == NULL ? NULL : fopen(argv[2], "wb");
	bool good = false;
	if (input == NULL || output == NULL)
		perror(input == NULL ? argv[1] : argv[2]);
	else
		good = compress(&strm, input, output);

	/* Frees what the encoder needed, whether it came to its end or not. */
	lzma_end(&strm);
	if (input != NULL)
		fclose(input);
	/* A full disk may only be noticed now. */
	if (output != NULL && fclose(output) != 0) {
		perror(argv[2]);
		good = false;
	}
	/* Half a file is worth nothing. */
	if (output != NULL && !good)
		remove(argv[2]);
	return good ? 0 : 1;
}
