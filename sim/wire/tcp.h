// SPDX-License-Identifier: BSD-2-Clause
/* TCP headers (RFC 9293) with their options as bytes. */
#ifndef VL_WIRE_TCP_H
#define VL_WIRE_TCP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define TCP_HEADER 20

enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
	TCP_URG = 0x20,
	TCP_ECE = 0x40,
	TCP_CWR = 0x80,
};

struct tcp_header {
	uint16_t src_port, dst_port;
	uint32_t sequence, acknowledgment;
	uint8_t flags;                  /* enum tcp_flag */
	uint16_t window;
	uint16_t checksum;              /* as on the wire */
	uint16_t urgent;
	uint8_t options_length;         /* bytes, a multiple of 4, 0-40 */
	uint8_t options[40];
};

/* False: short, or a data offset under 5 or past what is there. */
bool tcp_decode(struct tcp_header *h, struct rd *in);
/* Writes header and options; the checksum is 0. */
void tcp_encode_header(const struct tcp_header *h, struct wr *out);
/* Fills in the checksum of a segment that starts at `start` of what was written and goes to its end. */
void tcp_encode_checksum(const struct ip_addr *src, const struct ip_addr *dst, size_t start, struct wr *out);
/* Writes header, options, data and checksum. */
void tcp_encode(const struct tcp_header *h, const struct ip_addr *src, const struct ip_addr *dst,
		const uint8_t *data, size_t data_length, struct wr *out);

#endif
