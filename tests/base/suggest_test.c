// SPDX-License-Identifier: BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/base/suggest.h"

static const char *nearest(const char *wrong, const char *const *known)
{
	struct suggestion s;

	suggest_begin(&s, wrong);
	for (; *known != NULL; known++)
		suggest_word(&s, *known);
	return s.best;
}

static void distance_counts_single_slips(void **state)
{
	assert_int_equal(suggest_distance("priority", "priority"), 0);
	assert_int_equal(suggest_distance("prority", "priority"), 1);           /* missing */
	assert_int_equal(suggest_distance("priiority", "priority"), 1);         /* added */
	assert_int_equal(suggest_distance("pri0rity", "priority"), 1);          /* other */
	assert_int_equal(suggest_distance("prioirty", "priority"), 1);          /* swapped */
	assert_int_equal(suggest_distance("PRIORITY", "priority"), 0);
	assert_int_equal(suggest_distance("", "vrid"), 4);
}

static void near_words_are_suggested_and_far_ones_are_not(void **state)
{
	const char *const known[] = {"vrid", "vip", "priority", "preempt", "preempt_delay", NULL};

	assert_string_equal(nearest("prority", known), "priority");
	assert_string_equal(nearest("vird", known), "vrid");
	assert_string_equal(nearest("prio", known), "priority");        /* how it begins */
	assert_null(nearest("colour", known));
	assert_null(nearest("", known));
}

static void of_equally_near_words_the_first_is_taken(void **state)
{
	const char *const known[] = {"r1", "r2", "lan1", "lan2", NULL};

	assert_string_equal(nearest("lan3", known), "lan1");
	assert_null(nearest("r3", known));      /* half of it is wrong */
}

static void endless_words_are_far(void **state)
{
	char text[200];
	const char *const known[] = {"vrid", text, NULL};

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = 'a';
	text[sizeof text - 1] = '\0';
	assert_null(nearest(text, known));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distance_counts_single_slips),
		cmocka_unit_test(near_words_are_suggested_and_far_ones_are_not),
		cmocka_unit_test(of_equally_near_words_the_first_is_taken),
		cmocka_unit_test(endless_words_are_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
