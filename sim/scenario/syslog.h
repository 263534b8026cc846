// SPDX-License-Identifier: BSD-2-Clause
/*
 * Records in the words of the box that they are about: what its administrator would find in the syslog. Made when a
 * journal is printed; records and digests know nothing of it.
 */
#ifndef VL_SCENARIO_SYSLOG_H
#define VL_SCENARIO_SYSLOG_H

#include "sim/base/record.h"
#include "sim/scenario/scenario.h"
#include "sim/vendors/vendor_log.h"

/* The which-th line (from 0) that the record's node writes. False: it writes no more, or is no box with a log. */
bool syslog_line(char text[VENDOR_LOG_TEXT], const struct scenario *s, const struct record *r, unsigned which);

#endif
