// SPDX-License-Identifier: BSD-2-Clause
/*
 * TCP for a box's own services and clients (RFC 9293): handshake, data, segmentation, retransmission (RFC 6298),
 * NewReno (RFC 5681, 6582), windows, delayed ACK (RFC 1122 4.2.3.2), keep-alive, half-close, reset, TIME_WAIT.
 *
 * It is a part of a box beside its stack: the box gives it the TCP packets that the stack calls local, and its
 * segments go out through the stack. Connections come from a bounded pool and cost at most 512 bytes each: nothing of
 * the data is kept. What a side sends is a stream that it can make again at any offset (content), so a
 * retransmission asks for it once more; what it receives is handed over in order as it comes.
 *
 * Not modelled: urgent data, ECN, SACK (never offered), path MTU discovery beyond the ICMP error (RFC 1191), window
 * scaling beyond what is needed for 64 KiB.
 */
#ifndef VL_STACK_TCP_ENDPOINT_H
#define VL_STACK_TCP_ENDPOINT_H

#include "sim/stack/stack.h"

struct tcp_endpoint;

/* One connection of an endpoint. A handle stays what it is until `gone` was called; then it may name another. */
typedef uint32_t tcp_handle;
#define TCP_NO_HANDLE UINT32_MAX

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
 * one given to tcp_listen or tcp_connect; `tag` is the user's own word on the connection (tcp_set_tag). They may call
 * tcp_send, tcp_finish, tcp_abort, tcp_connect from inside. */
struct tcp_user {
	void (*opened)(void *user, tcp_handle h, vl_time now);          /* three-way handshake done */
	/* Bytes in order, borrowed. */
	void (*received)(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now);
	void (*peer_finished)(void *user, tcp_handle h, vl_time now);   /* FIN came: no more bytes */
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
	vl_time keepalive;              /* idle time before the first probe; 0: none */
	uint64_t seed;                  /* initial sequence numbers, ephemeral ports */
	bool silent_closed_ports;       /* no RST for a port nobody listens on (firewalled); as Linux otherwise */
};

/* Stack and outbox are borrowed. NULL: no memory. Room in the outbox: tcp_endpoint_words. */
struct tcp_endpoint *tcp_endpoint_new(const struct tcp_endpoint_config *c, struct stack *stack);
void tcp_endpoint_free(struct tcp_endpoint *t);
void tcp_endpoint_reset(struct tcp_endpoint *t);        /* crash: all is forgotten, nobody is told */
/* Frames that one call may leave in the outbox at most. */
size_t tcp_endpoint_words(const struct tcp_endpoint_config *c);

struct tcp_listener_config {
	struct ip_addr address;         /* family IP_NONE: every local address */
	uint16_t port;
	uint32_t backlog;               /* connections not yet accepted, half-open ones included; then SYNs are dropped */
	const struct tcp_user *ops;
	void *user;
	bool manual_accept;             /* tcp_accept takes them one by one (accept rates); otherwise at once */
};

#define TCP_LISTENERS 64

/* VL_FULL, or VL_INVALID: the port is taken. */
struct vl_status tcp_listen(struct tcp_endpoint *t, const struct tcp_listener_config *c);
void tcp_unlisten(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port);
/* Takes the oldest waiting connection of a port with manual_accept (its `opened` is called now), or TCP_NO_HANDLE. */
tcp_handle tcp_accept(struct tcp_endpoint *t, uint16_t port, vl_time now);
uint32_t tcp_backlog(const struct tcp_endpoint *t, uint16_t port);      /* how many wait */

/* Begins a connection; `from` family IP_NONE: the stack's choice; from_port 0: the next free ephemeral one (32768-60999,
 * as Linux). TCP_NO_HANDLE: no room, no route or no port left. */
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

/* --- driven by the box ------------------------------------------------------------------------------------ */

/* A TCP packet, or an ICMP error about one, that the stack calls local. True: it was for a connection or a listener
 * here, or a reset answered it. */
bool tcp_endpoint_receive(struct tcp_endpoint *t, const struct packet *p, unsigned interface, vl_time now);
void tcp_endpoint_timeout(struct tcp_endpoint *t, vl_time now);
vl_time tcp_endpoint_deadline(const struct tcp_endpoint *t);

struct tcp_counters {
	uint64_t connects, accepts, established, retransmitted, resets_sent, resets_received, syn_dropped, checksum;
	uint32_t held, in_time_wait;
};

const struct tcp_counters *tcp_endpoint_counters(const struct tcp_endpoint *t);

#endif
