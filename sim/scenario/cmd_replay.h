// SPDX-License-Identifier: BSD-2-Clause
/* `viplab replay`: the frames of a capture beside the nodes of a scenario. */
#ifndef VL_SCENARIO_CMD_REPLAY_H
#define VL_SCENARIO_CMD_REPLAY_H

int cmd_replay(int argc, char **argv);

#endif
