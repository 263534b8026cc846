// SPDX-License-Identifier: BSD-2-Clause
/*
 * The balancers' own account of connections: what expectations about shares, levels and storms are judged by. A reader
 * of the journal, so it is the truth, not what the analyzers make of frames.
 *
 * Read are "balancer.open" (one connection opened), "balancer.close" (its entry ended) and "balancer.activity" (it begins or
 * ceases to count as active: a closed one lingers): node = the balancer, part = the service. Servers that the script gives
 * the service, and those that any other record of it names, have a place, too, and count as 0 when nothing goes to them. A
 * balancer that becomes passive or active forgets what it held.
 */
#ifndef VL_SCENARIO_LEDGER_H
#define VL_SCENARIO_LEDGER_H

#include "sim/scenario/scenario.h"
#include "sim/world/journal.h"

struct ledger_server {
	const char *name;
	uint64_t opened, closed, bytes; /* between from and until; bytes of those closed */
	uint64_t active;                /* now: at the event that is being told, in the end at `until` */
};

struct ledger {
	struct ledger_server *server;   /* in the order in which the journal names them */
	size_t count, room;
	const char *node, *part;        /* of the records that were read; NULL: none */
	bool several;                   /* more than one service fits, and none was chosen */
	bool no_memory;
};

struct ledger_event {
	vl_time at;
	bool opened;                    /* else ended, or counted otherwise */
	size_t server;                  /* its index; the event is in the ledger already */
	const struct record *record;
};

/* Reads up to `until` (excluded). The scenario gives the names of servers; NULL: the records alone do. `see` is told each event from `from` on, or is NULL. `service` and `node` NULL: any.
 * Free it with ledger_fini in any case; false when nothing fits, several do, or without memory. */
bool ledger_read(struct ledger *l, const struct scenario *s, const struct journal *j,
		 const struct scenario_service_name *whose, vl_time from, vl_time until, void *context,
		 void (*see)(void *context, const struct ledger *l, const struct ledger_event *e));
void ledger_fini(struct ledger *l);

#define LEDGER_NONE SIZE_MAX
size_t ledger_find(const struct ledger *l, const char *server);
uint64_t ledger_count(const struct ledger_server *s, enum scenario_counting counting);

#endif
