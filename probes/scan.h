// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scan: what was heard, gathered into one value that every output format reads, so that table, JSON and TSV
 * agree to the digit.
 */
#ifndef VL_PROBES_SCAN_H
#define VL_PROBES_SCAN_H

#include <stdio.h>

#include "analyzers/conflict.h"
#include "probes/capture_file.h"
#include "probes/scan_options.h"

enum scan_verdict {
	SCAN_CLEAN,
	SCAN_WARN,
	SCAN_CONFLICT,
	SCAN_INCONCLUSIVE,              /* nothing was heard, or not enough could be read */
};

enum scan_confidence {
	SCAN_LOW,
	SCAN_MEDIUM,                    /* from 123 s: three of VRRPv3's longest intervals */
	SCAN_HIGH,                      /* from 765 s: three of VRRPv2's */
};

/* One virtual ID of one protocol at one place. */
struct scan_id {
	struct finding_place place;
	enum finding_class class;       /* FINDING_VRRP or FINDING_CARP */
	const struct conflict_group *group;
	uint64_t adverts;
	bool by_mac_only;               /* no advertisement, but its virtual MAC in other frames */
	const struct finding *worst;    /* NULL: nothing found, or only information */
};

#define SCAN_IDS 2048
#define SCAN_FINDINGS 1024

struct scan {
	const struct scan_options *options;
	struct conflict_judge *judge;
	bool complete;                  /* the capture was read to its end */
	bool readable;                  /* what was read was sound */
	char reason[CAPTURE_ERROR];     /* why not; may hold bytes from outside: show it escaped */
	uint64_t frames;                /* of any kind */
	uint64_t passed;                /* of them through the filter */
	bool tagged, ipv6_heard;
	int64_t start_ns;               /* wall time of the first frame */
	vl_time heard;                  /* from the first frame to the last */
	struct scan_id *id;
	size_t id_count;
	struct finding *finding;        /* worst first, --only and --ignore applied */
	size_t finding_count;
	size_t conflicts, warnings;
	struct id_set used_v4, used_v6, used;
	uint8_t best[ID_LAST];          /* free in both families, best first */
	size_t best_count;
	enum scan_confidence confidence;
	enum scan_verdict verdict;
};

/* Reads the whole capture. False: out of memory. */
bool scan_gather(struct scan *s, const struct scan_options *o, struct capture_file *c);
/* The scan of a capture that could not be opened: an empty one that says why. False: out of memory. */
bool scan_nothing(struct scan *s, const struct scan_options *o, const char *reason);
void scan_release(struct scan *s);
/* The exit status (ux 1.2). */
int scan_status(const struct scan *s);

/* Speakers of an ID: walks with *at = CONFLICT_NONE at first; NULL at the end. */
const struct conflict_speaker *scan_speaker(const struct scan *s, const struct scan_id *id, uint16_t *at);
const char *scan_verdict_word(enum scan_verdict v);
const char *scan_confidence_word(enum scan_confidence c);
/* "ok", "info ...", or the word and code of the worst finding: "CONFLICT vrid-collision". */
#define SCAN_VERDICT 64
char *scan_id_verdict(char text[SCAN_VERDICT], const struct scan_id *id);
/* "vrrp2", "vrrp3", "carp", "vrrp" when unknown. */
const char *scan_protocol(const struct scan_id *id, const struct conflict_speaker *speaker);
/* What could not be heard, as words; NULL behind the last. */
const char *scan_blind(const struct scan *s, size_t i);
/* Mean of its gaps in ns; 0: not enough. */
uint64_t scan_measured_interval(const struct conflict_speaker *speaker);
/* "0" untagged, "36", "100.36" stacked. */
#define SCAN_VLAN 32
char *scan_vlan(char text[SCAN_VLAN], const struct finding_place *p);
/* UTC, RFC 3339. */
#define SCAN_WHEN 40
char *scan_when(char text[SCAN_WHEN], const struct scan *s, vl_time at);

/* The formats. False: the stream refused. */
bool scan_print_table(const struct scan *s, FILE *out);
bool scan_print_json(const struct scan *s, FILE *out);
bool scan_print_tsv(const struct scan *s, FILE *out);
bool scan_print_check(const struct scan *s, FILE *out);
bool scan_print_free(const struct scan *s, FILE *out);
bool scan_print_wanted(const struct scan *s, FILE *out);

#endif
