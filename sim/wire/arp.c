// SPDX-License-Identifier: BSD-2-Clause
/* ARP packets (RFC 826), the IPv4 over Ethernet form. */
#include "sim/wire/arp.h"

enum {
	HARDWARE_ETHERNET = 1,
	PROTOCOL_IPV4 = 0x0800,
};

bool arp_decode(struct arp_packet *a, struct rd *in)
{
	uint16_t hardware = rd_be16(in);
	uint16_t protocol = rd_be16(in);
	uint8_t hardware_length = rd_u8(in);
	uint8_t protocol_length = rd_u8(in);

	a->operation = rd_be16(in);
	a->sender_mac = rd_mac(in);
	a->sender_ip = rd_ip(in, IP_V4);
	a->target_mac = rd_mac(in);
	a->target_ip = rd_ip(in, IP_V4);
	return !in->bad && hardware == HARDWARE_ETHERNET && protocol == PROTOCOL_IPV4 && hardware_length == 6 &&
	       protocol_length == 4;
}

void arp_encode(const struct arp_packet *a, struct wr *out)
{
	wr_be16(out, HARDWARE_ETHERNET);
	wr_be16(out, PROTOCOL_IPV4);
	wr_u8(out, 6);
	wr_u8(out, 4);
	wr_be16(out, a->operation);
	wr_mac(out, a->sender_mac);
	wr_ip(out, &a->sender_ip);
	wr_mac(out, a->target_mac);
	wr_ip(out, &a->target_ip);
}

bool arp_is_gratuitous(const struct arp_packet *a)
{
	/* 0.0.0.0 on both sides announces nothing. */
	return ip_equal(&a->sender_ip, &a->target_ip) && !ip_is_zero(&a->sender_ip);
}
