// SPDX-License-Identifier: BSD-2-Clause
/*
 * Clients, a balancer at 192.0.2.10:80 and real servers 10.0.0.1:8080, 10.0.0.2:8080, ... for tests of the balancer's judges:
 * whole frames as a mirror of the balancer's ports would see them, in each of the ways balancers forward.
 */
#ifndef VL_TESTS_ANALYZERS_BALANCE_LAB_H
#define VL_TESTS_ANALYZERS_BALANCE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/balance.h"
#include "sim/base/prng.h"

#define LAB_FINDINGS 32

enum lab_mode { LAB_NAT, LAB_FULL_NAT, LAB_DIRECT, LAB_TUNNEL, LAB_PROXY, LAB_CLUSTER, LAB_CLIENT_SIDE };

struct lab {
	struct balance_judge *judge;
	enum lab_mode mode;
	uint64_t frames;
	vl_time now;
	struct prng dice;
	uint16_t next_port;
	struct finding found[LAB_FINDINGS];
	size_t found_count;
	uint8_t ttl;                    /* of clients */
	bool rotten;                    /* wrong TCP checksums */
	void *context;                  /* who else hears the frames */
	void (*also)(void *context, const struct analyzer_frame *f);
};

/* One end of a frame. */
struct end {
	struct ip_addr ip;
	uint16_t port;
	struct mac mac;
};

/* One connection; what the frames of it need. */
struct conn {
	struct end client, server;      /* server: the real one */
	uint32_t up, down;              /* next sequence numbers */
	uint32_t leg_up, leg_down;      /* of a proxy's own connection */
	uint16_t leg_port;
};

static const struct mac lab_mac_vip = {{2, 0, 0, 0, 0, 0x10}}, lab_mac_router = {{2, 0, 0, 0, 0, 0x01}};

static inline struct end lab_vip(void)
{
	return (struct end){ip4(192, 0, 2, 10), 80, lab_mac_vip};
}

static inline struct end lab_server(uint8_t n)
{
	return (struct end){ip4(10, 0, 0, n), 8080, {{2, 0, 0, 0, 1, n}}};
}

static inline struct end lab_client(uint8_t net, uint8_t host)
{
	return (struct end){ip4(198, 51, net, host), 0, lab_mac_router};
}

static inline void lab_collect(struct lab *x)
{
	struct finding f;

	while (balance_analyzer.poll(x->judge, &f)) {
		size_t i = 0;
		while (f.update && i < x->found_count && !(x->found[i].code == f.code && x->found[i].begin == f.begin &&
							   x->found[i].known == f.known))
			i++;
		i = f.update ? i : x->found_count;
		assert_true(i < LAB_FINDINGS);
		x->found[i] = f;
		x->found_count += i == x->found_count;
	}
}

static inline struct lab lab_new(enum lab_mode mode)
{
	struct lab x = {.judge = balance_analyzer.new(1), .mode = mode, .dice = prng_stream(1, "lab"), .next_port = 20000, .ttl = 63};

	assert_non_null(x.judge);
	return x;
}

static inline void lab_free(struct lab *x)
{
	balance_analyzer.free(x->judge);
}

static inline void lab_hear(struct lab *x, const uint8_t *bytes, size_t length)
{
	struct packet p;

	packet_dissect(&p, bytes, length, length);
	const struct analyzer_frame f = {&p, ++x->frames, 0, x->now, length};
	balance_analyzer.frame(x->judge, &f);
	if (x->also != NULL)
		x->also(x->context, &f);
	lab_collect(x);
}

