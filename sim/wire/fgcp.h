// SPDX-License-Identifier: BSD-2-Clause
/*
 * FortiGate's cluster protocol, as far as it is known: the ethertypes of its frames and its virtual MACs. The
 * layout behind the ethertype is not public, so it stays a row of bytes. The ethertypes can be configured to be
 * others, and others use them, too (PROFINET has 0x8892): an ethertype alone is a hint, a virtual MAC proves it.
 */
#ifndef VL_WIRE_FGCP_H
#define VL_WIRE_FGCP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define FGCP_GROUP_LAST 1023

enum fgcp_type {
	FGCP_HEARTBEAT = 0x8890,        /* NAT mode (ha-eth-type) */
	FGCP_HEARTBEAT_TP = 0x8891,     /* transparent mode (hc-eth-type); redistribution of sessions */
	FGCP_SESSION_SYNC = 0x8892,
	FGCP_CONFIG_SYNC = 0x8893,      /* telnet sessions between the units (l2ep-eth-type) */
};

struct fgcp_message {
	uint16_t type;                  /* enum fgcp_type */
	const uint8_t *bytes;           /* what is there of the rest, padding included; in the frame */
	size_t length;
};

bool fgcp_is(uint16_t ethertype);
/* `in` is what follows the Ethernet header. False only for another ethertype. */
bool fgcp_decode(struct fgcp_message *m, uint16_t ethertype, struct rd *in);
/* Writes what follows the Ethernet header. */
void fgcp_encode(const struct fgcp_message *m, struct wr *out);

/* Group 0-255: 00:09:0f:09:GG:PORT; 256, 512, 768 and up: e0:23:ff:fc, fd, fe. `port` is the interface's index,
 * with the second virtual cluster's bit (0x20 or 0x80: unconfirmed) where there is one. */
struct mac fgcp_virtual_mac(uint16_t group, uint8_t port);
bool fgcp_of_virtual_mac(struct mac m, uint16_t *group, uint8_t *port);

#endif
