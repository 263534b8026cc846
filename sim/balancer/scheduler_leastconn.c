// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy's leastconn: servers in the order of a whole number, 0 for one without connections, whatever its weight
 * (so slow start does not hold back its first), else (connections + 1) * 4096 / effective weight. Of equal ones comes
 * first who got his place first: with equal weights they take turns.
 *
 * The effective weight is HAProxy's: 16 for each unit that is configured, at most 4096, rounded up. Only connections
 * of a session count there; here those that are active.
 */
#include <stdlib.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct tournament order;
	uint64_t placed;
};

static uint64_t place(const struct scheduler_server *s)
{
	return s->active == 0 ? 0 : (UINT64_C(1) + s->active) * HAPROXY_WEIGHT_MAX / scheduler_haproxy_weight(s);
}

/* The key of a server, which has `before` now. */
static tournament_key look(struct scheduler *s, const struct scheduler_server *server, tournament_key before)
{
	if (!scheduler_may_have(server))
		return TOURNAMENT_OUT;
	if (before != TOURNAMENT_OUT && tournament_load(before) == place(server))
		return before;
	return tournament_queue(place(server), ++s->placed);
}

static void leastconn_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->order);
	free(s);
}

static struct scheduler *leastconn_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	if (tournament_init(&s->order, room))
		return s;
	free(s);
	return NULL;
}

static void leastconn_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	tournament_key before = tournament_key_of(&s->order, which), key = look(s, &view->server[which], before);

	if (key != before)
		tournament_set(&s->order, which, key);
}

static void leastconn_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	if (which >= 0) {
		leastconn_counted(s, view, (unsigned)which);
		return;
	}
	/* A new list: everybody queues up anew, in its order. */
	for (size_t i = 0; i < view->count; i++)
		tournament_seat(&s->order, i, look(s, &view->server[i], TOURNAMENT_OUT));
	tournament_play(&s->order, view->count);
}

static int leastconn_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	return tournament_first(&s->order);
}

const struct scheduler_ops SCHEDULER_LEASTCONN = {
	.name = "leastconn",
	.title = "HAProxy's least connection: an idle server first",
	.slow_start = true,
	.make = leastconn_make,
	.free = leastconn_free,
	.changed = leastconn_changed,
	.counted = leastconn_counted,
	.pick = leastconn_pick,
};
