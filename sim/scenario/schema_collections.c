// SPDX-License-Identifier: BSD-2-Clause
/* Types of comparisons and match strings, and of what holds other values: sections, lists, mappings. */
#include <string.h>

#include "sim/scenario/schema_value.h"

/* --- comparisons and shares ------------------------------------------------------------------------------ */

static void read_comparison(struct reader *r, const struct schema_key *key, struct document *d, void *base,
			    enum comparison_unit unit)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!value_is_scalar(r, key, d))
		return;
	if (comparison_parse(&c, unit, d->text, mistake))
		memcpy(TARGET(base, key), &c, sizeof c);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected %s, not %s", key->name, mistake,
			     document_describe(r->mistakes, d));
}

static void read_count(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_COUNT);
}

static void read_percent(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_PERCENT);
}

static void read_duration(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_TIME);
}

static struct document *write_comparison(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct comparison c;
	char text[COMPARISON_TEXT];

	memcpy(&c, SOURCE(base, key), sizeof c);
	return c.form != COMPARISON_NONE ? value_scalar(memory, comparison_format(text, &c)) : NULL;
}

const struct schema_type TYPE_COUNT = {"a comparison with a number", read_count, write_comparison,
				       "{\"type\": [\"string\", \"integer\"]}"};
const struct schema_type TYPE_PERCENT = {"a comparison with a percentage", read_percent, write_comparison,
					 "{\"type\": \"string\"}"};
const struct schema_type TYPE_DURATION = {"a comparison with a time", read_duration, write_comparison,
					  "{\"type\": \"string\"}"};

static void read_share(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!value_is_scalar(r, key, d))
		return;
	if (!comparison_parse(&c, COMPARISON_PERCENT, d->text, mistake) || strchr(d->text, ' ') != NULL) {
		mistakes_add(r->mistakes, d->at, "%s: expected a percentage 0%%-100%%, not %s", key->name,
			     document_describe(r->mistakes, d));
		return;
	}
	uint32_t ppm = (uint32_t)c.value;
	memcpy(TARGET(base, key), &ppm, sizeof ppm);
}

static struct document *write_share(struct arena *memory, const struct schema_key *key, const void *base)
{
	uint32_t ppm;
	char text[COMPARISON_TEXT];

	memcpy(&ppm, SOURCE(base, key), sizeof ppm);
	return value_scalar(memory, comparison_value_format(text, COMPARISON_PERCENT, ppm));
}

const struct schema_type TYPE_SHARE = {"a percentage", read_share, write_share,
				       "{\"type\": \"string\", \"pattern\": \"^[0-9.]+%$\"}"};

/* --- match strings --------------------------------------------------------------------------------------- */

static void read_match(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct packet_match *match = (struct packet_match *)(void *)((char *)base + key->also);
	struct packet_match_error error;

	if (!value_is_scalar(r, key, d))
		return;
	memcpy(TARGET(base, key), &d->text, sizeof d->text);
	if (packet_match_compile(match, d->text, &error))
		return;
	struct scenario_place at = d->at;
	if (d->verbatim)
		at.column += (unsigned)error.column + (d->quoted ? 1 : 0);
	mistakes_add(r->mistakes, at, "%s: %s", key->name, error.expected);
}

const struct schema_type TYPE_MATCH = {"a match string", read_match, value_write_text, "{\"type\": \"string\"}"};

/* --- collections ----------------------------------------------------------------------------------------- */

static void store_array(const struct schema_key *key, void *base, void *items, size_t count)
{
	memcpy(TARGET(base, key), &items, sizeof items);
	memcpy((char *)base + key->also, &count, sizeof count);
}

static const char *load_array(const struct schema_key *key, const void *base, size_t *count)
{
	const char *items;

	memcpy(&items, SOURCE(base, key), sizeof items);
	memcpy(count, (const char *)base + key->also, sizeof *count);
	return items;
}

static void read_section(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (key->also != 0)
		*(bool *)((char *)base + key->also) = true;
	reader_section(r, key->section, d, TARGET(base, key));
}

static struct document *write_section(struct arena *memory, const struct schema_key *key, const void *base)
{
	if (key->also != 0 && !*(const bool *)((const char *)base + key->also))
		return NULL;
	struct document *d = reader_write(memory, key->section, SOURCE(base, key));
	return d->count > 0 ? d : NULL;
}

