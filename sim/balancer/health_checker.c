// SPDX-License-Identifier: BSD-2-Clause
/* Targets and their timers; what the end of a check means to whom the checker serves. */
#include <stdlib.h>

#include "sim/balancer/health_parts.h"

/* Open ones, those in TIME_WAIT of a short while, and one more of each. */
static uint32_t connections_for(size_t targets)
{
	return (uint32_t)(targets * 8 + 16);
}

static struct tcp_endpoint_config endpoint_config(const struct health_checker_config *config)
{
	return (struct tcp_endpoint_config){
		.connections = connections_for(config->target_count),
		.time_wait = VL_S,
		.seed = config->seed,
		.silent_closed_ports = true,    /* strays are the balancer's or the box's affair */
	};
}

size_t health_checker_words(const struct health_checker_config *config)
{
	struct tcp_endpoint_config tcp = endpoint_config(config);

	return tcp_endpoint_words(&tcp) + config->target_count;
}

static bool make_check(struct health_check *c, const struct health_target *target)
{
	c->target = *target;
	c->c = *target->config;
	if (c->c.kind == HEALTH_NONE)
		return true;
	health_resolve(&c->c);
	/* Its own port, else the server's, else the kind's. */
	c->port = target->config->port != 0 ? target->config->port : target->port != 0 ? target->port : c->c.port;
	return health_exchange_make(c);
}

struct health_checker *health_checker_new(const struct health_checker_config *config, struct stack *stack)
{
	struct health_checker *h = calloc(1, sizeof *h);
	struct tcp_endpoint_config tcp = endpoint_config(config);

	if (h == NULL)
		return NULL;
	h->stack = stack;
	h->listener = config->listener;
	h->seed = config->seed;
	h->check = calloc(config->target_count + 1, sizeof *h->check);
	h->tcp = tcp_endpoint_new(&tcp, stack);
	bool made = h->check != NULL && h->tcp != NULL;
	for (size_t i = 0; made && i < config->target_count; i++) {
		made = make_check(&h->check[i], &config->target[i]);
		h->count++;
	}
	if (!made) {
		health_checker_free(h);
		return NULL;
	}
	health_checker_crash(h);
	return h;
}

void health_checker_free(struct health_checker *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < h->count; i++)
		health_exchange_free(&h->check[i]);
	tcp_endpoint_free(h->tcp);
	free(h->check);
	free(h);
}

void health_watch(struct health_checker *h, struct health_check *c)
{
	vl_time at = c->running ? c->give_up_at : c->next_at;

	if (h->running && !c->paused && at != VL_NEVER)
		wheel_set(&h->wheel, (uint32_t)(c - h->check), at);
}

/* --- what it means --------------------------------------------------------------------------------------- */

/* Some ICMP check of the address fails. */
static bool host_is_down(const struct health_checker *h, const struct ip_addr *address)
{
	for (size_t i = 0; i < h->count; i++) {
		const struct health_check *c = &h->check[i];
		if (c->c.kind == HEALTH_ICMP && !c->up && !c->paused && ip_equal(&c->target.address, address))
			return true;
	}
	return false;
}

static bool counts_as_up(const struct health_checker *h, const struct health_check *c)
{
	return c->up && !host_is_down(h, &c->target.address);
}

static void tell(struct health_checker *h, struct health_check *c, enum health_result why, vl_time now)
{
	bool up = counts_as_up(h, c);

	if (up == c->told_up)
		return;
	c->told_up = up;
	if (h->listener.changed != NULL)
		h->listener.changed(h->listener.context, c->target.service, c->target.server, up, why, now);
}

/* c.up has changed: ICMP speaks for every service of its server. */
static void tell_all(struct health_checker *h, struct health_check *c, enum health_result why, vl_time now)
{
	if (c->c.kind != HEALTH_ICMP) {
		tell(h, c, why, now);
		return;
	}
	for (size_t i = 0; i < h->count; i++)
		if (ip_equal(&h->check[i].target.address, &c->target.address))
			tell(h, &h->check[i], why, now);
}

