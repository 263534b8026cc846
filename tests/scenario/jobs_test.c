// SPDX-License-Identifier: BSD-2-Clause
/* Work in processes: answers in order, deaths and limits that touch nobody else. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/base/time.h"
#include "sim/scenario/jobs.h"

struct told {
	char text[256];
	size_t stop_at;         /* done answers false for this one */
};

static int count_up(void *context, size_t index, FILE *answer)
{
	/* the first ones take longest */
	usleep((useconds_t)(20000 / (index + 1)));
	fprintf(answer, "%zu", index);
	return 0;
}

static int misbehave(void *context, size_t index, FILE *answer)
{
	fprintf(answer, "%zu", index);
	if (index == 1)
		return 7;
	if (index == 2) {
		fflush(answer);
		_exit(9);
	}
	while (index == 3)
		pause();
	return 0;
}

static int say_much(void *context, size_t index, FILE *answer)
{
	for (int i = 0; i < 100000; i++)
		fputs("0123456789", answer);
	return 0;
}

static bool tell(void *context, size_t index, const struct job_answer *a)
{
	static const char *const end[] = {"", "died", "slow"};
	struct told *t = context;
	size_t n = strlen(t->text);

	snprintf(t->text + n, sizeof t->text - n, "%zu:%s%s%.0d ", index, a->end == JOB_ANSWERED ? a->text : "",
		 end[a->end], a->end == JOB_DIED ? a->number : 0);
	return index != t->stop_at;
}

static bool measure(void *context, size_t index, const struct job_answer *a)
{
	assert_int_equal(a->length, 1000000);
	assert_int_equal(strspn(a->text, "0123456789"), 1000000);
	return true;
}

static void answers_come_in_order_however_many_at_a_time(void **state)
{
	for (size_t n = 1; n <= 8; n++) {
		struct told t = {.stop_at = SIZE_MAX};
		assert_true(jobs_run(&(struct job_list){
			.count = 5, .at_a_time = n, .context = &t, .work = count_up, .done = tell}));
		assert_string_equal(t.text, "0:0 1:1 2:2 3:3 4:4 ");
	}
}

static void death_and_slowness_are_answers(void **state)
{
	struct told t = {.stop_at = SIZE_MAX};

	assert_true(jobs_run(&(struct job_list){.count = 5, .at_a_time = 5, .limit_ns = 4 * VL_S, .context = &t,
						.work = misbehave, .done = tell}));
	assert_string_equal(t.text, "0:0 1:died7 2:died9 3:slow 4:4 ");
}

static void no_more_means_no_more(void **state)
{
	struct told t = {.stop_at = 1};

	assert_true(jobs_run(&(struct job_list){
		.count = 100, .at_a_time = 3, .context = &t, .work = count_up, .done = tell}));
	assert_string_equal(t.text, "0:0 1:1 ");
}

static void long_answers_are_whole(void **state)
{
	assert_true(jobs_run(&(struct job_list){.count = 2, .at_a_time = 2, .work = say_much, .done = measure}));
}

static void nothing_to_do(void **state)
{
	assert_true(jobs_run(&(struct job_list){.count = 0, .at_a_time = 1, .work = count_up, .done = tell}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_come_in_order_however_many_at_a_time),
		cmocka_unit_test(death_and_slowness_are_answers),
		cmocka_unit_test(no_more_means_no_more),
		cmocka_unit_test(long_answers_are_whole),
		cmocka_unit_test(nothing_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
