// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/build_services.h"

#include <stdlib.h>

#define PERSISTENCE_TIMEOUT (300 * VL_S)

#define TAKE(target, source, type)                        \
	do {                                              \
		if ((source).given)                       \
			(target) = (type)(source).value;  \
	} while (0)

static void build_server(const struct scenario_server *from, struct real_server_config *to)
{
	*to = (struct real_server_config){
		.name = from->name,
		.address = from->ip,
		.weight = SCENARIO_SERVER_WEIGHT,
		.start = (enum server_start)from->state,
		.sorry = from->sorry,
	};
	TAKE(to->port, from->port, uint16_t);
	TAKE(to->weight, from->weight, uint16_t);
	TAKE(to->connection_limit, from->limit, uint32_t);
	TAKE(to->connection_resume, from->resume, uint32_t);
	TAKE(to->rate_limit, from->rate, uint32_t);
	TAKE(to->agent, from->agent, uint8_t);
}

static void build_ports(const struct scenario_service *from, struct virtual_service_config *to)
{
	/* One too many is refused, and no more of them fit. */
	for (size_t i = 0; i < from->port.count; i++) {
		if (to->port_count < BALANCER_PORTS)
			to->port[to->port_count] = (struct port_range){from->port.item[i].first, from->port.item[i].last};
		to->port_count++;
	}
	if (from->snat_ports.count > 0)
		to->snat_ports = (struct port_range){from->snat_ports.item[0].first, from->snat_ports.item[0].last};
	for (size_t i = 0; i < from->local.count; i++) {
		if (to->local_count < BALANCER_LOCALS)
			to->local[to->local_count] = from->local.item[i];
		to->local_count++;
	}
}

static void build_persistence(const struct scenario_service *from, struct persistence_config *to)
{
	to->kind = from->persistence != 0 ? persistence_at((size_t)from->persistence - 1) : NULL;
	to->name = from->persistence_name;
	to->timeout = PERSISTENCE_TIMEOUT;
	to->touch = true;
	TAKE(to->timeout, from->persistence_timeout, vl_time);
	TAKE(to->prefix_v4, from->persistence_mask, uint8_t);
	TAKE(to->prefix_v6, from->persistence_mask6, uint8_t);
	TAKE(to->group, from->persistence_group, uint32_t);
	TAKE(to->with_port, from->persistence_port, bool);
	TAKE(to->touch, from->persistence_touch, bool);
}

static void build_scheduler(const struct scenario_service *from, struct virtual_service_config *to)
{
	struct scheduler_options *o = &to->scheduler_options;

	to->scheduler = scheduler_find(from->scheduler);
	TAKE(o->table_size, from->table_size, uint32_t);
	TAKE(o->draws, from->draws, uint32_t);
	TAKE(o->bounded_load, from->bounded_load, uint32_t);
	TAKE(o->hash_port, from->hash_port, bool);
	TAKE(o->fallback, from->fallback, bool);
	TAKE(o->inclusive_draw, from->inclusive_draw, bool);
	TAKE(o->adaptive_minimum, from->adaptive_minimum, uint32_t);
	TAKE(o->adaptive_floor, from->adaptive_floor, uint32_t);
	TAKE(o->adaptive_connections, from->adaptive_connections, bool);
	TAKE(o->response_every, from->response_every, vl_time);
	TAKE(o->response_floor, from->response_floor, uint32_t);
	TAKE(to->newest_first, from->newest_first, bool);
	TAKE(to->slow_start.window, from->slow_start, vl_time);
	if (to->slow_start.window > 0)
		to->slow_start.law = from->slow_start_law != 0 ? (enum slow_start_law)(from->slow_start_law - 1) : SLOW_START_LINEAR;
	TAKE(to->slow_start.floor_percent, from->slow_start_floor, uint32_t);
	TAKE(to->slow_start.aggression_milli, from->slow_start_aggression, uint32_t);
}

