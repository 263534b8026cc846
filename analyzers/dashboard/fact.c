// SPDX-License-Identifier: BSD-2-Clause
/* From facts of a journal to the model: by kind. What no rule here knows is an event when its level says so. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/source.h"

struct rule {
	const char *kind;
	void (*take)(struct model *m, const struct fact *f);
	bool is_event;                  /* the fact is shown among the events; findings and servers make their own */
};

static unsigned long long number(const struct fact *f, const char *field)
{
	char text[MODEL_TEXT];

	return strtoull(f->word(f, field, text), NULL, 10);
}

/* "12.400000000": a decimal of seconds. */
static bool parse_moment(const char *text, vl_time *out)
{
	char *end;
	unsigned long long whole = strtoull(text, &end, 10);
	uint64_t part = 0, unit = 100000000;

	if (end == text || whole > VL_NEVER / VL_S - 1)
		return false;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			part += (uint64_t)(*end - '0') * unit;
	*out = whole * VL_S + part;
	return *end == '\0';
}

static uint8_t family(const struct fact *f)
{
	char text[MODEL_TEXT];

	return strcmp(f->word(f, "family", text), "ipv6") == 0 ? IP_V6 : IP_V4;
}

/* --- routers --------------------------------------------------------------------------------------------- */

/* The word of any of our protocols' states. */
static enum router_word state_of(const char *word)
{
	if (strcmp(word, "active") == 0 || strcmp(word, "master") == 0)
		return ROUTER_ACTIVE;
	if (strncmp(word, "init", 4) == 0)
		return ROUTER_INIT;
	if (strcmp(word, "silent") == 0)        /* the dashboard's own record */
		return ROUTER_SILENT;
	if (strcmp(word, "off") == 0)
		return ROUTER_OFF;
	return ROUTER_BACKUP;
}

static void take_router(struct model *m, const struct fact *f, enum finding_class class, const char *id_field)
{
	char text[MODEL_TEXT];
	struct router *r = model_router(m, class, family(f), (uint16_t)number(f, id_field), f->node);

	if (r == NULL)
		return;
	if (f->word(f, "priority", text)[0] != '\0') {
		r->has_priority = true;
		r->priority = (uint16_t)number(f, "priority");
	}
	model_router_state(m, r, state_of(f->word(f, "to", text)), f->at);
}

static void take_vrrp(struct model *m, const struct fact *f)
{
	take_router(m, f, FINDING_VRRP, "vrid");
}

static void take_carp(struct model *m, const struct fact *f)
{
	take_router(m, f, FINDING_CARP, "vhid");
}

static void take_hsrp(struct model *m, const struct fact *f)
{
	take_router(m, f, FINDING_HSRP, "group");
}

static void take_glbp(struct model *m, const struct fact *f)
{
	take_router(m, f, FINDING_GLBP, "group");
}

/* A box that stops is Active for nobody; one that starts will say what it is. */
static void take_node(struct model *m, const struct fact *f)
{
	char node[MODEL_TEXT], what[MODEL_TEXT];
	bool runs = strcmp(f->word(f, "what", what), "started") == 0 || strcmp(what, "restarted") == 0;

	bool resumes = strcmp(what, "resumed") == 0;
	f->word(f, "node", node);
	for (unsigned i = 0; i < m->router_count && !runs; i++) {
		struct router *r = &m->router[i];
		if (strcmp(r->who, node) != 0)
			continue;
		/* who was paused goes on as what it was */
		if (!resumes)
			model_router_state(m, r, ROUTER_OFF, f->at);
		else if (r->changes > 1 && r->change[r->changes - 1].to == ROUTER_OFF)
			model_router_state(m, r, r->change[r->changes - 2].to, f->at);
	}
}

/* --- findings -------------------------------------------------------------------------------------------- */

/* "finding", and "finding.over" with its last moment. */
static void take_finding(struct model *m, const struct fact *f)
{
	char text[MODEL_TEXT];
	struct model_finding found = {.code = finding_find(f->word(f, "code", text)), .end = VL_NEVER, .begin = f->at};

	if (found.code == NULL)
		return;
	found.id = (uint16_t)number(f, "id");
	found.family = family(f);
	if (!parse_moment(f->word(f, "since", text), &found.since))
		found.since = f->at;
	if (parse_moment(f->word(f, "until", text), &found.end))
		found.begin = found.end;        /* of what was never told to be */
	found.suspect = strcmp(f->word(f, "severity", text), "suspect") == 0;
	f->word(f, "detail", text);
	snprintf(found.detail, sizeof found.detail, "%s", text);
	model_found(m, &found);
}

/* --- the balancer ----------------------------------------------------------------------------------------- */

static struct server *server_of(struct model *m, const struct fact *f)
{
	char text[MODEL_TEXT];
	struct service *service = model_service(m, f->part != NULL ? f->part : f->node);
	struct server *s = service != NULL ? model_server(m, service, f->word(f, "server", text)) : NULL;

	if (s != NULL)
		s->known |= KNOWN_ACTIVE | KNOWN_POLICY;
	return s;
}

