// SPDX-License-Identifier: BSD-2-Clause
/* The shape is in the header; attachments are one `[[ATTACHMENT|path]]` a line, as Jenkins and GitLab read them. */
#include "analyzers/report/junit.h"

#include <string.h>

#include "analyzers/report/run_result.h"
#include "analyzers/xml.h"

struct junit {
	struct xml xml;
	const struct run_outcome *outcome;
	enum junit_dialect dialect;
};

/* An error is one testcase that stands for all that were not judged. */
static uint64_t tests_of(const json_t *run)
{
	return run_result_is_error(run) ? 1 : json_array_size(json_object_get(run, "checks"));
}

static void property(struct xml *x, const char *name, const json_t *value)
{
	char digits[32];

	if (json_is_integer(value))
		snprintf(digits, sizeof digits, "%lld", (long long)json_integer_value(value));
	else if (!json_is_string(value))
		return;
	xml_open(x, "property");
	xml_attribute(x, "name", name);
	xml_attribute(x, "value", json_is_integer(value) ? digits : json_string_value(value));
	xml_close(x);
}

/* Names are unique in their suite, because GitLab drops doubles: the line says which, and for what is of no line the
 * place in the list. */
static void case_name(char text[RUN_RESULT_LINE], const json_t *check, size_t index)
{
	uint64_t line = run_result_number(check, "line");
	const char *sentence = run_result_sentence(check);

	if (line > 0)
		snprintf(text, RUN_RESULT_LINE, "L%llu %s", (unsigned long long)line, sentence);
	else
		snprintf(text, RUN_RESULT_LINE, "#%zu %s: %s", index + 1, run_result_word(check, "kind"), sentence);
}

static void begin_case(struct junit *j, const char *name, const char *class, const json_t *run, uint64_t line)
{
	xml_open(&j->xml, "testcase");
	xml_attribute(&j->xml, "classname", class);
	xml_attribute(&j->xml, "name", name);
	if (j->dialect == JUNIT_COMMON) {
		xml_attribute(&j->xml, "file", run_result_word(run, "path"));
		if (line > 0)
			xml_attribute_number(&j->xml, "line", line);
	}
}

static void attachments(struct xml *x, const json_t *run)
{
	char path[RUN_RESULT_PLACE];
	unsigned i = 0;

	if (run_result_attachment(path, run, 0) == NULL)
		return;
	xml_open(x, "system-out");
	while (run_result_attachment(path, run, i++) != NULL) {
		xml_text(x, "[[ATTACHMENT|");
		xml_text(x, path);
		xml_text(x, "]]\n");
	}
	xml_close(x);
}

/* One run judges all its expectations: its time is the first one's, so that readers who add up get it right. */
static void write_check(struct junit *j, const json_t *run, const json_t *check, size_t index, const char *class,
			uint64_t wall_ns)
{
	char text[RUN_RESULT_LINE];
	struct xml *x = &j->xml;

	case_name(text, check, index);
	begin_case(j, text, class, run, run_result_number(check, "line"));
	xml_attribute_seconds(x, "time", index == 0 ? wall_ns : 0);
	switch (run_result_verdict(check)) {
	case RESULT_FAILED:
		xml_open(x, "failure");
		xml_attribute(x, "type", run_result_word(check, "kind"));
		xml_attribute(x, "message", run_result_line(text, run, check));
		const char *report = run_result_word(check, "report");
		xml_text(x, report + strspn(report, "\n"));
		xml_close(x);
		attachments(x, run);
		break;
	case RESULT_OPEN:
		xml_open(x, "skipped");
		xml_attribute(x, "message", RUN_RESULT_SKIPPED);
		xml_close(x);
		break;
	case RESULT_HELD:
		break;
	}
	xml_close(x);
}

static void write_error(struct junit *j, const json_t *run, const char *class)
{
	char text[RUN_RESULT_LINE], place[RUN_RESULT_PLACE];

	begin_case(j, "runs", class, run, run_result_number(run, "line"));
	xml_attribute_seconds(&j->xml, "time", 0);
	xml_open(&j->xml, "error");
	snprintf(text, sizeof text, "%s: %s", run_result_place(place, run, run), run_result_word(run, "reason"));
	xml_attribute(&j->xml, "type", "not-run");
	xml_attribute(&j->xml, "message", text);
	xml_text(&j->xml, text);
	xml_close(&j->xml);
	xml_close(&j->xml);
}

static void write_suite(struct junit *j, const json_t *run, uint64_t wall_ns)
{
	char name[RUN_RESULT_NAME];
	struct xml *x = &j->xml;
	size_t i;
	const json_t *check;

	xml_open(x, "testsuite");
	xml_attribute(x, "name", run_result_name(name, run, j->outcome->document));
	xml_attribute(x, "file", run_result_word(run, "path"));
	xml_attribute_number(x, "tests", tests_of(run));
	xml_attribute_number(x, "failures", run_result_count(run, RESULT_FAILED));
	xml_attribute_number(x, "errors", run_result_is_error(run));
	xml_attribute_number(x, "skipped", run_result_count(run, RESULT_OPEN));
	xml_attribute_seconds(x, "time", wall_ns);
	xml_open(x, "properties");
	property(x, "seed", json_object_get(run, "seed"));
	property(x, "digest", json_object_get(run, "digest"));
	property(x, "simulated", json_object_get(run, "until"));
	xml_close(x);
	if (run_result_is_error(run))
		write_error(j, run, name);
	json_array_foreach(json_object_get(run, "checks"), i, check)
		write_check(j, run, check, i, name, wall_ns);
	xml_close(x);
}

void junit_write(FILE *to, const struct run_outcome *outcome, enum junit_dialect dialect)
{
	struct junit j = {.outcome = outcome, .dialect = dialect};
	const json_t *runs = json_object_get(outcome->document, "runs"), *run;
	uint64_t tests = 0, failures = 0, errors = 0, skipped = 0;
	size_t i;

	json_array_foreach(runs, i, run) {
		tests += tests_of(run);
		failures += run_result_count(run, RESULT_FAILED);
		errors += run_result_is_error(run);
		skipped += run_result_count(run, RESULT_OPEN);
	}
	xml_begin(&j.xml, to);
	xml_open(&j.xml, "testsuites");
	xml_attribute(&j.xml, "name", "viplab");
	xml_attribute_number(&j.xml, "tests", tests);
	xml_attribute_number(&j.xml, "failures", failures);
	xml_attribute_number(&j.xml, "errors", errors);
	if (dialect == JUNIT_COMMON)
		xml_attribute_number(&j.xml, "skipped", skipped);
	xml_attribute_seconds(&j.xml, "time", outcome->total_ns);
	json_array_foreach(runs, i, run)
		write_suite(&j, run, outcome->wall_ns[i]);
	xml_end(&j.xml);
}
