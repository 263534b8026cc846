// SPDX-License-Identifier: BSD-2-Clause
/* The forwarders of a group as this router knows them. Only enter() assigns a forwarder's state. */
#include "sim/vendors/glbp_state.h"

#include <assert.h>

struct mac forwarder_mac(const struct glbp_group *g, unsigned number)
{
	return glbp_virtual_mac(g->config.group, (uint8_t)number);
}

uint8_t forwarder_priority(const struct glbp_group *g, unsigned number)
{
	return (uint8_t)(FORWARDER_BASE + (g->own == number ? FORWARDER_OWNER : 0) +
			 (g->sufficient ? FORWARDER_WEIGHTY : 0));
}

static void clear(struct forwarder *f)
{
	*f = (struct forwarder){
		.state = GLBP_GROUP_INITIAL,
		.active_at = VL_NEVER,
		.preempt_at = VL_NEVER,
		.redirect_at = VL_NEVER,
		.timeout_at = VL_NEVER,
		.told = true,
	};
}

static void enter(struct glbp_group *g, unsigned number, enum glbp_group_state to, enum glbp_reason why,
		  const struct ip_addr *sender, vl_time now)
{
	struct forwarder *f = &g->forwarder[number - 1];
	struct record *r = glbp_record(g, &GLBP_FORWARDER_KIND, now);

	assert(f->state != to);
	r->value[GLBP_FORWARDER_NUMBER].number = number;
	r->value[GLBP_FORWARDER_FROM].word = glbp_group_state_text(f->state);
	r->value[GLBP_FORWARDER_TO].word = glbp_group_state_text(to);
	r->value[GLBP_FORWARDER_WHY].word = glbp_reason_text(why);
	r->value[GLBP_FORWARDER_MAC].mac = forwarder_mac(g, number);
	if (sender != NULL)
		r->value[GLBP_FORWARDER_SENDER].ip = *sender;
	if (f->state == GLBP_GROUP_ACTIVE)
		stack_drop_mac(g->stack, g->config.interface, forwarder_mac(g, number));
	if (to == GLBP_GROUP_ACTIVE)    /* GLBP_GROUPS keeps within STACK_HELD_MACS */
		(void)stack_hold_mac(g->stack, g->config.interface, forwarder_mac(g, number));
	f->state = to;
	f->preempt_at = VL_NEVER;
}

/* --- giving -------------------------------------------------------------------------------------------- */

unsigned forwarder_assign(struct glbp_group *g, struct mac owner, vl_time now)
{
	unsigned free_one = 0;

	for (unsigned number = GLBP_FORWARDERS; number >= 1; number--) {
		const struct forwarder *f = &g->forwarder[number - 1];
		if (f->state == GLBP_GROUP_INITIAL)
			free_one = number;
		else if (mac_equal(f->owner, owner))
			return number;
	}
	if (free_one == 0 || mac_equal(owner, glbp_own_mac(g)))
		return free_one;
	struct forwarder *f = &g->forwarder[free_one - 1];
	enter(g, free_one, GLBP_GROUP_LISTEN, GLBP_WHY_ASSIGNED, NULL, now);
	f->owner = owner;
	/* Its owner waits for a hold time, too, before it is Active. */
	f->active_at = vl_time_after(now, 2 * g->config.hold);
	return free_one;
}

void forwarder_given(struct glbp_group *g, unsigned number, vl_time now)
{
	struct forwarder *f = &g->forwarder[number - 1];

	g->own = (uint8_t)number;
	f->owner = glbp_own_mac(g);
	if (f->state != GLBP_GROUP_INITIAL)
		return; /* it was heard of: another has it for the moment */
	enter(g, number, GLBP_GROUP_LISTEN, GLBP_WHY_ASSIGNED, NULL, now);
	f->active_at = vl_time_after(now, g->config.hold);
}

/* --- taking and yielding ------------------------------------------------------------------------------- */

static void tell_hosts(struct glbp_group *g, unsigned number, bool use, vl_time now)
{
	struct forwarder *f = &g->forwarder[number - 1];

	if (f->told == use)
		return;
	f->told = use;
	if (g->state != GLBP_GROUP_ACTIVE)
		return;
	struct record *r = glbp_record(g, &GLBP_REDIRECT_KIND, now);
	r->value[GLBP_REDIRECT_NUMBER].number = number;
	r->value[GLBP_REDIRECT_MAC].mac = forwarder_mac(g, number);
	r->value[GLBP_REDIRECT_USE].flag = use;
}

static void become_active(struct glbp_group *g, unsigned number, enum glbp_reason why, vl_time now)
{
	struct forwarder *f = &g->forwarder[number - 1];
	bool stand_in = g->own != number;

	enter(g, number, GLBP_GROUP_ACTIVE, why, NULL, now);
	f->active_at = VL_NEVER;
	if (!stand_in) {
		f->redirect_at = f->timeout_at = VL_NEVER;
		tell_hosts(g, number, true, now);
	} else if (f->timeout_at == VL_NEVER) {
		f->redirect_at = vl_time_after(now, g->config.redirect);
		f->timeout_at = vl_time_after(now, g->config.timeout);
	}
	glbp_send_forwarder(g, number, now);
	glbp_settle_answers(g);
}

