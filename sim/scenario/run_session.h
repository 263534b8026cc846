// SPDX-License-Identifier: BSD-2-Clause
/* All runs that a command line asks for, printed: a line a scenario, the failures, the summary. */
#ifndef VL_SCENARIO_RUN_SESSION_H
#define VL_SCENARIO_RUN_SESSION_H

#include "sim/scenario/run_options.h"

/* Reads and selects the scripts of the command line, and runs them. `version` is the program's.
 * Returns the exit status. */
int run_session(const struct run_options *o, const char *version);

#endif
