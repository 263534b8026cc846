// SPDX-License-Identifier: BSD-2-Clause
/* What is no picture: verdicts, findings with their remedies, the log of events. */
#include <stdio.h>
#include <string.h>

#include "analyzers/pages/chart.h"
#include "analyzers/pages/figure.h"
#include "analyzers/report/run_result.h"

#define EVENTS 400                      /* on a page; the journal has them all */

static unsigned checks_parts(const struct story *s)
{
	return s->result != NULL ? 1 : 0;
}

static void checks_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	const char *title = run_result_word(s->result, "title");
	unsigned long long failed = run_result_count(s->result, RESULT_FAILED), open = run_result_count(s->result, RESULT_OPEN);

	(void)part;
	snprintf(text, FIGURE_SENTENCE, "%s%s%s of %s: %zu checks, %llu failed%s.", title, title[0] != '\0' ? ". Verdict " : "Verdict ",
		 run_result_word(s->result, "verdict"), run_result_word(s->result, "path"), json_array_size(json_object_get(s->result, "checks")),
		 failed, open > 0 ? ", some could not be judged" : "");
}

static void checks_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"verdict", "line", "expectation", "got", "want", NULL};
	static const char *const word[] = {[RESULT_HELD] = "held", [RESULT_FAILED] = "FAILED", [RESULT_OPEN] = "not judged"};
	const json_t *check;
	size_t i;

	(void)part;
	sheet_begin(to, "checks", "Expectations", heads);
	json_array_foreach(json_object_get(s->result, "checks"), i, check) {
		char line[24];
		snprintf(line, sizeof line, "%llu", (unsigned long long)run_result_number(check, "line"));
		sheet_row(to, (const char *const[]){word[run_result_verdict(check)], line, run_result_sentence(check),
						    run_result_word(check, "got"), run_result_word(check, "want")});
	}
	sheet_end(to);
}

const struct figure figure_checks = {
	.slug = "checks",
	.heading = "Verdicts",
	.parts = checks_parts,
	.sentence = checks_sentence,
	.numbers = checks_numbers,
	.open = true,
};

/* --- findings ---------------------------------------------------------------------------------------------------- */

static unsigned findings_parts(const struct story *s)
{
	return s->model->finding_count > 0 ? 1 : 0;
}

static void findings_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	unsigned by[3] = {0};

	(void)part;
	for (unsigned i = 0; i < s->model->finding_count; i++)
		by[s->model->finding[i].code->severity]++;
	snprintf(text, FIGURE_SENTENCE, "%u conflict%s, %u warning%s, %u note%s.", by[FINDING_CONFLICT], by[FINDING_CONFLICT] == 1 ? "" : "s",
		 by[FINDING_WARNING], by[FINDING_WARNING] == 1 ? "" : "s", by[FINDING_INFO], by[FINDING_INFO] == 1 ? "" : "s");
}

/* The steps behind each other, numbered when there are several. */
static const char *remedy_of(char *text, size_t room, const struct finding_code *code)
{
	size_t used = 0;
	bool several = code->remedy[0] != NULL && code->remedy[1] != NULL;

	text[0] = '\0';
	for (unsigned i = 0; i < FINDING_REMEDIES && code->remedy[i] != NULL && used < room; i++) {
		if (several)
			used += (size_t)snprintf(text + used, room - used, "%s%u. %s", i > 0 ? " " : "", i + 1, code->remedy[i]);
		else
			used += (size_t)snprintf(text + used, room - used, "%s", code->remedy[i]);
	}
	return text;
}

static void findings_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"finding", "severity", "ID", "since (s)", "known at (s)", "until (s)", "what was seen", "what to do", NULL};

	(void)part;
	sheet_begin(to, "findings", "Findings, worst first", heads);
	for (unsigned severity = FINDING_CONFLICT + 1; severity-- > 0;)
		for (unsigned i = 0; i < s->model->finding_count; i++) {
			const struct model_finding *f = &s->model->finding[i];
			char id[16] = "-", since[VL_TIME_TEXT], at[VL_TIME_TEXT], until[VL_TIME_TEXT] = "-", steps[800];
			if (f->code->severity != severity)
				continue;
			if (f->id != 0)
				snprintf(id, sizeof id, "%u", (unsigned)f->id);
			if (f->end != VL_NEVER)
				vl_time_format_short(until, f->end);
			sheet_row(to, (const char *const[]){f->code->name, f->suspect ? "suspect" : finding_severity_word(f->code->severity), id,
							    vl_time_format_short(since, f->since), vl_time_format_short(at, f->begin), until, f->detail,
							    remedy_of(steps, sizeof steps, f->code)});
		}
	sheet_end(to);
}

const struct figure figure_findings = {
	.slug = "findings",
	.heading = "Findings",
	.parts = findings_parts,
	.sentence = findings_sentence,
	.numbers = findings_numbers,
	.open = true,
};

/* --- events ------------------------------------------------------------------------------------------------------ */

static unsigned events_parts(const struct story *s)
{
	return s->model->events > 0 ? 1 : 0;
}

static void events_sentence(char text[FIGURE_SENTENCE], const struct story *s, unsigned part)
{
	unsigned long long all = s->model->events;

	(void)part;
	if (all > EVENTS)
		snprintf(text, FIGURE_SENTENCE, "%llu events of level notice and above; the last %d are here, all are in the journal.", all, EVENTS);
	else
		snprintf(text, FIGURE_SENTENCE, "%llu events of level notice and above.", all);
}

static void events_numbers(struct sheet *to, const struct story *s, unsigned part)
{
	static const char *const heads[] = {"time (s)", "level", "where", "what", NULL};
	static const char *const word[] = {"trace", "info", "notice", "warning", "error"};
	const struct model *m = s->model;
	uint64_t most = to->whole ? MODEL_EVENTS : EVENTS, first = m->events > most ? m->events - most : 0;

	(void)part;
	sheet_begin(to, "events", "Events", heads);
	for (uint64_t i = first; i < m->events; i++) {
		const struct model_event *e = &m->event[i % MODEL_EVENTS];
		char at[VL_TIME_TEXT];
		sheet_row(to, (const char *const[]){vl_time_format_short(at, e->at), word[e->level], e->where, e->text});
	}
	sheet_end(to);
}

const struct figure figure_events = {
	.slug = "table",
	.heading = "Events",
	.parts = events_parts,
	.sentence = events_sentence,
	.numbers = events_numbers,
};
