// SPDX-License-Identifier: BSD-2-Clause
/*
 * All GLBP groups of a box, as a part of it (sim/node/part.h).
 *
 * Settings: glbp.GROUP[.INTERFACE].FIELD, the fields of glbp_group_control.
 */
#ifndef VL_VENDORS_GLBP_PART_H
#define VL_VENDORS_GLBP_PART_H

#include "sim/node/part.h"
#include "sim/vendors/glbp_group.h"

/* VL_INVALID with a reason: what glbp_group_config_check refuses, an interface that is not there, two groups that
 * are one. */
struct vl_status glbp_config_check(const struct glbp_config *c, size_t interface_count);
/* The part; `c` is borrowed until the box is made. */
struct node_part_config glbp_part(const struct glbp_config *c);

/* Facts, of what node_part gives. */
size_t glbp_part_count(const void *part);
struct glbp_group *glbp_part_group(const void *part, size_t i);         /* in the order of the configuration */

#endif
