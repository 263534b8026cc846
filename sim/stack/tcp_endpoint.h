// SPDX-License-Identifier: BSD-2-Clause
/*
 * TCP for a box's own services and clients (RFC 9293): handshake, data, segmentation, retransmission (RFC 6298),
 * NewReno (RFC 5681, 6582), windows, delayed ACK (RFC 1122 4.2.3.2), keep-alive, half-close, reset, TIME_WAIT.
 *
 * It stands in a box beside its stack. A part of the box (sim/node/part.h) owns it: its .receive, .timeout, .deadline
 * and .crash call tcp_endpoint_receive, _timeout, _deadline and _reset, and tcp_endpoint_words goes into its .words. A
 * box has one endpoint: what no connection and no listener of it knows is answered with a reset.
 *
 * Connections come from a bounded pool and cost about 250 bytes each: nothing of the data is kept. What a side sends
 * is a stream that it can make again at any offset (content), so a retransmission asks for it once more; what it
 * receives is handed over in order as it comes. Only what cannot be handed over yet (segments behind a hole, or of a
 * connection whose reading is held) waits in frames of the pool, at most TCP_HELD_SEGMENTS in an endpoint; beyond that
 * it is dropped as if lost.
 *
 * Segments never overflow the outbox, whatever many connections want to say at one instant: those that do not fit
 * wait their turn and leave TCP_PACE later, in order. So do those for a neighbour whose MAC is still being asked for.
 *
 * Timers run on a wheel (sim/base/wheel.h): a moment is kept to within a tick of it, about a millisecond late.
 *
 * Not modelled: urgent data, ECN, SACK and timestamps (never offered), path MTU discovery beyond the ICMP error
 * (RFC 1191), receive windows above 64 KiB (the peer's window scale is honoured, the own one is 0), Nagle's algorithm
 * (as with TCP_NODELAY).
 */
#ifndef VL_STACK_TCP_ENDPOINT_H
#define VL_STACK_TCP_ENDPOINT_H

#include "sim/stack/stack.h"

struct tcp_endpoint;

/* One connection of an endpoint. A handle stays what it is until `gone` was called; then it may name another. */
typedef uint32_t tcp_handle;
#define TCP_NO_HANDLE UINT32_MAX

#define TCP_BURST 256                   /* segments that one call leaves in the outbox */
#define TCP_PACE (10 * VL_US)           /* until the next ones */
#define TCP_HELD_SEGMENTS 4096

/* Why a connection is gone. X(constant, word) */
#define TCP_ENDS(X)                                     \
	X(TCP_END_CLOSED, "closed")                     \
	X(TCP_END_RESET, "reset by the peer")           \
	X(TCP_END_REFUSED, "refused")                   \
	X(TCP_END_TIMEOUT, "timed out")                 \
	X(TCP_END_UNREACHABLE, "unreachable")           \
	X(TCP_END_ABORTED, "aborted")

enum tcp_end {
#define X(constant, word) constant,
	TCP_ENDS(X)
#undef X
	TCP_END_COUNT
};

const char *tcp_end_word(enum tcp_end e);

/* A user of connections: a service, a client population, a health check. Every function may be NULL. `user` is the
 * one given to tcp_listen or tcp_connect; `tag` is the user's own word on the connection (tcp_set_tag). All but content
 * may call any function of the endpoint but those of the box (below). A handle that is gone may still be asked for its
 * tag and addresses inside `gone`; every other call with it does nothing. */
struct tcp_user {
	void (*opened)(void *user, tcp_handle h, vl_time now);          /* three-way handshake done */
	/* Bytes in order, borrowed. */
	void (*received)(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now);
	void (*peer_finished)(void *user, tcp_handle h, vl_time now);   /* FIN came: no more bytes */
	void (*acknowledged)(void *user, tcp_handle h, vl_time now);    /* tcp_acknowledged has grown */
	void (*sent_all)(void *user, tcp_handle h, vl_time now);        /* all that tcp_send announced is acknowledged */
	void (*gone)(void *user, tcp_handle h, enum tcp_end why, vl_time now);  /* TIME_WAIT counts as gone already */
	/* Bytes offset..offset+length-1 of the stream that this side sends, again the same each time. */
	void (*content)(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length);
};

