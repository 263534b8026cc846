// SPDX-License-Identifier: BSD-2-Clause
/*
 * Findings: what an analyzer has to say. The vocabulary is closed: each code is one row of one const table
 * (finding_table.c), the same words in scenarios, in the scanner, in JSON and on the pages of `viplab explain`.
 *
 * A code says what a thing is called, how bad it is, why it happens and what cures it. A finding is one
 * occurrence: where, who, when, seen in which frames, and one sentence made of the facts.
 */
#ifndef VL_ANALYZERS_FINDING_H
#define VL_ANALYZERS_FINDING_H

#include "sim/base/addr.h"
#include "sim/base/time.h"
#include "sim/wire/ethernet.h"

enum finding_severity {
	FINDING_INFO,
	FINDING_WARNING,
	FINDING_CONFLICT,
};

/* A product and its word for the thing to set. The lines that products write when they meet the thing stand in
 * sim/vendors/vendor_log.h. */
struct finding_product {
	const char *product;
	const char *text;
};

#define FINDING_REMEDIES 4
#define FINDING_OPTIONS 9

struct finding_code {
	const char *name;                       /* "vrid-collision" */
	enum finding_severity severity;
	const char *title;                      /* what it is, in a few words, without the ID */
	const char *summary;                    /* one line; {id} is replaced by the ID */
	const char *why;                        /* what happens on the wire */
	const char *why_shared_mac;             /* the same when the senders share a virtual MAC, or NULL */
	const char *remedy[FINDING_REMEDIES];   /* steps in order, up to the first NULL */
	struct finding_product option[FINDING_OPTIONS]; /* the setting's name in products, up to the first NULL */
};

/* The code of a name, or NULL. */
const struct finding_code *finding_find(const char *name);
/* The i-th code in the order of the table, NULL behind the last: to walk the vocabulary. */
const struct finding_code *finding_at(size_t i);
/* The known name that looks most like `name`, for "did you mean"; NULL when none is near. */
const char *finding_nearest(const char *name);
/* "conflict", "warning", "info". */
const char *finding_severity_word(enum finding_severity s);

/* Which protocol's virtual ID a finding is about. */
enum finding_class {
	FINDING_CLASS_NONE = 0,         /* about no virtual ID */
	FINDING_VRRP,
	FINDING_CARP,
	FINDING_VRRP_AND_CARP,          /* both, on one ID */
	FINDING_HSRP,                   /* version 1 */
	FINDING_HSRP2,                  /* version 2: other numbers, other MACs */
	FINDING_GLBP,
	FINDING_FGCP,
	FINDING_CCP,
	FINDING_NLB,                    /* named by an address, not by a number */
};

const char *finding_class_word(enum finding_class c);   /* "vrrp", "carp", "vrrp+carp", "hsrp", ..., "-" */

/* Where: one link-layer segment as far as a capture can tell. Unused tags are zero, so that two places are
 * equal when their bytes are. Priority tags (VLAN 0) do not count. */
struct finding_place {
	uint32_t interface;
	uint16_t vlan[ETHERNET_VLANS];  /* outermost first */
	uint16_t id;                    /* VRID, VHID, or a group's number */
	uint8_t vlan_count;
	uint8_t family;                 /* enum ip_family */
};

struct finding_subject {
	struct ip_addr ip;              /* family IP_NONE: not known */
	struct mac mac;                 /* zero: not known */
};

struct finding_evidence {
	uint64_t frame;                 /* number in the capture, from 1 */
	struct finding_subject from;
};

#define FINDING_SUBJECTS 8
#define FINDING_EVIDENCE 12
#define FINDING_DETAIL 320
#define FINDING_SUMMARY 160

struct finding {
	const struct finding_code *code;
	bool suspect;                   /* a conflict concluded from ARP or ND alone: probable, not proved */
	bool shared_mac;                /* its senders were seen with one virtual MAC */
	bool update;                    /* polled before; end, subjects or evidence have changed since, or it is over */
	bool over;                      /* it is no longer so: `end' is its last moment. Told where that can be known */
	struct finding_place place;
	enum finding_class class;
	struct ip_addr address;         /* the virtual address it is about; family IP_NONE: the whole ID */
	struct finding_subject subject[FINDING_SUBJECTS];
	uint8_t subject_count;
	bool subjects_cut;              /* there were more */
	vl_time begin;                  /* when it began to be so */
	vl_time end;                    /* the last moment that showed it */
	vl_time known;                  /* when the analyzer could say so: begin <= known */
	struct finding_evidence evidence[FINDING_EVIDENCE];     /* the first ones */
	uint8_t evidence_count;
	uint64_t evidence_total;        /* how many frames showed it */
	char detail[FINDING_DETAIL];    /* a sentence of facts; holds no byte from a wire as it came */
};

/* The code's severity word, or "suspect". */
const char *finding_word(const struct finding *f);
/* True for conflicts, proved or suspected: what makes a scan end with status 1. */
bool finding_is_conflict(const struct finding *f);
/* Fills {id} in. Always terminated; returns text. */
char *finding_format_summary(char text[FINDING_SUMMARY], const struct finding *f);
/* The explanation that fits the MACs really seen. */
const char *finding_why(const struct finding *f);
/* Adds a subject unless it is there; false when it was there or there was no room. */
bool finding_add_subject(struct finding *f, const struct ip_addr *ip, struct mac mac);
/* Counts a frame as evidence and keeps it while there is room. */
void finding_add_evidence(struct finding *f, uint64_t frame, const struct ip_addr *ip, struct mac mac);
/* Worst first: conflicts, suspects, warnings, info; then by place and code. For sorting a report. */
int finding_compare(const struct finding *a, const struct finding *b);

#endif
