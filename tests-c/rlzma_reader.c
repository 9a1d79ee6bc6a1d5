/*
 * Random access to .xz files: from memory, behind a descriptor and by a
 * function, also in a child of the process; what went wrong and where; the size
 * of the data; verification.
 */

#ifndef _POSIX_C_SOURCE
#	define _POSIX_C_SOURCE 200809L
#endif

#include "common.h"

#include <rlzma.h>

#include <errno.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define DATA_SIZE ((size_t)3000000)
#define BLOCK_SIZE ((size_t)400000)

/* A file in memory, as the application's function reads it. */
typedef struct {
	const uint8_t *bytes;
	size_t size;
	int error;
} memory_file;

static int64_t
read_memory(void *opaque, uint64_t offset, uint8_t *buffer, size_t size)
{
	const memory_file *file = opaque;
	const uint64_t left = offset < file->size ? file->size - offset : 0;

	if (file->error != 0)
		return -file->error;
	if (size > left)
		size = (size_t)left;
	if (size > 5000)
		size = 5000;
	memcpy(buffer, file->bytes + offset, size);
	return (int64_t)size;
}

/* A .xz file with Blocks. */
static uint8_t *
make_file(const uint8_t *data, size_t *size)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	const size_t room = lzma_stream_buffer_bound(DATA_SIZE) + 10000;
	uint8_t *file = malloc(room);
	size_t done;

	CHECK(file != NULL);
	IS(LZMA_OK, lzma_easy_encoder(&strm, 1, LZMA_CHECK_CRC64));
	strm.next_out = file;
	strm.avail_out = room;
	for (done = 0; done < DATA_SIZE; done += BLOCK_SIZE) {
		strm.next_in = data + done;
		strm.avail_in = DATA_SIZE - done < BLOCK_SIZE ? DATA_SIZE - done : BLOCK_SIZE;
		IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FULL_FLUSH));
	}
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
	*size = room - strm.avail_out;
	lzma_end(&strm);
	return file;
}

/* Reads all, and at places far apart. */
static void
read_and_compare(rlzma_reader *reader, const uint8_t *data)
{
	static uint8_t out[70000];
	rlzma_error error = RLZMA_ERROR_INIT;
	uint64_t offset;
	size_t got = 1, i;

	CHECK(rlzma_reader_size(reader) == DATA_SIZE);
	CHECK(lzma_index_block_count(rlzma_reader_index(reader)) == 8);
	for (offset = 0; got != 0; offset += got) {
		IS(LZMA_OK, rlzma_reader_read(reader, offset, out, sizeof(out), &got, &error));
		same(data + offset, got, out, got);
	}
	CHECK(offset == DATA_SIZE);
	for (i = 0; i < 30; ++i) {
		offset = i * 7654321 % DATA_SIZE;
		IS(LZMA_OK, rlzma_reader_read(reader, offset, out, 4096, &got, NULL));
		CHECK(got == (DATA_SIZE - offset < 4096 ? DATA_SIZE - offset : 4096));
		same(data + offset, got, out, got);
	}
	IS(LZMA_OK, rlzma_reader_verify(reader, 2, NULL, NULL, &error));
}

static int
count_and_stop(void *opaque, uint64_t done, uint64_t total)
{
	CHECK(done <= total);
	++*(int *)opaque;
	return 1;
}

