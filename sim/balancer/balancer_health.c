// SPDX-License-Identifier: BSD-2-Clause
/* What the checker finds becomes the state of servers. Every server of every service is a target, checked or not: an ICMP
 * check of one speaks for its address everywhere. */
#include <stdlib.h>

#include "sim/balancer/balancer_parts.h"

static void changed(void *context, size_t service, size_t server, bool up, enum health_result why, vl_time now)
{
	struct balancer *b = context;

	balancer_server_health(b, &b->service[service], server, up, why, now);
}

/* The mean of response times forgets: a quarter of each new one. */
static void checked(void *context, size_t service, size_t server, enum health_result result, vl_time took, vl_time now)
{
	struct balancer *b = context;
	struct virtual_service *v = &b->service[service];
	struct real_server *s = &v->server[server];

	s->health = result;
	if (!health_passed(result))
		return;
	s->response_time = s->response_time == 0 ? took : s->response_time - s->response_time / 4 + took / 4;
	virtual_service_refresh(v, server, now);
}

static void agent(void *context, size_t service, size_t server, uint32_t answer, vl_time now)
{
	struct balancer *b = context;

	b->service[service].server[server].agent = (uint8_t)answer;
	virtual_service_refresh(&b->service[service], server, now);
}

static size_t count_targets(const struct balancer_config *c, bool *any)
{
	size_t count = 0;

	*any = false;
	for (size_t i = 0; i < c->service_count; i++) {
		count += c->service[i].server_count;
		*any = *any || c->service[i].health.kind != HEALTH_NONE;
	}
	return count;
}

size_t balancer_health_words(const struct balancer_config *c)
{
	bool any;
	struct health_checker_config checker = {.target_count = count_targets(c, &any)};

	return any ? health_checker_words(&checker) : 0;
}

bool balancer_make_checker(struct balancer *b, const struct balancer_config *c)
{
	bool any;
	struct health_checker_config checker = {
		.target_count = count_targets(c, &any),
		.listener = {.context = b, .changed = changed, .checked = checked, .agent = agent},
		.seed = c->seed,
	};

	if (!any)
		return true;
	struct health_target *target = calloc(checker.target_count, sizeof *target), *t = target;
	if (target == NULL)
		return false;
	for (size_t i = 0; i < c->service_count; i++)
		for (size_t k = 0; k < c->service[i].server_count; k++)
			*t++ = (struct health_target){
				.service = i,
				.server = k,
				.address = c->service[i].server[k].address,
				.port = c->service[i].server[k].port != 0 ? c->service[i].server[k].port
					: c->service[i].port_count == 1 && c->service[i].port[0].first == c->service[i].port[0].last
						? c->service[i].port[0].first
						: 0,
				.config = &c->service[i].health,
			};
	checker.target = target;
	b->checker = health_checker_new(&checker, b->stack);
	free(target);
	return b->checker != NULL;
}

/* HAProxy's maintenance: checks stop too. A server that is not in the list is not asked either. */
void balancer_pause_check(struct balancer *b, const struct virtual_service *v, size_t server, vl_time now)
{
	const struct real_server *s = &v->server[server];
	bool paused = s->removed || (s->disabled && v->config.drain == DRAIN_HAPROXY);

	if (b->checker != NULL && b->started)
		health_checker_pause(b->checker, v->index, server, paused, now);
}
