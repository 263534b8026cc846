// SPDX-License-Identifier: BSD-2-Clause
#include "probes/frame_mend.h"

#include <string.h>

#include "sim/base/checksum.h"
#include "sim/base/cursor.h"
#include "sim/wire/ethernet.h"
#include "sim/wire/ip.h"
#include "sim/wire/tcp.h"

static uint16_t pseudo_sum(const struct frame_place *p)
{
	return checksum_fold(checksum_add_pseudo(0, &p->src, &p->dst, p->protocol, (uint32_t)(p->end - p->transport)));
}

bool frame_mend(uint8_t *bytes, size_t length)
{
	struct frame_place p;
	uint16_t there;

	if (!frame_place_find(&p, bytes, length))
		return false;
	memcpy(&there, bytes + p.sum, sizeof there);
	if (there != pseudo_sum(&p))
		return false;
	/* The field holds the pseudo-header's sum already: the sum over the message is the whole one. */
	uint16_t whole = checksum_finish(checksum_add(0, bytes + p.transport, p.end - p.transport));
	if (whole == 0 && p.protocol == IP_PROTOCOL_UDP)
		whole = UINT16_MAX; /* RFC 768: zero says that there is none */
	put_be16(bytes + p.sum, whole);
	return true;
}

bool frame_exceeds(const uint8_t *bytes, size_t length, unsigned mtu)
{
	uint16_t type = 0;

	return length > mtu + ETHERNET_HEADER && length > mtu + frame_behind_ethernet(bytes, length, &type);
}

void frame_leave_to_cut(uint8_t *bytes, const struct frame_place *p, size_t headers, size_t each, struct virtio_net_hdr *out)
{
	uint16_t sum = pseudo_sum(p);

	memcpy(bytes + p->sum, &sum, sizeof sum);
	*out = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = p->src.family == IP_V4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6,
		.hdr_len = (uint16_t)headers,
		.gso_size = (uint16_t)each,
		.csum_start = (uint16_t)p->transport,
		.csum_offset = (uint16_t)(p->sum - p->transport),
	};
}

bool frame_describe(uint8_t *bytes, size_t length, unsigned mtu, struct virtio_net_hdr *out)
{
	struct frame_place p;

	if (!frame_place_find(&p, bytes, length) || p.protocol != IP_PROTOCOL_TCP)
		return false;
	size_t header = (size_t)(bytes[p.transport + 12] >> 4) * 4;
	size_t headers = p.transport - p.network + header;
	if (header < TCP_HEADER || p.transport + header > p.end || headers + 1 > mtu)
		return false;
	frame_leave_to_cut(bytes, &p, p.transport + header, mtu - headers, out);
	return true;
}
