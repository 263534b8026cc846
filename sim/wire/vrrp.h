// SPDX-License-Identifier: BSD-2-Clause
/*
 * VRRP messages on the wire: version 2 (RFC 2338, RFC 3768) and 3 (RFC 5798, RFC 9568), IPv4 and IPv6.
 *
 * Decoding takes the message apart and judges nothing but its shape; the receive checks of RFC 9568 7.1
 * belong to the engine, which is told what it needs (version, authentication, which checksum form fits).
 */
#ifndef VL_WIRE_VRRP_H
#define VL_WIRE_VRRP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define VRRP_ADVERTISEMENT 1            /* the only type there is */
#define VRRP_PRIORITY_OWNER 255
#define VRRP_PRIORITY_RESIGN 0
#define VRRP_MAX_ADDRESSES 255
#define VRRP_V2_AUTH_LENGTH 8

extern const struct ip_addr VRRP_GROUP_V4;      /* 224.0.0.18 */
extern const struct ip_addr VRRP_GROUP_V6;      /* ff02::12 */

/* 00:00:5e:00:01:VRID, 00:00:5e:00:02:VRID (RFC 9568 7.3). */
struct mac vrrp_virtual_mac(enum ip_family family, uint8_t vrid);

/* Version 2's authentication type byte. */
enum vrrp_auth_type {
	VRRP_AUTH_NONE = 0,
	VRRP_AUTH_TEXT = 1,             /* RFC 2338 */
	VRRP_AUTH_AH = 2,               /* RFC 2338: IP AH around the message */
	VRRP_AUTH_CISCO_MD5 = 254,      /* Cisco: a 30-byte trailer follows */
};

/* Version 3 over IPv4: RFC 9568 5.2.8 sums the message alone, RFC 5798 was read by many as asking for a
 * pseudo-header. Every other combination has one right form. */
enum vrrp_checksum_form {
	VRRP_CHECKSUM_WRONG = 0,
	VRRP_CHECKSUM_MESSAGE,          /* message only: version 2; version 3 IPv4 by RFC 9568 (Cisco) */
	VRRP_CHECKSUM_PSEUDO,           /* with pseudo-header: IPv6; IPv4 of keepalived, FRR */
};

struct vrrp_message {
	uint8_t version, type;
	uint8_t vrid;
	uint8_t priority;
	uint8_t address_count;          /* the byte on the wire */
	enum ip_family family;          /* of the addresses: the IP header's */
	/* version 2 */
	uint8_t auth_type;              /* enum vrrp_auth_type */
	uint8_t interval_s;
	uint8_t auth_data[VRRP_V2_AUTH_LENGTH];
	bool has_auth_data;             /* false: the 8 bytes are missing (seen in the wild) */
	/* version 3 */
	uint16_t interval_cs;           /* Max Advertise Interval, 12 bits */
	uint16_t checksum;              /* as on the wire; encode computes it */
	enum vrrp_checksum_form checksum_form;  /* decode: the form that fits; encode: the form to write */
	/* the addresses in network order, address_count of them, and what follows behind the message
	 * (trailers of Cisco's MD5, keepalived's HMAC). Borrowed from the frame; encode reads them. */
	const uint8_t *addresses;
	const uint8_t *trailer;
	size_t trailer_length;
};

/* Reads a message; `in` is exactly the IP payload, `src` and `dst` the IP header's (for the pseudo-header).
 * False: shorter than its count and version ask for (version 2 without authentication data is let through,
 * see has_auth_data), or a version other than 2 and 3. Call carp_is first: CARP looks like version 2. */
bool vrrp_decode(struct vrrp_message *m, const struct ip_addr *src, const struct ip_addr *dst, struct rd *in);

/* Writes the message with its checksum, always a right one: checksum_form is asked only for version 3 over
 * IPv4 (PSEUDO, or else MESSAGE). Version 2 sums the trailer too, as Cisco does; version 3 does not. */
void vrrp_encode(const struct vrrp_message *m, const struct ip_addr *src, const struct ip_addr *dst,
		 struct wr *out);

/* The i-th address; i < address_count. */
struct ip_addr vrrp_address(const struct vrrp_message *m, size_t i);

/* The interval in ns, whichever the version. */
uint64_t vrrp_interval(const struct vrrp_message *m);

#endif
