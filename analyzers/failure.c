// SPDX-License-Identifier: BSD-2-Clause
/*
 * Servers that fail their users:
 *
 *      `syn-unanswered'        three connections in a row were not answered, each after repetitions
 *      `server-resets'         of its last connections (ten at least, thirty-two at most) a fifth, and five, were refused or
 *                              reset before it said anything worth while
 *      `black-hole'            likewise half of them, and since it began the server has been given more than one and a half
 *                              times its fair share beyond chance: least connection prefers whoever is rid of his users
 *
 * What is said of a server holds until it has answered so many in turn. A service that answers from nowhere (its servers
 * are not known) is judged as if it were one server.
 */
#include <stdio.h>
#include <stdlib.h>

#include "analyzers/flow_judge.h"
#include "analyzers/imbalance.h"
#include "sim/base/fixed.h"

#define IN_A_ROW 3
#define OUTCOMES_LEAST 10
#define LEAST 50                        /* connections of the service since a server began to fail */
#define TAKES_PART (30 * VL_S)

struct record_of {
	uint32_t outcomes;              /* the last ones, newest lowest; 1: failed */
	uint8_t count;                  /* of them, at most 32 */
	uint8_t unanswered, answered;   /* in a row */
	uint64_t frame[4];              /* of the last failures */
	uint64_t failures;
	vl_time failing_since;          /* 0: it is not */
	vl_time unanswered_since;
	uint64_t own_then, all_then;    /* connections of it and of the service then */
	uint16_t found_silent, found_resets, found_hole;        /* index + 1 in the list */
};

struct failure {
	const struct flows *flows;
	struct record_of server[FLOWS_SERVERS];
	struct record_of service[FLOWS_SERVICES];
};

static void *failure_new(const struct flows *flows)
{
	struct failure *x = calloc(1, sizeof *x);

	if (x != NULL)
		x->flows = flows;
	return x;
}

static unsigned bad_ones(const struct record_of *r)
{
	return (unsigned)__builtin_popcount(r->outcomes);
}

static const struct ip_addr *address_of(const struct failure *x, uint16_t service, uint16_t server)
{
	return server != FLOWS_NONE ? &flows_server(x->flows, server)->ip : &flows_service(x->flows, service)->address;
}

/* "rs 10.0.0.1:80 of 192.0.2.10:443", or the service alone. */
static void name_of(const struct failure *x, uint16_t service, uint16_t server, char text[2 * FLOWS_NAME + 8])
{
	char one[FLOWS_NAME], all[FLOWS_NAME];

	flows_service_name(all, flows_service(x->flows, service));
	if (server == FLOWS_NONE)
		snprintf(text, 2 * FLOWS_NAME + 8, "%s", all);
	else
		snprintf(text, 2 * FLOWS_NAME + 8, "%s of %s", flows_server_name(one, flows_server(x->flows, server)), all);
}

static struct finding *tell(struct failure *x, const struct record_of *r, const char *code, uint16_t service, uint16_t server,
			    vl_time begin, vl_time now, struct finding_list *found)
{
	struct finding *f = flow_judge_find(found, x->flows, code, service, server, begin, now);

	/* the last ones, oldest first */
	for (uint64_t i = r->failures > 4 ? r->failures - 4 : 0; f != NULL && i < r->failures; i++)
		finding_add_evidence(f, r->frame[i % 4], address_of(x, service, server), MAC_ZERO);
	return f;
}

/* --- one outcome ------------------------------------------------------------------------------------------- */

static void not_answered(struct failure *x, struct record_of *r, const struct flow_event *e, struct finding_list *found)
{
	char name[2 * FLOWS_NAME + 8];

	if (r->unanswered == 0)
		r->unanswered_since = e->flow->began_at;
	if (r->unanswered < UINT8_MAX)
		r->unanswered++;
	r->answered = 0;
	r->frame[r->failures++ % 4] = e->flow->began_frame;
	if (r->found_silent != 0) {
		found->item[r->found_silent - 1].end = e->at;
		finding_add_evidence(&found->item[r->found_silent - 1], e->flow->began_frame,
				     address_of(x, e->service, e->server), MAC_ZERO);
		return;
	}
	if (r->unanswered < IN_A_ROW)
		return;
	struct finding *f = tell(x, r, "syn-unanswered", e->service, e->server, r->unanswered_since, e->at, found);
	if (f == NULL)
		return;
	r->found_silent = (uint16_t)found->count;
	name_of(x, e->service, e->server, name);
	snprintf(f->detail, sizeof f->detail, "%s did not answer %u connections in a row, the last after %u attempt%s.", name,
		 (unsigned)r->unanswered, (unsigned)e->flow->syns, e->flow->syns == 1 ? "" : "s");
}

static void outcome(struct failure *x, struct record_of *r, const struct flow_event *e, bool bad)
{
	r->outcomes = r->outcomes << 1 | bad;
	if (r->count < 32)
		r->count++;
	if (!bad) {
		if (r->count >= OUTCOMES_LEAST && bad_ones(r) * 5 < r->count)
			r->failing_since = 0;
		return;
	}
	r->frame[r->failures++ % 4] = e->frame;
	if (r->failing_since != 0)
		return;
	r->failing_since = e->at;
	r->all_then = flows_service(x->flows, e->service)->assigned;
	r->own_then = e->server != FLOWS_NONE ? flows_server(x->flows, e->server)->attempts : 0;
}

