// SPDX-License-Identifier: BSD-2-Clause
/* The configuration of a member, and settings while it runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vendors/clusterxl_parts.h"

void clusterxl_config_init(struct clusterxl_config *c)
{
	*c = (struct clusterxl_config){
		.magic = CCP_MAC_MAGIC,
		.version = 3121,
		.state_interval = 100 * VL_MS,
		.dead_after = 3 * VL_S,
		.arps = 1,
		.arps_gap = VL_S,
	};
}

struct vl_status clusterxl_config_check(const struct clusterxl_config *c, size_t interfaces)
{
	if (c->magic == 0)
		return vl_refuse(VL_INVALID, "clusterxl: magic: `0' is not in 1-255");
	if (c->member < 1 || c->member > CLUSTERXL_MEMBERS)
		return vl_refuse(VL_INVALID, "clusterxl: member: `%u' is not in 1-%d", (unsigned)c->member,
				 CLUSTERXL_MEMBERS);
	if (c->vip_count < 1 || c->vip_count > CLUSTERXL_ADDRESSES)
		return vl_refuse(VL_INVALID, "clusterxl: 1-%d cluster addresses", CLUSTERXL_ADDRESSES);
	for (size_t i = 0; i < c->vip_count; i++)
		if (c->vip[i].interface >= interfaces || c->vip[i].address.family != IP_V4)
			return vl_refuse(VL_INVALID, "clusterxl: a cluster address is IPv4 and on an interface");
	if (c->mode == CLUSTERXL_UNICAST && c->peer_count == 0)
		return vl_refuse(VL_INVALID, "clusterxl: unicast mode needs the other members' addresses");
	if (c->peer_count > CLUSTERXL_MEMBERS)
		return vl_refuse(VL_INVALID, "clusterxl: at most %d peers", CLUSTERXL_MEMBERS);
	if (c->state_interval == 0 || c->dead_after <= c->state_interval)
		return vl_refuse(VL_INVALID, "clusterxl: dead_after is longer than state_interval");
	return vl_status_ok();
}

enum item {
	ITEM_MAGIC,
	ITEM_SWITCH_UP,
};

static const struct setting SETTINGS[] = {
	{"magic", VALUE_NUMBER, 1, 255, 0, ITEM_MAGIC},
	{"switch_up", VALUE_FLAG, 0, 0, 0, ITEM_SWITCH_UP},
};

/* Another cluster from now on; what was heard under the old number is not of it. The active member stays so. */
static struct vl_status set_magic(struct clusterxl_member *m, uint8_t magic, vl_time now)
{
	enum clusterxl_state state = m->state;

	if (magic == m->config.magic)
		return vl_status_ok();
	if (state != CLUSTERXL_INIT)
		clusterxl_enter(m, CLUSTERXL_INIT, CLUSTERXL_WHY_RECONFIGURED, now);
	m->config.magic = magic;
	memset(m->peer, 0, sizeof m->peer);
	if (!clusterxl_name_set(m))
		return vl_refuse(VL_NO_MEMORY, "magic: no memory");
	m->listen_until = vl_time_after(now, clusterxl_listening(m));
	if (state != CLUSTERXL_INIT)
		clusterxl_enter(m, state, CLUSTERXL_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

struct vl_status clusterxl_control(void *self, const struct command *command, vl_time now)
{
	struct clusterxl_member *m = self;

	if (command->verb != COMMAND_SET || strncmp(command->field, "clusterxl.", 10) != 0)
		return vl_refuse(VL_UNKNOWN, "%s does not take this command", m->name);
	const struct setting *s =
		setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field + 10);
	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", m->name, command->field);
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	union value before = s->item == ITEM_MAGIC ? (union value){.number = m->config.magic}
						   : (union value){.flag = m->config.switch_up};
	setting_record(m->outbox, m->name, s, &before, &command->value, now);
	if (s->item == ITEM_MAGIC)
		return set_magic(m, (uint8_t)command->value.number, now);
	m->config.switch_up = command->value.flag;
	clusterxl_decide(m, now);
	return vl_status_ok();
}
