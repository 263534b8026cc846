// SPDX-License-Identifier: BSD-2-Clause
/* The state machine. Only clusterxl_enter assigns the state. */
#include "sim/vendors/clusterxl_member.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/prng.h"
#include "sim/vendors/clusterxl_parts.h"

_Static_assert((int)CLUSTERXL_DOWN == CCP_DOWN && (int)CLUSTERXL_STANDBY == CCP_STANDBY &&
		       (int)CLUSTERXL_READY == CCP_READY && (int)CLUSTERXL_ACTIVE == CCP_ACTIVE,
	       "states go on the wire as they are");

bool clusterxl_name_set(struct clusterxl_member *m)
{
	const char *name = labels_add(&m->names, "clusterxl %u", (unsigned)m->config.magic);

	if (name != NULL)
		m->name = name;
	return name != NULL;
}

uint16_t clusterxl_number(const struct clusterxl_member *m)
{
	return m->config.cluster != 0 ? m->config.cluster : m->config.magic;
}

/* Cluster interfaces that are up. */
uint8_t clusterxl_up(const struct clusterxl_member *m)
{
	uint8_t up = 0;

	for (unsigned i = 0; i < stack_interface_count(m->stack); i++)
		if ((m->interfaces >> i & 1) != 0 && stack_interface_up(m->stack, i))
			up++;
	return up;
}

/* The lower the number, the sooner it decides: members that start together do not all become active. */
vl_time clusterxl_listening(const struct clusterxl_member *m)
{
	return m->config.dead_after + (m->config.member - 1u) * m->config.state_interval;
}

/* --- states ----------------------------------------------------------------------------------------------------- */

static void announce(struct clusterxl_member *m, vl_time now)
{
	clusterxl_announce(m, now);
	m->arps_left--;
	m->next_arp = m->arps_left > 0 ? vl_time_after(now, m->config.arps_gap) : VL_NEVER;
}

static void record_state(struct clusterxl_member *m, unsigned interface, enum clusterxl_state from,
			 enum clusterxl_reason why, vl_time now)
{
	struct record *r = outbox_record(m->outbox, &CLUSTERXL_STATE_KIND, m->name, now);

	r->value[CLUSTERXL_STATE_MAGIC].number = m->config.magic;
	r->value[CLUSTERXL_STATE_INTERFACE].word = stack_interface(m->stack, interface)->name;
	r->value[CLUSTERXL_STATE_FROM].word = clusterxl_state_text(from);
	r->value[CLUSTERXL_STATE_TO].word = clusterxl_state_text(m->state);
	r->value[CLUSTERXL_STATE_WHY].word = clusterxl_reason_text(why);
	r->value[CLUSTERXL_STATE_MEMBER].number = m->config.member;
}

void clusterxl_enter(struct clusterxl_member *m, enum clusterxl_state to, enum clusterxl_reason why, vl_time now)
{
	enum clusterxl_state from = m->state;

	assert(from != to);
	m->state = to;
	for (unsigned i = 0; i < stack_interface_count(m->stack); i++)
		if ((m->interfaces >> i & 1) != 0)
			record_state(m, i, from, why, now);
	clusterxl_own(m);
	m->arps_left = to == CLUSTERXL_ACTIVE ? m->config.arps : 0;
	m->next_arp = VL_NEVER;
	if (to != CLUSTERXL_INIT || why == CLUSTERXL_WHY_STARTUP) /* a new number is not told under the old one */
		clusterxl_send_state(m, now);
	if (m->arps_left > 0)
		announce(m, now);
}

/* What the others are, summed up. */
struct view {
	uint8_t most_up;
	bool older;                     /* one has an older version */
	unsigned active;                /* the lowest number that is active, from 1; 0: none */
	unsigned able;                  /* the lowest number that could be, from 1; 0: none */
};

static struct view look_around(const struct clusterxl_member *m)
{
	struct view v = {0};

	for (unsigned i = 0; i < CLUSTERXL_MEMBERS; i++) {
		const struct clusterxl_peer *p = &m->peer[i];
		if (!p->used || p->state == CLUSTERXL_DOWN)
			continue;
		v.most_up = p->up > v.most_up ? p->up : v.most_up;
		v.older = v.older || p->version < m->config.version;
		if (p->state == CLUSTERXL_ACTIVE && v.active == 0)
			v.active = i + 1;
		if (p->state != CLUSTERXL_INIT && p->state != CLUSTERXL_READY && v.able == 0)
			v.able = i + 1;
	}
	return v;
}

/* "Active Up": whoever is active stays so, of two the lower number; nobody: the lowest number that can. */
static enum clusterxl_state choose(const struct clusterxl_member *m, enum clusterxl_reason *why)
{
	struct view v = look_around(m);
	bool first = v.active > m->config.member;

	*why = CLUSTERXL_WHY_INTERFACE;
	if (clusterxl_up(m) < v.most_up)
		return CLUSTERXL_DOWN;
	*why = CLUSTERXL_WHY_VERSION;
	if (v.older)
		return CLUSTERXL_READY;
	*why = m->state == CLUSTERXL_ACTIVE ? CLUSTERXL_WHY_LOWER_ID : CLUSTERXL_WHY_ACTIVE_THERE;
	if (v.active != 0 && !first)
		return CLUSTERXL_STANDBY;
	if (v.active != 0 && m->state != CLUSTERXL_ACTIVE && !m->config.switch_up)
		return CLUSTERXL_STANDBY;
	*why = v.active != 0 ? CLUSTERXL_WHY_PRIORITY : CLUSTERXL_WHY_NOBODY;
	if (v.active == 0 && v.able != 0 && v.able < m->config.member && m->state != CLUSTERXL_ACTIVE)
		return CLUSTERXL_STANDBY;
	return CLUSTERXL_ACTIVE;
}

