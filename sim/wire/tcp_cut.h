// SPDX-License-Identifier: BSD-2-Clause
/*
 * One IP packet with more TCP in it than a wire carries, as a card or a kernel hands it over (TSO, GSO, GRO), cut into the
 * packets that the wire would have had: each with the headers of the whole, the next sequence number, and checksums of its
 * own; FIN and PSH on the last, CWR on the first (RFC 9293 3.1, RFC 3168 6.1.2), IPv4 identifications counting on.
 */
#ifndef VL_WIRE_TCP_CUT_H
#define VL_WIRE_TCP_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcp_cut {
	const uint8_t *ip;              /* borrowed */
	size_t network, headers;        /* bytes of the IP header, and of both */
	size_t data, at;                /* bytes in all, and those that are cut off already */
	size_t each;                    /* bytes in a packet */
	uint16_t count;
};

/* Packets of `most` bytes. False: no TCP in one piece right behind the IP header, or `most` has no room for data. */
bool tcp_cut_begin(struct tcp_cut *c, const uint8_t *ip, size_t length, size_t most);
/* The length of the next packet; 0: that was all. */
size_t tcp_cut_length(const struct tcp_cut *c);
/* Writes it, that many bytes. */
void tcp_cut_next(struct tcp_cut *c, uint8_t *out);

#endif
