// SPDX-License-Identifier: BSD-2-Clause
/* UDP (RFC 768). */
#include "sim/wire/udp.h"

#include "sim/base/checksum.h"
#include "sim/wire/ip.h"

bool udp_decode(struct udp_header *h, struct rd *in)
{
	return udp_decode_header(h, in, rd_left(in));
}

void udp_encode(const struct udp_header *h, const struct ip_addr *src, const struct ip_addr *dst,
		const uint8_t *data, size_t data_length, struct wr *out)
{
	size_t length = UDP_HEADER + data_length;

	if (length > UINT16_MAX) {
		out->bad = true;
		return;
	}
	uint8_t *p = wr_room(out, length);
	if (p == NULL)
		return;
	put_be16(p, h->src_port);
	put_be16(p + 2, h->dst_port);
	put_be16(p + 4, (uint16_t)length);
	uint64_t sum = checksum_add_pseudo(0, src, dst, IP_PROTOCOL_UDP, (uint32_t)length);
	if (data_length > 0)
		sum = checksum_copy(sum, p + UDP_HEADER, data, data_length);
	/* The header's words from their values: reading what was written just now waits for it. */
	sum = (uint64_t)(uint16_t)~checksum_finish(sum) + h->src_port + h->dst_port + length;
	uint16_t checksum = (uint16_t)~checksum_fold(sum);
	/* RFC 768: 0 means "no checksum", so a sum of 0 goes out as its other form. */
	put_be16(p + 6, checksum != 0 ? checksum : 0xffff);
}
