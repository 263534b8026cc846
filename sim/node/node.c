// SPDX-License-Identifier: BSD-2-Clause
/* The engine of a box: makes its parts, and hands on to each what is its own. */
#include "sim/node/node.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/node/parts.h"
#include "sim/vrrp/sync_group.h"

static void node_free(void *self)
{
	struct node *n = self;

	if (n == NULL)
		return;
	for (size_t i = 0; i < n->ping_count; i++)
		pinger_free(n->ping[i]);
	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_free(n->vrrp[i]);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_free(n->carp[i]);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->free(n->part[i].self);
	for (size_t i = 0; i < n->group_count; i++)
		sync_group_free(n->group[i]);
	stack_free(n->stack);
	if (n->outbox.ring != NULL)
		outbox_fini(&n->outbox);
	labels_fini(&n->names);
	free(n->vrrp);
	free(n->carp);
	free(n->group);
	free(n);
}

/* Power comes back without a goodbye before: nothing that the box knew is true. */
static void forget(struct node *n)
{
	struct engine_out out;

	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_crash(n->vrrp[i]);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_crash(n->carp[i]);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->crash(n->part[i].self);
	for (size_t i = 0; i < n->ping_count; i++)
		pinger_free(n->ping[i]);
	n->ping_count = 0;
	while (outbox_poll(&n->outbox, &out))
		if (out.type == OUT_FRAME)
			frame_unref(out.frame);
}

static void node_startup(void *self, vl_time now)
{
	struct node *n = self;

	if (n->started)
		forget(n);
	stack_reset(n->stack);
	n->started = true;
	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_startup(n->vrrp[i], now);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_startup(n->carp[i], now);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->startup(n->part[i].self, now);
	node_settle(n, now);
}

static void node_shutdown(void *self, vl_time now)
{
	struct node *n = self;

	if (!n->started)
		return;
	while (n->ping_count > 0)
		node_stop_ping(n, n->ping_count - 1, now);
	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_shutdown(n->vrrp[i], now);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_shutdown(n->carp[i], now);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->shutdown(n->part[i].self, now);
	n->started = false;
	node_settle(n, now);
}

static bool echo_reply(struct node *n, const struct packet *p, vl_time now)
{
	uint8_t type = p->network == NETWORK_IPV4 ? ICMP_ECHO_REPLY : (uint8_t)ICMPV6_ECHO_REPLY;

	if (p->transport != TRANSPORT_ICMP || p->icmp.type != type)
		return false;
	for (size_t i = 0; i < n->ping_count; i++)
		if (pinger_reply(n->ping[i], p, now))
			return true;
	return false;
}

static bool part_takes(struct node *n, const struct packet *p, const struct frame *f, unsigned interface, vl_time now)
{
	for (size_t i = 0; i < n->part_count; i++)
		if (n->part[i].ops->receive(n->part[i].self, p, f, interface, now))
			return true;
	return false;
}

static bool is_quick(struct node *n, unsigned port, const struct frame *f, vl_time now)
{
	return n->part_count > 0 && n->part[0].ops->quick != NULL &&
	       n->part[0].ops->quick(n->part[0].self, port, f, now);
}

static void node_input(void *self, unsigned port, struct frame *f, vl_time now)
{
	struct node *n = self;
	const struct packet *p;
	unsigned interface;

	if (!n->started)
		return;
	if (is_quick(n, port, f, now)) {
		node_settle(n, now);
		return;
	}
	switch (stack_input(n->stack, port, f, now, &p, &interface)) {
	case STACK_REDUNDANCY:
		for (size_t i = 0; i < n->vrrp_count; i++)
			vrrp_router_receive(n->vrrp[i], p, interface, now);
		for (size_t i = 0; i < n->carp_count; i++)
			carp_host_receive(n->carp[i], p, interface, now);
		(void)part_takes(n, p, f, interface, now);
		break;
	case STACK_LOCAL:
		if (!echo_reply(n, p, now) && !part_takes(n, p, f, interface, now))
			n->unheard++;
		break;
	case STACK_TRANSIT:
		if (!part_takes(n, p, f, interface, now))
			stack_transit(n->stack, f, p, now);
		break;
	case STACK_DONE:
		break;
	}
	node_settle(n, now);
}

