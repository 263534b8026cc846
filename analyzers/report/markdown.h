// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results as a page of Markdown: what failed first, one line a scenario, a gantt chart (Mermaid) of who was Active in the
 * first run that failed. For GitHub's step summary, merge requests and chat. Under 1 MiB, the chart under 5000 characters.
 */
#ifndef VL_REPORT_MARKDOWN_H
#define VL_REPORT_MARKDOWN_H

#include <stdio.h>

#include "sim/scenario/run_outcome.h"

void markdown_write(FILE *to, const struct run_outcome *outcome);

/* A name in one of Mermaid's charts: what it would take for its own becomes a blank. */
void markdown_mermaid_name(FILE *to, const char *text);

#endif
