// SPDX-License-Identifier: BSD-2-Clause
/* viplab.report/1. Ratios are numbers, moments decimal strings of seconds since the first frame. */
#include <jansson.h>
#include <stdlib.h>

#include "analyzers/report/balance_report.h"
#include "analyzers/snat.h"

static void number(json_t *o, const char *key, uint64_t v)
{
	json_object_set_new(o, key, json_integer((json_int_t)(v <= INT64_MAX ? v : INT64_MAX)));
}

static void ratio(json_t *o, const char *key, uint64_t millionths)
{
	json_object_set_new(o, key, json_real((double)millionths / IMBALANCE_ONE));
}

static void text(json_t *o, const char *key, const char *s)
{
	json_object_set_new(o, key, json_string(s));
}

static void moment(json_t *o, const char *key, vl_time t)
{
	char buffer[VL_TIME_TEXT];

	text(o, key, vl_time_format(buffer, t));
}

static json_t *figures(const struct imbalance *i)
{
	json_t *o = json_object();

	number(o, "total", i->total);
	ratio(o, "jain", i->jain);
	ratio(o, "cv", i->cv);
	ratio(o, "max_over_mean", i->max_over_mean);
	ratio(o, "gini", i->gini);
	ratio(o, "max_share", i->max_share);
	return o;
}

static json_t *server_json(const struct flow_server *s, const struct distribution_row *row)
{
	json_t *o = json_object();
	char name[FLOWS_NAME];

	text(o, "server", flows_server_name(name, s));
	number(o, "new", s->attempts);
	ratio(o, "share", row->share);
	ratio(o, "times_fair", row->times_fair);
	text(o, "against_fair", row->noise > 0 ? "above" : row->noise < 0 ? "below" : "within chance");
	number(o, "answered", s->opened);
	number(o, "active", s->active);
	number(o, "peak", s->peak);
	number(o, "bytes_up", s->bytes_up);
	number(o, "bytes_down", s->bytes_down);
	number(o, "unanswered", s->unanswered);
	number(o, "refused", s->refused);
	number(o, "resets", s->resets);
	number(o, "short_lived", s->short_lived);
	return o;
}

static json_t *client_json(const struct flow_source *s)
{
	json_t *o = json_object();
	struct snat_opinion opinion;
	char ip[IP_TEXT];

	snat_judge_source(&opinion, s);
	text(o, "client", ip_format(ip, &s->ip));
	number(o, "new", s->attempts);
	number(o, "peak", s->peak);
	number(o, "returns", s->returns);
	number(o, "stayed", s->stayed);
	text(o, "users", snat_word(&opinion));
	number(o, "sure_percent", opinion.percent);
	text(o, "why", opinion.why);
	return o;
}

