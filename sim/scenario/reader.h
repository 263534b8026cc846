// SPDX-License-Identifier: BSD-2-Clause
/*
 * Reading by the schema: from a tree to the structs of the model. Names are only noted here; what they refer to
 * is looked up when the whole script is read (resolve.h).
 */
#ifndef VL_SCENARIO_READER_H
#define VL_SCENARIO_READER_H

#include "sim/scenario/schema.h"

/* A name that must be that of a node, a segment, or of one interface of a node. */
enum reference_kind {
	REFERENCE_NODE,
	REFERENCE_SEGMENT,
	REFERENCE_PORT,                 /* name is inside a struct scenario_port */
};

struct reference {
	enum reference_kind kind;
	struct scenario_name *name;
	struct scenario_port *port;     /* REFERENCE_PORT */
};

/* Where a value of the model was written, by the value's own address. */
struct origin {
	const void *target;
	struct document *document;
};

struct reader {
	struct mistakes *mistakes;
	struct arena *memory;
	struct reference *reference;
	size_t reference_count;
	bool shares_addresses;          /* that `suspends: unique-addresses' allows */
	bool incomplete;                /* something was not understood: what seems to be absent may be there */
	struct origin *origin;          /* open addressing, a power of two */
	size_t origin_room, origin_count;
};

/* Reads a mapping into the zeroed struct at `base`: unknown keys, missing ones, wrong values are reported. With
 * `only_inlined` just the section's keys that may stand in another section. */
void reader_section(struct reader *r, const struct schema_section *section, struct document *d, void *base);
void reader_inlined(struct reader *r, const struct schema_section *section, struct document *d, void *base);

/* Writes the struct back as a mapping. */
struct document *reader_write(struct arena *memory, const struct schema_section *section, const void *base);
void reader_write_inlined(struct arena *memory, const struct schema_section *section, struct document *d,
			  const void *base);

/* For the types. */
void reader_expected(struct reader *r, const struct schema_key *key, const struct document *d);
void reader_refer(struct reader *r, enum reference_kind kind, struct scenario_name *name,
		  struct scenario_port *port);
void reader_note(struct reader *r, const void *target, struct document *d);

/* Where the value at `target` was written, or `otherwise` (a default, a value that is not there). */
struct scenario_place reader_place(const struct reader *r, const void *target, struct scenario_place otherwise);
struct document *reader_origin(const struct reader *r, const void *target);     /* or NULL */

#endif
