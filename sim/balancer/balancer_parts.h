// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a balancer, and the calls between its files. For sim/balancer only.
 *
 *      balancer_config.c       what a balancer is told: defaults and checks
 *      balancer.c              making, starting, facts; a packet comes in: whose is it
 *      balancer_service.c      services and their servers: found, usable, counted, in the scheduler's array
 *      balancer_state.c        server states: health, drain, disable, slow start, limits in time
 *      balancer_control.c      commands
 *      balancer_choose.c       which server: persistence, scheduler, sorry server
 *      balancer_open.c         a new connection
 *      balancer_segment.c      a packet as the balancer reads it
 *      balancer_quick.c        the short way of most packets: no other kind of packet goes another way for it
 *      balancer_tcp.c          states and windows of TCP
 *      balancer_forward.c      packets of connections, both ways, in every mode
 *      balancer_rewrite.c      addresses, ports, checksums; from one family to the other
 *      balancer_ports.c        local addresses and ports of full NAT
 *      balancer_cookie.c       SYN cookies, and the splice behind them
 *      balancer_fragment.c     later fragments
 *      balancer_icmp.c         ICMP errors, translated
 *      balancer_health.c       the checker of its servers
 *      balancer_reset.c        RSTs of the balancer's own
 *      balancer_sync.c         what a pair shares, made into records and back
 *      balancer_records.c      what it says
 *      layer7.h                all of layer 7
 */
#ifndef VL_BALANCER_PARTS_H
#define VL_BALANCER_PARTS_H

#include "sim/balancer/balancer.h"
#include "sim/balancer/health_checker.h"
#include "sim/base/table.h"

#define NOT_IN_VIEW UINT32_MAX

struct real_server {
	struct real_server_config config;       /* weight and limit may change */
	uint16_t host;                  /* its address, as a number: see struct balancer.host */
	uint32_t view;                  /* where it stands in the scheduler's array, or NOT_IN_VIEW */
	bool removed, drained, disabled, down;
	bool shunned;                   /* it failed the request at hand, for which another is sought */
	bool full;                      /* at its limit, until it has fallen to where it is taken again */
	bool was_up;                    /* some time before: only then it can come back */
	vl_time up_at;                  /* slow start runs since; VL_NEVER: it does not */
	vl_time weight_at;              /* when its weight changes next */
	vl_time drain_end;              /* VL_NEVER: no end, or not drained */
	uint8_t ramp_percent;           /* of its limit, while HAProxy's slow start runs; 100 otherwise */
	uint32_t said_now;              /* of its weight, in the journal: effective and */
	uint16_t said_weight;           /* configured */
	uint8_t agent;
	uint32_t active, inactive;
	struct stack_hop hop;           /* towards it, as of this version of the routes */
	uint32_t hop_version;
	uint32_t cutting;               /* connections still to be cut: 1 + where to go on in the table; 0: none */
	enum connection_end cut_why;
	uint64_t opened, bytes_in, bytes_out, refused;
	uint64_t this_second;
	enum health_result health;
	vl_time response_time;
};

struct virtual_service {
	struct virtual_service_config config;
	uint16_t index;
	bool quick;                     /* its packets may go the short way: IPv4 throughout, and only NAT is done to them */
	bool layer7;
	bool sees_both;                 /* NAT of either kind: the servers' answers come by here */
	struct real_server *server;
	size_t server_count;
	struct scheduler_server *view;  /* in the scheduler's order; sorry and removed servers are not in it */
	uint16_t *order;                /* of the same places: the server's index */
	size_t view_count;
	struct scheduler *scheduler;
	struct prng dice;
	uint32_t group;                 /* of persistence */
	uint32_t half_open;
	vl_time second_end;             /* when the counts of new connections begin again */
	size_t next_sorry;
	uint16_t *local;                /* SNAT: indexes of local addresses */
	size_t local_count;
	uint32_t *ports_used;           /* of each server on each of them */
};

/* A place where a service is found. Most are one port. */
struct listening {
	uint16_t service;
	struct port_range port;
};

struct fragments;
struct layer7;

