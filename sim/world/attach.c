// SPDX-License-Identifier: BSD-2-Clause
/*
 * The outside: ports of the world itself, and the world as an engine. An attachment is the last of its segment's
 * ports, behind it a station that does nothing but hand what it gets to the world's own outbox; so learning,
 * flooding, partitions and faults need not know of it.
 */
#include "sim/world/parts.h"

#include <assert.h>
#include <stdlib.h>

#define OUTSIDE_WAITS 4096              /* frames for the outside between two polls; more are dropped, counted */

const struct record_kind WORLD_OUTSIDE_KIND = {
	.name = "world.outside",
	.level = RECORD_NOTICE,
	.text = "{segment}: {what}",
	.field = {{"segment", VALUE_WORD}, {"what", VALUE_WORD}},
};

/* The station behind an attachment. */
struct attachment {
	struct world *world;
	world_port port;
};

static void nothing(void *self, vl_time now)
{
	(void)self, (void)now;
}

static void hand_out(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct attachment *a = self;

	(void)port, (void)now;
	outbox_frame(&a->world->outside, a->port, frame_ref(f));
}

static vl_time never(const void *self)
{
	(void)self;
	return VL_NEVER;
}

static bool says_nothing(void *self, struct engine_out *out)
{
	(void)self, (void)out;
	return false;
}

static struct vl_status obeys_nothing(void *self, const struct command *c, vl_time now)
{
	(void)self, (void)c, (void)now;
	return vl_refuse(VL_UNKNOWN, "the outside takes no commands");
}

static const struct engine_ops ATTACHMENT_OPS = {
	.name = "attachment",
	.startup = nothing,
	.shutdown = nothing,
	.input = hand_out,
	.timeout = nothing,
	.deadline = never,
	.poll = says_nothing,
	.control = obeys_nothing,
	.free = free,
};

/* --- attaching ------------------------------------------------------------------------------------------- */

world_port world_attach(struct world *w, const char *name, world_segment segment)
{
	static const struct world_link_config link = {.latency = 0};
	struct attachment *a = calloc(1, sizeof *a);

	if (a == NULL || (w->outside.ring == NULL && !outbox_init(&w->outside, OUTSIDE_WAITS))) {
		w->no_memory = true;
		free(a);
		return WORLD_NONE;
	}
	*a = (struct attachment){.world = w, .port = w->attached};
	uint32_t node = world_append_node(w, name, (struct engine){.ops = &ATTACHMENT_OPS, .self = a}, 1);
	if (node == WORLD_NONE)
		return WORLD_NONE;
	w->node[node].state = WORLD_NODE_RUNNING;
	w->attached++;
	world_connect(w, node, 0, segment, &link);
	return w->attached - 1;
}

/* Its node: they follow those that the caller added. */
static uint32_t node_behind(const struct world *w, world_port port)
{
	assert(port < w->attached);
	return (uint32_t)(w->node_count - w->attached + port);
}

static void come_in(struct world *w, world_port port, struct frame *f)
{
	const struct node *n = &w->node[node_behind(w, port)];
	const struct port *p = &w->port[n->port[0]];

	if (!w->node[node_behind(w, port)].heard) {
		w->node[node_behind(w, port)].heard = true;
		world_tell(w, &(struct record){.kind = &WORLD_OUTSIDE_KIND,
					       .value = {{.word = w->segment[p->segment].name},
							 {.word = "the first frame comes in from outside"}}});
	}
	link_send(w, n->port[0], frame_ref(f));
}

void world_input(struct world *w, world_port port, struct frame *f)
{
	if (!w->no_memory)
		come_in(w, port, f);
}

bool world_poll(struct world *w, struct engine_out *out)
{
	return outbox_poll(&w->outside, out);
}

uint64_t world_outside_dropped(const struct world *w)
{
	return w->outside.dropped;
}

/* --- the world as an engine ------------------------------------------------------------------------------ */

static void engine_startup(void *self, vl_time now)
{
	(void)world_run(self, now);
}

static void engine_shutdown(void *self, vl_time now)
{
	struct world *w = self;

	(void)world_run(w, now);
	for (world_node n = 0; n < world_node_count(w); n++)
		world_stop(w, n);
	(void)world_run_through(w, now);
}

static void engine_input(void *self, unsigned port, struct frame *f, vl_time now)
{
	(void)world_run(self, now);
	world_input(self, port, f);
}

static void engine_timeout(void *self, vl_time now)
{
	(void)world_run_through(self, now);
}

static vl_time engine_deadline(const void *self)
{
	return world_deadline(self);
}

static bool engine_poll(void *self, struct engine_out *out)
{
	return world_poll(self, out);
}

static struct vl_status engine_control(void *self, const struct command *c, vl_time now)
{
	struct world *w = self;

	if (c->verb == COMMAND_LISTEN) {
		world_stood_still(w, now);
		return vl_status_ok();
	}
	(void)world_run(w, now);
	if (c->verb != COMMAND_LINK)
		return vl_refuse(VL_UNKNOWN, "a world takes link commands and `listen'; its nodes take the others");
	if (c->port >= w->attached)
		return vl_refuse(VL_INVALID, "a world of %u attachments has no port %u", w->attached, c->port);
	world_link_carrier(w, node_behind(w, c->port), 0, c->value.flag);
	return vl_status_ok();
}

static void engine_free(void *self)
{
	world_free(self);
}

struct engine world_engine(struct world *w)
{
	static const struct engine_ops ops = {
		.name = "world",
		.startup = engine_startup,
		.shutdown = engine_shutdown,
		.input = engine_input,
		.timeout = engine_timeout,
		.deadline = engine_deadline,
		.poll = engine_poll,
		.control = engine_control,
		.free = engine_free,
	};

	return (struct engine){.ops = &ops, .self = w};
}
