// SPDX-License-Identifier: BSD-2-Clause
/* The timeline: what steps refer to, whether they can happen, and their order. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/resolve.h"

vl_time resolve_start(const struct scenario *s, const struct scenario_node *n)
{
	vl_time first = n->start;

	for (size_t i = 0; i < s->step_count; i++) {
		const struct scenario_step *step = &s->step[i];

		if (step->verb != STEP_START)
			continue;
		for (size_t j = 0; j < step->nodes.count; j++)
			if (resolve_node(s, &step->nodes.item[j]) == n)
				first = vl_time_min(first, step->at);
	}
	return first;
}

/* What is asked of a node that was not switched on yet lies in its past. */
static void check_alive(struct reader *r, const struct scenario *s, const struct scenario_step *step,
			const struct scenario_name *name, const char *verb)
{
	const struct scenario_node *n = resolve_node(s, name);
	vl_time start = n != NULL ? resolve_start(s, n) : 0;

	if (n == NULL || step->at >= start)
		return;
	if (start == VL_NEVER)
		mistakes_add(r->mistakes, name->at, "`%s' never starts: there is nothing to %s", n->name, verb);
	else
		mistakes_add(r->mistakes, name->at, "`%s' starts at %s: at %s there is nothing to %s", n->name,
			     resolve_time(r, start), resolve_time(r, step->at), verb);
}

static void check_nodes(struct reader *r, const struct scenario *s, const struct scenario_step *step,
			const char *verb)
{
	for (size_t i = 0; i < step->nodes.count; i++)
		check_alive(r, s, step, &step->nodes.item[i], verb);
}

static bool node_has_family(const struct scenario_node *n, enum ip_family family)
{
	for (size_t i = 0; i < n->interface_count; i++)
		for (size_t j = 0; j < n->interface[i].addresses.count; j++)
			if (n->interface[i].addresses.item[j].addr.family == family)
				return true;
	return family == IP_V6;         /* a link-local address is made for everybody */
}

static void check_ping(struct reader *r, const struct scenario *s, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->ping.from.count; i++) {
		const struct scenario_name *from = &step->ping.from.item[i];
		const struct scenario_node *n = resolve_node(s, from);

		check_alive(r, s, step, from, step->verb == STEP_PING ? "ping from" : "stop");
		if (n != NULL && step->verb == STEP_PING && step->ping.target.family != IP_NONE &&
		    !node_has_family(n, (enum ip_family)step->ping.target.family))
			mistakes_add(r->mistakes, from->at, "`%s' has no IPv%d address to ping from", n->name,
				     step->ping.target.family);
	}
}

/* Told apart only now: nodes and segments share one space of names. */
static void sort_heal(struct reader *r, const struct scenario *s, struct scenario_heal *heal)
{
	struct scenario_names given = heal->nodes;

	heal->nodes = (struct scenario_names){.item = arena_array(r->memory, given.count, sizeof *given.item)};
	heal->segments = (struct scenario_names){.item = arena_array(r->memory, given.count, sizeof *given.item)};
	for (size_t i = 0; i < given.count; i++) {
		struct scenario_name name = given.item[i];
		struct suggestion g;
		bool found = false;

		suggest_begin(&g, name.text);
		suggest_word(&g, "all");
		for (size_t j = 0; j < s->node_count && !found; j++) {
			suggest_word(&g, s->node[j].name);
			found = strcmp(s->node[j].name, name.text) == 0;
			name.index = (unsigned)j;
		}
		if (found) {
			heal->nodes.item[heal->nodes.count++] = name;
			continue;
		}
		for (size_t j = 0; j < s->segment_count && !found; j++) {
			suggest_word(&g, s->segment[j].name);
			found = strcmp(s->segment[j].name, name.text) == 0;
			name.index = (unsigned)j;
		}
		if (found)
			heal->segments.item[heal->segments.count++] = name;
		else
			mistakes_add_suggesting(r->mistakes, name.at, &g, "heal: there is no node or segment `%s'",
						name.text);
	}
}

static bool is_on(const struct scenario_node *n, unsigned segment)
{
	for (size_t i = 0; i < n->interface_count; i++)
		if (n->interface[i].on.text != NULL && n->interface[i].on.index == segment)
			return true;
	return false;
}

