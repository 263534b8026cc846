// SPDX-License-Identifier: BSD-2-Clause
/*
 * What layer 7 costs, the engine alone, from memory to memory on one core: requests on connections that stay open, each read to its
 * end, with a line more for the server and its answer read as well (two legs); and frames of connections that were
 * spliced. Frames are made between the measured stretches, so that only stack and balancer count; records are polled
 * like frames.
 */
#include <stdio.h>
#include <string.h>

#include "sim/balancer/balancer_parts.h"
#include "tests/bench/bench.h"

enum { CONNECTIONS = 256, REQUESTS = 400000, PORT = 40000, ROOM = 2048 };

#define LINE "X-Forwarded-For: 192.0.2.1\r\n"

static const char REQUEST[] = "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
static const char ANSWER[] = "HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/plain\r\nContent-Length: 64\r\n\r\n"
			     "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static const struct mac OWN = {{2, 0, 0, 0, 0, 1}}, CLIENT = {{2, 0, 0, 0, 0, 2}}, SERVER = {{2, 0, 0, 0, 0, 3}};

/* What one side of a connection says and hears next. */
struct leg {
	uint16_t port;                  /* of the client or of the balancer's connection to the server */
	uint32_t says, hears;
};

struct layer7_bench {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;
	struct leg client[CONNECTIONS], server[CONNECTIONS];
	size_t servers;                 /* legs to the server so far */
	struct frame *frame[CONNECTIONS];
	vl_time now;
	double seconds;
};

/* A segment of a client, or of the server, on its connection. */
static struct frame *segment(struct layer7_bench *x, bool from_server, struct leg *leg, uint8_t flags, const char *text)
{
	struct frame *f = frame_new(x->pool, ROOM);
	struct wr out = wr_of(f->data, f->length);
	size_t length = strlen(text);
	struct packet_envelope p = {.src_mac = from_server ? SERVER : CLIENT, .dst_mac = OWN,
				    .src = ip4(192, 0, 2, from_server ? 12 : 1), .dst = ip4(192, 0, 2, 100), .ttl = 64,
				    .dont_fragment = true, .protocol = IP_PROTOCOL_TCP};
	struct tcp_header h = {.src_port = from_server ? 80 : leg->port, .dst_port = from_server ? leg->port : 80,
			       .flags = flags, .sequence = leg->says, .acknowledgment = leg->hears, .window = 60000};

	if ((flags & TCP_SYN) != 0) {
		h.options_length = 4;
		memcpy(h.options, "\2\4\5\xb4", 4);
	}
	packet_begin(&out, &p);
	tcp_encode(&h, &p.src, &p.dst, (const uint8_t *)text, length, &out);
	packet_end(&out, &p);
	bench_expect(!out.bad);
	f->length = (uint32_t)wr_length(&out);
	leg->says += (uint32_t)length + ((flags & TCP_SYN) != 0);
	return f;
}

static void feed(struct layer7_bench *x, struct frame *f)
{
	const struct packet *p;
	unsigned interface;

	if (balancer_quick(x->balancer, 0, f, x->now))
		return;
	if (stack_input(x->stack, 0, f, x->now, &p, &interface) == STACK_LOCAL)
		(void)balancer_receive(x->balancer, p, f, interface, x->now);
}

/* --- handshakes, not measured ----------------------------------------------------------------------------- */

static void answer_to(struct layer7_bench *x, const struct packet *p);

static void take_out(struct layer7_bench *x)
{
	struct engine_out out;

	while (outbox_poll(&x->outbox, &out)) {
		struct packet p;
		if (out.type != OUT_FRAME)
			continue;
		if (packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length))
			answer_to(x, &p);
		frame_unref(out.frame);
	}
}

static void give(struct layer7_bench *x, struct frame *f)
{
	feed(x, f);
	frame_unref(f);
	take_out(x);
}

static void introduce(struct layer7_bench *x, struct mac mac, uint8_t last)
{
	struct frame *f = frame_new(x->pool, 64);
	struct wr out = wr_of(f->data, f->length);

	ethernet_encode(&(struct ethernet_header){.dst = OWN, .src = mac, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = ip4(192, 0, 2, last),
					.target_ip = ip4(192, 0, 2, 9)},
		   &out);
	f->length = (uint32_t)wr_length(&out);
	give(x, f);
}

/* The other side of a handshake; and what it hears meanwhile. */
static void answer_to(struct layer7_bench *x, const struct packet *p)
{
	bool syn = p->transport == TRANSPORT_TCP && (p->tcp.flags & TCP_SYN) != 0;
	uint32_t end = p->tcp.sequence + (uint32_t)p->payload_length + syn;

	if (p->transport != TRANSPORT_TCP)
		return;
	if (p->tcp.dst_port != 80) {
		struct leg *c = &x->client[p->tcp.dst_port - PORT];
		c->hears = end;
		if (syn)
			give(x, segment(x, false, c, TCP_ACK, ""));
		return;
	}
	struct leg *s = syn ? &x->server[x->servers++] : NULL;
	for (size_t i = 0; s == NULL && i < x->servers; i++)
		if (x->server[i].port == p->tcp.src_port)
			s = &x->server[i];
	bench_expect(s != NULL && x->servers <= CONNECTIONS);
	s->port = p->tcp.src_port;
	s->hears = end;
	if (syn)
		give(x, segment(x, true, s, TCP_SYN | TCP_ACK, ""));
}

