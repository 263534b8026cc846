// SPDX-License-Identifier: BSD-2-Clause
/* Free IDs: ranges and the order of proposals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "analyzers/free_ids.h"

static void ranges_leave_the_used_ones_out(void **state)
{
	struct id_set used = {.has = {[1] = true, [51] = true, [255] = true}};
	struct id_range range[128];

	assert_int_equal(free_ids_ranges(range, &used), 2);
	assert_int_equal(range[0].first, 2);
	assert_int_equal(range[0].last, 50);
	assert_int_equal(range[1].first, 52);
	assert_int_equal(range[1].last, 254);
	assert_int_equal(free_ids_count(&used), 252);
}

static void every_other_id_makes_the_most_ranges(void **state)
{
	struct id_set used = {0};
	struct id_range range[128];

	for (unsigned id = 2; id <= ID_LAST; id += 2)
		used.has[id] = true;
	assert_int_equal(free_ids_ranges(range, &used), 128);
	assert_int_equal(range[127].last, 255);
}

static void proposals_are_far_from_what_is_used_and_factory_ids_come_last(void **state)
{
	struct id_set used = {.has = {[10] = true}};
	uint8_t best[ID_LAST];

	assert_int_equal(free_ids_best(best, &used), 254);
	assert_int_equal(best[0], 255);                 /* 155 away from 100, the nearest that counts as taken */
	assert_int_equal(best[1], 177);                 /* between 100 and 255 */
	assert_int_equal(best[253], 100);
	assert_int_equal(best[249], 1);
}

static void with_all_used_nothing_is_proposed(void **state)
{
	struct id_set used = {0};
	uint8_t best[ID_LAST];

	for (unsigned id = 1; id <= ID_LAST; id++)
		used.has[id] = true;
	assert_int_equal(free_ids_best(best, &used), 0);
	used.has[77] = false;
	assert_int_equal(free_ids_best(best, &used), 1);
	assert_int_equal(best[0], 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_leave_the_used_ones_out),
		cmocka_unit_test(every_other_id_makes_the_most_ranges),
		cmocka_unit_test(proposals_are_far_from_what_is_used_and_factory_ids_come_last),
		cmocka_unit_test(with_all_used_nothing_is_proposed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
