// SPDX-License-Identifier: BSD-2-Clause
/*
 * tcp: client -- router -- server over two segments. Every 1/rate s the client opens a connection (MSS 1448, initial
 * window 10, delayed ACK) and sends 500 bytes, the server answers 5000, the client closes when it has all of them, the
 * server closes on the FIN; TIME_WAIT is 1 s. With `hold` the client waits 20 s before it closes, so that 20 s of
 * connections are open at once. Both boxes are sim/stack and its TCP endpoint, the router is a sim/node that forwards;
 * all checksums are made and verified, and content is written and read. Counted are sessions that ended well.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/node/node.h"
#include "sim/stack/tcp_endpoint.h"
#include "tests/bench/bench.h"
#include "tests/bench/lan.h"

enum { REQUEST = 500, ANSWER = 5000, SESSIONS = 200000, FIRST_PORT = 80, A_PORT = 28000 };
#define HOLD (20 * VL_S)

struct tcp_host {
	struct outbox outbox;
	struct stack *stack;
	struct tcp_endpoint *tcp;
	bool client;
	vl_time every, next;            /* VL_NEVER: all are opened */
	uint64_t opened, count, done;
	vl_time hold;
	/* who waits to close, oldest first: all wait equally long */
	struct waiting {
		vl_time at;
		tcp_handle handle;
	} *waiting;
	size_t waits_room, waits_first, waits_count;
	uint32_t most_open;
};

static struct ip_addr address_of(bool client, bool router)
{
	return ip4(10, 0, client ? 1 : 2, router ? 1 : 2);
}

/* --- the two users; a connection's tag is how many bytes it has heard ------------------------------------ */

static void finish_later(struct tcp_host *h, tcp_handle handle, vl_time now)
{
	if (h->hold == 0) {
		tcp_finish(h->tcp, handle, now);
		return;
	}
	bench_expect(h->waits_count < h->waits_room);
	h->waiting[(h->waits_first + h->waits_count++) % h->waits_room] =
		(struct waiting){.at = now + h->hold, .handle = handle};
}

static void opened(void *user, tcp_handle handle, vl_time now)
{
	struct tcp_host *h = user;

	tcp_set_tag(h->tcp, handle, 0);
	if (h->client)
		tcp_send(h->tcp, handle, REQUEST, now);
}

static void received(void *user, tcp_handle handle, const uint8_t *bytes, size_t length, vl_time now)
{
	struct tcp_host *h = user;
	uint64_t heard = tcp_tag(h->tcp, handle);

	bench_expect(bytes[0] == (uint8_t)heard && bytes[length - 1] == (uint8_t)(heard + length - 1));
	heard += length;
	tcp_set_tag(h->tcp, handle, heard);
	if (!h->client && heard == REQUEST)
		tcp_send(h->tcp, handle, ANSWER, now);
	if (h->client && heard == ANSWER)
		finish_later(h, handle, now);
}

static void peer_finished(void *user, tcp_handle handle, vl_time now)
{
	struct tcp_host *h = user;

	tcp_finish(h->tcp, handle, now);
}

static void gone(void *user, tcp_handle handle, enum tcp_end why, vl_time now)
{
	struct tcp_host *h = user;

	(void)now;
	h->done += why == TCP_END_CLOSED && tcp_tag(h->tcp, handle) == (h->client ? ANSWER : REQUEST);
}

/* Byte n of a stream is n, as far as a byte tells. */
static uint8_t count_up[256 + 2048];

static void content(void *user, tcp_handle handle, uint64_t offset, uint8_t *to, size_t length)
{
	(void)user, (void)handle;
	memcpy(to, &count_up[offset % 256], length);
}

static const struct tcp_user USER = {
	.opened = opened, .received = received, .peer_finished = peer_finished, .gone = gone, .content = content,
};

/* --- the box --------------------------------------------------------------------------------------------- */

