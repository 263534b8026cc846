// SPDX-License-Identifier: BSD-2-Clause
/*
 * Calls over UDP (RFC 3261), as much as a balancer in front of their servers tells by: INVITE, ACK, then INFO while the call lasts,
 * then BYE. A server's answers carry a tag of its own (8.2.6.2); a request inside a call that names another server's is
 * answered by 481, because nobody there knows of it. Media are not modelled.
 */
#ifndef VL_HOSTS_TALK_SIP_H
#define VL_HOSTS_TALK_SIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"

#define TALK_SIP_MOST 700               /* bytes of a message of ours */
#define TALK_SIP_PORT 5060              /* users send from there, all of them */

/* X(constant, word) */
#define TALK_SIP_METHODS(X)             \
	X(TALK_SIP_INVITE, "INVITE")    \
	X(TALK_SIP_ACK, "ACK")          \
	X(TALK_SIP_INFO, "INFO")        \
	X(TALK_SIP_BYE, "BYE")

enum talk_sip_method {
#define X(constant, word) constant,
	TALK_SIP_METHODS(X)
#undef X
	TALK_SIP_METHOD_COUNT
};

/* A call, as its caller knows it. */
struct talk_sip_call {
	struct ip_addr caller, server;  /* where it sends from and to */
	uint16_t port;                  /* the server's */
	uint32_t user;                  /* the caller's number */
	uint32_t call;                  /* among its calls */
	uint32_t tag;                   /* of the server that answered; 0: none yet */
};

/* The request; `sequence` from 1, an ACK has its INVITE's. Returns its length. */
size_t talk_sip_request(const struct talk_sip_call *c, enum talk_sip_method method, uint32_t sequence, char to[TALK_SIP_MOST]);

/* The answer of the server with this tag (not 0); 0: there is none. */
size_t talk_sip_answer(const uint8_t *bytes, size_t length, uint32_t tag, char to[TALK_SIP_MOST]);

struct talk_sip_answer {
	uint32_t user, call, sequence;
	uint32_t tag;                   /* 0: none */
	uint16_t status;
};

/* False: it is no answer to a request of ours. */
bool talk_sip_read(const uint8_t *bytes, size_t length, struct talk_sip_answer *a);

#endif
