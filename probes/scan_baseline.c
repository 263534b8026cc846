// SPDX-License-Identifier: BSD-2-Clause
/*
 * Both scans are brought to the same form, lists of (what it is, what it says) in order, and compared in one walk.
 * The present one is turned into its own JSON document first: so what is compared is what was printed.
 */
#include "probes/scan_baseline.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (64L * 1024 * 1024)     /* bytes of a document */

struct fact {
	bool is_conflict;
	char what[CHANGE_TEXT];         /* the key, and what is shown */
	char detail[CHANGE_TEXT];
};

struct facts {
	struct fact *fact;
	size_t count, room;
};

struct scan_baseline {
	struct facts facts;
	char start[SCAN_WHEN];
};

/* ---- facts of a document ---------------------------------------------------------------------------------------- */

static struct fact *add(struct facts *f, bool is_conflict)
{
	if (f->count == f->room) {
		size_t room = f->room == 0 ? 64 : 2 * f->room;
		struct fact *more = realloc(f->fact, room * sizeof *more);
		if (more == NULL)
			return NULL;
		f->fact = more;
		f->room = room;
	}
	f->fact[f->count] = (struct fact){.is_conflict = is_conflict};
	return &f->fact[f->count++];
}

static const char *text_of(const json_t *o, const char *name, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text != NULL ? text : otherwise;
}

/* "eth0 VLAN 7 vrrp IPv6 ID 51", without what is not there. */
static void name_place(char text[CHANGE_TEXT], const json_t *o)
{
	const json_t *vlan = json_object_get(o, "vlan"), *id = json_object_get(o, "id");
	const json_t *interface = json_object_get(o, "interface");
	char where[64] = "", tag[32] = "", number[32] = "", raw[CHANGE_TEXT];

	if (json_is_string(interface))
		(void)snprintf(where, sizeof where, "%.32s ", json_string_value(interface));
	else if (json_is_integer(interface))
		(void)snprintf(where, sizeof where, "if%lld ", (long long)json_integer_value(interface));
	if (json_is_integer(vlan))
		(void)snprintf(tag, sizeof tag, "VLAN %lld ", (long long)json_integer_value(vlan));
	if (json_is_integer(id))
		(void)snprintf(number, sizeof number, " ID %lld", (long long)json_integer_value(id));
	(void)snprintf(raw, sizeof raw, "%s%s%.16s%s%s", where, tag, text_of(o, "proto", "?"),
		       strcmp(text_of(o, "af", ""), "ipv6") == 0 ? " IPv6" : "", number);
	(void)scan_shown(text, CHANGE_TEXT, raw);
}

/* Appends, with a space before it, and only what may be shown. */
static void append(char text[CHANGE_TEXT], const char *outside)
{
	size_t used = strlen(text);

	if (used + 2 < CHANGE_TEXT && outside[0] != '\0') {
		if (used > 0)
			text[used++] = ' ';
		(void)scan_shown(text + used, CHANGE_TEXT - used, outside);
	}
}

static bool read_senders(struct facts *f, const json_t *document)
{
	size_t i, k, n;
	json_t *id, *sender, *vip;

	json_array_foreach(json_object_get(document, "ids"), i, id)
		json_array_foreach(json_object_get(id, "senders"), k, sender) {
			struct fact *fact = add(f, false);
			if (fact == NULL)
				return false;
			name_place(fact->what, id);
			append(fact->what, text_of(sender, "ip", text_of(sender, "mac", "")));
			json_array_foreach(json_object_get(sender, "vips"), n, vip)
				append(fact->detail, json_is_string(vip) ? json_string_value(vip) : "?");
		}
	return true;
}

static bool read_conflicts(struct facts *f, const json_t *document)
{
	size_t i;
	json_t *conflict;

	json_array_foreach(json_object_get(document, "conflicts"), i, conflict) {
		const char *severity = text_of(conflict, "severity", "");
		if (strcmp(severity, "conflict") != 0 && strcmp(severity, "suspect") != 0)
			continue;
		struct fact *fact = add(f, true);
		if (fact == NULL)
			return false;
		name_place(fact->what, conflict);
		append(fact->what, text_of(conflict, "code", "?"));
		append(fact->what, text_of(conflict, "vip", ""));
	}
	return true;
}

static int by_what(const void *a, const void *b)
{
	const struct fact *x = a, *y = b;

	return x->is_conflict != y->is_conflict ? x->is_conflict - y->is_conflict : strcmp(x->what, y->what);
}

