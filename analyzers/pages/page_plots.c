// SPDX-License-Identifier: BSD-2-Clause
/*
 * The curves for other people's tools: a gnuplot script that brings its data along, and a Vega-Lite specification. The same
 * numbers as the page's, as decimals; what is not known is left out of the line.
 */
#include <jansson.h>
#include <stdio.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/page.h"

/* What is drawn of each service. */
struct curve {
	const char *name, *title, *unit;
	int64_t *(*values)(const struct story_series *v);
};

static int64_t *share_of(const struct story_series *v)
{
	return v->share;
}

static int64_t *times_of(const struct story_series *v)
{
	return v->times;
}

static int64_t *weight_of(const struct story_series *v)
{
	return v->weight;
}

static const struct curve curves[] = {
	{"share", "Share of new connections", "percent", share_of},
	{"times", "Times the fair share", "times", times_of},
	{"weight", "Effective weight", "percent of the configured one", weight_of},
};

#define CURVES (sizeof curves / sizeof curves[0])

static const char *service_of(const struct story *s, const struct story_series *v)
{
	return s->model->service[v->service].name;
}

static const char *server_of(const struct story *s, const struct story_series *v, unsigned k)
{
	return s->model->server[v->server[k]].name;
}

static void seconds(FILE *to, vl_time t)
{
	fprintf(to, "%llu.%03u", (unsigned long long)(t / VL_S), (unsigned)(t % VL_S / VL_MS));
}

/* Printable ASCII but for what ends a string or begins a command in it. */
static void gnuplot_text(FILE *to, const char *text)
{
	putc('\'', to);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '\'')
			fputs("''", to);
		else
			putc(c < 0x20 || c >= 0x7f ? '?' : c, to);
	}
	putc('\'', to);
}

static void gnuplot_data(FILE *to, size_t number, unsigned service, const struct curve *c, const struct story_series *v)
{
	char text[32];

	fprintf(to, "$%s_%zu_%u << EOD\n", c->name, number, service);
	for (size_t i = 0; i < v->count; i++) {
		seconds(to, v->at[i]);
		for (unsigned k = 0; k < v->servers; k++)
			fprintf(to, " %s", figure_number(text, c->values(v)[(size_t)k * v->count + i], 3));
		putc('\n', to);
	}
	fputs("EOD\n", to);
}

static void gnuplot_plot(FILE *to, const struct page *p, size_t number, unsigned service, const struct curve *c)
{
	const struct story *s = p->story[number];
	const struct story_series *v = &s->series[service];
	char title[600];

	if (v->count == 0)
		return;
	snprintf(title, sizeof title, "%s: %s %s", c->title, service_of(s, v), p->stories > 1 ? s->name : "");
	fputs("set title ", to);
	gnuplot_text(to, title);
	fprintf(to, " noenhanced\nset ylabel '%s'\nplot ", c->unit);
	for (unsigned k = 0; k < v->servers; k++) {
		fprintf(to, "%s$%s_%zu_%u using 1:%u with lines title ", k > 0 ? ", \\\n     " : "", c->name, number, service, k + 2);
		gnuplot_text(to, server_of(s, v, k));
	}
	putc('\n', to);
}

void page_gnuplot(FILE *to, const struct page *p)
{
	unsigned plots = 0;

	fputs("# viplab: gnuplot FILE > picture.svg; another terminal is one line away\n"
	      "set terminal svg size 900,400 noenhanced\nset datafile missing '?'\nset key outside right noenhanced\nset grid\n"
	      "set xlabel 'time since the start, s'\n",
	      to);
	for (size_t n = 0; n < p->stories; n++)
		for (unsigned i = 0; i < p->story[n]->services; i++) {
			plots += p->story[n]->series[i].count > 0;
			for (size_t c = 0; c < CURVES; c++)
				gnuplot_data(to, n, i, &curves[c], &p->story[n]->series[i]);
		}
	fprintf(to, "set terminal svg size 900,%u noenhanced\nset multiplot layout %u,1\n", plots > 0 ? plots * (unsigned)CURVES * 300 : 300,
		plots > 0 ? plots * (unsigned)CURVES : 1);
	for (size_t n = 0; n < p->stories; n++)
		for (unsigned i = 0; i < p->story[n]->services; i++)
			for (size_t c = 0; c < CURVES; c++)
				gnuplot_plot(to, p, n, i, &curves[c]);
	fputs("unset multiplot\n", to);
}

static void json_text(FILE *to, const char *text)
{
	json_t *value = json_string(text);

	if (value == NULL || json_dumpf(value, to, JSON_ENCODE_ANY) != 0)
		fputs("null", to);      /* no memory, or no UTF-8 */
	json_decref(value);
}

static void vega_values(FILE *to, const struct story *s, const struct story_series *v, bool *first)
{
	char text[32];

	for (size_t i = 0; i < v->count; i++)
		for (unsigned k = 0; k < v->servers; k++) {
			fputs(*first ? "\n  {\"run\": " : ",\n  {\"run\": ", to);
			*first = false;
			json_text(to, s->name);
			fputs(", \"service\": ", to);
			json_text(to, service_of(s, v));
			fputs(", \"server\": ", to);
			json_text(to, server_of(s, v, k));
			fputs(", \"t\": ", to);
			seconds(to, v->at[i]);
			for (size_t c = 0; c < CURVES; c++) {
				int64_t value = curves[c].values(v)[(size_t)k * v->count + i];
				fprintf(to, ", \"%s\": %s", curves[c].name, value == CHART_UNKNOWN ? "null" : figure_number(text, value, 3));
			}
			putc('}', to);
		}
}

void page_vega(FILE *to, const struct page *p)
{
	bool first = true;

	fputs("{\"$schema\": \"https://vega.github.io/schema/vega-lite/v5.json\",\n"
	      " \"description\": \"viplab: share of new connections, times the fair share and effective weight of each server over time\",\n"
	      " \"data\": {\"values\": [",
	      to);
	for (size_t n = 0; n < p->stories; n++)
		for (unsigned i = 0; i < p->story[n]->services; i++)
			vega_values(to, p->story[n], &p->story[n]->series[i], &first);
	fputs("\n ]},\n \"facet\": {\"row\": {\"field\": \"service\", \"type\": \"nominal\"}, \"column\": {\"field\": \"run\", \"type\": \"nominal\"}},\n"
	      " \"spec\": {\"vconcat\": [",
	      to);
	for (size_t c = 0; c < CURVES; c++)
		fprintf(to,
			"%s\n  {\"title\": \"%s\", \"width\": 600, \"mark\": \"line\", \"encoding\": {\n"
			"   \"x\": {\"field\": \"t\", \"type\": \"quantitative\", \"title\": \"time since the start, s\"},\n"
			"   \"y\": {\"field\": \"%s\", \"type\": \"quantitative\", \"title\": \"%s\"},\n"
			"   \"color\": {\"field\": \"server\", \"type\": \"nominal\"},\n"
			"   \"strokeDash\": {\"field\": \"server\", \"type\": \"nominal\"}}}",
			c > 0 ? "," : "", curves[c].title, curves[c].name, curves[c].unit);
	fputs("\n ]}}\n", to);
}
