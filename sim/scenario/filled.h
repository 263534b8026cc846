// SPDX-License-Identifier: BSD-2-Clause
/* What a virtual router of a script comes to when its kind has filled in what the script leaves open. */
#ifndef VL_SCENARIO_FILLED_H
#define VL_SCENARIO_FILLED_H

#include "sim/scenario/scenario.h"

/* The same with everything said: it builds the same virtual router, of any kind. Texts and lists are those of *from.
 * False: it cannot be built. */
bool filled_vrrp(const struct scenario_node *n, const struct scenario_vrrp *from, struct scenario_vrrp *to);

#endif
