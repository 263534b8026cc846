// SPDX-License-Identifier: BSD-2-Clause
/* UTF-8 by RFC 3629: what is a character, what is none, and which are not shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/text.h"

static void characters_have_their_length(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		uint32_t character;
	} cases[] = {
		{"a", 1, 'a'}, {"\x7f", 1, 0x7f}, {"\xc2\x80", 2, 0x80}, {"\xdf\xbf", 2, 0x7ff},
		{"\xe0\xa0\x80", 3, 0x800}, {"\xed\x9f\xbf", 3, 0xd7ff}, {"\xee\x80\x80", 3, 0xe000},
		{"\xef\xbf\xbd", 3, 0xfffd}, {"\xf0\x90\x80\x80", 4, 0x10000}, {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint32_t character = 0;
		assert_int_equal(text_character(cases[i].bytes, strlen(cases[i].bytes), &character), cases[i].length);
		assert_int_equal(character, cases[i].character);
		for (size_t left = 1; left < cases[i].length; left++) /* every one cut short */
			assert_int_equal(text_character(cases[i].bytes, left, &character), 0);
	}
}

static void what_is_no_utf_8_is_none(void **state)
{
	/* alone, overlong, surrogates, beyond U+10FFFF, a tail that is none */
	static const char *const wrong[] = {
		"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2" "a", "\xe2\x80" "a", "\xf0\x90\x80" "a",
	};
	uint32_t character;

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_int_equal(text_character(wrong[i], strlen(wrong[i]), &character), 0);
}

static void controls_are_not_text_and_bidirectional_ones_are_not_seen(void **state)
{
	static const uint32_t text[] = {' ', 'z', 0xa0, 0xe9, 0x5d0, 0x2027, 0x2030, 0x4e2d, 0x1f600};
	static const uint32_t controls[] = {0, 7, 0x1b, 0x1f, 0x7f, 0x85, 0x9f, 0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff};
	static const uint32_t turns[] = {0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069, '\t', '\n', '\r'};

	for (size_t i = 0; i < sizeof text / sizeof text[0]; i++)
		assert_true(!text_is_control(text[i]) && !text_is_unseen(text[i]));
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
		assert_true(text_is_control(controls[i]) && text_is_unseen(controls[i]));
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++)
		assert_true(!text_is_control(turns[i]) && text_is_unseen(turns[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(characters_have_their_length),
		cmocka_unit_test(what_is_no_utf_8_is_none),
		cmocka_unit_test(controls_are_not_text_and_bidirectional_ones_are_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
