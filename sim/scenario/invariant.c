// SPDX-License-Identifier: BSD-2-Clause
/* The life of the invariants, what records change, and the promises about what lasts: Actives and announcements. */
#include "sim/scenario/invariant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/setting.h"
#include "sim/node/node.h"
#include "sim/scenario/invariant_parts.h"

static vl_time later(vl_time a, vl_time b)
{
	return a > b ? a : b;
}

void invariant_broken(struct invariants *v, struct member *m, enum scenario_promise p, vl_time at, const char *got,
		      const char *want)
{
	static const struct {
		const char *name, *help;
	} promise[] = {
#define X(constant, word, help) [constant] = {word, help},
		SCENARIO_PROMISES(X)
#undef X
	};
	struct check check = {.kind = CHECK_INVARIANT, .name = promise[p].name};

	v->excused[p] = v->excused[p] || v->scenario->suspended[p];
	if (v->scenario->suspended[p] || (m != NULL && m->told_of[p]))
		return;
	if (m != NULL)
		m->told_of[p] = true;
	snprintf(check.text, sizeof check.text, "%s: %s", promise[p].name, promise[p].help);
	check_want(&check, "%s; or `suspends: %s'", want, promise[p].name);
	check_fail(&check, at, "%s", got);
	v->tell(v->context, &check);
}

/* --- construction ---------------------------------------------------------------------------------------- */

static size_t station_of(struct invariants *v, world_node node, const struct scenario_interface *i)
{
	size_t k = 0;

	while (k < v->station_count &&
	       (v->station[k].node != node || v->station[k].port != i->port || v->station[k].segment != i->on.index))
		k++;
	if (k == v->station_count)
		v->station[v->station_count++] =
			(struct station){.node = node, .port = i->port, .segment = i->on.index, .carrier = true};
	return k;
}

static void add_member(struct invariants *v, world_node node, const struct vrrp_router *router,
		       const struct carp_host *host)
{
	unsigned interface = router != NULL ? vrrp_router_config(router)->interface : carp_host_config(host)->interface;
	const struct scenario_interface *i = &v->scenario->node[node].interface[interface];
	struct member *m = &v->member[v->member_count++];

	*m = (struct member){
		.told = {
			.node = node,
			.segment = i->on.index,
			.vlan = i->vlan.given ? (uint16_t)i->vlan.value : 0,
			.class = router != NULL ? ORACLE_VRRP : ORACLE_CARP,
			.family = router != NULL ? vrrp_router_config(router)->family : carp_host_config(host)->family,
		},
		.router = router,
		.host = host,
		.interface = i->name,
		.station = station_of(v, node, i),
		.state = ORACLE_INITIALIZE,
		.active_since = VL_NEVER,
		.ready_since = VL_NEVER,
		.announce_by = VL_NEVER,
	};
	invariant_read(m);
}

static void add_node(struct invariants *v, const struct build *b, world_node node)
{
	const struct scenario_node *n = &v->scenario->node[node];
	const struct engine *box = build_box(b, v->scenario, node);

	for (size_t i = 0; i < node_vrrp_count(box); i++) {
		add_member(v, node, node_vrrp(box, i), NULL);
		v->member[v->member_count - 1].synced = i < n->vrrp_count && n->vrrp[i].sync_group != NULL;
	}
	for (size_t i = 0; i < node_carp_count(box); i++)
		add_member(v, node, NULL, node_carp(box, i));
}

void invariant_regroup(struct invariants *v)
{
	for (size_t i = 0; i < v->member_count; i++) {
		size_t first = 0;
		while (first < i && !invariant_same_election(v, &v->member[first], &v->member[i]))
			first++;
		v->member[i].election = first;
	}
	for (size_t a = 0; a < v->member_count; a++)
		for (size_t b = 0; b < v->member_count; b++)
			v->accepts[a * v->member_count + b] = invariant_pair_accepts(v, &v->member[a], &v->member[b]);
}