static void node_timeout(void *self, vl_time now)
{
	struct node *n = self;

	if (now < n->deadline)
		return;
	stack_timeout(n->stack, now);
	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_timeout(n->vrrp[i], now);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_timeout(n->carp[i], now);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->timeout(n->part[i].self, now);
	for (size_t i = 0; i < n->ping_count; i++)
		pinger_timeout(n->ping[i], now);
	node_settle(n, now);
}

static vl_time node_deadline(const void *self)
{
	const struct node *n = self;

	return n->deadline;
}

static bool node_poll(void *self, struct engine_out *out)
{
	struct node *n = self;

	return outbox_poll(&n->outbox, out);
}

void node_settle(struct node *n, vl_time now)
{
	for (size_t i = 0; i < n->ping_count;)
		if (pinger_finished(n->ping[i]))
			node_stop_ping(n, i, now);
		else
			i++;
	n->deadline = VL_NEVER;
	if (!n->started)
		return;
	for (size_t i = 0; i < n->part_count; i++)
		if (n->part[i].ops->settle != NULL)
			n->part[i].ops->settle(n->part[i].self, now);
	n->deadline = stack_deadline(n->stack);
	for (size_t i = 0; i < n->vrrp_count; i++)
		n->deadline = vl_time_min(n->deadline, vrrp_router_deadline(n->vrrp[i]));
	for (size_t i = 0; i < n->carp_count; i++)
		n->deadline = vl_time_min(n->deadline, carp_host_deadline(n->carp[i]));
	for (size_t i = 0; i < n->part_count; i++)
		n->deadline = vl_time_min(n->deadline, n->part[i].ops->deadline(n->part[i].self));
	for (size_t i = 0; i < n->ping_count; i++)
		n->deadline = vl_time_min(n->deadline, pinger_deadline(n->ping[i]));
}

static const struct engine_ops NODE_OPS = {
	.name = "node",
	.startup = node_startup,
	.shutdown = node_shutdown,
	.input = node_input,
	.timeout = node_timeout,
	.deadline = node_deadline,
	.poll = node_poll,
	.control = node_control,
	.free = node_free,
};

/* --- making -------------------------------------------------------------------------------------------- */

/* What one call may say at most. Of a virtual router: goodbye or advertisement, a few records, and a burst of
 * announcements for each address; all of them may speak at one instant, and twice when a setting makes them
 * leave and begin. The stack: a question for each neighbour, or all that waited for one. */
static size_t words_at_once(const struct node_config *c)
{
	size_t words = 256 + (c->stack.neighbours != 0 ? c->stack.neighbours : 256);

	for (size_t i = 0; i < c->vrrp_count; i++) {
		const struct vrrp_announce_config *a = &c->vrrp[i].router.announce;
		size_t burst = 1u + a->count + a->repeat_count;
		words += 2 * (8 + c->vrrp[i].router.address_count * burst * (a->cisco_copy ? 2 : 1));
	}
	for (size_t i = 0; i < c->carp_count; i++) {
		const struct carp_announce_config *a = &c->carp[i].announce;
		words += 2 * (8 + c->carp[i].address_count * (1u + a->count + a->repeat_count));
	}
	for (size_t i = 0; i < c->part_count; i++)
		words += 2 * c->part[i].words;
	return words;
}

static size_t count_addresses(const struct node_config *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->vrrp_count; i++)
		count += c->vrrp[i].router.address_count;
	for (size_t i = 0; i < c->carp_count; i++)
		count += c->carp[i].address_count;
	for (size_t i = 0; i < c->part_count; i++)
		count += c->part[i].claims;
	return count;
}

static bool make_stack(struct node *n, const struct node_config *c, struct frame_pool *pool)
{
	struct stack_config *stack = malloc(sizeof *stack);     /* too large for a stack frame */

	if (stack == NULL)
		return false;
	*stack = c->stack;
	if (stack->claims == 0)
		stack->claims = count_addresses(c) + 1;
	n->stack = stack_new(stack, pool, &n->outbox);
	free(stack);
	for (size_t i = 0; i < c->stack.interface_count; i++)
		if (c->stack.interface[i].port >= n->ports)
			n->ports = c->stack.interface[i].port + 1;
	return n->stack != NULL;
}

