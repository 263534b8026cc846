// SPDX-License-Identifier: BSD-2-Clause
/* Keys of source IP, and the table: timeouts, limits, sharing between services. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/balancer/persistence.h"
#include "sim/base/prng.h"
#include "sim/base/wheel.h"

#define TICK (UINT64_C(1) << WHEEL_TICK_BITS)

static struct persistence_config config;

static int set_up(void **state)
{
	config = (struct persistence_config){
		.kind = persistence_find("source-ip"),
		.timeout = 300 * VL_S,
		.touch = true,
	};
	return 0;
}

static struct persistence_key key_of(struct ip_addr client, uint16_t port)
{
	struct flow flow = {.client = client, .client_port = port};
	struct persistence_key key;

	config.kind->key(&config, &(struct persistence_facts){.flow = &flow}, &key);
	return key;
}

static struct persistence_key client(uint8_t last)
{
	return key_of(ip4(198, 51, 100, last), 40000);
}

static bool same(struct ip_addr a, uint16_t port_a, struct ip_addr b, uint16_t port_b)
{
	struct persistence_key x = key_of(a, port_a), y = key_of(b, port_b);

	return x.length == y.length && memcmp(x.b, y.b, x.length) == 0;
}

static void the_port_does_not_count_unless_asked_for(void **state)
{
	assert_true(same(ip4(192, 0, 2, 1), 1000, ip4(192, 0, 2, 1), 2000));
	config.with_port = true;
	assert_false(same(ip4(192, 0, 2, 1), 1000, ip4(192, 0, 2, 1), 2000));
	assert_true(same(ip4(192, 0, 2, 1), 1000, ip4(192, 0, 2, 1), 1000));
}

static void a_netmask_makes_a_net_one_client(void **state)
{
	config.prefix_v4 = 23;
	assert_true(same(ip4(192, 0, 2, 1), 1, ip4(192, 0, 3, 250), 1));
	assert_false(same(ip4(192, 0, 2, 1), 1, ip4(192, 0, 4, 1), 1));
}

static void an_ipv6_prefix_makes_a_net_one_client(void **state)
{
	struct ip_addr a = ip6_from_bytes((const uint8_t[16]){0x20, 1, 0x0d, 0xb8, 0, 1, 2, 3, [15] = 1});
	struct ip_addr b = ip6_from_bytes((const uint8_t[16]){0x20, 1, 0x0d, 0xb8, 0, 1, 2, 3, [15] = 2});

	assert_false(same(a, 1, b, 1));
	config.prefix_v6 = 64;
	assert_true(same(a, 1, b, 1));
}

static void a_client_comes_back_to_its_server_until_the_timeout(void **state)
{
	struct persistence_table *t = persistence_table_new(8, PERSISTENCE_EVICT, 1);
	struct persistence_key key = client(1);

	assert_int_equal(persistence_lookup(t, &config, 1, &key, 0), -1);
	persistence_store(t, &config, 1, &key, 3, 0);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, 200 * VL_S), 3);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, 499 * VL_S), 3);       /* touched at 200 s */
	assert_int_equal(persistence_lookup(t, &config, 1, &key, 799 * VL_S), -1);
	persistence_table_free(t);
}

static void without_touch_the_timeout_runs_from_the_first_connection(void **state)
{
	struct persistence_table *t = persistence_table_new(8, PERSISTENCE_EVICT, 1);
	struct persistence_key key = client(1);

	config.touch = false;
	persistence_store(t, &config, 1, &key, 3, 0);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, 299 * VL_S), 3);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, 300 * VL_S), -1);
	persistence_table_free(t);
}

static void entries_leave_the_table_when_their_time_has_come(void **state)
{
	struct persistence_table *t = persistence_table_new(8, PERSISTENCE_EVICT, 1);
	struct persistence_key key = client(1);

	persistence_store(t, &config, 1, &key, 3, 0);
	assert_true(persistence_deadline(t) <= 300 * VL_S + TICK);
	while (persistence_deadline(t) <= 300 * VL_S)
		persistence_expire(t, persistence_deadline(t));
	assert_int_equal(persistence_count(t), 1);
	persistence_expire(t, 300 * VL_S + TICK);
	assert_int_equal(persistence_count(t), 0);
	assert_int_equal(persistence_counters(t)->expired, 1);
	assert_true(persistence_deadline(t) == VL_NEVER);
	persistence_table_free(t);
}

static void services_of_a_group_share_and_others_do_not(void **state)
{
	struct persistence_table *t = persistence_table_new(8, PERSISTENCE_EVICT, 1);
	struct persistence_key key = client(1);

	persistence_store(t, &config, 1, &key, 3, 0);
	persistence_store(t, &config, 2, &key, 4, 0);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, VL_S), 3);
	assert_int_equal(persistence_lookup(t, &config, 2, &key, VL_S), 4);
	assert_int_equal(persistence_lookup(t, &config, 3, &key, VL_S), -1);
	persistence_table_free(t);
}

