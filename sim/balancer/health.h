// SPDX-License-Identifier: BSD-2-Clause
/*
 * Health checks, as real exchanges on the wire: what is asked how often, what counts as an answer, and when a server
 * is called down or up again.
 *
 * A check is a state machine of one exchange at a time. It speaks TCP through the stack's endpoint (sim/stack/tcp.h),
 * ICMP and UDP through the stack itself. What each product means by interval, timeout and retries differs: profiles.
 *
 * ICMP checks are of a server: a failure takes it out of all services that use it. All others are of a server in one
 * service.
 */
#ifndef VL_BALANCER_HEALTH_H
#define VL_BALANCER_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/status.h"
#include "sim/base/time.h"

/* X(constant, word in scripts, default port or 0) */
#define HEALTH_KINDS(X)                         \
	X(HEALTH_NONE, "none", 0)               \
	X(HEALTH_ICMP, "icmp", 0)               \
	X(HEALTH_TCP, "tcp", 0)                 \
	X(HEALTH_HTTP, "http", 80)              \
	X(HEALTH_SMTP, "smtp", 25)              \
	X(HEALTH_POP3, "pop3", 110)             \
	X(HEALTH_IMAP, "imap", 143)             \
	X(HEALTH_FTP, "ftp", 21)                \
	X(HEALTH_DNS, "dns", 53)                \
	X(HEALTH_AGENT, "agent", 80)

enum health_kind {
#define X(constant, word, port) constant,
	HEALTH_KINDS(X)
#undef X
	HEALTH_KIND_COUNT
};

const char *health_kind_word(enum health_kind k);

/* Whose rules. */
enum health_profile {
	HEALTH_KEMP,            /* interval 9 s, timeout 4 s, 2 retries at once after a silence; any answer, also a wrong
				   one, ends the cycle (balancer.md 3.1) */
	HEALTH_HAPROXY,         /* inter 2 s, rise 2, fall 3; the whole check has inter when no timeout is given (3.2) */
	HEALTH_KEEPALIVED,      /* delay_loop 60 s, retry 1, delay_before_retry 1 s, connect timeout 5 s (3.3) */
};

#define HEALTH_STATUS_RANGES 8

struct health_config {
	enum health_kind kind;
	enum health_profile profile;
	vl_time interval, timeout;      /* 0: the profile's */
	vl_time fast_interval;          /* HAProxy's fastinter: between states; 0: interval */
	vl_time down_interval;          /* HAProxy's downinter; 0: interval */
	vl_time retry_delay;            /* keepalived's delay_before_retry */
	uint32_t retries;               /* KEMP, keepalived; UINT32_MAX: the profile's */
	uint32_t rise, fall;            /* HAProxy; 0: the profile's */
	uint16_t port;                  /* 0: the server's port, or the kind's default for a service of every port */
	bool down_at_start;             /* until the first check is passed (keepalived: alpha) */
	/* HTTP */
	const char *method;             /* NULL: the profile's: HEAD (KEMP), OPTIONS (HAProxy), GET (keepalived) */
	const char *url;                /* NULL: "/" */
	const char *host;               /* NULL: no Host header; then HTTP/1.0, otherwise HTTP/1.1 */
	size_t status_count;            /* 0: 200-299 (KEMP, keepalived), 200-399 (HAProxy) */
	struct {
		uint16_t first, last;
	} status[HEALTH_STATUS_RANGES];
	const char *pattern;            /* must stand in the body; NULL: any */
	const char *query;              /* DNS: the name asked for; NULL: "." */
};

void health_config_init(struct health_config *c, enum health_kind kind, enum health_profile profile);
struct vl_status health_check_config(const struct health_config *c);

/* Why a check failed or passed, in HAProxy's words. X(constant, word, passed) */
#define HEALTH_RESULTS(X)                               \
	X(HEALTH_UNKNOWN, "UNK", false)                 \
	X(HEALTH_L3_OK, "L3OK", true)                   \
	X(HEALTH_L3_TIMEOUT, "L3TOUT", false)           \
	X(HEALTH_L4_OK, "L4OK", true)                   \
	X(HEALTH_L4_TIMEOUT, "L4TOUT", false)           \
	X(HEALTH_L4_REFUSED, "L4CON", false)            \
	X(HEALTH_L7_OK, "L7OK", true)                   \
	X(HEALTH_L7_TIMEOUT, "L7TOUT", false)           \
	X(HEALTH_L7_RESPONSE, "L7RSP", false)           \
	X(HEALTH_L7_STATUS, "L7STS", false)

enum health_result {
#define X(constant, word, passed) constant,
	HEALTH_RESULTS(X)
#undef X
	HEALTH_RESULT_COUNT
};

const char *health_result_word(enum health_result r);
bool health_passed(enum health_result r);

#endif
