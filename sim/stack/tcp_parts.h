// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a TCP endpoint: its state, and the calls between its files. For sim/stack/tcp* only.
 *
 *      tcp_endpoint.c    making, facts, and what users and the box call
 *      tcp_store.c       connections by number and by their four-tuple, listeners
 *      tcp_input.c       a segment comes in: RFC 9293 3.10.7, in its order
 *      tcp_listen.c      the same where there is no connection (3.10.7.1, 3.10.7.2)
 *      tcp_held.c        what came in and cannot be handed over yet
 *      tcp_output.c      what a connection may send now, and the queue of those that want to
 *      tcp_segment.c     writing one
 *      tcp_congestion.c  NewReno: how much may be on its way
 *      tcp_timer.c       retransmission (RFC 6298), persist, keep-alive, TIME_WAIT
 *      tcp_icmp.c        errors from the way
 *      tcp_relay.c       connections that come from, or go to, somebody else
 *
 * Users are called back from deep inside, and may do anything to any connection. So a connection that ends is only
 * marked dead, and its slot is free no earlier than when the outermost call leaves (tcp_leave); whoever has called
 * back looks at the state again.
 */
#ifndef VL_STACK_TCP_PARTS_H
#define VL_STACK_TCP_PARTS_H

#include "sim/base/wheel.h"
#include "sim/stack/parts.h"
#include "sim/stack/tcp_endpoint.h"

#define TCP_NONE UINT32_MAX             /* no connection, no held segment */
#define TCP_SYN_ACK_RETRIES 5           /* Linux */
#define TCP_KEEPALIVE_PROBES 9          /* Linux */
#define TCP_KEEPALIVE_EVERY (75 * VL_S) /* Linux */
#define TCP_RTO_FIRST VL_S              /* RFC 6298 2.1 */
#define TCP_SOON (8 * VL_MS)            /* Linux: two ticks of 250 a second */
#define TCP_RTO_MAX (120 * VL_S)        /* Linux; RFC 6298 2.5: at least 60 s */
#define TCP_PATIENCE VL_MS              /* until a full hop is looked at again */
#define TCP_CHALLENGE_EVERY (500 * VL_MS)       /* answers to doubtful segments: Linux, against wars of ACKs */

enum tcp_state {
	TCP_FREE = 0,
	TCP_DEAD,                       /* gone; waits for its reset to leave, or for the outermost call */
	TCP_SYN_SENT,
	TCP_SYN_RECEIVED,
	TCP_ESTABLISHED,
	TCP_FIN_WAIT_1,
	TCP_FIN_WAIT_2,
	TCP_CLOSE_WAIT,
	TCP_CLOSING,
	TCP_LAST_ACK,
	TCP_TIME_WAIT,
};

enum tcp_timer {
	TCP_TIMER_NONE = 0,
	TCP_TIMER_RETRANSMIT,
	TCP_TIMER_PERSIST,              /* nothing on its way, and the window forbids to send (RFC 9293 3.8.6.1) */
	TCP_TIMER_KEEPALIVE,
	TCP_TIMER_TIME_WAIT,
};

