// SPDX-License-Identifier: BSD-2-Clause
/*
 * From bytes to the tree, through libyaml's events. The tree is built here and not by yaml_parser_load: that
 * one follows aliases, accepts a key twice, and takes quadratic time on deep nesting (20,000 brackets: 6 s).
 * Here depth is counted as events come, and reading ends at DOCUMENT_DEPTH.
 */
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "sim/scenario/document.h"
#include "sim/scenario/text.h"

struct reading {
	struct mistakes *mistakes;
	struct arena *memory;
	const char *file;
	yaml_parser_t parser;
	yaml_event_t event;
	size_t parents;
	struct document *parent[DOCUMENT_DEPTH + 1];    /* the collections that are open */
	struct document *key[DOCUMENT_DEPTH + 1];       /* of each open mapping: the key that waits */
	struct document *root;
	size_t values;
	bool ended;                     /* reading stopped: the tree is not whole */
};

static struct scenario_place place_of(const struct reading *r, const yaml_mark_t *mark)
{
	return (struct scenario_place){
		.file = r->file, .line = (unsigned)mark->line + 1, .column = (unsigned)mark->column + 1};
}

/* --- before YAML: is it text? --------------------------------------------------------------------------- */

static bool is_text(struct reading *r, const uint8_t *bytes, size_t length)
{
	struct scenario_place at = {.file = r->file, .line = 1, .column = 1};

	for (size_t i = 0; i < length;) {
		uint32_t character = 0;
		size_t n = text_character((const char *)bytes + i, length - i, &character);

		if (n == 0) {
			mistakes_add(r->mistakes, at, "byte 0x%02x is no UTF-8; a script is UTF-8 text", bytes[i]);
			return false;
		}
		if (text_is_control(character)) {
			mistakes_add(r->mistakes, at,
				     bytes[i] == 0 ? "a NUL byte: this is a binary file, not a script"
						   : "a control character; a script is plain text");
			return false;
		}
		at.column++;
		if (bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n'))) {
			at.line++;
			at.column = 1;
		}
		i += n;
	}
	return true;
}

static bool is_blank(const uint8_t *bytes, size_t length)
{
	bool comment = false;

	for (size_t i = 0; i < length; i++) {
		if (bytes[i] == '\n' || bytes[i] == '\r')
			comment = false;
		else if (bytes[i] == '#')
			comment = true;
		else if (!comment && bytes[i] != ' ' && bytes[i] != '\t')
			return false;
	}
	return true;
}

/* --- events to tree ------------------------------------------------------------------------------------- */

static void refuse_extras(struct reading *r, const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct scenario_place at = place_of(r, &r->event.start_mark);

	if (anchor != NULL)
		mistakes_add(r->mistakes, at, "anchors (`&%s') are not part of the language; use repeat or include",
			     mistakes_quote(r->mistakes, (const char *)anchor));
	if (tag != NULL)
		mistakes_add(r->mistakes, at, "tags (`%s') are not part of the language; "
			     "each key knows the type of its value",
			     mistakes_quote(r->mistakes, (const char *)tag));
}

/* Stands where something is that was reported already: nobody complains about it again. */
static struct document *stand_in(struct reading *r, struct scenario_place at)
{
	struct document *d = document_scalar(r->memory, at, "?");

	d->broken = true;
	return d;
}

static void take_key(struct reading *r, struct document *mapping, struct document *key)
{
	if (key->kind != DOCUMENT_SCALAR || key->text[0] == '\0') {
		mistakes_add(r->mistakes, key->at, "a key must be a word, not %s",
			     document_describe(r->mistakes, key));
		key = stand_in(r, key->at);
	}
	const struct document_pair *first = document_pair(mapping, key->text);
	if (first != NULL && !key->broken) {
		key->broken = true;
		mistakes_add(r->mistakes, key->at, "`%s' is given twice; the first is in line %u",
			     mistakes_quote(r->mistakes, key->text), first->key->at.line);
	}
	r->key[r->parents - 1] = key;
}

/* A complete or just opened value goes into the collection that is open. False: too many. */
static bool attach(struct reading *r, struct document *d)
{
	if (++r->values > DOCUMENT_VALUES) {
		mistakes_add(r->mistakes, d->at, "more than %d values, too many for a script", DOCUMENT_VALUES);
		return false;
	}
	if (r->parents == 0) {
		r->root = d;
		return true;
	}
	struct document *parent = r->parent[r->parents - 1];
	struct document **key = &r->key[r->parents - 1];

	if (parent->kind == DOCUMENT_SEQUENCE) {
		document_append(r->memory, parent, d);
	} else if (*key == NULL) {
		take_key(r, parent, d);
	} else if ((*key)->broken) {
		*key = NULL;            /* under no key of its own nobody looks for it */
	} else {
		if (parent->count == DOCUMENT_KEYS) {
			mistakes_add(r->mistakes, (*key)->at, "more than %d keys in one mapping", DOCUMENT_KEYS);
			return false;
		}
		parent->pair = arena_grow(r->memory, parent->pair, parent->count, sizeof *parent->pair);
		parent->pair[parent->count++] = (struct document_pair){.key = *key, .value = d};
		*key = NULL;
	}
	return true;
}

static struct document *node_new(struct reading *r, enum document_kind kind)
{
	struct document *d = arena_alloc(r->memory, sizeof *d);

