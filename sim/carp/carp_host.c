// SPDX-License-Identifier: BSD-2-Clause
/* The state machine and the receive checks. Only enter() assigns the state. */
#include "sim/carp/carp_host.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/carp/carp_election.h"
#include "sim/carp/parts.h"

#define CARP_TTL 255
#define BOW_OUT 255             /* advbase and advskew of a goodbye */

bool carp_name_set(struct carp_host *h, uint8_t vhid)
{
	const char *name = labels_add(&h->names, "carp %u %s", vhid, h->config.family == IP_V6 ? "ipv6" : "ipv4");

	if (name != NULL)
		h->name = name;
	return name != NULL;
}

static void stop_timers(struct carp_host *h)
{
	h->begin_at = h->master_down_at = h->advert_at = h->repeat_at = VL_NEVER;
}

/* The first counter. A stream of its own, so that a restart continues what the seed began. */
static uint64_t first_counter(const struct carp_config *c)
{
	struct prng p = prng_stream(c->seed, "carp counter");

	return c->counter != 0 ? c->counter : prng_u64(&p);
}

struct carp_host *carp_host_new(const struct carp_config *config, struct stack *stack, struct outbox *outbox)
{
	struct vl_status sound = carp_config_check(config);

	assert(vl_ok(&sound) && config->interface < stack_interface_count(stack));
	(void)sound;
	struct carp_host *h = calloc(1, sizeof *h);
	if (h == NULL)
		return NULL;
	h->config = *config;
	size_t length = strlen(config->password);
	memcpy(h->password, config->password, length < CARP_PASSWORD ? length : CARP_PASSWORD);
	h->config.password = h->password;
	h->stack = stack;
	h->outbox = outbox;
	h->ids = prng_stream(config->seed, "carp ip id");
	h->counter = first_counter(config);
	stop_timers(h);
	if (!carp_name_set(h, config->vhid)) {
		free(h);
		return NULL;
	}
	return h;
}

void carp_host_free(struct carp_host *h)
{
	if (h == NULL)
		return;
	labels_fini(&h->names);
	explicit_bzero(h->password, sizeof h->password);
	free(h);
}

struct ip_addr carp_source(const struct carp_host *h)
{
	const struct carp_config *c = &h->config;

	return c->source.family != IP_NONE ? c->source : stack_primary(h->stack, c->interface, c->family);
}

/* --- records ------------------------------------------------------------------------------------------- */

static struct record *record_of(struct carp_host *h, const struct record_kind *kind, vl_time now)
{
	struct record *r = outbox_record(h->outbox, kind, h->name, now);

	r->value[CARP_STATE_VHID].number = h->config.vhid;
	r->value[CARP_STATE_INTERFACE].word = stack_interface(h->stack, h->config.interface)->name;
	return r;
}

static void report_drop(struct carp_host *h, const struct record_kind *kind, enum carp_drop why,
			const struct packet *p, vl_time now)
{
	struct record *r = record_of(h, kind, now);

	r->value[CARP_DROP_WHY].word = carp_drop_text(why);
	r->value[CARP_DROP_SENDER].ip = p->src;
	r->value[CARP_DROP_MAC].mac = p->ethernet.src;
	r->value[CARP_DROP_TTL_SEEN].number = p->ttl;
	r->value[CARP_DROP_VERSION_SEEN].number = p->ip_payload[0] >> 4;
	r->value[CARP_DROP_LENGTH_SEEN].number = p->ip_payload_length;
}

/* --- actions ------------------------------------------------------------------------------------------- */

static void enter(struct carp_host *h, enum carp_state to, enum carp_reason why, const struct ip_addr *sender,
		  vl_time now)
{
	struct record *r = record_of(h, &CARP_STATE_KIND, now);

	assert(h->state != to);
	r->value[CARP_STATE_FROM].word = carp_state_text(h->state);
	r->value[CARP_STATE_TO].word = carp_state_text(to);
	r->value[CARP_STATE_WHY].word = carp_reason_text(why);
	r->value[CARP_STATE_ADVBASE].number = h->config.advbase;
	r->value[CARP_STATE_ADVSKEW].number = h->config.advskew;
	if (sender != NULL)
		r->value[CARP_STATE_SENDER].ip = *sender;
	h->state = to;
	stop_timers(h);
}

static void wait_for_master(struct carp_host *h, vl_time now)
{
	const struct carp_config *c = &h->config;

	h->master_down_at =
		vl_time_after(now, carp_down_interval(c->dead_ratio, c->advbase, c->advskew));
}

