// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of findings is closed, complete and printable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analyzers/analyzer.h"
#include "analyzers/finding.h"

static void every_code_of_the_manual_is_there(void **state)
{
	static const struct {
		const char *name;
		enum finding_severity severity;
	} all[] = {
		{"vrid-collision", FINDING_CONFLICT}, {"carp-collision", FINDING_CONFLICT},
		{"dual-active", FINDING_CONFLICT}, {"carp-dual-active", FINDING_CONFLICT},
		{"vip-two-ids", FINDING_CONFLICT}, {"vip-foreign-mac", FINDING_CONFLICT},
		{"advert-starvation", FINDING_CONFLICT}, {"fhrp-dual-active", FINDING_CONFLICT},
		{"ccp-magic-shared", FINDING_CONFLICT}, {"fgcp-collision", FINDING_CONFLICT},
		{"version-mismatch", FINDING_WARNING}, {"interval-mismatch", FINDING_WARNING},
		{"ttl-not-255", FINDING_WARNING}, {"bad-checksum", FINDING_WARNING},
		{"address-list-differs", FINDING_WARNING}, {"auth-differs", FINDING_WARNING},
		{"owner-not-owner", FINDING_WARNING}, {"equal-priority", FINDING_WARNING},
		{"flapping", FINDING_WARNING}, {"mac-flap", FINDING_WARNING}, {"default-id", FINDING_WARNING},
		{"storm", FINDING_WARNING}, {"snat-imbalance", FINDING_WARNING}, {"affinity-lost", FINDING_WARNING},
		{"black-hole", FINDING_WARNING}, {"server-resets", FINDING_WARNING},
		{"syn-unanswered", FINDING_WARNING}, {"persistence-ineffective", FINDING_WARNING},
		{"vmac-unused", FINDING_INFO}, {"cleartext-password", FINDING_INFO}, {"hsrp-group", FINDING_INFO},
		{"glbp-group", FINDING_INFO}, {"unicast-vrrp", FINDING_INFO}, {"ipv6-twin", FINDING_INFO},
		{"fgcp-group", FINDING_INFO}, {"ccp-cluster", FINDING_INFO}, {"nlb-cluster", FINDING_INFO},
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		const struct finding_code *code = finding_find(all[i].name);
		assert_non_null(code);
		assert_int_equal(code->severity, all[i].severity);
	}
	while (finding_at(n) != NULL)
		n++;
	assert_int_equal(n, sizeof all / sizeof all[0]);
	assert_null(finding_find("vrid-colision"));
}

static void names_are_unique_slugs_and_prose_is_plain(void **state)
{
	for (size_t i = 0; finding_at(i) != NULL; i++) {
		const struct finding_code *code = finding_at(i);
		assert_ptr_equal(finding_find(code->name), code);
		assert_int_equal(strspn(code->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(code->name));
		assert_true(strlen(code->title) > 0 && strlen(code->summary) < FINDING_SUMMARY);
		for (const char *c = code->why; *c != '\0'; c++)
			assert_true(*c >= 0x20 && *c < 0x7f);
		/* A conflict without a cure helps nobody. */
		assert_true(code->severity == FINDING_INFO || code->remedy[0] != NULL);
	}
}

static void a_misspelt_code_finds_its_neighbour(void **state)
{
	assert_string_equal(finding_nearest("vrid-colision"), "vrid-collision");
	assert_string_equal(finding_nearest("dualactive"), "dual-active");
	assert_null(finding_nearest("xyz"));
	assert_null(finding_nearest("a word that is much longer than any code of the table could ever be"));
}

static void the_summary_names_the_id(void **state)
{
	struct finding f = {.code = finding_find("vrid-collision"), .place = {.id = 51}};
	char text[FINDING_SUMMARY];

	assert_string_equal(finding_format_summary(text, &f),
			    "Two active routers use virtual router ID 51 for different addresses.");
	f.code = finding_find("storm");
	assert_string_equal(finding_format_summary(text, &f),
			    "One server takes far more new connections than its fair share.");
}

static void the_explanation_fits_the_macs_seen(void **state)
{
	struct finding f = {.code = finding_find("vrid-collision")};

	assert_null(strstr(finding_why(&f), "moves that MAC"));
	f.shared_mac = true;
	assert_non_null(strstr(finding_why(&f), "moves that MAC"));
}

static void suspects_stand_between_conflicts_and_warnings(void **state)
{
	struct finding conflict = {.code = finding_find("dual-active")};
	struct finding suspect = {.code = finding_find("dual-active"), .suspect = true};
	struct finding warning = {.code = finding_find("flapping")};

	assert_string_equal(finding_word(&conflict), "conflict");
	assert_string_equal(finding_word(&suspect), "suspect");
	assert_string_equal(finding_word(&warning), "warning");
	assert_true(finding_is_conflict(&suspect));
	assert_true(finding_compare(&conflict, &suspect) < 0);
	assert_true(finding_compare(&suspect, &warning) < 0);
	assert_true(finding_compare(&warning, &conflict) > 0);
}

static void every_analyzer_keeps_the_contract(void **state)
{
	size_t n = 0;

	for (const struct analyzer_ops *a; (a = analyzer_at(n)) != NULL; n++) {
		struct finding f;
		void *self = a->new(1);
		assert_non_null(self);
		assert_false(a->poll(self, &f));
		assert_true(a->deadline(self) == VL_NEVER);
		a->advance(self, VL_S);
		a->finish(self, 2 * VL_S);
		assert_false(a->poll(self, &f));
		a->free(self);
		a->free(NULL);
	}
	assert_int_equal(n, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_of_the_manual_is_there),
		cmocka_unit_test(names_are_unique_slugs_and_prose_is_plain),
		cmocka_unit_test(a_misspelt_code_finds_its_neighbour),
		cmocka_unit_test(the_summary_names_the_id),
		cmocka_unit_test(the_explanation_fits_the_macs_seen),
		cmocka_unit_test(suspects_stand_between_conflicts_and_warnings),
		cmocka_unit_test(every_analyzer_keeps_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
