// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scheduler that is one tournament by one rule: the least-connection family, fo, ovf. Such a file states its rule,
 * what a server weighs in the game, and takes these functions.
 */
#ifndef VL_BALANCER_SCHEDULER_RULE_H
#define VL_BALANCER_SCHEDULER_RULE_H

#include "sim/balancer/scheduler.h"
#include "sim/balancer/tournament.h"

/* Only asked of servers that may have a connection. */
typedef tournament_key (*scheduler_rule)(const struct scheduler_server *s);

/* For .make of the scheduler. */
struct scheduler *scheduler_rule_make(size_t room, scheduler_rule rule);
void scheduler_rule_free(struct scheduler *s);
void scheduler_rule_changed(struct scheduler *s, const struct scheduler_view *view, int which);
void scheduler_rule_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which);
int scheduler_rule_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now);

/* The same for schedulers with more than one tournament. */
void tournament_follow(struct tournament *t, scheduler_rule rule, const struct scheduler_view *view, int which);

static inline bool scheduler_may_have(const struct scheduler_server *s)
{
	return s->usable && s->weight > 0;
}

/* In the table of a hash: it may have connections, or might but for a limit. */
static inline bool scheduler_in_table(const struct scheduler_server *s)
{
	return s->weight > 0 && (s->usable || s->full);
}

/* Whole configured units. */
static inline uint64_t scheduler_units(const struct scheduler_server *s)
{
	return s->full_weight / SCHEDULER_WEIGHT_ONE;
}

/* A client's address as the hashes of IPVS and HAProxy fold it: its words in host order, exclusive or. */
uint32_t scheduler_fold(const struct ip_addr *a);

/* random, two-choices. */
struct vl_status scheduler_check_draws(const char *name, const struct scheduler_options *options);
static inline unsigned scheduler_draws(const struct scheduler_options *options)
{
	return options->draws != 0 ? options->draws : 2;
}

/* How much of its own weight a server has: SCHEDULER_WEIGHT_ONE but for its slow start. */
static inline uint64_t scheduler_ramp(const struct scheduler_server *s)
{
	if (s->weight >= s->full_weight)
		return SCHEDULER_WEIGHT_ONE;
	uint64_t ramp = s->weight * SCHEDULER_WEIGHT_ONE / s->full_weight;
	return ramp > 0 ? ramp : 1;
}

/* IPVS' load of least connection: 256 for an active one, and 1 for each that is there (ip_vs_dest_conn_overhead). */
static inline uint64_t scheduler_ipvs_load(const struct scheduler_server *s)
{
	return UINT64_C(257) * s->active + s->inactive;
}

/* HAProxy's effective weight: 16 for a configured unit, at most 256 of those; rounded up. */
#define HAPROXY_WEIGHT_SCALE 16
#define HAPROXY_WEIGHT_MAX 4096
static inline uint64_t scheduler_haproxy_weight(const struct scheduler_server *s)
{
	uint64_t weight = (s->weight * HAPROXY_WEIGHT_SCALE + SCHEDULER_WEIGHT_ONE - 1) / SCHEDULER_WEIGHT_ONE;

	return weight < HAPROXY_WEIGHT_MAX ? weight : HAPROXY_WEIGHT_MAX;
}

/* load_b / weight_b < load_a / weight_a, exactly, for weights above 0: for those who compare two and no more. */
static inline bool less_loaded(uint64_t load_b, uint64_t weight_b, uint64_t load_a, uint64_t weight_a)
{
	return (tournament_key)load_b * weight_a < (tournament_key)load_a * weight_b;
}

/* sed, nq: what the next connection would find. */
tournament_key scheduler_expected_delay(const struct scheduler_server *s);

#endif
