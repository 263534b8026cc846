// SPDX-License-Identifier: BSD-2-Clause
/*
 * A script as a tree of plain values, each knowing where it stands: the strict subset of YAML that scripts
 * are written in. Mappings, sequences and scalars, in block or flow style; comments. Refused, each with its
 * place: tags, anchors, aliases, directives, several documents, keys that are given twice or are no plain
 * words, nesting over 64, control characters, what is no UTF-8. Every scalar is text here; the schema says
 * what it means.
 */
#ifndef VL_SCENARIO_DOCUMENT_H
#define VL_SCENARIO_DOCUMENT_H

#include "sim/scenario/mistakes.h"

#define DOCUMENT_DEPTH 64
#define DOCUMENT_SIZE ((size_t)1024 * 1024)     /* bytes of a script */
#define DOCUMENT_VALUES 50000                   /* scalars, lists and mappings of a script */
#define DOCUMENT_KEYS 2048                      /* of one mapping */

enum document_kind {
	DOCUMENT_SCALAR,
	DOCUMENT_SEQUENCE,
	DOCUMENT_MAPPING,
};

struct document;

struct document_pair {
	struct document *key;           /* a scalar */
	struct document *value;
};

struct document {
	enum document_kind kind;
	struct scenario_place at;
	const char *text;               /* SCALAR: "" for a missing value */
	bool quoted;                    /* SCALAR */
	bool broken;                    /* SCALAR: a mistake that was reported stands here; pass over it */
	bool verbatim;                  /* SCALAR: column c of the text is c columns right of the opening quote */
	struct document **item;         /* SEQUENCE */
	struct document_pair *pair;     /* MAPPING, in the order written */
	size_t count;                   /* of items or pairs */
};

/* Reads a script of `length` bytes. Mistakes are collected; reading ends at the first one of YAML's own
 * grammar (or of size and depth), and then the answer is NULL. `file` outlives the tree. */
struct document *document_read(struct mistakes *m, const char *file, const uint8_t *bytes, size_t length);

/* The value of a key, or NULL. */
struct document *document_get(const struct document *mapping, const char *key);
struct document_pair *document_pair(const struct document *mapping, const char *key);

struct document *document_scalar(struct arena *memory, struct scenario_place at, const char *text);
/* A deep copy; places stay. */
struct document *document_copy(struct arena *memory, const struct document *d);
/* Sets a key of a mapping, replacing or appending. */
void document_set(struct arena *memory, struct document *mapping, struct document *key, struct document *value);
void document_remove(struct document *mapping, const char *key);
void document_append(struct arena *memory, struct document *sequence, struct document *item);

/* "a mapping", "a list", "`text'": what stands there, for messages. */
const char *document_describe(struct mistakes *m, const struct document *d);

/* As it would be written on one line: "{at: 30s, set: {lb1.ha.id: 47}}". */
const char *document_line(struct arena *memory, const struct document *d);

/* Writes a scalar so that YAML reads the same text back: plain where it may be, else in double quotes. Always
 * terminated; returns the length as snprintf does. */
size_t document_format_scalar(char *text, size_t room, const char *value);

#endif
