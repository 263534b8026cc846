// SPDX-License-Identifier: BSD-2-Clause
/* The two tables behind match strings, for match.c: protocols, and the fields that narrow them. */
#ifndef VL_WIRE_MATCH_FIELDS_H
#define VL_WIRE_MATCH_FIELDS_H

#include "sim/wire/match.h"

/* Protocols as bits, so that a field can say which it belongs to. */
enum {
	P_ANY = 1u << 0,
	P_ARP = 1u << 1,
	P_IP = 1u << 2,
	P_ICMP = 1u << 3,
	P_UDP = 1u << 4,
	P_TCP = 1u << 5,
	P_VRRP = 1u << 6,
	P_CARP = 1u << 7,
	P_HSRP = 1u << 8,
	P_GLBP = 1u << 9,
	P_CCP = 1u << 10,
	P_NLB = 1u << 11,
	P_FGCP = 1u << 12,
	P_PORTS = P_UDP | P_TCP,
	P_ON_IP = P_IP | P_ICMP | P_PORTS | P_VRRP | P_CARP | P_HSRP | P_GLBP | P_CCP,
	P_ALL = P_ANY | P_ARP | P_ON_IP | P_NLB | P_FGCP,
};

struct match_protocol {
	const char *name;
	unsigned bit;
	bool (*is)(const struct packet *p);
};

enum match_value {
	V_NONE,         /* the word alone says it */
	V_NUMBER,       /* may be preceded by `over` or `under` */
	V_TIME,         /* the same */
	V_IP,
	V_IP_PORT,      /* an address, a colon and a port, or either alone: "192.0.2.1:443", ":443" */
	V_MAC,
	V_WORD,         /* one of the field's words; its index is the number */
};

struct match_field {
	const char *name;
	unsigned protocols;
	enum match_value value;
	uint64_t max;                   /* V_NUMBER */
	const char *const *words;       /* V_WORD */
	/* Asks one thing of a packet of the field's protocol. */
	bool (*holds)(const struct packet *p, const struct packet_match_term *t);
};

extern const struct match_protocol match_protocols[];
extern const size_t match_protocol_count;
/* The last one has no name to write: an address alone, in ARP. */
extern const struct match_field match_fields[];
extern const size_t match_field_count;

#endif
