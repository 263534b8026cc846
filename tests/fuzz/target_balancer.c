// SPDX-License-Identifier: BSD-2-Clause
/*
 * The balancer in every mode under any packets: frames as they come, segments and datagrams of a few flows from both
 * sides, ICMP errors about what it sent, commands, time, being active and not. Whatever comes out is sound to the last
 * checksum, and no connection is lost count of.
 */
#include "sim/balancer/balancer.h"
#include "tests/fuzz/fuzz.h"

enum { SERVICES = 5, SERVERS = 3 };

struct desk {
	struct draw d;
	struct frame_pool *pool;
	struct outbox outbox;
	struct stack *stack;
	struct balancer *balancer;
	vl_time now;
	uint8_t last[1600];             /* what went out last */
	size_t last_length;
};

static const struct mac OWN_MAC = {{0x02, 0, 0, 0, 0, 1}}, PEER_MAC = {{0x02, 0, 0, 0, 0, 9}};

static void check(const struct desk *k)
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

static void drain(struct desk *k)
{
	struct engine_out out;

	while (outbox_poll(&k->outbox, &out)) {
		struct packet p;
		char text[RECORD_LINE];
		if (out.type == OUT_RECORD) {
			(void)record_format_line(text, sizeof text, &out.record);
			continue;
		}
		(void)packet_dissect(&p, out.frame->data, out.frame->length, out.frame->length);
		FUZZ_ASSERT(p.verdict == PACKET_OK || p.verdict >= PACKET_BAD_AH);
		k->last_length = out.frame->length < sizeof k->last ? out.frame->length : 0;
		memcpy(k->last, out.frame->data, k->last_length);
		frame_unref(out.frame);
	}
	check(k);
}

static void input(struct desk *k, unsigned port, const uint8_t *bytes, size_t length)
{
	const struct packet *p;
	unsigned interface;
	bool taken = false;
	struct frame *f = frame_copy(k->pool, bytes, length);

	FUZZ_ASSERT(f != NULL);
	enum stack_verdict v = stack_input(k->stack, port, f, k->now, &p, &interface);
	if (v == STACK_LOCAL || v == STACK_TRANSIT)
		taken = balancer_receive(k->balancer, p, f, interface, k->now);
	if (v == STACK_TRANSIT && !taken)
		stack_transit(k->stack, f, p, k->now);
	frame_unref(f);
	drain(k);
}

static void raw(struct desk *k)
{
	uint8_t how = draw_u8(&k->d);
	struct draw part = draw_part(&k->d, 14u + draw_u8(&k->d));
	size_t length = draw_left(&part);
	uint8_t *bytes = exact_copy(part.at, length);

	if (length >= ETHERNET_HEADER) {
		memcpy(bytes, OWN_MAC.b, 6);
		frame_repair(bytes, length);
	}
	input(k, how & 1, bytes, length);
	free(bytes);
}

static struct ip_addr six(uint8_t last)
{
	return (struct ip_addr){IP_V6, {0x20, 0x01, 0x0d, 0xb8, [15] = last}};
}

/* A segment or datagram between addresses that mean something here. */
static void transport(struct desk *k)
{
	uint8_t how = draw_u8(&k->d), who = draw_u8(&k->d), bytes[256];
	bool v6 = (how & 4) != 0, udp = (how & 2) != 0, from_server = (how & 1) != 0;
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet_envelope e = {.src_mac = PEER_MAC, .dst_mac = OWN_MAC, .ttl = (uint8_t)(1 + (how >> 3)), .id = who,
				    .dont_fragment = (who & 1) != 0, .protocol = udp ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP};
	struct ip_addr client = v6 ? six(7) : ip4(198, 51, 100, who & 3), vip = v6 ? six(100) : ip4(192, 0, 2, 100);
	struct ip_addr server = ip4(10, 0, 0, (uint8_t)(11 + who % SERVERS));
	uint16_t port = (uint16_t)(80 + (who >> 2) % SERVICES), far = (uint16_t)(5000 + (who >> 5));
	static const uint8_t data[32];
	uint8_t size = draw_u8(&k->d) & 31;

	e.src = from_server ? server : client;
	e.dst = !from_server ? vip : (who & 16) != 0 ? ip4(10, 0, 0, 200) : ip4(198, 51, 100, who & 3);
	packet_begin(&out, &e);
	if (udp) {
		struct udp_header h = {.src_port = from_server ? port : far, .dst_port = from_server ? far : port,
				       .length = (uint16_t)(8 + size)};
		udp_encode(&h, &e.src, &e.dst, data, size, &out);
	} else {
		struct tcp_header h = {.src_port = from_server ? port : far, .dst_port = from_server ? far : port,
				       .flags = draw_u8(&k->d), .sequence = draw_u32(&k->d), .acknowledgment = draw_u32(&k->d),
				       .window = draw_u16(&k->d)};
		/* the answer to a cookie, now and then */
		if ((size & 7) == 1 && k->last_length >= 54)
			h.acknowledgment = get_be32(k->last + 38) + 1;
		h.options_length = (uint8_t)((size & 3) * 4);
		for (size_t i = 0; i < h.options_length; i++)
			h.options[i] = draw_u8(&k->d);
		tcp_encode(&h, &e.src, &e.dst, data, size, &out);
	}
	packet_end(&out, &e);
	input(k, from_server, bytes, wr_length(&out));
}

