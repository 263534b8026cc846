// SPDX-License-Identifier: BSD-2-Clause
/*
 * The clusters: Check Point (CCP), Microsoft (NLB), FortiGate (FGCP). Mostly that they are there; of CCP also
 * whether two stations use one magic number in turn.
 */
#include "analyzers/fhrp_state.h"

#define TURNS 3                         /* A B A B: each heard again after the other */
#define FORGET_TURNS (30 * VL_S)        /* CCP speaks several times a second */

/* --- one magic number, two clusters ------------------------------------------------------------------------------ */

static bool is_same(const struct fhrp_identity *a, const struct fhrp_identity *b)
{
	return ip_equal(&a->ip, &b->ip) && a->cluster == b->cluster && a->random_id == b->random_id;
}

static struct fhrp_magic *magic_of(struct conflict_judge *j, const struct finding_place *place, struct mac mac)
{
	struct fhrp *h = &j->fhrp;

	for (size_t i = 0; i < h->magic_count; i++)
		if (memcmp(&h->magic[i].place, place, sizeof *place) == 0 && mac_equal(h->magic[i].mac, mac))
			return &h->magic[i];
	if (h->magic_count == FHRP_MAGICS) {
		j->counters.pairs_refused++;
		return NULL;
	}
	struct fhrp_magic *m = &h->magic[h->magic_count++];
	*m = (struct fhrp_magic){.place = *place, .mac = mac};
	return m;
}

/* Who it is now becomes the newest; whether this is a turn, of the two known ones, and they have taken them often
 * enough. */
static bool takes_turns(struct fhrp_magic *m, const struct analyzer_frame *f, const struct fhrp_identity *who)
{
	bool changes = m->known == 0 || !is_same(&m->who[0], who);

	if (changes) {
		bool other = m->known == 2 && is_same(&m->who[1], who) && f->at - m->at[1] <= FORGET_TURNS;
		if (m->known == 1 || (m->known == 2 && !other)) {
			/* somebody new: a restart so far */
			m->turns = 1;
			m->begin = m->at[0];
			m->known = 2;
		} else if (other && m->turns < TURNS) {
			m->turns++;
		}
		if (m->known == 0)
			m->known = 1;
		m->who[1] = m->who[0];
		m->frame[1] = m->frame[0];
		m->at[1] = m->at[0];
		m->who[0] = *who;
	}
	m->frame[0] = f->number;
	m->at[0] = f->at;
	return changes && m->turns == TURNS;
}

static void judge_magic(struct conflict_judge *j, const struct analyzer_frame *f, const struct fhrp_group *g,
			struct mac mac, const struct fhrp_identity *who)
{
	struct finding_place place = g->place;
	bool is_new;

	place.id = 0;
	struct fhrp_magic *m = magic_of(j, &place, mac);
	if (m == NULL || !takes_turns(m, f, who))
		return;
	/* One finding for the two, at the lower number. */
	place.id = m->who[0].cluster < m->who[1].cluster ? m->who[0].cluster : m->who[1].cluster;
	struct finding *found = conflict_finding_at(j, "ccp-magic-shared", &place, FINDING_CCP, NULL, &is_new);
	if (found == NULL)
		return;
	found->shared_mac = true;
	(void)finding_add_subject(found, &m->who[1].ip, f->packet->ethernet.src);
	(void)finding_add_subject(found, &m->who[0].ip, f->packet->ethernet.src);
	finding_add_evidence(found, m->frame[1], &m->who[1].ip, f->packet->ethernet.src);
	finding_add_evidence(found, f->number, &m->who[0].ip, f->packet->ethernet.src);
	if (!is_new)
		return;
	found->begin = m->begin;
	if (m->who[0].cluster != m->who[1].cluster) {
		conflict_detail(found, "Clusters %u and %u speak in turn with the magic number %u.",
				(unsigned)m->who[1].cluster, (unsigned)m->who[0].cluster, (unsigned)mac.b[4]);
	} else {
		char text[MAC_TEXT];
		conflict_detail(found, "Two stations speak in turn from %s.", mac_format(text, mac));
	}
}

/* --- one message -------------------------------------------------------------------------------------------------- */

