// SPDX-License-Identifier: BSD-2-Clause
/* The configuration of a unit, and settings while it runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vendors/fgcp_parts.h"

void fgcp_config_init(struct fgcp_config *c)
{
	*c = (struct fgcp_config){
		.group_name = "",
		.password = "",
		.serial = "",
		.priority = 128,
		.hb_interval = 200 * VL_MS,
		.hb_lost_threshold = 6,
		.hello_holddown = 20 * VL_S,
		.uptime_margin = 300 * VL_S,
		.arps = 5,
		.arps_interval = 8 * VL_S,
		.config_interval = 60 * VL_S,
	};
}

struct vl_status fgcp_config_check(const struct fgcp_config *c, size_t interfaces)
{
	uint32_t there = interfaces >= 32 ? UINT32_MAX : (UINT32_C(1) << interfaces) - 1;

	if (c->group > FGCP_GROUP_LAST)
		return vl_refuse(VL_INVALID, "fgcp: group: `%u' is not in 0-%d", (unsigned)c->group, FGCP_GROUP_LAST);
	if (c->heartbeat == 0)
		return vl_refuse(VL_INVALID, "fgcp: no heartbeat interface");
	if (((c->heartbeat | c->monitored) & ~there) != 0)
		return vl_refuse(VL_INVALID, "fgcp: there is no such interface");
	if (c->hb_interval < 100 * VL_MS || c->hb_lost_threshold < 1)
		return vl_refuse(VL_INVALID, "fgcp: hb-interval is 100 ms or more, hb-lost-threshold 1 or more");
	if (strlen(c->serial) > FGCP_SERIAL || c->serial[0] == '\0')
		return vl_refuse(VL_INVALID, "fgcp: serial: 1-%d characters", FGCP_SERIAL);
	if (strlen(c->group_name) > FGCP_NAME || strlen(c->password) > FGCP_PASSWORD)
		return vl_refuse(VL_INVALID, "fgcp: group name of up to %d, password of up to %d bytes", FGCP_NAME,
				 FGCP_PASSWORD);
	if (c->arps > 60 || (c->arps > 1 && c->arps_interval == 0))
		return vl_refuse(VL_INVALID, "fgcp: arps is up to 60, arps-interval above 0");
	return vl_status_ok();
}

/* --- settings ------------------------------------------------------------------------------------------------ */

enum item {
	ITEM_GROUP,
	ITEM_PRIORITY,
	ITEM_OVERRIDE,
	ITEM_PASSWORD,
};

static const struct setting SETTINGS[] = {
	{"group", VALUE_NUMBER, 0, FGCP_GROUP_LAST, 0, ITEM_GROUP},
	{"priority", VALUE_NUMBER, 0, 255, 0, ITEM_PRIORITY},
	{"override", VALUE_FLAG, 0, 0, 0, ITEM_OVERRIDE},
	{"password", VALUE_WORD, 0, FGCP_PASSWORD, 0, ITEM_PASSWORD},
};

static union value value_of(const struct fgcp_config *c, enum item item)
{
	switch (item) {
	case ITEM_GROUP:
		return (union value){.number = c->group};
	case ITEM_PRIORITY:
		return (union value){.number = c->priority};
	case ITEM_OVERRIDE:
		return (union value){.flag = c->override};
	case ITEM_PASSWORD:
		return (union value){.word = SETTING_SECRET};
	}
	return (union value){.number = 0}; /* LCOV_EXCL_LINE: every item is above */
}

/* The virtual MACs change under a unit that goes on; who is still in the old group is lost as if it were silent. */
static struct vl_status set_group(struct fgcp_unit *u, uint16_t group, vl_time now)
{
	enum fgcp_state state = u->state;

	if (group == u->config.group)
		return vl_status_ok();
	if (state != FGCP_HELLO)
		fgcp_enter(u, FGCP_HELLO, FGCP_WHY_RECONFIGURED, now);
	u->config.group = group;
	if (!fgcp_name_set(u))
		return vl_refuse(VL_NO_MEMORY, "group: no memory");
	if (state != FGCP_HELLO)
		fgcp_enter(u, state, FGCP_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

static struct vl_status apply(struct fgcp_unit *u, enum item item, const union value *v, vl_time now)
{
	struct vl_status status = vl_status_ok();

	switch (item) {
	case ITEM_GROUP:
		status = set_group(u, (uint16_t)v->number, now);
		break;
	case ITEM_PRIORITY:
		u->config.priority = (uint8_t)v->number;
		break;
	case ITEM_OVERRIDE:
		u->config.override = v->flag;
		break;
	case ITEM_PASSWORD:
		memset(u->password, 0, sizeof u->password);
		memcpy(u->password, v->word, strlen(v->word));
		fgcp_key_set(u);
		break;
	}
	if (vl_ok(&status) && u->started) {
		fgcp_elect(u, now);
		fgcp_send_hellos(u, now);
	}
	return status;
}

struct vl_status fgcp_control(void *self, const struct command *command, vl_time now)
{
	struct fgcp_unit *u = self;

	if (command->verb != COMMAND_SET || strncmp(command->field, "fgcp.", 5) != 0)
		return vl_refuse(VL_UNKNOWN, "%s does not take this command", u->name);
	const struct setting *s =
		setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field + 5);
	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", u->name, command->field);
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	union value before = value_of(&u->config, (enum item)s->item);
	const union value *after = s->item == ITEM_PASSWORD ? &before : &command->value;
	setting_record(u->outbox, u->name, s, &before, after, now);
	return apply(u, (enum item)s->item, &command->value, now);
}
