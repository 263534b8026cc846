// SPDX-License-Identifier: BSD-2-Clause
/* Settings and tracked objects while the group runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vendors/hsrp_state.h"

enum item {
	ITEM_GROUP,
	ITEM_PRIORITY,
	ITEM_PREEMPT,
	ITEM_PREEMPT_DELAY,
	ITEM_HELLO,
	ITEM_HOLD,
	ITEM_TEXT,
	ITEM_MD5,
};

static const struct setting SETTINGS[] = {
	{"group", VALUE_NUMBER, 0, HSRP_V2_GROUP_LAST, 0, ITEM_GROUP},
	{"priority", VALUE_NUMBER, 0, 255, 0, ITEM_PRIORITY},
	{"preempt", VALUE_FLAG, 0, 0, 0, ITEM_PREEMPT},
	{"preempt_delay", VALUE_TIME, 0, 3600 * VL_S, 0, ITEM_PREEMPT_DELAY},
	{"hello", VALUE_TIME, VL_MS, 254 * VL_S, VL_MS, ITEM_HELLO},
	{"hold", VALUE_TIME, VL_MS, 255 * VL_S, VL_MS, ITEM_HOLD},
	{"auth_text", VALUE_WORD, 1, HSRP_TEXT, 0, ITEM_TEXT},
	{"auth_md5", VALUE_WORD, 1, HSRP_KEY, 0, ITEM_MD5},
};

static union value value_of(const struct hsrp_group *g, enum item item)
{
	const struct hsrp_group_config *c = &g->config;

	switch (item) {
	case ITEM_GROUP:
		return (union value){.number = c->group};
	case ITEM_PRIORITY:
		return (union value){.number = c->priority};
	case ITEM_PREEMPT:
		return (union value){.flag = c->preempt};
	case ITEM_PREEMPT_DELAY:
		return (union value){.time = c->preempt_delay};
	case ITEM_HELLO:
		return (union value){.time = g->own_hello};
	case ITEM_HOLD:
		return (union value){.time = g->own_hold};
	case ITEM_TEXT:
	case ITEM_MD5:
		return (union value){.word = SETTING_SECRET};
	}
	return (union value){.number = 0}; /* LCOV_EXCL_LINE: every item is above */
}

/* Another group from now on. */
static struct vl_status set_group(struct hsrp_group *g, uint16_t group, vl_time now)
{
	if (group == g->config.group)
		return vl_status_ok();
	hsrp_leave(g, HSRP_WHY_RECONFIGURED, now);
	if (!hsrp_name_set(g, group))
		return vl_refuse(VL_NO_MEMORY, "group: no memory");
	g->config.group = group;
	hsrp_begin(g, HSRP_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

static void set_key(struct hsrp_group *g, enum hsrp_auth auth, const char *word)
{
	memset(g->key, 0, sizeof g->key);
	memcpy(g->key, word, strlen(word));
	g->config.auth = auth;
}

static struct vl_status set_timers(struct hsrp_group *g, vl_time hello, vl_time hold)
{
	struct hsrp_group_config wish = g->config;

	wish.hello = hello;
	wish.hold = hold;
	struct vl_status s = hsrp_group_config_check(&wish);
	if (!vl_ok(&s))
		return s;
	g->own_hello = g->config.hello = hello;
	g->own_hold = g->config.hold = hold;
	g->config.timers_given = true;
	return s;
}

static struct vl_status apply(struct hsrp_group *g, enum item item, const union value *v, vl_time now)
{
	switch (item) {
	case ITEM_GROUP:
		return set_group(g, (uint16_t)v->number, now);
	case ITEM_PRIORITY:
		g->config.priority = (uint8_t)v->number;
		break;
	case ITEM_PREEMPT:
		g->config.preempt = v->flag;
		break;
	case ITEM_PREEMPT_DELAY:
		g->config.preempt_delay = v->time;
		break;
	case ITEM_HELLO:
		return set_timers(g, v->time, g->own_hold);
	case ITEM_HOLD:
		return set_timers(g, g->own_hello, v->time);
	case ITEM_TEXT:
		set_key(g, HSRP_AUTH_TEXT, v->word);
		break;
	case ITEM_MD5:
		set_key(g, HSRP_AUTH_MD5, v->word);
		break;
	}
	return vl_status_ok();
}

static struct vl_status set(struct hsrp_group *g, const struct command *command, vl_time now)
{
	const struct setting *s = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field);

	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", g->name, command->field);
	enum item item = (enum item)s->item;
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (vl_ok(&status) && item == ITEM_GROUP && g->config.version == 1 && command->value.number > HSRP_V1_GROUP_LAST)
		status = vl_refuse(VL_INVALID, "group: `%u' is not in 0-%d, as version 1 has it",
				   (unsigned)command->value.number, HSRP_V1_GROUP_LAST);
	if (!vl_ok(&status))
		return status;
	union value before = value_of(g, item);
	const union value *after = item == ITEM_TEXT || item == ITEM_MD5 ? &before : &command->value;
	const char *name = g->name;
	status = apply(g, item, &command->value, now);
	if (vl_ok(&status))
		setting_record(g->outbox, name, s, &before, after, now);
	return status;
}

/* --- tracked objects ------------------------------------------------------------------------------------ */

static void move_track(struct hsrp_group *g, size_t i, bool up, vl_time now)
{
	const struct hsrp_track_config *t = &g->config.track[i];

	if (g->track_down[i] == !up)
		return;
	g->track_down[i] = !up;
	struct record *r = hsrp_record(g, &HSRP_TRACK_KIND, now);
	r->value[HSRP_TRACK_OBJECT].word = t->object != NULL ? t->object : stack_interface(g->stack, t->interface)->name;
	r->value[HSRP_TRACK_UP].flag = up;
	r->value[HSRP_TRACK_PRIORITY].number = hsrp_group_priority(g);
	if (t->shutdown && !up)
		hsrp_leave(g, HSRP_WHY_TRACK_DOWN, now);
	else if (t->shutdown)
		hsrp_begin(g, HSRP_WHY_TRACK_UP, now);
}

void hsrp_group_interface_changed(struct hsrp_group *g, vl_time now)
{
	if (!g->started)
		return;
	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->config.track[i].object == NULL)
			move_track(g, i, stack_interface_up(g->stack, g->config.track[i].interface), now);
	if (!stack_interface_up(g->stack, g->config.interface)) {
		if (g->state != HSRP_GROUP_INITIAL)
			hsrp_leave(g, HSRP_WHY_INTERFACE_DOWN, now);
	} else {
		hsrp_begin(g, HSRP_WHY_INTERFACE_UP, now);
	}
}

static struct vl_status track(struct hsrp_group *g, const struct command *command, vl_time now)
{
	bool found = false;

	if (command->type != VALUE_FLAG)
		return vl_refuse(VL_INVALID, "track: it is up or down");
	for (size_t i = 0; i < g->config.track_count; i++) {
		const char *object = g->config.track[i].object;
		if (object == NULL || strcmp(object, command->field) != 0)
			continue;
		found = true;
		move_track(g, i, command->value.flag, now);
	}
	return found ? vl_status_ok() : vl_refuse(VL_UNKNOWN, "%s does not track `%s'", g->name, command->field);
}

struct vl_status hsrp_group_control(struct hsrp_group *g, const struct command *command, vl_time now)
{
	if (command->verb == COMMAND_SET)
		return set(g, command, now);
	if (command->verb == COMMAND_TRACK)
		return track(g, command, now);
	return vl_refuse(VL_UNKNOWN, "%s does not take this command", g->name);
}
