// SPDX-License-Identifier: BSD-2-Clause
/* The receive checks, and what a message does. */
#include <string.h>

#include "sim/vendors/glbp_state.h"

static bool may_warn(struct glbp_group *g, enum glbp_warning what, vl_time now)
{
	if (g->warned[what] != VL_NEVER && now - g->warned[what] < g->config.log_interval)
		return false;
	g->warned[what] = now;
	return true;
}

/* --- checks --------------------------------------------------------------------------------------------- */

static bool auth_matches(const struct glbp_group *g, const struct glbp_message *m)
{
	size_t length = strlen(g->text);

	if (g->config.text == NULL)
		return m->auth == GLBP_AUTH_NONE;
	return m->auth == GLBP_AUTH_TEXT && m->auth_length == length && memcmp(m->auth_data, g->text, length) == 0;
}

static bool is_state(uint8_t state)
{
	return state == GLBP_INIT || state == GLBP_LISTEN || state == GLBP_SPEAK || state == GLBP_STANDBY ||
	       state == GLBP_ACTIVE;
}

static enum glbp_drop check(const struct glbp_group *g, const struct packet *p)
{
	struct ip_addr own = glbp_source(g);
	const struct glbp_message *m = &p->glbp;

	if (g->state == GLBP_GROUP_INITIAL)
		return GLBP_DROP_NOT_RUNNING;
	if (ip_equal(&p->src, &own))
		return GLBP_DROP_OWN_ADDRESS;
	if (!auth_matches(g, m))
		return GLBP_DROP_AUTH;
	if (m->opcode > GLBP_RESPONSE || (m->has_hello && !is_state(m->state)))
		return GLBP_DROP_STATE;
	return GLBP_DROP_NONE;
}

static void report_drop(struct glbp_group *g, const struct record_kind *kind, enum glbp_drop why, const struct packet *p,
			vl_time now)
{
	struct record *r = glbp_record(g, kind, now);

	r->value[GLBP_DROP_WHY].word = glbp_drop_text(why);
	r->value[GLBP_DROP_SENDER].ip = p->src;
	r->value[GLBP_DROP_MAC].mac = p->ethernet.src;
}

static void warn_of_address(struct glbp_group *g, const struct packet *p, vl_time now)
{
	const struct ip_addr *theirs = &p->glbp.virtual_ip;

	if (p->glbp.state != GLBP_ACTIVE || ip_is_zero(theirs) || ip_equal(theirs, &g->config.address) ||
	    !may_warn(g, GLBP_WARN_ADDRESS, now))
		return;
	struct record *r = glbp_record(g, &GLBP_DIFFERENT_VIP_KIND, now);
	r->value[GLBP_VIP_SENDER].ip = p->src;
	r->value[GLBP_VIP_MAC].mac = p->ethernet.src;
	r->value[GLBP_VIP_THEIRS].ip = *theirs;
	r->value[GLBP_VIP_OURS].ip = g->config.address;
}

/* --- hellos --------------------------------------------------------------------------------------------- */

static void learn(struct glbp_group *g, const struct glbp_message *m)
{
	struct glbp_group_config wish = g->config;
	struct vl_status sound;

	wish.hello = m->hello_ms * VL_MS;
	wish.hold = m->hold_ms * VL_MS;
	wish.redirect = m->redirect_s * VL_S;
	wish.timeout = m->timeout_s * VL_S;
	sound = glbp_group_config_check(&wish);
	if (vl_ok(&sound))
		g->config = wish;
}

static void hello_from_active(struct glbp_group *g, const struct packet *p, bool better, vl_time now)
{
	if (g->state == GLBP_GROUP_ACTIVE && !better) {
		glbp_send_hello(g, now); /* for the other to yield */
		return;
	}
	if (!ip_equal(&g->active_ip, &p->src)) {
		g->hellos_since = 0;
		g->refused = false;
	}
	g->active_ip = p->src;
	g->active_priority = p->glbp.priority;
	learn(g, &p->glbp);
	glbp_start_active_timer(g, now);
	if (g->state == GLBP_GROUP_ACTIVE) {
		glbp_start_standby_timer(g, now);
		glbp_to_speak(g, GLBP_WHY_BETTER_ACTIVE, &p->src, now);
	} else if (better || !g->config.preempt) {
		g->preempt_at = VL_NEVER;
	} else if (g->config.preempt_delay == 0) {
		glbp_to_active(g, GLBP_WHY_PREEMPTED, &p->src, now);
	} else if (g->preempt_at == VL_NEVER) {
		g->preempt_at = vl_time_after(now, g->config.preempt_delay);
	}
}

