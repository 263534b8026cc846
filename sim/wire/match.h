// SPDX-License-Identifier: BSD-2-Clause
/*
 * Match strings: one line that says which packets are meant, in the words a person uses:
 *
 *     "vrrp advert vrid 1 priority 0"
 *     "arp reply 192.0.2.10 is-at 00:00:5e:00:01:01"
 *     "carp vhid 1", "icmp echo-request to 192.0.2.10", "tcp syn to 192.0.2.10:443", "any"
 *
 * A first word names the protocol, the others narrow it, all must hold; `not` before one asks for the opposite,
 * a number or a time may follow `over` or `under`. `viplab explain --schema` lists the words. Compiled once,
 * then a comparison of numbers per packet.
 */
#ifndef VL_WIRE_MATCH_H
#define VL_WIRE_MATCH_H

#include "sim/wire/packet.h"

#define PACKET_MATCH_TERMS 16

enum packet_match_comparison {
	MATCH_EQUAL,
	MATCH_LESS,
	MATCH_MORE,
};

struct packet_match_term {
	uint8_t field;                          /* index into the field table of match.c */
	uint8_t comparison;                     /* enum packet_match_comparison */
	bool negated;
	uint64_t number;                        /* by the field's type */
	struct ip_addr ip;
	struct mac mac;
};

struct packet_match {
	uint8_t protocol;                       /* index into the protocol table of match.c */
	size_t term_count;
	struct packet_match_term term[PACKET_MATCH_TERMS];
};

struct packet_match_error {
	size_t column;                          /* offset in the text of the word that is wrong */
	char expected[160];                     /* what would have been right there, with a suggestion */
};

bool packet_match_compile(struct packet_match *m, const char *text, struct packet_match_error *error);
bool packet_matches(const struct packet_match *m, const struct packet *p);

#endif
