// SPDX-License-Identifier: BSD-2-Clause
/* Settings while the host runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/carp/parts.h"

enum item {
	ITEM_VHID,
	ITEM_ADVBASE,
	ITEM_ADVSKEW,
	ITEM_PREEMPT,
	ITEM_PASSWORD,
};

static const struct setting SETTINGS[] = {
	{"vhid", VALUE_NUMBER, 1, 255, 0, ITEM_VHID},
	{"id", VALUE_NUMBER, 1, 255, 0, ITEM_VHID},
	{"advbase", VALUE_NUMBER, 1, 255, 0, ITEM_ADVBASE},
	{"advskew", VALUE_NUMBER, 0, 254, 0, ITEM_ADVSKEW},
	{"preempt", VALUE_FLAG, 0, 0, 0, ITEM_PREEMPT},
	{"password", VALUE_WORD, 1, CARP_PASSWORD, 0, ITEM_PASSWORD},
};

static union value value_of(const struct carp_config *c, enum item item)
{
	switch (item) {
	case ITEM_VHID:
		return (union value){.number = c->vhid};
	case ITEM_ADVBASE:
		return (union value){.number = c->advbase};
	case ITEM_ADVSKEW:
		return (union value){.number = c->advskew};
	case ITEM_PREEMPT:
		return (union value){.flag = c->preempt};
	case ITEM_PASSWORD:
		return (union value){.word = SETTING_SECRET};
	}
	return (union value){.number = 0}; /* LCOV_EXCL_LINE: every item is above */
}

/* Another virtual host from now on. */
static struct vl_status set_vhid(struct carp_host *h, uint8_t vhid, vl_time now)
{
	bool running = h->state != CARP_INIT;

	if (vhid == h->config.vhid)
		return vl_status_ok();
	if (running)
		carp_leave(h, CARP_WHY_RECONFIGURED, now);
	if (!carp_name_set(h, vhid))
		return vl_refuse(VL_NO_MEMORY, "vhid: no memory");
	h->config.vhid = vhid;
	if (running)
		carp_begin(h, CARP_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

static struct vl_status apply(struct carp_host *h, enum item item, const union value *v, vl_time now)
{
	switch (item) {
	case ITEM_VHID:
		return set_vhid(h, (uint8_t)v->number, now);
	case ITEM_ADVBASE:
		h->config.advbase = (uint8_t)v->number;
		carp_pace_changed(h, now);
		break;
	case ITEM_ADVSKEW:
		h->config.advskew = (uint8_t)v->number;
		carp_pace_changed(h, now);
		break;
	case ITEM_PREEMPT:
		h->config.preempt = v->flag;
		break;
	case ITEM_PASSWORD:
		memset(h->password, 0, sizeof h->password);
		memcpy(h->password, v->word, strlen(v->word));
		break;
	}
	return vl_status_ok();
}

struct vl_status carp_host_control(struct carp_host *h, const struct command *command, vl_time now)
{
	if (command->verb == COMMAND_LISTEN) {
		carp_listen(h, now);
		return vl_status_ok();
	}
	if (command->verb != COMMAND_SET)
		return vl_refuse(VL_UNKNOWN, "%s does not take this command", h->name);
	const struct setting *s = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field);
	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", h->name, command->field);
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	union value before = value_of(&h->config, (enum item)s->item);
	const union value *after = s->item == ITEM_PASSWORD ? &before : &command->value;
	setting_record(h->outbox, h->name, s, &before, after, now);
	return apply(h, (enum item)s->item, &command->value, now);
}
