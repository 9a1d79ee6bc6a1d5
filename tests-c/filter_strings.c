/* Filter chains as text: what a user types, and what a program prints. */

#include "common.h"

static void
round_trip(const char *text, const char *printed)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	char *again;
	int pos = -1;
	const char *error = lzma_str_to_filters(text, &pos, filters, 0, NULL);

	if (error != NULL)
		fprintf(stderr, "%s: %s at %d\n", text, error, pos);
	CHECK(error == NULL);
	CHECK(pos == (int)strlen(text));
	IS(LZMA_OK, lzma_str_from_filters(&again, filters, LZMA_STR_ENCODER, NULL));
	if (strcmp(again, printed) != 0)
		fprintf(stderr, "%s\n", again);
	CHECK(strcmp(again, printed) == 0);
	free(again);
	lzma_filters_free(filters, NULL);
}

static void
mistake(const char *text, int where)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];
	int pos = -1;

	CHECK(lzma_str_to_filters(text, &pos, filters, 0, NULL) != NULL);
	CHECK(pos == where);
}

int
main(void)
{
	char *list;

	round_trip("x86 delta:dist=4 lzma2:dict=1MiB,nice=100",
			"x86 delta:dist=4 lzma2:dict=1MiB,lc=3,lp=0,pb=2,"
			"mode=normal,nice=100,mf=bt4,depth=0");
	round_trip("--arm64=start=4096 --lzma2=preset=1",
			"arm64:start=4KiB lzma2:dict=1MiB,lc=3,lp=0,pb=2,"
			"mode=fast,nice=128,mf=hc4,depth=8");
	round_trip("9e", "lzma2:dict=64MiB,lc=3,lp=0,pb=2,mode=normal,nice=273,mf=bt4,depth=512");
	mistake("x86 delat:dist=4", 4);
	mistake("delta:dist=257 lzma2", 11);
	mistake("lzma2:lc=3,lp=3", 15);

	IS(LZMA_OK, lzma_str_list_filters(&list, LZMA_VLI_UNKNOWN, 0, NULL));
	CHECK(strstr(list, "lzma2") != NULL && strstr(list, "riscv") != NULL);
	free(list);
	IS(LZMA_OK, lzma_str_list_filters(&list, LZMA_FILTER_DELTA, LZMA_STR_DECODER, NULL));
	CHECK(strcmp(list, "delta:dist=<1-256>") == 0);
	free(list);
	return 0;
}
