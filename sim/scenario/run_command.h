// SPDX-License-Identifier: BSD-2-Clause
/*
 * What may be asked of a run that is going on, and told to it: the words of a live run's control socket
 * (viplab.control/1). A request is one line, an answer is JSON objects, one a line. The last one of each answer has the
 * member "done": true when the request was carried out, false when not; "error" says why.
 *
 *      hello           {"control":"viplab.control/1","version":...,"title":...,"started_ns":...,"now_ns":...,"until_ns":...,
 *                       "records":N,"first":M,"done":true}. started_ns is wall time, since 1970; records M to N - 1 may
 *                      be asked for
 *      script          {"script":TEXT}: the script as `viplab explain` prints it, with what was told to the run since
 *      records N       the journal from record N on, or from the oldest that is kept (viplab.journal/1),
 *                      RUN_COMMAND_RECORDS at a time, then {"next":M,"now_ns":...}
 *      do STEP         a step of a timeline without its time, checked as a script is, done at once:
 *                      do set: {lb1.services.https.servers.web1.state: drain}
 *                      do crash: lb1
 *      end             the run ends as if its time had come
 *
 * What is told to the run is a record of its journal (live.told), and stands in the script that `script` gives: so a
 * session can be replayed.
 */
#ifndef VL_SCENARIO_RUN_COMMAND_H
#define VL_SCENARIO_RUN_COMMAND_H

#include <stdio.h>

#include "sim/scenario/run.h"

#define RUN_COMMAND_RECORDS 500
#define RUN_COMMAND_STEPS 1024          /* told to one run: each keeps its script for as long */

struct run_commands;

/* The run is borrowed, and has begun. NULL: no memory. Everything that is opened is opened here. */
struct run_commands *run_commands_new(struct run *r, const char *version, int64_t started_ns);
void run_commands_free(struct run_commands *c);         /* behind run_free: records borrow from it */

/* Answers one line. The world's time is that of the run's last advance. */
void run_commands_answer(struct run_commands *c, const char *line, FILE *to);
/* Somebody said `end'. */
bool run_commands_ended(const struct run_commands *c);

extern const struct record_kind RUN_TOLD_KIND;          /* "live.told": step; notice */

#endif