/* The longest of all links, and all trunks one after the other. */
static vl_time longest_latency(const struct scenario *s)
{
	vl_time longest = WORLD_LINK_LATENCY, trunks = 0;

	for (size_t i = 0; i < s->segment_count; i++) {
		const struct scenario_segment *segment = &s->segment[i];
		if (segment->latency.given)
			longest = later(longest, segment->latency.value);
		if (segment->trunk.given)
			trunks += segment->trunk.latency.given ? segment->trunk.latency.value : WORLD_LINK_LATENCY;
	}
	for (size_t n = 0; n < s->node_count; n++)
		for (size_t i = 0; i < s->node[n].interface_count; i++)
			if (s->node[n].interface[i].latency.given)
				longest = later(longest, s->node[n].interface[i].latency.value);
	return longest + trunks;
}

static size_t count_members(const struct scenario *s, const struct build *b)
{
	size_t count = 0;

	for (size_t i = 0; i < s->node_count; i++)
		count += node_vrrp_count(build_box(b, s, i)) + node_carp_count(build_box(b, s, i));
	return count;
}

struct invariants *invariants_new(const struct scenario *s, const struct build *b, void *context,
				  void (*tell)(void *context, const struct check *check))
{
	struct invariants *v = calloc(1, sizeof *v);
	size_t members = count_members(s, b), nodes = s->node_count;

	if (v == NULL)
		return NULL;
	*v = (struct invariants){
		.scenario = s,
		.world = b->world,
		.context = context,
		.tell = tell,
		.member = calloc(members + 1, sizeof *v->member),
		.accepts = calloc(members * members + 1, sizeof *v->accepts),
		.station = calloc(members + 1, sizeof *v->station),
		.mutual_since = calloc(members * members + 1, sizeof *v->mutual_since),
		.actives = calloc(members + 1, sizeof *v->actives),
		.off_since = calloc(nodes + 1, sizeof *v->off_since),
		.clock_ppm = calloc(nodes + 1, sizeof *v->clock_ppm),
		.told_node = calloc(nodes + 1, sizeof *v->told_node),
		.slack = 4 * longest_latency(s),
	};
	if (v->member == NULL || v->accepts == NULL || v->station == NULL || v->mutual_since == NULL ||
	    v->actives == NULL || v->off_since == NULL || v->clock_ppm == NULL || v->told_node == NULL) {
		invariants_free(v);
		return NULL;
	}
	for (world_node n = 0; n < nodes; n++)
		add_node(v, b, n);
	for (size_t i = 0; i < v->station_count * v->station_count; i++)
		v->mutual_since[i] = VL_NEVER;
	invariant_regroup(v);
	return v;
}

void invariants_free(struct invariants *v)
{
	if (v == NULL)
		return;
	free(v->member);
	free(v->accepts);
	free(v->station);
	free(v->mutual_since);
	free(v->actives);
	free(v->off_since);
	free(v->clock_ppm);
	free(v->told_node);
	free(v);
}

size_t invariants_member_count(const struct invariants *v)
{
	return v->member_count;
}

const struct invariant_member *invariants_member(const struct invariants *v, size_t i)
{
	return &v->member[i].told;
}

bool invariants_accept(const struct invariants *v, size_t a, size_t b)
{
	return v->accepts[a * v->member_count + b];
}

/* --- what lasts ------------------------------------------------------------------------------------------ */

static const char *node_name(const struct invariants *v, const struct member *m)
{
	return v->scenario->node[m->told.node].name;
}

/* Both hear each other well since; VL_NEVER: not now. Members of sync groups follow what is heard on any of their
 * nodes' segments. */
static vl_time heard_since(const struct invariants *v, const struct member *a, const struct member *b)
{
	vl_time since = 0;

	if (!a->synced && !b->synced)
		return v->mutual_since[a->station * v->station_count + b->station];
	for (size_t i = 0; i < v->station_count; i++)
		for (size_t k = 0; k < v->station_count; k++)
			if (v->station[i].node == a->told.node && v->station[k].node == b->told.node &&
			    world_joined(v->world, v->station[i].segment, v->station[k].segment))
				since = later(since, v->mutual_since[i * v->station_count + k]);
	return since;
}

