// SPDX-License-Identifier: BSD-2-Clause
/* When: starts of nodes and steps in one order. What a step does is in timeline_steps.c. */
#include "sim/scenario/timeline.h"

#include <stdlib.h>

#include "sim/scenario/timeline_steps.h"

bool timeline_init(struct timeline *t, const struct scenario *s, struct world *w)
{
	*t = (struct timeline){.scenario = s, .world = w};
	t->split = calloc(s->segment_count + 1, sizeof *t->split);
	t->lossy = calloc(s->node_count + 1, sizeof *t->lossy);
	return t->split != NULL && t->lossy != NULL;
}

void timeline_fini(struct timeline *t)
{
	free(t->split);
	free(t->lossy);
	*t = (struct timeline){0};
}

static bool starts_by_itself(const struct timeline *t, size_t node)
{
	return t->scenario->node[node].started && (t->absent == NULL || !t->absent[node]);
}

/* `now` is the first moment that has not happened. */
static vl_time next_start(const struct timeline *t)
{
	vl_time next = VL_NEVER;

	for (size_t i = 0; i < t->scenario->node_count; i++) {
		const struct scenario_node *n = &t->scenario->node[i];
		if (starts_by_itself(t, i) && n->start >= t->now)
			next = vl_time_min(next, n->start);
	}
	return next;
}

vl_time timeline_next(const struct timeline *t)
{
	vl_time step = t->next_step < t->scenario->step_count ? t->scenario->step[t->next_step].at : VL_NEVER;

	return vl_time_min(next_start(t), step);
}

void timeline_do(struct timeline *t, vl_time now)
{
	const struct scenario *s = t->scenario;

	for (world_node n = 0; n < s->node_count; n++)
		if (starts_by_itself(t, n) && s->node[n].start >= t->now && s->node[n].start <= now)
			world_start(t->world, n);
	while (t->next_step < s->step_count && s->step[t->next_step].at <= now)
		timeline_step(t, &s->step[t->next_step++]);
	t->now = now + 1;
}
