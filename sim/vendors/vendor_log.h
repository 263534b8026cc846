// SPDX-License-Identifier: BSD-2-Clause
/*
 * What boxes write into their logs: one table (vendor_log_table.c), read in both directions. Forwards, a record of the
 * engines becomes the line that this box would write, so that people can match what they see in a run with their
 * syslog. Backwards, a line from somebody's syslog is found again, with its product, its cause and the codes of the
 * findings that it points to (analyzers/finding.h; by name, the floor below does not know them).
 *
 * Lines are as short as the products' documents give them. Nothing here is called while an engine runs: lines are made
 * when a journal is printed, and no digest covers them.
 *
 * In a text {name} stands for a fact: {id} {interface} {family} {sender} {mac} {local} {priority} {from} {to} {why}
 * {got} {want} {got_s} {want_s} {got_cs} {want_cs} {got_ms} {want_ms} {missing} {instance}
 * {forwarder} {got_ip} {want_ip}; {*} for what the record does not tell. A fact that is not known is
 * written as "...". When a line is read, each stands for anything.
 */
#ifndef VL_VENDORS_VENDOR_LOG_H
#define VL_VENDORS_VENDOR_LOG_H

#include "sim/base/record.h"
#include "sim/vendors/vendor.h"

/* What happened to a box, a bit each: one record may be several of them. */
enum vendor_log_event {
	VENDOR_LOG_READ_ONLY = 0,       /* no engine makes it: the line is only recognised */
	VENDOR_LOG_STATE = 1 << 0,      /* any change of state */
	VENDOR_LOG_TIMEOUT = 1 << 1,    /* the Active fell silent */
	VENDOR_LOG_ACTIVE = 1 << 2,
	VENDOR_LOG_BACKUP = 1 << 3,
	VENDOR_LOG_YIELD = 1 << 4,      /* to Backup, because of a better one */
	VENDOR_LOG_PREEMPT = 1 << 5,    /* CARP: to master over a living one */
	/* an advertisement was refused */
	VENDOR_LOG_TTL = 1 << 6,
	VENDOR_LOG_VERSION = 1 << 7,
	VENDOR_LOG_LENGTH = 1 << 8,     /* CARP among them */
	VENDOR_LOG_CHECKSUM = 1 << 9,
	VENDOR_LOG_AUTH_TYPE = 1 << 10,
	VENDOR_LOG_AUTH_DATA = 1 << 11,
	VENDOR_LOG_ADDRESSES = 1 << 12, /* as many, but others */
	VENDOR_LOG_COUNT = 1 << 13,     /* more or fewer addresses */
	VENDOR_LOG_INTERVAL = 1 << 14,
	VENDOR_LOG_OWNER = 1 << 15,     /* the local router is the owner */
	VENDOR_LOG_DIGEST = 1 << 16,    /* CARP */
	/* an advertisement was warned of and counts */
	VENDOR_LOG_ADDRESSES_TOLERATED = 1 << 17,
	VENDOR_LOG_COUNT_TOLERATED = 1 << 18,
	VENDOR_LOG_INTERVAL_TOLERATED = 1 << 19,
	VENDOR_LOG_TWO_OWNERS = 1 << 20,
	VENDOR_LOG_OWN_ADDRESS = 1 << 21,
	VENDOR_LOG_REASSERT = 1 << 22,  /* a lesser master was heard, and answered: CARP, keepalived */
	VENDOR_LOG_YIELD_ADDRESS = 1 << 23,     /* to Backup, because of an equal one with a higher address */
	/* HSRP and GLBP */
	VENDOR_LOG_HSRP_STATE = 1 << 24,
	VENDOR_LOG_HSRP_AUTH = 1 << 25,
	VENDOR_LOG_HSRP_ADDRESS = 1 << 26,      /* the Active has another virtual address */
	VENDOR_LOG_GLBP_STATE = 1 << 27,
	VENDOR_LOG_GLBP_FORWARDER = 1 << 28,
	VENDOR_LOG_GLBP_AUTH = 1 << 29,
	VENDOR_LOG_GLBP_ADDRESS = 1 << 30,
};

#define VENDOR_LOG_CODES 3

/* Why a product writes such a line. */
struct vendor_log_cause {
	const char *code[VENDOR_LOG_CODES];     /* names of findings, the likeliest first; NULL: to the end */
	const char *text;                       /* one or two sentences for people */
	const char *remedy;                     /* NULL: the first code's own */
};

struct vendor_log_line {
	uint32_t products;                      /* a bit each: 1 << VENDOR_PRODUCT_... */
	uint32_t events;                        /* of enum vendor_log_event */
	const struct vendor_log_cause *cause;
	const char *text;                       /* what is written, and what is recognised */
	const char *rest;                       /* written behind it, but not needed to recognise it: our wording; or NULL */
};

/* --- the table ------------------------------------------------------------------------------------------- */

/* The i-th line; NULL behind the last. */
const struct vendor_log_line *vendor_log_at(size_t i);
/* "keepalived 2.3.3 and later". */
const char *vendor_product_text(enum vendor_product p);
/* The products of a line as text: "keepalived 2.3.3 and later, FRR". Always terminated; returns text. */
char *vendor_log_products(char *text, size_t room, const struct vendor_log_line *line);
/* Its text with N for numbers and A for the rest, for people. Always terminated; returns text. */
char *vendor_log_pattern(char *text, size_t room, const struct vendor_log_line *line);

/* --- writing --------------------------------------------------------------------------------------------- */

#define VENDOR_LOG_TEXT 512

/* The which-th line (from 0) that the box writes about the record, with the tag of its process. False: it writes no
 * more. `local`: the address of the interface, or NULL. */
bool vendor_log_write(char text[VENDOR_LOG_TEXT], const struct vendor *v, const struct record *r,
		      const struct ip_addr *local, unsigned which);

/* --- reading --------------------------------------------------------------------------------------------- */

struct vendor_log_match {
	const struct vendor_log_line *line;
	size_t score;                   /* how many of its letters were found */
};

/* The lines of the table that a pasted line may be, whatever a syslog put before it, the closest first; how many. */
size_t vendor_log_read(const char *pasted, struct vendor_log_match *match, size_t room);

/* When nothing fits: the line of the table with most words in common, and the product whose tag the pasted line has.
 * Either may be NULL. */
void vendor_log_guess(const char *pasted, const struct vendor_log_line **line, const char **product);

#endif
