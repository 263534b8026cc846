// SPDX-License-Identifier: BSD-2-Clause
/*
 * The balancer: virtual services on the addresses of a box, in front of real servers.
 *
 * It is a part of a box, as VRRP and CARP are (the appliance puts it behind sim/node/part.h): it holds the box's
 * stack, sees the packets to its virtual addresses, the servers' answers to its local addresses, and, where it is the
 * servers' gateway, what the box would forward. Everything it sends goes through the stack.
 *
 * A passive balancer (the backup of a pair) forwards nothing and answers nothing, but checks its servers. Becoming
 * active it goes on with the connections and the persistence that the other unit told it of (balancer_sync.h); without
 * that it begins with an empty connection table. Segments of connections it does not know are reset or dropped as the
 * service says, which is how users feel a failover.
 *
 * A packet costs no allocation; every table is bounded. Drops have a reason and a counter. Conserved at every moment:
 * opened = held + closed + reset + expired + evicted + the other ends.
 */
#ifndef VL_BALANCER_BALANCER_H
#define VL_BALANCER_BALANCER_H

#include "sim/balancer/http_reader.h"
#include "sim/balancer/service.h"
#include "sim/base/engine.h"
#include "sim/base/outbox.h"
#include "sim/stack/stack.h"

struct balancer;

/* NULL: *why says VL_INVALID (balancer_config_check) or VL_NO_MEMORY. The configuration is copied; strings, stack and
 * outbox are borrowed and outlive it. */
struct balancer *balancer_new(const struct balancer_config *config, struct stack *stack, struct outbox *outbox,
			      struct vl_status *why);
void balancer_free(struct balancer *b);

void balancer_startup(struct balancer *b, bool active, vl_time now);
void balancer_shutdown(struct balancer *b, vl_time now);
void balancer_crash(struct balancer *b);
/* HA: what the pair's protocol says. */
void balancer_set_active(struct balancer *b, bool active, vl_time now);

/* A packet of this box (STACK_LOCAL) or one that it would forward (STACK_TRANSIT). True: the balancer took it. */
bool balancer_receive(struct balancer *b, const struct packet *p, const struct frame *f, unsigned interface,
		      vl_time now);
/* The short way, to be asked before the stack is: a frame of a known connection, as most are. True: all is done that
 * stack_input and balancer_receive would have done, and alike. False: nothing was done, go on with stack_input. */
bool balancer_quick(struct balancer *b, unsigned port, const struct frame *f, vl_time now);
/* Frames that came in together and will be given to the balancer one by one: what they will need of its memory is fetched
 * for all of them at once. Changes nothing. */
void balancer_foresee(const struct balancer *b, struct frame *const *f, size_t count);
/* Words of one call in the outbox, and addresses claimed at a time. */
size_t balancer_words(const struct balancer_config *c);
size_t balancer_claims(const struct balancer_config *c);
void balancer_timeout(struct balancer *b, vl_time now);
vl_time balancer_deadline(const struct balancer *b);

/* COMMAND_SET with these fields; VL_UNKNOWN with the nearest name for others. SERVICE.servers.SERVER.FIELD is the same
 * as SERVICE.SERVER.FIELD:
 *      SERVICE.SERVER.weight           number 0-65535
 *      SERVICE.SERVER.state            word enable, drain, disable, absent: as the service's policy means them
 *      SERVICE.SERVER.limit            number, connections
 *      SERVICE.SERVER.agent            number 0-102: what the adaptive agent of the server last said
 *      SERVICE.scheduler               word
 *      SERVICE.persistence             word
 *      SERVICE.slow_start              time: the window
 *      SERVICE.SERVER.add, .remove     flag: a configured server leaves or joins the list
 */
struct vl_status balancer_control(struct balancer *b, const struct command *command, vl_time now);

/* The pair's HA virtual ID or its secret (NULL: as it was) changed. */
void balancer_identify(struct balancer *b, uint8_t id, const char *secret, vl_time now);

/* --- facts ------------------------------------------------------------------------------------------------ */

enum server_state {
	SERVER_UP,
	SERVER_DOWN,
	SERVER_DRAIN,
	SERVER_DISABLED,
	SERVER_REMOVED,
};

struct server_facts {
	enum server_state state;
	bool slow_starting;
	uint64_t weight;                /* effective, in SCHEDULER_WEIGHT_ONE units */
	uint32_t active, inactive;
	uint64_t opened, bytes_in, bytes_out;
	uint64_t refused;               /* turned away by its limits */
	size_t persistent;              /* entries bound to it */
	enum health_result health;
	vl_time response_time;
};

