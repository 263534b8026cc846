// SPDX-License-Identifier: BSD-2-Clause
/* What no record of a run says: addresses, weights and schedulers of its services, as the script has them. */
#ifndef VL_DASHBOARD_SCENARIO_SEED_H
#define VL_DASHBOARD_SCENARIO_SEED_H

#include "analyzers/dashboard/model.h"
#include "sim/scenario/scenario.h"

void scenario_seed(struct model *m, const struct scenario *what);

#endif
