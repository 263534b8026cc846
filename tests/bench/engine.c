// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the balancer costs a frame, alone: stack, connection table, rewriting, and out again, from memory to memory on one
 * core. One frame is made over and over for another connection (checksums changed by RFC 1624), which is part of the
 * figure. Connections are taken in an order that no cache foresees. Records are polled like frames.
 */
#include <stdio.h>

#include "sim/balancer/balancer_parts.h"
#include "tests/bench/bench.h"

enum { FRAMES = 2000000, SERVERS = 8 };

static const struct mac CLIENT_MAC = {{2, 0, 0, 0, 1, 1}}, SERVER_MAC = {{2, 0, 0, 0, 2, 1}};
static const struct mac OWN[2] = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}};

struct engine_bench {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;
	struct frame *frame[2];         /* a client's, a server's */
	uint64_t out;
};

static void make(struct engine_bench *e, uint32_t room)
{
	static struct stack_config stack;
	static struct real_server_config server[SERVERS];
	static char name[SERVERS][8];
	struct virtual_service_config service;
	struct balancer_config config = {.service_count = 1, .service = &service, .connections = room,
					 .persistence_entries = 16, .seed = 1, .claims = true};
	struct vl_status why;

	stack = (struct stack_config){.interface_count = 2, .route_count = 1, .forward = true, .transit = true};
	for (unsigned i = 0; i < 2; i++)
		stack.interface[i] = (struct stack_interface_config){
			.name = i == 0 ? "eth0" : "eth1", .port = i, .mac = OWN[i], .address_count = 1,
			.address = {{ip4(i == 0 ? 192 : 10, 0, i == 0 ? 2 : 0, 1), 24}}};
	stack.route[0] = (struct stack_route_config){.to = {ip4(0, 0, 0, 0), 0}, .gateway = ip4(192, 0, 2, 254)};
	virtual_service_config_init(&service);
	service.name = "web";
	service.address = ip4(192, 0, 2, 100);
	service.port_count = 1;
	service.port[0] = (struct port_range){80, 80};
	service.server = server;
	service.server_count = SERVERS;
	for (uint8_t i = 0; i < SERVERS; i++) {
		(void)snprintf(name[i], sizeof name[i], "rs%u", i);
		server[i] = (struct real_server_config){.name = name[i], .address = ip4(10, 0, 0, (uint8_t)(11 + i)), .weight = 1};
	}
	e->pool = frame_pool_new();
	bench_expect(e->pool != NULL && outbox_init(&e->outbox, 4096));
	e->stack = stack_new(&stack, e->pool, &e->outbox);
	e->balancer = e->stack != NULL ? balancer_new(&config, e->stack, &e->outbox, &why) : NULL;
	bench_expect(e->balancer != NULL);
	balancer_startup(e->balancer, true, 0);
}

static void take_out(struct engine_bench *e)
{
	struct engine_out out;

	while (outbox_poll(&e->outbox, &out)) {
		if (out.type != OUT_FRAME)
			continue;
		e->out++;
		frame_unref(out.frame);
	}
}

static void feed(struct engine_bench *e, unsigned port, struct frame *f)
{
	const struct packet *p;
	unsigned interface;
	enum stack_verdict v = stack_input(e->stack, port, f, 0, &p, &interface);

	if (v == STACK_LOCAL || v == STACK_TRANSIT)
		(void)balancer_receive(e->balancer, p, f, interface, 0);
	take_out(e);
}

static void introduce(struct engine_bench *e, unsigned port, struct mac mac, struct ip_addr a)
{
	struct frame *f = frame_new(e->pool, 64);
	struct wr out = wr_of(f->data, f->length);

	ethernet_encode(&(struct ethernet_header){.dst = OWN[port], .src = mac, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = a,
					.target_ip = ip4(port == 0 ? 192 : 10, 0, port == 0 ? 2 : 0, 1)},
		   &out);
	f->length = (uint32_t)wr_length(&out);
	feed(e, port, f);
	frame_unref(f);
}

