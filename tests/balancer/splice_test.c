// SPDX-License-Identifier: BSD-2-Clause
/* What one side says is what the other one hears, whatever the wire does: some hundred stories a mode (splice_lab.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/balancer/splice_lab.h"
#include "tests/support/sparse.h"

#define STORIES 60

static struct splice_lab lab;

static unsigned by_dice(void *context, unsigned below)
{
	return (unsigned)prng_below(context, below);
}

static void tell(enum splice_mode mode, bool splices)
{
	unsigned flows = 0, count = 0;
	struct prng dice;

	lab = (struct splice_lab){.choose = by_dice, .context = &dice};
	for (unsigned i = 0; i < STORIES; i += (unsigned)sparse_step(), count++) {
		dice = prng_stream(1000 * (uint64_t)mode + i, "splice");
		splice_story(&lab, mode);
		flows += lab.flows;
	}
	print_message("%u connections, %u spliced, %u given up\n", flows, lab.spliced, lab.weak);
	/* The wire is bad, but not so bad that there is nothing to see; of a few stories all may be hopeless. */
	assert_true(lab.weak * 20 < flows + 20);
	assert_true(splices ? lab.spliced > count / 4 || count < 5 : lab.spliced == 0);
}

static void streams_that_nobody_reads_are_equal(void **state)
{
	tell(SPLICE_RAW, true);
}

static void streams_behind_a_head_are_equal(void **state)
{
	tell(SPLICE_HOST, true);
}

static void streams_behind_a_line_that_went_in_are_equal(void **state)
{
	tell(SPLICE_COOKIE, true);
}

static void streams_behind_hellos_are_equal(void **state)
{
	tell(SPLICE_HELLO, true);
}

static void requests_with_a_line_each_are_equal_but_for_it(void **state)
{
	tell(SPLICE_FORWARDED, false);
}

static void requests_that_go_here_and_there_are_equal(void **state)
{
	tell(SPLICE_CHECKED, false);
}

static void tunnels_are_equal(void **state)
{
	tell(SPLICE_TUNNEL, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_that_nobody_reads_are_equal),
		cmocka_unit_test(streams_behind_a_head_are_equal),
		cmocka_unit_test(streams_behind_a_line_that_went_in_are_equal),
		cmocka_unit_test(streams_behind_hellos_are_equal),
		cmocka_unit_test(requests_with_a_line_each_are_equal_but_for_it),
		cmocka_unit_test(requests_that_go_here_and_there_are_equal),
		cmocka_unit_test(tunnels_are_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