const struct schema_type TYPE_SECTION = {"a mapping", read_section, write_section, NULL};

static void read_list(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (d->kind != DOCUMENT_SEQUENCE) {
		mistakes_add(r->mistakes, d->at, "%s: expected a list, each item starting with `- ', not %s",
			     key->name, document_describe(r->mistakes, d));
		return;
	}
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++)
		reader_section(r, key->section, d->item[i], items + i * key->section->size);
}

static struct document *write_list(struct arena *memory, const struct schema_key *key, const void *base)
{
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = value_list(memory);

	for (size_t i = 0; i < count; i++)
		document_append(memory, d, reader_write(memory, key->section, items + i * key->section->size));
	return count > 0 ? d : NULL;
}

const struct schema_type TYPE_LIST = {"a list", read_list, write_list, NULL};

/* The name is the second member of what a section of this kind describes: place, name. */
struct named {
	struct scenario_place at;
	const char *name;
};
_Static_assert(offsetof(struct scenario_node, name) == offsetof(struct named, name) &&
	       offsetof(struct scenario_segment, name) == offsetof(struct named, name) &&
	       offsetof(struct scenario_service, name) == offsetof(struct named, name) &&
	       offsetof(struct scenario_server, name) == offsetof(struct named, name),
	       "what a mapping of names describes begins with place and name");

static bool is_nonempty_mapping(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (d->kind == DOCUMENT_MAPPING && d->count > 0)
		return true;
	mistakes_add(r->mistakes, d->at, "%s: expected a mapping such as %s, not %s", key->name, key->example,
		     d->kind == DOCUMENT_MAPPING ? "an empty one" : document_describe(r->mistakes, d));
	return false;
}

static void read_named(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!is_nonempty_mapping(r, key, d))
		return;
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++) {
		char *item = items + i * key->section->size;
		struct named head = {.name = d->pair[i].key->text};

		value_check_name(r, key, d->pair[i].key);
		memcpy(item, &head, sizeof head);
		reader_section(r, key->section, d->pair[i].value, item);
		/* Messages about the whole point to its name. */
		memcpy(item, &d->pair[i].key->at, sizeof head.at);
	}
}

static struct document *write_named(struct arena *memory, const struct schema_key *key, const void *base)
{
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = value_list(memory);

	d->kind = DOCUMENT_MAPPING;
	for (size_t i = 0; i < count; i++) {
		struct named head;

		memcpy(&head, items + i * key->section->size, sizeof head);
		document_set(memory, d, value_scalar(memory, head.name),
			     reader_write(memory, key->section, items + i * key->section->size));
	}
	return count > 0 ? d : NULL;
}

const struct schema_type TYPE_NAMED = {"a mapping of names", read_named, write_named, NULL};

static void read_map(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	const struct schema_key *name = &key->section->key[0], *value = &key->section->key[1];

	if (!is_nonempty_mapping(r, key, d))
		return;
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++) {
		char *item = items + i * key->section->size;

		if (!d->pair[i].key->broken)
			name->type->read(r, name, d->pair[i].key, item);
		reader_note(r, item + value->offset, d->pair[i].value);
		if (d->pair[i].value->kind != DOCUMENT_SCALAR || !d->pair[i].value->broken)
			value->type->read(r, value, d->pair[i].value, item);
	}
}

static struct document *write_map(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct schema_key *name = &key->section->key[0], *value = &key->section->key[1];
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = value_list(memory);

	d->kind = DOCUMENT_MAPPING;
	for (size_t i = 0; i < count; i++) {
		const char *item = items + i * key->section->size;

		document_set(memory, d, name->type->write(memory, name, item),
			     value->type->write(memory, value, item));
	}
	return d;
}

const struct schema_type TYPE_MAP = {"a mapping", read_map, write_map, NULL};

static void read_earlier(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	(void)r;
	(void)key;
	(void)d;
	(void)base;
}

static struct document *write_nothing(struct arena *memory, const struct schema_key *key, const void *base)
{
	(void)memory;
	(void)key;
	(void)base;
	return NULL;
}

const struct schema_type TYPE_EARLIER = {"", read_earlier, write_nothing, "{}"};
