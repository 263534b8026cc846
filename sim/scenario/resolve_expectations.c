// SPDX-License-Identifier: BSD-2-Clause
/* Expectations: what they refer to, and whether they could ever say anything. */
#include <string.h>

#include "sim/scenario/resolve.h"
#include "sim/scenario/schema_hooks.h"

static void resolve_window(struct reader *r, const struct scenario *s, struct scenario_expectation *e)
{
	struct scenario_window *w = &e->window;
	struct scenario_place at = reader_place(r, w, e->place);

	if (w->form == WINDOW_RUN)
		*w = (struct scenario_window){.form = WINDOW_RUN, .until = VL_NEVER};
	if (s->until == 0)
		return;
	if (w->until == VL_NEVER)
		w->until = s->until;
	vl_time latest = w->form == WINDOW_AFTER ? w->from : w->until;
	bool over = w->form == WINDOW_AFTER ? w->from >= s->until : w->until > s->until;
	if (over)
		mistakes_add(r->mistakes, at, "the window looks at %s, but the run ends at %s (until)",
			     resolve_time(r, latest), resolve_time(r, s->until));
}

/* Groups of a node that an expectation about its state may mean. */
static size_t count_groups(const struct scenario_node *n, const struct scenario_expectation *e)
{
	size_t found = 0;

	for (size_t i = 0; i < n->hsrp_count; i++)
		found += !e->id.given && (!e->group.given || n->hsrp[i].group == e->group.value) &&
			 (e->family == IP_NONE || n->hsrp[i].family == e->family);
	for (size_t i = 0; i < n->glbp_count; i++)
		found += !e->id.given && (!e->group.given || n->glbp[i].group == e->group.value) && e->family != IP_V6;
	found += n->fgcp.given && !e->id.given && (!e->group.given || n->fgcp.group == e->group.value);
	if (e->group.given)
		return found;
	for (size_t i = 0; i < n->vrrp_count; i++)
		found += (!e->id.given || n->vrrp[i].vrid == e->id.value) &&
			 (e->family == IP_NONE || n->vrrp[i].family == e->family);
	for (size_t i = 0; i < n->carp_count; i++)
		found += !e->id.given || n->carp[i].vhid == e->id.value;
	/* a host of an NLB cluster has no number but its own */
	found += n->clusterxl.given && (!e->id.given || n->clusterxl.magic == e->id.value);
	found += n->nlb.given && !e->id.given;
	return found + (n->ha.given && (!e->id.given || n->ha.id == e->id.value));
}

static void check_id(struct reader *r, const struct scenario *s, const struct scenario_expectation *e)
{
	bool group = e->group.given;
	uint64_t id = group ? e->group.value : e->id.value;

	if (group && e->id.given)
		mistakes_add(r->mistakes, reader_place(r, &e->group, e->place), "group: there is an id already");
	if (r->incomplete || !(e->id.given || group) || resolve_timeline_sets_id(s, NULL, id))
		return;
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_expectation any_family = *e;

		any_family.family = IP_NONE;
		if (count_groups(&s->node[i], &any_family) > 0)
			return;
	}
	if (group)
		mistakes_add(r->mistakes, reader_place(r, &e->group, e->place),
			     "group: no node has an hsrp or glbp group `%llu'", (unsigned long long)id);
	else
		mistakes_add(r->mistakes, reader_place(r, &e->id, e->place), "id: no node has a vrrp, carp or ha id `%llu'",
			     (unsigned long long)id);
}

/* The node must have one group to be in a state of. */
static void check_group(struct reader *r, const struct scenario *s, const struct scenario_expectation *e,
			const struct scenario_name *name)
{
	const struct scenario_node *n = resolve_node(s, name);

	if (n == NULL || r->incomplete)
		return;
	size_t groups = count_groups(n, e);
	if (n->vrrp_count + n->carp_count + n->hsrp_count + n->glbp_count == 0 && !n->ha.given && !n->fgcp.given &&
	    !n->clusterxl.given && !n->nlb.given)
		mistakes_add(r->mistakes, name->at, "`%s' has no vrrp, carp or ha, and so no state", n->name);
	else if (groups == 0 && !(e->id.given && resolve_timeline_sets_id(s, n, e->id.value)) &&
		 !(e->group.given && resolve_timeline_sets_id(s, n, e->group.value)))
		mistakes_add(r->mistakes, name->at, "`%s' has nothing with this id and family", n->name);
	else if (groups > 1)
		mistakes_add(r->mistakes, name->at, "`%s' has several with a state; say which with id and family",
			     n->name);
}

static void check_ping(struct reader *r, const struct scenario *s, const struct scenario_expectation *e)
{
	const struct scenario_node *n = resolve_node(s, &e->ping.client);
	bool pings = false, pings_to = e->ping.to.family == IP_NONE;

	if (n == NULL || r->incomplete)
		return;
	for (size_t i = 0; i < s->step_count; i++) {
		const struct scenario_step *step = &s->step[i];

		if (step->verb != STEP_PING)
			continue;
		for (size_t j = 0; j < step->ping.from.count; j++) {
			if (resolve_node(s, &step->ping.from.item[j]) != n)
				continue;
			pings = true;
			pings_to = pings_to || ip_equal(&step->ping.target, &e->ping.to);
		}
	}
	char text[IP_TEXT];
	if (!pings)
		mistakes_add(r->mistakes, e->ping.client.at, "no step lets `%s' ping", n->name);
	else if (!pings_to)
		mistakes_add(r->mistakes, reader_place(r, &e->ping.to, e->place), "no step lets `%s' ping %s", n->name,
			     ip_format(text, &e->ping.to));
}

static void resolve_expectation(struct reader *r, struct scenario *s, struct scenario_expectation *e)
{
	resolve_window(r, s, e);
	check_id(r, s, e);
	switch (e->kind) {
	case EXPECT_STATE:
		check_group(r, s, e, &e->state.of);
		break;
	case EXPECT_TAKEOVER:
		check_group(r, s, e, &e->takeover.node);
		break;
	case EXPECT_NEVER:
		if (e->never.what == NEVER_STATE)
			check_group(r, s, e, &e->never.of);
		break;
	case EXPECT_PING:
		check_ping(r, s, e);
		break;
	case EXPECT_MAC_MOVES:
		if (e->mac_moves.on.text != NULL)
			break;
		if (s->segment_count > 1)
			mistakes_add(r->mistakes, e->place, "mac_moves: there are several segments; say which with `on'");
		else if (s->segment_count == 1)
			e->mac_moves.on = (struct scenario_name){.text = s->segment[0].name, .at = e->place};
		break;
	case EXPECT_ACTIVES:
	case EXPECT_FINDING:
	case EXPECT_NO_FINDING:
	case EXPECT_FINDINGS:
	case EXPECT_MATCH:
	case EXPECT_DROPS:
	case EXPECT_LOGS:
	case EXPECT_RECORDS:
	case EXPECT_SHARE:
	case EXPECT_BALANCE:
	case EXPECT_NEW_CONNECTIONS:
	case EXPECT_ACTIVE_CONNECTIONS:
	case EXPECT_ALL_TO:
	case EXPECT_CATCH_UP:
		if (hook_measures_seeds(e) && s->over == 0)
			mistakes_add(r->mistakes, e->place,
				     "a mean or median is over seeds: say how many with `over: 200 seeds' at the top of the script");
		break;
	}
}

void resolve_expectations(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->expectation_count; i++)
		if (s->expectation[i].text != NULL)
			resolve_expectation(r, s, &s->expectation[i]);
}
