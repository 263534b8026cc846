// SPDX-License-Identifier: BSD-2-Clause
/*
 * Weighted round robin (IPVS wrr; KEMP's documents show the same bursts): a level that falls from the largest weight by
 * the greatest common divisor, and at each level one walk through the list: 4, 3, 2 makes AABABCABC. A change of the
 * list begins at its head again, at the level that was.
 *
 * Unlike IPVS the largest weight and the divisor are of those that may have one, not of all; a change of one server
 * keeps the place in the list, because a slow start is many such changes; and weights count in sixteenths of the
 * configured unit, rounded, at least one, so that a slow start does not shatter the divisor.
 */
#include <stdlib.h>

#include "sim/balancer/round.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define UNIT (SCHEDULER_WEIGHT_ONE / 16)

struct scheduler {
	struct tournament heavier;
	uint64_t divisor, highest;      /* the levels: highest, highest - divisor, ... 1 */
	uint64_t level;                 /* 0: none yet */
	size_t next;
};

static tournament_key units(const struct scheduler_server *s)
{
	return tournament_heaviest(s->weight > UNIT ? (s->weight + UNIT / 2) / UNIT : 1);
}

static void wrr_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	tournament_fini(&s->heavier);
	free(s);
}

static struct scheduler *wrr_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	if (tournament_init(&s->heavier, room))
		return s;
	free(s);
	return NULL;
}

static uint64_t weight_of(const struct scheduler *s, size_t i)
{
	return tournament_weight(tournament_key_of(&s->heavier, i));
}

static void wrr_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	tournament_follow(&s->heavier, units, view, which);
	if (which < 0)
		s->next = 0;
	s->divisor = 0;
	for (size_t i = 0; i < view->count; i++)
		s->divisor = round_divisor(s->divisor, weight_of(s, i));
	int heaviest = tournament_first(&s->heavier);
	s->highest = heaviest >= 0 ? weight_of(s, (size_t)heaviest) - (s->divisor - 1) : 0;
	if (s->level > s->highest || s->level == 0)
		s->level = s->highest;
	else if (s->divisor > 1)
		s->level = s->level / s->divisor * s->divisor + 1;
}

static int wrr_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	if (s->highest == 0)
		return -1;
	int found = tournament_next(&s->heavier, s->next, s->level);
	if (found < 0) {
		s->level = s->level > s->divisor ? s->level - s->divisor : s->highest;
		found = tournament_next(&s->heavier, 0, s->level);
	}
	s->next = (size_t)found + 1;
	return found;
}

const struct scheduler_ops SCHEDULER_WRR = {
	.name = "wrr",
	.title = "weighted round robin",
	.slow_start = true,
	.make = wrr_make,
	.free = wrr_free,
	.changed = wrr_changed,
	.pick = wrr_pick,
};
