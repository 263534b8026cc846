// SPDX-License-Identifier: BSD-2-Clause
/*
 * `affinity-lost': a service keeps its clients at their servers (nine returns in ten, of twenty at least), and some client
 * was given to another one all the same, within five minutes of its last connection, while the one it had was in use.
 *
 * Where clients go to and fro anyway there is no persistence to lose, and nothing is found.
 */
#include <stdio.h>
#include <stdlib.h>

#include "analyzers/flow_judge.h"

#define SESSION (300 * VL_S)            /* a client that comes back later begins anew */
#define IN_USE (30 * VL_S)              /* the server it had was given a connection so recently */
#define KEPT 6                          /* changes of a service whose facts are kept */

struct change {
	struct ip_addr client;
	uint16_t from, to;
	vl_time at;
	uint64_t frame;
};

struct changes {
	struct change first[KEPT];
	uint64_t count;
	vl_time last_at;
	uint16_t finding;               /* index + 1 in the list */
};

struct affinity {
	const struct flows *flows;
	struct changes service[FLOWS_SERVICES];
};

static void *affinity_new(const struct flows *flows)
{
	struct affinity *a = calloc(1, sizeof *a);

	if (a != NULL)
		a->flows = flows;
	return a;
}

static void affinity_event(void *self, const struct flow_event *e, struct finding_list *found)
{
	struct affinity *a = self;
	struct changes *c = &a->service[e->service];

	if (e->kind != FLOW_ASSIGNED || e->before == FLOWS_NONE || e->before == e->server ||
	    e->flow->source == FLOWS_NOBODY || flows_source(a->flows, e->flow->source)->gap > SESSION ||
	    e->at - flows_server(a->flows, e->before)->last_at > IN_USE)
		return;
	if (c->count < KEPT)
		c->first[c->count] = (struct change){e->flow->client, e->before, e->server, e->at, e->frame};
	c->count++;
	c->last_at = e->at;
	if (c->finding != 0) {
		struct finding *f = &found->item[c->finding - 1];
		f->end = e->at;
		finding_add_evidence(f, e->frame, &e->flow->client, MAC_ZERO);
	}
}

static void tell(struct affinity *a, uint16_t service, vl_time now, struct finding_list *found)
{
	struct changes *c = &a->service[service];
	const struct flow_service *s = flows_service(a->flows, service);
	char name[FLOWS_NAME], from[FLOWS_NAME], to[FLOWS_NAME], client[IP_TEXT];
	const struct change *first = &c->first[0];
	struct finding *f = flow_judge_find(found, a->flows, "affinity-lost", service, FLOWS_NONE, first->at, now);

	if (f == NULL)
		return;
	c->finding = (uint16_t)found->count;
	f->end = c->last_at > f->begin ? c->last_at : f->begin;
	for (uint64_t i = 0; i < c->count && i < KEPT; i++) {
		finding_add_subject(f, &c->first[i].client, MAC_ZERO);
		finding_add_evidence(f, c->first[i].frame, &c->first[i].client, MAC_ZERO);
	}
	snprintf(f->detail, sizeof f->detail,
		 "%s went from %s to %s although %s was in use; %llu of %llu returning connections of %s stayed where they were.",
		 ip_format(client, &first->client), flows_server_name(from, flows_server(a->flows, first->from)),
		 flows_server_name(to, flows_server(a->flows, first->to)),
		 flows_server_name((char[FLOWS_NAME]){0}, flows_server(a->flows, first->from)),
		 (unsigned long long)s->stayed, (unsigned long long)s->returns, flows_service_name(name, s));
}

static void affinity_second(void *self, vl_time now, struct finding_list *found)
{
	struct affinity *a = self;

	for (uint16_t i = 0; i < flows_service_count(a->flows); i++)
		if (a->service[i].count > 0 && a->service[i].finding == 0 && flows_is_balanced(flows_service(a->flows, i)) &&
		    flows_is_sticky(flows_service(a->flows, i)))
			tell(a, i, now, found);
}

const struct flow_judge_ops affinity_judge = {
	.name = "affinity",
	.new = affinity_new,
	.free = free,
	.event = affinity_event,
	.second = affinity_second,
	.finish = affinity_second,
};