static void advertise(struct carp_host *h, vl_time now)
{
	const struct carp_config *c = &h->config;

	carp_send_advert(h, c->advbase, c->advskew);
	h->advert_at = vl_time_after(now, carp_advert_interval(c->advbase, c->advskew));
}

void carp_pace_changed(struct carp_host *h, vl_time now)
{
	const struct carp_config *c = &h->config;
	vl_time next = vl_time_after(now, carp_advert_interval(c->advbase, c->advskew));

	if (h->state == CARP_BACKUP)
		wait_for_master(h, now);
	else if (h->state == CARP_MASTER)
		h->advert_at = vl_time_min(h->advert_at, next);
}

static void become_master(struct carp_host *h, enum carp_reason why, const struct ip_addr *sender, vl_time now)
{
	const struct carp_announce_config *a = &h->config.announce;

	enter(h, CARP_MASTER, why, sender, now);
	carp_own(h);
	advertise(h, now);
	carp_announce(h, a->count, now);
	if (a->repeat_count > 0)
		h->repeat_at = vl_time_after(now, a->repeat_after);
}

static void become_backup(struct carp_host *h, enum carp_reason why, const struct ip_addr *sender, vl_time now)
{
	if (h->state == CARP_MASTER && h->config.last_word)
		carp_send_advert(h, h->config.advbase, h->config.advskew);
	enter(h, CARP_BACKUP, why, sender, now);
	carp_disown(h);
	wait_for_master(h, now);
}

void carp_leave(struct carp_host *h, enum carp_reason why, vl_time now)
{
	if (h->state == CARP_INIT) {
		stop_timers(h);
		return;
	}
	if (h->state == CARP_MASTER && h->config.bow_out)
		carp_send_advert(h, BOW_OUT, BOW_OUT);
	enter(h, CARP_INIT, why, NULL, now);
	carp_disown(h);
}

/* Not a last word either: it would be one about an old state. */
void carp_listen(struct carp_host *h, vl_time now)
{
	if (h->state == CARP_MASTER) {
		enter(h, CARP_BACKUP, CARP_WHY_STOOD_STILL, NULL, now);
		carp_disown(h);
	}
	if (h->state == CARP_BACKUP)
		wait_for_master(h, now);
}

/* --- events: packets ----------------------------------------------------------------------------------- */

/* The checks of ucarp in its order, the id and the sort of message before them. */
static enum carp_drop check(const struct carp_host *h, const struct packet *p)
{
	uint8_t digest[CARP_DIGEST];

	if (h->state == CARP_INIT)
		return CARP_DROP_NOT_RUNNING;
	if (p->transport != TRANSPORT_CARP) {
		if (p->verdict == PACKET_OK)
			return CARP_DROP_NOT_CARP;
		if (p->ip_payload_length < CARP_LENGTH)
			return CARP_DROP_SHORT;
		return p->ip_payload[0] >> 4 != 2 ? CARP_DROP_VERSION : CARP_DROP_NOT_CARP;
	}
	if (p->ttl != CARP_TTL)
		return CARP_DROP_TTL;
	if (!p->carp.checksum_ok)
		return CARP_DROP_CHECKSUM;
	carp_digest(digest, &p->carp, h->password, h->config.address, h->config.address_count);
	return memcmp(digest, p->carp.digest, sizeof digest) == 0 ? CARP_DROP_NONE : CARP_DROP_DIGEST;
}

static void heard_in_backup(struct carp_host *h, const struct packet *p, vl_time now)
{
	switch (carp_decide_backup(&h->config, carp_advert_interval(p->carp.advbase, p->carp.advskew))) {
	case CARP_PREEMPT:
		become_master(h, CARP_WHY_PREEMPTED, &p->src, now);
		break;
	case CARP_TOO_SLOW:
		become_master(h, CARP_WHY_TOO_SLOW, &p->src, now);
		break;
	case CARP_FOLLOW:
		wait_for_master(h, now);
		break;
	/* LCOV_EXCL_START: a master's decisions; carp_decide_backup makes none of them */
	case CARP_YIELD:
	case CARP_REASSERT:
		break;
	/* LCOV_EXCL_STOP */
	}
}

/* A less preferred master: whoever listened to it must hear of us again. */
static void reassert(struct carp_host *h, const struct packet *p, vl_time now)
{
	if (h->config.no_reassert)
		return;
	struct record *r = record_of(h, &CARP_REASSERT_KIND, now);

	r->value[CARP_REASSERT_SENDER].ip = p->src;
	r->value[CARP_REASSERT_MAC].mac = p->ethernet.src;
	carp_announce(h, h->config.announce.count, now);
}

