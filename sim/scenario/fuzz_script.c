// SPDX-License-Identifier: BSD-2-Clause
/* Writing scripts with faults in them. */
#include "sim/scenario/fuzz_script.h"

#include <stdlib.h>
#include <string.h>

#include "sim/carp/carp_config.h"
#include "sim/scenario/fuzz_guests.h"
#include "sim/scenario/print.h"
#include "sim/scenario/run.h"
#include "sim/stack/neighbour.h"
#include "sim/vrrp/vrrp_config.h"

/* --- the base -------------------------------------------------------------------------------------------- */

static void hear_nothing(void *context, const struct record *r)
{
	(void)context;
	(void)r;
}

static void see_nothing(void *context, world_segment segment, uint64_t number, world_node from, const struct frame *f,
			const struct packet *packet, vl_time now)
{
	(void)context, (void)segment, (void)number, (void)from, (void)f, (void)packet, (void)now;
}

static void tell_nothing(void *context, const struct check *check)
{
	(void)context;
	(void)check;
}

static vl_time longer(vl_time a, vl_time b)
{
	return a > b ? a : b;
}

static void measure(struct fuzz_base *b)
{
	vl_time down = 0, delay = 0;

	for (size_t i = 0; i < invariants_member_count(b->members); i++) {
		const struct invariant_member *m = invariants_member(b->members, i);
		const struct scenario_node *n = &b->scenario->node[m->node];
		if (n->started)
			b->settled = longer(b->settled, vl_time_after(n->start, m->down + 2 * m->interval));
		down = longer(down, m->down);
		b->interval = longer(b->interval, m->interval);
		if (m->vrrp != NULL)
			delay = longer(delay, m->vrrp->preempt_delay);
		b->has_routers[m->node] = true;
	}
	b->settled += delay;
	b->wait = 2 * (down + b->interval) + delay + 2 * VL_S;
}

struct vl_status fuzz_base_init(struct fuzz_base *b, const struct scenario *s)
{
	*b = (struct fuzz_base){.scenario = s};
	if (s->node_count > FUZZ_NODES)
		return vl_refuse(VL_INVALID, "%zu nodes, at most %d", s->node_count, FUZZ_NODES);
	struct vl_status status = build_world(&b->world, s, 1, &(struct world_listener){NULL, hear_nothing, see_nothing});
	if (!vl_ok(&status))
		return status;
	b->members = invariants_new(s, &b->world, NULL, tell_nothing);
	if (b->members == NULL)
		status = vl_refuse(VL_NO_MEMORY, "no memory");
	else if (invariants_member_count(b->members) == 0)
		status = vl_refuse(VL_INVALID, "no virtual router in it");
	else
		measure(b);
	if (!vl_ok(&status))
		fuzz_base_fini(b);
	return status;
}

void fuzz_base_fini(struct fuzz_base *b)
{
	invariants_free(b->members);
	b->members = NULL;
	build_free(&b->world);
}

void fuzz_case_draw(struct fuzz_case *c, const struct fuzz_base *b, uint64_t seed)
{
	*c = (struct fuzz_case){.seed = seed};
	fuzz_draw(&c->faults, b, seed, b->settled + FUZZ_FAULTY);
}

/* --- what has to be so at the end ------------------------------------------------------------------------ */

static bool takes_part(const struct fuzz_base *b, const struct fuzz_case *c, size_t i)
{
	const struct invariant_member *m = invariants_member(b->members, i);

	return (c->gone >> m->node & 1) == 0 && b->scenario->node[m->node].started &&
	       (i >= 64 || (c->gone_router >> i & 1) == 0);
}

/* One id on one wire: they must come to one Active. */
static bool same_election(const struct fuzz_base *b, const struct invariant_member *x, const struct invariant_member *y)
{
	return x->class == y->class && x->vlan == y->vlan && x->family == y->family && x->id == y->id &&
	       invariants_joined(b->members, x->segment, y->segment, x->vlan);
}

static bool preempts(const struct invariant_member *m)
{
	return m->vrrp != NULL ? m->vrrp->preempt || m->priority == 255 : m->carp->preempt;
}

/* True when `x` is preferred to `y`. */
static bool is_better(const struct invariant_member *x, const struct invariant_member *y)
{
	return x->vrrp != NULL ? x->priority > y->priority : x->interval < y->interval;
}

