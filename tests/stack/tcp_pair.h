// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two boxes with a TCP endpoint each, and a wire between them that may be slow, lose, double and reorder. Side 0 is
 * 192.0.2.1 and 2001:db8::1, side 1 ends in 2. Streams are checked byte by byte as they arrive. For tests and fuzz
 * targets: what goes wrong stops the program (assert).
 */
#ifndef VL_TESTS_STACK_TCP_PAIR_H
#define VL_TESTS_STACK_TCP_PAIR_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/prng.h"
#include "sim/stack/tcp_endpoint.h"

#define PAIR_FLOWS 4096                 /* handles looked at */
#define PAIR_LOG 8192

/* What is known of one side's handle. */
struct pair_flow {
	uint64_t received, expect_salt;
	unsigned opened, peer_finished, sent_all, gone;
	enum tcp_end why;
	vl_time opened_at, gone_at, received_at;
};

struct pair;

/* What a side does by itself. */
struct pair_habits {
	uint64_t answer;                /* bytes sent when `request` bytes came */
	uint64_t request;
	bool finish_behind_answer;
	bool finish_on_fin;             /* closes when the peer did */
	bool stay;                      /* does not send its request when opened (for clients) */
	uint64_t ask;                   /* bytes sent when it opens */
	uint64_t enough;                /* finishes when so many came; 0: does not */
};

/* Somebody else in a side's box, who is asked before its endpoint. */
struct pair_guest {
	void *self;
	bool (*receive)(void *self, const struct packet *p, unsigned interface, vl_time now);
	void (*timeout)(void *self, vl_time now);
	vl_time (*deadline)(const void *self);
};

struct pair_side {
	struct pair *pair;
	unsigned number;
	struct outbox outbox;
	struct stack *stack;
	struct tcp_endpoint *tcp;
	struct pair_habits habits;
	struct pair_flow *flow;
	struct pair_guest guest;        /* .self NULL: none */
	uint64_t sent_frames;
	size_t most_waiting;            /* in the outbox, ever */
	bool (*lose)(struct pair *pair, unsigned from, const struct packet *p);     /* by the test's own rule */
};

struct pair_frame {
	vl_time at;
	uint64_t order;
	unsigned to;
	struct frame *frame;
};

struct pair {
	struct frame_pool *pool;
	struct pair_side side[2];
	vl_time now, latency, jitter;
	uint32_t loss_ppm, double_ppm;
	struct prng dice;
	struct pair_frame *wire;        /* a binary heap by (at, order) */
	size_t on_wire, wire_room;
	uint64_t order;
	void (*tap)(void *context, vl_time at, const uint8_t *bytes, size_t length);      /* as they leave their box */
	void *tap_context;
};

/* Byte `offset` of a stream. */
static inline uint8_t pair_byte(uint64_t salt, uint64_t offset)
{
	return (uint8_t)(offset * 7 + (offset >> 8) * 13 + (offset >> 17) + salt);
}

/* Both ends know it: the sender's port, and whose stream it is. */
static inline uint64_t pair_salt(const struct tcp_endpoint *t, tcp_handle h, bool own)
{
	struct ip_addr a;
	uint16_t port;

	if (own)
		tcp_local(t, h, &a, &port);
	else
		tcp_peer(t, h, &a, &port);
	return port * 31u + a.b[a.family == IP_V4 ? 3 : 15];
}

static inline void pair_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	struct pair_side *s = user;
	uint64_t salt = pair_salt(s->tcp, h, true);

	for (size_t i = 0; i < length; i++)
		to[i] = pair_byte(salt, offset + i);
}

static inline void pair_opened(void *user, tcp_handle h, vl_time now)
{
	struct pair_side *s = user;
	struct pair_flow *f = &s->flow[h];

	*f = (struct pair_flow){.opened = 1, .opened_at = now};
	f->expect_salt = pair_salt(s->tcp, h, false);
	if (s->habits.ask > 0 && !s->habits.stay)
		tcp_send(s->tcp, h, s->habits.ask, now);
}

static inline void pair_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	struct pair_side *s = user;
	struct pair_flow *f = &s->flow[h];
	uint64_t before = f->received;

	assert(f->opened == 1 && f->gone == 0 && f->peer_finished == 0 && length > 0);
	for (size_t i = 0; i < length; i++)
		assert(bytes[i] == pair_byte(f->expect_salt, f->received + i));
	f->received += length;
	f->received_at = now;
	if (s->habits.request > 0 && before < s->habits.request && f->received >= s->habits.request) {
		tcp_send(s->tcp, h, s->habits.answer, now);
		if (s->habits.finish_behind_answer)
			tcp_finish(s->tcp, h, now);
	}
	if (s->habits.enough > 0 && f->received >= s->habits.enough)
		tcp_finish(s->tcp, h, now);
}

