// SPDX-License-Identifier: BSD-2-Clause
/*
 * A balancer of a pair, frame by frame, beside the other unit's end of the updates (sync.h): what it tells, what it takes,
 * how it goes on with it, and why it refuses.
 */
#include <stdlib.h>

#include "sim/balancer/sync.h"
#include "tests/balancer/lab.h"

#define OTHER "192.0.2.77"

enum { TOLD = 256 };

struct pair {
	struct lab l;
	struct balancer_sync_config shared;
	struct sync *other;
	struct ha_record told[TOLD];    /* what the other unit was told */
	size_t count;
	struct ha_record copy[8];       /* what it has */
	size_t copy_count;
	unsigned copies;
};

static void on_send(void *context, const uint8_t *bytes, size_t length, vl_time now)
{
	struct pair *p = context;
	uint8_t frame[1600];
	struct wr out = wr_of(frame, sizeof frame);
	struct packet_envelope e = {.src_mac = mac_of(ip(OTHER)), .src = ip(OTHER), .dst = HA_UPDATE_GROUP_V4, .ttl = 1,
				    .protocol = IP_PROTOCOL_UDP};
	const struct udp_header h = {.src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT};

	e.dst_mac = mac_of_group(&e.dst);
	packet_begin(&out, &e);
	udp_encode(&h, &e.src, &e.dst, bytes, length, &out);
	packet_end(&out, &e);
	assert_true(lab_input(&p->l, 0, frame, wr_length(&out)));
}

static enum sync_drop on_take(void *context, const struct ha_record *r, vl_time now)
{
	struct pair *p = context;

	assert_true(p->count < TOLD);
	p->told[p->count++] = *r;
	return SYNC_TAKEN;
}

static void on_copy(void *context, bool ended, bool from_active, vl_time now)
{
	struct pair *p = context;

	p->copies += ended;
}

static bool on_walk(void *context, uint64_t *at, struct ha_record *r, vl_time now)
{
	struct pair *p = context;

	if (*at >= p->copy_count)
		return false;
	*r = p->copy[(*at)++];
	return true;
}

static const struct sync_ops OPS = {.send = on_send, .take = on_take, .copy = on_copy, .walk = on_walk};

/* Carries what the balancer sent to the other unit; other frames are left behind. */
static void carry(struct pair *p)
{
	while (lab_next(&p->l))
		if (p->l.out.type == OUT_FRAME && p->l.p.transport == TRANSPORT_UDP && p->l.p.udp.dst_port == HA_UPDATE_PORT)
			sync_input(p->other, p->l.p.payload, p->l.p.payload_length, p->l.now);
}

static void pass_time(struct pair *p, vl_time length)
{
	vl_time until = p->l.now + length;

	carry(p);
	for (;;) {
		vl_time next = vl_time_min(balancer_deadline(p->l.balancer), sync_deadline(p->other));
		if (next > until)
			break;
		p->l.now = next > p->l.now ? next : p->l.now;
		balancer_timeout(p->l.balancer, p->l.now);
		sync_timeout(p->other, p->l.now);
		carry(p);
	}
	p->l.now = until;
}

/* The balancer is the First unit. */
static void open_as(struct pair *p, bool active)
{
	sync_config_init(&p->shared.sync);
	p->shared.sync.connections = p->shared.sync.persistence = true;
	p->shared.sync.secret = "s3cret";
	p->l.config.sync = &p->shared;
	p->l.config.claims = false;
	assert_true(balancer_words(&p->l.config) > balancer_words(&(struct balancer_config){
			.service_count = p->l.config.service_count, .service = p->l.config.service}));
	lab_open(&p->l);
	if (p->shared.peer.family != IP_NONE)
		lab_introduce(&p->l, 0, p->shared.peer);
	balancer_set_active(p->l.balancer, active, p->l.now);
	struct sync_config c = p->shared.sync;
	c.second = true;
	p->other = sync_new(&c, &OPS, p);
	assert_non_null(p->other);
	sync_startup(p->other, !active, p->l.now);
	pass_time(p, 2 * VL_S);
	assert_true(sync_has_contact(p->other));
}

