// SPDX-License-Identifier: BSD-2-Clause
/*
 * The connection request of RDP (MS-RDPBCGR 2.2.1.1): TPKT (RFC 1006) around an X.224 connection request around a line
 * of text that says who the user is ("Cookie: mstshash=USER") or where a session broker sent the client ("Cookie:
 * msts=ADDRESS.PORT.0000", the IPv4 address as a little-endian number, the port with its bytes swapped).
 */
#ifndef VL_BALANCER_RDP_REQUEST_H
#define VL_BALANCER_RDP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"

#define RDP_REQUEST_MOST 512            /* bytes; those of clients have less than 300 */

enum rdp_said {
	RDP_READ_MORE,
	RDP_READ_DONE,
	RDP_READ_NONE,                  /* not RDP, or longer than RDP_REQUEST_MOST */
};

struct rdp_request {
	const uint8_t *user;            /* in the bytes; NULL: it names none */
	size_t user_length;
	bool has_token;
	struct ip_addr server;          /* of the token */
	uint16_t port;
};

/* The first bytes of a connection, from its beginning. */
enum rdp_said rdp_read(const uint8_t *bytes, size_t length, struct rdp_request *r);

#endif
