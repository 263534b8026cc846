// SPDX-License-Identifier: BSD-2-Clause
/*
 * CARP messages (OpenBSD's protocol; no RFC): IP protocol 112 like VRRP, the same first byte as VRRPv2,
 * and what KEMP LoadMasters, pfSense and ucarp really send.
 */
#ifndef VL_WIRE_CARP_H
#define VL_WIRE_CARP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define CARP_LENGTH 36
#define CARP_DIGEST 20
#define CARP_MAX_ADDRESSES 255          /* of one virtual host, both families */

struct carp_message {
	uint8_t vhid;
	uint8_t advskew;                /* 1/256 s; VRRP reads this byte as its priority */
	uint8_t demotion;               /* FreeBSD's; 0 elsewhere */
	uint8_t advbase;                /* seconds */
	uint16_t checksum;              /* as on the wire; encode computes it */
	bool checksum_ok;               /* decode only */
	uint64_t counter;
	uint8_t digest[CARP_DIGEST];    /* HMAC-SHA1, see carp_digest */
};

/* Told from VRRPv2: first byte 0x21, exactly 36 bytes of IP payload, byte 3 (authlen in words) is 7. A
 * VRRPv2 advertisement with 7 addresses has 44 bytes, one of 36 bytes has 5. */
bool carp_is(const uint8_t *payload, size_t length);

/* Reads a message; `in` is exactly the IP payload and carp_is said yes. */
bool carp_decode(struct carp_message *m, struct rd *in);
void carp_encode(const struct carp_message *m, struct wr *out);

/* The digest that belongs in `m`: HMAC-SHA1 with the password zero padded (or cut) to 20 bytes over
 * version, type, vhid, the virtual addresses (IPv4 ascending, then IPv6; each once, in any order here, at most
 * CARP_MAX_ADDRESSES) and the counter. */
void carp_digest(uint8_t out[CARP_DIGEST], const struct carp_message *m, const char *password,
		 const struct ip_addr *addresses, size_t address_count);

#endif
