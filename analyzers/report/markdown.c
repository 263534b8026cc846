// SPDX-License-Identifier: BSD-2-Clause
/* GitHub's flavour: tables, fences, Mermaid. */
#include "analyzers/report/markdown.h"

#include <stdlib.h>
#include <string.h>

#include "analyzers/report/run_result.h"

#define MOST_BLOCKS 50                  /* a block is at most some 4 kB: with the table far under 1 MiB */
#define MOST_ROWS 2000
#define CHART_ROOM 4500

/* In a cell: no bar, no line break, nothing that would be taken for markup. */
static void cell(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("|<>`*_[]\\&", *text) != NULL)
			fprintf(to, "&#%d;", *text);
		else
			putc((unsigned char)*text < 0x20 ? ' ' : *text, to);
	}
}

static const char *verdict(const json_t *run)
{
	return run_result_is_error(run)			     ? "ERROR"
	       : run_result_count(run, RESULT_FAILED) > 0 ? "FAIL"
	       : strcmp(run_result_word(run, "verdict"), "open") == 0 ? "OPEN" : "PASS";
}

static void table(FILE *to, const struct run_outcome *outcome)
{
	char name[RUN_RESULT_NAME];
	size_t i;
	const json_t *run;

	fputs("| verdict | scenario | checks | failed | simulated | wall |\n|---|---|--:|--:|--:|--:|\n", to);
	json_array_foreach(json_object_get(outcome->document, "runs"), i, run) {
		if (i >= MOST_ROWS)
			break;
		fprintf(to, "| %s | ", verdict(run));
		cell(to, run_result_name(name, run, outcome->document));
		fprintf(to, " | %zu | %llu | ", json_array_size(json_object_get(run, "checks")),
			(unsigned long long)run_result_count(run, RESULT_FAILED));
		double until = strtod(run_result_word(run, "until"), NULL);
		fprintf(to, "%.1f s | %.2f s |\n", until, (double)outcome->wall_ns[i] / 1e9);
	}
}

/* A fence is longer than any run of backticks inside it. */
static void fenced(FILE *to, const char *text)
{
	size_t longest = 2, now = 0;

	for (const char *c = text; *c != '\0'; c++) {
		now = *c == '`' ? now + 1 : 0;
		longest = now > longest ? now : longest;
	}
	for (int end = 0; end < 2; end++) {
		for (size_t i = 0; i <= longest; i++)
			putc('`', to);
		putc('\n', to);
		if (end == 0)
			fputs(text + strspn(text, "\n"), to);
	}
}

static void failures(FILE *to, const struct run_outcome *outcome)
{
	char place[RUN_RESULT_PLACE];
	unsigned long long seen = 0;
	size_t i, k;
	const json_t *run, *check;

	json_array_foreach(json_object_get(outcome->document, "runs"), i, run) {
		if (run_result_is_error(run) && seen++ < MOST_BLOCKS) {
			fputs("**could not run** ", to);
			cell(to, run_result_place(place, run, run));
			fputs(": ", to);
			cell(to, run_result_word(run, "reason"));
			fputs("\n\n", to);
		}
		json_array_foreach(json_object_get(run, "checks"), k, check)
			if (run_result_verdict(check) == RESULT_FAILED && seen++ < MOST_BLOCKS)
				fenced(to, run_result_word(check, "report"));
	}
	if (seen > MOST_BLOCKS)
		fprintf(to, "\nand %llu more\n", seen - MOST_BLOCKS);
}

/* Mermaid's names end at a colon, and `#' and `;' are its own. */
void markdown_mermaid_name(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		putc(strchr(":;#,<>&", *text) != NULL || (unsigned char)*text < 0x20 ? ' ' : *text, to);
}

/* Milliseconds since the start, as Mermaid's dateFormat `x' wants them. */
static unsigned long long milliseconds(const json_t *span, const char *key)
{
	return (unsigned long long)(strtod(run_result_word(span, key), NULL) * 1000.0 + 0.5);
}

static void chart(FILE *to, const json_t *run)
{
	const json_t *actives = json_object_get(run, "actives"), *span;
	const char *section = "";
	char *text = NULL;
	size_t length = 0, i;
	FILE *lines = open_memstream(&text, &length);

	if (lines == NULL)
		return;
	json_array_foreach(actives, i, span) {
		const char *who = run_result_word(span, "who");
		fflush(lines);
		if (length > CHART_ROOM)
			break;
		if (strcmp(section, who) != 0) {
			fputs("  section ", lines);
			markdown_mermaid_name(lines, who);
			putc('\n', lines);
		}
		section = who;
		fprintf(lines, "  Active :%llu, %llu\n", milliseconds(span, "from"), milliseconds(span, "until"));
	}
	fclose(lines);
	if (length > 0)
		fprintf(to, "\nWho was Active in the first run that failed (minutes:seconds):\n\n"
			    "```mermaid\ngantt\n  dateFormat x\n  axisFormat %%M:%%S\n%s```\n",
			text);
	free(text);
}

void markdown_write(FILE *to, const struct run_outcome *outcome)
{
	const json_t *runs = json_object_get(outcome->document, "runs"), *run, *first_bad = NULL;
	size_t i, failed = 0, errors = 0;

	json_array_foreach(runs, i, run) {
		errors += run_result_is_error(run);
		failed += run_result_count(run, RESULT_FAILED) > 0;
		if (first_bad == NULL && run_result_count(run, RESULT_FAILED) > 0)
			first_bad = run;
	}
	fprintf(to, "## viplab: %zu run%s, %zu failed", json_array_size(runs), json_array_size(runs) == 1 ? "" : "s", failed);
	if (errors > 0)
		fprintf(to, ", %zu could not run", errors);
	fprintf(to, "%s\n\n", outcome->interrupted ? ", interrupted" : "");
	failures(to, outcome);
	if (first_bad != NULL)
		chart(to, first_bad);
	fputs(failed + errors > 0 ? "\n<details><summary>every scenario</summary>\n\n" : "", to);
	table(to, outcome);
	fputs(failed + errors > 0 ? "\n</details>\n" : "", to);
	fprintf(to, "\ndigest `%.8s`\n", run_result_word(outcome->document, "digest"));
}
