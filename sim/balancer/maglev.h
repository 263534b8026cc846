// SPDX-License-Identifier: BSD-2-Clause
/*
 * Maglev's lookup table (Eisenbud et al., NSDI 2016, 3.4): each backend has a preference list over all places of the
 * table, (offset + j * skip) mod size; backends take turns to claim their next place that is free, until none is.
 * Of equal weights the shares differ by one place at most, and few places change their owner when a backend goes.
 */
#ifndef VL_BALANCER_MAGLEV_H
#define VL_BALANCER_MAGLEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct maglev_backend {
	uint32_t offset;                /* below the size */
	uint32_t skip;                  /* 1 to size - 1 */
	uint64_t weight;                /* 0: owns nothing */
	uint64_t credit;                /* filled in by maglev_fill */
};

/* What a weight means in the turns. */
enum maglev_turns {
	MAGLEV_IN_ROW,                  /* so many claims one behind the other in each round (IPVS mh) */
	MAGLEV_SPREAD,                  /* a claim whenever the weights gathered reach the largest (Katran V2) */
};

bool maglev_is_prime(uint32_t n);

/* Fills the table with indices into `backend`; `offset` is used up. False, and the table is not touched: no weight. */
bool maglev_fill(uint32_t *table, uint32_t size, struct maglev_backend *backend, size_t count, enum maglev_turns turns);

#endif
