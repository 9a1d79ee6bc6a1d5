/*
 * Measures the stack that functions take: no more than 12 KiB, whatever they do,
 * and no more in threads of the library. Programs with small stacks, and those
 * that call from deep inside something else, have no more to give. With an
 * argument, prints what each call takes.
 */

#include "painted.h"

#define ROOM (1 << 20)

static uint8_t *data, *coded, *out;
static size_t size = 300000, coded_size;
static lzma_stream strm = LZMA_STREAM_INIT;
static lzma_options_lzma lzma;
static lzma_options_delta delta = { .type = LZMA_DELTA_TYPE_BYTE, .dist = 3 };
static lzma_filter filters[LZMA_FILTERS_MAX + 1];
static lzma_block block;

static void
set_filter(unsigned at, lzma_vli id, void *options)
{
	filters[at].id = id;
	filters[at].options = options;
	filters[at + 1].id = LZMA_VLI_UNKNOWN;
}

/* Codes all of it with the coder on strm: whole, or in small pieces. */
static void
code(const char *what, const uint8_t *in, size_t in_size, uint8_t *to, size_t *to_size,
		size_t step, lzma_ret expected)
{
	lzma_ret ret;
	size_t most = 0;

	strm.next_in = in;
	strm.avail_in = 0;
	strm.next_out = to;
	strm.avail_out = 0;
	do {
		size_t bytes;

		if (strm.avail_in == 0)
			strm.avail_in = step < in_size - strm.total_in ? step
					: in_size - (size_t)strm.total_in;
		if (strm.avail_out == 0)
			strm.avail_out = step < ROOM ? step : ROOM;
		CHECK((size_t)(strm.next_out - to) + strm.avail_out <= ROOM);
		paint();
		ret = lzma_code(&strm, strm.total_in + strm.avail_in == in_size
				? LZMA_FINISH : LZMA_RUN);
		bytes = depth();
		most = bytes > most ? bytes : most;
	} while (ret == LZMA_OK);
	took(what, most);
	CHECK(ret == expected);
	*to_size = (size_t)strm.total_out;
}

static void
encode(const char *what)
{
	code(what, data, size, coded, &coded_size, ROOM, LZMA_STREAM_END);
}

/* Decodes what was encoded, and compares. */
static void
decode(const char *what)
{
	size_t out_size;

	code(what, coded, coded_size, out, &out_size, ROOM, LZMA_STREAM_END);
	same(data, size, out, out_size);
}

