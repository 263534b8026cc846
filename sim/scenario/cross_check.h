// SPDX-License-Identifier: BSD-2-Clause
/*
 * The oracle against the analyzers, a free test of both in every run. Every conflict that an analyzer proved
 * must be one for the oracle; every conflict that the oracle saw for more than three intervals must have been
 * found, unless the script says why it cannot be heard (`unheard:`), with a reason that fits what the oracle knows
 * of it. A reason that excuses nothing is a failure, too: where chance decides, with the script's own seed.
 *
 * What comes from outside (a replayed capture) is beyond the oracle: it knows nodes. So a finding of which a speaker
 * is an outsider is not compared, nor a conflict on an ID on which outsiders speak: their frames starve, delay and
 * drown what would show it. `unheard:` and `suspends:` are then not asked whether they are needed.
 *
 * While a flood speaks for an ID, or a VLAN leaks into another, a finding about that ID or in that VLAN may be about
 * frames that no router there sent: it is not compared. Codes that the oracle has no word for (advert-starvation, vip-foreign-mac) are not compared.
 */
#ifndef VL_SCENARIO_CROSS_CHECK_H
#define VL_SCENARIO_CROSS_CHECK_H

#include "sim/scenario/expect.h"

#define CROSS_CHECK_INTERVALS 3

/* Calls `disagree` with a failed check for each disagreement. False: no memory. */
bool cross_check(const struct expect_context *c, void *context,
		 void (*disagree)(void *context, const struct check *check));

#endif
