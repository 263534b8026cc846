// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/cmd_explain.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analyzers/finding.h"
#include "sim/scenario/print.h"
#include "sim/vendors/vendor_log.h"

static const char usage[] =
	"usage: viplab explain FILE [--case N]     the script with everything filled in, itself a script\n"
	"       viplab explain CODE                what a finding means, why it happens, what cures it\n"
	"       viplab explain 'LOG LINE'          whose a line of a log is, its cause, and the findings it points to\n"
	"       viplab explain KIND                where the facts about a kind of box come from, and its options\n"
	"       viplab explain --codes             all codes\n"
	"       viplab explain --logs              all log lines\n"
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

/* Prints `text` in lines of at most 78 columns, each indented; the first goes on behind `column` that are printed. */
static void print_behind(const char *text, int indent, int column)
{
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

static void print_paragraph(const char *text, int indent)
{
	print_behind(text, indent, 0);
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

static void print_codes(void)
{
	const struct finding_code *c;

	for (size_t i = 0; (c = finding_at(i)) != NULL; i++)
		printf("%-22s %-9s %s\n", c->name, finding_severity_word(c->severity), c->title);
}

/* --- log lines ------------------------------------------------------------------------------------------- */

#define PATTERN 256

static void print_line(const struct vendor_log_line *line)
{
	char products[PATTERN], pattern[PATTERN];

	printf("  %s writes: %s\n", vendor_log_products(products, sizeof products, line),
	       vendor_log_pattern(pattern, sizeof pattern, line));
}

/* The first line follows the number; the others stand below it. */
static void print_remedies(const struct finding_code *c)
{
	for (size_t i = 0; i < FINDING_REMEDIES && c->remedy[i] != NULL; i++)
		print_behind(c->remedy[i], 5, printf("  %zu.", i + 1));
}

static void print_cause(const struct vendor_log_cause *cause)
{
	const struct finding_code *first = cause->code[0] != NULL ? finding_find(cause->code[0]) : NULL;

	puts("\nCause");
	print_paragraph(cause->text, 2);
	puts("\nRemedy");
	if (cause->remedy != NULL)
		print_paragraph(cause->remedy, 2);
	else if (first != NULL)
		print_remedies(first);
}

/* The codes of a cause; the first is the likeliest. */
static void print_cause_codes(const struct vendor_log_cause *cause)
{
	for (size_t i = 0; i < VENDOR_LOG_CODES && cause->code[i] != NULL; i++) {
		const struct finding_code *c = finding_find(cause->code[i]);
		if (c != NULL)
			printf("%-22s %-9s %s\n", c->name, finding_severity_word(c->severity), c->title);
	}
	if (cause->code[0] == NULL)
		puts("(no finding of its own)");
}

static int explain_unknown(const char *line)
{
	const struct vendor_log_line *like;
	const char *product, *near = finding_nearest(line);

	vendor_log_guess(line, &like, &product);
	fputs("viplab explain: `", stderr);
	for (size_t i = 0; i < 80 && line[i] != '\0'; i++)      /* a log may hold anything; a terminal must not get it */
		fputc(line[i] >= ' ' && line[i] <= '~' ? line[i] : '?', stderr);
	fputs("' is no file, no finding's code, no kind and no log line that I know\n", stderr);
	if (near != NULL)
		fprintf(stderr, "did you mean `%s'?\n", near);
	if (product != NULL)
		fprintf(stderr, "it looks like a line of %s\n", product);
	if (like != NULL) {
		char products[PATTERN], pattern[PATTERN];

		fprintf(stderr, "the closest that I know: %s (%s)\n",
			vendor_log_pattern(pattern, sizeof pattern, like),
			vendor_log_products(products, sizeof products, like));
	}
	fputs("all codes: viplab explain --codes; all log lines: viplab explain --logs\n", stderr);
	return EXIT_WRONG;
}

/* The closest lines; what fits less is part of what fits more. */
static int explain_line(const char *line)
{
	struct vendor_log_match match[8];
	size_t found = vendor_log_read(line, match, sizeof match / sizeof match[0]), same = 1;

	if (found == 0)
		return explain_unknown(line);
	const struct vendor_log_cause *cause = match[0].line->cause;
	while (same < found && match[same].score == match[0].score)
		same++;
	print_cause_codes(cause);
	for (size_t i = 0; i < same; i++)
		print_line(match[i].line);
	print_cause(cause);
	puts("\nMore: viplab explain CODE");
	return EXIT_EXPLAINED;
}

static bool points_to(const struct vendor_log_line *line, const char *code)
{
	for (size_t i = 0; i < VENDOR_LOG_CODES && line->cause->code[i] != NULL; i++)
		if (strcmp(line->cause->code[i], code) == 0)
			return true;
	return false;
}

/* The lines that point to the code, of all products. NULL: every line. */
static void print_lines(const char *code)
{
	const struct vendor_log_line *line;
	char products[PATTERN], pattern[PATTERN];
	bool titled = code == NULL;

	for (size_t i = 0; (line = vendor_log_at(i)) != NULL; i++) {
		if (code != NULL && !points_to(line, code))
			continue;
		if (!titled)
			puts("\nLog lines");
		titled = true;
		printf("%s%-26s %s\n", code != NULL ? "  " : "", vendor_log_products(products, sizeof products, line),
		       vendor_log_pattern(pattern, sizeof pattern, line));
	}
}

/* --- a finding ------------------------------------------------------------------------------------------- */

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
	print_remedies(c);
	print_products("What to set", c->option, FINDING_OPTIONS);
	print_lines(c->name);
}

/* --- kinds ----------------------------------------------------------------------------------------------- */

static void print_versions(const struct vendor *v)
{
	const struct {
		const char *text;
		bool spoken;
	} all[] = {
		{"VRRP version 2", v->vrrp_v2 != NULL},
		{"VRRP version 3 for IPv4", v->vrrp_v3_ipv4 != NULL},
		{"VRRP version 3 for IPv6", v->vrrp_v3_ipv6 != NULL},
		{"CARP", v->carp != NULL},
	};
	const char *between = "  speaks  ";

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		if (!all[i].spoken)
			continue;
		printf("%s%s", between, all[i].text);
		between = ", ";
	}
	putchar('\n');
}

static void print_kind(const struct vendor *v)
{
	printf("%s: %s\n", v->kind, v->title);
	print_versions(v);
	for (size_t i = 0; i < VENDOR_OPTIONS && v->option[i].name != NULL; i++)
		printf("%s  %-22s %s\n", i == 0 ? "\nOptions\n" : "", v->option[i].name, v->option[i].help);
	puts("\nSources");
	print_paragraph(v->sources, 2);
	if (v->inferred != NULL) {
		puts("\nInferred, not confirmed");
		print_paragraph(v->inferred, 2);
	}
	if (v->not_modelled != NULL) {
		puts("\nNot modelled");
		print_paragraph(v->not_modelled, 2);
	}
}

int cmd_explain(int argc, char **argv)
{
	static const struct option options[] = {
		{"case", required_argument, NULL, 'c'}, {"codes", no_argument, NULL, 'C'},
		{"logs", no_argument, NULL, 'l'},
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
		case 'l':
			print_lines(NULL);
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
	const struct vendor *kind = vendor_find(argv[optind]);
	if (code != NULL)
		print_code(code);
	else if (kind != NULL)
		print_kind(kind);
	else
		return explain_line(argv[optind]);
	return EXIT_EXPLAINED;
}