static void
streams(void)
{
	static const uint32_t presets[] = { 0, 2, 3, 4, 6, 9 | LZMA_PRESET_EXTREME };
	static const lzma_check checks[] = { LZMA_CHECK_CRC32, LZMA_CHECK_CRC64, LZMA_CHECK_SHA256 };
	size_t i, out_size;

	for (i = 0; i < sizeof(presets) / sizeof(presets[0]); ++i) {
		lzma_end(&strm);
		DEEP(lzma_easy_encoder(&strm, presets[i], checks[i % 3]) == LZMA_OK);
		encode("lzma_code, lzma_easy_encoder");
		DEEP(lzma_easy_encoder(&strm, presets[i], checks[i % 3]) == LZMA_OK);
		code("lzma_code, lzma_easy_encoder, in pieces", data, 3000, coded, &coded_size,
				101, LZMA_STREAM_END);
		DEEP(lzma_stream_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
		code("lzma_code, lzma_stream_decoder, in pieces", coded, coded_size,
				out, &out_size, 1, LZMA_STREAM_END);
		same(data, 3000, out, out_size);
		lzma_end(&strm);
		CHECK(lzma_easy_encoder(&strm, presets[i], checks[i % 3]) == LZMA_OK);
		encode("lzma_code, lzma_easy_encoder");
		DEEP(lzma_stream_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
		decode("lzma_code, lzma_stream_decoder");
		lzma_end(&strm);
		DEEP(lzma_auto_decoder(&strm, UINT64_MAX, LZMA_CONCATENATED) == LZMA_OK);
		decode("lzma_code, lzma_auto_decoder");
		DEEP((lzma_end(&strm), 1));
	}
	/* Damage, and what may not be used. */
	DEEP(lzma_stream_decoder(&strm, UINT64_MAX, LZMA_TELL_ANY_CHECK) == LZMA_OK);
	code("lzma_code, the check is asked for", coded, coded_size, out, &out_size, ROOM,
			LZMA_GET_CHECK);
	DEEP(lzma_get_check(&strm) == LZMA_CHECK_SHA256);
	DEEP(lzma_stream_decoder(&strm, 1000, 0) == LZMA_OK);
	code("lzma_code, a low limit", coded, coded_size, out, &out_size, ROOM,
			LZMA_MEMLIMIT_ERROR);
	DEEP(lzma_memusage(&strm) > 1000 && lzma_memlimit_get(&strm) == 1000);
	DEEP(lzma_memlimit_set(&strm, UINT64_MAX) == LZMA_OK);
	coded[coded_size / 2] ^= 1;
	DEEP(lzma_stream_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
	code("lzma_code, damage", coded, coded_size, out, &out_size, ROOM, LZMA_DATA_ERROR);
	lzma_end(&strm);
}

/* Every match finder and mode; every filter; a chain of as many as there may be. */
static void
chains(void)
{
	static const lzma_match_finder finders[] =
			{ LZMA_MF_HC3, LZMA_MF_HC4, LZMA_MF_BT2, LZMA_MF_BT3, LZMA_MF_BT4 };
	static const lzma_vli bcj[] = { LZMA_FILTER_X86, LZMA_FILTER_POWERPC, LZMA_FILTER_IA64,
			LZMA_FILTER_ARM, LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC, LZMA_FILTER_ARM64,
			LZMA_FILTER_RISCV };
	const size_t finder_count = sizeof(finders) / sizeof(finders[0]);
	const size_t bcj_count = sizeof(bcj) / sizeof(bcj[0]);
	lzma_filter copy[LZMA_FILTERS_MAX + 1];
	size_t i, pos;

	DEEP(!lzma_lzma_preset(&lzma, 6));
	for (i = 0; i < 2 * finder_count; ++i) {
		lzma.mf = finders[i / 2];
		lzma.mode = i % 2 == 0 ? LZMA_MODE_FAST : LZMA_MODE_NORMAL;
		lzma.preset_dict = i % 3 == 0 ? data + size : NULL;
		lzma.preset_dict_size = i % 3 == 0 ? 5000 : 0;
		set_filter(0, i % 4 == 0 ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA2, &lzma);
		DEEP(lzma_raw_encoder(&strm, filters) == LZMA_OK);
		encode("lzma_code, lzma_raw_encoder");
		DEEP(lzma_raw_decoder(&strm, filters) == LZMA_OK);
		decode("lzma_code, lzma_raw_decoder");
		lzma_end(&strm);
	}
	lzma.preset_dict = NULL;
	for (i = 0; i < bcj_count; ++i) {
		set_filter(0, bcj[i], NULL);
		set_filter(1, LZMA_FILTER_DELTA, &delta);
		set_filter(2, bcj[(i + 3) % bcj_count], NULL);
		set_filter(3, LZMA_FILTER_LZMA2, &lzma);
		DEEP(lzma_raw_encoder(&strm, filters) == LZMA_OK);
		encode("lzma_code, lzma_raw_encoder with four filters");
		DEEP(lzma_raw_decoder(&strm, filters) == LZMA_OK);
		decode("lzma_code, lzma_raw_decoder with four filters");
		lzma_end(&strm);
	}
	DEEP(lzma_raw_encoder_memusage(filters) < UINT64_MAX);
	DEEP(lzma_raw_decoder_memusage(filters) < UINT64_MAX);
	DEEP(lzma_filters_copy(filters, copy, NULL) == LZMA_OK);
	DEEP((lzma_filters_free(copy, NULL), 1));
	pos = 0;
	DEEP(lzma_raw_buffer_encode(filters, NULL, data, size, coded, &pos, ROOM) == LZMA_OK);
	coded_size = pos;
	pos = 0;
	i = 0;
	DEEP(lzma_raw_buffer_decode(filters, NULL, coded, &pos, coded_size, out, &i, ROOM) == LZMA_OK);
	same(data, size, out, i);

	/* Flushes, and other filters in between. */
	DEEP(lzma_stream_encoder(&strm, filters, LZMA_CHECK_SHA256) == LZMA_OK);
	strm.next_in = data;
	strm.avail_in = size;
	strm.next_out = coded;
	strm.avail_out = ROOM;
	DEEP(lzma_code(&strm, LZMA_FULL_FLUSH) == LZMA_STREAM_END);
	set_filter(0, LZMA_FILTER_LZMA2, &lzma);
	DEEP(lzma_filters_update(&strm, filters) == LZMA_OK);
	DEEP(lzma_code(&strm, LZMA_SYNC_FLUSH) == LZMA_STREAM_END);
	DEEP(lzma_code(&strm, LZMA_FINISH) == LZMA_STREAM_END);
	coded_size = (size_t)strm.total_out;
	DEEP(lzma_stream_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
	decode("lzma_code, lzma_stream_decoder with four filters");
	lzma_end(&strm);
}

static void
old_formats(void)
{
	size_t out_size, i, pos = 6;
	uint32_t crc;

	CHECK(!lzma_lzma_preset(&lzma, 5));
	DEEP(lzma_alone_encoder(&strm, &lzma) == LZMA_OK);
	encode("lzma_code, lzma_alone_encoder");
	DEEP(lzma_alone_decoder(&strm, UINT64_MAX) == LZMA_OK);
	decode("lzma_code, lzma_alone_decoder");
	DEEP(lzma_auto_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
	decode("lzma_code, lzma_auto_decoder and .lzma");
	lzma_end(&strm);

	DEEP(lzma_microlzma_encoder(&strm, &lzma) == LZMA_OK);
	strm.next_in = data;
	strm.avail_in = size;
	strm.next_out = coded;
	strm.avail_out = 4096;
	DEEP(lzma_code(&strm, LZMA_FINISH) == LZMA_STREAM_END);
	i = (size_t)strm.total_in;
	coded_size = (size_t)strm.total_out;
	DEEP(lzma_microlzma_decoder(&strm, coded_size, i, 1, lzma.dict_size) == LZMA_OK);
	code("lzma_code, lzma_microlzma_decoder", coded, coded_size, out, &out_size, ROOM,
			LZMA_STREAM_END);
	same(data, i, out, out_size);
	lzma_end(&strm);

	/* Raw LZMA between a header and a footer is a .lz file. */
	memcpy(coded, "LZIP\1\27", 6);
	set_filter(0, LZMA_FILTER_LZMA1, &lzma);
	DEEP(lzma_raw_buffer_encode(filters, NULL, data, size, coded, &pos, ROOM) == LZMA_OK);
	crc = lzma_crc32(data, size, 0);
	for (i = 0; i < 4; ++i) {
		coded[pos + i] = (uint8_t)(crc >> (8 * i));
		coded[pos + 4 + i] = (uint8_t)(size >> (8 * i));
		coded[pos + 12 + i] = (uint8_t)((pos + 20) >> (8 * i));
		coded[pos + 8 + i] = coded[pos + 16 + i] = 0;
	}
	coded_size = pos + 20;
	DEEP(lzma_lzip_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
	decode("lzma_code, lzma_lzip_decoder");
	DEEP(lzma_auto_decoder(&strm, UINT64_MAX, 0) == LZMA_OK);
	decode("lzma_code, lzma_auto_decoder and .lz");
	lzma_end(&strm);
}

static void
buffers(void)
{
	uint64_t limit = UINT64_MAX;
	size_t pos = 0, end = 0;

	DEEP(lzma_easy_buffer_encode(6, LZMA_CHECK_SHA256, NULL, data, size, coded, &end, ROOM)
			== LZMA_OK);
	coded_size = 0;
	DEEP(lzma_stream_buffer_decode(&limit, 0, NULL, coded, &pos, end, out, &coded_size, ROOM)
			== LZMA_OK);
	CHECK(!lzma_lzma_preset(&lzma, 1));
	set_filter(0, LZMA_FILTER_DELTA, &delta);
	set_filter(1, LZMA_FILTER_LZMA2, &lzma);
	end = 0;
	DEEP(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL, data, size, coded, &end,
			ROOM) == LZMA_OK);
	pos = 0;
	coded_size = 0;
	DEEP(lzma_stream_buffer_decode(&limit, 0, NULL, coded, &pos, end, out, &coded_size, ROOM)
			== LZMA_OK);
	same(data, size, out, coded_size);
	DEEP(lzma_stream_buffer_bound(size) > size && lzma_block_buffer_bound(size) > size);
}

static void
blocks(void)
{
	lzma_filter read[LZMA_FILTERS_MAX + 1];
	size_t pos, end, out_size = 0;

	memset(&block, 0, sizeof(block));
	block.check = LZMA_CHECK_SHA256;
	block.compressed_size = LZMA_VLI_UNKNOWN;
	block.uncompressed_size = LZMA_VLI_UNKNOWN;
	block.filters = filters;
	DEEP(lzma_block_header_size(&block) == LZMA_OK);
	DEEP(lzma_block_header_encode(&block, coded) == LZMA_OK);
	DEEP(lzma_block_encoder(&strm, &block) == LZMA_OK);
	encode("lzma_code, lzma_block_encoder");
	DEEP(lzma_block_unpadded_size(&block) > 0 && lzma_block_total_size(&block) > 0);
	DEEP(lzma_block_decoder(&strm, &block) == LZMA_OK);
	decode("lzma_code, lzma_block_decoder");
	lzma_end(&strm);

	end = 0;
	DEEP(lzma_block_buffer_encode(&block, NULL, data, size, coded, &end, ROOM) == LZMA_OK);
	block.filters = read;
	block.header_size = lzma_block_header_size_decode(coded[0]);
	DEEP(lzma_block_header_decode(&block, NULL, coded) == LZMA_OK);
	DEEP(lzma_block_compressed_size(&block, lzma_block_unpadded_size(&block)) == LZMA_OK);
	pos = block.header_size;
	DEEP(lzma_block_buffer_decode(&block, NULL, coded, &pos, end, out, &out_size, ROOM) == LZMA_OK);
	same(data, size, out, out_size);
	lzma_filters_free(read, NULL);
	end = 0;
	DEEP(lzma_block_uncomp_encode(&block, data, size, coded, &end, ROOM) == LZMA_OK);
}

static void
indexes(void)
{
	lzma_index *index, *other;
	lzma_index_hash *hash;
	lzma_index_iter iter;
	lzma_stream_flags flags;
	uint64_t limit = UINT64_MAX;
	size_t i, pos = 0, end = 0;
	lzma_ret ret;

	DEEP((index = lzma_index_init(NULL)) != NULL);
	DEEP((hash = lzma_index_hash_init(NULL, NULL)) != NULL);
	for (i = 0; i < 2000; ++i) {
		DEEP(lzma_index_append(index, NULL, 100 + i, 1000 + i) == LZMA_OK);
		DEEP(lzma_index_hash_append(hash, 100 + i, 1000 + i) == LZMA_OK);
	}
	DEEP(lzma_index_encoder(&strm, index) == LZMA_OK);
	strm.next_out = coded;
	strm.avail_out = ROOM;
	DEEP(lzma_code(&strm, LZMA_RUN) == LZMA_STREAM_END);
	DEEP(lzma_index_decoder(&strm, &other, UINT64_MAX) == LZMA_OK);
	strm.next_in = coded;
	strm.avail_in = (size_t)lzma_index_size(index);
	DEEP(lzma_code(&strm, LZMA_RUN) == LZMA_STREAM_END);
	lzma_end(&strm);
	DEEP(lzma_index_hash_decode(hash, coded, &pos, (size_t)lzma_index_size(index))
			== LZMA_STREAM_END);
	DEEP((lzma_index_hash_end(hash, NULL), 1));
	DEEP((lzma_index_end(other, NULL), 1));
	DEEP(lzma_index_buffer_encode(index, coded, &end, ROOM) == LZMA_OK);
	pos = 0;
	DEEP(lzma_index_buffer_decode(&other, &limit, NULL, coded, &pos, end) == LZMA_OK);
	DEEP(lzma_index_cat(index, other, NULL) == LZMA_OK);
	DEEP((other = lzma_index_dup(index, NULL)) != NULL);
	lzma_index_end(other, NULL);
	memset(&flags, 0, sizeof(flags));
	flags.backward_size = LZMA_VLI_UNKNOWN;
	flags.check = LZMA_CHECK_CRC32;
	DEEP(lzma_index_stream_flags(index, &flags) == LZMA_OK);
	DEEP(lzma_index_stream_padding(index, 4) == LZMA_OK);
	DEEP((lzma_index_iter_init(&iter, index), 1));
	DEEP(!lzma_index_iter_locate(&iter, 1000000));
	DEEP(!lzma_index_iter_next(&iter, LZMA_INDEX_ITER_BLOCK));
	lzma_index_end(index, NULL);

	end = 0;
	for (i = 0; i < 3; ++i)
		IS(LZMA_OK, lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, data, 1000, coded,
				&end, ROOM));
	DEEP(lzma_file_info_decoder(&strm, &index, UINT64_MAX, end) == LZMA_OK);
	strm.next_in = coded;
	strm.avail_in = end;
	do {
		DEEP((ret = lzma_code(&strm, LZMA_RUN)) != LZMA_DATA_ERROR);
		if (ret == LZMA_SEEK_NEEDED) {
			strm.next_in = coded + strm.seek_pos;
			strm.avail_in = end - (size_t)strm.seek_pos;
		}
	} while (ret == LZMA_OK || ret == LZMA_SEEK_NEEDED);
	CHECK(ret == LZMA_STREAM_END && lzma_index_stream_count(index) == 3);
	lzma_end(&strm);
	lzma_index_end(index, NULL);
}

/* All that works without a stream. */
static void
small_functions(void)
{
	lzma_filter one = { LZMA_FILTER_LZMA2, NULL };
	lzma_stream_flags flags;
	lzma_mt mt;
	lzma_vli number;
	uint32_t header;
	char *text;
	size_t pos = 0;

	DEEP(lzma_crc32(data, size, 0) != lzma_crc32(data + 1, size, 0));
	DEEP(lzma_crc64(data, size, 0) != lzma_crc64(data + 1, size, 0));
	DEEP(lzma_str_to_filters("x86 delta:dist=4 arm64 lzma2:preset=6e,lc=4", NULL, filters, 0,
			NULL) == NULL);
	DEEP(lzma_str_to_filters("delta:dist=4000 lzma2", NULL, filters, 0, NULL) != NULL);
	DEEP(lzma_str_to_filters("x86 delta:dist=4 lzma2:preset=6e,lc=4", NULL, filters, 0, NULL)
			== NULL);
	DEEP(lzma_str_from_filters(&text, filters, LZMA_STR_ENCODER, NULL) == LZMA_OK);
	free(text);
	DEEP(lzma_str_list_filters(&text, LZMA_VLI_UNKNOWN, LZMA_STR_ENCODER, NULL) == LZMA_OK);
	free(text);
	DEEP(lzma_filter_flags_size(&header, &filters[2]) == LZMA_OK);
	DEEP(lzma_filter_flags_encode(&filters[2], coded, &pos, ROOM) == LZMA_OK);
	pos = 0;
	DEEP(lzma_filter_flags_decode(&one, NULL, coded, &pos, header) == LZMA_OK);
	free(one.options);
	DEEP(lzma_properties_size(&header, &filters[2]) == LZMA_OK);
	DEEP(lzma_properties_encode(&filters[2], coded) == LZMA_OK);
	DEEP(lzma_properties_decode(&one, NULL, coded, header) == LZMA_OK);
	free(one.options);
	DEEP(lzma_mt_block_size(filters) > 0);
	lzma_filters_free(filters, NULL);
	memset(&mt, 0, sizeof(mt));
	mt.threads = 2;
	mt.preset = 6;
	DEEP(lzma_stream_encoder_mt_memusage(&mt) > 0);
	DEEP(lzma_easy_encoder_memusage(6) > lzma_easy_decoder_memusage(6));
	DEEP(lzma_physmem() > 0 && lzma_cputhreads() > 0);
	memset(&flags, 0, sizeof(flags));
	flags.backward_size = 4;
	flags.check = LZMA_CHECK_CRC32;
	DEEP(lzma_stream_header_encode(&flags, coded) == LZMA_OK);
	DEEP(lzma_stream_header_decode(&flags, coded) == LZMA_OK);
	flags.backward_size = 4;
	DEEP(lzma_stream_footer_encode(&flags, coded) == LZMA_OK);
	DEEP(lzma_stream_footer_decode(&flags, coded) == LZMA_OK);
	pos = 0;
	DEEP(lzma_vli_encode(300, NULL, coded, &pos, ROOM) == LZMA_OK);
	pos = 0;
	DEEP(lzma_vli_decode(&number, NULL, coded, &pos, ROOM) == LZMA_OK);
}

/* The caller's stack, and those of the threads. */
static void
threads(void)
{
	uint64_t progress_in, progress_out;
	unsigned i;
	lzma_mt mt;

	memset(&mt, 0, sizeof(mt));
	mt.threads = 4;
	mt.block_size = 50000;
	mt.check = LZMA_CHECK_SHA256;
	mt.memlimit_threading = UINT64_MAX;
	mt.memlimit_stop = UINT64_MAX;
	for (i = 0; i < 2; ++i) {
		mt.preset = i == 0 ? 0 : 6;
		DEEP(lzma_stream_encoder_mt(&strm, &mt) == LZMA_OK);
		encode("lzma_code, lzma_stream_encoder_mt");
		DEEP((lzma_get_progress(&strm, &progress_in, &progress_out), 1));
		DEEP((lzma_end(&strm), 1));
#ifndef STATIC_LIBC
		check_workers("a thread of lzma_stream_encoder_mt");
#endif
		DEEP(lzma_stream_decoder_mt(&strm, &mt) == LZMA_OK);
		decode("lzma_code, lzma_stream_decoder_mt");
		DEEP((lzma_end(&strm), 1));
#ifndef STATIC_LIBC
		check_workers("a thread of lzma_stream_decoder_mt");
#endif
	}
	/* Data that cannot become smaller is stored as it is. */
	memcpy(out, coded, coded_size);
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	code("lzma_code, lzma_stream_encoder_mt with noise", out, coded_size, coded, &coded_size,
			ROOM, LZMA_STREAM_END);
	lzma_end(&strm);
#ifndef STATIC_LIBC
	check_workers("a thread of lzma_stream_encoder_mt with noise");
#endif
}

static void *
everything(void *argument)
{
	streams();
	chains();
	old_formats();
	buffers();
	blocks();
	indexes();
	small_functions();
	threads();
	return argument;
}

/* In a thread that has hardly more than the least that a thread can have. */
static void *
round_trip(void *argument)
{
	uint64_t limit = UINT64_MAX;
	size_t pos = 0, end = 0, out_size;

	IS(LZMA_OK, lzma_easy_encoder(&strm, 6, LZMA_CHECK_CRC64));
	encode("");
	IS(LZMA_OK, lzma_stream_decoder(&strm, UINT64_MAX, 0));
	decode("");
	lzma_end(&strm);
	IS(LZMA_OK, lzma_easy_buffer_encode(9, LZMA_CHECK_SHA256, NULL, data, size, coded, &end,
			ROOM));
	out_size = 0;
	IS(LZMA_OK, lzma_stream_buffer_decode(&limit, 0, NULL, coded, &pos, end, out, &out_size,
			ROOM));
	same(data, size, out, out_size);
	return argument;
}

int
main(int argc, char **argv)
{
	pthread_t thread;
	pthread_attr_t attributes;
	long least = sysconf(_SC_THREAD_STACK_MIN);

	(void)argv;
	verbose = argc > 1;
	data = make_data(size + 5000);
	coded = malloc(ROOM);
	out = malloc(ROOM);
	CHECK(data != NULL && coded != NULL && out != NULL && least > 0);
	CHECK(start_painted(&thread, &stack, everything, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	free(stack);
	stack = NULL;

	CHECK(pthread_attr_init(&attributes) == 0);
	CHECK(pthread_attr_setstacksize(&attributes, (size_t)least + (16 << 10)) == 0);
	CHECK(create_thread(&thread, &attributes, round_trip, NULL) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(pthread_attr_destroy(&attributes) == 0);
	free(data);
	free(coded);
	free(out);
	return 0;
}