static struct pair *pair_init(void)
{
	struct pair *p = calloc(1, sizeof *p);

	assert_non_null(p);
	lab_init(&p->l);
	return p;
}

static void close_pair(struct pair *p)
{
	const struct connection_counters *n = balancer_connections(p->l.balancer);
	uint64_t gone = 0;
	size_t held = 0;

	for (int i = 0; i < CONNECTION_END_COUNT; i++)
		gone += n->ended[i];
	assert_int_equal(n->opened, gone + balancer_connection_count(p->l.balancer));
	for (size_t v = 0; v < p->l.config.service_count; v++)
		for (size_t s = 0; s < p->l.service[v].server_count; s++) {
			struct server_facts f = balancer_server(p->l.balancer, v, s);
			held += f.active + f.inactive;
		}
	assert_int_equal(held, balancer_connection_count(p->l.balancer));
	lab_close(&p->l);
	sync_free(p->other);
	free(p);
}

static struct ha_record established(uint16_t client_port, uint8_t server)
{
	return (struct ha_record){
		.kind = HA_RECORD_CONNECTION,
		.connection = {.client = ip("198.51.100.7"), .service = ip("192.0.2.100"), .server = ip4(10, 0, 0, server),
			       .client_port = client_port, .service_port = 80, .server_port = 80, .protocol = IP_PROTOCOL_TCP,
			       .state = CONNECTION_ESTABLISHED, .client_next = 2000, .server_next = 7000, .age_ms = 100}};
}

static void tell(struct pair *p, const struct ha_record *r)
{
	sync_tell(p->other, r, p->l.now);
	pass_time(p, SYNC_TICK);
}

static uint64_t refused(const struct pair *p, enum sync_drop why)
{
	return balancer_updates(p->l.balancer)->dropped[why];
}

static void expect_refused(struct pair *p, struct ha_record r, enum sync_drop why)
{
	uint64_t before = refused(p, why);
	uint32_t held = balancer_connection_count(p->l.balancer);

	tell(p, &r);
	if (refused(p, why) != before + 1)
		fail_msg("not refused: %s", sync_drop_text(why));
	assert_int_equal(balancer_connection_count(p->l.balancer), held);
}

/* A client and a server go on in the middle of a connection. */
static void goes_on(struct pair *p, uint16_t client_port, uint8_t server, struct ip_addr source, uint16_t source_port)
{
	struct lab_packet from = {.src = ip("198.51.100.7"), .dst = ip("192.0.2.100"), .src_port = client_port, .dst_port = 80,
				  .flags = TCP_ACK | TCP_PSH, .sequence = 2000, .acknowledgment = 7000, .length = 100};
	struct lab_packet to = from;

	to.src = source;
	to.src_port = source_port;
	to.dst = ip4(10, 0, 0, server);
	to.ttl = 63;
	assert_true(lab_send(&p->l, 0, from));
	lab_expect(&p->l, 1, to);
	struct lab_packet back = {.src = to.dst, .dst = source, .src_port = 80, .dst_port = source_port, .flags = TCP_ACK,
				  .sequence = 7000, .acknowledgment = 2100, .length = 500};
	assert_true(lab_send(&p->l, 1, back));
	back.src = ip("192.0.2.100");
	back.dst = from.src;
	back.dst_port = client_port;
	back.ttl = 63;
	lab_expect(&p->l, 0, back);
}

static void take_over(struct pair *p)
{
	sync_crash(p->other);
	balancer_set_active(p->l.balancer, true, p->l.now);
	while (lab_next(&p->l))
		;
}