static void make(struct layer7_bench *x, bool each_request)
{
	static const struct real_server_config server = {.name = "rs1", .address = {IP_V4, {192, 0, 2, 12}}, .weight = 1};
	static struct stack_config stack;
	struct virtual_service_config service;
	struct balancer_config config = {.service_count = 1, .service = &service, .connections = 4 * CONNECTIONS,
					 .persistence_entries = 16, .proxies = CONNECTIONS, .seed = 1, .claims = true};
	struct vl_status why;

	stack = (struct stack_config){.interface_count = 1};
	stack.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = OWN, .address_count = 1, .address = {{ip4(192, 0, 2, 9), 24}}};
	virtual_service_config_init(&service);
	service.name = "web";
	service.address = ip4(192, 0, 2, 100);
	service.port_count = 1;
	service.port[0] = (struct port_range){80, 80};
	service.forwarding = FORWARD_SNAT;
	service.server = &server;
	service.server_count = 1;
	service.layer = 7;
	service.layer7.forwarded_for = each_request;
	x->pool = frame_pool_new();
	bench_expect(x->pool != NULL && outbox_init(&x->outbox, 4096));
	x->stack = stack_new(&stack, x->pool, &x->outbox);
	x->balancer = x->stack != NULL ? balancer_new(&config, x->stack, &x->outbox, &why) : NULL;
	bench_expect(x->balancer != NULL);
	x->now = VL_S;
	balancer_startup(x->balancer, true, x->now);
	introduce(x, CLIENT, 1);
	introduce(x, SERVER, 12);
}

static void open_all(struct layer7_bench *x)
{
	for (uint16_t i = 0; i < CONNECTIONS; i++) {
		x->client[i] = (struct leg){.port = (uint16_t)(PORT + i), .says = 1000u * i};
		give(x, segment(x, false, &x->client[i], TCP_SYN, ""));
	}
}

static void close_all(struct layer7_bench *x)
{
	balancer_free(x->balancer);
	outbox_fini(&x->outbox);
	stack_free(x->stack);
	frame_pool_free(x->pool);
}

/* --- measured --------------------------------------------------------------------------------------------- */

/* Every connection's frame in, whatever comes of it out. How many frames did. */
static uint64_t pass(struct layer7_bench *x)
{
	struct engine_out out;
	uint64_t count = 0;
	double start = bench_cpu();

	x->now += 200 * VL_US;
	if (balancer_deadline(x->balancer) <= x->now)
		balancer_timeout(x->balancer, x->now);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		feed(x, x->frame[i]);
		while (outbox_poll(&x->outbox, &out)) {
			if (out.type != OUT_FRAME)
				continue;
			count++;
			frame_unref(out.frame);
		}
	}
	x->seconds += bench_cpu() - start;
	for (size_t i = 0; i < CONNECTIONS; i++)
		frame_unref(x->frame[i]);
	return count;
}

/* Each client asks, the server answers each: the frames that came out for the two. */
static uint64_t exchange(struct layer7_bench *x, size_t line)
{
	uint64_t count;

	for (size_t i = 0; i < CONNECTIONS; i++)
		x->frame[i] = segment(x, false, &x->client[i], TCP_ACK | TCP_PSH, REQUEST);
	count = pass(x);
	for (size_t i = 0; i < CONNECTIONS; i++) {
		x->server[i].hears += (uint32_t)(sizeof REQUEST - 1 + line);
		x->frame[i] = segment(x, true, &x->server[i], TCP_ACK | TCP_PSH, ANSWER);
	}
	count += pass(x);
	for (size_t i = 0; i < CONNECTIONS; i++)
		x->client[i].hears += (uint32_t)(sizeof ANSWER - 1);
	return count;
}

/* The first request of each: it opens the connection to the server. */
static void warm_up(struct layer7_bench *x)
{
	for (size_t i = 0; i < CONNECTIONS; i++)
		give(x, segment(x, false, &x->client[i], TCP_ACK | TCP_PSH, REQUEST));
	bench_expect(x->servers == CONNECTIONS);
	for (size_t i = 0; i < CONNECTIONS; i++)
		give(x, segment(x, true, &x->server[i], TCP_ACK | TCP_PSH, ANSWER));
}

void layer7_requests(const struct bench_case *c, struct bench_sample *out)
{
	static struct layer7_bench x;
	uint64_t rounds = (uint64_t)(REQUESTS * c->scale) / CONNECTIONS + 1;

	make(&x, true);
	open_all(&x);
	warm_up(&x);
	for (uint64_t i = 0; i < rounds; i++)
		bench_expect(exchange(&x, sizeof LINE - 1) >= 2 * CONNECTIONS);
	out->seconds = x.seconds;
	out->amount = (double)(rounds * CONNECTIONS);
	bench_expect(balancer_layer7(x.balancer)->answers == (rounds + 1) * CONNECTIONS);
	close_all(&x);
}

void layer7_spliced(const struct bench_case *c, struct bench_sample *out)
{
	static struct layer7_bench x;
	uint64_t rounds = (uint64_t)(REQUESTS * c->scale) / CONNECTIONS + 1;

	make(&x, false);
	open_all(&x);
	warm_up(&x);
	for (uint64_t i = 0; i < 2; i++)
		(void)exchange(&x, 0);
	bench_expect(balancer_layer7(x.balancer)->spliced == CONNECTIONS);
	x.seconds = 0;
	for (uint64_t i = 0; i < rounds; i++)
		bench_expect(exchange(&x, 0) == 2 * CONNECTIONS);
	out->seconds = x.seconds;
	out->amount = (double)(2 * rounds * CONNECTIONS);
	close_all(&x);
}
