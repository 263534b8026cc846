// SPDX-License-Identifier: BSD-2-Clause
/* Whom the schedulers pick, against the published sequences and by hand (balancer.md 1.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/farm.h"

#define FARM(scheduler, ...) \
	farm_new(scheduler, NULL, (uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

/* --- turns ----------------------------------------------------------------------------------------------- */

static void weighted_turns_are_the_published_ones(void **state)
{
	static const struct {
		const char *scheduler;
		uint32_t weight[3];
		size_t count;
		const char *letters;    /* two rounds, so that the second begins like the first */
	} table[] = {
		{"wrr", {4, 3, 2}, 3, "AABABCABCAABABCABC"},
		{"wrr", {5, 1, 1}, 3, "AAAAABCAAAAABC"},
		{"wrr", {100, 50}, 2, "AABAABAAB"},      /* KEMP's own example */
		{"smooth-wrr", {5, 1, 1}, 3, "AABACAAAABACAA"},  /* nginx 1.22 itself does these two */
		{"smooth-wrr", {4, 3, 2}, 3, "ABCABACBAABCABACBA"},
		{"edf", {4, 3, 2}, 3, "ABCABACBAABCABACBA"},
		{"rr", {4, 3, 2}, 3, "ABCABCABC"},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct farm *f = farm_new(table[i].scheduler, NULL, table[i].weight, table[i].count);
		farm_expect(f, table[i].letters);
		farm_free(f);
	}
}

static void round_robin_passes_over_who_is_not_there_and_keeps_its_place(void **state)
{
	struct farm *f = FARM("rr", 1, 1, 1, 1);

	farm_expect(f, "AB");
	farm_usable(f, 2, false);
	farm_expect(f, "DABDA");
	farm_weight(f, 1, 0);
	farm_usable(f, 2, true);
	farm_expect(f, "CDACD");
	farm_free(f);
}

/* IPVS steps back in its list when the server of the last turn is removed. */
static void round_robin_keeps_its_place_in_a_new_list(void **state)
{
	struct farm *f = FARM("rr", 1, 1, 1, 1);

	farm_expect(f, "ABC");
	farm_insert(f, 0, 5, 1);
	farm_expect(f, "D");
	farm_remove(f, 4);      /* D itself */
	farm_expect(f, "EABC");
	farm_remove(f, 2);
	farm_remove(f, 2);      /* B and C: the last turn was C's, A is what is left before it */
	farm_expect(f, "EAEA");
	farm_free(f);
}

static void a_weighted_round_goes_on_at_its_level_when_a_weight_changes(void **state)
{
	struct farm *f = FARM("wrr", 4, 3, 2);

	farm_expect(f, "AABA");         /* at level 2, behind A */
	farm_weight(f, 2, 1);
	farm_expect(f, "BABCAABABABC");
	farm_free(f);
}

static void smooth_turns_keep_their_credit_when_a_weight_changes(void **state)
{
	struct farm *f = FARM("smooth-wrr", 2, 1);

	/* currents: A 2, B 1: A, left -1, 1; then 1, 2: B, left 1, -1 */
	farm_expect(f, "AB");
	farm_weight(f, 1, 3);
	/* 3, 2: A, -2 2; 0 5: B, 0 0; 2 3: B, 2 -2; 4 1: A, -1 1; 1 4: B, 1 -1 */
	farm_expect(f, "ABBABABBAB");
	farm_free(f);
}

static void a_deadline_moves_with_the_weight(void **state)
{
	struct farm *f = FARM("edf", 1, 1);

	/* Deadlines 1, 1: A, now due at 2, B at 1. */
	farm_expect(f, "A");
	farm_weight(f, 0, 4);
	/* The whole turn that A waits for is now a quarter: due at 1.25, 1.5, 1.75, 2 (with B, who waits longer). */
	farm_expect(f, "BAAABA");
	farm_free(f);
}

static void nobody_is_picked_when_nobody_is_there(void **state)
{
	for (size_t i = 0; scheduler_at(i) != NULL; i++) {
		struct farm *f = FARM(scheduler_at(i)->name, 1, 2);
		farm_usable(f, 0, false);
		farm_usable(f, 1, false);
		farm_expect(f, "--");
		farm_usable(f, 1, true);
		farm_weight(f, 1, 0);
		farm_expect(f, "--");
		farm_remove(f, 1);
		farm_remove(f, 0);
		farm_expect(f, "-");
		farm_insert(f, 0, 1, 1);
		assert_in_range(farm_pick(f), 0, 0);
		farm_free(f);
	}
}

/* --- counts ---------------------------------------------------------------------------------------------- */

static void ties_go_to_the_first_in_the_list(void **state)
{
	static const char *const name[] = {"lc", "wlc", "sed", "nq", "fo", "ovf", "leastconn"};

	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
		struct farm *f = FARM(name[i], 1, 1, 1);
		farm_expect(f, "AAA");
		farm_free(f);
	}
}

