// SPDX-License-Identifier: BSD-2-Clause
/*
 * A balancer between two nets, frame by frame. Port 0 (eth0) is the clients' side: 192.0.2.1/24 and 2001:db8::1/64, port 1
 * (eth1) the servers': 10.0.0.1/24 and fd00::1/64. The virtual address is 192.0.2.100 (2001:db8::100); clients are
 * behind the router 192.0.2.254 (2001:db8::fe), servers are 10.0.0.11, .12 ... (fd00::11 ...). Every neighbour has a
 * MAC that its address tells, and is known from the start.
 */
#ifndef VL_TESTS_BALANCER_LAB_H
#define VL_TESTS_BALANCER_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sim/balancer/balancer.h"
#include "tests/support/scratch_capture.h"

#define LAB_SERVERS 8
#define LAB_SERVICES 4

static const struct mac LAB_MAC[2] = {{{0x02, 0, 0, 0, 0, 0x01}}, {{0x02, 0, 0, 0, 0, 0x02}}};

struct lab {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack_config stack_config;
	struct stack *stack;
	struct balancer_config config;
	struct virtual_service_config service[LAB_SERVICES];
	struct real_server_config server[LAB_SERVICES][LAB_SERVERS];
	char name[LAB_SERVERS][8];
	struct balancer *balancer;
	vl_time now;
	struct engine_out out;          /* what came out last; a frame is held until the next */
	struct packet p;                /* that frame taken apart */
	bool transit;                   /* what the last frame that came in was */
	uint64_t records;
	struct scratch_capture *capture;        /* every frame in and out, for tshark; NULL: none */
};

static inline struct ip_addr ip(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return a;
}

static inline struct ip_prefix net(const char *text)
{
	struct ip_prefix p;

	assert_true(ip_prefix_parse(text, &p));
	return p;
}

/* 02:aa:<the last four bytes of the address>. */
static inline struct mac mac_of(struct ip_addr a)
{
	const uint8_t *last = a.family == IP_V4 ? a.b : a.b + 12;

	return (struct mac){{0x02, 0xaa, last[0], last[1], last[2], last[3]}};
}

/* One service, two servers; change it before lab_open. */
static inline void lab_init(struct lab *l)
{
	memset(l, 0, sizeof *l);
	l->stack_config = (struct stack_config){.interface_count = 2, .route_count = 2, .forward = true, .transit = true};
	l->stack_config.interface[0] = (struct stack_interface_config){
		.name = "eth0", .port = 0, .mac = LAB_MAC[0], .address_count = 2,
		.address = {net("192.0.2.1/24"), net("2001:db8::1/64")}};
	l->stack_config.interface[1] = (struct stack_interface_config){
		.name = "eth1", .port = 1, .mac = LAB_MAC[1], .address_count = 2,
		.address = {net("10.0.0.1/24"), net("fd00::1/64")}};
	l->stack_config.route[0] = (struct stack_route_config){.to = net("0.0.0.0/0"), .gateway = ip("192.0.2.254")};
	l->stack_config.route[1] = (struct stack_route_config){.to = net("::/0"), .gateway = ip("2001:db8::fe")};
	for (size_t i = 0; i < LAB_SERVERS; i++)
		snprintf(l->name[i], sizeof l->name[i], "rs%zu", i + 1);
	for (size_t i = 0; i < LAB_SERVICES; i++) {
		struct virtual_service_config *v = &l->service[i];
		virtual_service_config_init(v);
		v->name = (const char *const[]){"web", "mail", "dns", "other"}[i];
		v->address = ip("192.0.2.100");
		v->port_count = 1;
		v->port[0] = (struct port_range){(uint16_t)(80 + i), (uint16_t)(80 + i)};
		v->server = l->server[i];
		v->server_count = 2;
		for (size_t k = 0; k < LAB_SERVERS; k++)
			l->server[i][k] = (struct real_server_config){
				.name = l->name[k], .address = ip4(10, 0, 0, (uint8_t)(11 + k)), .weight = 1};
	}
	l->config = (struct balancer_config){.service_count = 1, .service = l->service, .connections = 1000,
					     .persistence_entries = 100, .seed = 1, .claims = true};
}

