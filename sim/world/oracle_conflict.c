// SPDX-License-Identifier: BSD-2-Clause
/* True conflicts: pairs of virtual routers that were Active together though they should not, and the pairs
 * of one quarrel put together. */
#include "sim/world/oracle_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *oracle_conflict_code(enum oracle_conflict_kind kind)
{
#define X(constant, code) [constant] = code,
	static const char *const table[] = {ORACLE_CONFLICTS(X)};
#undef X

	assert(kind < ORACLE_CONFLICT_KINDS);
	return table[kind];
}

struct conflicts {
	struct oracle_conflict *array;
	size_t count, room;
	bool no_memory;
};

/* --- what two virtual routers are to each other --------------------------------------------------------- */

static bool same_addresses(const struct oracle_router *a, const struct oracle_router *b)
{
	if (a->address_count != b->address_count)
		return false;
	for (size_t i = 0; i < a->address_count; i++)
		if (!ip_equal(&a->address[i], &b->address[i])) /* sorted */
			return false;
	return true;
}

static bool share_address(const struct oracle_router *a, const struct oracle_router *b)
{
	for (size_t i = 0; i < a->address_count; i++)
		for (size_t k = 0; k < b->address_count; k++)
			if (ip_equal(&a->address[i], &b->address[k]))
				return true;
	return false;
}

/* The same of two of one class that is neither VRRP nor CARP, under one id. Of a cluster that is split both halves have
 * the same addresses and MACs: nothing on the wire tells them apart, and no finding is asked for. */
static enum oracle_conflict_kind relation_of_class(const struct oracle_router *a, const struct oracle_router *b)
{
	switch (a->class) {
	case ORACLE_HSRP:
	case ORACLE_HSRP2:
	case ORACLE_GLBP:
		return ORACLE_FHRP_DUAL_ACTIVE;
	case ORACLE_FGCP:
		return a->mac_part == b->mac_part && !same_addresses(a, b) ? ORACLE_FGCP_COLLISION : ORACLE_CONFLICT_KINDS;
	case ORACLE_CLUSTERXL:
		return a->unicast || b->unicast || same_addresses(a, b) ? ORACLE_CONFLICT_KINDS : ORACLE_CCP_MAGIC;
	case ORACLE_NLB:
	case ORACLE_ANY_CLASS:
	case ORACLE_VRRP:
	case ORACLE_CARP:
	case ORACLE_VRID:
	case ORACLE_GROUP:
	case ORACLE_NO_GROUP:
		break;
	}
	return ORACLE_CONFLICT_KINDS;
}

/* What it is when both are Active under these ids; ORACLE_CONFLICT_KINDS: nothing wrong. */
static enum oracle_conflict_kind relation(const struct oracle_router *a, unsigned id_a,
					  const struct oracle_router *b, unsigned id_b)
{
	/* Numbers mean something among those that share them only. */
	if (!oracle_class_fits(ORACLE_VRID, a->class) || !oracle_class_fits(ORACLE_VRID, b->class))
		return a->class == b->class && id_a == id_b ? relation_of_class(a, b) : ORACLE_CONFLICT_KINDS;
	if (id_a != id_b)
		return share_address(a, b) ? ORACLE_ADDRESS_TWICE : ORACLE_CONFLICT_KINDS;
	if (a->class != b->class)
		return ORACLE_CARP_COLLISION;
	if (a->class == ORACLE_CARP)
		return ORACLE_CARP_DUAL_ACTIVE;
	if (same_addresses(a, b))
		return ORACLE_DUAL_ACTIVE;
	/* Groups of unicast peers do not meet, though they use one id, unless they share its MAC. */
	bool apart = (a->unicast || b->unicast) && !(a->virtual_mac && b->virtual_mac);
	return apart ? ORACLE_CONFLICT_KINDS : ORACLE_VRID_COLLISION;
}

/* --- who heard whom ------------------------------------------------------------------------------------- */

