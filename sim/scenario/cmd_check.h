// SPDX-License-Identifier: BSD-2-Clause
/* viplab check FILE|DIR...: reads scripts, reports every mistake, runs nothing. Exit 0, or 2. */
#ifndef VL_SCENARIO_CMD_CHECK_H
#define VL_SCENARIO_CMD_CHECK_H

int cmd_check(int argc, char **argv);

#endif
