// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a run's balancers are made of, as the first facts of its journal: who reads a journal alone (the dashboard, a report)
 * knows from them what no later record says. Part is the service's name.
 *
 *      "farm.service"  trace   vip port (the first; 0: all) scheduler persistence slow_start (its length, 0: none)
 *      "farm.server"   trace   server ip port (0: the client's) weight state: enable, drain, disable, absent
 */
#ifndef VL_SCENARIO_FARM_RECORDS_H
#define VL_SCENARIO_FARM_RECORDS_H

#include "sim/base/record.h"
#include "sim/scenario/scenario.h"

extern const struct record_kind FARM_SERVICE_KIND, FARM_SERVER_KIND;

/* Words are the scenario's, or constants. */
void farm_records(const struct scenario *s, void (*tell)(void *context, const struct record *r), void *context);

#endif
