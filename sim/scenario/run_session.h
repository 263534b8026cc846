// SPDX-License-Identifier: BSD-2-Clause
/* All runs that a command line asks for, printed: a line a scenario, the failures, the summary. */
#ifndef VL_SCENARIO_RUN_SESSION_H
#define VL_SCENARIO_RUN_SESSION_H

#include "sim/scenario/run_outcome.h"

/* Reads and selects the scripts of the command line, and runs them. `version` is the program's. `report` writes what the
 * command line asks for besides the lines for people; false when it could not. A signal (SIGINT, SIGTERM, SIGHUP) ends
 * the session early: what is done is reported, then the process dies of that signal. */
enum run_end run_session(const struct run_options *o, const char *version,
			 bool (*report)(const struct run_options *o, const struct run_outcome *outcome));

#endif