/* The member that must be Active in the election of member `first`; SIZE_MAX: any of them. */
static size_t winner(const struct fuzz_base *b, const struct fuzz_case *c, size_t first)
{
	const struct invariant_member *election = invariants_member(b->members, first);
	size_t best = first;
	bool decided = true;

	for (size_t i = 0; i < invariants_member_count(b->members); i++) {
		const struct invariant_member *m = invariants_member(b->members, i);
		if (!takes_part(b, c, i) || !same_election(b, m, election))
			continue;
		decided = decided && preempts(m);
		if (is_better(m, invariants_member(b->members, best)))
			best = i;
	}
	for (size_t i = 0; i < invariants_member_count(b->members); i++) {
		const struct invariant_member *m = invariants_member(b->members, i);
		if (i != best && takes_part(b, c, i) && same_election(b, m, election) &&
		    !is_better(invariants_member(b->members, best), m))
			decided = false;
	}
	return decided ? best : SIZE_MAX;
}

/* For each id and family, however many segments and VLANs have it. */
static void print_actives(FILE *to, const struct fuzz_base *b, const struct fuzz_case *c, vl_time from)
{
	size_t count = invariants_member_count(b->members);
	char text[EXPECT_TIME];

	for (size_t i = 0; i < count; i++) {
		const struct invariant_member *m = invariants_member(b->members, i);
		size_t elections = 0, one = SIZE_MAX;
		bool told = false;
		for (size_t k = 0; k < count; k++) {
			const struct invariant_member *other = invariants_member(b->members, k);
			bool is_first = takes_part(b, c, k) && other->id == m->id && other->family == m->family;
			told = told || (is_first && k < i);
			for (size_t x = 0; x < k && is_first; x++)
				is_first = !takes_part(b, c, x) ||
					   !same_election(b, invariants_member(b->members, x), other);
			if (is_first) {
				elections++;
				one = winner(b, c, k);
			}
		}
		if (told || !takes_part(b, c, i))
			continue;
		if (elections == 1 && one != SIZE_MAX)
			fprintf(to, "  - {actives: [%s], ",
				b->scenario->node[invariants_member(b->members, one)->node].name);
		else
			fprintf(to, "  - {actives: %zu, ", elections);
		fprintf(to, "id: %u, family: %s, after: %s}\n", (unsigned)m->id, m->family == IP_V6 ? "ipv6" : "ipv4",
			expect_time(text, from));
	}
}

/* --- the script ------------------------------------------------------------------------------------------ */

static bool is_kept_ping(const struct scenario_step *step, const struct fuzz_case *c)
{
	if (step->verb != STEP_PING || c->pings_gone || step->ping.count != 0)
		return false;
	for (size_t i = 0; i < step->ping.from.count; i++)
		if ((c->gone >> step->ping.from.item[i].index & 1) != 0)
			return false;
	return true;
}

static void print_pings(FILE *to, const struct scenario *s, const struct fuzz_case *c, vl_time from)
{
	char text[EXPECT_TIME], address[IP_TEXT];

	for (size_t i = 0; i < s->step_count; i++) {
		const struct scenario_step *step = &s->step[i];
		if (!is_kept_ping(step, c))
			continue;
		for (size_t k = 0; k < step->ping.from.count; k++)
			fprintf(to, "  - {ping: %s, to: \"%s\", loss: 0%%, after: %s}\n", step->ping.from.item[k].text,
				ip_format(address, &step->ping.target), expect_time(text, from));
	}
}

static bool has_pings(const struct scenario *s, const struct fuzz_case *c)
{
	bool any = false;

	for (size_t i = 0; i < s->step_count; i++)
		any = any || is_kept_ping(&s->step[i], c);
	return any;
}

/* A guest needs the virtual router that it is about. */
static bool is_kept_fault(const struct fuzz_base *b, const struct fuzz_case *c, const struct fuzz_fault *f)
{
	return !fuzz_is_guest(f->kind) || takes_part(b, c, f->member);
}

