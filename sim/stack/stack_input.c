// SPDX-License-Identifier: BSD-2-Clause
/* A frame comes in: which interface, is it for our MAC, taken apart once, whose packet is it. */
#include <assert.h>
#include <string.h>

#include "sim/stack/parts.h"

/* The interface of a port and VLAN. A priority tag (id 0) is no VLAN; stacked tags are nobody's. */
static int find_interface(const struct stack *s, unsigned port, const struct ethernet_header *h)
{
	uint16_t vlan = h->vlan_count > 0 ? h->vlan[0].id : 0;

	if (h->vlan_count > 1)
		return -1;
	for (unsigned i = 0; i < s->interface_count; i++)
		if (s->interface[i].config.port == port && s->interface[i].config.vlan == vlan)
			return (int)i;
	return -1;
}

/* VRRP and CARP messages that are malformed inside are for their engine to count. */
static bool is_redundancy(const struct packet *p)
{
	return p->transport == TRANSPORT_VRRP || p->transport == TRANSPORT_CARP ||
	       p->verdict == PACKET_BAD_VRRP || p->verdict == PACKET_BAD_CARP || p->verdict == PACKET_BAD_AH;
}

static enum stack_verdict icmp(struct stack *s, unsigned interface, const struct packet *p, bool group,
			       vl_time now)
{
	bool v4 = p->network == NETWORK_IPV4;
	uint8_t type = p->icmp.type;

	if (!v4 && (type == ICMPV6_NEIGHBOR_SOLICITATION || type == ICMPV6_NEIGHBOR_ADVERTISEMENT))
		return stack_nd_input(s, interface, p, now);
	if (group)
		return stack_drop(s, STACK_DROP_UNREAD);        /* as Linux: echo to a group stays unanswered */
	if (type == (v4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST))
		return stack_echo(s, p, now);
	if (v4 ? type == ICMP_REDIRECT : type >= ICMPV6_ROUTER_SOLICITATION)
		return stack_drop(s, STACK_DROP_UNREAD);
	return STACK_LOCAL;
}

static enum stack_verdict local(struct stack *s, unsigned interface, const struct packet *p, bool group,
				vl_time now)
{
	if (is_redundancy(p))
		return STACK_REDUNDANCY;
	switch (p->transport) {
	case TRANSPORT_ICMP:
		return icmp(s, interface, p, group, now);
	case TRANSPORT_UDP:
	case TRANSPORT_TCP:
	case TRANSPORT_HSRP:
	case TRANSPORT_GLBP:
	case TRANSPORT_CCP:
		return STACK_LOCAL;
	case TRANSPORT_NONE:
		if (s->transit && (p->protocol == IP_PROTOCOL_TCP || p->protocol == IP_PROTOCOL_UDP))
			return STACK_LOCAL;
		break;
	case TRANSPORT_NLB:
	case TRANSPORT_FGCP:
	case TRANSPORT_VRRP:
	case TRANSPORT_CARP:
		break;
	}
	return stack_drop(s, STACK_DROP_UNREAD);
}

/* Solicitations come to a group or to the address asked for, which a VRRP router that does not accept
 * packets must answer all the same (RFC 9568 6.1). */
static bool is_solicitation(const struct packet *p)
{
	return p->network == NETWORK_IPV6 && p->transport == TRANSPORT_ICMP &&
	       (p->icmp.type == ICMPV6_NEIGHBOR_SOLICITATION ||
		p->icmp.type == ICMPV6_NEIGHBOR_ADVERTISEMENT);
}

/* What a claim's filter leaves to another box. */
static bool is_anothers(const struct stack *s, const struct packet *p)
{
	for (unsigned i = 0; s->filters && i < s->interface_count; i++) {
		const struct stack_claim *claim = stack_find_claim(s, i, &p->dst);
		if (claim != NULL && claim->filter != NULL)
			return !claim->filter->accepts(claim->filter->context, p);
	}
	return false;
}

#define PROTOCOL_IPV4 4                 /* RFC 2003 */
#define PROTOCOL_IPV6 41                /* RFC 4213 */

