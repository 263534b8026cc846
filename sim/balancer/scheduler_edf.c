// SPDX-License-Identifier: BSD-2-Clause
/*
 * Earliest deadline first (Envoy's weighted round robin): turns by deadlines. A new list begins anew. (Envoy's random
 * first picks, against many balancers in step, are not modelled: there is one here.)
 */
#include <stdlib.h>

#include "sim/balancer/deadline.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct deadline_round round;
};

static void edf_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	deadline_fini(&s->round);
	free(s);
}

static struct scheduler *edf_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s != NULL && deadline_init(&s->round, room))
		return s;
	free(s);
	return NULL;
}

static void weigh(struct scheduler *s, const struct scheduler_view *view, size_t i)
{
	const struct scheduler_server *server = &view->server[i];

	deadline_weigh(&s->round, i, scheduler_may_have(server) ? server->weight : 0);
}

static void edf_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	if (which >= 0) {
		weigh(s, view, (size_t)which);
		return;
	}
	deadline_begin(&s->round, view->count);
	for (size_t i = 0; i < view->count; i++)
		weigh(s, view, i);
}

static int edf_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	return deadline_pick(&s->round);
}

const struct scheduler_ops SCHEDULER_EDF = {
	.name = "edf",
	.title = "earliest deadline first (Envoy's weighted round robin)",
	.slow_start = true,
	.make = edf_make,
	.free = edf_free,
	.changed = edf_changed,
	.pick = edf_pick,
};
