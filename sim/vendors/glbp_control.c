// SPDX-License-Identifier: BSD-2-Clause
/* Settings and tracked objects while the group runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vendors/glbp_state.h"

enum item {
	ITEM_GROUP,
	ITEM_PRIORITY,
	ITEM_PREEMPT,
	ITEM_PREEMPT_DELAY,
	ITEM_WEIGHT,
	ITEM_BALANCING,
	ITEM_TEXT,
};

static const struct setting SETTINGS[] = {
	{"group", VALUE_NUMBER, 0, GLBP_GROUP_LAST, 0, ITEM_GROUP},
	{"priority", VALUE_NUMBER, 1, 255, 0, ITEM_PRIORITY},
	{"preempt", VALUE_FLAG, 0, 0, 0, ITEM_PREEMPT},
	{"preempt_delay", VALUE_TIME, 0, 3600 * VL_S, 0, ITEM_PREEMPT_DELAY},
	{"weight", VALUE_NUMBER, 1, GLBP_WEIGHT_MAX, 0, ITEM_WEIGHT},
	{"balancing", VALUE_WORD, 1, 32, 0, ITEM_BALANCING},
	{"auth_text", VALUE_WORD, 1, GLBP_TEXT, 0, ITEM_TEXT},
};

static const char *const BALANCING[] = {
	[GLBP_ROUND_ROBIN] = "round-robin",
	[GLBP_WEIGHTED] = "weighted",
	[GLBP_HOST_DEPENDENT] = "host-dependent",
	[GLBP_NO_BALANCING] = "none",
};

#define WAYS (sizeof BALANCING / sizeof BALANCING[0])

static size_t balancing_of(const char *word)
{
	size_t i = 0;

	while (i < WAYS && strcmp(BALANCING[i], word) != 0)
		i++;
	return i;
}

static union value value_of(const struct glbp_group *g, enum item item)
{
	const struct glbp_group_config *c = &g->config;

	switch (item) {
	case ITEM_GROUP:
		return (union value){.number = c->group};
	case ITEM_PRIORITY:
		return (union value){.number = c->priority};
	case ITEM_PREEMPT:
		return (union value){.flag = c->preempt};
	case ITEM_PREEMPT_DELAY:
		return (union value){.time = c->preempt_delay};
	case ITEM_WEIGHT:
		return (union value){.number = c->weight};
	case ITEM_BALANCING:
		return (union value){.word = BALANCING[c->balancing]};
	case ITEM_TEXT:
		return (union value){.word = SETTING_SECRET};
	}
	return (union value){.number = 0}; /* LCOV_EXCL_LINE: every item is above */
}

/* --- weighting ------------------------------------------------------------------------------------------- */

/* Whether there is enough of it, with the hysteresis of the two thresholds. True when that changed. */
static bool weigh(struct glbp_group *g)
{
	uint8_t weight = glbp_group_weight(g);
	bool was = g->sufficient;

	g->sufficient = was ? weight >= g->config.lower : weight >= g->config.upper;
	return was != g->sufficient;
}

static void report_weight(struct glbp_group *g, vl_time now)
{
	(void)weigh(g);
	struct record *r = glbp_record(g, &GLBP_WEIGHT_KIND, now);
	r->value[GLBP_WEIGHT_WEIGHT].number = glbp_group_weight(g);
	r->value[GLBP_WEIGHT_SUFFICIENT].flag = g->sufficient;
}

static void set_weight(struct glbp_group *g, uint8_t weight, vl_time now)
{
	struct glbp_group_config *c = &g->config;

	c->upper = c->upper == c->weight || c->upper > weight ? weight : c->upper;
	c->lower = c->lower > c->upper ? c->upper : c->lower;
	c->weight = weight;
	if (g->state != GLBP_GROUP_INITIAL)
		report_weight(g, now);
}

/* --- SET ------------------------------------------------------------------------------------------------- */

static struct vl_status set_group(struct glbp_group *g, uint16_t group, vl_time now)
{
	if (group == g->config.group)
		return vl_status_ok();
	glbp_leave(g, GLBP_WHY_RECONFIGURED, now);
	if (!glbp_name_set(g, group))
		return vl_refuse(VL_NO_MEMORY, "group: no memory");
	g->config.group = group;
	glbp_begin(g, GLBP_WHY_RECONFIGURED, now);
	return vl_status_ok();
}

static struct vl_status apply(struct glbp_group *g, enum item item, const union value *v, vl_time now)
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
	case ITEM_WEIGHT:
		set_weight(g, (uint8_t)v->number, now);
		break;
	case ITEM_BALANCING:
		g->config.balancing = (enum glbp_balancing)balancing_of(v->word);
		break;
	case ITEM_TEXT:
		memset(g->text, 0, sizeof g->text);
		memcpy(g->text, v->word, strlen(v->word));
		g->config.text = g->text;
		break;
	}
	return vl_status_ok();
}

static struct vl_status set(struct glbp_group *g, const struct command *command, vl_time now)
{
	const struct setting *s = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field);

	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", g->name, command->field);
	enum item item = (enum item)s->item;
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (vl_ok(&status) && item == ITEM_BALANCING && balancing_of(command->value.word) == WAYS)
		status = vl_refuse(VL_INVALID, "balancing: `%s' is none of round-robin, weighted, host-dependent, none",
				   command->value.word);
	if (!vl_ok(&status))
		return status;
	union value before = value_of(g, item), after = command->value;
	const char *name = g->name;
	status = apply(g, item, &command->value, now);
	if (item == ITEM_TEXT || item == ITEM_BALANCING)
		after = value_of(g, item);
	if (vl_ok(&status))
		setting_record(g->outbox, name, s, &before, &after, now);
	return status;
}

/* --- tracked objects ------------------------------------------------------------------------------------- */

static void move_track(struct glbp_group *g, size_t i, bool up, vl_time now)
{
	if (g->track_down[i] == !up)
		return;
	g->track_down[i] = !up;
	report_weight(g, now);
}

void glbp_look_at_tracks(struct glbp_group *g)
{
	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->config.track[i].object == NULL)
			g->track_down[i] = !stack_interface_up(g->stack, g->config.track[i].interface);
	(void)weigh(g);
}

void glbp_group_interface_changed(struct glbp_group *g, vl_time now)
{
	if (!g->started)
		return;
	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->config.track[i].object == NULL)
			move_track(g, i, stack_interface_up(g->stack, g->config.track[i].interface), now);
	if (stack_interface_up(g->stack, g->config.interface))
		glbp_begin(g, GLBP_WHY_INTERFACE_UP, now);
	else if (g->state != GLBP_GROUP_INITIAL)
		glbp_leave(g, GLBP_WHY_INTERFACE_DOWN, now);
}

static struct vl_status track(struct glbp_group *g, const struct command *command, vl_time now)
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

struct vl_status glbp_group_control(struct glbp_group *g, const struct command *command, vl_time now)
{
	if (command->verb == COMMAND_SET)
		return set(g, command, now);
	if (command->verb == COMMAND_TRACK)
		return track(g, command, now);
	return vl_refuse(VL_UNKNOWN, "%s does not take this command", g->name);
}
