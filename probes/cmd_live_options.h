// SPDX-License-Identifier: BSD-2-Clause
/* The command line of `viplab live`: one table of options, from which the help is printed too. */
#ifndef VL_PROBES_CMD_LIVE_OPTIONS_H
#define VL_PROBES_CMD_LIVE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probes/realtime.h"
#include "sim/base/time.h"

#define LIVE_CHANGES 64
#define LIVE_ONLY 64
#define LIVE_TOLERANCE (500 * VL_MS)    /* default of --tolerance */

struct live_attach {
	const char *segment;            /* as written; segment_length bytes of it */
	size_t segment_length;
	const char *interface;
};

struct live_options {
	const char *script;             /* all borrowed from argv */
	struct live_attach attach[REALTIME_PORTS];
	size_t attach_count;
	const char *only[LIVE_ONLY];    /* nodes that are built; none: all are */
	size_t only_count;
	const char *set[LIVE_CHANGES];  /* "KEY=VALUE" */
	size_t set_count;
	const char *filter;             /* which case of a matrix */
	bool transmit, force;
	bool has_seed, has_length, has_rate;
	uint64_t seed;
	vl_time length;                 /* --for */
	uint64_t rate;                  /* frames a second; 0: no limit */
	size_t ring;                    /* bytes; 0: default */
	vl_time tolerance;
	const char *write;              /* capture, .pcapng */
	const char *journal;            /* .jsonl */
	const char *output;             /* results, .json */
	const char *control;            /* path of the control socket, or "auto"; NULL: none */
	int verbosity;                  /* -1 quiet, 0, 1 every check and the journal's notices, 2 the whole journal */
};

enum live_parsed { LIVE_RUN, LIVE_HELP, LIVE_USAGE };

/* Says on stderr what is wrong. */
enum live_parsed live_options_read(struct live_options *o, int argc, char **argv);

#endif
