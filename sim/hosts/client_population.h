// SPDX-License-Identifier: BSD-2-Clause
/*
 * A client population: users of one service who come, ask, think, leave, and come back, all in one box.
 *
 * A session is what one user does from its first SYN until it leaves by itself: on one connection (keep-alive), or with
 * a connection for each request. It lasts its length, asking as long as it has requests to make; without a length it is
 * over when they are made. Who comes is said in two ways, which may be mixed:
 *
 *      .arrival        an open population: new users come whatever became of those before (arrival.h)
 *      .users          a closed one: so many users, each there once, coming first within .spread from .arrival.from on
 *      .at_start       besides: so many sessions that begin within .at_start_within of .arrival.from (a population that
 *                      is there already)
 *
 *      again           after a session, the same user comes back so much later
 *      retry           after a failure likewise, up to .retries times in a row, twice as late each time with .backoff
 *
 * From .arrival.until on nobody comes any more, and sessions end as if their length were over.
 *
 * Users have source addresses: `count` addresses of a source in turn, each source by its weight. Addresses that the box
 * does not have it claims.
 *
 * A session has failed when its first connection does not come about, or is refused, or its user's patience
 * (.connect_timeout) is over. It was cut when it ended later by another's doing: a reset, a time-out, a close in the middle
 * of something, an answer that does not come within .answer_timeout.
 *
 * Over UDP: a session of TALK_DNS is a query, opened when it is answered; one of TALK_SIP a call, opened when its INVITE is, with
 * .requests - 1 INFOs and a BYE behind it. A call whose server knows nothing of it (481) is cut.
 */
#ifndef VL_HOSTS_CLIENT_POPULATION_H
#define VL_HOSTS_CLIENT_POPULATION_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/hosts/arrival.h"
#include "sim/hosts/talk.h"
#include "sim/hosts/talk_tls.h"
#include "sim/stack/tcp_endpoint.h"

#define POPULATION_SOURCES 64
#define POPULATION_ADDRESSES 16384      /* of all sources */

struct population_source {
	struct ip_addr first;           /* and the `count` - 1 behind it */
	uint32_t count;                 /* over 0 */
	uint32_t weight;                /* over 0 */
};

struct population_config {
	const char *name;               /* borrowed */
	struct ip_addr target;
	uint16_t port;
	enum talk talk;
	const char *host, *path;        /* HTTP; borrowed; NULL: the target's address, "/". TLS: SNI; NULL: none */
	bool tls_1_3;                   /* tls: its newest version; otherwise 1.2, as rdp's */
	bool resumes;                   /* tls, rdp: each address keeps its last session */
	bool tickets;                   /* and takes tickets in TLS 1.2 */
	struct talk_habits habits;      /* HTTP */
	bool roams;                     /* SIP: each request comes from another port, as behind a NAT that soon forgets */
	uint32_t request;               /* bytes */
	bool no_keepalive;              /* a connection for each request */
	size_t source_count;            /* 0: the box's own choice */
	const struct population_source *source;         /* copied */
	struct arrival_config arrival;
	uint32_t users;
	vl_time spread;
	uint32_t at_start;
	vl_time at_start_within;
	struct law length;              /* LAW_NEVER: until the requests are made */
	uint32_t requests;              /* a session; 0: as many as its length holds */
	struct law think;               /* between an answer and the next request; LAW_NEVER: none, as fixed 0 */
	struct law wait;                /* long-poll: how long an answer is to be held, in whole seconds; LAW_NEVER: not */
	struct law again, retry;
	uint32_t retries;               /* 0: no end */
	bool backoff;
	vl_time connect_timeout;        /* 0: TCP's own */
	vl_time answer_timeout;         /* besides the wait; 0: no end */
	uint32_t concurrent;            /* users at a time; 0: .users + .at_start, and 4096 with arrivals */
	uint64_t seed;
};

struct population;

/* VL_INVALID with the population's name, the field and what is allowed. */
struct vl_status population_config_check(const struct population_config *c);
uint32_t population_room(const struct population_config *c);    /* users at a time */
size_t population_claims(const struct population_config *c);    /* addresses that it may claim */

/* Endpoint, stack and outbox are borrowed; so is the configuration's trace. NULL: *why says VL_INVALID or
 * VL_NO_MEMORY. */
struct population *population_new(const struct population_config *c, struct tcp_endpoint *tcp, struct stack *stack,
				  struct outbox *outbox, struct vl_status *why);
void population_free(struct population *p);

void population_startup(struct population *p, vl_time now);
void population_shutdown(struct population *p, vl_time now);    /* all sessions are aborted */
void population_crash(struct population *p);                    /* with its endpoint */
/* A UDP datagram to this host; false: not this population's. */
bool population_receive(struct population *p, const struct packet *packet, vl_time now);
void population_timeout(struct population *p, vl_time now);
vl_time population_deadline(const struct population *p);
const char *population_name(const struct population *p);

/* COMMAND_SET of a field: poisson, constant (time: the mean time between arrivals of that kind; 0: nobody comes). VL_UNKNOWN:
 * no such field. */
struct vl_status population_control(struct population *p, const char *field, const struct command *command,
				    vl_time now);

/* --- facts ------------------------------------------------------------------------------------------------------ */

struct population_facts {
	uint64_t arrivals;              /* sessions begun */
	uint64_t turned_away;           /* arrivals that found no room (.concurrent) */
	uint64_t attempts;              /* connections begun */
	uint64_t opened;                /* sessions */
	uint64_t failed, cut, closed;   /* sessions: attempts that never opened; ended by others; ended by themselves */
	uint64_t requests, answers;
	uint64_t errors;                /* answers that are no 2xx or 3xx */
	uint32_t live;                  /* sessions opened and not over */
	vl_time answer_time;            /* of all answers, together; held ones less their wait */
	vl_time slowest;
};

const struct population_facts *population_facts(const struct population *p);

/* Records, part = the population's name. */

/* "client.opened": client port server took attempt; a session's first handshake. Trace. */
extern const struct record_kind CLIENT_OPENED_KIND;
enum client_opened_field {
	CLIENT_OPENED_CLIENT, CLIENT_OPENED_PORT, CLIENT_OPENED_SERVER, CLIENT_OPENED_TOOK, CLIENT_OPENED_ATTEMPT,
};

/* "client.handshake": client version how; of TLS: `how` is "full" or what the session was resumed by. Trace. */
extern const struct record_kind CLIENT_HANDSHAKE_KIND;
enum client_handshake_field { CLIENT_HANDSHAKE_CLIENT, CLIENT_HANDSHAKE_VERSION, CLIENT_HANDSHAKE_HOW };

/* "client.failed": client why took attempt. Info. */
extern const struct record_kind CLIENT_FAILED_KIND;
enum client_failed_field { CLIENT_FAILED_CLIENT, CLIENT_FAILED_WHY, CLIENT_FAILED_TOOK, CLIENT_FAILED_ATTEMPT };

/* "client.cut": client why lived requests. Info. */
extern const struct record_kind CLIENT_CUT_KIND;
/* "client.closed": client why lived requests; `why` is "done" or "time". Trace. */
extern const struct record_kind CLIENT_CLOSED_KIND;
enum client_closed_field { CLIENT_CLOSED_CLIENT, CLIENT_CLOSED_WHY, CLIENT_CLOSED_LIVED, CLIENT_CLOSED_REQUESTS };

/* "client.turned-away": concurrent; the first arrival in a row that found no room. Warn. */
extern const struct record_kind CLIENT_TURNED_AWAY_KIND;
enum client_turned_away_field { CLIENT_TURNED_AWAY_CONCURRENT };

#endif