/* Everything is IPv6. */
static inline void lab_ipv6(struct lab *l)
{
	for (size_t i = 0; i < LAB_SERVICES; i++) {
		l->service[i].address = ip("2001:db8::100");
		for (size_t k = 0; k < LAB_SERVERS; k++) {
			l->server[i][k].address = ip("fd00::11");
			l->server[i][k].address.b[15] = (uint8_t)(0x11 + k);
		}
	}
}

static inline void lab_forget(struct lab *l)
{
	if (l->out.type == OUT_FRAME)
		frame_unref(l->out.frame);
	l->out = (struct engine_out){.type = OUT_RECORD};
}

static inline void lab_record_frame(struct lab *l, const uint8_t *bytes, size_t length)
{
	if (l->capture != NULL)
		scratch_capture_add(l->capture, l->now, bytes, length);
}

/* The next frame or record; false: there is none. */
static inline bool lab_next(struct lab *l)
{
	lab_forget(l);
	if (!outbox_poll(&l->outbox, &l->out))
		return false;
	if (l->out.type == OUT_FRAME) {
		assert_true(packet_dissect(&l->p, l->out.frame->data, l->out.frame->length, l->out.frame->length));
		lab_record_frame(l, l->out.frame->data, l->out.frame->length);
	} else {
		l->records++;
	}
	return true;
}

/* The next frame; records are passed over. */
static inline bool lab_next_frame(struct lab *l)
{
	while (lab_next(l))
		if (l->out.type == OUT_FRAME)
			return true;
	return false;
}

static inline void lab_silence(struct lab *l)
{
	if (!lab_next_frame(l))
		return;
	char text[PACKET_LINE];
	fail_msg("not silent: %s", packet_format(text, &l->p));
}

/* The next record of this kind; what comes before is passed over. False: none. */
static inline bool lab_next_record(struct lab *l, const struct record_kind *kind)
{
	while (lab_next(l))
		if (l->out.type == OUT_RECORD && l->out.record.kind == kind)
			return true;
	return false;
}

static inline bool lab_input_of(struct lab *l, unsigned port, const uint8_t *bytes, size_t length, uint32_t segment)
{
	const struct packet *p;
	unsigned interface;
	bool taken = false;
	struct frame *f = frame_copy(l->pool, bytes, length);

	assert_non_null(f);
	f->segment = segment;
	lab_record_frame(l, bytes, length);
	enum stack_verdict v = stack_input(l->stack, port, f, l->now, &p, &interface);
	l->transit = v == STACK_TRANSIT;
	if (v == STACK_LOCAL || v == STACK_TRANSIT)
		taken = balancer_receive(l->balancer, p, f, interface, l->now);
	if (v == STACK_TRANSIT && !taken)
		stack_transit(l->stack, f, p, l->now);
	frame_unref(f);
	return taken;
}

static inline bool lab_input(struct lab *l, unsigned port, const uint8_t *bytes, size_t length)
{
	return lab_input_of(l, port, bytes, length, 0);
}

static inline void lab_introduce(struct lab *l, unsigned port, struct ip_addr a)
{
	uint8_t bytes[128];
	struct wr out = wr_of(bytes, sizeof bytes);
	struct mac mac = mac_of(a);

	if (a.family == IP_V4) {
		ethernet_encode(&(struct ethernet_header){.dst = LAB_MAC[port], .src = mac, .type = ETHERTYPE_ARP}, &out);
		arp_encode(&(struct arp_packet){.operation = ARP_REQUEST,
						.sender_mac = mac,
						.sender_ip = a,
						.target_ip = l->stack_config.interface[port].address[0].addr},
			   &out);
	} else {
		struct packet_envelope e = {.src_mac = mac, .dst_mac = LAB_MAC[port], .src = a,
					    .dst = l->stack_config.interface[port].address[1].addr, .ttl = 255,
					    .protocol = IP_PROTOCOL_ICMPV6};
		struct icmp_message m = {.family = IP_V6, .type = ICMPV6_NEIGHBOR_SOLICITATION, .target = e.dst,
					 .has_link_address = true, .link_address = mac};
		packet_begin(&out, &e);
		icmp_encode(&m, &e.src, &e.dst, &out);
		packet_end(&out, &e);
	}
	lab_input(l, port, bytes, wr_length(&out));
	while (lab_next(l))
		;
}