static void resolve_sides(struct reader *r, const struct scenario *s, struct scenario_partition *p)
{
	const struct scenario_segment *segment = resolve_segment(s, &p->segment);

	p->side_of = arena_array(r->memory, s->node_count, sizeof *p->side_of);
	for (size_t i = 0; i < s->node_count; i++)
		p->side_of[i] = (unsigned)p->side_count;
	for (size_t i = 0; i < p->side_count; i++) {
		for (size_t j = 0; j < p->side[i].count; j++) {
			const struct scenario_name *name = &p->side[i].item[j];
			const struct scenario_node *n = resolve_node(s, name);

			if (n == NULL)
				continue;
			if (segment != NULL && !is_on(n, p->segment.index))
				mistakes_add(r->mistakes, name->at, "`%s' is not on segment `%s'", n->name,
					     segment->name);
			if (p->side_of[name->index] != p->side_count && p->side_of[name->index] != i)
				mistakes_add(r->mistakes, name->at, "`%s' is on two sides", n->name);
			p->side_of[name->index] = (unsigned)i;
		}
	}
}

static void resolve_deaf(struct reader *r, const struct scenario *s, const struct scenario_step *step,
			 struct scenario_deaf *d)
{
	const struct scenario_node *from = resolve_node(s, &d->from), *to = resolve_node(s, &d->to);
	size_t shared = 0;

	if (from == NULL || to == NULL)
		return;
	if (from == to) {
		mistakes_add(r->mistakes, d->to.at, "deaf: `%s' is on both ends", to->name);
		return;
	}
	for (unsigned i = 0; i < s->segment_count; i++) {
		if (!is_on(from, i) || !is_on(to, i))
			continue;
		if (d->on.text == NULL && shared == 0)
			d->on.index = i;
		shared += d->on.text == NULL || d->on.index == i;
	}
	if (shared == 0)
		mistakes_add(r->mistakes, step->place, "deaf: `%s' and `%s' do not share %s", from->name, to->name,
			     d->on.text != NULL ? "this segment" : "a segment");
	else if (d->on.text == NULL && shared > 1)
		mistakes_add(r->mistakes, step->place, "deaf: `%s' and `%s' share several segments; say which with `on'",
			     from->name, to->name);
	else if (d->on.text == NULL)
		d->on.text = s->segment[d->on.index].name;
}

/* True when one of them has the name; otherwise they are suggested. */
static bool is_tracked(const struct scenario_track *track, size_t count, const char *name, struct suggestion *g)
{
	for (size_t i = 0; i < count; i++) {
		if (track[i].name != NULL && strcmp(track[i].name, name) == 0)
			return true;
		if (track[i].name != NULL)
			suggest_word(g, track[i].name);
	}
	return false;
}

static void check_tracked(struct reader *r, const struct scenario *s, const struct scenario_track_change *t)
{
	const struct scenario_node *n = resolve_node(s, &t->node);
	struct suggestion g;

	if (n == NULL)
		return;
	suggest_begin(&g, t->name);
	for (size_t i = 0; i < n->vrrp_count; i++)
		if (is_tracked(n->vrrp[i].track, n->vrrp[i].track_count, t->name, &g))
			return;
	for (size_t i = 0; i < n->hsrp_count; i++)
		if (is_tracked(n->hsrp[i].track, n->hsrp[i].track_count, t->name, &g))
			return;
	for (size_t i = 0; i < n->glbp_count; i++)
		if (is_tracked(n->glbp[i].track, n->glbp[i].track_count, t->name, &g))
			return;
	for (size_t i = 0; i < n->interface_count; i++) {
		if (strcmp(n->interface[i].name, t->name) == 0) {
			mistakes_add(r->mistakes, t->node.at, "`%s' is an interface of `%s': use link: {%s.%s: down}",
				     t->name, n->name, n->name, t->name);
			return;
		}
	}
	mistakes_add_suggesting(r->mistakes, t->node.at, &g, "track: `%s' tracks no object `%s'", n->name,
				mistakes_quote(r->mistakes, t->name));
}

