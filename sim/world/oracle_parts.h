// SPDX-License-Identifier: BSD-2-Clause
/* The inside of the oracle, shared by oracle.c (what happened, plain questions) and oracle_conflict.c. */
#ifndef VL_WORLD_ORACLE_PARTS_H
#define VL_WORLD_ORACLE_PARTS_H

#include "sim/world/oracle.h"

/* From `at` on. */
struct oracle_entry {
	vl_time at;
	enum oracle_state state;
	uint16_t id;
};

/* A registered virtual router and its history: at least one entry, at time 0. */
struct oracle_subject {
	struct oracle_router told;
	struct ip_addr *address;        /* sorted; told.address points here */
	enum oracle_state said;         /* by its engine; holds while the node runs */
	bool running;
	bool was_active;                /* ever */
	size_t station;
	struct oracle_entry *entry;
	size_t count, room;
};

/* A node on a segment. */
struct oracle_station {
	world_node node;
	world_segment segment;
};

/* Whether `to` hears `from` has changed; from = to: whether the switch hears it. */
struct oracle_hearing {
	vl_time at;
	size_t from, to;                /* stations */
	bool hears;
};

struct oracle {
	const struct world *world;
	struct oracle_subject *subject;
	size_t subject_count, subject_room;
	struct oracle_station *station;
	size_t station_count, station_room;
	bool *hears;                    /* [from * station_count + to], now */
	struct oracle_hearing *hearing;
	size_t hearing_count, hearing_room;
	uint64_t strangers;
	bool no_memory;
};

/* The entry that holds at the moment. */
const struct oracle_entry *oracle_entry_at(const struct oracle_subject *s, vl_time at);

#endif
