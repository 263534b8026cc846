// SPDX-License-Identifier: BSD-2-Clause
/* The part of the scanner's door that leads to scenarios: `viplab scan --to-scenario`. */
#ifndef VL_PROBES_CMD_SCAN_SCENARIO_H
#define VL_PROBES_CMD_SCAN_SCENARIO_H

#include "probes/scan.h"

/* Before anything is read: may the file be written? Says why not on stderr. */
bool cmd_scan_may_write(const struct scan_options *o);
/* Reads the capture a second time and writes what it shows as a script. `talk` gets the line about it. False: it could
 * not; it said why on stderr. */
bool cmd_scan_to_scenario(const struct scan *s, FILE *talk);

#endif
