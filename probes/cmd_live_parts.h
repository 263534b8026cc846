// SPDX-License-Identifier: BSD-2-Clause
/* What the files of `viplab live` share: the session, from the command line to the verdict. */
#ifndef VL_PROBES_CMD_LIVE_PARTS_H
#define VL_PROBES_CMD_LIVE_PARTS_H

#include <stdio.h>

#include "probes/cmd_live_options.h"
#include "probes/output_files.h"
#include "sim/scenario/run.h"
#include "sim/scenario/run_cases.h"

#define LIVE_FAILED_CHECK 1
#define LIVE_USAGE_STATUS 2
#define LIVE_BLIND 3

struct live {
	struct live_options options;
	struct run_cases cases;
	struct scenario scenario;       /* of the case, with its windows widened */
	bool *absent;                   /* of each node; NULL: none is */
	struct run_attachment attach[REALTIME_PORTS];
	struct wire_port *port[REALTIME_PORTS];
	size_t port_count;
	FILE *capture, *journal;        /* NULL: not wanted */
	bool journal_lost;
	struct output_files files;      /* -o */
	struct run_live wiring;
	struct run run;
	bool begun;
	struct realtime loop;
	int signals;
	int signal;                     /* that asked for the end; 0: none */
	char command[1024];             /* the command line again */
};

/* cmd_live_script.c: reads the script, finds the nodes and segments that the command line names. 0, or the exit status
 * after saying why on stderr. */
int live_read_script(struct live *l);
/* Widens the windows of the expectations by the tolerance. False: no memory. */
bool live_tolerate(struct scenario *s, vl_time tolerance);

/* cmd_live_result.c: prints what came of it, writes -o. Returns the exit status. */
int live_report(struct live *l);

/* "viplab live: WHAT: WHY", without bytes that a terminal would obey. Returns LIVE_BLIND. */
int live_cannot(const char *what, const char *why);

#endif
