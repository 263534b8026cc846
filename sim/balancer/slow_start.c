// SPDX-License-Identifier: BSD-2-Clause
/* The laws, one function each: the fraction of the weight after a time, as Q32. */
#include "sim/balancer/slow_start.h"

#include <assert.h>

#include "sim/balancer/scheduler.h"
#include "sim/base/fixed.h"

#define HAPROXY_STEPS 16
#define LOOK_EVERY VL_S                 /* of the laws that a task of their own looks at */
#define ENVOY_FLOOR 10
#define ENVOY_FIRST VL_MS               /* Envoy: max(1 ms, t) */
#define MOMENTS 256                     /* at which a continuous law is looked at */

static vl_time whole_seconds(vl_time up)
{
	return up / LOOK_EVERY * LOOK_EVERY;
}

static uint64_t linear(const struct slow_start_config *c, vl_time up)
{
	return fixed_scale(up, FIXED_ONE, c->window);
}

static uint64_t haproxy(const struct slow_start_config *c, vl_time up)
{
	uint64_t steps = 1 + fixed_scale(whole_seconds(up), HAPROXY_STEPS, c->window);

	return steps >= HAPROXY_STEPS ? FIXED_ONE : steps * (FIXED_ONE / HAPROXY_STEPS);
}

static uint64_t envoy(const struct slow_start_config *c, vl_time up)
{
	uint64_t floor = (c->floor_percent != 0 ? c->floor_percent : ENVOY_FLOOR) * FIXED_ONE / 100;
	uint32_t aggression = c->aggression_milli != 0 ? c->aggression_milli : 1000;
	uint64_t x = fixed_scale(up < ENVOY_FIRST ? ENVOY_FIRST : up, FIXED_ONE, c->window);
	uint64_t fraction = fixed_power(x < FIXED_ONE ? x : FIXED_ONE, 1000, aggression);

	return fraction > floor ? fraction : floor;
}

static uint64_t f5(const struct slow_start_config *c, vl_time up)
{
	return linear(c, whole_seconds(up));
}

static const struct {
	uint64_t (*fraction)(const struct slow_start_config *c, vl_time up);
	bool continuous;
} LAW[] = {
	[SLOW_START_LINEAR] = {linear, true},
	[SLOW_START_HAPROXY] = {haproxy, false},
	[SLOW_START_ENVOY] = {envoy, true},
	[SLOW_START_F5] = {f5, false},
};

struct vl_status slow_start_check(const struct slow_start_config *c)
{
	if (c->law == SLOW_START_NONE)
		return vl_status_ok();
	if (c->window < VL_S || c->window > 3600 * VL_S)
		return vl_refuse(VL_INVALID, "slow start: the window is 1 s to 1 h");
	if (c->aggression_milli != 0 && (c->aggression_milli < 100 || c->aggression_milli > 10000))
		return vl_refuse(VL_INVALID, "slow start: the aggression is 0.1 to 10");
	if (c->floor_percent > 100)
		return vl_refuse(VL_INVALID, "slow start: the floor is 0 to 100 percent");
	return vl_status_ok();
}

uint64_t slow_start_weight(const struct slow_start_config *c, uint32_t weight, vl_time up)
{
	uint64_t full = (uint64_t)weight * SCHEDULER_WEIGHT_ONE;

	if (c->law == SLOW_START_NONE || up >= c->window)
		return full;
	/* Rounded up, as HAProxy does, and never nothing: a server that is up, perhaps the only one, can be picked. */
	uint64_t fraction = LAW[c->law].fraction(c, up);
	uint64_t ramped = (full * (fraction >> 16) + 65535) / 65536;
	return ramped > 0 || full == 0 ? ramped : 1;
}

vl_time slow_start_next(const struct slow_start_config *c, vl_time up)
{
	if (c->law == SLOW_START_NONE || up >= c->window)
		return VL_NEVER;
	vl_time every = LOOK_EVERY;
	if (LAW[c->law].continuous)
		every = c->window / MOMENTS > VL_MS ? c->window / MOMENTS : VL_MS;
	vl_time next = (up / every + 1) * every;
	return next < c->window ? next : c->window;
}
