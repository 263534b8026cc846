// SPDX-License-Identifier: BSD-2-Clause
/* States and timers. Only enter() assigns the state. Letters in comments are RFC 2281's, section 6.4. */
#include "sim/vendors/hsrp_group.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/vendors/hsrp_state.h"

bool hsrp_name_set(struct hsrp_group *g, uint16_t group)
{
	const char *name = labels_add(&g->names, "hsrp %u %s", group, g->config.family == IP_V6 ? "ipv6" : "ipv4");

	if (name != NULL)
		g->name = name;
	return name != NULL;
}

static void stop_timers(struct hsrp_group *g)
{
	g->active_at = g->standby_at = g->hello_at = g->preempt_at = g->announce_at = VL_NEVER;
	g->announce_left = 0;
}

static void forget_warnings(struct hsrp_group *g)
{
	for (size_t i = 0; i < HSRP_WARNINGS; i++)
		g->warned[i] = VL_NEVER;
}

struct hsrp_group *hsrp_group_new(const struct hsrp_group_config *config, struct stack *stack, struct outbox *outbox)
{
	struct vl_status sound = hsrp_group_config_check(config);

	assert(vl_ok(&sound) && config->interface < stack_interface_count(stack));
	(void)sound;
	struct hsrp_group *g = calloc(1, sizeof *g);
	if (g == NULL)
		return NULL;
	g->config = *config;
	if (config->auth != HSRP_AUTH_NONE)
		memcpy(g->key, config->key, strlen(config->key));
	g->config.key = g->key;
	g->own_hello = config->hello;
	g->own_hold = config->hold;
	g->learns_address = config->address_count == 0;
	g->stack = stack;
	g->outbox = outbox;
	g->jitter = prng_stream(config->seed, "hsrp hello jitter");
	stop_timers(g);
	forget_warnings(g);
	if (!hsrp_name_set(g, config->group)) {
		free(g);
		return NULL;
	}
	return g;
}

void hsrp_group_free(struct hsrp_group *g)
{
	if (g == NULL)
		return;
	labels_fini(&g->names);
	explicit_bzero(g->key, sizeof g->key);
	free(g);
}

void hsrp_group_watch(struct hsrp_group *g, const struct hsrp_watcher *watcher)
{
	g->watcher = watcher;
}

struct ip_addr hsrp_source(const struct hsrp_group *g)
{
	return stack_primary(g->stack, g->config.interface, g->config.family);
}

/* --- who is better ------------------------------------------------------------------------------------- */

uint8_t hsrp_group_priority(const struct hsrp_group *g)
{
	int priority = g->config.priority;

	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->track_down[i])
			priority -= g->config.track[i].decrement;
	return (uint8_t)(priority > 0 ? priority : 0);
}

bool hsrp_is_better(const struct hsrp_group *g, uint32_t priority, const struct ip_addr *ip)
{
	struct ip_addr own = hsrp_source(g);
	uint8_t ours = hsrp_group_priority(g);

	return priority != ours ? priority > ours : ip_compare(ip, &own) > 0;
}

/* --- records ------------------------------------------------------------------------------------------- */

struct record *hsrp_record(struct hsrp_group *g, const struct record_kind *kind, vl_time now)
{
	struct record *r = outbox_record(g->outbox, kind, g->name, now);

	r->value[HSRP_STATE_GROUP].number = g->config.group;
	r->value[HSRP_STATE_INTERFACE].word = stack_interface(g->stack, g->config.interface)->name;
	return r;
}

/* --- actions ------------------------------------------------------------------------------------------- */

static void tell_watcher(struct hsrp_group *g, vl_time now)
{
	if (g->watcher != NULL)
		g->watcher->active_changed(g->watcher->context, g->config.interface, now);
}

static void enter(struct hsrp_group *g, enum hsrp_group_state to, enum hsrp_reason why, const struct ip_addr *sender,
		  vl_time now)
{
	struct record *r = hsrp_record(g, &HSRP_STATE_KIND, now);
	bool was_active = g->state == HSRP_GROUP_ACTIVE, is_active = to == HSRP_GROUP_ACTIVE;

	assert(g->state != to);
	r->value[HSRP_STATE_FROM].word = hsrp_group_state_text(g->state);
	r->value[HSRP_STATE_TO].word = hsrp_group_state_text(to);
	r->value[HSRP_STATE_WHY].word = hsrp_reason_text(why);
	r->value[HSRP_STATE_PRIORITY].number = hsrp_group_priority(g);
	if (sender != NULL)
		r->value[HSRP_STATE_SENDER].ip = *sender;
	g->state = to;
	g->hello_at = VL_NEVER;
	if (was_active) {
		hsrp_disown(g);
		g->announce_at = VL_NEVER;
		g->announce_left = 0;
	}
	if (was_active != is_active)
		tell_watcher(g, now);
}

