// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two FortiGate clusters with one group number on a segment. Their heartbeats go by links of their own and would not be
 * understood; what shows is their virtual MAC, which stands for the primaries of both:
 *
 *   - proof: the MAC speaks to an address that it says is its own. It asks for it (ARP), or sends a packet to it: a box
 *     does neither with its own address. So there are two, and one got what was for the other. Twice is enough.
 *   - suspicion: the MAC announces (gratuitous ARP) now some addresses and now others, in turn. A primary announces all
 *     addresses of an interface together.
 *
 * That the switch learns the MAC now here, now there is not in a capture of one port. Two addresses at one virtual MAC
 * prove nothing: FortiGates answer for second addresses, NAT pools and virtual servers.
 */
#include "analyzers/fhrp_state.h"

#define TOGETHER VL_S                   /* announcements within this are one round */
#define REMEMBER (300 * VL_S)           /* what the MAC claimed, and to whom it spoke */
#define TURNS 2                         /* these, those, these */

static struct fhrp_vmac *vmac_of(struct conflict_judge *j, const struct finding_place *place, struct mac mac)
{
	struct fhrp *h = &j->fhrp;

	for (size_t i = 0; i < h->vmac_count; i++)
		if (memcmp(&h->vmac[i].place, place, sizeof *place) == 0 && mac_equal(h->vmac[i].mac, mac))
			return &h->vmac[i];
	if (h->vmac_count == FHRP_VMACS) {
		j->counters.pairs_refused++;
		return NULL;
	}
	struct fhrp_vmac *v = &h->vmac[h->vmac_count++];
	*v = (struct fhrp_vmac){.place = *place, .mac = mac};
	return v;
}

static int index_of(const struct fhrp_vmac *v, const struct ip_addr *ip, vl_time now)
{
	for (int i = 0; i < v->count; i++)
		if (ip_equal(&v->address[i], ip) && now - v->last[i] <= REMEMBER)
			return i;
	return -1;
}

/* The place of an address that the MAC says is its own; the oldest one gives way. */
static int claim(struct fhrp_vmac *v, const struct ip_addr *ip, vl_time now)
{
	int i = index_of(v, ip, now), oldest = 0;

	if (i < 0 && v->count < FHRP_VMAC_ADDRESSES)
		i = v->count++;
	for (int k = 1; i < 0 && k < v->count; k++)
		if (v->last[k] < v->last[oldest])
			oldest = k;
	if (i < 0) {
		i = oldest;
		v->round &= ~(1u << i);
		v->before &= ~(1u << i);
	}
	v->address[i] = *ip;
	v->last[i] = now;
	return i;
}

static struct finding *collision(struct conflict_judge *j, const struct fhrp_vmac *v, bool *is_new)
{
	struct finding_place place = v->place;
	uint8_t port;

	(void)fgcp_of_virtual_mac(v->mac, &place.id, &port);
	struct finding *f = conflict_finding_at(j, "fgcp-collision", &place, FINDING_FGCP, NULL, is_new);
	if (f != NULL)
		f->shared_mac = true;
	return f;
}

/* --- proof ----------------------------------------------------------------------------------------------------------- */

static void prove(struct conflict_judge *j, const struct fhrp_vmac *v, const struct analyzer_frame *a,
		  const struct ip_addr *as, const struct ip_addr *to)
{
	char mac[MAC_TEXT], own[IP_TEXT], other[IP_TEXT];
	bool is_new;
	struct finding *f = collision(j, v, &is_new);

	if (f == NULL)
		return;
	(void)finding_add_subject(f, to, v->mac);
	if (as != NULL)
		(void)finding_add_subject(f, as, v->mac);
	finding_add_evidence(f, a->number, to, v->mac);
	if (!is_new && !f->suspect)
		return;
	if (f->suspect)
		conflict_proved(j, f);
	else
		f->begin = v->talk_at;
	if (as != NULL)
		conflict_detail(f, "%s asks for %s as %s, and answers for both.", mac_format(mac, v->mac),
				ip_format(other, to), ip_format(own, as));
	else
		conflict_detail(f, "%s sends packets to %s, for which it answers itself.", mac_format(mac, v->mac),
				ip_format(other, to));
}

/* The MAC speaks to an address; `as` is the one it speaks with, where that is its own. */
static void speaks_to(struct conflict_judge *j, struct fhrp_vmac *v, const struct analyzer_frame *a,
		      const struct ip_addr *as, const struct ip_addr *to)
{
	if (index_of(v, to, a->at) < 0)
		return;
	if (v->talks > 0 && a->at - v->talked_at <= REMEMBER)
		prove(j, v, a, as, to);
	else
		v->talk_at = a->at;
	v->talks = 1;
	v->talked_at = a->at;
}

