// SPDX-License-Identifier: BSD-2-Clause
/* The state machine. Only fgcp_enter assigns the state. */
#include "sim/vendors/fgcp_unit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/vendors/fgcp_parts.h"

#define TENTH (100 * VL_MS)

bool fgcp_name_set(struct fgcp_unit *u)
{
	const char *name = labels_add(&u->names, "fgcp %u", (unsigned)u->config.group);

	if (name != NULL)
		u->name = name;
	return name != NULL;
}

/* What must be equal for two units to join: no more of it is on the wire. */
void fgcp_key_set(struct fgcp_unit *u)
{
	struct digest_sha256 d;
	uint8_t out[DIGEST_SHA256];

	digest_sha256_init(&d);
	digest_sha256_add(&d, u->group_name, sizeof u->group_name);
	digest_sha256_add(&d, u->password, sizeof u->password);
	digest_sha256_finish(&d, out);
	u->key = (uint64_t)get_be32(out) << 32 | get_be32(out + 4);
}

static void stop_timers(struct fgcp_unit *u)
{
	u->hello_until = u->next_hello = u->next_arp = u->next_config = VL_NEVER;
	u->arps_left = 0;
}

/* --- records and states -------------------------------------------------------------------------------------- */

static void record_state(struct fgcp_unit *u, unsigned interface, enum fgcp_state from, enum fgcp_reason why,
			 vl_time now)
{
	struct record *r = outbox_record(u->outbox, &FGCP_STATE_KIND, u->name, now);

	r->value[FGCP_STATE_GROUP].number = u->config.group;
	r->value[FGCP_STATE_INTERFACE].word = stack_interface(u->stack, interface)->name;
	r->value[FGCP_STATE_FROM].word = fgcp_state_text(from);
	r->value[FGCP_STATE_TO].word = fgcp_state_text(u->state);
	r->value[FGCP_STATE_WHY].word = fgcp_reason_text(why);
	r->value[FGCP_STATE_MAC].mac = fgcp_mac_of(u, interface);
}

void fgcp_enter(struct fgcp_unit *u, enum fgcp_state to, enum fgcp_reason why, vl_time now)
{
	enum fgcp_state from = u->state;

	assert(from != to);
	u->state = to;
	for (unsigned i = 0; i < stack_interface_count(u->stack); i++)
		if ((u->data >> i & 1) != 0)
			record_state(u, i, from, why, now);
	fgcp_own(u);
	u->arps_left = 0;
	u->next_arp = u->next_config = VL_NEVER;
	if (to != FGCP_PRIMARY)
		return;
	u->arps_left = u->config.arps;
	u->next_arp = u->arps_left > 0 ? now : VL_NEVER;
	u->next_config = u->config.config_interval > 0 ? vl_time_after(now, u->config.config_interval) : VL_NEVER;
}

/* A round of gratuitous ARP. */
static void announce(struct fgcp_unit *u, vl_time now)
{
	fgcp_announce(u, now);
	u->arps_left--;
	u->next_arp = u->arps_left > 0 ? vl_time_after(now, u->config.arps_interval) : VL_NEVER;
}

/* --- election --------------------------------------------------------------------------------------------------- */

static vl_time lost_after(const struct fgcp_unit *u)
{
	return u->config.hb_interval * u->config.hb_lost_threshold;
}

/* Units that only listen do not count, unless they are about to stop listening, too, and none works. */
static bool stands(const struct fgcp_unit *u, const struct fgcp_peer *p, bool some_work)
{
	if (!p->used)
		return false;
	return p->hello.state != FGCP_HELLO || (!some_work && p->hello.ready_ds * TENTH <= lost_after(u));
}

/* All units come to the same answer, because all go through the candidates in the order of their serial numbers:
 * equal ages make the comparison one that need not be transitive. */
static bool wins(const struct fgcp_unit *u, vl_time now, enum fgcp_reason *why)
{
	struct fgcp_candidate list[FGCP_UNITS];
	const struct fgcp_rule rule = {u->config.override, u->config.uptime_margin};
	bool some_work = u->state != FGCP_HELLO;
	size_t count = 0, best = 0;

	for (size_t i = 0; i < FGCP_UNITS - 1; i++)
		some_work |= u->peer[i].used && u->peer[i].hello.state != FGCP_HELLO;
	list[count++] = (struct fgcp_candidate){u->serial, u->config.priority, u->up, now - u->born};
	for (size_t i = 0; i < FGCP_UNITS - 1; i++) {
		const struct fgcp_peer *p = &u->peer[i];
		if (!stands(u, p, some_work))
			continue;
		struct fgcp_candidate c = {p->hello.serial, p->hello.priority, p->hello.monitored, now - p->born};
		size_t k = count++;
		for (; k > 0 && strcmp(list[k - 1].serial, c.serial) > 0; k--)
			list[k] = list[k - 1];
		list[k] = c;
	}
	*why = FGCP_WHY_ALONE;
	for (size_t i = 1; i < count; i++)
		if (fgcp_compare(&rule, &list[i], &list[best], why) > 0)
			best = i;
	return list[best].serial == u->serial;
}

