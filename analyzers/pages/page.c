// SPDX-License-Identifier: BSD-2-Clause
/* The same figures in four forms. */
#include "analyzers/pages/page.h"

#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/report/markdown.h"
#include "analyzers/report/run_result.h"

bool page_wants(const struct page *p, size_t figure)
{
	return p->only == 0 || (p->only >> figure & 1) != 0;
}

bool page_only(uint32_t *out, const char *list, const char **wrong)
{
	for (*wrong = list; **wrong != '\0'; *wrong += **wrong == ',') {
		size_t length = strcspn(*wrong, ","), i = 0;
		const struct figure *f;
		while ((f = figure_at(i)) != NULL && (strlen(f->slug) != length || strncmp(f->slug, *wrong, length) != 0))
			i++;
		if (f == NULL)
			return false;
		*out |= UINT32_C(1) << i;
		*wrong += length;
	}
	return true;
}

static const char *headline(char text[300], const struct page *p)
{
	const struct story *s = p->story[0];
	const char *title = s->result != NULL ? run_result_word(s->result, "title") : "";

	if (p->stories > 1)
		snprintf(text, 300, "viplab: %zu runs", p->stories);
	else
		snprintf(text, 300, "viplab: %.250s", title[0] != '\0' ? title : s->name);
	return text;
}

/* --- HTML ------------------------------------------------------------------------------------------------------- */

static void element(struct xml *x, const char *name, const char *text)
{
	xml_open(x, name);
	xml_text(x, text);
	xml_close(x);
}

static void heading(struct xml *x, const char *level, const char *id, const char *text)
{
	xml_open(x, level);
	xml_attribute(x, "id", id);
	xml_text(x, text);
	xml_close(x);
}

static void html_part(struct xml *x, const struct figure *f, const struct story *s, unsigned part)
{
	struct sheet sheet = {.form = SHEET_HTML, .x = x};
	char text[FIGURE_SENTENCE], title[200];

	figure_title(title, f, s, part);
	f->sentence(text, s, part);
	xml_open(x, "section");
	char anchor[FIGURE_ID + 8], id[FIGURE_ID];
	snprintf(anchor, sizeof anchor, "%s-part", figure_id(id, s, f->slug, part));
	heading(x, s->number > 0 ? "h3" : "h2", anchor, title);
	element(x, "p", text);
	if (f->draw != NULL) {
		xml_open(x, "figure");
		f->draw(x, s, part, 0);
		/* a picture may be empty: an element that is not void must not look it */
		xml_text(x, "");
		xml_close(x);
	}
	if (!f->open) {
		xml_open(x, "details");
		element(x, "summary", f->draw != NULL ? "The numbers of this picture" : "The table");
	}
	f->numbers(&sheet, s, part);
	if (!f->open)
		xml_close(x);
	xml_close(x);
}

static void html_again(struct xml *x, const struct story *s)
{
	const json_t *check, *again = NULL;
	size_t i;
	char line[900];

	if (s->result == NULL)
		return;
	json_array_foreach(json_object_get(s->result, "checks"), i, check)
		if (again == NULL)
			again = json_object_get(check, "again");
	if (json_is_string(again))
		snprintf(line, sizeof line, "%.890s", json_string_value(again));
	else
		snprintf(line, sizeof line, "viplab run --seed %llu %.700s", (unsigned long long)run_result_number(s->result, "seed"),
			 run_result_word(s->result, "path"));
	element(x, "p", "Run it again:");
	xml_open(x, "pre");
	element(x, "code", line + strspn(line, " \n"));
	xml_close(x);
	snprintf(line, sizeof line, "Seed %llu, %s s simulated, %llu frames, %llu records, digest %.16s.",
		 (unsigned long long)run_result_number(s->result, "seed"), run_result_word(s->result, "until"),
		 (unsigned long long)run_result_number(s->result, "frames"), (unsigned long long)run_result_number(s->result, "records"),
		 run_result_word(s->result, "digest"));
	element(x, "p", line);
}

static void html_contents(struct xml *x, const struct page *p, const struct story *s)
{
	const struct figure *f;

	xml_open(x, "nav");
	xml_attribute(x, "aria-label", "Contents");
	xml_open(x, "ul");
	for (size_t i = 0; (f = figure_at(i)) != NULL; i++)
		for (unsigned part = 0; page_wants(p, i) && part < f->parts(s); part++) {
			char title[200], id[FIGURE_ID], link[FIGURE_ID + 10];
			figure_title(title, f, s, part);
			snprintf(link, sizeof link, "#%s-part", figure_id(id, s, f->slug, part));
			xml_open(x, "li");
			xml_open(x, "a");
			xml_attribute(x, "href", link);
			xml_text(x, title);
			xml_close(x);
			xml_close(x);
		}
	xml_close(x);
	xml_close(x);
}

