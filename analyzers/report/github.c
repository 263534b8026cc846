// SPDX-License-Identifier: BSD-2-Clause
/* The form of workflow commands: docs.github.com, "Workflow commands for GitHub Actions". */
#include "analyzers/report/github.h"

#include <string.h>

#include "analyzers/report/run_result.h"

#define SHOWN 9

/* In a property also colon and comma end something. */
static void escape(FILE *to, const char *text, bool property)
{
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
			fprintf(to, "%%%02X", (unsigned char)*text);
		else
			putc(*text, to);
	}
}

static void annotate(FILE *to, const json_t *run, const json_t *check, const char *title, const char *message)
{
	uint64_t line = run_result_number(check, "line");

	fputs("::error file=", to);
	escape(to, run_result_word(run, "path"), true);
	if (line > 0)
		fprintf(to, ",line=%llu", (unsigned long long)line);
	fputs(",title=", to);
	escape(to, title, true);
	fputs("::", to);
	escape(to, message, false);
	putc('\n', to);
}

void github_annotations(FILE *to, const struct run_outcome *outcome)
{
	char text[RUN_RESULT_LINE];
	unsigned long long seen = 0;
	size_t i, k;
	const json_t *run, *check;

	json_array_foreach(json_object_get(outcome->document, "runs"), i, run) {
		if (run_result_is_error(run) && seen++ < SHOWN)
			annotate(to, run, run, "scenario could not run", run_result_word(run, "reason"));
		json_array_foreach(json_object_get(run, "checks"), k, check)
			if (run_result_verdict(check) == RESULT_FAILED && seen++ < SHOWN)
				annotate(to, run, check, run_result_sentence(check),
					 run_result_line(text, run, check));
	}
	if (seen > SHOWN)
		fprintf(to, "::error title=viplab::and %llu more\n", seen - SHOWN);
}
