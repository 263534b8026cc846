// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ethernet II headers with stacked 802.1Q/802.1ad tags. No frame check sequence: neither a capture nor a
 * switch of the world carries one.
 */
#ifndef VL_WIRE_ETHERNET_H
#define VL_WIRE_ETHERNET_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_ARP 0x0806
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8
#define ETHERTYPE_IPV6 0x86dd

#define ETHERNET_HEADER 14
#define ETHERNET_MIN 60                 /* shortest frame on a wire, without its check sequence */
#define ETHERNET_VLANS 4                /* stacked tags that are read; more make the frame malformed */

struct vlan_tag {
	uint16_t type;                  /* the tag's own ethertype: 0x8100, 0x88a8 */
	uint16_t id;                    /* 0-4095; 0 is a priority tag */
	uint8_t priority;               /* 0-7 */
	bool drop_eligible;
};

struct ethernet_header {
	struct mac dst, src;
	uint8_t vlan_count;
	struct vlan_tag vlan[ETHERNET_VLANS];   /* outermost first */
	uint16_t type;                  /* of what follows the tags; below 0x0600 it is an 802.3 length */
};

static inline bool ethernet_is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ;
}

/* The rest of ethernet_decode, behind the first type. */
bool ethernet_decode_tags(struct ethernet_header *h, struct rd *in);

/* Reads the header and its tags; false when they are not all there or stacked too high. Inline: every receiver of
 * a flooded frame looks at its header, and few frames have tags. */
static inline bool ethernet_decode(struct ethernet_header *h, struct rd *in)
{
	static const uint8_t nothing[ETHERNET_HEADER];
	const uint8_t *p = rd_bytes(in, ETHERNET_HEADER);

	if (p == NULL)
		p = nothing;
	memcpy(h->dst.b, p, sizeof h->dst.b);
	memcpy(h->src.b, p + 6, sizeof h->src.b);
	h->type = get_be16(p + 12);
	h->vlan_count = 0;
	return ethernet_is_tag(h->type) ? ethernet_decode_tags(h, in) : !in->bad;
}

void ethernet_encode(const struct ethernet_header *h, struct wr *out);

#endif
