// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flow tracker of the balancer's judges: TCP connections and UDP exchanges as frames show them, which virtual
 * service they came for, and which real server they were given to. It works on a capture of anybody's balancer.
 *
 * What tells a service and its servers, in the order of how sure it is:
 *
 *      rewritten       the balancer sent the client's SYN on with another destination: the same source and sequence
 *                      number (transparent NAT), or the same sequence number alone (full NAT); UDP: the same client
 *      tunnelled       the same packet inside IP-in-IP: the server is the outer destination
 *      sent on         the same SYN again with another destination MAC (direct return, DSR): the server is that MAC
 *      several answer  one address is answered from several MACs in turn (clusters that share an address): each is one
 *      proxied         a connection of its own whose first bytes are those of a client's: `estimated`, because of several
 *                      clients that say the same the oldest is taken. For a service that was told, a connection from its
 *                      address or station, whatever it says, belongs to the oldest client that waits
 *
 * A flow with both legs seen has two entries, each other's `peer`; only the client's counts. One whose beginning was not
 * seen counts as active, not as new. Bytes are by sequence numbers, so repetitions and short snapshots do not matter.
 *
 * Frames that are seen twice on their way (two segments, a mirror of both sides) count once: the first place where a
 * direction was seen is its view.
 *
 * Tables are bounded (FLOWS_*). At the limit a new flow takes the place of the one that was silent longest; services that
 * balance nothing give way to new ones; everything else that found no room is counted.
 */
#ifndef VL_ANALYZERS_FLOWS_H
#define VL_ANALYZERS_FLOWS_H

#include "analyzers/analyzer.h"
#include "sim/base/keyed_hash.h"

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
/* so small that a fuzzer fills them, and makes a tracker in no time */
#define FLOWS_ROOM 64
#define FLOWS_SERVICES 8
#define FLOWS_SERVERS 12
#define FLOWS_SOURCES 24
#else
#define FLOWS_ROOM 65536
#define FLOWS_SERVICES 512
#define FLOWS_SERVERS 2048              /* of all services */
#define FLOWS_SOURCES 16384             /* of all services */
#endif
#define FLOWS_NONE UINT16_MAX
#define FLOWS_NOBODY UINT32_MAX

#define FLOWS_SYN_WAIT (3 * VL_S)       /* a SYN not answered so long after its last repetition is unanswered */
#define FLOWS_LINGER (2 * VL_S)         /* a closed flow is remembered so long */
#define FLOWS_IDLE (900 * VL_S)         /* TCP without a frame */
#define FLOWS_UDP_IDLE (60 * VL_S)
#define FLOWS_PAIR (5 * VL_S)           /* a client's beginning and the server's leg lie so close together */

enum flow_state {
	FLOW_SYN,                       /* not answered yet; UDP: likewise */
	FLOW_OPEN,
	FLOW_CLOSING,                   /* one side has sent FIN */
	FLOW_CLOSED,
};

enum flow_mode {
	FLOW_MODE_UNKNOWN = 0,
	FLOW_MODE_NAT,                  /* the server sees the client */
	FLOW_MODE_FULL_NAT,             /* it sees the balancer */
	FLOW_MODE_TUNNEL,
	FLOW_MODE_DIRECT,               /* sent on by MAC, or answered from several */
	FLOW_MODE_PROXY,
};

struct flow {
	struct ip_addr client, target;
	uint16_t client_port, target_port;
	uint8_t protocol;
	uint8_t state;                  /* enum flow_state */
	bool began;                     /* its first packet was seen */
	bool answered;
	bool is_server_leg;             /* or seen before its client was translated: it does not count */
	bool fin_client, fin_target;
	bool judged;                    /* its end was told */
	uint8_t ttl;                    /* of its first packet */
	uint16_t service;               /* FLOWS_NONE: of a server's leg */
	uint16_t server;                /* FLOWS_NONE: not known yet */
	uint32_t source;                /* FLOWS_NOBODY: no room */
	uint32_t peer;                  /* the other leg, or FLOWS_NOBODY */
	uint32_t isn;
	uint64_t said;                  /* hash of the client's first bytes; 0: none yet */
	vl_time began_at, answered_at, last_at;
	uint64_t began_frame, last_frame;
	uint64_t bytes_up, bytes_down;  /* client to target and back */
	uint32_t next_up, next_down;    /* sequence numbers that come next */
	bool has_up, has_down;
	struct mac up_mac, up_to, down_mac;     /* where a direction was first seen: source and destination */
	uint32_t up_interface, down_interface;
	uint32_t syns;                  /* how often it was asked */
	uint32_t newer, older;          /* in the order of the last frame */
};

struct flow_server {
	struct ip_addr ip;              /* family IP_NONE: known by its MAC alone */
	struct mac mac;                 /* likewise, else zero or as it answers */
	uint16_t port;
	uint16_t service;
	uint16_t next;                  /* of the service, or FLOWS_NONE */
	uint64_t attempts;              /* connections given to it whose beginning was seen */
	uint64_t opened;                /* of these, answered by it */
	uint64_t unanswered, refused;   /* of these */
	uint64_t resets;                /* it reset after it had answered */
	uint64_t short_lived;           /* it ended within a second and hardly said a thing (FLOWS_LITTLE) */
	uint64_t active, peak, closed;
	uint64_t bytes_up, bytes_down;
	vl_time first_at, last_at;      /* of its new connections */
	uint64_t first_frame;
};

