// SPDX-License-Identifier: BSD-2-Clause
/*
 * A unit of a pair under any updates: bytes as they come, what the other unit says with some bytes of it changed, and
 * records of any content in datagrams that are authentic, while roles change and time passes. No connection is lost count
 * of, nothing comes in that is not authentic, and what goes out is sound.
 */
#include "sim/balancer/balancer.h"
#include "tests/fuzz/fuzz.h"

enum { SERVICES = 4, SERVERS = 3 };

struct unit_desk {
	struct draw d;
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;
	struct sync *other;             /* the other unit's end; with the right secret */
	vl_time now;
	bool spoil;                     /* its next datagram arrives with a byte changed */
};

static const struct mac UNIT_MAC = {{0x02, 0, 0, 0, 0, 1}}, OTHER_MAC = {{0x02, 0, 0, 0, 0, 2}};

static void check_counts(const struct unit_desk *k)
{
	const struct connection_counters *n = balancer_connections(k->balancer);
	uint64_t gone = 0, held = 0;

	for (int i = 0; i < CONNECTION_END_COUNT; i++)
		gone += n->ended[i];
	FUZZ_ASSERT(n->opened == gone + balancer_connection_count(k->balancer));
	for (size_t v = 0; v < SERVICES; v++)
		for (size_t s = 0; s < SERVERS; s++) {
			struct server_facts f = balancer_server(k->balancer, v, s);
			held += f.active + f.inactive;
		}
	FUZZ_ASSERT(held == balancer_connection_count(k->balancer));
	FUZZ_ASSERT(k->outbox.dropped == 0);
}

static void drain_unit(struct unit_desk *k)
{
	struct engine_out out;

	while (outbox_poll(&k->outbox, &out)) {
		struct packet p;
		char text[PACKET_LINE];
		if (out.type == OUT_RECORD)
			continue;
		FUZZ_ASSERT(packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length));
		(void)packet_format(text, &p);
		if (p.transport == TRANSPORT_UDP && p.udp.dst_port == HA_UPDATE_PORT)
			sync_input(k->other, p.payload, p.payload_length, k->now);
		frame_unref(out.frame);
	}
	check_counts(k);
}

static void datagram(struct unit_desk *k, const uint8_t *bytes, size_t length)
{
	uint8_t frame[2000];
	struct wr out = wr_of(frame, sizeof frame);
	struct packet_envelope e = {.src_mac = OTHER_MAC, .src = ip4(192, 0, 2, 12), .dst = HA_UPDATE_GROUP_V4, .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};
	const struct udp_header h = {.src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT};
	const struct packet *p;
	unsigned interface;

	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, bytes, length, &out);
	packet_end(&out, &e);
	FUZZ_ASSERT(!out.bad);
	struct frame *f = frame_copy(k->pool, frame, wr_length(&out));
	FUZZ_ASSERT(f != NULL);
	if (stack_input(k->stack, 0, f, k->now, &p, &interface) == STACK_LOCAL)
		FUZZ_ASSERT(balancer_receive(k->balancer, p, f, interface, k->now));
	frame_unref(f);
}

static void on_send(void *context, const uint8_t *bytes, size_t length, vl_time now)
{
	struct unit_desk *k = context;
	uint8_t copy[HA_UPDATE_DATAGRAM];

	(void)now;
	memcpy(copy, bytes, length);
	uint64_t taken = balancer_updates(k->balancer)->records_taken;
	bool spoiled = k->spoil;
	k->spoil = false;
	if (spoiled)
		copy[draw_u16(&k->d) % length] ^= (uint8_t)(1 + draw_u8(&k->d) % 255);
	datagram(k, copy, length);
	FUZZ_ASSERT(!spoiled || balancer_updates(k->balancer)->records_taken == taken);
}

static enum sync_drop on_take(void *context, const struct ha_record *r, vl_time now)
{
	uint8_t bytes[HA_UPDATE_RECORD];
	struct wr out = wr_of(bytes, sizeof bytes);

	(void)context;
	(void)now;
	ha_record_encode(r, &out);
	FUZZ_ASSERT(!out.bad);
	return SYNC_TAKEN;
}

static void on_copy(void *context, bool ended, bool from_active, vl_time now)
{
	(void)context, (void)ended, (void)from_active, (void)now;
}

static struct ip_addr address(struct unit_desk *k, bool v6)
{
	uint8_t last = draw_u8(&k->d);

