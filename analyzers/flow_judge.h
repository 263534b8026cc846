// SPDX-License-Identifier: BSD-2-Clause
/*
 * The contract of the balancer's judges: each hears what happens to flows (flows.h) and finds something in it. They share
 * one tracker; balance.h puts them together as one analyzer.
 *
 * A judge allocates when it is made. Its findings wait in a bounded list until they are polled; what has changed since is
 * given again after finish (analyzer.h).
 */
#ifndef VL_ANALYZERS_FLOW_JUDGE_H
#define VL_ANALYZERS_FLOW_JUDGE_H

#include "analyzers/finding_list.h"
#include "analyzers/flows.h"

struct flow_judge_ops {
	const char *name;
	/* The tracker is borrowed. NULL: no memory. */
	void *(*new)(const struct flows *flows);
	void (*free)(void *self);
	void (*event)(void *self, const struct flow_event *e, struct finding_list *found);
	/* Time has come to `now`: called at least once a second while there is traffic. */
	void (*second)(void *self, vl_time now, struct finding_list *found);
	void (*finish)(void *self, vl_time now, struct finding_list *found);
};

extern const struct flow_judge_ops storm_judge;         /* storm.c: `storm' */
extern const struct flow_judge_ops snat_judge;          /* snat.c: `snat-imbalance' */
extern const struct flow_judge_ops affinity_judge;      /* affinity.c: `affinity-lost' */
extern const struct flow_judge_ops failure_judge;       /* failure.c: `black-hole', `server-resets', `syn-unanswered' */

/* A finding about a service and one of its servers, begun at `begin` and known now. */
struct finding *flow_judge_find(struct finding_list *found, const struct flows *flows, const char *code, uint16_t service,
				uint16_t server, vl_time begin, vl_time now);

#endif
