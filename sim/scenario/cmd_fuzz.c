// SPDX-License-Identifier: BSD-2-Clause
/*
 * The door of `viplab fuzz`: one run a seed, each in a process; then the first failure of each sort is made small
 * and written down. The digest covers the runs' digests in the order of the seeds, so it is the same whatever
 * --jobs says.
 */
#include "sim/scenario/cmd_fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/page_files.h"
#include "sim/base/digest.h"
#include "sim/scenario/evidence.h"
#include "sim/scenario/fuzz_shrink.h"
#include "sim/scenario/print.h"
#include "sim/scenario/run.h"
#include "sim/scenario/run_cases.h"
#include "viplab.h"

#define SORTS 16                        /* of failures that are made small */

/* A sort of failure, and the first seed that shows it. */
struct sort {
	char failure[FUZZ_FAILURE];
	uint64_t seed;
	size_t count;
};

struct session {
	const struct run_options *options;
	const struct fuzz_base *base;
	const char *name;               /* of the base, for files */
	struct sort sort[SORTS];
	size_t sort_count;
	size_t passed, failed;
	struct digest_sha256 digest;
};

/* --- all seeds ------------------------------------------------------------------------------------------- */

static int work(void *context, size_t job, FILE *answer)
{
	const struct session *s = context;
	struct fuzz_case c;

	fuzz_case_draw(&c, s->base, s->options->first_seed + job);
	return fuzz_run(s->base, &c, answer);
}

static void count_failure(struct session *s, const char *failure, uint64_t seed)
{
	size_t i = 0;

	s->failed++;
	while (i < s->sort_count && strcmp(s->sort[i].failure, failure) != 0)
		i++;
	if (i == SORTS)
		return;
	if (i == s->sort_count) {
		s->sort[s->sort_count++].seed = seed;
		snprintf(s->sort[i].failure, sizeof s->sort[i].failure, "%s", failure);
	}
	s->sort[i].count++;
}

static bool done(void *context, size_t job, const struct job_answer *answer)
{
	struct session *s = context;
	uint64_t seed = s->options->first_seed + job;
	struct fuzz_outcome outcome;

	fuzz_read_outcome(&outcome, answer);
	digest_sha256_add(&s->digest, outcome.digest, strlen(outcome.digest));
	if (outcome.failure[0] == '\0') {
		s->passed++;
		return true;
	}
	count_failure(s, outcome.failure, seed);
	if (s->options->verbosity >= 0)
		printf("FAIL  seed %llu  %s\n", (unsigned long long)seed, outcome.failure);
	fflush(stdout);
	return true;
}

/* --- one failure, written down --------------------------------------------------------------------------- */

/* The script in the form of `viplab explain`, with what it shows above it. */
struct artefact {
	const struct session *session;
	const struct sort *sort;
	const struct scenario *scenario;
	const char *path;
};

static void write_artefact(FILE *to, const void *what)
{
	const struct artefact *a = what;

	fprintf(to, "# Found by `viplab fuzz`, seed %llu of %s, and made small.\n# Fails with: %s\n",
		(unsigned long long)a->sort->seed, a->session->base->scenario->path, a->sort->failure);
	scenario_print(to, a->scenario);
}

/* "out/storm.leastconn.seed-17" + ending; the caller frees it. */
static char *path_of(const struct session *s, const struct sort *sort, const char *ending)
{
	const char *out = s->options->out;
	size_t room = strlen(out) + strlen(s->name) + strlen(ending) + 48;
	char *path = malloc(room);

	if (path != NULL)
		snprintf(path, room, "%s%s%s.seed-%llu%s", out, out[strlen(out) - 1] == '/' ? "" : "/", s->name,
			 (unsigned long long)sort->seed, ending);
	return path;
}

/* Runs the file that was written once more, as anybody would, and leaves its evidence. In a process of its own: it
 * may be one that crashes. */
static int show(void *context, size_t index, FILE *answer)
{
	const struct artefact *a = context;
	struct scenario_set set;
	struct run run;
	char failure[FUZZ_FAILURE] = "";
	char *folder = path_of(a->session, a->sort, "");

	(void)index;
	if (!scenario_load(&set, a->path) || folder == NULL)
		return 3;
	const struct scenario *s = &set.scenario[0];
	struct vl_status status = run_do(&run, &(struct run_order){.scenario = s,
								   .seed = s->seed,
								   .until = s->until,
								   .capture = true,
								   .application = "viplab " VIPLAB_VERSION});
	if (vl_ok(&status)) {
		const struct verdict_again again = {.path = a->path, .seed = s->seed, .repeat = 1, .scenario_until = s->until,
						    .kept = folder, .kept_capture = true, .kept_page = true};
		if (evidence_write(&run, folder, &again))
			page_of_run(folder);
		run_close(&run);
		fuzz_failure(failure, &run);
	}
	fprintf(answer, "%s\n%s\n", run.digest, failure);
	run_free(&run);
	scenario_set_free(&set);
	free(folder);
	return 0;
}

static bool shown(void *context, size_t index, const struct job_answer *answer)
{
	const struct artefact *a = context;
	struct fuzz_outcome outcome;

	(void)index;
	fuzz_read_outcome(&outcome, answer);
	if (strcmp(outcome.failure, a->sort->failure) != 0)
		printf("  note    the file itself fails with `%s'\n", outcome.failure);
	return true;
}

