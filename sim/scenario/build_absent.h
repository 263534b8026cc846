// SPDX-License-Identifier: BSD-2-Clause
/* The place of a box that is not simulated: on the wire, some nodes of a script are real ones. */
#ifndef VL_SCENARIO_BUILD_ABSENT_H
#define VL_SCENARIO_BUILD_ABSENT_H

#include "sim/base/engine.h"

/* An engine that does nothing, for a node that never starts. */
struct engine build_absent(void);

#endif
