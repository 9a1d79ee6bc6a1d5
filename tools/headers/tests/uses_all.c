/* Every macro of the headers is expanded here, in C and in C++. */

#include <lzma.h>

static lzma_stream stream = LZMA_STREAM_INIT;
static lzma_allocator allocator = { NULL, NULL, NULL };

lzma_ret use(const uint8_t *in, size_t size, uint8_t *out);

lzma_ret
use(const uint8_t *in, size_t size, uint8_t *out)
{
	const char *version = LZMA_VERSION_STRING;
	const lzma_vli vli = LZMA_VLI_C(123);
	lzma_options_lzma options;
	lzma_filter filters[LZMA_FILTERS_MAX + 1];

	if (lzma_version_number() < LZMA_VERSION || *version != '5')
		return LZMA_PROG_ERROR;
	if (lzma_lzma_preset(&options, LZMA_PRESET_DEFAULT | LZMA_PRESET_EXTREME))
		return LZMA_OPTIONS_ERROR;
	lzma_set_ext_size(options, UINT64_MAX);
	options.dict_size = LZMA_DICT_SIZE_DEFAULT;
	options.ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
	filters[0].id = LZMA_FILTER_LZMA1EXT;
	filters[0].options = &options;
	filters[1].id = LZMA_VLI_UNKNOWN;
	if (!lzma_vli_is_valid(vli)
			|| lzma_block_header_size_decode(in[0])
				> LZMA_BLOCK_HEADER_SIZE_MAX)
		return LZMA_DATA_ERROR;

	stream.allocator = &allocator;
	stream.next_in = in;
	stream.avail_in = size;
	stream.next_out = out;
	stream.avail_out = size;
	if (lzma_raw_decoder(&stream, filters) != LZMA_OK)
		return LZMA_MEM_ERROR;
	return lzma_code(&stream, LZMA_FINISH);
}