static inline void pair_peer_finished(void *user, tcp_handle h, vl_time now)
{
	struct pair_side *s = user;

	assert(s->flow[h].gone == 0 && s->flow[h].peer_finished == 0);
	s->flow[h].peer_finished++;
	if (s->habits.finish_on_fin)
		tcp_finish(s->tcp, h, now);
}

static inline void pair_sent_all(void *user, tcp_handle h, vl_time now)
{
	struct pair_side *s = user;

	(void)now;
	assert(s->flow[h].gone == 0);
	s->flow[h].sent_all++;
}

static inline void pair_gone(void *user, tcp_handle h, enum tcp_end why, vl_time now)
{
	struct pair_side *s = user;

	assert(s->flow[h].gone == 0 || s->flow[h].opened == 0);
	s->flow[h].gone = 1;
	s->flow[h].why = why;
	s->flow[h].gone_at = now;
}

static const struct tcp_user PAIR_USER = {
	.opened = pair_opened,
	.received = pair_received,
	.peer_finished = pair_peer_finished,
	.sent_all = pair_sent_all,
	.gone = pair_gone,
	.content = pair_content,
};

static inline struct ip_addr pair_address(unsigned side, bool v6)
{
	struct ip_addr a;
	bool read = ip_parse(v6 ? (side == 0 ? "2001:db8::1" : "2001:db8::2") : (side == 0 ? "192.0.2.1" : "192.0.2.2"),
			     &a);

	assert(read);
	return a;
}

/* `config` of both endpoints (seed by side), `mtu` of side 1 (0: 1500). */
static inline void pair_open(struct pair *p, const struct tcp_endpoint_config *config, uint16_t mtu, uint64_t seed)
{
	memset(p, 0, sizeof *p);
	p->pool = frame_pool_new();
	p->latency = 100 * VL_US;
	p->dice = prng_stream(seed, "wire");
	p->wire_room = 1 << 16;
	p->wire = calloc(p->wire_room, sizeof *p->wire);
	struct stack_config *c = calloc(1, sizeof *c);
	assert(p->pool != NULL && p->wire != NULL && c != NULL);
	for (unsigned i = 0; i < 2; i++) {
		struct pair_side *s = &p->side[i];
		struct tcp_endpoint_config mine = *config;
		mine.seed = seed * 2 + i;
		*c = (struct stack_config){.interface_count = 1, .seed = seed + i};
		c->interface[0] = (struct stack_interface_config){
			.name = "eth0",
			.mac = {{0x02, 0, 0, 0, 0, (uint8_t)(i + 1)}},
			.mtu = i == 1 ? mtu : 0,
			.address_count = 2,
			.address = {{pair_address(i, false), 24}, {pair_address(i, true), 64}},
		};
		s->pair = p;
		s->number = i;
		bool made = outbox_init(&s->outbox, 64 + 2 * tcp_endpoint_words(&mine));
		s->stack = stack_new(c, p->pool, &s->outbox);
		s->tcp = tcp_endpoint_new(&mine, s->stack);
		s->flow = calloc(mine.connections < 1 ? 1 : mine.connections, sizeof *s->flow);
		assert(made && s->stack != NULL && s->tcp != NULL && s->flow != NULL);
	}
	free(c);
}

static inline void pair_close(struct pair *p)
{
	for (size_t i = 0; i < p->on_wire; i++)
		frame_unref(p->wire[i].frame);
	for (unsigned i = 0; i < 2; i++) {
		assert(p->side[i].outbox.dropped == 0);
		tcp_endpoint_free(p->side[i].tcp);
		stack_free(p->side[i].stack);
		outbox_fini(&p->side[i].outbox);
		free(p->side[i].flow);
	}
	assert(frame_pool_held(p->pool) == 0);
	frame_pool_free(p->pool);
	free(p->wire);
}

