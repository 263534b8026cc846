// SPDX-License-Identifier: BSD-2-Clause
/* Commands: finding the part that a path means, links, tracked objects, pings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/suggest.h"
#include "sim/node/parts.h"

/* --- SET ------------------------------------------------------------------------------------------------ */

/* A path taken apart: "vrrp.10.ipv4.eth0.priority". */
struct path {
	bool carp;
	unsigned id;
	const char *between;            /* "ipv4.eth0.", or empty */
	size_t between_length;
	const char *setting;            /* "priority" */
};

static const char *after(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(text, prefix, n) == 0 ? text + n : NULL;
}

/* Reads "10." of "10.priority": 1-255. Returns what follows, or NULL. */
static const char *read_id(const char *text, unsigned *id)
{
	*id = 0;
	const char *at = text;
	for (; *at >= '0' && *at <= '9' && *id <= 255; at++)
		*id = *id * 10 + (unsigned)(*at - '0');
	return at > text && *at == '.' && *id >= 1 && *id <= 255 ? at + 1 : NULL;
}

static struct vl_status read_path(const char *field, struct path *p)
{
	const char *rest = after(field, "vrrp.");

	p->carp = rest == NULL;
	if (rest == NULL)
		rest = after(field, "carp.");
	if (rest == NULL)
		return vl_refuse(VL_UNKNOWN, "`%s': fields begin with what the box runs: vrrp.1.priority, carp.1.advskew",
				 field);
	p->between = read_id(rest, &p->id);
	if (p->between == NULL)
		return vl_refuse(VL_UNKNOWN, "`%s': after %s comes an id, 1-255, and a field", field,
				 p->carp ? "carp." : "vrrp.");
	const char *dot = strrchr(p->between, '.');
	p->setting = dot != NULL ? dot + 1 : p->between;
	p->between_length = (size_t)(p->setting - p->between);
	return vl_status_ok();
}

/* True when what stands between id and setting is nothing, or names this family, this interface, or both. */
static bool between_fits(const struct path *p, const char *family, const char *interface)
{
	char wanted[3][128];

	if (p->between_length == 0)
		return true;
	(void)snprintf(wanted[0], sizeof wanted[0], "%s.", family);
	(void)snprintf(wanted[1], sizeof wanted[1], "%s.", interface != NULL ? interface : "");
	(void)snprintf(wanted[2], sizeof wanted[2], "%s.%s.", family, interface != NULL ? interface : "");
	for (size_t i = 0; i < 3; i++)
		if (strlen(wanted[i]) == p->between_length &&
		    memcmp(wanted[i], p->between, p->between_length) == 0)
			return true;
	return false;
}

static bool vrrp_fits(const struct node *n, size_t i, const struct path *p)
{
	const struct vrrp_config *c = vrrp_router_config(n->vrrp[i]);

	return c->vrid == p->id &&
	       between_fits(p, c->family == IP_V4 ? "ipv4" : "ipv6", stack_interface(n->stack, c->interface)->name);
}

static bool carp_fits(const struct node *n, size_t i, const struct path *p)
{
	const struct carp_config *c = carp_host_config(n->carp[i]);

	return c->vhid == p->id &&
	       between_fits(p, c->family == IP_V4 ? "ipv4" : "ipv6", stack_interface(n->stack, c->interface)->name);
}

/* "there is no carp 11 here, but: 1 47" */
static struct vl_status no_such_part(const struct node *n, const char *field, const struct path *p)
{
	char ids[80] = "";
	size_t length = 0, count = p->carp ? n->carp_count : n->vrrp_count;

	for (size_t i = 0; i < count && length + 5 < sizeof ids; i++)
		length += (size_t)snprintf(ids + length, sizeof ids - length, " %u",
					   p->carp ? carp_host_config(n->carp[i])->vhid
						   : vrrp_router_config(n->vrrp[i])->vrid);
	return vl_refuse(VL_UNKNOWN, "`%s': no such %s here%s%s", field, p->carp ? "CARP host" : "virtual router",
			 count > 0 ? ", but:" : "", ids);
}

static bool is_id(const struct path *p)
{
	return strcmp(p->setting, "id") == 0 || strcmp(p->setting, p->carp ? "vhid" : "vrid") == 0;
}

/* Another part of the box has this id already, where the one that is set has its own. */
static bool is_taken(const struct node *n, const struct path *p, size_t own, uint64_t id)
{
	for (size_t i = 0; i < (p->carp ? n->carp_count : n->vrrp_count); i++) {
		if (i == own)
			continue;
		if (p->carp ? carp_host_config(n->carp[i])->vhid == id &&
				      carp_host_config(n->carp[i])->interface == carp_host_config(n->carp[own])->interface
			    : id <= UINT8_MAX && node_config_vrrp_meets(vrrp_router_config(n->vrrp[own]),
									vrrp_router_config(n->vrrp[i]), (uint8_t)id))
			return true;
	}
	return false;
}

