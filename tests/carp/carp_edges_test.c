// SPDX-License-Identifier: BSD-2-Clause
/* Calls that change nothing, configurations that cannot be, choices that only some implementations make, IPv6. */
#include "tests/carp/carp_box.h"

static void calls_out_of_turn_change_nothing(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = {.box = box_new(3, "10.9.0.3/24", NULL)};

	carp_host_free(NULL);
	a.host = host_in(a.box, &c);
	carp_host_interface_changed(a.host, 0);
	carp_host_shutdown(a.host, 0);
	assert_int_equal(carp_host_state(a.host), CARP_INIT);
	assert_int_equal(carp_host_deadline(a.host), VL_NEVER);
	carp_host_startup(a.host, 0);
	assert_int_equal(carp_host_state(a.host), CARP_BACKUP);
	vl_time down = carp_host_master_down_at(a.host);
	carp_host_startup(a.host, VL_S);
	assert_int_equal(carp_host_master_down_at(a.host), down);
	struct command link = {.verb = COMMAND_LINK};
	struct vl_status s = carp_host_control(a.host, &link, VL_S);
	assert_int_equal(s.code, VL_UNKNOWN);
	assert_string_equal(s.reason, "carp 10 ipv4 does not take this command");
	struct command same = {.verb = COMMAND_SET, .field = "vhid", .type = VALUE_NUMBER, .value.number = 10};
	s = carp_host_control(a.host, &same, VL_S);
	assert_true(vl_ok(&s));
	assert_int_equal(carp_host_master_down_at(a.host), down);
	box_drain(a.box, VL_S);
	alone_free(&a);
}

static void more_configurations_are_refused(void **state)
{
	struct carp_config c = config_of(0);

	c.family = IP_NONE;
	assert_string_equal(carp_config_check(&c).reason, "family: neither IPv4 nor IPv6");
	c = config_of(0);
	c.dead_ratio = 0;
	assert_string_equal(carp_config_check(&c).reason, "dead_ratio: `0' is not in 1-255");
	c = config_of(0);
	assert_true(ip_parse("fe80::1", &c.source));
	assert_string_equal(carp_config_check(&c).reason, "source: `fe80::1' is of the other family");
	c = config_of(0);
	c.address[0] = ip4(224, 0, 0, 1);
	assert_string_equal(carp_config_check(&c).reason, "addresses: `224.0.0.1' is no address of a host");
	c.address[0] = ip4(0, 0, 0, 0);
	assert_string_equal(carp_config_check(&c).reason, "addresses: `0.0.0.0' is no address of a host");
	c = config_of(0);
	c.password = NULL;
	assert_string_equal(carp_config_check(&c).reason, "password: it is missing");
	c = config_of(0);
	c.address_count = CARP_ADDRESSES + 1;
	assert_int_equal(carp_config_check(&c).code, VL_INVALID);
	c = config_of(0);
	c.source = ip4(10, 9, 0, 200);
	assert_string_equal(carp_config_check(&c).reason, "");
}

/* Target hardware address: the sender's own (ucarp), nothing, or everybody. */
static void announcements_name_a_target_or_none(void **state)
{
	static const char *const target[] = {
		[CARP_GARP_TARGET_SENDER] = "020000000003",
		[CARP_GARP_TARGET_ZERO] = "000000000000",
		[CARP_GARP_TARGET_BROADCAST] = "ffffffffffff",
	};

	for (int t = 0; t < 3; t++)
		for (int reply = 0; reply < 2; reply++) {
			struct carp_config c = config_of(0);
			struct packet p = {.network = NETWORK_NONE};
			vl_time at;
			c.announce.target = (enum carp_garp_target)t;
			c.announce.operation = reply ? ARP_REPLY : ARP_REQUEST;
			c.announce.repeat_count = 0;
			struct alone a = master_of(&c, &at);
			for (size_t i = 0; i < a.box->frame_count && p.network != NETWORK_ARP; i++)
				p = box_packet(a.box, i);
			assert_int_equal(p.network, NETWORK_ARP);
			assert_int_equal(p.arp.operation, reply ? ARP_REPLY : ARP_REQUEST);
			assert_hex(p.arp.target_mac.b, 6, target[t]);
			assert_int_equal(carp_host_deadline(a.host), carp_host_advert_at(a.host));    /* no second burst */
			alone_free(&a);
		}
}

