// SPDX-License-Identifier: BSD-2-Clause
/*
 * Earliest deadline first (Envoy's weighted round robin): each turn of a server has a deadline 1 / weight behind the
 * last; the earliest is picked, and of equal ones the one that waits longest: 4, 3, 2 makes ABCABACBA. A new weight
 * stretches what is left of the wait; who comes back waits one whole turn. A new list begins anew. (Envoy's random
 * first picks, against many balancers in step, are not modelled: there is one here.)
 *
 * Deadlines are whole numbers with a remainder carried from turn to turn, so that turn number k of a constant weight
 * is exactly floor(2^40 k / weight): equal fractions are equal, as 3/3 and 1/1 are not in floating point.
 */
#include <stdlib.h>

#include "sim/base/fixed.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define ONE (UINT64_C(1) << 40)                 /* a turn of weight 1 */
#define REBASE (UINT64_C(1) << 62)

struct turn {
	uint64_t weight;                /* of the server now; 0: it may have none */
	uint64_t step, left;            /* ONE / weight and what remains, both times SCHEDULER_WEIGHT_ONE */
	uint64_t carried;
};

struct scheduler {
	struct tournament earliest;     /* load: the deadline */
	struct turn *turn;
	uint64_t now;                   /* the deadline that was last met */
	uint64_t waiting;               /* numbers those who wait */
	size_t count;
};

static void edf_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->earliest);
	free(s->turn);
	free(s);
}

static struct scheduler *edf_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	s->turn = calloc(room + 1, sizeof *s->turn);
	if (s->turn != NULL && tournament_init(&s->earliest, room))
		return s;
	edf_free(s);
	return NULL;
}

static void set_weight(struct turn *t, uint64_t weight)
{
	const tournament_wide one = (tournament_wide)ONE * SCHEDULER_WEIGHT_ONE;

	t->weight = weight;
	t->step = (uint64_t)(one / weight);
	t->left = (uint64_t)(one % weight);
	t->carried = 0;
}

static void advance(struct turn *t, uint64_t *deadline)
{
	*deadline += t->step;
	t->carried += t->left;
	if (t->carried >= t->weight) {
		t->carried -= t->weight;
		++*deadline;
	}
}

/* The key of a server whose weight or usability changed, or may have. */
static struct tournament_key place(struct scheduler *s, size_t i, const struct scheduler_server *server)
{
	struct tournament_key key = s->earliest.key[i];
	struct turn *t = &s->turn[i];
	uint64_t before = t->weight;

	if (!scheduler_may_have(server)) {
		t->weight = 0;
		return (struct tournament_key){0};
	}
	if (before == server->weight)
		return key;
	set_weight(t, server->weight);
	if (before == 0) {
		key = (struct tournament_key){.load = s->now, .weight = 1, .since = ++s->waiting};
		advance(t, &key.load);
	} else {
		key.load = s->now + fixed_scale(key.load - s->now, before, server->weight);
	}
	return key;
}

static void edf_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	if (which >= 0) {
		tournament_set(&s->earliest, (size_t)which, place(s, (size_t)which, &view->server[which]));
		return;
	}
	s->now = 0;
	s->waiting = 0;
	s->count = view->count;
	for (size_t i = 0; i < view->count; i++) {
		s->turn[i].weight = 0;
		s->earliest.key[i] = place(s, i, &view->server[i]);
	}
	tournament_play(&s->earliest, view->count);
}

/* Deadlines grow for ever and words do not. The order stays, so no match is played again. */
static void rebase(struct scheduler *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (tournament_has(&s->earliest, i))
			s->earliest.key[i].load -= s->now;
	s->now = 0;
}

static int edf_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	int picked = tournament_first(&s->earliest);

	(void)view;
	(void)flow;
	(void)now;
	if (picked < 0)
		return -1;
	struct tournament_key key = s->earliest.key[picked];
	s->now = key.load;
	if (s->now >= REBASE) {
		rebase(s);
		key.load = 0;
	}
	advance(&s->turn[picked], &key.load);
	key.since = ++s->waiting;
	tournament_set(&s->earliest, (size_t)picked, key);
	return picked;
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