struct tcp_connection {
	/* what finds it */
	struct ip_addr local, remote;
	uint16_t local_port, remote_port;
	uint8_t state;                  /* enum tcp_state */
	uint8_t timer;                  /* enum tcp_timer */
	uint8_t listener;               /* index, while it is half-open or waits to be accepted */
	uint8_t duplicates;             /* ACKs in a row that said nothing new */
	uint8_t retries;
	uint8_t backoff;                /* doublings of rto (RFC 6298 5.5), kept until a segment is timed (Karn) */
	uint8_t peer_scale;             /* of its windows (RFC 7323 2.2) */
	bool ready : 1;                 /* in the queue of those that want to send */
	bool passive : 1;               /* began in a listener */
	bool in_backlog : 1;            /* counts in its listener */
	bool waits_accept : 1;          /* in its listener's queue */
	bool told_gone : 1;             /* the handle is the user's no more */
	bool hold : 1;                  /* see tcp_hold_reading */
	bool finishing : 1;             /* tcp_finish was called */
	bool ack_now : 1;
	bool bare_ack : 1;              /* the handshake's last segment: for itself, as everybody sends it */
	bool ack_later : 1;             /* ack_at is armed */
	bool reset_due : 1;             /* DEAD, and says so */
	bool first_again : 1;           /* fast retransmit: the segment at snd_una */
	bool probe_due : 1;             /* persist or keep-alive: one segment whatever the window says */
	bool probing : 1;               /* the byte behind snd_max was sent as a probe: its ACK is good */
	bool timing : 1;                /* rtt_seq runs */
	bool recovering : 1;            /* fast recovery (RFC 6582) */
	bool told_all : 1;              /* sent_all was called for what is announced now */
	bool scaled : 1;                /* window scale was agreed */
	bool peer_fin_known : 1;        /* peer_fin is where its stream ends */
	bool peer_fin_taken : 1;        /* and rcv_nxt is behind it */
	bool peer_fin_told : 1;
	bool syn_retried : 1;
	uint16_t mss;                   /* of what we send */

	const struct tcp_user *ops;
	void *user;
	uint64_t tag;

	/* sending; sequence numbers wrap, offsets in the stream do not */
	uint64_t announced;             /* bytes of the stream that may be sent */
	uint64_t una_offset;            /* where snd_una is in the stream; its end once the FIN is acknowledged */
	uint32_t iss;
	uint32_t snd_una, snd_nxt;
	uint32_t snd_max;               /* snd_nxt goes back to snd_una at a timeout, this does not */
	uint32_t snd_wnd, snd_wl1, snd_wl2;
	uint32_t max_wnd;
	uint32_t cwnd, ssthresh;
	uint32_t recover;               /* RFC 6582 3.2 */

	/* receiving */
	uint32_t irs;
	uint32_t rcv_nxt;
	uint32_t rcv_adv;               /* right edge of the window that we offered */
	uint32_t read_nxt;              /* up to here it was handed over */
	uint32_t peer_fin;
	uint32_t held;                  /* the first held segment, by sequence number */
	uint16_t unacked_segments;      /* with data, since the last ACK */

	/* time */
	uint32_t rtt_seq;
	uint32_t srtt, rttvar, rto;     /* microseconds; srtt 0: nothing was timed yet */
	uint32_t sent_ms;               /* when data left last (RFC 5681 4.1) */
	uint32_t challenged_ms;         /* see TCP_CHALLENGE_EVERY; 0: never */
	vl_time rtt_at;
	vl_time timer_at, ack_at;
	vl_time heard_at;
	struct wheel_link wheel;

	uint32_t next;                  /* of the free ones, or in the queue to send */
	uint32_t accept_next, accept_prev;
};

_Static_assert(sizeof(struct tcp_connection) <= 320, "a connection has grown");

struct tcp_listener {
	struct tcp_listener_config c;   /* .ops is never NULL; .port 0: free */
	uint32_t pending;               /* half-open or waiting */
	uint32_t waiting;
	uint32_t first, last;           /* waiting, oldest first; TCP_NONE */
};

/* A segment that waits: a copy of its bytes. */
struct tcp_held {
	uint32_t sequence, length;      /* what of it is still news */
	uint32_t skip;                  /* bytes of the frame before it */
	uint32_t next;
	struct frame *frame;
};

struct tcp_slot {
	uint32_t hash;
	uint32_t connection;            /* 1 + index; 0: free */
};

struct tcp_endpoint {
	struct tcp_endpoint_config c;   /* defaults filled in */
	struct stack *stack;
	struct tcp_connection *connection;
	struct tcp_slot *slot;          /* open addressing, a power of two */
	uint32_t slots;
	uint32_t first_free, fresh;     /* from `fresh` on never used, all zero: the end of the free list */
	uint32_t first_ready, last_ready;       /* who wants to send, oldest first; TCP_NONE */
	vl_time pace_at;                /* VL_NEVER: nobody waits for room */
	unsigned depth;                 /* calls inside calls */
	uint16_t ip_id;
	uint32_t next_port;
	uint64_t secret;
	struct wheel wheel;
	struct tcp_held *held;
	uint32_t held_free;
	size_t listeners;               /* used entries are among the first so many */
	struct tcp_listener listener[TCP_LISTENERS];
	struct tcp_counters counters;
};

