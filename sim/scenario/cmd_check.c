// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/cmd_check.h"

#include <getopt.h>
#include <string.h>

#include "sim/scenario/scenario.h"

static const char usage[] =
	"usage: viplab check [-q] FILE|DIR...\n"
	"\n"
	"Reads scenario scripts (a directory means every *.yaml below it) and reports every mistake in them as\n"
	"file:line:column: what is wrong. Runs nothing, needs no privilege.\n"
	"\n"
	"  -q, --quiet   print mistakes only\n"
	"      --help    this page\n"
	"\n"
	"Exit status: 0 all scripts are right, 2 there are mistakes or a script cannot be read,\n"
	"3 out of memory.\n"
	"The language: viplab explain --schema\n";

enum { EXIT_RIGHT = 0, EXIT_WRONG = 2, EXIT_FAILED = 3 };

static int check_one(const char *path, bool quiet)
{
	struct scenario_set set;
	bool good = scenario_load(&set, path);
	int status = good ? EXIT_RIGHT : set.no_memory ? EXIT_FAILED : EXIT_WRONG;

	if (!good)
		scenario_print_mistakes(stderr, &set);
	else if (!quiet && set.is_template)
		printf("ok  %s  template\n", path);
	else if (!quiet && set.scenario_count > 1)
		printf("ok  %s  %zu cases\n", path, set.scenario_count);
	else if (!quiet)
		printf("ok  %s\n", path);
	scenario_set_free(&set);
	return status;
}

int cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct scenario_paths paths = {0};
	bool quiet = false;
	int worst = EXIT_RIGHT;
	char mistake[512];

	optind = 1;
	for (int c; (c = getopt_long(argc, argv, "q", options, NULL)) != -1;) {
		if (c == 'h') {
			fputs(usage, stdout);
			return EXIT_RIGHT;
		}
		if (c != 'q') {
			fputs("try: viplab check --help\n", stderr);
			return EXIT_WRONG;
		}
		quiet = true;
	}
	if (optind == argc) {
		fputs("viplab check: which scripts?\ntry: viplab check --help\n", stderr);
		return EXIT_WRONG;
	}
	for (int i = optind; i < argc; i++) {
		if (!scenario_paths_add(&paths, argv[i], mistake)) {
			fprintf(stderr, "%s\n", mistake);
			worst = paths.no_memory ? EXIT_FAILED : EXIT_WRONG;
		}
	}
	for (size_t i = 0; i < paths.count; i++) {
		int status = check_one(paths.item[i], quiet);
		worst = status > worst ? status : worst;
	}
	scenario_paths_free(&paths);
	return worst;
}
