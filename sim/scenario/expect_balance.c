// SPDX-License-Identifier: BSD-2-Clause
/*
 * Expectations about who gets the connections, judged by the balancers' own records (ledger.h): share of a server,
 * evenness over all servers, how many are opened and open, and how long a server that came back takes everything
 * (all_to) or stays under the others (catch_up). A window that is not complete leaves them open.
 */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/imbalance.h"
#include "sim/base/fixed.h"
#include "sim/scenario/ledger.h"

/* Says why the ledger is no use. */
static void judge_nothing(const struct scenario_expectation *e, const struct expect_context *c, const struct ledger *l,
			  const struct scenario_service_name *whose, struct check *out)
{
	check_want(out, "connections of %s%s", whose->service != NULL ? "service " : "a service",
		   whose->service != NULL ? whose->service : "");
	check_fail(out, expect_over_at(e, c), l->no_memory ? "no memory"
					      : l->several ? "several services; say which with `service'"
							   : "no balancer has a record of it");
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

static void judge_no_server(const struct scenario_expectation *e, const struct expect_context *c, const struct ledger *l,
			    const char *server, struct check *out)
{
	char list[CHECK_TEXT] = "";
	size_t n = 0;

	for (size_t i = 0; i < l->count && n < sizeof list; i++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i > 0 ? ", " : "", l->server[i].name);
	check_want(out, "a server %s", server);
	check_fail(out, expect_over_at(e, c), "the service's records name %s", list);
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

static void leave_open(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	if (expect_complete(e, c))
		return;
	out->verdict = CHECK_OPEN;
	out->sample.given = false;
}

/* --- share ----------------------------------------------------------------------------------------------- */

static void judge_share(const struct scenario_expectation *e, const struct expect_memory *m,
			const struct expect_context *c, struct check *out)
{
	static const char *const words[] = {"new connections", "active connections", "bytes"};
	struct ledger l;
	uint64_t total = 0;
	char what[CHECK_TEXT];

	(void)m;
	bool read = ledger_read(&l, c->scenario, c->journal, &e->share.of, e->window.from, expect_until(e, c), NULL, NULL);
	size_t server = read ? ledger_find(&l, e->share.server) : LEDGER_NONE;
	for (size_t i = 0; i < l.count; i++)
		total += ledger_count(&l.server[i], e->share.counting);
	if (!read) {
		judge_nothing(e, c, &l, &e->share.of, out);
	} else if (server == LEDGER_NONE) {
		judge_no_server(e, c, &l, e->share.server, out);
	} else if (total == 0) {
		check_want(out, "%s of %s", words[e->share.counting], l.part);
		check_fail(out, expect_over_at(e, c), "none in the window");
	} else {
		uint64_t own = ledger_count(&l.server[server], e->share.counting);
		snprintf(what, sizeof what, "%s has %llu of %llu %s:", l.server[server].name, (unsigned long long)own,
			 (unsigned long long)total, words[e->share.counting]);
		expect_judge_measure(&e->share.is, fixed_scale(IMBALANCE_ONE, own, total), what, expect_over_at(e, c), out);
	}
	leave_open(e, c, out);
	ledger_fini(&l);
}

const struct expect_family EXPECT_SHARE_FAMILY = {.judge = judge_share};

/* --- balance --------------------------------------------------------------------------------------------- */

/* The clients of the connections that were opened. */
struct clients {
	struct ip_addr *address;
	size_t count, room;
	int field;                      /* in the record, or -1 */
	bool no_memory;
};

static void note_client(void *context, const struct ledger *l, const struct ledger_event *event)
{
	struct clients *x = context;

	(void)l;
	if (!event->opened || x->no_memory)
		return;
	int field = record_field_index(event->record->kind, "client");
	if (field < 0 || event->record->kind->field[field].type != VALUE_IP)
		return;
	if (x->count == x->room) {
		size_t room = x->room == 0 ? 1024 : x->room * 2;
		struct ip_addr *longer = realloc(x->address, room * sizeof *longer);
		if (longer == NULL) {
			x->no_memory = true;
			return;
		}
		x->address = longer;
		x->room = room;
	}
	x->address[x->count++] = event->record->value[field].ip;
}

static int by_address(const void *a, const void *b)
{
	return ip_compare(a, b);
}

/* Effective number of clients, in millionths. Counts the runs of the sorted list into a list of its own. */
static uint64_t effective_clients(struct clients *x)
{
	uint64_t *runs = calloc(x->count + 1, sizeof *runs);
	size_t clients = 0;

	if (runs == NULL) {
		x->no_memory = true;
		return 0;
	}
	qsort(x->address, x->count, sizeof *x->address, by_address);
	for (size_t i = 0; i < x->count; i++) {
		clients += i == 0 || !ip_equal(&x->address[i], &x->address[i - 1]);
		runs[clients - 1]++;
	}
	uint64_t k = imbalance_k_eff(runs, clients);
	free(runs);
	return k;
}

static void judge_measures(const struct scenario_expectation *e, const struct expect_context *c, struct ledger *l,
			   struct clients *clients, struct check *out)
{
	vl_time at = expect_over_at(e, c);
	uint64_t *x = calloc(l->count, sizeof *x);
	struct imbalance i;

	if (x == NULL) {
		l->no_memory = true;
		return;
	}
	for (size_t k = 0; k < l->count; k++)
		x[k] = ledger_count(&l->server[k], e->balance.counting);
	imbalance_measure(&i, x, l->count);
	free(x);
	if (i.total == 0) {
		check_want(out, "connections of %s", l->part);
		check_fail(out, at, "none in the window");
		return;
	}
	expect_judge_measure(&e->balance.jain, i.jain, "Jain's index", at, out);
	expect_judge_measure(&e->balance.cv, i.cv, "CV", at, out);
	expect_judge_measure(&e->balance.cv_squared, i.cv_squared, "CV squared", at, out);
	expect_judge_measure(&e->balance.max_over_mean, i.max_over_mean, "max/mean", at, out);
	expect_judge_measure(&e->balance.gini, i.gini, "Gini", at, out);
	expect_judge_measure(&e->balance.max_share, i.max_share, "largest share", at, out);
	if (e->balance.k_eff.form != COMPARISON_NONE)
		expect_judge_measure(&e->balance.k_eff, effective_clients(clients), "K_eff", at, out);
}

static void judge_balance(const struct scenario_expectation *e, const struct expect_memory *m,
			  const struct expect_context *c, struct check *out)
{
	struct clients clients = {0};
	struct ledger l;

	(void)m;
	bool read = ledger_read(&l, c->scenario, c->journal, &e->balance.of, e->window.from, expect_until(e, c), &clients,
				e->balance.k_eff.form != COMPARISON_NONE ? note_client : NULL);
	if (read)
		judge_measures(e, c, &l, &clients, out);
	l.no_memory = l.no_memory || clients.no_memory;
	if (!read || l.no_memory)
		judge_nothing(e, c, &l, &e->balance.of, out);
	leave_open(e, c, out);
	free(clients.address);
	ledger_fini(&l);
}

const struct expect_family EXPECT_BALANCE_FAMILY = {.judge = judge_balance};

/* --- how many are opened, how many are open ---------------------------------------------------------------- */

struct counting {
	const struct scenario_expectation *e;
	uint64_t active, most;          /* of the server, or of all */
	vl_time most_at;
	vl_time bin_ends;               /* 0: no bin has begun */
	uint64_t in_bin;
};

static bool is_counted(const struct counting *x, const struct ledger *l, size_t server)
{
	return x->e->connections.server == NULL || strcmp(l->server[server].name, x->e->connections.server) == 0;
}

static void note_most(struct counting *x, uint64_t count, vl_time at)
{
	if (count <= x->most)
		return;
	x->most = count;
	x->most_at = at;
}

static void see_opened(void *context, const struct ledger *l, const struct ledger_event *event)
{
	struct counting *x = context;
	vl_time length = x->e->connections.per.value;

	if (!event->opened || !is_counted(x, l, event->server))
		return;
	if (event->at >= x->bin_ends || x->bin_ends == 0) {
		x->bin_ends = x->e->window.from + ((event->at - x->e->window.from) / length + 1) * length;
		x->in_bin = 0;
	}
	note_most(x, ++x->in_bin, event->at);
}

static void see_active(void *context, const struct ledger *l, const struct ledger_event *event)
{
	struct counting *x = context;
	uint64_t active = 0;

	if (!is_counted(x, l, event->server))
		return;
	for (size_t i = 0; i < l->count; i++)
		active += is_counted(x, l, i) ? l->server[i].active : 0;
	note_most(x, active, event->at);
}

/* Of the server, or of all: opened in the window, or open at its end. */
static uint64_t sum_of(const struct counting *x, const struct ledger *l, enum scenario_counting what)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < l->count; i++)
		sum += is_counted(x, l, i) ? ledger_count(&l->server[i], what) : 0;
	return sum;
}

