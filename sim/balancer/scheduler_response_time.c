// SPDX-License-Identifier: BSD-2-Clause
/*
 * Weighted response time (KEMP): turns by deadlines (as edf), by weights that the response times of the health checks make, worked out
 * every 15 s. KEMP's law is not published (UNCONFIRMED): here the fastest server has its whole weight and any other
 * that of fastest / its time, rounded down to a percent and not below the floor. One whose time is not known counts as
 * the slowest that is, so that nobody floods it; when none is known all have their configured weights.
 *
 * Options: response_every, response_floor.
 */
#include <stdlib.h>

#include "sim/balancer/deadline.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

struct scheduler {
	struct deadline_round round;
	uint32_t *percent;              /* of each server's weight */
	vl_time every, next;
	uint32_t floor;
};

static struct vl_status response_check(const struct scheduler_options *options)
{
	if (options->response_floor > 100)
		return vl_refuse(VL_INVALID, "response-time: a floor of %u percent: 1 to 100 is possible",
				 options->response_floor);
	return vl_status_ok();
}

static void response_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	deadline_fini(&s->round);
	free(s->percent);
	free(s);
}

static struct scheduler *response_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)dice;
	if (s == NULL)
		return NULL;
	s->every = options->response_every != 0 ? options->response_every : 15 * VL_S;
	s->floor = options->response_floor != 0 ? options->response_floor : 1;
	s->percent = calloc(room + 1, sizeof *s->percent);
	if (s->percent != NULL && deadline_init(&s->round, room))
		return s;
	response_free(s);
	return NULL;
}

static void weigh(struct scheduler *s, const struct scheduler_view *view)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		uint64_t weight = (server->weight * s->percent[i] + 99) / 100;
		deadline_weigh(&s->round, i, scheduler_may_have(server) ? weight : 0);
	}
}

static void look_at_times(struct scheduler *s, const struct scheduler_view *view)
{
	vl_time fastest = VL_NEVER, slowest = 0;

	for (size_t i = 0; i < view->count; i++) {
		vl_time t = view->server[i].response_time;
		if (t == 0 || !scheduler_may_have(&view->server[i]))
			continue;
		fastest = t < fastest ? t : fastest;
		slowest = t > slowest ? t : slowest;
	}
	for (size_t i = 0; i < view->count; i++) {
		vl_time t = view->server[i].response_time != 0 ? view->server[i].response_time : slowest;
		uint64_t percent = t <= fastest ? 100 : fastest * 100 / t;
		s->percent[i] = slowest == 0 ? 100 : percent > s->floor ? (uint32_t)percent : s->floor;
	}
}

static void response_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	if (which < 0) {
		look_at_times(s, view);
		deadline_begin(&s->round, view->count);
	}
	weigh(s, view);
}

static int response_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)flow;
	if (now >= s->next) {
		s->next = now - now % s->every + s->every;
		look_at_times(s, view);
		weigh(s, view);
	}
	return deadline_pick(&s->round);
}

const struct scheduler_ops SCHEDULER_RESPONSE_TIME = {
	.name = "response-time",
	.title = "weighted response time of the health checks (KEMP)",
	.slow_start = true,
	.check = response_check,
	.make = response_make,
	.free = response_free,
	.changed = response_changed,
	.pick = response_pick,
};
