// SPDX-License-Identifier: BSD-2-Clause
/* The judges around their tracker. */
#include "analyzers/balance.h"

#include <stdlib.h>

#include "analyzers/flow_judge.h"

static const struct flow_judge_ops *const judges[] = {&storm_judge, &snat_judge, &affinity_judge, &failure_judge};

#define JUDGES (sizeof judges / sizeof judges[0])

struct balance_judge {
	struct flows *flows;
	void *judge[JUDGES];
	struct finding_list found;
	vl_time next_second;
	bool any;                       /* some service is balanced: before that there is nothing to judge */
};

struct finding *flow_judge_find(struct finding_list *found, const struct flows *flows, const char *code, uint16_t service,
				uint16_t server, vl_time begin, vl_time now)
{
	const struct flow_service *s = flows_service(flows, service);
	struct finding *f = finding_list_add(found, code);

	if (f == NULL)
		return NULL;
	f->place.family = s->address.family;
	f->address = s->address;
	f->begin = begin;
	f->known = f->end = now;
	if (server != FLOWS_NONE) {
		const struct flow_server *one = flows_server(flows, server);
		finding_add_subject(f, &one->ip, one->ip.family == IP_NONE ? one->mac : MAC_ZERO);
	}
	return f;
}

static void see(void *context, const struct flow_event *e)
{
	struct balance_judge *b = context;

	b->any = b->any || flows_is_balanced(flows_service(b->flows, e->service));
	for (size_t i = 0; i < JUDGES; i++)
		judges[i]->event(b->judge[i], e, &b->found);
}

static void balance_free(void *self)
{
	struct balance_judge *b = self;

	if (b == NULL)
		return;
	for (size_t i = 0; i < JUDGES; i++)
		if (b->judge[i] != NULL)
			judges[i]->free(b->judge[i]);
	flows_free(b->flows);
	free(b);
}

static void *balance_new(uint64_t secret)
{
	struct balance_judge *b = calloc(1, sizeof *b);

	if (b == NULL)
		return NULL;
	b->flows = flows_new(secret, b, see);
	b->next_second = VL_S;
	bool ok = b->flows != NULL;
	for (size_t i = 0; i < JUDGES && ok; i++) {
		b->judge[i] = judges[i]->new(b->flows);
		ok = b->judge[i] != NULL;
	}
	if (ok)
		return b;
	balance_free(b);
	return NULL;
}

/* Whole seconds, those without a frame too: but after a long silence only the last sixty. */
static void pass_seconds(struct balance_judge *b, vl_time now)
{
	if (now >= b->next_second && now - b->next_second > 60 * VL_S)
		b->next_second = now / VL_S * VL_S - 60 * VL_S;
	for (; b->next_second <= now; b->next_second += VL_S)
		for (size_t i = 0; i < JUDGES && b->any; i++)
			judges[i]->second(b->judge[i], b->next_second, &b->found);
}

static void balance_frame(void *self, const struct analyzer_frame *f)
{
	struct balance_judge *b = self;

	pass_seconds(b, f->at);
	flows_frame(b->flows, f);
}

static void balance_advance(void *self, vl_time now)
{
	struct balance_judge *b = self;

	pass_seconds(b, now);
	flows_advance(b->flows, now);
}

/* It does not wake anybody: what silence means is seen with the next frame, or at the end. */
static vl_time balance_deadline(const void *self)
{
	const struct balance_judge *b = self;

	return flows_deadline(b->flows);
}

static void balance_finish(void *self, vl_time now)
{
	struct balance_judge *b = self;

	pass_seconds(b, now);
	flows_finish(b->flows, now);
	for (size_t i = 0; i < JUDGES && b->any; i++)
		judges[i]->finish(b->judge[i], now, &b->found);
	finding_list_finish(&b->found);
}

static bool balance_poll(void *self, struct finding *out)
{
	struct balance_judge *b = self;

	return finding_list_poll(&b->found, out);
}

const struct analyzer_ops balance_analyzer = {
	.name = "balance",
	.new = balance_new,
	.free = balance_free,
	.frame = balance_frame,
	.advance = balance_advance,
	.deadline = balance_deadline,
	.finish = balance_finish,
	.poll = balance_poll,
};

const struct flows *balance_flows(const struct balance_judge *b)
{
	return b->flows;
}

bool balance_tell(struct balance_judge *b, const struct ip_addr *address, uint16_t port, uint8_t protocol)
{
	b->any = true;
	return flows_tell(b->flows, address, port, protocol);
}

uint64_t balance_refused(const struct balance_judge *b)
{
	return b->found.refused;
}
