// SPDX-License-Identifier: BSD-2-Clause
/* Fields that change while the balancer runs: SERVICE.FIELD and SERVICE.SERVER.FIELD. */
#include <string.h>

#include "sim/balancer/balancer_parts.h"
#include "sim/base/setting.h"
#include "sim/base/suggest.h"

#define PERSISTENCE_TIMEOUT (300 * VL_S)        /* where none was configured: balancer.md 2.1 */

enum item {
	ITEM_WEIGHT,
	ITEM_STATE,
	ITEM_LIMIT,
	ITEM_AGENT,
	ITEM_ADD,
	ITEM_REMOVE,
	ITEM_SCHEDULER,
	ITEM_PERSISTENCE,
	ITEM_SLOW_START,
};

static const struct setting SERVER_SETTING[] = {
	{"weight", VALUE_NUMBER, 0, 65535, 0, ITEM_WEIGHT},
	{"state", VALUE_WORD, 1, 16, 0, ITEM_STATE},
	{"limit", VALUE_NUMBER, 0, UINT32_MAX, 0, ITEM_LIMIT},
	{"agent", VALUE_NUMBER, 0, 102, 0, ITEM_AGENT},
	{"add", VALUE_FLAG, 0, 0, 0, ITEM_ADD},
	{"remove", VALUE_FLAG, 0, 0, 0, ITEM_REMOVE},
};

