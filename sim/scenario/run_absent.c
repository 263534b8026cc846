// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/run_absent.h"

#include <stdio.h>

#define NOBODY UINT32_MAX

static bool is_absent(const struct run *r, size_t node)
{
	return node < r->order.scenario->node_count && r->order.live->absent[node];
}

static unsigned named(const struct scenario_name *n)
{
	return n->text != NULL ? n->index : NOBODY;
}

/* The first of the names that is absent. */
static unsigned first_absent(const struct run *r, const struct scenario_names *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_absent(r, list->item[i].index))
			return list->item[i].index;
	return NOBODY;
}

static bool has_routers(const struct scenario_node *n)
{
	return n->vrrp_count + n->carp_count + n->hsrp_count + n->glbp_count > 0 || n->ha.given;
}

/* An absent node that may be Active. */
static unsigned absent_router(const struct run *r)
{
	const struct scenario *s = r->order.scenario;

	for (unsigned n = 0; n < s->node_count; n++)
		if (is_absent(r, n) && has_routers(&s->node[n]))
			return n;
	return NOBODY;
}

/* The node whose absence is in the way, or one that is not. */
static unsigned about(const struct run *r, const struct scenario_expectation *e)
{
	switch (e->kind) {
	case EXPECT_STATE:
		return named(&e->state.of);
	case EXPECT_ACTIVES:
		/* Of ours we know; whom else the script names, or counts, we do not. */
		return e->actives.by_name ? first_absent(r, &e->actives.names) : absent_router(r);
	case EXPECT_NEVER:
		return e->never.what == NEVER_STATE ? named(&e->never.of) : absent_router(r);
	case EXPECT_MATCH:
		return e->match.from_any ? NOBODY : named(&e->match.from);
	case EXPECT_PING:
		return named(&e->ping.client);
	case EXPECT_DROPS:
		return named(&e->drops.node);
	case EXPECT_LOGS:
		return named(&e->logs.node);
	case EXPECT_TAKEOVER:
		return named(&e->takeover.node);
	case EXPECT_RECORDS:
		return named(&e->records.of);
	case EXPECT_SHARE:
		return named(&e->share.of.by);
	case EXPECT_BALANCE:
		return named(&e->balance.of.by);
	case EXPECT_NEW_CONNECTIONS:
	case EXPECT_ACTIVE_CONNECTIONS:
		return named(&e->connections.of.by);
	case EXPECT_ALL_TO:
	case EXPECT_CATCH_UP:
		return named(&e->catch_up.of.by);
	case EXPECT_FINDING:
	case EXPECT_NO_FINDING:
	case EXPECT_FINDINGS:
	case EXPECT_MAC_MOVES:
		return NOBODY;
	}
	return NOBODY; /* LCOV_EXCL_LINE: every kind is above */
}

bool run_cannot_judge(const struct run *r, const struct scenario_expectation *e, struct check *out)
{
	if (r->order.live == NULL || r->order.live->absent == NULL)
		return false;
	unsigned node = about(r, e);
	if (node == NOBODY || !is_absent(r, node))
		return false;
	*out = (struct check){.kind = CHECK_EXPECT, .verdict = CHECK_OPEN, .place = e->place, .name = e->name, .why = e->why,
			      .at = r->ended_at};
	(void)snprintf(out->text, sizeof out->text, "%s", e->text);
	(void)snprintf(out->got, sizeof out->got, "not judged: %s is a real box", r->order.scenario->node[node].name);
	check_want(out, "what only that box knows");
	return true;
}
