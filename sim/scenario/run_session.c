// SPDX-License-Identifier: BSD-2-Clause
/*
 * A session of runs, as `viplab run` and `viplab replay` have it: deals the cases out to processes, prints their
 * answers in order, adds them up. With several seeds the first pass only looks for failures; the first failing seed
 * of a case then runs again, to leave its evidence. A script that says `over: 200 seeds' has them without being asked.
 */
#include "sim/scenario/run_session.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/digest.h"
#include "sim/scenario/case_statistics.h"
#include "sim/scenario/evidence.h"
#include "sim/scenario/jobs.h"
#include "sim/scenario/result_json.h"
#include "sim/scenario/run_cases.h"
#include "sim/scenario/run_progress.h"
#include "sim/scenario/run_table.h"
#include "sim/scenario/run_work.h"

/* What came of one case over all its seeds. */
struct tally {
	uint64_t seeds;                 /* it is to run with */
	size_t runs, failed, errors, open;
	uint64_t first_failing, first_seed;
	uint64_t wall_ns;
};

/* Which signal wants the session to end; 0: none. */
static volatile sig_atomic_t interrupted;

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};

#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

struct session {
	const struct run_options *options;
	const struct run_cases *cases;
	const char *version;            /* "0.1.0" */
	char application[64];           /* "viplab 0.1.0" */
	size_t *first_job;              /* of each case, and one behind the last: as many jobs as seeds */
	int width;                      /* of the column of names */
	struct tally now;               /* of the case whose answers come in */
	struct case_statistics statistics;      /* its own, too */
	json_t *all_statistics;         /* of all cases, for -o */
	json_t *first;                  /* its first failing answer, or its first one; owned */
	char *failures;                 /* blocks, printed behind the lines */
	size_t failures_length;
	FILE *blocks;                   /* writes failures */
	FILE *lines;                    /* for people: stdout, or nowhere when that speaks TAP */
	struct run_progress progress;
	run_table *table;               /* for --table */
	json_t *results;                /* of all runs; NULL: nobody wants them */
	size_t first_result;            /* in them, of the case whose answers come in */
	uint64_t *wall_ns;              /* beside each */
	struct digest_sha256 digest;
	size_t passed, failed, errors, open, done;
	bool stopped;                   /* --fail-fast */
	bool evidence_lost;             /* some could not be written */
};

/* How many seeds of its own a script is run with, and judged over; 0: it asks for one. */
static uint64_t own_seeds(const struct run_options *o, const struct scenario *scenario)
{
	return o->sample > 0 && o->sample < scenario->over ? o->sample : scenario->over;
}

/* How many seeds a case runs with. */
static uint64_t seeds_of(const struct session *s, size_t at)
{
	const struct run_options *o = s->options;
	uint64_t own = own_seeds(o, s->cases->item[at].scenario);

	return o->has_seeds ? o->last_seed - o->first_seed + 1 : own > 0 ? own : 1;
}

