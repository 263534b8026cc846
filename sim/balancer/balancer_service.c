// SPDX-License-Identifier: BSD-2-Clause
/* Services: found by address and port; their servers in the scheduler's array, counted. */
#include <assert.h>
#include <stdlib.h>

#include "sim/balancer/balancer_parts.h"

/* --- found by address, protocol and port ------------------------------------------------------------------ */

struct place_key {
	struct ip_addr address;
	uint8_t protocol;
};

_Static_assert(sizeof(struct place_key) == sizeof(struct ip_addr) + 1, "keys are compared as bytes");

struct listeners {
	uint32_t first, count;
};

static uint32_t width(const struct port_range *r)
{
	return r->first == 0 ? UINT32_MAX : (uint32_t)(r->last - r->first);
}

/* Puts a range behind those of this address that are as narrow. */
static void insert(struct listening *list, uint32_t count, struct listening l)
{
	for (; count > 0 && width(&list[count - 1].port) > width(&l.port); count--)
		list[count] = list[count - 1];
	list[count] = l;
}

static bool same_place(const struct virtual_service *a, const struct virtual_service *b)
{
	return a->config.protocol == b->config.protocol && ip_equal(&a->config.address, &b->config.address);
}

/* Adds the ranges of all services of this one's address and protocol, unless an earlier service did. */
static bool listen_at(struct balancer *b, size_t service)
{
	const struct virtual_service *v = &b->service[service];
	struct place_key key = {.address = v->config.address, .protocol = v->config.protocol};
	bool is_new;
	struct listeners *l = table_put(&b->listening, &key, &is_new);

	if (l == NULL || !is_new)
		return l != NULL;
	l->first = (uint32_t)b->listen_count;
	for (size_t i = service; i < b->service_count; i++)
		for (size_t k = 0; same_place(&b->service[i], v) && k < b->service[i].config.port_count; k++)
			insert(b->listen + l->first, l->count++,
			       (struct listening){.service = (uint16_t)i, .port = b->service[i].config.port[k]});
	b->listen_count += l->count;
	return true;
}

bool balancer_listen(struct balancer *b)
{
	size_t ranges = 1;

	for (size_t i = 0; i < b->service_count; i++)
		ranges += b->service[i].config.port_count;
	b->listen = calloc(ranges, sizeof *b->listen);
	if (b->listen == NULL || !table_init(&b->listening, b->service_count + 1, sizeof(struct place_key),
					     sizeof(struct listeners), b->secret))
		return false;
	for (size_t i = 0; i < b->service_count; i++)
		if (!listen_at(b, i))
			return false;
	return true;
}

struct virtual_service *balancer_find_service(const struct balancer *b, const struct ip_addr *address,
					      uint8_t protocol, uint16_t port)
{
	struct place_key key = {.address = *address, .protocol = protocol};
	const struct listeners *l = table_find(&b->listening, &key);

	for (uint32_t i = 0; l != NULL && i < l->count; i++) {
		const struct listening *at = &b->listen[l->first + i];
		if (at->port.first == 0 || (port >= at->port.first && port <= at->port.last))
			return &b->service[at->service];
	}
	return NULL;
}

bool balancer_has_address(const struct balancer *b, const struct ip_addr *address)
{
	struct place_key tcp = {.address = *address, .protocol = IP_PROTOCOL_TCP};
	struct place_key udp = {.address = *address, .protocol = IP_PROTOCOL_UDP};

	return table_find(&b->listening, &tcp) != NULL || table_find(&b->listening, &udp) != NULL;
}

/* --- making ----------------------------------------------------------------------------------------------- */

/* A kind of service to whose packets more is done than NAT must not be. */
static bool is_quick(const struct virtual_service_config *c)
{
	bool v4 = c->address.family == IP_V4 && virtual_service_config_layer(c) == 4;

	for (size_t i = 0; i < c->server_count; i++)
		v4 = v4 && c->server[i].address.family == IP_V4;
	return v4 && (c->forwarding == FORWARD_NAT || c->forwarding == FORWARD_SNAT);
}

