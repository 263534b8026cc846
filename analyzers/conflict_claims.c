// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who claims which address: by ARP, by neighbour discovery, by advertising it. Claims are collected here and
 * judged later (conflict_verdicts.c), because a new active router may announce an address before it advertises.
 */
#include <string.h>

#include "analyzers/conflict_state.h"

#define FORGET_AFTER (60 * VL_S)        /* an address nobody advertises, when room is short */
#define SWEEP_EVERY VL_S
#define ID_TURNS 3                      /* A B A B between two IDs */

static struct conflict_address_key key_of(const struct finding_place *place, const struct ip_addr *ip)
{
	struct conflict_address_key key = {.place = *place, .ip = *ip};

	key.place.family = 0;
	key.place.id = 0;
	return key;
}

/* ---- the records ---------------------------------------------------------------------------------------------- */

static void sweep(struct conflict_judge *j)
{
	for (size_t i = 0; i < j->address_count; i++) {
		struct conflict_address *a = &j->address[i];
		vl_time last = 0;
		if (!a->in_use || a->group_count > 0 || a->of_speaker || a->judge_at != VL_NEVER)
			continue;
		for (size_t k = 0; k < a->claimant_count; k++)
			last = a->claimant[k].last > last ? a->claimant[k].last : last;
		if (j->now - last <= FORGET_AFTER)
			continue;
		struct conflict_address_key key = key_of(&a->place, &a->ip);
		(void)table_remove(&j->address_index, &key);
		a->in_use = false;
	}
	j->address_gap = 0;
	j->swept_at = j->now;
}

static struct conflict_address *free_slot(struct conflict_judge *j)
{
	for (;;) {
		/* The gaps that a sweep leaves are walked once, however many addresses come. */
		while (j->address_gap < j->address_count)
			if (!j->address[j->address_gap++].in_use)
				return &j->address[j->address_gap - 1];
		if (j->address_count < CONFLICT_ADDRESSES) {
			j->address_gap = ++j->address_count;
			return &j->address[j->address_count - 1];
		}
		if (j->now - j->swept_at < SWEEP_EVERY)
			return NULL;
		sweep(j);
	}
}

struct conflict_address *conflict_address_get(struct conflict_judge *j, const struct finding_place *place,
					      const struct ip_addr *ip, bool make)
{
	struct conflict_address_key key = key_of(place, ip);
	uint16_t *index = table_find(&j->address_index, &key);

	if (index != NULL)
		return &j->address[*index];
	if (!make)
		return NULL;
	struct conflict_address *a = free_slot(j);
	if (a == NULL || (index = table_put(&j->address_index, &key, NULL)) == NULL) {
		j->counters.addresses_refused++;
		return NULL;
	}
	*index = (uint16_t)(a - j->address);
	*a = (struct conflict_address){.place = key.place, .ip = *ip, .in_use = true, .judge_at = VL_NEVER,
				       .echo_pending = VL_NEVER};
	return a;
}

void conflict_judge_at(struct conflict_judge *j, struct conflict_address *a, vl_time at)
{
	vl_time *block = &j->block_at[(size_t)(a - j->address) / CONFLICT_BLOCK];

	a->judge_at = vl_time_min(a->judge_at, at);
	*block = vl_time_min(*block, a->judge_at);
	j->judge_at = vl_time_min(j->judge_at, a->judge_at);
}

/* ---- claims ----------------------------------------------------------------------------------------------------- */

static struct conflict_claimant *claimant_of(struct conflict_judge *j, struct conflict_address *a, struct mac mac)
{
	for (size_t i = 0; i < a->claimant_count; i++)
		if (mac_equal(a->claimant[i].mac, mac))
			return &a->claimant[i];
	if (a->claimant_count == CONFLICT_CLAIMANTS) {
		j->counters.addresses_refused++;
		return NULL;
	}
	struct conflict_claimant *c = &a->claimant[a->claimant_count++];
	*c = (struct conflict_claimant){.mac = mac, .pending = VL_NEVER};
	return c;
}

static void count_announcement(struct conflict_claimant *c, vl_time now)
{
	if (c->announcements++ == 0 || now - c->burst_at > VL_S) {
		c->burst_at = now;
		c->burst = 0;
	}
	if (c->burst < UINT8_MAX)
		c->burst++;
	if (c->burst > c->burst_most)
		c->burst_most = c->burst;
}

