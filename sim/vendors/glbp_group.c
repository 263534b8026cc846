// SPDX-License-Identifier: BSD-2-Clause
/* The virtual gateway: RFC 2281's table without Coup and Resign. Only enter() assigns the state. */
#include "sim/vendors/glbp_group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/vendors/glbp_state.h"

#define ASKS_WITH 2             /* hellos after it heard of an AVG */

bool glbp_name_set(struct glbp_group *g, uint16_t group)
{
	const char *name = labels_add(&g->names, "glbp %u ipv4", group);

	if (name != NULL)
		g->name = name;
	return name != NULL;
}

static void stop_timers(struct glbp_group *g)
{
	g->active_at = g->standby_at = g->hello_at = g->preempt_at = VL_NEVER;
}

static void forget(struct glbp_group *g)
{
	stop_timers(g);
	forwarders_forget(g);
	for (size_t i = 0; i < GLBP_WARNINGS; i++)
		g->warned[i] = VL_NEVER;
	g->config.hello = g->own_hello;
	g->config.hold = g->own_hold;
	g->config.redirect = g->own_redirect;
	g->config.timeout = g->own_timeout;
	g->active_ip = (struct ip_addr){.family = IP_NONE};
	g->hellos_since = 0;
	g->refused = false;
	g->last_told = 0;
}

struct glbp_group *glbp_group_new(const struct glbp_group_config *config, struct stack *stack, struct outbox *outbox)
{
	struct vl_status sound = glbp_group_config_check(config);

	assert(vl_ok(&sound) && config->interface < stack_interface_count(stack));
	(void)sound;
	struct glbp_group *g = calloc(1, sizeof *g);
	if (g == NULL)
		return NULL;
	g->config = *config;
	if (config->text != NULL) {
		memcpy(g->text, config->text, strlen(config->text));
		g->config.text = g->text;
	}
	g->own_hello = config->hello;
	g->own_hold = config->hold;
	g->own_redirect = config->redirect;
	g->own_timeout = config->timeout;
	g->sufficient = true;
	g->stack = stack;
	g->outbox = outbox;
	forget(g);
	if (!glbp_name_set(g, config->group)) {
		free(g);
		return NULL;
	}
	return g;
}

void glbp_group_free(struct glbp_group *g)
{
	if (g == NULL)
		return;
	labels_fini(&g->names);
	explicit_bzero(g->text, sizeof g->text);
	free(g);
}

struct ip_addr glbp_source(const struct glbp_group *g)
{
	return stack_primary(g->stack, g->config.interface, IP_V4);
}

struct mac glbp_own_mac(const struct glbp_group *g)
{
	return stack_interface(g->stack, g->config.interface)->mac;
}

bool glbp_is_better(const struct glbp_group *g, uint8_t priority, const struct ip_addr *ip)
{
	struct ip_addr own = glbp_source(g);

	return priority != g->config.priority ? priority > g->config.priority : ip_compare(ip, &own) > 0;
}

struct record *glbp_record(struct glbp_group *g, const struct record_kind *kind, vl_time now)
{
	struct record *r = outbox_record(g->outbox, kind, g->name, now);

	r->value[GLBP_STATE_GROUP].number = g->config.group;
	r->value[GLBP_STATE_INTERFACE].word = stack_interface(g->stack, g->config.interface)->name;
	return r;
}

/* --- actions ------------------------------------------------------------------------------------------- */

static void enter(struct glbp_group *g, enum glbp_group_state to, enum glbp_reason why, const struct ip_addr *sender,
		  vl_time now)
{
	struct record *r = glbp_record(g, &GLBP_STATE_KIND, now);

	assert(g->state != to);
	r->value[GLBP_STATE_FROM].word = glbp_group_state_text(g->state);
	r->value[GLBP_STATE_TO].word = glbp_group_state_text(to);
	r->value[GLBP_STATE_WHY].word = glbp_reason_text(why);
	r->value[GLBP_STATE_PRIORITY].number = g->config.priority;
	if (sender != NULL)
		r->value[GLBP_STATE_SENDER].ip = *sender;
	g->state = to;
	glbp_settle_answers(g);
}

void glbp_start_active_timer(struct glbp_group *g, vl_time now)
{
	g->active_at = vl_time_after(now, g->config.hold);
}

void glbp_start_standby_timer(struct glbp_group *g, vl_time now)
{
	g->standby_at = vl_time_after(now, g->config.hold);
}

void glbp_to_listen(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, GLBP_GROUP_LISTEN, why, sender, now);
}

void glbp_to_speak(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, GLBP_GROUP_SPEAK, why, sender, now);
	glbp_send_hello(g, now);
}

void glbp_to_active(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now)
{
	g->active_at = g->preempt_at = VL_NEVER;
	if (why == GLBP_WHY_PREEMPTED)
		glbp_start_standby_timer(g, now);
	else
		g->standby_at = VL_NEVER;
	/* What was learned was for following. */
	g->config.hello = g->own_hello;
	g->config.hold = g->own_hold;
	g->config.redirect = g->own_redirect;
	g->config.timeout = g->own_timeout;
	enter(g, GLBP_GROUP_ACTIVE, why, sender, now);
	glbp_send_hello(g, now);
	if (g->own == 0) {
		unsigned number = forwarder_assign(g, glbp_own_mac(g), now);
		if (number != 0)
			forwarder_given(g, number, now);
	}
}

void glbp_to_standby(struct glbp_group *g, enum glbp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, GLBP_GROUP_STANDBY, why, sender, now);
	g->standby_at = VL_NEVER;
	glbp_send_hello(g, now);
	if (g->active_at == VL_NEVER)
		glbp_to_active(g, GLBP_WHY_NO_ACTIVE, NULL, now);
}

