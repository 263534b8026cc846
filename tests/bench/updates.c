// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a pair's updates cost: one unit tells the other of connections, from record to datagram, through digest and
 * sequence, into the table of the other unit and its server's counts. Both units are on one core and the figure is of the two
 * together; the wire between them is a function call.
 */
#include "sim/balancer/balancer_parts.h"
#include "sim/balancer/sync.h"
#include "tests/bench/bench.h"

enum { UPDATES = 2000000, CONNECTIONS = 1 << 18, SERVERS_TOLD = 8 };

struct updates_bench {
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;      /* the passive unit */
	struct sync *active;
	vl_time now;
};

static void to_passive(void *context, const uint8_t *bytes, size_t length, vl_time now)
{
	struct updates_bench *u = context;

	sync_input(u->balancer->sync, bytes, length, now);
}

static enum sync_drop take_nothing(void *context, const struct ha_record *r, vl_time now)
{
	(void)context, (void)r, (void)now;
	return SYNC_TAKEN;
}

static void copied(void *context, bool ended, bool from_active, vl_time now)
{
	(void)context, (void)ended, (void)from_active, (void)now;
}

static bool has_nothing(void *context, uint64_t *at, struct ha_record *r, vl_time now)
{
	(void)context, (void)at, (void)r, (void)now;
	return false;
}

static void carry_back(struct updates_bench *u)
{
	struct engine_out out;

	while (outbox_poll(&u->outbox, &out)) {
		struct packet p;
		if (out.type != OUT_FRAME)
			continue;
		if (packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length) &&
		    p.transport == TRANSPORT_UDP && p.udp.dst_port == HA_UPDATE_PORT)
			sync_input(u->active, p.payload, p.payload_length, u->now);
		frame_unref(out.frame);
	}
}

static void pass(struct updates_bench *u, vl_time length)
{
	u->now += length;
	balancer_timeout(u->balancer, u->now);
	sync_timeout(u->active, u->now);
	carry_back(u);
}

static void make_pair(struct updates_bench *u)
{
	static const struct sync_ops ops = {.send = to_passive, .take = take_nothing, .copy = copied, .walk = has_nothing};
	static struct stack_config stack;
	static struct real_server_config server[SERVERS_TOLD];
	static char name[SERVERS_TOLD][8];
	static struct balancer_sync_config pair;
	struct virtual_service_config service;
	struct balancer_config config = {.service_count = 1, .service = &service, .connections = CONNECTIONS,
					 .persistence_entries = 16, .seed = 1, .sync = &pair};
	struct vl_status why;

	stack = (struct stack_config){.interface_count = 1, .transit = true};
	stack.interface[0] = (struct stack_interface_config){
		.name = "eth0", .mac = {{2, 0, 0, 0, 0, 1}}, .address_count = 1, .address = {{ip4(192, 0, 2, 11), 24}}};
	virtual_service_config_init(&service);
	service.name = "web";
	service.address = ip4(192, 0, 2, 100);
	service.port_count = 1;
	service.port[0] = (struct port_range){80, 80};
	service.server = server;
	service.server_count = SERVERS_TOLD;
	for (uint8_t i = 0; i < SERVERS_TOLD; i++) {
		name[i][0] = 'r', name[i][1] = (char)('0' + i);
		server[i] = (struct real_server_config){.name = name[i], .address = ip4(10, 0, 0, (uint8_t)(11 + i)), .weight = 1};
	}
	sync_config_init(&pair.sync);
	pair.sync.connections = true;
	pair.sync.secret = "secret";
	pair.sync.second = true;
	u->pool = frame_pool_new();
	bench_expect(u->pool != NULL && outbox_init(&u->outbox, 2 * balancer_words(&config)));
	u->stack = stack_new(&stack, u->pool, &u->outbox);
	u->balancer = balancer_new(&config, u->stack, &u->outbox, &why);
	struct sync_config active = pair.sync;
	active.second = false;
	active.pace = active.backlog = 1024;
	u->active = sync_new(&active, &ops, u);
	bench_expect(u->balancer != NULL && u->active != NULL);
	u->now = VL_S;
	balancer_startup(u->balancer, false, u->now);
	sync_startup(u->active, true, u->now);
	for (int i = 0; i < 100; i++)
		pass(u, 20 * VL_MS);
	bench_expect(sync_is_listened_to(u->active));
}

/* peak_kib carries bytes an update, by 1024: what the wire sees, without UDP and below. */
void updates_told(const struct bench_case *c, struct bench_sample *out)
{
	struct updates_bench u = {.now = 0};
	uint32_t updates = (uint32_t)(UPDATES * c->scale), at = 12345;

	make_pair(&u);
	const struct sync_counters *n = sync_counters(u.active);
	uint64_t bytes = n->bytes_sent;
	double start = bench_cpu();
	for (uint32_t i = 0; i < updates; i++) {
		at = at * 1664525u + 1013904223u;
		uint32_t which = at >> 7 & (CONNECTIONS - 1);
		struct ha_record r = {.kind = HA_RECORD_CONNECTION};
		r.connection = (struct ha_connection){
			.client = ip4_from_u32(UINT32_C(0x64400000) + (which >> 12)), .service = ip4(192, 0, 2, 100),
			.server = ip4(10, 0, 0, (uint8_t)(11 + which % SERVERS_TOLD)), .client_port = (uint16_t)(1024 + (which & 0xfff)),
			.service_port = 80, .server_port = 80, .protocol = IP_PROTOCOL_TCP, .state = CONNECTION_ESTABLISHED};
		sync_tell(u.active, &r, u.now);
		if (i % 20000 == 19999)
			pass(&u, SYNC_TICK);
	}
	pass(&u, SYNC_TICK);
	out->seconds = bench_cpu() - start;
	out->amount = updates;
	out->peak_kib = (double)(n->bytes_sent - bytes) / updates;
	bench_expect(balancer_updates(u.balancer)->records_taken == updates && n->overflows == 0);
	balancer_free(u.balancer);
	sync_free(u.active);
	outbox_fini(&u.outbox);
	stack_free(u.stack);
	frame_pool_free(u.pool);
}
