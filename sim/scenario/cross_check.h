// SPDX-License-Identifier: BSD-2-Clause
/*
 * The oracle against the analyzers, a free test of both in every run. Every conflict that an analyzer proved
 * must be one for the oracle; every conflict that the oracle saw for more than three intervals must have been
 * found, unless the script says why it cannot be heard (`unheard:`), with a reason that fits what the oracle knows
 * of it. A reason that excuses nothing is a failure, too: where chance decides, with the script's own seed.
 *
 * Codes that the oracle has no word for (advert-starvation, vip-foreign-mac) are not compared.
 */
#ifndef VL_SCENARIO_CROSS_CHECK_H
#define VL_SCENARIO_CROSS_CHECK_H

#include "sim/scenario/expect.h"

#define CROSS_CHECK_INTERVALS 3

/* Calls `disagree` with a failed check for each disagreement. False: no memory. */
bool cross_check(const struct expect_context *c, void *context,
		 void (*disagree)(void *context, const struct check *check));

#endif