struct tcp_endpoint_config {
	uint32_t connections;           /* most at a time, of all kinds; TIME_WAIT included */
	uint16_t mss;                   /* offered; 0: the interface's MTU less headers */
	uint16_t window;                /* offered; 0: 65535 */
	uint32_t initial_window;        /* segments; 0: 10 (RFC 6928) */
	vl_time time_wait;              /* 0: 60 s (Linux) */
	uint32_t syn_retries;           /* of a client; 0: 6 (1, 2, 4 ... s: Linux) */
	uint32_t data_retries;          /* 0: 15 */
	vl_time min_rto;                /* 0: 200 ms (Linux); RFC 6298 2.4 would have 1 s */
	vl_time ack_delay;              /* 0: 40 ms (Linux); RFC 9293 3.8.6.3: under 500 ms */
	vl_time keepalive;              /* idle time before the first probe (then 9, 75 s apart: Linux); 0: none */
	uint64_t seed;                  /* initial sequence numbers, ephemeral ports */
	bool silent_closed_ports;       /* no RST for a port nobody listens on (firewalled); as Linux otherwise */
};

/* The stack is borrowed. NULL: no memory. Room in the box's outbox: tcp_endpoint_words. */
struct tcp_endpoint *tcp_endpoint_new(const struct tcp_endpoint_config *c, struct stack *stack);
void tcp_endpoint_free(struct tcp_endpoint *t);
/* Crash: connections and listeners are forgotten, nobody is told. */
void tcp_endpoint_reset(struct tcp_endpoint *t);
/* Frames that one call of the box may leave in the outbox at most. */
size_t tcp_endpoint_words(const struct tcp_endpoint_config *c);

struct tcp_listener_config {
	struct ip_addr address;         /* family IP_NONE: every local address */
	uint16_t port;
	uint16_t last_port;             /* of a range that begins with .port; 0: that one alone */
	uint32_t backlog;               /* connections not yet accepted, half-open ones included; then SYNs are dropped */
	const struct tcp_user *ops;
	void *user;
	bool manual_accept;             /* tcp_accept takes them one by one (accept rates); otherwise at once */
};

#define TCP_LISTENERS 64

/* VL_FULL, or VL_INVALID: the port is taken. */
struct vl_status tcp_listen(struct tcp_endpoint *t, const struct tcp_listener_config *c);
/* Connections that wait to be accepted are reset, accepted ones stay. */
void tcp_unlisten(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port, vl_time now);
/* Takes the oldest waiting connection of a port with manual_accept (its `opened` is called now), or TCP_NO_HANDLE. */
tcp_handle tcp_accept(struct tcp_endpoint *t, uint16_t port, vl_time now);
uint32_t tcp_backlog(const struct tcp_endpoint *t, uint16_t port);      /* how many wait */

/* Begins a connection; `from` family IP_NONE: the stack's choice; from_port 0: the next free ephemeral one (32768-60999,
 * as Linux); a port that is given takes the place of a connection in TIME_WAIT. TCP_NO_HANDLE: no room, no route or no
 * port left. */
tcp_handle tcp_connect(struct tcp_endpoint *t, const struct ip_addr *from, uint16_t from_port, const struct ip_addr *to,
		       uint16_t to_port, const struct tcp_user *ops, void *user, uint64_t tag, vl_time now);