void hsrp_start_active_timer(struct hsrp_group *g, const struct hsrp_message *m, vl_time now)
{
	g->active_at = vl_time_after(now, m != NULL && m->hold_ms > 0 ? m->hold_ms * VL_MS : g->config.hold);
}

void hsrp_start_standby_timer(struct hsrp_group *g, const struct hsrp_message *m, vl_time now)
{
	g->standby_at = vl_time_after(now, m != NULL && m->hold_ms > 0 ? m->hold_ms * VL_MS : g->config.hold);
}

void hsrp_to_listen(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, HSRP_GROUP_LISTEN, why, sender, now);
}

void hsrp_to_speak(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, HSRP_GROUP_SPEAK, why, sender, now);
	hsrp_send_hello(g, now);
}

/* CDFI/6 */
static void take_over(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, HSRP_GROUP_ACTIVE, why, sender, now);
	g->active_at = g->preempt_at = VL_NEVER;
	/* What was learned was for following: an Active says what it was told. */
	g->config.hello = g->own_hello;
	g->config.hold = g->own_hold;
	hsrp_own(g);
}

/* BGFI/6 */
static void preempt(struct hsrp_group *g, const struct ip_addr *sender, vl_time now)
{
	enum hsrp_group_state from = g->state;

	take_over(g, HSRP_WHY_PREEMPTED, sender, now);
	hsrp_start_standby_timer(g, NULL, now);
	hsrp_send(g, HSRP_COUP, from, false);
	hsrp_send_hello(g, now);
	hsrp_announce(g, g->config.announce_copy, now);
}

void hsrp_to_active(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	if (why == HSRP_WHY_PREEMPTED) {
		preempt(g, sender, now);
		return;
	}
	take_over(g, why, sender, now);
	g->standby_at = VL_NEVER;
	hsrp_send_hello(g, now);
	hsrp_announce(g, g->config.announce_copy, now);
}

void hsrp_to_standby(struct hsrp_group *g, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, HSRP_GROUP_STANDBY, why, sender, now);
	g->standby_at = VL_NEVER; /* D */
	hsrp_send_hello(g, now);
	/* The Active timer ran out while it was in Speak, where that does nothing. */
	if (g->active_at == VL_NEVER)
		hsrp_to_active(g, HSRP_WHY_NO_ACTIVE, NULL, now);
}

void hsrp_depose(struct hsrp_group *g, bool resign, enum hsrp_reason why, const struct ip_addr *sender, vl_time now)
{
	enter(g, HSRP_GROUP_SPEAK, why, sender, now);
	hsrp_start_active_timer(g, NULL, now);
	hsrp_start_standby_timer(g, NULL, now);
	if (resign)
		hsrp_send(g, HSRP_RESIGN, HSRP_GROUP_SPEAK, false);
	hsrp_send_hello(g, now);
}

/* --- events: timers ------------------------------------------------------------------------------------ */

/* c: the Active timer ran out. */
static void active_silent(struct hsrp_group *g, vl_time now)
{
	g->active_at = g->preempt_at = VL_NEVER;
	if (g->state == HSRP_GROUP_LISTEN) {
		hsrp_start_active_timer(g, NULL, now);
		hsrp_start_standby_timer(g, NULL, now);
		hsrp_to_speak(g, HSRP_WHY_ACTIVE_SILENT, NULL, now);
	} else if (g->state == HSRP_GROUP_STANDBY) {
		hsrp_to_active(g, HSRP_WHY_ACTIVE_SILENT, NULL, now);
	}
}

/* d: the Standby timer ran out. */
static void standby_silent(struct hsrp_group *g, vl_time now)
{
	g->standby_at = VL_NEVER;
	if (g->state == HSRP_GROUP_LISTEN) {
		hsrp_start_standby_timer(g, NULL, now);
		hsrp_to_speak(g, HSRP_WHY_STANDBY_SILENT, NULL, now);
	} else if (g->state == HSRP_GROUP_SPEAK) {
		hsrp_to_standby(g, HSRP_WHY_ELECTED, NULL, now);
	}
}