static void
errors(uint8_t *bytes, size_t size)
{
	memory_file file = { bytes, size, 0 };
	rlzma_source source = RLZMA_SOURCE_INIT;
	rlzma_error error = RLZMA_ERROR_INIT;
	rlzma_reader *reader;
	uint8_t out[100];
	char text[200];
	size_t got;
	int calls = 0;

	source.read_at = &read_memory;
	source.opaque = &file;
	source.size = size;
	IS(LZMA_OK, rlzma_reader_open(&reader, &source, NULL, &error));
	file.error = EIO;
	IS(LZMA_BUF_ERROR, rlzma_reader_read(reader, 1000000, out, 100, &got, &error));
	CHECK(error.reason == RLZMA_REASON_READ && error.read_error == EIO && error.block == 3);
	CHECK(rlzma_error_text(&error, text, sizeof(text)) == strlen(text));
	CHECK(strstr(text, "cannot be read (error 5)") != NULL);
	/* It works again. */
	file.error = 0;
	IS(LZMA_OK, rlzma_reader_read(reader, 1000000, out, 100, &got, &error));
	IS(RLZMA_INTERRUPTED, rlzma_reader_verify(reader, 1, &count_and_stop, &calls, &error));
	CHECK(calls != 0);
	rlzma_reader_cancel(reader);
	IS(LZMA_OK, rlzma_reader_read(reader, 2000000, out, 100, &got, &error));
	rlzma_reader_close(reader);

	bytes[size / 2] ^= 1;
	IS(LZMA_OK, rlzma_reader_open_buffer(&reader, bytes, size, NULL, &error));
	IS(LZMA_DATA_ERROR, rlzma_reader_verify(reader, 0, NULL, NULL, &error));
	CHECK(error.stream == 1 && error.block > 1 && error.block < 8);
	CHECK(error.compressed_offset <= size && error.uncompressed_offset <= DATA_SIZE);
	rlzma_reader_close(reader);
	bytes[size / 2] ^= 1;
}

/* In a child, a reader that has threads says so; one without works. */
static void
child(const uint8_t *bytes, size_t size, const uint8_t *data)
{
	rlzma_reader_options options = RLZMA_READER_OPTIONS_INIT;
	rlzma_reader *with, *without;
	uint8_t out[10];
	pid_t pid;
	int status;

	options.threads = 2;
	IS(LZMA_OK, rlzma_reader_open_buffer(&with, bytes, size, &options, NULL));
	options.threads = 1;
	IS(LZMA_OK, rlzma_reader_open_buffer(&without, bytes, size, &options, NULL));
	read_and_compare(with, data);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		IS(LZMA_PROG_ERROR, rlzma_reader_read(with, 0, out, 10, NULL, NULL));
		rlzma_reader_close(with);
		IS(LZMA_OK, rlzma_reader_read(without, 5, out, 10, NULL, NULL));
		same(out, 10, data + 5, 10);
		/* As another program, since the threads' memory cannot be given back
		 * here, and valgrind would say so. */
		execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL);
		_exit(1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	read_and_compare(with, data);
	rlzma_reader_close(with);
	rlzma_reader_close(without);
}

int
main(void)
{
	uint8_t *data = make_data(DATA_SIZE);
	size_t size;
	uint8_t *bytes = make_file(data, &size);
	memory_file file = { bytes, size, 0 };
	rlzma_source source = RLZMA_SOURCE_INIT;
	rlzma_reader_options options = RLZMA_READER_OPTIONS_INIT;
	rlzma_reader *reader;
	uint64_t sizes[3];
	FILE *disk = tmpfile();
	uint32_t threads;

	source.read_at = &read_memory;
	source.opaque = &file;
	source.size = size;
	CHECK(disk != NULL && fwrite(bytes, 1, size, disk) == size && fflush(disk) == 0);
	for (threads = 0; threads < 3; ++threads) {
		options.threads = threads;
		options.cache = threads * 500000;
		IS(LZMA_OK, rlzma_reader_open_buffer(&reader, bytes, size, &options, NULL));
		read_and_compare(reader, data);
		rlzma_reader_close(reader);
		IS(LZMA_OK, rlzma_reader_open_fd(&reader, fileno(disk), &options, NULL));
		read_and_compare(reader, data);
		rlzma_reader_close(reader);
		IS(LZMA_OK, rlzma_reader_open(&reader, &source, &options, NULL));
		read_and_compare(reader, data);
		rlzma_reader_close(reader);
	}
	IS(LZMA_OK, rlzma_size_buffer(&sizes[0], bytes, size, UINT64_MAX, NULL, NULL));
	IS(LZMA_OK, rlzma_size_fd(&sizes[1], fileno(disk), UINT64_MAX, NULL, NULL));
	IS(LZMA_OK, rlzma_size(&sizes[2], &source, UINT64_MAX, NULL, NULL));
	CHECK(sizes[0] == DATA_SIZE && sizes[1] == DATA_SIZE && sizes[2] == DATA_SIZE);
	errors(bytes, size);
	child(bytes, size, data);
	fclose(disk);
	free(bytes);
	free(data);
	return 0;
}
