// SPDX-License-Identifier: BSD-2-Clause
/* The receive checks, and RFC 2281 6.4's table by its rows f to l: what a message does in each state. */
#include <string.h>

#include "sim/vendors/hsrp_auth.h"
#include "sim/vendors/hsrp_state.h"

static bool may_warn(struct hsrp_group *g, enum hsrp_warning what, vl_time now)
{
	if (g->warned[what] != VL_NEVER && now - g->warned[what] < g->config.log_interval)
		return false;
	g->warned[what] = now;
	return true;
}

/* --- checks --------------------------------------------------------------------------------------------- */

static bool auth_matches(const struct hsrp_group *g, const struct packet *p)
{
	const struct hsrp_message *m = &p->hsrp;
	char text[HSRP_TEXT] = {0};

	if (m->auth != g->config.auth)
		return false;
	switch (g->config.auth) {
	case HSRP_AUTH_NONE:
		return true;
	case HSRP_AUTH_TEXT:
		memcpy(text, g->key, strlen(g->key));
		return memcmp(m->text, text, sizeof text) == 0;
	case HSRP_AUTH_MD5:
		return m->md5_key_id == g->config.key_id && hsrp_auth_matches(p->payload, p->payload_length, g->key);
	}
	return false; /* LCOV_EXCL_LINE: every sort is above */
}

static bool address_differs(const struct hsrp_group *g, const struct hsrp_message *m)
{
	return hsrp_state_of(m) == HSRP_ACTIVE && !g->learns_address && !ip_is_zero(&m->virtual_ip) &&
	       !ip_equal(&m->virtual_ip, &g->config.address[0]);
}

static enum hsrp_drop check(const struct hsrp_group *g, const struct packet *p)
{
	struct ip_addr own = hsrp_source(g);
	const struct hsrp_message *m = &p->hsrp;

	if (g->state == HSRP_GROUP_INITIAL)
		return HSRP_DROP_NOT_RUNNING;
	if (ip_equal(&p->src, &own))
		return HSRP_DROP_OWN_ADDRESS;
	if (!auth_matches(g, p))
		return HSRP_DROP_AUTH;
	if (m->opcode > HSRP_RESIGN || hsrp_state_of(m) == HSRP_STATE_UNKNOWN)
		return HSRP_DROP_STATE;
	if (g->config.address_check == HSRP_ADDRESS_DROP && address_differs(g, m))
		return HSRP_DROP_ADDRESS;
	return HSRP_DROP_NONE;
}

static void report_drop(struct hsrp_group *g, const struct record_kind *kind, enum hsrp_drop why, const struct packet *p,
			vl_time now)
{
	struct record *r = hsrp_record(g, kind, now);

	r->value[HSRP_DROP_WHY].word = hsrp_drop_text(why);
	r->value[HSRP_DROP_SENDER].ip = p->src;
	r->value[HSRP_DROP_MAC].mac = p->ethernet.src;
	r->value[HSRP_DROP_REMOTE_STATE].word = hsrp_state_word(hsrp_state_of(&p->hsrp));
}

static void warn_of_address(struct hsrp_group *g, const struct packet *p, vl_time now)
{
	if (!address_differs(g, &p->hsrp) || !may_warn(g, HSRP_WARN_ADDRESS, now))
		return;
	struct record *r = hsrp_record(g, &HSRP_DIFFERENT_VIP_KIND, now);
	r->value[HSRP_VIP_SENDER].ip = p->src;
	r->value[HSRP_VIP_MAC].mac = p->ethernet.src;
	r->value[HSRP_VIP_THEIRS].ip = p->hsrp.virtual_ip;
	r->value[HSRP_VIP_OURS].ip = g->config.address[0];
}

/* --- messages ------------------------------------------------------------------------------------------- */

/* E: timers, and the address when none was configured. */
static void learn(struct hsrp_group *g, const struct hsrp_message *m)
{
	struct hsrp_group_config *c = &g->config;
	bool in_seconds = g->own_hello % VL_S == 0 && g->own_hold % VL_S == 0;
	bool learns = c->learning == HSRP_LEARN_ALWAYS ? in_seconds : !c->timers_given;

	if (learns && m->hello_ms > 0 && m->hold_ms > m->hello_ms) {
		c->hello = m->hello_ms * VL_MS;
		c->hold = m->hold_ms * VL_MS;
	}
	if (g->learns_address && !ip_is_zero(&m->virtual_ip)) {
		c->address[0] = m->virtual_ip;
		c->address_count = 1;
	}
}

/* h outside Active: a lower router is Active. */
static void lower_active(struct hsrp_group *g, const struct packet *p, vl_time now)
{
	hsrp_start_active_timer(g, &p->hsrp, now);
	if (!g->config.preempt)
		return;
	if (g->config.preempt_delay == 0)
		hsrp_to_active(g, HSRP_WHY_PREEMPTED, &p->src, now);
	else if (g->preempt_at == VL_NEVER)
		g->preempt_at = vl_time_after(now, g->config.preempt_delay);
}

