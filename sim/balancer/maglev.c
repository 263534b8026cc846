// SPDX-License-Identifier: BSD-2-Clause
/* Maglev's table. */
#include "sim/balancer/maglev.h"

#define FREE UINT32_MAX

bool maglev_is_prime(uint32_t n)
{
	if (n < 2)
		return false;
	for (uint32_t d = 2; d <= n / d; d++)
		if (n % d == 0)
			return false;
	return true;
}

/* The claims of a backend in this round. */
static uint64_t claims(struct maglev_backend *b, uint64_t largest, enum maglev_turns turns)
{
	if (turns == MAGLEV_IN_ROW)
		return b->weight;
	b->credit += b->weight;
	if (b->credit < largest)
		return 0;
	b->credit -= largest;
	return 1;
}

bool maglev_fill(uint32_t *table, uint32_t size, struct maglev_backend *backend, size_t count, enum maglev_turns turns)
{
	uint64_t largest = 0;
	uint32_t filled = 0;

	for (size_t i = 0; i < count; i++) {
		backend[i].credit = 0;
		if (backend[i].weight > largest)
			largest = backend[i].weight;
	}
	if (largest == 0)
		return false;
	for (uint32_t place = 0; place < size; place++)
		table[place] = FREE;
	for (uint32_t i = 0;; i = i + 1 < count ? i + 1 : 0) {
		struct maglev_backend *b = &backend[i];
		for (uint64_t n = claims(b, largest, turns); n > 0; n--) {
			while (table[b->offset] != FREE)
				b->offset = b->skip < size - b->offset ? b->offset + b->skip :
										 b->offset - (size - b->skip);
			table[b->offset] = i;
			if (++filled == size)
				return true;
		}
	}
}
