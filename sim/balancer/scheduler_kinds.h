// SPDX-License-Identifier: BSD-2-Clause
/* The schedulers, one a file: scheduler_<name>.c. A new one is a file, a line here and one in the list of scheduler.c. */
#ifndef VL_BALANCER_SCHEDULER_KINDS_H
#define VL_BALANCER_SCHEDULER_KINDS_H

#include "sim/balancer/scheduler.h"

extern const struct scheduler_ops SCHEDULER_RR, SCHEDULER_WRR, SCHEDULER_SMOOTH_WRR, SCHEDULER_EDF, SCHEDULER_LC,
	SCHEDULER_WLC, SCHEDULER_SED, SCHEDULER_NQ, SCHEDULER_LEASTCONN, SCHEDULER_FO, SCHEDULER_OVF;

#endif
