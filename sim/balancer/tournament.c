// SPDX-License-Identifier: BSD-2-Clause
/* A tree of minima. */
#include "sim/balancer/tournament.h"

#include <stdlib.h>

bool tournament_init(struct tournament *t, size_t room)
{
	*t = (struct tournament){.leaves = 1};
	if (room > TOURNAMENT_ROOM)
		return false;
	while (t->leaves < room)
		t->leaves *= 2;
	t->node = calloc(2 * t->leaves, sizeof *t->node);
	if (t->node == NULL)
		return false;
	tournament_play(t, 0);
	return true;
}

void tournament_fini(struct tournament *t)
{
	free(t->node);
	*t = (struct tournament){0};
}

static tournament_key seated(tournament_key key, size_t which)
{
	return key != TOURNAMENT_OUT ? key | which : key;
}

static tournament_key least(tournament_key a, tournament_key b)
{
	return b < a ? b : a;
}

void tournament_set(struct tournament *t, size_t which, tournament_key key)
{
	tournament_key *const node = t->node;
	tournament_key winner = seated(key, which);

	node[t->leaves + which] = winner;
	for (size_t i = t->leaves + which; i > 1; i /= 2) {
		winner = least(winner, node[i ^ 1]);
		/* Who won before and still does: nothing changes further up. */
		if (node[i / 2] == winner)
			return;
		node[i / 2] = winner;
	}
}

void tournament_seat(struct tournament *t, size_t which, tournament_key key)
{
	t->node[t->leaves + which] = seated(key, which);
}

void tournament_play(struct tournament *t, size_t count)
{
	tournament_key *const node = t->node;

	for (size_t i = count; i < t->leaves; i++)
		node[t->leaves + i] = TOURNAMENT_OUT;
	for (size_t i = t->leaves - 1; i > 0; i--)
		node[i] = least(node[2 * i], node[2 * i + 1]);
}

int tournament_next(const struct tournament *t, size_t from, uint64_t weight)
{
	const tournament_key *const node = t->node;

	if (from >= t->leaves)
		return -1;
	/* Up and to the right until a subtree has one, then down to its first. */
	size_t i = t->leaves + from;
	while (tournament_weight(node[i]) < weight) {
		while (i % 2 == 1)
			i /= 2;
		if (i == 0)
			return -1;
		i++;
	}
	while (i < t->leaves) {
		i *= 2;
		if (tournament_weight(node[i]) < weight)
			i++;
	}
	return (int)(i - t->leaves);
}
