// SPDX-License-Identifier: BSD-2-Clause
/*
 * GLBP messages, Cisco's gateway load balancing (no RFC; as Cisco sends it and Wireshark's packet-glbp.c reads
 * it): UDP 3222 to 224.0.0.102 (ff02::66), TTL 255. One active virtual gateway (AVG) answers ARP for the one
 * address, with a different virtual MAC for each forwarder: several MACs for one address by design.
 */
#ifndef VL_WIRE_GLBP_H
#define VL_WIRE_GLBP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define GLBP_PORT 3222
#define GLBP_GROUP_LAST 1023
#define GLBP_FORWARDERS 4               /* of a group, by design; more in a message are passed over */

extern const struct ip_addr GLBP_GROUP_V4;      /* 224.0.0.102 */
extern const struct ip_addr GLBP_GROUP_V6;      /* ff02::66 */

/* Of a gateway and of a forwarder, as on the wire. */
enum glbp_state {
	GLBP_INIT = 1,
	GLBP_LISTEN = 4,
	GLBP_SPEAK = 8,
	GLBP_STANDBY = 16,
	GLBP_ACTIVE = 32,
};

/* The header's second byte, as seen: to the group, to the AVG and from it. */
enum glbp_opcode {
	GLBP_HELLO = 0,
	GLBP_REQUEST = 1,               /* unicast: a gateway wants a forwarder's number */
	GLBP_RESPONSE = 2,              /* unicast: here it is */
};

enum glbp_auth {
	GLBP_AUTH_NONE = 0,
	GLBP_AUTH_TEXT = 1,
	GLBP_AUTH_MD5 = 2,
	GLBP_AUTH_MD5_CHAIN = 3,        /* a key's number in front of the digest */
};

struct glbp_forwarder {
	uint8_t number;                 /* 1-4 */
	uint8_t state;                  /* enum glbp_state */
	uint8_t priority;               /* 167 active, 135 and less behind it */
	uint8_t weight;
	uint8_t unread[7];              /* meaning unknown; kept for writing again */
	struct mac virtual_mac;
};

struct glbp_message {
	uint8_t opcode;                 /* enum glbp_opcode, or another number */
	uint16_t group;
	struct mac owner;               /* the sender's own MAC */
	bool has_hello;
	uint8_t state;                  /* enum glbp_state, of the gateway */
	uint8_t priority;
	uint32_t hello_ms, hold_ms;
	uint16_t redirect_s, timeout_s;
	struct ip_addr virtual_ip;      /* 0.0.0.0: not known yet */
	uint8_t forwarder_count;
	struct glbp_forwarder forwarder[GLBP_FORWARDERS];
	uint8_t auth;                   /* enum glbp_auth, or another number */
	uint8_t auth_length;
	const uint8_t *auth_data;       /* auth_length bytes, in the frame; encode reads them */
};

/* Whether a UDP payload is GLBP's: its version, 1. */
bool glbp_is(const uint8_t *payload, size_t length);
/* Reads a message; `in` is exactly the UDP payload. False: short, a TLV that contradicts its length; what came
 * before the fault is in `m`. */
bool glbp_decode(struct glbp_message *m, struct rd *in);
/* Authentication first, then hello, then forwarders, as Cisco does. */
void glbp_encode(const struct glbp_message *m, struct wr *out);

const char *glbp_state_word(uint8_t state);     /* "active"; "unknown" */

/* 00:07:b4, 6 zero bits, 10 bits of group, forwarder. */
struct mac glbp_virtual_mac(uint16_t group, uint8_t forwarder);
bool glbp_of_virtual_mac(struct mac m, uint16_t *group, uint8_t *forwarder);

#endif
