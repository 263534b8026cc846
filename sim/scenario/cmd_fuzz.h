// SPDX-License-Identifier: BSD-2-Clause
/* `viplab fuzz`: random faults on a base scenario, failures made small. argv[0] is the subcommand; returns the exit
 * status. */
#ifndef VL_SCENARIO_CMD_FUZZ_H
#define VL_SCENARIO_CMD_FUZZ_H

int cmd_fuzz(int argc, char **argv);

#endif