static void a_connection_that_was_told_goes_on(void **state)
{
	struct pair *p = pair_init();
	struct ha_record r = established(40000, 12);

	open_as(p, false);
	tell(p, &r);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	assert_int_equal(balancer_server(p->l.balancer, 0, 1).active, 1);
	take_over(p);
	goes_on(p, 40000, 12, ip("198.51.100.7"), 40000);
	lab_silence(&p->l);
	/* One that was not told is reset, once the other is known to be gone. */
	lab_wait(&p->l, 4 * VL_S);
	while (lab_next(&p->l))
		;
	struct lab_flow f = lab_flow(&p->l, 40001);
	assert_true(lab_client(&p->l, &f, TCP_ACK, 10));
	assert_true(lab_next_frame(&p->l));
	assert_true((p->l.p.tcp.flags & TCP_RST) != 0);
	close_pair(p);
}

static void snat_goes_on_with_the_same_port(void **state)
{
	struct pair *p = pair_init();
	struct ha_record r = established(40000, 11);

	p->l.service[0].forwarding = FORWARD_SNAT;
	open_as(p, false);
	expect_refused(p, r, SYNC_DROP_LOCAL);          /* full NAT without a local port */
	r.connection.local = ip("10.0.0.99");
	r.connection.local_port = 3333;
	expect_refused(p, r, SYNC_DROP_LOCAL);          /* of another box */
	r.connection.local = ip("192.0.2.100");
	tell(p, &r);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	struct ha_record same = established(40001, 11);
	same.connection.local = r.connection.local;
	same.connection.local_port = 3333;
	expect_refused(p, same, SYNC_DROP_BUSY);
	take_over(p);
	goes_on(p, 40000, 11, ip("192.0.2.100"), 3333);
	close_pair(p);
}

static void every_refusal_has_its_reason(void **state)
{
	struct pair *p = pair_init();
	struct ha_record r = established(40000, 11), x;

	p->l.config.service_count = 3;
	p->l.service[1].layer = 7;
	p->l.service[2].protocol = IP_PROTOCOL_UDP;
	p->l.config.connections = 2;
	p->l.service[0].reset_on_failure = true;
	open_as(p, false);
	x = r, x.connection.service_port = 99;
	expect_refused(p, x, SYNC_DROP_SERVICE);
	x = r, x.connection.service_port = 81;
	expect_refused(p, x, SYNC_DROP_OFF);
	x = r, x.connection.service_port = 82, x.connection.protocol = IP_PROTOCOL_UDP;
	expect_refused(p, x, SYNC_DROP_OFF);
	x = r, x.connection.server = ip4(10, 0, 0, 99);
	expect_refused(p, x, SYNC_DROP_SERVER);
	x = r, x.connection.server_port = 81;
	expect_refused(p, x, SYNC_DROP_SERVER);
	x = r, x.connection.state = CONNECTION_SYN_RECV;
	expect_refused(p, x, SYNC_DROP_RECORD);
	x = r, x.connection.state = 77;
	expect_refused(p, x, SYNC_DROP_RECORD);
	x = r, x.connection.client = ip("2001:db8::7");
	expect_refused(p, x, SYNC_DROP_RECORD);
	x = r, x.connection.local = ip("10.0.0.1"), x.connection.local_port = 5;
	expect_refused(p, x, SYNC_DROP_LOCAL);
	x = r, x.connection.idle_ms = 900000;
	expect_refused(p, x, SYNC_DROP_STALE);
	tell(p, &r);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	x = r, x.connection.idle_ms = 500, x.connection.server = ip4(10, 0, 0, 12);
	expect_refused(p, x, SYNC_DROP_STALE);          /* older than what is known */
	x.connection.idle_ms = 0;                       /* newer: it went to the other server */
	tell(p, &x);
	assert_int_equal(balancer_server(p->l.balancer, 0, 1).active, 1);
	assert_int_equal(balancer_connections(p->l.balancer)->ended[CONNECTION_END_REPLACED], 1);
	r = established(40001, 11);
	tell(p, &r);
	r = established(40002, 11);
	expect_refused(p, r, SYNC_DROP_FULL);
	struct ha_record end = {.kind = HA_RECORD_END,
				.end = {.client = ip("198.51.100.7"), .service = ip("192.0.2.100"), .client_port = 40001,
					.service_port = 80, .protocol = IP_PROTOCOL_TCP, .why = CONNECTION_END_COUNT}};
	expect_refused(p, end, SYNC_DROP_RECORD);
	end.end.why = CONNECTION_END_RESET;
	tell(p, &end);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	assert_int_equal(balancer_connections(p->l.balancer)->ended[CONNECTION_END_RESET], 1);
	expect_refused(p, end, SYNC_DROP_STALE);        /* it is gone already */
	close_pair(p);
}

