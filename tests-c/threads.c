/* Compresses and decompresses with several threads. */

#include "common.h"

static uint8_t *data, *xz, *out;
static size_t size = 3000000, xz_size, out_size;
static lzma_stream strm = LZMA_STREAM_INIT;

static lzma_mt
options(uint32_t threads)
{
	lzma_mt mt;

	memset(&mt, 0, sizeof(mt));
	mt.threads = threads;
	mt.block_size = 500000;
	mt.preset = 1;
	mt.check = LZMA_CHECK_CRC32;
	mt.memlimit_threading = UINT64_MAX;
	mt.memlimit_stop = UINT64_MAX;
	return mt;
}

/* The number of threads does not change the result. */
static void
encode(void)
{
	lzma_mt mt = options(1);
	uint32_t threads;

	CHECK(lzma_cputhreads() > 0);
	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	IS(LZMA_STREAM_END, code_all(&strm, data, size, size, &xz, &xz_size, 1 << 16));
	for (threads = 2; threads <= 4; ++threads) {
		mt = options(threads);
		CHECK(lzma_stream_encoder_mt_memusage(&mt) > threads * mt.block_size);
		mt.timeout = threads == 3 ? 1 : 0;
		IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
		IS(LZMA_STREAM_END, code_all(&strm, data, size, 70000, &out, &out_size, 50000));
		same(xz, xz_size, out, out_size);
		free(out);
	}
}

static void
decode(void)
{
	uint32_t threads;

	for (threads = 1; threads <= 4; ++threads) {
		lzma_mt mt = options(threads);
		uint64_t progress_in, progress_out;

		mt.flags = LZMA_CONCATENATED;
		IS(LZMA_OK, lzma_stream_decoder_mt(&strm, &mt));
		IS(LZMA_STREAM_END, code_all(&strm, xz, xz_size, xz_size, &out, &out_size, size));
		same(data, size, out, out_size);
		lzma_get_progress(&strm, &progress_in, &progress_out);
		CHECK(progress_in == xz_size && progress_out == size);
		free(out);
	}
}

/* It must be possible to stop at any time. */
static void
give_up(void)
{
	lzma_mt mt = options(4);
	uint8_t byte;

	IS(LZMA_OK, lzma_stream_encoder_mt(&strm, &mt));
	strm.next_in = data;
	strm.avail_in = size / 2;
	strm.next_out = &byte;
	strm.avail_out = 1;
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
	lzma_end(&strm);

	IS(LZMA_OK, lzma_stream_decoder_mt(&strm, &mt));
	strm.next_in = xz;
	strm.avail_in = xz_size;
	strm.next_out = &byte;
	strm.avail_out = 1;
	IS(LZMA_OK, lzma_code(&strm, LZMA_RUN));
}

/* The size of Blocks when the application does not choose one. */
static void
block_size(void)
{
	lzma_options_lzma lzma;
	lzma_filter filters[2];

	CHECK(!lzma_lzma_preset(&lzma, 6));
	filters[0].id = LZMA_FILTER_LZMA2;
	filters[0].options = &lzma;
	filters[1].id = LZMA_VLI_UNKNOWN;
	CHECK(lzma_mt_block_size(filters) == 3 * UINT64_C(8) << 20);
}

int
main(void)
{
	data = make_data(size);
	encode();
	decode();
	give_up();
	lzma_end(&strm);
	block_size();
	free(data);
	free(xz);
	return 0;
}