/* The delay is over: is there still a lower Active to preempt? */
static void preemption_due(struct hsrp_group *g, vl_time now)
{
	g->preempt_at = VL_NEVER;
	if (g->config.preempt && g->active_at != VL_NEVER && g->state != HSRP_GROUP_ACTIVE &&
	    g->state >= HSRP_GROUP_LISTEN && !hsrp_is_better(g, g->active_priority, &g->active_ip))
		hsrp_to_active(g, HSRP_WHY_PREEMPTED, &g->active_ip, now);
}

void hsrp_group_timeout(struct hsrp_group *g, vl_time now)
{
	if (g->active_at <= now)
		active_silent(g, now);
	if (g->standby_at <= now)
		standby_silent(g, now);
	if (g->preempt_at <= now)
		preemption_due(g, now);
	if (g->hello_at <= now)
		hsrp_send_hello(g, now);
	if (g->announce_at <= now)
		hsrp_announce_again(g, now);
}

vl_time hsrp_group_deadline(const struct hsrp_group *g)
{
	vl_time election = vl_time_min(vl_time_min(g->active_at, g->standby_at), g->preempt_at);

	return vl_time_min(election, vl_time_min(g->hello_at, g->announce_at));
}

/* --- events: startup, shutdown, interface -------------------------------------------------------------- */

static bool is_held_down(const struct hsrp_group *g)
{
	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->track_down[i] && g->config.track[i].shutdown)
			return true;
	return false;
}

/* a: AB/3, AB/2 */
void hsrp_begin(struct hsrp_group *g, enum hsrp_reason why, vl_time now)
{
	if (g->state != HSRP_GROUP_INITIAL || !g->started || is_held_down(g) ||
	    !stack_interface_up(g->stack, g->config.interface))
		return;
	enter(g, g->config.address_count == 0 ? HSRP_GROUP_LEARN : HSRP_GROUP_LISTEN, why, NULL, now);
	hsrp_start_active_timer(g, NULL, now);
	hsrp_start_standby_timer(g, NULL, now);
}

static void forget(struct hsrp_group *g)
{
	stop_timers(g);
	forget_warnings(g);
	g->config.hello = g->own_hello;
	g->config.hold = g->own_hold;
	if (g->learns_address)
		g->config.address_count = 0;
}

/* b: CDH/1 */
void hsrp_leave(struct hsrp_group *g, enum hsrp_reason why, vl_time now)
{
	bool was_active = g->state == HSRP_GROUP_ACTIVE;

	if (g->state != HSRP_GROUP_INITIAL)
		enter(g, HSRP_GROUP_INITIAL, why, NULL, now);
	if (was_active)
		hsrp_send(g, HSRP_RESIGN, HSRP_GROUP_INITIAL, false);
	forget(g);
}

void hsrp_group_startup(struct hsrp_group *g, vl_time now)
{
	if (g->started)
		return;
	g->started = true;
	for (size_t i = 0; i < g->config.track_count; i++)
		if (g->config.track[i].object == NULL)
			g->track_down[i] = !stack_interface_up(g->stack, g->config.track[i].interface);
	hsrp_begin(g, HSRP_WHY_STARTUP, now);
}

void hsrp_group_shutdown(struct hsrp_group *g, vl_time now)
{
	hsrp_leave(g, HSRP_WHY_SHUTDOWN, now);
	g->started = false;
}

void hsrp_group_crash(struct hsrp_group *g)
{
	g->state = HSRP_GROUP_INITIAL;
	g->started = false;
	forget(g);
}

/* --- accessors ----------------------------------------------------------------------------------------- */

enum hsrp_group_state hsrp_group_state(const struct hsrp_group *g)
{
	return g->state;
}

const struct hsrp_group_config *hsrp_group_config(const struct hsrp_group *g)
{
	return &g->config;
}

const char *hsrp_group_name(const struct hsrp_group *g)
{
	return g->name;
}

struct mac hsrp_group_mac(const struct hsrp_group *g)
{
	return hsrp_virtual_mac(g->config.version, g->config.family, g->config.group);
}

uint64_t hsrp_group_dropped(const struct hsrp_group *g, enum hsrp_drop why)
{
	assert((unsigned)why < HSRP_DROP_COUNT);
	return g->dropped[why];
}

uint64_t hsrp_group_sent(const struct hsrp_group *g)
{
	return g->sent;
}