static void html_story(struct xml *x, const struct page *p, const struct story *s)
{
	const struct figure *f;
	char text[300];

	if (s->strange > 0) {
		snprintf(text, sizeof text, "%llu of %llu lines of the journal could not be read.", (unsigned long long)s->strange,
			 (unsigned long long)s->lines);
		element(x, "p", text);
	}
	html_again(x, s);
	html_contents(x, p, s);
	for (size_t i = 0; (f = figure_at(i)) != NULL; i++)
		for (unsigned part = 0; page_wants(p, i) && part < f->parts(s); part++)
			html_part(x, f, s, part);
	if (s->judges == NULL)
		return;
	xml_open(x, "section");
	element(x, s->number > 0 ? "h3" : "h2", "The balancer, judged by its frames");
	element(x, "pre", s->judges);
	xml_close(x);
}

static void html_comparison(struct xml *x, const struct page *p)
{
	struct sheet sheet = {.form = SHEET_HTML, .x = x};
	char text[FIGURE_SENTENCE];

	xml_open(x, "section");
	heading(x, "h2", "compare", "Runs beside each other");
	compare_sentence(text, p);
	element(x, "p", text);
	compare_numbers(&sheet, p);
	xml_open(x, "figure");
	compare_draw(x, p, 0);
	xml_text(x, "");
	xml_close(x);
	if (p->stories > PAGE_WHOLE)
		element(x, "p", "Each run's folder has a page of its own: report.html.");
	xml_close(x);
}

static void html_head(struct xml *x, const char *title)
{
	xml_open(x, "head");
	xml_open(x, "meta");
	xml_attribute(x, "charset", "utf-8");
	xml_close(x);
	xml_open(x, "meta");
	xml_attribute(x, "name", "viewport");
	xml_attribute(x, "content", "width=device-width, initial-scale=1");
	xml_close(x);
	element(x, "title", title);
	xml_close(x);
}

void page_html(FILE *to, const struct page *p)
{
	struct xml x;
	char title[300];

	headline(title, p);
	xml_begin_html(&x, to);
	xml_open(&x, "html");
	xml_attribute(&x, "lang", "en");
	html_head(&x, title);
	xml_open(&x, "body");
	xml_open(&x, "main");
	element(&x, "h1", title);
	if (p->stories == 1) {
		html_story(&x, p, p->story[0]);
	} else {
		html_comparison(&x, p);
		for (size_t i = 0; i < p->stories && p->stories <= PAGE_WHOLE; i++) {
			char id[FIGURE_ID];
			xml_open(&x, "section");
			heading(&x, "h2", figure_id(id, p->story[i], "story", 0), p->story[i]->name);
			html_story(&x, p, p->story[i]);
			xml_close(&x);
		}
	}
	xml_end(&x);
}

/* --- SVG: all pictures below each other -------------------------------------------------------------------------- */

#define SVG_HEADING 26

/* A picture under its heading; returns the height of both, 0 for one that is empty. */
static unsigned svg_picture(struct xml *x, const struct figure *f, const struct story *s, unsigned part, unsigned y)
{
	char title[200], line[520];
	unsigned height = f->draw(x, s, part, y + SVG_HEADING);

	if (height == 0)
		return 0;
	figure_title(title, f, s, part);
	snprintf(line, sizeof line, "%s%s%s", s->number > 0 ? s->name : "", s->number > 0 ? ": " : "", title);
	svg_text_bold(x, SVG_START, 10 * PX, (long)(y + 18) * PX, "#222222", line);
	return height + SVG_HEADING;
}

static unsigned svg_pictures(struct xml *x, const struct page *p)
{
	const struct figure *f;
	unsigned y = p->stories > 1 ? compare_draw(x, p, 0) : 0;

	for (size_t k = 0; k < p->stories && p->stories <= PAGE_WHOLE; k++)
		for (size_t i = 0; (f = figure_at(i)) != NULL; i++)
			for (unsigned part = 0; f->draw != NULL && page_wants(p, i) && part < f->parts(p->story[k]); part++)
				y += svg_picture(x, f, p->story[k], part, y);
	return y;
}

