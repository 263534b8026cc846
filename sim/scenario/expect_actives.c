// SPDX-License-Identifier: BSD-2-Clause
/*
 * How many are Active on an ID: `actives` (a number of nodes, or exactly these nodes) and the forms of `never`.
 * A VRRP router and a CARP host of one number count together: they are on one ID.
 *
 * `actives` counts nodes, wherever they are Active. Two Actives at a time, or none, are a matter of one ID on
 * one segment, in one VLAN and one family.
 */
#include "sim/scenario/expect.h"

#include <stdio.h>

#define NAMES 160
#define ALL_STATES (ORACLE_ABSENT | ORACLE_INITIALIZE | ORACLE_WAITING | ORACLE_ACTIVE)

static bool node_is_active(const struct expect_context *c, const struct scenario_expectation *e, unsigned node,
			   vl_time at)
{
	struct oracle_who who = expect_who(e, node);

	return oracle_actives_at(c->oracle, &who, at, NULL, 0) > 0;
}

/* The next moment at which one of the nodes begins or ceases to be Active. */
static vl_time next_change(const struct expect_context *c, const struct scenario_expectation *e, vl_time at)
{
	vl_time next = VL_NEVER;

	for (unsigned node = 0; node < c->scenario->node_count; node++) {
		struct oracle_who who = expect_who(e, node);
		struct oracle_span span;
		bool active = node_is_active(c, e, node, at);
		if (oracle_when_actives(c->oracle, &who, active ? 1 : 0, active ? SIZE_MAX : 0, at, at + 1, &span))
			next = vl_time_min(next, span.until);
	}
	return next;
}

/* Writes the names of the Active nodes ("r1, r2", "none") and counts them. */
static size_t list_active(char names[NAMES], const struct expect_context *c,
			  const struct scenario_expectation *e, vl_time at)
{
	size_t count = 0, n = 0;

	snprintf(names, NAMES, "none");
	for (unsigned node = 0; node < c->scenario->node_count; node++) {
		if (!node_is_active(c, e, node, at))
			continue;
		if (n < NAMES)
			n += (size_t)snprintf(names + n, NAMES - n, "%s%s", count > 0 ? ", " : "",
					      c->scenario->node[node].name);
		count++;
	}
	return count;
}

static bool is_named(const struct scenario_names *names, unsigned node)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->item[i].index == node)
			return true;
	return false;
}

static bool actives_fit(const struct scenario_expectation *e, const struct expect_context *c, vl_time at)
{
	size_t count = 0;

	for (unsigned node = 0; node < c->scenario->node_count; node++) {
		bool active = node_is_active(c, e, node, at);
		if (e->actives.by_name && active != is_named(&e->actives.names, node))
			return false;
		count += active;
	}
	return e->actives.by_name || comparison_holds(&e->actives.count, count);
}

static void want_actives(const struct scenario_expectation *e, struct check *out)
{
	char text[COMPARISON_TEXT], names[NAMES] = "none";
	size_t n = 0;

	if (!e->actives.by_name) {
		check_want(out, "%s active", comparison_format(text, &e->actives.count));
		return;
	}
	for (size_t i = 0; i < e->actives.names.count && n < sizeof names; i++)
		n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", i > 0 ? ", " : "",
				      e->actives.names.item[i].text);
	check_want(out, "active: %s", names);
}

