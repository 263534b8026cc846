// SPDX-License-Identifier: BSD-2-Clause
/* The groups of a box. */
#include "sim/vendors/glbp_part.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/vendors/vendor_path.h"

_Static_assert(GLBP_GROUPS * GLBP_FORWARDERS <= STACK_HELD_MACS, "every forwarder's MAC can be held");

struct glbp_part {
	struct stack *stack;
	size_t group_count;
	struct glbp_group *group[GLBP_GROUPS];
};

static void part_startup(void *self, vl_time now)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_startup(p->group[i], now);
}

static void part_shutdown(void *self, vl_time now)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_shutdown(p->group[i], now);
}

static void part_crash(void *self)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_crash(p->group[i]);
}

static bool part_receive(void *self, const struct packet *packet, const struct frame *f, unsigned interface, vl_time now)
{
	struct glbp_part *p = self;

	(void)f;
	if (packet->transport != TRANSPORT_GLBP)
		return false;
	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_receive(p->group[i], packet, interface, now);
	return true;
}

static void part_timeout(void *self, vl_time now)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_timeout(p->group[i], now);
}

static vl_time part_deadline(const void *self)
{
	const struct glbp_part *p = self;
	vl_time deadline = VL_NEVER;

	for (size_t i = 0; i < p->group_count; i++)
		deadline = vl_time_min(deadline, glbp_group_deadline(p->group[i]));
	return deadline;
}

static void part_interface_changed(void *self, vl_time now)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_interface_changed(p->group[i], now);
}

static const char *interface_name(const struct glbp_part *p, const struct glbp_group *g)
{
	return stack_interface(p->stack, glbp_group_config(g)->interface)->name;
}

static bool is_taken(const struct glbp_part *p, const struct glbp_group *own, uint64_t number)
{
	for (size_t i = 0; i < p->group_count; i++)
		if (p->group[i] != own && glbp_group_config(p->group[i])->group == number &&
		    glbp_group_config(p->group[i])->interface == glbp_group_config(own)->interface)
			return true;
	return false;
}

static struct vl_status set(struct glbp_part *p, const struct command *command, vl_time now)
{
	struct command below = *command;
	struct vendor_path path;
	struct glbp_group *found = NULL;
	size_t fitting = 0;

	if (!vendor_path_read(&path, command->field, "glbp"))
		return vl_refuse(VL_UNKNOWN, "`%s' is none of glbp.GROUP.FIELD", command->field);
	for (size_t i = 0; i < p->group_count; i++) {
		struct glbp_group *g = p->group[i];
		if (!vendor_path_means(&path, glbp_group_config(g)->group, IP_V4, interface_name(p, g)))
			continue;
		found = g;
		fitting++;
	}
	if (found == NULL)
		return vl_refuse(VL_UNKNOWN, "`%s': no such GLBP group here", command->field);
	if (fitting > 1)
		return vl_refuse(VL_INVALID, "`%s' means %zu of them: put an interface after the group", command->field,
				 fitting);
	below.field = path.field;
	if (strcmp(path.field, "group") == 0 && command->type == VALUE_NUMBER &&
	    is_taken(p, found, command->value.number))
		return vl_refuse(VL_INVALID, "group: `%u' is taken by another GLBP group of the interface",
				 (unsigned)command->value.number);
	return glbp_group_control(found, &below, now);
}

static struct vl_status part_control(void *self, const struct command *command, vl_time now)
{
	struct glbp_part *p = self;
	struct vl_status status = vl_refuse(VL_UNKNOWN, "no GLBP group knows it");

	if (command->verb == COMMAND_SET)
		return set(p, command, now);
	for (size_t i = 0; i < p->group_count; i++) {
		struct vl_status said = glbp_group_control(p->group[i], command, now);
		if (said.code != VL_UNKNOWN)
			status = said;
	}
	return status;
}

static void part_free(void *self)
{
	struct glbp_part *p = self;

	for (size_t i = 0; i < p->group_count; i++)
		glbp_group_free(p->group[i]);
	free(p);
}

static const struct node_part_ops GLBP_PART = {
	.name = "glbp",
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

struct vl_status glbp_config_check(const struct glbp_config *c, size_t interface_count)
{
	if (c->group_count > GLBP_GROUPS)
		return vl_refuse(VL_INVALID, "glbp: %zu groups, at most %d", c->group_count, GLBP_GROUPS);
	for (size_t i = 0; i < c->group_count; i++) {
		const struct glbp_group_config *g = &c->group[i];
		struct vl_status s = glbp_group_config_check(g);
		if (!vl_ok(&s))
			return vl_refuse(s.code, "glbp %u: %s", g->group, s.reason);
		if (g->interface >= interface_count)
			return vl_refuse(VL_INVALID, "glbp %u: there is no interface %u", g->group, g->interface);
		for (size_t k = 0; k < g->track_count; k++)
			if (g->track[k].object == NULL && g->track[k].interface >= interface_count)
				return vl_refuse(VL_INVALID, "glbp %u: track: there is no interface %u", g->group,
						 g->track[k].interface);
		for (size_t k = 0; k < i; k++)
			if (c->group[k].interface == g->interface && c->group[k].group == g->group)
				return vl_refuse(VL_INVALID, "glbp %u: twice on one interface", g->group);
	}
	return vl_status_ok();
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct glbp_config *c = config;
	const struct node_part none = {0};

	*why = glbp_config_check(c, stack_interface_count(stack));
	if (!vl_ok(why))
		return none;
	struct glbp_part *p = calloc(1, sizeof *p);
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for GLBP");
	if (p == NULL)
		return none;
	p->stack = stack;
	for (size_t i = 0; i < c->group_count; i++) {
		struct glbp_group *g = glbp_group_new(&c->group[i], stack, outbox);
		if (g == NULL) {
			part_free(p);
			return none;
		}
		p->group[p->group_count++] = g;
	}
	*why = vl_status_ok();
	return (struct node_part){.ops = &GLBP_PART, .self = p};
}

/* One call may change every forwarder, and the gateway twice. */
#define WORDS_OF_A_GROUP 48

struct node_part_config glbp_part(const struct glbp_config *c)
{
	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = c->group_count,
		.words = c->group_count * WORDS_OF_A_GROUP,
	};
}

size_t glbp_part_count(const void *part)
{
	return ((const struct glbp_part *)part)->group_count;
}

struct glbp_group *glbp_part_group(const void *part, size_t i)
{
	const struct glbp_part *p = part;

	assert(i < p->group_count);
	return p->group[i];
}
