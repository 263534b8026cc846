// SPDX-License-Identifier: BSD-2-Clause
/* Frames become facts. Bounded: what there is no room for is counted. */
#include <string.h>

#include "sim/scenario/incident_parts.h"

#define SILENT_INTERVALS 3              /* more of them without a word is a silence */

static bool place_of(struct incident *x, const struct analyzer_frame *f, struct heard_place *place)
{
	const struct ethernet_header *e = &f->packet->ethernet;
	uint16_t vlan = 0, tags = 0;

	for (size_t i = 0; i < e->vlan_count; i++)
		if (e->vlan[i].id != 0) {
			vlan = e->vlan[i].id;
			tags++;
		}
	x->stacked += tags > 1;
	*place = (struct heard_place){.interface = f->interface, .vlan = vlan};
	return tags <= 1;
}

static bool same_place(struct heard_place a, struct heard_place b)
{
	return a.interface == b.interface && a.vlan == b.vlan;
}

/* --- advertisements -------------------------------------------------------------------------------------- */

/* Returns a new speaker with place, class, id and address filled in when it is not known; NULL: no room. */
static struct heard_speaker *speaker_get(struct incident *x, struct heard_place place, enum finding_class class,
					 uint16_t id, const struct ip_addr *ip)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		struct heard_speaker *s = &x->speaker[i];
		if (same_place(s->place, place) && s->class == class && s->id == id && ip_equal(&s->ip, ip))
			return s;
	}
	if (x->speaker_count == INCIDENT_SPEAKERS) {
		x->speakers_refused++;
		return NULL;
	}
	struct heard_speaker *s = &x->speaker[x->speaker_count++];
	*s = (struct heard_speaker){.place = place, .class = class, .id = id, .ip = *ip};
	return s;
}

static uint8_t word_index(struct incident *x, const uint8_t *bytes, size_t length)
{
	uint8_t word[INCIDENT_WORD] = {0};
	size_t i = 0;

	memcpy(word, bytes, length < sizeof word ? length : sizeof word);
	while (i < x->word_count && memcmp(x->word[i], word, sizeof word) != 0)
		i++;
	if (i == INCIDENT_WORDS) {
		x->words_refused++;
		return INCIDENT_WORDS;
	}
	if (i == x->word_count)
		memcpy(x->word[x->word_count++], word, sizeof word);
	return (uint8_t)(i + 1);
}

static void note_header(struct heard_speaker *s, const struct packet *p)
{
	s->tos = p->network == NETWORK_IPV4 ? p->ipv4.tos : p->ipv6.traffic_class;
	s->mac = p->ethernet.src;
	if (!ip_is_multicast(&p->dst))
		s->unicast_to = p->dst;
	if (p->network != NETWORK_IPV4)
		return;
	s->dont_fragment = p->ipv4.dont_fragment;
	if (s->has_ip_id) {
		if (p->ipv4.id == 0)
			s->id_zero++;
		else if (p->ipv4.id == (uint16_t)(s->ip_id + 1))
			s->id_counts++;
		else
			s->id_other++;
	}
	s->has_ip_id = true;
	s->ip_id = p->ipv4.id;
}

static void note_silence(struct heard_speaker *s, vl_time now, bool resigns)
{
	struct silence *last = s->silence_count > 0 ? &s->silence[s->silence_count - 1] : NULL;
	bool silent = last != NULL && last->until == VL_NEVER;

	if (silent && !resigns)
		last->until = now;
	if (silent || (!resigns && now - s->last <= SILENT_INTERVALS * s->now.interval))
		return;
	if (s->silence_count == INCIDENT_SILENCES) {
		s->cut = true;
		return;
	}
	s->silence[s->silence_count++] = (struct silence){.from = resigns ? now : s->last, .until = resigns ? VL_NEVER : now,
							  .resigned = resigns};
}

/* Near its interval: within a tenth, so that neither what was muted nor an answer to another counts. */
static void note_gap(struct heard_speaker *s, vl_time gap)
{
	vl_time near = s->now.interval / 10;

	if (gap + near < s->now.interval || gap > s->now.interval + near)
		return;
	if (s->gap_least == 0 || gap < s->gap_least)
		s->gap_least = gap;
	if (gap > s->gap_most)
		s->gap_most = gap;
}

