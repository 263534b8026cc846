// SPDX-License-Identifier: BSD-2-Clause
/*
 * A balancer between clients and servers that really speak TCP: one segment that may be slow, lose, double and reorder.
 * Node 0 is the balancer (192.0.2.9, virtual address 192.0.2.100, full NAT), node 1 the client (192.0.2.1), nodes 2 and
 * 3 servers (192.0.2.12 and .13). Tests and fuzz targets fill in the streams: what goes wrong stops the program
 * (assert).
 */
#ifndef VL_TESTS_BALANCER_RELAY_LAB_H
#define VL_TESTS_BALANCER_RELAY_LAB_H

#undef NDEBUG
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/balancer/balancer.h"
#include "sim/base/prng.h"
#include "sim/stack/tcp_endpoint.h"

#define RELAY_NODES 4
#define RELAY_WIRE 65536
#define RELAY_FLOWS 64
#define RELAY_STREAM (1u << 20)

enum { RELAY_LB, RELAY_CLIENT, RELAY_SERVER };

struct relay_lab;

/* One connection of a client or a server: what it says, what it heard. */
struct relay_flow {
	uint8_t *say, *heard;           /* RELAY_STREAM each, or NULL */
	size_t said, hears;
	bool opened, finished, gone;
	enum tcp_end why;
};

struct relay_node {
	struct relay_lab *lab;
	unsigned number;
	struct outbox outbox;
	struct stack *stack;
	struct tcp_endpoint *tcp;       /* NULL: the balancer */
	struct relay_flow flow[RELAY_FLOWS];
};

struct relay_frame {
	vl_time at;
	uint64_t order;
	unsigned from;
	struct frame *frame;
};

struct relay_lab {
	struct frame_pool *pool;
	struct relay_node node[RELAY_NODES];
	struct balancer *balancer;
	struct balancer_config config;
	struct virtual_service_config service;
	struct real_server_config server[2];
	struct tcp_endpoint_config tcp;         /* of clients and servers, */
	uint16_t mss[RELAY_NODES], window[RELAY_NODES]; /* and what a node has instead; 0: the same */
	uint16_t mtu;                           /* of the segment; 0: 1500 */
	vl_time now, latency, jitter;
	uint32_t loss_ppm, double_ppm;
	struct prng dice;
	struct relay_frame *wire;       /* a binary heap by (at, order) */
	size_t on_wire;
	uint64_t order;
	uint64_t records, frames;
	void *user;                             /* of these: */
	/* A server has a new connection, on which nothing is said yet. */
	void (*opened)(struct relay_lab *lab, struct relay_node *n, tcp_handle h);
	/* A server (or the client, node 1) heard more; NULL: nothing is done by itself. */
	void (*heard)(struct relay_lab *lab, struct relay_node *n, tcp_handle h);
	void (*ended)(struct relay_lab *lab, struct relay_node *n, tcp_handle h);       /* the peer finished */
	void (*tap)(void *context, vl_time at, const uint8_t *bytes, size_t length);
	void *tap_context;
};

static inline struct ip_addr relay_address(unsigned node)
{
	static const uint8_t last[RELAY_NODES] = {9, 1, 12, 13};

	return ip4(192, 0, 2, last[node]);
}

static inline void relay_say(struct relay_node *n, tcp_handle h, const void *bytes, size_t length)
{
	struct relay_flow *f = &n->flow[h];

	assert(f->said + length <= RELAY_STREAM);
	memcpy(f->say + f->said, bytes, length);
	f->said += length;
	tcp_send(n->tcp, h, length, n->lab->now);
}

static inline void relay_text(struct relay_node *n, tcp_handle h, const char *text)
{
	relay_say(n, h, text, strlen(text));
}

static inline void relay_reset_flow(struct relay_flow *f)
{
	uint8_t *say = f->say != NULL ? f->say : malloc(RELAY_STREAM);
	uint8_t *heard = f->heard != NULL ? f->heard : malloc(RELAY_STREAM + 1);

	assert(say != NULL && heard != NULL);
	*f = (struct relay_flow){.say = say, .heard = heard};
}

static inline void relay_opened(void *user, tcp_handle h, vl_time now)
{
	struct relay_node *n = user;

	(void)now;
	assert(h < RELAY_FLOWS);
	if (n->number >= RELAY_SERVER)
		relay_reset_flow(&n->flow[h]);
	n->flow[h].opened = true;
	if (n->number >= RELAY_SERVER && n->lab->opened != NULL)
		n->lab->opened(n->lab, n, h);
}

static inline void relay_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct relay_node *n = user;
	struct relay_flow *f = &n->flow[h];

	(void)now;
	assert(f->opened && !f->finished && f->hears + length <= RELAY_STREAM);
	memcpy(f->heard + f->hears, bytes, length);
	f->hears += length;
	f->heard[f->hears] = '\0';
	if (n->lab->heard != NULL)
		n->lab->heard(n->lab, n, h);
}

