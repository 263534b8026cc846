// SPDX-License-Identifier: BSD-2-Clause
/* Chance by weight: a tree of partial sums (Fenwick 1994), where a weight changes and a draw finds its owner in
 * O(log n). */
#ifndef VL_BALANCER_DRAW_H
#define VL_BALANCER_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct draw {
	uint64_t *sum;                  /* node i: the weights of the i & -i ones that end with it; from 1 */
	uint64_t *weight;
	size_t leaves;                  /* a power of two */
	uint64_t total;
};

bool draw_init(struct draw *d, size_t room);            /* false: no memory */
void draw_fini(struct draw *d);
void draw_set(struct draw *d, size_t which, uint64_t weight);
/* The first whose weight, with those before it, is above the point; point < total. */
size_t draw_at(const struct draw *d, uint64_t point);

#endif
