// SPDX-License-Identifier: BSD-2-Clause
/* `viplab top`: the dashboard. argv[0] is the subcommand; returns the exit status. */
#ifndef VL_DASHBOARD_CMD_TOP_H
#define VL_DASHBOARD_CMD_TOP_H

int cmd_top(int argc, char **argv);

#endif