static inline void relay_finished(void *user, tcp_handle h, vl_time now)
{
	struct relay_node *n = user;

	(void)now;
	n->flow[h].finished = true;
	if (n->lab->ended != NULL)
		n->lab->ended(n->lab, n, h);
}

static inline void relay_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct relay_node *n = user;

	(void)now;
	n->flow[h].gone = true;
	n->flow[h].why = why;
}

static inline void relay_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct relay_node *n = user;

	assert(offset + length <= n->flow[h].said);
	memcpy(to, n->flow[h].say + offset, length);
}

static const struct tcp_user RELAY_USER = {
	.opened = relay_opened,
	.received = relay_received,
	.peer_finished = relay_finished,
	.gone = relay_gone,
	.content = relay_content,
};

/* Two servers behind port 80; change it before relay_open. */
static inline void relay_init(struct relay_lab *l)
{
	memset(l, 0, sizeof *l);
	for (unsigned i = 0; i < 2; i++)
		l->server[i] = (struct real_server_config){.name = i == 0 ? "rs1" : "rs2",
							   .address = relay_address(RELAY_SERVER + i), .weight = 1};
	virtual_service_config_init(&l->service);
	l->service.name = "web";
	l->service.address = ip4(192, 0, 2, 100);
	l->service.port_count = 1;
	l->service.port[0] = (struct port_range){80, 80};
	l->service.forwarding = FORWARD_SNAT;
	l->service.server = l->server;
	l->service.server_count = 2;
	l->service.layer = 7;
	l->service.persistence.timeout = 300 * VL_S;
	l->service.persistence.touch = true;
	l->config = (struct balancer_config){.service_count = 1, .service = &l->service, .connections = 256,
					     .persistence_entries = 64, .proxies = 16, .seed = 1, .claims = true};
	l->tcp.connections = RELAY_FLOWS;
	l->latency = 100 * VL_US;
}

static inline void relay_open(struct relay_lab *l, uint64_t seed)
{
	struct stack_config *c = calloc(1, sizeof *c);
	struct vl_status why;

	l->pool = frame_pool_new();
	l->dice = prng_stream(seed, "wire");
	l->wire = calloc(RELAY_WIRE, sizeof *l->wire);
	assert(l->pool != NULL && l->wire != NULL && c != NULL);
	for (unsigned i = 0; i < RELAY_NODES; i++) {
		struct relay_node *n = &l->node[i];
		struct tcp_endpoint_config mine = l->tcp;
		n->lab = l;
		n->number = i;
		mine.seed = seed * RELAY_NODES + i;
		if (l->mss[i] != 0)
			mine.mss = l->mss[i];
		if (l->window[i] != 0)
			mine.window = l->window[i];
		*c = (struct stack_config){.interface_count = 1, .seed = seed + i};
		c->interface[0] = (struct stack_interface_config){.name = "eth0",
								  .mac = {{0x02, 0, 0, 0, 0, (uint8_t)(i + 1)}},
								  .address_count = 1,
								  .mtu = l->mtu,
								  .address = {{relay_address(i), 24}}};
		bool made = outbox_init(&n->outbox, 4096);
		n->stack = stack_new(c, l->pool, &n->outbox);
		assert(made && n->stack != NULL);
		if (i == RELAY_LB) {
			l->balancer = balancer_new(&l->config, n->stack, &n->outbox, &why);
			assert(l->balancer != NULL);
			balancer_startup(l->balancer, true, 0);
			continue;
		}
		n->tcp = tcp_endpoint_new(&mine, n->stack);
		assert(n->tcp != NULL);
		struct tcp_listener_config listener = {.port = 80, .backlog = 32, .ops = &RELAY_USER, .user = n};
		if (i >= RELAY_SERVER)
			made = vl_ok(&(struct vl_status[]){tcp_listen(n->tcp, &listener)}[0]);
		assert(made);
	}
	free(c);
}

static inline void relay_close(struct relay_lab *l)
{
	for (size_t i = 0; i < l->on_wire; i++)
		frame_unref(l->wire[i].frame);
	for (unsigned i = 0; i < RELAY_NODES; i++) {
		struct relay_node *n = &l->node[i];
		assert(n->outbox.dropped == 0);
		tcp_endpoint_free(n->tcp);
		if (i == RELAY_LB)
			balancer_free(l->balancer);
		outbox_fini(&n->outbox);
		stack_free(n->stack);
		for (unsigned k = 0; k < RELAY_FLOWS; k++) {
			free(n->flow[k].say);
			free(n->flow[k].heard);
		}
	}
	assert(frame_pool_held(l->pool) == 0);
	frame_pool_free(l->pool);
	free(l->wire);
}

