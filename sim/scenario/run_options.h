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

enum run_shard {
	SHARD_NONE = 0,
	SHARD_HASH,                     /* by the script's path: files that come and go move no others */
	SHARD_SLICE,                    /* dealt round-robin after the filters */
};

enum run_when {
	WHEN_AUTO = 0,
	WHEN_ALWAYS,
	WHEN_NEVER,
};

enum exit_style {
	EXIT_PLAIN = 0,                 /* 0 1 2 3 */
	EXIT_AUTOMAKE,                  /* 0, 1, 77 nothing was judged, 99 for 2 and 3 */
	EXIT_NAGIOS,                    /* 0 OK, 1 WARNING: nothing judged, 2 CRITICAL: failed, 3 UNKNOWN */
};

/* What a session came to; run_options_serve makes the exit status of it. */
enum run_end {
	RUN_HELD = 0,
	RUN_FAILED = 1,
	RUN_UNREADABLE = 2,             /* a script or the command line is wrong, or nothing was selected */
	RUN_COULD_NOT = 3,
	RUN_NOTHING_JUDGED = 4,         /* no failure, but somewhere not one expectation could be judged */
};

/* A file of results that is asked for; its format is its own, or that of its name's ending. */
enum run_format {
	FORMAT_JSON = 0,
	FORMAT_JUNIT,
	FORMAT_TAP,
	FORMAT_MARKDOWN,
};

struct run_output {
	const char *file;
	enum run_format format;
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
	bool table;                     /* of named expectations */
	bool list, fail_fast, keep_going, allow_empty, help;
	bool no_memory;                 /* why it was not read; otherwise the line was wrong */
	size_t jobs;
	bool seed_given, seeds_given;   /* --seed, --seeds: one of them */
	bool has_seeds;                 /* --seed or --seeds: otherwise the script's own, else 1 */
	uint64_t first_seed, last_seed;
	uint64_t sample;                /* of a script's own seeds at most so many; 0: all */
	unsigned repeat;                /* times that each case is run */
	bool has_until;
	vl_time until;
	uint64_t timeout_ns;            /* of the wall clock, for one case */
	enum keep keep;
	enum keep pcap;                 /* the capture among what is kept: always, of what failed, never */
	vl_time sim_limit;              /* of simulated time, for one case; 0: none */
	const char *trace;              /* kinds of records to print, with commas; NULL: none */
	const char *out;                /* the folder for evidence */
	struct run_output *output;
	size_t output_count;
	bool junit_for_jenkins;         /* --junit-dialect xunit */
	unsigned tap;                   /* the version of TAP that goes to stdout instead of the lines for people; 0: none */
	enum run_when github;           /* annotations and step summary of GitHub's runners */
	enum exit_style exit_style;
	enum run_shard shard;
	uint64_t shard_index, shard_count;      /* index from 1 */
	bool no_skip;                   /* what cannot be judged has failed */
	bool watch;                     /* run again when a script changes */
	int verbosity;                  /* -1 quiet, 0, 1 every check, 2 the journal */
	char *on;                       /* replay: the script beside which the capture (path) is replayed */
	const char *segment;            /* and where; NULL: it has but one */
	/* filled in by the door */
	const struct run_replay *replay;        /* what comes from outside, or NULL; its segment is looked up by name */
	const char *replayed;           /* the name of that capture */
	/* Writes a page of a run into the folder of its evidence; false: it could not. NULL: none is written. The doors set it:
	 * pages stand on a floor above. */
	bool (*page)(const char *folder);
};

/* Reads the command line (argv[0] is the subcommand). False: it said why on stderr; the exit status is 2, without memory 3.
 * The lists are freed by run_options_fini, in either case. */
bool run_options_read(struct run_options *o, int argc, char **argv);
void run_options_fini(struct run_options *o);
/* GitHub's annotations are wanted: asked for, or we run in its Actions. */
bool run_options_github(const struct run_options *o);
/* Anything but the lines for people is. */
bool run_options_wants_report(const struct run_options *o);
void run_options_help(const struct run_options *o);     /* to stdout */

/* What a door does with its command line: reads it, prints the help or does the work, flushes stdout. Returns the exit
 * status, in the style that was asked for: the work's, 2 for a wrong line, 3 without memory or when stdout takes no more. */
int run_options_serve(int argc, char **argv, enum run_end (*work)(const struct run_options *o));

#endif
