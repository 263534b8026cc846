// SPDX-License-Identifier: BSD-2-Clause
/* What leaves by the box's own will: packets through routes and neighbours, and ready frames. */
#include <assert.h>

#include "sim/stack/parts.h"

static void set_vlan(struct packet_envelope *e, uint16_t vlan)
{
	e->vlan_count = vlan != 0;
	if (vlan != 0)
		e->vlan[0] = (struct vlan_tag){.type = ETHERTYPE_VLAN, .id = vlan};
}

void stack_envelope(const struct stack *s, unsigned interface, struct packet_envelope *e)
{
	const struct stack_interface_config *c = stack_interface(s, interface);

	*e = (struct packet_envelope){.src_mac = c->mac};
	set_vlan(e, c->vlan);
}

struct frame *stack_frame(struct stack *s)
{
	return frame_new(s->pool, STACK_FRAME);
}

/* False: no memory, and the frame is given up. */
static bool put_on_mask(const struct interface_state *n, struct frame **f)
{
	if (mac_equal(n->mask, MAC_ZERO) || memcmp((*f)->data + 6, n->config.mac.b, sizeof n->config.mac.b) != 0)
		return true;
	*f = frame_own(*f);
	if (*f != NULL)
		memcpy((*f)->data + 6, n->mask.b, sizeof n->mask.b);
	return *f != NULL;
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
	if (put_on_mask(n, &f))
		outbox_frame(s->outbox, n->config.port, f);
	else
		(void)stack_drop(s, STACK_DROP_MEMORY);
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
	hop->broadcast = !ip_is_multicast(&e->dst);
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
	if (!hop->broadcast && !ip_is_multicast(dst)) {
		stack_to_neighbour(s, hop->interface, &hop->address, f, now);
		return;
	}
	struct mac to = hop->broadcast ? MAC_BROADCAST : mac_of_group(dst);
	memcpy(f->data, to.b, sizeof to.b);
	stack_transmit(s, hop->interface, f);
}

/* Where a packet to e->dst goes next. False: no route. */
static bool find_hop(struct stack *s, const struct packet_envelope *e, bool group, struct stack_hop *hop)
{
	struct stack_destination *d = &s->last;

	if (group)
		return group_interface(s, e, hop);
	if (!d->known || !ip_equal(&d->address, &e->dst)) {
		d->known = stack_route(s, &e->dst, &d->hop);
		d->address = e->dst;
	}
	*hop = d->hop;
	return d->known;
}

/* Fills in what the caller left to the interface. False: it has no address of that family. */
static bool complete(const struct stack *s, struct packet_envelope *e, bool group, unsigned interface)
{
	const struct stack_interface_config *config = &s->interface[interface].config;

	set_vlan(e, config->vlan);
	if (mac_equal(e->src_mac, MAC_ZERO))
		e->src_mac = config->mac;
	if (ip_is_zero(&e->src))
		e->src = group ? stack_source_on(s, interface, &e->dst) : stack_source_for(s, &e->dst);
	return e->src.family == e->dst.family;
}

enum stack_begun stack_begin(struct stack *s, const struct packet_envelope *envelope, size_t length, bool patient,
			     struct stack_writing *w)
{
	size_t packet_length = ip_header_size(&envelope->dst) + length;
	bool group = is_group(&envelope->dst);

	if (!find_hop(s, envelope, group, &w->hop)) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);
		return STACK_REFUSED;
	}
	if (patient && stack_hop_is_full(s, &w->hop))
		return STACK_HOP_FULL;
	if (packet_length > s->interface[w->hop.interface].config.mtu) {
		(void)stack_drop(s, STACK_DROP_TOO_LONG);
		return STACK_REFUSED;
	}
	w->e = *envelope;
	if (!complete(s, &w->e, group, w->hop.interface)) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);
		return STACK_REFUSED;
	}
	w->frame = frame_new(s->pool, ETHERNET_HEADER + 4u * w->e.vlan_count + packet_length);
	if (w->frame == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return STACK_REFUSED;
	}
	w->out = wr_of(w->frame->data, w->frame->length);
	packet_begin(&w->out, &w->e);
	return STACK_BEGUN;
}

void stack_end(struct stack *s, struct stack_writing *w, vl_time now)
{
	packet_end(&w->out, &w->e);
	assert(!w->out.bad && wr_length(&w->out) == w->frame->length);
	stack_to_hop(s, &w->hop, &w->e.dst, w->frame, now);
}

size_t stack_payload_room(struct stack *s, const struct ip_addr *dst)
{
	struct stack_hop hop;

	if (!find_hop(s, &(struct packet_envelope){.dst = *dst}, false, &hop))
		return 0;
	return s->interface[hop.interface].config.mtu - ip_header_size(dst);
}

/* Sends `data` behind an IP header, and behind that of UDP when there is one. */
static bool send_packet(struct stack *s, const struct packet_envelope *envelope, const struct udp_header *udp,
			const uint8_t *data, size_t length, vl_time now)
{
	struct stack_writing w;

	if (stack_begin(s, envelope, (udp != NULL ? UDP_HEADER : 0) + length, false, &w) != STACK_BEGUN)
		return false;
	if (udp != NULL)
		udp_encode(udp, &w.e.src, &w.e.dst, data, length, &w.out);
	else
		wr_bytes(&w.out, data, length);
	stack_end(s, &w, now);
	return true;
}

bool stack_send(struct stack *s, const struct packet_envelope *envelope, const uint8_t *payload,
		size_t length, vl_time now)
{
	return send_packet(s, envelope, NULL, payload, length, now);
}

bool stack_send_udp(struct stack *s, const struct packet_envelope *envelope, const struct udp_header *h,
		    const uint8_t *data, size_t length, vl_time now)
{
	return send_packet(s, envelope, h, data, length, now);
}