	d->kind = kind;
	d->at = place_of(r, &r->event.start_mark);
	d->text = "";
	return d;
}

static bool open_collection(struct reading *r, enum document_kind kind)
{
	struct document *d = node_new(r, kind);

	if (!attach(r, d))
		return false;
	if (r->parents == DOCUMENT_DEPTH) {
		mistakes_add(r->mistakes, d->at, "nested deeper than %d levels", DOCUMENT_DEPTH);
		return false;
	}
	r->key[r->parents] = NULL;
	r->parent[r->parents++] = d;
	return true;
}

static bool scalar(struct reading *r)
{
	struct document *d = node_new(r, DOCUMENT_SCALAR);
	const char *value = (const char *)r->event.data.scalar.value;
	size_t length = r->event.data.scalar.length;
	const yaml_mark_t *start = &r->event.start_mark, *end = &r->event.end_mark;

	if (strlen(value) != length) {
		mistakes_add(r->mistakes, d->at, "the text holds a NUL character");
		d->broken = true;
	}
	d->text = arena_text(r->memory, value, length);
	d->quoted = r->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	d->verbatim = start->line == end->line && end->index - start->index == length + (d->quoted ? 2 : 0);
	return attach(r, d);
}

/* False: reading ends here. */
static bool take_event(struct reading *r, size_t *documents)
{
	const yaml_event_t *e = &r->event;

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++*documents > 1) {
			mistakes_add(r->mistakes, place_of(r, &e->start_mark),
				     "a second document; a script is one document");
			return false;
		}
		if (e->data.document_start.version_directive != NULL ||
		    e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end) {
			mistakes_add(r->mistakes, place_of(r, &e->start_mark),
				     "directives (%%YAML, %%TAG) are not part of the language");
		}
		return true;
	case YAML_ALIAS_EVENT:
		mistakes_add(r->mistakes, place_of(r, &e->start_mark),
			     "aliases (`*%s') are not part of the language; use repeat or include",
			     mistakes_quote(r->mistakes, (const char *)e->data.alias.anchor));
		return attach(r, stand_in(r, place_of(r, &e->start_mark)));
	case YAML_SCALAR_EVENT:
		refuse_extras(r, e->data.scalar.anchor, e->data.scalar.tag);
		return scalar(r);
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(r, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		return open_collection(r, DOCUMENT_SEQUENCE);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(r, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		return open_collection(r, DOCUMENT_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->parents--;
		return true;
	case YAML_STREAM_END_EVENT:
		return false;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		return true;
	}
	return true;
}

static void grammar_mistake(struct reading *r)
{
	const yaml_parser_t *p = &r->parser;

	if (p->error == YAML_MEMORY_ERROR)
		arena_exhausted(r->memory);
	const char *problem = p->problem != NULL ? p->problem : "it cannot be read";

	if (p->context != NULL)
		mistakes_add(r->mistakes, place_of(r, &p->problem_mark),
			     "not valid YAML: %s %s that began in line %u", problem, p->context,
			     (unsigned)p->context_mark.line + 1);
	else
		mistakes_add(r->mistakes, place_of(r, &p->problem_mark), "not valid YAML: %s", problem);
}

static void read_events(struct reading *r)
{
	size_t documents = 0;

	for (bool more = true; more;) {
		if (!yaml_parser_parse(&r->parser, &r->event)) {
			grammar_mistake(r);
			r->ended = true;
			return;
		}
		more = take_event(r, &documents);
		r->ended = r->ended || (!more && r->event.type != YAML_STREAM_END_EVENT);
		yaml_event_delete(&r->event);
	}
}

static void stop(void *argument)
{
	struct reading *r = argument;

	yaml_event_delete(&r->event);
	yaml_parser_delete(&r->parser);
}

struct document *document_read(struct mistakes *m, const char *file, const uint8_t *bytes, size_t length)
{
	struct arena *memory = m->memory;
	struct reading *r = arena_alloc(memory, sizeof *r);
	struct scenario_place start = {.file = file, .line = 1, .column = 1};

	*r = (struct reading){.mistakes = m, .memory = memory, .file = file};
	if (length > DOCUMENT_SIZE) {
		mistakes_add(m, start, "the file is larger than %zu KiB, too large for a script",
			     DOCUMENT_SIZE / 1024);
		return NULL;
	}
	if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {     /* a byte order mark says nothing */
		bytes += 3;
		length -= 3;
	}
	if (!is_text(r, bytes, length))
		return NULL;
	if (is_blank(bytes, length)) {
		mistakes_add(m, start, "the file is empty; a script starts with `title:'");
		return NULL;
	}
	if (!yaml_parser_initialize(&r->parser))
		arena_exhausted(memory);
	memory->cleanup = stop;
	memory->cleanup_argument = r;
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r->parser, bytes, length);
	read_events(r);
	memory->cleanup = NULL;
	stop(r);
	if (r->ended)
		return NULL;
	if (r->root == NULL || r->root->broken || r->root->kind != DOCUMENT_MAPPING) {
		mistakes_add(m, r->root != NULL ? r->root->at : start,
			     "a script is a mapping that starts with `title:', not %s",
			     r->root != NULL ? document_describe(m, r->root) : "nothing");
		return NULL;
	}
	return r->root;
}
