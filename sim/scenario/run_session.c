// SPDX-License-Identifier: BSD-2-Clause
/*
 * A session of runs, as `viplab run` and `viplab replay` have it: deals the cases out to processes, prints their
 * answers in order, adds them up. With several seeds the first pass only looks for failures; the first failing seed
 * of a case then runs again, to leave its evidence.
 */
#include "sim/scenario/run_session.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/scenario/evidence.h"
#include "sim/scenario/jobs.h"
#include "sim/scenario/result_json.h"
#include "sim/scenario/run_cases.h"
#include "sim/scenario/run_work.h"

/* What came of one case over all its seeds. */
struct tally {
	size_t runs, failed, errors, open;
	uint64_t first_failing, first_seed;
	uint64_t wall_ns;
};

struct session {
	const struct run_options *options;
	const struct run_cases *cases;
	const char *version;            /* "0.1.0" */
	char application[64];           /* "viplab 0.1.0" */
	uint64_t seeds;                 /* of each case */
	int width;                      /* of the column of names */
	struct tally now;               /* of the case whose answers come in */
	json_t *first;                  /* its first failing answer, or its first one; owned */
	char *failures;                 /* blocks, printed behind the lines */
	size_t failures_length;
	FILE *blocks;                   /* writes failures */
	json_t *results;                /* for -o */
	struct digest_sha256 digest;
	size_t passed, failed, errors, open, done;
	bool stopped;                   /* --fail-fast */
	bool evidence_lost;             /* some could not be written */
};

static uint64_t seed_of(const struct session *s, size_t job)
{
	const struct run_options *o = s->options;

	return o->has_seeds ? o->first_seed + job % s->seeds : s->cases->item[job / s->seeds].scenario->seed;
}

static int work(void *context, size_t job, FILE *answer)
{
	const struct session *s = context;
	bool searching = s->seeds > 1 && s->options->keep == KEEP_FAILED;
	const struct run_work w = {
		.what = &s->cases->item[job / s->seeds],
		.options = s->options,
		.seed = seed_of(s, job),
		.keep = searching ? KEEP_NEVER : s->options->keep,
		.seed_in_folder = s->seeds > 1,
		.application = s->application,
	};

	return run_work(&w, answer);
}

/* --- one case, printed ----------------------------------------------------------------------------------- */

static const char *word(const json_t *answer, const char *key)
{
	const char *text = json_string_value(json_object_get(answer, key));

	return text != NULL ? text : "";
}

static size_t count(const json_t *answer, const char *key)
{
	return (size_t)json_integer_value(json_object_get(answer, key));
}

static void print_case(struct session *s, const struct run_case *what)
{
	const struct tally *t = &s->now;
	bool error = t->errors > 0, failed = t->failed > 0, open = t->open > 0;
	size_t checks = count(s->first, "checks");
	char until[VERDICT_LENGTH];

	if (s->options->verbosity < 0 && !error && !failed && !open)
		return;
	fputs(word(s->first, "journal"), stdout);
	printf("%-5s %-*s", error ? "ERROR" : failed ? "FAIL" : open ? "OPEN" : "PASS", s->width, what->name);
	if (error) {
		printf("  %s\n", word(s->first, "reason"));
		return;
	}
	printf("  %3zu check%s %3llu.%02llu s   %s sim", checks, checks == 1 ? " " : "s",
	       (unsigned long long)(t->wall_ns / 1000000000), (unsigned long long)(t->wall_ns / 10000000 % 100),
	       verdict_length(until, (vl_time)json_integer_value(json_object_get(s->first, "until"))));
	if (s->seeds > 1)
		printf("   %zu seeds", t->runs);
	if (failed && s->seeds > 1)
		printf("   %zu failed, first %llu", t->failed, (unsigned long long)t->first_failing);
	else if (failed)
		printf("   %zu failed", count(s->first, "failed"));
	if (count(s->first, "open") > 0)
		printf("   %zu open", count(s->first, "open"));
	putchar('\n');
	fputs(word(s->first, "details"), stdout);
}

