// SPDX-License-Identifier: BSD-2-Clause
/*
 * `snat-imbalance': an address with many users behind it (snat.h) makes a large part of a service's connections, is kept
 * at one server, and that server has clearly more than its part for it.
 *
 * It is looked at whenever a service has twice as many connections as the last time, and at the end.
 */
#include "analyzers/snat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/imbalance.h"
#include "sim/base/fixed.h"

#define LEAST 50                        /* connections */
#define LARGE 150000                    /* part of all connections, in millionths */
#define KEPT 900000                     /* part of them at one server */

/* --- how likely -------------------------------------------------------------------------------------------- */

struct row {
	uint32_t at_least;
	unsigned points;
};

/* Each ends with a row that every value reaches. */
static const struct row by_peak[] = {{100, 60}, {40, 40}, {17, 20}, {0, 0}};
static const struct row by_stacks[] = {{4, 45}, {2, 30}, {0, 0}};
static const struct row by_ttls[] = {{2, 25}, {0, 0}};
static const struct row by_count[] = {{1000, 20}, {200, 10}, {0, 0}};

static unsigned points(const struct row *row, uint64_t value)
{
	while (value < row->at_least)
		row++;
	return row->points;
}

static void add_reason(struct snat_opinion *o, unsigned more, uint64_t value, const char *what)
{
	size_t n = strlen(o->why);

	if (more == 0)
		return;
	o->percent = o->percent + more < 99 ? o->percent + more : 99;
	snprintf(o->why + n, sizeof o->why - n, "%s%llu %s", n > 0 ? ", " : "", (unsigned long long)value, what);
}

void snat_judge_source(struct snat_opinion *out, const struct flow_source *s)
{
	*out = (struct snat_opinion){0};
	add_reason(out, points(by_peak, s->peak), s->peak, "connections at a time");
	add_reason(out, points(by_stacks, s->stacks), s->stacks, "kinds of TCP stack");
	add_reason(out, points(by_ttls, s->ttls), s->ttls, "different TTLs");
	add_reason(out, points(by_count, s->attempts), s->attempts, "connections in all");
}

const char *snat_word(const struct snat_opinion *o)
{
	return o->percent >= SNAT_SURE	    ? "many users"
	       : o->percent >= SNAT_LIKELY ? "several users"
	       : o->percent >= 20	    ? "perhaps several"
					    : "one user";
}

/* --- the finding ------------------------------------------------------------------------------------------- */

struct snat {
	const struct flows *flows;
	uint64_t looked_at[FLOWS_SERVICES];     /* connections of a service when it was looked at last */
	uint16_t finding[FLOWS_SERVICES];       /* index + 1 in the list */
};

static void *snat_new(const struct flows *flows)
{
	struct snat *s = calloc(1, sizeof *s);

	if (s != NULL)
		s->flows = flows;
	return s;
}

static void snat_event(void *self, const struct flow_event *e, struct finding_list *found)
{
	(void)self;
	(void)e;
	(void)found;
}

static bool is_kept(const struct flow_source *s)
{
	return s->first_server != FLOWS_NONE && s->by_first >= 20 &&
	       fixed_scale(s->by_first, IMBALANCE_ONE, s->attempts) >= KEPT;
}

/* The largest of the service's addresses that many share and that are kept where they are; NULL: none. */
static const struct flow_source *largest(const struct snat *x, uint16_t service)
{
	const struct flow_service *s = flows_service(x->flows, service);
	const struct flow_source *found = NULL;

	for (uint32_t i = 0; i < flows_source_count(x->flows); i++) {
		const struct flow_source *one = flows_source(x->flows, i);
		struct snat_opinion opinion;
		if (one->service != service || (found != NULL && one->attempts <= found->attempts) ||
		    fixed_scale(one->attempts, IMBALANCE_ONE, s->assigned) < LARGE || !is_kept(one))
			continue;
		snat_judge_source(&opinion, one);
		if (opinion.percent >= SNAT_LIKELY)
			found = one;
	}
	return found;
}

static void look(struct snat *x, uint16_t service, vl_time now, struct finding_list *found)
{
	const struct flow_service *s = flows_service(x->flows, service);
	const struct flow_source *source = s->servers > 1 ? largest(x, service) : NULL;
	char name[FLOWS_NAME], server[FLOWS_NAME], address[IP_TEXT];
	struct snat_opinion opinion;

	if (source == NULL)
		return;
	const struct flow_server *one = flows_server(x->flows, source->first_server);
	uint64_t fair = IMBALANCE_ONE / s->servers, share = fixed_scale(one->attempts, IMBALANCE_ONE, s->assigned);
	if (share * 10 <= fair * 13 || imbalance_noise(one->attempts, s->assigned, fair, IMBALANCE_ONE) <= 0)
		return;
	if (x->finding[service] != 0) {
		found->item[x->finding[service] - 1].end = now;
		return;
	}
	struct finding *f = flow_judge_find(found, x->flows, "snat-imbalance", service, source->first_server, s->first_at, now);
	if (f == NULL)
		return;
	x->finding[service] = (uint16_t)found->count;
	finding_add_subject(f, &source->ip, MAC_ZERO);
	finding_add_evidence(f, source->first_frame, &source->ip, MAC_ZERO);
	snat_judge_source(&opinion, source);
	snprintf(f->detail, sizeof f->detail,
		 "%s makes %llu of %llu connections of %s and stays at %s, which has %llu of them; %s behind it (%u %% sure: %s).",
		 ip_format(address, &source->ip), (unsigned long long)source->attempts, (unsigned long long)s->assigned,
		 flows_service_name(name, s), flows_server_name(server, one), (unsigned long long)one->attempts,
		 snat_word(&opinion), opinion.percent, opinion.why);
}

static void snat_second(void *self, vl_time now, struct finding_list *found)
{
	struct snat *x = self;

	for (uint16_t i = 0; i < flows_service_count(x->flows); i++) {
		const struct flow_service *s = flows_service(x->flows, i);
		if (!flows_is_balanced(s) || s->assigned < LEAST || s->assigned < 2 * x->looked_at[i])
			continue;
		x->looked_at[i] = s->assigned;
		look(x, i, now, found);
	}
}

static void snat_finish(void *self, vl_time now, struct finding_list *found)
{
	struct snat *x = self;

	for (uint16_t i = 0; i < flows_service_count(x->flows); i++)
		if (flows_is_balanced(flows_service(x->flows, i)) && flows_service(x->flows, i)->assigned >= LEAST)
			look(x, i, now, found);
}

const struct flow_judge_ops snat_judge = {
	.name = "snat",
	.new = snat_new,
	.free = free,
	.event = snat_event,
	.second = snat_second,
	.finish = snat_finish,
};