static inline bool relay_earlier(const struct relay_frame *a, const struct relay_frame *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static inline void relay_push(struct relay_lab *l, vl_time at, unsigned from, struct frame *f)
{
	struct relay_frame x = {.at = at, .order = l->order++, .from = from, .frame = f};
	size_t i = l->on_wire++;

	assert(i < RELAY_WIRE);
	for (; i > 0 && relay_earlier(&x, &l->wire[(i - 1) / 2]); i = (i - 1) / 2)
		l->wire[i] = l->wire[(i - 1) / 2];
	l->wire[i] = x;
}

static inline struct relay_frame relay_pop(struct relay_lab *l)
{
	struct relay_frame first = l->wire[0], x = l->wire[--l->on_wire];
	size_t i = 0;

	for (size_t k; (k = 2 * i + 1) < l->on_wire; i = k) {
		if (k + 1 < l->on_wire && relay_earlier(&l->wire[k + 1], &l->wire[k]))
			k++;
		if (!relay_earlier(&l->wire[k], &x))
			break;
		l->wire[i] = l->wire[k];
	}
	l->wire[i] = x;
	return first;
}

static inline void relay_poll(struct relay_lab *l, unsigned from)
{
	struct engine_out out;

	while (outbox_poll(&l->node[from].outbox, &out)) {
		struct packet packet;
		if (out.type != OUT_FRAME) {
			l->records++;
			continue;
		}
		bool sound = packet_dissect(&packet, out.frame->data, out.frame->length, out.frame->length);
		assert(sound);
		l->frames++;
		if (l->tap != NULL)
			l->tap(l->tap_context, l->now, out.frame->data, out.frame->length);
		bool arp = packet.network == NETWORK_ARP;
		bool lost = !arp && prng_chance(&l->dice, l->loss_ppm, 1000000);
		bool twice = !arp && prng_chance(&l->dice, l->double_ppm, 1000000);
		vl_time wait = l->jitter > 0 ? prng_below(&l->dice, l->jitter) : 0;
		if (!lost)
			relay_push(l, l->now + l->latency + wait, from, frame_ref(out.frame));
		if (twice)
			relay_push(l, l->now + l->latency + l->jitter / 2, from, frame_ref(out.frame));
		frame_unref(out.frame);
	}
}

static inline void relay_deliver(struct relay_lab *l, unsigned to, struct frame *f)
{
	struct relay_node *n = &l->node[to];
	const struct packet *packet;
	unsigned interface;

	if (stack_input(n->stack, 0, f, l->now, &packet, &interface) == STACK_LOCAL) {
		if (to == RELAY_LB)
			(void)balancer_receive(l->balancer, packet, f, interface, l->now);
		else
			(void)tcp_endpoint_receive(n->tcp, packet, interface, l->now);
	}
	relay_poll(l, to);
}

static inline vl_time relay_deadline(const struct relay_lab *l, unsigned node)
{
	const struct relay_node *n = &l->node[node];
	vl_time own = n->tcp != NULL ? tcp_endpoint_deadline(n->tcp) : balancer_deadline(l->balancer);

	return vl_time_min(stack_deadline(n->stack), own);
}

/* Everything within `length`. */
static inline void relay_run(struct relay_lab *l, vl_time length)
{
	vl_time until = l->now + length;

	for (unsigned i = 0; i < RELAY_NODES; i++)
		relay_poll(l, i);
	for (;;) {
		vl_time wire = l->on_wire > 0 ? l->wire[0].at : VL_NEVER, timer = VL_NEVER;
		for (unsigned i = 0; i < RELAY_NODES; i++)
			timer = vl_time_min(timer, relay_deadline(l, i));
		if (vl_time_min(wire, timer) > until)
			break;
		if (wire <= timer) {
			struct relay_frame f = relay_pop(l);
			l->now = f.at > l->now ? f.at : l->now;
			for (unsigned i = 0; i < RELAY_NODES; i++)
				if (i != f.from)
					relay_deliver(l, i, f.frame);
			frame_unref(f.frame);
			continue;
		}
		l->now = timer > l->now ? timer : l->now;
		for (unsigned i = 0; i < RELAY_NODES; i++) {
			if (relay_deadline(l, i) > l->now)
				continue;
			stack_timeout(l->node[i].stack, l->now);
			if (i == RELAY_LB)
				balancer_timeout(l->balancer, l->now);
			else
				tcp_endpoint_timeout(l->node[i].tcp, l->now);
			assert(relay_deadline(l, i) > l->now);
			relay_poll(l, i);
		}
	}
	l->now = until;
}

static inline tcp_handle relay_connect(struct relay_lab *l, uint16_t from_port)
{
	struct relay_node *n = &l->node[RELAY_CLIENT];
	tcp_handle h = tcp_connect(n->tcp, NULL, from_port, &l->service.address, 80, &RELAY_USER, n, 0, l->now);

	assert(h != TCP_NO_HANDLE && h < RELAY_FLOWS);
	relay_reset_flow(&n->flow[h]);
	relay_poll(l, RELAY_CLIENT);
	return h;
}

/* What the client of this connection heard, as text. */
static inline const char *relay_heard(const struct relay_lab *l, unsigned node, tcp_handle h)
{
	const struct relay_flow *f = &l->node[node].flow[h];

	return f->hears > 0 ? (const char *)f->heard : "";
}

#endif
