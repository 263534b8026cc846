// SPDX-License-Identifier: BSD-2-Clause
/* jansson keeps the order in which keys are set; strings that are no UTF-8 become null. */
#include "sim/scenario/result_json.h"

#include <stdint.h>
#include <stdlib.h>

#include "sim/scenario/statistic.h"
#include "sim/world/oracle.h"

static json_t *text(const char *s)
{
	json_t *value = s != NULL ? json_string(s) : NULL;

	return value != NULL ? value : json_null();
}

static json_t *moment(vl_time t)
{
	char buffer[VL_TIME_TEXT];

	return json_string(vl_time_format(buffer, t));
}

/* A number that JSON's readers can hold; a larger one (a seed) as a string of its digits. */
static json_t *number(uint64_t n)
{
	char digits[24];

	if (n <= INT64_MAX)
		return json_integer((json_int_t)n);
	snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
	return json_string(digits);
}

static json_t *event(const struct check_event *e)
{
	json_t *o = json_object();

	json_object_set_new(o, "t", moment(e->at));
	json_object_set_new(o, "where", text(e->subject));
	json_object_set_new(o, "msg", text(e->text));
	return o;
}

json_t *result_json_text(void (*print)(FILE *to, const void *what), const void *what)
{
	char *written = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&written, &length);

	if (to == NULL)
		return NULL;
	print(to, what);
	bool whole = ferror(to) == 0;
	whole = fclose(to) == 0 && whole;
	/* no room at the last moment: closed, and no text */
	json_t *value = whole && written != NULL ? json_string(written) : NULL;
	free(written);
	return value;
}

/* A failed check's command or block. */
struct told_of_check {
	const struct check *check;
	const struct verdict_again *again;
	void (*print)(FILE *, const struct check *, const struct verdict_again *);
};

static void print_check(FILE *to, const void *what)
{
	const struct told_of_check *t = what;

	t->print(to, t->check, t->again);
}

static json_t *printed(const struct check *c, const struct verdict_again *again,
		       void (*print)(FILE *, const struct check *, const struct verdict_again *))
{
	return result_json_text(print_check, &(struct told_of_check){c, again, print});
}

/* What the session needs to judge a statistic, and a reader to draw it. */
static json_t *sample_json(const struct check_sample *sample)
{
	json_t *o = json_object();
	char want[COMPARISON_TEXT];

	json_object_set_new(o, "value", number(sample->value));
	json_object_set_new(o, "unit", text(statistic_unit_word(sample->want.unit)));
	json_object_set_new(o, "want", text(comparison_format(want, &sample->want)));
	return o;
}

