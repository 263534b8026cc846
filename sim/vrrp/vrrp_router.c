// SPDX-License-Identifier: BSD-2-Clause
/*
 * The state machine of RFC 9568 6.4. Only enter() assigns the state; the functions above the line of
 * events are the actions of the RFC's table, those below it are its rows.
 */
#include <assert.h>
#include <stdlib.h>

#include "sim/vrrp/parts.h"
#include "sim/vrrp/vrrp_election.h"

struct vrrp_router *vrrp_router_new(const struct vrrp_config *config, struct stack *stack,
				    struct outbox *outbox)
{
	struct vl_status sound = vrrp_config_check(config);

	assert(vl_ok(&sound) && config->interface < stack_interface_count(stack));
	struct vrrp_router *r = calloc(1, sizeof *r);
	if (r == NULL)
		return NULL;
	r->config = *config;
	r->stack = stack;
	r->outbox = outbox;
	r->active_adver_interval = config->interval;
	vrrp_timers_stop(&r->timers);
	if (!vrrp_name_set(r, config->vrid)) {
		free(r);
		return NULL;
	}
	r->dice = prng_stream(config->seed, r->name);
	(void)sound;
	return r;
}

void vrrp_router_free(struct vrrp_router *r)
{
	if (r == NULL)
		return;
	if (r->group != NULL)
		sync_group_remove(r->group, r);
	labels_fini(&r->names);
	free(r);
}

/* --- facts --------------------------------------------------------------------------------------------- */

bool vrrp_is_owner(const struct vrrp_router *r)
{
	return r->config.priority == VRRP_PRIORITY_OWNER;
}

uint8_t vrrp_router_priority(const struct vrrp_router *r)
{
	const struct vrrp_config *c = &r->config;
	int priority = c->priority;

	if (vrrp_is_owner(r))
		return r->owner_lowered ? VRRP_PRIORITY_OWNER - 1 : VRRP_PRIORITY_OWNER;
	for (size_t i = 0; i < c->track_count; i++)
		priority += r->track_down[i] ? -(int)c->track[i].decrement : (int)c->track[i].increment;
	for (size_t i = 0; i < c->track_count; i++)
		if (r->track_down[i] && c->track[i].at_most != 0 && priority > c->track[i].at_most)
			priority = c->track[i].at_most;
	return priority < 1 ? 1 : priority >= VRRP_PRIORITY_OWNER ? VRRP_PRIORITY_OWNER - 1 : (uint8_t)priority;
}

struct ip_addr vrrp_source(const struct vrrp_router *r)
{
	const struct vrrp_config *c = &r->config;

	return c->source.family != IP_NONE ? c->source : stack_primary(r->stack, c->interface, c->family);
}

/* What a router that counts Skew_Time in coarser units (skew_unit) loses of it. */
static vl_time skew_cut(const struct vrrp_router *r)
{
	vl_time skew = vrrp_skew_time(r->config.version, vrrp_router_priority(r), r->active_adver_interval);

	return r->config.skew_unit == 0 ? 0 : skew % r->config.skew_unit;
}

vl_time vrrp_down_interval(const struct vrrp_router *r)
{
	return vrrp_active_down_interval(r->config.version, vrrp_router_priority(r), r->active_adver_interval) -
	       skew_cut(r);
}

/* --- actions ------------------------------------------------------------------------------------------- */

static void enter(struct vrrp_router *r, enum vrrp_state to, enum vrrp_reason why,
		  const struct ip_addr *sender, vl_time now)
{
	enum vrrp_state from = r->state;

	assert(from != to);
	r->state = to;
	r->active_resigned = false;
	r->owner_adverts = 0;
	vrrp_report_state(r, from, why, sender, now);
}

void vrrp_become_active(struct vrrp_router *r, enum vrrp_reason why, const struct ip_addr *sender,
			vl_time now)
{
	enter(r, VRRP_ACTIVE, why, sender, now);
	vrrp_timers_became_active(&r->timers);
	vrrp_own(r, now);
	vrrp_send_first(r, now);
	if (r->group != NULL && why != VRRP_WHY_SYNC_GROUP)
		sync_group_follow(r->group, r, now);
}

