// SPDX-License-Identifier: BSD-2-Clause
/* The conflict judge as an analyzer: takes frames apart by kind, lets time pass, hands findings out. */
#include "analyzers/conflict.h"

#include <assert.h>
#include <stdlib.h>

#include "analyzers/fhrp_state.h"

static bool tables(struct conflict_judge *j)
{
	uint64_t secret = j->secret;

	/* Everything is tried, so that conflict_free finds each table either made or zero. */
	bool ok = table_init(&j->group_index, CONFLICT_GROUPS, sizeof(struct finding_place), 2, secret);
	ok &= table_init(&j->list_index, CONFLICT_LISTS, sizeof(uint64_t), 2, secret);
	ok &= table_init(&j->pair_index, CONFLICT_PAIRS, sizeof(struct conflict_pair_key),
			 sizeof(struct conflict_pair), secret);
	ok &= table_init(&j->address_index, CONFLICT_ADDRESSES, sizeof(struct conflict_address_key), 2, secret);
	ok &= table_init(&j->fhrp.index, FHRP_GROUPS, sizeof(struct fhrp_key), 2, secret);
	ok &= table_init(&j->finding_index, CONFLICT_FINDINGS, sizeof(struct conflict_finding_key), 2, secret);
	return ok;
}

static void conflict_free(void *self)
{
	struct conflict_judge *j = self;

	if (j == NULL)
		return;
	table_fini(&j->group_index);
	table_fini(&j->list_index);
	table_fini(&j->pair_index);
	table_fini(&j->address_index);
	table_fini(&j->fhrp.index);
	table_fini(&j->finding_index);
	free(j->group);
	free(j->speaker);
	free(j->list);
	free(j->pool);
	free(j->address);
	free(j->fhrp.group);
	free(j->fhrp.speaker);
	free(j->finding);
	free(j->finding_news);
	free(j);
}

static void *conflict_new(uint64_t secret)
{
	struct conflict_judge *j = calloc(1, sizeof *j);

	if (j == NULL)
		return NULL;
	j->secret = secret;
	j->judge_at = VL_NEVER;
	for (size_t i = 0; i < CONFLICT_ADDRESSES / CONFLICT_BLOCK; i++)
		j->block_at[i] = VL_NEVER;
	j->group = calloc(CONFLICT_GROUPS, sizeof *j->group);
	j->speaker = calloc(CONFLICT_SPEAKERS, sizeof *j->speaker);
	j->list = calloc(CONFLICT_LISTS, sizeof *j->list);
	j->pool = calloc(CONFLICT_POOL, sizeof *j->pool);
	j->address = calloc(CONFLICT_ADDRESSES, sizeof *j->address);
	j->fhrp.group = calloc(FHRP_GROUPS, sizeof *j->fhrp.group);
	j->fhrp.speaker = calloc(FHRP_SPEAKERS, sizeof *j->fhrp.speaker);
	j->finding = calloc(CONFLICT_FINDINGS, sizeof *j->finding);
	j->finding_news = calloc(CONFLICT_FINDINGS, sizeof *j->finding_news);
	bool ok = tables(j);
	if (!ok || j->group == NULL || j->speaker == NULL || j->list == NULL || j->pool == NULL ||
	    j->address == NULL || j->fhrp.group == NULL || j->fhrp.speaker == NULL || j->finding == NULL || j->finding_news == NULL) {
		conflict_free(j);
		return NULL;
	}
	return j;
}

/* ---- time ------------------------------------------------------------------------------------------------- */

static void conflict_advance(void *self, vl_time now)
{
	struct conflict_judge *j = self;

	assert(now >= j->now);
	/* A judgement is dated when it could be made, not when the next frame happens to come. */
	while (j->judge_at <= now) {
		j->now = j->judge_at > j->now ? j->judge_at : j->now;
		conflict_judge_claims(j, j->now, false);
	}
	j->now = now;
}

static vl_time conflict_deadline(const void *self)
{
	const struct conflict_judge *j = self;

	return j->judge_at;
}

static void conflict_finish(void *self, vl_time now)
{
	struct conflict_judge *j = self;

	conflict_advance(j, now);
	conflict_judge_claims(j, now, true);
	conflict_suspect_mixed(j);
	j->finished = true;
}

