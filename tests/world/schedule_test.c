// SPDX-License-Identifier: BSD-2-Clause
/* The heap of sources against a plain search through an array. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/prng.h"
#include "sim/world/schedule.h"

enum { ITEMS = 37 };

static void the_first_is_always_the_earliest(void **state)
{
	struct prng dice = prng_stream(1, "schedule test");
	struct schedule s = {0};
	vl_time at[ITEMS];
	uint64_t order[ITEMS];

	assert_true(schedule_reserve(&s, ITEMS));
	for (unsigned i = 0; i < ITEMS; i++)
		at[i] = VL_NEVER;
	for (unsigned step = 0; step < 100000; step++) {
		uint32_t item = (uint32_t)prng_below(&dice, ITEMS), best = 0;
		if (prng_chance(&dice, 1, 4)) {
			schedule_remove(&s, item);
			at[item] = VL_NEVER;
		} else {
			at[item] = prng_below(&dice, 20);
			order[item] = prng_below(&dice, 3);
			schedule_set(&s, item, at[item], order[item]);
		}
		size_t count = 0;
		for (uint32_t i = 0; i < ITEMS; i++) {
			assert_int_equal(schedule_at(&s, i), at[i]);
			count += at[i] != VL_NEVER;
			if (at[i] < at[best] || (at[i] == at[best] && at[i] != VL_NEVER && order[i] < order[best]))
				best = i;
		}
		assert_int_equal(s.count, count);
		assert_int_equal(schedule_deadline(&s), at[best]);
		if (count > 0)
			assert_int_equal(s.entry[0].item, best);
	}
	schedule_fini(&s);
}

static void growing_keeps_what_is_scheduled(void **state)
{
	struct schedule s = {0};

	assert_true(schedule_reserve(&s, 1));
	assert_int_equal(schedule_deadline(&s), VL_NEVER);
	schedule_set(&s, 0, 50, 0);
	assert_true(schedule_reserve(&s, 1000));
	schedule_set(&s, 999, 40, 0);
	assert_int_equal(schedule_at(&s, 0), 50);
	assert_int_equal(schedule_at(&s, 500), VL_NEVER);
	assert_int_equal(schedule_deadline(&s), 40);
	schedule_remove(&s, 999);
	schedule_remove(&s, 999);
	assert_int_equal(schedule_deadline(&s), 50);
	schedule_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_always_the_earliest),
		cmocka_unit_test(growing_keeps_what_is_scheduled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
