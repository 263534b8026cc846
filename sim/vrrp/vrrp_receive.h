// SPDX-License-Identifier: BSD-2-Clause
/*
 * Receive checks (RFC 9568 7.1, RFC 3768 7.1): is this packet for us to act upon? Answers with the first
 * reason against, in the order that the configuration asks for; touches nothing but the memory of replay
 * protection.
 */
#ifndef VL_VRRP_VRRP_RECEIVE_H
#define VL_VRRP_VRRP_RECEIVE_H

#include "sim/vrrp/vrrp_auth_state.h"
#include "sim/vrrp/vrrp_config.h"
#include "sim/vrrp/vrrp_records.h"
#include "sim/wire/packet.h"

/* A packet of IP protocol 112 as a VRRP router reads it. The first fields are read from the bytes whatever
 * they are, even from CARP. */
struct vrrp_heard {
	const struct packet *packet;
	const struct vrrp_message *message;     /* NULL: not of VRRP's shape (truncated, CARP) */
	const uint8_t *bytes;                   /* the message, behind AH */
	size_t length;
	uint8_t version, type, vrid, priority, address_count, auth_type;
	vl_time interval;
	vl_time at;                             /* when; set by the caller, as auth is */
	bool from_active;                       /* of the Active accepted last; set by the caller */
	struct vrrp_auth_state *auth;           /* what authentication remembers: only replay checks touch it */
};

/* False when there is no VRRP header to read. Borrows from `p`. */
bool vrrp_hear(struct vrrp_heard *h, const struct packet *p);

/* VRRP_DROP_NONE: act upon it. The caller has compared the VRID. */
enum vrrp_drop vrrp_receive_check(const struct vrrp_config *c, const struct vrrp_heard *h);

/* True when the message carries exactly the configured addresses, in any order, or need not. */
bool vrrp_addresses_pass(const struct vrrp_config *c, const struct vrrp_heard *h);

#endif
