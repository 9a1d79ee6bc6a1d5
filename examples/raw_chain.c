/*
 * Compresses records with a chain of two filters and without a container:
 *
 *     raw_chain
 *
 * This is for formats that have headers of their own, and store there what a
 * decoder must know: which filters, and their properties. A raw stream says
 * nothing about itself, and nothing checks it.
 */

#include <inttypes.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Measurements, of which most differ little from the one before. */
enum { RECORDS = 20000 };

struct record {
	uint32_t time;
	uint32_t temperature;
};

/* The part of a format's own header that a decoder needs. */
struct header {
	uint8_t delta[1];  /* properties of the Delta filter */
	uint8_t lzma2[1];  /* properties of LZMA2: the size of its dictionary */
	size_t size;       /* of the compressed data */
};

static bool failed(const char *what, lzma_ret ret)
{
	if (ret != LZMA_OK)
		fprintf(stderr, "%s fails with code %d\n", what, (int)ret);
	return ret != LZMA_OK;
}

/* Compresses `plain`, and fills in the header. */
static bool encode(const uint8_t *plain, size_t size, uint8_t *out, size_t room,
	struct header *header)
{
	/* Subtracts from each byte the one that was 8 bytes, a record, before. */
	lzma_options_delta delta = { .type = LZMA_DELTA_TYPE_BYTE, .dist = sizeof(struct record) };

	lzma_options_lzma lzma;
	if (lzma_lzma_preset(&lzma, 6)) {
		fprintf(stderr, "there is no such preset\n");
		return false;
	}
	/* A preset is where one begins. This data is smaller than 1 MiB, ... */
	lzma.dict_size = 1 << 20;
	/* ... and its records stand at multiples of four. */
	lzma.lc = 0;
	lzma.lp = 2;
	lzma.pb = 2;

	/* Data goes through a chain from its first filter to its last. */
	const lzma_filter filters[] = {
		{ .id = LZMA_FILTER_DELTA, .options = &delta },
		{ .id = LZMA_FILTER_LZMA2, .options = &lzma },
		{ .id = LZMA_VLI_UNKNOWN, .options = NULL },
	};
	if (failed("lzma_properties_encode", lzma_properties_encode(&filters[0], header->delta)) ||
		failed("lzma_properties_encode", lzma_properties_encode(&filters[1], header->lzma2)))
		return false;

	header->size = 0;
	return !failed("lzma_raw_buffer_encode",
		lzma_raw_buffer_encode(filters, NULL, plain, size, out, &header->size, room));
}

/* Decompresses what `encode` has made into `size` bytes. */
static bool decode(const struct header *header, const uint8_t *in, uint8_t *plain, size_t size)
{
	/* The encoder's filters in its order; their options are in the header. */
	lzma_filter filters[] = {
		{ .id = LZMA_FILTER_DELTA, .options = NULL },
		{ .id = LZMA_FILTER_LZMA2, .options = NULL },
		{ .id = LZMA_VLI_UNKNOWN, .options = NULL },
	};
	bool good = !failed("lzma_properties_decode",
			lzma_properties_decode(&filters[0], NULL, header->delta, 1)) &&
		!failed("lzma_properties_decode",
			lzma_properties_decode(&filters[1], NULL, header->lzma2, 1));

	size_t in_pos = 0;
	size_t out_pos = 0;
	good = good && !failed("lzma_raw_buffer_decode",
		lzma_raw_buffer_decode(filters, NULL, in, &in_pos, header->size, plain, &out_pos, size));
	if (good && out_pos != size) {
		fprintf(stderr, "only %zu bytes were decoded\n", out_pos);
		good = false;
	}
	/* lzma_properties_decode has allocated the options. */
	lzma_filters_free(filters, NULL);
	return good;
}

int main(void)
{
	static struct record records[RECORDS];
	static struct record decoded[RECORDS];
	static uint8_t out[sizeof(records) + 1024];
	struct header header;

	for (uint32_t i = 0; i < RECORDS; i++) {
		records[i].time = 1700000000 + 60 * i;
		records[i].temperature = 20000 + (i * i >> 8) % 50;
	}
	if (!encode((const uint8_t *)records, sizeof(records), out, sizeof(out), &header))
		return 1;
	printf("%zu bytes to %zu\n", sizeof(records), header.size);

	if (!decode(&header, out, (uint8_t *)decoded, sizeof(decoded)))
		return 1;
	if (memcmp(records, decoded, sizeof(records)) != 0) {
		fprintf(stderr, "other records have come out\n");
		return 1;
	}

	/* With data that is cut off, the decoder stops before its end. */
	header.size /= 2;
	if (decode(&header, out, (uint8_t *)decoded, sizeof(decoded))) {
		fprintf(stderr, "half of the data was taken for all of it\n");
		return 1;
	}
	return 0;
}