/* Writes the script of the case. False: it said why. */
static bool write_down(const struct session *s, const struct sort *sort, const struct fuzz_case *c, size_t runs)
{
	size_t length = 0;
	char *script = fuzz_script(s->base, c, &length), *path = path_of(s, sort, ".yaml");
	struct scenario_set set = {0};
	bool ok = script != NULL && path != NULL &&
		  scenario_load_bytes(&set, s->base->scenario->path, (const uint8_t *)script, length);
	struct artefact a = {.session = s, .sort = sort, .path = path, .scenario = ok ? &set.scenario[0] : NULL};

	ok = ok && evidence_make_folder(s->options->out) && evidence_write_file("", path, write_artefact, &a);
	if (ok) {
		printf("\n%s: %s       FAILED\n", s->base->scenario->path, sort->failure);
		printf("  seeds   %zu, first %llu\n", sort->count, (unsigned long long)sort->seed);
		printf("  small   %zu nodes, %zu steps after %zu runs: %s\n", a.scenario->node_count, a.scenario->step_count,
		       runs, path);
		printf("  again   viplab run %s\n", path);
		ok = jobs_run(&(struct job_list){.count = 1, .at_a_time = 1, .limit_ns = s->options->timeout_ns,
						 .context = &a, .work = show, .done = shown});
	}
	if (!ok)
		fprintf(stderr, "viplab fuzz: %s: %s\n", path != NULL ? path : "?", strerror(errno));
	scenario_set_free(&set);
	free(script);
	free(path);
	return ok;
}

static bool make_small(const struct session *s, const struct sort *sort)
{
	struct fuzz_case c;
	const struct fuzz_trial trial = {.base = s->base, .at_a_time = s->options->jobs,
					 .limit_ns = s->options->timeout_ns};

	fuzz_case_draw(&c, s->base, sort->seed);
	size_t runs = fuzz_shrink(&trial, &c, sort->failure);
	return runs != SIZE_MAX && write_down(s, sort, &c, runs);
}

/* --- the whole ------------------------------------------------------------------------------------------- */

static void print_summary(const struct session *s, uint64_t wall_ns)
{
	const struct run_options *o = s->options;
	uint8_t bytes[DIGEST_SHA256];
	char digest[DIGEST_SHA256_TEXT];
	struct digest_sha256 sum = s->digest;

	digest_sha256_finish(&sum, bytes);
	digest_sha256_format(digest, bytes);
	printf("%s%zu seed%s: %zu passed, %zu failed   %llu.%02llu s   seeds %llu..%llu   digest %.8s\n",
	       s->failed > 0 ? "\n" : "", s->passed + s->failed, s->passed + s->failed == 1 ? "" : "s", s->passed, s->failed,
	       (unsigned long long)(wall_ns / 1000000000), (unsigned long long)(wall_ns / 10000000 % 100),
	       (unsigned long long)o->first_seed, (unsigned long long)o->last_seed, digest);
}

static enum run_end fuzz(const struct run_options *o, const struct run_case *what)
{
	struct fuzz_base base;
	struct session s = {.options = o, .base = &base, .name = what->folder};
	uint64_t start = jobs_clock();
	struct vl_status status = fuzz_base_init(&base, what->scenario);
	bool ok;

	if (!vl_ok(&status)) {
		fprintf(stderr, "viplab fuzz: %s: %s\n", what->scenario->path, status.reason);
		return status.code == VL_NO_MEMORY ? RUN_COULD_NOT : RUN_UNREADABLE;
	}
	digest_sha256_init(&s.digest);
	ok = jobs_run(&(struct job_list){.count = (size_t)(o->last_seed - o->first_seed + 1), .at_a_time = o->jobs,
					 .limit_ns = o->timeout_ns, .context = &s, .work = work, .done = done});
	if (!ok)
		fprintf(stderr, "viplab fuzz: %s\n", strerror(errno));
	for (size_t i = 0; i < s.sort_count && ok; i++)
		ok = make_small(&s, &s.sort[i]);
	print_summary(&s, jobs_clock() - start);
	fuzz_base_fini(&base);
	return s.failed > 0 ? RUN_FAILED : ok ? RUN_HELD : RUN_COULD_NOT;
}

static enum run_end read_and_fuzz(const struct run_options *o)
{
	struct run_cases cases;
	enum run_end end = RUN_UNREADABLE;

	if (!o->has_seeds) {
		fputs("viplab fuzz: no seeds given, as --seeds 1..200 (viplab help fuzz)\n", stderr);
		return RUN_UNREADABLE;
	}
	if (!run_cases_read(&cases, o))
		end = RUN_COULD_NOT;
	else if (cases.bad_files == 0 && cases.count == 1)
		end = fuzz(o, &cases.item[0]);
	else if (cases.bad_files == 0)
		fprintf(stderr, "viplab fuzz: %zu scenarios there, not one: a base is a file without a matrix\n", cases.count);
	run_cases_free(&cases);
	return end;
}

int cmd_fuzz(int argc, char **argv)
{
	return run_options_serve(argc, argv, read_and_fuzz);
}
