// SPDX-License-Identifier: BSD-2-Clause
/*
 * Layer 7: services whose server is chosen by what a client says. For sim/balancer only.
 *
 * The balancer answers the client's handshake itself, reads as much as the service's persistence needs (bounded by
 * LAYER7_HEAD), chooses the server, connects to it, and relays: two connections of one TCP endpoint that only this part
 * of the balancer uses, with a bounded buffer each way between them. A side whose buffer is full is not read, so its
 * window closes. A server that refuses or does not answer is tried no more, another one is, while nothing has been sent.
 *
 * What is read of the stream depends on the service:
 *
 *      once (KEMP's default)   the first request decides, the rest of the connection passes unread. At the first moment
 *                              when both sides are at rest the two connections are spliced: the entry in the
 *                              connection table gets the differences of the sequence numbers, both ways, and segments
 *                              are forwarded as those of layer 4 (layer7_splice.c). The endpoint forgets them
 *      each request            where lines are inserted into every request (X-Forwarded-For) or persistence is always
 *                              checked: requests and answers are read to their ends, one request at a time; further
 *                              ones wait in the buffer (pipelining). A request whose key is bound to another server
 *                              goes there over a new connection
 *
 * The endpoint offers neither SACK nor timestamps and does not scale its own windows, so none of these need translation
 * in a splice but the windows of peers that scale, which are written out in full, as far as 16 bits go. With the splice a
 * side comes to know the other's window, which may be smaller than the one that the balancer offered: it shrinks, and the
 * side must bear it (RFC 9293 3.8.6).
 *
 * HTTP is read strictly (http_reader.h); what is refused is answered with 400, named and counted. A stream that begins
 * with a TLS record cannot be read: its server is chosen as if nothing was known (persistence-ineffective).
 *
 *      layer7.c                making, the pool, listeners, what ends
 *      layer7_leg.c            the two connections: callbacks, choosing and connecting
 *      layer7_relay.c          bytes from one side to the other, flow control, who finishes when
 *      layer7_request.c        what the client says
 *      layer7_response.c       what the server says
 *      layer7_splice.c         giving a connection to layer 4
 */
#ifndef VL_BALANCER_LAYER7_H
#define VL_BALANCER_LAYER7_H

#include "sim/balancer/balancer_parts.h"
#include "sim/balancer/http_reader.h"
#include "sim/stack/tcp_endpoint.h"

#define LAYER7_HEAD 8192                /* bytes of a head: what Apache and nginx take */
#define LAYER7_BUFFER 16384             /* each way; a power of two */
#define LAYER7_SEGMENT 9216             /* one segment at most */
#define LAYER7_LINE 72                  /* "X-Forwarded-For: ", an IPv6 address, CRLF */
#define LAYER7_TRIES 3                  /* servers that one request is tried on */
#define LAYER7_NO_PROXY 0

enum proxy_state {
	PROXY_FREE,
	PROXY_READING,                  /* no server yet */
	PROXY_CONNECTING,
	PROXY_OPEN,
	PROXY_ENDED,                    /* free as soon as nobody is inside */
};

/* What is being read of a stream. */
enum proxy_reads {
	READS_NOTHING,                  /* it passes as it is */
	READS_HTTP,
	READS_HELLO,
	READS_FIRST,
};

enum message_phase {
	MESSAGE_HEAD,
	MESSAGE_HEAD_WAITS,             /* complete, but there is no room to pass it on */
	MESSAGE_BODY,
	MESSAGE_DONE,                   /* until the exchange is over */
};

/* Bytes that came and were not looked at yet. */
struct inbox {
	uint8_t *b;                     /* LAYER7_BUFFER */
	uint32_t start, end;
};

/* Bytes that go out, until they are acknowledged; positions count from the connection's beginning. */
struct outgoing {
	uint8_t *b;                     /* LAYER7_BUFFER, a ring */
	uint64_t written, announced, freed;
	uint64_t origin;                /* where the stream of the connection at hand begins */
	uint64_t base;                  /* the position that lies at the ring's beginning: near where it was used last */
};

struct proxy {
	uint32_t next, prev;            /* 1 + index: of the free ones; of those that read, the oldest first */
	uint8_t state;                  /* enum proxy_state */
	uint8_t client_reads, server_reads;     /* enum proxy_reads */
	uint8_t known;                  /* enum proxy_reads: what of the request there is to choose by */
	uint8_t request_phase, response_phase;  /* enum message_phase */
	uint8_t tries;
	uint8_t busy;                   /* calls inside calls */
	bool running : 1;               /* proxy_run is at it, */
	bool again : 1;                 /* and something happened meanwhile */
	bool decided : 1;               /* a server was chosen once */
	bool exchange : 1;              /* a request went to the server and is not answered yet */
	bool closing : 1;               /* both sides finish behind what is buffered; more is not read */
	bool client_finished : 1, server_finished : 1;  /* the peer did */
	bool client_held : 1, server_held : 1;
	uint16_t service;
	uint16_t tried[LAYER7_TRIES];   /* servers that failed */
	tcp_handle client, server;
	struct connection *connection;  /* NULL: none yet */
	struct flow flow;
	vl_time read_by;                /* VL_NEVER: it is not in the list */
	uint8_t line_length;            /* 0: the line is not made yet */
	char line[LAYER7_LINE];         /* that goes into every request */
	struct inbox from_client, from_server;
	struct outgoing up, down;       /* to the server, to the client */
	uint8_t *request_room, *response_room;
	union {
		struct http_reader http;
		struct tls_reader tls;
	} request, response;
};

