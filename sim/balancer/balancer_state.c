// SPDX-License-Identifier: BSD-2-Clause
/*
 * What happens to a server while the balancer runs: it fails and comes back, is drained, disabled, taken out of the list
 * and put in again; and what follows in time: its slow start, the end of its drain, its connections cut.
 */
#include "sim/balancer/balancer_parts.h"

#define DRAIN_TIME (300 * VL_S)         /* balancer.md 2.5 */
#define WALK 65536                      /* entries of the table that one call looks at */
#define CUT (BALANCER_BATCH / 4)        /* and connections that it cuts: two RSTs and a record each */

/* --- slow start ------------------------------------------------------------------------------------------- */

static void step_ramp(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	const struct slow_start_config *c = &v->config.slow_start;
	struct real_server *s = &v->server[server];
	vl_time up = now - s->up_at, next = slow_start_next(c, up);

	if (next == VL_NEVER) {
		s->up_at = s->weight_at = VL_NEVER;
		s->ramp_percent = 100;
		balancer_say_server(b, v, s, "slow start ended", now);
	} else {
		s->weight_at = vl_time_after(s->up_at, next);
		if (c->law == SLOW_START_HAPROXY)
			s->ramp_percent = (uint8_t)(up * 100 / c->window);
	}
	virtual_service_count(v, server, 0, 0, now);
	virtual_service_refresh(v, server, now);
	balancer_say_weight(b, v, s, now);
}

static void begin_ramp(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (v->config.slow_start.law == SLOW_START_NONE || !v->config.scheduler->slow_start)
		return;
	s->up_at = now;
	balancer_say_server(b, v, s, "slow start begun", now);
	step_ramp(b, v, server, now);
}

static void stop_ramp(struct real_server *s)
{
	s->up_at = s->weight_at = VL_NEVER;
	s->ramp_percent = 100;
}

/* --- cutting connections ---------------------------------------------------------------------------------- */

static void begin_cutting(struct balancer *b, struct real_server *s, enum connection_end why, vl_time now)
{
	s->cutting = 1;
	s->cut_why = why;
	b->busy_until = now + 1;
}

/* Goes on with it. False: there is more to look at. */
static bool cut_some(struct balancer *b, const struct virtual_service *v, struct real_server *s, vl_time now)
{
	uint32_t at = s->cutting - 1, stop = at + WALK, cut = 0;
	struct connection *c;

	/* The passive unit resets nobody: the active one does, and tells. */
	if (!b->active) {
		s->cutting = 0;
		return true;
	}

	while (cut < CUT && at < stop) {
		c = connection_next(b->table, &at);
		if (c == NULL) {
			s->cutting = 0;
			return true;
		}
		if (service_of(b, c) != v || server_of(b, c) != s)
			continue;
		balancer_cut(b, c, s->cut_why, now);
		cut++;
	}
	s->cutting = at + 1;
	return false;
}

/* --- what is done to it ----------------------------------------------------------------------------------- */

static const char *const STATE_WORD[] = {
	[SERVER_UP] = "up",
	[SERVER_DOWN] = "down",
	[SERVER_DRAIN] = "drain",
	[SERVER_DISABLED] = "disabled",
	[SERVER_REMOVED] = "removed",
};

static void changed(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	balancer_pause_check(b, v, server, now);
	virtual_service_refresh(v, server, now);
	balancer_say_server(b, v, s, STATE_WORD[real_server_state(v, s)], now);
	balancer_say_weight(b, v, s, now);
	balancer_state_rearm(b);
}

void balancer_server_enable(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];
	/* HAProxy's ramp begins behind maintenance, not behind drain. */
	bool back = s->disabled || (s->drained && v->config.drain != DRAIN_HAPROXY);

	if (s->removed) {
		balancer_server_add(b, v, server, now);
		return;
	}
	if (!s->disabled && !s->drained)
		return;
	s->disabled = s->drained = false;
	s->drain_end = VL_NEVER;
	s->cutting = 0;
	changed(b, v, server, now);
	if (back && !s->down)
		begin_ramp(b, v, server, now);
	balancer_state_rearm(b);
}

