// SPDX-License-Identifier: BSD-2-Clause
/* The three products' ways: see health_checker.h for each in words, balancer.md 3.1-3.5 for the sources. */
#include "sim/balancer/health_parts.h"
#include "sim/base/prng.h"

#define KEMP_STAGGER (10 * VL_MS)       /* between the first checks */

static vl_time later(vl_time a, vl_time b)
{
	return a > b ? a : b;
}

static bool is_silence(enum health_result r)
{
	return r == HEALTH_L3_TIMEOUT || r == HEALTH_L4_TIMEOUT || r == HEALTH_L7_TIMEOUT;
}

/* --- KEMP ------------------------------------------------------------------------------------------------ */

static void kemp_ended(struct health_check *c, enum health_result result, vl_time now)
{
	if (is_silence(result) && ++c->counter < c->c.retries) {
		c->next_at = now;
		return;
	}
	c->up = health_passed(result);
	c->counter = 0;
	c->next_at = later(vl_time_after(c->cycle_at, c->c.interval), now);
}

/* --- HAProxy --------------------------------------------------------------------------------------------- */

/* The counter: down below rise; rise + fall - 1 is up without a doubt. */
static vl_time haproxy_interval(const struct health_check *c)
{
	if (c->counter == c->c.rise + c->c.fall - 1)
		return c->c.interval;
	return c->counter == 0 ? c->c.down_interval : c->c.fast_interval;
}

static void haproxy_ended(struct health_check *c, enum health_result result, vl_time now)
{
	uint32_t rise = c->c.rise, full = c->c.rise + c->c.fall - 1;

	if (health_passed(result)) {
		if (c->counter < full)
			c->counter++;
		if (c->counter >= rise)
			c->counter = full;
	} else {
		c->counter = c->counter > rise ? c->counter - 1 : 0;
	}
	c->up = c->counter >= rise;
	c->next_at = vl_time_after(now, haproxy_interval(c));
}

/* --- keepalived ------------------------------------------------------------------------------------------ */

static void keepalived_ended(struct health_check *c, enum health_result result, vl_time now)
{
	if (!health_passed(result) && c->up && c->counter < c->c.retries) {
		c->counter++;
		c->next_at = vl_time_after(now, c->c.retry_delay);
		return;
	}
	c->up = health_passed(result);
	c->counter = 0;
	c->next_at = vl_time_after(now, c->c.interval);
}

/* --- all of them ----------------------------------------------------------------------------------------- */

void health_plan_first(struct health_checker *h, struct health_check *c, bool again, vl_time now)
{
	size_t index = (size_t)(c - h->check);
	vl_time wait = 0;

	c->up = again || !c->c.down_at_start;
	c->counter = 0;
	switch (c->c.profile) {
	case HEALTH_KEMP:
		wait = index * KEMP_STAGGER % c->c.interval;
		break;
	case HEALTH_HAPROXY:
		/* Up, but not yet checked: the first failure counts. */
		c->counter = c->up ? c->c.rise : 0;
		wait = c->c.interval * index / h->count;
		break;
	case HEALTH_KEEPALIVED: {
		struct prng dice = prng_stream(h->seed + index, "warmup");
		wait = prng_below(&dice, c->c.interval);
		break;
	}
	}
	c->next_at = vl_time_after(now, again ? 0 : wait);
}

void health_plan_begins(struct health_check *c, vl_time now)
{
	if (c->c.profile != HEALTH_KEMP || c->counter == 0)
		c->cycle_at = now;
}

void health_plan_ended(struct health_check *c, enum health_result result, vl_time now)
{
	switch (c->c.profile) {
	case HEALTH_KEMP:
		kemp_ended(c, result, now);
		break;
	case HEALTH_HAPROXY:
		haproxy_ended(c, result, now);
		break;
	case HEALTH_KEEPALIVED:
		keepalived_ended(c, result, now);
		break;
	}
}