static void the_source_and_the_ip_id_can_be_told(void **state)
{
	struct carp_config c = config_of(0);
	vl_time at;
	size_t i = 0;

	c.source = ip4(10, 9, 0, 200);
	c.ip.id_random = false;
	struct alone a = master_of(&c, &at);
	assert_true(box_count(a.box, TRANSPORT_CARP, &i) > 0);
	struct packet p = box_packet(a.box, i);
	assert_true(ip_equal(&p.src, &c.source));
	assert_int_equal(p.ipv4.id, 0);
	alone_free(&a);
}

static void a_host_without_an_address_is_silent(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = {.box = box_new(3, "2001:db8::3/64", NULL)};

	a.host = host_in(a.box, &c);
	carp_host_startup(a.host, 0);
	if (carp_host_deadline(a.host) != VL_NEVER)
		carp_host_timeout(a.host, carp_host_deadline(a.host));
	box_drain(a.box, 0);
	assert_int_equal(box_count(a.box, TRANSPORT_CARP, NULL), 0);
	assert_int_equal(carp_host_sent(a.host), 0);
	alone_free(&a);
}

/* Over IPv6: ff02::12, link-local source, one name, and a master elected between two. */
static void two_hosts_over_ipv6_elect_one(void **state)
{
	struct carp_config c = config_of(0);
	struct lab lab = {0};
	struct carp_host *h[2];

	c.family = IP_V6;
	assert_true(ip_parse("2001:db8::70", &c.address[0]));
	for (uint8_t i = 0; i < 2; i++) {
		char address[32];
		(void)snprintf(address, sizeof address, "2001:db8::%u/64", 1u + i);
		struct box *b = box_new((uint8_t)(1 + i), address, NULL);
		c.advskew = (uint8_t)(100 * i);
		h[i] = host_in(b, &c);
		lab_add(&lab, b);
		carp_host_startup(h[i], 0);
	}
	lab_settle(&lab);
	lab_run(&lab, 10 * VL_S);
	assert_int_equal(carp_host_state(h[0]), CARP_MASTER);
	assert_int_equal(carp_host_state(h[1]), CARP_BACKUP);
	assert_string_equal(carp_host_name(h[0]), "carp 10 ipv6");
	size_t i = 0;
	assert_true(box_count(lab.box[0], TRANSPORT_CARP, &i) > 5);
	struct packet p = box_packet(lab.box[0], i);
	assert_true(ip_is_link_local(&p.src) && ip_equal(&p.dst, &VRRP_GROUP_V6));
	assert_int_equal(p.ttl, 255);
	for (int k = 0; k < 2; k++) {
		carp_host_free(h[k]);
		box_free(lab.box[k]);
	}
}

/* Packets that are nobody's: another interface, the other family, nothing behind the header. */
static void what_is_for_nobody_is_ignored(void **state)
{
	struct carp_config c = config_of(0);
	struct alone a = started(&c);
	uint8_t bytes[CARP_LENGTH];
	struct packet p;

	(void)said(bytes, 1, 0);
	struct box_bytes f = wrap("10.9.0.2", "224.0.0.18", 255, bytes, sizeof bytes);
	assert_true(packet_dissect(&p, f.bytes, f.length, f.length));
	carp_host_receive(a.host, &p, 1, VL_S);
	f = wrap("fe80::2", "ff02::12", 255, bytes, sizeof bytes);
	(void)packet_dissect(&p, f.bytes, f.length, f.length);
	carp_host_receive(a.host, &p, 0, VL_S);
	for (int why = 0; why < CARP_DROP_COUNT; why++)
		assert_int_equal(carp_host_dropped(a.host, (enum carp_drop)why), 0);
	f = wrap("10.9.0.2", "224.0.0.18", 255, bytes, 1);
	(void)packet_dissect(&p, f.bytes, f.length, f.length);
	carp_host_receive(a.host, &p, 0, VL_S);
	assert_int_equal(carp_host_dropped(a.host, CARP_DROP_OTHER_VHID), 1);
	alone_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_out_of_turn_change_nothing),
		cmocka_unit_test(more_configurations_are_refused),
		cmocka_unit_test(announcements_name_a_target_or_none),
		cmocka_unit_test(the_source_and_the_ip_id_can_be_told),
		cmocka_unit_test(a_host_without_an_address_is_silent),
		cmocka_unit_test(two_hosts_over_ipv6_elect_one),
		cmocka_unit_test(what_is_for_nobody_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