void health_done(struct health_checker *h, struct health_check *c, enum health_result result, vl_time now)
{
	bool was_up = c->up;

	c->running = false;
	c->result = result;
	c->took = now - c->began_at;
	c->checks++;
	c->failed += !health_passed(result);
	health_plan_ended(c, result, now);
	health_watch(h, c);
	if (h->listener.checked != NULL)
		h->listener.checked(h->listener.context, c->target.service, c->target.server, result, c->took, now);
	if (c->up != was_up)
		tell_all(h, c, result, now);
}

/* --- driven by the box ----------------------------------------------------------------------------------- */

void health_checker_crash(struct health_checker *h)
{
	h->running = false;
	tcp_endpoint_reset(h->tcp);
	for (size_t i = 0; i < h->count; i++) {
		struct health_check *c = &h->check[i];
		c->up = c->told_up = c->c.kind == HEALTH_NONE || !c->c.down_at_start;
		c->paused = c->running = c->opened = false;
		c->counter = 0;
		c->next_at = VL_NEVER;
		c->handle = TCP_NO_HANDLE;
		c->result = HEALTH_UNKNOWN;
		c->wheel = (struct wheel_link){0};
	}
	wheel_init(&h->wheel, &h->check[0].wheel, sizeof h->check[0], 0);
}

void health_checker_startup(struct health_checker *h, vl_time now)
{
	health_checker_crash(h); /* what was known before is old */
	h->running = true;
	for (size_t i = 0; i < h->count; i++) {
		if (h->check[i].c.kind == HEALTH_NONE)
			continue;
		health_plan_first(h, &h->check[i], false, now);
		health_watch(h, &h->check[i]);
	}
}

void health_checker_shutdown(struct health_checker *h, vl_time now)
{
	for (size_t i = 0; i < h->count; i++) {
		health_cut(h, &h->check[i], now);
		wheel_remove(&h->wheel, (uint32_t)i);
	}
	h->running = false;
}

bool health_checker_receive(struct health_checker *h, const struct packet *p, unsigned interface, vl_time now)
{
	if (!h->running)
		return false;
	if (health_datagram_received(h, p, now))
		return true;
	return tcp_endpoint_receive(h->tcp, p, interface, now);
}

void health_checker_timeout(struct health_checker *h, vl_time now)
{
	uint32_t i;

	if (now < health_checker_deadline(h))
		return;
	tcp_endpoint_timeout(h->tcp, now);
	while ((i = wheel_take(&h->wheel, now)) != WHEEL_NONE) {
		struct health_check *c = &h->check[i];
		if (!c->running && c->next_at <= now && !c->paused)
			health_begin(h, c, now);
		else if (c->running && c->give_up_at <= now)
			health_give_up(h, c, now);
		health_watch(h, c);
	}
}

vl_time health_checker_deadline(const struct health_checker *h)
{
	return vl_time_min(wheel_deadline(&h->wheel), tcp_endpoint_deadline(h->tcp));
}

static struct health_check *find(const struct health_checker *h, size_t service, size_t server)
{
	for (size_t i = 0; i < h->count; i++)
		if (h->check[i].target.service == service && h->check[i].target.server == server)
			return &h->check[i];
	return NULL;
}

void health_checker_pause(struct health_checker *h, size_t service, size_t server, bool paused, vl_time now)
{
	struct health_check *c = find(h, service, server);

	if (c == NULL || c->paused == paused || c->c.kind == HEALTH_NONE)
		return;
	c->paused = paused;
	if (paused) {
		health_cut(h, c, now);
		return;
	}
	health_plan_first(h, c, true, now);
	health_watch(h, c);
	tell_all(h, c, HEALTH_UNKNOWN, now);
}

struct health_facts health_checker_facts(const struct health_checker *h, size_t service, size_t server)
{
	const struct health_check *c = find(h, service, server);

	if (c == NULL)
		return (struct health_facts){0};
	return (struct health_facts){
		.up = counts_as_up(h, c), .result = c->result, .took = c->took, .checks = c->checks, .failed = c->failed,
	};
}
