// SPDX-License-Identifier: BSD-2-Clause
/* Everything besides the lines for people that a command line of `viplab run` asks for: files, TAP on stdout, GitHub. */
#ifndef VL_REPORT_RUN_REPORTS_H
#define VL_REPORT_RUN_REPORTS_H

#include "sim/scenario/run_outcome.h"

/* False: some of it could not be written; it said so on stderr. */
bool run_reports_write(const struct run_options *o, const struct run_outcome *outcome);

#endif