static size_t taking_part(const struct failure *x, uint16_t service, vl_time now)
{
	size_t n = 0;

	for (uint16_t i = flows_service(x->flows, service)->first_server; i != FLOWS_NONE; i = flows_server(x->flows, i)->next)
		n += now - flows_server(x->flows, i)->last_at <= TAKES_PART || flows_server(x->flows, i)->active > 0;
	return n;
}

/* Since it began to fail it has been given too much; *times: how much, in millionths of its fair share. */
static bool attracts(const struct failure *x, const struct record_of *r, uint16_t service, uint16_t server, vl_time now,
		     uint64_t *times)
{
	uint64_t all = flows_service(x->flows, service)->assigned - r->all_then;
	uint64_t own = flows_server(x->flows, server)->attempts - r->own_then;
	size_t n = taking_part(x, service, now);

	if (n < 2 || all < LEAST || own > all)
		return false;
	uint64_t fair = IMBALANCE_ONE / n;
	*times = fixed_scale(fixed_scale(own, IMBALANCE_ONE, all), IMBALANCE_ONE, fair);
	return *times > IMBALANCE_ONE * 3 / 2 && imbalance_noise(own, all, fair, IMBALANCE_ONE) > 0;
}

static void judge_resets(struct failure *x, struct record_of *r, const struct flow_event *e, struct finding_list *found)
{
	char name[2 * FLOWS_NAME + 8];
	unsigned bad = bad_ones(r);

	if (r->found_resets != 0) {
		found->item[r->found_resets - 1].end = e->at;
		finding_add_evidence(&found->item[r->found_resets - 1], e->frame, address_of(x, e->service, e->server), MAC_ZERO);
		return;
	}
	if (r->count < OUTCOMES_LEAST || bad < 5 || bad * 5 < r->count)
		return;
	struct finding *f = tell(x, r, "server-resets", e->service, e->server, r->failing_since, e->at, found);
	if (f == NULL)
		return;
	r->found_resets = (uint16_t)found->count;
	name_of(x, e->service, e->server, name);
	snprintf(f->detail, sizeof f->detail, "%s refused or reset %u of its last %u connections before it said anything worth while.",
		 name, bad, (unsigned)r->count);
}

static void judge_hole(struct failure *x, struct record_of *r, const struct flow_event *e, struct finding_list *found)
{
	char name[2 * FLOWS_NAME + 8];
	uint64_t times;

	if (r->found_hole != 0) {
		found->item[r->found_hole - 1].end = e->at;
		return;
	}
	if (e->server == FLOWS_NONE || r->count < OUTCOMES_LEAST || bad_ones(r) * 2 < r->count ||
	    !attracts(x, r, e->service, e->server, e->at, &times))
		return;
	struct finding *f = tell(x, r, "black-hole", e->service, e->server, r->failing_since, e->at, found);
	if (f == NULL)
		return;
	r->found_hole = (uint16_t)found->count;
	name_of(x, e->service, e->server, name);
	snprintf(f->detail, sizeof f->detail,
		 "%s fails %u of its last %u connections at once, and is given %llu.%02llu times its fair share of the new ones.", name,
		 bad_ones(r), (unsigned)r->count, (unsigned long long)(times / IMBALANCE_ONE),
		 (unsigned long long)(times % IMBALANCE_ONE / 10000));
}

static void failure_event(void *self, const struct flow_event *e, struct finding_list *found)
{
	struct failure *x = self;
	const struct flow_service *s = flows_service(x->flows, e->service);
	struct record_of *r = e->server != FLOWS_NONE ? &x->server[e->server] : &x->service[e->service];

	/* what balances nothing is nobody's business, but for the servers of what does */
	if (!s->balanced && !s->told && !s->is_server)
		return;
	if (e->kind == FLOW_UNANSWERED) {
		not_answered(x, r, e, found);
	} else if (e->kind == FLOW_OPENED) {
		r->unanswered = 0;
		if (r->answered < UINT8_MAX)
			r->answered++;
		if (r->answered >= IN_A_ROW)
			finding_list_over(found, &r->found_silent);        /* the next silence is another one */
	} else if (e->kind == FLOW_REFUSED || e->kind == FLOW_ENDED) {
		bool bad = e->kind == FLOW_REFUSED || (e->by_server && e->flow->bytes_down < FLOWS_LITTLE);
		outcome(x, r, e, bad);
		if (bad) {
			judge_resets(x, r, e, found);
			judge_hole(x, r, e, found);
		} else if (r->failing_since == 0) {
			finding_list_over(found, &r->found_resets);
			finding_list_over(found, &r->found_hole);
		}
	}
}

static void failure_second(void *self, vl_time now, struct finding_list *found)
{
	(void)self;
	(void)now;
	(void)found;
}

const struct flow_judge_ops failure_judge = {
	.name = "failure",
	.new = failure_new,
	.free = free,
	.event = failure_event,
	.second = failure_second,
	.finish = failure_second,
};