/* A segment that came in, as far as it is read. Trimmed on its way. */
struct tcp_incoming {
	uint32_t sequence, acknowledgment;
	uint32_t window;                /* scaled, but for a SYN's */
	uint8_t flags;
	uint16_t mss;                   /* 0: not said */
	int scale;                      /* -1: not said */
	const uint8_t *data;
	uint32_t length;
};

static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* Bytes and FIN of `s` in sequence space; its SYN, too. */
static inline uint32_t tcp_extent(const struct tcp_incoming *s)
{
	return s->length + ((s->flags & TCP_SYN) != 0) + ((s->flags & TCP_FIN) != 0);
}

static inline uint32_t tcp_index(const struct tcp_endpoint *t, const struct tcp_connection *c)
{
	return (uint32_t)(c - t->connection);
}

/* Alive, and not merely TIME_WAIT: may send and receive. */
static inline bool tcp_lives(const struct tcp_connection *c)
{
	return c->state >= TCP_SYN_SENT && c->state != TCP_TIME_WAIT;
}

static inline bool tcp_synchronized(const struct tcp_connection *c)
{
	return c->state >= TCP_ESTABLISHED;
}

/* Sequence number of our FIN. */
static inline uint32_t tcp_fin_sequence(const struct tcp_connection *c)
{
	return c->iss + 1 + (uint32_t)c->announced;
}

/* True when the FIN was sent at least once. */
static inline bool tcp_fin_sent(const struct tcp_connection *c)
{
	return c->finishing && tcp_synchronized(c) && seq_after(c->snd_max, tcp_fin_sequence(c));
}

/* --- tcp_store.c ----------------------------------------------------------------------------------------- */

bool tcp_store_init(struct tcp_endpoint *t);            /* false: no memory */
void tcp_store_clear(struct tcp_endpoint *t);           /* all connections and listeners are forgotten */
void tcp_store_fini(struct tcp_endpoint *t);
struct tcp_connection *tcp_find(const struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
				const struct ip_addr *remote, uint16_t remote_port);
/* A new connection of that name, findable, the rest zeroed or at its start. NULL: the pool is used up. */
struct tcp_connection *tcp_new(struct tcp_endpoint *t, const struct ip_addr *local, uint16_t local_port,
			       const struct ip_addr *remote, uint16_t remote_port, vl_time now);
/* It is DEAD: no longer findable, nothing of it runs; its slot is free when its reset, if due, has left. */
void tcp_bury(struct tcp_endpoint *t, struct tcp_connection *c);
void tcp_release(struct tcp_endpoint *t, struct tcp_connection *c);     /* for tcp_output.c */
uint32_t tcp_first_sequence(const struct tcp_endpoint *t, const struct tcp_connection *c, vl_time now);
struct tcp_listener *tcp_listener_for(struct tcp_endpoint *t, const struct ip_addr *address, uint16_t port);
void tcp_leave_backlog(struct tcp_endpoint *t, struct tcp_connection *c);

/* --- users (tcp_endpoint.c) ------------------------------------------------------------------------------ */

/* Every call of users and box is between these two; the outermost tcp_leave sends what is to be sent. */
void tcp_enter(struct tcp_endpoint *t);
void tcp_leave(struct tcp_endpoint *t, vl_time now);
/* It ends: buried, and the user told. */
void tcp_end_connection(struct tcp_endpoint *t, struct tcp_connection *c, enum tcp_end why, vl_time now);
/* The user is told, once. */
void tcp_tell_gone(struct tcp_endpoint *t, struct tcp_connection *c, enum tcp_end why, vl_time now);
/* The handshake is done: the user has it, or it waits to be accepted. */
void tcp_opened(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);
/* What tcp_finish announced takes effect: the state moves on (RFC 9293 3.10.4). */
void tcp_begin_finish(struct tcp_connection *c);

