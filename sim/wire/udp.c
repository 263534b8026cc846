// SPDX-License-Identifier: BSD-2-Clause
/* UDP (RFC 768). */
#include "sim/wire/udp.h"

#include "sim/base/checksum.h"
#include "sim/wire/ip.h"

bool udp_decode_header(struct udp_header *h, struct rd *in, size_t whole)
{
	h->src_port = rd_be16(in);
	h->dst_port = rd_be16(in);
	h->length = rd_be16(in);
	h->checksum = rd_be16(in);
	return !in->bad && h->length >= UDP_HEADER && h->length <= whole;
}

bool udp_decode(struct udp_header *h, struct rd *in)
{
	return udp_decode_header(h, in, rd_left(in));
}

void udp_encode(const struct udp_header *h, const struct ip_addr *src, const struct ip_addr *dst,
		const uint8_t *data, size_t data_length, struct wr *out)
{
	size_t start = wr_length(out);
	size_t length = UDP_HEADER + data_length;

	if (length > UINT16_MAX) {
		out->bad = true;
		return;
	}
	wr_be16(out, h->src_port);
	wr_be16(out, h->dst_port);
	wr_be16(out, (uint16_t)length);
	wr_be16(out, 0);
	wr_bytes(out, data, data_length);
	uint16_t sum = ip_payload_checksum(src, dst, IP_PROTOCOL_UDP, out->start + start, wr_length(out) - start);
	/* RFC 768: 0 means "no checksum", so a sum of 0 goes out as its other form. */
	wr_patch16(out, start + 6, sum != 0 ? sum : 0xffff);
}
