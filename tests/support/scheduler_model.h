// SPDX-License-Identifier: BSD-2-Clause
/*
 * The schedulers once more, slow and obvious: lists that are walked, tables that are filled anew for each question,
 * products instead of keys. What the fast ones are held against (tests/balancer/scheduler_model_test.c). They are told
 * of the same changes and asked the same questions.
 */
#ifndef VL_TESTS_SUPPORT_SCHEDULER_MODEL_H
#define VL_TESTS_SUPPORT_SCHEDULER_MODEL_H

#include "sim/balancer/scheduler.h"

#define MODEL_ROOM 64
#define MODEL_IDS 1025

struct model_server {           /* by place in the list; each model uses what it needs */
	int64_t current;
	uint64_t credit;
	uint64_t weight;
	uint64_t turn, begun;           /* edf: how many since the last weight, and the deadline then */
	uint64_t key, since;
	uint64_t last, next, rest;      /* roundrobin */
	int line;
};

struct model {
	struct scheduler_options options;
	struct prng dice;
	struct model_server server[MODEL_ROOM];
	uint32_t id[MODEL_ROOM];        /* of the list */
	size_t count;
	size_t place;                   /* rr, wrr: whose turn is next */
	uint64_t level;
	uint64_t now, waiting;          /* edf, leastconn, roundrobin */
	uint64_t position, window, total;
	int first, later;
	uint64_t last_weight[MODEL_IDS];        /* mh, by id */
	vl_time look;
};

struct model_ops {
	const char *scheduler;
	struct scheduler_options options;
	void (*changed)(struct model *m, const struct scheduler_view *v, int which);
	void (*counted)(struct model *m, const struct scheduler_view *v, unsigned which);
	int (*pick)(struct model *m, const struct scheduler_view *v, const struct flow *flow, vl_time now);
};

/* The i-th; NULL behind the last. There is one at least for every scheduler. */
const struct model_ops *model_at(size_t i);

/* Parts, for the file of the hashes. */
bool model_may_have(const struct scheduler_server *s);
void model_smooth_changed(struct model *m, const struct scheduler_view *v, int which);
int model_smooth_pick(struct model *m, const struct scheduler_view *v, const uint64_t *weight);
extern const struct model_ops MODEL_HASHES[];
extern const size_t MODEL_HASHES_COUNT;

#endif
