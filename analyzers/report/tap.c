// SPDX-License-Identifier: BSD-2-Clause
/* testanything.org's 13 and 14. Descriptions carry no `#' of their own, or it would begin a directive. */
#include "analyzers/report/tap.h"

#include <string.h>

#include "analyzers/report/run_result.h"

/* One line, `#' and `\' escaped as 14 says; 13 does not know escapes, and there the first is another character. */
static void description(FILE *to, const char *text, unsigned version)
{
	for (; *text != '\0'; text++) {
		if ((*text == '#' || *text == '\\') && version >= 14)
			putc('\\', to);
		putc((unsigned char)*text < 0x20 ? ' ' : *text == '#' && version < 14 ? '.' : *text, to);
	}
}

/* A string in double quotes as JSON writes it is one of YAML. */
static void quoted(FILE *to, const char *key, const char *text)
{
	json_t *value = json_string(text);

	fprintf(to, "  %s: ", key);
	if (value != NULL)
		json_dumpf(value, to, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	else
		fputs("null", to);
	putc('\n', to);
	json_decref(value);
}

static const json_t *first_failed(const json_t *run)
{
	size_t i;
	const json_t *check;

	json_array_foreach(json_object_get(run, "checks"), i, check)
		if (run_result_verdict(check) == RESULT_FAILED)
			return check;
	return NULL;
}

/* Readers show one block a test: the first failure in full, the others are lines of the subtest. */
static void block(FILE *to, const json_t *run)
{
	const json_t *check = first_failed(run);
	char text[RUN_RESULT_LINE], path[RUN_RESULT_PLACE];

	fputs("  ---\n", to);
	quoted(to, "message", check != NULL ? run_result_line(text, run, check) : run_result_word(run, "reason"));
	fprintf(to, "  severity: %s\n", check != NULL ? "fail" : "error");
	quoted(to, "file", run_result_word(run, "path"));
	uint64_t line = run_result_number(check != NULL ? check : run, "line");
	if (line > 0)
		fprintf(to, "  line: %llu\n", (unsigned long long)line);
	if (check != NULL) {
		quoted(to, "got", run_result_word(check, "got"));
		quoted(to, "want", run_result_word(check, "want"));
		quoted(to, "replay", run_result_word(check, "again"));
	}
	fputs("  seed: ", to);
	json_dumpf(json_object_get(run, "seed"), to, JSON_ENCODE_ANY);
	putc('\n', to);
	if (run_result_attachment(path, run, 0) != NULL) {
		fputs("  artifacts:\n", to);
		for (unsigned i = 0; run_result_attachment(path, run, i) != NULL; i++)
			fprintf(to, "    - \"%s\"\n", path);
	}
	fputs("  ...\n", to);
}

static void subtest(FILE *to, const json_t *run, const char *name, unsigned version)
{
	const json_t *checks = json_object_get(run, "checks"), *check;
	size_t i;

	fprintf(to, "%s# Subtest: %s\n", version >= 14 ? "" : "    ", name);
	fprintf(to, "    1..%zu\n", json_array_size(checks));
	json_array_foreach(checks, i, check) {
		enum run_result_verdict verdict = run_result_verdict(check);
		uint64_t line = run_result_number(check, "line");
		fprintf(to, "    %s %zu - ", verdict == RESULT_FAILED ? "not ok" : "ok", i + 1);
		if (line > 0)
			fprintf(to, "L%llu ", (unsigned long long)line);
		description(to, run_result_sentence(check), version);
		if (verdict == RESULT_OPEN)
			fputs(" # SKIP " RUN_RESULT_SKIPPED, to);
		putc('\n', to);
	}
}

static void write_run(FILE *to, const json_t *run, size_t number, const char *name, unsigned version)
{
	const json_t *checks = json_object_get(run, "checks");
	bool error = run_result_is_error(run), bad = error || run_result_count(run, RESULT_FAILED) > 0;

	if (json_array_size(checks) > 0)
		subtest(to, run, name, version);
	fprintf(to, "%s %zu - ", bad ? "not ok" : "ok", number);
	description(to, name, version);
	if (!bad && json_array_size(checks) > 0 && run_result_count(run, RESULT_OPEN) == json_array_size(checks))
		fputs(" # SKIP no expectation could be judged", to);
	putc('\n', to);
	if (bad)
		block(to, run);
}

void tap_write(FILE *to, const struct run_outcome *outcome, unsigned version)
{
	const json_t *runs = json_object_get(outcome->document, "runs"), *run;
	char name[RUN_RESULT_NAME];
	size_t i;

	fprintf(to, "TAP version %u\n", version);
	if (!outcome->interrupted && outcome->end != RUN_UNREADABLE)
		fprintf(to, "1..%zu%s\n", json_array_size(runs), json_array_size(runs) == 0 ? " # SKIP no scenario" : "");
	json_array_foreach(runs, i, run)
		write_run(to, run, i + 1, run_result_name(name, run, outcome->document), version);
	if (outcome->interrupted)
		fputs("Bail out! interrupted by a signal\n", to);
	else if (outcome->end == RUN_UNREADABLE)
		fputs("Bail out! a script cannot be read, or nothing was selected: see stderr\n", to);
	else if (outcome->end == RUN_COULD_NOT)
		fputs("Bail out! a run could not be done\n", to);
}
