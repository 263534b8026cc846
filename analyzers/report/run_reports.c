// SPDX-License-Identifier: BSD-2-Clause
/* Files appear under their names when they are whole. */
#include "analyzers/report/run_reports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/report/github.h"
#include "analyzers/report/junit.h"
#include "analyzers/report/markdown.h"
#include "analyzers/report/tap.h"
#include "sim/scenario/evidence.h"

struct order {
	const struct run_options *options;
	const struct run_outcome *outcome;
};

static void write_json(FILE *to, const void *what)
{
	json_dumpf(((const struct order *)what)->outcome->document, to, JSON_INDENT(1));
	putc('\n', to);
}

static void write_junit(FILE *to, const void *what)
{
	const struct order *order = what;

	junit_write(to, order->outcome, order->options->junit_for_jenkins ? JUNIT_XUNIT : JUNIT_COMMON);
}

static void write_tap(FILE *to, const void *what)
{
	const struct order *order = what;

	tap_write(to, order->outcome, order->options->tap != 0 ? order->options->tap : 13);
}

static void write_markdown(FILE *to, const void *what)
{
	markdown_write(to, ((const struct order *)what)->outcome);
}

static void (*const writer[])(FILE *to, const void *what) = {
	[FORMAT_JSON] = write_json,
	[FORMAT_JUNIT] = write_junit,
	[FORMAT_TAP] = write_tap,
	[FORMAT_MARKDOWN] = write_markdown,
};

static bool complain(const struct run_options *o, const char *file)
{
	fprintf(stderr, "viplab %s: %s: %s\n", o->command, file, strerror(errno));
	return false;
}

/* The summary is appended to: steps before us may have written theirs. */
static bool add_summary(const struct run_options *o, const struct run_outcome *outcome)
{
	const char *file = getenv("GITHUB_STEP_SUMMARY");

	if (file == NULL || file[0] == '\0')
		return true;
	FILE *to = fopen(file, "ab");
	if (to == NULL)
		return complain(o, file);
	markdown_write(to, outcome);
	bool ok = ferror(to) == 0;
	return (fclose(to) == 0 && ok) || complain(o, file);
}

bool run_reports_write(const struct run_options *o, const struct run_outcome *outcome)
{
	const struct order order = {.options = o, .outcome = outcome};
	bool ok = true;

	for (size_t i = 0; i < o->output_count; i++)
		if (!evidence_write_file("", o->output[i].file, writer[o->output[i].format], &order))
			ok = complain(o, o->output[i].file);
	if (o->tap != 0)
		write_tap(stdout, &order);
	if (run_options_github(o)) {
		github_annotations(stderr, outcome);
		ok = add_summary(o, outcome) && ok;
	}
	return ok;
}
