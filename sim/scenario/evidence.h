// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a run leaves on disk: one folder a scenario with journal.jsonl, run.pcapng, report.txt, repro.txt, result.json
 * (its part of viplab.run/1), and, by the doors, report.html. Every
 * file is written under a temporary name and renamed when it is whole.
 */
#ifndef VL_SCENARIO_EVIDENCE_H
#define VL_SCENARIO_EVIDENCE_H

#include "sim/scenario/verdict.h"

/* Writes them into `folder`, which is made with those above it. False: could not; it said why on stderr. */
bool evidence_write(const struct run *r, const char *folder, const struct verdict_again *again);

/* Makes a folder and those above it. False: errno says why. */
bool evidence_make_folder(const char *path);

/* Writes a whole file: `write` prints its contents; a temporary name, then rename. False: errno. */
bool evidence_write_file(const char *folder, const char *name, void (*write)(FILE *to, const void *what),
			 const void *what);

#endif