/* The field begins with a name of the part. */
static bool understands(const struct node_part_ops *part, const char *field)
{
	const char *name[] = {part->name, part->also};

	for (size_t i = 0; i < 2; i++) {
		const char *rest = name[i] != NULL ? after(field, name[i]) : NULL;
		if (rest != NULL && *rest == '.')
			return true;
	}
	return false;
}

/* The first part that knows the command. VL_UNKNOWN: none. */
static struct vl_status tell_parts(struct node *n, const struct command *command, vl_time now)
{
	struct vl_status status = vl_refuse(VL_UNKNOWN, "no part knows it");

	for (size_t i = 0; i < n->part_count && status.code == VL_UNKNOWN; i++) {
		struct vl_status said = n->part[i].ops->control(n->part[i].self, command, now);
		/* What a part says of a field that begins with its name is better than what another one says. */
		if (said.code != VL_UNKNOWN ||
		    (command->verb == COMMAND_SET && understands(n->part[i].ops, command->field)))
			status = said;
	}
	return status;
}

/* The command's field begins with the name of a part. */
static bool is_for_part(const struct node *n, const struct command *command)
{
	for (size_t i = 0; i < n->part_count; i++)
		if (understands(n->part[i].ops, command->field))
			return true;
	return false;
}

static struct vl_status set(struct node *n, const struct command *command, vl_time now)
{
	struct path p;
	size_t fitting = 0, found = 0;
	struct command below = *command;

	if (command->field == NULL)
		return vl_refuse(VL_UNKNOWN, "a field is missing");
	if (is_for_part(n, command))
		return tell_parts(n, command, now);
	struct vl_status status = read_path(command->field, &p);
	if (!vl_ok(&status))
		return status;
	for (size_t i = 0; i < (p.carp ? n->carp_count : n->vrrp_count); i++)
		if (p.carp ? carp_fits(n, i, &p) : vrrp_fits(n, i, &p)) {
			found = i;
			fitting++;
		}
	if (fitting == 0)
		return no_such_part(n, command->field, &p);
	if (fitting > 1)
		return vl_refuse(VL_INVALID, "`%s' means %zu of them: put ipv4, ipv6 or an interface after the id",
				 command->field, fitting);
	if (is_id(&p) && command->type == VALUE_NUMBER && is_taken(n, &p, found, command->value.number))
		return vl_refuse(VL_INVALID, "%s: `%u' is taken by another %s of the interface", p.setting,
				 (unsigned)command->value.number, p.carp ? "CARP host" : "virtual router");
	below.field = p.setting;
	return p.carp ? carp_host_control(n->carp[found], &below, now)
		      : vrrp_router_control(n->vrrp[found], &below, now);
}

/* --- LINK, TRACK ---------------------------------------------------------------------------------------- */

static struct vl_status link(struct node *n, const struct command *command, vl_time now)
{
	if (command->port >= n->ports)
		return vl_refuse(VL_UNKNOWN, "port: `%u' is not in 0-%u", command->port, n->ports - 1);
	if (command->type != VALUE_FLAG)
		return vl_refuse(VL_INVALID, "link: it is up or down");
	stack_link(n->stack, command->port, command->value.flag, now);
	for (size_t i = 0; i < n->vrrp_count; i++)
		vrrp_router_interface_changed(n->vrrp[i], now);
	for (size_t i = 0; i < n->carp_count; i++)
		carp_host_interface_changed(n->carp[i], now);
	for (size_t i = 0; i < n->part_count; i++)
		n->part[i].ops->interface_changed(n->part[i].self, now);
	return vl_status_ok();
}

static struct vl_status nobody_tracks(const struct node *n, const char *object)
{
	struct suggestion near;

	suggest_begin(&near, object);
	for (size_t i = 0; i < n->vrrp_count; i++) {
		const struct vrrp_config *c = vrrp_router_config(n->vrrp[i]);
		for (size_t k = 0; k < c->track_count; k++)
			if (c->track[k].object != NULL)
				suggest_word(&near, c->track[k].object);
	}
	if (near.best != NULL)
		return vl_refuse(VL_UNKNOWN, "nothing here tracks `%s'; did you mean `%s'?", object, near.best);
	return vl_refuse(VL_UNKNOWN, "nothing here tracks `%s'", object);
}

static struct vl_status track(struct node *n, const struct command *command, vl_time now)
{
	bool told = false;

	if (command->field == NULL)
		return vl_refuse(VL_UNKNOWN, "the name of a tracked object is missing");
	for (size_t i = 0; i < n->vrrp_count; i++) {
		struct vl_status s = vrrp_router_control(n->vrrp[i], command, now);
		if (!vl_ok(&s) && s.code != VL_UNKNOWN)
			return s;
		told = told || vl_ok(&s);
	}
	for (size_t i = 0; i < n->part_count; i++) {
		struct vl_status s = n->part[i].ops->control(n->part[i].self, command, now);
		if (!vl_ok(&s) && s.code != VL_UNKNOWN)
			return s;
		told = told || vl_ok(&s);
	}
	return told ? vl_status_ok() : nobody_tracks(n, command->field);
}

/* --- LISTEN --------------------------------------------------------------------------------------------- */

