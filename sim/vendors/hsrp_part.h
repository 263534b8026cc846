// SPDX-License-Identifier: BSD-2-Clause
/*
 * All HSRP groups of a box, as a part of it (sim/node/part.h), and what an interface says of itself: Advertise
 * (version 1) and interface state (version 2), see hsrp_config.h.
 *
 * Settings: hsrp.GROUP[.ipv4|.ipv6][.INTERFACE].FIELD, the fields of hsrp_group_control.
 */
#ifndef VL_VENDORS_HSRP_PART_H
#define VL_VENDORS_HSRP_PART_H

#include "sim/node/part.h"
#include "sim/vendors/hsrp_group.h"

/* VL_INVALID with a reason: what hsrp_group_config_check refuses, an interface that is not there, two groups that
 * are one, two versions on an interface. */
struct vl_status hsrp_config_check(const struct hsrp_config *c, size_t interface_count);
/* The part; `c` is borrowed until the box is made. */
struct node_part_config hsrp_part(const struct hsrp_config *c);

/* Facts, of what node_part gives. */
size_t hsrp_part_count(const void *part);
struct hsrp_group *hsrp_part_group(const void *part, size_t i);         /* in the order of the configuration */

#endif