/* The server's count behind the fact, where the fact says it: an entry that lingers after its end is not active. */
static bool note_active(struct server *s, const struct fact *f)
{
	char active[MODEL_TEXT];

	if (f->word(f, "active", active)[0] == '\0')
		return false;
	s->active = (uint32_t)number(f, "active");
	return true;
}

static void take_activity(struct model *m, const struct fact *f)
{
	struct server *s = server_of(m, f);

	if (s != NULL)
		(void)note_active(s, f);
}

static void take_open(struct model *m, const struct fact *f)
{
	char why[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->opened++;
	if (!note_active(s, f))
		s->active++;
	if (strcmp(f->word(f, "why", why), "persistence") != 0)
		s->by_policy++;
	if (s->state == STATE_UNKNOWN)
		model_server_state(m, s, STATE_UP, f->at, "");
}

static void take_close(struct model *m, const struct fact *f)
{
	char why[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	if (!note_active(s, f) && s->active > 0)
		s->active--;
	/* they are told at its end */
	if (f->word(f, "bytes_in", why)[0] != '\0') {
		s->known |= KNOWN_BYTES;
		s->bytes += number(f, "bytes_in") + number(f, "bytes_out");
	}
	f->word(f, "why", why);
	if (strstr(why, "reset") != NULL || strstr(why, "refused") != NULL)
		s->failed++;
}

/* "up", "down", "drain", "disabled", "slow start begun", "slow start ended" */
static enum server_word server_word(const char *word, enum server_word old)
{
	static const struct {
		const char *word;
		enum server_word state;
	} table[] = {{"up", STATE_UP},	      {"down", STATE_DOWN},	    {"drain", STATE_DRAIN},
		     {"disabled", STATE_MAINT}, {"disable", STATE_MAINT},   {"removed", STATE_MAINT},
		     {"enable", STATE_UP},      {"enabled", STATE_UP},	    {"added", STATE_UP}};

	if (strstr(word, "slow start") != NULL)
		return strstr(word, "end") != NULL || strstr(word, "over") != NULL ? STATE_UP : STATE_RAMP;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strcmp(word, table[i].word) == 0)
			return table[i].state;
	return old;
}

static void take_server(struct model *m, const struct fact *f)
{
	char word[MODEL_TEXT], weight[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->known |= KNOWN_STATE;
	if (f->word(f, "weight", weight)[0] != '\0') {
		s->known |= KNOWN_WEIGHT;
		s->weight = (uint16_t)number(f, "weight");
		s->configured = s->weight > s->configured ? s->weight : s->configured;
	}
	enum server_word to = server_word(f->word(f, "state", word), s->state);
	if (to == STATE_RAMP) {
		struct service *v = &m->service[s->service];
		v->slow_start_known = v->slow_start = true;
	}
	model_server_state(m, s, to, f->at, "");
	(void)note_active(s, f);
}

static void take_health(struct model *m, const struct fact *f)
{
	char word[MODEL_TEXT], result[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->known |= KNOWN_STATE;
	f->word(f, "result", result);
	snprintf(s->check, sizeof s->check, "%.39s", result);
	model_server_state(m, s, server_word(f->word(f, "state", word), s->state), f->at, result);
}

/* "10.66.0.100:443", "[fd00::1]:443"; port 0: the address alone. */
static void endpoint(char out[64], const struct fact *f, const char *field)
{
	char ip[MODEL_TEXT];
	uint16_t port = (uint16_t)number(f, "port");
	bool colons = strchr(f->word(f, field, ip), ':') != NULL;

	if (port != 0)
		snprintf(out, 64, "%s%.45s%s:%u", colons ? "[" : "", ip, colons ? "]" : "", port);
	else
		snprintf(out, 64, "%.45s", ip);
}

/* What the balancer is made of, before anything happens (sim/scenario/farm_records.h). */
static void take_farm_service(struct model *m, const struct fact *f)
{
	char text[MODEL_TEXT];
	struct service *v = f->part != NULL ? model_service(m, f->part) : NULL;

	if (v == NULL)
		return;
	endpoint(v->address, f, "vip");
	snprintf(v->scheduler, sizeof v->scheduler, "%.31s", f->word(f, "scheduler", text));
	snprintf(v->persistence, sizeof v->persistence, "%.47s", f->word(f, "persistence", text));
	v->slow_start_known = true;
	f->word(f, "slow_start", text);
	v->slow_start = text[strspn(text, "0.")] != '\0';
}

static enum server_word start_word(const char *word)
{
	return strcmp(word, "drain") == 0 ? STATE_DRAIN : strcmp(word, "enable") == 0 ? STATE_UP : STATE_MAINT;
}

static void take_farm_server(struct model *m, const struct fact *f)
{
	char text[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->known |= KNOWN_WEIGHT | KNOWN_STATE;
	s->weight = s->configured = (uint16_t)number(f, "weight");
	s->state = start_word(f->word(f, "state", text));
	s->since = 0;
	endpoint(s->address, f, "ip");
}

static void take_weight(struct model *m, const struct fact *f)
{
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->known |= KNOWN_WEIGHT;
	s->weight = (uint16_t)number(f, "now");
	s->configured = (uint16_t)number(f, "weight");
}

/* A sample of the dashboard's own record (recording.h): what came in one interval. */
static void take_sample(struct model *m, const struct fact *f)
{
	char text[MODEL_TEXT];
	struct server *s = server_of(m, f);

	if (s == NULL)
		return;
	s->known = (uint16_t)number(f, "known");
	snprintf(s->address, sizeof s->address, "%.63s", f->word(f, "address", text));
	s->active = (uint32_t)number(f, "active");
	s->opened += number(f, "fresh");
	s->by_policy += number(f, "policy");
	s->failed += number(f, "errors");
	s->bytes += number(f, "kib") * 1024;
	s->entries = (uint32_t)number(f, "entries");
	s->weight = (uint16_t)number(f, "weight");
	s->configured = (uint16_t)number(f, "configured");
	s->response_ms = (uint16_t)number(f, "response_ms");
	f->word(f, "state", text);
	for (unsigned w = STATE_UNKNOWN; w <= STATE_SILENT; w++)
		if (strcmp(text, server_state_text((enum server_word)w)) == 0)
			model_server_state(m, s, (enum server_word)w, f->at, "");
}

static const struct rule rules[] = {
	{"vrrp.state", take_vrrp, true},	    {"carp.state", take_carp, true},
	{"hsrp.state", take_hsrp, true},	    {"glbp.state", take_glbp, true},
	{"world.node", take_node, true},	    {"finding.over", take_finding, true},
	{"finding", take_finding, false},	    {"balancer.open", take_open, false},
	{"balancer.close", take_close, false},	    {"balancer.server", take_server, false},
	{"balancer.health", take_health, false},    {"balancer.activity", take_activity, false},
	{"balancer.weight", take_weight, false},    {"farm.service", take_farm_service, false},
	{"farm.server", take_farm_server, false},   {"top.sample", take_sample, false},
};

void fact_take(struct model *m, const struct fact *f)
{
	char where[2 * MODEL_NAME];

	model_advance(m, f->at);
	if (m->listener.fact != NULL)
		m->listener.fact(m->listener.context, f);
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (strcmp(rules[i].kind, f->kind) != 0)
			continue;
		rules[i].take(m, f);
		if (!rules[i].is_event)
			return;
	}
	if (f->level < RECORD_NOTICE)
		return;
	snprintf(where, sizeof where, "%s%s%s", f->node, f->part != NULL ? " " : "", f->part != NULL ? f->part : "");
	model_event(m, f->at, f->level, where, f->text);
}

/* --- readers --------------------------------------------------------------------------------------------- */

static const char *json_word(const struct fact *f, const char *field, char text[MODEL_TEXT])
{
	const json_t *value = json_object_get(json_object_get(f->from, "data"), field);

	if (json_is_string(value))
		snprintf(text, MODEL_TEXT, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(text, MODEL_TEXT, "%lld", (long long)json_integer_value(value));
	else
		text[0] = '\0';
	if (strcmp(text, "-") == 0)
		text[0] = '\0';
	return text;
}

static enum record_level level_of(const char *word)
{
	static const char *const name[] = {"trace", "info", "notice", "warn"};

	for (unsigned i = 0; i < 4; i++)
		if (strcmp(word, name[i]) == 0)
			return (enum record_level)i;
	return RECORD_NOTICE;
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

bool fact_from_json(struct model *m, const char *line, size_t length, vl_time until, vl_time *at)
{
	json_t *o = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	struct fact f = {.from = o, .word = json_word};
	bool good = json_is_object(o) && strncmp(text_of(o, "schema"), "viplab.journal/", 15) == 0 &&
		    parse_moment(text_of(o, "t"), &f.at);

	*at = good ? f.at : 0;
	if (good && f.at <= until) {
		f.kind = text_of(o, "kind");
		f.level = level_of(text_of(o, "level"));
		f.node = text_of(o, "where");
		f.part = json_string_value(json_object_get(o, "part"));
		f.text = text_of(o, "msg");
		fact_take(m, &f);
	}
	json_decref(o);
	return good;
}

static const char *record_field_text(const struct fact *f, const char *field, char text[MODEL_TEXT])
{
	const struct record *r = f->from;
	int i = record_field_index(r->kind, field);

	text[0] = '\0';
	if (i >= 0)
		value_format(text, MODEL_TEXT, r->kind->field[i].type, &r->value[i]);
	if (strcmp(text, "-") == 0)
		text[0] = '\0';
	return text;
}

void fact_from_record(struct model *m, const struct record *r)
{
	char text[RECORD_LINE] = "";

	if (r->kind->level >= RECORD_NOTICE)
		record_format_text(text, sizeof text, r);
	fact_take(m, &(struct fact){.at = r->at, .kind = r->kind->name, .level = r->kind->level,
				    .node = r->node != NULL ? r->node : "world", .part = r->part, .text = text, .from = r,
				    .word = record_field_text});
}
