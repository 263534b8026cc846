// SPDX-License-Identifier: BSD-2-Clause
/* Microsoft NLB heartbeats. */
#include "sim/wire/nlb.h"

#include <assert.h>

static uint32_t swapped(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v & 0xff00) << 8 | v << 24;
}

static uint32_t rd_le32(struct rd *in)
{
	return swapped(rd_be32(in));
}

static void wr_le32(struct wr *out, uint32_t v)
{
	wr_be32(out, swapped(v));
}

bool nlb_decode(struct nlb_message *m, struct rd *in)
{
	m->signature = rd_le32(in);
	m->version = rd_le32(in);
	m->host_id = rd_le32(in);
	m->cluster_ip = rd_ip(in, IP_V4);
	m->host_ip = rd_ip(in, IP_V4);
	m->rest_length = rd_left(in);
	m->rest = rd_bytes(in, m->rest_length);
	return !in->bad && (m->signature == NLB_HEARTBEAT || m->signature == NLB_EXTENDED ||
			    m->signature == NLB_REMOTE);
}

void nlb_encode(const struct nlb_message *m, struct wr *out)
{
	assert(m->cluster_ip.family == IP_V4 && m->host_ip.family == IP_V4);
	wr_le32(out, m->signature);
	wr_le32(out, m->version);
	wr_le32(out, m->host_id);
	wr_ip(out, &m->cluster_ip);
	wr_ip(out, &m->host_ip);
	wr_bytes(out, m->rest, m->rest_length);
}

struct mac nlb_cluster_mac(enum nlb_mode mode, const struct ip_addr *cluster_ip)
{
	const uint8_t *b = cluster_ip->b;

	if (mode == NLB_IGMP)
		return (struct mac){{0x01, 0x00, 0x5e, 0x7f, b[2], b[3]}};
	return (struct mac){{mode == NLB_UNICAST ? 0x02 : 0x03, 0xbf, b[0], b[1], b[2], b[3]}};
}

struct mac nlb_source_mac(uint8_t host_id, const struct ip_addr *cluster_ip)
{
	struct mac m = nlb_cluster_mac(NLB_UNICAST, cluster_ip);

	m.b[1] = host_id;
	return m;
}
