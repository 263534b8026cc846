// SPDX-License-Identifier: BSD-2-Clause
/*
 * One advertisement: who sent it, what it says of its sender alone, and then the questions about two.
 * A message with a wrong checksum is reported and counted, but judges nothing: every receiver drops it.
 */
#include <string.h>

#include "analyzers/conflict_state.h"

static const uint8_t factory_ids[] = {1, 10, 51, 100};

/* A finding about one speaker alone. */
static struct finding *note(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			    const struct conflict_speaker *s, const char *code, bool *is_new)
{
	struct finding *found = conflict_finding(j, code, g, s->class, NULL, is_new);

	if (found != NULL) {
		conflict_subject(found, s);
		finding_add_evidence(found, f->number, &s->ip, s->mac);
	}
	return found;
}

static void note_factory_id(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			    const struct conflict_speaker *s)
{
	bool is_new;

	/* VRRP and CARP on one ID have one factory ID, not two. */
	if (s->class != j->speaker[g->first_speaker].class)
		return;
	for (size_t i = 0; i < sizeof factory_ids; i++) {
		if (g->place.id != factory_ids[i])
			continue;
		struct finding *found = note(j, f, g, s, "default-id", &is_new);
		if (found != NULL && is_new)
			conflict_detail(found, "ID %u is one of 1, 10, 51 and 100.", (unsigned)g->place.id);
	}
}

/* The same ID in the other family at the same place. */
static void note_twin(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
		      const struct conflict_speaker *s)
{
	struct finding_place other = g->place;
	bool is_new;

	other.family = g->place.family == IP_V4 ? IP_V6 : IP_V4;
	const uint16_t *index = table_find(&j->group_index, &other);
	if (index == NULL || j->group[*index].adverts == 0)
		return;
	/* One finding for the two: at the IPv4 group. */
	const struct conflict_group *first = g->place.family == IP_V4 ? g : &j->group[*index];
	struct finding *found = conflict_finding(j, "ipv6-twin", first, FINDING_VRRP, NULL, &is_new);
	if (found != NULL) {
		(void)finding_add_subject(found, &s->ip, s->mac);
		finding_add_evidence(found, f->number, &s->ip, s->mac);
	}
}

static void note_ttl(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
		     const struct conflict_speaker *s)
{
	bool is_new;

	/* Unicast peers may stand behind a router. */
	if (s->ttl == 255 || s->unicast)
		return;
	struct finding *found = note(j, f, g, s, "ttl-not-255", &is_new);
	if (found != NULL && is_new)
		conflict_detail(found, "TTL %u.", (unsigned)s->ttl);
}

/* Every advertisement from the ID's virtual MAC tells a switch where it is. CARP's other MACs are not VRRP's. */
static void note_mac_use(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
			 const struct conflict_speaker *s)
{
	bool is_new;
	uint16_t index = conflict_speaker_index(j, s);

	if (!mac_equal(s->mac, conflict_group_mac(g)))
		return;
	uint16_t before = g->mac_last;
	g->mac_last = index;
	if (before == CONFLICT_NONE || before == index)
		return;
	memmove(&g->mac_moved_at[1], &g->mac_moved_at[0], sizeof g->mac_moved_at - sizeof g->mac_moved_at[0]);
	g->mac_moved_at[0] = f->at;
	/* Twice is a failover and its return. */
	vl_time oldest = g->mac_moved_at[3];
	vl_time window = 20 * VL_S > 5 * s->interval ? 20 * VL_S : 5 * s->interval;
	if (oldest == 0 || f->at - oldest > window)
		return;
	enum finding_class class = s->class == j->speaker[before].class ? s->class : FINDING_VRRP_AND_CARP;
	struct finding *found = conflict_finding(j, "mac-flap", g, class, NULL, &is_new);
	if (found == NULL)
		return;
	conflict_subject(found, &j->speaker[before]);
	conflict_subject(found, s);
	finding_add_evidence(found, f->number, &s->ip, s->mac);
	if (is_new) {
		char mac[MAC_TEXT];
		found->begin = oldest;
		conflict_detail(found, "%s was used in turn by its senders.", mac_format(mac, s->mac));
	}
}

