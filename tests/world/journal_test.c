// SPDX-License-Identifier: BSD-2-Clause
/* The journal and the digest of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "sim/world/journal.h"
#include "sim/world/run_digest.h"

static const struct record_kind TEST_KIND = {
	.name = "test.fact",
	.level = RECORD_INFO,
	.text = "fact {number}",
	.field = {{"number", VALUE_NUMBER}},
};

static const struct record *append(struct journal *j, vl_time at, uint64_t number)
{
	return journal_append(j, &(struct record){.kind = &TEST_KIND, .at = at, .sequence = 77, .node = "a",
						  .value = {{.number = number}}});
}

/* More than two chunks; what was handed out stays where it was. */
static void records_are_numbered_and_stay(void **state)
{
	struct journal *j = journal_new();
	const struct record *first = append(j, 0, 1000);

	for (uint64_t i = 1; i < 2500; i++)
		assert_int_equal(append(j, i * VL_MS, 1000 + i)->sequence, i);
	assert_int_equal(journal_count(j), 2500);
	for (uint64_t i = 0; i < 2500; i++) {
		assert_int_equal(journal_at(j, i)->sequence, i);
		assert_int_equal(journal_at(j, i)->value[0].number, 1000 + i);
	}
	assert_ptr_equal(first, journal_at(j, 0));
	assert_true(journal_complete(j));
	journal_free(j);
}

static void since_finds_the_first_of_a_moment(void **state)
{
	struct journal *j = journal_new();

	assert_int_equal(journal_since(j, 0), 0);
	append(j, 10, 0);
	append(j, 20, 1);
	append(j, 20, 2);
	append(j, 30, 3);
	assert_int_equal(journal_since(j, 0), 0);
	assert_int_equal(journal_since(j, 10), 0);
	assert_int_equal(journal_since(j, 11), 1);
	assert_int_equal(journal_since(j, 20), 1);
	assert_int_equal(journal_since(j, 21), 3);
	assert_int_equal(journal_since(j, 31), 4);
	journal_free(j);
}

/* The engine that made the name may be gone, or use the place for another one. */
static void parts_are_copied(void **state)
{
	struct journal *j = journal_new();
	char part[16] = "vrrp 1 ipv4";
	struct record r = {.kind = &TEST_KIND, .part = part};

	journal_append(j, &r);
	journal_append(j, &r);
	strcpy(part, "vrrp 47 ipv4");
	journal_append(j, &r);
	assert_string_equal(journal_at(j, 0)->part, "vrrp 1 ipv4");
	assert_ptr_equal(journal_at(j, 0)->part, journal_at(j, 1)->part);
	assert_string_equal(journal_at(j, 2)->part, "vrrp 47 ipv4");
	journal_free(j);
}

/* Computed outside:
 *   (printf '%s\n' '{"schema":...}'; printf '\0\0\0\0\0\0\0\005\0\0\0\002\0\0\0\003abc') | sha256sum */
static void the_digest_is_sha256_of_lines_and_frames(void **state)
{
	static const char record[] =
		"{\"schema\":\"viplab.journal/1\",\"t\":\"0.000000004\",\"seq\":0,\"level\":\"info\","
		"\"kind\":\"test.fact\",\"where\":\"a\",\"msg\":\"fact 9\",\"data\":{\"number\":9}}\n";
	static const uint8_t frame[] = {0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 2, 0, 0, 0, 3, 'a', 'b', 'c'};
	struct frame_pool *pool = frame_pool_new();
	struct frame *f = frame_copy(pool, (const uint8_t *)"abc", 3);
	struct journal *j = journal_new();
	struct digest_sha256 plain;
	struct run_digest d;
	uint8_t hash[DIGEST_SHA256];
	char expected[DIGEST_SHA256_TEXT], got[DIGEST_SHA256_TEXT];

	digest_sha256_init(&plain);
	digest_sha256_add(&plain, record, strlen(record));
	digest_sha256_add(&plain, frame, sizeof frame);
	digest_sha256_finish(&plain, hash);
	digest_sha256_format(expected, hash);

	run_digest_init(&d);
	run_digest_record(&d, append(j, 4, 9));
	run_digest_frame(&d, 5, 2, f);
	assert_string_equal(run_digest_finish(&d, got), expected);
	assert_string_equal(got, "90c2598d46ee7dbd7121322431ff4e0f5522031cf78804ce913d2dbf7a5d0093");
	frame_unref(f);
	frame_pool_free(pool);
	journal_free(j);
}

static void a_run_without_an_end_forgets_the_oldest(void **state)
{
	struct journal *j = journal_new();

	(void)state;
	journal_keep(j, 3000);
	for (uint64_t i = 0; i < 100000; i++) {
		assert_non_null(append(j, i * VL_S, i));
		assert_true(journal_count(j) - journal_first(j) <= 3000 + 2 * 1024);
		assert_true(journal_count(j) < 3000 || journal_count(j) - journal_first(j) >= 3000);
	}
	assert_true(journal_complete(j));
	assert_int_equal(journal_count(j), 100000);
	assert_true(journal_first(j) > 0);
	for (uint64_t i = journal_first(j); i < journal_count(j); i++)
		assert_int_equal(journal_at(j, i)->value[0].number, i);
	assert_int_equal(journal_since(j, 0), journal_first(j));
	assert_int_equal(journal_since(j, 99990 * VL_S), 99990);
	assert_int_equal(journal_since(j, 200000 * VL_S), 100000);
	journal_free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_numbered_and_stay),
		cmocka_unit_test(since_finds_the_first_of_a_moment),
		cmocka_unit_test(parts_are_copied),
		cmocka_unit_test(the_digest_is_sha256_of_lines_and_frames),
		cmocka_unit_test(a_run_without_an_end_forgets_the_oldest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
