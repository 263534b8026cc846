// SPDX-License-Identifier: BSD-2-Clause
/*
 * HSRP messages, Cisco's first-hop redundancy: version 1 (RFC 2281 and what later IOS adds to it) and version 2
 * (no RFC; as Cisco sends it and Wireshark's packet-hsrp.c reads it).
 *
 *     version 1   UDP 1985 to 224.0.0.2, TTL 1; 20 bytes, then TLVs; or an advertisement of 16 bytes
 *     version 2   UDP 1985 to 224.0.0.102, TTL 1, or UDP 2029 to ff02::66, hop limit 255; TLVs only
 *
 * The first byte tells them apart: version 1 writes its number, 0; version 2 starts with a TLV's type, never 0.
 * Decoding keeps what is sound in front of a fault: a group with a damaged authentication TLV is still a group.
 */
#ifndef VL_WIRE_HSRP_H
#define VL_WIRE_HSRP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define HSRP_PORT 1985
#define HSRP_PORT_V6 2029
#define HSRP_V1_LENGTH 20
#define HSRP_TEXT 8
#define HSRP_DIGEST 16
#define HSRP_V1_GROUP_LAST 255
#define HSRP_V2_GROUP_LAST 4095

extern const struct ip_addr HSRP_GROUP_V1;      /* 224.0.0.2 */
extern const struct ip_addr HSRP_GROUP_V2;      /* 224.0.0.102, which GLBP uses, too */
extern const struct ip_addr HSRP_GROUP_V6;      /* ff02::66 */

enum hsrp_opcode {
	HSRP_HELLO = 0,
	HSRP_COUP = 1,                  /* takes the role from a lower one */
	HSRP_RESIGN = 2,
	HSRP_ADVERTISE = 3,             /* version 1: the state of an interface, no group's */
};

/* As version 2 counts; version 1's byte has other values. */
enum hsrp_state {
	HSRP_STATE_UNKNOWN = 0,
	HSRP_INIT,
	HSRP_LEARN,
	HSRP_LISTEN,
	HSRP_SPEAK,
	HSRP_STANDBY,
	HSRP_ACTIVE,
};

enum hsrp_auth {
	HSRP_AUTH_NONE = 0,
	HSRP_AUTH_TEXT,                 /* "cisco" when nobody chose another word */
	HSRP_AUTH_MD5,
};

struct hsrp_message {
	uint8_t version;                /* 1 or 2 */
	/* the group's part */
	bool has_group;                 /* it is there and sound */
	uint8_t opcode;                 /* enum hsrp_opcode; as on the wire */
	uint8_t state;                  /* as on the wire: ask hsrp_state_of */
	enum ip_family family;          /* of the virtual address */
	uint16_t group;
	uint32_t priority;
	uint32_t hello_ms, hold_ms;     /* version 1 counts whole seconds */
	struct mac identifier;          /* version 2: the router's own */
	struct ip_addr virtual_ip;      /* of IPv4 in version 2 only 4 of 16 bytes mean anything: the others,
					 * which leak the sender's memory, are not read */
	/* the interface's part: version 1's advertisement, version 2's TLV 2 */
	bool has_interface;
	uint8_t interface_state;        /* version 1: 1 dormant, 2 passive, 3 active */
	uint16_t active_groups, passive_groups;
	/* authentication */
	enum hsrp_auth auth;
	uint8_t text[HSRP_TEXT];        /* zero padded */
	uint8_t md5_algorithm;          /* 1 */
	uint16_t md5_flags;
	uint32_t md5_source, md5_key_id;
	uint8_t md5_digest[HSRP_DIGEST];
};

/* Reads a message; `in` is exactly the UDP payload. False: short, a TLV that contradicts its length, neither
 * version; what came before the fault is in `m` (has_group). */
bool hsrp_decode(struct hsrp_message *m, struct rd *in);
/* Writes group, interface and authentication as `m` has them; bytes without meaning are zero. */
void hsrp_encode(const struct hsrp_message *m, struct wr *out);

enum hsrp_state hsrp_state_of(const struct hsrp_message *m);
/* The byte that stands for a state in a version; 0 for HSRP_STATE_UNKNOWN. */
uint8_t hsrp_state_byte(uint8_t version, enum hsrp_state s);
const char *hsrp_state_word(enum hsrp_state s);         /* "active"; "unknown" */

/* The virtual MAC of a group: 00:00:0c:07:ac:XX, 00:00:0c:9f:fX:XX, 00:05:73:a0:0X:XX. */
struct mac hsrp_virtual_mac(uint8_t version, enum ip_family family, uint16_t group);
/* The other way round: the version (1, 2; family IPv6 is version 2), or 0 when it is none of them. */
uint8_t hsrp_of_virtual_mac(struct mac m, enum ip_family *family, uint16_t *group);

#endif