static void judge_pair(struct invariants *v, struct member *a, struct member *b, vl_time now)
{
	vl_time since = later(later(heard_since(v, a, b), later(a->active_since, b->active_since)),
			      later(later(a->changed, b->changed), later(a->refused, b->refused)));
	vl_time bound = later(invariant_stretch(v, a->told.node, a->told.interval),
			      invariant_stretch(v, b->told.node, b->told.interval)) +
			later(a->told.skew, b->told.skew) + v->slack;
	char got[CHECK_TEXT], want[CHECK_TEXT], from[EXPECT_TIME], most[EXPECT_TIME];

	if (since == VL_NEVER || vl_time_after(since, bound) >= now)
		return;
	snprintf(got, sizeof got, "%s and %s both Active on id %u, hearing each other since %s", node_name(v, a),
		 node_name(v, b), (unsigned)a->told.id, expect_time(from, since));
	snprintf(want, sizeof want, "one of them yields within %s", expect_time(most, bound));
	invariant_broken(v, a, PROMISE_ONE_ACTIVE, since + bound, got, want);
}

static void judge_alone(struct invariants *v, struct member *m, vl_time now)
{
	vl_time since = later(later(later(m->alone_since, v->leaked_until), m->refused),
			      later(m->ready_since, m->changed));
	vl_time bound = invariant_stretch(v, m->told.node, vl_time_after(m->told.down, m->told.interval)) + v->slack;
	char got[CHECK_TEXT], want[CHECK_TEXT], from[EXPECT_TIME], most[EXPECT_TIME];

	/* Who hears late takes over late. */
	if (since == VL_NEVER || vl_time_after(since, bound) >= now || v->station[m->station].blurred)
		return;
	snprintf(got, sizeof got, "none Active on id %u since %s, although %s runs with its interface up",
		 (unsigned)m->told.id, expect_time(from, since), node_name(v, m));
	snprintf(want, sizeof want, "one within %s", expect_time(most, bound));
	invariant_broken(v, m, PROMISE_SOME_ACTIVE, since + bound, got, want);
}

static void judge_announced(struct invariants *v, struct member *m, vl_time now)
{
	char got[CHECK_TEXT], want[CHECK_TEXT], address[IP_TEXT], since[EXPECT_TIME];
	size_t i = 0;

	if (m->announce_by == VL_NEVER || now <= m->announce_by)
		return;
	while (i < m->address_count && (m->unannounced & (1u << i)) == 0)
		i++;
	snprintf(got, sizeof got, "%s, Active on id %u since %s, has not announced %s", node_name(v, m),
		 (unsigned)m->told.id, expect_time(since, m->active_since),
		 i < m->address_count ? ip_format(address, &m->address[i]) : "an address");
	snprintf(want, sizeof want, "a gratuitous ARP or unsolicited Neighbour Advertisement for each address");
	invariant_broken(v, m, PROMISE_ANNOUNCED, m->announce_by, got, want);
	m->announce_by = VL_NEVER;
}

/* Everything that lasted up to `now`: nothing has changed since the last time, so once an instant is enough. */
void invariant_judge(struct invariants *v, vl_time now)
{
	if (now == v->judged_at)
		return;
	v->judged_at = now;
	for (size_t i = 0; i < v->member_count && !v->outside; i++) {
		struct member *m = &v->member[i];
		judge_announced(v, m, now);
		judge_alone(v, m, now);
		for (size_t k = i + 1; m->active_since != VL_NEVER && k < v->member_count; k++)
			if (v->member[k].active_since != VL_NEVER && v->accepts[i * v->member_count + k])
				judge_pair(v, m, &v->member[k], now);
	}
}

void invariants_finish(struct invariants *v, vl_time end)
{
	v->judged_at = VL_NEVER;
	invariant_judge(v, end);
}

bool invariants_excused(const struct invariants *v, enum scenario_promise p)
{
	return v->excused[p];
}

/* --- what changes ---------------------------------------------------------------------------------------- */

