// SPDX-License-Identifier: BSD-2-Clause
/* A SNAT gateway between an office (10.0.0.0/16) and servers (203.0.113.0/24), all on one hub; tshark checks its checksums. */
#include "sim/hosts/snat_gateway.h"
#include "tests/hosts/traffic_lab.h"
#include "tests/support/scratch_capture.h"
#include "tests/support/tshark.h"

static struct snat_config nat;
static struct scratch_capture capture;
enum { GATEWAY = 2 };

static void keep(vl_time at, const uint8_t *bytes, size_t length)
{
	scratch_capture_add(&capture, at / VL_US * VL_US, bytes, length);
}

static void nat_defaults(enum talk talk, uint16_t port)
{
	lab_defaults(talk, port);
	lab_users.target = lab_ip("203.0.113.80");
	lab_users.arrival.from = VL_S;
	nat = (struct snat_config){
		.outside = 1,
		.pool_count = 1,
		.pool = {{.from = lab_net("10.0.0.0/16"), .first = lab_ip("203.0.113.1"), .count = 1}},
		.seed = 5,
	};
}

/* One port, two nets: the hub carries both. */
static void add_gateway(void)
{
	struct node_config c;

	lab_config(&c, 1, "10.0.0.1/16", NULL);
	c.stack.interface[0].vlan = 10;
	struct stack_interface_config *out = node_config_add_interface(&c);
	out->name = "out";
	out->mac = (struct mac){{2, 0, 0, 0, 0, 2}};
	out->address[out->address_count++] = lab_net("203.0.113.1/24");
	out->port = 0;
	c.stack.forward = c.stack.transit = true;
	struct node_part_config part = snat_part(&nat);
	assert_true(node_config_add_part(&c, &part));
	lab_add(&lab, &c);
}

static void nat_make(void)
{
	struct node_config c;
	struct ip_addr gateway = lab_ip("10.0.0.1");

	lab_open(&lab);
	lab_traffic("203.0.113.80/24", 80,
		    &(struct traffic_config){.server = {.service_count = 1, .service = &lab_service}, .seed = 11});
	lab_config(&c, 50, "10.0.0.50/16", NULL);
	c.stack.interface[0].vlan = 10;
	assert_true(node_config_add_gateway(&c, &gateway));
	struct traffic_config t = {.population_count = 1, .population = &lab_users, .seed = 12};
	struct node_part_config part = traffic_part(&t);
	assert_true(node_config_add_part(&c, &part));
	lab_add(&lab, &c);
	add_gateway();
}

static const struct snat *gateway(void)
{
	return node_part(&lab.box[GATEWAY], 0);
}

static void nat_go(vl_time until)
{
	lab_start(&lab, GATEWAY);
	lab_go(until);
}

static void users_speak_through_it_and_tshark_finds_every_checksum_right(void **state)
{
	static const enum talk talk[] = {TALK_HTTP, TALK_SMTP, TALK_DNS};
	static const char *const field[] = {"ip.checksum.status", "tcp.checksum.status", "udp.checksum.status", "ip.src",
					    "_ws.malformed"};
	char cell[5][TSHARK_CELL];

	tshark_or_skip();
	for (size_t i = 0; i < 3; i++) {
		unsigned rows = 0, translated = 0;
		nat_defaults(talk[i], talk[i] == TALK_DNS ? 53 : 80);
		scratch_capture_open(&capture);
		nat_make();
		lab.tap = keep;
		nat_go(10500 * VL_MS);
		assert_int_equal(lab_facts()->closed, 10);
		assert_int_equal(lab_facts()->failed + lab_facts()->cut, 0);
		assert_int_equal(snat_made(gateway()), talk[i] == TALK_DNS ? snat_made(gateway()) : 10);
		scratch_capture_close(&capture);
		FILE *t = tshark_start(capture.path,
				       " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE", field, 5);
		while (tshark_row(t, cell, 5)) {
			rows++;
			for (int k = 0; k < 3; k++)
				assert_false(tshark_says_bad(cell[k]));
			assert_string_equal(cell[4], "");
			translated += strcmp(cell[3], "203.0.113.1") == 0;
		}
		tshark_finish(t);
		scratch_capture_remove(&capture);
		assert_true(rows > 40 && translated >= 10);
		lab_close(&lab);
	}
}

