/* Frees all that is lent to a coder at the moment that the documentation allows:
 * valgrind sees accesses after that. */

#include "common.h"

enum { ROOM = 1000 };

/* The moment at which a coder is given up. */
enum leave { AT_THE_END, AFTER_AN_ERROR, BY_LZMA_END, BY_ANOTHER_CODER };

static const uint8_t text[] = "To be, or not to be, that is the question: to be or not.";

/* A chain of LZMA2 alone, all of it on the heap. */
static lzma_filter *
new_chain(void)
{
	lzma_filter *chain = malloc(2 * sizeof(*chain));
	lzma_options_lzma *options = malloc(sizeof(*options));

	CHECK(chain != NULL && options != NULL);
	CHECK(!lzma_lzma_preset(options, 0));
	chain[0].id = LZMA_FILTER_LZMA2;
	chain[0].options = options;
	chain[1].id = LZMA_VLI_UNKNOWN;
	return chain;
}

static void
free_chain(lzma_filter *chain)
{
	free(chain[0].options);
	free(chain);
}

static lzma_block *
new_block(lzma_filter *chain)
{
	lzma_block *block = malloc(sizeof(*block));

	CHECK(block != NULL);
	block->version = 0;
	block->check = LZMA_CHECK_CRC32;
	block->filters = chain;
	return block;
}

/* Codes from a buffer and to a buffer that are freed when the call is over. */
static lzma_ret
code_once(lzma_stream *strm, const uint8_t *bytes, size_t size, uint8_t *result, lzma_action action)
{
	uint8_t *in = malloc(size + 1), *out = malloc(ROOM);
	lzma_ret ret;

	CHECK(in != NULL && out != NULL);
	memcpy(in, bytes, size);
	strm->next_in = in;
	strm->avail_in = size;
	strm->next_out = out;
	strm->avail_out = ROOM;
	ret = lzma_code(strm, action);
	if (result != NULL)
		memcpy(result, out, ROOM - strm->avail_out);
	free(in);
	free(out);
	return ret;
}

/*
 * Drives a coder to where it is left, frees what was lent, and does what an
 * application may still do then.
 */
static void
leave_coder(lzma_stream *strm, enum leave how, const uint8_t *bytes, size_t size,
		lzma_action action, void *lent)
{
	uint8_t bad[ROOM];
	lzma_ret ret = LZMA_OK;

	switch (how) {
	case AT_THE_END:
		IS(LZMA_STREAM_END, code_once(strm, bytes, size, NULL, action));
		ret = LZMA_STREAM_END;
		break;
	case AFTER_AN_ERROR:
		memcpy(bad, bytes, size);
		bad[size - 1] ^= 1;
		IS(LZMA_DATA_ERROR, code_once(strm, bad, size, NULL, action));
		ret = LZMA_PROG_ERROR;
		break;
	case BY_LZMA_END:
	case BY_ANOTHER_CODER:
		IS(LZMA_OK, code_once(strm, bytes, size / 2, NULL, LZMA_RUN));
		break;
	}
	free(lent);
	if (how == BY_ANOTHER_CODER) {
		IS(LZMA_OK, lzma_stream_decoder(strm, UINT64_MAX, 0));
		ret = LZMA_FORMAT_ERROR;
	}
	if (how != BY_LZMA_END) {
		IS(ret, code_once(strm, text, sizeof(text), NULL, LZMA_RUN));
		(void)lzma_memusage(strm);
	}
	lzma_end(strm);
}

static void
block_encoder(enum leave how)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_filter *chain = new_chain();
	lzma_block *block = new_block(chain);

	IS(LZMA_OK, lzma_block_encoder(&strm, block));
	free_chain(chain);
	leave_coder(&strm, how, text, sizeof(text), LZMA_FINISH, block);
}

static void
block_decoder(enum leave how)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_filter *chain = new_chain();
	lzma_block *block = new_block(chain), *decoded = new_block(NULL);
	uint8_t bytes[ROOM];
	size_t size = 0;

	IS(LZMA_OK, lzma_block_buffer_encode(block, NULL, text, sizeof(text), bytes, &size, ROOM));
	free(block);
	free_chain(chain);
	chain = malloc((LZMA_FILTERS_MAX + 1) * sizeof(*chain));
	CHECK(chain != NULL);
	decoded->filters = chain;
	decoded->header_size = lzma_block_header_size_decode(bytes[0]);
	IS(LZMA_OK, lzma_block_header_decode(decoded, NULL, bytes));
	IS(LZMA_OK, lzma_block_decoder(&strm, decoded));
	lzma_filters_free(chain, NULL);
	free(chain);
	size -= decoded->header_size;
	leave_coder(&strm, how, bytes + decoded->header_size, size, LZMA_RUN, decoded);
}