struct layer7 {
	struct balancer *balancer;
	struct tcp_endpoint *tcp;
	struct tcp_endpoint_config tcp_config;
	struct proxy *proxy;
	uint8_t *memory;
	uint32_t proxies;
	uint32_t first_free;
	uint32_t first_reading, last_reading;
	struct layer7_counters counters;
};

/* --- layer7.c --------------------------------------------------------------------------------------------- */

static inline uint32_t proxy_number(const struct layer7 *l, const struct proxy *p)
{
	return (uint32_t)(p - l->proxy) + 1;
}

static inline struct virtual_service *proxy_service(const struct layer7 *l, const struct proxy *p)
{
	return &l->balancer->service[p->service];
}

/* NULL: no room. */
struct proxy *proxy_take(struct layer7 *l, uint16_t service, const struct flow *flow, vl_time now);
/* Something is due from the client within REQUEST_TIME; or no more. */
void proxy_watch(struct layer7 *l, struct proxy *p, vl_time now);
void proxy_unwatch(struct layer7 *l, struct proxy *p);
/* Whoever is inside counts (.busy): the last one to leave frees a proxy that has ended. */
void proxy_leave(struct layer7 *l, struct proxy *p);
/* Its connections are aborted as far as they live, its entry is closed. */
void proxy_end(struct layer7 *l, struct proxy *p, enum connection_end why, vl_time now);
/* Both connections are forgotten without a word; the entry stays, as one of layer 4. */
void proxy_release(struct layer7 *l, struct proxy *p);
/* Closes the entry in the connection table, if there is one. */
void proxy_close_entry(struct layer7 *l, struct proxy *p, enum connection_end why, vl_time now);

/* --- layer7_leg.c ----------------------------------------------------------------------------------------- */

extern const struct tcp_user LAYER7_CLIENT;
/* What is known to choose a server by. */
struct persistence_facts proxy_facts(const struct layer7 *l, const struct proxy *p);
/* Chooses a server and connects. False: there is none, and the client was told. */
bool proxy_connect(struct layer7 *l, struct proxy *p, vl_time now);
/* For a further request: the server that persistence says, which may be another one. False: as above. */
bool proxy_reconsider(struct layer7 *l, struct proxy *p, vl_time now);

/* --- layer7_relay.c --------------------------------------------------------------------------------------- */

static inline uint32_t inbox_length(const struct inbox *in)
{
	return in->end - in->start;
}

static inline const uint8_t *inbox_bytes(const struct inbox *in)
{
	return in->b + in->start;
}

static inline void inbox_take(struct inbox *in, size_t bytes)
{
	in->start += (uint32_t)bytes;
	if (in->start == in->end)
		in->start = in->end = 0;
}

/* False: it does not fit. */
bool inbox_put(struct inbox *in, const uint8_t *bytes, size_t length);

static inline size_t outgoing_room(const struct outgoing *o)
{
	return (size_t)(LAYER7_BUFFER - (o->written - o->freed));
}

void outgoing_put(struct outgoing *o, const uint8_t *bytes, size_t length);     /* no more than there is room for */
void outgoing_get(const struct outgoing *o, uint64_t position, uint8_t *to, size_t length);
/* Sides whose inbox could not take one more segment are not read; the others are. */
void proxy_hold(struct layer7 *l, struct proxy *p, vl_time now);
/* Does whatever can be done now. The proxy may have ended behind it. */
void proxy_run(struct layer7 *l, struct proxy *p, vl_time now);
/* An answer of our own instead of a server's; the connection ends behind it. */
void proxy_answer(struct layer7 *l, struct proxy *p, unsigned status, vl_time now);

/* --- layer7_request.c, layer7_response.c ------------------------------------------------------------------ */

void request_begin(struct layer7 *l, struct proxy *p);
/* Looks at what came. True: something was done. */
bool request_bytes(struct layer7 *l, struct proxy *p, vl_time now);
bool response_bytes(struct layer7 *l, struct proxy *p, vl_time now);
/* A server was chosen and will be connected to: how its answers are read. */
void response_begin(struct layer7 *l, struct proxy *p);
/* The server finished, all that came from it was looked at, and an answer is due. */
void response_ended(struct layer7 *l, struct proxy *p, vl_time now);
/* Request and answer are both done: the next one. */
void exchange_over(struct layer7 *l, struct proxy *p, vl_time now);
/* Whether requests are read one by one. */
bool layer7_each_request(const struct virtual_service_config *c);

/* --- layer7_splice.c -------------------------------------------------------------------------------------- */

/* The segment, not received yet, finds both sides at rest: true, and the connection is layer 4's from here. */
bool proxy_splice(struct layer7 *l, struct proxy *p, const struct segment *s, enum side side, vl_time now);

#endif