void fhrp_ccp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct ccp_message *m = &f->packet->ccp;
	uint8_t magic, member;
	bool is_new;

	place.id = m->cluster;
	struct fhrp_key key = {.place = place, .class = FINDING_CCP};
	struct fhrp_group *g = fhrp_group_get(j, &key, false);
	if (g == NULL)
		return;
	struct mac mac = f->packet->ethernet.src;
	struct fhrp_speaker *s = fhrp_speaker_get(j, g, &f->packet->src, mac, &is_new);
	if (s == NULL)
		return;
	s->version = m->version;
	s->priority = m->source_machine;
	fhrp_enter(f, g, s, false);
	g->mac = mac;
	struct finding *note = fhrp_note_group(j, f, g, s);
	bool has_magic = ccp_of_source_mac(mac, &magic, &member);
	if (note != NULL && has_magic)
		conflict_detail(note, "Its magic number is %u.", (unsigned)magic);
	if (!has_magic)
		return;
	struct fhrp_identity who = {.ip = f->packet->src, .cluster = m->cluster, .random_id = m->random_id};
	judge_magic(j, f, g, mac, &who);
	who = (struct fhrp_identity){.ip = {.family = IP_NONE}, .cluster = m->cluster};
	mac.b[5] = 0xff;
	judge_magic(j, f, g, mac, &who);
}

static struct fhrp_group *nlb_group(struct conflict_judge *j, struct finding_place place, const struct ip_addr *ip)
{
	place.family = IP_V4;
	return fhrp_group_get(j, &(struct fhrp_key){.place = place, .class = FINDING_NLB, .address = *ip}, false);
}

void fhrp_nlb(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct nlb_message *m = &f->packet->nlb;
	struct fhrp_group *g = nlb_group(j, place, &m->cluster_ip);
	bool is_new;

	if (g == NULL)
		return;
	struct fhrp_speaker *s = fhrp_speaker_get(j, g, &m->host_ip, f->packet->ethernet.src, &is_new);
	if (s == NULL)
		return;
	s->version = (uint16_t)m->version;
	s->priority = m->host_id;
	s->virtual_ip = m->cluster_ip;
	fhrp_enter(f, g, s, false);
	struct finding *note = fhrp_note_group(j, f, g, s);
	if (note != NULL) {
		char ip[IP_TEXT];
		conflict_detail(note, "Its address is %s.", ip_format(ip, &m->cluster_ip));
	}
}

/* The ethertypes of synchronisation are others', too: without a virtual MAC they prove nothing. */
void fhrp_fgcp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	uint16_t type = f->packet->fgcp.type, group;
	struct mac mac = f->packet->ethernet.src;
	static const struct ip_addr none = {.family = IP_NONE};
	uint8_t port;
	bool is_new, numbered = fgcp_of_virtual_mac(mac, &group, &port);

	if (!numbered && type != FGCP_HEARTBEAT && type != FGCP_HEARTBEAT_TP)
		return;
	place.id = numbered ? group : 0;
	struct fhrp_key key = {.place = place, .class = FINDING_FGCP, .unnumbered = !numbered};
	struct fhrp_group *g = fhrp_group_get(j, &key, false);
	struct fhrp_speaker *s = g != NULL ? fhrp_speaker_get(j, g, &none, mac, &is_new) : NULL;
	if (s == NULL)
		return;
	fhrp_enter(f, g, s, false);
	if (numbered)
		g->mac = mac;
	(void)fhrp_note_group(j, f, g, s);
}

/* --- by ARP --------------------------------------------------------------------------------------------------------- */

void fhrp_note_nlb_arp(struct conflict_judge *j, const struct analyzer_frame *f, struct finding_place place)
{
	const struct arp_packet *arp = &f->packet->arp;

	if (ip_is_zero(&arp->sender_ip))
		return;
	for (enum nlb_mode mode = NLB_UNICAST; mode <= NLB_IGMP; mode++) {
		if (!mac_equal(arp->sender_mac, nlb_cluster_mac(mode, &arp->sender_ip)))
			continue;
		struct fhrp_group *g = nlb_group(j, place, &arp->sender_ip);
		if (g == NULL)
			return;
		g->seen_by_mac = true;
		g->mac = arp->sender_mac;
		g->last = f->at;
		(void)fhrp_note_group(j, f, g, NULL);
	}
}
