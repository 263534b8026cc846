// SPDX-License-Identifier: BSD-2-Clause
/*
 * Smooth weighted round robin (nginx): turns by weight, spread evenly: 5, 1, 1 makes AABACAA, 4, 3, 2 ABCABACBA. The
 * first in the list keeps a tie. A new weight counts from the next turn on; who may have none rests with the credit
 * that he has. A new list begins anew, as a reload does. (nginx' own ramp of a weight after failures is not modelled:
 * checks decide here.)
 */
#include <stdlib.h>

#include "sim/balancer/round.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct smooth_round round;
	uint64_t *weight;
};

static void smooth_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	smooth_round_fini(&s->round);
	free(s->weight);
	free(s);
}

static struct scheduler *smooth_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	s->weight = calloc(room + 1, sizeof *s->weight);
	if (s->weight != NULL && smooth_round_init(&s->round, room))
		return s;
	smooth_free(s);
	return NULL;
}

static void smooth_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	for (size_t i = 0; i < view->count; i++)
		s->weight[i] = scheduler_may_have(&view->server[i]) ? view->server[i].weight : 0;
	smooth_round_set(&s->round, s->weight, view->count, which < 0);
}

static int smooth_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	return smooth_round_pick(&s->round);
}

const struct scheduler_ops SCHEDULER_SMOOTH_WRR = {
	.name = "smooth-wrr",
	.title = "smooth weighted round robin",
	.slow_start = true,
	.make = smooth_make,
	.free = smooth_free,
	.changed = smooth_changed,
	.pick = smooth_pick,
};