static lzma_index *
new_index(void)
{
	lzma_index *index = lzma_index_init(NULL);

	CHECK(index != NULL);
	IS(LZMA_OK, lzma_index_append(index, NULL, 100, 1000));
	return index;
}

static void
index_decoder(enum leave how)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_index *index = new_index(), **place = malloc(sizeof(*place));
	uint8_t bytes[ROOM];
	size_t size = 0;

	CHECK(place != NULL);
	IS(LZMA_OK, lzma_index_buffer_encode(index, bytes, &size, ROOM));
	lzma_index_end(index, NULL);
	IS(LZMA_OK, lzma_index_decoder(&strm, place, UINT64_MAX));
	if (how == AT_THE_END) {
		IS(LZMA_STREAM_END, code_once(&strm, bytes, size, NULL, LZMA_RUN));
		lzma_index_end(*place, NULL);
		size = 0;
	}
	leave_coder(&strm, how, bytes, size, LZMA_RUN, place);
}

static void
index_encoder(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_index *index = new_index();

	IS(LZMA_OK, lzma_index_encoder(&strm, index));
	IS(LZMA_STREAM_END, code_once(&strm, text, 0, NULL, LZMA_RUN));
	lzma_index_end(index, NULL);
	IS(LZMA_STREAM_END, code_once(&strm, text, 0, NULL, LZMA_RUN));

	index = new_index();
	IS(LZMA_OK, lzma_index_encoder(&strm, index));
	lzma_index_end(index, NULL);
	lzma_end(&strm);
}

static void
file_info(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_index **place = malloc(sizeof(*place));
	uint8_t file[ROOM];
	size_t size = 0;

	CHECK(place != NULL);
	IS(LZMA_OK, lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, text, sizeof(text),
			file, &size, ROOM));
	IS(LZMA_OK, lzma_file_info_decoder(&strm, place, UINT64_MAX, size));
	IS(LZMA_STREAM_END, code_once(&strm, file, size, NULL, LZMA_FINISH));
	CHECK(lzma_index_uncompressed_size(*place) == sizeof(text));
	lzma_index_end(*place, NULL);
	free(place);
	IS(LZMA_STREAM_END, code_once(&strm, file, size, NULL, LZMA_FINISH));
	lzma_end(&strm);
}

/* Chains are copied, or not needed any more when the call is over. */
static void
chains(void)
{
	lzma_stream strm = LZMA_STREAM_INIT;
	lzma_filter *chain = new_chain();
	uint8_t coded[ROOM], back[ROOM];
	size_t size;

	IS(LZMA_OK, lzma_raw_encoder(&strm, chain));
	free_chain(chain);
	IS(LZMA_STREAM_END, code_once(&strm, text, sizeof(text), coded, LZMA_SYNC_FLUSH));
	size = (size_t)strm.total_out;
	chain = new_chain();
	IS(LZMA_OK, lzma_filters_update(&strm, chain));
	free_chain(chain);
	IS(LZMA_STREAM_END, code_once(&strm, text, 0, coded + size, LZMA_FINISH));
	size = (size_t)strm.total_out;

	chain = new_chain();
	IS(LZMA_OK, lzma_raw_decoder(&strm, chain));
	free_chain(chain);
	IS(LZMA_STREAM_END, code_once(&strm, coded, size, back, LZMA_RUN));
	same(text, sizeof(text), back, (size_t)strm.total_out);
	lzma_end(&strm);
}

int
main(void)
{
	static const enum leave ways[] = {
		AT_THE_END, AFTER_AN_ERROR, BY_LZMA_END, BY_ANOTHER_CODER
	};
	size_t i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); ++i) {
		if (ways[i] != AFTER_AN_ERROR) /* nothing that is encoded is wrong */
			block_encoder(ways[i]);
		block_decoder(ways[i]);
		index_decoder(ways[i]);
	}
	index_encoder();
	file_info();
	chains();
	return 0;
}