static void keep_blocks(struct session *s, const json_t *answer)
{
	fputs(word(answer, "blocks"), s->blocks);
}

struct evidence_job {
	struct session *session;
	struct run_work work;
};

static int evidence_work(void *context, size_t index, FILE *answer)
{
	(void)index;
	return run_work(&((struct evidence_job *)context)->work, answer);
}

static bool evidence_done(void *context, size_t index, const struct job_answer *answer)
{
	struct session *s = ((struct evidence_job *)context)->session;
	json_t *again = json_loads(answer->text != NULL ? answer->text : "", 0, NULL);

	(void)index;
	keep_blocks(s, again != NULL ? again : s->first);
	json_decref(again);
	return true;
}

/* Only with several seeds: the first failing one again, for its evidence. */
static void run_for_evidence(struct session *s, const struct run_case *what)
{
	struct evidence_job job = {
		.session = s,
		.work = {
			.what = what,
			.options = s->options,
			.seed = s->now.first_failing,
			.keep = KEEP_FAILED,
			.seed_in_folder = true,
			.application = s->application,
		},
	};

	if (!jobs_run(&(struct job_list){
		    .count = 1,
		    .at_a_time = 1,
		    .limit_ns = s->options->timeout_ns,
		    .context = &job,
		    .work = evidence_work,
		    .done = evidence_done,
	    }))
		keep_blocks(s, s->first);
}

/* All seeds of the case have answered, or no more will. */
static void end_case(struct session *s, const struct run_case *what)
{
	print_case(s, what);
	fflush(stdout);
	s->done++;
	if (s->now.errors > 0)
		s->errors++;
	else if (s->now.failed > 0)
		s->failed++;
	else if (s->now.open > 0)
		s->open++;
	else
		s->passed++;
	if (s->now.failed > 0 && s->seeds > 1 && s->options->keep == KEEP_FAILED)
		run_for_evidence(s, what);
	else if (s->now.failed > 0)
		keep_blocks(s, s->first);
	json_decref(s->first);
	s->first = NULL;
	s->now = (struct tally){0};
}

/* --- answers --------------------------------------------------------------------------------------------- */

static json_t *no_answer(const struct session *s, const struct job_answer *a)
{
	char length[VERDICT_LENGTH], reason[128];

	if (a->end == JOB_TOO_SLOW)
		snprintf(reason, sizeof reason, "not done after %s of wall time (--timeout)",
			 verdict_length(length, s->options->timeout_ns));
	else if (a->end == JOB_DIED && a->number == JOB_NO_MEMORY)
		snprintf(reason, sizeof reason, "out of memory");
	else
		snprintf(reason, sizeof reason, "its process ended with status %d and no answer", a->number);
	return json_pack("{s:s, s:s}", "verdict", "error", "reason", reason);
}

static void count_answer(struct session *s, const json_t *answer, uint64_t seed)
{
	const char *verdict = word(answer, "verdict");

	s->now.runs++;
	if (strcmp(verdict, "passed") == 0)
		return;
	if (strcmp(verdict, "open") == 0)
		s->now.open++;
	else if (strcmp(verdict, "failed") != 0)
		s->now.errors++;
	else if (s->now.failed++ == 0)
		s->now.first_failing = seed;
}

/* The answer that speaks for the case: the first error, else the first failure, else the first one. */
static void remember(struct session *s, json_t *answer)
{
	const char *verdict = word(answer, "verdict");
	bool bad = strcmp(verdict, "failed") == 0 || strcmp(verdict, "error") == 0;
	bool worse = s->first == NULL || (bad && s->now.failed + s->now.errors == 1) ||
		     (strcmp(verdict, "error") == 0 && s->now.errors == 1);

	if (!worse) {
		json_decref(answer);
		return;
	}
	json_decref(s->first);
	s->first = answer;
}

