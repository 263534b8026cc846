// SPDX-License-Identifier: BSD-2-Clause
/* A LoadMaster pair: what goes out on the wire, who is active, and the settings in KEMP's words. */
#include <stdio.h>

#include "sim/appliance/loadmaster.h"
#include "tests/node/lab.h"

#define LB1 0
#define LB2 1
#define CLIENT 2

static void boxes(struct node_config *c, uint8_t number)
{
	char address[32];

	(void)snprintf(address, sizeof address, "192.0.2.%u/24", number);
	lab_config(c, number, address, NULL);
}

static struct loadmaster_config factory(enum loadmaster_role role)
{
	struct loadmaster_config c;

	loadmaster_config_init(&c);
	c.role = role;
	c.shared_count = 1;
	c.shared[0] = lab_ip("192.0.2.10");
	return c;
}

static void plug(struct lab *l, uint8_t number, const struct loadmaster_config *lm)
{
	struct node_config c;
	struct vl_status why;

	boxes(&c, number);
	why = loadmaster_configure(lm, &c);
	assert_string_equal(why.reason, "");
	struct engine box = loadmaster_new(lm, &c, l->pool, &why);
	assert_string_equal(why.reason, "");
	node_config_fini(&c);
	lab_plug(l, box);
}

/* lb1 (First, .11), lb2 (Second, .12), client .50, all started. */
static void pair(struct lab *l, enum loadmaster_protocol protocol, enum loadmaster_preferred preferred)
{
	struct node_config c;

	lab_open(l);
	for (int i = 0; i < 2; i++) {
		struct loadmaster_config lm = factory(i == 0 ? LOADMASTER_FIRST : LOADMASTER_SECOND);
		lm.protocol = protocol;
		lm.preferred = preferred;
		plug(l, (uint8_t)(11 + i), &lm);
	}
	boxes(&c, 50);
	lab_add(l, &c);
	for (unsigned i = 0; i < 3; i++)
		lab_start(l, i);
}

static enum carp_state carp_of(const struct lab *l, unsigned i)
{
	return carp_host_state(node_carp(loadmaster_node(&l->box[i]), 0));
}

static enum vrrp_state vrrp_of(const struct lab *l, unsigned i)
{
	return vrrp_router_state(node_vrrp(loadmaster_node(&l->box[i]), 0));
}

static bool is_carp(const struct packet *p)
{
	return p->transport == TRANSPORT_CARP;
}

static bool is_vrrp(const struct packet *p)
{
	return p->transport == TRANSPORT_VRRP;
}

static bool is_arp_reply(const struct packet *p)
{
	return p->network == NETWORK_ARP && p->arp.operation == ARP_REPLY;
}

static const struct mac VIRTUAL_1 = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};

static void factory_unit_sends_carp_from_a_mac_that_looks_like_vrrp(void **state)
{
	struct lab l;
	struct packet p;
	uint8_t digest[CARP_DIGEST];
	struct ip_addr shared = lab_ip("192.0.2.10");

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_NONE);
	l.wanted = is_carp;
	lab_run(&l, 3 * VL_S - 1);
	assert_int_equal(l.seen_count, 0);
	lab_run(&l, 3 * VL_S);                          /* 3 * advbase + 0 */
	assert_int_equal(l.seen_count, 1);
	assert_true(packet_dissect(&p, l.seen, l.seen_length, l.seen_length));
	assert_memory_equal(p.ethernet.src.b, VIRTUAL_1.b, 6);
	assert_memory_equal(p.ethernet.dst.b, ((const uint8_t[]){0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}), 6);
	assert_int_equal(ip4_to_u32(&p.src), 0xc000020b);
	assert_int_equal(ip4_to_u32(&p.dst), 0xe0000012);
	assert_int_equal(p.ttl, 255);
	assert_int_equal(p.ip_payload_length, 36);
	/* version and type, vhid, advskew, authlen, demotion, advbase */
	assert_memory_equal(p.ip_payload, ((const uint8_t[]){0x21, 1, 0, 7, 0, 1}), 6);
	assert_true(p.carp.checksum_ok);
	carp_digest(digest, &p.carp, LOADMASTER_PASSWORD, &shared, 1);
	assert_memory_equal(p.carp.digest, digest, CARP_DIGEST);
	lab_close(&l);
}

