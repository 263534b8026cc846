// SPDX-License-Identifier: BSD-2-Clause
/* Settings and tracked objects while the router runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vrrp/parts.h"
#include "sim/vrrp/vrrp_auth.h"

enum item {
	ITEM_VRID,
	ITEM_PRIORITY,
	ITEM_INTERVAL,
	ITEM_PREEMPT,
	ITEM_PREEMPT_DELAY,
	ITEM_ACCEPT,
	ITEM_LOWER_PRIO_NO_ADVERT,
	ITEM_AUTH,
	ITEM_PASSWORD,
};

static const struct setting SETTINGS[] = {
	{"vrid", VALUE_NUMBER, 1, 255, 0, ITEM_VRID},
	{"id", VALUE_NUMBER, 1, 255, 0, ITEM_VRID},
	{"priority", VALUE_NUMBER, 1, 255, 0, ITEM_PRIORITY},
	{"interval", VALUE_TIME, VL_CS, 255 * VL_S, 0, ITEM_INTERVAL}, /* the version narrows it */
	{"preempt", VALUE_FLAG, 0, 0, 0, ITEM_PREEMPT},
	{"preempt_delay", VALUE_TIME, 0, 1000 * VL_S, 0, ITEM_PREEMPT_DELAY},
	{"accept", VALUE_FLAG, 0, 0, 0, ITEM_ACCEPT},
	{"lower_prio_no_advert", VALUE_FLAG, 0, 0, 0, ITEM_LOWER_PRIO_NO_ADVERT},
	{"auth", VALUE_WORD, 4, VRRP_KEY_MAX + 5, 0, ITEM_AUTH},
	{"password", VALUE_WORD, 1, VRRP_KEY_MAX, 0, ITEM_PASSWORD},
};

static union value value_of(const struct vrrp_config *c, enum item item)
{
	switch (item) {
	case ITEM_VRID:
		return (union value){.number = c->vrid};
	case ITEM_PRIORITY:
		return (union value){.number = c->priority};
	case ITEM_INTERVAL:
		return (union value){.time = c->interval};
	case ITEM_PREEMPT:
		return (union value){.flag = c->preempt};
	case ITEM_PREEMPT_DELAY:
		return (union value){.time = c->preempt_delay};
	case ITEM_ACCEPT:
		return (union value){.flag = c->accept_mode || c->accept_always};
	case ITEM_LOWER_PRIO_NO_ADVERT:
		return (union value){.flag = c->lower_prio_no_advert};
	case ITEM_AUTH:
		return (union value){.word = vrrp_auth_word(c)};
	case ITEM_PASSWORD:
		return (union value){.word = SETTING_SECRET};
	}
	return (union value){.number = 0}; /* LCOV_EXCL_LINE: every item is above */
}

/* --- applying ------------------------------------------------------------------------------------------ */

