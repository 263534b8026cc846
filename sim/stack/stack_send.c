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

/* A packet on its way out. */
struct departure {
	struct packet_envelope envelope;
	struct stack_hop hop;
	struct frame *frame;
	struct wr out;                  /* behind the IP header */
};

/* Finds the way and the addresses, and opens a frame for a payload of `length` bytes. */
static bool begin(struct stack *s, struct departure *d, const struct packet_envelope *envelope, size_t length)
{
	struct packet_envelope *e = &d->envelope;
	size_t packet_length = ip_header_size(&envelope->dst) + length;
	bool group = is_group(&envelope->dst);

	if (!(group ? group_interface(s, envelope, &d->hop) : stack_route(s, &envelope->dst, &d->hop))) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);
		return false;
	}
	const struct stack_interface_config *config = &s->interface[d->hop.interface].config;
	if (packet_length > config->mtu) {
		(void)stack_drop(s, STACK_DROP_TOO_LONG);
		return false;
	}
	*e = *envelope;
	set_vlan(e, config->vlan);
	if (mac_equal(envelope->src_mac, MAC_ZERO))
		e->src_mac = config->mac;
	if (ip_is_zero(&envelope->src))
		e->src = group ? stack_source_on(s, d->hop.interface, &e->dst) : stack_source_for(s, &e->dst);
	if (e->src.family != e->dst.family) {
		(void)stack_drop(s, STACK_DROP_NO_ROUTE);       /* no address of that family */
		return false;
	}
	d->frame = frame_new(s->pool, ETHERNET_HEADER + 4u * e->vlan_count + packet_length);
	if (d->frame == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return false;
	}
	d->out = wr_of(d->frame->data, d->frame->length);
	packet_begin(&d->out, e);
	return true;
}

static void end(struct stack *s, struct departure *d, vl_time now)
{
	packet_end(&d->out, &d->envelope);
	assert(!d->out.bad);
	stack_to_hop(s, &d->hop, &d->envelope.dst, d->frame, now);
}

bool stack_send(struct stack *s, const struct packet_envelope *envelope, const uint8_t *payload,
		size_t length, vl_time now)
{
	struct departure d;

	if (!begin(s, &d, envelope, length))
		return false;
	wr_bytes(&d.out, payload, length);
	end(s, &d, now);
	return true;
}

bool stack_send_udp(struct stack *s, const struct packet_envelope *envelope, const struct udp_header *h,
		    const uint8_t *data, size_t length, vl_time now)
{
	struct departure d;

	if (!begin(s, &d, envelope, UDP_HEADER + length))
		return false;
	udp_encode(h, &d.envelope.src, &d.envelope.dst, data, length, &d.out);
	end(s, &d, now);
	return true;
}
