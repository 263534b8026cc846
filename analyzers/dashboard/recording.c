// SPDX-License-Identifier: BSD-2-Clause
/* One flush a sample, so that who reads along sees whole samples. */
#include "analyzers/dashboard/recording.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

struct recording {
	FILE *to;
	struct model *model;
	uint64_t sequence;
	char buffer[1 << 16];
};

static void put(struct recording *r, vl_time at, const char *kind, const char *level, const char *where, const char *part, const char *text,
		json_t *data)
{
	char t[VL_TIME_TEXT];
	json_t *o = json_object();

	json_object_set_new(o, "schema", json_string("viplab.journal/1"));
	json_object_set_new(o, "t", json_string(vl_time_format(t, at)));
	json_object_set_new(o, "seq", json_integer((json_int_t)r->sequence++));
	json_object_set_new(o, "level", json_string(level));
	json_object_set_new(o, "kind", json_string(kind));
	json_object_set_new(o, "where", json_string(where));
	if (part != NULL)
		json_object_set_new(o, "part", json_string(part));
	json_object_set_new(o, "msg", json_string(text));
	json_object_set_new(o, "data", data);
	json_dumpf(o, r->to, JSON_COMPACT);
	putc('\n', r->to);
	json_decref(o);
}

/* A moment before the sample's: whoever reads it takes a sample at the same moments, and it is to be in it. */
static void sample(void *context, uint64_t index, vl_time at)
{
	struct recording *r = context;
	const struct model *m = r->model;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		const struct sample *now = model_sample_of(s, index, m);
		if (now == NULL)
			continue;
		const char *service = m->service[s->service].name;
		put(r, at > 0 ? at - 1 : 0, "top.sample", "trace", service, service, "",
		    json_pack("{s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:I}", "server", s->name, "address", s->address, "state",
			      server_state_text((enum server_word)now->state), "known", (int)s->known, "active", (json_int_t)now->active,
			      "fresh", (json_int_t)now->fresh, "policy", (json_int_t)now->policy, "entries", (json_int_t)now->entries, "errors",
			      (json_int_t)now->errors, "weight", (int)now->weight, "configured", (int)now->configured, "response_ms",
			      (int)now->response_ms, "kib", (json_int_t)now->kib));
	}
	fflush(r->to);
}

static void router(void *context, const struct router *of, enum router_word to, vl_time at)
{
	struct recording *r = context;
	static const struct {
		enum finding_class class;
		const char *kind, *id;
	} table[] = {{FINDING_VRRP, "vrrp.state", "vrid"}, {FINDING_CARP, "carp.state", "vhid"}, {FINDING_HSRP, "hsrp.state", "group"},
		     {FINDING_GLBP, "glbp.state", "group"}};
	static const char *const word[] = {[ROUTER_OFF] = "off", [ROUTER_INIT] = "init", [ROUTER_BACKUP] = "backup", [ROUTER_ACTIVE] = "active",
					   [ROUTER_SILENT] = "silent"};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		char part[48], text[48];
		if (table[i].class != of->class)
			continue;
		snprintf(part, sizeof part, "%s %u", finding_class_word(of->class), of->id);
		snprintf(text, sizeof text, "-> %s", router_state_text(to));
		put(r, at, table[i].kind, "notice", of->who, part, text,
		    json_pack("{s:i, s:s, s:s}", table[i].id, (int)of->id, "family", of->family == IP_V6 ? "ipv6" : "ipv4", "to", word[to]));
	}
}

static void finding(void *context, const struct model_finding *f)
{
	struct recording *r = context;
	char since[VL_TIME_TEXT], until[VL_TIME_TEXT];
	bool over = f->end != VL_NEVER;
	json_t *data = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "code", f->code->name, "severity",
				 f->suspect ? "suspect" : finding_severity_word(f->code->severity), "family", f->family == IP_V6 ? "ipv6" : "ipv4", "id",
				 (int)f->id, "since", vl_time_format(since, f->since), "detail", f->detail);

	if (over)
		json_object_set_new(data, "until", json_string(vl_time_format(until, f->end)));
	put(r, over || f->begin < r->model->now ? r->model->now : f->begin, over ? "finding.over" : "finding", over ? "notice" : "warn", "analyzer", NULL,
	    f->detail, data);
}

struct recording *recording_open(const char *file, struct model *m)
{
	struct recording *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->to = fopen(file, "we");
	if (r->to == NULL) {
		free(r);
		return NULL;
	}
	setvbuf(r->to, r->buffer, _IOFBF, sizeof r->buffer);
	r->model = m;
	m->listener = (struct model_listener){.router = router, .sample = sample, .finding = finding, .context = r};
	return r;
}

int recording_descriptor(const struct recording *r)
{
	return fileno(r->to);
}

bool recording_close(struct recording *r)
{
	if (r == NULL)
		return true;
	r->model->listener = (struct model_listener){0};
	bool ok = ferror(r->to) == 0;
	ok = fclose(r->to) == 0 && ok;
	free(r);
	return ok;
}
