// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which of many servers comes first, kept up to date one change at a time: a tournament tree. Asking costs nothing, a
 * change one comparison a level. Among equals the earlier in the list wins, as everywhere in IPVS.
 *
 * A server plays by one whole number, and the least wins. Fractions are such numbers, too: load / weight with 64 bits
 * behind the point orders exactly as the fractions do, and equal ones are equal, as long as no weight is above 2^32,
 * because two different ones then are 2^-64 apart at least. The last bits are the place in the list: no two keys are
 * the same, and a node of the tree is nothing but the key that wins there.
 */
#ifndef VL_BALANCER_TOURNAMENT_H
#define VL_BALANCER_TOURNAMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 tournament_key;

#define TOURNAMENT_BITS 20              /* of the place in the list */
#define TOURNAMENT_ROOM (1u << TOURNAMENT_BITS)
#define TOURNAMENT_OUT (~(tournament_key)0)     /* not in the game */

/* Least load / weight first: load below 2^43, weight up to 2^32; 0: out. */
static inline tournament_key tournament_fraction(uint64_t load, uint64_t weight)
{
	return weight > 0 ? ((tournament_key)load << 64) / weight << TOURNAMENT_BITS : TOURNAMENT_OUT;
}

/* Least load first, of equal ones the smaller `since`, which is below 2^44. */
static inline tournament_key tournament_queue(uint64_t load, uint64_t since)
{
	return (tournament_key)load << 64 | since << TOURNAMENT_BITS;
}

/* The heaviest first; 0: out. */
static inline tournament_key tournament_heaviest(uint64_t weight)
{
	return weight > 0 ? (tournament_key)(UINT64_MAX - weight) << 64 : TOURNAMENT_OUT;
}

/* Back again: of tournament_queue, of tournament_heaviest (0: out). */
static inline uint64_t tournament_load(tournament_key key)
{
	return (uint64_t)(key >> 64);
}

static inline uint64_t tournament_weight(tournament_key key)
{
	return UINT64_MAX - (uint64_t)(key >> 64);
}

struct tournament {
	tournament_key *node;           /* node i has the children 2i and 2i + 1, the root is 1 */
	size_t leaves;                  /* a power of two */
};

/* False: no memory, or more than TOURNAMENT_ROOM. Nobody is in the game. */
bool tournament_init(struct tournament *t, size_t room);
void tournament_fini(struct tournament *t);

void tournament_set(struct tournament *t, size_t which, tournament_key key);
/* For many changes at once: seat each of 0..count-1, then play; all others leave. */
void tournament_seat(struct tournament *t, size_t which, tournament_key key);
void tournament_play(struct tournament *t, size_t count);

static inline tournament_key tournament_key_of(const struct tournament *t, size_t which)
{
	return t->node[t->leaves + which];
}

/* -1: nobody is in the game. */
static inline int tournament_first(const struct tournament *t)
{
	return t->node[1] != TOURNAMENT_OUT ? (int)((uint32_t)t->node[1] & (TOURNAMENT_ROOM - 1)) : -1;
}

/* Of tournament_heaviest: the first of the list, from `from` on, of at least this weight (1: anybody), or -1. */
int tournament_next(const struct tournament *t, size_t from, uint64_t weight);

#endif
