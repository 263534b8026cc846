// SPDX-License-Identifier: BSD-2-Clause
/* `viplab run`: runs scenarios, gives verdicts. argv[0] is the subcommand; returns the exit status. */
#ifndef VL_SCENARIO_CMD_RUN_H
#define VL_SCENARIO_CMD_RUN_H

int cmd_run(int argc, char **argv);

#endif
