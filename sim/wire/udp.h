// SPDX-License-Identifier: BSD-2-Clause
/* UDP headers (RFC 768, RFC 8200 8.1: the checksum is not optional on IPv6). */
#ifndef VL_WIRE_UDP_H
#define VL_WIRE_UDP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define UDP_HEADER 8

struct udp_header {
	uint16_t src_port, dst_port;
	uint16_t length;                /* header and data, as on the wire */
	uint16_t checksum;              /* as on the wire; 0 on IPv4: none */
};

/* False: short, or length under 8 or over what is there. */
bool udp_decode(struct udp_header *h, struct rd *in);
/* The same for a payload cut by a capture: `whole` bytes were on the wire, fewer may be in `in`. */
static inline bool udp_decode_header(struct udp_header *h, struct rd *in, size_t whole)
{
	h->src_port = rd_be16(in);
	h->dst_port = rd_be16(in);
	h->length = rd_be16(in);
	h->checksum = rd_be16(in);
	return !in->bad && h->length >= UDP_HEADER && h->length <= whole;
}

/* Writes header, data and checksum (0xffff where it computes to 0). */
void udp_encode(const struct udp_header *h, const struct ip_addr *src, const struct ip_addr *dst,
		const uint8_t *data, size_t data_length, struct wr *out);

#endif
