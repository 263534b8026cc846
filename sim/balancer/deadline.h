// SPDX-License-Identifier: BSD-2-Clause
/*
 * Turns by deadlines (earliest deadline first): each turn of a server is due 1 / weight behind its last; the earliest
 * is picked, and of equal ones the one that waits longest: 4, 3, 2 makes ABCABACBA. A new weight stretches what is
 * left of the wait; who comes back waits one whole turn.
 *
 * Deadlines are whole numbers with a remainder carried from turn to turn, so that turn number k of a constant weight
 * is exactly floor(2^40 k / weight): equal fractions are equal, as 3/3 and 1/1 need not be in floating point.
 */
#ifndef VL_BALANCER_DEADLINE_H
#define VL_BALANCER_DEADLINE_H

#include "sim/balancer/tournament.h"

struct deadline_turn;

struct deadline_round {
	struct tournament earliest;
	struct deadline_turn *turn;
	uint64_t now;                   /* the deadline that was last met */
	uint64_t waiting;               /* numbers those who wait */
	size_t count;
};

bool deadline_init(struct deadline_round *d, size_t room);      /* false: no memory */
void deadline_fini(struct deadline_round *d);
void deadline_begin(struct deadline_round *d, size_t count);    /* anew, for so many; nobody has a weight yet */
/* In SCHEDULER_WEIGHT_ONE units, at most 2^32; 0: it may have none. */
void deadline_weigh(struct deadline_round *d, size_t which, uint64_t weight);
int deadline_pick(struct deadline_round *d);                    /* -1: nobody */

#endif