static void first_unit_serves_and_second_takes_over_after_a_crash(void **state)
{
	struct lab l;

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_NONE);
	lab_run(&l, 5 * VL_S);
	assert_int_equal(carp_of(&l, LB1), CARP_MASTER);
	assert_int_equal(carp_of(&l, LB2), CARP_BACKUP);
	lab_ping(&l, CLIENT, "192.0.2.10", 10 * VL_MS);
	lab_run(&l, UINT64_C(9999999999));
	lab_crash(&l, LB1);
	/* last advertisement at 9.0; 3 * 1 s + 128/256 s later */
	lab_run(&l, UINT64_C(12499999999));
	assert_int_equal(carp_of(&l, LB2), CARP_BACKUP);
	lab_run(&l, UINT64_C(12500000000));
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	lab_run(&l, 20 * VL_S);
	/* sent 10.00 to 12.49, every 10 ms; 12.50 left before or after: the take-over is at that instant */
	assert_in_range(lab_count(&l, CLIENT, &PING_LOST_KIND, 0, VL_NEVER), 250, 251);
	/* no preferred server: the First comes back as standby */
	lab_start(&l, LB1);
	lab_run(&l, 40 * VL_S);
	assert_int_equal(carp_of(&l, LB1), CARP_BACKUP);
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	lab_close(&l);
}

static void preferred_server_takes_it_back(void **state)
{
	struct lab l;

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_SECOND);
	lab_run(&l, 10 * VL_S);
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	lab_crash(&l, LB2);
	lab_run(&l, 20 * VL_S);
	assert_int_equal(carp_of(&l, LB1), CARP_MASTER);
	lab_start(&l, LB2);
	lab_run(&l, 40 * VL_S);
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	assert_int_equal(carp_of(&l, LB1), CARP_BACKUP);
	lab_close(&l);
}

static void shared_address_is_answered_with_the_virtual_mac_or_the_physical(void **state)
{
	for (int on = 0; on <= 1; on++) {
		struct lab l;
		struct node_config c;
		struct packet p;
		struct loadmaster_config lm = factory(LOADMASTER_FIRST);

		lm.virtual_mac = on;
		lab_open(&l);
		plug(&l, 11, &lm);
		boxes(&c, 50);
		lab_add(&l, &c);
		lab_start(&l, 0);
		lab_start(&l, 1);
		lab_run(&l, 5 * VL_S);
		l.wanted = is_arp_reply;
		lab_ping(&l, 1, "192.0.2.10", VL_S);
		assert_int_equal(l.seen_count, 1);
		assert_true(packet_dissect(&p, l.seen, l.seen_length, l.seen_length));
		const struct mac physical = {{0x02, 0, 0, 0, 0, 11}};
		assert_memory_equal(p.arp.sender_mac.b, on ? VIRTUAL_1.b : physical.b, 6);
		assert_memory_equal(p.ethernet.src.b, on ? VIRTUAL_1.b : physical.b, 6);
		assert_int_equal(lab_count(&l, 1, &PING_REPLY_KIND, 0, VL_NEVER), 1);
		lab_close(&l);
	}
}

static void second_interface_has_the_odd_mac_byte(void **state)
{
	struct node_config c;
	struct loadmaster_config lm = factory(LOADMASTER_FIRST);

	boxes(&c, 11);
	struct stack_interface_config *i = node_config_add_interface(&c);
	i->name = "eth1";
	i->mac = (struct mac){{2, 0, 0, 0, 1, 11}};
	i->address[i->address_count++] = lab_net("198.51.100.11/24");
	lm.shared[lm.shared_count++] = lab_ip("198.51.100.10");
	lm.id = 47;
	struct vl_status s = loadmaster_configure(&lm, &c);
	assert_true(vl_ok(&s));
	assert_int_equal(c.carp_count, 2);
	struct frame_pool *pool = frame_pool_new();
	struct engine box = loadmaster_new(&lm, &c, pool, &s);
	const struct engine *node = loadmaster_node(&box);
	/* 00:00:5e:00:(1 + 2 * interface id):id */
	assert_memory_equal(carp_host_mac(node_carp(node, 0)).b, ((const uint8_t[]){0, 0, 0x5e, 0, 1, 47}), 6);
	assert_memory_equal(carp_host_mac(node_carp(node, 1)).b, ((const uint8_t[]){0, 0, 0x5e, 0, 3, 47}), 6);
	box.ops->free(box.self);
	node_config_fini(&c);
	frame_pool_free(pool);
}

static void broadcast_goes_to_everybody(void **state)
{
	struct lab l;
	struct packet p;
	struct loadmaster_config lm = factory(LOADMASTER_FIRST);

	lm.use_broadcast = true;
	lab_open(&l);
	plug(&l, 11, &lm);
	lm.role = LOADMASTER_SECOND;
	plug(&l, 12, &lm);
	l.wanted = is_carp;
	lab_start(&l, LB1);
	lab_start(&l, LB2);
	lab_run(&l, 10 * VL_S);
	assert_true(packet_dissect(&p, l.seen, l.seen_length, l.seen_length));
	assert_int_equal(ip4_to_u32(&p.dst), UINT32_MAX);
	assert_memory_equal(p.ethernet.dst.b, MAC_BROADCAST.b, 6);
	assert_int_equal(carp_of(&l, LB2), CARP_BACKUP);        /* and it is heard */
	lab_close(&l);
}