static void pings_go_through(void **state)
{
	nat_defaults(TALK_SILENT, 80);
	lab_users.length = law_fixed(VL_S);
	nat_make();
	nat_go(VL_S);
	lab_ping(&lab, CLIENT, "203.0.113.80", VL_S);
	lab_run(&lab, 10500 * VL_MS);
	assert_int_equal(lab_count(&lab, CLIENT, &PING_REPLY_KIND, 0, VL_NEVER), 10);
	lab_close(&lab);
}

static void it_runs_out_of_ports_and_says_so(void **state)
{
	nat_defaults(TALK_SILENT, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(100 * VL_S);
	lab_users.connect_timeout = VL_S;
	lab_users.arrival.every = 100 * VL_MS;
	nat.pool[0].first_port = 2000;
	nat.pool[0].last_port = 2019;
	nat.transitory = 10 * VL_S;
	nat_make();
	nat_go(10 * VL_S);
	assert_int_equal(snat_mappings(gateway()), 20);
	assert_int_equal(lab_facts()->live, 20);
	assert_in_range(snat_dropped(gateway(), SNAT_DROP_PORTS), 60, 200);
	/* the first of a row is a warning */
	assert_int_equal(lab_count(&lab, GATEWAY, &SNAT_REFUSED_KIND, 0, VL_NEVER), 1);
	assert_true(lab_count(&lab, GATEWAY, &SNAT_REFUSED_AGAIN_KIND, 0, VL_NEVER) > 50);
	lab_close(&lab);
	/* with as many addresses in turn there is room for ten times as many */
	nat_defaults(TALK_SILENT, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(100 * VL_S);
	lab_users.arrival.every = 100 * VL_MS;
	nat.pool[0].count = 10;
	nat.pool[0].first_port = 2000;
	nat.pool[0].last_port = 2019;
	nat.arbitrary = nat.silent = true;
	nat_make();
	nat_go(10 * VL_S);
	assert_int_equal(snat_dropped(gateway(), SNAT_DROP_PORTS), 0);
	assert_int_equal(lab_facts()->live, snat_mappings(gateway()));
	lab_close(&lab);
}

static void mappings_end_when_nothing_passes(void **state)
{
	nat_defaults(TALK_HTTP, 80);
	lab_users.arrival.until = 3500 * VL_MS;
	nat.transitory = 20 * VL_S;
	nat.preserve = true;
	nat_make();
	nat_go(5 * VL_S);
	assert_int_equal(snat_mappings(gateway()), 3);
	const struct record *r = lab_record(&lab, GATEWAY, &SNAT_MAPPED_KIND, 0);
	assert_int_equal(r->value[SNAT_MAPPED_PORT].number, r->value[SNAT_MAPPED_OUTSIDE_PORT].number);
	lab_run(&lab, 30 * VL_S);
	assert_int_equal(snat_mappings(gateway()), 0);
	assert_int_equal(lab_count(&lab, GATEWAY, &SNAT_UNMAPPED_KIND, 0, VL_NEVER), 3);
	lab_close(&lab);
}

static void an_idle_connection_is_cut_by_a_short_timeout(void **state)
{
	nat_defaults(TALK_HTTP, 80);
	lab_users.arrival = (struct arrival_config){.kind = ARRIVAL_NONE, .from = VL_S};
	lab_users.users = 1;
	lab_users.requests = 2;
	lab_users.think = law_fixed(60 * VL_S);
	lab_users.answer_timeout = 5 * VL_S;
	nat_make();
	nat_go(5 * VL_S);
	struct vl_status s = lab_set_time(GATEWAY, "nat.established", 30 * VL_S);
	assert_true(vl_ok(&s));
	s = lab_set_time(GATEWAY, "nat.colour", 30 * VL_S);
	assert_int_equal(s.code, VL_UNKNOWN);
	s = lab_set_time(GATEWAY, "nat.udp", 0);
	assert_int_equal(s.code, VL_INVALID);
	lab_run(&lab, 50 * VL_S);
	/* the old mapping keeps the time it was given: 7440 s, and the second request is answered */
	lab_run(&lab, 70 * VL_S);
	assert_int_equal(lab_facts()->answers, 2);
	lab_close(&lab);
}

static void a_restart_forgets_everything(void **state)
{
	nat_defaults(TALK_HTTP, 80);
	lab_users.requests = 0;
	lab_users.length = law_fixed(100 * VL_S);
	lab_users.think = law_fixed(VL_S);
	lab_users.arrival.every = 730 * VL_MS;
	lab_users.answer_timeout = 5 * VL_S;
	nat_make();
	nat_go(10 * VL_S);
	assert_true(snat_mappings(gateway()) > 5);
	lab_crash(&lab, GATEWAY);
	lab_run(&lab, 10400 * VL_MS);   /* another user is the first to speak */
	lab_start(&lab, GATEWAY);
	assert_int_equal(snat_mappings(gateway()), 0);
	lab_run(&lab, 30 * VL_S);
	/* other ports now: the server does not know them, or takes them for others */
	assert_true(lab_facts()->cut > 5);
	lab_stop(&lab, GATEWAY);
	assert_int_equal(snat_mappings(gateway()), 0);
	lab_close(&lab);
}

static void errors_of_the_outside_reach_their_host(void **state)
{
	nat_defaults(TALK_DNS, 53);
	lab_users.target = lab_ip("203.0.113.99");              /* nobody: the gateway itself says host unreachable */
	lab_users.answer_timeout = VL_S;
	nat_make();
	nat_go(10 * VL_S);
	assert_int_equal(lab_facts()->opened, 0);
	assert_true(lab_facts()->failed >= 8);
	lab_close(&lab);
}

static void what_cannot_be_is_refused(void **state)
{
	struct vl_status s;

	nat_defaults(TALK_HTTP, 80);
	s = snat_config_check(&nat, 1);
	assert_int_equal(s.code, VL_INVALID);
	nat.pool_count = 2;
	nat.pool[1] = nat.pool[0];
	s = snat_config_check(&nat, 2);
	assert_int_equal(s.code, VL_INVALID);
	nat.pool_count = 0;
	s = snat_config_check(&nat, 2);
	assert_int_equal(s.code, VL_INVALID);
	nat_defaults(TALK_HTTP, 80);
	nat.pool[0].count = 0;
	s = snat_config_check(&nat, 2);
	assert_int_equal(s.code, VL_INVALID);
	nat.pool[0].count = SNAT_ADDRESSES + 1;
	s = snat_config_check(&nat, 2);
	assert_int_equal(s.code, VL_INVALID);
	nat_defaults(TALK_HTTP, 80);
	nat.pool[0].first_port = 9;
	nat.pool[0].last_port = 8;
	s = snat_config_check(&nat, 2);
	assert_int_equal(s.code, VL_INVALID);
	for (int i = 0; i < SNAT_DROP_COUNT; i++)
		assert_true(snat_drop_text((enum snat_drop)i)[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(users_speak_through_it_and_tshark_finds_every_checksum_right),
		cmocka_unit_test(pings_go_through),
		cmocka_unit_test(it_runs_out_of_ports_and_says_so),
		cmocka_unit_test(mappings_end_when_nothing_passes),
		cmocka_unit_test(an_idle_connection_is_cut_by_a_short_timeout),
		cmocka_unit_test(a_restart_forgets_everything),
		cmocka_unit_test(errors_of_the_outside_reach_their_host),
		cmocka_unit_test(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
