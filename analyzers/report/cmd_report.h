// SPDX-License-Identifier: BSD-2-Clause
/* `viplab report`: what a capture says of a balancer. */
#ifndef VL_REPORT_CMD_REPORT_H
#define VL_REPORT_CMD_REPORT_H

int cmd_report(int argc, char **argv);

#endif