static void a_full_table_gives_up_the_entry_used_longest_ago(void **state)
{
	struct persistence_table *t = persistence_table_new(2, PERSISTENCE_EVICT, 1);
	struct persistence_key a = client(1), b = client(2), c = client(3);

	persistence_store(t, &config, 1, &a, 1, 0);
	persistence_store(t, &config, 1, &b, 2, 0);
	assert_int_equal(persistence_lookup(t, &config, 1, &a, VL_S), 1);
	persistence_store(t, &config, 1, &c, 3, 2 * VL_S);
	assert_int_equal(persistence_lookup(t, &config, 1, &a, 3 * VL_S), 1);
	assert_int_equal(persistence_lookup(t, &config, 1, &b, 3 * VL_S), -1);
	assert_int_equal(persistence_lookup(t, &config, 1, &c, 3 * VL_S), 3);
	assert_int_equal(persistence_counters(t)->evicted, 1);
	persistence_table_free(t);
}

static void or_refuses_the_new_one(void **state)
{
	struct persistence_table *t = persistence_table_new(1, PERSISTENCE_REFUSE, 1);
	struct persistence_key a = client(1), b = client(2);

	persistence_store(t, &config, 1, &a, 1, 0);
	persistence_store(t, &config, 1, &b, 2, 0);
	assert_int_equal(persistence_lookup(t, &config, 1, &b, VL_S), -1);
	assert_int_equal(persistence_lookup(t, &config, 1, &a, VL_S), 1);
	assert_int_equal(persistence_counters(t)->refused, 1);
	persistence_table_free(t);
}

static void a_removed_server_is_forgotten(void **state)
{
	struct persistence_table *t = persistence_table_new(8, PERSISTENCE_EVICT, 1);

	for (uint8_t i = 1; i <= 6; i++) {
		struct persistence_key key = client(i);
		persistence_store(t, &config, 1, &key, i % 2, 0);
	}
	assert_int_equal(persistence_count_server(t, 1, 1), 3);
	persistence_forget_server(t, 1, 1);
	assert_int_equal(persistence_count_server(t, 1, 1), 0);
	assert_int_equal(persistence_count(t), 3);
	persistence_table_clear(t);
	assert_int_equal(persistence_count(t), 0);
	struct persistence_key key = client(2);
	persistence_store(t, &config, 1, &key, 5, VL_S);
	assert_int_equal(persistence_lookup(t, &config, 1, &key, VL_S), 5);
	persistence_table_free(t);
}

/* Created = held + expired + evicted + forgotten, whatever happens. */
static void entries_are_conserved(void **state)
{
	struct persistence_table *t = persistence_table_new(50, PERSISTENCE_EVICT, 7);
	struct prng dice = prng_stream(3, "persistence");
	const struct persistence_counters *n = persistence_counters(t);
	vl_time now = 0;

	config.timeout = 20 * VL_S;
	for (int i = 0; i < 20000; i++) {
		struct persistence_key key = client((uint8_t)prng_below(&dice, 100));
		now += prng_below(&dice, VL_S);
		persistence_expire(t, now);
		assert_true(persistence_deadline(t) > now);
		if (persistence_lookup(t, &config, 1, &key, now) < 0)
			persistence_store(t, &config, 1, &key, (uint32_t)prng_below(&dice, 4), now);
		if (prng_below(&dice, 500) == 0)
			persistence_forget_server(t, 1, 2);
		assert_int_equal(n->created, persistence_count(t) + n->expired + n->evicted + n->forgotten);
	}
	assert_true(n->hits > 1000 && n->expired > 1000 && n->forgotten > 100);
	persistence_table_free(t);
}

static void masks_and_timeouts_out_of_range_are_refused(void **state)
{
	config.prefix_v4 = 33;
	struct vl_status s = persistence_check(&config);
	assert_string_equal(s.reason, "persistence: an IPv4 netmask has 1 to 32 bits");
	config.prefix_v4 = 0;
	config.prefix_v6 = 129;
	s = persistence_check(&config);
	assert_string_equal(s.reason, "persistence: an IPv6 prefix has 1 to 128 bits");
	config.prefix_v6 = 0;
	config.timeout = VL_MS;
	s = persistence_check(&config);
	assert_string_equal(s.reason, "persistence: the timeout is 1 s to 7 days");
	config.kind = NULL;
	s = persistence_check(&config);
	assert_true(vl_ok(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_port_does_not_count_unless_asked_for, set_up),
		cmocka_unit_test_setup(a_netmask_makes_a_net_one_client, set_up),
		cmocka_unit_test_setup(an_ipv6_prefix_makes_a_net_one_client, set_up),
		cmocka_unit_test_setup(a_client_comes_back_to_its_server_until_the_timeout, set_up),
		cmocka_unit_test_setup(without_touch_the_timeout_runs_from_the_first_connection, set_up),
		cmocka_unit_test_setup(entries_leave_the_table_when_their_time_has_come, set_up),
		cmocka_unit_test_setup(services_of_a_group_share_and_others_do_not, set_up),
		cmocka_unit_test_setup(a_full_table_gives_up_the_entry_used_longest_ago, set_up),
		cmocka_unit_test_setup(or_refuses_the_new_one, set_up),
		cmocka_unit_test_setup(a_removed_server_is_forgotten, set_up),
		cmocka_unit_test_setup(entries_are_conserved, set_up),
		cmocka_unit_test_setup(masks_and_timeouts_out_of_range_are_refused, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
