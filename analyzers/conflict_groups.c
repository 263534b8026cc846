// SPDX-License-Identifier: BSD-2-Clause
/* Groups, speakers and address lists: bounded tables, and the questions about two speakers. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/conflict_state.h"

struct conflict_group *conflict_group_get(struct conflict_judge *j, const struct finding_place *place)
{
	if (place->id == 0)
		return NULL;
	bool is_new = false;
	if (j->group_count == CONFLICT_GROUPS && table_find(&j->group_index, place) == NULL) {
		j->counters.groups_refused++;
		return NULL;
	}
	uint16_t *index = table_put(&j->group_index, place, &is_new);
	if (index == NULL) {
		j->counters.groups_refused++;
		return NULL;
	}
	if (!is_new)
		return &j->group[*index];
	*index = (uint16_t)j->group_count++;
	struct conflict_group *g = &j->group[*index];
	*g = (struct conflict_group){.place = *place, .first_speaker = CONFLICT_NONE, .first = j->now,
				     .last = j->now, .mac_last = CONFLICT_NONE};
	for (size_t i = 0; i < CONFLICT_ROLES; i++)
		g->role[i] = (struct conflict_role){.holder = CONFLICT_NONE,
						    .former = {CONFLICT_NONE, CONFLICT_NONE, CONFLICT_NONE,
							       CONFLICT_NONE},
						    .lost_by = CONFLICT_NONE,
						    .taken_by = CONFLICT_NONE};
	return g;
}

struct conflict_group *conflict_group_by_mac(struct conflict_judge *j, const struct finding_place *place)
{
	/* A flood of invented MACs leaves room for routers that speak. */
	if (j->group_count >= CONFLICT_GROUPS / 2 && table_find(&j->group_index, place) == NULL) {
		j->counters.groups_refused++;
		return NULL;
	}
	return conflict_group_get(j, place);
}

struct mac conflict_group_mac(const struct conflict_group *g)
{
	return vrrp_virtual_mac((enum ip_family)g->place.family, (uint8_t)g->place.id);
}

uint16_t conflict_group_index(const struct conflict_judge *j, const struct conflict_group *g)
{
	return (uint16_t)(g - j->group);
}

uint16_t conflict_speaker_index(const struct conflict_judge *j, const struct conflict_speaker *s)
{
	return (uint16_t)(s - j->speaker);
}

struct conflict_speaker *conflict_speaker_get(struct conflict_judge *j, struct conflict_group *g,
					      enum finding_class class, const struct ip_addr *ip, bool *is_new)
{
	uint16_t *link = &g->first_speaker;

	*is_new = false;
	while (*link != CONFLICT_NONE) {
		struct conflict_speaker *s = &j->speaker[*link];
		if (s->class == class && ip_equal(&s->ip, ip))
			return s;
		link = &s->next;
	}
	if (g->speaker_count == CONFLICT_SPEAKERS_A_GROUP || j->speaker_count == CONFLICT_SPEAKERS) {
		j->counters.speakers_refused++;
		return NULL;
	}
	*link = (uint16_t)j->speaker_count++;
	struct conflict_speaker *s = &j->speaker[*link];
	*s = (struct conflict_speaker){.ip = *ip, .class = class, .list = CONFLICT_NONE, .next = CONFLICT_NONE,
				       .group = conflict_group_index(j, g)};
	g->speaker_count++;
	*is_new = true;
	return s;
}

