// SPDX-License-Identifier: BSD-2-Clause
/*
 * For tests that try every place of something: under valgrind, or in a build that counts, they take one place in
 * TEST_SPARSE (an environment variable; make valgrind and make cov set it). Without it they take all.
 */
#ifndef VL_TESTS_SUPPORT_SPARSE_H
#define VL_TESTS_SUPPORT_SPARSE_H

#include <stddef.h>
#include <stdlib.h>

/* From one place that is tried to the next; at least 1. */
static inline size_t sparse_step(void)
{
	const char *text = getenv("TEST_SPARSE");
	unsigned long step = text != NULL ? strtoul(text, NULL, 10) : 1;

	return step > 0 && step < 1000 ? step : 1;
}

#endif