static inline bool pair_earlier(const struct pair_frame *a, const struct pair_frame *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static inline void pair_push(struct pair *p, vl_time at, unsigned to, struct frame *f)
{
	assert(p->on_wire < p->wire_room);
	size_t i = p->on_wire++;
	struct pair_frame x = {.at = at, .order = p->order++, .to = to, .frame = f};
	for (; i > 0 && pair_earlier(&x, &p->wire[(i - 1) / 2]); i = (i - 1) / 2)
		p->wire[i] = p->wire[(i - 1) / 2];
	p->wire[i] = x;
}

static inline struct pair_frame pair_pop(struct pair *p)
{
	struct pair_frame first = p->wire[0], x = p->wire[--p->on_wire];
	size_t i = 0;

	for (size_t k; (k = 2 * i + 1) < p->on_wire; i = k) {
		if (k + 1 < p->on_wire && pair_earlier(&p->wire[k + 1], &p->wire[k]))
			k++;
		if (!pair_earlier(&p->wire[k], &x))
			break;
		p->wire[i] = p->wire[k];
	}
	p->wire[i] = x;
	return first;
}

/* What a side said goes on the wire. */
static inline void pair_poll(struct pair *p, unsigned from)
{
	struct pair_side *s = &p->side[from];
	struct engine_out out;

	if (s->outbox.count > s->most_waiting)
		s->most_waiting = s->outbox.count;
	while (outbox_poll(&s->outbox, &out)) {
		struct packet packet;
		if (out.type != OUT_FRAME)
			continue;
		bool sound = packet_dissect(&packet, out.frame->data, out.frame->length, out.frame->length);
		assert(sound);
		s->sent_frames++;
		if (p->tap != NULL)
			p->tap(p->tap_context, p->now, out.frame->data, out.frame->length);
		bool lost = (s->lose != NULL && s->lose(p, from, &packet)) ||
			    prng_chance(&p->dice, p->loss_ppm, 1000000);
		bool twice = prng_chance(&p->dice, p->double_ppm, 1000000);
		if (!lost) {
			vl_time wait = p->jitter > 0 ? prng_below(&p->dice, p->jitter) : 0;
			pair_push(p, p->now + p->latency + wait, 1 - from, frame_ref(out.frame));
		}
		if (twice)
			pair_push(p, p->now + p->latency + p->jitter / 2, 1 - from, frame_ref(out.frame));
		frame_unref(out.frame);
	}
}

static inline void pair_deliver(struct pair *p, unsigned to, struct frame *f)
{
	struct pair_side *s = &p->side[to];
	const struct packet *packet;
	unsigned interface;

	if (stack_input(s->stack, 0, f, p->now, &packet, &interface) == STACK_LOCAL &&
	    !(s->guest.self != NULL && s->guest.receive(s->guest.self, packet, interface, p->now)))
		(void)tcp_endpoint_receive(s->tcp, packet, interface, p->now);
	pair_poll(p, to);
	frame_unref(f);
}

static inline vl_time pair_side_deadline(const struct pair_side *s)
{
	vl_time at = vl_time_min(stack_deadline(s->stack), tcp_endpoint_deadline(s->tcp));

	return s->guest.self != NULL ? vl_time_min(at, s->guest.deadline(s->guest.self)) : at;
}

/* Everything up to and with `until`. */
static inline void pair_run(struct pair *p, vl_time until)
{
	pair_poll(p, 0);
	pair_poll(p, 1);
	for (;;) {
		vl_time next = p->on_wire > 0 ? p->wire[0].at : VL_NEVER;
		vl_time timer = vl_time_min(pair_side_deadline(&p->side[0]), pair_side_deadline(&p->side[1]));
		if (vl_time_min(next, timer) > until)
			break;
		if (next <= timer) {
			p->now = next > p->now ? next : p->now;
			struct pair_frame f = pair_pop(p);
			pair_deliver(p, f.to, f.frame);
			continue;
		}
		p->now = timer > p->now ? timer : p->now;
		for (unsigned i = 0; i < 2; i++) {
			stack_timeout(p->side[i].stack, p->now);
			tcp_endpoint_timeout(p->side[i].tcp, p->now);
			if (p->side[i].guest.self != NULL)
				p->side[i].guest.timeout(p->side[i].guest.self, p->now);
			assert(pair_side_deadline(&p->side[i]) > p->now);
			pair_poll(p, i);
		}
	}
	p->now = until;
}

/* Runs until nothing is on the wire and no timer runs, at most `limit` further. */
static inline void pair_settle(struct pair *p, vl_time limit)
{
	pair_run(p, p->now + limit);
}

static inline struct vl_status pair_listen(struct pair *p, unsigned side, uint16_t port, uint32_t backlog, bool manual)
{
	struct tcp_listener_config l = {
		.port = port, .backlog = backlog, .ops = &PAIR_USER, .user = &p->side[side], .manual_accept = manual,
	};

	return tcp_listen(p->side[side].tcp, &l);
}

static inline tcp_handle pair_connect(struct pair *p, unsigned side, bool v6, uint16_t from_port, uint16_t port)
{
	struct ip_addr to = pair_address(1 - side, v6);
	tcp_handle h = tcp_connect(p->side[side].tcp, NULL, from_port, &to, port, &PAIR_USER, &p->side[side], 0, p->now);

	if (h != TCP_NO_HANDLE)
		p->side[side].flow[h] = (struct pair_flow){0};
	pair_poll(p, side);
	return h;
}

#endif
