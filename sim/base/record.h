// SPDX-License-Identifier: BSD-2-Clause
/*
 * The journal's record: one typed fact with time and subject. Every state change anywhere is one of
 * these; logs, JSON, expectations, dashboards and reports are readers of the stream.
 *
 * A kind is a const descriptor that the folder which reports the fact declares (the X_KIND objects in its
 * headers); records point to it, so a kind's address is its identity. Words and names in a record are
 * borrowed: they are constants or live as long as the engine's configuration, which outlives the journal.
 */
#ifndef VL_BASE_RECORD_H
#define VL_BASE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "sim/base/addr.h"
#include "sim/base/time.h"

#define RECORD_FIELDS 8

enum value_type {
	VALUE_NONE = 0,
	VALUE_NUMBER,           /* .number */
	VALUE_SIGNED,           /* .signed_number */
	VALUE_TIME,             /* .time, a moment or a length in ns */
	VALUE_IP,               /* .ip */
	VALUE_MAC,              /* .mac */
	VALUE_WORD,             /* .word, borrowed; NULL prints as "-" */
	VALUE_FLAG,             /* .flag */
};

union value {
	uint64_t number;
	int64_t signed_number;
	vl_time time;
	struct ip_addr ip;
	struct mac mac;
	const char *word;
	bool flag;
};

enum record_level {
	RECORD_TRACE,           /* one packet's fate: an echo answered, an advertisement refused */
	RECORD_INFO,
	RECORD_NOTICE,          /* state changes */
	RECORD_WARN,
};

struct record_field {
	const char *name;
	enum value_type type;
};

struct record_kind {
	const char *name;       /* dotted: "vrrp.state" */
	enum record_level level;
	const char *text;       /* the line for people; {field} is replaced by the field's text */
	struct record_field field[RECORD_FIELDS];       /* up to the first without a name */
};

struct record {
	const struct record_kind *kind;
	vl_time at;
	uint64_t sequence;      /* position in the journal; the journal's keeper fills it in */
	const char *node;       /* whose record: the world fills it in; NULL: the world itself */
	const char *part;       /* which part of the node ("vrrp 1 ipv4"), or NULL */
	union value value[RECORD_FIELDS];       /* by the kind's fields */
};

/* The index of a field by name, or -1. */
int record_field_index(const struct record_kind *kind, const char *name);
/* The word of a VALUE_WORD field by name; NULL when there is none. */
const char *record_word(const struct record *r, const char *field);

/* Writes the text of one value. Returns the length as snprintf does. */
size_t value_format(char *text, size_t room, enum value_type type, const union value *value);

/* Writes the sentence of the record (its kind's text, filled in), without time or subject. Always
 * terminated; returns the length as snprintf does. */
size_t record_format_text(char *text, size_t room, const struct record *r);

/* Writes the whole log line: "[ 12.829125000] r2 vrrp 10 ipv4  backup -> active (...)". */
size_t record_format_line(char *text, size_t room, const struct record *r);

/* Writes the record as one JSON object (viplab.journal/1), no newline. Strings are escaped. */
size_t record_format_json(char *text, size_t room, const struct record *r);

#define RECORD_LINE 1024        /* room for any line or JSON object of a record */

#endif