/* NULL: out of memory. */
static json_t *check_json(const struct check *c, const struct verdict_again *again)
{
	json_t *o = json_object(), *before = json_array();

	json_object_set_new(o, "kind", text(check_kind_word(c->kind)));
	if (c->name != NULL)
		json_object_set_new(o, "name", text(c->name));
	json_object_set_new(o, "verdict", text(check_verdict_word(c->verdict)));
	json_object_set_new(o, "line", c->place.line > 0 ? number(c->place.line) : json_null());
	json_object_set_new(o, "column", c->place.line > 0 ? number(c->place.column) : json_null());
	json_object_set_new(o, "text", text(c->text));
	json_object_set_new(o, "why", text(c->why));
	json_object_set_new(o, "t", moment(c->at));
	json_object_set_new(o, "got", text(c->got));
	json_object_set_new(o, "want", text(c->want));
	if (c->sample.given)
		json_object_set_new(o, "sample", sample_json(&c->sample));
	for (size_t i = 0; i < c->before_count; i++)
		json_array_append_new(before, event(&c->before[i]));
	json_object_set_new(o, "before", before);
	if (c->verdict == CHECK_FAILED &&
	    (json_object_set_new(o, "again", printed(c, again, verdict_again)) != 0 ||
	     json_object_set_new(o, "report", printed(c, again, verdict_block)) != 0)) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *finding_json(const struct run *r, const struct finding *f)
{
	json_t *o = json_object();

	json_object_set_new(o, "code", text(f->code->name));
	json_object_set_new(o, "severity", text(finding_word(f)));
	json_object_set_new(o, "segment", text(r->segment_name[f->place.interface]));
	json_object_set_new(o, "af", text(f->place.family == IP_V4   ? "ipv4"
					  : f->place.family == IP_V6 ? "ipv6"
								     : NULL));
	json_object_set_new(o, "id", f->place.id != 0 ? number(f->place.id) : json_null());
	json_object_set_new(o, "begin", moment(f->begin));
	json_object_set_new(o, "known", moment(f->known));
	json_object_set_new(o, "end", moment(f->end));
	json_object_set_new(o, "detail", text(f->detail));
	return o;
}

json_t *result_json(const struct run *r, const struct verdict_again *again)
{
	const struct scenario *s = r->order.scenario;
	json_t *o = json_object(), *checks = json_array(), *findings = json_array();
	bool whole = true;

	json_object_set_new(o, "path", text(s->path));
	json_object_set_new(o, "variant", text(s->variant));
	json_object_set_new(o, "title", text(s->title));
	json_object_set_new(o, "seed", number(r->order.seed));
	json_object_set_new(o, "verdict", text(run_verdict(r)));
	json_object_set_new(o, "digest", text(r->digest));
	json_object_set_new(o, "until", moment(r->ended_at));
	json_object_set_new(o, "frames", number(r->frames));
	json_object_set_new(o, "records", number(r->records));
	for (size_t i = 0; i < r->check_count; i++)
		whole = json_array_append_new(checks, check_json(&r->check[i], again)) == 0 && whole;
	json_object_set_new(o, "checks", checks);
	for (size_t i = 0; i < r->watch.count; i++)
		json_array_append_new(findings, finding_json(r, &r->watch.finding[i]->now));
	json_object_set_new(o, "findings", findings);
	json_object_set_new(o, "kept", text(again->kept));
	if (whole)
		return o;
	json_decref(o);
	return NULL;
}

json_t *result_json_error(const char *path, const char *variant, uint64_t seed, unsigned line, const char *reason)
{
	json_t *o = json_object();

	json_object_set_new(o, "path", text(path));
	json_object_set_new(o, "variant", text(variant));
	json_object_set_new(o, "seed", number(seed));
	json_object_set_new(o, "verdict", text("error"));
	json_object_set_new(o, "reason", text(reason));
	if (line > 0)
		json_object_set_new(o, "line", number(line));
	json_object_set_new(o, "checks", json_array());
	return o;
}

/* The spans of one virtual router. */
static void add_spans(json_t *list, const struct run *r, const struct oracle_who *who, const char *label)
{
	const struct oracle *oracle = r->world.oracle;
	struct oracle_span span = {0};
	char text_of[128];

	for (vl_time from = 0; json_array_size(list) < RESULT_ACTIVES && from < r->ended_at &&
			       oracle_when_state(oracle, who, ORACLE_ACTIVE, from, r->ended_at, &span);
	     from = span.until) {
		json_t *o = json_object();
		snprintf(text_of, sizeof text_of, "%s %s %u%s", r->order.scenario->node[who->node].name, label, who->id,
			 who->family == IP_V6 ? " ipv6" : "");
		json_object_set_new(o, "who", text(text_of));
		json_object_set_new(o, "from", moment(span.from));
		json_object_set_new(o, "until", moment(vl_time_min(span.until, r->ended_at)));
		json_array_append_new(list, o);
	}
}

json_t *result_json_actives(const struct run *r)
{
	static const struct {
		enum oracle_class class;
		const char *label;
	} classes[] = {{ORACLE_VRRP, "vrrp"},    {ORACLE_CARP, "carp"}, {ORACLE_HSRP, "hsrp"},
		       {ORACLE_HSRP2, "hsrp2"},  {ORACLE_GLBP, "glbp"}};
	static const enum ip_family families[] = {IP_V4, IP_V6};
	json_t *list = json_array();
	unsigned low, high;

	for (size_t c = 0; c < sizeof classes / sizeof classes[0]; c++) {
		if (!oracle_ids(r->world.oracle, classes[c].class, &low, &high))
			continue;
		for (unsigned id = low; id <= high && json_array_size(list) < RESULT_ACTIVES; id++)
			for (size_t n = 0; n < r->order.scenario->node_count; n++)
				for (size_t f = 0; f < 2; f++)
					add_spans(list, r,
						  &(struct oracle_who){.node = (world_node)n, .segment = WORLD_ANY,
								       .class = classes[c].class, .family = families[f],
								       .id = id != 0 ? id : ORACLE_ID_0},
						  classes[c].label);
	}
	return list;
}

json_t *result_json_document(const char *version, json_t *runs, const char *digest)
{
	json_t *o = json_object(), *tool = json_object();

	json_object_set_new(tool, "version", text(version));
	json_object_set_new(o, "schema", text("viplab.run/1"));
	json_object_set_new(o, "tool", tool);
	json_object_set_new(o, "digest", text(digest));
	json_object_set_new(o, "runs", runs);
	return o;
}