/* An error about what went out last, cut somewhere. */
static void error(struct desk *k)
{
	uint8_t bytes[1700], type = draw_u8(&k->d), code = draw_u8(&k->d);
	struct wr out = wr_of(bytes, sizeof bytes);
	struct packet p;

	if (k->last_length < 34 || !packet_dissect(&p, k->last, k->last_length, k->last_length) ||
	    p.src.family == IP_NONE)
		return;
	bool v6 = p.src.family == IP_V6;
	size_t quote = k->last_length - 14, cut = draw_u16(&k->d);
	struct icmp_message m = {.family = (enum ip_family)p.src.family, .type = v6 ? type & 3 : type % 13, .code = code & 15,
				 .word = draw_u32(&k->d), .data = k->last + 14, .data_length = cut < quote ? cut : quote};
	struct packet_envelope e = {.src_mac = PEER_MAC, .dst_mac = OWN_MAC, .src = v6 ? six(66) : ip4(203, 0, 113, 9),
				    .dst = p.src, .ttl = 60, .protocol = v6 ? IP_PROTOCOL_ICMPV6 : IP_PROTOCOL_ICMP};

	packet_begin(&out, &e);
	icmp_encode(&m, &e.src, &e.dst, &out);
	packet_end(&out, &e);
	if (!out.bad)
		input(k, code & 1, bytes, wr_length(&out));
}

static void command(struct desk *k)
{
	static const char *const field[] = {"nat.a.weight", "snat.b.limit", "dsr.c.state", "nat.a.state", "six.a.state",
					    "nat.scheduler", "snat.persistence", "nat.slow_start", "tun.b.state", "x.y.z"};
	static const char *const word[] = {"enable", "drain", "disable", "absent", "rr", "wlc", "sh", "none", "source-ip", ""};
	uint8_t how = draw_u8(&k->d);
	struct command c = {.verb = COMMAND_SET, .field = field[how % 10], .type = VALUE_WORD, .value.word = word[how / 10 % 10]};

	if (how % 10 < 2) {
		c.type = VALUE_NUMBER;
		c.value.number = draw_u16(&k->d);
	} else if (how % 10 == 7) {
		c.type = VALUE_TIME;
		c.value.time = draw_u8(&k->d) * VL_S;
	}
	(void)balancer_control(k->balancer, &c, k->now);
	drain(k);
}

static void pass_time(struct desk *k)
{
	vl_time until = k->now + (vl_time)draw_u16(&k->d) * 10 * VL_MS;

	for (int i = 0; i < 10000; i++) {
		vl_time next = vl_time_min(balancer_deadline(k->balancer), stack_deadline(k->stack));
		if (next > until)
			break;
		k->now = next > k->now ? next : k->now;
		stack_timeout(k->stack, k->now);
		balancer_timeout(k->balancer, k->now);
		FUZZ_ASSERT(balancer_deadline(k->balancer) > k->now);
		drain(k);
	}
	k->now = until;
}