struct balancer {
	struct stack *stack;
	struct outbox *outbox;
	struct connection_table *table;
	struct virtual_service *service;
	size_t service_count;
	bool started, active;
	bool has_nat;                   /* some service sees both sides */
	bool has_snat;
	bool has_quick;                 /* some service is */
	struct table listening;         /* struct place_key -> struct listeners: by address and protocol */
	struct listening *listen;       /* those of one address together, the narrowest range first */
	size_t listen_count;
	struct ip_addr *local;          /* local addresses of full NAT; own addresses of the box among them */
	size_t local_count;
	struct ip_addr *host;           /* distinct addresses of real servers */
	size_t host_count;
	struct persistence_table *persistence;
	struct fragments *fragments;
	struct layer7 *layer7;          /* NULL: no service needs it */
	struct health_checker *checker; /* NULL: no service has checks */
	struct sync *sync;              /* NULL: nothing is shared */
	unsigned sync_interface;
	struct ip_addr sync_peer;
	uint8_t sync_generation;        /* of full copies that came */
	uint32_t doubting;              /* entries that none had: 1 + where to go on in the table; 0: done */
	vl_time doubt_at;
	vl_time state_deadline;         /* slow start, drain ends */
	vl_time busy_until;             /* more to expire or to cut: go on then; VL_NEVER: nothing */
	uint64_t secret;
	uint16_t next_id;               /* IPv4 identification of packets of its own */
	bool claims;
	uint64_t cookies_sent, cookies_good;
	bool clearing;                  /* all connections go at once: no word of each */
	uint64_t dropped[BALANCER_DROP_COUNT];
};

/* --- a packet, as the balancer reads it ------------------------------------------------------------------- */

struct segment {
	const struct packet *p;         /* NULL on the short way */
	const struct frame *f;
	const uint8_t *ip;              /* the IP packet and its length */
	size_t length;
	size_t transport;               /* where in it TCP, UDP, ICMP begin */
	uint8_t protocol;
	bool fragment;                  /* any; a later one has no ports */
	bool later;
	uint16_t src_port, dst_port;
	uint8_t flags;                  /* of TCP, and the rest too */
	uint16_t window;
	uint32_t sequence, acknowledgment;
	uint32_t data;                  /* bytes of payload */
};

enum side {
	SIDE_CLIENT,
	SIDE_SERVER,
};

/* False: neither TCP nor UDP, or too short to have ports. */
bool segment_read(struct segment *s, const struct packet *p, const struct frame *f);
/* The window scale that a SYN offers, or NO_SCALE. */
#define NO_SCALE 254
uint8_t segment_window_scale(const struct segment *s);
/* The maximum segment size that a SYN offers, or `otherwise`. */
uint16_t segment_mss(const struct segment *s, uint16_t otherwise);

static inline struct flow segment_flow(const struct segment *s)
{
	return (struct flow){
		.client = s->p->src,
		.service = s->p->dst,
		.client_port = s->src_port,
		.service_port = s->dst_port,
		.protocol = s->protocol,
	};
}

/* Counts; true, so that a handler can end with it: the packet was taken. */
bool balancer_drop(struct balancer *b, enum balancer_drop why);

/* --- services and servers --------------------------------------------------------------------------------- */

/* The service of an address, protocol and port, the one with the narrowest range; NULL: none. */
struct virtual_service *balancer_find_service(const struct balancer *b, const struct ip_addr *address,
					      uint8_t protocol, uint16_t port);
bool balancer_has_address(const struct balancer *b, const struct ip_addr *address);     /* of any service */
/* Of any service, or of a pool of full NAT. */
bool balancer_owns_address(const struct balancer *b, const struct ip_addr *address);
/* The same, quickly: may say yes of another one. */
static inline bool balancer_may_have_address(const struct balancer *b, const struct ip_addr *address)
{
	if (b->service_count > 8)
		return true;
	for (size_t i = 0; i < b->service_count; i++)
		if (ip_equal(&b->service[i].config.address, address))
			return true;
	return false;
}
bool balancer_listen(struct balancer *b);               /* fills in the two fields; false: no memory */
bool virtual_service_init(struct virtual_service *v, const struct virtual_service_config *c, uint16_t index,
			  uint64_t seed);