static inline void lab_open(struct lab *l)
{
	struct vl_status why;

	l->pool = frame_pool_new();
	assert_true(outbox_init(&l->outbox, 4096));
	l->stack = stack_new(&l->stack_config, l->pool, &l->outbox);
	assert_non_null(l->stack);
	l->balancer = balancer_new(&l->config, l->stack, &l->outbox, &why);
	if (l->balancer == NULL)
		fail_msg("%s", why.reason);
	l->now = VL_S;
	balancer_startup(l->balancer, true, l->now);
	while (lab_next(l))
		;
	lab_introduce(l, 0, ip("192.0.2.254"));
	lab_introduce(l, 0, ip("2001:db8::fe"));
	for (uint8_t i = 0; i < LAB_SERVERS; i++) {
		struct ip_addr six = ip("fd00::11");
		six.b[15] = (uint8_t)(0x11 + i);
		lab_introduce(l, 1, ip4(10, 0, 0, (uint8_t)(11 + i)));
		lab_introduce(l, 1, six);
	}
}

static inline void lab_close(struct lab *l)
{
	lab_forget(l);
	balancer_free(l->balancer);
	outbox_fini(&l->outbox);
	stack_free(l->stack);
	assert_int_equal(frame_pool_held(l->pool), 0);
	frame_pool_free(l->pool);
}

/* Lets time pass; what the balancer says in it stays in the outbox. */
static inline void lab_wait(struct lab *l, vl_time length)
{
	vl_time until = l->now + length;

	while (balancer_deadline(l->balancer) <= until) {
		l->now = balancer_deadline(l->balancer);
		balancer_timeout(l->balancer, l->now);
		assert_true(balancer_deadline(l->balancer) > l->now);
	}
	l->now = until;
}

/* --- packets ---------------------------------------------------------------------------------------------- */

/* A TCP segment or UDP datagram, in whatever goes around it. */
struct lab_packet {
	struct ip_addr src, dst;
	uint16_t src_port, dst_port;
	uint8_t protocol;               /* 0: TCP */
	uint8_t ttl;                    /* 0: 64 */
	uint8_t flags;
	uint32_t sequence, acknowledgment;
	uint16_t window;                /* 0: 8192 */
	uint8_t options_length;
	uint8_t options[40];
	size_t length;                  /* of the data: 0, 1, 2 ... 255, 0 ... */
	uint16_t id;
	uint8_t tos;
	bool may_fragment;
	struct mac to, from;
	uint32_t segment;               /* many segments in one, of so many bytes of IP each; 0: it is one */
};

#define LAB_FRAME 6144

static inline size_t lab_encode(const struct lab_packet *w, uint8_t bytes[LAB_FRAME])
{
	uint8_t data[LAB_FRAME];
	struct wr out = wr_of(bytes, LAB_FRAME);
	uint8_t protocol = w->protocol != 0 ? w->protocol : IP_PROTOCOL_TCP;
	const struct packet_envelope e = {.src_mac = w->from, .dst_mac = w->to, .src = w->src, .dst = w->dst,
					  .ttl = w->ttl != 0 ? w->ttl : 64, .tos = w->tos, .id = w->id,
					  .dont_fragment = !w->may_fragment, .protocol = protocol};

	for (size_t i = 0; i < w->length; i++)
		data[i] = (uint8_t)i;
	packet_begin(&out, &e);
	if (protocol == IP_PROTOCOL_UDP) {
		udp_encode(&(struct udp_header){.src_port = w->src_port, .dst_port = w->dst_port,
						.length = (uint16_t)(UDP_HEADER + w->length)},
			   &w->src, &w->dst, data, w->length, &out);
	} else {
		struct tcp_header h = {.src_port = w->src_port, .dst_port = w->dst_port, .sequence = w->sequence,
				       .acknowledgment = w->acknowledgment, .flags = w->flags,
				       .window = w->window != 0 ? w->window : 8192, .options_length = w->options_length};
		memcpy(h.options, w->options, sizeof h.options);
		tcp_encode(&h, &w->src, &w->dst, data, w->length, &out);
	}
	packet_end(&out, &e);
	assert_false(out.bad);
	return wr_length(&out);
}

