// SPDX-License-Identifier: BSD-2-Clause
/* Nodes: driving their engines and what can happen to a box as a whole. */
#include "sim/world/parts.h"

#include <stdlib.h>

const struct record_kind WORLD_NODE_KIND = {
	.name = "world.node",
	.level = RECORD_NOTICE,
	.text = "{node} {what}",
	.field = {{"node", VALUE_WORD}, {"what", VALUE_WORD}},
};

static void tell_node(struct world *w, const struct node *n, const char *what)
{
	world_tell(w, &(struct record){.kind = &WORLD_NODE_KIND,
				       .value = {{.word = n->name}, {.word = what}}});
}

/* What the node's clock shows. */
static vl_time node_now(const struct world *w, const struct node *n)
{
	return n->ailment == NULL ? w->now : clock_local(&n->ailment->clock, w->now);
}

/* When the engine wants to be called, by the world's time. */
static vl_time node_deadline(const struct node *n)
{
	vl_time deadline = n->engine.ops->deadline(n->engine.self);

	return deadline == VL_NEVER || n->ailment == NULL ? deadline : clock_world(&n->ailment->clock, deadline);
}

/* Sends and records everything the engine has to say; with `mute` it is thrown away. */
static void drain(struct world *w, uint32_t node, bool mute)
{
	struct engine_out *out = &w->said;

	while (w->node[node].engine.ops->poll(w->node[node].engine.self, out)) {
		const struct node *n = &w->node[node];
		bool wanted = world_counts(w) && !mute;
		if (out->type == OUT_RECORD) {
			out->record.node = n->name;
			if (n->ailment != NULL) {
				out->record.at = w->now;
				ailment_translate(n->ailment, &out->record);
			}
			if (wanted && w->listener.record != NULL)
				w->listener.record(w->listener.context, &out->record);
		} else if (wanted && out->port < n->port_count && n->port[out->port] != WORLD_NONE) {
			link_send(w, n->port[out->port], out->frame);
		} else {
			frame_unref(out->frame);
		}
		if (w->livelock)
			break; /* an engine that never ends: what is left inside is its own to free */
	}
}

/* The schedule may hold an earlier moment than the deadline: the timer then fires for nothing and is set
 * again. That is cheaper than moving it with every advertisement that puts a deadline off. */
void node_arm(struct world *w, uint32_t node)
{
	vl_time deadline = node_deadline(&w->node[node]);

	if (deadline == VL_NEVER || w->node[node].state != WORLD_NODE_RUNNING)
		return;
	if (deadline < w->now)
		deadline = w->now;
	/* Timeouts of one instant go by the nodes' order, whenever they were armed. */
	if (deadline < schedule_at(&w->timers, node))
		schedule_set(&w->timers, node, deadline, node);
}

static void settle(struct world *w, uint32_t node)
{
	drain(w, node, false);
	node_arm(w, node);
}

/* By the node's own clock, and when it has worked on it. */
static void ailing_input(struct world *w, uint32_t node, unsigned node_port, struct frame *f)
{
	const struct node *n = &w->node[node];

	if (ailment_accept(w, node, n->port[node_port], f))
		return;
	n->engine.ops->input(n->engine.self, node_port, f, node_now(w, n));
	settle(w, node);
}

void node_input(struct world *w, uint32_t node, unsigned node_port, struct frame *f)
{
	const struct node *n = &w->node[node];

	if (n->state != WORLD_NODE_RUNNING)
		return;
	if (n->ailment != NULL) {
		ailing_input(w, node, node_port, f);
		return;
	}
	n->engine.ops->input(n->engine.self, node_port, f, w->now);
	settle(w, node);
}

void node_work(struct world *w, uint32_t port, struct frame *f)
{
	const struct port *p = &w->port[port];
	const struct node *n = &w->node[p->node];

	ailment_next(w, p->node);
	n->engine.ops->input(n->engine.self, p->node_port, f, node_now(w, n));
	settle(w, p->node);
}