/* What is inside a packet of IP in IP, as a frame of its own. NULL: it is none that this box unpacks. */
static const struct packet *unpack(struct stack *s, const struct frame *f, const struct packet *p)
{
	bool v6 = p->protocol == PROTOCOL_IPV6;
	uint8_t *to;

	if (p->is_fragment || (!v6 && p->protocol != PROTOCOL_IPV4))
		return NULL;
	frame_unref(s->unpacked);
	s->unpacked = frame_new(s->pool, ETHERNET_HEADER + p->ip_payload_length);
	if (s->unpacked == NULL)
		return NULL;
	to = s->unpacked->data;
	memcpy(to, f->data, 12);
	put_be16(to + 12, v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	memcpy(to + ETHERNET_HEADER, p->ip_payload, p->ip_payload_length);
	const struct packet *inner = packet_of(s->unpacked);
	return inner != NULL && inner->verdict == PACKET_OK && inner->network != NETWORK_NONE ? inner : NULL;
}

static enum stack_verdict ip_input(struct stack *s, unsigned interface, const struct frame *f,
				   const struct packet *p, vl_time now)
{
	if (ip_is_multicast(&p->dst))
		return local(s, interface, p, true, now);
	/* CCP may be for the address of the network, in a group frame. */
	if (p->transport == TRANSPORT_CCP && mac_is_group(p->ethernet.dst))
		return STACK_LOCAL;
	/* Most are for an address of ours: that question comes before the one about the nets. */
	switch (stack_owns_anywhere(s, interface, &p->dst)) {
	case OURS:
		if (is_anothers(s, p))
			return stack_drop(s, STACK_DROP_FILTERED);
		return local(s, interface, p, false, now);
	case OURS_TO_ANSWER:
		/* RFC 9568 6.4.3: and not forwarded either (RFC 3768 8.4). */
		return is_solicitation(p) ? stack_nd_input(s, interface, p, now)
					  : stack_drop(s, STACK_DROP_NOT_ACCEPTED);
	case NOT_OURS:
		break;
	}
	if (stack_is_broadcast(s, interface, &p->dst))
		return local(s, interface, p, true, now);
	/* A unicast packet in a group frame is not for a router to forward (RFC 1812 5.3.4); link-local
	 * addresses stay on their link (RFC 4291 2.5.6, RFC 3927 7). */
	if (mac_is_group(p->ethernet.dst) || ip_is_link_local(&p->dst) || ip_is_link_local(&p->src))
		return stack_drop(s, STACK_DROP_NOT_FORWARDING);
	if (s->transit)
		return STACK_TRANSIT;
	stack_transit(s, f, p, now);
	return STACK_DONE;
}

/* To the MAC of the first interface: such a frame is taken apart in any case. */
static bool is_first_interface(const struct stack *s, const struct frame *f)
{
	return s->interface_count > 0 && f->length >= ETHERNET_HEADER &&
	       memcmp(f->data, s->interface[0].config.mac.b, sizeof(struct mac)) == 0;
}

enum stack_verdict stack_input(struct stack *s, unsigned port, struct frame *f, vl_time now,
			       const struct packet **packet, unsigned *interface)
{
	struct rd in = rd_of(f->data, f->length);
	struct ethernet_header read;
	const struct ethernet_header *h = &read;
	const struct packet *p = is_first_interface(s, f) ? packet_of(f) : NULL;

	/* The header alone first: most of what a switch floods is for others. */
	if (p != NULL && p->verdict != PACKET_BAD_ETHERNET)
		h = &p->ethernet;
	else if (!ethernet_decode(&read, &in))
		return stack_drop(s, STACK_DROP_MALFORMED);
	int found = find_interface(s, port, h);
	if (found < 0)
		return stack_drop(s, STACK_DROP_VLAN);
	*interface = (unsigned)found;
	if (!s->interface[found].up)
		return stack_drop(s, STACK_DROP_LINK);
	if (!mac_equal(h->dst, s->interface[found].config.mac) && !mac_is_group(h->dst) &&
	    !stack_mac_is_ours(s, *interface, h->dst))
		return stack_drop(s, STACK_DROP_NOT_OURS);
	if (p == NULL && (p = packet_of(f)) == NULL)
		return stack_drop(s, STACK_DROP_MEMORY);
	*packet = p;
	if (p->verdict != PACKET_OK && !is_redundancy(p))
		return stack_drop(s, STACK_DROP_MALFORMED);
	switch (p->network) {
	case NETWORK_ARP:
		return stack_arp_input(s, *interface, &p->arp, now);
	case NETWORK_IPV4:
	case NETWORK_IPV6:
		if (s->unpacks && stack_owns_anywhere(s, *interface, &p->dst) == OURS) {
			const struct packet *inner = unpack(s, f, p);
			if (inner != NULL && stack_owns_anywhere(s, *interface, &inner->dst) == OURS) {
				*packet = inner;
				return local(s, *interface, inner, false, now);
			}
		}
		return ip_input(s, *interface, f, p, now);
	case NETWORK_NONE:
		if (p->transport == TRANSPORT_NLB || p->transport == TRANSPORT_FGCP)
			return STACK_REDUNDANCY;
		break;
	}
	return stack_drop(s, STACK_DROP_UNREAD);
}
