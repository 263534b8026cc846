// SPDX-License-Identifier: BSD-2-Clause
/*
 * The timeline of a scenario, done to a world: nodes start at their moment, then the steps of that moment, in
 * the order written. Whoever runs the world asks for the next moment, runs up to it, and lets it happen.
 */
#ifndef VL_SCENARIO_TIMELINE_H
#define VL_SCENARIO_TIMELINE_H

#include "sim/scenario/scenario.h"
#include "sim/world/world.h"

struct timeline {
	const struct scenario *scenario;
	struct world *world;
	vl_time now;                    /* everything before this has happened */
	size_t next_step;
	bool *split;                    /* of each segment */
	bool *lossy;                    /* of each node: a step gave one of its links loss */
	const bool *absent;             /* of each node: a real box, which does not start here; NULL: none. Borrowed */
	void *context;
	/* A step is for a node that is absent: nobody does it here. May be NULL. */
	void (*left)(void *context, const struct scenario_step *step, const char *node);
	/* A step was refused by the node it is for. */
	void (*refused)(void *context, const struct scenario_step *step, const char *node, const char *reason);
};

/* False: no memory. `context` and `refused` are filled in by the caller afterwards. */
bool timeline_init(struct timeline *t, const struct scenario *s, struct world *w);
void timeline_fini(struct timeline *t);

/* The next moment at which something is to be done, or VL_NEVER. */
vl_time timeline_next(const struct timeline *t);
/* Does what is due at this moment; the world has run up to it. */
void timeline_do(struct timeline *t, vl_time now);

#endif
