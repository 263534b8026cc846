// SPDX-License-Identifier: BSD-2-Clause
/*
 * tcp-endpoint: two endpoints, what their users do, and a wire whose loss, doubling and reordering the input chooses,
 * with segments of a stranger in between. However it goes, what a user hears is what the other one said, in order and
 * without a gap (tests/stack/tcp_pair.h asserts it at every byte); and once the wire is good again, whatever still
 * stands ends, all slots are free and no frame is held.
 *
 * health-answers: a checker with one target of each kind that reads, and a server whose every byte the input chooses.
 */
#include "sim/balancer/health_checker.h"
#include "tests/fuzz/fuzz.h"
#include "tests/stack/tcp_pair.h"

enum { ROOM = 8, STEPS = 300 };

/* A segment that neither side wrote, to either of them; its numbers are close to some that matter. */
static void strange_segment(struct pair *p, struct draw *d)
{
	uint8_t bytes[256];
	struct wr out = wr_of(bytes, sizeof bytes);
	unsigned to = draw_u8(d) & 1;
	tcp_handle h = draw_u8(d) % ROOM;
	struct ip_addr local, remote;
	struct tcp_header t = {.flags = draw_u8(d), .window = draw_u16(d)};
	uint32_t far = draw_u32(d);

	tcp_local(p->side[to].tcp, h, &local, &t.dst_port);
	tcp_peer(p->side[to].tcp, h, &remote, &t.src_port);
	if (local.family == IP_NONE || local.family != remote.family)
		return;
	t.sequence = (uint32_t)p->now + (far & 0xffff);
	t.acknowledgment = far;
	t.options_length = (uint8_t)(draw_u8(d) % 4 * 4);
	for (size_t i = 0; i < t.options_length; i++)
		t.options[i] = draw_u8(d);
	struct packet_envelope e = {
		.dst_mac = {{2, 0, 0, 0, 0, (uint8_t)(to + 1)}}, .src_mac = {{2, 0, 0, 0, 0, (uint8_t)(2 - to)}},
		.src = remote, .dst = local, .ttl = 64, .protocol = IP_PROTOCOL_TCP,
	};
	packet_begin(&out, &e);
	/* Never bytes or an end: they would be believed where the numbers fit, and nobody said them. And a SYN is
	 * nobody's that we know. */
	t.flags &= (uint8_t)~TCP_FIN;
	if ((t.flags & TCP_SYN) != 0)
		t.src_port = (uint16_t)(far >> 16);
	tcp_encode(&t, &e.src, &e.dst, NULL, 0, &out);
	packet_end(&out, &e);
	FUZZ_ASSERT(!out.bad);
	pair_deliver(p, to, frame_copy(p->pool, bytes, wr_length(&out)));
}

/* Old segments of a name that comes again too soon may be believed (RFC 9293 3.4.2, quiet time): names do not come
 * again. Both sides count, so that they can meet with a SYN each. */
static void connect_by_name(struct pair *p, unsigned side, bool v6, uint16_t used[2])
{
	uint16_t port = (uint16_t)(7000 + used[side]++);

	(void)pair_connect(p, side, v6, port, port);
}

static void do_something(struct pair *p, struct draw *d, uint16_t used[2])
{
	uint8_t what = draw_u8(d);
	unsigned i = what >> 7;
	struct pair_side *s = &p->side[i];
	tcp_handle h = draw_u8(d) % ROOM;

	switch (what & 15) {
	case 0:
		if ((what & 96) == 96)
			connect_by_name(p, i, (what & 16) != 0, used);
		else
			(void)pair_connect(p, i, (what & 16) != 0, 0, 80);
		break;
	case 1:
	case 2:
		tcp_send(s->tcp, h, draw_u16(d), p->now);
		break;
	case 3:
		tcp_finish(s->tcp, h, p->now);
		break;
	case 4:
		tcp_abort(s->tcp, h, p->now);
		break;
	case 5:
		tcp_hold_reading(s->tcp, h, (what & 16) != 0, p->now);
		break;
	case 6:
		if ((what & 16) != 0)
			tcp_drop(s->tcp, h);
		break;
	case 7:
		(void)tcp_accept(s->tcp, 80, p->now);
		break;
	case 8:
		p->loss_ppm = draw_u8(d) * 2000u;
		p->double_ppm = draw_u8(d) * 1000u;
		p->jitter = (vl_time)draw_u8(d) * 50 * VL_US;
		break;
	case 9:
		strange_segment(p, d);
		break;
	case 10:
		if ((what & 48) == 48)
			tcp_endpoint_reset(s->tcp);
		else
			(void)pair_listen(p, i, 80, draw_u8(d) % 5, (what & 16) != 0);
		break;
	case 11:
		pair_settle(p, (vl_time)draw_u16(d) * VL_MS);
		break;
	default:
		pair_settle(p, (vl_time)draw_u8(d) * 100 * VL_US);
		break;
	}
	pair_poll(p, i);
}

