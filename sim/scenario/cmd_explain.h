// SPDX-License-Identifier: BSD-2-Clause
/*
 * viplab explain ARG: an existing path is a script to print expanded, else ARG is the code of a finding, else a kind of
 * box, else a line from a product's log. Exit 0; 2 when ARG is none of them or the script has mistakes.
 */
#ifndef VL_SCENARIO_CMD_EXPLAIN_H
#define VL_SCENARIO_CMD_EXPLAIN_H

int cmd_explain(int argc, char **argv);

#endif
