// SPDX-License-Identifier: BSD-2-Clause
/* Calls that change nothing, settings and configurations that cannot be, tables that are full, odd messages. */
#include "tests/vrrp/vrrp_box.h"

#include "sim/vrrp/sync_group.h"
#include "sim/vrrp/vrrp_auth.h"

static struct vl_status order(struct alone *a, struct command c)
{
	struct vl_status s = vrrp_router_control(a->router, &c, VL_S);

	box_drain(a->box, VL_S);
	return s;
}

static void calls_out_of_turn_change_nothing(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct alone a = alone_with(&c);

	vrrp_router_free(NULL);
	sync_group_free(NULL);
	vrrp_router_interface_changed(a.router, 0);             /* not started */
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	vrrp_router_shutdown(a.router, 0);
	assert_int_equal(vrrp_router_state(a.router), VRRP_INITIALIZE);
	vrrp_router_startup(a.router, 0);
	vl_time down = vrrp_router_active_down_at(a.router);
	vrrp_router_startup(a.router, VL_S);                    /* a second time */
	assert_int_equal(vrrp_router_active_down_at(a.router), down);
	vrrp_router_timeout(a.router, VL_S);                    /* too early */
	assert_int_equal(vrrp_router_state(a.router), VRRP_BACKUP);
	alone_free(&a);
}

static void commands_of_others_are_refused(void **state)
{
	struct vrrp_config c = config_of(2, 100);

	c.track_count = 1;
	c.track[0] = (struct vrrp_track_config){.object = "uplink", .decrement = 10};
	struct alone a = backup_of(&c);
	struct vl_status s = order(&a, (struct command){.verb = COMMAND_LINK});
	assert_int_equal(s.code, VL_UNKNOWN);
	assert_string_equal(s.reason, "vrrp 10 ipv4 does not take this command");
	s = order(&a, (struct command){.verb = COMMAND_PING});
	assert_int_equal(s.code, VL_UNKNOWN);
	s = order(&a, (struct command){.verb = COMMAND_TRACK, .field = "uplink", .type = VALUE_NUMBER});
	assert_string_equal(s.reason, "uplink: expected up or down");
	assert_int_equal(vrrp_router_priority(a.router), 100);
	alone_free(&a);
}

static void a_preempt_delay_is_set_while_it_runs(void **state)
{
	struct vrrp_config c = config_of(2, 200);
	struct alone a = backup_of(&c);
	struct command set = {.verb = COMMAND_SET, .field = "preempt_delay", .type = VALUE_TIME, .value.time = 9 * VL_S};

	struct vl_status s = order(&a, set);
	assert_string_equal(s.reason, "");
	assert_int_equal(vrrp_router_config(a.router)->preempt_delay, 9 * VL_S);
	/* a lower one is followed for as long */
	hand(&a, advert(2, 100), 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), 2 * VL_S + 3218750000);
	hand(&a, advert(2, 100), 11 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), 2 * VL_S + 3218750000);
	set.value.time = 1001 * VL_S;
	s = order(&a, set);
	assert_string_equal(s.reason, "preempt_delay: 1001.000 s is not in 0.000-1000.000 s");
	alone_free(&a);
}

/* An Active's new interval that was learned from nobody counts at once; a learned one stays. */
static void a_learned_interval_outlives_a_new_own_one(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct alone a = backup_of(&c);
	struct said s = advert(3, 200);
	struct command set = {.verb = COMMAND_SET, .field = "interval", .type = VALUE_TIME, .value.time = 5 * VL_S};

	s.m.interval_cs = 200;
	hand(&a, s, VL_S);
	vl_time down = vrrp_router_active_down_at(a.router);
	struct vl_status done = order(&a, set);
	assert_string_equal(done.reason, "");
	assert_int_equal(vrrp_router_active_adver_interval(a.router), 2 * VL_S);
	assert_int_equal(vrrp_router_active_down_at(a.router), down);
	alone_free(&a);
	a = alone_with(&c);                                     /* before startup: only noted */
	done = order(&a, set);
	assert_int_equal(vrrp_router_active_adver_interval(a.router), 5 * VL_S);
	assert_int_equal(vrrp_router_deadline(a.router), VL_NEVER);
	alone_free(&a);
}