static void build_timeouts(const struct scenario_service *from, struct connection_timeouts *to)
{
	static const enum connection_state closing[] = {CONNECTION_FIN_WAIT, CONNECTION_CLOSE_WAIT, CONNECTION_LAST_ACK,
							CONNECTION_TIME_WAIT};

	TAKE(to->at[CONNECTION_SYN_RECV], from->syn_timeout, vl_time);
	TAKE(to->at[CONNECTION_ESTABLISHED], from->idle_timeout, vl_time);
	TAKE(to->at[CONNECTION_UDP], from->udp_timeout, vl_time);
	for (size_t i = 0; i < sizeof closing / sizeof closing[0]; i++)
		TAKE(to->at[closing[i]], from->closing_timeout, vl_time);
}

static void build_check(const struct scenario_check *from, struct health_config *to)
{
	health_config_init(to, (enum health_kind)from->type, (enum health_profile)from->profile);
	TAKE(to->interval, from->interval, vl_time);
	TAKE(to->timeout, from->timeout, vl_time);
	TAKE(to->fast_interval, from->fast_interval, vl_time);
	TAKE(to->down_interval, from->down_interval, vl_time);
	TAKE(to->retry_delay, from->retry_delay, vl_time);
	TAKE(to->retries, from->retries, uint32_t);
	TAKE(to->rise, from->rise, uint32_t);
	TAKE(to->fall, from->fall, uint32_t);
	TAKE(to->port, from->port, uint16_t);
	TAKE(to->down_at_start, from->down_at_start, bool);
	to->method = from->method;
	to->url = from->url;
	to->host = from->host;
	to->pattern = from->pattern;
	to->query = from->query;
	for (size_t i = 0; i < from->status.count; i++, to->status_count++)
		if (i < HEALTH_STATUS_RANGES) {
			to->status[i].first = from->status.item[i].first;
			to->status[i].last = from->status.item[i].last;
		}
}

static void build_service(const struct scenario_service *from, struct virtual_service_config *to)
{
	virtual_service_config_init(to);
	to->name = from->name;
	to->address = from->vip;
	to->protocol = (uint8_t)from->protocol;
	to->forwarding = (enum balancer_forwarding)from->forwarding;
	to->snat = (enum balancer_snat)from->snat;
	build_ports(from, to);
	build_scheduler(from, to);
	TAKE(to->layer, from->layer, uint8_t);
	to->tls_passes = from->tls != 0;
	to->layer7.check = (enum layer7_check)from->check_persistence;
	TAKE(to->layer7.forwarded_for, from->forwarded_for, bool);
	build_persistence(from, &to->persistence);
	build_timeouts(from, &to->timeouts);
	if (from->has_check)
		build_check(&from->check, &to->health);
	to->drain = (enum balancer_drain)from->drain;
	TAKE(to->drain_time, from->drain_time, vl_time);
	TAKE(to->drop_at_drain_end, from->drop_at_drain_end, bool);
	TAKE(to->reset_on_failure, from->reset_on_failure, bool);
	TAKE(to->silent_strays, from->silent_strays, bool);
	TAKE(to->expire_quiescent, from->expire_quiescent, bool);
	TAKE(to->expire_nodest, from->expire_nodest, bool);
	TAKE(to->reuse, from->reuse, uint8_t);
	TAKE(to->half_open_limit, from->half_open, uint32_t);
}

bool build_services(const struct scenario_node *n, struct build_services *out)
{
	size_t servers = 0;

	*out = (struct build_services){.count = 0};
	for (size_t i = 0; i < n->service_count; i++)
		servers += n->service[i].server_count;
	out->service = calloc(n->service_count + 1, sizeof *out->service);
	out->server = calloc(servers + 1, sizeof *out->server);
	if (out->service == NULL || out->server == NULL) {
		build_services_free(out);
		return false;
	}
	struct real_server_config *server = out->server;
	for (size_t i = 0; i < n->service_count; i++) {
		const struct scenario_service *from = &n->service[i];
		struct virtual_service_config *to = &out->service[out->count++];
		build_service(from, to);
		to->server = server;
		to->server_count = from->server_count;
		for (size_t k = 0; k < from->server_count; k++)
			build_server(&from->server[k], server++);
	}
	return true;
}

void build_services_free(struct build_services *s)
{
	free(s->service);
	free(s->server);
	*s = (struct build_services){.count = 0};
}