static void vrrp_unit_sends_version_2_from_the_same_mac(void **state)
{
	struct lab l;
	struct packet p;

	pair(&l, LOADMASTER_VRRP, LOADMASTER_PREFERRED_NONE);
	l.wanted = is_vrrp;
	lab_run(&l, UINT64_C(3414062499));              /* 3 s + 56/256 s */
	assert_int_equal(l.seen_count, 0);
	lab_run(&l, UINT64_C(3414062500));
	assert_int_equal(l.seen_count, 1);
	assert_true(packet_dissect(&p, l.seen, l.seen_length, l.seen_length));
	assert_memory_equal(p.ethernet.src.b, VIRTUAL_1.b, 6);
	assert_int_equal(p.ip_payload_length, 20);
	assert_memory_equal(p.ip_payload, ((const uint8_t[]){0x21, 1, 150, 1, 0, 1}), 6);
	assert_memory_equal(p.ip_payload + 8, ((const uint8_t[]){192, 0, 2, 10}), 4);
	assert_int_equal(vrrp_of(&l, LB1), VRRP_ACTIVE);
	assert_int_equal(vrrp_of(&l, LB2), VRRP_BACKUP);
	lab_ping(&l, CLIENT, "192.0.2.10", VL_S);       /* answered although not the address owner */
	assert_int_equal(lab_count(&l, CLIENT, &PING_REPLY_KIND, 0, VL_NEVER), 1);
	lab_close(&l);
}

/* `set: {lb1.ha.id: 47, lb2.ha.id: 47}`, with both protocols. */
static void ha_id_is_set_while_it_runs(void **state)
{
	for (int protocol = LOADMASTER_CARP; protocol <= LOADMASTER_VRRP; protocol++) {
		struct lab l;
		struct packet p;
		struct vl_status s;

		pair(&l, (enum loadmaster_protocol)protocol, LOADMASTER_PREFERRED_NONE);
		lab_run(&l, 30 * VL_S);
		s = lab_set_number(&l, LB1, "ha.id", 47);
		assert_string_equal(s.reason, "");
		s = lab_set_number(&l, LB2, "ha.id", 47);
		assert_string_equal(s.reason, "");
		l.wanted = protocol == LOADMASTER_CARP ? is_carp : is_vrrp;
		lab_run(&l, 34 * VL_S);
		assert_true(packet_dissect(&p, l.seen, l.seen_length, l.seen_length));
		assert_int_equal(p.ethernet.src.b[5], 47);
		assert_int_equal(p.ip_payload[1], 47);
		if (protocol == LOADMASTER_CARP)
			assert_int_equal(carp_of(&l, LB1), CARP_MASTER);
		else
			assert_int_equal(vrrp_of(&l, LB1), VRRP_ACTIVE);
		lab_ping(&l, CLIENT, "192.0.2.10", VL_S);
		assert_int_equal(lab_count(&l, CLIENT, &PING_REPLY_KIND, 0, VL_NEVER), 1);
		s = lab_set_number(&l, LB1, "ha.id", 0);
		assert_string_equal(s.reason, "ha.id: `0' is not in 1-255");
		lab_close(&l);
	}
}

static struct vl_status set_time(struct lab *l, unsigned i, vl_time t)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_SET, .field = "ha.timeout",
						   .type = VALUE_TIME, .value = {.time = t}});
}

static struct vl_status set_preferred(struct lab *l, unsigned i, const char *word)
{
	return lab_control(l, i, &(struct command){.verb = COMMAND_SET, .field = "ha.preferred",
						   .type = VALUE_WORD, .value = {.word = word}});
}

static void timeout_and_preferred_are_set_while_it_runs(void **state)
{
	struct lab l;
	struct vl_status s;

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_NONE);
	lab_run(&l, 5 * VL_S);
	for (unsigned i = LB1; i <= LB2; i++) {
		s = set_time(&l, i, 9 * VL_S);
		assert_string_equal(s.reason, "");
		assert_int_equal(carp_host_config(node_carp(loadmaster_node(&l.box[i]), 0))->advbase, 3);
		s = set_preferred(&l, i, "second");
		assert_string_equal(s.reason, "");
	}
	s = set_time(&l, LB1, 4 * VL_S);
	assert_string_equal(s.reason, "HA timeout: it is 3, 6, 9, 12 or 15 s");
	s = set_preferred(&l, LB1, "third");
	assert_string_equal(s.reason, "ha.preferred: it is none, first or second");
	s = lab_set_number(&l, LB1, "ha.idd", 3);
	assert_int_equal(s.code, VL_UNKNOWN);
	assert_string_equal(s.reason, "there is no `ha.idd' to set; did you mean `ha.id'?");
	lab_run(&l, 30 * VL_S);
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	assert_int_equal(carp_of(&l, LB1), CARP_BACKUP);
	lab_close(&l);
	pair(&l, LOADMASTER_VRRP, LOADMASTER_PREFERRED_NONE);
	for (unsigned i = LB1; i <= LB2; i++) {
		s = set_time(&l, i, 6 * VL_S);
		assert_string_equal(s.reason, "");
		s = set_preferred(&l, i, "second");
		assert_string_equal(s.reason, "");
		assert_int_equal(vrrp_router_config(node_vrrp(loadmaster_node(&l.box[i]), 0))->interval, 2 * VL_S);
	}
	lab_run(&l, 30 * VL_S);
	assert_int_equal(vrrp_of(&l, LB2), VRRP_ACTIVE);
	lab_close(&l);
}

