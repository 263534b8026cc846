// SPDX-License-Identifier: BSD-2-Clause
/* Settings that change while an engine runs, and the texts that records keep pointing to. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/base/label.h"
#include "sim/base/setting.h"

static const struct setting TABLE[] = {
	{.name = "weight", .type = VALUE_NUMBER, .low = 1, .high = 100, .item = 7},
	{.name = "interval", .type = VALUE_TIME, .low = VL_CS, .high = VL_S, .step = VL_CS},
	{.name = "drain", .type = VALUE_FLAG},
	{.name = "password", .type = VALUE_WORD, .low = 1, .high = 8},
};

#define FIND(name) setting_find(TABLE, sizeof TABLE / sizeof TABLE[0], name)

static void settings_are_found_by_name(void **state)
{
	assert_ptr_equal(FIND("interval"), &TABLE[1]);
	assert_int_equal(FIND("weight")->item, 7);
	assert_null(FIND("weigh"));
	assert_null(FIND(""));
}

static void expect(const char *name, enum value_type type, union value v, const char *reason)
{
	struct vl_status s = setting_check(FIND(name), type, &v);

	assert_string_equal(s.reason, reason);
	assert_int_equal(s.code, reason[0] == '\0' ? VL_OK : VL_INVALID);
}

static void both_ends_of_a_range_belong_to_it(void **state)
{
	expect("weight", VALUE_NUMBER, (union value){.number = 1}, "");
	expect("weight", VALUE_NUMBER, (union value){.number = 100}, "");
	expect("weight", VALUE_NUMBER, (union value){.number = 0}, "weight: `0' is not in 1-100");
	expect("weight", VALUE_NUMBER, (union value){.number = 101}, "weight: `101' is not in 1-100");
	expect("interval", VALUE_TIME, (union value){.time = VL_S}, "");
	expect("interval", VALUE_TIME, (union value){.time = VL_S + VL_CS},
	       "interval: 1.010 s is not in 0.010-1.000 s");
}

static void a_step_is_kept(void **state)
{
	expect("interval", VALUE_TIME, (union value){.time = 30 * VL_MS}, "");
	expect("interval", VALUE_TIME, (union value){.time = 35 * VL_MS},
	       "interval: 0.035 s is not a multiple of 0.010 s");
}

static void another_type_is_refused(void **state)
{
	expect("weight", VALUE_WORD, (union value){.word = "much"}, "weight: expected a number");
	expect("interval", VALUE_NUMBER, (union value){.number = 1}, "interval: expected a length of time");
	expect("drain", VALUE_NUMBER, (union value){.number = 1}, "drain: expected true or false");
	expect("drain", VALUE_FLAG, (union value){.flag = true}, "");
}

/* The text itself is in no reason: it may be a secret. */
static void a_text_has_a_length(void **state)
{
	expect("password", VALUE_WORD, (union value){.word = "12345678"}, "");
	expect("password", VALUE_WORD, (union value){.word = "x"}, "");
	expect("password", VALUE_WORD, (union value){.word = ""}, "password: 0 bytes is not in 1-8");
	expect("password", VALUE_WORD, (union value){.word = "123456789"}, "password: 9 bytes is not in 1-8");
	expect("password", VALUE_WORD, (union value){.word = NULL}, "password: expected a text");
	expect("password", VALUE_NUMBER, (union value){.number = 1}, "password: expected a text");
}

static void a_secret_is_recorded_as_such(void **state)
{
	struct outbox box;
	struct engine_out out;
	char text[64];
	union value secret = {.word = SETTING_SECRET};

	assert_true(outbox_init(&box, 4));
	setting_record(&box, "part", FIND("password"), &secret, &secret, 5);
	assert_true(outbox_poll(&box, &out));
	assert_ptr_equal(out.record.kind, &SETTING_WORD_KIND);
	record_format_text(text, sizeof text, &out.record);
	assert_string_equal(text, "password: (secret) -> (secret)");
	outbox_fini(&box);
}

static void a_change_is_one_record(void **state)
{
	struct outbox box;
	struct engine_out out;
	char text[64];
	union value before = {.time = 100 * VL_MS}, after = {.time = VL_S};

	assert_true(outbox_init(&box, 4));
	setting_record(&box, "part", FIND("interval"), &before, &after, 5);
	assert_true(outbox_poll(&box, &out));
	assert_int_equal(out.type, OUT_RECORD);
	assert_ptr_equal(out.record.kind, &SETTING_TIME_KIND);
	assert_int_equal(out.record.at, 5);
	record_format_text(text, sizeof text, &out.record);
	assert_string_equal(text, "interval: 0.100 -> 1.000");
	assert_false(outbox_poll(&box, &out));
	outbox_fini(&box);
}

static void a_label_is_kept_once_and_stays(void **state)
{
	struct labels l = {NULL};
	const char *one = labels_add(&l, "vrrp %d", 1), *other = labels_add(&l, "vrrp %d", 47);

	assert_string_equal(one, "vrrp 1");
	assert_string_equal(other, "vrrp 47");
	assert_ptr_equal(labels_add(&l, "vrrp %d", 1), one);
	labels_fini(&l);
	assert_null(l.first);
}

static void a_long_label_is_cut(void **state)
{
	struct labels l = {NULL};

	assert_int_equal(strlen(labels_add(&l, "%060d", 1)), LABEL_TEXT - 1);
	labels_fini(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_found_by_name),
		cmocka_unit_test(both_ends_of_a_range_belong_to_it),
		cmocka_unit_test(a_step_is_kept),
		cmocka_unit_test(another_type_is_refused),
		cmocka_unit_test(a_text_has_a_length),
		cmocka_unit_test(a_secret_is_recorded_as_such),
		cmocka_unit_test(a_change_is_one_record),
		cmocka_unit_test(a_label_is_kept_once_and_stays),
		cmocka_unit_test(a_long_label_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