/* g, h */
static void hello_from_active(struct hsrp_group *g, const struct packet *p, bool better, vl_time now)
{
	const struct hsrp_message *m = &p->hsrp;

	if (g->state == HSRP_GROUP_ACTIVE) {
		if (better)
			hsrp_depose(g, g->config.resigns, HSRP_WHY_BETTER_ACTIVE, &p->src, now);
		else
			hsrp_send(g, HSRP_COUP, HSRP_GROUP_ACTIVE, true); /* G */
	}
	g->active_ip = p->src;
	g->active_priority = m->priority;
	if (g->state == HSRP_GROUP_ACTIVE)
		return;
	learn(g, m);
	if (g->state == HSRP_GROUP_LEARN) {
		hsrp_start_active_timer(g, m, now);
		hsrp_start_standby_timer(g, NULL, now);
		if (g->config.address_count > 0)
			hsrp_to_listen(g, HSRP_WHY_LEARNED, &p->src, now);
	} else if (better) {
		hsrp_start_active_timer(g, m, now);
		g->preempt_at = VL_NEVER;
	} else {
		lower_active(g, p, now);
	}
}

/* f */
static void hello_from_speaker(struct hsrp_group *g, const struct packet *p, vl_time now)
{
	if (g->state != HSRP_GROUP_SPEAK && g->state != HSRP_GROUP_STANDBY)
		return;
	hsrp_start_standby_timer(g, NULL, now);
	hsrp_to_listen(g, HSRP_WHY_BETTER_SPEAKS, &p->src, now);
}

/* k, l */
static void hello_from_standby(struct hsrp_group *g, const struct packet *p, bool better, vl_time now)
{
	const struct hsrp_message *m = &p->hsrp;

	switch (g->state) {
	case HSRP_GROUP_LISTEN:
		hsrp_start_standby_timer(g, m, now);
		if (!better)
			hsrp_to_speak(g, HSRP_WHY_LOWER_STANDBY, &p->src, now);
		break;
	case HSRP_GROUP_SPEAK:
		hsrp_start_standby_timer(g, m, now);
		if (better)
			hsrp_to_listen(g, HSRP_WHY_BETTER_STANDBY, &p->src, now);
		else
			hsrp_to_standby(g, HSRP_WHY_LOWER_STANDBY, &p->src, now);
		break;
	case HSRP_GROUP_STANDBY:
		if (!better)
			break;
		hsrp_start_standby_timer(g, m, now);
		hsrp_to_listen(g, HSRP_WHY_BETTER_STANDBY, &p->src, now);
		break;
	case HSRP_GROUP_ACTIVE:
		hsrp_start_standby_timer(g, m, now);
		break;
	case HSRP_GROUP_INITIAL:
	case HSRP_GROUP_LEARN:
	case HSRP_GROUP_STATE_COUNT:
		break;
	}
}

static void hello(struct hsrp_group *g, const struct packet *p, vl_time now)
{
	bool better = hsrp_is_better(g, p->hsrp.priority, &p->src);

	switch (hsrp_state_of(&p->hsrp)) {
	case HSRP_ACTIVE:
		warn_of_address(g, p, now);
		hello_from_active(g, p, better, now);
		break;
	case HSRP_STANDBY:
		hello_from_standby(g, p, better, now);
		break;
	case HSRP_SPEAK:
		if (better)
			hello_from_speaker(g, p, now);
		break;
	case HSRP_STATE_UNKNOWN:
	case HSRP_INIT:
	case HSRP_LEARN:
	case HSRP_LISTEN:
		break;
	}
}

/* i */
static void resign(struct hsrp_group *g, const struct packet *p, vl_time now)
{
	bool from_active = ip_equal(&p->src, &g->active_ip);

	switch (g->state) {
	case HSRP_GROUP_LISTEN:
		if (!from_active)
			break;
		hsrp_start_active_timer(g, NULL, now);
		hsrp_start_standby_timer(g, NULL, now);
		hsrp_to_speak(g, HSRP_WHY_RESIGN, &p->src, now);
		break;
	case HSRP_GROUP_SPEAK:
		if (from_active)
			hsrp_start_active_timer(g, NULL, now);
		break;
	case HSRP_GROUP_STANDBY:
		if (from_active)
			hsrp_to_active(g, HSRP_WHY_RESIGN, &p->src, now);
		break;
	case HSRP_GROUP_ACTIVE: /* not RFC 2281's: hsrp_config.h */
		hsrp_send(g, HSRP_COUP, HSRP_GROUP_ACTIVE, true);
		hsrp_send_hello(g, now);
		hsrp_announce(g, false, now);
		break;
	case HSRP_GROUP_INITIAL:
	case HSRP_GROUP_LEARN:
	case HSRP_GROUP_STATE_COUNT:
		break;
	}
}

void hsrp_group_receive(struct hsrp_group *g, const struct packet *p, unsigned interface, vl_time now)
{
	const struct hsrp_message *m = &p->hsrp;

	if (interface != g->config.interface || !m->has_group || m->version != g->config.version ||
	    m->family != g->config.family || p->src.family != g->config.family)
		return;
	enum hsrp_drop why = m->group != g->config.group ? HSRP_DROP_OTHER_GROUP : check(g, p);
	g->dropped[why]++;
	if (why == HSRP_DROP_NONE) {
		if (m->opcode == HSRP_HELLO)
			hello(g, p, now);
		else if (m->opcode == HSRP_RESIGN)
			resign(g, p, now);
		else if (g->state == HSRP_GROUP_ACTIVE && hsrp_is_better(g, m->priority, &p->src)) /* j */
			hsrp_depose(g, g->config.resigns, HSRP_WHY_COUP, &p->src, now);
	} else if (why != HSRP_DROP_OTHER_GROUP) {
		report_drop(g, &HSRP_DROP_KIND, why, p, now);
		if (why == HSRP_DROP_AUTH && may_warn(g, HSRP_WARN_AUTH, now))
			report_drop(g, &HSRP_BAD_AUTH_KIND, why, p, now);
		if (why == HSRP_DROP_ADDRESS)
			warn_of_address(g, p, now);
	}
}