static struct ha_record entry(const char *client, uint8_t server, uint32_t left_ms)
{
	struct ha_record r = {.kind = HA_RECORD_ENTRY,
			      .entry = {.service = ip("192.0.2.100"), .server = ip4(10, 0, 0, server), .service_port = 80,
					.protocol = IP_PROTOCOL_TCP, .left_ms = left_ms}};
	const struct flow flow = {.client = ip(client)};
	const struct persistence_facts facts = {.flow = &flow};
	const struct persistence_config c = {.kind = persistence_find("source-ip"), .timeout = 300 * VL_S};
	struct persistence_key key = {.length = 0};

	c.kind->key(&c, &facts, &key);
	r.entry.key_length = key.length;
	memcpy(r.entry.key, key.b, key.length);
	return r;
}

static void what_was_remembered_is_remembered(void **state)
{
	struct pair *p = pair_init();

	p->l.config.service_count = 2;
	p->l.service[0].persistence = (struct persistence_config){.kind = persistence_find("source-ip"), .timeout = 300 * VL_S,
								  .touch = true};
	open_as(p, false);
	struct ha_record r = entry("198.51.100.7", 12, 300000);
	tell(p, &r);
	assert_int_equal(balancer_server(p->l.balancer, 0, 1).persistent, 1);
	struct ha_record x = entry("198.51.100.7", 11, 1000);
	expect_refused(p, x, SYNC_DROP_STALE);          /* would expire before what is known */
	x = entry("198.51.100.8", 99, 1000);
	expect_refused(p, x, SYNC_DROP_SERVER);
	x = entry("198.51.100.8", 11, 0);
	expect_refused(p, x, SYNC_DROP_STALE);
	x = entry("198.51.100.8", 11, 1000);
	x.entry.service_port = 81;
	expect_refused(p, x, SYNC_DROP_OFF);            /* that one remembers nobody */
	x.entry.service_port = 99;
	expect_refused(p, x, SYNC_DROP_SERVICE);
	x = entry("198.51.100.9", 11, 4000);            /* expires as the other unit's does */
	tell(p, &x);
	pass_time(p, 5 * VL_S);
	assert_int_equal(balancer_server(p->l.balancer, 0, 0).persistent, 0);
	take_over(p);
	for (uint16_t i = 0; i < 4; i++) {              /* round robin would take turns */
		struct lab_flow f = lab_flow(&p->l, (uint16_t)(41000 + i));
		assert_true(lab_client(&p->l, &f, TCP_SYN, 0));
		assert_true(lab_next_frame(&p->l));
		assert_int_equal(p->l.p.dst.b[3], 12);
	}
	close_pair(p);
}

static size_t told_of(const struct pair *p, uint8_t kind)
{
	size_t count = 0;

	for (size_t i = 0; i < p->count; i++)
		count += p->told[i].kind == kind;
	return count;
}