/* ---- address lists ---------------------------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
	return ip_compare(a, b);
}

static uint64_t hash_of(const struct ip_addr *ip, size_t count, uint64_t secret)
{
	uint64_t h = secret ^ UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < ip_size((enum ip_family)ip[i].family); k++)
			h = (h ^ ip[i].b[k]) * UINT64_C(0x100000001b3);
	return h ^ count;
}

uint16_t conflict_list_get(struct conflict_judge *j, const struct vrrp_message *m)
{
	struct ip_addr sorted[VRRP_MAX_ADDRESSES];
	size_t count = m->address_count;

	if (count == 0)
		return CONFLICT_NONE;
	for (size_t i = 0; i < count; i++)
		sorted[i] = vrrp_address(m, i);
	qsort(sorted, count, sizeof sorted[0], by_address);

	uint64_t hash = hash_of(sorted, count, j->secret);
	uint16_t *index = table_find(&j->list_index, &hash);
	if (index != NULL) {
		const struct conflict_list *l = &j->list[*index];
		bool same = l->count == count;
		for (size_t i = 0; same && i < count; i++)
			same = ip_equal(&j->pool[l->start + i], &sorted[i]);
		return same ? *index : CONFLICT_NONE;
	}
	if (j->list_count == CONFLICT_LISTS || count > CONFLICT_POOL - j->pool_used ||
	    (index = table_put(&j->list_index, &hash, NULL)) == NULL) {
		j->counters.lists_refused++;
		return CONFLICT_NONE;
	}
	*index = (uint16_t)j->list_count++;
	j->list[*index] = (struct conflict_list){.start = (uint32_t)j->pool_used, .count = (uint16_t)count};
	memcpy(&j->pool[j->pool_used], sorted, count * sizeof sorted[0]);
	j->pool_used += count;
	return *index;
}

const struct ip_addr *conflict_addresses(const struct conflict_judge *j, const struct conflict_speaker *s,
					 size_t *count)
{
	if (s->list == CONFLICT_NONE) {
		*count = 0;
		return NULL;
	}
	*count = j->list[s->list].count;
	return &j->pool[j->list[s->list].start];
}

bool conflict_list_has(const struct conflict_judge *j, uint16_t list, const struct ip_addr *ip)
{
	if (list == CONFLICT_NONE)
		return false;
	const struct conflict_list *l = &j->list[list];
	return bsearch(ip, &j->pool[l->start], l->count, sizeof *ip, by_address) != NULL;
}

bool conflict_lists_disjoint(const struct conflict_judge *j, uint16_t a, uint16_t b)
{
	if (a == b || a == CONFLICT_NONE || b == CONFLICT_NONE)
		return false; /* an empty list says nothing about whose group it is */
	const struct conflict_list *la = &j->list[a], *lb = &j->list[b];
	size_t i = 0, k = 0;
	while (i < la->count && k < lb->count) {
		int order = ip_compare(&j->pool[la->start + i], &j->pool[lb->start + k]);
		if (order == 0)
			return false;
		if (order < 0)
			i++;
		else
			k++;
	}
	return true;
}

/* ---- two speakers ------------------------------------------------------------------------------------------ */

enum conflict_relation conflict_relation_of(const struct conflict_judge *j, const struct conflict_speaker *a,
					    const struct conflict_speaker *b)
{
	if (a->class != b->class)
		return RELATION_MIXED;
	if (a->class == FINDING_VRRP && conflict_lists_disjoint(j, a->list, b->list))
		return RELATION_STRANGERS;
	return RELATION_MEMBERS;
}

vl_time conflict_alive(const struct conflict_speaker *s)
{
	return 3 * s->interval;
}

bool conflict_outranks(const struct conflict_speaker *a, const struct conflict_speaker *b)
{
	if (a->class == FINDING_CARP) {
		/* The faster one wins. How equals are told apart differs between implementations: then
		 * either may be expected to yield. */
		unsigned pace_a = 256u * a->advbase + a->advskew, pace_b = 256u * b->advbase + b->advskew;
		return pace_a <= pace_b;
	}
	if (a->priority != b->priority)
		return a->priority > b->priority;
	return ip_compare(&a->ip, &b->ip) > 0;
}

enum ip_family conflict_virtual_mac(struct mac m, uint8_t *id)
{
	static const uint8_t block[4] = {0x00, 0x00, 0x5e, 0x00};

	*id = m.b[5];
	if (memcmp(m.b, block, sizeof block) != 0 || m.b[5] == 0)
		return IP_NONE;
	if (m.b[4] == 2)
		return IP_V6;
	/* 1 is VRRP and CARP; 3, 5, ... are CARP of a LoadMaster's further interfaces, 0 is ucarp's. */
	return m.b[4] == 0 || (m.b[4] % 2 == 1 && m.b[4] < 0x20) ? IP_V4 : IP_NONE;
}
