// SPDX-License-Identifier: BSD-2-Clause
/* The arithmetic and the decisions, without a router. */
#include "tests/vrrp/box.h"

#include "sim/vrrp/vrrp_election.h"

/* (256 - 100) / 256 s = 0.609375 s; 255: 1/256 s; 1: 255/256 s */
static void version_2_skew_is_a_part_of_one_second(void **state)
{
	assert_int_equal(vrrp_skew_time(2, 100, VL_S), 609375000);
	assert_int_equal(vrrp_skew_time(2, 255, VL_S), 3906250);
	assert_int_equal(vrrp_skew_time(2, 1, VL_S), 996093750);
	assert_int_equal(vrrp_skew_time(2, 100, 10 * VL_S), 609375000);
}

static void version_3_skew_is_a_part_of_the_interval(void **state)
{
	assert_int_equal(vrrp_skew_time(3, 100, VL_S), 609375000);
	assert_int_equal(vrrp_skew_time(3, 100, VL_CS), 6093750);
	assert_int_equal(vrrp_skew_time(3, 100, 4095 * VL_CS), UINT64_C(24953906250));
}

static void down_interval_is_three_intervals_and_the_skew(void **state)
{
	assert_int_equal(vrrp_active_down_interval(2, 100, VL_S), UINT64_C(3609375000));
	assert_int_equal(vrrp_active_down_interval(2, 255, VL_S), UINT64_C(3003906250));
	assert_int_equal(vrrp_active_down_interval(2, 1, VL_S), UINT64_C(3996093750));
	assert_int_equal(vrrp_active_down_interval(2, 100, 3 * VL_S), UINT64_C(9609375000));
	assert_int_equal(vrrp_active_down_interval(3, 150, 10 * VL_CS), UINT64_C(341406250));
}

static void backup_follows_equal_and_higher(void **state)
{
	assert_int_equal(vrrp_decide_backup(true, 100, 0), VRRP_RESIGNED);
	assert_int_equal(vrrp_decide_backup(true, 100, 99), VRRP_LOWER);
	assert_int_equal(vrrp_decide_backup(true, 100, 100), VRRP_FOLLOW);
	assert_int_equal(vrrp_decide_backup(true, 100, 101), VRRP_FOLLOW);
	assert_int_equal(vrrp_decide_backup(false, 100, 1), VRRP_FOLLOW);
	assert_int_equal(vrrp_decide_backup(false, 255, 254), VRRP_LOWER);
}

static void addresses_decide_only_between_equals(void **state)
{
	struct ip_addr low = ip4(9, 255, 255, 255), high = ip4(192, 0, 2, 1);

	assert_int_equal(vrrp_decide_active(100, &low, 0, &high), VRRP_RESIGNED);
	assert_int_equal(vrrp_decide_active(100, &low, 101, &high), VRRP_YIELD_PRIORITY);
	assert_int_equal(vrrp_decide_active(100, &high, 101, &low), VRRP_YIELD_PRIORITY);
	assert_int_equal(vrrp_decide_active(100, &low, 99, &high), VRRP_LOWER);
	assert_int_equal(vrrp_decide_active(100, &low, 100, &high), VRRP_YIELD_ADDRESS);
	assert_int_equal(vrrp_decide_active(100, &high, 100, &low), VRRP_LOWER);
	assert_int_equal(vrrp_decide_active(100, &low, 100, &low), VRRP_LOWER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_skew_is_a_part_of_one_second),
		cmocka_unit_test(version_3_skew_is_a_part_of_the_interval),
		cmocka_unit_test(down_interval_is_three_intervals_and_the_skew),
		cmocka_unit_test(backup_follows_equal_and_higher),
		cmocka_unit_test(addresses_decide_only_between_equals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