static void note_change(struct heard_speaker *s, vl_time now, const struct heard_settings *to)
{
	if (s->now.priority == to->priority && s->now.auth == to->auth && s->now.word == to->word &&
	    s->now.interval == to->interval)
		return;
	if (s->change_count < INCIDENT_CHANGES)
		s->change[s->change_count++] = (struct change){.at = now, .to = *to};
	else
		s->cut = true;
}

static void note_addresses(struct heard_speaker *s, const struct vrrp_message *m)
{
	bool differs = s->count > 0 && s->addresses_said != m->address_count;

	s->addresses_said = m->address_count;
	for (size_t i = 0; i < m->address_count && i < INCIDENT_ADDRESSES; i++) {
		struct ip_addr a = vrrp_address(m, i);
		differs = differs || (s->count > 0 && i < s->address_count && !ip_equal(&a, &s->address[i]));
		s->address[i] = a;
	}
	s->address_count = m->address_count < INCIDENT_ADDRESSES ? m->address_count : INCIDENT_ADDRESSES;
	s->addresses_change = s->addresses_change || differs;
}

static void hear_vrrp(struct incident *x, const struct analyzer_frame *f, struct heard_place place)
{
	const struct packet *p = f->packet;
	const struct vrrp_message *m = &p->vrrp;

	if (m->type != VRRP_ADVERTISEMENT || m->vrid == 0)
		return;
	if (m->checksum_form == VRRP_CHECKSUM_WRONG) {
		x->wrong_sums++;
		return;
	}
	bool resigns = m->priority == VRRP_PRIORITY_RESIGN;
	if (ip_is_zero(&p->src))
		return; /* the goodbye of a router that lost its address */
	struct heard_speaker *s = speaker_get(x, place, FINDING_VRRP, m->vrid, &p->src);
	if (s == NULL)
		return;
	uint64_t interval = vrrp_interval(m);
	struct heard_settings to = {
		.priority = resigns ? (s->count > 0 ? s->now.priority : 100) : m->priority,
		.auth = m->version == 2 ? m->auth_type : 0,
		.word = m->version == 2 && m->auth_type == VRRP_AUTH_TEXT ? word_index(x, m->auth_data, sizeof m->auth_data) : 0,
		.interval = interval > 0 ? interval : VL_S,
	};
	if (s->count == 0) {
		s->first = f->at;
		s->version = m->version;
		s->at_first = to;
	} else {
		note_silence(s, f->at, resigns);
		note_gap(s, f->at - s->last);
		if (!resigns)
			note_change(s, f->at, &to);
	}
	if (s->count == 0 && resigns)
		s->silence[s->silence_count++] = (struct silence){.from = f->at, .until = VL_NEVER, .resigned = true};
	if (!resigns || s->count == 0)
		note_addresses(s, m);
	s->now = to;
	s->versions_mixed = s->versions_mixed || m->version != s->version;
	s->checksum_form = (uint8_t)m->checksum_form;
	s->hmac = s->hmac || (m->trailer_length == 28 && m->auth_type != VRRP_AUTH_CISCO_MD5);
	note_header(s, p);
	s->last = f->at;
	s->count++;
}

static void hear_carp(struct incident *x, const struct analyzer_frame *f, struct heard_place place)
{
	const struct carp_message *m = &f->packet->carp;

	if (!m->checksum_ok || m->vhid == 0) {
		x->wrong_sums++;
		return;
	}
	if (m->advbase == UINT8_MAX)
		return; /* BSD's goodbye */
	struct heard_speaker *s = speaker_get(x, place, FINDING_CARP, m->vhid, &f->packet->src);
	if (s == NULL)
		return;
	struct heard_settings to = {.interval = m->advbase * VL_S + m->advskew * VL_S / 256};
	to.interval = to.interval > 0 ? to.interval : VL_S;
	if (s->count == 0) {
		s->first = f->at;
		s->advbase = m->advbase;
		s->advskew = m->advskew;
		s->at_first = to;
	} else {
		note_silence(s, f->at, false);
		note_gap(s, f->at - s->last);
	}
	s->now = to;
	note_header(s, f->packet);
	s->last = f->at;
	s->count++;
}

/* --- HSRP, GLBP ------------------------------------------------------------------------------------------- */