static void make(struct desk *k)
{
	static const char *const name[SERVICES] = {"nat", "snat", "dsr", "tun", "six"}, *const server_name[SERVERS] = {"a", "b", "c"};
	static struct virtual_service_config v[SERVICES];
	static struct real_server_config s[SERVERS];
	static struct stack_config stack;
	struct balancer_config c = {.service_count = SERVICES, .service = v, .connections = 24, .persistence_entries = 8,
				    .seed = 5, .claims = true};
	struct vl_status why;

	stack = (struct stack_config){.interface_count = 2, .route_count = 2, .forward = true, .transit = true};
	for (unsigned i = 0; i < 2; i++)
		stack.interface[i] = (struct stack_interface_config){.name = "eth", .port = i, .mac = OWN_MAC, .mtu = 1280,
			.address_count = 1, .address = {{ip4(i == 0 ? 192 : 10, 0, i == 0 ? 2 : 0, 1), 24}}};
	stack.interface[0].address[stack.interface[0].address_count++] = (struct ip_prefix){six(1), 64};
	stack.route[0] = (struct stack_route_config){.to = {ip4(0, 0, 0, 0), 0}, .gateway = ip4(192, 0, 2, 254)};
	stack.route[1] = (struct stack_route_config){.to = {{IP_V6, {0}}, 0}, .gateway = six(254)};
	for (size_t i = 0; i < SERVERS; i++)
		s[i] = (struct real_server_config){.name = server_name[i], .address = ip4(10, 0, 0, (uint8_t)(11 + i)),
						   .weight = 2, .connection_limit = i == 1 ? 5 : 0, .sorry = i == 2};
	for (size_t i = 0; i < SERVICES; i++) {
		virtual_service_config_init(&v[i]);
		v[i].name = name[i];
		v[i].address = i == 4 ? six(100) : ip4(192, 0, 2, 100);
		v[i].protocol = i == 1 ? IP_PROTOCOL_UDP : IP_PROTOCOL_TCP;
		v[i].port_count = 1;
		v[i].port[0] = (struct port_range){(uint16_t)(80 + i), (uint16_t)(80 + i)};
		v[i].forwarding = i == 0 ? FORWARD_NAT : i == 2 ? FORWARD_DSR : i == 3 ? FORWARD_TUNNEL : FORWARD_SNAT;
		v[i].snat = SNAT_POOL;
		v[i].local_count = 1;
		v[i].local[0] = ip4(10, 0, 0, 200);
		v[i].snat_ports = (struct port_range){5000, 5007};
		v[i].server = s;
		v[i].server_count = SERVERS;
		v[i].half_open_limit = i == 0 || i == 4 ? 2 : 0;
		v[i].drain = (enum balancer_drain)(i % 3);
		v[i].drain_time = 30 * VL_S;
		v[i].drop_at_drain_end = v[i].expire_nodest = i == 0;
		v[i].persistence = (struct persistence_config){.kind = i == 1 ? persistence_find("source-ip") : NULL,
							       .timeout = 20 * VL_S};
	}
	k->pool = frame_pool_new();
	FUZZ_ASSERT(k->pool != NULL && outbox_init(&k->outbox, 4 * balancer_words(&c)));
	k->stack = stack_new(&stack, k->pool, &k->outbox);
	k->balancer = balancer_new(&c, k->stack, &k->outbox, &why);
	FUZZ_ASSERT(k->balancer != NULL);
	balancer_startup(k->balancer, true, 0);
	drain(k);
}

static void introduce(struct desk *k, unsigned port, struct ip_addr a)
{
	uint8_t bytes[64];
	struct wr out = wr_of(bytes, sizeof bytes);

	ethernet_encode(&(struct ethernet_header){.dst = OWN_MAC, .src = PEER_MAC, .type = ETHERTYPE_ARP}, &out);
	arp_encode(&(struct arp_packet){.operation = ARP_REQUEST, .sender_mac = PEER_MAC, .sender_ip = a,
					.target_ip = ip4(port == 0 ? 192 : 10, 0, port == 0 ? 2 : 0, 1)},
		   &out);
	input(k, port, bytes, wr_length(&out));
}

void fuzz_balancer(const uint8_t *bytes, size_t length)
{
	struct desk k = {.d = draw_of(bytes, length)};

	make(&k);
	introduce(&k, 0, ip4(192, 0, 2, 254));
	for (uint8_t i = 0; i < SERVERS; i++)
		introduce(&k, 1, ip4(10, 0, 0, (uint8_t)(11 + i)));
	for (int calls = 0; draw_left(&k.d) > 0 && calls < 400; calls++) {
		uint8_t what = draw_u8(&k.d) & 15;
		if (what < 9)
			transport(&k);
		else if (what < 11)
			raw(&k);
		else if (what < 13)
			error(&k);
		else if (what == 13)
			command(&k);
		else if (what == 14)
			pass_time(&k);
		else
			balancer_set_active(k.balancer, (draw_u8(&k.d) & 3) != 0, k.now), drain(&k);
	}
	balancer_shutdown(k.balancer, k.now);
	drain(&k);
	FUZZ_ASSERT(balancer_connection_count(k.balancer) == 0);
	balancer_free(k.balancer);
	outbox_fini(&k.outbox);
	stack_free(k.stack);
	FUZZ_ASSERT(frame_pool_held(k.pool) == 0);
	frame_pool_free(k.pool);
}
