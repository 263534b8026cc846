// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/farm_records.h"

#include "sim/balancer/persistence.h"
#include "sim/balancer/service.h"

const struct record_kind FARM_SERVICE_KIND = {
	.name = "farm.service",
	.level = RECORD_TRACE,
	.text = "{vip}:{port} by {scheduler}, persistence {persistence}, slow start {slow_start}",
	.field = {{"vip", VALUE_IP},
		  {"port", VALUE_NUMBER},
		  {"scheduler", VALUE_WORD},
		  {"persistence", VALUE_WORD},
		  {"slow_start", VALUE_TIME}},
};

const struct record_kind FARM_SERVER_KIND = {
	.name = "farm.server",
	.level = RECORD_TRACE,
	.text = "{server} {ip}:{port}, weight {weight}, {state}",
	.field = {{"server", VALUE_WORD}, {"ip", VALUE_IP}, {"port", VALUE_NUMBER}, {"weight", VALUE_NUMBER}, {"state", VALUE_WORD}},
};

static const char *const STATE_WORD[] = {
	[SERVER_ENABLED] = "enable",
	[SERVER_DRAINED] = "drain",
	[SERVER_OFF] = "disable",
	[SERVER_ABSENT] = "absent",
};

static uint64_t number(const struct maybe_number *n, uint64_t otherwise)
{
	return n->given ? n->value : otherwise;
}

static struct record service_record(const char *node, const struct scenario_service *v)
{
	return (struct record){
		.kind = &FARM_SERVICE_KIND,
		.node = node,
		.part = v->name,
		.value = {{.ip = v->vip},
			  {.number = v->port.count > 0 ? v->port.item[0].first : 0},
			  {.word = v->scheduler != NULL ? v->scheduler : "rr"},
			  {.word = v->persistence != 0 ? persistence_at((size_t)v->persistence - 1)->name : NULL},
			  {.time = v->slow_start.given ? v->slow_start.value : 0}},
	};
}

static struct record server_record(const char *node, const struct scenario_service *v, const struct scenario_server *s)
{
	return (struct record){
		.kind = &FARM_SERVER_KIND,
		.node = node,
		.part = v->name,
		.value = {{.word = s->name},
			  {.ip = s->ip},
			  {.number = number(&s->port, 0)},
			  {.number = number(&s->weight, SCENARIO_SERVER_WEIGHT)},
			  {.word = STATE_WORD[s->state]}},
	};
}

void farm_records(const struct scenario *s, void (*tell)(void *context, const struct record *r), void *context)
{
	for (size_t n = 0; n < s->node_count; n++)
		for (size_t i = 0; i < s->node[n].service_count; i++) {
			const struct scenario_service *v = &s->node[n].service[i];
			struct record record = service_record(s->node[n].name, v);
			tell(context, &record);
			for (size_t k = 0; k < v->server_count; k++) {
				record = server_record(s->node[n].name, v, &v->server[k]);
				tell(context, &record);
			}
		}
}
