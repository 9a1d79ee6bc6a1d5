/* Every function of rlzma.h is called here, in C and in C++. */

#include <rlzma.h>

int use(void);

int
use(void)
{
	rlzma_set_memory(rlzma_memory());
	if (rlzma_set_threads(RLZMA_THREADS_ENVIRONMENT) != LZMA_OK)
		return 1;
	return rlzma_threads() > RLZMA_THREADS_MAX;
}

int use_cancel(lzma_stream *strm);

int
use_cancel(lzma_stream *strm)
{
	rlzma_cancel(strm);
	return rlzma_set_cancellable(strm, 1) != LZMA_OK;
}

int use_reader(const uint8_t *in, size_t in_size);

int
use_reader(const uint8_t *in, size_t in_size)
{
	rlzma_source source = RLZMA_SOURCE_INIT;
	rlzma_reader_options options = RLZMA_READER_OPTIONS_INIT;
	rlzma_error error = RLZMA_ERROR_INIT;
	rlzma_reader *reader;
	uint64_t size;
	uint8_t byte;
	char text[99];

	if (rlzma_size(&size, &source, UINT64_MAX, NULL, &error) == LZMA_OK ||
		rlzma_size_fd(&size, 0, UINT64_MAX, NULL, &error) == LZMA_OK ||
		rlzma_size_buffer(&size, in, in_size, UINT64_MAX, NULL, &error) == LZMA_OK)
		return 1;
	if (rlzma_reader_open(&reader, &source, &options, &error) != LZMA_OK &&
		rlzma_reader_open_fd(&reader, 0, &options, &error) != LZMA_OK &&
		rlzma_reader_open_buffer(&reader, in, in_size, &options, &error) != LZMA_OK)
		return (int)rlzma_error_text(&error, text, sizeof(text));
	if (rlzma_reader_read(reader, 0, &byte, 1, NULL, &error) == RLZMA_INTERRUPTED ||
		rlzma_reader_verify(reader, 0, NULL, NULL, &error) != LZMA_OK)
		rlzma_reader_cancel(reader);
	size = rlzma_reader_size(reader) + lzma_index_block_count(rlzma_reader_index(reader));
	rlzma_reader_close(reader);
	return size == 0;
}