static void note_vrrp_alone(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			    const struct conflict_speaker *s)
{
	struct finding *found;
	bool is_new;
	char text[MAC_TEXT], wanted[MAC_TEXT];

	/* Farewells often leave after the virtual MAC is gone; captures without Ethernet have none. */
	if (!s->virtual_mac && !s->resigned && !mac_equal(s->mac, MAC_ZERO)) {
		found = note(j, f, g, s, "vmac-unused", &is_new);
		if (found != NULL && is_new)
			conflict_detail(found, "It sends from %s, not %s.", mac_format(text, s->mac),
					mac_format(wanted, conflict_group_mac(g)));
	}
	if (s->unicast)
		(void)note(j, f, g, s, "unicast-vrrp", &is_new);
	if (s->version == 2 && s->auth_type == VRRP_AUTH_TEXT)
		(void)note(j, f, g, s, "cleartext-password", &is_new);
	/* An IPv6 owner lists link-local addresses besides; its source is one of them (RFC 9568 5.1.2.2). */
	if (s->priority == VRRP_PRIORITY_OWNER && !s->resigned && s->list != CONFLICT_NONE &&
	    !conflict_list_has(j, s->list, &s->ip)) {
		found = note(j, f, g, s, "owner-not-owner", &is_new);
		if (found != NULL && is_new) {
			char ip[IP_TEXT];
			conflict_detail(found, "%s is not among the addresses it advertises.",
					ip_format(ip, &s->ip));
		}
	}
}

/* What VRRP and CARP speakers have in common: times, MACs, counts. Returns when it spoke before. */
static vl_time enter(const struct analyzer_frame *f, const struct conflict_group *g, struct conflict_speaker *s,
		     bool is_new)
{
	vl_time before = s->count == 0 ? VL_NEVER : s->last;
	uint8_t id;

	if (before != VL_NEVER && f->at - before < conflict_alive(s)) {
		s->gap_sum += f->at - before;
		s->gap_count++;
	}
	if (is_new || before == VL_NEVER) {
		s->first = f->at;
		s->first_frame = f->number;
	}
	s->mac = f->packet->ethernet.src;
	if (conflict_virtual_mac(s->mac, &id) == IP_NONE)
		s->real_mac = s->mac;
	s->virtual_mac = mac_equal(s->mac, conflict_group_mac(g)) ||
			 (s->class == FINDING_CARP && conflict_virtual_mac(s->mac, &id) != IP_NONE);
	s->unicast = !ip_is_multicast(&f->packet->dst) && f->packet->dst.b[0] != 255;
	s->ttl = f->packet->ttl;
	return before;
}

static void heard(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		  struct conflict_speaker *s, vl_time before)
{
	conflict_roles(j, f, g, s, before);
	conflict_pairs(j, f, g, s, before);
	s->last = f->at;
	s->last_frame = f->number;
	s->count++;
	s->foreign_since = 0;
	conflict_advertised(j, f, g, s);
	note_ttl(j, f, g, s);
	note_factory_id(j, f, g, s);
	note_mac_use(j, f, g, s);
}

static void note_bad_checksum(struct conflict_judge *j, const struct analyzer_frame *f,
			      const struct conflict_group *g, struct conflict_speaker *s)
{
	bool is_new;

	s->bad++;
	if (s->count == 0) {
		s->first = s->first_frame == 0 ? f->at : s->first;
		s->first_frame = s->first_frame == 0 ? f->number : s->first_frame;
		s->last = f->at;
		s->last_frame = f->number;
		s->mac = f->packet->ethernet.src;
	}
	(void)note(j, f, g, s, "bad-checksum", &is_new);
}

uint64_t conflict_mark(const struct conflict_judge *j, const uint8_t word[VRRP_V2_AUTH_LENGTH])
{
	uint64_t v = 0;

	for (size_t i = 0; i < VRRP_V2_AUTH_LENGTH; i++)
		v = v << 8 | word[i];
	v ^= j->secret;
	v *= UINT64_C(0x9e3779b97f4a7c15); /* odd: one to one */
	return v ^ v >> 32;
}

