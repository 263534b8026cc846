// SPDX-License-Identifier: BSD-2-Clause
/*
 * How a service's connections are distributed over its servers: the figures of imbalance.h for new connections, active ones
 * and bytes, each server against its fair share (an equal part: weights are not in the frames), and whether chance explains
 * what is uneven. Where the service keeps its clients at their servers, whole clients are placed: the scatter is then wider
 * by the design effect n/K_eff.
 */
#ifndef VL_ANALYZERS_DISTRIBUTION_H
#define VL_ANALYZERS_DISTRIBUTION_H

#include "analyzers/flows.h"
#include "analyzers/imbalance.h"

struct distribution_row {
	uint16_t server;
	uint64_t share, times_fair;     /* of the new connections, millionths */
	int noise;                      /* -1 below its fair share, 1 above, 0: as chance may have it (imbalance_noise) */
};

struct distribution {
	struct imbalance opened, active, bytes;         /* opened: connections given to each, answered or not */
	uint64_t k_eff, design_effect;  /* millionths */
	bool sticky;
	bool beyond_chance;             /* chi-square over its 99 % quantile */
	size_t count;
	struct distribution_row *row;   /* in the order of addresses */
};

/* False: no memory. */
bool distribution_make(struct distribution *d, const struct flows *f, uint16_t service);
void distribution_free(struct distribution *d);

/* The 99 % quantile of chi-square, in millionths (Cornish-Fisher; within 10 % for one degree of freedom, 5 % from two). */
uint64_t distribution_quantile(size_t degrees);

#endif
