// SPDX-License-Identifier: BSD-2-Clause
/* The pool of proxies and the listeners; how packets, time and the end of table entries come to them. */
#include <assert.h>
#include <stdlib.h>

#include "sim/balancer/layer7.h"

#define PROXIES 1024
#define PROXIES_MOST CONNECTION_RELAYED  /* their numbers have 16 bits */
#define TIME_WAIT_TIME VL_S             /* of the endpoint: both its ports are needed again soon */
#define WAITING 32768                   /* places for legs that are in it: 16384 connections may end in a second */
#define SYN_RETRIES 2                   /* 7 s in all, then another server is tried */
#define REQUEST_TIME (30 * VL_S)        /* for a request's head, and to close behind an answer of our own */
#define PIECES 5                        /* of a proxy's memory: four buffers and two heads */
#define GIVE_UP 32                      /* requests that one call of timeout gives up */

/* --- making ----------------------------------------------------------------------------------------------- */

static size_t count_services(const struct balancer_config *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->service_count; i++)
		count += virtual_service_config_layer(&c->service[i]) == 7;
	return count;
}

size_t layer7_words(const struct balancer_config *c)
{
	const struct tcp_endpoint_config none = {.connections = 1};

	return count_services(c) != 0 ? tcp_endpoint_words(&none) + 64 : 0;
}

static void clear(struct layer7 *l)
{
	l->first_free = l->first_reading = l->last_reading = 0;
	for (uint32_t i = l->proxies; i > 0; i--) {
		l->proxy[i - 1] = (struct proxy){.next = l->first_free};
		l->first_free = i;
	}
}

bool layer7_make(struct balancer *b, const struct balancer_config *c)
{
	if (count_services(c) == 0)
		return true;
	struct layer7 *l = calloc(1, sizeof *l);
	if (l == NULL)
		return false;
	b->layer7 = l;
	l->balancer = b;
	l->proxies = c->proxies != 0 && c->proxies < PROXIES_MOST ? c->proxies : PROXIES;
	l->tcp_config = (struct tcp_endpoint_config){
		.connections = 3 * l->proxies + WAITING,
		.time_wait = TIME_WAIT_TIME,
		.syn_retries = SYN_RETRIES,
		.seed = c->seed,
	};
	l->tcp = tcp_endpoint_new(&l->tcp_config, b->stack);
	l->proxy = calloc(l->proxies, sizeof *l->proxy);
	l->memory = calloc(l->proxies, (size_t)PIECES * LAYER7_BUFFER);
	if (l->tcp == NULL || l->proxy == NULL || l->memory == NULL)
		return false;
	clear(l);
	for (size_t i = 0; i < b->service_count; i++)
		b->service[i].layer7 = virtual_service_config_layer(&b->service[i].config) == 7;
	return true;
}

void layer7_free(struct balancer *b)
{
	struct layer7 *l = b->layer7;

	if (l == NULL)
		return;
	tcp_endpoint_free(l->tcp);
	free(l->proxy);
	free(l->memory);
	free(l);
}

void layer7_forget(struct balancer *b)
{
	if (b->layer7 == NULL)
		return;
	tcp_endpoint_reset(b->layer7->tcp);
	clear(b->layer7);
}

void layer7_listen(struct balancer *b)
{
	for (size_t i = 0; b->layer7 != NULL && i < b->service_count; i++) {
		const struct virtual_service_config *c = &b->service[i].config;
		for (size_t k = 0; b->service[i].layer7 && k < c->port_count; k++) {
			struct tcp_listener_config listener = {
				.address = c->address,
				.port = c->port[k].first != 0 ? c->port[k].first : 1,
				.last_port = c->port[k].first != 0 ? c->port[k].last : UINT16_MAX,
				.backlog = b->layer7->proxies,
				.ops = &LAYER7_CLIENT,
				.user = b->layer7,
			};
			struct vl_status status = tcp_listen(b->layer7->tcp, &listener);
			assert(vl_ok(&status));         /* balancer_config_check saw to it */
			(void)status;
		}
	}
}

/* --- the pool --------------------------------------------------------------------------------------------- */

void proxy_watch(struct layer7 *l, struct proxy *p, vl_time now)
{
	uint32_t number = proxy_number(l, p);

	proxy_unwatch(l, p);
	p->read_by = vl_time_after(now, REQUEST_TIME);
	p->prev = l->last_reading;
	if (l->last_reading != 0)
		l->proxy[l->last_reading - 1].next = number;
	else
		l->first_reading = number;
	l->last_reading = number;
}

