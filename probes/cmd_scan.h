// SPDX-License-Identifier: BSD-2-Clause
/* `viplab scan`: which virtual IDs are in use, what is in conflict, which are free. */
#ifndef VL_PROBES_CMD_SCAN_H
#define VL_PROBES_CMD_SCAN_H

/* argv[0] is "scan". Returns the exit status: 0 no conflict, 1 conflict, 2 usage, 3 could not look. */
int cmd_scan(int argc, char **argv);

#endif
