/*
 * Decompresses a .xz, .lzma or .lz file, with no more memory than allowed:
 *
 *     decompress MEBIBYTES INPUT OUTPUT
 *
 * A file says in its first bytes how large a dictionary its decoder needs, up
 * to 4 GiB. Whoever decompresses files of strangers sets a limit.
 */

#include <inttypes.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Says why decoding has failed. */
static void complain(lzma_stream *strm, lzma_ret ret)
{
	switch (ret) {
	case LZMA_MEMLIMIT_ERROR: {
		/*
		 * The decoder is still good: after lzma_memlimit_set() with
		 * this many bytes or more, decoding goes on where it stopped.
		 */
		const uint64_t needed = lzma_memusage(strm);
		fprintf(stderr, "%" PRIu64 " MiB are needed, %" PRIu64 " MiB allowed\n",
			(needed + (1 << 20) - 1) >> 20, lzma_memlimit_get(strm) >> 20);
		break;
	}
	case LZMA_MEM_ERROR:
		fprintf(stderr, "not enough memory\n");
		break;
	case LZMA_FORMAT_ERROR:
		fprintf(stderr, "this is neither .xz nor .lzma nor .lz\n");
		break;
	case LZMA_OPTIONS_ERROR:
		fprintf(stderr, "the file needs a newer version of the library\n");
		break;
	case LZMA_DATA_ERROR:
		fprintf(stderr, "the file is damaged\n");
		break;
	case LZMA_BUF_ERROR:
		/* All input was given, and the decoder wants more of it. */
		fprintf(stderr, "the file is cut off\n");
		break;
	default:
		fprintf(stderr, "a mistake in this program\n");
		break;
	}
}

/* Decodes all of the input. What has come out before an error is written. */
static bool decompress(lzma_stream *strm, FILE *input, FILE *output)
{
	static uint8_t in[BUFSIZ];
	static uint8_t out[BUFSIZ];
	lzma_ret ret;

	do {
		if (strm->avail_in == 0 && !feof(input)) {
			strm->next_in = in;
			strm->avail_in = fread(in, 1, sizeof(in), input);
			if (ferror(input)) {
				fprintf(stderr, "the input cannot be read\n");
				return false;
			}
		}
		strm->next_out = out;
		strm->avail_out = sizeof(out);
		/*
		 * LZMA_FINISH says that there is no more input than this. It
		 * matters because of LZMA_CONCATENATED: without it, the
		 * decoder would wait for another file behind the first one.
		 */
		ret = lzma_code(strm, feof(input) ? LZMA_FINISH : LZMA_RUN);
		const size_t written = sizeof(out) - strm->avail_out;
		if (fwrite(out, 1, written, output) != written) {
			fprintf(stderr, "the output cannot be written\n");
			return false;
		}
	} while (ret == LZMA_OK);

	if (ret != LZMA_STREAM_END)
		complain(strm, ret);
	return ret == LZMA_STREAM_END;
}

int main(int argc, char **argv)
{
	if (argc != 4) {
		fprintf(stderr, "usage: %s MEBIBYTES INPUT OUTPUT\n", argv[0]);
		return 2;
	}
	const uint64_t limit = (uint64_t)strtoul(argv[1], NULL, 10) << 20;

	/* LZMA_CONCATENATED: files that were put together with cat are one. */
	lzma_stream strm = LZMA_STREAM_INIT;
	const lzma_ret ret = lzma_auto_decoder(&strm, limit, LZMA_CONCATENATED);
	if (ret != LZMA_OK) {
		complain(&strm, ret);
		return 1;
	}

	FILE *input = fopen(argv[2], "rb");
	if (input == NULL) {
		perror(argv[2]);
		lzma_end(&strm);
		return 1;
	}
	FILE *output = fopen(argv[3], "wb");
	bool good = output != NULL && decompress(&strm, input, output);
	lzma_end(&strm);
	fclose(input);
	if (output == NULL || fclose(output) != 0) {
		perror(argv[3]);
		return 1;
	}
	if (!good)
		remove(argv[3]);
	return good ? 0 : 1;
}
