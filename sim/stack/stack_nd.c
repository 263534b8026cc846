// SPDX-License-Identifier: BSD-2-Clause
/* Neighbour Discovery (RFC 4861): the same three jobs as ARP. Routers are not discovered. */
#include "sim/stack/parts.h"

static const struct ip_addr ALL_NODES = {.family = IP_V6, .b = {0xff, 0x02, [15] = 1}};

#define ND_HOP_LIMIT 255                /* RFC 4861 4.3, 4.4: anything less came through a router */
#define ND_FRAME (ETHERNET_HEADER + 4 + IPV6_HEADER + 32)

/* Sends an ND message from the Ethernet source `src_mac`. */
static void send_nd(struct stack *s, unsigned interface, struct mac src_mac, struct mac dst_mac,
		    const struct ip_addr *src, const struct ip_addr *dst, const struct icmp_message *m)
{
	struct frame *f = frame_new(s->pool, ND_FRAME);

	if (f != NULL) {
		struct packet_envelope e;
		struct wr out = wr_of(f->data, f->length);
		stack_envelope(s, interface, &e);
		e.src_mac = src_mac;
		e.dst_mac = dst_mac;
		e.src = *src;
		e.dst = *dst;
		e.ttl = ND_HOP_LIMIT;
		e.protocol = IP_PROTOCOL_ICMPV6;
		packet_begin(&out, &e);
		icmp_encode(m, src, dst, &out);
		packet_end(&out, &e);
		f->length = (uint32_t)wr_length(&out);
	}
	stack_transmit(s, interface, f);
}

void stack_nd_ask(struct stack *s, unsigned interface, const struct ip_addr *target, struct mac to)
{
	struct ip_addr own = stack_source_on(s, interface, target);
	struct ip_addr group = ip6_solicited_node(target);
	bool everybody = mac_equal(to, MAC_ZERO);

	if (own.family != IP_V6)
		return;                 /* every interface has one, unless its address list was full */
	struct mac mac = stack_mac_of(s, interface, &own);
	send_nd(s, interface, mac, everybody ? mac_of_group(&group) : to, &own, everybody ? &group : target,
		&(struct icmp_message){
			.family = IP_V6,
			.type = ICMPV6_NEIGHBOR_SOLICITATION,
			.target = *target,
			.has_link_address = true,
			.link_address = mac,
		});
}

static struct icmp_message advertisement(const struct ip_addr *target, struct mac mac, bool router)
{
	return (struct icmp_message){
		.family = IP_V6,
		.type = ICMPV6_NEIGHBOR_ADVERTISEMENT,
		.target = *target,
		.router = router,
		.override = true,
		.has_link_address = true,
		.link_address = mac,
	};
}

static void answer(struct stack *s, unsigned interface, const struct packet *p, struct mac own_mac)
{
	const struct icmp_message *m = &p->icmp;
	const struct stack_claim *claim = stack_find_claim(s, interface, &m->target);
	struct mac asker = m->has_link_address ? m->link_address : p->ethernet.src;
	struct stack_answer told = stack_answer_to(s, interface, &m->target, own_mac, asker);
	struct icmp_message reply = advertisement(&m->target, told.mac, claim != NULL ? claim->router : s->forward);

	/* RFC 4861 7.2.4: who asks without an address (duplicate detection) is told through all nodes. */
	if (ip_is_zero(&p->src)) {
		send_nd(s, interface, told.source, mac_of_group(&ALL_NODES), &m->target, &ALL_NODES, &reply);
		return;
	}
	reply.solicited = true;
	send_nd(s, interface, told.source, asker, &m->target, &p->src, &reply);
}

static enum stack_verdict solicitation(struct stack *s, unsigned interface, const struct packet *p,
				       vl_time now)
{
	const struct icmp_message *m = &p->icmp;
	struct mac own_mac;
	bool for_us = stack_owns(s, interface, &m->target, &own_mac) != NOT_OURS;

	if (m->has_link_address && !ip_is_zero(&p->src))
		stack_learn(s, interface, &p->src, m->link_address, for_us, true, now);
	if (for_us)
		answer(s, interface, p, own_mac);
	return STACK_DONE;
}

static enum stack_verdict advertised(struct stack *s, unsigned interface, const struct packet *p, vl_time now)
{
	const struct icmp_message *m = &p->icmp;
	struct mac mac = m->has_link_address ? m->link_address : p->ethernet.src;

	if (stack_owns(s, interface, &m->target, NULL) != NOT_OURS)
		stack_report_conflict(s, &m->target, mac, now);
	else if (m->has_link_address)
		stack_learn(s, interface, &m->target, mac, false, m->override, now);
	return STACK_DONE;
}

enum stack_verdict stack_nd_input(struct stack *s, unsigned interface, const struct packet *p, vl_time now)
{
	const struct icmp_message *m = &p->icmp;

	if (p->ttl != ND_HOP_LIMIT || ip_is_multicast(&m->target) ||
	    (m->has_link_address && mac_is_group(m->link_address)))
		return stack_drop(s, STACK_DROP_MALFORMED);
	return m->type == ICMPV6_NEIGHBOR_SOLICITATION ? solicitation(s, interface, p, now)
						       : advertised(s, interface, p, now);
}

/* The IPv6 half of stack_announce (RFC 9568 6.4: S = 0, O = 1). */
void stack_nd_announce(struct stack *s, const struct stack_announcement *a)
{
	struct icmp_message m = advertisement(&a->address, a->mac, a->router);

	send_nd(s, a->interface, mac_equal(a->source, MAC_ZERO) ? a->mac : a->source, mac_of_group(&ALL_NODES),
		&a->address, &ALL_NODES, &m);
}
