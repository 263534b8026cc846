// SPDX-License-Identifier: BSD-2-Clause
/* The groups of a box, and what its interfaces say of themselves. */
#include "sim/vendors/hsrp_part.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/vendors/hsrp_state.h"
#include "sim/vendors/vendor_path.h"

#define ADVERTISE_EVERY (30 * VL_S)

/* An interface with groups. */
struct speaker {
	unsigned interface;
	enum ip_family family;
	uint8_t version;
	bool active;                    /* a group of it is */
	bool told;                      /* since it came up */
	vl_time advertise_at;
};

struct hsrp_part {
	struct stack *stack;
	struct hsrp_watcher watcher;
	size_t group_count;
	struct hsrp_group *group[HSRP_GROUPS];
	size_t speaker_count;           /* 0: no Advertise */
	struct speaker speaker[HSRP_GROUPS];
};

/* --- Advertise ------------------------------------------------------------------------------------------- */

static bool is_of(const struct speaker *s, const struct hsrp_group *g)
{
	const struct hsrp_group_config *c = hsrp_group_config(g);

	return c->interface == s->interface && c->family == s->family;
}

static void advertise(struct hsrp_part *p, struct speaker *s, vl_time now)
{
	uint16_t active = 0, passive = 0;

	for (size_t i = 0; i < p->group_count; i++) {
		if (!is_of(s, p->group[i]))
			continue;
		if (hsrp_group_state(p->group[i]) == HSRP_GROUP_ACTIVE)
			active++;
		else
			passive++;
	}
	s->active = active > 0;
	s->told = true;
	s->advertise_at = s->active ? VL_NEVER : vl_time_after(now, ADVERTISE_EVERY);
	hsrp_send_advertise(p->stack, s->interface, s->family, s->version, active, passive);
}

static void active_changed(void *context, unsigned interface, vl_time now)
{
	struct hsrp_part *p = context;

	for (size_t i = 0; i < p->speaker_count; i++)
		if (p->speaker[i].interface == interface && stack_interface_up(p->stack, interface))
			advertise(p, &p->speaker[i], now);
}

/* An interface that is up and has not said so. */
static void greet(struct hsrp_part *p, vl_time now)
{
	for (size_t i = 0; i < p->speaker_count; i++) {
		struct speaker *s = &p->speaker[i];
		if (!stack_interface_up(p->stack, s->interface)) {
			s->told = false;
			s->advertise_at = VL_NEVER;
		} else if (!s->told) {
			advertise(p, s, now);
		}
	}
}

/* Passive routers answer an active one. */
static void heard_advertise(struct hsrp_part *p, const struct packet *packet, unsigned interface, vl_time now)
{
	const struct hsrp_message *m = &packet->hsrp;

	for (size_t i = 0; i < p->speaker_count; i++) {
		struct speaker *s = &p->speaker[i];
		struct ip_addr own = stack_primary(p->stack, s->interface, s->family);
		if (s->interface == interface && s->version == m->version && s->family == packet->src.family &&
		    m->active_groups > 0 && s->told && !s->active && !ip_equal(&packet->src, &own))
			advertise(p, s, now);
	}
}

/* --- the part -------------------------------------------------------------------------------------------- */

static void part_startup(void *self, vl_time now)
{
	struct hsrp_part *p = self;

	greet(p, now);
	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_startup(p->group[i], now);
}

static void be_silent(struct hsrp_part *p)
{
	for (size_t i = 0; i < p->speaker_count; i++) {
		p->speaker[i].told = p->speaker[i].active = false;
		p->speaker[i].advertise_at = VL_NEVER;
	}
}

static void part_shutdown(void *self, vl_time now)
{
	struct hsrp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_shutdown(p->group[i], now);
	be_silent(p);
}

static void part_crash(void *self)
{
	struct hsrp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_crash(p->group[i]);
	be_silent(p);
}