void vrrp_become_backup(struct vrrp_router *r, enum vrrp_reason why, const struct ip_addr *sender,
			vl_time now)
{
	enter(r, VRRP_BACKUP, why, sender, now);
	vrrp_disown(r);
	vrrp_timers_yielded(&r->timers, vrrp_down_interval(r), now);
	if (r->group != NULL && why != VRRP_WHY_SYNC_GROUP)
		sync_group_follow(r->group, r, now);
}

void vrrp_begin(struct vrrp_router *r, enum vrrp_reason why, vl_time now)
{
	const struct vrrp_config *c = &r->config;
	struct ip_addr source = vrrp_source(r);

	assert(r->state == VRRP_INITIALIZE);
	if (source.family == IP_NONE) {
		vrrp_report_note(r, VRRP_NOTE_NO_SOURCE, NULL, now);
		return;
	}
	r->active_adver_interval = c->interval;
	if (vrrp_is_owner(r) && !c->owner_waits) {
		vrrp_become_active(r, why == VRRP_WHY_STARTUP ? VRRP_WHY_STARTUP_OWNER : why, NULL, now);
		return;
	}
	enter(r, VRRP_BACKUP, why, NULL, now);
	vrrp_disown(r);
	vrrp_send_membership(r, true);
	vl_time wait = c->startup_wait != 0 ? c->startup_wait : vrrp_down_interval(r);
	vrrp_timers_started_backup(&r->timers, wait, c->preempt_delay, now);
}

void vrrp_leave(struct vrrp_router *r, enum vrrp_reason why, vl_time now)
{
	bool was_active = r->state == VRRP_ACTIVE;

	if (r->state == VRRP_INITIALIZE)
		return;
	enter(r, VRRP_INITIALIZE, why, NULL, now);
	vrrp_timers_stop(&r->timers);
	if (was_active)
		vrrp_send_advert(r, VRRP_PRIORITY_RESIGN, now);
	vrrp_disown(r);
	vrrp_send_membership(r, false);
}

/* Not a goodbye: whoever took over meanwhile would only be disturbed. Also the owner waits, once. */
void vrrp_listen(struct vrrp_router *r, vl_time now)
{
	if (r->state == VRRP_ACTIVE)
		vrrp_become_backup(r, VRRP_WHY_STOOD_STILL, NULL, now);
	else if (r->state == VRRP_BACKUP)
		r->timers.active_down_at = vl_time_after(now, vrrp_down_interval(r));
}

/* Version 3 learns the Active's interval (6.4.2, 6.4.3); version 2 where a knob says so. */
static void learn(struct vrrp_router *r, vl_time interval, const struct ip_addr *sender, vl_time now)
{
	vl_time before = r->active_adver_interval;

	if (interval == before || (r->config.version == 2 && r->config.interval_check != VRRP_INTERVAL_LEARN))
		return;
	r->active_adver_interval = interval;
	vrrp_report_learned(r, before, sender, now);
}

/* The yielding that was put off while it took over. */
static void yield_now(struct vrrp_router *r, vl_time now)
{
	struct ip_addr to = r->yield.to;

	learn(r, r->yield.interval, &to, now);
	vrrp_become_backup(r, r->yield.why, &to, now);
}

static void yield_to(struct vrrp_router *r, enum vrrp_reason why, const struct vrrp_heard *h, vl_time now)
{
	if (r->timers.yield_at != VL_NEVER)
		return;
	r->yield.why = why;
	r->yield.to = h->packet->src;
	r->yield.interval = h->interval;
	if (now < r->busy_until)
		r->timers.yield_at = r->busy_until;
	else
		yield_now(r, now);
}

static void advertise(struct vrrp_router *r, vl_time now)
{
	vrrp_send_advert(r, vrrp_router_priority(r), now);
	vrrp_timers_advertised(&r->timers, vrrp_next_interval(r), now);
}

/* --- events: adverts (6.4.2, 6.4.3) -------------------------------------------------------------------- */

