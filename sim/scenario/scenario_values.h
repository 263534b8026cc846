// SPDX-License-Identifier: BSD-2-Clause
/* The small parts of a scenario: places in a file, names that refer to something, values that may be missing. Part of
 * scenario.h. */
#ifndef VL_SCENARIO_SCENARIO_VALUES_H
#define VL_SCENARIO_SCENARIO_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"
#include "sim/base/time.h"

/* Where something stands in a file; line and column from 1. Line 0: it was not written, it is a default. */
struct scenario_place {
	const char *file;
	unsigned line, column;
};

/* A name that refers to something, and where it was written. `index` is into the scenario's nodes or segments
 * (the field says which); for plain names (tags, tracked objects) it is 0. */
struct scenario_name {
	const char *text;               /* NULL: not given */
	struct scenario_place at;
	unsigned index;
};

struct scenario_names {
	struct scenario_name *item;
	size_t count;
};

struct scenario_ips {
	struct ip_addr *item;
	size_t count;
};

struct scenario_vlans {
	uint16_t *item;                 /* 0: untagged frames */
	size_t count;
};

struct scenario_prefixes {
	struct ip_prefix *item;
	size_t count;
};

/* Values with a default that only the product knows. */
struct maybe_number {
	bool given;
	uint64_t value;
};

struct maybe_signed {
	bool given;
	int64_t value;
};

struct maybe_time {
	bool given;
	vl_time value;
};

struct maybe_flag {
	bool given;
	bool value;
};

struct maybe_mac {
	bool given;
	struct mac value;
};

/* One interface of one node, or all of them: "r1" or "r1.eth0". */
#define SCENARIO_EVERY_INTERFACE UINT32_MAX
struct scenario_port {
	struct scenario_name node;      /* index: of the node */
	const char *interface_name;     /* NULL: every interface */
	unsigned interface;             /* index, or SCENARIO_EVERY_INTERFACE */
};

#endif