/* A frame from one end to the other, its first `inner` of another header if tunnelled. */
static inline void lab_say(struct lab *x, struct end from, struct end to, uint8_t flags, uint32_t seq, uint32_t ack,
			   const char *words, const struct ip_addr *outer_src, const struct ip_addr *outer_dst)
{
	uint8_t bytes[512], whole[600];
	struct wr out = wr_of(bytes, sizeof bytes), tunnel = wr_of(whole, sizeof whole);
	struct packet_envelope e = {.src_mac = from.mac, .dst_mac = to.mac, .src = from.ip, .dst = to.ip, .ttl = 64,
				    .protocol = IP_PROTOCOL_TCP};
	struct tcp_header tcp = {.src_port = from.port, .dst_port = to.port, .sequence = seq, .acknowledgment = ack,
				 .flags = flags, .window = 64240};

	if (from.port >= 1024 && from.port != 8080 && !mac_equal(from.mac, lab_mac_vip))
		e.ttl = x->ttl;
	packet_begin(&out, &e);
	tcp_encode(&tcp, &from.ip, &to.ip, (const uint8_t *)words, strlen(words), &out);
	packet_end(&out, &e);
	size_t length = (size_t)(out.at - bytes);
	if (x->rotten)
		bytes[length - 1] ^= 0x5a;
	if (outer_dst == NULL) {
		lab_hear(x, bytes, length);
		return;
	}
	struct packet_envelope o = {.src_mac = lab_mac_vip, .dst_mac = to.mac, .src = *outer_src, .dst = *outer_dst, .ttl = 64,
				    .protocol = 4};
	packet_begin(&tunnel, &o);
	wr_bytes(&tunnel, bytes + ETHERNET_HEADER, length - ETHERNET_HEADER);
	packet_end(&tunnel, &o);
	lab_hear(x, whole, (size_t)(tunnel.at - whole));
}

/* What the client sends, and the balancer's own of it. */
static inline void lab_up(struct lab *x, struct conn *c, uint8_t flags, const char *words)
{
	struct end vip = lab_vip(), leg = vip, sent_on = vip;
	uint32_t length = (uint32_t)strlen(words) + ((flags & (TCP_SYN | TCP_FIN)) != 0);

	leg.port = c->leg_port;
	sent_on.mac = c->server.mac;
	lab_say(x, c->client, vip, flags, c->up, c->down, words, NULL, NULL);
	x->now += 50 * VL_US;
	if (x->mode == LAB_NAT) {
		struct end by = c->client;
		by.mac = lab_mac_vip;
		lab_say(x, by, c->server, flags, c->up, c->down, words, NULL, NULL);
	} else if (x->mode == LAB_FULL_NAT) {
		lab_say(x, leg, c->server, flags, c->up, c->down, words, NULL, NULL);
	} else if (x->mode == LAB_DIRECT) {
		struct end by = c->client;
		by.mac = lab_mac_vip;
		lab_say(x, by, sent_on, flags, c->up, c->down, words, NULL, NULL);
	} else if (x->mode == LAB_TUNNEL) {
		struct ip_addr local = ip4(10, 0, 0, 254);
		lab_say(x, c->client, sent_on, flags, c->up, c->down, words, &local, &c->server.ip);
	} else if (x->mode == LAB_PROXY && (flags & TCP_SYN) == 0 && words[0] != '\0') {
		lab_say(x, leg, c->server, TCP_SYN, c->leg_up++, 0, "", NULL, NULL);
		lab_say(x, c->server, leg, TCP_SYN | TCP_ACK, c->leg_down++, c->leg_up, "", NULL, NULL);
		lab_say(x, leg, c->server, TCP_ACK, c->leg_up, c->leg_down, "", NULL, NULL);
		lab_say(x, leg, c->server, TCP_PSH | TCP_ACK, c->leg_up, c->leg_down, words, NULL, NULL);
		c->leg_up += length;
	}
	c->up += length;
	x->now += 50 * VL_US;
}

/* What the server sends, and what reaches the client. */
static inline void lab_down(struct lab *x, struct conn *c, uint8_t flags, const char *words)
{
	struct end vip = lab_vip(), leg = vip, back = c->client;
	uint32_t length = (uint32_t)strlen(words) + ((flags & (TCP_SYN | TCP_FIN)) != 0);

	leg.port = c->leg_port;
	back.mac = lab_mac_vip;
	if (x->mode == LAB_NAT)
		lab_say(x, c->server, back, flags, c->down, c->up, words, NULL, NULL);
	else if (x->mode == LAB_FULL_NAT)
		lab_say(x, c->server, leg, flags, c->down, c->up, words, NULL, NULL);
	else if (x->mode == LAB_PROXY && words[0] != '\0')
		lab_say(x, c->server, leg, TCP_PSH | TCP_ACK, c->leg_down, c->leg_up, words, NULL, NULL);
	x->now += 50 * VL_US;
	if (x->mode == LAB_DIRECT || x->mode == LAB_TUNNEL || x->mode == LAB_CLUSTER)
		vip.mac = c->server.mac;
	lab_say(x, vip, c->client, flags, c->down, c->up, words, NULL, NULL);
	c->down += length;
	x->now += 50 * VL_US;
}