static void more_configurations_are_refused(void **state)
{
	struct vrrp_config c = config_of(3, 100);

	c.family = IP_NONE;
	assert_string_equal(vrrp_config_check(&c).reason, "family: neither IPv4 nor IPv6");
	c = config_of(3, 100);
	assert_true(ip_parse("fe80::1", &c.source));
	assert_string_equal(vrrp_config_check(&c).reason, "source: `fe80::1' is of the other family");
	c = config_of(3, 100);
	c.source = ip4(192, 0, 2, 200);
	assert_string_equal(vrrp_config_check(&c).reason, "");
	c.track_count = 17;
	assert_string_equal(vrrp_config_check(&c).reason, "track: 17 objects are more than 16");
	c = config_of(3, 100);
	c.address[0] = ip4(0, 0, 0, 0);
	assert_string_equal(vrrp_config_check(&c).reason, "addresses: `0.0.0.0' is no IPv4 address of a host");
	c.address[0] = ip4(224, 0, 0, 1);
	assert_string_equal(vrrp_config_check(&c).reason, "addresses: `224.0.0.1' is no IPv4 address of a host");
	c = config_of(2, 100);
	c.interval = 1500 * VL_MS;
	assert_string_equal(vrrp_config_check(&c).reason, "interval: version 2 wants whole seconds, 1-255");
	c.interval = 0;
	assert_string_equal(vrrp_config_check(&c).reason, "interval: version 2 wants whole seconds, 1-255");
	c = config_of(3, 100);
	c.interval = 0;
	assert_string_equal(vrrp_config_check(&c).reason,
			    "interval: version 3 wants whole centiseconds, 10ms-40950ms");
	vrrp_config_init(&c, 3, IP_V6);
	c.vrid = 1;
	c.address_count = c.peer_count = 1;
	assert_true(ip_parse("fe80::10", &c.address[0]) && ip_parse("ff02::12", &c.peer[0]));
	assert_string_equal(vrrp_config_check(&c).reason, "peers: `ff02::12' is no IPv6 address of a host");
}

/* Three times 32 addresses in a stack that holds 64. */
static void a_full_stack_is_warned_of(void **state)
{
	struct box *b = box_new(11, "192.0.2.11/24", NULL);
	struct vrrp_router *r[3];
	const struct record *last = NULL;

	for (uint8_t i = 0; i < 3; i++) {
		struct vrrp_config c = config_of(3, 255);
		c.vrid = (uint8_t)(i + 1);
		c.address_count = 32;
		for (uint8_t k = 0; k < 32; k++)
			c.address[k] = ip4(192, 0, 2, (uint8_t)(32 + 32 * i + k));
		r[i] = router_in(b, &c);
		assert_int_equal(box_records(b, &VRRP_WARNING_KIND, NULL), 0);
		vrrp_router_startup(r[i], 0);
		box_drain(b, 0);
		if (i < 2)
			box_forget(b);
	}
	assert_int_equal(box_records(b, &VRRP_WARNING_KIND, &last), 1);
	assert_string_equal(last->value[VRRP_WARNING_WHAT].word, "no room in the stack for a virtual address");
	assert_int_equal(last->value[VRRP_WARNING_SENDER].ip.family, IP_NONE);
	for (int i = 0; i < 3; i++)
		vrrp_router_free(r[i]);
	box_free(b);
}

/* What has no whole message is judged by its bytes alone where 8 will do; with either checksum of version 3. */
static void headers_alone_are_judged_by_their_sum(void **state)
{
	struct vrrp_config c = config_of(3, 100);
	struct said s = advert(3, 200);
	uint8_t bytes[64];

	c.length_check = VRRP_LENGTH_HEADER;
	for (int pseudo = 0; pseudo < 3; pseudo++) {
		struct alone a = backup_of(&c);
		size_t length = encode_said(&s, bytes, sizeof bytes);
		struct ip_addr src, dst;
		assert_true(ip_parse(s.src, &src) && ip_parse(s.dst, &dst));
		struct wr out = wr_of(bytes, sizeof bytes);
		wr_zero(&out, 8);
		(void)encode_said(&s, bytes, sizeof bytes);
		length = 10;                    /* cut inside the address */
		wr_patch16(&out, 6, 0);
		uint32_t sum = 0;
		for (size_t i = 0; i < length; i += 2)
			sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
		uint16_t message = (uint16_t)~(sum % 0xffff);
		wr_patch16(&out, 6, pseudo == 1 ? ip_payload_checksum(&src, &dst, 112, bytes, length)
				    : pseudo == 0 ? message
						  : (uint16_t)(message + 1));
		hand_payload(&a, &s, bytes, length, VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, pseudo == 2 ? VRRP_DROP_CHECKSUM : VRRP_DROP_NONE), 1);
		alone_free(&a);
	}
}