static void password_is_set_while_it_runs(void **state)
{
	struct lab l;
	struct command c = {.verb = COMMAND_SET, .field = "ha.password", .type = VALUE_WORD, .value.word = "another"};

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_NONE);
	lab_run(&l, 5 * VL_S);
	struct vl_status s = lab_control(&l, LB1, &c);
	assert_string_equal(s.reason, "");
	assert_string_equal(carp_host_config(node_carp(loadmaster_node(&l.box[LB1]), 0))->password, "another");
	lab_run(&l, 15 * VL_S);
	assert_int_equal(carp_of(&l, LB1), CARP_MASTER);         /* neither believes the other */
	assert_int_equal(carp_of(&l, LB2), CARP_MASTER);
	c.type = VALUE_NUMBER;
	s = lab_control(&l, LB1, &c);
	assert_string_equal(s.reason, "password: expected a text");
	lab_close(&l);
	pair(&l, LOADMASTER_VRRP, LOADMASTER_PREFERRED_NONE);
	s = lab_control(&l, LB1, &c);
	assert_string_equal(s.reason, "ha.password: only CARP has it; this pair speaks VRRP");
	lab_close(&l);
}

static void everything_else_is_the_nodes(void **state)
{
	struct lab l;
	struct vl_status s;

	pair(&l, LOADMASTER_CARP, LOADMASTER_PREFERRED_NONE);
	s = lab_set_number(&l, LB1, "carp.1.advskew", 10);
	assert_string_equal(s.reason, "");
	s = lab_link(&l, LB1, false);
	assert_string_equal(s.reason, "");
	assert_int_equal(carp_of(&l, LB1), CARP_INIT);
	lab_stop(&l, LB1);
	lab_close(&l);
}

static void impossible_units_are_refused(void **state)
{
	struct node_config c;
	struct loadmaster_config lm = factory(LOADMASTER_FIRST);
	struct vl_status s;

	boxes(&c, 11);
	lm.shared[0] = lab_ip("198.51.100.10");
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "shared address: `198.51.100.10' is on the net of no interface");
	lm = factory(LOADMASTER_FIRST);
	lm.id = 0;
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "HA virtual ID: `0' is not in 1-255");
	lm = factory(LOADMASTER_FIRST);
	lm.timeout = 18 * VL_S;
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "HA timeout: it is 3, 6, 9, 12 or 15 s");
	lm = factory(LOADMASTER_FIRST);
	lm.password = "";
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "carp 1: password: it is missing");
	node_config_fini(&c);
}

static void unit_alone_has_no_ha(void **state)
{
	struct lab l;
	struct vl_status s;
	struct loadmaster_config lm;

	lab_open(&l);
	loadmaster_config_init(&lm);
	plug(&l, 11, &lm);
	lab_start(&l, 0);
	lab_run(&l, 10 * VL_S);
	s = lab_set_number(&l, 0, "ha.id", 47);
	assert_int_equal(s.code, VL_STATE);
	assert_string_equal(s.reason, "ha.id: this unit has no HA");
	lab_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(factory_unit_sends_carp_from_a_mac_that_looks_like_vrrp),
		cmocka_unit_test(first_unit_serves_and_second_takes_over_after_a_crash),
		cmocka_unit_test(preferred_server_takes_it_back),
		cmocka_unit_test(shared_address_is_answered_with_the_virtual_mac_or_the_physical),
		cmocka_unit_test(second_interface_has_the_odd_mac_byte),
		cmocka_unit_test(broadcast_goes_to_everybody),
		cmocka_unit_test(vrrp_unit_sends_version_2_from_the_same_mac),
		cmocka_unit_test(ha_id_is_set_while_it_runs),
		cmocka_unit_test(timeout_and_preferred_are_set_while_it_runs),
		cmocka_unit_test(password_is_set_while_it_runs),
		cmocka_unit_test(everything_else_is_the_nodes),
		cmocka_unit_test(impossible_units_are_refused),
		cmocka_unit_test(unit_alone_has_no_ha),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