/* A segment with 6 bytes of data (64 with its headers), or a SYN. */
static struct frame *segment(struct engine_bench *e, bool from_server, uint8_t flags)
{
	static const uint8_t data[6];
	struct frame *f = frame_new(e->pool, 128);
	struct wr out = wr_of(f->data, f->length);
	struct packet_envelope p = {.src_mac = from_server ? SERVER_MAC : CLIENT_MAC, .dst_mac = OWN[from_server ? 1 : 0],
				    .src = from_server ? ip4(10, 0, 0, 11) : ip4(100, 64, 0, 0),
				    .dst = from_server ? ip4(100, 64, 0, 0) : ip4(192, 0, 2, 100), .ttl = 64,
				    .dont_fragment = true, .protocol = IP_PROTOCOL_TCP};
	struct tcp_header h = {.src_port = from_server ? 80 : 0, .dst_port = from_server ? 0 : 80, .flags = flags,
			       .sequence = (flags & TCP_SYN) != 0 ? 0 : 1, .acknowledgment = 1, .window = 60000};

	packet_begin(&out, &p);
	tcp_encode(&h, &p.src, &p.dst, data, (flags & TCP_SYN) != 0 ? 0 : sizeof data, &out);
	packet_end(&out, &p);
	f->length = (uint32_t)wr_length(&out);
	return f;
}

static void change(uint8_t *field, const uint8_t *to, size_t length, uint8_t *checksum, uint8_t *other)
{
	uint64_t sum = checksum_change(field, length, to, length);

	put_be16(checksum, checksum_changed(get_be16(checksum), sum));
	if (other != NULL)
		put_be16(other, checksum_changed(get_be16(other), sum));
	memcpy(field, to, length);
}

/* Makes the frame one of connection i. */
static void address(struct frame **frame, uint32_t i, bool from_server)
{
	struct frame *f = *frame = frame_own(*frame);   /* what was read of it before is no longer so */
	uint8_t *ip = f->data + ETHERNET_HEADER, *tcp = ip + IPV4_HEADER;
	uint8_t client[4], server[4] = {10, 0, 0, (uint8_t)(11 + i % SERVERS)}, port[2];

	put_be32(client, UINT32_C(100) << 24 | UINT32_C(64) << 16 | i >> 15);
	put_be16(port, (uint16_t)(1024 + (i & 0x7fff)));
	if (from_server)
		change(ip + 12, server, 4, ip + 10, tcp + 16);
	change(ip + (from_server ? 16 : 12), client, 4, ip + 10, tcp + 16);
	change(tcp + (from_server ? 2 : 0), port, 2, tcp + 16, NULL);
}

void engine_frames(const struct bench_case *c, struct bench_sample *out)
{
	const struct bench_engine *b = c->what;
	struct engine_bench e = {.out = 0};
	uint32_t frames = (uint32_t)(FRAMES * c->scale), mask = b->connections - 1, at = 12345;

	make(&e, b->opens ? b->connections + frames : b->connections);
	introduce(&e, 0, CLIENT_MAC, ip4(192, 0, 2, 254));
	for (uint8_t i = 0; i < SERVERS; i++)
		introduce(&e, 1, SERVER_MAC, ip4(10, 0, 0, (uint8_t)(11 + i)));
	struct frame *syn = segment(&e, false, TCP_SYN), *data[2] = {segment(&e, false, TCP_ACK), segment(&e, true, TCP_ACK)};
	for (uint32_t i = 0; i < b->connections; i++) {
		address(&syn, i, false);
		feed(&e, 0, syn);
		address(&data[0], i, false);
		feed(&e, 0, data[0]);
	}
	bench_expect(balancer_connection_count(e.balancer) == b->connections);
	e.out = 0;
	double start = bench_cpu();
	for (uint32_t i = 0; i < frames; i++) {
		at = at * 1664525u + 1013904223u;       /* Knuth's: every connection once in a round */
		bool back = b->both_ways && (i & 1) != 0;
		if (b->opens) {
			address(&syn, b->connections + i, false);
			feed(&e, 0, syn);
		} else {
			address(&data[back], at >> 7 & mask, back);
			feed(&e, back ? 1 : 0, data[back]);
		}
	}
	out->seconds = bench_cpu() - start;
	out->amount = frames;
	bench_expect(e.out == frames);
	frame_unref(syn);
	frame_unref(data[0]);
	frame_unref(data[1]);
	balancer_free(e.balancer);
	outbox_fini(&e.outbox);
	stack_free(e.stack);
	frame_pool_free(e.pool);
}
