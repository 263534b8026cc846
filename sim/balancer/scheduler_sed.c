// SPDX-License-Identifier: BSD-2-Clause
/*
 * Shortest expected delay (IPVS sed): least (active + 1) / weight. Of an idle farm the heaviest server gets the first
 * connections. The first in the list keeps a tie.
 */
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

static struct scheduler *make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	(void)options;
	(void)dice;
	return scheduler_rule_make(room, scheduler_expected_delay);
}

const struct scheduler_ops SCHEDULER_SED = {
	.name = "sed",
	.title = "shortest expected delay",
	.slow_start = true,
	.make = make,
	.free = scheduler_rule_free,
	.changed = scheduler_rule_changed,
	.counted = scheduler_rule_counted,
	.pick = scheduler_rule_pick,
};
