// SPDX-License-Identifier: BSD-2-Clause
/* The virtual services of a LoadMaster: the balancer behind sim/node/part.h. Alone it is always active; of a pair while
 * the unit's CARP or VRRP is on some interface. */
#include <stdlib.h>
#include <string.h>

#include "sim/appliance/parts.h"
#include "sim/node/node.h"

#define PREFIX "services."

struct services {
	struct balancer *balancer;
	const struct engine *node;      /* NULL: not told yet */
	bool has_ha;
};

static bool is_active(const struct services *s)
{
	if (!s->has_ha)
		return true;
	if (s->node == NULL)
		return false;
	for (size_t i = 0; i < node_carp_count(s->node); i++)
		if (carp_host_state(node_carp(s->node, i)) == CARP_MASTER)
			return true;
	for (size_t i = 0; i < node_vrrp_count(s->node); i++)
		if (vrrp_router_state(node_vrrp(s->node, i)) == VRRP_ACTIVE)
			return true;
	return false;
}

static void part_startup(void *self, vl_time now)
{
	struct services *s = self;

	balancer_startup(s->balancer, is_active(s), now);
}

static void part_shutdown(void *self, vl_time now)
{
	struct services *s = self;

	balancer_shutdown(s->balancer, now);
}

static void part_crash(void *self)
{
	struct services *s = self;

	balancer_crash(s->balancer);
}

static bool part_receive(void *self, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	struct services *s = self;

	return balancer_receive(s->balancer, p, f, interface, now);
}

static bool part_quick(void *self, unsigned port, const struct frame *f, vl_time now)
{
	struct services *s = self;

	return balancer_quick(s->balancer, port, f, now);
}

static void part_timeout(void *self, vl_time now)
{
	struct services *s = self;

	balancer_timeout(s->balancer, now);
}

static vl_time part_deadline(const void *self)
{
	const struct services *s = self;

	return balancer_deadline(s->balancer);
}

static void part_interface_changed(void *self, vl_time now)
{
	(void)self;
	(void)now;
}

static void part_settle(void *self, vl_time now)
{
	struct services *s = self;

	if (s->has_ha)
		balancer_set_active(s->balancer, is_active(s), now);
}

static struct vl_status part_control(void *self, const struct command *command, vl_time now)
{
	struct services *s = self;
	struct command below = *command;

	if (command->verb != COMMAND_SET || strncmp(command->field, PREFIX, sizeof PREFIX - 1) != 0)
		return vl_refuse(VL_UNKNOWN, "a balancer does not know it");
	below.field += sizeof PREFIX - 1;
	return balancer_control(s->balancer, &below, now);
}

static void part_free(void *self)
{
	struct services *s = self;

	balancer_free(s->balancer);
	free(s);
}

static const struct node_part_ops SERVICES_PART = {
	.name = "services",
	.only_answers = true,
	.startup = part_startup,
	.shutdown = part_shutdown,
	.crash = part_crash,
	.receive = part_receive,
	.quick = part_quick,
	.timeout = part_timeout,
	.deadline = part_deadline,
	.interface_changed = part_interface_changed,
	.settle = part_settle,
	.control = part_control,
	.free = part_free,
};

/* What the pair shares, or NULL; the interface is the caller's to find. */
static const struct balancer_sync_config *sync_of(const struct loadmaster_config *c, struct balancer_sync_config *sync)
{
	if (c->shared_count == 0 || !(c->l4_connection_updates || c->l7_persistency_updates))
		return NULL;
	sync_config_init(&sync->sync);
	sync->interface = 0;
	sync->peer = c->update_peer;
	sync->sync.connections = c->l4_connection_updates;
	sync->sync.persistence = c->l7_persistency_updates;
	sync->sync.id = c->id;
	sync->sync.second = c->role == LOADMASTER_SECOND;
	sync->sync.secret = c->password;
	sync->sync.threshold = c->update_threshold;
	sync->sync.period = c->update_period;
	sync->sync.refresh = c->update_refresh;
	sync->sync.backlog = c->update_backlog;
	return sync;
}

static struct balancer_config config_of(const struct loadmaster_config *c, struct balancer_sync_config *sync)
{
	return (struct balancer_config){
		.sync = sync_of(c, sync),
		.service_count = c->service_count,
		.service = c->service,
		.connections = c->connections,
		.persistence_entries = c->persistence_entries,
		.seed = c->seed,
		.claims = c->shared_count == 0,
	};
}

static struct node_part make(const void *config, struct stack *stack, struct outbox *outbox, struct vl_status *why)
{
	const struct loadmaster_config *c = config;
	struct balancer_sync_config sync;
	const struct balancer_config balancer = config_of(c, &sync);
	const struct node_part none = {0};
	struct services *s = calloc(1, sizeof *s);

	if (s == NULL) {
		*why = vl_refuse(VL_NO_MEMORY, "out of memory for virtual services");
		return none;
	}
	for (unsigned i = 0; c->multicast_interface != NULL && i < stack_interface_count(stack); i++)
		if (strcmp(stack_interface(stack, i)->name, c->multicast_interface) == 0)
			sync.interface = i;
	s->has_ha = c->shared_count > 0;
	s->balancer = balancer_new(&balancer, stack, outbox, why);
	if (s->balancer == NULL) {
		free(s);
		return none;
	}
	return (struct node_part){.ops = &SERVICES_PART, .self = s};
}

struct node_part_config loadmaster_services(const struct loadmaster_config *c)
{
	struct balancer_sync_config sync;
	const struct balancer_config balancer = config_of(c, &sync);

	return (struct node_part_config){
		.make = make,
		.config = c,
		.claims = balancer_claims(&balancer),
		.words = balancer_words(&balancer),
	};
}

struct services *loadmaster_services_join(const struct engine *node)
{
	for (size_t i = 0; i < node_part_count(node); i++)
		if (node_part_ops(node, i) == &SERVICES_PART) {
			struct services *s = node_part(node, i);
			s->node = node;
			return s;
		}
	return NULL;
}

void loadmaster_services_identify(struct services *s, uint8_t id, const char *password, vl_time now)
{
	balancer_identify(s->balancer, id, password, now);
}

const struct balancer *loadmaster_services_balancer(const struct services *s)
{
	return s->balancer;
}