/* ---- frames ----------------------------------------------------------------------------------------------- */

static struct finding_place place_of(const struct analyzer_frame *f, enum ip_family family)
{
	struct finding_place place = {.interface = f->interface, .family = (uint8_t)family};
	const struct ethernet_header *e = &f->packet->ethernet;

	for (size_t i = 0; i < e->vlan_count; i++)
		if (e->vlan[i].id != 0) /* a priority tag names no VLAN */
			place.vlan[place.vlan_count++] = e->vlan[i].id;
	return place;
}

/* A virtual MAC in any frame shows that its ID is taken, though not who has it. */
static void note_virtual_mac(struct conflict_judge *j, const struct analyzer_frame *f, struct mac mac)
{
	uint8_t id;
	enum ip_family family = conflict_virtual_mac(mac, &id);

	if (family == IP_NONE) {
		if (fhrp_is_notable(mac.b))
			fhrp_note_mac(j, f, place_of(f, IP_NONE), mac);
		return;
	}
	struct finding_place place = place_of(f, family);
	place.id = id;
	struct conflict_group *g = conflict_group_by_mac(j, &place);
	if (g == NULL)
		return;
	g->last = f->at;
	if (mac.b[4] == 1 || mac.b[4] == 2) {
		g->seen_by_mac = true;
	} else {
		g->seen_by_carp_mac = true;
		g->carp_mac = mac;
	}
}

/* Initial TTLs of hosts: such a packet was not forwarded by a router, so its MAC belongs to its address. */
static bool is_first_hop(uint8_t ttl)
{
	return ttl == 255 || ttl == 128 || ttl == 64 || ttl == 1;
}

/* Messages of redundancy and cluster protocols. */
static bool take_message(struct conflict_judge *j, const struct analyzer_frame *f)
{
	struct finding_place place = place_of(f, (enum ip_family)f->packet->src.family);

	switch (f->packet->transport) {
	case TRANSPORT_VRRP:
		conflict_vrrp(j, f, place);
		return true;
	case TRANSPORT_CARP:
		conflict_carp(j, f, place);
		return true;
	case TRANSPORT_HSRP:
		fhrp_hsrp(j, f, place);
		return true;
	case TRANSPORT_GLBP:
		fhrp_glbp(j, f, place);
		return true;
	case TRANSPORT_CCP:
		fhrp_ccp(j, f, place);
		return true;
	case TRANSPORT_NLB:
		fhrp_nlb(j, f, place);
		return true;
	case TRANSPORT_FGCP:
		fhrp_fgcp(j, f, place);
		return true;
	case TRANSPORT_NONE:
	case TRANSPORT_ICMP:
	case TRANSPORT_UDP:
	case TRANSPORT_TCP:
		break;
	}
	return false;
}

static void take(struct conflict_judge *j, const struct analyzer_frame *f)
{
	const struct packet *p = f->packet;

	if (take_message(j, f))
		return;
	struct finding_place place = place_of(f, IP_NONE);
	fhrp_watch_fgcp(j, f, place);
	if (p->network == NETWORK_ARP) {
		note_virtual_mac(j, f, p->arp.sender_mac);
		fhrp_note_nlb_arp(j, f, place);
		conflict_arp(j, f, place);
		return;
	}
	if (p->network == NETWORK_NONE)
		return;
	if (p->network == NETWORK_IPV6 && p->transport == TRANSPORT_ICMP)
		conflict_neighbor(j, f, place);
	if (is_first_hop(p->ttl))
		conflict_learn_mac(j, &place, &p->src, p->ethernet.src);
}

/* What becomes of a frame by how far it could be taken apart. */
enum soundness {
	SOUND,
	CUT,
	MALFORMED,                      /* a layer contradicts its length */
	BAD_SUM,
};

/* Damage below and in what is read here. A host that leaves TCP's or UDP's sum to its network card is seen
 * with a wrong one by a capture on that host: no damage, and its MACs and addresses are sound. */
