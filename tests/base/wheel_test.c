// SPDX-License-Identifier: BSD-2-Clause
/* The timing wheel, by hand and against a plain array of moments that is searched whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/base/prng.h"
#include "sim/base/wheel.h"

#define TICK (UINT64_C(1) << WHEEL_TICK_BITS)

struct timer {
	vl_time at;                     /* VL_NEVER: not set */
	struct wheel_link link;
};

static struct timer timer[300];
static struct wheel wheel;

static void begin(void)
{
	memset(timer, 0, sizeof timer);
	for (size_t i = 0; i < 300; i++)
		timer[i].at = VL_NEVER;
	wheel_init(&wheel, &timer[0].link, sizeof timer[0], 0);
}

static void set(uint32_t i, vl_time at)
{
	timer[i].at = at;
	wheel_set(&wheel, i, at);
}

/* The next timer whose moment has come. */
static uint32_t take(vl_time now)
{
	uint32_t i;

	while ((i = wheel_take(&wheel, now)) != WHEEL_NONE) {
		if (timer[i].at <= now) {
			timer[i].at = VL_NEVER;
			return i;
		}
		wheel_set(&wheel, i, timer[i].at);
	}
	return WHEEL_NONE;
}

static void an_empty_wheel_never_comes_up(void **state)
{
	(void)state;
	begin();
	assert_true(wheel_deadline(&wheel) == VL_NEVER);
	assert_true(take(VL_S) == WHEEL_NONE);
}

static void a_timer_comes_up_at_the_first_tick_after_its_moment(void **state)
{
	(void)state;
	begin();
	set(7, 5 * TICK + 1);
	assert_true(wheel_deadline(&wheel) == 6 * TICK);
	assert_true(take(6 * TICK - 1) == WHEEL_NONE);
	assert_true(take(6 * TICK) == 7);
	assert_true(take(6 * TICK) == WHEEL_NONE);
	assert_true(wheel_deadline(&wheel) == VL_NEVER);
}

static void timers_of_one_slot_come_in_the_order_they_were_set(void **state)
{
	(void)state;
	begin();
	set(3, 9 * TICK);
	set(1, 9 * TICK);
	set(2, 9 * TICK);
	assert_true(take(9 * TICK) == 3);
	assert_true(take(9 * TICK) == 1);
	assert_true(take(9 * TICK) == 2);
}

static void putting_off_is_found_out_when_the_slot_comes(void **state)
{
	(void)state;
	begin();
	set(0, 2 * TICK);
	set(0, 100 * TICK);
	assert_true(wheel_deadline(&wheel) == 2 * TICK);
	assert_true(take(2 * TICK) == WHEEL_NONE);
	assert_true(wheel_deadline(&wheel) == 100 * TICK);
	assert_true(take(100 * TICK) == 0);
}

static void a_timer_that_must_come_earlier_moves(void **state)
{
	(void)state;
	begin();
	set(0, 900 * VL_S);
	set(0, 3 * TICK);
	assert_true(take(3 * TICK) == 0);
}

static void a_timer_beyond_the_wheel_waits_in_its_farthest_slot(void **state)
{
	const vl_time far = (UINT64_C(1) << 40) * VL_US;        /* twelve days */

	(void)state;
	begin();
	set(0, far);
	vl_time now = 0;
	while (wheel_deadline(&wheel) < far) {
		now = wheel_deadline(&wheel);
		assert_true(take(now) == WHEEL_NONE);
		assert_true(wheel_deadline(&wheel) > now);
	}
	assert_true(take(wheel_deadline(&wheel)) == 0);
}

static void a_removed_timer_does_not_come(void **state)
{
	(void)state;
	begin();
	set(0, 4 * TICK);
	set(1, 4 * TICK);
	wheel_remove(&wheel, 0);
	wheel_remove(&wheel, 0);
	assert_true(take(4 * TICK) == 1);
	assert_true(take(VL_S) == WHEEL_NONE);
}

static vl_time tick_after(vl_time at)
{
	return (at + TICK - 1) / TICK * TICK;
}

/* Random settings, puttings off and removals: none comes before its moment, none after its tick. */
static void the_wheel_does_what_a_search_through_all_timers_does(void **state)
{
	static const vl_time reach[] = {3 * TICK, 300 * TICK, 90 * VL_S, 80000 * VL_S};
	struct prng dice = prng_stream(5, "wheel");
	vl_time now = 0;
	uint64_t taken = 0;

	(void)state;
	begin();
	for (unsigned step = 0; step < 200000; step++) {
		uint32_t i = (uint32_t)prng_below(&dice, 300);
		if (prng_below(&dice, 8) == 0) {
			wheel_remove(&wheel, i);
			timer[i].at = VL_NEVER;
		} else {
			set(i, now + 1 + prng_below(&dice, reach[prng_below(&dice, 4)]));
		}
		if (prng_below(&dice, 3) != 0)
			continue;
		now += prng_below(&dice, reach[prng_below(&dice, 3)]);
		vl_time due[300], first = VL_NEVER;
		for (size_t k = 0; k < 300; k++)
			due[k] = timer[k].at;
		for (uint32_t k; (k = take(now)) != WHEEL_NONE; taken++) {
			assert_true(due[k] <= now);
			due[k] = VL_NEVER;
		}
		for (size_t k = 0; k < 300; k++) {
			assert_true(due[k] == VL_NEVER || tick_after(due[k]) > now);
			first = vl_time_min(first, due[k] == VL_NEVER ? VL_NEVER : tick_after(due[k]));
		}
		assert_true(wheel_deadline(&wheel) > now && wheel_deadline(&wheel) <= first);
	}
	assert_true(taken > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_wheel_never_comes_up),
		cmocka_unit_test(a_timer_comes_up_at_the_first_tick_after_its_moment),
		cmocka_unit_test(timers_of_one_slot_come_in_the_order_they_were_set),
		cmocka_unit_test(putting_off_is_found_out_when_the_slot_comes),
		cmocka_unit_test(a_timer_that_must_come_earlier_moves),
		cmocka_unit_test(a_timer_beyond_the_wheel_waits_in_its_farthest_slot),
		cmocka_unit_test(a_removed_timer_does_not_come),
		cmocka_unit_test(the_wheel_does_what_a_search_through_all_timers_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
