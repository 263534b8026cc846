// SPDX-License-Identifier: BSD-2-Clause
/* A run as an engine. Its driver's clock is behind by what a call takes; the world's is one nanosecond ahead of what has
 * happened. Where they differ, what comes in comes in at the world's time. */
#include "sim/scenario/run.h"

#include <limits.h>

static void advance(struct run *r, vl_time end)
{
	if (r->advanced == WORLD_RAN)
		r->advanced = run_advance(r, end);
}

static void startup(void *self, vl_time now)
{
	advance(self, now);
}

static void shutdown(void *self, vl_time now)
{
	struct run *r = self;
	struct engine world = world_engine(r->world.world);

	advance(r, now);
	world.ops->shutdown(world.self, world_now(r->world.world));
}

static void input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct run *r = self;

	advance(r, now);
	world_input(r->world.world, port, f);
	/* At once all that it causes, while what was read of it is at hand: for a burst of frames, one after the other. */
	advance(r, vl_time_after(world_now(r->world.world), 1));
}

static void timeout(void *self, vl_time now)
{
	advance(self, vl_time_after(now, 1));
}

static vl_time deadline(const void *self)
{
	const struct run *r = self;

	vl_time next = vl_time_min(world_deadline(r->world.world),
				   vl_time_min(timeline_next(&r->timeline), watch_deadline(&r->watch)));

	return next > world_now(r->world.world) ? next : world_now(r->world.world);
}

static bool poll(void *self, struct engine_out *out)
{
	return world_poll(((struct run *)self)->world.world, out);
}

/* A segment with one station is a cable: what becomes of its other end, the station sees. */
static void pass_to_station(struct run *r, const struct command *command)
{
	const struct scenario *s = r->order.scenario;
	const struct run_live *live = r->order.live;
	world_segment segment = live->attach[command->port].segment;
	unsigned stations = 0, port = 0;
	world_node node = 0;

	for (world_node n = 0; n < s->node_count; n++) {
		unsigned last = UINT_MAX;
		if (live->absent != NULL && live->absent[n])
			continue;
		for (size_t i = 0; i < s->node[n].interface_count; i++) {
			const struct scenario_interface *itf = &s->node[n].interface[i];
			if (itf->on.index != segment || itf->port == last)
				continue;
			last = port = itf->port;
			node = n;
			stations++;
		}
	}
	if (stations == 1)
		world_link_carrier(r->world.world, node, port, command->value.flag);
}

static struct vl_status control(void *self, const struct command *command, vl_time now)
{
	struct run *r = self;
	struct engine world = world_engine(r->world.world);

	if (command->verb == COMMAND_LISTEN) /* what the timeline has for meanwhile comes behind it */
		return world.ops->control(world.self, command, now > world_now(r->world.world) ? now
											       : world_now(r->world.world));
	advance(r, now);
	struct vl_status status = world.ops->control(world.self, command, world_now(r->world.world));
	if (vl_ok(&status) && command->verb == COMMAND_LINK)
		pass_to_station(r, command);
	return status;
}

static void stays(void *self)
{
	(void)self;
}

struct engine run_engine(struct run *r)
{
	static const struct engine_ops ops = {
		.name = "run",
		.startup = startup,
		.shutdown = shutdown,
		.input = input,
		.timeout = timeout,
		.deadline = deadline,
		.poll = poll,
		.control = control,
		.free = stays,
	};

	return (struct engine){.ops = &ops, .self = r};
}

enum world_run_result run_engine_result(const struct run *r)
{
	return r->advanced;
}
