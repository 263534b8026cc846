// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which of many servers comes first, kept up to date one change at a time: a tournament tree over keys. Asking costs
 * nothing, a change one comparison a level. The least load for its weight wins; of equal ones the one that waits
 * longest where the rule says so, else the earlier in the list, as everywhere in IPVS.
 */
#ifndef VL_BALANCER_TOURNAMENT_H
#define VL_BALANCER_TOURNAMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tournament_key {
	uint64_t load, weight;          /* least load / weight, compared exactly; weight 0: out of the game */
	uint64_t since;                 /* among equals the smaller; 0 throughout: the order of the list */
};

struct tournament {
	uint32_t *winner;               /* of each subtree: node i has the children 2i and 2i + 1, the root is 1 */
	struct tournament_key *key;
	size_t leaves;                  /* a power of two */
};

bool tournament_init(struct tournament *t, size_t room);        /* false: no memory; nobody is in the game */
void tournament_fini(struct tournament *t);

void tournament_set(struct tournament *t, size_t which, struct tournament_key key);
void tournament_leave(struct tournament *t, size_t which);
/* For many changes at once: write keys (weight 0: out) of 0..count-1, all others leave, then play it all. */
void tournament_play(struct tournament *t, size_t count);

static inline bool tournament_has(const struct tournament *t, size_t which)
{
	return t->key[which].weight > 0;
}

/* -1: nobody is in the game. */
static inline int tournament_first(const struct tournament *t)
{
	return tournament_has(t, t->winner[1]) ? (int)t->winner[1] : -1;
}

/* Where all loads are equal, so that the heaviest wins: the first of the list, from `from` on, of at least this weight
 * (1: anybody), or -1. */
int tournament_next(const struct tournament *t, size_t from, uint64_t weight);

/* load_b / weight_b < load_a / weight_a, exactly, for weights above 0. */
__extension__ typedef unsigned __int128 tournament_wide;
static inline bool less_loaded(uint64_t load_b, uint64_t weight_b, uint64_t load_a, uint64_t weight_a)
{
	return (tournament_wide)load_b * weight_a < (tournament_wide)load_a * weight_b;
}

#endif