/* How high they are is known when they are drawn: once for that. */
static unsigned svg_height(const struct page *p)
{
	char *text = NULL;
	size_t length = 0;
	struct xml x = {.to = open_memstream(&text, &length)};
	unsigned height = x.to != NULL ? svg_pictures(&x, p) : 0;

	if (x.to != NULL)
		fclose(x.to);
	free(text);
	return height;
}

void page_svg(FILE *to, const struct page *p)
{
	struct xml x;
	char title[300];

	xml_begin(&x, to);
	unsigned height = svg_height(p);
	svg_open(&x, "page", headline(title, p), height > 0 ? "Pictures of a run, each with a sentence of its own." : "There is nothing to draw.",
		 0, CHART_WIDTH, height > 0 ? height : 20);
	svg_pictures(&x, p);
	svg_close(&x);
	xml_end(&x);
}

/* --- Markdown and TSV ---------------------------------------------------------------------------------------------- */

#define GANTT_ROOM 4500                 /* Mermaid refuses longer ones when told so, as GitHub tells it */

static void gantt(FILE *to, const struct story *s)
{
	char *text = NULL;
	size_t length = 0;
	FILE *lines = open_memstream(&text, &length);

	if (lines == NULL)
		return;
	for (size_t i = 0; i < s->routers && length < GANTT_ROOM; i++) {
		const struct story_router *r = &s->router[i];
		char id[64], name[128];
		snprintf(name, sizeof name, "%s %s", r->who, story_id(id, r));
		fputs("  section ", lines);
		markdown_mermaid_name(lines, name);
		putc('\n', lines);
		for (size_t c = 0; c < r->changes && length < GANTT_ROOM; c++) {
			vl_time until = c + 1 < r->changes ? r->change[c + 1].at : s->model->now;
			if (r->change[c].to == ROUTER_ACTIVE)
				fprintf(lines, "  Active :%llu, %llu\n", (unsigned long long)(r->change[c].at / VL_MS),
					(unsigned long long)(until / VL_MS));
			fflush(lines);
		}
	}
	fclose(lines);
	if (length > 0)
		fprintf(to, "Minutes and seconds:\n\n```mermaid\ngantt\n  dateFormat x\n  axisFormat %%M:%%S\n%s```\n\n", text);
	free(text);
}

static void markdown_story(FILE *to, const struct page *p, const struct story *s)
{
	struct sheet sheet = {.form = SHEET_MARKDOWN, .to = to};
	const struct figure *f;

	for (size_t i = 0; (f = figure_at(i)) != NULL; i++)
		for (unsigned part = 0; page_wants(p, i) && part < f->parts(s); part++) {
			char title[200], text[FIGURE_SENTENCE];
			figure_title(title, f, s, part);
			f->sentence(text, s, part);
			fprintf(to, "## %s\n\n%s\n\n", title, text);
			if (f == &figure_active)
				gantt(to, s);
			if (!f->open)
				fputs("<details><summary>numbers</summary>\n\n", to);
			f->numbers(&sheet, s, part);
			if (!f->open)
				fputs("</details>\n\n", to);
		}
	/* a fence that no line of ours begins with */
	if (s->judges != NULL)
		fprintf(to, "## The balancer, judged by its frames\n\n~~~~\n%s~~~~\n", s->judges);
}

void page_markdown(FILE *to, const struct page *p)
{
	struct sheet sheet = {.form = SHEET_MARKDOWN, .to = to};
	char text[FIGURE_SENTENCE], title[300];

	fprintf(to, "# %s\n\n", headline(title, p));
	if (p->stories > 1) {
		compare_sentence(text, p);
		fprintf(to, "%s\n\n", text);
		compare_numbers(&sheet, p);
	}
	for (size_t i = 0; i < p->stories && p->stories <= PAGE_WHOLE; i++) {
		if (p->stories > 1)
			fprintf(to, "# %s\n\n", p->story[i]->name);
		markdown_story(to, p, p->story[i]);
	}
}

void page_tsv(FILE *to, const struct page *p)
{
	struct sheet sheet = {.form = SHEET_TSV, .to = to, .whole = true};
	const struct figure *f;

	if (p->stories > 1)
		compare_numbers(&sheet, p);
	for (size_t k = 0; k < p->stories; k++) {
		if (p->stories > 1)
			fprintf(to, "# run: %s\n\n", p->story[k]->name);
		for (size_t i = 0; (f = figure_at(i)) != NULL; i++)
			for (unsigned part = 0; page_wants(p, i) && part < f->parts(p->story[k]); part++)
				f->numbers(&sheet, p->story[k], part);
	}
}
