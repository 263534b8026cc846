// SPDX-License-Identifier: BSD-2-Clause
/* Ethernet II headers and their stacked tags (IEEE 802.1Q 9.3). */
#include "sim/wire/ethernet.h"

#include <assert.h>

bool ethernet_decode_tags(struct ethernet_header *h, struct rd *in)
{
	for (; ethernet_is_tag(h->type); h->vlan_count++) {
		if (h->vlan_count == ETHERNET_VLANS)
			return false;
		uint16_t control = rd_be16(in);
		uint16_t type = rd_be16(in);
		if (in->bad)
			return false;
		h->vlan[h->vlan_count] = (struct vlan_tag){
			.type = h->type,
			.id = control & 0x0fff,
			.priority = (uint8_t)(control >> 13),
			.drop_eligible = (control & 0x1000) != 0,
		};
		h->type = type;
	}
	return !in->bad;
}

void ethernet_encode(const struct ethernet_header *h, struct wr *out)
{
	assert(h->vlan_count <= ETHERNET_VLANS);
	uint8_t *p = wr_room(out, ETHERNET_HEADER - 2);
	if (p == NULL)
		return;
	memcpy(p, h->dst.b, sizeof h->dst.b);
	memcpy(p + 6, h->src.b, sizeof h->src.b);
	for (size_t i = 0; i < h->vlan_count; i++) {
		const struct vlan_tag *tag = &h->vlan[i];
		wr_be16(out, tag->type);
		wr_be16(out, (uint16_t)((tag->priority & 7) << 13 | (tag->drop_eligible ? 0x1000 : 0) |
					(tag->id & 0x0fff)));
	}
	wr_be16(out, h->type);
}