bool virtual_service_init(struct virtual_service *v, const struct virtual_service_config *c, uint16_t index,
			  uint64_t seed)
{
	v->config = *c;
	v->index = index;
	v->sees_both = c->forwarding == FORWARD_NAT || c->forwarding == FORWARD_SNAT;
	v->quick = is_quick(c) && virtual_service_config_layer(c) == 4;
	v->group = c->persistence.group != 0 ? c->persistence.group : UINT32_MAX - index;
	v->dice = prng_stream(seed, c->name);
	v->server = calloc(c->server_count, sizeof *v->server);
	v->view = calloc(c->server_count, sizeof *v->view);
	v->order = calloc(c->server_count, sizeof *v->order);
	v->scheduler = c->scheduler->make(c->server_count, &c->scheduler_options, &v->dice);
	if (v->server == NULL || v->view == NULL || v->order == NULL || v->scheduler == NULL)
		return false;
	v->server_count = c->server_count;
	for (size_t i = 0; i < c->server_count; i++)
		v->server[i].config = c->server[i];
	v->config.server = NULL;        /* the caller's list is not ours */
	return true;
}

void virtual_service_fini(struct virtual_service *v)
{
	if (v->scheduler != NULL)
		v->config.scheduler->free(v->scheduler);
	free(v->server);
	free(v->view);
	free(v->order);
	free(v->local);
	free(v->ports_used);
}

void virtual_service_reset(struct virtual_service *v)
{
	for (size_t i = 0; i < v->server_count; i++) {
		struct real_server *s = &v->server[i];
		s->removed = s->config.start == SERVER_ABSENT;
		s->drained = s->config.start == SERVER_DRAINED;
		s->disabled = s->config.start == SERVER_OFF && v->config.drain != DRAIN_IPVS;
		s->removed = s->removed || (s->config.start == SERVER_OFF && v->config.drain == DRAIN_IPVS);
		s->full = false;
		s->agent = s->config.agent;
		s->ramp_percent = 100;
		s->said_now = s->said_weight = s->config.weight;
		s->down = v->config.health.kind != HEALTH_NONE && v->config.health.down_at_start;
		s->was_up = !s->down;
		s->up_at = s->weight_at = s->drain_end = VL_NEVER;
		s->cutting = 0;
		s->this_second = 0;
		s->health = HEALTH_UNKNOWN;
		s->response_time = 0;
	}
	v->second_end = 0;
	v->next_sorry = 0;
	virtual_service_arrange(v, 0);
}

/* --- the scheduler's array -------------------------------------------------------------------------------- */

static struct scheduler_view view_of(const struct virtual_service *v)
{
	return (struct scheduler_view){.server = v->view, .count = v->view_count};
}

static uint64_t weight_of(const struct virtual_service *v, const struct real_server *s, vl_time now)
{
	if (s->drained && v->config.drain == DRAIN_IPVS)
		return 0;               /* that is what draining is there */
	if (s->up_at == VL_NEVER)
		return (uint64_t)s->config.weight * SCHEDULER_WEIGHT_ONE;
	return slow_start_weight(&v->config.slow_start, s->config.weight, now - s->up_at);
}

uint32_t virtual_service_weight(const struct virtual_service *v, const struct real_server *s, vl_time now)
{
	return (uint32_t)((weight_of(v, s, now) + SCHEDULER_WEIGHT_ONE - 1) / SCHEDULER_WEIGHT_ONE);
}

static bool is_at_limit(const struct real_server *s)
{
	return s->full || (s->config.rate_limit != 0 && s->this_second >= s->config.rate_limit);
}

/* But for its limits. One of weight 0 is, too: that says nothing of its place in a hash. */
static bool is_in_service(const struct virtual_service *v, const struct real_server *s)
{
	return !s->removed && !s->disabled && !s->down && !s->shunned && (!s->drained || v->config.drain == DRAIN_IPVS);
}

static void fill(struct virtual_service *v, size_t server, vl_time now)
{
	const struct real_server *s = &v->server[server];
	struct scheduler_server *to = &v->view[s->view];

	to->name = s->config.name;
	to->address = s->config.address;
	to->port = s->config.port;
	to->id = (uint32_t)server + 1;
	to->weight = weight_of(v, s, now);
	to->full_weight = (uint64_t)s->config.weight * SCHEDULER_WEIGHT_ONE;
	to->usable = is_in_service(v, s) && !is_at_limit(s);
	to->full = is_in_service(v, s) && is_at_limit(s);
	to->active = s->active;
	to->inactive = s->inactive;
	to->response_time = s->response_time;
	to->adaptive = s->agent;
}

