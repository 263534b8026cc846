// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/case_statistics.h"

#include <stdlib.h>
#include <string.h>

static struct case_statistic *statistic_of(struct case_statistics *c, size_t check, const json_t *sample)
{
	const char *unit = json_string_value(json_object_get(sample, "unit"));
	const char *want = json_string_value(json_object_get(sample, "want"));
	struct case_statistic new = {.check = check};
	char mistake[COMPARISON_MISTAKE];
	enum comparison_unit u;

	for (size_t i = 0; i < c->count; i++)
		if (c->item[i].check == check)
			return &c->item[i];
	if (unit == NULL || want == NULL || !statistic_unit_find(&u, unit) ||
	    !comparison_parse_measure(&new.want, u, want, mistake))
		return NULL;
	struct case_statistic *longer = realloc(c->item, (c->count + 1) * sizeof *longer);
	if (longer == NULL) {
		c->no_memory = true;
		return NULL;
	}
	c->item = longer;
	c->item[c->count] = new;
	return &c->item[c->count++];
}

static void add_sample(struct case_statistics *c, struct case_statistic *s, uint64_t value)
{
	if (s->count == s->room) {
		size_t room = s->room == 0 ? 64 : s->room * 2;
		uint64_t *longer = realloc(s->sample, room * sizeof *longer);
		if (longer == NULL) {
			c->no_memory = true;
			return;
		}
		s->sample = longer;
		s->room = room;
	}
	s->sample[s->count++] = value;
}

void case_statistics_add(struct case_statistics *c, const json_t *answer)
{
	const json_t *checks = json_object_get(json_object_get(answer, "result"), "checks");

	c->runs++;
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *sample = json_object_get(json_array_get(checks, i), "sample");
		struct case_statistic *s = sample != NULL ? statistic_of(c, i, sample) : NULL;
		if (s != NULL)
			add_sample(c, s, (uint64_t)json_integer_value(json_object_get(sample, "value")));
	}
}

void case_statistics_judge(struct case_statistics *c, const struct scenario *s, uint64_t least)
{
	c->judged = c->count > 0 && c->runs >= least && !c->no_memory;
	for (size_t i = 0; i < c->count; i++)
		c->judged = c->judged && c->item[i].count == c->runs && c->item[i].check < s->expectation_count;
	for (size_t i = 0; i < c->count && c->judged; i++) {
		struct case_statistic *one = &c->item[i];
		statistic_judge(&one->result, &one->want, one->sample, one->count);
		c->failed += !one->result.holds;
	}
}

void case_statistics_settle(const struct case_statistics *c, json_t *result)
{
	const json_t *checks = json_object_get(result, "checks");
	char text[STATISTIC_TEXT];

	for (size_t i = 0; i < c->count && c->judged; i++) {
		json_t *check = json_array_get(checks, c->item[i].check);
		json_object_set_new(check, "verdict", json_string(c->item[i].result.holds ? "held" : "failed"));
		json_object_set_new(check, "got", json_string(statistic_format(text, &c->item[i].result)));
	}
	if (c->failed > 0)
		json_object_set_new(result, "verdict", json_string("failed"));
}

void case_statistics_fini(struct case_statistics *c)
{
	for (size_t i = 0; i < c->count; i++)
		free(c->item[i].sample);
	free(c->item);
	*c = (struct case_statistics){0};
}

void case_statistics_print(FILE *to, const struct case_statistics *c, const struct scenario *s)
{
	char text[STATISTIC_TEXT];

	for (size_t i = 0; i < c->count && c->judged; i++) {
		const struct scenario_expectation *e = &s->expectation[c->item[i].check];
		fprintf(to, "      %-6s  %u: %s  (%s)\n", c->item[i].result.holds ? "held" : "failed", e->place.line, e->text,
			statistic_format(text, &c->item[i].result));
	}
}

void case_statistics_blocks(FILE *to, const struct case_statistics *c, const struct scenario *s, const char *again)
{
	char text[STATISTIC_TEXT], want[COMPARISON_TEXT];

	for (size_t i = 0; i < c->count && c->judged; i++) {
		const struct scenario_expectation *e = &s->expectation[c->item[i].check];
		if (c->item[i].result.holds)
			continue;
		fprintf(to, "\n%s:%u: %s       FAILED\n", s->path, e->place.line, e->why != NULL ? e->why : e->text);
		if (e->why != NULL)
			fprintf(to, "  script  %s\n", e->text);
		fprintf(to, "  got     %s\n  want    %s\n  again   %s\n", statistic_format(text, &c->item[i].result),
			comparison_format(want, &c->item[i].want), again);
	}
}

/* Integers in the unit that their name says: a reader of JSON need not parse "8.63s". */
static json_t *integer(uint64_t v)
{
	return json_integer((json_int_t)v);
}

void case_statistics_json(json_t *list, const struct case_statistics *c, const struct scenario *s)
{
	char want[COMPARISON_TEXT];

	for (size_t i = 0; i < c->count && c->judged; i++) {
		const struct case_statistic *one = &c->item[i];
		const struct scenario_expectation *e = &s->expectation[one->check];
		json_t *o = json_object();
		json_object_set_new(o, "path", json_string(s->path));
		json_object_set_new(o, "variant", s->variant != NULL ? json_string(s->variant) : json_null());
		json_object_set_new(o, "line", integer(e->place.line));
		json_object_set_new(o, "text", json_string(e->text));
		json_object_set_new(o, "want", json_string(comparison_format(want, &one->want)));
		json_object_set_new(o, "unit", json_string(one->want.unit == COMPARISON_TIME ? "ns" : "millionths"));
		json_object_set_new(o, "seeds", integer(one->result.count));
		json_object_set_new(o, "mean", integer(one->result.mean));
		json_object_set_new(o, "median", integer(one->result.median));
		json_object_set_new(o, "sd", integer(one->result.deviation));
		json_object_set_new(o, "standard_error", integer(one->result.error));
		json_object_set_new(o, "verdict", json_string(one->result.holds ? "held" : "failed"));
		json_array_append_new(list, o);
	}
}
