// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which virtual IDs are free, and which of them to propose. Free means: not heard. Best means: not what products
 * ship with, and far from the IDs in use, because people count upwards when they need another one.
 */
#ifndef VL_ANALYZERS_FREE_IDS_H
#define VL_ANALYZERS_FREE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_LAST 255

struct id_set {
	bool has[ID_LAST + 1];          /* index 0 is no ID and stays false */
};

struct id_range {
	uint8_t first, last;
};

/* What products ship with or their examples use: 1, 10, 20, 50, 51, 100. */
bool id_is_factory_default(uint8_t id);
/* The IDs not in `used`, as ranges in ascending order. Returns how many there are, at most 128. */
size_t free_ids_ranges(struct id_range out[128], const struct id_set *used);
size_t free_ids_count(const struct id_set *used);
/* All free IDs, best first. Returns how many. The same set always gives the same order. */
size_t free_ids_best(uint8_t out[ID_LAST], const struct id_set *used);

#endif
