/* Filter chains without a container, whose options travel separately. */

#include "common.h"

static lzma_options_lzma lzma;
static lzma_options_delta delta;
static lzma_options_bcj bcj;

static lzma_filter
filter(lzma_vli id, void *options)
{
	lzma_filter f;
	f.id = id;
	f.options = options;
	return f;
}

/* Filter Properties of the chain are stored, and read by who decodes. */
static void
rebuild(const lzma_filter *chain, lzma_filter *copy)
{
	int i;

	for (i = 0; chain[i].id != LZMA_VLI_UNKNOWN; ++i) {
		uint8_t properties[16];
		uint32_t size;

		copy[i].id = chain[i].id;
		IS(LZMA_OK, lzma_properties_size(&size, &chain[i]));
		CHECK(size <= sizeof(properties));
		IS(LZMA_OK, lzma_properties_encode(&chain[i], properties));
		IS(LZMA_OK, lzma_properties_decode(&copy[i], NULL, properties, size));
	}
	copy[i].id = LZMA_VLI_UNKNOWN;
	copy[i].options = NULL;
}

/* A filter is encoded as Filter Flags of the .xz format, and decoded again. */
static void
flags(const lzma_filter *chain)
{
	uint8_t bytes[64];
	size_t in_pos = 0, out_pos = 0;
	lzma_filter back;
	uint32_t size;

	IS(LZMA_OK, lzma_filter_flags_size(&size, chain));
	IS(LZMA_OK, lzma_filter_flags_encode(chain, bytes, &out_pos, sizeof(bytes)));
	CHECK(out_pos == size);
	IS(LZMA_OK, lzma_filter_flags_decode(&back, NULL, bytes, &in_pos, out_pos));
	CHECK(in_pos == size && back.id == chain->id);
	free(back.options);
}

static void
round_trip(const lzma_filter *chain, const uint8_t *data, size_t size)
{
	lzma_filter decoder[LZMA_FILTERS_MAX + 1], copy[LZMA_FILTERS_MAX + 1];
	lzma_stream strm = LZMA_STREAM_INIT;
	uint8_t *coded, *back, *whole = malloc(2 * size + 100);
	size_t coded_size, back_size, in_pos = 0, out_pos = 0;

	CHECK(whole != NULL);
	CHECK(lzma_raw_encoder_memusage(chain) != UINT64_MAX);
	CHECK(lzma_raw_decoder_memusage(chain) != UINT64_MAX);
	IS(LZMA_OK, lzma_raw_encoder(&strm, chain));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, 3000, &coded, &coded_size, 1000));

	rebuild(chain, decoder);
	IS(LZMA_OK, lzma_filters_copy(decoder, copy, NULL));
	IS(LZMA_OK, lzma_raw_decoder(&strm, copy));
	lzma_filters_free(copy, NULL); /* not needed any more */
	IS(LZMA_STREAM_END, code_all(&strm, coded, coded_size, 777, &back, &back_size, 555));
	same(data, size, back, back_size);

	/* In one go, and with the same result. */
	IS(LZMA_OK, lzma_raw_buffer_encode(chain, NULL, data, size, whole, &out_pos, 2 * size + 100));
	same(coded, coded_size, whole, out_pos);
	out_pos = 0;
	IS(LZMA_OK, lzma_raw_buffer_decode(decoder, NULL, coded, &in_pos, coded_size,
			whole, &out_pos, size));
	same(data, size, whole, out_pos);

	lzma_filters_free(decoder, NULL);
	lzma_end(&strm);
	free(coded);
	free(back);
	free(whole);
}

/* LZMA2 may change lc, lp and pb on the way. */
static void
update(const uint8_t *data, size_t size)
{
	lzma_filter chain[2];
	lzma_stream strm = LZMA_STREAM_INIT;
	uint8_t *out = malloc(2 * size), *back;
	size_t back_size;

	CHECK(out != NULL);
	chain[0] = filter(LZMA_FILTER_LZMA2, &lzma);
	chain[1] = filter(LZMA_VLI_UNKNOWN, NULL);
	IS(LZMA_OK, lzma_raw_encoder(&strm, chain));
	strm.next_in = data;
	strm.avail_in = size / 2;
	strm.next_out = out;
	strm.avail_out = 2 * size;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_SYNC_FLUSH));
	lzma.lc = 0;
	lzma.lp = 2;
	IS(LZMA_OK, lzma_filters_update(&strm, chain));
	strm.avail_in = size - size / 2;
	IS(LZMA_STREAM_END, lzma_code(&strm, LZMA_FINISH));
	lzma.lc = LZMA_LC_DEFAULT;
	lzma.lp = LZMA_LP_DEFAULT;
	back_size = (size_t)strm.total_out;
	IS(LZMA_OK, lzma_raw_decoder(&strm, chain));
	IS(LZMA_STREAM_END, code_all(&strm, out, back_size, back_size, &back, &back_size, 5000));
	same(data, size, back, back_size);
	lzma_end(&strm);
	free(back);
	free(out);
}

/* Branch filters, without anything else. */
static void
branches(uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size);
	size_t done;

	CHECK(copy != NULL);
	memcpy(copy, data, size);
	done = lzma_bcj_x86_encode(0, data, size);
	CHECK(lzma_bcj_x86_decode(0, data, size) == done && size - done <= 4);
	done = lzma_bcj_arm64_encode(4, data, size);
	CHECK(lzma_bcj_arm64_decode(4, data, size) == done && size - done <= 3);
	done = lzma_bcj_riscv_encode(2, data, size);
	CHECK(lzma_bcj_riscv_decode(2, data, size) == done && size - done <= 7);
	same(copy, size, data, size);
	free(copy);
}

int
main(void)
{
	static const lzma_vli ids[] = {
		LZMA_FILTER_X86, LZMA_FILTER_POWERPC, LZMA_FILTER_IA64, LZMA_FILTER_ARM,
		LZMA_FILTER_ARMTHUMB, LZMA_FILTER_SPARC, LZMA_FILTER_ARM64, LZMA_FILTER_RISCV
	};
	const size_t size = 60000;
	uint8_t *data = make_data(size);
	lzma_filter chain[4];
	size_t i;

	CHECK(lzma_mf_is_supported(LZMA_MF_BT4));
	CHECK(lzma_mode_is_supported(LZMA_MODE_NORMAL));
	CHECK(!lzma_lzma_preset(&lzma, 2));
	CHECK(lzma_lzma_preset(&lzma, 12));
	delta.type = LZMA_DELTA_TYPE_BYTE;
	delta.dist = 3;
	bcj.start_offset = 4096;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); ++i) {
		CHECK(lzma_filter_encoder_is_supported(ids[i]));
		CHECK(lzma_filter_decoder_is_supported(ids[i]));
		chain[0] = filter(ids[i], &bcj);
		chain[1] = filter(LZMA_FILTER_DELTA, &delta);
		chain[2] = filter(LZMA_FILTER_LZMA2, &lzma);
		chain[3] = filter(LZMA_VLI_UNKNOWN, NULL);
		round_trip(chain, data, size);
		flags(chain);
	}
	chain[0] = filter(LZMA_FILTER_LZMA1, &lzma);
	chain[1] = filter(LZMA_VLI_UNKNOWN, NULL);
	round_trip(chain, data, size);
	update(data, size);
	branches(data, size);
	free(data);
	return 0;
}
