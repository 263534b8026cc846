// SPDX-License-Identifier: BSD-2-Clause
/* `viplab live`: a scenario's world in real time, its segments joined to interfaces. */
#ifndef VL_PROBES_CMD_LIVE_H
#define VL_PROBES_CMD_LIVE_H

int cmd_live(int argc, char **argv);

#endif
