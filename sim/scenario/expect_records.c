// SPDX-License-Identifier: BSD-2-Clause
/* How many records of a kind the journal has in the window: for whatever no other expectation has a word. */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <string.h>

static bool has_text(const struct record *r, const struct scenario_field *want)
{
	char text[RECORD_LINE];
	int field = record_field_index(r->kind, want->name);

	if (field < 0)
		return false;
	value_format(text, sizeof text, r->kind->field[field].type, &r->value[field]);
	return strcmp(text, want->text) == 0;
}

static bool fits(const struct scenario_expectation *e, const struct record *r)
{
	if ((e->records.of.text != NULL && (r->node == NULL || strcmp(r->node, e->records.of.text) != 0)) ||
	    (e->records.part != NULL && (r->part == NULL || strcmp(r->part, e->records.part) != 0)))
		return false;
	for (size_t i = 0; i < e->records.field_count; i++)
		if (!has_text(r, &e->records.field[i]))
			return false;
	return true;
}

/* A field that the kind has not: the script would never be told otherwise. */
static const char *missing_field(const struct scenario_expectation *e, const struct record_kind *kind)
{
	for (size_t i = 0; i < e->records.field_count; i++)
		if (record_field_index(kind, e->records.field[i].name) < 0)
			return e->records.field[i].name;
	return NULL;
}

static void judge_records(const struct scenario_expectation *e, const struct expect_memory *m,
			  const struct expect_context *c, struct check *out)
{
	const struct record_kind *kind = NULL;
	uint64_t found = 0;
	char what[CHECK_TEXT];

	(void)m;
	for (uint64_t i = journal_since(c->journal, e->window.from); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);
		if (r->kind != kind && (kind != NULL || strcmp(r->kind->name, e->records.kind) != 0))
			continue;
		kind = r->kind;
		found += expect_in_window(e, c, r->at) && fits(e, r);
	}
	const char *missing = kind != NULL ? missing_field(e, kind) : NULL;
	if (missing != NULL) {
		check_want(out, "records of %s with a field %s", e->records.kind, missing);
		check_fail(out, expect_over_at(e, c), "%s has no such field", e->records.kind);
		return;
	}
	snprintf(what, sizeof what, "record%s of %s", found == 1 ? "" : "s", e->records.kind);
	expect_judge_count(e, c, &e->records.count, found, what, out);
}

const struct expect_family EXPECT_RECORDS_FAMILY = {.judge = judge_records};