static json_t *service_json(const struct balance_report *r, uint16_t service)
{
	const struct flows *f = balance_flows(r->judge);
	const struct flow_service *s = flows_service(f, service);
	json_t *o = json_object(), *servers = json_array(), *clients = json_array();
	uint32_t list[BALANCE_REPORT_CLIENTS];
	size_t count = balance_report_clients(r, service, list);
	struct distribution d;
	char name[FLOWS_NAME];

	bool made = distribution_make(&d, f, service);
	text(o, "service", flows_service_name(name, s));
	text(o, "protocol", balance_report_protocol(s));
	text(o, "mode", balance_report_mode(s));
	json_object_set_new(o, "told", json_boolean(s->told));
	json_object_set_new(o, "estimated", json_boolean(s->estimated));
	number(o, "new", s->attempts);
	number(o, "answered", s->opened);
	number(o, "with_known_server", s->assigned);
	number(o, "unanswered", s->unanswered);
	number(o, "refused", s->refused);
	number(o, "resets", s->resets);
	number(o, "active", s->active);
	number(o, "peak", s->peak);
	number(o, "clients", s->sources);
	ratio(o, "k_eff", d.k_eff);
	ratio(o, "design_effect", d.design_effect);
	json_object_set_new(o, "sticky", json_boolean(d.sticky));
	ratio(o, "chi_square", d.opened.chi_square);
	json_object_set_new(o, "beyond_chance", json_boolean(d.beyond_chance));
	json_object_set_new(o, "balance_new", figures(&d.opened));
	json_object_set_new(o, "balance_active", figures(&d.active));
	json_object_set_new(o, "balance_bytes", figures(&d.bytes));
	for (size_t i = 0; made && i < d.count; i++)
		json_array_append_new(servers, server_json(flows_server(f, d.row[i].server), &d.row[i]));
	json_object_set_new(o, "servers", servers);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(clients, client_json(flows_source(f, list[i])));
	json_object_set_new(o, "largest_clients", clients);
	distribution_free(&d);
	if (made)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *finding_json(const struct finding *f)
{
	json_t *o = json_object(), *subjects = json_array(), *frames = json_array(), *remedy = json_array();
	char ip[IP_TEXT], mac[MAC_TEXT];

	text(o, "code", f->code->name);
	text(o, "severity", finding_word(f));
	text(o, "address", ip_format(ip, &f->address));
	moment(o, "begin", f->begin);
	moment(o, "known", f->known);
	moment(o, "end", f->end);
	text(o, "detail", f->detail);
	text(o, "summary", f->code->summary);
	text(o, "why", finding_why(f));
	for (size_t i = 0; i < FINDING_REMEDIES && f->code->remedy[i] != NULL; i++)
		json_array_append_new(remedy, json_string(f->code->remedy[i]));
	json_object_set_new(o, "remedy", remedy);
	for (size_t i = 0; i < f->subject_count; i++)
		json_array_append_new(subjects, json_string(f->subject[i].ip.family != IP_NONE ? ip_format(ip, &f->subject[i].ip)
											       : mac_format(mac, f->subject[i].mac)));
	json_object_set_new(o, "subjects", subjects);
	for (size_t i = 0; i < f->evidence_count; i++)
		json_array_append_new(frames, json_integer((json_int_t)f->evidence[i].frame));
	json_object_set_new(o, "frames", frames);
	number(o, "frames_in_all", f->evidence_total);
	return o;
}

bool balance_report_json(const struct balance_report *r, FILE *to)
{
	const struct flows *f = balance_flows(r->judge);
	json_t *o = json_object(), *services = json_array(), *findings = json_array(), *candidates = json_array();
	bool ok = true;
	char name[FLOWS_NAME];

	text(o, "schema", "viplab.report/1");
	json_object_set_new(o, "tool", json_pack("{s:s}", "version", r->version));
	json_object_set_new(o, "complete", json_boolean(r->complete));
	text(o, "verdict", balance_report_word(r->verdict));
	/* a name that is no UTF-8 becomes null */
	json_t *source = json_string(r->source);
	json_object_set_new(o, "source", source != NULL ? source : json_null());
	moment(o, "heard", r->heard);
	number(o, "frames", r->frames);
	for (size_t i = 0; i < r->service_count; i++)
		ok = json_array_append_new(services, service_json(r, r->service[i])) == 0 && ok;
	json_object_set_new(o, "services", services);
	for (size_t i = 0; i < r->finding_count; i++)
		json_array_append_new(findings, finding_json(&r->finding[i]));
	json_object_set_new(o, "findings", findings);
	for (size_t i = 0; i < r->candidate_count; i++) {
		json_t *c = json_object();
		const struct flow_service *s = flows_service(f, r->candidate[i]);
		text(c, "service", flows_service_name(name, s));
		text(c, "protocol", balance_report_protocol(s));
		number(c, "new", s->attempts);
		number(c, "clients", s->sources);
		json_array_append_new(candidates, c);
	}
	json_object_set_new(o, "candidates", candidates);
	ok = json_dumpf(o, to, JSON_INDENT(1) | JSON_REAL_PRECISION(9)) == 0 && ok;
	fputc('\n', to);
	json_decref(o);
	return ok && ferror(to) == 0;
}