void proxy_unwatch(struct layer7 *l, struct proxy *p)
{
	if (p->read_by == VL_NEVER)
		return;
	p->read_by = VL_NEVER;
	if (p->prev != 0)
		l->proxy[p->prev - 1].next = p->next;
	else
		l->first_reading = p->next;
	if (p->next != 0)
		l->proxy[p->next - 1].prev = p->prev;
	else
		l->last_reading = p->prev;
	p->next = p->prev = 0;
}

struct proxy *proxy_take(struct layer7 *l, uint16_t service, const struct flow *flow, vl_time now)
{
	uint32_t number = l->first_free;

	if (number == 0)
		return NULL;
	struct proxy *p = &l->proxy[number - 1];
	uint8_t *memory = l->memory + (size_t)(number - 1) * PIECES * LAYER7_BUFFER;
	l->first_free = p->next;
	*p = (struct proxy){
		.state = PROXY_READING,
		.service = service,
		.client = TCP_NO_HANDLE,
		.server = TCP_NO_HANDLE,
		.flow = *flow,
		.read_by = VL_NEVER,
		.from_client.b = memory,
		.from_server.b = memory + LAYER7_BUFFER,
		.up.b = memory + (size_t)2 * LAYER7_BUFFER,
		.down.b = memory + (size_t)3 * LAYER7_BUFFER,
		.request_room = memory + (size_t)4 * LAYER7_BUFFER,
		.response_room = memory + (size_t)4 * LAYER7_BUFFER + LAYER7_HEAD,
	};
	proxy_watch(l, p, now);
	l->counters.accepted++;
	return p;
}

void proxy_leave(struct layer7 *l, struct proxy *p)
{
	if (--p->busy > 0 || p->state != PROXY_ENDED)
		return;
	proxy_unwatch(l, p);
	p->state = PROXY_FREE;
	p->next = l->first_free;
	l->first_free = proxy_number(l, p);
}

void proxy_close_entry(struct layer7 *l, struct proxy *p, enum connection_end why, vl_time now)
{
	struct connection *c = p->connection;

	if (c == NULL)
		return;
	p->connection = NULL;
	c->proxy = LAYER7_NO_PROXY;
	connection_close(l->balancer->table, c, why, now);
}

void proxy_end(struct layer7 *l, struct proxy *p, enum connection_end why, vl_time now)
{
	tcp_handle client = p->client, server = p->server;

	if (p->state == PROXY_ENDED || p->state == PROXY_FREE)
		return;
	p->busy++;
	p->state = PROXY_ENDED;
	p->client = p->server = TCP_NO_HANDLE;
	proxy_close_entry(l, p, why, now);
	tcp_abort(l->tcp, client, now);
	tcp_abort(l->tcp, server, now);
	proxy_leave(l, p);
}

void proxy_release(struct layer7 *l, struct proxy *p)
{
	p->busy++;
	tcp_drop(l->tcp, p->client);
	tcp_drop(l->tcp, p->server);
	p->connection->proxy = LAYER7_NO_PROXY;
	p->connection = NULL;
	p->client = p->server = TCP_NO_HANDLE;
	p->state = PROXY_ENDED;
	proxy_leave(l, p);
}

void layer7_entry_ended(struct balancer *b, const struct connection *c, enum connection_end why, vl_time now)
{
	if (!connection_is_proxied(c) || b->clearing)
		return;
	struct proxy *p = &b->layer7->proxy[c->proxy - 1];
	p->connection = NULL;
	proxy_end(b->layer7, p, why, now);
}

/* --- packets ---------------------------------------------------------------------------------------------- */

/* The maximum segment size of the client whose SYN was answered with a cookie, and who comes back with it; 0: no such
 * segment. */
static uint16_t cookie_of(const struct balancer *b, const struct virtual_service *v, const struct segment *s, vl_time now)
{
	/* Who has little to say may finish with it; the bare acknowledgment before it can be lost. */
	bool answers = (s->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_ACK;

	return answers && v->config.half_open_limit != 0 ? balancer_check_cookie(b, s, now) : 0;
}

/* Of no connection and none in its handshake. False: it was answered or refused. */
static bool may_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now)
{
	struct layer7 *l = b->layer7;
	uint8_t flags = s->flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN);
	uint32_t limit = v->config.half_open_limit;
	uint16_t mss;

	if ((mss = cookie_of(b, v, s, now)) != 0) {
		b->cookies_good++;
		if (l->first_free == 0 || !tcp_adopt(l->tcp, s->p, mss, now))
			(void)balancer_refuse(b, v, s, BALANCER_DROP_PROXIES, now);
		return false;
	}
	if (flags != TCP_SYN)
		return !balancer_refuse(b, v, s, BALANCER_DROP_STRAY, now);
	if (l->first_free == 0)
		return !balancer_refuse(b, v, s, BALANCER_DROP_PROXIES, now);
	if (limit == 0 || tcp_pending(l->tcp, &s->p->dst, s->dst_port) < limit)
		return true;
	balancer_send_cookie(b, s, UINT16_MAX, now);
	return false;
}

