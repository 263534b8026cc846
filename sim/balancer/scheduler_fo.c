// SPDX-License-Identifier: BSD-2-Clause
/*
 * Weighted failover (IPVS fo; KEMP: fixed weighting): the heaviest server that is there gets everything, the first in
 * the list of equal ones.
 */
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

static tournament_key key(const struct scheduler_server *s)
{
	return tournament_heaviest(s->full_weight);
}

static struct scheduler *make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)options;
	(void)dice;
	return scheduler_rule_make(room, key);
}

const struct scheduler_ops SCHEDULER_FO = {
	.name = "fo",
	.title = "fixed weighting: all to the heaviest",
	.slow_start = false,
	.make = make,
	.free = scheduler_rule_free,
	.changed = scheduler_rule_changed,
	.pick = scheduler_rule_pick,
};