static inline struct conn lab_conn(struct lab *x, struct end client, uint8_t server)
{
	struct conn c = {.client = client, .server = lab_server(server), .up = (uint32_t)prng_u64(&x->dice),
			 .down = (uint32_t)prng_u64(&x->dice), .leg_up = (uint32_t)prng_u64(&x->dice),
			 .leg_down = (uint32_t)prng_u64(&x->dice)};

	c.client.port = client.port != 0 ? client.port : x->next_port++;
	c.leg_port = (uint16_t)(30000 + x->next_port % 30000);
	if (x->next_port > 60000)
		x->next_port = 20000;
	return c;
}

/* A handshake, a request, an answer of some bytes. */
static inline struct conn lab_open(struct lab *x, struct end client, uint8_t server)
{
	struct conn c = lab_conn(x, client, server);

	lab_up(x, &c, TCP_SYN, "");
	lab_down(x, &c, TCP_SYN | TCP_ACK, "");
	lab_up(x, &c, TCP_ACK, "");
	lab_up(x, &c, TCP_PSH | TCP_ACK, "GET /owa HTTP/1.1\r\nHost: mail\r\n\r\n");
	lab_down(x, &c, TCP_PSH | TCP_ACK,
		 "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789012345678901234567890123456789");
	return c;
}

static inline void lab_close(struct lab *x, struct conn *c)
{
	lab_up(x, c, TCP_FIN | TCP_ACK, "");
	lab_down(x, c, TCP_FIN | TCP_ACK, "");
	lab_up(x, c, TCP_ACK, "");
}

/* Opened by the server's reset: refused, or after the handshake at once. */
static inline void lab_refuse(struct lab *x, struct end client, uint8_t server, bool after_handshake)
{
	struct conn c = lab_conn(x, client, server);

	lab_up(x, &c, TCP_SYN, "");
	if (after_handshake) {
		lab_down(x, &c, TCP_SYN | TCP_ACK, "");
		lab_up(x, &c, TCP_ACK, "");
	}
	lab_down(x, &c, TCP_RST | TCP_ACK, "");
}

static inline void lab_at(struct lab *x, vl_time at)
{
	assert_true(at >= x->now);
	x->now = at;
}

static inline void lab_finish(struct lab *x)
{
	balance_analyzer.finish(x->judge, x->now);
	lab_collect(x);
}

/* The only service that is balanced, or NULL. */
static inline const struct flow_service *lab_service(const struct lab *x)
{
	const struct flows *f = balance_flows(x->judge);
	const struct flow_service *found = NULL;

	for (uint16_t i = 0; i < flows_service_count(f); i++) {
		if (!flows_is_balanced(flows_service(f, i)))
			continue;
		assert_null(found);
		found = flows_service(f, i);
	}
	return found;
}

/* The server of the service, by its number. */
static inline const struct flow_server *lab_counts(const struct lab *x, uint8_t n)
{
	const struct flow_service *s = lab_service(x);
	struct end want = lab_server(n);

	assert_non_null(s);
	for (uint16_t i = s->first_server; i != FLOWS_NONE; i = flows_server(balance_flows(x->judge), i)->next) {
		const struct flow_server *one = flows_server(balance_flows(x->judge), i);
		if (ip_equal(&one->ip, &want.ip) || (one->ip.family == IP_NONE && mac_equal(one->mac, want.mac)))
			return one;
	}
	return NULL;
}

static inline const struct finding *lab_found(const struct lab *x, const char *code)
{
	for (size_t i = 0; i < x->found_count; i++)
		if (strcmp(x->found[i].code->name, code) == 0)
			return &x->found[i];
	return NULL;
}

#endif
