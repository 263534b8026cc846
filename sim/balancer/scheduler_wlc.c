// SPDX-License-Identifier: BSD-2-Clause
/*
 * Weighted least connection (IPVS wlc, KEMP): least load for its weight, compared by cross-multiplication. The first in
 * the list keeps a tie.
 */
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

static tournament_key key(const struct scheduler_server *s)
{
	return tournament_fraction(scheduler_ipvs_load(s), s->weight);
}

static struct scheduler *make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)options;
	(void)dice;
	return scheduler_rule_make(room, key);
}

const struct scheduler_ops SCHEDULER_WLC = {
	.name = "wlc",
	.title = "weighted least connection",
	.slow_start = true,
	.make = make,
	.free = scheduler_rule_free,
	.changed = scheduler_rule_changed,
	.counted = scheduler_rule_counted,
	.pick = scheduler_rule_pick,
};
