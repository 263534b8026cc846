// SPDX-License-Identifier: BSD-2-Clause
/* The command line of `viplab run`, of `viplab fuzz`, which takes some of the same, and of `viplab replay`, which takes
 * more: one table of options, from which the help is printed too. */
#ifndef VL_SCENARIO_RUN_OPTIONS_H
#define VL_SCENARIO_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"

struct run_replay;

enum keep {
	KEEP_FAILED = 0,
	KEEP_ALWAYS,
	KEEP_NEVER,
};

struct run_options {
	const char *command;            /* "run", "fuzz" or "replay", for messages; borrowed from argv */
	char **path;                    /* borrowed from argv, path_count of them */
	size_t path_count;
	const char **filter;            /* patterns of scenario names; any may fit */
	size_t filter_count;
	const char **tag;               /* any may fit */
	size_t tag_count;
	const char **set;               /* "KEY=VALUE", in order */
	size_t set_count;
	bool list, fail_fast, keep_going, allow_empty, help;
	bool no_memory;                 /* why it was not read; otherwise the line was wrong */
	size_t jobs;
	bool seed_given, seeds_given;   /* --seed, --seeds: one of them */
	bool has_seeds;                 /* --seed or --seeds: otherwise the script's own, else 1 */
	uint64_t first_seed, last_seed;
	unsigned repeat;                /* times that each case is run */
	bool has_until;
	vl_time until;
	uint64_t timeout_ns;            /* of the wall clock, for one case */
	enum keep keep;
	const char *out;                /* the folder for evidence */
	const char *output;             /* a .json file, or NULL */
	int verbosity;                  /* -1 quiet, 0, 1 every check, 2 the journal */
	char *on;                       /* replay: the script beside which the capture (path) is replayed */
	const char *segment;            /* and where; NULL: it has but one */
	/* filled in by the door */
	const struct run_replay *replay;        /* what comes from outside, or NULL; its segment is looked up by name */
	const char *replayed;           /* the name of that capture */
};

/* Reads the command line (argv[0] is the subcommand). False: it said why on stderr; the exit status is 2, without memory 3.
 * The lists are freed by run_options_fini, in either case. */
bool run_options_read(struct run_options *o, int argc, char **argv);
void run_options_fini(struct run_options *o);
void run_options_help(const struct run_options *o);     /* to stdout */

/* What a door does with its command line: reads it, prints the help or does the work, flushes stdout. Returns the exit
 * status: the work's, 2 for a wrong line, 3 without memory or when stdout takes no more. */
int run_options_serve(int argc, char **argv, int (*work)(const struct run_options *o));

#endif