static void judge_counted(const struct scenario_expectation *e, const struct expect_context *c, struct counting *x,
			  const struct ledger *l, struct check *out)
{
	bool instant = e->window.form == WINDOW_AT;
	const char *whose = e->connections.server != NULL ? e->connections.server : l->part;
	char what[CHECK_TEXT], at[EXPECT_TIME];

	if (e->kind == EXPECT_ACTIVE_CONNECTIONS && !instant) {
		/* who was open when the window began may never change in it */
		struct ledger before;
		ledger_read(&before, c->scenario, c->journal, &e->connections.of, 0, e->window.from, NULL, NULL);
		note_most(x, sum_of(x, &before, COUNTING_ACTIVE), e->window.from);
		ledger_fini(&before);
		snprintf(what, sizeof what, "active connections of %s at most, at %s:", whose, expect_time(at, x->most_at));
		expect_judge_measure(&e->connections.count, x->most, what, expect_over_at(e, c), out);
	} else if (e->kind == EXPECT_ACTIVE_CONNECTIONS) {
		snprintf(what, sizeof what, "active connections of %s:", whose);
		expect_judge_measure(&e->connections.count, sum_of(x, l, COUNTING_ACTIVE), what, expect_over_at(e, c), out);
	} else if (e->connections.per.given) {
		snprintf(what, sizeof what, "new connections of %s in the busiest %s, about %s:", whose,
			 expect_time((char[EXPECT_TIME]){0}, e->connections.per.value), expect_time(at, x->most_at));
		expect_judge_measure(&e->connections.count, x->most, what, expect_over_at(e, c), out);
	} else {
		snprintf(what, sizeof what, "new connections of %s:", whose);
		expect_judge_measure(&e->connections.count, sum_of(x, l, COUNTING_NEW), what, expect_over_at(e, c), out);
	}
}

