// SPDX-License-Identifier: BSD-2-Clause
/* Lines out of a descriptor: whole ones, each with its end, however the writer cuts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzers/dashboard/lines.h"

struct place {
	struct lines lines;
	int pipe[2];
};

static int begin(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	assert_non_null(p);
	assert_int_equal(pipe(p->pipe), 0);
	assert_int_equal(fcntl(p->pipe[0], F_SETFL, O_NONBLOCK), 0);
	assert_true(lines_init(&p->lines, p->pipe[0]));
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct place *p = *state;

	lines_fini(&p->lines);
	close(p->pipe[0]);
	close(p->pipe[1]);
	free(p);
	return 0;
}

static void put(struct place *p, const char *bytes, size_t n)
{
	assert_int_equal(write(p->pipe[1], bytes, n), (ssize_t)n);
}

static void next_is(struct place *p, const char *want)
{
	size_t length;
	const char *line = lines_next(&p->lines, &length);

	if (want == NULL) {
		assert_null(line);
		return;
	}
	assert_non_null(line);
	assert_int_equal(length, strlen(want));
	assert_string_equal(line, want);        /* it has an end: nothing of the next one */
}

static void lines_end_where_their_newline_was(void **state)
{
	struct place *p = *state;

	put(p, "one\n\nthree\nfo", 13);
	next_is(p, "one");
	next_is(p, "");
	next_is(p, "three");
	next_is(p, NULL);
	assert_false(p->lines.at_end);
	put(p, "ur\n", 3);
	next_is(p, "four");
	close(p->pipe[1]);
	next_is(p, NULL);
	assert_true(p->lines.at_end);
	p->pipe[1] = dup(p->pipe[0]);
}

static void a_line_put_back_comes_again(void **state)
{
	struct place *p = *state;
	size_t length;

	put(p, "one\ntwo\n", 8);
	for (int i = 0; i < 3; i++)
		lines_again(&p->lines, lines_next(&p->lines, &length));
	next_is(p, "one");
	lines_again(&p->lines, lines_next(&p->lines, &length));
	next_is(p, "two");
	next_is(p, NULL);
}

static void a_line_too_long_is_counted_and_left_out(void **state)
{
	struct place *p = *state;
	char *much = malloc(LINES_LONGEST);

	assert_non_null(much);
	memset(much, 'x', LINES_LONGEST);
	for (int i = 0; i < 3; i++) {
		put(p, much, LINES_LONGEST / 2);
		next_is(p, NULL);
	}
	put(p, "the end of it\nanother\n", 22);
	next_is(p, "another");
	assert_int_equal(p->lines.too_long, 1);
	free(much);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_end_where_their_newline_was, begin, end),
		cmocka_unit_test_setup_teardown(a_line_put_back_comes_again, begin, end),
		cmocka_unit_test_setup_teardown(a_line_too_long_is_counted_and_left_out, begin, end),
	};

	return cmocka_run_group_tests_name("dashboard/lines", tests, NULL, NULL);
}
