// SPDX-License-Identifier: BSD-2-Clause
/*
 * The services of a real server: apart from their host, which lives on when one of them does not.
 *
 * Each listens on a port of its host's TCP endpoint (DNS: on a UDP port), takes connections as fast as .accept_rate lets
 * it and as many as .concurrent, and answers requests (talk.h) after a service time:
 *
 *      time = draw of .service_time  *  max(1, requests in service / .capacity)  *  warmth
 *
 * where warmth falls in a straight line from .cold / 100 to 1 during .warmup after the service came up. What is not yet
 * accepted waits in the backlog; when that is full, SYNs are dropped (Linux). A request that asks for a long-poll
 * (talk_request.wait) is answered when its time is over and does not count as in service.
 *
 * What can be wrong with a service:
 *      fail-fast       health checks are answered, users are reset at their first request
 *      crashed         the process is gone: its connections are reset, its port is closed
 *      hung            it accepts nothing and answers nothing; the kernel completes handshakes until the backlog is full
 *      dead            it accepts and reads, and answers nothing
 *
 * A service over UDP (DNS, SIP) holds its answers for their service times, up to 256 of all services together; beyond, queries
 * are dropped as by a full socket. What is held when it crashes, hangs or dies is lost.
 */
#ifndef VL_HOSTS_REAL_SERVER_H
#define VL_HOSTS_REAL_SERVER_H

#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/hosts/law.h"
#include "sim/hosts/talk.h"
#include "sim/hosts/talk_tls.h"
#include "sim/stack/tcp_endpoint.h"

/* X(constant, word) */
#define SERVICE_STATES(X)                       \
	X(SERVICE_UP, "up")                     \
	X(SERVICE_FAIL_FAST, "fail-fast")       \
	X(SERVICE_CRASHED, "crashed")           \
	X(SERVICE_HUNG, "hung")                 \
	X(SERVICE_DEAD, "dead")

enum service_state {
#define X(constant, word) constant,
	SERVICE_STATES(X)
#undef X
	SERVICE_STATE_COUNT
};

const char *service_state_word(enum service_state s);
/* False: there is no such state. */
bool service_state_find(const char *word, enum service_state *out);

#define SERVICE_BACKLOG 128
#define SERVICE_LOAD_MEASURED UINT16_MAX        /* the agent says requests in service per hundred of .capacity */

struct real_service_config {
	const char *name;               /* borrowed */
	struct talk_server talk;        /* .name is filled in */
	bool tls_1_3;                   /* tls: its newest version; otherwise 1.2, as rdp's */
	enum talk_resumption resumption;        /* tls, rdp */
	bool shared_ticket_key;         /* with services of that name on other servers */
	struct ip_addr address;         /* family IP_NONE: every address of the host */
	uint16_t port;
	uint32_t backlog;               /* 0: SERVICE_BACKLOG */
	uint32_t accept_rate;           /* connections in a second; 0: at once */
	uint32_t concurrent;            /* connections held at a time; 0: no limit */
	struct law service_time;        /* LAW_NEVER: none, as fixed 0 */
	uint32_t capacity;              /* requests that it serves at a time at full speed; 0: any */
	vl_time warmup;
	uint32_t cold;                  /* percent of the service time at its start, from 100 */
	vl_time idle;                   /* closes a connection that asks nothing for so long; 0: never */
	const char *check_path;         /* HTTP: a path of health checks; or NULL; borrowed */
	uint16_t load;                  /* agent: 0-102, or SERVICE_LOAD_MEASURED */
	enum service_state state;
};

#define REAL_SERVER_SERVICES 32

struct real_server;

struct real_server_setup {
	size_t service_count;
	const struct real_service_config *service;      /* copied; one for each port */
	uint32_t connections;           /* held at a time, by all of them; 0: 8192 */
	uint64_t seed;
};

/* VL_INVALID with the service's name, the field and what is allowed. */
struct vl_status real_server_setup_check(const struct real_server_setup *c);

/* Endpoint, stack and outbox are borrowed. NULL: *why says VL_INVALID or VL_NO_MEMORY. */
struct real_server *real_server_new(const struct real_server_setup *c, struct tcp_endpoint *tcp, struct stack *stack,
				    struct outbox *outbox, struct vl_status *why);
void real_server_free(struct real_server *s);

void real_server_startup(struct real_server *s, vl_time now);
void real_server_shutdown(struct real_server *s, vl_time now);  /* users are reset */
void real_server_crash(struct real_server *s);                  /* with its endpoint (tcp_endpoint_reset) */
/* The endpoint has had a packet to this port: accepts what waits. */
void real_server_accept(struct real_server *s, uint16_t port, vl_time now);
/* A UDP datagram to this host; false: to no service. `f` is what it came in. */
bool real_server_receive(struct real_server *s, const struct packet *p, const struct frame *f, vl_time now);
void real_server_timeout(struct real_server *s, vl_time now);
vl_time real_server_deadline(const struct real_server *s);

/* SERVICE.FIELD of COMMAND_SET, without what names the part: state (word), accept_rate, concurrent, capacity, load, status
 * (numbers), service_time (time, fixed from now on). VL_UNKNOWN: no such service or field. */
struct vl_status real_server_control(struct real_server *s, const char *path, const struct command *command,
				     vl_time now);

/* --- facts ------------------------------------------------------------------------------------------------------ */

struct real_service_facts {
	enum service_state state;
	uint32_t held;                  /* connections accepted and not over */
	uint32_t in_service;            /* requests; long-polls are not among them */
	uint64_t accepted, answered;
	uint64_t reset;                 /* by fail-fast or a crash, or because they asked too much at a time */
	uint64_t full;                  /* reset because all connections of the server are taken; over UDP: dropped so */
};

struct real_service_facts real_server_facts(const struct real_server *s, size_t service);

/* Records, part = the service's name. */

/* "service.state": from to. Notice. */
extern const struct record_kind SERVICE_STATE_KIND;
enum service_state_field { SERVICE_STATE_FROM, SERVICE_STATE_TO };

/* "service.closed": client port requests lived why; a connection that had been accepted. Trace. */
extern const struct record_kind SERVICE_CLOSED_KIND;
enum service_closed_field {
	SERVICE_CLOSED_CLIENT, SERVICE_CLOSED_PORT, SERVICE_CLOSED_REQUESTS, SERVICE_CLOSED_LIVED, SERVICE_CLOSED_WHY,
};

#endif