void virtual_service_arrange(struct virtual_service *v, vl_time now)
{
	v->view_count = 0;
	for (size_t i = 0; i < v->server_count; i++) {
		size_t server = v->config.newest_first ? v->server_count - 1 - i : i;
		struct real_server *s = &v->server[server];
		s->view = NOT_IN_VIEW;
		if (s->removed || s->config.sorry)
			continue;
		s->view = (uint32_t)v->view_count;
		v->order[v->view_count++] = (uint16_t)server;
		fill(v, server, now);
	}
	struct scheduler_view view = view_of(v);
	v->config.scheduler->changed(v->scheduler, &view, -1);
}

void virtual_service_refresh(struct virtual_service *v, size_t server, vl_time now)
{
	uint32_t at = v->server[server].view;

	if (at == NOT_IN_VIEW)
		return;
	struct scheduler_server before = v->view[at];
	fill(v, server, now);
	const struct scheduler_server *after = &v->view[at];
	if (before.weight == after->weight && before.full_weight == after->full_weight &&
	    before.usable == after->usable && before.full == after->full && before.adaptive == after->adaptive &&
	    before.response_time == after->response_time)
		return;
	struct scheduler_view view = view_of(v);
	v->config.scheduler->changed(v->scheduler, &view, (int)at);
}

/* --- counting --------------------------------------------------------------------------------------------- */

/* Rate limits and the schedulers' tie-breaks count whole seconds from the start, not from the first connection. */
void virtual_service_tick(struct virtual_service *v, vl_time now)
{
	if (now < v->second_end)
		return;
	bool is_next = now < vl_time_after(v->second_end, VL_S);
	v->second_end = now - now % VL_S + VL_S;
	for (size_t i = 0; i < v->server_count; i++) {
		struct real_server *s = &v->server[i];
		if (s->view != NOT_IN_VIEW)
			v->view[s->view].new_last_second = is_next ? s->this_second : 0;
		if (s->this_second == 0)
			continue;
		s->this_second = 0;
		if (s->config.rate_limit != 0)
			virtual_service_refresh(v, i, now);
	}
}

/* IPVS compares all entries with the threshold (balancer.md 4.2), the others those that are active. */
static void look_at_limit(const struct virtual_service *v, struct real_server *s)
{
	uint32_t limit = s->config.connection_limit;
	bool ipvs = v->config.drain == DRAIN_IPVS;
	uint32_t held = ipvs ? s->active + s->inactive : s->active;
	uint32_t resume = s->config.connection_resume;

	if (limit == 0) {
		s->full = false;
		return;
	}
	/* balancer.md 1.5: HAProxy's ramp is one of maxconn, too. */
	limit = limit * s->ramp_percent >= 100 ? limit * s->ramp_percent / 100 : 1;
	if (resume == 0 || resume >= limit)
		resume = ipvs ? limit - limit / 4 : limit - 1;
	if (held >= limit)
		s->full = true;
	else if (held <= resume)
		s->full = false;
}

void virtual_service_count(struct virtual_service *v, size_t server, int active, int inactive, vl_time now)
{
	struct real_server *s = &v->server[server];
	bool was_full = s->full;

	assert(active >= 0 || s->active > 0);
	assert(inactive >= 0 || s->inactive > 0);
	s->active = (uint32_t)((int64_t)s->active + active);
	s->inactive = (uint32_t)((int64_t)s->inactive + inactive);
	look_at_limit(v, s);
	if (s->view == NOT_IN_VIEW)
		return;
	v->view[s->view].active = s->active;
	v->view[s->view].inactive = s->inactive;
	struct scheduler_view view = view_of(v);
	if (v->config.scheduler->counted != NULL)
		v->config.scheduler->counted(v->scheduler, &view, s->view);
	if (was_full != s->full)
		virtual_service_refresh(v, server, now);
}

enum server_state real_server_state(const struct virtual_service *v, const struct real_server *s)
{
	if (s->removed)
		return SERVER_REMOVED;
	if (s->disabled)
		return SERVER_DISABLED;
	if (s->down)
		return SERVER_DOWN;
	bool quiesced = v->config.drain == DRAIN_IPVS && s->config.weight == 0;
	return s->drained || quiesced ? SERVER_DRAIN : SERVER_UP;
}