static const struct setting SERVICE_SETTING[] = {
	{"scheduler", VALUE_WORD, 1, 32, 0, ITEM_SCHEDULER},
	{"persistence", VALUE_WORD, 1, 32, 0, ITEM_PERSISTENCE},
	{"slow_start", VALUE_TIME, 0, 3600 * VL_S, 0, ITEM_SLOW_START},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static struct vl_status unknown(const char *what, const char *wrong, const struct suggestion *near)
{
	if (near->best != NULL)
		return vl_refuse(VL_UNKNOWN, "%s `%s' is not there; did you mean `%s'?", what, wrong, near->best);
	return vl_refuse(VL_UNKNOWN, "%s `%s' is not there", what, wrong);
}

static const struct setting *find(const struct setting *table, size_t count, const char *field, struct vl_status *s)
{
	const struct setting *found = setting_find(table, count, field);
	struct suggestion near;

	suggest_begin(&near, field);
	for (size_t i = 0; found == NULL && i < count; i++)
		suggest_word(&near, table[i].name);
	if (found == NULL)
		*s = unknown("field", field, &near);
	return found;
}

/* --- of a server ------------------------------------------------------------------------------------------ */

static const char *state_word(const struct real_server *s)
{
	return s->removed ? "absent" : s->disabled ? "disable" : s->drained ? "drain" : "enable";
}

static struct vl_status remove_server(struct balancer *b, struct virtual_service *v, size_t server, vl_time now)
{
	const struct real_server *s = &v->server[server];

	if (v->config.drain == DRAIN_HAPROXY && !s->removed && (!s->disabled || s->active + s->inactive > 0))
		return vl_refuse(VL_STATE, "`%s' cannot go: it must be disabled and without connections", s->config.name);
	balancer_server_remove(b, v, server, now);
	return vl_status_ok();
}

static struct vl_status set_state(struct balancer *b, struct virtual_service *v, size_t server, union value *value,
				  vl_time now)
{
	static const struct {
		const char *word;
		void (*set)(struct balancer *b, struct virtual_service *v, size_t server, vl_time now);
	} WORD[] = {
		{"enable", balancer_server_enable},
		{"drain", balancer_server_drain},
		{"disable", balancer_server_disable},
	};

	for (size_t i = 0; i < COUNT(WORD); i++)
		if (strcmp(WORD[i].word, value->word) == 0) {
			value->word = WORD[i].word;
			WORD[i].set(b, v, server, now);
			return vl_status_ok();
		}
	if (strcmp(value->word, "absent") != 0)
		return vl_refuse(VL_INVALID, "state: `%.40s' is not enable, drain, disable or absent", value->word);
	value->word = "absent";
	return remove_server(b, v, server, now);
}

static union value server_value(const struct real_server *s, enum item item)
{
	if (item == ITEM_WEIGHT)
		return (union value){.number = s->config.weight};
	if (item == ITEM_LIMIT)
		return (union value){.number = s->config.connection_limit};
	if (item == ITEM_AGENT)
		return (union value){.number = s->agent};
	if (item == ITEM_STATE)
		return (union value){.word = state_word(s)};
	return (union value){.flag = item == ITEM_ADD ? !s->removed : s->removed};
}

static void set_number(struct virtual_service *v, size_t server, enum item item, uint64_t number, vl_time now)
{
	struct real_server *s = &v->server[server];

	if (item == ITEM_WEIGHT)
		s->config.weight = (uint16_t)number;
	else if (item == ITEM_AGENT)
		s->agent = (uint8_t)number;
	else
		s->config.connection_limit = (uint32_t)number;
	virtual_service_count(v, server, 0, 0, now);
	virtual_service_refresh(v, server, now);
}

static struct vl_status set_server(struct balancer *b, struct virtual_service *v, size_t server,
				   const struct command *command, const char *field, vl_time now)
{
	struct vl_status status = vl_status_ok();
	const struct setting *setting = find(SERVER_SETTING, COUNT(SERVER_SETTING), field, &status);
	union value value = command->value;

	if (setting != NULL)
		status = setting_check(setting, command->type, &value);
	if (!vl_ok(&status))
		return status;
	enum item item = (enum item)setting->item;
	union value before = server_value(&v->server[server], item);
	if (item == ITEM_STATE)
		status = set_state(b, v, server, &value, now);
	else if (item == ITEM_REMOVE && value.flag)
		status = remove_server(b, v, server, now);
	else if (item == ITEM_ADD || item == ITEM_REMOVE)
		balancer_server_add(b, v, server, now);
	else
		set_number(v, server, item, value.number, now);
	if (!vl_ok(&status))
		return status;
	setting_record(b->outbox, v->config.name, setting, &before, &value, now);
	balancer_say_weight(b, v, &v->server[server], now);
	return status;
}

/* --- of a service ----------------------------------------------------------------------------------------- */

static struct vl_status set_scheduler(struct virtual_service *v, union value *value, vl_time now)
{
	const struct scheduler_ops *ops = scheduler_find(value->word);
	struct suggestion near;

	suggest_begin(&near, value->word);
	for (size_t i = 0; ops == NULL && scheduler_at(i) != NULL; i++)
		suggest_word(&near, scheduler_at(i)->name);
	if (ops == NULL)
		return unknown("scheduler", value->word, &near);
	struct vl_status status = scheduler_check(ops, &v->config.scheduler_options);
	if (!vl_ok(&status))
		return status;
	struct scheduler *made = ops->make(v->server_count, &v->config.scheduler_options, &v->dice);
	if (made == NULL)
		return vl_refuse(VL_NO_MEMORY, "scheduler: no memory");
	v->config.scheduler->free(v->scheduler);
	v->scheduler = made;
	v->config.scheduler = ops;
	value->word = ops->name;
	virtual_service_arrange(v, now);
	return vl_status_ok();
}

static struct vl_status set_persistence(struct virtual_service *v, union value *value)
{
	struct persistence_config wish = v->config.persistence;
	struct suggestion near;

	wish.kind = persistence_find(value->word);
	suggest_begin(&near, value->word);
	for (size_t i = 0; wish.kind == NULL && persistence_at(i) != NULL; i++)
		suggest_word(&near, persistence_at(i)->name);
	if (wish.kind == NULL && strcmp(value->word, "none") != 0)
		return unknown("persistence", value->word, &near);
	/* A name waits for a kind that has use of it. */
	wish.name = wish.kind != NULL && wish.kind->named ? v->config.persistence.name : NULL;
	if (wish.timeout == 0) {
		wish.timeout = PERSISTENCE_TIMEOUT;
		wish.touch = true;
	}
	struct vl_status status = persistence_check(&wish);
	if (vl_ok(&status) && wish.kind != NULL && wish.kind->needs != NEEDS_FLOW && !v->layer7 &&
	    v->config.protocol == IP_PROTOCOL_TCP)
		status = vl_refuse(VL_STATE, "persistence: %s reads what clients say; this service was made without layer 7",
				   wish.kind->name);
	if (vl_ok(&status)) {
		wish.name = v->config.persistence.name;
		v->config.persistence = wish;
		value->word = wish.kind != NULL ? wish.kind->name : "none";
	}
	return status;
}

static struct vl_status set_slow_start(struct virtual_service *v, vl_time window)
{
	struct slow_start_config wish = v->config.slow_start;

	wish.window = window;
	wish.law = window == 0 ? SLOW_START_NONE : wish.law == SLOW_START_NONE ? SLOW_START_LINEAR : wish.law;
	struct vl_status status = slow_start_check(&wish);
	if (vl_ok(&status))
		v->config.slow_start = wish;
	return status;
}

static union value service_value(const struct virtual_service *v, enum item item)
{
	if (item == ITEM_SCHEDULER)
		return (union value){.word = v->config.scheduler->name};
	if (item == ITEM_SLOW_START)
		return (union value){.time = v->config.slow_start.window};
	return (union value){.word = v->config.persistence.kind != NULL ? v->config.persistence.kind->name : "none"};
}

static struct vl_status set_service(struct balancer *b, struct virtual_service *v, const struct command *command,
				    const char *field, vl_time now)
{
	struct vl_status status = vl_status_ok();
	const struct setting *setting = find(SERVICE_SETTING, COUNT(SERVICE_SETTING), field, &status);
	union value value = command->value;

	if (setting != NULL)
		status = setting_check(setting, command->type, &value);
	if (!vl_ok(&status))
		return status;
	enum item item = (enum item)setting->item;
	union value before = service_value(v, item);
	if (item == ITEM_SCHEDULER)
		status = set_scheduler(v, &value, now);
	else if (item == ITEM_PERSISTENCE)
		status = set_persistence(v, &value);
	else
		status = set_slow_start(v, value.time);
	if (vl_ok(&status))
		setting_record(b->outbox, v->config.name, setting, &before, &value, now);
	return status;
}

/* --- finding it ------------------------------------------------------------------------------------------- */

/* What follows "NAME." in a path; NULL: it begins otherwise. */
static const char *after_name(const char *path, const char *name)
{
	size_t n = strlen(name);

	return strncmp(path, name, n) == 0 && path[n] == '.' ? path + n + 1 : NULL;
}

/* The first name of a path, cut to fit. */
static const char *first_name(char text[64], const char *path)
{
	size_t n = strcspn(path, ".");

	n = n < 63 ? n : 63;
	memcpy(text, path, n);
	text[n] = '\0';
	return text;
}

static struct vl_status set_in_service(struct balancer *b, struct virtual_service *v, const struct command *command,
				       const char *path, vl_time now)
{
	struct suggestion near;
	char name[64];

	if (strncmp(path, "servers.", 8) == 0)
		path += 8;
	if (strchr(path, '.') == NULL)
		return set_service(b, v, command, path, now);
	suggest_begin(&near, first_name(name, path));
	for (size_t i = 0; i < v->server_count; i++) {
		const char *field = after_name(path, v->server[i].config.name);
		if (field != NULL)
			return set_server(b, v, i, command, field, now);
		suggest_word(&near, v->server[i].config.name);
	}
	return unknown("server", name, &near);
}

struct vl_status balancer_control(struct balancer *b, const struct command *command, vl_time now)
{
	struct suggestion near;
	char name[64];

	if (command->verb != COMMAND_SET)
		return vl_refuse(VL_UNKNOWN, "a balancer takes settings only");
	suggest_begin(&near, first_name(name, command->field));
	for (size_t i = 0; i < b->service_count; i++) {
		const char *path = after_name(command->field, b->service[i].config.name);
		if (path != NULL)
			return set_in_service(b, &b->service[i], command, path, now);
		suggest_word(&near, b->service[i].config.name);
	}
	return unknown("service", name, &near);
}