void node_timer(struct world *w, uint32_t node)
{
	const struct node *n = &w->node[node];
	const struct engine *e = &n->engine;
	vl_time now = node_now(w, n);

	if (n->ailment != NULL && ailment_timer(w, node) > w->now) {
		schedule_set(&w->timers, node, ailment_timer(w, node), node);
		return;
	}
	if (e->ops->deadline(e->self) <= now) {
		e->ops->timeout(e->self, now);
		drain(w, node, false);
	}
	/* The entry that fired moves to its next place: once down the heap, instead of out and in again. */
	vl_time deadline = node_deadline(&w->node[node]);
	if (deadline == VL_NEVER)
		schedule_remove(&w->timers, node);
	else
		schedule_set(&w->timers, node, deadline < w->now ? w->now : deadline, node);
}

void node_carrier(struct world *w, uint32_t node, unsigned node_port, bool up)
{
	const struct node *n = &w->node[node];
	const struct command c = {.verb = COMMAND_LINK, .port = node_port, .type = VALUE_FLAG,
				  .value = {.flag = up}};

	if (n->state != WORLD_NODE_RUNNING)
		return; /* it looks when it starts or resumes */
	w->port[n->port[node_port]].carrier_told = up;
	n->engine.ops->control(n->engine.self, &c, node_now(w, n));
	settle(w, node);
}

/* A box that wakes up learns what became of its ports. */
static void look_at_ports(struct world *w, uint32_t node)
{
	for (unsigned i = 0; i < w->node[node].port_count; i++) {
		uint32_t p = w->node[node].port[i];
		if (p != WORLD_NONE && w->port[p].carrier != w->port[p].carrier_told)
			node_carrier(w, node, i, w->port[p].carrier);
	}
}

void world_start(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_OFF)
		return;
	node->state = WORLD_NODE_RUNNING;
	tell_node(w, node, "started");
	for (unsigned i = 0; i < node->port_count; i++)
		if (node->port[i] != WORLD_NONE)
			w->port[node->port[i]].carrier_told = true; /* an engine starts with that belief */
	node->engine.ops->startup(node->engine.self, node_now(w, node));
	settle(w, n);
	look_at_ports(w, n);
}

void world_stop(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_RUNNING)
		return;
	node->engine.ops->shutdown(node->engine.self, node_now(w, node));
	drain(w, n, false);
	node->state = WORLD_NODE_OFF;
	ailment_forget(w, n);
	schedule_remove(&w->timers, n);
	tell_node(w, node, "stopped");
}

void world_crash(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->state == WORLD_NODE_OFF)
		return;
	node->state = WORLD_NODE_OFF;
	ailment_forget(w, n);
	schedule_remove(&w->timers, n);
	drain(w, n, true);
	tell_node(w, node, "crashed");
}

void world_pause(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_RUNNING)
		return;
	node->state = WORLD_NODE_PAUSED;
	ailment_forget(w, n);
	schedule_remove(&w->timers, n);
	tell_node(w, node, "paused");
}

void world_resume(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_PAUSED)
		return;
	node->state = WORLD_NODE_RUNNING;
	tell_node(w, node, "resumed");
	look_at_ports(w, n);
	node_arm(w, n);
}

static bool is_running(const struct world *w, world_node n)
{
	return w->node[n].state == WORLD_NODE_RUNNING && !world_is_outside(w, n);
}

static void wake(struct world *w, world_node n)
{
	struct node *node = &w->node[n];

	node->state = WORLD_NODE_RUNNING;
	tell_node(w, node, "resumed");
	(void)node->engine.ops->control(node->engine.self, &(struct command){.verb = COMMAND_LISTEN}, node_now(w, node));
	settle(w, n);
	look_at_ports(w, n);
}

void world_stood_still(struct world *w, vl_time now)
{
	bool *slept = calloc(w->node_count + 1, sizeof *slept);

	if (slept == NULL) {
		w->no_memory = true;
		return;
	}
	for (world_node n = 0; n < w->node_count; n++) {
		slept[n] = is_running(w, n);
		if (slept[n])
			world_pause(w, n);
	}
	(void)world_run(w, now);
	for (world_node n = 0; n < w->node_count; n++)
		if (slept[n])
			wake(w, n);
	free(slept);
}

struct vl_status world_control(struct world *w, world_node n, const struct command *c)
{
	const struct node *node = &w->node[n];

	if (node->state != WORLD_NODE_RUNNING)
		return vl_refuse(VL_STATE, "%s is %s", node->name,
				 node->state == WORLD_NODE_PAUSED ? "paused" : "not running");
	struct vl_status status = node->engine.ops->control(node->engine.self, c, node_now(w, node));
	settle(w, n);
	return status;
}
