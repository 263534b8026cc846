// SPDX-License-Identifier: BSD-2-Clause
/* `viplab ctl`: asks a live run, and tells it what to do. */
#ifndef VL_PROBES_CMD_CTL_H
#define VL_PROBES_CMD_CTL_H

/* argv[0] is "ctl". Returns the exit status: 0 done, 1 refused by the run, 2 usage, 3 nobody answers. */
int cmd_ctl(int argc, char **argv);

#endif