static void advert_in_backup(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	switch (vrrp_decide_backup(r->config.preempt, vrrp_router_priority(r), h->priority)) {
	case VRRP_RESIGNED:
		vrrp_timers_active_resigned(&r->timers,
					    vrrp_skew_time(r->config.version, vrrp_router_priority(r),
							   r->active_adver_interval) - skew_cut(r),
					    now);
		r->active_resigned = true;
		return;
	case VRRP_FOLLOW:
		learn(r, h->interval, &h->packet->src, now);
		vrrp_timers_active_heard(&r->timers, vrrp_down_interval(r), now);
		break;
	case VRRP_LOWER:
		if (!vrrp_timers_lower_heard(&r->timers, r->config.preempt_delay, now))
			return;
		learn(r, h->interval, &h->packet->src, now);
		vrrp_timers_lower_followed(&r->timers, vrrp_down_interval(r), now);
		break;
	/* LCOV_EXCL_START: an Active's decisions; vrrp_decide_backup makes none of them */
	case VRRP_YIELD_PRIORITY:
	case VRRP_YIELD_ADDRESS:
		break;
	/* LCOV_EXCL_STOP */
	}
	r->active_resigned = false;
}

/* keepalived since 2.4: of two owners the one with the lower address yields by the election. Where it does not,
 * the other waits for two more of its advertisements and then gives up being the owner in the election. */
static void settle_owners(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	if (!r->config.owners_settle || h->priority != VRRP_PRIORITY_OWNER ||
	    vrrp_router_priority(r) != VRRP_PRIORITY_OWNER || r->owner_adverts++ < 2)
		return;
	r->owner_lowered = true;
	vrrp_report_note(r, VRRP_NOTE_OWNER_LOWERED, h, now);
}

static void advert_in_active(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	struct ip_addr own = vrrp_source(r);

	settle_owners(r, h, now);
	switch (vrrp_decide_active(vrrp_router_priority(r), &own, h->priority, &h->packet->src)) {
	case VRRP_RESIGNED:     /* answer at once, so that the remaining Backups hear us */
		advertise(r, now);
		break;
	case VRRP_YIELD_PRIORITY:
		yield_to(r, VRRP_WHY_HIGHER_PRIORITY, h, now);
		break;
	case VRRP_YIELD_ADDRESS:
		yield_to(r, VRRP_WHY_HIGHER_ADDRESS, h, now);
		break;
	case VRRP_LOWER:        /* RFC 9568: advertise; before it: discard */
		/* Not to our own address: an echo of ourselves, or a box with our address and priority
		 * that would answer in turn, for ever. */
		if (ip_equal(&h->packet->src, &own))
			break;
		if (r->config.losing_advert == VRRP_LOSING_SILENT || r->config.lower_prio_no_advert)
			break;
		advertise(r, now);
		if (r->config.losing_advert == VRRP_LOSING_ANNOUNCE) {
			vrrp_report_lower(r, h, now);
			vrrp_announce(r, now);
		}
		break;
	/* LCOV_EXCL_START: a Backup's decision; vrrp_decide_active does not make it */
	case VRRP_FOLLOW:
		break;
	/* LCOV_EXCL_STOP */
	}
}

/* What a router that goes on nevertheless would write into its log. */
static void note(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	const struct vrrp_config *c = &r->config;
	struct ip_addr own = vrrp_source(r);

	if ((c->address_check == VRRP_ADDRESS_LOG && !vrrp_addresses_pass(c, h)) ||
	    (c->address_check == VRRP_ADDRESS_COUNT && h->address_count != c->address_count))
		vrrp_report_note(r, VRRP_NOTE_ADDRESSES, h, now);
	if (c->interval_check == VRRP_INTERVAL_LOG && h->interval != c->interval)
		vrrp_report_note(r, VRRP_NOTE_INTERVAL, h, now);
	if (vrrp_is_owner(r) && h->priority == VRRP_PRIORITY_OWNER)
		vrrp_report_note(r, VRRP_NOTE_TWO_OWNERS, h, now);
	if (ip_equal(&h->packet->src, &own))
		vrrp_report_note(r, VRRP_NOTE_OWN_ADDRESS, h, now);
}