/* --- input ----------------------------------------------------------------------------------------------- */

void tcp_arrives(struct tcp_endpoint *t, struct tcp_connection *c, struct tcp_incoming *s, vl_time now);
/* There is no connection (any more). True: a listener or a reset took it. */
bool tcp_arrives_unknown(struct tcp_endpoint *t, const struct packet *p, const struct tcp_incoming *s,
			 unsigned interface, vl_time now);
/* An ACK of our SYN came: the connection stands, and its user is told. */
void tcp_established(struct tcp_endpoint *t, struct tcp_connection *c, uint32_t acknowledgment, vl_time now);
/* What a SYN says of its side. */
void tcp_take_syn(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s);
bool tcp_icmp_error(struct tcp_endpoint *t, const struct packet *p, vl_time now);

/* Hands over, or keeps, what lies in the window; rcv_nxt moves. False: the connection ended meanwhile. */
bool tcp_take_data(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_incoming *s, vl_time now);
/* Hands over what waits and may be. False: the connection ended meanwhile. */
bool tcp_hand_over(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);
void tcp_drop_held(struct tcp_endpoint *t, struct tcp_connection *c);
/* The window to say now, unscaled; it never moves the right edge back (RFC 9293 3.8.6.2.2). */
uint16_t tcp_window(const struct tcp_endpoint *t, const struct tcp_connection *c);

/* --- output ---------------------------------------------------------------------------------------------- */

void tcp_want(struct tcp_endpoint *t, struct tcp_connection *c);        /* it wants to send: queues it */
void tcp_flush(struct tcp_endpoint *t, vl_time now);                    /* sends what fits */
/* An ACK to a segment that should not have come, at most every TCP_CHALLENGE_EVERY. */
void tcp_challenge(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);

struct tcp_outgoing {
	uint32_t sequence;
	uint8_t flags;
	uint64_t offset;                /* of its bytes in the stream */
	uint32_t length;
};

/* False: the next hop is full, try later. Any other failure counts as lost on the way. */
bool tcp_put_segment(struct tcp_endpoint *t, struct tcp_connection *c, const struct tcp_outgoing *o, vl_time now);
/* The maximum segment size that a SYN to `remote` offers. */
uint16_t tcp_offered_mss(const struct tcp_endpoint *t, const struct ip_addr *remote);
/* The reset that answers a segment of no connection (RFC 9293 3.5.2). */
void tcp_answer_reset(struct tcp_endpoint *t, const struct packet *p, const struct tcp_incoming *s, vl_time now);
/* The reset for a segment of c whose ACK is unacceptable before the connection stands. */
void tcp_reset_at(struct tcp_endpoint *t, const struct tcp_connection *c, uint32_t sequence, vl_time now);

/* --- congestion and time --------------------------------------------------------------------------------- */

void tcp_congestion_init(const struct tcp_endpoint *t, struct tcp_connection *c);
/* Bytes that may be on their way. */
uint32_t tcp_may_fly(const struct tcp_connection *c);
/* An ACK of `acked` new bytes came (snd_una has moved). True: send the segment at snd_una again. */
bool tcp_congestion_acked(struct tcp_connection *c, uint32_t acked);
/* An ACK that says nothing new came while bytes are on their way. True: the same. */
bool tcp_congestion_duplicate(struct tcp_connection *c);
void tcp_congestion_timeout(struct tcp_connection *c);
void tcp_congestion_idle(const struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);

void tcp_time_segment(struct tcp_connection *c, uint32_t end, vl_time now);     /* unless one is timed already */
void tcp_time_acked(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);
vl_time tcp_rto(const struct tcp_connection *c);                /* backed off */
/* Sets the timer that the state asks for. `restart`: something was acknowledged (RFC 6298 5.3). */
void tcp_arm(struct tcp_endpoint *t, struct tcp_connection *c, bool restart, vl_time now);
void tcp_arm_soon(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);     /* what is out is sent again */
void tcp_arm_time_wait(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);
void tcp_arm_ack(struct tcp_endpoint *t, struct tcp_connection *c, vl_time now);

#endif
