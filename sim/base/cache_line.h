// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory laid out by cache lines: in a world of many boxes the next one's state is never in the nearest cache, so
 * what each packet looks at belongs together. CACHE_LINE is that of most processors; on others it is only less good.
 */
#ifndef VL_BASE_CACHE_LINE_H
#define VL_BASE_CACHE_LINE_H

#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64

/* Zeroed memory that begins with a line. The caller frees it with free. NULL: no memory. */
static inline void *cache_lines_new(size_t size)
{
	size_t whole = (size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	void *p = aligned_alloc(CACHE_LINE, whole);

	if (p != NULL)
		memset(p, 0, whole);
	return p;
}

#endif