static void startup(void *self, vl_time now)
{
	struct tcp_host *h = self;

	for (uint16_t port = FIRST_PORT; !h->client && port < FIRST_PORT + 16; port++) {
		struct vl_status s = tcp_listen(h->tcp, &(struct tcp_listener_config){
				.port = port, .backlog = 1024, .ops = &USER, .user = h});
		bench_expect(vl_ok(&s));
	}
	h->next = h->client ? now + VL_S : VL_NEVER;
}

static void shut(void *self, vl_time now)
{
	(void)self, (void)now;
}

static void input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct tcp_host *h = self;
	const struct packet *p;
	unsigned interface;

	if (stack_input(h->stack, port, f, now, &p, &interface) == STACK_LOCAL)
		(void)tcp_endpoint_receive(h->tcp, p, interface, now);
}

static void timeout(void *self, vl_time now)
{
	struct tcp_host *h = self;
	struct ip_addr server = address_of(false, false);

	stack_timeout(h->stack, now);
	tcp_endpoint_timeout(h->tcp, now);
	for (; h->waits_count > 0 && h->waiting[h->waits_first].at <= now; h->waits_count--) {
		tcp_finish(h->tcp, h->waiting[h->waits_first].handle, now);
		h->waits_first = (h->waits_first + 1) % h->waits_room;
	}
	if (now < h->next)
		return;
	uint16_t port = (uint16_t)(FIRST_PORT + h->opened / A_PORT % 16);
	bench_expect(tcp_connect(h->tcp, NULL, 0, &server, port, &USER, h, 0, now) != TCP_NO_HANDLE);
	h->next = ++h->opened < h->count ? h->next + h->every : VL_NEVER;
	const struct tcp_counters *c = tcp_endpoint_counters(h->tcp);
	if (c->connections - c->in_time_wait > h->most_open)
		h->most_open = c->connections - c->in_time_wait;
}

static vl_time deadline(const void *self)
{
	const struct tcp_host *h = self;
	vl_time at = vl_time_min(h->next, vl_time_min(stack_deadline(h->stack), tcp_endpoint_deadline(h->tcp)));

	return h->waits_count > 0 ? vl_time_min(at, h->waiting[h->waits_first].at) : at;
}

static bool poll(void *self, struct engine_out *out)
{
	return outbox_poll(&((struct tcp_host *)self)->outbox, out);
}

static struct vl_status control(void *self, const struct command *command, vl_time now)
{
	(void)self, (void)command, (void)now;
	return vl_refuse(VL_UNKNOWN, "a bench host has no commands");
}

static void free_host(void *self)
{
	struct tcp_host *h = self;

	tcp_endpoint_free(h->tcp);
	stack_free(h->stack);
	outbox_fini(&h->outbox);
	free(h->waiting);
	free(h);
}

static struct engine make_host(struct frame_pool *pool, struct tcp_host **made, bool client, uint32_t connections)
{
	static const struct engine_ops ops = {
		.name = "tcp-host",
		.startup = startup,
		.shutdown = shut,
		.input = input,
		.timeout = timeout,
		.deadline = deadline,
		.poll = poll,
		.control = control,
		.free = free_host,
	};
	struct tcp_host *h = calloc(1, sizeof *h);
	struct stack_config *c = calloc(1, sizeof *c);
	struct tcp_endpoint_config tcp = {
		.connections = connections, .mss = 1448, .time_wait = VL_S, .seed = client,
	};

	bench_expect(h != NULL && c != NULL && outbox_init(&h->outbox, 64 + 2 * tcp_endpoint_words(&tcp)));
	c->interface_count = c->route_count = 1;
	c->interface[0] = (struct stack_interface_config){.name = "eth0", .mac = lan_mac(client ? 1 : 2), .address_count = 1};
	c->interface[0].address[0] = (struct ip_prefix){address_of(client, false), 24};
	c->route[0] = (struct stack_route_config){.to = {ip4(0, 0, 0, 0), 0}, .gateway = address_of(client, true)};
	h->stack = stack_new(c, pool, &h->outbox);
	bench_expect(h->stack != NULL);
	h->tcp = tcp_endpoint_new(&tcp, h->stack);
	free(c);
	h->client = client;
	h->waits_room = connections;
	h->waiting = calloc(client ? connections : 1, sizeof *h->waiting);
	h->next = VL_NEVER;
	bench_expect(h->tcp != NULL && h->waiting != NULL);
	*made = h;
	return (struct engine){.ops = &ops, .self = h};
}

