// SPDX-License-Identifier: BSD-2-Clause
/* The kinds of persistence, one a file: persistence_<name>.c. A new one is a file, a line here and one in the list of
 * persistence.c. */
#ifndef VL_BALANCER_PERSISTENCE_KINDS_H
#define VL_BALANCER_PERSISTENCE_KINDS_H

#include "sim/balancer/persistence.h"

extern const struct persistence_ops PERSISTENCE_SOURCE_IP;

#endif
