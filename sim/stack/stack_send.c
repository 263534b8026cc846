// SPDX-License-Identifier: BSD-2-Clause
/* What leaves by the box's own will: packets through routes and neighbours, and ready frames. */
#include <assert.h>

#include "sim/stack/parts.h"

void stack_envelope(const struct stack *s, unsigned interface, struct packet_envelope *e)
{
	const struct stack_interface_config *c = stack_interface(s, interface);

	*e = (struct packet_envelope){.src_mac = c->mac};
	if (c->vlan != 0) {
		e->vlan_count = 1;
		e->vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = c->vlan};
	}
}

struct frame *stack_frame(struct stack *s)
{
	return frame_new(s->pool, STACK_FRAME);
}

void stack_transmit(struct stack *s, unsigned interface, struct frame *f)
{
	assert(interface < s->interface_count);
	const struct interface_state *n = &s->interface[interface];

	if (f == NULL || !n->up) {
		frame_unref(f);
		(void)stack_drop(s, f == NULL ? STACK_DROP_MEMORY : STACK_DROP_LINK);
		return;
	}
	outbox_frame(s->outbox, n->config.port, f);
}

void stack_announce(struct stack *s, const struct stack_announcement *a, vl_time now)
{
	(void)now;
	if (a->address.family == IP_V4)
		stack_arp_announce(s, a);
	else
		stack_nd_announce(s, a);
}

static size_t ip_header_size(const struct ip_addr *a)
{
	return a->family == IP_V4 ? IPV4_HEADER : IPV6_HEADER;
}

/* A group or broadcast leaves by the interface of its source address, else by the first that is up and has
 * an address to speak with. */
static bool group_interface(const struct stack *s, const struct packet_envelope *e, struct stack_hop *hop)
{
	hop->address = e->dst;
	for (unsigned i = 0; i < s->interface_count; i++) {
		if (!s->interface[i].up)
			continue;
		hop->interface = i;
		if (ip_is_zero(&e->src) ? stack_source_on(s, i, &e->dst).family != IP_NONE
					: stack_owns(s, i, &e->src, NULL) != NOT_OURS)
			return true;
	}
	return false;
}

static bool is_group(const struct ip_addr *dst)
{
	return ip_is_multicast(dst) || (dst->family == IP_V4 && ip4_to_u32(dst) == UINT32_MAX);
}

void stack_to_hop(struct stack *s, const struct stack_hop *hop, const struct ip_addr *dst, struct frame *f,
		  vl_time now)
{
	bool broadcast = stack_is_broadcast(s, hop->interface, dst);

	if (!broadcast && !ip_is_multicast(dst)) {
		stack_to_neighbour(s, hop->interface, &hop->address, f, now);
		return;
	}
	struct mac to = broadcast ? MAC_BROADCAST : mac_of_group(dst);
	memcpy(f->data, to.b, sizeof to.b);
	stack_transmit(s, hop->interface, f);
}

bool stack_send(struct stack *s, const struct packet_envelope *envelope, const uint8_t *payload,
		size_t length, vl_time now)
{
	struct packet_envelope e;
	struct stack_hop hop;
	size_t packet_length = ip_header_size(&envelope->dst) + length;

	if (!(is_group(&envelope->dst) ? group_interface(s, envelope, &hop)
				       : stack_route(s, &envelope->dst, &hop))) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);
		return false;
	}
	if (packet_length > s->interface[hop.interface].config.mtu) {
		(void)stack_drop(s, STACK_DROP_TOO_LONG);
		return false;
	}
	stack_envelope(s, hop.interface, &e);
	e.src = !ip_is_zero(&envelope->src) ? envelope->src
		: is_group(&envelope->dst)  ? stack_source_on(s, hop.interface, &envelope->dst)
					    : stack_source_for(s, &envelope->dst);
	e.dst = envelope->dst;
	e.ttl = envelope->ttl;
	e.tos = envelope->tos;
	e.id = envelope->id;
	e.dont_fragment = envelope->dont_fragment;
	e.protocol = envelope->protocol;
	if (e.src.family != e.dst.family) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);       /* no address of that family */
		return false;
	}
	struct frame *f = frame_new(s->pool, ETHERNET_HEADER + 4u * e.vlan_count + packet_length);
	if (f == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return false;
	}
	struct wr out = wr_of(f->data, f->length);
	packet_begin(&out, &e);
	wr_bytes(&out, payload, length);
	packet_end(&out, &e);
	assert(!out.bad);
	stack_to_hop(s, &hop, &e.dst, f, now);
	return true;
}