static bool part_receive(void *self, const struct packet *packet, const struct frame *f, unsigned interface, vl_time now)
{
	struct hsrp_part *p = self;

	(void)f;
	if (packet->transport != TRANSPORT_HSRP)
		return false;
	if (packet->hsrp.has_interface)
		heard_advertise(p, packet, interface, now);
	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_receive(p->group[i], packet, interface, now);
	return true;
}

static void part_timeout(void *self, vl_time now)
{
	struct hsrp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_timeout(p->group[i], now);
	for (size_t i = 0; i < p->speaker_count; i++)
		if (p->speaker[i].advertise_at <= now)
			advertise(p, &p->speaker[i], now);
}

static vl_time part_deadline(const void *self)
{
	const struct hsrp_part *p = self;
	vl_time deadline = VL_NEVER;

	for (size_t i = 0; i < p->group_count; i++)
		deadline = vl_time_min(deadline, hsrp_group_deadline(p->group[i]));
	for (size_t i = 0; i < p->speaker_count; i++)
		deadline = vl_time_min(deadline, p->speaker[i].advertise_at);
	return deadline;
}

static void part_interface_changed(void *self, vl_time now)
{
	struct hsrp_part *p = self;

	greet(p, now);
	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_interface_changed(p->group[i], now);
}

static const char *interface_name(const struct hsrp_part *p, const struct hsrp_group *g)
{
	return stack_interface(p->stack, hsrp_group_config(g)->interface)->name;
}

/* Two groups of one interface and family would have one number. */
static bool is_taken(const struct hsrp_part *p, const struct hsrp_group *own, uint64_t number)
{
	const struct hsrp_group_config *c = hsrp_group_config(own);

	for (size_t i = 0; i < p->group_count; i++) {
		const struct hsrp_group_config *other = hsrp_group_config(p->group[i]);
		if (p->group[i] != own && other->interface == c->interface && other->family == c->family &&
		    other->group == number)
			return true;
	}
	return false;
}

static struct vl_status set(struct hsrp_part *p, const struct command *command, vl_time now)
{
	struct command below = *command;
	struct vendor_path path;
	struct hsrp_group *found = NULL;
	size_t fitting = 0;

	if (!vendor_path_read(&path, command->field, "hsrp"))
		return vl_refuse(VL_UNKNOWN, "`%s' is none of hsrp.GROUP.FIELD", command->field);
	for (size_t i = 0; i < p->group_count; i++) {
		const struct hsrp_group_config *c = hsrp_group_config(p->group[i]);
		if (!vendor_path_means(&path, c->group, c->family, interface_name(p, p->group[i])))
			continue;
		found = p->group[i];
		fitting++;
	}
	if (found == NULL)
		return vl_refuse(VL_UNKNOWN, "`%s': no such HSRP group here", command->field);
	if (fitting > 1)
		return vl_refuse(VL_INVALID, "`%s' means %zu of them: put ipv4, ipv6 or an interface after the group",
				 command->field, fitting);
	below.field = path.field;
	if (strcmp(path.field, "group") == 0 && command->type == VALUE_NUMBER &&
	    is_taken(p, found, command->value.number))
		return vl_refuse(VL_INVALID, "group: `%u' is taken by another HSRP group of the interface",
				 (unsigned)command->value.number);
	return hsrp_group_control(found, &below, now);
}

static struct vl_status part_control(void *self, const struct command *command, vl_time now)
{
	struct hsrp_part *p = self;
	struct vl_status status = vl_refuse(VL_UNKNOWN, "no HSRP group knows it");

	if (command->verb == COMMAND_SET)
		return set(p, command, now);
	for (size_t i = 0; i < p->group_count; i++) {
		struct vl_status said = hsrp_group_control(p->group[i], command, now);
		if (said.code != VL_UNKNOWN)
			status = said;
	}
	return status;
}

static void part_free(void *self)
{
	struct hsrp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		hsrp_group_free(p->group[i]);
	free(p);
}

