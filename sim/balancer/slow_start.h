// SPDX-License-Identifier: BSD-2-Clause
/*
 * How a server that came back gets its weight again: the laws of balancer.md 1.5, as integer arithmetic.
 *
 *      none      the full weight at once
 *      linear    t / S (KEMP is modelled as this: its law is not published)
 *      haproxy   16 steps, looked at once a second: ceil(w * (1 + floor(16 t/S)) / 16)
 *      envoy     max(floor, (t/S)^(1/aggression)), continuous
 *      f5        t / S, looked at once a second
 */
#ifndef VL_BALANCER_SLOW_START_H
#define VL_BALANCER_SLOW_START_H

#include <stdint.h>

#include "sim/base/status.h"
#include "sim/base/time.h"

enum slow_start_law {
	SLOW_START_NONE = 0,
	SLOW_START_LINEAR,
	SLOW_START_HAPROXY,
	SLOW_START_ENVOY,
	SLOW_START_F5,
};

struct slow_start_config {
	enum slow_start_law law;
	vl_time window;                 /* S */
	uint32_t aggression_milli;      /* Envoy: 1000 is 1.0, which 0 means too; 100 to 10000 */
	uint32_t floor_percent;         /* Envoy: min_weight_percent; 0 means 10 */
};

struct vl_status slow_start_check(const struct slow_start_config *c);

/* The effective weight of a server of configured `weight` (1-65535), in SCHEDULER_WEIGHT_ONE units, `up` after it
 * came back: at least 1, so that it can be picked. */
uint64_t slow_start_weight(const struct slow_start_config *c, uint32_t weight, vl_time up);

/* When the weight changes next, counted from the moment it came back; VL_NEVER behind the window. A continuous law is
 * looked at every window / 256, at least each millisecond. */
vl_time slow_start_next(const struct slow_start_config *c, vl_time up);

#endif