/* Adds up, over the conflict's span, how stations a and b heard each other. */
static void measure_hearing(const struct oracle *o, size_t a, size_t b, struct oracle_conflict *c)
{
	bool ab = false, ba = false, aa = false, bb = false;
	vl_time at = c->span.from;

	for (size_t i = 0; i <= o->hearing_count; i++) {
		const struct oracle_hearing *h = i < o->hearing_count ? &o->hearing[i] : NULL;
		vl_time next = h != NULL ? vl_time_min(h->at, c->span.until) : c->span.until;
		if (next > at) {
			vl_time length = next - at;
			c->mutual += ab && ba ? length : 0;
			c->one_way += ab != ba ? length : 0;
			c->audible += aa && bb ? length : 0;
			at = next;
		}
		if (h == NULL)
			break;
		ab = h->from == a && h->to == b ? h->hears : ab;
		ba = h->from == b && h->to == a ? h->hears : ba;
		aa = h->from == a && h->to == a ? h->hears : aa;
		bb = h->from == b && h->to == b ? h->hears : bb;
	}
}

/* --- putting pairs together ----------------------------------------------------------------------------- */

static bool same_quarrel(const struct oracle *o, const struct oracle_conflict *a, const struct oracle_conflict *b)
{
	return a->kind == b->kind && oracle_joined(o, a->segment, b->segment) && a->vlan == b->vlan &&
	       a->family == b->family && a->id == b->id &&
	       a->other_id == b->other_id && a->span.from < b->span.until && b->span.from < a->span.until;
}

static void add_member(struct oracle_conflict *c, world_node node)
{
	size_t known = c->member_count < ORACLE_MEMBERS ? c->member_count : ORACLE_MEMBERS, i = 0;

	while (i < known && c->node[i] < node)
		i++;
	if (i < known && c->node[i] == node)
		return;
	if (known < ORACLE_MEMBERS) {
		memmove(c->node + i + 1, c->node + i, (known - i) * sizeof *c->node);
		c->node[i] = node;
	}
	c->member_count++;
}

static vl_time longer(vl_time a, vl_time b)
{
	return a > b ? a : b;
}

static void absorb(struct oracle_conflict *into, const struct oracle_conflict *c)
{
	size_t known = c->member_count < ORACLE_MEMBERS ? c->member_count : ORACLE_MEMBERS;

	into->segment = into->segment < c->segment ? into->segment : c->segment;
	into->span.from = vl_time_min(into->span.from, c->span.from);
	into->span.until = longer(into->span.until, c->span.until);
	into->interval = longer(into->interval, c->interval);
	into->mutual = longer(into->mutual, c->mutual);
	into->one_way = longer(into->one_way, c->one_way);
	into->audible = longer(into->audible, c->audible);
	into->same_addresses = into->same_addresses && c->same_addresses;
	for (size_t i = 0; i < known; i++)
		add_member(into, c->node[i]);
}

/* Adds a conflict; whatever is the same quarrel becomes one with it, which may make it touch more. */
static void add(const struct oracle *o, struct conflicts *all, struct oracle_conflict *c)
{
	for (size_t i = 0; i < all->count;) {
		if (!same_quarrel(o, &all->array[i], c)) {
			i++;
			continue;
		}
		absorb(c, &all->array[i]);
		all->array[i] = all->array[--all->count];
		i = 0;
	}
	if (all->count == all->room) {
		size_t room = all->room == 0 ? 8 : all->room * 2;
		struct oracle_conflict *grown = realloc(all->array, room * sizeof *grown);
		if (grown == NULL) {
			all->no_memory = true;
			return;
		}
		all->array = grown;
		all->room = room;
	}
	all->array[all->count++] = *c;
}

/* --- pairs ---------------------------------------------------------------------------------------------- */

