// SPDX-License-Identifier: BSD-2-Clause
/*
 * The engine around the node: everything goes through, but settings that begin with "ha." are turned into the
 * settings of the CARP hosts or virtual routers inside, all of them.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/appliance/loadmaster.h"
#include "sim/appliance/parts.h"
#include "sim/base/suggest.h"
#include "sim/node/node.h"

struct loadmaster {
	struct engine node;
	enum loadmaster_role role;
	uint8_t id;
	struct services *services;      /* NULL: none */
};

static void startup(void *self, vl_time now)
{
	struct loadmaster *l = self;
	l->node.ops->startup(l->node.self, now);
}

static void shutdown(void *self, vl_time now)
{
	struct loadmaster *l = self;
	l->node.ops->shutdown(l->node.self, now);
}

static void input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct loadmaster *l = self;
	l->node.ops->input(l->node.self, port, f, now);
}

static void timeout(void *self, vl_time now)
{
	struct loadmaster *l = self;
	l->node.ops->timeout(l->node.self, now);
}

static vl_time deadline(const void *self)
{
	const struct loadmaster *l = self;
	return l->node.ops->deadline(l->node.self);
}

static bool poll(void *self, struct engine_out *out)
{
	struct loadmaster *l = self;
	return l->node.ops->poll(l->node.self, out);
}

static void loadmaster_free(void *self)
{
	struct loadmaster *l = self;

	if (l == NULL)
		return;
	l->node.ops->free(l->node.self);
	free(l);
}

/* --- settings in KEMP's words ---------------------------------------------------------------------------- */

/* Sets `field` of every CARP host and virtual router; the id in the path is the one it has now, and its
 * family and interface tell those of one id apart. */
static struct vl_status set_all(struct loadmaster *l, const char *carp_field, const char *vrrp_field,
				enum value_type type, union value carp, union value vrrp, vl_time now)
{
	struct vl_status s = vl_status_ok();
	const struct stack *stack = node_stack(&l->node);
	char path[192];
	struct command c = {.verb = COMMAND_SET, .field = path, .type = type};

	for (size_t i = 0; vl_ok(&s) && i < node_carp_count(&l->node); i++) {
		const struct carp_config *h = carp_host_config(node_carp(&l->node, i));
		(void)snprintf(path, sizeof path, "carp.%u.%s.%s.%s", h->vhid,
			       h->family == IP_V4 ? "ipv4" : "ipv6", stack_interface(stack, h->interface)->name,
			       carp_field);
		c.value = carp;
		s = l->node.ops->control(l->node.self, &c, now);
	}
	for (size_t i = 0; vl_ok(&s) && i < node_vrrp_count(&l->node); i++) {
		const struct vrrp_config *r = vrrp_router_config(node_vrrp(&l->node, i));
		(void)snprintf(path, sizeof path, "vrrp.%u.%s.%s.%s", r->vrid,
			       r->family == IP_V4 ? "ipv4" : "ipv6", stack_interface(stack, r->interface)->name,
			       vrrp_field);
		c.value = vrrp;
		s = l->node.ops->control(l->node.self, &c, now);
	}
	return s;
}

static struct vl_status set_id(struct loadmaster *l, const struct command *c, vl_time now)
{
	if (c->type != VALUE_NUMBER)
		return vl_refuse(VL_INVALID, "ha.id: it is a number, 1-255");
	if (c->value.number < 1 || c->value.number > 255)
		return vl_refuse(VL_INVALID, "ha.id: `%llu' is not in 1-255",
				 (unsigned long long)c->value.number);
	struct vl_status s = set_all(l, "vhid", "vrid", VALUE_NUMBER, c->value, c->value, now);
	if (!vl_ok(&s))
		return s;
	l->id = (uint8_t)c->value.number;
	if (l->services != NULL)
		loadmaster_services_identify(l->services, l->id, NULL, now);
	return s;
}

static struct vl_status set_timeout(struct loadmaster *l, const struct command *c, vl_time now)
{
	if (c->type != VALUE_TIME)
		return vl_refuse(VL_INVALID, "ha.timeout: it is a length of time");
	struct vl_status s = loadmaster_check_timeout(c->value.time);
	if (!vl_ok(&s))
		return s;
	union value advbase = {.number = c->value.time / (3 * VL_S)};
	union value interval = {.time = c->value.time / 3};
	if (node_carp_count(&l->node) > 0)
		return set_all(l, "advbase", NULL, VALUE_NUMBER, advbase, interval, now);
	return set_all(l, NULL, "interval", VALUE_TIME, advbase, interval, now);
}