static void judge_actives(const struct scenario_expectation *e, const struct expect_memory *m,
			  const struct expect_context *c, struct check *out)
{
	bool instant = e->window.form == WINDOW_AT;
	vl_time from = instant && e->window.from > 0 ? e->window.from - 1 : e->window.from;
	vl_time until = instant ? from + 1 : expect_until(e, c);
	char names[NAMES], text[EXPECT_TIME];

	(void)m;
	want_actives(e, out);
	for (vl_time t = from; t < until; t = next_change(c, e, t)) {
		if (actives_fit(e, c, t))
			continue;
		vl_time at = instant ? e->window.from : t;
		size_t count = list_active(names, c, e, t);
		check_fail(out, at, "%zu active at %s: %s", count, expect_time(text, at), names);
		return;
	}
	list_active(names, c, e, from);
	check_hold(out, expect_over_at(e, c), "active: %s", names);
	if (!instant && !expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

/* --- never ---------------------------------------------------------------------------------------------- */

/* The first moment of the window at which this one ID has two Actives (dual), or exists and has none;
 * VL_NEVER. */
static vl_time first_violation(const struct expect_context *c, const struct oracle_who *who, bool dual,
			       vl_time from, vl_time until)
{
	struct oracle_span span, exists;

	for (vl_time t = from; t < until; t = span.until) {
		if (!oracle_when_actives(c->oracle, who, dual ? 2 : 0, dual ? SIZE_MAX : 0, t, until, &span))
			return VL_NEVER;
		vl_time begin = span.from > t ? span.from : t, end = vl_time_min(span.until, until);
		if (dual)
			return begin;
		if (oracle_when_state(c->oracle, who, ALL_STATES, begin, end, &exists))
			return exists.from > begin ? exists.from : begin;
	}
	return VL_NEVER;
}

/* True for the first interface in its segment and VLAN: each VLAN once. */
static bool is_first_there(const struct scenario *s, unsigned node, size_t interface)
{
	const struct scenario_interface *own = &s->node[node].interface[interface];

	for (unsigned n = 0; n <= node; n++)
		for (size_t i = 0; i < (n < node ? s->node[n].interface_count : interface); i++)
			if (s->node[n].interface[i].on.index == own->on.index &&
			    s->node[n].interface[i].vlan.value == own->vlan.value)
				return false;
	return true;
}

/* The ids of this class that the expectation means. False: none. */
static bool ids_of(const struct scenario_expectation *e, const struct expect_context *c, enum oracle_class class,
		   unsigned *low, unsigned *high)
{
	bool by_id = class == ORACLE_VRID || class == ORACLE_CLUSTERXL;
	const struct maybe_number *one = by_id ? &e->id : &e->group;

	if (by_id ? e->group.given : e->id.given)
		return false;
	if (!oracle_ids(c->oracle, class, low, high))
		return false;
	if (one->given)
		*low = *high = (unsigned)one->value;
	return true;
}

/* The same over every ID and family of this class that the expectation means, in one VLAN; *which is the first
 * one's. */
static vl_time first_of_class(const struct scenario_expectation *e, const struct expect_context *c, bool dual,
			      const struct oracle_who *where, struct oracle_who *which, vl_time first)
{
	unsigned low, high;

	if (!ids_of(e, c, where->class, &low, &high))
		return first;
	for (unsigned id = low; id <= high; id++) {
		for (unsigned n = 0; n < (where->class == ORACLE_FGCP ? 1 : 2); n++) {
			struct oracle_who who = *where;
			who.family = where->class == ORACLE_FGCP ? IP_NONE : n == 0 ? IP_V4 : IP_V6;
			who.id = id != 0 ? id : ORACLE_ID_0;
			if (e->family != IP_NONE && e->family != who.family)
				continue;
			vl_time at = first_violation(c, &who, dual, e->window.from, expect_until(e, c));
			if (at < first) {
				first = at;
				*which = who;
			}
		}
	}
	return first;
}

static vl_time first_in_vlan(const struct scenario_expectation *e, const struct expect_context *c, bool dual,
			     world_segment segment, uint16_t vlan, struct oracle_who *which, vl_time first)
{
	static const enum oracle_class classes[] = {ORACLE_VRID, ORACLE_HSRP, ORACLE_HSRP2,
						   ORACLE_GLBP, ORACLE_FGCP, ORACLE_CLUSTERXL};

	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		const struct oracle_who where = {
			.node = WORLD_ANY, .segment = segment, .class = classes[i], .one_vlan = true, .vlan = vlan};
		first = first_of_class(e, c, dual, &where, which, first);
	}
	return first;
}

/* The same over every segment and VLAN. */
static vl_time first_of_all(const struct scenario_expectation *e, const struct expect_context *c, bool dual,
			    struct oracle_who *which)
{
	const struct scenario *s = c->scenario;
	vl_time first = VL_NEVER;

	for (world_segment segment = 0; segment < s->segment_count; segment++)
		first = first_in_vlan(e, c, dual, segment, 0, which, first);
	for (unsigned n = 0; n < s->node_count; n++)
		for (size_t i = 0; i < s->node[n].interface_count; i++) {
			const struct scenario_interface *there = &s->node[n].interface[i];
			if (there->vlan.value != 0 && is_first_there(s, n, i))
				first = first_in_vlan(e, c, dual, there->on.index, (uint16_t)there->vlan.value, which,
						      first);
		}
	return first;
}

static void judge_number(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	bool dual = e->never.what == NEVER_DUAL_ACTIVE;
	struct oracle_who who = expect_who(e, WORLD_ANY);
	vl_time at = first_of_all(e, c, dual, &who);
	world_node two[2] = {0, 0};
	struct oracle_span span;
	char text[EXPECT_TIME];

	/* An ID that nobody has at all in the window has nobody Active either. */
	if (!dual && at == VL_NEVER &&
	    !oracle_when_state(c->oracle, &who, ALL_STATES, e->window.from, expect_until(e, c), &span))
		at = e->window.from;
	if (at == VL_NEVER) {
		check_hold(out, expect_over_at(e, c), "never");
		return;
	}
	expect_time(text, at);
	const char *number = oracle_class_fits(ORACLE_GROUP, who.class) ? "group" : "id";
	unsigned id = who.id == ORACLE_ID_0 ? 0 : who.id;
	if (dual && oracle_actives_at(c->oracle, &who, at, two, 2) >= 2)
		check_fail(out, at, "%s and %s are both active on %s %u from %s on",
			   c->scenario->node[two[0]].name, c->scenario->node[two[1]].name, number, id, text);
	else
		check_fail(out, at, "nobody is active on %s %u from %s on", number, id, text);
}

static void judge_never_state(const struct scenario_expectation *e, const struct expect_context *c,
			      struct check *out)
{
	struct oracle_who who = expect_who(e, e->never.of.index);
	struct oracle_span span;
	char text[EXPECT_TIME];

	if (!oracle_when_state(c->oracle, &who, expect_states(e->never.state), e->window.from, expect_until(e, c),
			       &span)) {
		check_hold(out, expect_over_at(e, c), "never");
		return;
	}
	vl_time at = span.from > e->window.from ? span.from : e->window.from;
	check_fail(out, at, "%s is %s from %s on", e->never.of.text,
		   expect_state_word(oracle_state_at(c->oracle, &who, at)), expect_time(text, at));
}

static void judge_never(const struct scenario_expectation *e, const struct expect_memory *m,
			const struct expect_context *c, struct check *out)
{
	static const char *const what[] = {
		[NEVER_DUAL_ACTIVE] = "two active",
		[NEVER_NO_ACTIVE] = "nobody active",
		[NEVER_STATE] = "in that state",
	};
	char from[EXPECT_TIME], until[EXPECT_TIME];

	(void)m;
	check_want(out, "never %s from %s to %s", what[e->never.what], expect_time(from, e->window.from),
		   expect_time(until, e->window.until));
	if (e->never.what == NEVER_STATE)
		judge_never_state(e, c, out);
	else
		judge_number(e, c, out);
	if (out->verdict == CHECK_HELD && !expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

const struct expect_family EXPECT_ACTIVES_FAMILY = {.judge = judge_actives};
const struct expect_family EXPECT_NEVER_FAMILY = {.judge = judge_never};
