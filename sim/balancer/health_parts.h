// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a health checker, and the calls between its files. For sim/balancer/health* only.
 *
 *      health.c              words
 *      health_config.c       defaults, what is refused, and rules with nothing left open
 *      health_checker.c      targets, their timers, what a check's end means to the listener
 *      health_profile.c      when the next one comes and when a server is down: KEMP's, HAProxy's, keepalived's way
 *      health_exchange.c     an exchange of any kind: begins, hears, ends; the kinds that speak TCP
 *      health_http.c         HTTP, and the agent behind it
 *      health_dialogue.c     SMTP, POP3, IMAP, FTP: lines and answers, a table
 *      health_datagram.c     ICMP echo and DNS
 */
#ifndef VL_BALANCER_HEALTH_PARTS_H
#define VL_BALANCER_HEALTH_PARTS_H

#include "sim/balancer/health_checker.h"
#include "sim/base/wheel.h"
#include "sim/stack/tcp_endpoint.h"

#define HEALTH_LINE 128                 /* what is read of a line */
#define HEALTH_REQUEST 512              /* the longest request */
#define HEALTH_PATTERN 128              /* the longest pattern */
#define HEALTH_QUERY 288                /* a DNS question */


enum health_phase {
	PHASE_LINE = 0,                 /* HTTP: the status line; dialogues: any */
	PHASE_HEADERS,
	PHASE_BODY,
};

struct health_check {
	struct health_target target;    /* .config is not used any more */
	struct health_config c;         /* rules */
	uint16_t port;

	/* what the profile remembers */
	bool up;                        /* by this check alone */
	bool told_up;                   /* what the listener believes */
	bool paused;
	uint32_t counter;               /* HAProxy: 0 to rise + fall - 1; the others: attempts in this cycle */
	vl_time cycle_at;
	vl_time next_at;                /* VL_NEVER: none is planned */

	/* the exchange */
	bool running;
	bool opened;                    /* TCP: the handshake is done */
	vl_time began_at, give_up_at;
	tcp_handle handle;
	uint16_t number;                /* ICMP sequence, DNS id, of this exchange */
	uint8_t phase;                  /* enum health_phase */
	uint8_t step;                   /* of a dialogue */
	uint8_t matched;                /* bytes of the pattern */
	uint8_t digits;                 /* of the agent's answer */
	uint16_t answer;
	uint16_t line_length;
	char line[HEALTH_LINE];
	char *say;                      /* the whole of our side's stream, or the DNS question */
	size_t say_length;
	uint8_t *fallback;              /* of the pattern (Knuth, Morris, Pratt) */

	enum health_result result;
	vl_time took;
	uint64_t checks, failed;
	struct wheel_link wheel;
};

struct health_checker {
	struct stack *stack;
	struct tcp_endpoint *tcp;
	struct health_listener listener;
	struct wheel wheel;
	uint64_t seed;
	bool running;
	uint16_t next_port;             /* HEALTH_PORT_FIRST + this */
	size_t count;
	struct health_check *check;
};

/* --- health_config.c ------------------------------------------------------------------------------------- */

/* Fills in every default. */
void health_resolve(struct health_config *c);
/* True when `status` is one of those that pass. */
bool health_status_passes(const struct health_config *c, unsigned status);

/* --- health_checker.c ------------------------------------------------------------------------------------ */

/* The exchange of c is over. */
void health_done(struct health_checker *h, struct health_check *c, enum health_result result, vl_time now);
void health_watch(struct health_checker *h, struct health_check *c);    /* its timer, anew */

/* --- health_profile.c ------------------------------------------------------------------------------------ */

/* At the start, and when a pause ends (`again`: at once). */
void health_plan_first(struct health_checker *h, struct health_check *c, bool again, vl_time now);
/* An exchange begins: a cycle, or one more attempt in it. */
void health_plan_begins(struct health_check *c, vl_time now);
/* It ended so: .up and .next_at are set anew. */
void health_plan_ended(struct health_check *c, enum health_result result, vl_time now);

/* --- health_exchange.c ----------------------------------------------------------------------------------- */

bool health_exchange_make(struct health_check *c);      /* what it says, once; false: no memory */
void health_exchange_free(struct health_check *c);
void health_begin(struct health_checker *h, struct health_check *c, vl_time now);
void health_give_up(struct health_checker *h, struct health_check *c, vl_time now);     /* nothing was heard in time */
void health_cut(struct health_checker *h, struct health_check *c, vl_time now);         /* whatever is open */

bool health_http_make(struct health_check *c);
void health_http_received(struct health_checker *h, struct health_check *c, const uint8_t *bytes, size_t length,
			  vl_time now);
void health_http_ended(struct health_checker *h, struct health_check *c, vl_time now);  /* no more bytes */

bool health_dialogue_make(struct health_check *c);
void health_dialogue_received(struct health_checker *h, struct health_check *c, const uint8_t *bytes, size_t length,
			      vl_time now);

bool health_dns_make(struct health_check *c);
bool health_icmp_begin(struct health_checker *h, struct health_check *c, vl_time now);
bool health_dns_begin(struct health_checker *h, struct health_check *c, vl_time now);
/* True: it answered a check. */
bool health_datagram_received(struct health_checker *h, const struct packet *p, vl_time now);

/* Puts the next byte of a line into c->line. True: the line is whole (without its end). */
bool health_take_line(struct health_check *c, uint8_t byte);

#endif