static struct engine make_router(struct frame_pool *pool)
{
	struct node_config c;
	struct vl_status why;

	node_config_init(&c);
	for (unsigned i = 0; i < 2; i++) {
		struct stack_interface_config *n = node_config_add_interface(&c);
		n->name = i == 0 ? "eth0" : "eth1";
		n->mac = lan_mac(10 + i);
		n->address[n->address_count++] = (struct ip_prefix){address_of(i == 0, true), 24};
	}
	c.stack.forward = true;
	struct engine router = node_new(&c, pool, &why);
	node_config_fini(&c);
	bench_expect(router.ops != NULL);
	return router;
}

static double resident_kib(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss;
}

static void run(const struct bench_case *c, struct bench_sample *out, unsigned rate, vl_time hold)
{
	struct world_link_config cable = {.latency = 6 * VL_US};
	uint64_t count = (uint64_t)(SESSIONS * c->scale);
	double open = rate * (2.0 + (double)hold / 1e9) + 1000;
	uint32_t connections = (uint32_t)(open < (double)count ? open : (double)count + 16);
	struct frame_pool *pool = frame_pool_new();
	struct tcp_host *client, *server;

	for (size_t i = 0; i < sizeof count_up; i++)
		count_up[i] = (uint8_t)i;
	double before = resident_kib();
	bench_expect(pool != NULL);
	struct world *w = world_new(1, pool, NULL);
	bench_expect(w != NULL);
	world_segment near = world_add_segment(w, &(struct world_segment_config){.name = "near"});
	world_segment far = world_add_segment(w, &(struct world_segment_config){.name = "far"});
	world_node nodes[] = {
		world_add_node(w, "client", make_host(pool, &client, true, connections), 1),
		world_add_node(w, "router", make_router(pool), 2),
		world_add_node(w, "server", make_host(pool, &server, false, connections), 1),
	};
	world_connect(w, nodes[0], 0, near, &cable);
	world_connect(w, nodes[1], 0, near, &cable);
	world_connect(w, nodes[1], 1, far, &cable);
	world_connect(w, nodes[2], 0, far, &cable);
	bench_expect(world_complete(w));
	client->count = count;
	client->every = VL_S / rate;
	client->hold = hold;
	for (size_t i = 0; i < 3; i++)
		world_start(w, nodes[i]);
	double start = bench_cpu();
	bench_expect(world_run(w, VL_S + count * client->every + hold + 5 * VL_S) == WORLD_RAN);
	out->seconds = bench_cpu() - start;
	out->amount = (double)count;
	/* Both ends, and everything else that holding them took. */
	out->peak_kib = hold > 0 ? (resident_kib() - before) / client->most_open : 0;
	bench_expect(client->done == count && server->done == count);
	bench_expect(hold == 0 || client->most_open >= 0.99 * (double)(count < 100000 ? count : 100000));
	const struct tcp_counters *ours = tcp_endpoint_counters(client->tcp), *theirs = tcp_endpoint_counters(server->tcp);
	bench_expect(ours->retransmitted + theirs->retransmitted + ours->resets_sent + theirs->resets_sent == 0);
	bench_expect(client->outbox.dropped == 0 && server->outbox.dropped == 0);
	world_free(w);
	bench_expect(frame_pool_held(pool) == 0);
	frame_pool_free(pool);
}

void tcp_100(const struct bench_case *c, struct bench_sample *out)
{
	run(c, out, 100, 0);
}

void tcp_5000(const struct bench_case *c, struct bench_sample *out)
{
	run(c, out, 5000, 0);
}

void tcp_hold(const struct bench_case *c, struct bench_sample *out)
{
	run(c, out, 5000, HOLD);
}