static void heard_in_master(struct carp_host *h, const struct packet *p, vl_time now)
{
	struct ip_addr own = carp_source(h);
	vl_time interval = carp_advert_interval(p->carp.advbase, p->carp.advskew);

	if (carp_decide_master(&h->config, &own, interval, &p->src) == CARP_YIELD)
		become_backup(h, CARP_WHY_PREFERRED, &p->src, now);
	else
		reassert(h, p, now);
}

void carp_host_receive(struct carp_host *h, const struct packet *p, unsigned interface, vl_time now)
{
	struct rd in = rd_of(p->ip_payload, p->ip_payload_length);

	if (interface != h->config.interface || p->src.family != h->config.family || p->ip_payload == NULL ||
	    p->protocol != IP_PROTOCOL_VRRP)
		return;
	rd_skip(&in, 1);
	uint8_t vhid = rd_u8(&in);
	enum carp_drop why = in.bad || vhid != h->config.vhid ? CARP_DROP_OTHER_VHID : check(h, p);
	h->dropped[why]++;
	if (why == CARP_DROP_NONE) {
		/* ucarp adopts the counter of whoever it believes */
		if (h->config.counter_policy == CARP_COUNTER_COUNTS)
			h->counter = p->carp.counter + 1;
		if (h->state == CARP_BACKUP)
			heard_in_backup(h, p, now);
		else
			heard_in_master(h, p, now);
	} else if (why != CARP_DROP_OTHER_VHID) {
		report_drop(h, &CARP_DROP_KIND, why, p, now);
		if (why == CARP_DROP_DIGEST)
			report_drop(h, &CARP_BAD_DIGEST_KIND, why, p, now);
	}
}

/* --- events: timers ------------------------------------------------------------------------------------ */

/* Init to backup, when the interface is there. */
void carp_begin(struct carp_host *h, enum carp_reason why, vl_time now)
{
	h->begin_at = VL_NEVER;
	if (h->state == CARP_INIT && stack_interface_up(h->stack, h->config.interface))
		become_backup(h, why, NULL, now);
}

void carp_host_timeout(struct carp_host *h, vl_time now)
{
	if (h->begin_at <= now)
		carp_begin(h, CARP_WHY_STARTUP, now);
	if (h->master_down_at <= now)
		become_master(h, CARP_WHY_MASTER_DOWN, NULL, now);
	if (h->advert_at <= now)
		advertise(h, now);
	if (h->repeat_at <= now) {
		h->repeat_at = VL_NEVER;
		carp_announce(h, h->config.announce.repeat_count, now);
	}
}

vl_time carp_host_deadline(const struct carp_host *h)
{
	return vl_time_min(vl_time_min(h->begin_at, h->master_down_at),
			   vl_time_min(h->advert_at, h->repeat_at));
}

/* --- events: startup, shutdown, interface -------------------------------------------------------------- */

void carp_host_startup(struct carp_host *h, vl_time now)
{
	if (h->started)
		return;
	h->started = true;
	if (h->config.initial_wait != 0)
		h->begin_at = vl_time_after(now, h->config.initial_wait);
	else
		carp_begin(h, CARP_WHY_STARTUP, now);
}

void carp_host_shutdown(struct carp_host *h, vl_time now)
{
	carp_leave(h, CARP_WHY_SHUTDOWN, now);
	h->started = false;
}

void carp_host_crash(struct carp_host *h)
{
	h->state = CARP_INIT;
	h->started = false;
	stop_timers(h);
}

void carp_host_interface_changed(struct carp_host *h, vl_time now)
{
	if (!h->started)
		return;
	if (!stack_interface_up(h->stack, h->config.interface)) {
		if (h->state != CARP_INIT)
			carp_leave(h, CARP_WHY_INTERFACE_DOWN, now);
	} else if (h->begin_at == VL_NEVER) {   /* otherwise the initial wait goes on */
		carp_begin(h, CARP_WHY_INTERFACE_UP, now);
	}
}

/* --- accessors ----------------------------------------------------------------------------------------- */

enum carp_state carp_host_state(const struct carp_host *h)
{
	return h->state;
}

const struct carp_config *carp_host_config(const struct carp_host *h)
{
	return &h->config;
}

const char *carp_host_name(const struct carp_host *h)
{
	return h->name;
}

uint64_t carp_host_dropped(const struct carp_host *h, enum carp_drop why)
{
	assert((unsigned)why < CARP_DROP_COUNT);
	return h->dropped[why];
}

uint64_t carp_host_sent(const struct carp_host *h)
{
	return h->sent;
}

vl_time carp_host_master_down_at(const struct carp_host *h)
{
	return h->master_down_at;
}

vl_time carp_host_advert_at(const struct carp_host *h)
{
	return h->advert_at;
}
