// SPDX-License-Identifier: BSD-2-Clause
/* The command line of `viplab run`, and of `viplab fuzz`, which takes some of the same: one table of options, from which the help is printed too. */
#ifndef VL_SCENARIO_RUN_OPTIONS_H
#define VL_SCENARIO_RUN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/time.h"

enum keep {
	KEEP_FAILED = 0,
	KEEP_ALWAYS,
	KEEP_NEVER,
};

struct run_options {
	const char *command;            /* "run" or "fuzz", for messages; borrowed from argv */
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
};

/* Reads the command line (argv[0] is the subcommand). False: it said why on stderr; the exit status is 2, without memory 3.
 * The lists are freed by run_options_fini, in either case. */
bool run_options_read(struct run_options *o, int argc, char **argv);
void run_options_fini(struct run_options *o);
void run_options_help(const struct run_options *o);     /* to stdout */

#endif