static bool answered(void *context, size_t job, const struct job_answer *a)
{
	struct session *s = context;
	const struct run_case *what = &s->cases->item[job / s->seeds];
	json_t *answer = a->end == JOB_ANSWERED ? json_loadb(a->text != NULL ? a->text : "", a->length, 0, NULL) : NULL;

	if (answer == NULL)
		answer = no_answer(s, a);
	const char *digest = word(answer, "digest");
	digest_sha256_add(&s->digest, digest, strlen(digest));
	json_t *result = json_object_get(answer, "result");
	if (s->results != NULL)
		json_array_append(s->results, result != NULL ? result : answer);
	s->now.wall_ns += a->wall_ns;
	s->evidence_lost = s->evidence_lost || count(answer, "evidence lost") > 0;
	count_answer(s, answer, seed_of(s, job));
	remember(s, answer);
	bool bad = s->now.failed + s->now.errors > 0;
	if (job % s->seeds == s->seeds - 1 || (bad && s->options->fail_fast))
		end_case(s, what);
	s->stopped = bad && s->options->fail_fast;
	return !s->stopped;
}

/* --- the whole ------------------------------------------------------------------------------------------- */

static bool one_seed(const struct session *s)
{
	for (size_t i = 1; i < s->cases->count; i++)
		if (seed_of(s, i) != seed_of(s, 0))
			return false;
	return true;
}

static void print_summary(const struct session *s, const char *digest, uint64_t wall_ns)
{
	const struct run_options *o = s->options;

	printf("%s%zu scenario%s: %zu passed, %zu failed", s->options->verbosity >= 0 || s->failures_length > 0 ? "\n" : "",
	       s->done, s->done == 1 ? "" : "s", s->passed, s->failed);
	if (s->open > 0)
		printf(", %zu open", s->open);
	if (s->errors > 0)
		printf(", %zu not run", s->errors);
	if (s->stopped)
		fputs(", stopped", stdout);
	printf("   %llu.%02llu s", (unsigned long long)(wall_ns / 1000000000),
	       (unsigned long long)(wall_ns / 10000000 % 100));
	if (s->seeds > 1)
		printf("   seeds %llu..%llu", (unsigned long long)o->first_seed, (unsigned long long)o->last_seed);
	else if (s->cases->count > 0 && one_seed(s))
		printf("   seed %llu", (unsigned long long)seed_of(s, 0));
	else if (s->cases->count > 0)
		fputs("   the scripts' seeds", stdout);
	printf("   digest %.8s\n", digest);
}

static void write_document(FILE *to, const void *what)
{
	json_dumpf(what, to, JSON_INDENT(1));
	fputc('\n', to);
}

static bool write_results(struct session *s, const char *digest)
{
	json_t *document = result_json_document(s->version, s->results, digest);
	bool ok = evidence_write_file("", s->options->output, write_document, document);

	s->results = NULL;
	if (!ok)
		fprintf(stderr, "viplab %s: %s: %s\n", s->options->command, s->options->output, strerror(errno));
	json_decref(document);
	return ok;
}

static void note_late_until(const struct run_options *o, const struct run_cases *c)
{
	size_t late = 0, first = 0;
	char length[VERDICT_LENGTH];

	for (size_t i = 0; i < c->count && o->has_until; i++)
		if (o->until > c->item[i].scenario->until && late++ == 0)
			first = i;
	if (late == 0)
		return;
	fprintf(stderr, "viplab %s: --until is beyond the end of %s (%s)", o->command, c->item[first].name,
		verdict_length(length, c->item[first].scenario->until));
	if (late > 1)
		fprintf(stderr, " and of %zu more", late - 1);
	fputc('\n', stderr);
}