/* The case that a job is one seed of. */
static size_t case_of(const struct session *s, size_t job)
{
	size_t low = 0, high = s->cases->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (s->first_job[middle] <= job)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static uint64_t first_seed_of(const struct session *s, size_t at)
{
	return s->options->has_seeds ? s->options->first_seed : s->cases->item[at].scenario->seed;
}

static uint64_t seed_of(const struct session *s, size_t job)
{
	size_t at = case_of(s, job);

	return first_seed_of(s, at) + (job - s->first_job[at]);
}

static int work(void *context, size_t job, FILE *answer)
{
	const struct session *s = context;
	size_t at = case_of(s, job);
	bool searching = seeds_of(s, at) > 1 && s->options->keep == KEEP_FAILED;
	const struct run_work w = {
		.what = &s->cases->item[at],
		.options = s->options,
		.seed = seed_of(s, job),
		.keep = searching ? KEEP_NEVER : s->options->keep,
		.seed_in_folder = seeds_of(s, at) > 1,
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
	const struct case_statistics *statistics = &s->statistics;
	bool error = t->errors > 0, failed = t->failed + statistics->failed > 0, open = t->open > 0;
	size_t judged = statistics->judged ? statistics->count : 0, undecided = count(s->first, "open") - judged;
	size_t checks = count(s->first, "checks");
	char until[VERDICT_LENGTH];

	if (s->options->verbosity < 0 && !error && !failed && !open)
		return;
	fputs(word(s->first, "journal"), s->lines);
	fprintf(s->lines, "%-5s %-*s", error ? "ERROR" : failed ? "FAIL" : open ? "OPEN" : "PASS", s->width, what->name);
	if (error) {
		fprintf(s->lines, "  %s\n", word(s->first, "reason"));
		return;
	}
	fprintf(s->lines, "  %3zu check%s %3llu.%02llu s   %s sim", checks, checks == 1 ? " " : "s",
	       (unsigned long long)(t->wall_ns / 1000000000), (unsigned long long)(t->wall_ns / 10000000 % 100),
	       verdict_length(until, (vl_time)json_integer_value(json_object_get(s->first, "until"))));
	if (t->seeds > 1)
		fprintf(s->lines, "   %zu seeds", t->runs);
	if (t->failed > 0 && t->seeds > 1)
		fprintf(s->lines, "   %zu failed, first %llu", t->failed, (unsigned long long)t->first_failing);
	else if (t->failed > 0)
		fprintf(s->lines, "   %zu failed", count(s->first, "failed"));
	if (statistics->failed > 0)
		fprintf(s->lines, "   %zu statistic%s failed", statistics->failed, statistics->failed == 1 ? "" : "s");
	if (undecided > 0)
		fprintf(s->lines, "   %zu open", undecided);
	putc('\n', s->lines);
	fputs(word(s->first, "details"), s->lines);
	case_statistics_print(s->lines, statistics, what->scenario);
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

/* The command that shows the statistics of a case again. */
static void print_statistics_blocks(struct session *s, const struct run_case *what)
{
	const struct run_options *o = s->options;
	char *again = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&again, &length);

	if (to == NULL)
		return;
	fputs("viplab run", to);
	if (o->has_seeds)
		fprintf(to, " --seeds %llu..%llu", (unsigned long long)o->first_seed, (unsigned long long)o->last_seed);
	else if (own_seeds(o, what->scenario) < what->scenario->over)
		fprintf(to, " --sample %llu", (unsigned long long)o->sample);
	verdict_case(to, &(struct verdict_again){.path = what->scenario->path, .of_matrix = what->scenario->of_matrix,
						 .set = o->set, .set_count = o->set_count});
	fclose(to);
	case_statistics_blocks(s->blocks, &s->statistics, what->scenario, again);
	free(again);
}

/* All seeds of the case have answered, or no more will. */
static void end_case(struct session *s, const struct run_case *what)
{
	run_progress_wipe(&s->progress);
	case_statistics_judge(&s->statistics, what->scenario, own_seeds(s->options, what->scenario));
	if (s->statistics.no_memory)
		s->now.errors++;
	if (s->results != NULL)
		case_statistics_settle(&s->statistics, json_array_get(s->results, s->first_result));
	if (s->all_statistics != NULL)
		case_statistics_json(s->all_statistics, &s->statistics, what->scenario);
	print_case(s, what);
	if (s->options->table)
		run_table_add(&s->table, what->scenario, json_object_get(s->first, "result"));
	fflush(s->lines);
	s->done++;
	if (s->now.errors > 0)
		s->errors++;
	else if (s->now.failed + s->statistics.failed > 0)
		s->failed++;
	else if (s->now.open > 0)
		s->open++;
	else
		s->passed++;
	if (s->now.failed > 0 && s->now.seeds > 1 && s->options->keep == KEEP_FAILED)
		run_for_evidence(s, what);
	else if (s->now.failed > 0)
		keep_blocks(s, s->first);
	print_statistics_blocks(s, what);
	case_statistics_fini(&s->statistics);
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
	/* what is only open to be judged over all seeds is not open when all of them run */
	if (strcmp(verdict, "open") == 0)
		s->now.open += s->now.seeds == 1 || count(answer, "open") > count(answer, "samples");
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

/* For files and formats. */
static void keep_result(struct session *s, size_t job, json_t *answer, uint64_t wall_ns)
{
	const struct scenario *what = s->cases->item[case_of(s, job)].scenario;
	json_t *result = json_object_get(answer, "result"), *actives = json_object_get(answer, "actives");

	if (s->results == NULL)
		return;
	if (s->now.runs == 0)
		s->first_result = json_array_size(s->results);
	s->wall_ns[json_array_size(s->results)] = wall_ns;
	if (result == NULL) {
		json_array_append_new(s->results, result_json_error(what->path, what->variant, seed_of(s, job), 0,
								    word(answer, "reason")));
		return;
	}
	if (actives != NULL)
		json_object_set(result, "actives", actives);
	json_array_append(s->results, result);
}

static bool answered(void *context, size_t job, const struct job_answer *a)
{
	struct session *s = context;
	size_t at = case_of(s, job);
	const struct run_case *what = &s->cases->item[at];
	json_t *answer = a->end == JOB_ANSWERED ? json_loadb(a->text != NULL ? a->text : "", a->length, 0, NULL) : NULL;

	if (answer == NULL)
		answer = no_answer(s, a);
	const char *digest = word(answer, "digest");
	digest_sha256_add(&s->digest, digest, strlen(digest));
	keep_result(s, job, answer, a->wall_ns);
	s->now.wall_ns += a->wall_ns;
	s->evidence_lost = s->evidence_lost || count(answer, "evidence lost") > 0;
	s->now.seeds = seeds_of(s, at);
	count_answer(s, answer, seed_of(s, job));
	case_statistics_add(&s->statistics, answer);
	remember(s, answer);
	bool bad = s->now.failed + s->now.errors > 0;
	if (job + 1 == s->first_job[at + 1] || (bad && s->options->fail_fast))
		end_case(s, what);
	s->stopped = bad && s->options->fail_fast;
	if (!s->stopped && job + 1 < s->first_job[s->cases->count])
		run_progress_show(&s->progress, job + 1, s->failed + s->errors, s->cases->item[case_of(s, job + 1)].name);
	return !s->stopped;
}

/* --- the whole ------------------------------------------------------------------------------------------- */

static bool one_seed(const struct session *s)
{
	for (size_t i = 1; i < s->cases->count; i++)
		if (first_seed_of(s, i) != first_seed_of(s, 0))
			return false;
	return true;
}

static void print_summary(const struct session *s, const char *digest, uint64_t wall_ns)
{
	const struct run_options *o = s->options;

	fprintf(s->lines, "%s%zu scenario%s: %zu passed, %zu failed", s->options->verbosity >= 0 || s->failures_length > 0 ? "\n" : "",
	       s->done, s->done == 1 ? "" : "s", s->passed, s->failed);
	if (s->open > 0)
		fprintf(s->lines, ", %zu open", s->open);
	if (s->errors > 0)
		fprintf(s->lines, ", %zu not run", s->errors);
	if (s->stopped)
		fputs(", stopped", s->lines);
	if (interrupted != 0)
		fprintf(s->lines, ", interrupted (%zu not done)", s->cases->count - s->done);
	fprintf(s->lines, "   %llu.%02llu s", (unsigned long long)(wall_ns / 1000000000),
	       (unsigned long long)(wall_ns / 10000000 % 100));
	if (o->has_seeds && o->last_seed > o->first_seed)
		fprintf(s->lines, "   seeds %llu..%llu", (unsigned long long)o->first_seed, (unsigned long long)o->last_seed);
	else if (s->cases->count > 0 && one_seed(s))
		fprintf(s->lines, "   seed %llu", (unsigned long long)first_seed_of(s, 0));
	else if (s->cases->count > 0)
		fputs("   the scripts' seeds", s->lines);
	fprintf(s->lines, "   digest %.8s\n", digest);
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

static void interrupt(int number)
{
	interrupted = number;
}

static void catch_signals(struct sigaction before[ENDING_SIGNALS])
{
	struct sigaction action = {.sa_handler = interrupt};

	sigemptyset(&action.sa_mask);
	interrupted = 0;
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		if (sigaction(ending_signals[i], NULL, &before[i]) == 0 && before[i].sa_handler != SIG_IGN)
			sigaction(ending_signals[i], &action, NULL);
}

static void leave_signals(const struct sigaction before[ENDING_SIGNALS])
{
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaction(ending_signals[i], &before[i], NULL);
}

/* A script that could not be read is a result, too: one for each of its mistakes' first. */
static void add_unreadable(json_t *results, const struct run_cases *c)
{
	for (size_t i = 0; i < c->set_count; i++)
		if (c->set[i].mistake_count > 0)
			json_array_append_new(results, result_json_error(c->set[i].path, NULL, 0, c->set[i].mistake[0].at.line,
									 c->set[i].mistake[0].message));
}

typedef bool reporter(const struct run_options *o, const struct run_outcome *outcome);

static bool begin(struct session *s)
{
	const struct run_options *o = s->options;
	size_t jobs = 0;

	s->first_job = calloc(s->cases->count + 1, sizeof *s->first_job);
	if (s->first_job == NULL)
		return false;
	for (size_t i = 0; i < s->cases->count; i++) {
		jobs += seeds_of(s, i);
		s->first_job[i + 1] = jobs;
	}
	for (size_t i = 0; i < s->cases->count; i++)
		s->width = (int)strlen(s->cases->item[i].name) > s->width ? (int)strlen(s->cases->item[i].name) : s->width;
	digest_sha256_init(&s->digest);
	run_progress_begin(&s->progress, jobs, o->verbosity < 0);
	s->lines = o->tap == 0 ? stdout : fopen("/dev/null", "w");
	s->results = run_options_wants_report(o) ? json_array() : NULL;
	s->all_statistics = s->results != NULL ? json_array() : NULL;
	s->wall_ns = calloc(jobs + s->cases->set_count + 1, sizeof *s->wall_ns);
	s->blocks = open_memstream(&s->failures, &s->failures_length);
	return s->lines != NULL && s->wall_ns != NULL && s->blocks != NULL;
}

static void end(struct session *s)
{
	if (s->lines != NULL && s->lines != stdout)
		fclose(s->lines);
	json_decref(s->first);
	json_decref(s->results);
	json_decref(s->table);
	json_decref(s->all_statistics);
	case_statistics_fini(&s->statistics);
	free(s->first_job);
	free(s->wall_ns);
	free(s->failures);
}

static bool report_all(struct session *s, reporter *report, const char *digest, uint64_t total_ns, enum run_end how)
{
	json_t *document;

	if (s->results == NULL)
		return true;
	add_unreadable(s->results, s->cases);
	document = result_json_document(s->version, json_incref(s->results), digest);
	if (json_array_size(s->all_statistics) > 0)
		json_object_set(document, "statistics", s->all_statistics);
	bool ok = report(s->options, &(struct run_outcome){
					     .document = document,
					     .wall_ns = s->wall_ns,
					     .total_ns = total_ns,
					     .end = how,
					     .interrupted = interrupted != 0,
					     .stopped = s->stopped,
				     });
	json_decref(document);
	return ok;
}

/* The worst that came of it. */
static enum run_end end_of(const struct session *s, bool done)
{
	if (s->failed > 0)
		return RUN_FAILED;
	if (!done || s->errors > 0 || s->evidence_lost)
		return RUN_COULD_NOT;
	return s->open > 0 || s->cases->count == 0 ? RUN_NOTHING_JUDGED : RUN_HELD;
}

static enum run_end run_all(const struct run_options *o, const struct run_cases *c, const char *version, reporter *report)
{
	struct session s = {
		.options = o,
		.cases = c,
		.version = version,
	};
	struct sigaction before[ENDING_SIGNALS];
	uint8_t bytes[DIGEST_SHA256];
	char digest[DIGEST_SHA256_TEXT];
	uint64_t start = jobs_clock();

	snprintf(s.application, sizeof s.application, "viplab %s", version);
	note_late_until(o, c);
	catch_signals(before);
	bool ready = begin(&s);
	if (ready && c->count > 0)
		run_progress_show(&s.progress, 0, 0, c->item[0].name);
	bool ok = ready && jobs_run(&(struct job_list){
				   .count = s.first_job[c->count],
				   .at_a_time = o->jobs,
				   .limit_ns = o->timeout_ns,
				   .stop = &interrupted,
				   .context = &s,
				   .work = work,
				   .done = answered,
			   });
	run_progress_wipe(&s.progress);
	if (!ok)
		fprintf(stderr, "viplab %s: %s\n", o->command, strerror(errno));
	if (s.blocks != NULL)
		fclose(s.blocks);
	enum run_end how = end_of(&s, ok);
	if (ready) {
		if (s.failures != NULL)
			fputs(s.failures, s.lines);
		else
			fprintf(stderr, "viplab %s: out of memory: the failures' blocks are not shown\n", o->command);
		run_table_print(s.table, s.lines);
		digest_sha256_finish(&s.digest, bytes);
		digest_sha256_format(digest, bytes);
		uint64_t total = jobs_clock() - start;
		print_summary(&s, digest, total);
		if (s.failures == NULL && how != RUN_FAILED)
			how = RUN_COULD_NOT;
		if (c->bad_files > 0)
			how = RUN_UNREADABLE;
		if (!report_all(&s, report, digest, total, how) && how != RUN_FAILED)
			how = RUN_COULD_NOT;
	}
	end(&s);
	leave_signals(before);
	if (interrupted != 0) {
		fflush(NULL);
		raise(interrupted);     /* whoever waits for us sees why we ended */
	}
	return how;
}

static enum run_end list(const struct run_cases *c)
{
	for (size_t i = 0; i < c->count; i++)
		printf("%s%s%s%s\n", c->item[i].scenario->path, c->item[i].scenario->variant != NULL ? " [" : "",
		       c->item[i].scenario->variant != NULL ? c->item[i].scenario->variant : "",
		       c->item[i].scenario->variant != NULL ? "]" : "");
	return RUN_HELD;
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

/* Nothing runs: what is wrong with the scripts, or with the selection, is all there is to report. */
static enum run_end refuse(const struct run_options *o, const struct run_cases *c, const char *version, reporter *report)
{
	struct session s = {.options = o, .cases = c, .version = version};
	bool ok = begin(&s);

	if (s.blocks != NULL)
		fclose(s.blocks);
	ok = ok && report_all(&s, report, "", 0, RUN_UNREADABLE);
	end(&s);
	return ok ? RUN_UNREADABLE : RUN_COULD_NOT;
}

enum run_end run_session(const struct run_options *o, const char *version, reporter *report)
{
	struct run_cases cases;
	enum run_end how = RUN_UNREADABLE;

	if (!run_cases_read(&cases, o)) {
		how = RUN_COULD_NOT;
	} else if (cases.bad_files > 0 && !o->keep_going) {
		how = refuse(o, &cases, version, report);
	} else if (cases.count == 0 && !o->allow_empty && cases.bad_files == 0) {
		fprintf(stderr, cases.scenarios > 0 ? "viplab %s: no scenario fits --filter, --tag and --shard (--allow-empty)\n"
						    : "viplab %s: no scenario there, only templates (--allow-empty)\n",
			o->command);
		how = refuse(o, &cases, version, report);
	} else if (segments_fit(o, &cases)) {
		how = o->list ? list(&cases) : run_all(o, &cases, version, report);
		if (cases.bad_files > 0)
			how = RUN_UNREADABLE;
	}
	run_cases_free(&cases);
	return how;
}