static void accepted(struct vrrp_router *r, const struct vrrp_heard *h, vl_time now)
{
	vrrp_report_accepted(r, &h->packet->src);
	note(r, h, now);
	switch (r->state) {
	case VRRP_BACKUP:
		advert_in_backup(r, h, now);
		break;
	case VRRP_ACTIVE:
		advert_in_active(r, h, now);
		break;
	/* LCOV_EXCL_START: nothing is accepted in Initialize, and the count is no state */
	case VRRP_INITIALIZE:
	case VRRP_STATE_COUNT:
		break;
	/* LCOV_EXCL_STOP */
	}
}

/* A refused packet leaves every timer alone (7.1), but for an old keepalived's down timer. */
static void refused(struct vrrp_router *r, enum vrrp_drop why, const struct vrrp_heard *h, vl_time now)
{
	vrrp_report_drop(r, why, h, now);
	if (r->state == VRRP_BACKUP && r->config.down_timer_on_refused == VRRP_TIMER_REARM)
		vrrp_timers_active_heard(&r->timers, vrrp_down_interval(r), now);
}

/* With unicast peers the sender belongs to the name of the virtual router, as the id does: others may use the id
 * among themselves. */
static bool is_another_router(const struct vrrp_config *c, const struct vrrp_heard *h)
{
	bool is_peer = c->peer_count == 0 || ip_is_multicast(&h->packet->dst);

	for (size_t i = 0; i < c->peer_count && !is_peer; i++)
		is_peer = ip_equal(&c->peer[i], &h->packet->src);
	return h->vrid != c->vrid || !is_peer;
}

void vrrp_router_receive(struct vrrp_router *r, const struct packet *p, unsigned interface, vl_time now)
{
	struct vrrp_heard h;

	if (interface != r->config.interface || p->src.family != r->config.family || !vrrp_hear(&h, p))
		return;
	h.auth = &r->auth;
	h.at = now;
	h.from_active = ip_equal(&r->active, &p->src);
	enum vrrp_drop why = is_another_router(&r->config, &h) ? VRRP_DROP_OTHER_ROUTER
			     : r->state == VRRP_INITIALIZE ? VRRP_DROP_NOT_RUNNING
							   : vrrp_receive_check(&r->config, &h);
	r->dropped[why]++;
	if (why == VRRP_DROP_OTHER_ROUTER)
		return;
	if (why == VRRP_DROP_NONE)
		accepted(r, &h, now);
	else
		refused(r, why, &h, now);
	/* keepalived, whatever came of the packet (vrrp.md 2.1.4): adverts that are refused starve ours */
	if (r->state == VRRP_ACTIVE && r->config.advert_timer_on_receive == VRRP_TIMER_REARM &&
	    !r->config.lower_prio_no_advert)
		vrrp_timers_advertised(&r->timers, vrrp_next_interval(r), now);
}

/* --- events: timers ------------------------------------------------------------------------------------ */

void vrrp_router_timeout(struct vrrp_router *r, vl_time now)
{
	if (r->timers.active_down_at <= now)
		vrrp_become_active(r, r->active_resigned ? VRRP_WHY_PRIORITY_0 : VRRP_WHY_DOWN_TIMER, NULL,
				   now);
	if (r->timers.adver_at <= now)
		advertise(r, now);
	vrrp_announce_timeout(r, now);
	if (r->timers.yield_at <= now)
		yield_now(r, now);
}

vl_time vrrp_router_deadline(const struct vrrp_router *r)
{
	return vrrp_timers_deadline(&r->timers);
}

/* --- events: startup, shutdown, interface and tracked objects ------------------------------------------ */

/* What stands in the way of this router itself; *why is the reason to leave for. */
static bool is_well(const struct vrrp_router *r, enum vrrp_reason *why)
{
	const struct vrrp_config *c = &r->config;

	*why = VRRP_WHY_INTERFACE_DOWN;
	if (!stack_interface_up(r->stack, c->interface))
		return false;
	*why = VRRP_WHY_TRACK_DOWN;
	for (size_t i = 0; i < c->track_count; i++)
		if (r->track_down[i] && c->track[i].decrement == 0 && c->track[i].increment == 0 &&
		    c->track[i].at_most == 0)
			return false;
	return true;
}

