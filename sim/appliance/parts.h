// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the files of the LoadMaster share: loadmaster.c (configuration), loadmaster_engine.c (the engine around the node,
 * for the commands in KEMP's words), loadmaster_services.c (the balancer as a part of the node).
 */
#ifndef VL_APPLIANCE_PARTS_H
#define VL_APPLIANCE_PARTS_H

#include "sim/appliance/loadmaster.h"

/* The unit that should be active when both start together. */
bool loadmaster_is_better(enum loadmaster_role role, enum loadmaster_preferred preferred);
struct vl_status loadmaster_check_timeout(vl_time timeout);

/* --- loadmaster_services.c -------------------------------------------------------------------------------- */

/* The part of the box that is the balancer. */
struct services;

struct node_part_config loadmaster_services(const struct loadmaster_config *c);
/* Tells the part which node it stands in, once it is made: of `node`'s HA it takes whether it is active. NULL: the node
 * has no such part. */
struct services *loadmaster_services_join(const struct engine *node);
/* HA virtual ID and password are these now; NULL: the password is as it was. */
void loadmaster_services_identify(struct services *s, uint8_t id, const char *password, vl_time now);
const struct balancer *loadmaster_services_balancer(const struct services *s);

#endif
