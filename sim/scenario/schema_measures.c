// SPDX-License-Identifier: BSD-2-Clause
/* Types of expectations that measure: comparisons that may be over all seeds, the number of seeds, fields of records. */
#include <string.h>

#include "sim/scenario/schema_hooks.h"
#include "sim/scenario/schema_value.h"

static void read_measure(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!value_is_scalar(r, key, d))
		return;
	if (comparison_parse_measure(&c, (enum comparison_unit)key->low, d->text, mistake))
		memcpy(TARGET(base, key), &c, sizeof c);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected %s, not %s", key->name, mistake,
			     document_describe(r->mistakes, d));
}

static struct document *write_measure(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct comparison c;
	char text[COMPARISON_TEXT];

	memcpy(&c, SOURCE(base, key), sizeof c);
	return c.form != COMPARISON_NONE ? value_scalar(memory, comparison_format(text, &c)) : NULL;
}

const struct schema_type TYPE_MEASURE = {"a comparison with a measure, or with its `mean' or `median' over the seeds",
					 read_measure, write_measure, "{\"type\": [\"string\", \"number\"]}"};

/* --- seeds, fields of records ----------------------------------------------------------------------------- */

static void read_seeds(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	static const char seeds[] = " seeds";
	struct scenario *s = base;
	size_t length = d->kind == DOCUMENT_SCALAR ? strlen(d->text) : 0, tail = strlen(seeds);
	char digits[24];
	uint64_t count = 0;

	s->over = key->low; /* a mistake here is no reason to complain about every mean */
	if (length <= tail || length - tail >= sizeof digits || strcmp(d->text + length - tail, seeds) != 0) {
		reader_expected(r, key, d);
		return;
	}
	memcpy(digits, d->text, length - tail);
	digits[length - tail] = '\0';
	if (!value_parse_unsigned(digits, &count)) {
		reader_expected(r, key, d);
		return;
	}
	if (count < key->low || count > key->high)
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in %llu-%llu", key->name, mistakes_quote(r->mistakes, d->text),
			     (unsigned long long)key->low, (unsigned long long)key->high);
	s->over = count;
}

static struct document *write_seeds(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario *s = base;

	(void)key;
	return s->over > 0 ? value_scalar(memory, arena_print(memory, "%llu seeds", (unsigned long long)s->over)) : NULL;
}

const struct schema_type TYPE_SEEDS = {"a number of seeds such as `200 seeds'", read_seeds, write_seeds,
				       "{\"type\": \"string\", \"pattern\": \"^[0-9]+ seeds$\"}"};

static void read_fields(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_expectation *e = base;

	if (d->kind != DOCUMENT_MAPPING || d->count == 0) {
		reader_expected(r, key, d);
		return;
	}
	struct scenario_field *field = arena_array(r->memory, d->count, sizeof *field);
	for (size_t i = 0; i < d->count; i++) {
		if (d->pair[i].value->kind != DOCUMENT_SCALAR) {
			reader_expected(r, key, d->pair[i].value);
			return;
		}
		field[i] = (struct scenario_field){d->pair[i].key->text, d->pair[i].value->text};
	}
	e->records.field = field;
	e->records.field_count = d->count;
}

static struct document *write_fields(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_expectation *e = base;

	(void)key;
	if (e->records.field_count == 0)
		return NULL;
	struct document *d = arena_array(memory, 1, sizeof *d);
	d->kind = DOCUMENT_MAPPING;
	for (size_t i = 0; i < e->records.field_count; i++)
		document_set(memory, d, value_scalar(memory, e->records.field[i].name),
			     value_scalar(memory, e->records.field[i].text));
	return d;
}

const struct schema_type TYPE_FIELDS = {"fields of the record and their texts, such as {why: reset}", read_fields, write_fields,
					"{\"type\": \"object\"}"};

/* --- what an expectation as a whole must have -------------------------------------------------------------- */

/* Comparisons of the expectation; the list ends with NULL. */
static void list_measures(const struct scenario_expectation *e, const struct comparison *list[9])
{
	size_t n = 0;

	switch ((int)e->kind) {
	case EXPECT_RECORDS:
		list[n++] = &e->records.count;
		break;
	case EXPECT_SHARE:
		list[n++] = &e->share.is;
		break;
	case EXPECT_BALANCE:
		list[n++] = &e->balance.jain;
		list[n++] = &e->balance.cv;
		list[n++] = &e->balance.cv_squared;
		list[n++] = &e->balance.max_over_mean;
		list[n++] = &e->balance.gini;
		list[n++] = &e->balance.max_share;
		list[n++] = &e->balance.k_eff;
		break;
	case EXPECT_NEW_CONNECTIONS:
	case EXPECT_ACTIVE_CONNECTIONS:
		list[n++] = &e->connections.count;
		break;
	case EXPECT_ALL_TO:
	case EXPECT_CATCH_UP:
		list[n++] = &e->catch_up.lasts;
		list[n++] = &e->catch_up.count;
		list[n++] = &e->catch_up.level;
		break;
	default:
		break;
	}
	list[n] = NULL;
}

bool hook_measures_seeds(const struct scenario_expectation *e)
{
	const struct comparison *list[9];

	list_measures(e, list);
	for (size_t i = 0; list[i] != NULL; i++)
		if (list[i]->statistic != COMPARISON_EACH)
			return true;
	return false;
}

void hook_measures_read(struct reader *r, struct document *d, struct scenario_expectation *e)
{
	const struct comparison *list[9];
	size_t given = 0, statistics = 0;

	list_measures(e, list);
	for (size_t i = 0; list[i] != NULL; i++) {
		given += list[i]->form != COMPARISON_NONE;
		statistics += list[i]->statistic != COMPARISON_EACH;
	}
	if (given == 0 && e->kind == EXPECT_BALANCE)
		mistakes_add(r->mistakes, d->at, "an expectation with `balance' needs a measure: jain, cv, cv_squared, "
			     "max_over_mean, gini, max_share or k_eff");
	else if (given == 0 && (e->kind == EXPECT_ALL_TO || e->kind == EXPECT_CATCH_UP))
		mistakes_add(r->mistakes, d->at, "an expectation with `%s' needs `lasts', `count' or `level'",
			     e->kind == EXPECT_ALL_TO ? "all_to" : "catch_up");
	if ((e->kind == EXPECT_ALL_TO || e->kind == EXPECT_CATCH_UP) && e->window.form != WINDOW_AFTER &&
	    e->window.form != WINDOW_BETWEEN)
		mistakes_add(r->mistakes, d->at, "an expectation with `%s' needs `after' or `between': the moment it begins",
			     e->kind == EXPECT_ALL_TO ? "all_to" : "catch_up");
	if (statistics > 1)
		mistakes_add(r->mistakes, d->at, "one `mean' or `median' in an expectation; write two expectations");
}