static void obey(struct vrrp_router *r, enum vrrp_reason up, enum vrrp_reason down, vl_time now)
{
	bool held = r->group != NULL && sync_group_holds(r->group, r);

	if (!r->well || held)
		vrrp_leave(r, r->well ? VRRP_WHY_SYNC_GROUP : down, now);
	else if (r->state == VRRP_INITIALIZE)
		vrrp_begin(r, up, now);
}

void vrrp_obey_group(struct vrrp_router *r, vl_time now)
{
	if (r->started)
		obey(r, VRRP_WHY_SYNC_GROUP, VRRP_WHY_SYNC_GROUP, now);
}

void vrrp_reconsider(struct vrrp_router *r, enum vrrp_reason up, vl_time now)
{
	enum vrrp_reason down;
	bool was_well = r->well;

	if (!r->started)
		return;
	r->well = is_well(r, &down);
	obey(r, up, down, now);
	if (r->group != NULL && r->well != was_well)
		sync_group_reconsider(r->group, r, now);
}

/* Tracked interfaces as the stack has them. */
static void look_at_tracked(struct vrrp_router *r, vl_time now)
{
	const struct vrrp_config *c = &r->config;

	for (size_t i = 0; i < c->track_count; i++) {
		if (c->track[i].object != NULL)
			continue;
		bool down = !stack_interface_up(r->stack, c->track[i].interface);
		if (down == r->track_down[i])
			continue;
		r->track_down[i] = down;
		vrrp_report_track(r, stack_interface(r->stack, c->track[i].interface)->name, !down, now);
	}
}

void vrrp_router_interface_changed(struct vrrp_router *r, vl_time now)
{
	if (!r->started)
		return;
	look_at_tracked(r, now);
	vrrp_reconsider(r, VRRP_WHY_INTERFACE_UP, now);
}

void vrrp_router_startup(struct vrrp_router *r, vl_time now)
{
	if (r->started)
		return;
	r->started = true;
	r->well = true;         /* until looked at: so a group hears of a member that starts ill */
	r->auth = (struct vrrp_auth_state){.rank = 0};
	r->owner_lowered = false;
	look_at_tracked(r, now);
	vrrp_reconsider(r, VRRP_WHY_STARTUP, now);
}

void vrrp_router_shutdown(struct vrrp_router *r, vl_time now)
{
	vrrp_leave(r, VRRP_WHY_SHUTDOWN, now);
	r->started = false;
}

void vrrp_router_crash(struct vrrp_router *r)
{
	r->state = VRRP_INITIALIZE;
	r->started = false;
	r->active_resigned = false;
	r->active = (struct ip_addr){.family = IP_NONE};
	r->ip_id = 0;
	for (unsigned i = 0; i < VRRP_WARNED; i++)
		r->warned[i] = (struct vrrp_warned){.what = 0};
	vrrp_timers_stop(&r->timers);
}

/* --- accessors ----------------------------------------------------------------------------------------- */

enum vrrp_state vrrp_router_state(const struct vrrp_router *r)
{
	return r->state;
}

const struct vrrp_config *vrrp_router_config(const struct vrrp_router *r)
{
	return &r->config;
}

const char *vrrp_router_name(const struct vrrp_router *r)
{
	return r->name;
}

struct mac vrrp_router_mac(const struct vrrp_router *r)
{
	return vrrp_virtual_mac(r->config.family, r->config.vrid);
}

uint64_t vrrp_router_dropped(const struct vrrp_router *r, enum vrrp_drop why)
{
	assert((unsigned)why < VRRP_DROP_COUNT);
	return r->dropped[why];
}

uint64_t vrrp_router_sent(const struct vrrp_router *r)
{
	return r->sent;
}

vl_time vrrp_router_active_down_at(const struct vrrp_router *r)
{
	return r->timers.active_down_at;
}

vl_time vrrp_router_adver_at(const struct vrrp_router *r)
{
	return r->timers.adver_at;
}

vl_time vrrp_router_active_adver_interval(const struct vrrp_router *r)
{
	return r->active_adver_interval;
}
