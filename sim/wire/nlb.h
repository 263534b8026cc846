// SPDX-License-Identifier: BSD-2-Clause
/*
 * Microsoft Network Load Balancing heartbeats (as Wireshark's packet-msnlb.c reads them): ethertype 0x886f,
 * broadcast about once a second. The header's numbers are little endian, its addresses in network order. What
 * follows (convergence, port rules, load) is kept as bytes.
 */
#ifndef VL_WIRE_NLB_H
#define VL_WIRE_NLB_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define ETHERTYPE_NLB 0x886f
#define NLB_HEADER 20
#define NLB_HEARTBEAT UINT32_C(0xc0de01bf)
#define NLB_EXTENDED UINT32_C(0xc0de01c0)
#define NLB_REMOTE UINT32_C(0xc0de01de)

/* How a cluster's MAC is made (vrrp.md 2.8). */
enum nlb_mode {
	NLB_UNICAST,                    /* 02:bf:A:B:C:D; frames leave from 02:HOST:A:B:C:D */
	NLB_MULTICAST,                  /* 03:bf:A:B:C:D */
	NLB_IGMP,                       /* 01:00:5e:7f:C:D */
};

struct nlb_message {
	uint32_t signature;             /* NLB_* */
	uint32_t version;               /* 0x0206: 2.6 */
	uint32_t host_id;               /* 1-32, the host's priority, unique in a cluster */
	struct ip_addr cluster_ip, host_ip;
	const uint8_t *rest;            /* what is there of it, in the frame; encode writes it */
	size_t rest_length;
};

/* Reads a message; `in` is what follows the Ethernet header, padding included. False: shorter than the header or
 * another signature. */
bool nlb_decode(struct nlb_message *m, struct rd *in);
void nlb_encode(const struct nlb_message *m, struct wr *out);

/* IPv4 only. */
struct mac nlb_cluster_mac(enum nlb_mode mode, const struct ip_addr *cluster_ip);
/* What a host's frames leave from in unicast mode (MaskSourceMAC). */
struct mac nlb_source_mac(uint8_t host_id, const struct ip_addr *cluster_ip);

#endif
