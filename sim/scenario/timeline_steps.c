// SPDX-License-Identifier: BSD-2-Clause
/* The verbs. */
#include "sim/scenario/timeline_steps.h"

#include <stdio.h>

#include "sim/hosts/real_server.h"
#include "sim/scenario/schema.h"

/* True: the node is somebody else's box. */
static bool is_left(struct timeline *t, const struct scenario_step *step, world_node node)
{
	if (t->absent == NULL || !t->absent[node])
		return false;
	if (t->left != NULL)
		t->left(t->context, step, t->scenario->node[node].name);
	return true;
}

static void command(struct timeline *t, const struct scenario_step *step, world_node node, const struct command *c)
{
	if (is_left(t, step, node))
		return;
	struct vl_status status = world_control(t->world, node, c);

	if (!vl_ok(&status) && t->refused != NULL)
		t->refused(t->context, step, t->scenario->node[node].name, status.reason);
}

/* --- nodes ---------------------------------------------------------------------------------------------- */

#define IS(state) (1u << WORLD_NODE_##state)

/* Only nodes in one of the states take the step: the world would do nothing, and the author meant something. */
static void each_node(struct timeline *t, const struct scenario_step *step, unsigned states,
		      void (*call)(struct world *, world_node))
{
	static const char *const is[] = {
		[WORLD_NODE_OFF] = "is not running",
		[WORLD_NODE_RUNNING] = "is running",
		[WORLD_NODE_PAUSED] = "is paused",
	};

	for (size_t i = 0; i < step->nodes.count; i++) {
		world_node n = step->nodes.item[i].index;
		if (is_left(t, step, n))
			continue;
		enum world_node_state state = world_node_state(t->world, n);
		const char *name = t->scenario->node[n].name;
		char reason[160];
		snprintf(reason, sizeof reason, "%s %s", name, is[state]);
		if ((states & 1u << state) != 0)
			call(t->world, n);
		else if (t->refused != NULL)
			t->refused(t->context, step, name, reason);
	}
}

static void do_crash(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(RUNNING) | IS(PAUSED), world_crash);
}

static void do_stop(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(RUNNING), world_stop);
}

static void do_start(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(OFF), world_start);
}

static void restart(struct world *w, world_node n)
{
	world_stop(w, n);
	world_start(w, n);
}

static void do_restart(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(RUNNING) | IS(OFF), restart);
}

static void do_pause(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(RUNNING), world_pause);
}

static void do_resume(struct timeline *t, const struct scenario_step *step)
{
	each_node(t, step, IS(PAUSED), world_resume);
}

/* --- commands ------------------------------------------------------------------------------------------- */

static void do_ping(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_ping_step *p = &step->ping;
	bool stops = step->verb == STEP_STOP_PING;
	const struct command c = {
		.verb = COMMAND_PING,
		.ping = {
			.target = p->target,
			.every = stops ? 0 : p->every,
			.count = p->count,
			.timeout = p->timeout,
		},
	};

	for (size_t i = 0; i < p->from.count; i++)
		command(t, step, p->from.item[i].index, &c);
}

static void do_set(struct timeline *t, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->set.count; i++) {
		const struct scenario_setting *s = &step->set.item[i];
		command(t, step, s->path.index,
			&(struct command){
				.verb = COMMAND_SET,
				.field = s->field,
				.type = s->type,
				.value = s->value,
			});
	}
}

static void do_service(struct timeline *t, const struct scenario_step *step)
{
	char field[16 + SCHEMA_NAME_LONGEST + 1];

	for (size_t i = 0; i < step->service.count; i++) {
		const struct scenario_service_change *c = &step->service.item[i];
		snprintf(field, sizeof field, "serves.%.*s.state", SCHEMA_NAME_LONGEST, c->name);
		command(t, step, c->node.index,
			&(struct command){
				.verb = COMMAND_SET,
				.field = field,
				.type = VALUE_WORD,
				.value = {.word = service_state_word((enum service_state)c->state)},
			});
	}
}

static void do_track(struct timeline *t, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->track.count; i++) {
		const struct scenario_track_change *c = &step->track.item[i];
		command(t, step, c->node.index,
			&(struct command){
				.verb = COMMAND_TRACK,
				.field = c->name,
				.type = VALUE_FLAG,
				.value = {.flag = c->up},
			});
	}
}

/* --- links ---------------------------------------------------------------------------------------------- */

void timeline_ports(const struct timeline *t, const struct scenario_port *p, unsigned *first, unsigned *last)
{
	const struct scenario_node *n = &t->scenario->node[p->node.index];

	if (p->interface == SCENARIO_EVERY_INTERFACE) {
		*first = 0;
		*last = n->port_count;
	} else {
		*first = n->interface[p->interface].port;
		*last = *first + 1;
	}
}

static void do_link(struct timeline *t, const struct scenario_step *step)
{
	unsigned port, last;

	for (size_t i = 0; i < step->link.count; i++) {
		const struct scenario_link_change *c = &step->link.item[i];
		for (timeline_ports(t, &c->port, &port, &last); port < last; port++)
			world_link_carrier(t->world, c->port.node.index, port, c->up);
	}
}

static enum world_direction direction_of(enum scenario_direction d)
{
	return d == DIRECTION_OUT ? WORLD_OUT : d == DIRECTION_IN ? WORLD_IN : WORLD_BOTH;
}

static void do_cut(struct timeline *t, const struct scenario_step *step)
{
	unsigned port, last;

	for (size_t i = 0; i < step->cut.count; i++) {
		const struct scenario_cut *c = &step->cut.item[i];
		for (timeline_ports(t, &c->port, &port, &last); port < last; port++)
			world_link_cut(t->world, c->port.node.index, port, direction_of(c->direction), true);
	}
}

