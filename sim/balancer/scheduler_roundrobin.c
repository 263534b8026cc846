// SPDX-License-Identifier: BSD-2-Clause
/*
 * HAProxy's roundrobin: servers on a line of positions, the next turn of each (sum of weights) / weight behind its
 * last, remainders carried. A window of the line is `sum of weights` long; who finds no place in it waits for the
 * next, heaviest first. Waiting servers fill the holes of the window. Weights are HAProxy's effective ones.
 *
 * As there, a new weight pulls the next turn nearer but does not push it away, and who comes back is put as far behind
 * as the rest of this window and the next are for his weight: after a very short absence that may be a few hundred
 * turns. Unlike there, a full server leaves the line instead of being passed over in it.
 */
#include <stdlib.h>

#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define USER_WEIGHTS 256                /* the unit of the sorting keys */

enum line { AWAY, THIS_WINDOW, WAITING_A, WAITING_B, LINES };

struct turn {
	uint64_t last, next;            /* positions; next 0: never had a turn in this window */
	uint64_t rest, weight;
	enum line line;
};

struct scheduler {
	struct tournament order[LINES]; /* [AWAY] is not used */
	struct turn *turn;
	enum line first, later;         /* which of the two waits for this window, which for the next */
	uint64_t position, window, weight;      /* of the line; lengths of this window and of the next */
	uint64_t queued;
};

static void roundrobin_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	for (enum line line = THIS_WINDOW; line < LINES; line++)
		tournament_fini(&s->order[line]);
	free(s->turn);
	free(s);
}

static struct scheduler *roundrobin_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)options;
	(void)dice;
	if (s == NULL)
		return NULL;
	s->turn = calloc(room + 1, sizeof *s->turn);
	bool made = s->turn != NULL;
	for (enum line line = THIS_WINDOW; line < LINES; line++)
		made = made && tournament_init(&s->order[line], room);
	if (made)
		return s;
	roundrobin_free(s);
	return NULL;
}

static void put(struct scheduler *s, size_t i, enum line line, uint64_t key)
{
	s->turn[i].line = line;
	tournament_set(&s->order[line], i, tournament_queue(key, ++s->queued));
}

static void wait_for(struct scheduler *s, size_t i, enum line line)
{
	put(s, i, line, HAPROXY_WEIGHT_MAX - s->turn[i].weight);
}

static void leave_line(struct scheduler *s, size_t i)
{
	if (s->turn[i].line != AWAY)
		tournament_set(&s->order[s->turn[i].line], i, TOURNAMENT_OUT);
	s->turn[i].line = AWAY;
}

/* Into the window when the turn lies in it, else among those who wait. */
static void queue(struct scheduler *s, size_t i)
{
	struct turn *t = &s->turn[i];

	if (t->next >= 2 * s->window || t->next >= s->window + s->weight) {
		t->next -= s->window;
		wait_for(s, i, s->later);
	} else {
		put(s, i, THIS_WINDOW,
		    USER_WEIGHTS * t->next + (HAPROXY_WEIGHT_MAX + t->rest - t->weight) / HAPROXY_WEIGHT_SCALE);
	}
}

static void come(struct scheduler *s, size_t i, uint64_t weight)
{
	struct turn *t = &s->turn[i];

	t->weight = weight;
	s->weight += weight;
	/* The rest of this window and the next one: less than nothing when that one is much shorter. */
	uint64_t ahead = s->weight + s->window, rest = ahead > s->position ? ahead - s->position : 0;
	t->next = s->position + rest / weight;
	queue(s, i);
}

static void go(struct scheduler *s, size_t i)
{
	s->weight -= s->turn[i].weight;
	leave_line(s, i);
}

static void reweigh(struct scheduler *s, size_t i, uint64_t weight)
{
	struct turn *t = &s->turn[i];
	enum line line = t->line;

	s->weight += weight - t->weight;
	t->weight = weight;
	leave_line(s, i);
	if (line == s->first) {
		wait_for(s, i, line);
		return;
	}
	if (line == s->later)
		t->next += s->window;
	uint64_t step = s->weight / weight, before = t->next;
	t->next = t->last + step < before ? t->last + step : before;
	t->rest = 0;
	if (t->next < s->position + 2)
		t->next = s->position + step;
	queue(s, i);
}

static void roundrobin_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	if (which >= 0) {
		const struct scheduler_server *server = &view->server[which];
		struct turn *t = &s->turn[which];
		uint64_t weight = scheduler_haproxy_weight(server);
		bool there = scheduler_may_have(server);
		if (!there && t->line != AWAY)
			go(s, (size_t)which);
		else if (there && t->line == AWAY)
			come(s, (size_t)which, weight);
		else if (there && t->weight != weight)
			reweigh(s, (size_t)which, weight);
		return;
	}
	for (enum line line = THIS_WINDOW; line < LINES; line++)
		tournament_play(&s->order[line], 0);
	s->first = WAITING_A;
	s->later = WAITING_B;
	s->weight = s->queued = 0;
	for (size_t i = 0; i < view->count; i++) {
		s->turn[i] = (struct turn){.line = AWAY};
		if (!scheduler_may_have(&view->server[i]))
			continue;
		s->turn[i].weight = scheduler_haproxy_weight(&view->server[i]);
		s->weight += s->turn[i].weight;
		wait_for(s, i, s->first);
	}
	s->position = s->window = s->weight;
}

/* The first in the window; where it has a hole, or ends, one of those who wait for it. */
static int first_of(struct scheduler *s)
{
	int first = tournament_first(&s->order[THIS_WINDOW]);

	if (first >= 0 && s->turn[first].next <= s->position)
		return first;
	int waiting = tournament_first(&s->order[s->first]);
	if (waiting < 0)
		return first;
	s->turn[waiting].next = s->turn[waiting].rest = 0;
	return waiting;
}

static void next_window(struct scheduler *s)
{
	enum line first = s->first;

	s->first = s->later;
	s->later = first;
	s->position = s->window = s->weight;
}

static int roundrobin_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	if (s->weight == 0)
		return -1;
	if (s->window == 0)
		s->position = s->window = s->weight;
	int picked = first_of(s);
	if (picked < 0) {
		next_window(s);
		picked = first_of(s);
	}
	struct turn *t = &s->turn[picked];
	t->last = t->next != 0 ? t->next : s->position;
	t->next = t->last + s->weight / t->weight;
	t->rest += s->weight % t->weight;
	if (t->rest >= t->weight) {
		t->rest -= t->weight;
		t->next++;
	}
	leave_line(s, (size_t)picked);
	s->position++;
	queue(s, (size_t)picked);
	return picked;
}

const struct scheduler_ops SCHEDULER_ROUNDROBIN = {
	.name = "roundrobin",
	.title = "HAProxy's weighted round robin",
	.slow_start = true,
	.make = roundrobin_make,
	.free = roundrobin_free,
	.changed = roundrobin_changed,
	.pick = roundrobin_pick,
};
