// SPDX-License-Identifier: BSD-2-Clause
/* Free IDs: arithmetic on a set of 255. */
#include "analyzers/free_ids.h"

bool id_is_factory_default(uint8_t id)
{
	return id == 1 || id == 10 || id == 20 || id == 50 || id == 51 || id == 100;
}

size_t free_ids_ranges(struct id_range out[128], const struct id_set *used)
{
	size_t n = 0;

	for (unsigned id = 1; id <= ID_LAST; id++) {
		if (used->has[id])
			continue;
		if (n > 0 && out[n - 1].last == id - 1)
			out[n - 1].last = (uint8_t)id;
		else
			out[n++] = (struct id_range){.first = (uint8_t)id, .last = (uint8_t)id};
	}
	return n;
}

size_t free_ids_count(const struct id_set *used)
{
	size_t n = 0;

	for (unsigned id = 1; id <= ID_LAST; id++)
		n += !used->has[id];
	return n;
}

/* How far the nearest ID of the set is. */
static unsigned distance(const struct id_set *set, unsigned id)
{
	for (unsigned d = 0; d <= ID_LAST; d++)
		if ((id > d && set->has[id - d]) || (id + d <= ID_LAST && set->has[id + d]))
			return d;
	return ID_LAST + 1;
}

/* Farthest first: each choice counts as taken for the next, so the first few lie far from each other, too. */
size_t free_ids_best(uint8_t out[ID_LAST], const struct id_set *used)
{
	struct id_set taken = *used;
	size_t n = 0, wanted = free_ids_count(used);

	for (unsigned id = 1; id <= ID_LAST; id++)
		taken.has[id] |= id_is_factory_default((uint8_t)id);
	while (n < wanted) {
		unsigned best = 0, best_distance = 0;
		for (unsigned id = 1; id <= ID_LAST; id++) {
			unsigned d = distance(&taken, id);
			if (d > best_distance) {
				best = id;
				best_distance = d;
			}
		}
		if (best == 0)
			break;
		taken.has[best] = true;
		out[n++] = (uint8_t)best;
	}
	/* The factory defaults that are free come last. */
	for (unsigned id = 1; id <= ID_LAST && n < wanted; id++)
		if (!used->has[id] && id_is_factory_default((uint8_t)id))
			out[n++] = (uint8_t)id;
	return n;
}