/* A hello of either, in one form. */
struct hello {
	enum finding_class class;
	uint16_t group;
	struct ip_addr vip;
	uint64_t interval, hold;
	uint8_t version, priority;
	struct mac own_mac;             /* zero: not told */
	enum vrrp_auth_type auth;
	const uint8_t *text;
	size_t text_length;
	bool coup, resigns;
};

static bool read_hsrp(const struct hsrp_message *m, struct hello *h)
{
	*h = (struct hello){
		.class = m->version == 2 ? FINDING_HSRP2 : FINDING_HSRP,
		.group = m->group,
		.vip = m->virtual_ip,
		.interval = m->hello_ms * VL_MS,
		.hold = m->hold_ms * VL_MS,
		.version = m->version,
		.priority = (uint8_t)(m->priority < 255 ? m->priority : 255),
		.own_mac = m->version == 2 ? m->identifier : MAC_ZERO,
		.auth = m->auth == HSRP_AUTH_TEXT  ? VRRP_AUTH_TEXT
			: m->auth == HSRP_AUTH_MD5 ? VRRP_AUTH_CISCO_MD5
						   : VRRP_AUTH_NONE,
		.text = m->text,
		.text_length = sizeof m->text,
		.coup = m->opcode == HSRP_COUP,
		.resigns = m->opcode == HSRP_RESIGN,
	};
	return m->has_group && m->opcode <= HSRP_RESIGN;
}

static bool read_glbp(const struct glbp_message *m, struct hello *h)
{
	*h = (struct hello){
		.class = FINDING_GLBP,
		.group = m->group,
		.vip = m->virtual_ip,
		.interval = m->hello_ms * VL_MS,
		.hold = m->hold_ms * VL_MS,
		.version = 1,
		.priority = m->priority,
		.own_mac = m->owner,
		.auth = m->auth == GLBP_AUTH_TEXT   ? VRRP_AUTH_TEXT
			: m->auth == GLBP_AUTH_NONE ? VRRP_AUTH_NONE
						    : VRRP_AUTH_CISCO_MD5,
		.text = m->auth_data,
		.text_length = m->auth_length,
	};
	return m->has_hello;
}

static void hear_hello(struct incident *x, const struct analyzer_frame *f, struct heard_place place)
{
	const struct packet *p = f->packet;
	struct hello h;

	if (!(p->transport == TRANSPORT_HSRP ? read_hsrp(&p->hsrp, &h) : read_glbp(&p->glbp, &h)) || h.interval == 0)
		return;
	struct heard_speaker *s = speaker_get(x, place, h.class, h.group, &p->src);
	if (s == NULL)
		return;
	struct heard_settings to = {
		.priority = h.priority,
		.auth = (uint8_t)h.auth,
		.word = h.auth == VRRP_AUTH_TEXT && h.text != NULL ? word_index(x, h.text, h.text_length) : 0,
		.interval = h.interval,
	};
	if (s->count == 0) {
		s->first = f->at;
		s->version = h.version;
		s->hold = h.hold;
		s->at_first = to;
	} else {
		note_silence(s, f->at, h.resigns);
		note_change(s, f->at, &to);
	}
	if (!ip_is_zero(&h.vip)) {
		s->address[0] = h.vip;
		s->address_count = s->addresses_said = 1;
	}
	s->now = to;
	s->coups = s->coups || h.coup;
	/* What it sends from is its own; what it says is, may be another's (an impostor's copy). */
	if (!incident_is_virtual(p->ethernet.src))
		s->own_mac = p->ethernet.src;
	else if (mac_equal(s->own_mac, MAC_ZERO) && !mac_is_group(h.own_mac))
		s->own_mac = h.own_mac;
	note_header(s, p);
	s->unicast_to = (struct ip_addr){.family = IP_NONE};
	s->last = f->at;
	s->count++;
}

/* --- addresses ------------------------------------------------------------------------------------------- */

