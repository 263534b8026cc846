// SPDX-License-Identifier: BSD-2-Clause
/* Trunks between segments, and what the steps of faults refer to. */
#include "sim/scenario/resolve.h"

/* --- segments ------------------------------------------------------------------------------------------- */

static void join(struct scenario *s, unsigned a, unsigned b)
{
	unsigned low = a < b ? a : b, high = a < b ? b : a;

	for (size_t i = 0; i < s->segment_count; i++)
		if (s->segment[i].domain == high)
			s->segment[i].domain = low;
}

/* A network that is said on one of the joined is that of all. */
static void share_nets(struct scenario *s)
{
	for (size_t i = 0; i < s->segment_count; i++) {
		struct scenario_segment *a = &s->segment[i];

		for (size_t j = 0; j < s->segment_count; j++) {
			const struct scenario_segment *b = &s->segment[j];

			if (a->domain != b->domain)
				continue;
			if (a->net.addr.family == IP_NONE)
				a->net = b->net;
			if (a->net6.addr.family == IP_NONE)
				a->net6 = b->net6;
		}
	}
}

void resolve_trunks(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->segment_count; i++)
		s->segment[i].domain = (unsigned)i;
	for (size_t i = 0; i < s->segment_count; i++) {
		struct scenario_segment *from = &s->segment[i];
		const struct scenario_segment *to = from->trunk.given ? resolve_segment(s, &from->trunk.to) : NULL;

		if (to == NULL)
			continue;
		if (to->domain == from->domain)
			mistakes_add(r->mistakes, from->trunk.to.at, to == from
				     ? "trunk: `%s' and `%s' are one segment"
				     : "trunk: `%s' and `%s' are joined already: this makes a loop", from->name, to->name);
		else
			join(s, from->domain, to->domain);
	}
	share_nets(s);
}

/* --- steps ---------------------------------------------------------------------------------------------- */

/* The one interface that is meant, or NULL, which is reported. */
static struct scenario_interface *one_interface(struct reader *r, const struct scenario *s, const char *verb,
						struct scenario_port *port)
{
	struct scenario_node *n = resolve_node(s, &port->node);

	if (n == NULL || n->interface_count == 0)
		return NULL;
	if (port->interface == SCENARIO_EVERY_INTERFACE && n->interface_count > 1) {
		mistakes_add(r->mistakes, port->node.at, "%s: `%s' has several interfaces; say which: %s.%s", verb,
			     n->name, n->name, n->interface[0].name);
		return NULL;
	}
	if (port->interface == SCENARIO_EVERY_INTERFACE)
		port->interface = 0;
	return port->interface < n->interface_count ? &n->interface[port->interface] : NULL;
}

static void resolve_move(struct reader *r, const struct scenario *s, struct scenario_move *m)
{
	const struct scenario_interface *i = one_interface(r, s, "move", &m->port);
	const struct scenario_segment *from = i != NULL ? resolve_segment(s, &i->on) : NULL;

	if (from == NULL)
		return;
	if (m->to.text == NULL) {
		m->to.index = i->on.index;
		return;
	}
	const struct scenario_segment *to = resolve_segment(s, &m->to);
	if (to != NULL && to->domain != from->domain)
		mistakes_add(r->mistakes, m->to.at, "move: no trunk joins `%s' with `%s'", from->name, to->name);
}

static void resolve_flood(struct reader *r, const struct scenario *s, struct scenario_flood *f)
{
	const struct scenario_interface *i = one_interface(r, s, "flood", &f->port);

	if (i == NULL || f->vip.family == IP_NONE)
		return;
	for (size_t k = 0; k < i->addresses.count && f->source.family == IP_NONE; k++) {
		const struct ip_addr *a = &i->addresses.item[k].addr;
		if (a->family == f->vip.family && (a->family == IP_V4 || ip_is_link_local(a)))
			f->source = *a;
	}
	if (f->source.family == IP_NONE && f->vip.family == IP_V6)
		f->source = ip6_link_local(i->mac.value);
	if (f->source.family == IP_NONE)
		mistakes_add(r->mistakes, f->port.node.at, "flood: `%s' has no IPv4 address to send from",
			     f->port.node.text);
	if (f->vip.family == IP_V6 && f->version == 2)
		mistakes_add(r->mistakes, f->port.node.at, "flood: version 2 has no IPv6");
}

static void resolve_drift(struct reader *r, const struct scenario_step *step)
{
	if (step->drift.fast.given == step->drift.slow.given)
		mistakes_add(r->mistakes, step->place, "drift: give `fast' or `slow'");
}

static void resolve_burst(struct reader *r, const struct scenario_step *step)
{
	const struct scenario_trouble *t = &step->trouble;

	if (t->frames.given && t->end_ppm > 0)
		mistakes_add(r->mistakes, step->place, "burst: give `frames' or `end', not both");
	if (!t->frames.given && t->end_ppm == 0 && t->chance_ppm > 0)
		mistakes_add(r->mistakes, step->place, "burst: it never ends; give `frames' or `end'");
}

static void resolve_leak(struct reader *r, const struct scenario_step *step)
{
	if (step->leak.from == step->leak.to)
		mistakes_add(r->mistakes, step->place, "leak: `from' and `to' are the same");
}

static void resolve_trunk_change(struct reader *r, const struct scenario *s, const struct scenario_step *step)
{
	for (size_t i = 0; i < step->trunk.count; i++) {
		const struct scenario_name *name = &step->trunk.item[i].segment;
		const struct scenario_segment *segment = resolve_segment(s, name);

		if (segment != NULL && !segment->trunk.given)
			mistakes_add(r->mistakes, name->at, "trunk: segment `%s' says no trunk", segment->name);
	}
}

void resolve_fault(struct reader *r, const struct scenario *s, struct scenario_step *step)
{
	if (step->verb == STEP_BURST)
		resolve_burst(r, step);
	else if (step->verb == STEP_DRIFT)
		resolve_drift(r, step);
	else if (step->verb == STEP_MOVE)
		resolve_move(r, s, &step->move);
	else if (step->verb == STEP_LEAK)
		resolve_leak(r, step);
	else if (step->verb == STEP_FLOOD)
		resolve_flood(r, s, &step->flood);
	else if (step->verb == STEP_TRUNK)
		resolve_trunk_change(r, s, step);
}