static void do_loss(struct timeline *t, const struct scenario_step *step)
{
	unsigned port, last;

	for (size_t i = 0; i < step->loss.count; i++) {
		const struct scenario_loss *c = &step->loss.item[i];
		for (timeline_ports(t, &c->port, &port, &last); port < last; port++)
			world_link_loss(t->world, c->port.node.index, port, c->loss_ppm);
		t->lossy[c->port.node.index] = true;
	}
}

static void do_latency(struct timeline *t, const struct scenario_step *step)
{
	unsigned port, last;

	for (size_t i = 0; i < step->latency.count; i++) {
		const struct scenario_latency *c = &step->latency.item[i];
		for (timeline_ports(t, &c->port, &port, &last); port < last; port++)
			world_link_latency(t->world, c->port.node.index, port, c->latency);
	}
}

/* --- segments ------------------------------------------------------------------------------------------- */

static void do_partition(struct timeline *t, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->partition.count; i++) {
		const struct scenario_partition *p = &step->partition.item[i];
		world_partition(t->world, p->segment.index, p->side_of);
		t->split[p->segment.index] = true;
	}
}

static void do_deaf(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_deaf *d = &step->deaf;

	world_deaf(t->world, d->on.index, d->from.index, d->to.index, !d->ends);
}

static void heal_link(struct timeline *t, world_node node, unsigned port)
{
	world_link_cut(t->world, node, port, WORLD_BOTH, false);
	if (t->lossy[node])
		world_link_loss(t->world, node, port, 0);
	world_link_calm(t->world, node, port);
}

static void heal_node(struct timeline *t, world_node node)
{
	const struct scenario *s = t->scenario;

	for (unsigned port = 0; port < s->node[node].port_count; port++)
		heal_link(t, node, port);
	t->lossy[node] = false;
	world_node_calm(t->world, node);
	for (world_segment on = 0; on < s->segment_count; on++) {
		for (world_node other = 0; other < s->node_count; other++) {
			world_deaf(t->world, on, node, other, false);
			world_deaf(t->world, on, other, node, false);
		}
	}
}

static void heal_segment(struct timeline *t, world_segment segment)
{
	const struct scenario *s = t->scenario;

	if (t->split[segment])
		world_partition(t->world, segment, NULL);
	t->split[segment] = false;
	world_segment_calm(t->world, segment);
	if (s->segment[segment].trunk.given)
		world_trunk_cut(t->world, timeline_trunk_of(t, segment), WORLD_BOTH, false);
	for (world_node n = 0; n < s->node_count; n++) {
		for (size_t i = 0; i < s->node[n].interface_count; i++)
			if (s->node[n].interface[i].on.index == segment)
				heal_link(t, n, s->node[n].interface[i].port);
		for (world_node other = 0; other < s->node_count; other++)
			world_deaf(t->world, segment, n, other, false);
	}
}

static void do_heal(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_heal *h = &step->heal;

	for (size_t i = 0; i < h->nodes.count; i++)
		heal_node(t, h->nodes.item[i].index);
	for (size_t i = 0; i < h->segments.count; i++)
		heal_segment(t, h->segments.item[i].index);
	for (world_segment n = 0; h->all && n < t->scenario->segment_count; n++)
		heal_segment(t, n);
	for (world_node n = 0; h->all && n < t->scenario->node_count; n++)
		world_node_calm(t->world, n);
}

/* --- packets -------------------------------------------------------------------------------------------- */

static void do_drop(struct timeline *t, const struct scenario_step *step)
{
	const struct scenario_drop *d = &step->drop;

	world_drop_packets(t->world, d->from_any ? WORLD_ANY : d->from.index, &d->match, d->nth - 1, d->count,
			   d->packet);
}

void timeline_step(struct timeline *t, const struct scenario_step *step)
{
	static void (*const verbs[])(struct timeline *, const struct scenario_step *) = {
		[STEP_PING] = do_ping,
		[STEP_STOP_PING] = do_ping,
		[STEP_SET] = do_set,
		[STEP_CRASH] = do_crash,
		[STEP_STOP] = do_stop,
		[STEP_START] = do_start,
		[STEP_RESTART] = do_restart,
		[STEP_PAUSE] = do_pause,
		[STEP_RESUME] = do_resume,
		[STEP_LINK] = do_link,
		[STEP_CUT] = do_cut,
		[STEP_HEAL] = do_heal,
		[STEP_PARTITION] = do_partition,
		[STEP_DEAF] = do_deaf,
		[STEP_LOSS] = do_loss,
		[STEP_LATENCY] = do_latency,
		[STEP_DROP] = do_drop,
		[STEP_TRACK] = do_track,
		[STEP_BURST] = timeline_trouble,
		[STEP_DUPLICATE] = timeline_trouble,
		[STEP_REORDER] = timeline_trouble,
		[STEP_CORRUPT] = timeline_trouble,
		[STEP_DELAY] = timeline_trouble,
		[STEP_BANDWIDTH] = timeline_trouble,
		[STEP_FLAP] = timeline_trouble,
		[STEP_DRIFT] = timeline_drift,
		[STEP_SLOW] = timeline_slow,
		[STEP_MOVE] = timeline_move,
		[STEP_LEAK] = timeline_leak,
		[STEP_FLOOD] = timeline_flood,
		[STEP_TRUNK] = timeline_trunk,
		[STEP_SERVICE] = do_service,
	};

	verbs[step->verb](t, step);
}
