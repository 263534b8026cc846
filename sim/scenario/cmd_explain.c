// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/cmd_explain.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "analyzers/finding.h"
#include "sim/scenario/print.h"

static const char usage[] =
	"usage: viplab explain FILE [--case N]     the script with everything filled in, itself a script\n"
	"       viplab explain CODE                what a finding means, why it happens, what cures it\n"
	"       viplab explain 'LOG LINE'          which findings a line of a product's log points to\n"
	"       viplab explain --codes             all codes\n"
	"       viplab explain --schema            the language of scripts, as a Markdown page\n"
	"       viplab explain --json-schema       the same as JSON Schema, for editors\n"
	"\n"
	"Exit status: 0, or 2 when there is nothing to explain or the script has mistakes.\n";

enum { EXIT_EXPLAINED = 0, EXIT_WRONG = 2, EXIT_FAILED = 3 };

/* --- scripts --------------------------------------------------------------------------------------------- */

static int explain_script(const char *path, const char *case_text)
{
	struct scenario_set set;
	char *end = NULL;
	unsigned long number = case_text != NULL ? strtoul(case_text, &end, 10) : 1;
	int status = EXIT_EXPLAINED;

	if (!scenario_load(&set, path)) {
		scenario_print_mistakes(stderr, &set);
		status = set.no_memory ? EXIT_FAILED : EXIT_WRONG;
	} else if (set.is_template) {
		fprintf(stderr, "%s: a template; explain the scripts that include it\n", path);
		status = EXIT_WRONG;
	} else if ((end != NULL && *end != '\0') || number < 1 || number > set.scenario_count) {
		fprintf(stderr, "viplab explain: --case: `%s' is not in 1-%zu\n", case_text, set.scenario_count);
		status = EXIT_WRONG;
	} else {
		const struct scenario *s = &set.scenario[number - 1];

		if (set.scenario_count > 1)
			printf("# case %lu of %zu: %s (see the others with --case N)\n", number,
			       set.scenario_count, s->variant);
		if (!scenario_print(stdout, s)) {
			fputs("viplab explain: out of memory\n", stderr);
			status = EXIT_FAILED;
		}
	}
	scenario_set_free(&set);
	return status;
}

/* --- findings -------------------------------------------------------------------------------------------- */

/* Prints `text` in lines of at most 78 columns, each indented. */
static void print_paragraph(const char *text, int indent)
{
	int column = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, " \n");

		if (column > 0 && column + 1 + (int)n > 78) {
			putchar('\n');
			column = 0;
		}
		if (n > 0 && column == 0)
			column = printf("%*s%.*s", indent, "", (int)n, text);
		else if (n > 0)
			column += printf(" %.*s", (int)n, text);
		text += n;
		text += *text != '\0';
	}
	putchar('\n');
}

/* The summary is about an ID; a page is about any. */
static void print_summary(const char *text)
{
	const char *id = strstr(text, "{id}");

	if (id != NULL)
		printf("  %.*sN%s\n", (int)(id - text), text, id + 4);
	else
		printf("  %s\n", text);
}

static void print_products(const char *title, const struct finding_product *product, size_t count)
{
	if (product[0].product == NULL)
		return;
	printf("\n%s\n", title);
	for (size_t i = 0; i < count && product[i].product != NULL; i++)
		printf("  %-20s %s\n", product[i].product, product[i].text);
}

static void print_code(const struct finding_code *c)
{
	printf("%s (%s): %s\n", c->name, finding_severity_word(c->severity), c->title);
	print_summary(c->summary);
	puts("\nWhy");
	print_paragraph(c->why, 2);
	if (c->why_shared_mac != NULL) {
		puts("\nWhen the senders share a virtual MAC");
		print_paragraph(c->why_shared_mac, 2);
	}
	puts("\nRemedy");
	for (size_t i = 0; i < FINDING_REMEDIES && c->remedy[i] != NULL; i++) {
		printf("  %zu. ", i + 1);
		/* The first line follows the number; the others stand below it. */
		print_paragraph(c->remedy[i], 0);
	}
	print_products("What to set", c->option, FINDING_OPTIONS);
	print_products("Log lines", c->log, FINDING_LOGS);
}

