// SPDX-License-Identifier: BSD-2-Clause
/*
 * Memory for a table of a million places that are taken in no order. With pages of 4 KiB nearly each step to another place
 * waits for the page's address besides the memory itself; with pages of 2 MiB it does not. A hint only: nothing but time
 * depends on it. Small tables do without, because a large page is filled with zeroes for one place as for all.
 */
#ifndef VL_BASE_LARGE_H
#define VL_BASE_LARGE_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define LARGE_LEAST ((size_t)12 << 20)
#define LARGE_PAGE ((size_t)2 << 20)

/* Zeroed, and untouched until used. The caller frees it with free. NULL: no memory. */
static inline void *large_new(size_t count, size_t size)
{
	void *p = calloc(count, size);

#ifdef MADV_HUGEPAGE
	if (p != NULL && count > LARGE_LEAST / size) {
		size_t skip = (size_t)(-(uintptr_t)p % LARGE_PAGE);
		(void)madvise((char *)p + skip, (count * size - skip) / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE);
	}
#endif
	return p;
}

#endif