/* A crash leaves flows whose user was told nothing: their handles come again. */
static void assert_counted(const struct pair *p)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct tcp_counters *c = tcp_endpoint_counters(p->side[i].tcp);
		FUZZ_ASSERT(c->connections <= ROOM && c->in_time_wait <= c->connections);
		FUZZ_ASSERT(p->side[i].outbox.dropped == 0);
	}
}

void fuzz_tcp_endpoint(const uint8_t *bytes, size_t length)
{
	struct draw d = draw_of(bytes, length);
	struct pair p;
	uint16_t used[2] = {0};
	uint8_t knobs = draw_u8(&d);
	struct tcp_endpoint_config config = {
		.connections = ROOM,
		.time_wait = VL_S,
		.mss = (knobs & 1) != 0 ? 200 : 0,
		.window = (knobs & 2) != 0 ? 3000 : 0,
		.keepalive = (knobs & 4) != 0 ? 5 * VL_S : 0,
		.data_retries = 8,
	};

	pair_open(&p, &config, (knobs & 8) != 0 ? 600 : 0, knobs);
	for (unsigned i = 0; i < 2; i++)
		p.side[i].habits = (struct pair_habits){
			.ask = draw_u8(&d) * 64u, .request = draw_u8(&d), .answer = draw_u8(&d) * 256u,
			.finish_on_fin = (knobs & 16u << i) != 0, .finish_behind_answer = (knobs & 64u << i) != 0,
		};
	(void)pair_listen(&p, 1, 80, 4, (knobs & 32) != 0);
	for (unsigned step = 0; step < STEPS && draw_left(&d) > 0; step++) {
		do_something(&p, &d, used);
		assert_counted(&p);
	}
	/* The wire is good again, everybody reads, is accepted and has enough: all comes to an end. */
	p.loss_ppm = p.double_ppm = 0;
	p.jitter = 0;
	for (unsigned round = 0; round < 3; round++)
		for (unsigned i = 0; i < 2; i++) {
			while (tcp_accept(p.side[i].tcp, 80, p.now) != TCP_NO_HANDLE)
				;
			for (tcp_handle h = 0; h < ROOM; h++) {
				tcp_hold_reading(p.side[i].tcp, h, false, p.now);
				tcp_finish(p.side[i].tcp, h, p.now);
			}
			pair_poll(&p, i);
			pair_settle(&p, 700 * VL_S);
		}
	for (tcp_handle h = 0; h < ROOM; h++) {
		/* Whose peer crashed or hangs may never hear of it. */
		tcp_abort(p.side[0].tcp, h, p.now);
		tcp_abort(p.side[1].tcp, h, p.now);
	}
	pair_settle(&p, 10 * VL_S);
	for (unsigned i = 0; i < 2; i++) {
		FUZZ_ASSERT(tcp_endpoint_counters(p.side[i].tcp)->connections == 0);
		FUZZ_ASSERT(tcp_endpoint_counters(p.side[i].tcp)->segments_held == 0);
	}
	pair_close(&p);
}

/* --- health-answers -------------------------------------------------------------------------------------- */

struct clinic {
	struct pair pair;
	struct draw d;
	struct health_checker *checker;
	bool up[HEALTH_KIND_COUNT];
	uint64_t checked;
	uint8_t said[1024];
	size_t said_length;
};

static void says(struct clinic *k, tcp_handle h, vl_time now)
{
	struct draw part = draw_part(&k->d, draw_u8(&k->d));
	size_t n = draw_left(&part);

	if (k->said_length + n > sizeof k->said)
		return;
	memcpy(k->said + k->said_length, part.at, n);
	k->said_length += n;
	tcp_send(k->pair.side[1].tcp, h, n, now);
	if ((draw_u8(&k->d) & 7) == 0)
		tcp_finish(k->pair.side[1].tcp, h, now);
	if ((draw_u8(&k->d) & 31) == 1)
		tcp_abort(k->pair.side[1].tcp, h, now);
}

static void server_opened(void *user, tcp_handle h, vl_time now)
{
	struct clinic *k = user;

	k->said_length = 0;
	says(k, h, now);
}

static void server_received(void *user, tcp_handle h, const uint8_t *bytes, size_t length, vl_time now)
{
	(void)bytes, (void)length;
	says(user, h, now);
}

static void server_finished(void *user, tcp_handle h, vl_time now)
{
	tcp_finish(((struct clinic *)user)->pair.side[1].tcp, h, now);
}

static void server_content(void *user, tcp_handle h, uint64_t offset, uint8_t *to, size_t length)
{
	const struct clinic *k = user;

	(void)h;
	for (size_t i = 0; i < length; i++)
		to[i] = offset + i < k->said_length ? k->said[offset + i] : 0;
}

static const struct tcp_user SERVER = {
	.opened = server_opened, .received = server_received, .peer_finished = server_finished, .content = server_content,
};

