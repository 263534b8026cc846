// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/run_command.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/print.h"
#include "sim/scenario/script_step.h"
#include "sim/scenario/timeline_steps.h"

/* A script with one step more; what the step names borrows from it. */
struct told {
	struct scenario_set set;
	struct told *next;
};

struct run_commands {
	struct run *run;
	const char *version;
	int64_t started_ns;
	char *script;                   /* with what was told to the run */
	size_t length;
	struct told *told;
	size_t told_count;
	bool ended;
};

const struct record_kind RUN_TOLD_KIND = {
	.name = "live.told",
	.level = RECORD_NOTICE,
	.text = "told: {step}",
	.field = {{"step", VALUE_WORD}},
};

/* False: no memory, and *text is to be freed all the same. */
static bool print(const struct scenario *s, char **text, size_t *length)
{
	FILE *to = open_memstream(text, length);
	bool good = to != NULL && scenario_print(to, s);

	return to != NULL && fclose(to) == 0 && good;
}

struct run_commands *run_commands_new(struct run *r, const char *version, int64_t started_ns)
{
	struct run_commands *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	*c = (struct run_commands){.run = r, .version = version, .started_ns = started_ns};
	if (print(r->order.scenario, &c->script, &c->length))
		return c;
	run_commands_free(c);
	return NULL;
}

void run_commands_free(struct run_commands *c)
{
	if (c == NULL)
		return;
	while (c->told != NULL) {
		struct told *next = c->told->next;
		scenario_set_free(&c->told->set);
		free(c->told);
		c->told = next;
	}
	free(c->script);
	free(c);
}

bool run_commands_ended(const struct run_commands *c)
{
	return c->ended;
}

/* --- answers --------------------------------------------------------------------------------------------- */

/* One object on one line; takes the reference. */
static void put(FILE *to, json_t *object)
{
	if (object == NULL || json_dumpf(object, to, JSON_COMPACT) != 0)
		fputs("{\"error\":\"out of memory\",\"done\":false}", to);
	fputc('\n', to);
	json_decref(object);
}

static void refuse(FILE *to, const char *why)
{
	put(to, json_pack("{s:s, s:b}", "error", why, "done", 0));
}

static json_int_t now_of(const struct run_commands *c)
{
	return (json_int_t)world_now(c->run->world.world);
}

static void hello(struct run_commands *c, const char *argument, FILE *to)
{
	const struct scenario *s = c->run->order.scenario;

	(void)argument;
	put(to, json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b}", "control", "viplab.control/1", "version", c->version,
			  "title", s->title != NULL ? s->title : s->path, "started_ns", (json_int_t)c->started_ns, "now_ns", now_of(c),
			  "until_ns", (json_int_t)c->run->order.until, "records", (json_int_t)journal_count(c->run->journal), "first",
			  (json_int_t)journal_first(c->run->journal), "done", 1));
}

static void script(struct run_commands *c, const char *argument, FILE *to)
{
	(void)argument;
	put(to, json_pack("{s:s#, s:b}", "script", c->script, (int)c->length, "done", 1));
}

static void records(struct run_commands *c, const char *argument, FILE *to)
{
	char *end, line[RECORD_LINE];
	unsigned long long from = strtoull(argument, &end, 10);
	uint64_t count = journal_count(c->run->journal), first = journal_first(c->run->journal), next;

	if (*argument < '0' || *argument > '9' || *end != '\0') {
		refuse(to, "records takes the number of a record, from 0");
		return;
	}
	if (from < first)
		from = first;
	for (next = from; next < count && next - from < RUN_COMMAND_RECORDS; next++) {
		record_format_json(line, sizeof line, journal_at(c->run->journal, next));
		fputs(line, to);
		fputc('\n', to);
	}
	put(to, json_pack("{s:I, s:I, s:b}", "next", (json_int_t)next, "now_ns", now_of(c), "done", 1));
}

static void end(struct run_commands *c, const char *argument, FILE *to)
{
	(void)argument;
	c->ended = true;
	put(to, json_pack("{s:b}", "done", 1));
}

/* --- do -------------------------------------------------------------------------------------------------- */

/* A step's own way to be refused: told to who asked, and not a failed check of the script's. */
struct refusal {
	bool refused;
	char why[320];
};

