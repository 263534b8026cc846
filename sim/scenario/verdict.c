// SPDX-License-Identifier: BSD-2-Clause
/* The form of a failure: at, got, want, before, again, kept. One file knows it. */
#include "sim/scenario/verdict.h"

#include <stdlib.h>
#include <string.h>

char *verdict_length(char text[VERDICT_LENGTH], vl_time t)
{
	static const struct {
		vl_time length;
		char letter;
	} unit[] = {{24 * 60 * 60 * VL_S, 'd'}, {60 * 60 * VL_S, 'h'}, {60 * VL_S, 'm'}};
	char rest[EXPECT_TIME];
	size_t n = 0;

	for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++) {
		if (t >= unit[i].length)
			n += (size_t)snprintf(text + n, VERDICT_LENGTH - n, "%llu%c",
					      (unsigned long long)(t / unit[i].length), unit[i].letter);
		t %= unit[i].length;
	}
	if (t > 0 || n == 0)
		snprintf(text + n, VERDICT_LENGTH - n, "%s", expect_time(rest, t));
	return text;
}

/* One word of a shell's command line. */
static void quote(FILE *to, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+-,";

	if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
		fputs(word, to);
		return;
	}
	fputc('\'', to);
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	}
	fputc('\'', to);
}

/* The whole variant in its brackets: "priority 10" is not "priority 100". Where it would be taken for a pattern, as a
 * pattern. */
static void filter(FILE *to, const char *variant)
{
	bool pattern = strpbrk(variant, "*?") != NULL;
	char *word = malloc(2 * strlen(variant) + 8);
	size_t n = 0;

	if (word == NULL)
		return;
	n += (size_t)sprintf(word, "%s[", pattern ? "*\\" : "");
	for (const char *c = variant; *c != '\0'; c++) {
		if (pattern && strchr("*?[]\\", *c) != NULL)
			word[n++] = '\\';
		word[n++] = *c;
	}
	snprintf(word + n, 4, "%s]", pattern ? "\\" : "");
	fputs(" --filter ", to);
	quote(to, word);
	free(word);
}

static void print_set(FILE *to, const struct verdict_again *again)
{
	for (size_t i = 0; i < again->set_count; i++) {
		fputs(" --set ", to);
		quote(to, again->set[i]);
	}
}

void verdict_case(FILE *to, const struct verdict_again *again)
{
	print_set(to, again);
	if (again->of_matrix != NULL)
		filter(to, again->of_matrix);
	fputc(' ', to);
	quote(to, again->path);
}

void verdict_again(FILE *to, const struct check *c, const struct verdict_again *again)
{
	char text[EXPECT_TIME];
	vl_time until = again->has_until ? vl_time_min(again->until, again->scenario_until) : again->scenario_until;

	if (again->live != NULL) {
		fputs(again->live, to);
		return;
	}
	if (again->replayed != NULL) {
		fputs("viplab replay ", to);
		quote(to, again->replayed);
	} else {
		fputs("viplab run", to);
	}
	fprintf(to, " --seed %llu", (unsigned long long)again->seed);
	if (c->kind == CHECK_NONDETERMINISM)
		fprintf(to, " --repeat %u", again->repeat);
	print_set(to, again);
	if (c->verdict == CHECK_FAILED && (c->kind == CHECK_EXPECT || c->kind == CHECK_STEP || c->kind == CHECK_INVARIANT) && c->at < until)
		until = c->at;
	if (until < again->scenario_until)
		fprintf(to, " --until %s", expect_time(text, until));
	if (again->of_matrix != NULL)
		filter(to, again->of_matrix);
	if (again->segment != NULL) {
		fputs(" --segment ", to);
		quote(to, again->segment);
	}
	fputs(again->replayed != NULL ? " --on " : " ", to);
	quote(to, again->path);
}

static size_t longer(size_t width, const char *text)
{
	return strlen(text) > width ? strlen(text) : width;
}

static void print_events(FILE *to, const struct check *c)
{
	char at[CHECK_BEFORE][VL_TIME_TEXT];
	size_t time_width = 0, subject_width = 0;

	for (size_t i = 0; i < c->before_count; i++) {
		time_width = longer(time_width, vl_time_format_short(at[i], c->before[i].at));
		subject_width = longer(subject_width, c->before[i].subject);
	}
	for (size_t i = 0; i < c->before_count; i++)
		fprintf(to, "  %-7s t=%-*s  %-*s  %s\n", i == 0 ? "before" : "", (int)time_width, at[i],
			(int)subject_width, c->before[i].subject, c->before[i].text);
}

void verdict_block(FILE *to, const struct check *c, const struct verdict_again *again)
{
	char at[VL_TIME_TEXT];

	fprintf(to, "\n%s", again->path);
	if (c->place.line > 0)
		fprintf(to, ":%u", c->place.line);
	fprintf(to, ": %s       FAILED\n", c->why != NULL ? c->why : c->text);
	if (c->kind != CHECK_EXPECT)
		fprintf(to, "  kind    %s\n", check_kind_word(c->kind));
	if (c->why != NULL)
		fprintf(to, "  script  %s\n", c->text);
	fprintf(to, "  at      t=%s s\n", vl_time_format_short(at, c->at));
	fprintf(to, "  got     %s\n", c->got);
	fprintf(to, "  want    %s\n", c->want);
	print_events(to, c);
	fputs("  again   ", to);
	verdict_again(to, c, again);
	fputc('\n', to);
	if (again->kept != NULL)
		fprintf(to, "  kept    %s/  %sjournal.jsonl report.txt repro.txt%s\n", again->kept,
			again->kept_capture ? "run.pcapng " : "", again->kept_page ? " report.html" : "");
}

void verdict_check(FILE *to, const struct check *c)
{
	fprintf(to, "      %-6s  ", check_verdict_word(c->verdict));
	if (c->place.line > 0)
		fprintf(to, "%u: ", c->place.line);
	fprintf(to, "%s  (%s)\n", c->text, c->got[0] != '\0' ? c->got : "its window was not reached");
}