static void judge_connections(const struct scenario_expectation *e, const struct expect_memory *m,
			      const struct expect_context *c, struct check *out)
{
	bool active = e->kind == EXPECT_ACTIVE_CONNECTIONS, instant = e->window.form == WINDOW_AT;
	struct counting x = {.e = e};
	struct ledger l;

	(void)m;
	bool read = ledger_read(&l, c->scenario, c->journal, &e->connections.of, e->window.from,
				instant ? e->window.from : expect_until(e, c), &x,
				active		      ? see_active
				: e->connections.per.given ? see_opened
							   : NULL);
	if (!read)
		judge_nothing(e, c, &l, &e->connections.of, out);
	else if (e->connections.server != NULL && ledger_find(&l, e->connections.server) == LEDGER_NONE)
		judge_no_server(e, c, &l, e->connections.server, out);
	else
		judge_counted(e, c, &x, &l, out);
	leave_open(e, c, out);
	ledger_fini(&l);
}

const struct expect_family EXPECT_CONNECTIONS_FAMILY = {.judge = judge_connections};

/* --- catching up ----------------------------------------------------------------------------------------- */

struct catching {
	const struct scenario_expectation *e;
	bool over;
	vl_time over_at;
	uint64_t count, level;
};

/* The server has as many as the others have on average. Without others it has. */
static bool has_caught_up(const struct ledger *l, size_t own)
{
	uint64_t others = 0;

	for (size_t i = 0; i < l->count; i++)
		others += i != own ? l->server[i].active : 0;
	return l->count < 2 || l->server[own].active * (l->count - 1) >= others;
}

static void see_catching(void *context, const struct ledger *l, const struct ledger_event *event)
{
	struct catching *x = context;
	size_t own = ledger_find(l, x->e->catch_up.server);

	if (x->over)
		return;
	bool elsewhere = event->opened && event->server != own;
	x->over = x->e->kind == EXPECT_ALL_TO ? elsewhere : own != LEDGER_NONE && has_caught_up(l, own);
	if (own != LEDGER_NONE) {
		x->count = l->server[own].opened;
		x->level = l->server[own].active;
	}
	x->over_at = event->at;
}

static void judge_catch_up(const struct scenario_expectation *e, const struct expect_memory *m,
			   const struct expect_context *c, struct check *out)
{
	struct catching x = {.e = e};
	struct ledger l;
	vl_time from = e->window.from;

	(void)m;
	bool read = ledger_read(&l, c->scenario, c->journal, &e->catch_up.of, from, expect_until(e, c), &x, see_catching);
	if (!read) {
		judge_nothing(e, c, &l, &e->catch_up.of, out);
	} else if (ledger_find(&l, e->catch_up.server) == LEDGER_NONE) {
		judge_no_server(e, c, &l, e->catch_up.server, out);
	} else {
		vl_time at = x.over ? x.over_at : expect_over_at(e, c);
		expect_judge_measure(&e->catch_up.lasts, at - from, "it lasts", at, out);
		expect_judge_measure(&e->catch_up.count, x.count, "new connections until then:", at, out);
		expect_judge_measure(&e->catch_up.level, x.level, "active connections then:", at, out);
	}
	if (!x.over)
		leave_open(e, c, out);
	ledger_fini(&l);
}

const struct expect_family EXPECT_CATCH_UP_FAMILY = {.judge = judge_catch_up};
