// SPDX-License-Identifier: BSD-2-Clause
/* FGCP: ethertypes and virtual MACs. */
#include "sim/wire/fgcp.h"

bool fgcp_is(uint16_t ethertype)
{
	return ethertype >= FGCP_HEARTBEAT && ethertype <= FGCP_CONFIG_SYNC;
}

bool fgcp_decode(struct fgcp_message *m, uint16_t ethertype, struct rd *in)
{
	m->type = ethertype;
	m->length = rd_left(in);
	m->bytes = rd_bytes(in, m->length);
	return fgcp_is(ethertype);
}

void fgcp_encode(const struct fgcp_message *m, struct wr *out)
{
	wr_bytes(out, m->bytes, m->length);
}

struct mac fgcp_virtual_mac(uint16_t group, uint8_t port)
{
	if (group < 256)
		return (struct mac){{0x00, 0x09, 0x0f, 0x09, (uint8_t)group, port}};
	return (struct mac){{0xe0, 0x23, 0xff, (uint8_t)(0xfb + (group >> 8)), (uint8_t)group, port}};
}

bool fgcp_of_virtual_mac(struct mac m, uint16_t *group, uint8_t *port)
{
	*port = m.b[5];
	*group = m.b[4];
	if (m.b[0] == 0x00 && m.b[1] == 0x09 && m.b[2] == 0x0f && m.b[3] == 0x09)
		return true;
	if (m.b[0] != 0xe0 || m.b[1] != 0x23 || m.b[2] != 0xff || m.b[3] < 0xfc || m.b[3] > 0xfe)
		return false;
	*group = (uint16_t)((m.b[3] - 0xfb) << 8 | m.b[4]);
	return true;
}