	if (v6)
		return (struct ip_addr){IP_V6, {0x20, 0x01, 0x0d, 0xb8, [15] = last}};
	return (last & 0x80) != 0 ? ip4(192, 0, 2, last & 0x7f) : ip4(10, 0, 0, last & 15);
}

/* A record that means something here, or nearly. */
static struct ha_record any_record(struct unit_desk *k)
{
	uint8_t how = draw_u8(&k->d), which = draw_u8(&k->d);
	bool v6 = (how & 0x40) != 0;
	struct ip_addr vip = (how & 0x80) != 0 ? address(k, v6) : ip4(192, 0, 2, 100);
	uint16_t port = (uint16_t)(80 + which % (SERVICES + 1));
	uint8_t protocol = (which & 0x80) != 0 ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;
	struct ip_addr server = (how & 0x20) != 0 ? address(k, v6) : ip4(10, 0, 0, (uint8_t)(11 + which / 5 % SERVERS));
	struct ha_record r = {.kind = (uint8_t)(1 + how % 3)};

	switch (r.kind) {
	case HA_RECORD_CONNECTION:
		r.connection = (struct ha_connection){
			.client = (how & 0x10) != 0 ? address(k, v6) : ip4(198, 51, 100, which & 7), .service = vip, .server = server,
			.client_port = (uint16_t)(5000 + draw_u8(&k->d) % 8), .service_port = port, .server_port = port,
			.protocol = protocol, .state = draw_u8(&k->d) % 12, .marks = draw_u8(&k->d), .idle_ms = draw_u32(&k->d) % 1000000,
			.age_ms = draw_u32(&k->d), .client_next = draw_u32(&k->d), .delta = draw_u32(&k->d)};
		if ((how & 8) != 0) {
			r.connection.local = (how & 4) != 0 ? address(k, v6) : ip4(192, 0, 2, 100);
			r.connection.local_port = (uint16_t)(1024 + draw_u8(&k->d) % 4);
		}
		break;
	case HA_RECORD_END:
		r.end = (struct ha_end){.client = ip4(198, 51, 100, which & 7), .service = vip,
					.client_port = (uint16_t)(5000 + draw_u8(&k->d) % 8), .service_port = port,
					.protocol = protocol, .why = draw_u8(&k->d) % (CONNECTION_END_COUNT + 1)};
		break;
	default:
		r.entry = (struct ha_entry){.service = vip, .server = server, .service_port = port, .protocol = protocol,
					    .key_length = (uint8_t)(1 + draw_u8(&k->d) % HA_UPDATE_KEY), .key = {which},
					    .left_ms = draw_u32(&k->d) % 400000};
	}
	return r;
}

static bool on_walk(void *context, uint64_t *at, struct ha_record *r, vl_time now)
{
	struct unit_desk *k = context;

	(void)now;
	if (++*at > 40 || draw_left(&k->d) == 0)
		return false;
	*r = any_record(k);
	return true;
}

static const struct sync_ops OTHER_OPS = {.send = on_send, .take = on_take, .copy = on_copy, .walk = on_walk};

static void raw_bytes(struct unit_desk *k)
{
	uint8_t bytes[1400];
	size_t length = 0;

	for (size_t most = draw_u8(&k->d); length < most; length++)
		bytes[length] = draw_u8(&k->d);
	if (length >= 4)
		memcpy(bytes, "VLHA", 4);
	uint64_t taken = balancer_updates(k->balancer)->records_taken;
	datagram(k, bytes, length);
	FUZZ_ASSERT(balancer_updates(k->balancer)->records_taken == taken);
}

static void let_pass(struct unit_desk *k)
{
	vl_time until = k->now + (vl_time)draw_u8(&k->d) * draw_u8(&k->d) * VL_MS;

	for (int i = 0; i < 3000; i++) {
		vl_time next = vl_time_min(vl_time_min(balancer_deadline(k->balancer), sync_deadline(k->other)),
					   stack_deadline(k->stack));
		if (next > until)
			break;
		k->now = next > k->now ? next : k->now;
		stack_timeout(k->stack, k->now);
		balancer_timeout(k->balancer, k->now);
		sync_timeout(k->other, k->now);
		drain_unit(k);
	}
	k->now = until > k->now ? until : k->now;
}

