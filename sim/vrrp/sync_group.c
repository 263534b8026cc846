// SPDX-License-Identifier: BSD-2-Clause
/* The group: who is in it, and who follows whom. */
#include "sim/vrrp/sync_group.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/vrrp/parts.h"

struct sync_group {
	size_t count;
	struct vrrp_router *member[SYNC_GROUP_MEMBERS];
};

struct sync_group *sync_group_new(void)
{
	return calloc(1, sizeof(struct sync_group));
}

void sync_group_free(struct sync_group *g)
{
	if (g == NULL)
		return;
	for (size_t i = 0; i < g->count; i++)
		g->member[i]->group = NULL;
	free(g);
}

bool sync_group_add(struct sync_group *g, struct vrrp_router *member)
{
	assert(member->group == NULL && !member->started);
	if (g->count == SYNC_GROUP_MEMBERS)
		return false;
	g->member[g->count++] = member;
	member->group = g;
	return true;
}

void sync_group_remove(struct sync_group *g, const struct vrrp_router *member)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->count; i++)
		if (g->member[i] != member)
			g->member[kept++] = g->member[i];
	g->count = kept;
}

bool sync_group_holds(const struct sync_group *g, const struct vrrp_router *member)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->member[i] != member && g->member[i]->started && !g->member[i]->well)
			return true;
	return false;
}

void sync_group_follow(struct sync_group *g, const struct vrrp_router *member, vl_time now)
{
	for (size_t i = 0; i < g->count; i++) {
		struct vrrp_router *other = g->member[i];
		if (other == member)
			continue;
		if (member->state == VRRP_ACTIVE && other->state == VRRP_BACKUP)
			vrrp_become_active(other, VRRP_WHY_SYNC_GROUP, NULL, now);
		else if (member->state == VRRP_BACKUP && other->state == VRRP_ACTIVE)
			vrrp_become_backup(other, VRRP_WHY_SYNC_GROUP, NULL, now);
	}
}

void sync_group_reconsider(struct sync_group *g, const struct vrrp_router *member, vl_time now)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->member[i] != member)
			vrrp_obey_group(g->member[i], now);
}
