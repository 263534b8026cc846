// SPDX-License-Identifier: BSD-2-Clause
/* jansson for the document; the rest is printf work. */
#include "analyzers/dashboard/snapshot.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/xml.h"

static bool is_down(const struct sample *s)
{
	return s->state == STATE_DOWN || s->state == STATE_REFUSES || s->state == STATE_SILENT;
}

enum snapshot_verdict snapshot_verdict(const struct model *m, vl_time at)
{
	uint64_t index = model_sample_at(m, at);
	bool seen = m->router_count > 0;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct sample *s = model_sample_of(&m->server[i], index, m);
		if (s == NULL)
			continue;
		seen = true;
		if (is_down(s) || (s->flags & SAMPLE_STORM) != 0)
			return SNAPSHOT_BAD;
	}
	for (unsigned i = 0; i < m->finding_count; i++)
		if (m->finding[i].code->severity == FINDING_CONFLICT && model_finding_holds(m, &m->finding[i], at))
			return SNAPSHOT_BAD;
	return seen ? SNAPSHOT_OK : SNAPSHOT_UNKNOWN;
}

/* --- plain ------------------------------------------------------------------------------------------------- */

static void plain_server(FILE *to, const char *clock, const struct model *m, const struct server *s, const struct share *h)
{
	const struct sample *at = h->sample;
	uint64_t rate = h->fresh * 10 * VL_S / (MODEL_WINDOW * m->interval);

	fprintf(to, "%s %s %s %s new %llu.%llu/s", clock, m->service[s->service].name, s->name,
		server_state_text((enum server_word)at->state), (unsigned long long)(rate / 10), (unsigned long long)(rate % 10));
	if (h->all > 0)
		fprintf(to, " share %u%%", (h->share_ppm + 5000) / 10000);
	if (h->fair_ppm > 0)
		fprintf(to, " fair %u%%%s", (h->fair_ppm + 5000) / 10000, h->sign == '+' ? " above" : h->sign == '-' ? " below" : "");
	if ((s->known & KNOWN_ACTIVE) != 0)
		fprintf(to, "; active %u", at->active);
	fprintf(to, "%s\n", (at->flags & SAMPLE_STORM) != 0 ? "; storm" : "");
}

void snapshot_plain(FILE *to, struct ui *u, const struct model *m)
{
	vl_time at = ui_moment(u, m);
	uint64_t index = model_sample_at(m, at);
	char clock[CLOCK_TEXT], protocol[16];

	ui_clock(clock, m, at, false);
	if (m->trouble[0] != '\0')
		fprintf(to, "%s trouble: %s\n", clock, m->trouble);
	for (unsigned v = 0; v < m->service_count && index != UINT64_MAX; v++) {
		struct verdict verdict;
		share_all(m, v, index, u->table);
		for (unsigned i = 0; i < m->server_count; i++)
			if (m->server[i].service == v && u->table[i].sample != NULL && ui_passes(u, m->server[i].name))
				plain_server(to, clock, m, &m->server[i], &u->table[i]);
		share_explain(m, v, index, u->table, &verdict);
		if (verdict.what[0] != '\0')
			fprintf(to, "%s %s %s: %s%s%s\n", clock, m->service[v].name, verdict.tag[0] != '\0' ? verdict.tag : "note",
				verdict.what, verdict.remedy[0] != '\0' ? " Remedy: " : "", verdict.remedy);
	}
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		fprintf(to, "%s %s %u %s %s", clock, ui_protocol(protocol, r), r->id, r->who, router_state_text(model_router_at(r, at, NULL)));
		if (r->has_priority)
			fprintf(to, " priority %u", r->priority);
		fprintf(to, "%s%s\n", r->vips[0] != '\0' ? " VIP " : "", r->vips);
	}
	for (unsigned i = 0; i < m->finding_count; i++)
		if (m->finding[i].code->severity != FINDING_INFO && model_finding_holds(m, &m->finding[i], at))
			fprintf(to, "%s id %u %s %s: %s\n", clock, m->finding[i].id, finding_severity_word(m->finding[i].code->severity),
				m->finding[i].code->name, m->finding[i].detail);
}

/* --- JSON ----------------------------------------------------------------------------------------------------- */

static json_t *number(bool known, uint64_t n)
{
	return known ? json_integer((json_int_t)n) : json_null();
}