static void the_active_unit_tells_by_its_thresholds(void **state)
{
	struct pair *p = pair_init();
	struct packet seen;

	p->l.service[0].persistence = (struct persistence_config){.kind = persistence_find("source-ip"), .timeout = 300 * VL_S,
								  .touch = true};
	open_as(p, true);
	struct lab_flow f = lab_flow(&p->l, 42000);
	lab_establish(&p->l, &f, &seen);                /* two packets of the client */
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 0);
	assert_int_equal(told_of(p, HA_RECORD_ENTRY), 1);
	assert_true(lab_client(&p->l, &f, TCP_ACK, 10));
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 1);
	const struct ha_connection *c = &p->told[p->count - 1].connection;
	assert_int_equal(c->state, CONNECTION_ESTABLISHED);
	assert_int_equal(c->client_port, 42000);
	assert_int_equal(c->client_next, f.client_next);
	assert_int_equal(c->server_port, 80);
	for (int i = 4; i < 53; i++)
		assert_true(lab_client(&p->l, &f, TCP_ACK, 10));
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 1);
	assert_true(lab_client(&p->l, &f, TCP_ACK, 10));        /* the 53rd */
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 2);
	pass_time(p, 460 * VL_S);       /* more than half of what the other unit keeps it */
	assert_true(lab_client(&p->l, &f, TCP_ACK, 10));
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 3);
	assert_true(lab_client(&p->l, &f, TCP_FIN | TCP_ACK, 0));
	pass_time(p, SYNC_TICK);
	assert_int_equal(p->told[p->count - 1].connection.state, CONNECTION_CLOSE_WAIT);
	pass_time(p, 200 * VL_S);
	assert_int_equal(told_of(p, HA_RECORD_END), 1);
	close_pair(p);
}

static void a_refresh_time_takes_the_place_of_the_period(void **state)
{
	struct pair *p = pair_init();
	struct packet seen;

	sync_config_init(&p->shared.sync);
	p->shared.sync.connections = true;
	p->shared.sync.secret = "s3cret";
	p->shared.sync.refresh = 10 * VL_S;
	p->l.config.sync = &p->shared;
	lab_open(&p->l);
	struct sync_config c = p->shared.sync;
	c.second = true;
	p->other = sync_new(&c, &OPS, p);
	sync_startup(p->other, false, p->l.now);
	pass_time(p, 2 * VL_S);
	struct lab_flow f = lab_flow(&p->l, 42000);
	lab_establish(&p->l, &f, &seen);
	for (int i = 0; i < 200; i++)
		assert_true(lab_client(&p->l, &f, TCP_ACK, 1));
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 1);
	pass_time(p, 11 * VL_S);
	assert_true(lab_client(&p->l, &f, TCP_ACK, 1));
	pass_time(p, SYNC_TICK);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 2);
	close_pair(p);
}

static void what_a_full_copy_does_not_have_is_doubted(void **state)
{
	struct pair *p = pair_init();
	struct ha_record a = established(40000, 11), b = established(40001, 12);

	open_as(p, false);
	tell(p, &a);
	tell(p, &b);
	p->copy[p->copy_count++] = a;
	/* The other unit starts again and has only the first of them. */
	sync_crash(p->other);
	sync_startup(p->other, true, p->l.now);
	pass_time(p, 2 * VL_S);
	assert_int_equal(balancer_connection_count(p->l.balancer), 2);
	pass_time(p, 60 * VL_S);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	assert_int_equal(balancer_connections(p->l.balancer)->ended[CONNECTION_END_EXPIRED], 1);
	close_pair(p);
}