void fgcp_elect(struct fgcp_unit *u, vl_time now)
{
	enum fgcp_reason why;

	if (!u->started || u->hello_until != VL_NEVER)
		return;
	enum fgcp_state to = wins(u, now, &why) ? FGCP_PRIMARY : FGCP_SUBORDINATE;
	if (to == u->state)
		return;
	fgcp_enter(u, to, why, now);
	if (u->next_arp == now)
		announce(u, now);
	fgcp_send_hellos(u, now);
}

/* --- heartbeats -------------------------------------------------------------------------------------------------- */

static void drop(struct fgcp_unit *u, enum fgcp_drop why, unsigned interface, const struct packet *p, vl_time now)
{
	struct record *r = outbox_record(u->outbox, &FGCP_DROP_KIND, u->name, now);

	u->dropped[why]++;
	r->value[FGCP_DROP_OF_GROUP].number = u->config.group;
	r->value[FGCP_DROP_ON].word = stack_interface(u->stack, interface)->name;
	r->value[FGCP_DROP_WHY].word = fgcp_drop_text(why);
	r->value[FGCP_DROP_MAC].mac = p->ethernet.src;
}

static void record_unit(struct fgcp_unit *u, const struct fgcp_peer *p, const char *what, vl_time now)
{
	struct record *r = outbox_record(u->outbox, &FGCP_UNIT_KIND, u->name, now);

	r->value[FGCP_UNIT_GROUP].number = u->config.group;
	r->value[FGCP_UNIT_SERIAL].word = p->label;
	r->value[FGCP_UNIT_WHAT].word = what;
}

static struct fgcp_peer *peer_of(struct fgcp_unit *u, const char *serial, vl_time now)
{
	struct fgcp_peer *room = NULL;

	for (size_t i = 0; i < FGCP_UNITS - 1; i++) {
		struct fgcp_peer *p = &u->peer[i];
		if (p->used && strcmp(p->hello.serial, serial) == 0)
			return p;
		if (!p->used && room == NULL)
			room = p;
	}
	if (room == NULL)
		return NULL;
	*room = (struct fgcp_peer){.used = true, .label = labels_add(&u->names, "%s", serial)};
	record_unit(u, room, "is heard", now);
	return room;
}

static void note(struct fgcp_unit *u, struct fgcp_peer *p, const struct fgcp_hello *h, vl_time now)
{
	vl_time age = h->age_ds * TENTH;

	p->hello = *h;
	p->heard = now;
	p->born = age < now ? now - age : 0;
	fgcp_elect(u, now);
}

static bool receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct fgcp_unit *u = self;
	struct fgcp_hello h;

	(void)f;
	if (p->transport != TRANSPORT_FGCP)
		return false;
	if (!u->started || p->fgcp.type == FGCP_CONFIG_SYNC || p->fgcp.type == FGCP_SESSION_SYNC)
		return true;
	struct rd in = rd_of(p->fgcp.bytes, p->fgcp.length);
	if ((u->config.heartbeat >> interface & 1) == 0) {
		drop(u, FGCP_DROP_INTERFACE, interface, p, now);
	} else if (!fgcp_hello_decode(&h, &in)) {
		drop(u, FGCP_DROP_UNREAD, interface, p, now);
	} else if (h.group != u->config.group) {
		drop(u, FGCP_DROP_GROUP, interface, p, now);
	} else if (h.key != u->key) {
		drop(u, FGCP_DROP_KEY, interface, p, now);
	} else if (strcmp(h.serial, u->serial) != 0) {
		struct fgcp_peer *peer = peer_of(u, h.serial, now);
		if (peer != NULL)
			note(u, peer, &h, now);
		else
			drop(u, FGCP_DROP_FULL, interface, p, now);
	}
	return true;
}

/* --- time ---------------------------------------------------------------------------------------------------------- */

static void lose_the_silent(struct fgcp_unit *u, vl_time now)
{
	bool lost = false;

	for (size_t i = 0; i < FGCP_UNITS - 1; i++) {
		struct fgcp_peer *p = &u->peer[i];
		if (!p->used || vl_time_after(p->heard, lost_after(u)) > now)
			continue;
		p->used = false;
		lost = true;
		record_unit(u, p, "is heard no more", now);
	}
	if (lost)
		fgcp_elect(u, now);
}

static void on_timeout(void *self, vl_time now)
{
	struct fgcp_unit *u = self;

	if (!u->started)
		return;
	lose_the_silent(u, now);
	if (u->hello_until <= now) {
		u->hello_until = VL_NEVER;
		fgcp_elect(u, now);
	}
	if (u->next_hello <= now) {
		fgcp_send_hellos(u, now);
		u->next_hello = vl_time_after(now, u->config.hb_interval);
	}
	if (u->next_arp <= now)
		announce(u, now);
	if (u->next_config <= now) {
		fgcp_send_config(u);
		u->next_config = vl_time_after(now, u->config.config_interval);
	}
}