static void print_steps(FILE *to, const struct fuzz_base *b, const struct fuzz_case *c)
{
	const struct scenario *s = b->scenario;

	for (size_t i = 0; i < s->step_count; i++)
		if (is_kept_ping(&s->step[i], c))
			fprintf(to, "  - %s\n", s->step[i].text);
	for (size_t i = 0; i < c->faults.count; i++)
		if (is_kept_fault(b, c, &c->faults.fault[i]))
			fuzz_print_fault(to, b, &c->faults.fault[i], c->gone);
}

/* False: no memory. Not every fault has steps: the list may be empty, and is left out then. */
static bool print_timeline(FILE *to, const struct fuzz_base *b, const struct fuzz_case *c)
{
	char *text = NULL;
	size_t length = 0;
	FILE *steps = open_memstream(&text, &length);

	if (steps == NULL)
		return false;
	print_steps(steps, b, c);
	bool ok = fclose(steps) == 0;
	if (ok && length > 0)
		fprintf(to, "timeline:\n%s", text);
	free(text);
	return ok;
}

static void forget_learning(struct scenario_segment *segment, const struct fuzz_fault *f)
{
	segment->learning.given = true;
	segment->learning.moves = f->number;
	segment->learning.within = 10 * VL_S;
	segment->learning.off = f->way == DIRECTION_OUT ? VL_S : f->way == DIRECTION_IN ? 5 * VL_S : 20 * VL_S;
}

/* Without segments on which nobody is left, when no trunk needs them. `segment` has room for all. */
static void reduce_segments(struct scenario *out, const struct fuzz_base *b, const struct fuzz_case *c,
			    struct scenario_segment *segment)
{
	const struct scenario *s = b->scenario;
	bool trunks = false;

	out->segment = segment;
	out->segment_count = 0;
	for (size_t i = 0; i < s->segment_count; i++)
		trunks = trunks || s->segment[i].trunk.given;
	for (size_t i = 0; i < s->segment_count; i++) {
		bool used = trunks;
		for (size_t n = 0; n < out->node_count; n++)
			for (size_t k = 0; k < out->node[n].interface_count; k++)
				used = used || out->node[n].interface[k].on.index == i;
		if (!used)
			continue;
		struct scenario_segment *kept = &segment[out->segment_count++];
		*kept = s->segment[i];
		for (size_t k = 0; k < c->faults.count; k++)
			if (c->faults.fault[k].kind == FUZZ_LEARNING && c->faults.fault[k].segment == i)
				forget_learning(kept, &c->faults.fault[k]);
	}
}

/* The base without what is left out, without steps and expectations: scenario_print says the rest. The arrays are
 * copies in `node` and `router`. */
static void reduce(struct scenario *out, const struct fuzz_base *b, const struct fuzz_case *c,
		   struct scenario_node *node, struct scenario_vrrp *vrrp, struct scenario_carp *carp)
{
	const struct scenario *s = b->scenario;
	size_t member = 0;

	*out = *s;
	out->seed = c->seed;
	out->node = node;
	out->node_count = out->step_count = out->expectation_count = 0;
	out->suspended[PROMISE_HEARD_CONFLICTS] = true;
	for (size_t i = 0; i < s->node_count; i++) {
		struct scenario_node n = s->node[i];
		bool is_list = n.class != CLASS_LOADMASTER;
		n.vrrp = vrrp;
		n.carp = carp;
		n.vrrp_count = n.carp_count = 0;
		for (; member < invariants_member_count(b->members); member++) {
			const struct invariant_member *m = invariants_member(b->members, member);
			if (m->node != i)
				break;
			bool gone = member < 64 && (c->gone_router >> member & 1) != 0;
			size_t at = member;
			while (at > 0 && invariants_member(b->members, at - 1)->node == i &&
			       invariants_member(b->members, at - 1)->class == m->class)
				at--;
			if (is_list && !gone && m->class == ORACLE_VRRP)
				*vrrp++ = s->node[i].vrrp[member - at], n.vrrp_count++;
			else if (is_list && !gone)
				*carp++ = s->node[i].carp[member - at], n.carp_count++;
		}
		if ((c->gone >> i & 1) == 0)
			out->node[out->node_count++] = n;
	}
}