#define KEEPALIVED_HMAC_TRAILER 28

static void read_vrrp(struct conflict_judge *j, struct conflict_speaker *s, const struct vrrp_message *m)
{
	s->version = m->version;
	s->versions |= (uint8_t)(1u << (m->version & 7));
	s->resigned = m->priority == VRRP_PRIORITY_RESIGN;
	if (!s->resigned || s->count == 0)
		s->priority = m->priority;
	s->auth_type = m->version == 2 ? m->auth_type : VRRP_AUTH_NONE;
	s->auth_mark = s->auth_type == VRRP_AUTH_TEXT ? conflict_mark(j, m->auth_data) : 0;
	s->interval = vrrp_interval(m);
	if (s->interval == 0)
		s->interval = VL_S; /* erratum 8301 of RFC 9568 forbids it; a zero would divide */
	s->checksum_form = (uint8_t)m->checksum_form;
	s->hmac_trailer = m->trailer_length == KEEPALIVED_HMAC_TRAILER;
	/* A farewell may be short of addresses; the list it had says more. */
	if (m->address_count > 0 || !s->resigned)
		s->list = conflict_list_get(j, m);
}

/* 0.0.0.0 is a router that has already lost its address saying goodbye: whoever has the role resigns. */
static void farewell(struct conflict_judge *j, struct conflict_group *g, uint16_t list)
{
	for (size_t i = 0; i < CONFLICT_ROLES; i++) {
		uint16_t holder = g->role[i].holder;
		if (holder != CONFLICT_NONE && !conflict_lists_disjoint(j, j->speaker[holder].list, list))
			j->speaker[holder].resigned = true;
	}
}

void conflict_vrrp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct vrrp_message *m = &f->packet->vrrp;
	bool is_new;

	if (m->type != VRRP_ADVERTISEMENT || m->vrid == 0) {
		j->counters.not_advertisements++;
		return;
	}
	place.id = m->vrid;
	struct conflict_group *g = conflict_group_get(j, &place);
	if (g == NULL)
		return;
	j->counters.adverts++;
	/* Without version 2's authentication field it is too short; what it says is readable all the same. */
	j->counters.malformed += m->version == 2 && !m->has_auth_data;
	g->adverts++;
	g->last = f->at;
	if (ip_is_zero(&f->packet->src)) {
		if (m->priority == VRRP_PRIORITY_RESIGN)
			farewell(j, g, conflict_list_get(j, m));
		return;
	}
	struct conflict_speaker *s = conflict_speaker_get(j, g, FINDING_VRRP, &f->packet->src, &is_new);
	if (s == NULL)
		return;
	if (m->checksum_form == VRRP_CHECKSUM_WRONG) {
		if (is_new)
			read_vrrp(j, s, m);
		note_bad_checksum(j, f, g, s);
		return;
	}
	read_vrrp(j, s, m);
	vl_time before = enter(f, g, s, is_new);
	heard(j, f, g, s, before);
	note_vrrp_alone(j, f, g, s);
	note_twin(j, f, g, s);
}

void conflict_carp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct carp_message *m = &f->packet->carp;
	bool is_new;

	place.id = m->vhid;
	struct conflict_group *g = conflict_group_get(j, &place);
	if (g == NULL) {
		j->counters.not_advertisements += m->vhid == 0;
		return;
	}
	j->counters.adverts++;
	g->carp_adverts++;
	g->last = f->at;
	struct conflict_speaker *s = conflict_speaker_get(j, g, FINDING_CARP, &f->packet->src, &is_new);
	if (s == NULL)
		return;
	s->advbase = m->advbase;
	s->advskew = m->advskew;
	s->interval = (m->advbase > 0 ? m->advbase : 1) * VL_S + m->advskew * VL_S / 256;
	if (!m->checksum_ok) {
		note_bad_checksum(j, f, g, s);
		return;
	}
	vl_time before = enter(f, g, s, is_new);
	heard(j, f, g, s, before);
}