static void print_codes(void)
{
	const struct finding_code *c;

	for (size_t i = 0; (c = finding_at(i)) != NULL; i++)
		printf("%-22s %-9s %s\n", c->name, finding_severity_word(c->severity), c->title);
}

/* --- log lines ------------------------------------------------------------------------------------------- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* The next word of a pattern that says something: letters, four or more, lower case or not. Placeholders such
 * as %d, N, [..] and numbers differ from line to line. */
static const char *next_word(const char *at, char word[64])
{
	while (*at != '\0') {
		size_t n = 0;

		while (*at != '\0' && !is_word(*at))
			at++;
		while (is_word(at[n]))
			n++;
		bool plain = n >= 3 && n < 64;
		for (size_t i = 0; plain && i < n; i++)
			plain = !isdigit((unsigned char)at[i]);
		if (plain) {
			memcpy(word, at, n);
			word[n] = '\0';
			return at + n;
		}
		at += n;
	}
	return NULL;
}

static const char *find_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	for (; *line != '\0'; line++)
		if (strncasecmp(line, word, n) == 0)
			return line;
	return NULL;
}

/* True when `line` holds the pattern's telling words in their order. */
static bool line_fits(const char *line, const char *pattern)
{
	char word[64];
	size_t words = 0;

	for (const char *at = pattern; (at = next_word(at, word)) != NULL; words++) {
		const char *found = find_word(line, word);

		if (found == NULL)
			return false;
		line = found + strlen(word);
	}
	return words >= 2;
}

static int explain_line(const char *line)
{
	const struct finding_code *c;
	size_t found = 0;

	for (size_t i = 0; (c = finding_at(i)) != NULL; i++) {
		for (size_t j = 0; j < FINDING_LOGS && c->log[j].product != NULL; j++) {
			if (!line_fits(line, c->log[j].text))
				continue;
			printf("%-22s %-9s %s\n", c->name, finding_severity_word(c->severity), c->title);
			printf("  %s writes: %s\n", c->log[j].product, c->log[j].text);
			found++;
			break;
		}
	}
	if (found > 0) {
		puts("\nMore: viplab explain CODE");
		return EXIT_EXPLAINED;
	}
	const char *near = finding_nearest(line);
	fprintf(stderr, "viplab explain: `%.80s' is no file, no finding's code and no log line that I know\n", line);
	if (near != NULL)
		fprintf(stderr, "did you mean `%s'?\n", near);
	fputs("all codes: viplab explain --codes\n", stderr);
	return EXIT_WRONG;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{"case", required_argument, NULL, 'c'}, {"codes", no_argument, NULL, 'C'},
		{"schema", no_argument, NULL, 's'},     {"json-schema", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},       {0}};
	const char *number = NULL;
	struct stat st;

	optind = 1;
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (c) {
		case 'c':
			number = optarg;
			break;
		case 'C':
			print_codes();
			return EXIT_EXPLAINED;
		case 's':
			schema_print_reference(stdout);
			return EXIT_EXPLAINED;
		case 'j':
			return schema_print_json(stdout) ? EXIT_EXPLAINED : EXIT_FAILED;
		case 'h':
			fputs(usage, stdout);
			return EXIT_EXPLAINED;
		default:
			fputs("try: viplab explain --help\n", stderr);
			return EXIT_WRONG;
		}
	}
	if (optind + 1 != argc) {
		fputs(optind == argc ? "viplab explain: explain what?\n"
				     : "viplab explain: one thing at a time; quote a log line\n", stderr);
		fputs("try: viplab explain --help\n", stderr);
		return EXIT_WRONG;
	}
	/* A directory may have the name of a code. */
	if (stat(argv[optind], &st) == 0 && !S_ISDIR(st.st_mode))
		return explain_script(argv[optind], number);
	const struct finding_code *code = finding_find(argv[optind]);
	if (code == NULL)
		return explain_line(argv[optind]);
	print_code(code);
	return EXIT_EXPLAINED;
}
