// SPDX-License-Identifier: BSD-2-Clause
/*
 * Virtual routers that go together (keepalived's vrrp_sync_group): a firewall whose inside and outside
 * must not end up on different boxes. No RFC knows them. The rules, after keepalived:
 *
 *   - a member that becomes Active takes all others along, at once, each with advertisement and
 *     announcement of its own;
 *   - a member that yields to a better router takes all others to Backup;
 *   - a member in fault (interface down, tracked object) holds all others in Initialize; when the last
 *     fault ends, all start again.
 *
 * Members taken along give "sync group" as the reason in their records. Shutdown and startup by the box
 * are no business of the group. Members should have the same priority order on all boxes: the group does
 * not settle a contradiction, it flaps, as the original does.
 */
#ifndef VL_VRRP_SYNC_GROUP_H
#define VL_VRRP_SYNC_GROUP_H

#include <stdbool.h>

#define SYNC_GROUP_MEMBERS 64

struct sync_group;
struct vrrp_router;

struct sync_group *sync_group_new(void);                /* NULL: no memory */
void sync_group_free(struct sync_group *g);             /* before or after its members */
/* Before the member's startup. A router is in one group at most. False: full. The member is borrowed and
 * leaves by itself when it is freed. */
bool sync_group_add(struct sync_group *g, struct vrrp_router *member);

#endif