/* Adds router i to the group of its name, which the first of its members makes. */
static bool join_group(struct node *n, const struct node_config *c, size_t i)
{
	const char *name = c->vrrp[i].sync_group;
	size_t group = 0;

	if (name == NULL)
		return true;
	/* Groups are numbered by their first members. */
	for (size_t k = 0; k < i; k++) {
		const char *other = c->vrrp[k].sync_group;
		bool first = other != NULL;
		for (size_t m = 0; first && m < k; m++)
			first = c->vrrp[m].sync_group == NULL || strcmp(c->vrrp[m].sync_group, other) != 0;
		if (!first)
			continue;
		if (strcmp(other, name) == 0)
			return sync_group_add(n->group[group], n->vrrp[i]);
		group++;
	}
	n->group[group] = sync_group_new();
	if (n->group[group] == NULL)
		return false;
	n->group_count++;
	return sync_group_add(n->group[group], n->vrrp[i]);
}

static bool make_parts(struct node *n, const struct node_config *c)
{
	n->vrrp = calloc(c->vrrp_count + 1, sizeof *n->vrrp);
	n->carp = calloc(c->carp_count + 1, sizeof *n->carp);
	n->group = calloc(c->vrrp_count + 1, sizeof *n->group);
	if (n->vrrp == NULL || n->carp == NULL || n->group == NULL)
		return false;
	for (size_t i = 0; i < c->vrrp_count; i++) {
		struct vrrp_config router = c->vrrp[i].router;
		if (router.seed == 0)
			router.seed = c->stack.seed;
		n->vrrp[i] = vrrp_router_new(&router, n->stack, &n->outbox);
		if (n->vrrp[i] == NULL)
			return false;
		n->vrrp_count++;
		if (!join_group(n, c, i))
			return false;
	}
	for (size_t i = 0; i < c->carp_count; i++) {
		struct carp_config carp = c->carp[i];
		if (carp.seed == 0)
			carp.seed = c->stack.seed;
		n->carp[i] = carp_host_new(&carp, n->stack, &n->outbox);
		if (n->carp[i] == NULL)
			return false;
		n->carp_count++;
	}
	return true;
}

static bool make_guests(struct node *n, const struct node_config *c, struct vl_status *why)
{
	for (size_t i = 0; i < c->part_count; i++) {
		n->part[i] = c->part[i].make(c->part[i].config, n->stack, &n->outbox, why);
		if (n->part[i].ops == NULL)
			return false;
		n->part_count++;
	}
	return true;
}

struct engine node_new(const struct node_config *config, struct frame_pool *pool, struct vl_status *why)
{
	struct engine none = {0};

	*why = node_config_check(config);
	if (!vl_ok(why))
		return none;
	*why = vl_refuse(VL_NO_MEMORY, "out of memory for a box");
	struct node *n = calloc(1, sizeof *n);
	if (n != NULL) {
		n->deadline = VL_NEVER;
		n->next_ping_id = 1;
		n->outbox_room = words_at_once(config);
		if (outbox_init(&n->outbox, n->outbox_room) && make_stack(n, config, pool) &&
		    make_parts(n, config) && make_guests(n, config, why)) {
			*why = vl_status_ok();
			return (struct engine){.ops = &NODE_OPS, .self = n};
		}
	}
	node_free(n);
	return none;
}

/* --- facts --------------------------------------------------------------------------------------------- */

static struct node *node_of(const struct engine *box)
{
	assert(box->ops == &NODE_OPS);
	return box->self;
}

struct stack *node_stack(const struct engine *box)
{
	return node_of(box)->stack;
}

size_t node_vrrp_count(const struct engine *box)
{
	return node_of(box)->vrrp_count;
}

size_t node_carp_count(const struct engine *box)
{
	return node_of(box)->carp_count;
}

struct vrrp_router *node_vrrp(const struct engine *box, size_t i)
{
	assert(i < node_of(box)->vrrp_count);
	return node_of(box)->vrrp[i];
}

struct carp_host *node_carp(const struct engine *box, size_t i)
{
	assert(i < node_of(box)->carp_count);
	return node_of(box)->carp[i];
}

size_t node_part_count(const struct engine *box)
{
	return node_of(box)->part_count;
}

void *node_part(const struct engine *box, size_t i)
{
	assert(i < node_of(box)->part_count);
	return node_of(box)->part[i].self;
}

const struct node_part_ops *node_part_ops(const struct engine *box, size_t i)
{
	assert(i < node_of(box)->part_count);
	return node_of(box)->part[i].ops;
}

uint64_t node_unheard(const struct engine *box)
{
	return node_of(box)->unheard;
}

uint64_t node_outbox_dropped(const struct engine *box)
{
	return node_of(box)->outbox.dropped;
}
