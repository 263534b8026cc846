// SPDX-License-Identifier: BSD-2-Clause
/*
 * Resource based, adaptive (KEMP): an agent on each server answers 0 (idle) to 100 (overloaded), 101 (failed) or 102
 * (disabled by its administrator); those two get nothing. When all loads are under a minimum (KEMP's "Min. Control
 * Variable Value", 5 % by default) the configured weights count as they are, so that noise does not make the farm
 * swing. KEMP's law for the weight is not published (UNCONFIRMED): here a server has 100 - load percent of its
 * weight, not below a floor (KEMP's command line has such a one). Equal loads make equal turns, as its documents say.
 *
 * Options: adaptive_minimum, adaptive_floor. adaptive_connections: KEMP speaks of "load and connections": the weights
 * divide connections, as in wlc, instead of turns, as in edf.
 */
#include <stdlib.h>

#include "sim/balancer/deadline.h"
#include "sim/balancer/scheduler_kinds.h"
#include "sim/balancer/scheduler_rule.h"

#define LOAD_MAX 100

struct scheduler {
	struct deadline_round turns;
	struct tournament connections;
	uint64_t *weight;
	uint32_t minimum, floor;
	bool by_connections;
};

static struct vl_status adaptive_check(const struct scheduler_options *options)
{
	if (options->adaptive_minimum > 50)
		return vl_refuse(VL_INVALID, "adaptive: a minimum of %u percent: 1 to 50 is possible",
				 options->adaptive_minimum);
	if (options->adaptive_floor > 100)
		return vl_refuse(VL_INVALID, "adaptive: a floor of %u percent: 1 to 100 is possible",
				 options->adaptive_floor);
	return vl_status_ok();
}

static void adaptive_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	deadline_fini(&s->turns);
	tournament_fini(&s->connections);
	free(s->weight);
	free(s);
}

static struct scheduler *adaptive_make(size_t room, const struct scheduler_options *options, const struct prng *dice)
{
	struct scheduler *s = calloc(1, sizeof *s);

	(void)dice;
	if (s == NULL)
		return NULL;
	s->minimum = options->adaptive_minimum != 0 ? options->adaptive_minimum : 5;
	s->floor = options->adaptive_floor != 0 ? options->adaptive_floor : 1;
	s->by_connections = options->adaptive_connections;
	s->weight = calloc(room + 1, sizeof *s->weight);
	if (s->weight != NULL && deadline_init(&s->turns, room) && tournament_init(&s->connections, room))
		return s;
	adaptive_free(s);
	return NULL;
}

static bool takes_part(const struct scheduler_server *server)
{
	return scheduler_may_have(server) && server->adaptive <= LOAD_MAX;
}

static bool is_idle(const struct scheduler *s, const struct scheduler_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (takes_part(&view->server[i]) && view->server[i].adaptive >= s->minimum)
			return false;
	return true;
}

static tournament_key key(const struct scheduler *s, const struct scheduler_server *server, size_t i)
{
	return tournament_fraction(scheduler_ipvs_load(server), s->weight[i]);
}

static void adaptive_changed(struct scheduler *s, const struct scheduler_view *view, int which)
{
	bool idle = is_idle(s, view);

	for (size_t i = 0; i < view->count; i++) {
		const struct scheduler_server *server = &view->server[i];
		uint64_t percent = idle ? 100 : LOAD_MAX - (uint64_t)server->adaptive;
		if (percent < s->floor)
			percent = s->floor;
		s->weight[i] = takes_part(server) ? (server->weight * percent + 99) / 100 : 0;
	}
	if (!s->by_connections) {
		if (which < 0)
			deadline_begin(&s->turns, view->count);
		for (size_t i = 0; i < view->count; i++)
			deadline_weigh(&s->turns, i, s->weight[i]);
		return;
	}
	for (size_t i = 0; i < view->count; i++)
		tournament_seat(&s->connections, i, key(s, &view->server[i], i));
	tournament_play(&s->connections, view->count);
}

static void adaptive_counted(struct scheduler *s, const struct scheduler_view *view, unsigned which)
{
	if (s->by_connections)
		tournament_set(&s->connections, which, key(s, &view->server[which], which));
}

static int adaptive_pick(struct scheduler *s, const struct scheduler_view *view, const struct flow *flow, vl_time now)
{
	(void)view;
	(void)flow;
	(void)now;
	return s->by_connections ? tournament_first(&s->connections) : deadline_pick(&s->turns);
}

const struct scheduler_ops SCHEDULER_ADAPTIVE = {
	.name = "adaptive",
	.title = "resource based: by what agents on the servers answer (KEMP)",
	.slow_start = true,
	.check = adaptive_check,
	.make = adaptive_make,
	.free = adaptive_free,
	.changed = adaptive_changed,
	.counted = adaptive_counted,
	.pick = adaptive_pick,
};