static void move(vl_time *since, bool is_so, vl_time now)
{
	if (!is_so)
		*since = VL_NEVER;
	else if (*since == VL_NEVER)
		*since = now;
}

/* From states, nodes and carriers to who is Active, ready and alone since when. */
static void settle(struct invariants *v, vl_time now)
{
	memset(v->actives, 0, v->member_count * sizeof *v->actives);
	for (size_t i = 0; i < v->member_count; i++) {
		struct member *m = &v->member[i];
		bool runs = v->off_since[m->told.node] == VL_NEVER, was = m->active_since != VL_NEVER;

		move(&m->active_since, runs && m->state == ORACLE_ACTIVE, now);
		move(&m->ready_since, runs && v->station[m->station].carrier && !m->excused, now);
		if (was && m->active_since == VL_NEVER) {
			m->left_active = now;
			m->announce_by = VL_NEVER;
		}
		v->actives[m->election] += m->active_since != VL_NEVER;
	}
	for (size_t i = 0; i < v->member_count; i++)
		move(&v->member[i].alone_since, v->actives[v->member[i].election] == 0, now);
}

/* Looks again who hears whom, where the node or the segment takes part; who does is undisturbed from now on. */
static void listen(struct invariants *v, world_node node, world_segment segment, vl_time now)
{
	for (size_t a = 0; a < v->station_count; a++) {
		const struct station *x = &v->station[a];
		for (size_t b = 0; b < v->station_count; b++) {
			const struct station *y = &v->station[b];
			if (!world_joined(v->world, x->segment, y->segment) ||
			    (segment != WORLD_ANY && !world_joined(v->world, x->segment, segment)) ||
			    (node != WORLD_ANY && x->node != node && y->node != node))
				continue;
			bool good = station_is_well(v, x) && station_is_well(v, y) &&
				    world_reaches(v->world, x->node, x->segment, y->node, y->segment) &&
				    world_reaches(v->world, y->node, y->segment, x->node, x->segment);
			v->mutual_since[a * v->station_count + b] = good ? now : VL_NEVER;
		}
	}
}

static void disturbed(struct invariants *v, const struct record *r, world_node node, world_segment segment)
{
	for (size_t i = 0; i < v->member_count; i++) {
		struct member *m = &v->member[i];
		if ((node != WORLD_ANY && m->told.node != node) || (segment != WORLD_ANY && m->told.segment != segment))
			continue;
		m->announce_by = VL_NEVER;
		if (r->kind == &WORLD_NODE_KIND && strcmp(record_word(r, "what"), "started") == 0) {
			m->state = ORACLE_INITIALIZE;
			m->excused = false;
		}
	}
	listen(v, node, segment, r->at);
}

/* The addresses are to be told from now on; who cannot be heard need not. */
static void begin_reign(const struct invariants *v, struct member *m, vl_time now)
{
	const struct station *s = &v->station[m->station];
	unsigned first = m->router != NULL ? m->told.vrrp->announce.count : m->told.carp->announce.count;
	unsigned more = m->router != NULL ? m->told.vrrp->announce.repeat_count : m->told.carp->announce.repeat_count;
	vl_time after = m->router != NULL ? m->told.vrrp->announce.repeat_after : m->told.carp->announce.repeat_after;

	memset(m->answered, 0, sizeof m->answered);
	m->announce_by = VL_NEVER;
	if (first + more == 0 || !station_is_well(v, s) || !world_audible(v->world, s->segment, s->node))
		return;
	m->unannounced = m->address_count >= 32 ? UINT32_MAX : (1u << m->address_count) - 1;
	m->announce_by = vl_time_after(now, (first > 0 ? 0 : after) + INVARIANT_ANNOUNCE + v->slack);
}

/* NULL: none; a goodbye under an id that it has no more, which says what it is now, too. */
static struct member *member_of(struct invariants *v, const struct record *r, bool vrrp, const char *interface)
{
	world_node node = invariant_node_named(v, r->node);

