// SPDX-License-Identifier: BSD-2-Clause
/*
 * Never queue (IPVS nq): the first server in the list without an active connection, whatever its weight; when there is
 * none, shortest expected delay.
 */
#include <stdlib.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct tournament idle, delay;
};

static tournament_key idle(const struct scheduler_server *s)
{
	return s->active == 0 ? tournament_queue(0, 0) : TOURNAMENT_OUT;
}

static void nq_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->idle);
	tournament_fini(&s->delay);
	free(s);
}

static struct scheduler *nq_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s != NULL && tournament_init(&s->idle, room) && tournament_init(&s->delay, room))
		return s;
	nq_free(s);
	return NULL;
}

static void nq_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	tournament_follow(&s->idle, idle, view, which);
	tournament_follow(&s->delay, scheduler_expected_delay, view, which);
}

static void nq_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	nq_changed(s, view, (int)which);
}

static int nq_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	int first = tournament_first(&s->idle);

	(void)view;
	(void)flow;
	(void)now;
	return first >= 0 ? first : tournament_first(&s->delay);
}

const struct scheduler_ops SCHEDULER_NQ = {
	.name = "nq",
	.title = "never queue: an idle server, else shortest expected delay",
	.slow_start = true,
	.make = nq_make,
	.free = nq_free,
	.changed = nq_changed,
	.counted = nq_counted,
	.pick = nq_pick,
};
