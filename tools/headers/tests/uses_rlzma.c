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