static vl_time drain_end(const struct virtual_service *v, vl_time now)
{
	if (v->config.drain != DRAIN_KEMP)
		return VL_NEVER;
	return vl_time_after(now, v->config.drain_time != 0 ? v->config.drain_time : DRAIN_TIME);
}

void balancer_server_drain(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (s->removed || (s->drained && !s->disabled))
		return;
	s->disabled = false;
	s->drained = true;
	s->drain_end = drain_end(v, now);
	changed(b, v, server, now);
}

void balancer_server_disable(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (v->config.drain == DRAIN_IPVS) {
		balancer_server_remove(b, v, server, now);      /* there is nothing else there */
		return;
	}
	if (s->removed || s->disabled)
		return;
	s->disabled = true;
	if (!s->drained)
		s->drain_end = drain_end(v, now);
	s->drained = false;
	stop_ramp(s);
	changed(b, v, server, now);
}

void balancer_server_remove(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (s->removed)
		return;
	s->removed = true;
	s->drained = s->disabled = false;
	s->drain_end = VL_NEVER;
	stop_ramp(s);
	virtual_service_arrange(v, now);
	changed(b, v, server, now);
}

void balancer_server_add(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (!s->removed)
		return;
	s->removed = false;
	virtual_service_arrange(v, now);
	changed(b, v, server, now);
	if (!s->down)
		begin_ramp(b, v, server, now);
	balancer_state_rearm(b);
}

void balancer_server_health(struct balancer *b, struct virtual_service *v, size_t server, bool up,
			    enum health_result result, vl_time now)
{
	struct real_server *s = &v->server[server];
	bool was_up = s->was_up;

	s->health = result;
	if (up == !s->down)
		return;
	s->down = !up;
	s->was_up = s->was_up || up;
	if (s->down)
		stop_ramp(s);
	virtual_service_refresh(v, server, now);
	balancer_say_health(b, v, s, now);
	balancer_say_weight(b, v, s, now);
	if (s->down && v->config.reset_on_failure)
		begin_cutting(b, s, CONNECTION_END_SERVER, now);
	if (up && was_up && !s->disabled && !s->removed)
		begin_ramp(b, v, server, now);
	balancer_state_rearm(b);
}

/* --- in time ---------------------------------------------------------------------------------------------- */

static void end_drain(struct balancer *b, const struct virtual_service *v, struct real_server *s, vl_time now)
{
	s->drain_end = VL_NEVER;
	balancer_say_server(b, v, s, "drain ended", now);
	/* What is drained stays so, without even those that are remembered. */
	s->disabled = true;
	s->drained = false;
	if (v->config.drop_at_drain_end)
		begin_cutting(b, s, CONNECTION_END_CLEARED, now);
}

static void look_after(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (s->weight_at <= now)
		step_ramp(b, v, server, now);
	if (s->drain_end <= now)
		end_drain(b, v, s, now);
	if (s->cutting != 0 && !cut_some(b, v, s, now))
		b->busy_until = now + 1;
}

void balancer_state_timeout(struct balancer *b, vl_time now)
{
	for (size_t i = 0; i < b->service_count; i++)
		for (size_t k = 0; k < b->service[i].server_count; k++)
			look_after(b, &b->service[i], k, now);
	balancer_state_rearm(b);
}

void balancer_state_rearm(struct balancer *b)
{
	b->state_deadline = VL_NEVER;
	for (size_t i = 0; i < b->service_count; i++)
		for (size_t k = 0; k < b->service[i].server_count; k++) {
			const struct real_server *s = &b->service[i].server[k];
			b->state_deadline = vl_time_min(b->state_deadline, vl_time_min(s->weight_at, s->drain_end));
		}
}
