// SPDX-License-Identifier: BSD-2-Clause
/*
 * Results as TAP: a test a scenario, its expectations as a subtest, what failed as a YAML block. Version 13 is what every
 * reader accepts: subtests are indented by four, which 13 does not know and passes over. Version 14 on request (prove
 * before Test::Harness 3.48 fails a passing stream of it).
 */
#ifndef VL_REPORT_TAP_H
#define VL_REPORT_TAP_H

#include <stdio.h>

#include "sim/scenario/run_outcome.h"

void tap_write(FILE *to, const struct run_outcome *outcome, unsigned version);

#endif