static struct heard_claim *claim_get(struct incident *x, struct heard_place place, const struct ip_addr *ip, struct mac mac,
				     vl_time now)
{
	for (size_t i = 0; i < x->claim_count; i++) {
		struct heard_claim *c = &x->claim[i];
		if (same_place(c->place, place) && ip_equal(&c->ip, ip) && mac_equal(c->mac, mac))
			return c;
	}
	if (x->claim_count == INCIDENT_CLAIMS)
		return NULL; /* only what an advertised address needs is missing then: it comes early */
	struct heard_claim *c = &x->claim[x->claim_count++];
	*c = (struct heard_claim){.place = place, .ip = *ip, .mac = mac, .first = now, .first_burst = VL_NEVER};
	return c;
}

static void note_announcement(struct heard_claim *c, vl_time now)
{
	c->announcements++;
	if (c->burst == 0 || now - c->burst_at > VL_S) {
		c->burst = 0;
		c->burst_at = now;
	}
	if (++c->burst > c->burst_most)
		c->burst_most = c->burst;
	if (c->burst >= 3 && c->first_burst == VL_NEVER)
		c->first_burst = c->burst_at;
}

static void hear_asker(struct incident *x, const struct arp_packet *a, struct heard_place place, vl_time now)
{
	for (size_t i = 0; i < x->asker_count; i++) {
		const struct heard_asker *k = &x->asker[i];
		if (same_place(k->place, place) && mac_equal(k->mac, a->sender_mac) && ip_equal(&k->target, &a->target_ip))
			return;
	}
	if (x->asker_count < INCIDENT_ASKERS)
		x->asker[x->asker_count++] = (struct heard_asker){.place = place, .mac = a->sender_mac, .ip = a->sender_ip,
								  .target = a->target_ip, .at = now};
}

static void hear_arp(struct incident *x, const struct analyzer_frame *f, struct heard_place place)
{
	const struct arp_packet *a = &f->packet->arp;

	if (arp_is_gratuitous(a)) {
		struct heard_claim *c = claim_get(x, place, &a->sender_ip, a->sender_mac, f->at);
		/* A gratuitous reply to one station answers it (another Active's announcement). */
		if (c != NULL && mac_is_group(f->packet->ethernet.dst)) {
			note_announcement(c, f->at);
			c->announces_by_reply = a->operation == ARP_REPLY;
		}
		return;
	}
	if (!ip_is_zero(&a->sender_ip)) {
		struct heard_claim *c = claim_get(x, place, &a->sender_ip, a->sender_mac, f->at);
		if (c != NULL)
			c->answers += a->operation == ARP_REPLY;
	}
	if (a->operation == ARP_REQUEST && mac_equal(f->packet->ethernet.dst, MAC_BROADCAST))
		hear_asker(x, a, place, f->at);
}

static void hear_neighbor(struct incident *x, const struct analyzer_frame *f, struct heard_place place)
{
	const struct icmp_message *m = &f->packet->icmp;

	if (m->family != IP_V6 || m->type != ICMPV6_NEIGHBOR_ADVERTISEMENT || !m->has_link_address)
		return;
	struct heard_claim *c = claim_get(x, place, &m->target, m->link_address, f->at);
	if (c == NULL)
		return;
	if (m->solicited)
		c->answers++;
	else
		note_announcement(c, f->at);
}

void incident_frame(struct incident *x, const struct analyzer_frame *f)
{
	const struct packet *p = f->packet;
	struct heard_place place;

	/* A hello whose later part is damaged still speaks, as the judge has it. */
	bool partly = p->verdict == PACKET_BAD_HSRP || p->verdict == PACKET_BAD_GLBP;
	if (p->verdict != PACKET_OK && !partly)
		return;
	x->damaged += partly;
	bool is_ours = p->network == NETWORK_ARP || p->transport == TRANSPORT_ICMP || p->transport == TRANSPORT_VRRP ||
		       p->transport == TRANSPORT_CARP || p->transport == TRANSPORT_HSRP || p->transport == TRANSPORT_GLBP;
	if (!is_ours || !place_of(x, f, &place))
		return;
	if (p->network == NETWORK_ARP)
		hear_arp(x, f, place);
	else if (p->transport == TRANSPORT_VRRP)
		hear_vrrp(x, f, place);
	else if (p->transport == TRANSPORT_CARP)
		hear_carp(x, f, place);
	else if (p->transport == TRANSPORT_HSRP || p->transport == TRANSPORT_GLBP)
		hear_hello(x, f, place);
	else
		hear_neighbor(x, f, place);
}
