// SPDX-License-Identifier: BSD-2-Clause
/* The few fields that the balancer looks at in every packet, read once. The stack has taken the packet apart: headers
 * are whole and checksums right, but of fragments nothing above IP was read. */
#include "sim/balancer/balancer_parts.h"

#define OPTION_END 0
#define OPTION_NOTHING 1
#define OPTION_MSS 2
#define OPTION_SCALE 3
#define SCALE_MAX 14            /* RFC 7323 2.3 */

static void read_tcp(struct segment *s, const uint8_t *at, size_t length)
{
	size_t header = (size_t)(at[12] >> 4) * 4;

	s->sequence = get_be32(at + 4);
	s->acknowledgment = get_be32(at + 8);
	s->flags = at[13];
	s->window = get_be16(at + 14);
	s->data = header < length ? (uint32_t)(length - header) : 0;
}

bool segment_read(struct segment *s, const struct packet *p, const struct frame *f)
{
	bool v4 = p->network == NETWORK_IPV4;
	uint16_t offset = v4 ? p->ipv4.fragment_offset : p->ipv6.fragment_offset;
	const uint8_t *at = p->ip_payload;

	if ((!v4 && p->network != NETWORK_IPV6) || at == NULL)
		return false;
	if (p->protocol != IP_PROTOCOL_TCP && p->protocol != IP_PROTOCOL_UDP)
		return false;
	s->p = p;
	s->f = f;
	s->ip = f->data + ETHERNET_HEADER + 4u * p->ethernet.vlan_count;
	s->transport = (size_t)(at - s->ip);
	s->length = s->transport + p->ip_payload_length;
	s->protocol = p->protocol;
	s->fragment = p->is_fragment;
	s->later = offset > 0;
	s->flags = 0;
	s->window = 0;
	s->sequence = s->acknowledgment = s->data = 0;
	s->src_port = s->dst_port = 0;
	if (s->later)
		return true;
	if (p->ip_payload_length < (p->protocol == IP_PROTOCOL_TCP ? TCP_HEADER : UDP_HEADER))
		return false;
	s->src_port = get_be16(at);
	s->dst_port = get_be16(at + 2);
	if (p->protocol == IP_PROTOCOL_TCP)
		read_tcp(s, at, p->ip_payload_length);
	return true;
}

/* The value of an option of `size` bytes in all, or NULL. */
static const uint8_t *find_option(const struct segment *s, uint8_t kind, size_t size)
{
	const uint8_t *at = s->ip + s->transport;
	size_t header = (size_t)(at[12] >> 4) * 4;

	if (header > s->length - s->transport)
		return NULL;
	for (size_t i = TCP_HEADER; i < header && at[i] != OPTION_END;) {
		if (at[i] == OPTION_NOTHING) {
			i++;
			continue;
		}
		if (i + 1 >= header || at[i + 1] < 2 || i + at[i + 1] > header)
			return NULL;
		if (at[i] == kind && at[i + 1] == size)
			return at + i + 2;
		i += at[i + 1];
	}
	return NULL;
}

uint8_t segment_window_scale(const struct segment *s)
{
	const uint8_t *scale = find_option(s, OPTION_SCALE, 3);

	return scale == NULL ? NO_SCALE : scale[0] > SCALE_MAX ? SCALE_MAX : scale[0];
}

uint16_t segment_mss(const struct segment *s, uint16_t otherwise)
{
	const uint8_t *mss = find_option(s, OPTION_MSS, 4);

	return mss != NULL ? get_be16(mss) : otherwise;
}