/* Authentication of what is too short to carry any. */
static void headers_alone_prove_nothing(void **state)
{
	static const struct {
		const char *word, *key;
		uint8_t type;
		enum vrrp_drop why;
	} row[] = {
		{"text", "secret", 1, VRRP_DROP_AUTH_DATA},
		{"md5", "secret", 254, VRRP_DROP_AUTH_DATA},
		{"hmac", "0123456789abcdef0123456789abcdef", 0, VRRP_DROP_AUTH_TYPE},
	};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct vrrp_config c = config_of(2, 100);
		struct said s = advert(2, 200);
		uint8_t bytes[64] = {0x21, 10, 200, 3, row[i].type, 1};       /* three addresses, none there */
		uint32_t sum = 0;
		assert_true(vrrp_auth_set_word(&c, row[i].word, strlen(row[i].word)));
		c.password = row[i].key;
		c.length_check = VRRP_LENGTH_HEADER;
		c.address_check = VRRP_ADDRESS_IGNORE;
		for (size_t k = 0; k < 8; k += 2)
			sum += (uint32_t)(bytes[k] << 8 | bytes[k + 1]);
		bytes[6] = (uint8_t)(~(sum % 0xffff) >> 8);
		bytes[7] = (uint8_t)~(sum % 0xffff);
		struct alone a = backup_of(&c);
		hand_payload(&a, &s, bytes, 8, VL_S);
		assert_int_equal(vrrp_router_dropped(a.router, row[i].why), 1);
		alone_free(&a);
	}
}

/* Text where the eight bytes are missing (seen on wires), to a router that minds only the header. */
static void text_without_its_bytes_fails(void **state)
{
	struct vrrp_config c = config_of(2, 100);
	struct said s = advert(2, 200);

	c.auth_type = VRRP_AUTH_TEXT;
	c.password = "secret";
	c.length_check = VRRP_LENGTH_HEADER;
	s.m.auth_type = VRRP_AUTH_TEXT;
	s.m.has_auth_data = false;
	struct alone a = backup_of(&c);
	hand(&a, s, VL_S);
	assert_int_equal(vrrp_router_dropped(a.router, VRRP_DROP_AUTH_DATA), 1);
	alone_free(&a);
}

/* Groups whose members are in states that do not fit together are left as they are. */
static void a_group_moves_only_who_is_in_the_other_state(void **state)
{
	struct vrrp_config c = config_of(3, 255);
	struct box *b = box_new(11, "192.0.2.11/24", NULL);
	struct sync_group *g = sync_group_new();
	struct vrrp_router *first = router_in(b, &c);

	c.vrid = 11;
	struct vrrp_router *second = router_in(b, &c);
	assert_true(sync_group_add(g, first) && sync_group_add(g, second));
	vrrp_router_startup(first, 0);                  /* an owner: Active; the second is in Initialize */
	assert_int_equal(vrrp_router_state(second), VRRP_INITIALIZE);
	vrrp_router_startup(second, 0);                 /* and Active by itself */
	assert_int_equal(vrrp_router_state(second), VRRP_ACTIVE);
	assert_int_equal(vrrp_router_state(first), VRRP_ACTIVE);
	box_drain(b, 0);
	vrrp_router_free(first);
	vrrp_router_free(second);
	sync_group_free(g);
	box_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_out_of_turn_change_nothing),
		cmocka_unit_test(commands_of_others_are_refused),
		cmocka_unit_test(a_preempt_delay_is_set_while_it_runs),
		cmocka_unit_test(a_learned_interval_outlives_a_new_own_one),
		cmocka_unit_test(more_configurations_are_refused),
		cmocka_unit_test(a_full_stack_is_warned_of),
		cmocka_unit_test(headers_alone_are_judged_by_their_sum),
		cmocka_unit_test(headers_alone_prove_nothing),
		cmocka_unit_test(text_without_its_bytes_fails),
		cmocka_unit_test(a_group_moves_only_who_is_in_the_other_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
