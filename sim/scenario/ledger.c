// SPDX-License-Identifier: BSD-2-Clause
/* Kinds are told by their names once and by their addresses from then on. */
#include "sim/scenario/ledger.h"

#include <stdlib.h>
#include <string.h>

struct kind_memory {
	const struct record_kind *kind;         /* the last one that was asked about */
	bool opens, closes, names_server;
	int server, bytes;
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
		.server = balancers ? record_field_index(kind, "server") : -1,
		.bytes = record_field_index(kind, "bytes"),
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

static void enter(struct ledger *l, const struct kind_memory *k, const struct record *r, size_t server, bool counts)
{
	struct ledger_server *s = &l->server[server];

	if (k->opens) {
		s->active++;
		s->opened += counts;
	} else {
		s->active -= s->active > 0;
		s->closed += counts;
		s->bytes += counts && k->bytes >= 0 ? r->value[k->bytes].number : 0;
	}
}

bool ledger_read(struct ledger *l, const struct journal *j, const struct scenario_service_name *whose, vl_time from,
		 vl_time until, void *context,
		 void (*see)(void *context, const struct ledger *l, const struct ledger_event *e))
{
	struct kind_memory memory = {0};

	*l = (struct ledger){0};
	for (uint64_t i = 0; i < journal_count(j) && !l->no_memory; i++) {
		const struct record *r = journal_at(j, i);
		const struct kind_memory *k = look_at(&memory, r->kind);
		if (!k->names_server || r->value[k->server].word == NULL || !is_ours(l, whose, r))
			continue;
		size_t server = place_of(l, r->value[k->server].word);
		if (server == LEDGER_NONE || r->at >= until || !(k->opens || k->closes))
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
