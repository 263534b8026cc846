// SPDX-License-Identifier: BSD-2-Clause
/*
 * Keys lie in an array of their own, because a whole server takes more than a cache line. Who is out of the game has
 * the key 1/0: it loses to everybody by the same comparison, and there is no special case on the way up.
 */
#include "sim/balancer/tournament.h"

#include <stdlib.h>

static const struct tournament_key OUT = {.load = 1, .weight = 0, .since = 0};

bool tournament_init(struct tournament *t, size_t room)
{
	t->leaves = 1;
	while (t->leaves < room)
		t->leaves *= 2;
	t->winner = calloc(2 * t->leaves, sizeof *t->winner);
	t->key = calloc(t->leaves, sizeof *t->key);
	if (t->winner == NULL || t->key == NULL) {
		tournament_fini(t);
		return false;
	}
	for (size_t i = 0; i < t->leaves; i++)
		t->winner[t->leaves + i] = (uint32_t)i;
	tournament_play(t, 0);
	return true;
}

void tournament_fini(struct tournament *t)
{
	free(t->winner);
	free(t->key);
	*t = (struct tournament){0};
}

/* b, the later one, is better than a, not only as good. */
static bool better(const struct tournament_key *b, const struct tournament_key *a)
{
	tournament_wide load_b, load_a;

	if (b->weight == a->weight) {
		load_b = b->load;
		load_a = a->load;
	} else {
		load_b = (tournament_wide)b->load * a->weight;
		load_a = (tournament_wide)a->load * b->weight;
	}
	return load_b != load_a ? load_b < load_a : b->since < a->since;
}

static uint32_t match(const struct tournament *t, size_t node)
{
	uint32_t a = t->winner[2 * node], b = t->winner[2 * node + 1];

	return better(&t->key[b], &t->key[a]) ? b : a;
}

void tournament_set(struct tournament *t, size_t which, struct tournament_key key)
{
	t->key[which] = key.weight > 0 ? key : OUT;
	for (size_t node = (t->leaves + which) / 2; node > 0; node /= 2) {
		uint32_t winner = match(t, node);
		/* Who won before and still does has the same key: nothing changes further up. */
		if (winner == t->winner[node] && winner != which)
			break;
		t->winner[node] = winner;
	}
}

void tournament_leave(struct tournament *t, size_t which)
{
	tournament_set(t, which, OUT);
}

void tournament_play(struct tournament *t, size_t count)
{
	for (size_t i = 0; i < t->leaves; i++)
		if (i >= count || t->key[i].weight == 0)
			t->key[i] = OUT;
	for (size_t node = t->leaves - 1; node > 0; node--)
		t->winner[node] = match(t, node);
}

int tournament_next(const struct tournament *t, size_t from, uint64_t weight)
{
	if (from >= t->leaves)
		return -1;
	/* Up and to the right until a subtree has one, then down to its first. */
	size_t node = t->leaves + from;
	while (t->key[t->winner[node]].weight < weight) {
		while (node % 2 == 1)
			node /= 2;
		if (node == 0)
			return -1;
		node++;
	}
	while (node < t->leaves) {
		node *= 2;
		if (t->key[t->winner[node]].weight < weight)
			node++;
	}
	return (int)(node - t->leaves);
}