void virtual_service_fini(struct virtual_service *v);
/* Every server as at the start: up or (health) down, enabled, not counted. */
void virtual_service_reset(struct virtual_service *v);
/* The list of servers changed. */
void virtual_service_arrange(struct virtual_service *v, vl_time now);
/* One server's weight or usability may have changed. */
void virtual_service_refresh(struct virtual_service *v, size_t server, vl_time now);
/* Effective, in the unit of the configured weight: rounded up. */
uint32_t virtual_service_weight(const struct virtual_service *v, const struct real_server *s, vl_time now);
/* Begins another second's counts when the last is over. */
void virtual_service_tick(struct virtual_service *v, vl_time now);
/* A connection of a server begins, changes between active and not, or ends. */
void virtual_service_count(struct virtual_service *v, size_t server, int active, int inactive, vl_time now);
enum server_state real_server_state(const struct virtual_service *v, const struct real_server *s);

/* --- server states ---------------------------------------------------------------------------------------- */

void balancer_server_enable(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
void balancer_server_drain(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
void balancer_server_disable(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
void balancer_server_remove(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
void balancer_server_add(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
/* What the health check of the server found. */
void balancer_server_health(struct balancer *b, struct virtual_service *v, size_t server, bool up,
			    enum health_result result, vl_time now);
void balancer_state_timeout(struct balancer *b, vl_time now);
void balancer_state_rearm(struct balancer *b);

bool balancer_make_checker(struct balancer *b, const struct balancer_config *c);        /* false: no memory */
size_t balancer_health_words(const struct balancer_config *c);
/* Checks of a server stop or go on, as its state has it. */
void balancer_pause_check(struct balancer *b, const struct virtual_service *v, size_t server, vl_time now);

/* --- connections ------------------------------------------------------------------------------------------ */

/* A packet that will not go on, with the word to its sender that the service has for that. */
bool balancer_refuse(struct balancer *b, const struct virtual_service *v, const struct segment *s,
		     enum balancer_drop why, vl_time now);

/* The server for a new connection, or -1 and why. Asked again for a connection that has one (persistence that is always
 * checked), it may say another. */
int balancer_choose(struct balancer *b, struct virtual_service *v, const struct persistence_facts *facts,
		    bool *persistent, enum balancer_drop *why, vl_time now);
/* Whether a further request of a connection stays on its server, as persistence has it. `accept`: a key that is not
 * bound is bound to it. */
bool balancer_stays(struct balancer *b, struct virtual_service *v, size_t server, const struct persistence_facts *facts,
		    bool accept, vl_time now);
/* The server's answer was read: what persistence learns from it. */
void balancer_learn(struct balancer *b, struct virtual_service *v, size_t server,
		    const struct persistence_facts *facts, vl_time now);
/* A packet of a service without a connection: a new one, or a stray. */
bool balancer_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now);
/* An entry in the table, bound to its server; NULL: *why. */
struct connection *balancer_connect(struct balancer *b, struct virtual_service *v,
				    const struct persistence_facts *facts, enum balancer_drop *why, vl_time now);
/* Sets state and timer and keeps the counts. */
void balancer_set_state(struct balancer *b, struct connection *c, enum connection_state state, vl_time now);
void balancer_ended(void *context, const struct connection *c, enum connection_end why, vl_time now);

/* TCP: what the segment means for the connection; false: out of window, nothing changed. */
bool balancer_tcp(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now);

/* A packet of a connection, from its client or its server. */
bool balancer_from_client(struct balancer *b, struct connection *c, const struct segment *s, vl_time now);
bool balancer_from_server(struct balancer *b, struct connection *c, const struct segment *s, vl_time now);
/* State, window, timer, counts, and what the pair is told of it. False: out of window. */
bool balancer_account(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now);
void balancer_count_bytes(struct balancer *b, struct connection *c, const struct segment *s, enum side side);
/* Sends it on: no state, no counts. */
void balancer_to_server(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now);
void balancer_to_client(struct balancer *b, const struct connection *c, const struct segment *s, vl_time now);

/* --- SYN cookies ------------------------------------------------------------------------------------------ */

/* `window`: what the client may send before the server's side stands. */
void balancer_send_cookie(struct balancer *b, const struct segment *s, uint16_t window, vl_time now);
/* The maximum segment size in the cookie that the segment acknowledges, or 0: it is none, or too old. */
uint16_t balancer_check_cookie(const struct balancer *b, const struct segment *s, vl_time now);
/* An ACK of no connection: the end of a handshake by cookie? False: it is not. */
bool balancer_open_by_cookie(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now);
/* While CONNECTION_SPLICING. */
void balancer_splice_from_client(struct balancer *b, struct connection *c, const struct segment *s, vl_time now);
void balancer_splice_from_server(struct balancer *b, struct connection *c, const struct segment *s, vl_time now);

/* --- layer 7 (layer7.h) ----------------------------------------------------------------------------------- */

bool layer7_make(struct balancer *b, const struct balancer_config *c);  /* false: no memory */
void layer7_free(struct balancer *b);
void layer7_listen(struct balancer *b);
void layer7_forget(struct balancer *b);         /* all connections, without a word, and the listeners */
size_t layer7_words(const struct balancer_config *c);
/* A packet of no entry in the connection table. */
bool layer7_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now);
/* One of an entry that has a proxy. */
bool layer7_receive(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now);
bool layer7_error(struct balancer *b, const struct packet *p, vl_time now);     /* false: about nothing of layer 7 */
void layer7_entry_ended(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now);
void layer7_timeout(struct balancer *b, vl_time now);
vl_time layer7_deadline(const struct balancer *b);

/* --- fragments and errors --------------------------------------------------------------------------------- */

bool balancer_make_fragments(struct balancer *b);       /* false: no memory */
void balancer_free_fragments(struct balancer *b);
void balancer_forget_fragments(struct balancer *b);
/* What fragments of one packet have in common. */
struct packet_key {
	struct ip_addr src, dst;
	uint8_t protocol;
	uint8_t id[4];
};
struct packet_key balancer_packet_key(const struct segment *s);
/* A first fragment came: until balancer_learn_fragment says otherwise, of no connection. */
void balancer_expect_fragments(struct balancer *b, const struct packet_key *key, vl_time now);
/* It is going the way of this flow. */
void balancer_learn_fragment(struct balancer *b, const struct segment *s, const struct flow *flow, enum side side,
			     vl_time now);
/* It was dealt with, and taken or not: those of its packet that came before it follow now. True when it is, or was now, taken.
 * `s` is not read when it was taken: its frame may be gone. */
bool balancer_release_fragments(struct balancer *b, const struct segment *s, const struct packet_key *key, bool taken,
				vl_time now);
/* A later one: true when it was taken. */
bool balancer_later_fragment(struct balancer *b, const struct segment *s, vl_time now);
/* An ICMP error about a packet of some connection: translated and sent on. False: it is not. */
bool balancer_icmp(struct balancer *b, const struct packet *p, const struct frame *f, vl_time now);

/* --- ends of a connection --------------------------------------------------------------------------------- */

static inline struct virtual_service *service_of(const struct balancer *b, const struct connection *c)
{
	return &b->service[c->service];
}

static inline struct real_server *server_of(const struct balancer *b, const struct connection *c)
{
	return &b->service[c->service].server[c->server];
}

static inline uint16_t server_port_of(const struct balancer *b, const struct connection *c)
{
	uint16_t port = server_of(b, c)->config.port;

	return port != 0 ? port : c->service_port;
}

static inline struct ip_addr client_of(const struct connection *c)
{
	struct ip_addr a = {.family = c->family};

	memcpy(a.b, c->client, sizeof a.b);
	return a;
}

/* --- rewriting -------------------------------------------------------------------------------------------- */

/* What a packet says behind the balancer. */
struct rewrite {
	struct ip_addr src, dst;
	uint16_t src_port, dst_port;
	uint32_t sequence_add, acknowledgment_add;
	uint8_t window_shift;           /* the window is written out */
	bool cut;                       /* from IPv4 into IPv6, where it is too long and may be cut: it gets a fragment header */
};

/* Length of the packet when it is rewritten. */
size_t rewrite_length(const struct segment *s, const struct rewrite *r);
/* Writes it, TTL one less, to `to`, which has rewrite_length bytes. False: it cannot be (a UDP fragment over IPv4
 * without a checksum has none for IPv6). */
bool rewrite_packet(struct balancer *b, const struct segment *s, const struct rewrite *r, uint8_t *to);

/* Changes a checksum field in place for bytes that changed beside it: RFC 1624, equation 3. */
static inline uint64_t checksum_change16(uint16_t from, uint16_t to)
{
	return (uint64_t)(uint16_t)~from + to;
}

static inline uint64_t checksum_change(const uint8_t *from, size_t from_length, const uint8_t *to, size_t to_length)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < from_length; i += 2)
		sum += (uint16_t)~get_be16(from + i);
	for (size_t i = 0; i < to_length; i += 2)
		sum += get_be16(to + i);
	return sum;
}

static inline uint16_t checksum_changed(uint16_t checksum, uint64_t change)
{
	return (uint16_t)~checksum_fold((uint16_t)~checksum + change);
}

/* --- local addresses and ports of full NAT ---------------------------------------------------------------- */

bool balancer_locals(struct balancer *b, const struct balancer_config *c);      /* false: no memory */
/* Picks a local address and port for the connection, whose server is set, and binds it. False: none is left. */
bool balancer_bind_port(struct balancer *b, struct virtual_service *v, struct connection *c);
void balancer_release_port(struct balancer *b, const struct connection *c);
/* Whether the address stands for clients of this service; binds the connection to it and a port of it. False: not ours,
 * or in use. */
bool balancer_has_local(const struct balancer *b, const struct virtual_service *v, const struct ip_addr *a);
bool balancer_bind_given(struct balancer *b, struct virtual_service *v, struct connection *c, const struct ip_addr *a,
			 uint16_t port);

/* --- segments of its own ---------------------------------------------------------------------------------- */

void balancer_send_tcp(struct balancer *b, const struct ip_addr *src, const struct ip_addr *dst,
		       const struct tcp_header *h, vl_time now);
void balancer_answer_reset(struct balancer *b, const struct segment *s, vl_time now);
/* Resets both sides, as far as they can be told, and ends the connection. */
void balancer_cut(struct balancer *b, struct connection *c, enum connection_end why, vl_time now);

/* --- what it says ----------------------------------------------------------------------------------------- */

void balancer_say_open(struct balancer *b, const struct connection *c, vl_time now);
void balancer_say_close(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now);
void balancer_say_activity(struct balancer *b, const struct connection *c, vl_time now);
/* The effective weight, when it or the configured one is another than was said last: at first what the configuration says. */
void balancer_say_weight(struct balancer *b, const struct virtual_service *v, struct real_server *s, vl_time now);
void balancer_say_server(struct balancer *b, const struct virtual_service *v, const struct real_server *s,
			 const char *state, vl_time now);
void balancer_say_health(struct balancer *b, const struct virtual_service *v, const struct real_server *s, vl_time now);
void balancer_say_refused(struct balancer *b, const struct virtual_service *v, const struct ip_addr *client,
			  enum balancer_drop why, vl_time now);
void balancer_say_refused_word(struct balancer *b, const struct virtual_service *v, const struct ip_addr *client,
			       const char *why, vl_time now);
void balancer_say_active(struct balancer *b, uint64_t forgotten, vl_time now);
void balancer_say_updates(struct balancer *b, const char *what, vl_time now);
void balancer_say_update_refused(struct balancer *b, const char *why, uint64_t count, vl_time now);

/* Words that one call may leave in the outbox. */
#define BALANCER_BATCH 256              /* connections ended in one call of timeout */

#endif
