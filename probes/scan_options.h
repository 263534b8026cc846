// SPDX-License-Identifier: BSD-2-Clause
/* The command line of `viplab scan`, read into values. */
#ifndef VL_PROBES_SCAN_OPTIONS_H
#define VL_PROBES_SCAN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "analyzers/finding.h"
#include "analyzers/free_ids.h"
#include "sim/base/time.h"

enum scan_format {
	SCAN_TABLE,
	SCAN_JSON,
	SCAN_JSONL,
	SCAN_TSV,
	SCAN_OPENMETRICS,
	SCAN_CHECK,
};

#define SCAN_INTERFACES 16
#define SCAN_OUTPUTS 8
#define SCAN_RULES 32
#define SCAN_FILTER 1024
#define SCAN_WINDOW (12 * VL_S)         /* three of the usual intervals of everything, HSRP's 3 s included */
#define SCAN_MAX_DROP 10

/* --only and --ignore: a code, and perhaps one ID of it. */
struct scan_rule {
	const struct finding_code *code;
	uint16_t id;                    /* 0: all */
};

struct scan_output {
	enum scan_format format;
	const char *path;
};

struct scan_options {
	const char *version;            /* of the program, for documents; the door fills it in */
	const char *file;               /* -r; NULL: live */
	const char *interface[SCAN_INTERFACES]; /* -i; none: the only one there is */
	size_t interface_count;
	bool lists_interfaces;          /* -D */
	const char *write;              /* -w */
	bool watch, probe, join;
	const char *baseline;           /* an earlier JSON document */
	unsigned max_drop;              /* percent of frames lost above which nothing is concluded */
	enum scan_format format;
	struct scan_output output[SCAN_OUTPUTS];
	size_t output_count;
	struct id_set want;
	bool wants;                     /* --want was given */
	bool lists_free;                /* --free */
	unsigned free_most;             /* its N; 0: all */
	bool strict;
	struct scan_rule only[SCAN_RULES], ignore[SCAN_RULES];
	size_t only_count, ignore_count;
	bool one_vlan;
	uint16_t vlan;                  /* 0: untagged */
	vl_time most_time;              /* -t; VL_NEVER: no limit (live: SCAN_WINDOW unless --watch) */
	uint64_t most_adverts;          /* -c; 0: no limit */
	int verbosity;                  /* -q, -v */
	const char *to_scenario;        /* --to-scenario: a file to be written; NULL: none */
	bool force;                     /* over what is there */
	char filter[SCAN_FILTER];       /* the rest of the line; empty: none */
};

enum scan_parsed {
	SCAN_RUN,
	SCAN_HELP,                      /* asked for and printed */
	SCAN_USAGE,                     /* wrong; said on `talk` */
};

/* Strings are borrowed from argv and the environment (VIPLAB_SCAN_<OPTION>; the line wins). */
enum scan_parsed scan_options_read(struct scan_options *o, int argc, char **argv, FILE *result, FILE *talk);

#endif
