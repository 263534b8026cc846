// SPDX-License-Identifier: BSD-2-Clause
/* What the doors (cmd_*.c) share with main: the version. */
#ifndef VIPLAB_H
#define VIPLAB_H

#define VIPLAB_VERSION "0.1.0"

#endif