static json_t *server_json(const struct server *s, const struct share *h)
{
	const struct sample *at = h->sample;
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(s->name));
	json_object_set_new(o, "address", s->address[0] != '\0' ? json_string(s->address) : json_null());
	json_object_set_new(o, "state", json_string(server_state_text((enum server_word)at->state)));
	json_object_set_new(o, "estimated", json_boolean((s->known & ESTIMATED) != 0));
	json_object_set_new(o, "weight", number((s->known & KNOWN_WEIGHT) != 0, at->weight));
	json_object_set_new(o, "weight_configured", number((s->known & KNOWN_WEIGHT) != 0, at->configured));
	json_object_set_new(o, "active", number((s->known & KNOWN_ACTIVE) != 0, at->active));
	json_object_set_new(o, "opened_total", json_integer((json_int_t)s->opened));
	json_object_set_new(o, "by_policy_total", number((s->known & KNOWN_POLICY) != 0, s->by_policy));
	json_object_set_new(o, "errors_total", number((s->known & KNOWN_ERRORS) != 0, s->failed));
	json_object_set_new(o, "response_ms", number((s->known & KNOWN_RESPONSE) != 0, at->response_ms));
	json_object_set_new(o, "persistence_entries", number((s->known & KNOWN_ENTRIES) != 0, at->entries));
	json_object_set_new(o, "new_in_window", json_integer((json_int_t)h->fresh));
	json_object_set_new(o, "share_of_fair_percent", number(h->sign != ' ', h->percent));
	json_object_set_new(o, "storm", json_boolean((at->flags & SAMPLE_STORM) != 0));
	return o;
}

static json_t *service_json(struct ui *u, const struct model *m, unsigned v, uint64_t index)
{
	json_t *o = json_object(), *servers = json_array();
	struct verdict verdict;

	share_all(m, v, index, u->table);
	share_explain(m, v, index, u->table, &verdict);
	json_object_set_new(o, "name", json_string(m->service[v].name));
	json_object_set_new(o, "scheduler", m->service[v].scheduler[0] != '\0' ? json_string(m->service[v].scheduler) : json_null());
	for (unsigned i = 0; i < m->server_count; i++)
		if (m->server[i].service == v && u->table[i].sample != NULL)
			json_array_append_new(servers, server_json(&m->server[i], &u->table[i]));
	json_object_set_new(o, "servers", servers);
	json_object_set_new(o, "says", verdict.what[0] != '\0' ? json_string(verdict.what) : json_null());
	json_object_set_new(o, "remedy", verdict.remedy[0] != '\0' ? json_string(verdict.remedy) : json_null());
	return o;
}

static void write_json(FILE *to, struct ui *u, const struct model *m, vl_time at)
{
	static const char *const word[] = {"ok", "bad", "unknown"};
	json_t *o = json_object(), *services = json_array(), *routers = json_array(), *findings = json_array();
	uint64_t index = model_sample_at(m, at);
	char text[VL_TIME_TEXT];

	for (unsigned v = 0; v < m->service_count && index != UINT64_MAX; v++)
		json_array_append_new(services, service_json(u, m, v, index));
	for (unsigned i = 0; i < m->router_count; i++) {
		const struct router *r = &m->router[i];
		json_t *one = json_object();
		json_object_set_new(one, "proto", json_string(finding_class_word(r->class)));
		json_object_set_new(one, "af", json_string(r->family == IP_V6 ? "ipv6" : "ipv4"));
		json_object_set_new(one, "id", json_integer(r->id));
		json_object_set_new(one, "who", json_string(r->who));
		json_object_set_new(one, "state", json_string(router_state_text(model_router_at(r, at, NULL))));
		json_object_set_new(one, "priority", number(r->has_priority, r->priority));
		json_array_append_new(routers, one);
	}
	for (unsigned i = 0; i < m->finding_count; i++) {
		const struct model_finding *f = &m->finding[i];
		json_t *one = json_object();
		if (at < f->begin) {
			json_decref(one);
			continue;
		}
		json_object_set_new(one, "code", json_string(f->code->name));
		json_object_set_new(one, "severity", json_string(finding_severity_word(f->code->severity)));
		json_object_set_new(one, "id", number(f->id != 0, f->id));
		json_object_set_new(one, "holds", json_boolean(model_finding_holds(m, f, at)));
		json_object_set_new(one, "detail", json_string(f->detail));
		json_array_append_new(findings, one);
	}
	json_object_set_new(o, "schema", json_string("viplab.top/1"));
	json_object_set_new(o, "source", json_string(m->source));
	json_object_set_new(o, "t", json_string(vl_time_format(text, at)));
	json_object_set_new(o, "verdict", json_string(word[snapshot_verdict(m, at)]));
	json_object_set_new(o, "services", services);
	json_object_set_new(o, "routers", routers);
	json_object_set_new(o, "findings", findings);
	json_dumpf(o, to, JSON_INDENT(1));
	putc('\n', to);
	json_decref(o);
}

/* --- the others ------------------------------------------------------------------------------------------------- */

