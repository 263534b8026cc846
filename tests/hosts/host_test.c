// SPDX-License-Identifier: BSD-2-Clause
/* Plain hosts and routers: they ping each other, through a router and not through a host. */
#include "sim/hosts/host.h"
#include "tests/node/lab.h"

static unsigned host(struct lab *l, uint8_t number, const char *address, enum host_kind kind, const char *gateway)
{
	struct node_config c;
	struct ip_prefix net = lab_net(address);
	struct ip_addr via = gateway != NULL ? lab_ip(gateway) : (struct ip_addr){0};
	struct host_interface i = {.name = "eth0", .mac = {{2, 0, 0, 0, 0, number}}, .address_count = 1,
				   .address = &net};

	node_config_init(&c);
	struct vl_status s = host_add_interface(&c, &i);
	assert_true(vl_ok(&s));
	s = host_configure(&c, kind, gateway != NULL, &via);
	assert_true(vl_ok(&s));
	unsigned n = lab_add(l, &c);
	lab_start(l, n);
	return n;
}

static void hosts_of_one_net_reach_each_other(void **state)
{
	struct lab l;

	lab_open(&l);
	host(&l, 1, "192.0.2.1/24", HOST_PLAIN, NULL);
	host(&l, 2, "192.0.2.2/24", HOST_PLAIN, NULL);
	lab_ping(&l, 0, "192.0.2.2", VL_S);
	lab_ping(&l, 0, "192.0.2.3", VL_S);
	lab_run(&l, 10 * VL_S);
	assert_int_equal(lab_count(&l, 0, &PING_REPLY_KIND, 0, VL_NEVER), 11);
	/* nobody is .3: requests 0 to 9 are lost by now, a second after each */
	assert_int_equal(lab_count(&l, 0, &PING_LOST_KIND, 0, VL_NEVER), 10);
	lab_close(&l);
}

/* A one-armed router: both nets on one hub. */
static void router_joins_two_nets_and_a_host_does_not(void **state)
{
	for (int kind = HOST_PLAIN; kind <= HOST_ROUTER; kind++) {
		struct lab l;
		struct node_config c;
		struct ip_prefix nets[2] = {lab_net("192.0.2.1/24"), lab_net("198.51.100.1/24")};
		struct host_interface i = {.name = "eth0", .mac = {{2, 0, 0, 0, 0, 9}}, .address_count = 2,
					   .address = nets};

		lab_open(&l);
		host(&l, 1, "192.0.2.50/24", HOST_PLAIN, "192.0.2.1");
		host(&l, 2, "198.51.100.50/24", HOST_PLAIN, "198.51.100.1");
		node_config_init(&c);
		struct vl_status s = host_add_interface(&c, &i);
		assert_true(vl_ok(&s));
		s = host_configure(&c, (enum host_kind)kind, 0, NULL);
		assert_true(vl_ok(&s));
		lab_start(&l, lab_add(&l, &c));
		lab_ping(&l, 0, "198.51.100.50", VL_S);
		lab_run(&l, 10 * VL_S);
		assert_int_equal(lab_count(&l, 0, &PING_REPLY_KIND, 0, VL_NEVER), kind == HOST_ROUTER ? 11 : 0);
		lab_close(&l);
	}
}

static void too_much_is_refused(void **state)
{
	struct node_config c;
	struct ip_prefix nets[STACK_ADDRESSES + 1];
	struct ip_addr gateways[2] = {lab_ip("192.0.2.1"), lab_ip("192.0.2.2")};
	struct host_interface i = {.name = "eth0", .address_count = STACK_ADDRESSES + 1, .address = nets};

	memset(nets, 0, sizeof nets);
	node_config_init(&c);
	struct vl_status s = host_add_interface(&c, &i);
	assert_string_equal(s.reason, "eth0: 17 addresses are more than 16");
	s = host_configure(&c, HOST_PLAIN, 2, gateways);
	assert_string_equal(s.reason, "gateway: two of one family");
	i.address_count = 1;
	for (unsigned k = 0; k < STACK_INTERFACES; k++) {
		s = host_add_interface(&c, &i);
		assert_true(vl_ok(&s));
	}
	s = host_add_interface(&c, &i);
	assert_int_equal(s.code, VL_FULL);
	node_config_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_of_one_net_reach_each_other),
		cmocka_unit_test(router_joins_two_nets_and_a_host_does_not),
		cmocka_unit_test(too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