/* DNS, and anything else that is asked over UDP. */
static bool server_datagram(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	struct clinic *k = self;
	uint8_t bytes[256];

	(void)interface;
	if (p->transport != TRANSPORT_UDP)
		return false;
	struct draw part = draw_part(&k->d, draw_u8(&k->d));
	size_t n = draw_left(&part);
	memcpy(bytes, part.at, n);
	if (n >= 2 && (draw_u8(&k->d) & 3) != 0)
		memcpy(bytes, p->payload, 2);
	if (n >= p->payload_length && (draw_u8(&k->d) & 1) != 0)
		memcpy(bytes + 4, p->payload + 4, p->payload_length - 4);
	struct udp_header u = {.src_port = p->udp.dst_port, .dst_port = p->udp.src_port};
	struct packet_envelope e = {.src = p->dst, .dst = p->src, .ttl = 64, .protocol = IP_PROTOCOL_UDP};
	(void)stack_send_udp(k->pair.side[1].stack, &e, &u, bytes, n, now);
	return true;
}

static bool checker_receive(void *self, const struct packet *p, unsigned interface, vl_time now)
{
	(void)health_checker_receive(((struct clinic *)self)->checker, p, interface, now);
	return true;
}

static void no_timeout(void *self, vl_time now)
{
	(void)self, (void)now;
}

static vl_time no_deadline(const void *self)
{
	(void)self;
	return VL_NEVER;
}

static void checker_timeout(void *self, vl_time now)
{
	health_checker_timeout(((struct clinic *)self)->checker, now);
}

static vl_time checker_deadline(const void *self)
{
	return health_checker_deadline(((const struct clinic *)self)->checker);
}

static void changed(void *context, size_t service, size_t server, bool up, enum health_result why, vl_time now)
{
	struct clinic *k = context;

	(void)server, (void)now;
	FUZZ_ASSERT(service < HEALTH_KIND_COUNT && k->up[service] != up && why < HEALTH_RESULT_COUNT);
	k->up[service] = up;
}

static void checked(void *context, size_t service, size_t server, enum health_result result, vl_time took, vl_time now)
{
	struct clinic *k = context;

	(void)server;
	FUZZ_ASSERT(service < HEALTH_KIND_COUNT && result != HEALTH_UNKNOWN && took <= now);
	k->checked++;
}

static void agent(void *context, size_t service, size_t server, uint32_t answer, vl_time now)
{
	(void)context, (void)server, (void)now;
	FUZZ_ASSERT(service == HEALTH_AGENT && answer <= 102);
}

void fuzz_health_answers(const uint8_t *bytes, size_t length)
{
	static const struct tcp_endpoint_config server = {.connections = 64, .time_wait = VL_S};
	struct clinic k = {.d = draw_of(bytes, length)};
	uint8_t knobs = draw_u8(&k.d);
	struct health_config config[HEALTH_KIND_COUNT];
	struct health_target target[HEALTH_KIND_COUNT];

	pair_open(&k.pair, &server, 0, knobs);
	for (size_t i = 0; i < HEALTH_KIND_COUNT; i++) {
		health_config_init(&config[i], (enum health_kind)i, (enum health_profile)(knobs % 3));
		config[i].pattern = i == HEALTH_HTTP && (knobs & 4) != 0 ? "abab" : NULL;
		target[i] = (struct health_target){
			.service = i, .address = pair_address(1, false), .port = (uint16_t)(1000 + i), .config = &config[i],
		};
		k.up[i] = true;
		struct vl_status s = tcp_listen(k.pair.side[1].tcp, &(struct tcp_listener_config){
				.port = (uint16_t)(1000 + i), .backlog = 4, .ops = &SERVER, .user = &k});
		FUZZ_ASSERT(vl_ok(&s));
	}
	k.checker = health_checker_new(&(struct health_checker_config){HEALTH_KIND_COUNT, target,
					       {&k, changed, checked, agent}, knobs}, k.pair.side[0].stack);
	FUZZ_ASSERT(k.checker != NULL);
	k.pair.side[0].guest = (struct pair_guest){&k, checker_receive, checker_timeout, checker_deadline};
	k.pair.side[1].guest = (struct pair_guest){&k, server_datagram, no_timeout, no_deadline};
	health_checker_startup(k.checker, 0);
	for (unsigned step = 0; step < 40 && draw_left(&k.d) > 0; step++) {
		if ((draw_u8(&k.d) & 15) == 0)
			health_checker_pause(k.checker, draw_u8(&k.d) % HEALTH_KIND_COUNT, 0, (knobs & 8) != 0, k.pair.now);
		pair_settle(&k.pair, 5 * VL_S);
	}
	for (size_t i = 0; i < HEALTH_KIND_COUNT; i++)
		FUZZ_ASSERT(health_checker_facts(k.checker, i, 0).checks <= k.checked);
	health_checker_shutdown(k.checker, k.pair.now);
	pair_poll(&k.pair, 0);
	health_checker_free(k.checker);
	k.pair.side[0].guest.self = k.pair.side[1].guest.self = NULL;
	pair_close(&k.pair);
}