/* --- suspicion --------------------------------------------------------------------------------------------------------- */

static void name_addresses(const struct fhrp_vmac *v, unsigned set, struct finding *f)
{
	for (unsigned i = 0; i < v->count; i++)
		if ((set >> i & 1) != 0)
			(void)finding_add_subject(f, &v->address[i], v->mac);
}

static int lowest(unsigned set)
{
	int i = 0;

	while ((set >> i & 1) == 0)
		i++;
	return i;
}

static void suspect(struct conflict_judge *j, const struct fhrp_vmac *v)
{
	char mac[MAC_TEXT], one[IP_TEXT], other[IP_TEXT];
	bool is_new;
	struct finding *f = collision(j, v, &is_new);

	if (f == NULL)
		return;
	name_addresses(v, v->before, f);
	name_addresses(v, v->round, f);
	finding_add_evidence(f, v->before_frame, &v->address[lowest(v->before)], v->mac);
	finding_add_evidence(f, v->round_frame, &v->address[lowest(v->round)], v->mac);
	if (!is_new)
		return;
	f->suspect = true;
	f->begin = v->turned_at;
	conflict_detail(f, "%s announces %s and %s in turn, not together.", mac_format(mac, v->mac),
			ip_format(one, &v->address[lowest(v->before)]), ip_format(other, &v->address[lowest(v->round)]));
}

/* A round is over when a new one begins. */
static void end_round(struct conflict_judge *j, struct fhrp_vmac *v)
{
	if (v->round == v->before || v->round == 0)
		return;
	if (v->before != 0 && (v->round & v->before) == 0) {
		if (v->turns == 0)
			v->turned_at = v->before_at;
		if (v->turns < TURNS)
			v->turns++;
		if (v->turns == TURNS)
			suspect(j, v);
	} else {
		v->turns = 0;
	}
	v->before = v->round;
	v->before_at = v->round_at;
	v->before_frame = v->round_frame;
}

static void announces(struct conflict_judge *j, struct fhrp_vmac *v, const struct analyzer_frame *a, int i)
{
	if (v->round == 0 || a->at - v->round_at > TOGETHER) {
		end_round(j, v);
		v->round = 0;
		v->round_at = a->at;
		v->round_frame = a->number;
	}
	v->round |= 1u << i;
}

/* --- frames ------------------------------------------------------------------------------------------------------------ */

/* Somebody else says that it has an address: it is the MAC's no more. */
static void disclaim(struct conflict_judge *j, const struct finding_place *place, const struct ip_addr *ip)
{
	for (size_t i = 0; i < j->fhrp.vmac_count; i++) {
		struct fhrp_vmac *v = &j->fhrp.vmac[i];
		int k = memcmp(&v->place, place, sizeof *place) == 0 ? index_of(v, ip, j->now) : -1;
		if (k >= 0)
			v->address[k] = (struct ip_addr){.family = IP_NONE};
	}
}

static void take_arp(struct conflict_judge *j, const struct analyzer_frame *a, const struct finding_place *place)
{
	const struct arp_packet *arp = &a->packet->arp;
	uint16_t group;
	uint8_t port;

	if (ip_is_zero(&arp->sender_ip))
		return;
	if (!fgcp_of_virtual_mac(arp->sender_mac, &group, &port)) {
		disclaim(j, place, &arp->sender_ip);
		return;
	}
	struct fhrp_vmac *v = vmac_of(j, place, arp->sender_mac);
	if (v == NULL)
		return;
	bool gratuitous = ip_equal(&arp->sender_ip, &arp->target_ip);
	if (arp->operation == ARP_REQUEST && !gratuitous)
		speaks_to(j, v, a, &arp->sender_ip, &arp->target_ip);
	int i = claim(v, &arp->sender_ip, a->at);
	if (gratuitous)
		announces(j, v, a, i);
}

void fhrp_watch_fgcp(struct conflict_judge *j, const struct analyzer_frame *a, struct finding_place place)
{
	struct mac mac = a->packet->ethernet.src;
	uint16_t group;
	uint8_t port;

	if (a->packet->network == NETWORK_ARP) {
		take_arp(j, a, &place);
		return;
	}
	if (a->packet->network == NETWORK_NONE || !fgcp_of_virtual_mac(mac, &group, &port))
		return;
	struct fhrp_vmac *v = vmac_of(j, &place, mac);
	if (v != NULL)
		speaks_to(j, v, a, NULL, &a->packet->dst);
}