static void refused(void *context, const struct scenario_step *step, const char *node, const char *reason)
{
	struct refusal *r = context;

	(void)step;
	r->refused = true;
	if (strncmp(reason, node, strlen(node)) == 0) /* some say it themselves */
		snprintf(r->why, sizeof r->why, "%.300s", reason);
	else
		snprintf(r->why, sizeof r->why, "%.100s: %.200s", node, reason);
}

static void left(void *context, const struct scenario_step *step, const char *node)
{
	refused(context, step, node, "a real box, nobody does this here");
}

/* The step that was put in: the first of its moment. */
static const struct scenario_step *step_at(const struct scenario *s, vl_time at)
{
	for (size_t i = 0; i < s->step_count; i++)
		if (s->step[i].at == at)
			return &s->step[i];
	return NULL;
}

/* Reads the script with the step in it. NULL: `why` says what is wrong with it. */
static struct told *read_step(const char *text, size_t length, char why[320])
{
	struct told *t = calloc(1, sizeof *t);

	if (t == NULL) {
		snprintf(why, 320, "out of memory");
		return NULL;
	}
	if (scenario_load_bytes(&t->set, "told", (const uint8_t *)text, length) && t->set.scenario_count == 1)
		return t;
	snprintf(why, 320, "%.300s", t->set.mistake_count > 0 ? t->set.mistake[0].message : "out of memory");
	scenario_set_free(&t->set);
	free(t);
	return NULL;
}

/* False: it was refused. */
static bool carry_out(struct run_commands *c, const struct scenario_step *step, FILE *to)
{
	struct timeline *t = &c->run->timeline;
	struct timeline before = *t;
	struct refusal refusal = {0};

	run_tell(c->run, &(struct record){.kind = &RUN_TOLD_KIND, .value = {{.word = step->text}}});
	t->context = &refusal;
	t->refused = refused;
	t->left = left;
	timeline_step(t, step);
	t->context = before.context;
	t->refused = before.refused;
	t->left = before.left;
	if (refusal.refused)
		refuse(to, refusal.why);
	else
		put(to, json_pack("{s:I, s:b}", "at_ns", now_of(c), "done", 1));
	return !refusal.refused;
}

/* What was done belongs to the script from now on. Without memory for it the old one stays. */
static void keep_script(struct run_commands *c, const struct scenario *s)
{
	char *text = NULL;
	size_t length = 0;

	if (print(s, &text, &length)) {
		free(c->script);
		c->script = text;
		c->length = length;
	} else {
		free(text);
	}
}

static void do_step(struct run_commands *c, const char *argument, FILE *to)
{
	char why[320] = "out of memory";
	size_t length;
	vl_time at = vl_time_min(world_now(c->run->world.world), c->run->order.scenario->until);

	if (c->told_count == RUN_COMMAND_STEPS || !script_step_is_line(argument)) {
		refuse(to, c->told_count == RUN_COMMAND_STEPS ? "this run was told 1024 steps already: start it anew"
							      : "a step is one line, shorter than 400 characters");
		return;
	}
	char *text = script_with_step(c->script, c->length, argument, at, &length);
	struct told *t = text != NULL ? read_step(text, length, why) : NULL;
	free(text);
	if (t == NULL) {
		refuse(to, why);
		return;
	}
	/* kept whatever comes of it: records may name what is in it */
	t->next = c->told;
	c->told = t;
	c->told_count++;
	const struct scenario *s = &t->set.scenario[0];
	const struct scenario_step *step = step_at(s, at);
	if (step == NULL)
		refuse(to, "this is no step");
	else if (carry_out(c, step, to))
		keep_script(c, s);
}

/* --- requests -------------------------------------------------------------------------------------------- */

void run_commands_answer(struct run_commands *c, const char *line, FILE *to)
{
	static const struct {
		const char *verb;
		bool has_argument;
		void (*call)(struct run_commands *c, const char *argument, FILE *to);
	} table[] = {{"hello", false, hello}, {"script", false, script}, {"records", true, records}, {"do", true, do_step}, {"end", false, end}};
	size_t n = strcspn(line, " ");
	const char *argument = line[n] == ' ' ? line + n + 1 : "";

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strlen(table[i].verb) == n && memcmp(line, table[i].verb, n) == 0) {
			if (table[i].has_argument == (*argument == '\0'))
				refuse(to, table[i].has_argument ? "this word takes an argument" : "this word takes no argument");
			else
				table[i].call(c, argument, to);
			return;
		}
	refuse(to, "no such request; there are: hello, script, records N, do STEP, end");
}