/* A record for an address that nobody advertises yet. A flood of claims leaves room for addresses of routers. */
static struct conflict_address *claimed(struct conflict_judge *j, const struct finding_place *place,
					const struct ip_addr *ip)
{
	if (j->address_index.count >= CONFLICT_ADDRESSES_CLAIMED && j->now - j->swept_at >= SWEEP_EVERY)
		sweep(j);
	if (j->address_index.count < CONFLICT_ADDRESSES_CLAIMED)
		return conflict_address_get(j, place, ip, true);
	j->counters.addresses_refused++;
	return NULL;
}

/* `mac` says that `ip` is its own. */
static struct conflict_address *claim(struct conflict_judge *j, const struct analyzer_frame *f,
				      const struct finding_place *place, const struct ip_addr *ip, struct mac mac,
				      enum conflict_claim_kind kind)
{
	uint8_t id;

	if (ip_is_zero(ip) || ip_is_multicast(ip) || mac_is_group(mac) || mac_equal(mac, MAC_ZERO))
		return NULL;
	struct conflict_address *a = conflict_address_get(j, place, ip, false);
	if (a == NULL)
		a = claimed(j, place, ip);
	struct conflict_claimant *c = a != NULL ? claimant_of(j, a, mac) : NULL;
	if (c == NULL)
		return a;
	c->last = f->at;
	if (c->pending == VL_NEVER) {
		c->pending = f->at;
		c->frame = f->number;
		c->burst_most = kind == CLAIM_ANNOUNCE ? 1 : 0;
	}
	if (kind == CLAIM_ANSWER)
		c->answers++;
	else if (kind == CLAIM_ANNOUNCE)
		count_announcement(c, f->at);
	/* What nobody advertises is nobody's business, unless a virtual MAC says it. */
	if (a->group_count > 0 || (kind != CLAIM_USE && conflict_virtual_mac(mac, &id) != IP_NONE))
		conflict_judge_at(j, a, vl_time_after(c->pending, conflict_claim_window(j, a)));
	return a;
}

void conflict_learn_mac(struct conflict_judge *j, const struct finding_place *place, const struct ip_addr *ip,
			struct mac mac)
{
	uint8_t id;

	if (mac_is_group(mac) || mac_equal(mac, MAC_ZERO) || conflict_virtual_mac(mac, &id) != IP_NONE)
		return;
	struct conflict_address *a = conflict_address_get(j, place, ip, false);
	/* An address that is virtual at the same time (an owner's) tells nothing: anybody may claim it. */
	if (a != NULL && a->of_speaker && a->group_count == 0 && mac_equal(a->own_mac, MAC_ZERO))
		a->own_mac = mac;
}

void conflict_arp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct arp_packet *arp = &f->packet->arp;
	uint8_t id;

	if (arp->operation != ARP_REQUEST && arp->operation != ARP_REPLY)
		return;
	bool gratuitous = arp_is_gratuitous(arp);
	/* Cisco announces with broadcast replies. A reply of that shape to one station answers an announcement:
	 * the answerer believes that it owns the address, too. */
	bool to_one = arp->operation == ARP_REPLY && !mac_is_group(f->packet->ethernet.dst);
	enum conflict_claim_kind kind = to_one ? CLAIM_ANSWER
				      : gratuitous ? CLAIM_ANNOUNCE
				      : arp->operation == ARP_REPLY ? CLAIM_ANSWER : CLAIM_USE;
	struct conflict_address *a = claim(j, f, &place, &arp->sender_ip, arp->sender_mac, kind);
	if (a == NULL)
		return;
	if (gratuitous && to_one && mac_equal(f->packet->ethernet.dst, arp->sender_mac) &&
	    conflict_virtual_mac(arp->sender_mac, &id) != IP_NONE && a->echo_pending == VL_NEVER) {
		a->echo_pending = f->at;
		a->echo_frame = f->number;
		conflict_judge_at(j, a, vl_time_after(f->at, conflict_claim_window(j, a)));
	}
	conflict_learn_mac(j, &place, &arp->sender_ip, arp->sender_mac);
}

