// SPDX-License-Identifier: BSD-2-Clause
/*
 * Overflow (IPVS ovf): the heaviest server whose active connections are not above its weight, which is its capacity:
 * so each ends at weight + 1. The first in the list of equal ones.
 */
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

static tournament_key key(const struct scheduler_server *s)
{
	bool full = s->active > s->full_weight / SCHEDULER_WEIGHT_ONE;

	return tournament_heaviest(full ? 0 : s->full_weight);
}

static struct scheduler *make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)options;
	(void)dice;
	return scheduler_rule_make(room, key);
}

const struct scheduler_ops SCHEDULER_OVF = {
	.name = "ovf",
	.title = "overflow: the heaviest until it is full",
	.slow_start = false,
	.make = make,
	.free = scheduler_rule_free,
	.changed = scheduler_rule_changed,
	.counted = scheduler_rule_counted,
	.pick = scheduler_rule_pick,
};
