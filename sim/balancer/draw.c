// SPDX-License-Identifier: BSD-2-Clause
/* Sums and a guide to them. */
#include "sim/balancer/draw.h"

#include <stdlib.h>

__extension__ typedef unsigned __int128 wide;

bool draw_init(struct draw *d, size_t room)
{
	*d = (struct draw){.bits = 1};
	while ((size_t)1 << d->bits < room)
		d->bits++;
	d->behind = calloc(room + 1, sizeof *d->behind);
	d->guide = calloc((size_t)1 << d->bits, sizeof *d->guide);
	if (d->behind != NULL && d->guide != NULL)
		return true;
	draw_fini(d);
	return false;
}

void draw_fini(struct draw *d)
{
	free(d->behind);
	free(d->guide);
	*d = (struct draw){0};
}

void draw_set(struct draw *d, const uint64_t *weight, size_t count)
{
	uint32_t i = 0;

	d->total = 0;
	for (size_t w = 0; w < count; w++)
		d->behind[w] = d->total += weight[w];
	for (uint64_t part = 0; d->total > 0 && part < (uint64_t)1 << d->bits; part++) {
		/* The least point whose part this is. */
		while (d->behind[i] <= (uint64_t)((wide)part * d->total >> d->bits))
			i++;
		d->guide[part] = i;
	}
}

/* The product of a random word and the sum: its high half is the point, and its first bits alone say the part. What
 * makes some points likelier than others by one in 2^64 is drawn again. */
size_t draw_by_weight(const struct draw *d, struct prng *dice)
{
	uint64_t word = prng_u64(dice);
	wide product = (wide)word * d->total;

	if ((uint64_t)product < d->total)
		while ((uint64_t)product < (0 - d->total) % d->total)
			product = (wide)(word = prng_u64(dice)) * d->total;
	uint64_t point = (uint64_t)(product >> 64);
	size_t i = d->guide[word >> (64 - d->bits)];
	while (d->behind[i] <= point)
		i++;
	return i;
}

size_t draw_at(const struct draw *d, uint64_t point)
{
	size_t i = d->guide[(uint64_t)(((wide)point << d->bits) / d->total)];

	while (d->behind[i] <= point)
		i++;
	return i;
}