static void make_unit(struct unit_desk *k)
{
	static const char *const name[SERVICES] = {"nat", "snat", "dsr", "seven"}, *const server_name[SERVERS] = {"a", "b", "c"};
	static struct virtual_service_config v[SERVICES];
	static struct real_server_config s[SERVERS];
	static struct balancer_sync_config pair;
	static struct stack_config stack;
	struct balancer_config c = {.service_count = SERVICES, .service = v, .connections = 24, .persistence_entries = 8,
				    .seed = 5, .sync = &pair};
	struct vl_status why;

	sync_config_init(&pair.sync);
	pair.sync.connections = pair.sync.persistence = true;
	pair.sync.secret = "secret";
	pair.sync.backlog = 4;
	stack = (struct stack_config){.interface_count = 1, .transit = true};
	stack.interface[0] = (struct stack_interface_config){.name = "eth", .mac = UNIT_MAC, .address_count = 1,
							     .address = {{ip4(192, 0, 2, 11), 24}}};
	for (size_t i = 0; i < SERVERS; i++)
		s[i] = (struct real_server_config){.name = server_name[i], .address = ip4(10, 0, 0, (uint8_t)(11 + i)), .weight = 2};
	for (size_t i = 0; i < SERVICES; i++) {
		virtual_service_config_init(&v[i]);
		v[i].name = name[i];
		v[i].address = ip4(192, 0, 2, 100);
		v[i].port_count = 1;
		v[i].port[0] = (struct port_range){(uint16_t)(80 + i), (uint16_t)(80 + i)};
		v[i].forwarding = i == 0 ? FORWARD_NAT : i == 2 ? FORWARD_DSR : FORWARD_SNAT;
		v[i].layer = i == 3 ? 7 : 4;
		v[i].server = s;
		v[i].server_count = SERVERS;
		v[i].persistence = (struct persistence_config){.kind = persistence_find("source-ip"), .timeout = 20 * VL_S};
	}
	k->pool = frame_pool_new();
	FUZZ_ASSERT(k->pool != NULL && outbox_init(&k->outbox, 4 * balancer_words(&c)));
	k->stack = stack_new(&stack, k->pool, &k->outbox);
	k->balancer = balancer_new(&c, k->stack, &k->outbox, &why);
	struct sync_config other = pair.sync;
	other.second = true;
	k->other = sync_new(&other, &OTHER_OPS, k);
	FUZZ_ASSERT(k->balancer != NULL && k->other != NULL);
	k->now = VL_S;
	balancer_startup(k->balancer, false, k->now);
	sync_startup(k->other, true, k->now);
	drain_unit(k);
}

void fuzz_ha_updates(const uint8_t *bytes, size_t length)
{
	struct unit_desk k = {.d = draw_of(bytes, length)};

	make_unit(&k);
	for (int i = 0; i < 100 && !sync_has_contact(k.other); i++) {
		k.now += 50 * VL_MS;
		balancer_timeout(k.balancer, k.now);
		sync_timeout(k.other, k.now);
		drain_unit(&k);
	}
	FUZZ_ASSERT(sync_has_contact(k.other));
	for (int calls = 0; draw_left(&k.d) > 0 && calls < 400; calls++) {
		uint8_t what = draw_u8(&k.d) & 15;
		if (what < 8 && sync_is_listened_to(k.other)) {
			struct ha_record r = any_record(&k);
			sync_tell(k.other, &r, k.now);
		} else if (what < 11) {
			let_pass(&k);
		} else if (what == 11) {
			raw_bytes(&k);
		} else if (what == 12) {
			k.spoil = true;
		} else if (what == 13) {
			balancer_set_active(k.balancer, (draw_u8(&k.d) & 1) != 0, k.now);
		} else if (what == 14) {
			sync_set_active(k.other, (draw_u8(&k.d) & 1) != 0, k.now);
		} else {
			sync_crash(k.other);
			sync_startup(k.other, (draw_u8(&k.d) & 1) != 0, k.now);
		}
		drain_unit(&k);
	}
	balancer_shutdown(k.balancer, k.now);
	drain_unit(&k);
	FUZZ_ASSERT(balancer_connection_count(k.balancer) == 0);
	balancer_free(k.balancer);
	sync_free(k.other);
	outbox_fini(&k.outbox);
	stack_free(k.stack);
	FUZZ_ASSERT(frame_pool_held(k.pool) == 0);
	frame_pool_free(k.pool);
}