/* What a wire's card hands over as one (frame.h, segment) is read as segments for which a buffer has room. */
static void read_packet(struct layer7 *l, const struct packet *p, vl_time now)
{
	struct packet piece = *p;
	size_t length = 0;

	if (p->payload_length <= LAYER7_SEGMENT) {
		(void)tcp_endpoint_receive(l->tcp, p, 0, now);
		return;
	}
	for (size_t at = 0; at < p->payload_length; at += length) {
		size_t left = p->payload_length - at;
		length = left < LAYER7_SEGMENT ? left : LAYER7_SEGMENT;
		piece.payload = p->payload + at;
		piece.payload_length = length;
		piece.tcp.sequence = p->tcp.sequence + (uint32_t)at;
		piece.tcp.flags = length < left ? (uint8_t)(p->tcp.flags & ~(TCP_FIN | TCP_PSH)) : p->tcp.flags;
		(void)tcp_endpoint_receive(l->tcp, &piece, 0, now);
	}
}

bool layer7_open(struct balancer *b, struct virtual_service *v, const struct segment *s, vl_time now)
{
	struct layer7 *l = b->layer7;

	/* Fragments of TCP are not put together here. */
	if (s->fragment)
		return balancer_drop(b, BALANCER_DROP_FRAGMENT);
	if (!tcp_knows(l->tcp, &s->p->dst, s->dst_port, &s->p->src, s->src_port)) {
		if (!may_open(b, v, s, now))
			return true;
	} else {
		/* Its SYN came twice and was answered in both ways. */
		uint16_t mss = cookie_of(b, v, s, now);
		if (mss != 0 && tcp_adopt(l->tcp, s->p, mss, now)) {
			b->cookies_good++;
			return true;
		}
	}
	read_packet(l, s->p, now);
	return true;
}

bool layer7_receive(struct balancer *b, struct connection *c, const struct segment *s, enum side side, vl_time now)
{
	struct layer7 *l = b->layer7;
	struct proxy *p = &l->proxy[c->proxy - 1];

	if (s->fragment)
		return balancer_drop(b, BALANCER_DROP_FRAGMENT);
	if (proxy_splice(l, p, s, side, now))
		return side == SIDE_CLIENT ? balancer_from_client(b, c, s, now) : balancer_from_server(b, c, s, now);
	balancer_count_bytes(b, c, s, side);
	read_packet(l, s->p, now);
	return true;
}

bool layer7_error(struct balancer *b, const struct packet *p, vl_time now)
{
	return b->layer7 != NULL && tcp_endpoint_receive(b->layer7->tcp, p, 0, now);
}

/* --- time ------------------------------------------------------------------------------------------------- */

static void give_up(struct layer7 *l, struct proxy *p, vl_time now)
{
	struct balancer *b = l->balancer;

	/* The client did not finish behind what it was told. */
	if (p->closing) {
		proxy_end(l, p, CONNECTION_END_EXPIRED, now);
		return;
	}
	(void)balancer_drop(b, BALANCER_DROP_REQUEST_TIME);
	balancer_say_refused(b, proxy_service(l, p), &p->flow.client, BALANCER_DROP_REQUEST_TIME, now);
	if (p->client_reads == READS_HTTP)
		proxy_answer(l, p, 408, now);
	else
		proxy_end(l, p, CONNECTION_END_EXPIRED, now);
}

void layer7_timeout(struct balancer *b, vl_time now)
{
	struct layer7 *l = b->layer7;

	if (l == NULL)
		return;
	tcp_endpoint_timeout(l->tcp, now);
	for (unsigned i = 0; l->first_reading != 0; i++) {
		struct proxy *p = &l->proxy[l->first_reading - 1];
		if (p->read_by > now)
			break;
		if (i == GIVE_UP) {
			b->busy_until = now + 1;
			break;
		}
		give_up(l, p, now);
	}
}

vl_time layer7_deadline(const struct balancer *b)
{
	const struct layer7 *l = b->layer7;

	if (l == NULL)
		return VL_NEVER;
	vl_time tcp = tcp_endpoint_deadline(l->tcp);
	return l->first_reading != 0 ? vl_time_min(tcp, l->proxy[l->first_reading - 1].read_by) : tcp;
}

const struct layer7_counters *balancer_layer7(const struct balancer *b)
{
	static const struct layer7_counters NONE;

	return b->layer7 != NULL ? &b->layer7->counters : &NONE;
}
