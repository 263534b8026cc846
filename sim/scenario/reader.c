// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* --- where values were written -------------------------------------------------------------------------- */

static size_t origin_slot(const struct reader *r, const void *target)
{
	/* Fibonacci hashing; the order of slots reaches no output. */
	size_t i = (size_t)(((uint64_t)(uintptr_t)target * UINT64_C(0x9e3779b97f4a7c15)) >> 20) &
		   (r->origin_room - 1);

	while (r->origin[i].target != NULL && r->origin[i].target != target)
		i = (i + 1) & (r->origin_room - 1);
	return i;
}

void reader_note(struct reader *r, const void *target, struct document *d)
{
	if (r->origin_count * 2 >= r->origin_room) {
		struct origin *old = r->origin;
		size_t room = r->origin_room;

		r->origin_room = room == 0 ? 256 : room * 2;
		r->origin = arena_array(r->memory, r->origin_room, sizeof *r->origin);
		for (size_t i = 0; i < room; i++)
			if (old[i].target != NULL)
				r->origin[origin_slot(r, old[i].target)] = old[i];
	}
	struct origin *o = &r->origin[origin_slot(r, target)];
	r->origin_count += o->target == NULL;
	*o = (struct origin){.target = target, .document = d};
}

struct document *reader_origin(const struct reader *r, const void *target)
{
	return r->origin_room > 0 ? r->origin[origin_slot(r, target)].document : NULL;
}

struct scenario_place reader_place(const struct reader *r, const void *target, struct scenario_place otherwise)
{
	const struct document *d = reader_origin(r, target);

	return d != NULL && d->at.line > 0 ? d->at : otherwise;
}

void reader_refer(struct reader *r, enum reference_kind kind, struct scenario_name *name,
		  struct scenario_port *port)
{
	r->reference = arena_grow(r->memory, r->reference, r->reference_count, sizeof *r->reference);
	r->reference[r->reference_count++] =
		(struct reference){.kind = kind, .name = name, .port = port};
}

void reader_expected(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (d->kind == DOCUMENT_SCALAR && d->broken)
		return;
	mistakes_add(r->mistakes, d->at, "%s: expected %s, not %s", key->name, key->type->expected,
		     document_describe(r->mistakes, d));
}

/* --- sections ------------------------------------------------------------------------------------------- */

static void read_key(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (d->kind == DOCUMENT_SCALAR && d->broken)
		return;
	reader_note(r, (char *)base + key->offset, d);
	key->type->read(r, key, d, base);
}

/* Which of the forms this mapping is; NULL when it is none or several, which is reported. */
static const struct schema_variant *choose_variant(struct reader *r, const struct schema_section *section,
						   const struct document *d)
{
	const struct schema_variant *chosen = NULL, *loose = NULL;

	for (size_t i = 0; i < d->count; i++) {
		for (const struct schema_variant *v = section->variant; v->key != NULL; v++) {
			if (strcmp(v->key->name, d->pair[i].key->text) != 0)
				continue;
			/* `from` and the like may be a verb elsewhere: a verb that the chosen form knows as a
			 * key of its own is that key. */
			if (chosen == NULL || schema_variant_find(v, chosen->key->name) != NULL)
				chosen = v;
			else if (schema_variant_find(chosen, v->key->name) == NULL)
				loose = v;
		}
	}
	if (chosen != NULL && loose != NULL) {
		mistakes_add(r->mistakes, d->at, "%s says both `%s' and `%s'; make it two", section->name,
			     chosen->key->name, loose->key->name);
		return NULL;
	}
	return chosen;
}

static void no_variant(struct reader *r, const struct schema_section *section, const struct document *d)
{
	struct suggestion s = {0};
	char words[512] = "";

	for (const struct schema_variant *v = section->variant; v->key != NULL; v++) {
		size_t n = strlen(words);

		snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? ", " : "", v->key->name);
	}
	/* The nearest word to any key that the section does not know by itself. */
	for (size_t i = 0; i < d->count && s.best == NULL; i++) {
		if (schema_find(section, d->pair[i].key->text) != NULL || d->pair[i].key->broken)
			continue;
		suggest_begin(&s, d->pair[i].key->text);
		for (const struct schema_variant *v = section->variant; v->key != NULL; v++)
			suggest_word(&s, v->key->name);
	}
	if (s.best != NULL)
		mistakes_add(r->mistakes, d->at, "%s has no `%s'; did you mean `%s'?", section->name,
			     mistakes_quote(r->mistakes, s.wrong), s.best);
	else
		mistakes_add(r->mistakes, d->at, "%s needs one of: %s", section->name, words);
}

static void unknown_key(struct reader *r, const struct schema_section *section,
			const struct schema_variant *variant, const struct document *key)
{
	struct suggestion s;

	if (key->broken)
		return;
	suggest_begin(&s, key->text);
	for (const struct schema_key *k = section->key; k->name != NULL; k++)
		suggest_word(&s, k->name);
	for (const struct schema_key *k = variant != NULL ? variant->key : NULL; k != NULL && k->name != NULL; k++)
		suggest_word(&s, k->name);
	for (const struct schema_key *k = section->inlined != NULL ? section->inlined->key : NULL;
	     k != NULL && k->name != NULL; k++)
		if ((k->flags & SCHEMA_LISTED) == 0)
			suggest_word(&s, k->name);
	if (variant != NULL)
		mistakes_add_suggesting(r->mistakes, key->at, &s, "%s with `%s' has no key `%s'", section->name,
					variant->key->name, mistakes_quote(r->mistakes, key->text));
	else
		mistakes_add_suggesting(r->mistakes, key->at, &s, "%s has no key `%s'", section->name,
					mistakes_quote(r->mistakes, key->text));
}

