// SPDX-License-Identifier: BSD-2-Clause
/* A router's work (RFC 1812 5.2, RFC 8200): one hop less to live, out towards the next hop. */
#include <string.h>

#include "sim/base/checksum.h"
#include "sim/stack/parts.h"

const uint8_t *stack_ip_bytes(const struct frame *f, const struct packet *p, size_t *length)
{
	size_t start = ETHERNET_HEADER + 4u * p->ethernet.vlan_count;
	size_t says = p->network == NETWORK_IPV4 ? p->ipv4.total_length
						 : (size_t)IPV6_HEADER + p->ipv6.payload_length;

	*length = says < f->length - start ? says : f->length - start;
	return f->data + start;
}

/* Copies the packet behind a new Ethernet header. */
static struct frame *rewrap(struct stack *s, unsigned interface, const uint8_t *packet, size_t length,
			    uint16_t type)
{
	struct packet_envelope e;
	struct ethernet_header h = {.type = type};

	stack_envelope(s, interface, &e);
	h.src = e.src_mac;
	h.vlan_count = e.vlan_count;
	h.vlan[0] = e.vlan[0];
	struct frame *f = frame_new(s->pool, ETHERNET_HEADER + 4u * h.vlan_count + length);
	if (f == NULL)
		return NULL;
	struct wr out = wr_of(f->data, f->length);
	ethernet_encode(&h, &out);
	wr_bytes(&out, packet, length);
	return f;
}

static void decrement_ttl(uint8_t *packet, const struct packet *p)
{
	if (p->network == NETWORK_IPV6) {
		packet[7]--;
		return;
	}
	packet[8]--;
	packet[10] = packet[11] = 0;
	uint16_t sum = checksum_of(packet, (size_t)IPV4_HEADER + p->ipv4.options_length);
	packet[10] = (uint8_t)(sum >> 8);
	packet[11] = (uint8_t)sum;
}

static void refuse(struct stack *s, enum stack_drop why, enum stack_error error, const struct frame *f,
		   const struct packet *p, uint16_t mtu, vl_time now)
{
	(void)stack_drop(s, why);
	stack_send_error(s, error, f, p, mtu, now);
}

void stack_forward(struct stack *s, const struct frame *f, const struct packet *p, vl_time now)
{
	struct stack_hop hop;
	size_t length;
	const uint8_t *packet = stack_ip_bytes(f, p, &length);

	if (!stack_route(s, &p->dst, &hop)) {
		refuse(s, STACK_DROP_NO_ROUTE, STACK_ERROR_NO_ROUTE, f, p, 0, now);
		return;
	}
	if (p->ttl <= 1) {
		refuse(s, STACK_DROP_TTL, STACK_ERROR_TTL, f, p, 0, now);
		return;
	}
	uint16_t mtu = s->interface[hop.interface].config.mtu;
	if (length > mtu) {
		refuse(s, STACK_DROP_TOO_LONG, STACK_ERROR_TOO_LONG, f, p, mtu, now);
		return;
	}
	struct frame *copy = rewrap(s, hop.interface, packet, length, p->ethernet.type);
	if (copy == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return;
	}
	decrement_ttl(copy->data + copy->length - length, p);
	stack_to_hop(s, &hop, &p->dst, copy, now);
}