static const struct node_part_ops HSRP_PART = {
	.name = "hsrp",
	.startup = part_startup,
	.shutdown = part_shutdown,
	.crash = part_crash,
	.receive = part_receive,
	.timeout = part_timeout,
	.deadline = part_deadline,
	.interface_changed = part_interface_changed,
	.control = part_control,
	.free = part_free,
};

/* --- making ---------------------------------------------------------------------------------------------- */

struct vl_status hsrp_config_check(const struct hsrp_config *c, size_t interface_count)
{
	if (c->group_count > HSRP_GROUPS)
		return vl_refuse(VL_INVALID, "hsrp: %zu groups, at most %d", c->group_count, HSRP_GROUPS);
	for (size_t i = 0; i < c->group_count; i++) {
		const struct hsrp_group_config *g = &c->group[i];
		struct vl_status s = hsrp_group_config_check(g);
		if (!vl_ok(&s))
			return vl_refuse(s.code, "hsrp %u: %s", g->group, s.reason);
		if (g->interface >= interface_count)
			return vl_refuse(VL_INVALID, "hsrp %u: there is no interface %u", g->group, g->interface);
		for (size_t k = 0; k < g->track_count; k++)
			if (g->track[k].object == NULL && g->track[k].interface >= interface_count)
				return vl_refuse(VL_INVALID, "hsrp %u: track: there is no interface %u", g->group,
						 g->track[k].interface);
		for (size_t k = 0; k < i; k++) {
			const struct hsrp_group_config *other = &c->group[k];
			if (other->interface != g->interface)
				continue;
			if (other->version != g->version)
				return vl_refuse(VL_INVALID, "hsrp %u: version: an interface has one", g->group);
			if (other->group == g->group && other->family == g->family)
				return vl_refuse(VL_INVALID, "hsrp %u: twice on one interface", g->group);
		}
	}
	return vl_status_ok();
}

static void add_speaker(struct hsrp_part *p, const struct hsrp_group_config *g)
{
	for (size_t i = 0; i < p->speaker_count; i++)
		if (p->speaker[i].interface == g->interface && p->speaker[i].family == g->family)
			return;
	p->speaker[p->speaker_count++] = (struct speaker){
		.interface = g->interface, .family = g->family, .version = g->version, .advertise_at = VL_NEVER,
	};
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct hsrp_config *c = config;
	const struct node_part none = {0};

	*why = hsrp_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	struct hsrp_part *p = calloc(1, sizeof *p);
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for HSRP");
	if (p == NULL)
		return none;
	p->stack = stack;
	p->watcher = (struct hsrp_watcher){.active_changed = active_changed, .context = p};
	for (size_t i = 0; i < c->group_count; i++) {
		struct hsrp_group *g = hsrp_group_new(&c->group[i], stack, outbox);
		if (g == NULL) {
			part_free(p);
			return none;
		}
		p->group[p->group_count++] = g;
		hsrp_group_watch(g, &p->watcher);
		if (c->advertise)
			add_speaker(p, &c->group[i]);
	}
	*why = vl_status_ok();
	return (struct node_part){.ops = &HSRP_PART, .self = p};
}

/* One call may make a group leave, begin, take over and announce. */
#define WORDS_OF_A_GROUP 16

struct node_part_config hsrp_part(const struct hsrp_config *c)
{
	struct node_part_config part = {.make = make, .config = c};

	for (size_t i = 0; i < c->group_count; i++) {
		/* one that is learned needs room, too */
		size_t addresses = c->group[i].address_count > 0 ? c->group[i].address_count : 1;
		part.claims += addresses;
		part.words += WORDS_OF_A_GROUP + 4 * addresses;
	}
	return part;
}

size_t hsrp_part_count(const void *part)
{
	return ((const struct hsrp_part *)part)->group_count;
}

struct hsrp_group *hsrp_part_group(const void *part, size_t i)
{
	const struct hsrp_part *p = part;

	assert(i < p->group_count);
	return p->group[i];
}