static struct vl_status set_preferred(struct loadmaster *l, const struct command *c, vl_time now)
{
	static const char *const WORDS[] = {
		[LOADMASTER_PREFERRED_NONE] = "none",
		[LOADMASTER_PREFERRED_FIRST] = "first",
		[LOADMASTER_PREFERRED_SECOND] = "second",
	};
	const char *word = c->type == VALUE_WORD ? c->value.word : NULL;
	int preferred = -1;

	for (int i = 0; word != NULL && i < 3; i++)
		if (strcmp(word, WORDS[i]) == 0)
			preferred = i;
	if (preferred < 0)
		return vl_refuse(VL_INVALID, "ha.preferred: it is none, first or second");
	bool better = loadmaster_is_better(l->role, (enum loadmaster_preferred)preferred);
	union value preempt = {.flag = preferred != LOADMASTER_PREFERRED_NONE};
	union value advskew = {.number = better ? LOADMASTER_ADVSKEW_BETTER : LOADMASTER_ADVSKEW_OTHER};
	union value priority = {.number = better ? LOADMASTER_PRIORITY_BETTER : LOADMASTER_PRIORITY_OTHER};
	struct vl_status s = set_all(l, "preempt", "preempt", VALUE_FLAG, preempt, preempt, now);
	if (!vl_ok(&s))
		return s;
	return set_all(l, "advskew", "priority", VALUE_NUMBER, advskew, priority, now);
}

static struct vl_status set_password(struct loadmaster *l, const struct command *c, vl_time now)
{
	if (node_carp_count(&l->node) == 0)
		return vl_refuse(VL_STATE, "ha.password: only CARP has it; this pair speaks VRRP");
	struct vl_status s = set_all(l, "password", NULL, c->type, c->value, c->value, now);
	if (vl_ok(&s) && l->services != NULL)
		loadmaster_services_identify(l->services, l->id, c->value.word, now);
	return s;
}

static const struct {
	const char *field;
	struct vl_status (*set)(struct loadmaster *l, const struct command *c, vl_time now);
} FIELDS[] = {
	{"ha.id", set_id},
	{"ha.timeout", set_timeout},
	{"ha.preferred", set_preferred},
	{"ha.password", set_password},
};

static struct vl_status set_ha(struct loadmaster *l, const struct command *c, vl_time now)
{
	struct suggestion near;

	if (node_carp_count(&l->node) + node_vrrp_count(&l->node) == 0)
		return vl_refuse(VL_STATE, "%s: this unit has no HA", c->field);
	suggest_begin(&near, c->field);
	for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
		if (strcmp(FIELDS[i].field, c->field) == 0)
			return FIELDS[i].set(l, c, now);
		suggest_word(&near, FIELDS[i].field);
	}
	if (near.best != NULL)
		return vl_refuse(VL_UNKNOWN, "there is no `%s' to set; did you mean `%s'?", c->field, near.best);
	return vl_refuse(VL_UNKNOWN, "there is no `%s' to set; there are ha.id, ha.timeout, ha.preferred, ha.password",
			 c->field);
}

static struct vl_status control(void *self, const struct command *command, vl_time now)
{
	struct loadmaster *l = self;

	if (command->verb == COMMAND_SET && command->field != NULL && strncmp(command->field, "ha.", 3) == 0)
		return set_ha(l, command, now);
	return l->node.ops->control(l->node.self, command, now);
}

static const struct engine_ops LOADMASTER_OPS = {
	.name = "loadmaster",
	.startup = startup,
	.shutdown = shutdown,
	.input = input,
	.timeout = timeout,
	.deadline = deadline,
	.poll = poll,
	.control = control,
	.free = loadmaster_free,
};

struct engine loadmaster_new(const struct loadmaster_config *c, const struct node_config *box,
			     struct frame_pool *pool, struct vl_status *why)
{
	struct engine none = {0};
	struct loadmaster *l = calloc(1, sizeof *l);

	if (l == NULL) {
		*why = vl_refuse(VL_NO_MEMORY, "out of memory for a LoadMaster");
		return none;
	}
	l->role = c->role;
	l->id = c->id;
	l->node = node_new(box, pool, why);
	if (l->node.ops == NULL) {
		free(l);
		return none;
	}
	l->services = loadmaster_services_join(&l->node);
	return (struct engine){.ops = &LOADMASTER_OPS, .self = l};
}

const struct engine *loadmaster_node(const struct engine *loadmaster)
{
	assert(loadmaster->ops == &LOADMASTER_OPS);
	const struct loadmaster *l = loadmaster->self;
	return &l->node;
}

const struct balancer *loadmaster_balancer(const struct engine *loadmaster)
{
	assert(loadmaster->ops == &LOADMASTER_OPS);
	const struct loadmaster *l = loadmaster->self;
	return l->services != NULL ? loadmaster_services_balancer(l->services) : NULL;
}