/* Announces `length` more bytes of content. */
void tcp_send(struct tcp_endpoint *t, tcp_handle h, uint64_t length, vl_time now);
void tcp_finish(struct tcp_endpoint *t, tcp_handle h, vl_time now);     /* FIN behind what was announced */
void tcp_abort(struct tcp_endpoint *t, tcp_handle h, vl_time now);      /* RST; `gone` is called with ABORTED */
void tcp_drop(struct tcp_endpoint *t, tcp_handle h);                    /* forgotten without a word: a hang */
/* While true nothing is read: the window closes as bytes come in, and nothing is handed over. */
void tcp_hold_reading(struct tcp_endpoint *t, tcp_handle h, bool hold, vl_time now);

uint64_t tcp_tag(const struct tcp_endpoint *t, tcp_handle h);
void tcp_set_tag(struct tcp_endpoint *t, tcp_handle h, uint64_t tag);
void tcp_peer(const struct tcp_endpoint *t, tcp_handle h, struct ip_addr *address, uint16_t *port);
void tcp_local(const struct tcp_endpoint *t, tcp_handle h, struct ip_addr *address, uint16_t *port);
bool tcp_is_open(const struct tcp_endpoint *t, tcp_handle h);
/* How many bytes of the stream the peer has acknowledged: content is asked for none of them again. */
uint64_t tcp_acknowledged(const struct tcp_endpoint *t, tcp_handle h);

/* --- giving a connection away ------------------------------------------------------------------------------
 * A relay that has no more to say itself lets the two connections of its sides go (tcp_drop), and passes their
 * segments on with other numbers. */

struct tcp_numbers {
	uint32_t sent;                  /* the next number of this side, */
	uint32_t received;              /* and of the peer's */
	uint32_t peer_window;           /* bytes */
	uint8_t peer_scale;             /* what its windows are shifted by; ours never are */
	uint16_t mss;                   /* of what we send: what the peer can take */
	uint16_t mss_offered;           /* and of what it sends */
};

/* True: it is established, all that was announced is sent and acknowledged, all that came is handed over, nobody has
 * finished. `with` may be a segment of the peer that is not received yet: the answer is as behind its ACK, and false
 * unless the segment is the next one. */
bool tcp_is_at_rest(const struct tcp_endpoint *t, tcp_handle h, const struct tcp_header *with, struct tcp_numbers *n);

/* Whether a connection of these names is here, TIME_WAIT included. */
bool tcp_knows(const struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
	       const struct ip_addr *remote, uint16_t remote_port);
/* Connections of a listener in their handshake, and those that nobody accepted yet. */
uint32_t tcp_pending(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port);
/* A connection whose handshake somebody else did (SYN cookies), for the listener of its address: `p` ends it, and is
 * received. It takes the place of a half-open one whose SYN-ACK it does not acknowledge. False: there is no listener or no
 * room, or the connection is here. */
bool tcp_adopt(struct tcp_endpoint *t, const struct packet *p, uint16_t peer_mss, vl_time now);

/* --- driven by the box ------------------------------------------------------------------------------------ */

/* A TCP packet, or an ICMP error about one, that the stack calls local. True: it was for a connection or a listener
 * here, or a reset answered it. */
bool tcp_endpoint_receive(struct tcp_endpoint *t, const struct packet *p, unsigned interface, vl_time now);
void tcp_endpoint_timeout(struct tcp_endpoint *t, vl_time now);
vl_time tcp_endpoint_deadline(const struct tcp_endpoint *t);

struct tcp_counters {
	uint64_t connects;              /* SYNs of new connections sent */
	uint64_t accepts;               /* handed to their users */
	uint64_t established;           /* both kinds */
	uint64_t segments_sent, segments_received;
	uint64_t retransmitted;         /* segments that begin with bytes (SYN and FIN count) sent before; probes do not */
	uint64_t fast_retransmits, timeouts;
	uint64_t resets_sent, resets_received;
	uint64_t syn_dropped;           /* backlog or pool full */
	uint64_t held_dropped;          /* segments that could not wait: no room */
	uint32_t connections;           /* now, of all kinds */
	uint32_t in_time_wait;
	uint32_t segments_held;
};

const struct tcp_counters *tcp_endpoint_counters(const struct tcp_endpoint *t);

#endif
