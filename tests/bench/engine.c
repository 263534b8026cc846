// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the balancer costs a frame, alone: stack, connection table, rewriting, and out again, from memory to memory on one
 * core. A few frames are made over and over for other connections (checksums changed by RFC 1624), which is part of the
 * figure; the limit is that part alone. Connections are taken in an order that no cache foresees: one frame at a time, as a
 * world gives them, or by the burst, as a network card does, and then the balancer may look ahead. Records are polled like
 * frames.
 */
#include <stdio.h>

#include "sim/balancer/balancer_parts.h"
#include "tests/bench/bench.h"

enum { FRAMES = 2000000, SERVERS = 8, BURST = 32 };

static const struct mac CLIENT_MAC = {{2, 0, 0, 0, 1, 1}}, SERVER_MAC = {{2, 0, 0, 0, 2, 1}};
static const struct mac OWN[2] = {{{2, 0, 0, 0, 0, 1}}, {{2, 0, 0, 0, 0, 2}}};

struct engine_bench {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;
	struct frame *burst[BURST];     /* frames that come in together */
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

	if (balancer_quick(e->balancer, port, f, 0)) {
		take_out(e);
		return;
	}
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

/* Words in the order of memory, checksums by RFC 1624: what a frame costs to make counts, and should count for little. */
static uint64_t change(uint8_t *field, const void *to)
{
	uint64_t sum = (uint32_t)~(uint32_t)checksum_word(field);

	memcpy(field, to, 4);
	return sum + checksum_word(field);
}

static void change_sum(uint8_t *field, uint64_t change)
{
	uint16_t sum;

	memcpy(&sum, field, 2);
	sum = (uint16_t)~checksum_fold((uint16_t)~sum + change);
	memcpy(field, &sum, 2);
}

/* Makes the frame one of connection i. */
static void address(struct frame *f, uint32_t i, bool from_server)
{
	uint8_t *ip = f->data + ETHERNET_HEADER, *tcp = ip + IPV4_HEADER;
	uint8_t client[4], server[4] = {10, 0, 0, (uint8_t)(11 + i % SERVERS)}, ports[4] = {0, 80, 0, 80};
	uint64_t sum;

	put_be32(client, UINT32_C(100) << 24 | UINT32_C(64) << 16 | i >> 15);
	put_be16(ports + (from_server ? 2 : 0), (uint16_t)(1024 + (i & 0x7fff)));
	sum = change(ip + (from_server ? 16 : 12), client);
	if (from_server)
		sum += change(ip + 12, server);
	change_sum(ip + 10, sum);
	change_sum(tcp + 16, sum + change(tcp, ports));
}

/* Which connection comes next, and in which direction. */
struct order {
	const struct bench_engine *what;
	uint32_t at, connections, count;
};

static uint32_t next_of(struct order *o, bool *back)
{
	*back = o->what->both_ways && (o->count & 1) != 0;
	o->at = o->at * 1664525u + 1013904223u; /* Knuth's */
	o->count++;
	return o->what->opens ? o->connections + o->count - 1 : (uint32_t)((uint64_t)o->at * o->connections >> 32);
}

static void feed_burst(struct engine_bench *e, struct order *o, uint32_t count)
{
	bool back[BURST];

	/* Each place in a burst is of one direction: a burst has an even number of them. */
	for (uint32_t i = 0; i < count; i++) {
		uint32_t which = next_of(o, &back[i]);
		e->burst[i] = frame_own(e->burst[i]);   /* what was read of it before is no longer so */
		address(e->burst[i], which, back[i]);
	}
	if (o->what->alone)
		return;
	if (count > 1)
		balancer_foresee(e->balancer, e->burst, count);
	for (uint32_t i = 0; i < count; i++)
		feed(e, back[i] ? 1 : 0, e->burst[i]);
}

/* All of them are open before the clock runs. */
static void open_all(struct engine_bench *e, uint32_t count)
{
	struct frame *syn = segment(e, false, TCP_SYN), *ack = segment(e, false, TCP_ACK);

	for (uint32_t i = 0; i < count; i++) {
		address(syn, i, false);
		feed(e, 0, syn = frame_own(syn));
		address(ack, i, false);
		feed(e, 0, ack = frame_own(ack));
	}
	frame_unref(syn);
	frame_unref(ack);
	bench_expect(balancer_connection_count(e->balancer) == count);
}

void engine_frames(const struct bench_case *c, struct bench_sample *out)
{
	const struct bench_engine *b = c->what;
	struct engine_bench e = {.out = 0};
	uint32_t frames = (uint32_t)(FRAMES * c->scale) / BURST * BURST, burst = b->bursts ? BURST : 1;
	struct order o = {.what = b, .at = 12345, .connections = b->connections};

	make(&e, b->opens ? b->connections + frames : b->connections);
	introduce(&e, 0, CLIENT_MAC, ip4(192, 0, 2, 254));
	for (uint8_t i = 0; i < SERVERS; i++)
		introduce(&e, 1, SERVER_MAC, ip4(10, 0, 0, (uint8_t)(11 + i)));
	open_all(&e, b->connections);
	/* One at a time: two places, for the two directions. */
	for (uint32_t i = 0; i < BURST; i++)
		e.burst[i] = segment(&e, b->both_ways && (i & 1) != 0, b->opens ? TCP_SYN : TCP_ACK);
	e.out = 0;
	double start = bench_cpu();
	if (burst > 1) {
		for (uint32_t i = 0; i < frames; i += burst)
			feed_burst(&e, &o, burst);
	} else {
		for (uint32_t i = 0; i < frames; i++) {
			feed_burst(&e, &o, 1);
			struct frame *f = e.burst[0];
			e.burst[0] = e.burst[1];
			e.burst[1] = f;
		}
	}
	out->seconds = bench_cpu() - start;
	out->amount = frames;
	bench_expect(b->alone || e.out == frames);
	for (uint32_t i = 0; i < BURST; i++)
		frame_unref(e.burst[i]);
	balancer_free(e.balancer);
	outbox_fini(&e.outbox);
	stack_free(e.stack);
	frame_pool_free(e.pool);
}