static void write_tsv(FILE *to, struct ui *u, const struct model *m, vl_time at)
{
	uint64_t index = model_sample_at(m, at);

	fputs("service\tserver\tstate\tweight\tactive\topened\tnew_in_window\tshare_of_fair_percent\tstorm\n", to);
	for (unsigned v = 0; v < m->service_count && index != UINT64_MAX; v++) {
		share_all(m, v, index, u->table);
		for (unsigned i = 0; i < m->server_count; i++) {
			const struct share *h = &u->table[i];
			const struct server *s = &m->server[i];
			if (s->service != v || h->sample == NULL)
				continue;
			fprintf(to, "%s\t%s\t%s\t", m->service[v].name, s->name, server_state_text((enum server_word)h->sample->state));
			fprintf(to, (s->known & KNOWN_WEIGHT) != 0 ? "%u\t" : "?\t", h->sample->weight);
			fprintf(to, (s->known & KNOWN_ACTIVE) != 0 ? "%u\t" : "?\t", h->sample->active);
			fprintf(to, "%llu\t%llu\t", (unsigned long long)s->opened, (unsigned long long)h->fresh);
			fprintf(to, h->sign != ' ' ? "%u\t" : "?\t", h->percent);
			fprintf(to, "%d\n", (h->sample->flags & SAMPLE_STORM) != 0);
		}
	}
}

/* A label's value: backslash, quote and newline are escaped; names hold no others that matter. */
static void label(FILE *to, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			putc('\\', to);
		putc(*text, to);
	}
}

static void metric(FILE *to, const char *name, const struct model *m, const struct server *s)
{
	fprintf(to, "%s{service=\"", name);
	label(to, m->service[s->service].name);
	fputs("\",server=\"", to);
	label(to, s->name);
}

static void write_openmetrics(FILE *to, struct ui *u, const struct model *m, vl_time at)
{
	uint64_t index = model_sample_at(m, at);
	const struct server *const end = m->server + m->server_count;

	for (unsigned v = 0; v < m->service_count && index != UINT64_MAX; v++)
		share_all(m, v, index, u->table);
	fprintf(to, "# TYPE viplab_build info\n# HELP viplab_build The program.\nviplab_build_info{version=\"%s\"} 1\n",
		u->version != NULL ? u->version : "");
	fputs("# TYPE viplab_server_connections gauge\n# HELP viplab_server_connections Connections that are open.\n", to);
	for (const struct server *s = m->server; s < end; s++)
		if (index != UINT64_MAX && model_sample_of(s, index, m) != NULL && (s->known & KNOWN_ACTIVE) != 0) {
			metric(to, "viplab_server_connections", m, s);
			fprintf(to, "\"} %u\n", model_sample_of(s, index, m)->active);
		}
	fputs("# TYPE viplab_server_new counter\n# HELP viplab_server_new Connections that were opened.\n", to);
	for (const struct server *s = m->server; s < end; s++) {
		metric(to, "viplab_server_new_total", m, s);
		fprintf(to, "\"} %llu\n", (unsigned long long)s->opened);
	}
	fputs("# TYPE viplab_server_share_ratio gauge\n# HELP viplab_server_share_ratio Share of new connections over the fair one; 1 is fair.\n", to);
	for (unsigned i = 0; i < m->server_count && index != UINT64_MAX; i++)
		if (u->table[i].sample != NULL && u->table[i].sign != ' ') {
			metric(to, "viplab_server_share_ratio", m, &m->server[i]);
			fprintf(to, "\"} %u.%02u\n", u->table[i].percent / 100, u->table[i].percent % 100);
		}
	fputs("# TYPE viplab_server_state stateset\n# HELP viplab_server_state What the server is.\n", to);
	for (const struct server *s = m->server; s < end && index != UINT64_MAX; s++) {
		const struct sample *now = model_sample_of(s, index, m);
		for (unsigned w = STATE_UP; now != NULL && w <= STATE_DOWN; w++) {
			metric(to, "viplab_server_state", m, s);
			fprintf(to, "\",viplab_server_state=\"%s\"} %d\n", server_state_text((enum server_word)w), now->state == w);
		}
	}
	fputs("# EOF\n", to);
}

static void write_check(FILE *to, const struct model *m, vl_time at)
{
	static const char *const word[] = {"OK", "CRITICAL", "UNKNOWN"};
	uint64_t index = model_sample_at(m, at);
	unsigned down = 0, storms = 0, conflicts = 0, servers = 0;

	for (unsigned i = 0; i < m->server_count; i++) {
		const struct sample *s = model_sample_of(&m->server[i], index, m);
		if (s == NULL)
			continue;
		servers++;
		down += is_down(s);
		storms += (s->flags & SAMPLE_STORM) != 0;
	}
	for (unsigned i = 0; i < m->finding_count; i++)
		conflicts += m->finding[i].code->severity == FINDING_CONFLICT && model_finding_holds(m, &m->finding[i], at);
	fprintf(to, "VIPLAB TOP %s - %u servers, %u down, %u in a storm, %u conflicts | servers=%u down=%u;;0 storms=%u;;0 conflicts=%u;;0\n",
		word[snapshot_verdict(m, at)], servers, down, storms, conflicts, servers, down, storms, conflicts);
}

