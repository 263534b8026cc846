// SPDX-License-Identifier: BSD-2-Clause
/*
 * Round robin (IPVS rr): the next server in the list that may have one, behind the one that had the last; it keeps its
 * place when servers come and go. Weight counts only as 0 or not. While a server's slow start lasts, its turn counts
 * only as often as its weight is of its whole weight; the other turns are passed over.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct tournament there;
	size_t next;
	uint32_t *credit;               /* of each server, towards its next turn: SCHEDULER_WEIGHT_ONE is one */
	uint32_t *id;                   /* of the list as it was */
};

static tournament_key there(const struct scheduler_server *s)
{
	(void)s;
	return tournament_heaviest(1);
}

static void rr_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->there);
	free(s->credit);
	free(s->id);
	free(s);
}

static struct scheduler *rr_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	s->credit = calloc(room + 1, sizeof *s->credit);
	s->id = calloc(room + 1, sizeof *s->id);
	if (s->credit != NULL && s->id != NULL && tournament_init(&s->there, room))
		return s;
	rr_free(s);
	return NULL;
}

/* Behind the one that had the last; is it gone, behind the one before it, and so on. */
static size_t place_in(const struct scheduler *s, const struct scheduler_view *view)
{
	for (size_t last = s->next; last-- > 0;)
		for (size_t i = 0; i < view->count; i++)
			if (view->server[i].id == s->id[last])
				return i + 1;
	return 0;
}

static void rr_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	tournament_follow(&s->there, there, view, which);
	if (which >= 0)
		return;
	s->next = place_in(s, view);
	memset(s->credit, 0, view->count * sizeof *s->credit);
	for (size_t i = 0; i < view->count; i++)
		s->id[i] = view->server[i].id;
}

static int turn(struct scheduler *s)
{
	int found = tournament_next(&s->there, s->next, 1);

	if (found < 0)
		found = tournament_first(&s->there);
	if (found >= 0)
		s->next = (size_t)found + 1;
	return found;
}

static int rr_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	int found = turn(s);

	(void)flow;
	(void)now;
	/* When all are at the beginning of their slow start, somebody must have it all the same. */
	for (size_t passed = 0; found >= 0 && passed <= view->count; passed++) {
		uint64_t ramp = scheduler_ramp(&view->server[found]);
		if (ramp == SCHEDULER_WEIGHT_ONE)
			break;
		s->credit[found] += (uint32_t)ramp;
		if (s->credit[found] >= SCHEDULER_WEIGHT_ONE) {
			s->credit[found] -= SCHEDULER_WEIGHT_ONE;
			break;
		}
		found = turn(s);
	}
	return found;
}

const struct scheduler_ops SCHEDULER_RR = {
	.name = "rr",
	.title = "round robin",
	.slow_start = true,
	.make = rr_make,
	.free = rr_free,
	.changed = rr_changed,
	.pick = rr_pick,
};
