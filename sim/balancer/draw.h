// SPDX-License-Identifier: BSD-2-Clause
/*
 * Chance by weight: a point below the sum of weights, and whose it is. A guide over equal parts of the sum says where
 * to begin to look, so that a draw costs O(1) on average (Chen and Asau 1974); a changed weight costs O(n).
 */
#ifndef VL_BALANCER_DRAW_H
#define VL_BALANCER_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/prng.h"

struct draw {
	uint64_t *behind;               /* sum of the weights up to and with each */
	uint32_t *guide;                /* for each part of the sum, the first who has a point in it */
	unsigned bits;                  /* of the number of parts */
	uint64_t total;
};

bool draw_init(struct draw *d, size_t room);            /* false: no memory */
void draw_fini(struct draw *d);
/* Of these weights from now on; their sum is below 2^63. */
void draw_set(struct draw *d, const uint64_t *weight, size_t count);
size_t draw_by_weight(const struct draw *d, struct prng *dice);         /* total > 0 */
/* The first whose weight, with those before it, is above the point; point < total. */
size_t draw_at(const struct draw *d, uint64_t point);

#endif
