// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scenario. Time is virtual, so the whole run is done at once and then played back at the pace that is wanted; what the
 * dashboard shows is the run's own journal. A fault that is injected by key becomes a step of the timeline at that moment,
 * and the run is done again: up to that moment it is the same, byte for byte. So the session is a script, and `e` writes it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/source.h"
#include "sim/scenario/read_file.h"
#include "sim/scenario/run.h"
#include "sim/scenario/script_step.h"

#define MOST_FAULTS 256

struct simulation {
	char *path;
	char *text;                     /* the script, with what was injected */
	size_t length;
	struct scenario_set set;
	struct run run;
	bool has_run;
	uint64_t next;                  /* record of the journal */
	char (*fault)[96];              /* "crash: lb1" */
	unsigned faults;
};

static bool refuse(char error[SOURCE_ERROR], const char *path, const struct scenario_set *set)
{
	if (set->mistake_count > 0)
		snprintf(error, SOURCE_ERROR, "%.150s:%u:%u: %.300s", path, set->mistake[0].at.line, set->mistake[0].at.column,
			 set->mistake[0].message);
	else
		snprintf(error, SOURCE_ERROR, "%.200s: %zu scenarios there, not one (a template, or a matrix)", path,
			 set->scenario_count);
	return false;
}

/* Runs a script. False: error says why, and nothing of *s has changed. */
static bool play(struct simulation *s, const char *text, size_t length, char error[SOURCE_ERROR])
{
	struct scenario_set set;
	struct run run;

	if (!scenario_load_bytes(&set, s->path, (const uint8_t *)text, length) || set.scenario_count == 0) {
		refuse(error, s->path, &set);
		scenario_set_free(&set);
		return false;
	}
	const struct scenario *what = &set.scenario[0];
	struct vl_status status = run_do(&run, &(struct run_order){.scenario = what, .seed = what->seed, .until = what->until,
								  .application = "viplab top"});
	if (!vl_ok(&status)) {
		snprintf(error, SOURCE_ERROR, "%.150s: %.300s", s->path, status.reason);
		run_free(&run);
		scenario_set_free(&set);
		return false;
	}
	if (s->has_run) {
		run_free(&s->run);
		scenario_set_free(&s->set);
	}
	s->set = set;
	s->run = run;
	s->has_run = true;
	return true;
}

/* What may be done to each node and each of its links. */
static void list_faults(struct simulation *s)
{
	static const struct {
		const char *before, *behind;
	} verb[] = {{"crash: ", ""}, {"restart: ", ""}, {"pause: ", ""}, {"resume: ", ""}, {"cut: {", ": both}"}, {"cut: {", ": out}"},
		    {"heal: ", ""}};
	const struct scenario *what = &s->set.scenario[0];

	s->faults = 0;
	for (size_t n = 0; n < what->node_count; n++)
		for (size_t v = 0; v < sizeof verb / sizeof verb[0] && s->faults < MOST_FAULTS; v++)
			snprintf(s->fault[s->faults++], sizeof s->fault[0], "%s%.60s%s", verb[v].before, what->node[n].name, verb[v].behind);
}

static void close_simulation(void *self)
{
	struct simulation *s = self;

	if (s->has_run) {
		run_free(&s->run);
		scenario_set_free(&s->set);
	}
	free(s->fault);
	free(s->text);
	free(s->path);
	free(s);
}

static void *open_simulation(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct simulation *s = calloc(1, sizeof *s);

	if (s == NULL) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		return NULL;
	}
	s->path = strdup(order->argument);
	s->fault = calloc(MOST_FAULTS, sizeof *s->fault);
	struct read_file file;
	bool good = read_file(&file, order->argument, (size_t)1 << 20);
	s->text = good ? strndup((const char *)file.bytes, file.length) : NULL;
	s->length = s->text != NULL ? strlen(s->text) : 0;
	if (s->text == NULL || s->path == NULL || s->fault == NULL)
		snprintf(error, SOURCE_ERROR, "%.300s: %s", order->argument, good ? "out of memory" : file.problem);
	else if (play(s, s->text, s->length, error)) {
		list_faults(s);
		const char *name = s->set.scenario[0].title;
		snprintf(m->title, sizeof m->title, "%.90s", name != NULL ? name : order->argument);
		snprintf(m->hint, sizeof m->hint, "x puts a fault into the simulation; R begins again.");
		read_file_free(&file);
		return s;
	}
	if (good)
		read_file_free(&file);
	close_simulation(s);
	return NULL;
}

static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct simulation *s = self;
	vl_time until = vl_time_min(now, s->run.ended_at);

	for (; s->next < journal_count(s->run.journal); s->next++) {
		const struct record *r = journal_at(s->run.journal, s->next);
		if (r->at > until)
			break;
		fact_from_record(m, r);
	}
	model_advance(m, until);
	return now >= s->run.ended_at ? SOURCE_AT_END : SOURCE_GOES_ON;
}

/* The journal up to now is the same as before: the model stays, and goes on with the other run's records. */
static bool inject(void *self, struct model *m, vl_time now, const char *step, char error[SOURCE_ERROR])
{
	struct simulation *s = self;
	size_t length = 0;
	char *text = script_step_is_line(step) ? script_with_step(s->text, s->length, step, now, &length) : NULL;

	(void)m;
	if (text == NULL || !play(s, text, length, error)) {
		if (text == NULL)
			snprintf(error, SOURCE_ERROR, script_step_is_line(step) ? "out of memory" : "a step is one short line");
		free(text);
		return false;
	}
	free(s->text);
	s->text = text;
	s->length = length;
	s->next = journal_since(s->run.journal, now);
	return true;
}

static void restart(void *self)
{
	((struct simulation *)self)->next = 0;
}

static const char *fault(const void *self, unsigned i)
{
	const struct simulation *s = self;

	return i < s->faults ? s->fault[i] : NULL;
}

static char *script(const void *self)
{
	return strdup(((const struct simulation *)self)->text);
}

const struct source_ops source_simulation = {
	.name = "sim",
	.form = "sim:SCRIPT",
	.help = "a scenario, at --speed; faults by key, R begins again",
	.recorded = true,
	.open = open_simulation,
	.close = close_simulation,
	.advance = advance,
	.restart = restart,
	.inject = inject,
	.fault = fault,
	.script = script,
};