#define FLOWS_LITTLE 64                 /* bytes */

/* What speaks for or against several users behind one address, from what it sends first. */
struct flow_source {
	struct ip_addr ip;
	uint16_t service;
	uint16_t last_server;           /* that got its last connection, or FLOWS_NONE */
	vl_time last_at;                /* when that was */
	vl_time gap;                    /* from the one before it */
	uint64_t attempts;
	uint64_t returns, stayed;       /* connections while it was known at a server; and given to that one */
	uint64_t by_first;              /* given to the server that its first one was given to */
	uint16_t first_server;
	uint32_t active, peak;
	uint8_t stacks;                 /* different SYNs (window, options, IP flags); at most FLOWS_STACKS are told apart */
	uint8_t ttls;                   /* different TTLs of its SYNs */
	uint32_t stack[8];
	uint8_t ttl[8];
	uint16_t port_low, port_high;
	uint64_t first_frame;
};

#define FLOWS_STACKS 8

struct flow_service {
	struct ip_addr address;
	uint16_t port;
	uint8_t protocol;
	bool used;                      /* the place is taken */
	bool told;                      /* asked for */
	bool balanced;                  /* some evidence of the list above was seen */
	bool is_server;                 /* it is a real server of another service */
	bool estimated;                 /* its servers were found by what was said alone */
	enum flow_mode mode;
	struct mac mac;                 /* that answers for it; the last */
	bool on_link;                   /* its answers come from no router: their TTL is a fresh one */
	uint16_t first_server;          /* or FLOWS_NONE */
	uint16_t servers;
	uint32_t sources;
	uint64_t attempts, opened, unanswered, refused, resets;
	uint64_t assigned;              /* to a server that is known */
	uint64_t active, peak;
	uint64_t bytes_up, bytes_down;
	uint64_t returns, stayed;       /* of its sources */
	vl_time first_at, last_at;
	uint64_t first_frame;
};

enum flow_event_kind {
	FLOW_ATTEMPTED,                 /* a client asks */
	FLOW_ASSIGNED,                  /* it is known who gets it; once a flow, again when it is given to another */
	FLOW_OPENED,                    /* it is answered */
	FLOW_UNANSWERED,                /* and this one was not, for FLOWS_SYN_WAIT */
	FLOW_REFUSED,                   /* it was answered by a reset */
	FLOW_ENDED,                     /* closed by both, reset, or silent for too long */
};

struct flow_event {
	enum flow_event_kind kind;
	vl_time at;
	uint64_t frame;                 /* that showed it; 0: none (silence) */
	const struct flow *flow;        /* the client's leg */
	uint16_t service, server;       /* server: FLOWS_NONE where it is not known */
	uint16_t before;                /* ASSIGNED: the server that this source's last connection was given to */
	bool by_server, by_client;      /* ENDED: who reset */
};

struct flows_counters {
	uint64_t frames, flows;
	uint64_t displaced;             /* flows that lost their place to others while they were open */
	uint64_t services_refused, servers_refused, sources_refused;
	uint64_t bad_sums;
};

struct flows;

/* `see` is told what happens; it may read everything and change nothing. NULL: no memory. */
struct flows *flows_new(uint64_t secret, void *context, void (*see)(void *context, const struct flow_event *e));
void flows_free(struct flows *f);
/* Makes a service known: its servers may then be found by the station alone. False: no room. */
bool flows_tell(struct flows *f, const struct ip_addr *address, uint16_t port, uint8_t protocol);

void flows_frame(struct flows *f, const struct analyzer_frame *frame);
void flows_advance(struct flows *f, vl_time now);
vl_time flows_deadline(const struct flows *f);
/* No more frames: unanswered ones are told, what is open stays open. */
void flows_finish(struct flows *f, vl_time now);

/* --- facts; valid until the next frame ------------------------------------------------------------------------ */

size_t flows_service_count(const struct flows *f);      /* places, some of them not used */
const struct flow_service *flows_service(const struct flows *f, uint16_t service);
const struct flow_server *flows_server(const struct flows *f, uint16_t server);
const struct flow_source *flows_source(const struct flows *f, uint32_t source);
size_t flows_source_count(const struct flows *f);
const struct flows_counters *flows_counted(const struct flows *f);
/* A service worth judging: balanced, and no server of another. */
bool flows_is_balanced(const struct flow_service *s);
/* K_eff of the service's sources in millionths. Without memory 0. */
uint64_t flows_effective_sources(const struct flows *f, uint16_t service);
/* Most sources come back to where they were (nine returns in ten, of twenty at least): there is persistence. */
bool flows_is_sticky(const struct flow_service *s);

/* "10.0.0.1:443", "[2001:db8::1]:443", or a MAC. Returns text. */
#define FLOWS_NAME 64
char *flows_server_name(char text[FLOWS_NAME], const struct flow_server *s);
char *flows_service_name(char text[FLOWS_NAME], const struct flow_service *s);

#endif
