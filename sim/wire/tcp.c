// SPDX-License-Identifier: BSD-2-Clause
/* TCP headers (RFC 9293 3.1). */
#include "sim/wire/tcp.h"

#include <assert.h>

#include "sim/wire/ip.h"

bool tcp_decode(struct tcp_header *h, struct rd *in)
{
	h->src_port = rd_be16(in);
	h->dst_port = rd_be16(in);
	h->sequence = rd_be32(in);
	h->acknowledgment = rd_be32(in);
	size_t header_length = (size_t)(rd_u8(in) >> 4) * 4;
	h->flags = rd_u8(in);
	h->window = rd_be16(in);
	h->checksum = rd_be16(in);
	h->urgent = rd_be16(in);
	h->options_length = 0;
	if (in->bad || header_length < TCP_HEADER)
		return false;
	size_t options_length = header_length - TCP_HEADER;
	const uint8_t *options = rd_bytes(in, options_length);
	if (options == NULL)
		return false;
	h->options_length = (uint8_t)options_length;
	memcpy(h->options, options, options_length);
	return true;
}

void tcp_encode_header(const struct tcp_header *h, struct wr *out)
{
	assert(h->options_length <= sizeof h->options && h->options_length % 4 == 0);
	wr_be16(out, h->src_port);
	wr_be16(out, h->dst_port);
	wr_be32(out, h->sequence);
	wr_be32(out, h->acknowledgment);
	wr_u8(out, (uint8_t)((TCP_HEADER + h->options_length) / 4 << 4));
	wr_u8(out, h->flags);
	wr_be16(out, h->window);
	wr_be16(out, 0);
	wr_be16(out, h->urgent);
	wr_bytes(out, h->options, h->options_length);
}

void tcp_encode_checksum(const struct ip_addr *src, const struct ip_addr *dst, size_t start, struct wr *out)
{
	if (!out->bad)
		wr_patch16(out, start + 16,
			   ip_payload_checksum(src, dst, IP_PROTOCOL_TCP, out->start + start, wr_length(out) - start));
}

void tcp_encode(const struct tcp_header *h, const struct ip_addr *src, const struct ip_addr *dst,
		const uint8_t *data, size_t data_length, struct wr *out)
{
	size_t start = wr_length(out);

	tcp_encode_header(h, out);
	wr_bytes(out, data, data_length);
	tcp_encode_checksum(src, dst, start, out);
}