static void add_span(const struct oracle *o, struct conflicts *all, const struct oracle_subject *a,
		     const struct oracle_subject *b, struct oracle_conflict *c, unsigned intervals)
{
	c->segment = a->told.segment;
	c->vlan = a->told.vlan;
	c->family = a->told.family;
	c->interval = longer(a->told.interval, b->told.interval);
	if (c->span.until - c->span.from <= intervals * c->interval)
		return;
	c->same_addresses = same_addresses(&a->told, &b->told);
	add_member(c, a->told.node);
	add_member(c, b->told.node);
	measure_hearing(o, a->station, b->station, c);
	add(o, all, c);
}

/* What a and b are to each other at the moment, in kind, id and other_id. */
static struct oracle_conflict moment(const struct oracle_subject *a, const struct oracle_entry *ea,
				     const struct oracle_subject *b, const struct oracle_entry *eb)
{
	struct oracle_conflict c = {.kind = ORACLE_CONFLICT_KINDS};

	if (ea->state != ORACLE_ACTIVE || eb->state != ORACLE_ACTIVE)
		return c;
	c.kind = relation(&a->told, ea->id, &b->told, eb->id);
	c.id = ea->id < eb->id ? ea->id : eb->id;
	c.other_id = ea->id < eb->id ? eb->id : ea->id;
	return c;
}

/* Walks both histories side by side. */
static void add_pair(const struct oracle *o, struct conflicts *all, const struct oracle_subject *a,
		     const struct oracle_subject *b, unsigned intervals, vl_time end)
{
	struct oracle_conflict open = {.kind = ORACLE_CONFLICT_KINDS};
	size_t i = 0, k = 0;

	for (vl_time at = 0; at < end;) {
		struct oracle_conflict c = moment(a, &a->entry[i], b, &b->entry[k]);
		if (c.kind != open.kind || c.id != open.id || c.other_id != open.other_id) {
			open.span.until = at;
			if (open.kind != ORACLE_CONFLICT_KINDS)
				add_span(o, all, a, b, &open, intervals);
			open = c;
			open.span.from = at;
		}
		vl_time next_a = i + 1 < a->count ? a->entry[i + 1].at : VL_NEVER;
		vl_time next_b = k + 1 < b->count ? b->entry[k + 1].at : VL_NEVER;
		at = vl_time_min(next_a, next_b);
		i += next_a == at && at != VL_NEVER;
		k += next_b == at && at != VL_NEVER;
	}
	open.span.until = end;
	if (open.kind != ORACLE_CONFLICT_KINDS)
		add_span(o, all, a, b, &open, intervals);
}

static bool comes_after(const struct oracle_conflict *a, const struct oracle_conflict *b)
{
	if (a->span.from != b->span.from)
		return a->span.from > b->span.from;
	if (a->segment != b->segment)
		return a->segment > b->segment;
	if (a->vlan != b->vlan)
		return a->vlan > b->vlan;
	if (a->family != b->family)
		return a->family > b->family;
	if (a->id != b->id)
		return a->id > b->id;
	return a->other_id != b->other_id ? a->other_id > b->other_id : a->kind > b->kind;
}

static void sort(struct oracle_conflict *c, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct oracle_conflict key = c[i];
		size_t k = i;
		for (; k > 0 && comes_after(&c[k - 1], &key); k--)
			c[k] = c[k - 1];
		c[k] = key;
	}
}

struct oracle_conflict *oracle_conflicts(const struct oracle *o, unsigned intervals, vl_time end,
					 size_t *count)
{
	struct conflicts all = {0};

	for (size_t i = 0; i < o->subject_count; i++) {
		const struct oracle_subject *a = &o->subject[i];
		for (size_t k = i + 1; a->was_active && k < o->subject_count; k++) {
			const struct oracle_subject *b = &o->subject[k];
			if (b->was_active && oracle_joined(o, a->told.segment, b->told.segment) &&
			    a->told.family == b->told.family && a->told.vlan == b->told.vlan)
				add_pair(o, &all, a, b, intervals, end);
		}
	}
	if (all.no_memory) {
		free(all.array);
		*count = SIZE_MAX;
		return NULL;
	}
	sort(all.array, all.count);
	*count = all.count;
	if (all.count == 0) {
		free(all.array);
		return NULL;
	}
	return all.array;
}
