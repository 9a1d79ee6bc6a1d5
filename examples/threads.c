/*
 * Compresses or decompresses with several threads:
 *
 *     threads compress|decompress INPUT OUTPUT
 *
 * The encoder cuts data into Blocks, which threads compress at the same time;
 * the decoder can use as many threads as a file has Blocks.
 */

#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* As many threads as the machine can run at a time, and at least one. */
static uint32_t threads(void)
{
	const uint32_t count = lzma_cputhreads();
	return count > 0 ? count : 1;
}

static lzma_ret start_encoder(lzma_stream *strm)
{
	/* Members that are not set are zero, which stands for a good default. */
	lzma_mt options = {
		.threads = threads(),
		.preset = LZMA_PRESET_DEFAULT,
		.check = LZMA_CHECK_CRC64,
		/*
		 * Smaller Blocks keep more threads busy and let readers begin
		 * at more places, but compress a little less well. 0 would be
		 * three times the dictionary.
		 */
		.block_size = 1 << 20,
		/* After so many milliseconds without output, lzma_code returns. */
		.timeout = 100,
	};
	/* Each thread needs memory for its encoder and its Block. */
	const uint64_t limit = (uint64_t)1 << 30;
	while (options.threads > 1 && lzma_stream_encoder_mt_memusage(&options) > limit)
		options.threads--;
	return lzma_stream_encoder_mt(strm, &options);
}

static lzma_ret start_decoder(lzma_stream *strm)
{
	const lzma_mt options = {
		.threads = threads(),
		.flags = LZMA_CONCATENATED,
		.timeout = 100,
		/* Above this, the decoder does with fewer threads, ... */
		.memlimit_threading = (uint64_t)512 << 20,
		/* ... and above this, it gives up. */
		.memlimit_stop = (uint64_t)1 << 30,
	};
	return lzma_stream_decoder_mt(strm, &options);
}

/* Codes the whole input; the same loop serves encoders and decoders. */
static lzma_ret code(lzma_stream *strm, FILE *input, FILE *output)
{
	static uint8_t in[1 << 16];
	static uint8_t out[1 << 16];
	lzma_ret ret = LZMA_OK;

	while (ret == LZMA_OK) {
		if (strm->avail_in == 0 && !feof(input)) {
			strm->next_in = in;
			strm->avail_in = fread(in, 1, sizeof(in), input);
		}
		strm->next_out = out;
		strm->avail_out = sizeof(out);
		/*
		 * May return without input taken or output given, as threads
		 * are at work, or because the timeout was over. That is no
		 * error: it is called again.
		 */
		ret = lzma_code(strm, feof(input) ? LZMA_FINISH : LZMA_RUN);
		const size_t written = sizeof(out) - strm->avail_out;
		if (ferror(input) || fwrite(out, 1, written, output) != written) {
			perror("input or output");
			return LZMA_PROG_ERROR;
		}
	}
	return ret;
}

int main(int argc, char **argv)
{
	const bool compress = argc == 4 && strcmp(argv[1], "compress") == 0;
	if (!compress && (argc != 4 || strcmp(argv[1], "decompress") != 0)) {
		fprintf(stderr, "usage: %s compress|decompress INPUT OUTPUT\n", argv[0]);
		return 2;
	}
	FILE *input = fopen(argv[2], "rb");
	if (input == NULL) {
		perror(argv[2]);
		return 1;
	}
	FILE *output = fopen(argv[3], "wb");
	if (output == NULL) {
		perror(argv[3]);
		fclose(input);
		return 1;
	}

	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_ret ret = compress ? start_encoder(&strm) : start_decoder(&strm);
	if (ret == LZMA_OK)
		ret = code(&strm, input, output);
	/* Stops and joins the threads, too. */
	lzma_end(&strm);

	fclose(input);
	const bool written = fclose(output) == 0;
	if (ret != LZMA_STREAM_END || !written) {
		fprintf(stderr, "%s fails with code %d\n", argv[1], (int)ret);
		remove(argv[3]);
		return 1;
	}
	return 0;
}