static void hello_from_standby(struct glbp_group *g, const struct packet *p, bool better, vl_time now)
{
	switch (g->state) {
	case GLBP_GROUP_LISTEN:
		glbp_start_standby_timer(g, now);
		if (!better)
			glbp_to_speak(g, GLBP_WHY_LOWER_STANDBY, &p->src, now);
		break;
	case GLBP_GROUP_SPEAK:
		glbp_start_standby_timer(g, now);
		if (better)
			glbp_to_listen(g, GLBP_WHY_BETTER_STANDBY, &p->src, now);
		else
			glbp_to_standby(g, GLBP_WHY_LOWER_STANDBY, &p->src, now);
		break;
	case GLBP_GROUP_STANDBY:
		if (!better)
			break;
		glbp_start_standby_timer(g, now);
		glbp_to_listen(g, GLBP_WHY_BETTER_STANDBY, &p->src, now);
		break;
	case GLBP_GROUP_ACTIVE:
		glbp_start_standby_timer(g, now);
		break;
	case GLBP_GROUP_INITIAL:
	case GLBP_GROUP_STATE_COUNT:
		break;
	}
}

/* Goodbye of the AVG. */
static void hello_in_init(struct glbp_group *g, const struct packet *p, vl_time now)
{
	if (!ip_equal(&p->src, &g->active_ip))
		return;
	g->active_ip = (struct ip_addr){.family = IP_NONE};
	g->hellos_since = 0;
	if (g->state == GLBP_GROUP_STANDBY)
		glbp_to_active(g, GLBP_WHY_RESIGN, &p->src, now);
	else if (g->state == GLBP_GROUP_LISTEN || g->state == GLBP_GROUP_SPEAK)
		glbp_start_active_timer(g, now);
}

static void hello(struct glbp_group *g, const struct packet *p, vl_time now)
{
	bool better = glbp_is_better(g, p->glbp.priority, &p->src);

	switch (p->glbp.state) {
	case GLBP_ACTIVE:
		warn_of_address(g, p, now);
		hello_from_active(g, p, better, now);
		break;
	case GLBP_STANDBY:
		hello_from_standby(g, p, better, now);
		break;
	case GLBP_SPEAK:
		if (better && (g->state == GLBP_GROUP_SPEAK || g->state == GLBP_GROUP_STANDBY)) {
			glbp_start_standby_timer(g, now);
			glbp_to_listen(g, GLBP_WHY_BETTER_SPEAKS, &p->src, now);
		}
		break;
	case GLBP_INIT:
		hello_in_init(g, p, now);
		break;
	default:
		break; /* Listen; others are refused before */
	}
}

/* --- messages ------------------------------------------------------------------------------------------- */

static void take(struct glbp_group *g, const struct packet *p, vl_time now)
{
	const struct glbp_message *m = &p->glbp;

	switch (m->opcode) {
	case GLBP_REQUEST:
		if (g->state == GLBP_GROUP_ACTIVE)
			glbp_send_response(g, forwarder_assign(g, m->owner, now), &p->src, now);
		return;
	case GLBP_RESPONSE:
		if (g->own != 0 || m->forwarder_count == 0 || !ip_equal(&p->src, &g->active_ip))
			return;
		g->refused = m->forwarder[0].number < 1 || m->forwarder[0].number > GLBP_FORWARDERS;
		if (!g->refused)
			forwarder_given(g, m->forwarder[0].number, now);
		return;
	default:
		if (m->has_hello)
			hello(g, p, now);
		for (size_t i = 0; i < m->forwarder_count; i++)
			forwarder_heard(g, m, &m->forwarder[i], &p->src, now);
	}
}

void glbp_group_receive(struct glbp_group *g, const struct packet *p, unsigned interface, vl_time now)
{
	if (interface != g->config.interface || p->src.family != IP_V4)
		return;
	enum glbp_drop why = p->glbp.group != g->config.group ? GLBP_DROP_OTHER_GROUP : check(g, p);
	g->dropped[why]++;
	if (why == GLBP_DROP_NONE) {
		take(g, p, now);
	} else if (why != GLBP_DROP_OTHER_GROUP) {
		report_drop(g, &GLBP_DROP_KIND, why, p, now);
		if (why == GLBP_DROP_AUTH && may_warn(g, GLBP_WARN_AUTH, now))
			report_drop(g, &GLBP_BAD_AUTH_KIND, why, p, now);
	}
}