static void least_connection_goes_by_number_and_weighted_by_share(void **state)
{
	struct farm *f = FARM("lc", 1, 4);

	farm_expect_open(f, "ABABAB");
	farm_free(f);
	f = FARM("wlc", 1, 4);
	/* Of 0/1 and 0/4 the first; then B until it has 4: 4/4 is not less than 1/1. */
	farm_expect_open(f, "ABBBBABBBB");
	farm_free(f);
}

/* IPVS counts 256 for an active connection and 1 for every one: those that ended only break ties. */
static void a_finished_connection_only_breaks_ties(void **state)
{
	struct farm *f = FARM("lc", 1, 1);

	f->server[0].inactive = 200;
	farm_active(f, 0, 1);
	farm_active(f, 1, 1);
	farm_expect(f, "B");
	farm_active(f, 1, 2);
	farm_expect(f, "A");
	farm_free(f);
}

static void the_shortest_delay_fills_the_heaviest_first(void **state)
{
	struct farm *f = FARM("sed", 1, 3);

	/* 1/1 against 1/3, 2/3, 3/3 (a tie: A is first), 2/1 against 3/3, ... */
	farm_expect_open(f, "BBABBBABBB");
	farm_free(f);
}

static void who_is_idle_need_not_queue(void **state)
{
	struct farm *f = FARM("nq", 1, 3, 2);

	farm_expect_open(f, "ABC");     /* whatever the weights */
	farm_expect_open(f, "BB");      /* 2/1, 2/3, 2/2; then 3/3 against 2/2: B is first */
	farm_close(f, 0);
	farm_expect_open(f, "A");
	farm_free(f);
}

static void fixed_weighting_gives_all_to_the_heaviest(void **state)
{
	struct farm *f = FARM("fo", 1, 9, 9);

	farm_expect_open(f, "BBBB");
	farm_usable(f, 1, false);
	farm_expect_open(f, "CC");
	farm_usable(f, 2, false);
	farm_expect_open(f, "A");
	farm_usable(f, 1, true);
	farm_expect_open(f, "B");
	farm_free(f);
}

/* A server is full when it has more than its weight: so it ends at weight + 1. */
static void overflow_goes_on_to_the_next(void **state)
{
	struct farm *f = FARM("ovf", 1, 2);

	farm_expect_open(f, "BBBAA-");
	farm_close(f, 1);
	farm_expect_open(f, "B-");
	farm_free(f);
}

/* --- HAProxy --------------------------------------------------------------------------------------------- */

static void haproxy_gives_the_idle_one_the_first_whatever_its_weight(void **state)
{
	struct farm *f = FARM("leastconn", 1, 100);

	farm_expect_open(f, "AB");
	/* 2 * 4096 / 16 = 512 against 2, 3, 4 * 4096 / 1600 = 5, 7, 10 ... */
	farm_expect_open(f, "BBBBBBBB");
	farm_close(f, 0);
	farm_expect_open(f, "A");
	farm_free(f);
}

/* Equal places are taken in the order of arrival, so that equal servers take turns. */
static void haproxy_lets_equals_take_turns(void **state)
{
	struct farm *f = FARM("leastconn", 1, 1, 1);

	farm_expect_open(f, "ABCABC");
	farm_close(f, 1);
	farm_close(f, 0);       /* B came first to the lower place; C is longest at the higher */
	farm_expect_open(f, "BACBA");
	farm_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weighted_turns_are_the_published_ones),
		cmocka_unit_test(round_robin_passes_over_who_is_not_there_and_keeps_its_place),
		cmocka_unit_test(round_robin_keeps_its_place_in_a_new_list),
		cmocka_unit_test(a_weighted_round_goes_on_at_its_level_when_a_weight_changes),
		cmocka_unit_test(smooth_turns_keep_their_credit_when_a_weight_changes),
		cmocka_unit_test(a_deadline_moves_with_the_weight),
		cmocka_unit_test(nobody_is_picked_when_nobody_is_there),
		cmocka_unit_test(ties_go_to_the_first_in_the_list),
		cmocka_unit_test(least_connection_goes_by_number_and_weighted_by_share),
		cmocka_unit_test(a_finished_connection_only_breaks_ties),
		cmocka_unit_test(the_shortest_delay_fills_the_heaviest_first),
		cmocka_unit_test(who_is_idle_need_not_queue),
		cmocka_unit_test(fixed_weighting_gives_all_to_the_heaviest),
		cmocka_unit_test(overflow_goes_on_to_the_next),
		cmocka_unit_test(haproxy_gives_the_idle_one_the_first_whatever_its_weight),
		cmocka_unit_test(haproxy_lets_equals_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
