// SPDX-License-Identifier: BSD-2-Clause
/* Units in VRRP without the virtual MAC, with an initial wait, in IPv6; settings and units that cannot be. */
#include "sim/appliance/loadmaster.h"
#include "tests/node/lab.h"

static struct loadmaster_config unit(const char *shared)
{
	struct loadmaster_config c;

	loadmaster_config_init(&c);
	c.shared_count = 1;
	c.shared[0] = lab_ip(shared);
	return c;
}

static struct engine plug(struct frame_pool *pool, const struct loadmaster_config *lm)
{
	struct node_config c;
	struct vl_status why;

	lab_config(&c, 11, "192.0.2.11/24", "2001:db8::11/64");
	why = loadmaster_configure(lm, &c);
	assert_string_equal(why.reason, "");
	struct engine box = loadmaster_new(lm, &c, pool, &why);
	assert_string_equal(why.reason, "");
	node_config_fini(&c);
	return box;
}

static void unplug(struct engine *box, struct frame_pool *pool)
{
	struct engine_out out;

	while (box->ops->poll(box->self, &out))
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
	box->ops->free(box->self);
	box->ops->free(NULL);
	frame_pool_free(pool);
}

/* Active_Down_Interval of priority 150 at 1 s is 3.4140625 s; the initial wait comes before it. */
static void initial_wait_and_physical_mac_with_vrrp(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct loadmaster_config lm = unit("192.0.2.10");

	lm.protocol = LOADMASTER_VRRP;
	lm.virtual_mac = false;
	lm.initial_wait = 10 * VL_S;
	struct engine box = plug(pool, &lm);
	const struct vrrp_config *r = vrrp_router_config(node_vrrp(loadmaster_node(&box), 0));
	assert_int_equal(r->advert_mac, VRRP_MAC_PHYSICAL);
	assert_int_equal(r->reply_mac, VRRP_MAC_PHYSICAL);
	box.ops->startup(box.self, 0);
	assert_int_equal(box.ops->deadline(box.self), 13414062500);
	unplug(&box, pool);
}

/* A shared IPv6 address alone is CARP over IPv6, or version 3 of VRRP. */
static void a_shared_ipv6_address_alone(void **state)
{
	for (int vrrp = 0; vrrp < 2; vrrp++) {
		struct frame_pool *pool = frame_pool_new();
		struct loadmaster_config lm = unit("2001:db8::10");
		lm.protocol = vrrp ? LOADMASTER_VRRP : LOADMASTER_CARP;
		struct engine box = plug(pool, &lm);
		const struct engine *node = loadmaster_node(&box);
		if (vrrp)
			assert_int_equal(vrrp_router_config(node_vrrp(node, 0))->version, 3);
		else
			assert_int_equal(carp_host_config(node_carp(node, 0))->family, IP_V6);
		box.ops->startup(box.self, 0);
		struct command c = {.verb = COMMAND_SET, .field = "ha.id", .type = VALUE_NUMBER, .value.number = 9};
		struct vl_status s = box.ops->control(box.self, &c, VL_S);
		assert_string_equal(s.reason, "");
		assert_int_equal(vrrp ? vrrp_router_config(node_vrrp(node, 0))->vrid
				      : carp_host_config(node_carp(node, 0))->vhid, 9);
		unplug(&box, pool);
	}
}

static void wrong_values_are_refused_in_kemps_words(void **state)
{
	static const struct {
		const char *field, *reason;
		enum value_type type;
		uint64_t number;
	} row[] = {
		{"ha.id", "ha.id: it is a number, 1-255", VALUE_FLAG, 1},
		{"ha.id", "ha.id: `256' is not in 1-255", VALUE_NUMBER, 256},
		{"ha.id", "ha.id: `0' is not in 1-255", VALUE_NUMBER, 0},
		{"ha.timeout", "ha.timeout: it is a length of time", VALUE_NUMBER, 3},
		{"ha.preferred", "ha.preferred: it is none, first or second", VALUE_NUMBER, 1},
		{"ha.something", "there is no `ha.something' to set; there are ha.id, ha.timeout, ha.preferred, ha.password",
		 VALUE_NUMBER, 1},
	};
	struct frame_pool *pool = frame_pool_new();
	struct loadmaster_config lm = unit("192.0.2.10");
	struct engine box = plug(pool, &lm);
	struct command off = {.verb = COMMAND_SET, .field = "ha.preferred", .type = VALUE_WORD, .value.word = "first"};

	struct vl_status s = box.ops->control(box.self, &off, 0);
	assert_string_equal(s.reason, "the box is not running");
	box.ops->startup(box.self, 0);
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct command c = {.verb = COMMAND_SET, .field = row[i].field, .type = row[i].type,
				    .value.number = row[i].number};
		s = box.ops->control(box.self, &c, VL_S);
		assert_string_equal(s.reason, row[i].reason);
	}
	s = box.ops->control(box.self, &(struct command){.verb = COMMAND_SET}, VL_S);
	assert_string_equal(s.reason, "a field is missing");
	unplug(&box, pool);
}

static void more_units_are_refused(void **state)
{
	struct frame_pool *pool = frame_pool_new();
	struct loadmaster_config lm = unit("192.0.2.10");
	struct node_config c;
	struct vl_status s;

	lab_config(&c, 11, "192.0.2.11/24", NULL);
	lm.shared_count = LOADMASTER_SHARED + 1;
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "shared addresses: 33 are more than 32");
	lm = unit("192.0.2.10");
	lm.protocol = LOADMASTER_VRRP;
	lm.use_broadcast = true;
	s = loadmaster_configure(&lm, &c);
	assert_string_equal(s.reason, "use broadcast: with CARP only");
	for (vl_time t = 0; t <= 18 * VL_S; t += VL_S) {
		lm = unit("192.0.2.10");
		lm.shared_count = 0;
		lm.timeout = t;
		s = loadmaster_configure(&lm, &c);
		assert_int_equal(vl_ok(&s), t > 0 && t % (3 * VL_S) == 0 && t <= 15 * VL_S);
	}
	/* a box that is none */
	c.stack.interface[1] = c.stack.interface[0];
	c.stack.interface_count = 2;
	lm = unit("192.0.2.10");
	assert_null(loadmaster_new(&lm, &c, pool, &s).ops);
	assert_string_equal(s.reason, "interfaces 0 and 1: both on port 0, VLAN 0");
	node_config_fini(&c);
	frame_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initial_wait_and_physical_mac_with_vrrp),
		cmocka_unit_test(a_shared_ipv6_address_alone),
		cmocka_unit_test(wrong_values_are_refused_in_kemps_words),
		cmocka_unit_test(more_units_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