/* Adds the guests of the faults. `guest` and the nodes have room for all. */
static void invite(struct scenario *out, const struct fuzz_base *b, const struct fuzz_case *c, struct scenario_node *node,
		   struct fuzz_guest *guest)
{
	for (size_t i = 0; i < c->faults.count; i++) {
		const struct fuzz_fault *f = &c->faults.fault[i];
		size_t count = is_kept_fault(b, c, f) ? fuzz_guests(guest, b, f) : 0;
		for (; count > 0; count--)
			node[out->node_count++] = guest++->node;
		if (f->kind == FUZZ_TWIN && is_kept_fault(b, c, f))
			out->suspended[PROMISE_UNIQUE_ADDRESSES] = true;
	}
}

static bool print_base(FILE *to, const struct fuzz_base *b, const struct fuzz_case *c, vl_time until)
{
	size_t members = invariants_member_count(b->members), guests = FUZZ_GUESTS * (c->faults.count + 1);
	struct scenario_node *node = calloc(b->scenario->node_count + guests, sizeof *node);
	struct fuzz_guest *guest = calloc(guests, sizeof *guest);
	struct scenario_vrrp *vrrp = calloc(members + 1, sizeof *vrrp);
	struct scenario_carp *carp = calloc(members + 1, sizeof *carp);
	struct scenario_segment *segment = calloc(b->scenario->segment_count + 1, sizeof *segment);
	struct scenario left;
	bool ok = node != NULL && guest != NULL && segment != NULL && vrrp != NULL && carp != NULL;

	if (ok) {
		reduce(&left, b, c, node, vrrp, carp);
		invite(&left, b, c, node, guest);
		reduce_segments(&left, b, c, segment);
		left.until = until;
		ok = scenario_print(to, &left);
	}
	free(segment);
	free(node);
	free(guest);
	free(vrrp);
	free(carp);
	return ok;
}

/* How long the virtual routers may take once the faults are over. */
static vl_time waiting_time(const struct fuzz_base *b, const struct fuzz_case *c)
{
	vl_time longest = b->interval;
	uint64_t drops = 0;

	for (size_t i = 0; i < c->faults.count; i++) {
		drops += fuzz_pending_drops(&c->faults.fault[i]);
		/* A flood's advertisements say 1 s, which Backups of version 3 learn. */
		if (c->faults.fault[i].kind == FUZZ_FLOOD)
			longest = longer(longest, VL_S);
	}
	return b->wait + 2 * 4 * (longest - b->interval) + drops * b->interval;
}

char *fuzz_script(const struct fuzz_base *b, const struct fuzz_case *c, size_t *length)
{
	vl_time over = b->settled, believed = 0;
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (to == NULL)
		return NULL;
	for (size_t i = 0; i < c->faults.count; i++) {
		over = longer(over, c->faults.fault[i].end);
		/* A host believes what it heard until it asks again. */
		if (fuzz_misleads(&c->faults.fault[i]) && has_pings(b->scenario, c))
			believed = NEIGHBOUR_REACHABLE + (NEIGHBOUR_TRIES + 1) * NEIGHBOUR_RETRANS;
	}
	/* In whole seconds: people read it. */
	vl_time from = (over + waiting_time(b, c)) / VL_S * VL_S + VL_S;
	bool ok = print_base(to, b, c, from + believed + FUZZ_SETTLED + 3 * b->interval) && print_timeline(to, b, c);
	fputs("expect:\n", to);
	print_actives(to, b, c, from);
	print_pings(to, b->scenario, c, from + believed);
	if (fclose(to) == 0 && ok)
		return text;
	free(text);
	return NULL;
}

/* --- failures -------------------------------------------------------------------------------------------- */

void fuzz_failure(char text[FUZZ_FAILURE], const struct run *r)
{
	const struct check *first = NULL;

	text[0] = '\0';
	for (size_t i = 0; i < r->check_count; i++) {
		const struct check *c = &r->check[i];
		if (c->verdict == CHECK_FAILED &&
		    (first == NULL || (first->kind == CHECK_EXPECT && c->kind != CHECK_EXPECT)))
			first = c;
	}
	if (first == NULL)
		return;
	const char *what = first->name != NULL ? first->name : first->text;
	size_t length = first->kind == CHECK_EXPECT ? strcspn(what + 1, ":") : strlen(what);
	snprintf(text, FUZZ_FAILURE, "%s %.*s", check_kind_word(first->kind), (int)length,
		 first->kind == CHECK_EXPECT ? what + 1 : what);
}