static void check_service(struct reader *r, const struct scenario *s, const struct scenario_step *step,
			  const struct scenario_service_change *c)
{
	const struct scenario_node *n = resolve_node(s, &c->node);

	if (n == NULL || c->name == NULL)
		return;
	check_alive(r, s, step, &c->node, "change");
	(void)resolve_service_named(r, n, c->name, c->node.at, "service");
}

static void resolve_step(struct reader *r, struct scenario *s, struct scenario_step *step)
{
	switch (step->verb) {
	case STEP_PING:
	case STEP_STOP_PING:
		check_ping(r, s, step);
		break;
	case STEP_SET:
		for (size_t i = 0; i < step->set.count; i++)
			if (step->set.item[i].field != NULL) {
				check_alive(r, s, step, &step->set.item[i].path, "set");
				resolve_setting(r, s, &step->set.item[i]);
			}
		break;
	case STEP_CRASH:
		check_nodes(r, s, step, "crash");
		break;
	case STEP_STOP:
		check_nodes(r, s, step, "stop");
		break;
	case STEP_RESTART:
		check_nodes(r, s, step, "restart");
		break;
	case STEP_PAUSE:
		check_nodes(r, s, step, "pause");
		break;
	case STEP_RESUME:
		check_nodes(r, s, step, "resume");
		break;
	case STEP_HEAL:
		sort_heal(r, s, &step->heal);
		break;
	case STEP_PARTITION:
		for (size_t i = 0; i < step->partition.count; i++)
			resolve_sides(r, s, &step->partition.item[i]);
		break;
	case STEP_DEAF:
		resolve_deaf(r, s, step, &step->deaf);
		break;
	case STEP_TRACK:
		for (size_t i = 0; i < step->track.count; i++)
			if (step->track.item[i].name != NULL)
				check_tracked(r, s, &step->track.item[i]);
		break;
	case STEP_SERVICE:
		for (size_t i = 0; i < step->service.count; i++)
			check_service(r, s, step, &step->service.item[i]);
		break;
	case STEP_BURST:
	case STEP_DRIFT:
	case STEP_MOVE:
	case STEP_LEAK:
	case STEP_FLOOD:
	case STEP_TRUNK:
		resolve_fault(r, s, step);
		break;
	case STEP_DUPLICATE:
	case STEP_REORDER:
	case STEP_CORRUPT:
	case STEP_DELAY:
	case STEP_BANDWIDTH:
	case STEP_FLAP:
	case STEP_SLOW:
	case STEP_START:
	case STEP_LINK:
	case STEP_CUT:
	case STEP_LOSS:
	case STEP_LATENCY:
	case STEP_DROP:
		break;
	}
}

/* A merge sort: steps of one instant keep the order in which they were written. */
static void sort_steps(struct scenario_step *step, size_t count, struct scenario_step *room)
{
	if (count < 2)
		return;
	size_t half = count / 2, a = 0, b = half;
	sort_steps(step, half, room);
	sort_steps(step + half, count - half, room);
	for (size_t i = 0; i < count; i++)
		room[i] = b == count || (a < half && step[a].at <= step[b].at) ? step[a++] : step[b++];
	memcpy(step, room, count * sizeof *step);
}

void resolve_steps(struct reader *r, struct scenario *s)
{
	/* Ids that the timeline sets are asked for by other steps: settings come first. */
	for (size_t pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < s->step_count; i++)
			if ((s->step[i].verb == STEP_SET) == (pass == 0) && s->step[i].text != NULL)
				resolve_step(r, s, &s->step[i]);
	for (size_t i = 0; i < s->step_count; i++) {
		const struct scenario_step *step = &s->step[i];

		if (s->until > 0 && step->at >= s->until)
			mistakes_add(r->mistakes, reader_place(r, &step->at, step->place),
				     "at: `%s' is not before the end of the run (until: %s)",
				     resolve_time(r, step->at), resolve_time(r, s->until));
	}
	/* Values are known by address while mistakes are sought; now they may move. */
	if (r->mistakes->count == 0)
		sort_steps(s->step, s->step_count, arena_array(r->memory, s->step_count, sizeof *s->step));
}