/* --- events: timers ------------------------------------------------------------------------------------ */

static void active_silent(struct glbp_group *g, vl_time now)
{
	g->active_at = g->preempt_at = VL_NEVER;
	g->active_ip = (struct ip_addr){.family = IP_NONE};
	g->hellos_since = 0;
	g->refused = false;
	if (g->state == GLBP_GROUP_LISTEN) {
		glbp_start_active_timer(g, now);
		glbp_start_standby_timer(g, now);
		glbp_to_speak(g, GLBP_WHY_ACTIVE_SILENT, NULL, now);
	} else if (g->state == GLBP_GROUP_STANDBY) {
		glbp_to_active(g, GLBP_WHY_ACTIVE_SILENT, NULL, now);
	}
}

static void standby_silent(struct glbp_group *g, vl_time now)
{
	g->standby_at = VL_NEVER;
	if (g->state == GLBP_GROUP_LISTEN) {
		glbp_start_standby_timer(g, now);
		glbp_to_speak(g, GLBP_WHY_STANDBY_SILENT, NULL, now);
	} else if (g->state == GLBP_GROUP_SPEAK) {
		glbp_to_standby(g, GLBP_WHY_ELECTED, NULL, now);
	}
}

/* The delay is over: is there still a lower AVG to preempt? */
static void preemption_due(struct glbp_group *g, vl_time now)
{
	g->preempt_at = VL_NEVER;
	if (g->config.preempt && g->active_at != VL_NEVER && g->state != GLBP_GROUP_ACTIVE &&
	    g->state >= GLBP_GROUP_LISTEN && !glbp_is_better(g, g->active_priority, &g->active_ip))
		glbp_to_active(g, GLBP_WHY_PREEMPTED, &g->active_ip, now);
}

static void hello_due(struct glbp_group *g, vl_time now)
{
	bool knows_avg = g->active_ip.family != IP_NONE && g->state != GLBP_GROUP_ACTIVE;

	if (knows_avg && g->hellos_since < ASKS_WITH)
		g->hellos_since++;
	if (knows_avg && g->hellos_since == ASKS_WITH && g->own == 0 && !g->refused)
		glbp_send_request(g, now);
	glbp_send_hello(g, now);
}

void glbp_group_timeout(struct glbp_group *g, vl_time now)
{
	if (g->active_at <= now)
		active_silent(g, now);
	if (g->standby_at <= now)
		standby_silent(g, now);
	if (g->preempt_at <= now)
		preemption_due(g, now);
	forwarders_timeout(g, now);
	if (g->hello_at <= now)
		hello_due(g, now);
}

vl_time glbp_group_deadline(const struct glbp_group *g)
{
	vl_time election = vl_time_min(vl_time_min(g->active_at, g->standby_at), g->preempt_at);

	return vl_time_min(vl_time_min(election, g->hello_at), forwarders_deadline(g));
}

/* --- events: startup, shutdown, interface -------------------------------------------------------------- */

void glbp_begin(struct glbp_group *g, enum glbp_reason why, vl_time now)
{
	if (g->state != GLBP_GROUP_INITIAL || !g->started || !stack_interface_up(g->stack, g->config.interface))
		return;
	enter(g, GLBP_GROUP_LISTEN, why, NULL, now);
	glbp_start_active_timer(g, now);
	glbp_start_standby_timer(g, now);
	g->hello_at = vl_time_after(now, g->config.hello);
}

void glbp_leave(struct glbp_group *g, enum glbp_reason why, vl_time now)
{
	if (g->state != GLBP_GROUP_INITIAL) {
		if (g->config.says_goodbye)
			glbp_send_goodbye(g, now);
		forwarders_leave(g, why, now);
		enter(g, GLBP_GROUP_INITIAL, why, NULL, now);
	}
	forget(g);
}

void glbp_group_startup(struct glbp_group *g, vl_time now)
{
	if (g->started)
		return;
	g->started = true;
	glbp_look_at_tracks(g);
	glbp_begin(g, GLBP_WHY_STARTUP, now);
}

void glbp_group_shutdown(struct glbp_group *g, vl_time now)
{
	glbp_leave(g, GLBP_WHY_SHUTDOWN, now);
	g->started = false;
}

void glbp_group_crash(struct glbp_group *g)
{
	g->state = GLBP_GROUP_INITIAL;
	g->started = g->claimed = false;
	forget(g);
}

/* --- accessors ----------------------------------------------------------------------------------------- */

enum glbp_group_state glbp_group_state(const struct glbp_group *g)
{
	return g->state;
}

enum glbp_group_state glbp_group_forwarder_state(const struct glbp_group *g, unsigned number)
{
	assert(number >= 1 && number <= GLBP_FORWARDERS);
	return g->forwarder[number - 1].state;
}

unsigned glbp_group_own_forwarder(const struct glbp_group *g)
{
	return g->own;
}

const struct glbp_group_config *glbp_group_config(const struct glbp_group *g)
{
	return &g->config;
}

const char *glbp_group_name(const struct glbp_group *g)
{
	return g->name;
}

uint8_t glbp_group_weight(const struct glbp_group *g)
{
	int weight = g->config.weight;

	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->track_down[i])
			weight -= g->config.track[i].decrement;
	return (uint8_t)(weight > 0 ? weight : 0);
}

uint64_t glbp_group_dropped(const struct glbp_group *g, enum glbp_drop why)
{
	assert((unsigned)why < GLBP_DROP_COUNT);
	return g->dropped[why];
}

uint64_t glbp_group_sent(const struct glbp_group *g)
{
	return g->sent;
}