static int run_all(const struct run_options *o, const struct run_cases *c, const char *version)
{
	struct session s = {
		.options = o,
		.cases = c,
		.version = version,
		.seeds = o->has_seeds ? o->last_seed - o->first_seed + 1 : 1,
		.results = o->output != NULL ? json_array() : NULL,
	};
	uint8_t bytes[DIGEST_SHA256];
	char digest[DIGEST_SHA256_TEXT];
	uint64_t start = jobs_clock();

	for (size_t i = 0; i < c->count; i++)
		s.width = (int)strlen(c->item[i].name) > s.width ? (int)strlen(c->item[i].name) : s.width;
	snprintf(s.application, sizeof s.application, "viplab %s", version);
	note_late_until(o, c);
	digest_sha256_init(&s.digest);
	s.blocks = open_memstream(&s.failures, &s.failures_length);
	bool ok = s.blocks != NULL && jobs_run(&(struct job_list){
					      .count = c->count * s.seeds,
					      .at_a_time = o->jobs,
					      .limit_ns = o->timeout_ns,
					      .context = &s,
					      .work = work,
					      .done = answered,
				      });
	if (!ok)
		fprintf(stderr, "viplab %s: %s\n", o->command, strerror(errno));
	if (s.blocks != NULL)
		fclose(s.blocks);
	if (s.failures != NULL)
		fputs(s.failures, stdout);
	digest_sha256_finish(&s.digest, bytes);
	digest_sha256_format(digest, bytes);
	print_summary(&s, digest, jobs_clock() - start);
	if (o->output != NULL)
		ok = write_results(&s, digest) && ok;
	json_decref(s.first);
	free(s.failures);
	if (s.failed > 0)
		return 1;
	if (!ok || s.errors > 0 || s.evidence_lost)
		return 3;
	return s.open > 0 && !o->allow_empty ? 1 : 0;
}

static int list(const struct run_cases *c)
{
	for (size_t i = 0; i < c->count; i++)
		printf("%s%s%s%s\n", c->item[i].scenario->path, c->item[i].scenario->variant != NULL ? " [" : "",
		       c->item[i].scenario->variant != NULL ? c->item[i].scenario->variant : "",
		       c->item[i].scenario->variant != NULL ? "]" : "");
	return 0;
}

/* Where a capture is to go must be there, in every case. */
static bool segments_fit(const struct run_options *o, const struct run_cases *c)
{
	for (size_t i = 0; i < c->count && o->replay != NULL; i++) {
		const struct scenario *s = c->item[i].scenario;
		size_t k = 0;
		while (o->segment != NULL && k < s->segment_count && strcmp(s->segment[k].name, o->segment) != 0)
			k++;
		if (o->segment != NULL ? k < s->segment_count : s->segment_count == 1)
			continue;
		if (o->segment != NULL)
			fprintf(stderr, "viplab %s: --segment: `%s' is no segment of %s; these are:", o->command, o->segment,
				c->item[i].name);
		else
			fprintf(stderr, "viplab %s: %s has several segments, choose one with --segment:", o->command,
				c->item[i].name);
		for (k = 0; k < s->segment_count; k++)
			fprintf(stderr, " %s", s->segment[k].name);
		fputc('\n', stderr);
		return false;
	}
	return true;
}

int run_session(const struct run_options *o, const char *version)
{
	struct run_cases cases;
	int status = 0;

	if (!run_cases_read(&cases, o))
		status = 3;
	else if (cases.bad_files > 0 && !o->keep_going)
		status = 2;
	else if (cases.count == 0 && !o->allow_empty && cases.bad_files == 0) {
		fprintf(stderr, cases.scenarios > 0 ? "viplab %s: no scenario fits --filter and --tag (--allow-empty)\n"
						    : "viplab %s: no scenario there, only templates (--allow-empty)\n",
			o->command);
		status = 2;
	} else if (!segments_fit(o, &cases)) {
		status = 2;
	} else {
		status = o->list ? list(&cases) : run_all(o, &cases, version);
		if (cases.bad_files > 0)
			status = 2;
	}
	run_cases_free(&cases);
	return status;
}