/* True when a key that nobody knows looks like this one: that was said already. */
static bool is_misspelt(const struct document *d, const struct schema_section *section,
			const struct schema_variant *variant, const struct schema_key *key)
{
	for (size_t i = 0; i < d->count; i++) {
		struct suggestion s;
		const char *name = d->pair[i].key->text;

		if (schema_find(section, name) != NULL ||
		    (variant != NULL && schema_variant_find(variant, name) != NULL))
			continue;
		suggest_begin(&s, name);
		suggest_word(&s, key->name);
		if (s.best != NULL)
			return true;
	}
	return false;
}

/* Defaults for keys that are not there, and mistakes for those that must be. */
static void read_absent(struct reader *r, const struct schema_section *section,
			const struct schema_variant *variant, const struct schema_key *key,
			const struct document *d, void *base)
{
	for (; key->name != NULL; key++) {
		if (document_pair(d, key->name) != NULL)
			continue;
		if ((key->flags & SCHEMA_REQUIRED) != 0) {
			if (!is_misspelt(d, section, variant, key))
				mistakes_add(r->mistakes, d->at, "%s needs `%s': %s, such as %s",
					     section->name, key->name, key->help, key->example);
		} else if (key->fallback != NULL) {
			struct document *text =
				document_scalar(r->memory, (struct scenario_place){.file = d->at.file}, key->fallback);

			text->quoted = true;
			key->type->read(r, key, text, base);
		} else if (key->type == &TYPE_NODE || key->type == &TYPE_SEGMENT) {
			key->type->read(r, key, NULL, base);
		}
	}
}

static void set_place(const struct schema_section *section, struct reader *r, const struct document *d,
		      void *base)
{
	if (section->has_place)
		memcpy((char *)base + section->place_offset, &d->at, sizeof d->at);
	if (section->has_text) {
		const char *text = document_line(r->memory, d);

		memcpy((char *)base + section->text_offset, &text, sizeof text);
	}
}

static bool is_mapping(struct reader *r, const struct schema_section *section, const struct document *d)
{
	if (d->kind == DOCUMENT_MAPPING)
		return true;
	if (d->kind != DOCUMENT_SCALAR || !d->broken)
		mistakes_add(r->mistakes, d->at, "%s is a mapping of keys to values, not %s", section->name,
			     document_describe(r->mistakes, d));
	return false;
}

void reader_section(struct reader *r, const struct schema_section *section, struct document *d, void *base)
{
	const struct schema_variant *variant = NULL;

	/* What is no mapping has a place too: others may have to say something about it. */
	if (section->has_place)
		memcpy((char *)base + section->place_offset, &d->at, sizeof d->at);
	if (!is_mapping(r, section, d))
		return;
	set_place(section, r, d, base);
	if (section->variant != NULL) {
		size_t before = r->mistakes->count;

		variant = choose_variant(r, section, d);
		if (variant == NULL) {
			if (r->mistakes->count == before)
				no_variant(r, section, d);
			return;
		}
		memcpy((char *)base + section->tag_offset, &variant->tag, sizeof variant->tag);
	}
	for (size_t i = 0; i < d->count; i++) {
		const char *name = d->pair[i].key->text;
		const struct schema_key *key = schema_find(section, name);

		if (key == NULL && variant != NULL)
			key = schema_variant_find(variant, name);
		if (key != NULL) {
			read_key(r, key, d->pair[i].value, base);
			continue;
		}
		key = section->inlined != NULL ? schema_find(section->inlined, name) : NULL;
		if (key == NULL || (key->flags & SCHEMA_LISTED) != 0)
			unknown_key(r, section, variant, d->pair[i].key);
	}
	read_absent(r, section, variant, section->key, d, base);
	if (variant != NULL)
		read_absent(r, section, variant, variant->key, d, base);
	if (section->after_read != NULL)
		section->after_read(r, d, base);
}

void reader_inlined(struct reader *r, const struct schema_section *section, struct document *d, void *base)
{
	set_place(section, r, d, base);
	for (size_t i = 0; i < d->count; i++) {
		const struct schema_key *key = schema_find(section, d->pair[i].key->text);

		if (key != NULL && (key->flags & SCHEMA_LISTED) == 0)
			read_key(r, key, d->pair[i].value, base);
	}
	read_absent(r, section, NULL, section->key, d, base);
}

/* --- writing -------------------------------------------------------------------------------------------- */

static void write_keys(struct arena *memory, const struct schema_key *key, unsigned without,
		       struct document *d, const void *base)
{
	for (; key->name != NULL; key++) {
		struct document *value =
			(key->flags & without) == 0 ? key->type->write(memory, key, base) : NULL;

		if (value != NULL)
			document_set(memory, d, document_scalar(memory, d->at, key->name), value);
	}
}

struct document *reader_write(struct arena *memory, const struct schema_section *section, const void *base)
{
	struct document *d = arena_alloc(memory, sizeof *d);

	d->kind = DOCUMENT_MAPPING;
	d->text = "";
	/* A step reads "at, verb, ..."; an expectation "verb, ..., why". */
	bool keys_first = section->variant == NULL || (section->key->flags & SCHEMA_REQUIRED) != 0;
	if (keys_first)
		write_keys(memory, section->key, 0, d, base);
	if (section->variant != NULL)
		write_keys(memory, schema_variant_of(section, base)->key, 0, d, base);
	if (!keys_first)
		write_keys(memory, section->key, 0, d, base);
	if (section->after_write != NULL)
		section->after_write(memory, d, base);
	return d;
}

void reader_write_inlined(struct arena *memory, const struct schema_section *section, struct document *d,
			  const void *base)
{
	write_keys(memory, section->key, SCHEMA_LISTED, d, base);
}