static enum soundness soundness_of(const struct packet *p)
{
	switch (p->verdict) {
	case PACKET_BAD_ETHERNET:
	case PACKET_BAD_ARP:
	case PACKET_BAD_IPV4:
	case PACKET_BAD_IPV6:
	case PACKET_BAD_AH:
	case PACKET_BAD_VRRP:
	case PACKET_BAD_CARP:
	case PACKET_BAD_HSRP:
	case PACKET_BAD_GLBP:
	case PACKET_BAD_CCP:
	case PACKET_BAD_NLB:
		return MALFORMED;
	case PACKET_BAD_ICMP:
		return p->network == NETWORK_IPV6 ? MALFORMED : SOUND;
	case PACKET_BAD_IPV4_CHECKSUM:
		return BAD_SUM;
	case PACKET_BAD_ICMP_CHECKSUM:
		return p->network == NETWORK_IPV6 ? BAD_SUM : SOUND;
	case PACKET_CUT:
		return CUT;
	case PACKET_OK:
	case PACKET_BAD_UDP:
	case PACKET_BAD_UDP_CHECKSUM:
	case PACKET_BAD_TCP:
	case PACKET_BAD_TCP_CHECKSUM:
	case PACKET_VERDICT_COUNT:
		break;
	}
	return SOUND;
}

/* What stands in front of the fault says who is there (fhrp_hsrp and fhrp_glbp ask for it). */
static bool says_something(const struct packet *p)
{
	return p->verdict == PACKET_BAD_HSRP || p->verdict == PACKET_BAD_GLBP;
}

/* Those tell more than their virtual MAC. */
static bool is_message(const struct packet *p)
{
	return p->transport != TRANSPORT_NONE && p->transport != TRANSPORT_ICMP && p->transport != TRANSPORT_UDP &&
	       p->transport != TRANSPORT_TCP;
}

static void conflict_frame(void *self, const struct analyzer_frame *f)
{
	struct conflict_judge *j = self;
	enum soundness soundness = soundness_of(f->packet);

	conflict_advance(j, f->at);
	if (!j->started)
		j->start = f->at;
	j->started = true;
	j->counters.frames++;
	if (soundness != MALFORMED && !is_message(f->packet)) {
		note_virtual_mac(j, f, f->packet->ethernet.src);
		note_virtual_mac(j, f, f->packet->ethernet.dst);
	}
	switch (soundness) {
	case CUT:
		j->counters.cut++;
		return;
	case MALFORMED:
		j->counters.malformed++;
		if (says_something(f->packet))
			(void)take_message(j, f);
		return;
	case BAD_SUM:
		j->counters.bad_sums++;
		return;
	case SOUND:
		take(j, f);
		return;
	}
}

/* ---- what comes out ---------------------------------------------------------------------------------------- */

static bool conflict_poll(void *self, struct finding *out)
{
	struct conflict_judge *j = self;

	if (j->finding_polled < j->finding_count) {
		j->finding_proved -= j->finding_news[j->finding_polled] == NEWS_NOW;
		j->finding_news[j->finding_polled] = NEWS_NONE;
		*out = j->finding[j->finding_polled++];
		return true;
	}
	for (size_t i = 0; i < j->finding_count && (j->finished || j->finding_proved > 0); i++) {
		if (j->finding_news[i] < (j->finished ? NEWS_LATER : NEWS_NOW))
			continue;
		j->finding_proved -= j->finding_news[i] == NEWS_NOW;
		j->finding_news[i] = NEWS_NONE;
		*out = j->finding[i];
		out->update = true;
		return true;
	}
	return false;
}

size_t conflict_group_count(const struct conflict_judge *j)
{
	return j->group_count;
}

const struct conflict_group *conflict_group_at(const struct conflict_judge *j, size_t i)
{
	return i < j->group_count ? &j->group[i] : NULL;
}

const struct conflict_speaker *conflict_speaker_at(const struct conflict_judge *j, uint16_t i)
{
	return i < j->speaker_count ? &j->speaker[i] : NULL;
}

const struct finding *conflict_finding_now(const struct conflict_judge *j, size_t i)
{
	return i < j->finding_count ? &j->finding[i] : NULL;
}

const struct conflict_counters *conflict_counted(const struct conflict_judge *j)
{
	return &j->counters;
}

const struct analyzer_ops conflict_analyzer = {
	.name = "conflict",
	.new = conflict_new,
	.free = conflict_free,
	.frame = conflict_frame,
	.advance = conflict_advance,
	.deadline = conflict_deadline,
	.finish = conflict_finish,
	.poll = conflict_poll,
};