	for (size_t i = 0; i < v->member_count; i++) {
		struct member *m = &v->member[i];
		if (m->told.node != node || (m->router != NULL) != vrrp || strcmp(m->interface, interface) != 0)
			continue;
		const char *name = vrrp ? vrrp_router_name(m->router) : carp_host_name(m->host);
		if (r->part != NULL && strcmp(r->part, name) == 0)
			return m;
	}
	return NULL;
}

static void state_record(struct invariants *v, const struct record *r)
{
	bool vrrp = r->kind == &VRRP_STATE_KIND;
	struct member *m = member_of(
		v, r, vrrp, r->value[vrrp ? (int)VRRP_STATE_INTERFACE : (int)CARP_STATE_INTERFACE].word);

	if (m == NULL)
		return;
	const char *to = r->value[vrrp ? (int)VRRP_STATE_TO : (int)CARP_STATE_TO].word;
	const char *why = r->value[vrrp ? (int)VRRP_STATE_WHY : (int)CARP_STATE_WHY].word;
	invariant_read(m);
	m->state = strcmp(to, "active") == 0 || strcmp(to, "master") == 0 ? ORACLE_ACTIVE
		   : strcmp(to, "backup") == 0				  ? ORACLE_BACKUP
									  : ORACLE_INITIALIZE;
	m->excused = vrrp && m->state == ORACLE_INITIALIZE &&
		     (strcmp(why, vrrp_reason_text(VRRP_WHY_TRACK_DOWN)) == 0 ||
		      strcmp(why, vrrp_reason_text(VRRP_WHY_SYNC_GROUP)) == 0);
	if (m->state == ORACLE_ACTIVE)
		begin_reign(v, m, r->at);
}

/* vrrp.md 2.1.4: what it refuses starves it. Its timers begin anew, and so does what is asked of it. */
static void refusal_record(struct invariants *v, const struct record *r)
{
	struct member *m = member_of(v, r, true, r->value[VRRP_DROP_INTERFACE].word);

	if (m == NULL || (m->told.vrrp->advert_timer_on_receive == VRRP_TIMER_KEEP &&
			  m->told.vrrp->down_timer_on_refused == VRRP_TIMER_KEEP))
		return;
	invariant_judge(v, r->at);
	m->refused = r->at;
}

/* Settings, tracked objects, learned intervals: the engines' configurations have changed. */
static bool config_record(struct invariants *v, const struct record *r)
{
	bool set = r->kind == &SETTING_NUMBER_KIND || r->kind == &SETTING_TIME_KIND || r->kind == &SETTING_FLAG_KIND ||
		   r->kind == &SETTING_WORD_KIND;

	if (!set && r->kind != &VRRP_TRACK_KIND && r->kind != &VRRP_LEARNED_KIND)
		return false;
	world_node node = invariant_node_named(v, r->node);
	invariant_judge(v, r->at);
	for (size_t i = 0; i < v->member_count; i++) {
		struct member *m = &v->member[i];
		if (m->told.node != node)
			continue;
		invariant_read(m);
		if (r->kind != &VRRP_LEARNED_KIND)
			m->changed = r->at;
	}
	if (set)
		invariant_regroup(v);
	settle(v, r->at);
	return true;
}

/* Without virtual routers only the nodes matter: what is off is silent. */
void invariants_record(struct invariants *v, const struct record *r)
{
	world_node node = WORLD_ANY;
	world_segment segment = WORLD_ANY;

	if (v->member_count == 0 && r->kind != &WORLD_NODE_KIND)
		return;
	if (r->kind == &VRRP_STATE_KIND || r->kind == &CARP_STATE_KIND) {
		invariant_judge(v, r->at);
		state_record(v, r);
		settle(v, r->at);
	} else if (r->kind == &VRRP_DROP_KIND) {
		refusal_record(v, r);
	} else if (!config_record(v, r) && invariant_is_trouble(r)) {
		invariant_judge(v, r->at);
		invariant_trouble(v, r, &node, &segment);
		disturbed(v, r, node, segment);
		settle(v, r->at);
	}
}