static void write_screen(FILE *to, struct ui *u, const struct model *m, bool as_picture)
{
	struct grid g = {0};
	char *text = grid_resize(&g, 80, 24) ? (ui_draw(&g, u, m), grid_to_text(&g)) : NULL;

	if (text != NULL && as_picture && u->picture != NULL)
		u->picture(to, &g, m->title);
	else if (text != NULL)
		fputs(text, to);
	free(text);
	grid_free(&g);
}

static void cell(FILE *to, bool known, uint64_t n)
{
	if (known)
		fprintf(to, "<td>%llu</td>", (unsigned long long)n);
	else
		fputs("<td>?</td>", to);
}

static void html_service(FILE *to, struct ui *u, const struct model *m, unsigned v, uint64_t index)
{
	struct verdict verdict;

	share_all(m, v, index, u->table);
	share_explain(m, v, index, u->table, &verdict);
	fputs("<table border=\"1\" cellpadding=\"4\">\n<caption>Service ", to);
	xml_escape(to, m->service[v].name, false);
	fputs("</caption>\n<thead><tr>", to);
	static const char *const head[] = {"server", "state", "weight", "weight now", "active", "opened", "share of fair, percent"};
	for (size_t i = 0; i < sizeof head / sizeof head[0]; i++)
		fprintf(to, "<th scope=\"col\">%s</th>", head[i]);
	fputs("</tr></thead>\n<tbody>\n", to);
	for (unsigned i = 0; i < m->server_count; i++) {
		const struct server *s = &m->server[i];
		const struct share *h = &u->table[i];
		if (s->service != v || h->sample == NULL)
			continue;
		fputs("<tr><th scope=\"row\">", to);
		xml_escape(to, s->name, false);
		fprintf(to, "</th><td>%s</td>", server_state_text((enum server_word)h->sample->state));
		cell(to, (s->known & KNOWN_WEIGHT) != 0, h->sample->configured);
		cell(to, (s->known & KNOWN_WEIGHT) != 0, h->sample->weight);
		cell(to, (s->known & KNOWN_ACTIVE) != 0, h->sample->active);
		cell(to, true, s->opened);
		cell(to, h->sign != ' ', h->percent);
		fputs("</tr>\n", to);
	}
	fputs("</tbody>\n</table>\n", to);
	if (verdict.what[0] == '\0')
		return;
	fputs("<p>", to);
	xml_escape(to, verdict.what, false);
	if (verdict.remedy[0] != '\0') {
		fputs(" Remedy: ", to);
		xml_escape(to, verdict.remedy, false);
	}
	fputs("</p>\n", to);
}

static void write_html(FILE *to, struct ui *u, const struct model *m, vl_time at)
{
	struct grid g = {0};
	uint64_t index = model_sample_at(m, at);
	char clock[CLOCK_TEXT];
	char *text = grid_resize(&g, 80, 24) ? (ui_draw(&g, u, m), grid_to_text(&g)) : NULL;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>viplab top: ", to);
	xml_escape(to, m->title, false);
	fputs("</title></head>\n<body>\n<h1>viplab top: ", to);
	xml_escape(to, m->title, false);
	fputs("</h1>\n<p>", to);
	xml_escape(to, m->source, false);
	fprintf(to, " at %s</p>\n<pre>\n", ui_clock(clock, m, at, true));
	xml_escape(to, text != NULL ? text : "", false);
	fputs("</pre>\n", to);
	for (unsigned v = 0; v < m->service_count && index != UINT64_MAX; v++)
		html_service(to, u, m, v, index);
	fputs("</body>\n</html>\n", to);
	free(text);
	grid_free(&g);
}

void snapshot_write(FILE *to, struct ui *u, const struct model *m, enum snapshot_format format)
{
	vl_time at = ui_moment(u, m);

	switch (format) {
	case SNAPSHOT_JSON:
		write_json(to, u, m, at);
		break;
	case SNAPSHOT_TSV:
		write_tsv(to, u, m, at);
		break;
	case SNAPSHOT_OPENMETRICS:
		write_openmetrics(to, u, m, at);
		break;
	case SNAPSHOT_CHECK:
		write_check(to, m, at);
		break;
	case SNAPSHOT_HTML:
		write_html(to, u, m, at);
		break;
	case SNAPSHOT_TEXT:
	case SNAPSHOT_SVG:
	default:
		write_screen(to, u, m, format == SNAPSHOT_SVG);
		break;
	}
}
