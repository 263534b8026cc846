// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results as JUnit XML, for CI servers: a testsuite a scenario, a testcase an expectation. A verdict is a failure, what
 * could not be loaded or run an error, what could not be judged is skipped. Two dialects, because there is no standard:
 * JUNIT_COMMON has file and line on each testcase (GitLab, GitHub's reporters, Gradle's readers), JUNIT_XUNIT is what
 * Jenkins' junit-10.xsd allows.
 */
#ifndef VL_REPORT_JUNIT_H
#define VL_REPORT_JUNIT_H

#include <stdio.h>

#include "sim/scenario/run_outcome.h"

enum junit_dialect {
	JUNIT_COMMON,
	JUNIT_XUNIT,
};

void junit_write(FILE *to, const struct run_outcome *outcome, enum junit_dialect dialect);

#endif