/* Protocols of vendors' own start again as after a pulled cable: they have no gentler way to forget. */
static void start_again(struct node *n, vl_time now)
{
	for (unsigned i = 0; i < (unsigned)stack_interface_count(n->stack); i++) {
		struct command c = {.verb = COMMAND_LINK, .port = stack_interface(n->stack, i)->port, .type = VALUE_FLAG};
		if (!stack_interface_up(n->stack, i))
			continue;
		(void)link(n, &c, now);
		c.value.flag = true;
		(void)link(n, &c, now);
	}
}

static struct vl_status listen(struct node *n, vl_time now)
{
	const struct command c = {.verb = COMMAND_LISTEN};
	bool again = false;

	for (size_t i = 0; i < n->part_count; i++)
		again = again || !n->part[i].ops->only_answers;
	if (again)
		start_again(n, now);
	for (size_t i = 0; i < n->vrrp_count; i++)
		(void)vrrp_router_control(n->vrrp[i], &c, now);
	for (size_t i = 0; i < n->carp_count; i++)
		(void)carp_host_control(n->carp[i], &c, now);
	return vl_status_ok();
}

/* --- PING ----------------------------------------------------------------------------------------------- */

void node_stop_ping(struct node *n, size_t i, vl_time now)
{
	pinger_stop(n->ping[i], now);
	pinger_free(n->ping[i]);
	n->ping_count--;
	memmove(&n->ping[i], &n->ping[i + 1], (n->ping_count - i) * sizeof n->ping[0]);
}

/* Stops those to the target, or all. Returns how many. */
static size_t stop_pings(struct node *n, const struct ip_addr *target, vl_time now)
{
	size_t stopped = 0;

	for (size_t i = 0; i < n->ping_count;) {
		if (target->family != IP_NONE && !ip_equal(pinger_target(n->ping[i]), target)) {
			i++;
			continue;
		}
		node_stop_ping(n, i, now);
		stopped++;
	}
	return stopped;
}

/* After a pause all that waited is lost at one instant: there must be room for saying so. Records that were
 * not polled yet keep their order. */
static bool make_room(struct node *n, uint64_t window)
{
	struct outbox larger;
	struct engine_out out;
	size_t room = n->outbox_room + (size_t)window;

	for (size_t i = 0; i < n->ping_count; i++)
		room += (size_t)pinger_room(n->ping[i]);
	if (room <= n->outbox.room)
		return true;
	if (!outbox_init(&larger, room))
		return false;
	while (outbox_poll(&n->outbox, &out))
		larger.ring[larger.count++] = out;
	larger.dropped = n->outbox.dropped;
	free(n->outbox.ring);
	n->outbox = larger;
	return true;
}

static struct vl_status ping(struct node *n, const struct ping_order *order, vl_time now)
{
	char text[IP_TEXT], every[VL_TIME_TEXT];

	if (order->every == 0) {
		if (stop_pings(n, &order->target, now) == 0 && order->target.family != IP_NONE)
			return vl_refuse(VL_STATE, "no ping to %s is running", ip_format(text, &order->target));
		return vl_status_ok();
	}
	if (ip_is_zero(&order->target) || ip_is_multicast(&order->target))
		return vl_refuse(VL_INVALID, "ping: `%s' is no address of a host",
				 ip_format(text, &order->target));
	if (pinger_window(order) > PINGER_WINDOW)
		return vl_refuse(VL_INVALID, "ping: every %s s is too often for its timeout: over %d may wait",
				 vl_time_format_short(every, order->every), PINGER_WINDOW);
	stop_pings(n, &order->target, now);     /* a new order takes the place of the old one */
	if (n->ping_count == NODE_PINGS)
		return vl_refuse(VL_FULL, "ping: %d targets are pinged already", NODE_PINGS);
	const char *name = labels_add(&n->names, "ping %s", ip_format(text, &order->target));
	if (name == NULL || !make_room(n, pinger_window(order)))
		return vl_refuse(VL_NO_MEMORY, "ping: no memory");
	struct pinger *p = pinger_new(order, n->next_ping_id, name, n->stack, &n->outbox, now);
	if (p == NULL)
		return vl_refuse(VL_NO_MEMORY, "ping: no memory");
	n->next_ping_id++;
	n->ping[n->ping_count++] = p;
	return vl_status_ok();
}

struct vl_status node_control(void *self, const struct command *command, vl_time now)
{
	struct node *n = self;
	struct vl_status status = vl_refuse(VL_UNKNOWN, "no such command");

	if (!n->started)
		return vl_refuse(VL_STATE, "the box is not running");
	switch (command->verb) {
	case COMMAND_LINK:
		status = link(n, command, now);
		break;
	case COMMAND_TRACK:
		status = track(n, command, now);
		break;
	case COMMAND_SET:
		status = set(n, command, now);
		break;
	case COMMAND_PING:
		status = ping(n, &command->ping, now);
		break;
	case COMMAND_LISTEN:
		status = listen(n, now);
		break;
	}
	node_settle(n, now);
	return status;
}
