// SPDX-License-Identifier: BSD-2-Clause
/* ARP for IPv4 over Ethernet (RFC 826). Anything else in an ARP frame is malformed to us. */
#ifndef VL_WIRE_ARP_H
#define VL_WIRE_ARP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

enum arp_operation {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

struct arp_packet {
	uint16_t operation;             /* enum arp_operation, or what the wire says */
	struct mac sender_mac, target_mac;
	struct ip_addr sender_ip, target_ip;
};

#define ARP_LENGTH 28

/* False when short or not Ethernet/IPv4 (hardware 1, protocol 0x0800, lengths 6 and 4). */
bool arp_decode(struct arp_packet *a, struct rd *in);
void arp_encode(const struct arp_packet *a, struct wr *out);

/* Announces an address: sender and target address are the same (RFC 5227 names both forms). */
bool arp_is_gratuitous(const struct arp_packet *a);

#endif