static vl_time deadline(const void *self)
{
	const struct fgcp_unit *u = self;
	vl_time at = vl_time_min(vl_time_min(u->hello_until, u->next_hello), vl_time_min(u->next_arp, u->next_config));

	for (size_t i = 0; i < FGCP_UNITS - 1; i++)
		if (u->peer[i].used)
			at = vl_time_min(at, vl_time_after(u->peer[i].heard, lost_after(u)));
	return u->started ? at : VL_NEVER;
}

/* --- startup, shutdown, interfaces --------------------------------------------------------------------------------- */

static uint8_t monitored_up(const struct fgcp_unit *u)
{
	uint8_t up = 0;

	for (unsigned i = 0; i < stack_interface_count(u->stack); i++)
		if ((u->config.monitored >> i & 1) != 0 && stack_interface_up(u->stack, i))
			up++;
	return up;
}

static void startup(void *self, vl_time now)
{
	struct fgcp_unit *u = self;

	u->started = true;
	u->born = now;
	u->up = monitored_up(u);
	memset(u->peer, 0, sizeof u->peer);
	fgcp_own(u);
	u->hello_until = vl_time_after(now, u->config.hello_holddown);
	u->next_hello = now;
	on_timeout(u, now);
}

static void stop(struct fgcp_unit *u)
{
	stop_timers(u);
	u->started = false;
	memset(u->peer, 0, sizeof u->peer);
}

static void on_shutdown(void *self, vl_time now)
{
	struct fgcp_unit *u = self;

	if (u->state != FGCP_HELLO)
		fgcp_enter(u, FGCP_HELLO, FGCP_WHY_SHUTDOWN, now);
	stop(u);
}

static void crash(void *self)
{
	struct fgcp_unit *u = self;

	u->state = FGCP_HELLO;
	stop(u);
}

static void interface_changed(void *self, vl_time now)
{
	struct fgcp_unit *u = self;
	uint8_t up = monitored_up(u);

	if (!u->started || up == u->up)
		return;
	if (up < u->up)
		u->born = now;
	u->up = up;
	fgcp_send_hellos(u, now);
	fgcp_elect(u, now);
}

static void unit_free(void *self)
{
	struct fgcp_unit *u = self;

	labels_fini(&u->names);
	explicit_bzero(u->password, sizeof u->password);
	free(u);
}

static const struct node_part_ops OPS = {
	.name = "fgcp",
	.startup = startup,
	.shutdown = on_shutdown,
	.crash = crash,
	.receive = receive,
	.timeout = on_timeout,
	.deadline = deadline,
	.interface_changed = interface_changed,
	.control = fgcp_control,
	.free = unit_free,
};

/* --- making -------------------------------------------------------------------------------------------------------- */

/* An interface that is not for heartbeats alone: it has an address of its own. */
static bool has_address(const struct stack_interface_config *c)
{
	for (size_t i = 0; i < c->address_count; i++)
		if (!ip_is_link_local(&c->address[i].addr))
			return true;
	return false;
}

static void copy_text(char *to, const char *from, const char **in_config)
{
	memcpy(to, from, strlen(from) + 1);
	*in_config = to;
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct fgcp_config *c = config;
	struct node_part none = {0};

	*why = fgcp_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a unit of a cluster");
	struct fgcp_unit *u = calloc(1, sizeof *u);
	if (u == NULL)
		return none;
	u->config = *c;
	copy_text(u->group_name, c->group_name, &u->config.group_name);
	copy_text(u->password, c->password, &u->config.password);
	copy_text(u->serial, c->serial, &u->config.serial);
	fgcp_key_set(u);
	u->stack = stack;
	u->outbox = outbox;
	stop_timers(u);
	for (unsigned i = 0; i < stack_interface_count(stack); i++) {
		u->physical[i] = stack_interface(stack, i)->mac;
		if (has_address(stack_interface(stack, i)))
			u->data |= UINT32_C(1) << i;
	}
	if (!fgcp_name_set(u)) {
		free(u);
		return none;
	}
	*why = vl_status_ok();
	return (struct node_part){&OPS, u};
}

struct node_part_config fgcp_part(const struct fgcp_config *c, const struct node_config *box)
{
	size_t interfaces = box->stack.interface_count, words = 8 + FGCP_UNITS + 6 * interfaces;

	for (size_t i = 0; i < interfaces; i++)
		words += 2 * box->stack.interface[i].address_count;
	return (struct node_part_config){.make = make, .config = c, .words = words};
}

/* --- facts ----------------------------------------------------------------------------------------------------------- */

enum fgcp_state fgcp_unit_state(const struct fgcp_unit *u)
{
	return u->state;
}

size_t fgcp_unit_heard(const struct fgcp_unit *u)
{
	size_t heard = 0;

	for (size_t i = 0; i < FGCP_UNITS - 1; i++)
		heard += u->peer[i].used;
	return heard;
}

uint64_t fgcp_unit_dropped(const struct fgcp_unit *u, enum fgcp_drop why)
{
	assert((unsigned)why < FGCP_DROP_COUNT);
	return u->dropped[why];
}
