// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the two files of the LoadMaster share: loadmaster.c (configuration) and loadmaster_engine.c (the engine
 * around the node, for the commands in KEMP's words).
 */
#ifndef VL_APPLIANCE_PARTS_H
#define VL_APPLIANCE_PARTS_H

#include "sim/appliance/loadmaster.h"

/* The unit that should be active when both start together. */
bool loadmaster_is_better(enum loadmaster_role role, enum loadmaster_preferred preferred);
struct vl_status loadmaster_check_timeout(vl_time timeout);

#endif