static bool read_document(struct facts *f, const json_t *document)
{
	if (!read_senders(f, document) || !read_conflicts(f, document))
		return false;
	if (f->count > 0)
		qsort(f->fact, f->count, sizeof *f->fact, by_what);
	return true;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static json_t *load(const char *path, char error[BASELINE_ERROR])
{
	json_error_t why;
	FILE *in = fopen(path, "rb");
	json_t *document = NULL;

	if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
		(void)snprintf(error, BASELINE_ERROR, "cannot be read");
	} else if (ftell(in) > LARGEST) {
		(void)snprintf(error, BASELINE_ERROR, "is larger than any scan");
	} else {
		rewind(in);
		document = json_loadf(in, 0, &why);
		if (document == NULL)
			(void)snprintf(error, BASELINE_ERROR, "line %d: %s", why.line, why.text);
	}
	if (in != NULL)
		(void)fclose(in);
	return document;
}

struct scan_baseline *scan_baseline_read(const char *path, char error[BASELINE_ERROR])
{
	json_t *document = load(path, error);
	struct scan_baseline *b = NULL;

	if (document == NULL)
		return NULL;
	if (strcmp(text_of(document, "schema", ""), "viplab.scan/1") != 0) {
		(void)snprintf(error, BASELINE_ERROR, "is no document of `viplab scan -f json'");
	} else {
		(void)snprintf(error, BASELINE_ERROR, "out of memory");
		b = calloc(1, sizeof *b);
		if (b != NULL && !read_document(&b->facts, document)) {
			scan_baseline_free(b);
			b = NULL;
		}
	}
	if (b != NULL)
		(void)scan_shown(b->start, sizeof b->start,
				 text_of(json_object_get(document, "capture"), "start", "an unknown time"));
	json_decref(document);
	return b;
}

void scan_baseline_free(struct scan_baseline *b)
{
	if (b != NULL)
		free(b->facts.fact);
	free(b);
}

const char *scan_baseline_start(const struct scan_baseline *b)
{
	return b->start;
}

/* ---- comparing -------------------------------------------------------------------------------------------------- */

const char *scan_change_name(enum scan_change_kind k)
{
	static const char *const name[] = {"new_senders", "gone_senders", "changed_addresses", "new_conflicts",
					   "ended_conflicts"};

	return name[k];
}

const char *scan_change_word(enum scan_change_kind k)
{
	static const char *const word[] = {"new sender", "gone", "changed addresses", "new conflict",
					   "conflict ended"};

	return word[k];
}

static void put(struct scan_change *c, enum scan_change_kind kind, const struct fact *f, const char *before)
{
	c->kind = kind;
	memcpy(c->what, f->what, sizeof c->what);
	c->detail[0] = '\0';
	append(c->detail, f->detail);
	if (before != NULL) {
		append(c->detail, "before:");
		append(c->detail, before);
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct scan_change *x = a, *y = b;

	return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->what, y->what);
}

/* Both in order. Returns how many changes there are. */
static size_t merge(const struct facts *before, const struct facts *now, struct scan_change *out)
{
	size_t i = 0, k = 0, count = 0;

	while (i < before->count || k < now->count) {
		const struct fact *b = &before->fact[i], *n = &now->fact[k];
		int order = i == before->count ? 1 : k == now->count ? -1 : by_what(b, n);
		if (order < 0) {
			put(&out[count++], b->is_conflict ? CHANGE_ENDED_CONFLICT : CHANGE_GONE_SENDER, b, NULL);
			i++;
		} else if (order > 0) {
			put(&out[count++], n->is_conflict ? CHANGE_NEW_CONFLICT : CHANGE_NEW_SENDER, n, NULL);
			k++;
		} else {
			if (strcmp(b->detail, n->detail) != 0)
				put(&out[count++], CHANGE_ADDRESSES, n, b->detail[0] != '\0' ? b->detail : "none");
			i++;
			k++;
		}
	}
	return count;
}

bool scan_baseline_compare(const struct scan_baseline *b, const struct scan *s, struct scan_change **out,
			   size_t *count)
{
	json_t *document = scan_json(s);
	struct facts now = {0};
	bool ok = read_document(&now, document);

	json_decref(document);
	*out = ok ? calloc(b->facts.count + now.count + 1, sizeof **out) : NULL;
	if (*out != NULL) {
		*count = merge(&b->facts, &now, *out);
		qsort(*out, *count, sizeof **out, by_kind);
	}
	free(now.fact);
	return *out != NULL;
}
