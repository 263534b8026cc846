// SPDX-License-Identifier: BSD-2-Clause
#include "probes/prober.h"

#include <stdlib.h>
#include <string.h>

#include <libnet.h>

#include "probes/frame_counter.h"
#include "sim/base/table.h"
#include "sim/wire/packet.h"

#define FIRST_QUESTIONS 3
#define SOON (5 * VL_S)
#define LATER (60 * VL_S)
#define SECRET UINT64_C(0x70726f6265720001)

struct key {
	struct finding_place place;     /* family and ID zero */
	struct ip_addr ip;
	uint8_t unused[3];
};

_Static_assert(sizeof(struct key) == 16 + 17 + 3, "padding in a key");

struct question {
	struct finding_place place;
	struct ip_addr ip;
	unsigned asked;
	vl_time at;                     /* of the next */
};

struct outlet {
	libnet_t *net;
	struct mac mac;
	struct ip_addr source;          /* link-local, or :: */
};

struct prober {
	struct outlet outlet[INTERFACES];
	size_t outlet_count;
	struct table known;
	struct question question[PROBER_ADDRESSES];
	size_t count;
	size_t next;                    /* who has the next turn: none is left out when there are too many */
	uint64_t sent;
};

struct prober *prober_new(void)
{
	struct prober *p = calloc(1, sizeof *p);

	if (p != NULL && !table_init(&p->known, PROBER_ADDRESSES, sizeof(struct key), 1, SECRET)) {
		free(p);
		p = NULL;
	}
	return p;
}

void prober_free(struct prober *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->outlet_count; i++)
		libnet_destroy(p->outlet[i].net);
	table_fini(&p->known);
	free(p);
}

static struct ip_addr link_local_of(const struct interface *i)
{
	static const uint8_t none[16];

	for (size_t k = 0; k < i->address_count; k++)
		if (i->address[k].family == IP_V6 && ip_is_link_local(&i->address[k]))
			return i->address[k];
	return ip6_from_bytes(none);
}

bool prober_add(struct prober *p, const struct interface *i, char error[PROBER_ERROR])
{
	char why[LIBNET_ERRBUF_SIZE] = "";

	if (p->outlet_count == INTERFACES || mac_equal(i->mac, MAC_ZERO)) {
		(void)snprintf(error, PROBER_ERROR, "the interface has no Ethernet address");
		return false;
	}
	libnet_t *net = libnet_init(LIBNET_LINK_ADV, i->name, why);
	if (net == NULL || !frame_deafen(libnet_getfd(net))) {
		why[strcspn(why, "\n")] = '\0'; /* libnet ends its messages with one */
		(void)snprintf(error, PROBER_ERROR, "%s", why[0] != '\0' ? why : "its socket cannot be set up");
		if (net != NULL)
			libnet_destroy(net);
		return false;
	}
	p->outlet[p->outlet_count++] = (struct outlet){.net = net, .mac = i->mac, .source = link_local_of(i)};
	return true;
}

int prober_descriptor(const struct prober *p, size_t i)
{
	return i < p->outlet_count ? libnet_getfd(p->outlet[i].net) : -1;
}

void prober_ask(struct prober *p, const struct finding_place *place, const struct ip_addr *ip)
{
	struct key key = {.place = *place, .ip = *ip};
	bool is_new;

	key.place.id = 0;
	key.place.family = 0;
	if (place->interface >= p->outlet_count || ip_is_zero(ip) || ip_is_multicast(ip) ||
	    p->count == PROBER_ADDRESSES || table_put(&p->known, &key, &is_new) == NULL || !is_new)
		return;
	p->question[p->count++] = (struct question){.place = *place, .ip = *ip};
}

/* ---- frames ----------------------------------------------------------------------------------------------------- */

static void write_arp(struct wr *w, const struct packet_envelope *e, const struct ip_addr *ip)
{
	struct ethernet_header h = {.dst = MAC_BROADCAST, .src = e->src_mac, .vlan_count = e->vlan_count,
				    .type = ETHERTYPE_ARP};
	const struct arp_packet a = {.operation = ARP_REQUEST, .sender_mac = e->src_mac,
				     .sender_ip = ip4(0, 0, 0, 0), .target_ip = *ip};

	memcpy(h.vlan, e->vlan, sizeof h.vlan);
	ethernet_encode(&h, w);
	arp_encode(&a, w);
}

static void write_solicitation(struct wr *w, struct packet_envelope *e, const struct ip_addr *source,
			       const struct ip_addr *ip)
{
	const struct icmp_message m = {.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = *ip,
				       .has_link_address = !ip_is_zero(source), .link_address = e->src_mac};

	e->src = *source;
	e->dst = ip6_solicited_node(ip);
	e->dst_mac = mac_of_group(&e->dst);
	e->ttl = 255;
	e->protocol = IP_PROTOCOL_ICMPV6;
	packet_begin(w, e);
	icmp_encode(&m, &e->src, &e->dst, w);
	packet_end(w, e);
}

size_t prober_frame(uint8_t frame[PROBER_FRAME], struct mac mac, const struct ip_addr *source,
		    const struct finding_place *place, const struct ip_addr *ip)
{
	struct wr w = wr_of(frame, PROBER_FRAME);
	struct packet_envelope e = {.src_mac = mac, .vlan_count = place->vlan_count};

	for (size_t i = 0; i < place->vlan_count; i++)
		e.vlan[i] = (struct vlan_tag){.type = i + 1 < place->vlan_count ? ETHERTYPE_QINQ : ETHERTYPE_VLAN,
					      .id = place->vlan[i]};
	if (ip->family == IP_V4)
		write_arp(&w, &e, ip);
	else
		write_solicitation(&w, &e, source, ip);
	if (w.bad)
		return 0;
	size_t length = wr_length(&w);
	if (length < ETHERNET_MIN) {
		memset(frame + length, 0, ETHERNET_MIN - length);
		length = ETHERNET_MIN;
	}
	return length;
}

static void send_question(struct prober *p, const struct question *q)
{
	const struct outlet *o = &p->outlet[q->place.interface];
	uint8_t frame[PROBER_FRAME];
	size_t length = prober_frame(frame, o->mac, &o->source, &q->place, &q->ip);

	if (length > 0 && libnet_adv_write_link(o->net, frame, (uint32_t)length) == (int)length)
		p->sent++;
}

void prober_tick(struct prober *p, vl_time now)
{
	unsigned budget = PROBER_A_TICK;

	for (size_t i = 0; i < p->count && budget > 0; i++) {
		struct question *q = &p->question[p->next];
		p->next = (p->next + 1) % p->count;
		if (q->at > now)
			continue;
		q->asked++;
		q->at = now + (q->asked < FIRST_QUESTIONS ? SOON : LATER);
		budget--;
		send_question(p, q);
	}
}

uint64_t prober_sent(const struct prober *p)
{
	return p->sent;
}
