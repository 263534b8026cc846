// SPDX-License-Identifier: BSD-2-Clause
/* What the types of the schema (schema_types.c and its neighbours) share: taking values apart. */
#ifndef VL_SCENARIO_SCHEMA_VALUE_H
#define VL_SCENARIO_SCHEMA_VALUE_H

#include "sim/scenario/reader.h"

/* Every target is reached through a copy of its bytes: the table knows offsets, not types. */
#define TARGET(base, key) ((char *)(base) + (key)->offset)
#define SOURCE(base, key) ((const char *)(base) + (key)->offset)

/* False when it is no plain value, which is reported. */
bool value_is_scalar(struct reader *r, const struct schema_key *key, const struct document *d);

/* The key's word, or NULL; the canonical word of a value, or NULL. */
const struct schema_word *value_find_word(const struct schema_key *key, const char *text);
const char *value_word_of(const struct schema_key *key, int value);
/* Reports "key: `text' is not one of: a, b, c". */
void value_not_a_word(struct reader *r, const struct schema_key *key, const struct document *d);

/* One or a list: the items, each a scalar; false when it is neither, which is reported. */
bool value_one_or_list(struct reader *r, const struct schema_key *key, struct document *d,
		       struct document ***item, size_t *count);

/* False when it is no name (letters, digits, - and _), which is reported. */
bool value_check_name(struct reader *r, const struct schema_key *key, const struct document *d);
bool value_check_label(struct reader *r, const struct schema_key *key, const struct document *d);

/* Decimal, or hexadecimal with 0x. */
bool value_parse_unsigned(const char *text, uint64_t *out);

/* For writing: nodes without a place; a const char * target, quoted. */
struct document *value_scalar(struct arena *memory, const char *text);
struct document *value_list(struct arena *memory);
struct document *value_write_text(struct arena *memory, const struct schema_key *key, const void *base);
const char *value_time_text(struct arena *memory, vl_time t);

#define LABEL_JSON "{\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$\"}"
#define NAME_JSON "{\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$\"}"
#define ONE_OR_LIST(item) "{\"anyOf\": [" item ", {\"type\": \"array\", \"minItems\": 1, \"items\": " item "}]}"

#endif
