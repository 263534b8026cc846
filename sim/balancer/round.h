// SPDX-License-Identifier: BSD-2-Clause
/*
 * Smooth weighted round robin over a list of weights (nginx): every current += weight; the largest current is picked,
 * the first of equal ones, and loses the sum of weights. {5, 1, 1} makes AABACAA.
 *
 * All of one weight rise alike, so they stand in a queue of their own, in the order of their currents, and a pick
 * compares only the heads of the queues: it costs as much as there are different weights, not as there are servers.
 */
#ifndef VL_BALANCER_ROUND_H
#define VL_BALANCER_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct round_queue;

struct smooth_round {
	size_t count, queues;
	uint64_t sum, steps;
	uint64_t *weight;               /* of each in the list; 0: not in the round */
	uint64_t *base;                 /* current = base + weight * steps, modulo 2^64, of those in the round */
	uint32_t *order;                /* the queues, one behind the other, each a ring */
	struct round_queue *queue;
};

bool smooth_round_init(struct smooth_round *r, size_t room);    /* false: no memory */
void smooth_round_fini(struct smooth_round *r);
/* These weights from now on, at most 2^32 each, 0 for who may not be picked. Currents stay; `fresh` makes them 0. */
void smooth_round_set(struct smooth_round *r, const uint64_t *weight, size_t count, bool fresh);
int smooth_round_pick(struct smooth_round *r);                  /* -1: nobody */

/* The greatest common divisor; of 0 and a it is a. */
uint64_t round_divisor(uint64_t a, uint64_t b);

#endif
