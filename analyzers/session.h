// SPDX-License-Identifier: BSD-2-Clause
/*
 * `persistence-ineffective': a service keeps its clients by something that is not on the wire. What a service is meant to
 * do cannot be seen in frames; it is promised (session_promise, by who knows the configuration), and what is promised is
 * looked for. Without a promise nothing is found.
 *
 * Two ways not to be kept:
 *      unreadable      persistence needs what the balancer cannot read there (HTTP inside TLS that it passes on): known
 *                      with the first bytes that a client says
 *      session IDs     of the sessions that its servers begin, half or more have none that comes back: TLS 1.3, whose ID is
 *                      filler (RFC 8446 D.4), or a ticket instead of an ID (RFC 5077 3.4); known with the twentieth
 * One segment is looked at, not a stream: a ServerHello that is cut tells what stood in its first part.
 */
#ifndef VL_ANALYZERS_SESSION_H
#define VL_ANALYZERS_SESSION_H

#include "analyzers/analyzer.h"

#define SESSION_PROMISES 256
#define SESSION_ENOUGH 20               /* sessions begun, before they are judged */

enum session_need {
	SESSION_NEEDS_UNREADABLE,
	SESSION_NEEDS_ID,
};

struct session_promise {
	struct ip_addr address;         /* of the service */
	uint16_t first_port, last_port; /* 0, 0: every port */
	uint8_t protocol;               /* of IP: TCP or UDP */
	const char *kind;               /* what it is called, borrowed: "Super HTTP" */
	const char *what;               /* that the balancer would have to read, borrowed: "the HTTP request" */
	bool tls;                       /* its clients are meant to speak TLS that it does not terminate */
	enum session_need need;
};

extern const struct analyzer_ops session_analyzer;

/* Before the first frame, for who made it through session_analyzer. False: no room. */
bool session_promise(void *self, const struct session_promise *promise);

#endif
