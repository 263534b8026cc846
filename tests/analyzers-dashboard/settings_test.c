// SPDX-License-Identifier: BSD-2-Clause
/* viplab.conf: what is read, what is refused with its line, and what W writes back. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "analyzers/dashboard/settings.h"

static char path[] = "/tmp/viplab-settings-XXXXXX";

static int make_file(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

static bool reads(struct settings *s, const char *text, char error[SETTINGS_ERROR])
{
	FILE *to = fopen(path, "w");

	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
	settings_init(s);
	error[0] = '\0';
	return settings_read(s, path, error);
}

static void what_is_written_is_read_again_and_the_rest_stays(void **state)
{
	struct settings s, again;
	struct ui u;
	char error[SETTINGS_ERROR];
	size_t length;

	(void)state;
	assert_true(reads(&s, "# mine\n[names]\n10.66.0.2 = lb1 # the left one\nfd00::2=lb 2\n[top]\ntheme = safe\nrefresh=2s\n[scan]\nwhatever = 1\n",
			  error));
	assert_string_equal(settings_name_of(&s, "10.66.0.2"), "lb1");
	assert_string_equal(settings_name_of(&s, "fd00::2"), "lb 2");
	assert_null(settings_name_of(&s, "10.66.0.3"));
	assert_int_equal(s.theme, THEME_SAFE);
	assert_true(s.refresh == 2 * VL_S);
	assert_true(ui_init(&u));
	settings_to_ui(&s, &u);
	u.theme = THEME_MONO;
	u.view = VIEW_IDS;
	u.sort = SORT_STATE;
	u.reverse = u.mouse = u.logarithmic = true;
	u.metric = METRIC_BYTES;
	u.family = IP_V6;
	u.level = RECORD_WARN;
	u.glyphs = GLYPHS_ASCII;
	u.refresh = 500 * VL_MS;
	settings_from_ui(&s, &u);
	char *text = settings_text(&s, &length);
	assert_non_null(text);
	assert_int_equal(strlen(text), length);
	assert_non_null(strstr(text, "# mine\n[names]\n10.66.0.2 = lb1 # the left one\nfd00::2=lb 2\n[scan]\nwhatever = 1\n"));
	assert_true(reads(&again, text, error));
	const int want[] = {VIEW_IDS, GLYPHS_ASCII, THEME_MONO, SORT_STATE, 1, METRIC_BYTES, 1, 1, RECORD_WARN, 1};
	const int got[] = {again.view, again.glyphs, again.theme, again.sort, again.reverse, again.metric, again.scale, again.family, again.level,
			   again.mouse};
	assert_memory_equal(got, want, sizeof want);
	assert_true(again.refresh == 500 * VL_MS);
	assert_int_equal(again.names, 2);
	/* written twice, it is the same */
	size_t twice_length;
	char *twice = settings_text(&again, &twice_length);
	assert_string_equal(twice, text);
	free(text);
	free(twice);
	settings_fini(&s);
	settings_fini(&again);
	ui_free(&u);
}

static void mistakes_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text, *error;
	} table[] = {
		{"[top]\n\ncolour = red\n", ":3: there is no key `colour' in [top]"},
		{"[top]\nview = server\n", ":2: view: `server' is not one of servers, ha, ids, events"},
		{"[top]\nrefresh = 1\n", ":2: refresh: `1' is not a time from 100ms to 60s"},
		{"[top]\nrefresh = 2h\n", ":2: refresh: `2h' is not a time from 100ms to 60s"},
		{"view = ha\n", ":1: `view = ha' stands in no section"},
		{"[bottom]\n", ":1: there is no section [bottom]"},
		{"[names]\nlb1 = 10.0.0.1\n", ":2: `lb1' is no address"},
		{"[names]\n10.0.0.1 =\n", ":2: a name has 1 to 47 characters"},
		{"[top]\nview\n", ":2: `view' is not KEY = VALUE"},
	};
	struct settings s;
	char error[SETTINGS_ERROR];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		assert_false(reads(&s, table[i].text, error));
		if (strstr(error, table[i].error) == NULL || strncmp(error, path, strlen(path)) != 0)
			fail_msg("%s: %s", table[i].text, error);
		settings_fini(&s);
	}
}

static void what_is_not_there_is_as_it_always_was(void **state)
{
	struct settings s;
	char error[SETTINGS_ERROR];

	(void)state;
	settings_init(&s);
	assert_true(settings_read(&s, "/tmp/viplab-nowhere/viplab.conf", error));
	assert_int_equal(s.view, VIEW_SERVERS);
	assert_int_equal(s.glyphs, -1);
	settings_fini(&s);
	settings_init(&s);
	assert_true(settings_read(&s, "-", error));
	assert_string_equal(s.path, "");
	settings_fini(&s);
	settings_init(&s);
	assert_false(settings_read(&s, "/tmp", error));
	settings_fini(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again_and_the_rest_stays),
		cmocka_unit_test(mistakes_are_refused_with_their_line),
		cmocka_unit_test(what_is_not_there_is_as_it_always_was),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
