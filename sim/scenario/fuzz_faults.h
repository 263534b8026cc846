// SPDX-License-Identifier: BSD-2-Clause
/*
 * Random faults on a scenario: drawn from named streams of a seed, kept as plain values that can be left out, made
 * shorter and rounder one by one, and written as steps of a timeline. Each fault takes back what it did, at its end
 * at the latest, so that any choice of them leaves the scenario healed. Some are boxes that nobody ordered: see
 * fuzz_guests.h. A switch that stops learning is a switch of that make all the time, and no step.
 */
#ifndef VL_SCENARIO_FUZZ_FAULTS_H
#define VL_SCENARIO_FUZZ_FAULTS_H

#include <stdio.h>

#include "sim/scenario/invariant.h"

#define FUZZ_FAULTS 64                  /* of one schedule */
#define FUZZ_NODES 64                   /* of a base scenario */

#define FUZZ_KINDS(X)                    \
	X(FUZZ_CRASH, "crash")           \
	X(FUZZ_STOP, "stop")             \
	X(FUZZ_RESTART, "restart")       \
	X(FUZZ_PAUSE, "pause")           \
	X(FUZZ_LINK, "link")             \
	X(FUZZ_FLAP, "flap")             \
	X(FUZZ_CUT, "cut")               \
	X(FUZZ_PARTITION, "partition")   \
	X(FUZZ_DEAF, "deaf")             \
	X(FUZZ_LOSS, "loss")             \
	X(FUZZ_BURST, "burst")           \
	X(FUZZ_DROP, "drop")             \
	X(FUZZ_LATENCY, "latency")       \
	X(FUZZ_DELAY, "delay")           \
	X(FUZZ_REORDER, "reorder")       \
	X(FUZZ_DUPLICATE, "duplicate")   \
	X(FUZZ_CORRUPT, "corrupt")       \
	X(FUZZ_BANDWIDTH, "bandwidth")   \
	X(FUZZ_DRIFT, "drift")           \
	X(FUZZ_SLOW, "slow")             \
	X(FUZZ_MOVE, "move")             \
	X(FUZZ_FLOOD, "flood")           \
	X(FUZZ_LEAK, "leak")             \
	X(FUZZ_TRUNK, "trunk")           \
	X(FUZZ_LEARNING, "learning")     \
	X(FUZZ_ROGUE, "rogue")           \
	X(FUZZ_TWIN, "twin")             \
	X(FUZZ_DUEL, "duel")             \
	X(FUZZ_CAMP, "camp")

enum fuzz_kind {
#define X(constant, word) constant,
	FUZZ_KINDS(X)
#undef X
	FUZZ_KIND_COUNT
};

/* What faults are drawn for. */
struct fuzz_base {
	const struct scenario *scenario;        /* borrowed */
	struct build world;                     /* never run: for the configurations of its virtual routers */
	struct invariants *members;
	bool has_routers[FUZZ_NODES];           /* others are not switched off: nobody starts their pings again */
	vl_time settled;                        /* without faults, by then */
	vl_time wait;                           /* after the last fault, so long until it is as expected */
	vl_time interval;                       /* the longest between advertisements */
};

struct fuzz_fault {
	enum fuzz_kind kind;
	unsigned node;                  /* index in the base scenario; of a guest: whose virtual router it is about */
	unsigned other;                 /* deafness: who is not heard; flood: whose virtual router it is about */
	unsigned interface;             /* move, flood: of the node */
	unsigned segment;               /* partition, leak, trunk, learning; where a move goes */
	unsigned member;                /* flood, guests: the virtual router, by the number of the member */
	unsigned slot;                  /* guests: which of its kind, from 0 */
	uint16_t vlan[2];               /* leak: from, to */
	uint64_t sides;                 /* partition: a bit for each node, the side it is on */
	vl_time begin, end;             /* equal for what has no length */
	uint64_t number;                /* how much: the kind says of what */
	unsigned way;                   /* enum scenario_direction */
};

struct fuzz_schedule {
	struct fuzz_fault fault[FUZZ_FAULTS];
	size_t count;
};

const char *fuzz_kind_word(enum fuzz_kind kind);

/* Draws a schedule: all faults begin before `until` and are over by then. */
void fuzz_draw(struct fuzz_schedule *out, const struct fuzz_base *b, uint64_t seed, vl_time until);

/* Writes its steps, a line each, as items of `timeline:`. `gone` are nodes that the scenario has no more. */
void fuzz_print_fault(FILE *to, const struct fuzz_base *b, const struct fuzz_fault *f, uint64_t gone);

/* True when the fault is about this node. */
bool fuzz_names(const struct fuzz_fault *f, unsigned node);

/* Advertisements that it still may take after its begin. */
uint64_t fuzz_pending_drops(const struct fuzz_fault *f);

/* True when hosts may believe something wrong of a virtual address after it is over. */
bool fuzz_misleads(const struct fuzz_fault *f);

#endif
