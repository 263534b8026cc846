// SPDX-License-Identifier: BSD-2-Clause
/* Turns by deadlines, in a tournament. */
#include "sim/balancer/deadline.h"

#include <stdlib.h>

#include "sim/balancer/scheduler.h"
#include "sim/base/fixed.h"

#define ONE (UINT64_C(1) << 40)                 /* the turn of a server of weight 1 */
#define REBASE (UINT64_C(1) << 62)

struct deadline_turn {
	uint64_t weight;                /* now; 0: it has no turn */
	uint64_t step, left;            /* ONE / weight in whole numbers, and what remains */
	uint64_t carried;
	uint64_t deadline, since;
};

bool deadline_init(struct deadline_round *d, size_t room)
{
	*d = (struct deadline_round){0};
	d->turn = calloc(room + 1, sizeof *d->turn);
	if (d->turn != NULL && tournament_init(&d->earliest, room))
		return true;
	deadline_fini(d);
	return false;
}

void deadline_fini(struct deadline_round *d)
{
	tournament_fini(&d->earliest);
	free(d->turn);
	*d = (struct deadline_round){0};
}

void deadline_begin(struct deadline_round *d, size_t count)
{
	d->now = d->waiting = 0;
	d->count = count;
	for (size_t i = 0; i < count; i++)
		d->turn[i].weight = 0;
	tournament_play(&d->earliest, 0);
}

static void advance(struct deadline_turn *t)
{
	t->carried += t->left;
	uint64_t carry = t->carried >= t->weight;
	t->carried -= carry * t->weight;
	t->deadline += t->step + carry;
}

void deadline_weigh(struct deadline_round *d, size_t which, uint64_t weight)
{
	const tournament_key one = (tournament_key)ONE * SCHEDULER_WEIGHT_ONE;
	struct deadline_turn *t = &d->turn[which];
	uint64_t before = t->weight;

	if (weight == before)
		return;
	if (weight == 0) {
		t->weight = 0;
		tournament_set(&d->earliest, which, TOURNAMENT_OUT);
		return;
	}
	*t = (struct deadline_turn){.weight = weight,
				    .step = (uint64_t)(one / weight),
				    .left = (uint64_t)(one % weight),
				    .deadline = t->deadline,
				    .since = t->since};
	if (before == 0) {
		t->deadline = d->now;
		t->since = ++d->waiting;
		advance(t);
	} else {
		t->deadline = d->now + fixed_scale(t->deadline - d->now, before, weight);
	}
	tournament_set(&d->earliest, which, tournament_queue(t->deadline, t->since));
}

/* Deadlines grow for ever and words do not. */
static void rebase(struct deadline_round *d)
{
	for (size_t i = 0; i < d->count; i++) {
		struct deadline_turn *t = &d->turn[i];
		t->deadline -= t->weight > 0 ? d->now : 0;
		tournament_seat(&d->earliest, i, t->weight > 0 ? tournament_queue(t->deadline, t->since) : TOURNAMENT_OUT);
	}
	tournament_play(&d->earliest, d->count);
	d->now = 0;
}

int deadline_pick(struct deadline_round *d)
{
	int picked = tournament_first(&d->earliest);

	if (picked < 0)
		return -1;
	struct deadline_turn *t = &d->turn[picked];
	d->now = t->deadline;
	if (d->now >= REBASE)
		rebase(d);
	t->since = ++d->waiting;
	advance(t);
	tournament_set(&d->earliest, (size_t)picked, tournament_queue(t->deadline, t->since));
	return picked;
}
