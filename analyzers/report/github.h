// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results for GitHub Actions: annotations, which its runner reads from the job's output, and a page of Markdown, which it
 * shows as the step's summary.
 */
#ifndef VL_REPORT_GITHUB_H
#define VL_REPORT_GITHUB_H

#include <stdio.h>

#include "sim/scenario/run_outcome.h"

/* `::error file=...` for the first nine failures and errors, and one that counts the rest: a step may have ten. */
void github_annotations(FILE *to, const struct run_outcome *outcome);

#endif