size_t balancer_service_count(const struct balancer *b);
const struct virtual_service_config *balancer_service(const struct balancer *b, size_t service);
/* SYN cookies sent, and acknowledged by real clients. */
void balancer_cookies(const struct balancer *b, uint64_t *sent, uint64_t *good);
bool balancer_is_active(const struct balancer *b);

/* Layer 7. */
struct layer7_counters {
	uint64_t accepted;              /* connections of clients */
	uint64_t requests, answers;     /* read: all of them only where each request is read */
	uint64_t inserted;              /* lines, into answers */
	uint64_t retried;               /* servers that failed before they had anything */
	uint64_t moved;                 /* requests that went to another server than the one before */
	uint64_t spliced;               /* connections given to layer 4 */
	uint64_t unreadable;            /* TLS where a request should be */
	uint64_t answered;              /* by the balancer itself: 400, 408, 502, 503 */
	uint64_t request_refused[HTTP_REFUSAL_COUNT];
};

const struct layer7_counters *balancer_layer7(const struct balancer *b);
struct server_facts balancer_server(const struct balancer *b, size_t service, size_t server);
const struct connection_counters *balancer_connections(const struct balancer *b);
uint32_t balancer_connection_count(const struct balancer *b);

/* Of the updates between the units of a pair; NULL: nothing is shared. */
const struct sync_counters *balancer_updates(const struct balancer *b);

/* Why a packet was dropped. X(constant, word) */
#define BALANCER_DROPS(X)                                               \
	X(BALANCER_DROP_PASSIVE, "not the active unit")                 \
	X(BALANCER_DROP_NO_SERVER, "no server")                         \
	X(BALANCER_DROP_STRAY, "no connection")                         \
	X(BALANCER_DROP_WINDOW, "out of window")                        \
	X(BALANCER_DROP_PORTS, "no port left for SNAT")                 \
	X(BALANCER_DROP_TABLE_FULL, "connection table full")            \
	X(BALANCER_DROP_HALF_OPEN, "half-open limit")                   \
	X(BALANCER_DROP_LIMIT, "servers are at their limits")           \
	X(BALANCER_DROP_RATE, "rate limit")                             \
	X(BALANCER_DROP_FRAGMENT, "fragment of nothing known")          \
	X(BALANCER_DROP_SERVER_GONE, "server removed")                  \
	X(BALANCER_DROP_TOO_LONG, "longer than the MTU")                \
	X(BALANCER_DROP_TTL, "TTL exceeded")                            \
	X(BALANCER_DROP_NO_ROUTE, "no route")                           \
	X(BALANCER_DROP_MALFORMED, "malformed")                         \
	X(BALANCER_DROP_MEMORY, "no buffer")                            \
	X(BALANCER_DROP_PROXIES, "no room at layer 7")                  \
	X(BALANCER_DROP_REQUEST, "request refused")                     \
	X(BALANCER_DROP_REQUEST_TIME, "request did not come in time")   \
	X(BALANCER_DROP_RESPONSE, "answer refused")                     \
	X(BALANCER_DROP_SERVER_FAILED, "server failed")

enum balancer_drop {
#define X(constant, text) constant,
	BALANCER_DROPS(X)
#undef X
	BALANCER_DROP_COUNT
};

const char *balancer_drop_text(enum balancer_drop why);
uint64_t balancer_dropped(const struct balancer *b, enum balancer_drop why);

/* Records, part = the service's name:
 *      "balancer.open"         trace   client server why (scheduler, persistence) active
 *      "balancer.close"        trace   client server why lived bytes active
 *      "balancer.activity"     trace   client port server counted active; a connection begins or ceases to count as active
 *                              (open and close do so, too: their `active` is the server's count behind it)
 *      "balancer.health"       notice  server state result
 *      "balancer.server"       notice  server state: up, down, drain, disabled, slow start begun and ended
 *      "balancer.weight"       trace   server now weight: the effective weight became another (a slow start's step, IPVS' drain),
 *                              in the unit of the configured one and rounded up; or the configured one did
 *      "balancer.refused"      warn    client why
 *      "balancer.active"       notice  state: active, passive; connections that were forgotten, and held (part NULL)
 *      "balancer.updates"      notice  the other unit heard, lost, a full copy received; counts so far (part NULL)
 *      "balancer.update_refused" trace reason count: of one datagram of the other unit (part NULL)
 */
extern const struct record_kind BALANCER_OPEN_KIND, BALANCER_CLOSE_KIND, BALANCER_HEALTH_KIND, BALANCER_SERVER_KIND,
	BALANCER_WEIGHT_KIND,
	BALANCER_REFUSED_KIND, BALANCER_ACTIVE_KIND, BALANCER_ACTIVITY_KIND, BALANCER_UPDATES_KIND,
	BALANCER_UPDATE_REFUSED_KIND;

#endif