/* From the clients' side (port 0) or the servers' (port 1); MACs are filled in. */
static inline bool lab_send(struct lab *l, unsigned port, struct lab_packet w)
{
	uint8_t bytes[LAB_FRAME];

	w.to = LAB_MAC[port];
	w.from = port == 1 ? mac_of(w.src) : mac_of(w.src.family == IP_V4 ? ip("192.0.2.254") : ip("2001:db8::fe"));
	size_t length = lab_encode(&w, bytes);
	return lab_input_of(l, port, bytes, length, w.segment);
}

static inline void assert_same_bytes(const uint8_t *got, size_t got_length, const uint8_t *want, size_t length)
{
	for (size_t i = 0; i < got_length && i < length; i++)
		if (got[i] != want[i])
			fail_msg("byte %zu is 0x%02x, not 0x%02x", i, got[i], want[i]);
	assert_int_equal(got_length, length);
}

/* The next frame leaves by `port` and is this one, byte for byte; checksums are made from nothing. */
static inline void lab_expect(struct lab *l, unsigned port, struct lab_packet w)
{
	uint8_t bytes[LAB_FRAME];

	assert_true(lab_next_frame(l));
	assert_int_equal(l->out.port, port);
	w.from = LAB_MAC[port];
	if (mac_equal(w.to, MAC_ZERO))
		w.to = port == 1 ? mac_of(w.dst) : mac_of(w.dst.family == IP_V4 ? ip("192.0.2.254") : ip("2001:db8::fe"));
	size_t length = lab_encode(&w, bytes);
	assert_same_bytes(l->out.frame->data, l->out.frame->length, bytes, length);
}

/* A client's connection, followed with the right numbers. */
struct lab_flow {
	struct ip_addr client, vip;
	uint16_t port, vport;
	uint32_t client_next, server_next;
};

static inline struct lab_flow lab_flow(struct lab *l, uint16_t port)
{
	struct lab_flow f = {.vip = l->service[0].address, .port = port, .vport = l->service[0].port[0].first,
			     .client_next = 1000, .server_next = 5000};

	f.client = f.vip.family == IP_V4 ? ip("198.51.100.7") : ip("2001:db8:7::7");
	return f;
}

/* The client sends; counts up what it sent. */
static inline bool lab_client(struct lab *l, struct lab_flow *f, uint8_t flags, size_t length)
{
	struct lab_packet w = {.src = f->client, .dst = f->vip, .src_port = f->port, .dst_port = f->vport,
			       .flags = flags, .sequence = f->client_next,
			       .acknowledgment = (flags & TCP_ACK) != 0 ? f->server_next : 0, .length = length};

	f->client_next += (uint32_t)length + ((flags & TCP_SYN) != 0) + ((flags & TCP_FIN) != 0);
	return lab_send(l, 0, w);
}

/* The server at the other end of the frame that went to it last sends: `seen` is that frame. */
static inline bool lab_server(struct lab *l, struct lab_flow *f, const struct packet *seen, uint8_t flags, size_t length)
{
	struct lab_packet w = {.src = seen->dst, .dst = seen->src, .src_port = seen->tcp.dst_port,
			       .dst_port = seen->tcp.src_port, .flags = flags, .sequence = f->server_next,
			       .acknowledgment = f->client_next, .length = length};

	f->server_next += (uint32_t)length + ((flags & TCP_SYN) != 0) + ((flags & TCP_FIN) != 0);
	return lab_send(l, 1, w);
}

/* Handshake; the packet that went to the server is in *seen. */
static inline void lab_establish(struct lab *l, struct lab_flow *f, struct packet *seen)
{
	assert_true(lab_client(l, f, TCP_SYN, 0));
	assert_true(lab_next_frame(l));
	*seen = l->p;
	assert_true(lab_server(l, f, seen, TCP_SYN | TCP_ACK, 0));
	assert_true(lab_next_frame(l));
	assert_true(lab_client(l, f, TCP_ACK, 0));
	assert_true(lab_next_frame(l));
}

#endif
