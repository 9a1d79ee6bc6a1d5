/*
 * Verifies .xz files as `xz --test` does, on all processors, and shows how far it
 * is:
 *
 *     verify FILE...
 *
 * rlzma.h has one function for that. It decodes the Blocks of a file at the same
 * time, so files with several Blocks take the fewer seconds the more processors
 * there are; it says what is wrong, and where. Control-C ends it between two
 * reports of progress.
 */

#ifndef _POSIX_C_SOURCE
#	define _POSIX_C_SOURCE 200809L
#endif

#include <fcntl.h>
#include <inttypes.h>
#include <rlzma.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted = 0;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* Draws a bar; 1 asks to stop. */
static int show_progress(void *opaque, uint64_t done, uint64_t total)
{
	static const char bar[] = "########################################";
	const int width = (int)sizeof(bar) - 1;
	const int filled = total == 0 ? width : (int)((double)done / (double)total * width);
	(void)opaque;
	fprintf(stderr, "\r[%-*.*s] %3" PRIu64 " %%", width, filled, bar,
		total == 0 ? 100 : done * 100 / total);
	return interrupted;
}

/* A file is verified through its descriptor, or not at all. */
static bool verify(const char *name)
{
	const int fd = open(name, O_RDONLY);
	if (fd < 0) {
		perror(name);
		return false;
	}
	rlzma_reader_options options = RLZMA_READER_OPTIONS_INIT;
	options.threads = 1; /* nobody reads, so nothing is to be decoded ahead */
	rlzma_error error = RLZMA_ERROR_INIT;
	rlzma_reader *reader;
	lzma_ret ret = rlzma_reader_open_fd(&reader, fd, &options, &error);
	if (ret == LZMA_OK) {
		/* 0 threads: as many as the process may use. */
		ret = rlzma_reader_verify(reader, 0,
			isatty(STDERR_FILENO) ? &show_progress : NULL, NULL, &error);
		if (isatty(STDERR_FILENO))
			fputc('\n', stderr);
		if (ret == LZMA_OK) {
			const lzma_index *index = rlzma_reader_index(reader);
			printf("%s: %" PRIu64 " bytes in %" PRIu64 " Blocks are right\n", name,
				rlzma_reader_size(reader), lzma_index_block_count(index));
		}
		rlzma_reader_close(reader);
	}
	if (ret != LZMA_OK) {
		char text[256];
		rlzma_error_text(&error, text, sizeof(text));
		fprintf(stderr, "%s: %s\n", name, text);
	}
	close(fd);
	return ret == LZMA_OK;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: %s FILE...\n", argv[0]);
		return 2;
	}
	signal(SIGINT, &on_interrupt);
	bool good = true;
	for (int i = 1; i < argc && !interrupted; ++i)
		good = verify(argv[i]) && good;
	return good && !interrupted ? 0 : 1;
}
