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

struct frame *stack_packet(struct stack *s, const struct stack_hop *hop, enum ip_family family, size_t length,
			   uint8_t **packet)
{
	const struct stack_interface_config *c = &s->interface[hop->interface].config;
	size_t tag = c->vlan != 0 ? 4 : 0;
	struct frame *f = frame_new(s->pool, ETHERNET_HEADER + tag + length);

	if (f == NULL) {
		(void)stack_drop(s, STACK_DROP_MEMORY);
		return NULL;
	}
	memset(f->data, 0, 6);
	memcpy(f->data + 6, c->mac.b, 6);
	if (tag > 0) {
		put_be16(f->data + 12, ETHERTYPE_VLAN);
		put_be16(f->data + 14, c->vlan);
	}
	put_be16(f->data + 12 + tag, family == IP_V6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
	*packet = f->data + ETHERNET_HEADER + tag;
	return f;
}

void stack_send_on(struct stack *s, const struct stack_hop *hop, struct frame *f, vl_time now)
{
	const struct stack_interface_config *c = &s->interface[hop->interface].config;
	size_t header = ETHERNET_HEADER + (c->vlan != 0 ? 4u : 0u);

	if (frame_piece(f, f->length - header) <= c->mtu) {
		stack_to_hop(s, hop, &hop->address, f, now);
		return;
	}
	stack_send_pieces(s, hop, f->data + header, f->length - header, c->mtu, now);
	frame_unref(f);
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

void stack_transit(struct stack *s, const struct frame *f, const struct packet *p, vl_time now)
{
	struct stack_hop hop;
	size_t length;
	const uint8_t *packet = stack_ip_bytes(f, p, &length);
	uint8_t *to;

	if (!s->forward) {
		(void)stack_drop(s, STACK_DROP_NOT_FORWARDING);
		return;
	}
	if (!stack_route(s, &p->dst, &hop)) {
		refuse(s, STACK_DROP_NO_ROUTE, STACK_ERROR_NO_ROUTE, f, p, 0, now);
		return;
	}
	if (p->ttl <= 1) {
		refuse(s, STACK_DROP_TTL, STACK_ERROR_TTL, f, p, 0, now);
		return;
	}
	uint16_t mtu = s->interface[hop.interface].config.mtu;
	if (frame_piece(f, length) > mtu && !stack_may_fragment(packet)) {
		refuse(s, STACK_DROP_TOO_LONG, STACK_ERROR_TOO_LONG, f, p, mtu, now);
		return;
	}
	struct frame *copy = stack_packet(s, &hop, p->network == NETWORK_IPV6 ? IP_V6 : IP_V4, length, &to);
	if (copy == NULL)
		return;
	memcpy(to, packet, length);
	copy->segment = f->segment;
	copy->summed = f->summed;
	decrement_ttl(to, p);
	stack_send_on(s, &hop, copy, now);
}
