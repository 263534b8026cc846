// SPDX-License-Identifier: BSD-2-Clause
/*
 * viplab: a laboratory for virtual addresses that move between boxes. This file is the table of
 * subcommands and nothing else; each is the door of the folder whose job it fronts.
 */
#include <jansson.h>
#include <nettle/version.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "analyzers/dashboard/cmd_top.h"
#include "analyzers/report/cmd_report.h"
#include "probes/cmd_live.h"
#include "probes/cmd_ctl.h"
#include "probes/cmd_scan.h"
#include "sim/base/suggest.h"
#include "sim/scenario/cmd_check.h"
#include "sim/scenario/cmd_explain.h"
#include "sim/scenario/cmd_fuzz.h"
#include "sim/scenario/cmd_replay.h"
#include "sim/scenario/cmd_run.h"
#include "viplab.h"

struct subcommand {
	const char *name;
	int (*call)(int argc, char **argv);
	const char *summary;
};

static const struct subcommand subcommands[] = {
	{"run", cmd_run, "run scenarios, give verdicts"},
	{"replay", cmd_replay, "put the frames of a capture into a scenario's network"},
	{"fuzz", cmd_fuzz, "run a scenario with random faults, make failures small"},
	{"check", cmd_check, "read scenarios, report every mistake, run nothing"},
	{"explain", cmd_explain, "print a scenario's expanded timeline, or explain a finding or a log line"},
	{"report", cmd_report, "HTML, SVG, Markdown, TSV of a run's journal; who got a balancer's connections, of a capture"},
	{"top", cmd_top, "dashboard: connections per server, who is Active, virtual IDs, events"},
	{"live", cmd_live, "run a scenario in real time, its segments joined to interfaces"},
	{"ctl", cmd_ctl, "ask a live run, tell it what to do: drain, weight, faults"},
	{"scan", cmd_scan, "which virtual IDs are in use in a capture; conflicts; free ones"},
};

#define SUBCOMMANDS (sizeof subcommands / sizeof subcommands[0])

static void print_help(FILE *to)
{
	fputs("usage: viplab COMMAND [OPTION]... [ARGUMENT]...\n\n", to);
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		fprintf(to, "  viplab %-9s%s\n", subcommands[i].name, subcommands[i].summary);
	fputs("\n`viplab help COMMAND' tells more.\n"
	      "exit status: 0 nothing wrong, 1 something is wrong, 2 could not read what was written,\n"
	      "             3 could not look\n",
	      to);
}

static int print_version(void)
{
	printf("viplab %s\n%s\nlibyaml %s\njansson %s\nnettle %d.%d\n", VIPLAB_VERSION, pcap_lib_version(),
	       yaml_get_version_string(), jansson_version_str(), nettle_version_major(), nettle_version_minor());
	return 0;
}

static const struct subcommand *find(const char *name)
{
	for (size_t i = 0; i < SUBCOMMANDS; i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return &subcommands[i];
	return NULL;
}

static int unknown(const char *name)
{
	struct suggestion near;

	suggest_begin(&near, name);
	fprintf(stderr, "viplab: `%s' is not a command; these are:", name);
	for (size_t i = 0; i < SUBCOMMANDS; i++) {
		fprintf(stderr, " %s", subcommands[i].name);
		suggest_word(&near, subcommands[i].name);
	}
	if (near.best != NULL)
		fprintf(stderr, "; did you mean `%s'?\n", near.best);
	else
		fputs(" (viplab help)\n", stderr);
	return 2;
}

static int help(int argc, char **argv)
{
	const struct subcommand *command = argc > 2 ? find(argv[2]) : NULL;
	char option[] = "--help";
	char *ask[] = {argv[argc > 2 ? 2 : 0], option, NULL};

	if (command != NULL)
		return command->call(2, ask);
	if (argc > 2)
		return unknown(argv[2]);
	print_help(stdout);
	return 0;
}

/* Jansson leaves a member out when it has no memory for it: a result that lacks something must not pass for one. */
static void *json_memory(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL) {
		fputs("viplab: out of memory\n", stderr);
		exit(3);
	}
	return memory;
}

/* A result that nobody could read is no success: a full disk shows here. */
static int written(const struct subcommand *command, int status)
{
	if ((status != 0 && status != 1) || (fflush(stdout) == 0 && ferror(stdout) == 0))
		return status;
	fprintf(stderr, "viplab %s: the output could not be written\n", command->name);
	return 3;
}

int main(int argc, char **argv)
{
	json_set_alloc_funcs(json_memory, free);
	if (argc < 2) {
		print_help(stderr);
		return 2;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return help(argc, argv);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)
		return print_version();

	const struct subcommand *command = find(argv[1]);
	return command != NULL ? written(command, command->call(argc - 1, argv + 1)) : unknown(argv[1]);
}