/* Another virtual router from now on: goodbye under the old id, startup under the new one. */
static struct vl_status set_vrid(struct vrrp_router *r, uint8_t vrid, vl_time now)
{
	if (vrid == r->config.vrid)
		return vl_status_ok();
	bool running = r->state != VRRP_INITIALIZE;
	vrrp_leave(r, VRRP_WHY_RECONFIGURED, now);
	if (!vrrp_name_set(r, vrid))
		return vl_refuse(VL_NO_MEMORY, "vrid: no memory");
	r->config.vrid = vrid;
	if (running)
		vrrp_begin(r, VRRP_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

static void set_interval(struct vrrp_router *r, vl_time interval, vl_time now)
{
	bool learned = r->active_adver_interval != r->config.interval;

	r->config.interval = interval;
	if (!learned)
		r->active_adver_interval = interval;
	if (r->state == VRRP_ACTIVE)
		vrrp_timers_interval_set(&r->timers, interval, now);
	else if (r->state == VRRP_BACKUP && !learned)
		r->timers.active_down_at = vl_time_after(now, vrrp_down_interval(r));
}

static struct vl_status apply(struct vrrp_router *r, enum item item, const union value *v, vl_time now)
{
	switch (item) {
	case ITEM_VRID:
		return set_vrid(r, (uint8_t)v->number, now);
	case ITEM_PRIORITY:
		r->config.priority = (uint8_t)v->number;
		r->owner_lowered = false;
		break;
	case ITEM_INTERVAL:
		set_interval(r, v->time, now);
		break;
	case ITEM_PREEMPT:
		r->config.preempt = v->flag;
		break;
	case ITEM_PREEMPT_DELAY:
		r->config.preempt_delay = v->time;
		break;
	case ITEM_ACCEPT:
		/* RFC 3768 has no Accept_Mode; boxes that take packets anyway do so in either version */
		r->config.accept_mode = v->flag && r->config.version == 3;
		r->config.accept_always = v->flag && r->config.version == 2;
		break;
	case ITEM_LOWER_PRIO_NO_ADVERT:
		r->config.lower_prio_no_advert = v->flag;
		break;
	/* LCOV_EXCL_START: set_secret applies these */
	case ITEM_AUTH:
	case ITEM_PASSWORD:
		break;
	/* LCOV_EXCL_STOP */
	}
	/* who accepts packets to the addresses may have changed */
	if (r->state == VRRP_ACTIVE && (item == ITEM_PRIORITY || item == ITEM_ACCEPT))
		vrrp_own(r, now);
	return vl_status_ok();
}

/* "none", or the method's word, a space and the key. False: no such word. */
static bool read_auth(struct vrrp_config *c, const char *text)
{
	size_t word = strcspn(text, " ");

	c->password = text[word] == ' ' ? text + word + 1 : NULL;
	return vrrp_auth_set_word(c, text, word);
}

/* Authentication and its key: a copy is kept, and the record says at most which method it is. */
static struct vl_status set_secret(struct vrrp_router *r, const struct setting *s, const char *text, vl_time now)
{
	struct vrrp_config wanted = r->config;

	if (s->item == ITEM_PASSWORD && strcmp(vrrp_auth_word(&wanted), "none") == 0)
		return vl_refuse(VL_STATE, "password: there is no authentication");
	if (s->item == ITEM_PASSWORD)
		wanted.password = text;
	else if (!read_auth(&wanted, text))
		return vl_refuse(VL_INVALID, "auth: it is none, or text, md5, ah or hmac, a space and the key");
	struct vl_status status = vrrp_config_check(&wanted);
	if (!vl_ok(&status))
		return status;
	union value before = value_of(&r->config, (enum item)s->item);
	if (wanted.password != NULL) {
		size_t length = strlen(wanted.password);
		if (length > VRRP_KEY_MAX)
			return vl_refuse(VL_INVALID, "auth: the key is longer than %d bytes", VRRP_KEY_MAX);
		memmove(r->key, wanted.password, length + 1);
		wanted.password = r->key;
	}
	r->config = wanted;
	union value after = value_of(&r->config, (enum item)s->item);
	setting_record(r->outbox, vrrp_router_name(r), s, &before, &after, now);
	return vl_status_ok();
}

static struct vl_status set(struct vrrp_router *r, const struct command *command, vl_time now)
{
	const struct setting *s = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field);

	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", vrrp_router_name(r), command->field);
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	if (s->type == VALUE_WORD)
		return set_secret(r, s, command->value.word, now);
	if (s->item == ITEM_INTERVAL) {
		struct vrrp_config wanted = r->config;
		wanted.interval = command->value.time;
		status = vrrp_config_check(&wanted);
		if (!vl_ok(&status))
			return status;
	}
	union value before = value_of(&r->config, (enum item)s->item);
	setting_record(r->outbox, vrrp_router_name(r), s, &before, &command->value, now);
	return apply(r, (enum item)s->item, &command->value, now);
}

/* --- tracked objects ----------------------------------------------------------------------------------- */

static struct vl_status track(struct vrrp_router *r, const struct command *command, vl_time now)
{
	const struct vrrp_config *c = &r->config;
	bool up = command->value.flag, found = false;

	if (command->type != VALUE_FLAG)
		return vl_refuse(VL_INVALID, "%s: expected up or down", command->field);
	for (size_t i = 0; i < c->track_count; i++) {
		const char *object = c->track[i].object;
		if (object == NULL || strcmp(object, command->field) != 0)
			continue;
		found = true;
		if (r->track_down[i] == !up)
			continue;
		r->track_down[i] = !up;
		vrrp_report_track(r, object, up, now);
	}
	if (!found)
		return vl_refuse(VL_UNKNOWN, "%s does not track `%s'", vrrp_router_name(r), command->field);
	vrrp_reconsider(r, VRRP_WHY_TRACK_UP, now);
	return vl_status_ok();
}

struct vl_status vrrp_router_control(struct vrrp_router *r, const struct command *command, vl_time now)
{
	switch (command->verb) {
	case COMMAND_SET:
		return set(r, command, now);
	case COMMAND_TRACK:
		return track(r, command, now);
	case COMMAND_LISTEN:
		vrrp_listen(r, now);
		return vl_status_ok();
	case COMMAND_LINK:
	case COMMAND_PING:
		break;
	}
	return vl_refuse(VL_UNKNOWN, "%s does not take this command", vrrp_router_name(r));
}