void clusterxl_decide(struct clusterxl_member *m, vl_time now)
{
	enum clusterxl_reason why;

	if (!m->started || m->listen_until != VL_NEVER)
		return;
	enum clusterxl_state to = choose(m, &why);
	if (to != m->state)
		clusterxl_enter(m, to, why, now);
}

/* --- time --------------------------------------------------------------------------------------------------------- */

static void lose_the_silent(struct clusterxl_member *m, vl_time now)
{
	for (size_t i = 0; i < CLUSTERXL_MEMBERS; i++)
		if (m->peer[i].used && vl_time_after(m->peer[i].heard, m->config.dead_after) <= now) {
			m->peer[i].used = false;
			clusterxl_decide(m, now);
		}
}

static void on_timeout(void *self, vl_time now)
{
	struct clusterxl_member *m = self;

	if (!m->started)
		return;
	lose_the_silent(m, now);
	if (m->listen_until <= now) {
		m->listen_until = VL_NEVER;
		clusterxl_decide(m, now);
	}
	if (m->next_state <= now) {
		clusterxl_send_state(m, now);
		m->next_state = vl_time_after(now, m->config.state_interval);
	}
	if (m->next_arp <= now)
		announce(m, now);
}

static vl_time deadline(const void *self)
{
	const struct clusterxl_member *m = self;
	vl_time at = vl_time_min(m->listen_until, vl_time_min(m->next_state, m->next_arp));

	for (size_t i = 0; i < CLUSTERXL_MEMBERS; i++)
		if (m->peer[i].used)
			at = vl_time_min(at, vl_time_after(m->peer[i].heard, m->config.dead_after));
	return m->started ? at : VL_NEVER;
}

/* --- startup, shutdown, interfaces ---------------------------------------------------------------------------------- */

static void stop(struct clusterxl_member *m)
{
	m->started = false;
	m->arps_left = 0;
	m->warn_after = 0;
	m->listen_until = m->next_state = m->next_arp = VL_NEVER;
	memset(m->peer, 0, sizeof m->peer);
}

static void startup(void *self, vl_time now)
{
	struct clusterxl_member *m = self;

	m->started = true;
	clusterxl_enter(m, CLUSTERXL_INIT, CLUSTERXL_WHY_STARTUP, now);
	m->listen_until = vl_time_after(now, clusterxl_listening(m));
	m->next_state = vl_time_after(now, m->config.state_interval);
}

static void on_shutdown(void *self, vl_time now)
{
	struct clusterxl_member *m = self;

	if (m->state != CLUSTERXL_DOWN)
		clusterxl_enter(m, CLUSTERXL_DOWN, CLUSTERXL_WHY_SHUTDOWN, now);
	stop(m);
}

static void crash(void *self)
{
	struct clusterxl_member *m = self;

	m->state = CLUSTERXL_DOWN;
	stop(m);
}

static void interface_changed(void *self, vl_time now)
{
	struct clusterxl_member *m = self;

	if (!m->started)
		return;
	clusterxl_decide(m, now);
	clusterxl_send_state(m, now);
}

static void member_free(void *self)
{
	struct clusterxl_member *m = self;

	labels_fini(&m->names);
	free(m);
}

static const struct node_part_ops OPS = {
	.name = "clusterxl",
	.startup = startup,
	.shutdown = on_shutdown,
	.crash = crash,
	.receive = clusterxl_receive,
	.timeout = on_timeout,
	.deadline = deadline,
	.interface_changed = interface_changed,
	.control = clusterxl_control,
	.free = member_free,
};

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct clusterxl_config *c = config;
	struct node_part none = {0};

	*why = clusterxl_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a member of a cluster");
	struct clusterxl_member *m = calloc(1, sizeof *m);
	if (m == NULL)
		return none;
	struct prng dice = prng_stream(c->seed, "ccp random id");
	m->config = *c;
	m->stack = stack;
	m->outbox = outbox;
	m->random_id = (uint16_t)prng_below(&dice, 65536);
	for (size_t i = 0; i < c->vip_count; i++)
		m->interfaces |= UINT32_C(1) << c->vip[i].interface;
	stop(m);
	if (!clusterxl_name_set(m)) {
		free(m);
		return none;
	}
	*why = vl_status_ok();
	return (struct node_part){&OPS, m};
}

struct node_part_config clusterxl_part(const struct clusterxl_config *c)
{
	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = c->vip_count,
		.words = 16 + 4 * STACK_INTERFACES + 2 * c->vip_count + 4 * c->peer_count,
	};
}

/* --- facts ------------------------------------------------------------------------------------------------------------ */

enum clusterxl_state clusterxl_member_state(const struct clusterxl_member *m)
{
	return m->state;
}

uint64_t clusterxl_member_dropped(const struct clusterxl_member *m, enum clusterxl_drop why)
{
	assert((unsigned)why < CLUSTERXL_DROP_COUNT);
	return m->dropped[why];
}