static bool is_better(const struct glbp_group *g, unsigned number, const struct glbp_forwarder *theirs,
		      const struct ip_addr *src)
{
	struct ip_addr own = glbp_source(g);
	uint8_t priority = forwarder_priority(g, number), weight = glbp_group_weight(g);

	if (theirs->priority != priority)
		return theirs->priority > priority;
	return theirs->weight != weight ? theirs->weight > weight : ip_compare(src, &own) > 0;
}

/* The seconds that a stand-in has left, as far as we read them. */
static void read_countdown(struct glbp_group *g, unsigned number, const struct glbp_forwarder *theirs, vl_time now)
{
	struct forwarder *f = &g->forwarder[number - 1];
	bool by_owner = (theirs->priority & FORWARDER_OWNER) != 0;
	uint16_t timeout = get_be16(theirs->unread + 1), redirect = get_be16(theirs->unread + 3);

	f->redirect_at = f->timeout_at = VL_NEVER;
	if (!by_owner && timeout > 0) { /* 0: it does not say */
		f->timeout_at = vl_time_after(now, timeout * VL_S);
		if (redirect > 0)
			f->redirect_at = vl_time_after(now, redirect * VL_S);
	}
	tell_hosts(g, number, by_owner || timeout == 0 || redirect > 0, now);
}

/* Another says that it is Active. */
static void heard_active(struct glbp_group *g, const struct glbp_message *m, const struct glbp_forwarder *theirs,
			 const struct ip_addr *src, vl_time now)
{
	unsigned number = theirs->number;
	struct forwarder *f = &g->forwarder[number - 1];

	if (f->state == GLBP_GROUP_ACTIVE && !is_better(g, number, theirs, src)) {
		glbp_send_forwarder(g, number, now);
		return;
	}
	if (f->state == GLBP_GROUP_ACTIVE)
		enter(g, number, GLBP_GROUP_LISTEN, GLBP_WHY_BETTER_ACTIVE, src, now);
	else if (f->state == GLBP_GROUP_INITIAL)
		enter(g, number, GLBP_GROUP_LISTEN, GLBP_WHY_HEARD, src, now);
	if ((theirs->priority & FORWARDER_OWNER) != 0)
		f->owner = m->owner;
	f->active_ip = *src;
	f->active_priority = theirs->priority;
	f->active_weight = theirs->weight;
	f->active_at = vl_time_after(now, g->config.hold);
	read_countdown(g, number, theirs, now);
	if (!g->config.forwarder_preempt || forwarder_priority(g, number) <= theirs->priority)
		f->preempt_at = VL_NEVER;
	else if (f->preempt_at == VL_NEVER)
		f->preempt_at = vl_time_after(now, g->config.forwarder_preempt_delay);
}

void forwarder_heard(struct glbp_group *g, const struct glbp_message *m, const struct glbp_forwarder *theirs,
		     const struct ip_addr *src, vl_time now)
{
	if (theirs->number < 1 || theirs->number > GLBP_FORWARDERS)
		return;
	struct forwarder *f = &g->forwarder[theirs->number - 1];
	if (theirs->state == GLBP_ACTIVE)
		heard_active(g, m, theirs, src, now);
	else if (theirs->state == GLBP_INIT && f->state == GLBP_GROUP_LISTEN && ip_equal(&f->active_ip, src))
		f->active_at = now;     /* it says goodbye */
	glbp_settle_answers(g);
}

/* --- timers -------------------------------------------------------------------------------------------- */

static void given_up(struct glbp_group *g, unsigned number, vl_time now)
{
	struct mac owner = g->forwarder[number - 1].owner;

	enter(g, number, GLBP_GROUP_INITIAL, GLBP_WHY_TIMEOUT, NULL, now);
	if (mac_equal(owner, glbp_own_mac(g)))
		g->own = 0;
	clear(&g->forwarder[number - 1]);
	glbp_settle_answers(g);
}

void forwarders_timeout(struct glbp_group *g, vl_time now)
{
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++) {
		struct forwarder *f = &g->forwarder[number - 1];
		if (f->timeout_at <= now)
			given_up(g, number, now);
		if (f->redirect_at <= now) {
			f->redirect_at = VL_NEVER;
			tell_hosts(g, number, false, now);
			glbp_settle_answers(g);
		}
		if (f->active_at <= now)
			become_active(g, number, GLBP_WHY_ACTIVE_SILENT, now);
		if (f->preempt_at <= now)
			become_active(g, number, GLBP_WHY_PREEMPTED, now);
	}
}

vl_time forwarders_deadline(const struct glbp_group *g)
{
	vl_time deadline = VL_NEVER;

	for (size_t i = 0; i < GLBP_FORWARDERS; i++) {
		const struct forwarder *f = &g->forwarder[i];
		deadline = vl_time_min(deadline, vl_time_min(f->active_at, f->preempt_at));
		deadline = vl_time_min(deadline, vl_time_min(f->redirect_at, f->timeout_at));
	}
	return deadline;
}

void forwarders_leave(struct glbp_group *g, enum glbp_reason why, vl_time now)
{
	for (unsigned number = 1; number <= GLBP_FORWARDERS; number++)
		if (g->forwarder[number - 1].state != GLBP_GROUP_INITIAL)
			enter(g, number, GLBP_GROUP_INITIAL, why, NULL, now);
}

void forwarders_forget(struct glbp_group *g)
{
	g->own = 0;
	for (size_t i = 0; i < GLBP_FORWARDERS; i++)
		clear(&g->forwarder[i]);
}