static void roles_change_and_what_is_shared_stays(void **state)
{
	struct pair *p = pair_init();
	struct packet seen;

	p->l.config.service_count = 2;
	p->l.service[1].protocol = IP_PROTOCOL_UDP;
	open_as(p, true);
	struct lab_flow f = lab_flow(&p->l, 42000);
	lab_establish(&p->l, &f, &seen);
	assert_true(lab_client(&p->l, &f, TCP_ACK, 10));
	assert_true(lab_send(&p->l, 0, (struct lab_packet){.src = f.client, .dst = f.vip, .src_port = 5, .dst_port = 81,
							   .protocol = IP_PROTOCOL_UDP, .length = 5}));
	carry(p);
	assert_int_equal(balancer_connection_count(p->l.balancer), 2);
	/* A partition: both are active. Strays are not answered while they hear each other. */
	sync_set_active(p->other, true, p->l.now);
	pass_time(p, SYNC_TICK);
	struct lab_flow stray = lab_flow(&p->l, 42001);
	assert_true(lab_client(&p->l, &stray, TCP_ACK, 10));
	lab_silence(&p->l);
	balancer_set_active(p->l.balancer, false, p->l.now);
	assert_int_equal(balancer_connection_count(p->l.balancer), 1);
	p->count = 0;
	pass_time(p, 2 * VL_S);
	assert_int_equal(told_of(p, HA_RECORD_CONNECTION), 1);  /* the winner was given what it lacked */
	assert_true(p->copies >= 1);
	balancer_identify(p->l.balancer, 9, "other", p->l.now);
	pass_time(p, 5 * VL_S);
	assert_false(sync_has_contact(p->other));
	balancer_shutdown(p->l.balancer, p->l.now);
	assert_int_equal(balancer_connection_count(p->l.balancer), 0);
	close_pair(p);
}

/* Who loses against the other unit gives it what it remembers, too; here to its address, not to the group. */
static void a_full_copy_has_what_is_remembered(void **state)
{
	for (int to_address = 0; to_address < 2; to_address++) {
		struct pair *p = pair_init();
		struct packet seen;

		p->l.config.service_count = 2;
		p->l.service[0].persistence = (struct persistence_config){.kind = persistence_find("source-ip"), .timeout = 300 * VL_S,
									  .touch = true};
		if (to_address == 1)
			p->shared.peer = ip(OTHER);
		open_as(p, true);
		struct lab_flow f = lab_flow(&p->l, 42000);
		lab_establish(&p->l, &f, &seen);
		carry(p);
		pass_time(p, 100 * VL_S);
		sync_set_active(p->other, true, p->l.now);
		pass_time(p, SYNC_TICK);
		p->count = 0;
		balancer_set_active(p->l.balancer, false, p->l.now);
		pass_time(p, 2 * VL_S);
		assert_int_equal(told_of(p, HA_RECORD_ENTRY), 1);
		for (size_t i = 0; i < p->count; i++) {
			if (p->told[i].kind != HA_RECORD_ENTRY)
				continue;
			assert_int_equal(p->told[i].entry.server.b[3], seen.dst.b[3]);
			assert_in_range(p->told[i].entry.left_ms, 190000, 200000);
		}
		close_pair(p);
	}
}

static void updates_for_others_are_not_taken(void **state)
{
	struct pair *p = pair_init();
	struct lab_packet w = {.src = ip(OTHER), .dst = ip("192.0.2.1"), .src_port = HA_UPDATE_PORT, .dst_port = HA_UPDATE_PORT,
			       .protocol = IP_PROTOCOL_UDP, .length = 60};

	open_as(p, false);
	assert_true(lab_send(&p->l, 0, w));             /* garbage to our own address */
	assert_int_equal(refused(p, SYNC_DROP_MALFORMED), 1);
	w.dst = ip("192.0.2.100");
	(void)lab_send(&p->l, 0, w);
	assert_int_equal(refused(p, SYNC_DROP_MALFORMED), 1);
	close_pair(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_that_was_told_goes_on),
		cmocka_unit_test(snat_goes_on_with_the_same_port),
		cmocka_unit_test(every_refusal_has_its_reason),
		cmocka_unit_test(what_was_remembered_is_remembered),
		cmocka_unit_test(the_active_unit_tells_by_its_thresholds),
		cmocka_unit_test(a_refresh_time_takes_the_place_of_the_period),
		cmocka_unit_test(what_a_full_copy_does_not_have_is_doubted),
		cmocka_unit_test(roles_change_and_what_is_shared_stays),
		cmocka_unit_test(a_full_copy_has_what_is_remembered),
		cmocka_unit_test(updates_for_others_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
