// SPDX-License-Identifier: BSD-2-Clause
/* Partial sums. */
#include "sim/balancer/draw.h"

#include <stdlib.h>

bool draw_init(struct draw *d, size_t room)
{
	*d = (struct draw){.leaves = 1};
	while (d->leaves < room)
		d->leaves *= 2;
	d->sum = calloc(d->leaves + 1, sizeof *d->sum);
	d->weight = calloc(d->leaves, sizeof *d->weight);
	if (d->sum != NULL && d->weight != NULL)
		return true;
	draw_fini(d);
	return false;
}

void draw_fini(struct draw *d)
{
	free(d->sum);
	free(d->weight);
	*d = (struct draw){0};
}

void draw_set(struct draw *d, size_t which, uint64_t weight)
{
	uint64_t more = weight - d->weight[which];      /* modulo 2^64 */

	d->weight[which] = weight;
	d->total += more;
	for (size_t i = which + 1; i <= d->leaves; i += i & -i)
		d->sum[i] += more;
}

size_t draw_at(const struct draw *d, uint64_t point)
{
	size_t before = 0;

	if (d->leaves == 1)
		return 0;
	for (size_t step = d->leaves / 2; step > 0; step /= 2)
		if (d->sum[before + step] <= point) {
			before += step;
			point -= d->sum[before];
		}
	return before;
}
