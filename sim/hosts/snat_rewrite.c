// SPDX-License-Identifier: BSD-2-Clause
/* Packets with other addresses and ports; checksums are changed by what changed (RFC 1624 equation 3). */
#include <assert.h>
#include <string.h>

#include "sim/base/checksum.h"
#include "sim/hosts/snat_parts.h"

/* Checksum fields that cover a change; NULL: none. */
struct sums {
	uint8_t *first, *second;
};

static void change16(uint8_t *at, uint16_t to, struct sums sums)
{
	uint16_t from = get_be16(at);
	uint8_t *field[] = {sums.first, sums.second};

	put_be16(at, to);
	for (size_t i = 0; i < 2; i++)
		if (field[i] != NULL)
			put_be16(field[i],
				 (uint16_t)~checksum_fold((uint64_t)(uint16_t)~get_be16(field[i]) + (uint16_t)~from + to));
}

static void change32(uint8_t *at, uint32_t to, struct sums sums)
{
	change16(at, (uint16_t)(to >> 16), sums);
	change16(at + 2, (uint16_t)to, sums);
}

/* Where the port (or ICMP id) of a side stands behind the IP header, and its checksum field. */
static size_t port_offset(uint16_t protocol, bool source)
{
	if (protocol == SNAT_ICMP)
		return 4;
	return source ? 0 : 2;
}

static size_t checksum_offset(uint16_t protocol)
{
	return protocol == SNAT_TCP ? 16 : protocol == SNAT_UDP ? 6 : 2;
}

/* Changes one side of a packet: `length` bytes from its IP header on. */
static void change_side(uint8_t *ip, size_t length, bool source, const struct snat_end *to)
{
	size_t header = (size_t)(ip[0] & 15) * 4;
	uint8_t *transport = ip + header;
	size_t sum_at = checksum_offset(to->protocol);
	/* A quoted packet is cut; a UDP datagram may have no checksum. */
	uint8_t *sum = length >= header + sum_at + 2 ? transport + sum_at : NULL;

	if (sum != NULL && to->protocol == SNAT_UDP && get_be16(sum) == 0)
		sum = NULL;
	/* The address: IP's checksum, and by the pseudo-header TCP's and UDP's, not ICMP's. */
	change32(ip + (source ? 12 : 16), to->address, (struct sums){ip + 10, to->protocol != SNAT_ICMP ? sum : NULL});
	if (length >= header + port_offset(to->protocol, source) + 2)
		change16(transport + port_offset(to->protocol, source), to->port, (struct sums){sum, NULL});
	if (sum != NULL && to->protocol == SNAT_UDP && get_be16(sum) == 0)
		put_be16(sum, 0xffff);
}

static void decrement_ttl(uint8_t *ip)
{
	uint8_t ttl_and_protocol[2] = {(uint8_t)(ip[8] - 1), ip[9]};

	change16(ip + 8, get_be16(ttl_and_protocol), (struct sums){ip + 10, NULL});
}

/* An ICMP error: the packet it quotes is the inside host's own, or its peer's, the other way round. */
static void change_quoted(uint8_t *ip, size_t length, const struct snat_change *change)
{
	size_t header = (size_t)(ip[0] & 15) * 4;
	uint8_t *icmp = ip + header;

	change_side(icmp + 8, length - header - 8, !change->outward, &change->to);
	/* Cheaper than following every word of it; errors are few. */
	put_be16(icmp + 2, 0);
	put_be16(icmp + 2, checksum_of(icmp, length - header));
	change32(ip + (change->outward ? 12 : 16), change->to.address, (struct sums){ip + 10, NULL});
}

void snat_drop(struct snat *s, enum snat_drop why)
{
	s->dropped[why]++;
}

void snat_send(struct snat *s, const struct packet *p, const struct frame *f, const struct snat_change *change,
	       vl_time now)
{
	struct ip_addr dst = change->outward ? p->dst : ip4_from_u32(change->to.address);
	size_t length = p->ipv4.total_length;
	const uint8_t *packet = p->ip_payload - IPV4_HEADER - p->ipv4.options_length;
	struct stack_hop hop;
	uint8_t *to;

	if (p->ttl <= 1) {
		snat_drop(s, SNAT_DROP_TTL);
		stack_send_error(s->stack, STACK_ERROR_TTL, f, p, 0, now);
		return;
	}
	if (!stack_route(s->stack, &dst, &hop)) {
		snat_drop(s, SNAT_DROP_NO_ROUTE);
		stack_send_error(s->stack, STACK_ERROR_NO_ROUTE, f, p, 0, now);
		return;
	}
	uint16_t mtu = stack_interface(s->stack, hop.interface)->mtu;
	if (length > mtu) {
		snat_drop(s, SNAT_DROP_TOO_LONG);
		stack_send_error(s->stack, STACK_ERROR_TOO_LONG, f, p, mtu, now);
		return;
	}
	struct frame *copy = stack_packet(s->stack, &hop, IP_V4, length, &to);
	if (copy == NULL) {
		snat_drop(s, SNAT_DROP_MEMORY);
		return;
	}
	memcpy(to, packet, length);
	decrement_ttl(to);
	if (change->quoted)
		change_quoted(to, length, change);
	else
		change_side(to, length, change->outward, &change->to);
	stack_send_on(s->stack, &hop, copy, now);
}

bool snat_quoted_ends(const struct packet *p, struct snat_end *src, struct snat_end *dst)
{
	if (p->transport != TRANSPORT_ICMP || p->network != NETWORK_IPV4 ||
	    (p->icmp.type != ICMP_UNREACHABLE && p->icmp.type != ICMP_TIME_EXCEEDED))
		return false;
	struct rd in = rd_of(p->icmp.data, p->icmp.data_length);
	struct ipv4_header h;
	if (!ipv4_decode(&h, &in) || h.fragment_offset != 0)
		return false;
	uint16_t protocol = h.protocol == IP_PROTOCOL_TCP    ? SNAT_TCP
			    : h.protocol == IP_PROTOCOL_UDP  ? SNAT_UDP
			    : h.protocol == IP_PROTOCOL_ICMP ? SNAT_ICMP
							     : SNAT_PROTOCOLS;
	if (protocol == SNAT_PROTOCOLS)
		return false;
	if (protocol == SNAT_ICMP)
		rd_skip(&in, 4);        /* the id stands where ports of others end */
	uint16_t first = rd_be16(&in), second = protocol == SNAT_ICMP ? first : rd_be16(&in);
	if (in.bad)
		return false;
	*src = (struct snat_end){ip4_to_u32(&h.src), first, protocol};
	*dst = (struct snat_end){ip4_to_u32(&h.dst), second, protocol};
	return true;
}
