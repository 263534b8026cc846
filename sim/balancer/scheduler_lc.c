// SPDX-License-Identifier: BSD-2-Clause
/*
 * Least connection (IPVS lc, KEMP): the server of least load, whatever its weight as long as it has one. The first in
 * the list keeps a tie. Load as IPVS counts it: an idle or finished connection only breaks ties. While a server's slow
 * start lasts, its load counts as much more as its weight is less than whole.
 */
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

static tournament_key key(const struct scheduler_server *s)
{
	return tournament_fraction(scheduler_ipvs_load(s), scheduler_ramp(s));
}

static struct scheduler *make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)options;
	(void)dice;
	return scheduler_rule_make(room, key);
}

const struct scheduler_ops SCHEDULER_LC = {
	.name = "lc",
	.title = "least connection",
	.slow_start = true,
	.make = make,
	.free = scheduler_rule_free,
	.changed = scheduler_rule_changed,
	.counted = scheduler_rule_counted,
	.pick = scheduler_rule_pick,
};
