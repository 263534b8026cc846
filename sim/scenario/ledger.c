// SPDX-License-Identifier: BSD-2-Clause
/* Kinds are told by their names once and by their addresses from then on. */
#include "sim/scenario/ledger.h"

#include <stdlib.h>
#include <string.h>

struct kind_memory {
	const struct record_kind *kind;         /* the last one that was asked about */
	bool opens, closes, changes, names_server, forgets;
	int server, bytes_in, bytes_out, active;
};

static const struct kind_memory *look_at(struct kind_memory *m, const struct record_kind *kind)
{
	if (m->kind == kind)
		return m;
	bool balancers = strncmp(kind->name, "balancer.", 9) == 0;
	*m = (struct kind_memory){
		.kind = kind,
		.opens = strcmp(kind->name, "balancer.open") == 0,
		.closes = strcmp(kind->name, "balancer.close") == 0,
		.changes = strcmp(kind->name, "balancer.activity") == 0,
		.forgets = strcmp(kind->name, "balancer.active") == 0,
		.server = balancers ? record_field_index(kind, "server") : -1,
		.bytes_in = record_field_index(kind, "bytes_in"),
		.bytes_out = record_field_index(kind, "bytes_out"),
		.active = record_field_index(kind, "active"),
	};
	m->names_server = m->server >= 0 && kind->field[m->server].type == VALUE_WORD;
	return m;
}

size_t ledger_find(const struct ledger *l, const char *server)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->server[i].name == server || strcmp(l->server[i].name, server) == 0)
			return i;
	return LEDGER_NONE;
}

static size_t place_of(struct ledger *l, const char *server)
{
	size_t at = ledger_find(l, server);

	if (at != LEDGER_NONE)
		return at;
	if (l->count == l->room) {
		size_t room = l->room == 0 ? 8 : l->room * 2;
		struct ledger_server *longer = realloc(l->server, room * sizeof *longer);
		if (longer == NULL) {
			l->no_memory = true;
			return LEDGER_NONE;
		}
		l->server = longer;
		l->room = room;
	}
	l->server[l->count] = (struct ledger_server){.name = server};
	return l->count++;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* True when the record is of the service asked for. A pair of balancers has one service twice. */
static bool is_ours(struct ledger *l, const struct scenario_service_name *whose, const struct record *r)
{
	if (r->node == NULL || r->part == NULL || (whose->by.text != NULL && strcmp(r->node, whose->by.text) != 0) ||
	    (whose->service != NULL && strcmp(r->part, whose->service) != 0))
		return false;
	l->several = l->several || (l->part != NULL && !same(l->part, r->part));
	l->node = r->node;
	l->part = r->part;
	return true;
}

static uint64_t number_of(const struct record *r, int field)
{
	return field >= 0 ? r->value[field].number : 0;
}

static void enter(struct ledger *l, const struct kind_memory *k, const struct record *r, size_t server, bool counts)
{
	struct ledger_server *s = &l->server[server];

	s->active = number_of(r, k->active);
	s->opened += counts && k->opens;
	s->closed += counts && k->closes;
	if (counts && k->closes)
		s->bytes += number_of(r, k->bytes_in) + number_of(r, k->bytes_out);
}

/* Of the services that the script has. */
static void enter_names(struct ledger *l, const struct scenario *s, const struct scenario_service_name *whose)
{
	for (size_t i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->node[i];
		if (whose->by.text != NULL && strcmp(n->name, whose->by.text) != 0)
			continue;
		for (size_t k = 0; k < n->service_count; k++) {
			const struct scenario_service *service = &n->service[k];
			if (whose->service != NULL && strcmp(service->name, whose->service) != 0)
				continue;
			l->several = l->several || (l->part != NULL && !same(l->part, service->name));
			l->node = n->name;
			l->part = service->name;
			for (size_t m = 0; m < service->server_count && !l->no_memory; m++)
				(void)place_of(l, service->server[m].name);
		}
	}
}

bool ledger_read(struct ledger *l, const struct scenario *s, const struct journal *j,
		 const struct scenario_service_name *whose, vl_time from, vl_time until, void *context,
		 void (*see)(void *context, const struct ledger *l, const struct ledger_event *e))
{
	struct kind_memory memory = {0};

	*l = (struct ledger){0};
	if (s != NULL)
		enter_names(l, s, whose);
	for (uint64_t i = journal_first(j); i < journal_count(j) && !l->no_memory; i++) {
		const struct record *r = journal_at(j, i);
		const struct kind_memory *k = look_at(&memory, r->kind);
		if (k->forgets && r->at < until && r->node != NULL && same(r->node, l->node))
			for (size_t m = 0; m < l->count; m++)
				l->server[m].active = 0;
		if (!k->names_server || r->value[k->server].word == NULL || !is_ours(l, whose, r))
			continue;
		size_t server = place_of(l, r->value[k->server].word);
		if (server == LEDGER_NONE || r->at >= until || !(k->opens || k->closes || k->changes))
			continue;
		enter(l, k, r, server, r->at >= from);
		if (see != NULL && r->at >= from)
			see(context, l, &(struct ledger_event){r->at, k->opens, server, r});
	}
	return l->count > 0 && !l->several && !l->no_memory;
}

void ledger_fini(struct ledger *l)
{
	free(l->server);
	*l = (struct ledger){0};
}

uint64_t ledger_count(const struct ledger_server *s, enum scenario_counting counting)
{
	switch (counting) {
	case COUNTING_NEW:
		return s->opened;
	case COUNTING_ACTIVE:
		return s->active;
	case COUNTING_BYTES:
		return s->bytes;
	}
	return 0;
}