void conflict_neighbor(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct icmp_message *m = &f->packet->icmp;
	struct mac mac = m->has_link_address ? m->link_address : f->packet->ethernet.src;

	if (f->packet->ttl != 255)
		return; /* RFC 4861 7.1: from beyond this link */
	if (m->type == ICMPV6_NEIGHBOR_ADVERTISEMENT)
		(void)claim(j, f, &place, &m->target, mac, m->solicited ? CLAIM_ANSWER : CLAIM_ANNOUNCE);
	else if (m->type == ICMPV6_NEIGHBOR_SOLICITATION)
		(void)claim(j, f, &place, &f->packet->src, mac, CLAIM_USE);
}

/* ---- advertised addresses --------------------------------------------------------------------------------------- */

static void note_two_ids(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_address *a,
			 size_t now_slot)
{
	struct conflict_address_group *was = &a->group[a->last_group], *is = &a->group[now_slot];
	bool is_new;

	if (a->last_group == now_slot)
		return;
	vl_time alive = conflict_alive(&j->speaker[was->speaker]);
	a->last_group = (uint8_t)now_slot;
	if (f->at - was->last > alive || j->speaker[was->speaker].resigned ||
	    (a->turns > 0 && f->at - a->turned_at > 4 * alive)) {
		a->turns = 0;
		return;
	}
	if (a->turns == 0)
		a->turns_begin = was->last;
	a->turned_at = f->at;
	if (a->turns < ID_TURNS)
		a->turns++;
	if (a->turns < ID_TURNS)
		return;
	const struct conflict_address_group *low = was, *high = is;
	if (j->group[low->group].place.id > j->group[high->group].place.id) {
		low = is;
		high = was;
	}
	const struct conflict_speaker *s = &j->speaker[low->speaker], *t = &j->speaker[high->speaker];
	struct finding *found = conflict_finding(j, "vip-two-ids", &j->group[low->group], FINDING_VRRP, &a->ip,
						 &is_new);
	if (found == NULL)
		return;
	conflict_subject(found, s);
	conflict_subject(found, t);
	finding_add_evidence(found, s->last_frame, &s->ip, s->mac);
	finding_add_evidence(found, t->last_frame, &t->ip, t->mac);
	if (is_new) {
		char ip[IP_TEXT], by_s[IP_TEXT], by_t[IP_TEXT];
		found->begin = a->turns_begin;
		conflict_detail(found, "%s is advertised under ID %u by %s and under ID %u by %s.",
				ip_format(ip, &a->ip), (unsigned)j->group[low->group].place.id,
				ip_format(by_s, &s->ip), (unsigned)j->group[high->group].place.id,
				ip_format(by_t, &t->ip));
	}
}

static void advertised(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		       struct conflict_speaker *s, const struct ip_addr *ip)
{
	struct conflict_address *a = conflict_address_get(j, &g->place, ip, true);
	uint16_t group = conflict_group_index(j, g);
	size_t slot = 0;

	if (a == NULL)
		return;
	while (slot < a->group_count && a->group[slot].group != group)
		slot++;
	if (slot == CONFLICT_ADDRESS_GROUPS)
		return;
	if (slot == a->group_count) {
		a->group[slot] = (struct conflict_address_group){.group = group};
		a->group_count++;
		if (slot == 0) {
			a->last_group = 0;
			/* Claims from before it was known to be virtual. */
			if (a->claimant_count > 0)
				conflict_judge_at(j, a, vl_time_after(f->at, conflict_claim_window(j, a)));
		}
	}
	a->group[slot].speaker = conflict_speaker_index(j, s);
	a->group[slot].last = f->at;
	if (!s->resigned)
		note_two_ids(j, f, a, slot);
}

void conflict_advertised(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
			 struct conflict_speaker *s)
{
	size_t count;
	const struct ip_addr *list = conflict_addresses(j, s, &count);

	for (size_t i = 0; i < count; i++)
		advertised(j, f, g, s, &list[i]);
	struct conflict_address *own = conflict_address_get(j, &g->place, &s->ip, true);
	if (own != NULL) {
		own->of_speaker = true;
		conflict_screen_add(j, &own->ip);
	}
}
