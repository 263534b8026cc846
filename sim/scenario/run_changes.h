// SPDX-License-Identifier: BSD-2-Clause
/*
 * `viplab run --watch`: when does a script change? Every script that the command line means, every template below the
 * folders it names and beside the files it names, is known by its time, size and inode; editors that write a new file
 * and rename it are noticed as well as those that write in place, and so are scripts that come and go.
 */
#ifndef VL_SCENARIO_RUN_CHANGES_H
#define VL_SCENARIO_RUN_CHANGES_H

#include "sim/scenario/run_options.h"

struct run_changes {
	uint64_t print;                 /* of all files: differs when one of them does */
};

/* Remembers the files as they are. */
void run_changes_look(struct run_changes *c, const struct run_options *o);

/* Returns when they have changed since and then have stayed the same for a moment: a save is not read half. */
void run_changes_wait(struct run_changes *c, const struct run_options *o);

#endif
