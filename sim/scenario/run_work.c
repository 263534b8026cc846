// SPDX-License-Identifier: BSD-2-Clause
/* Run, repeat, keep, answer. */
#include "sim/scenario/run_work.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/evidence.h"
#include "sim/scenario/result_json.h"
#include "sim/scenario/syslog.h"

static int answer_error(FILE *answer, const char *reason)
{
	json_t *o = json_object();

	json_object_set_new(o, "verdict", json_string("error"));
	json_object_set_new(o, "reason", json_string(reason));
	int status = json_dumpf(o, answer, JSON_COMPACT) == 0 ? 0 : 3;
	json_decref(o);
	return status;
}

/* Runs it again and again; a digest that differs is a failed check. */
static struct vl_status repeat(struct run *first, unsigned times)
{
	struct vl_status status = vl_status_ok();

	for (unsigned i = 2; i <= times && vl_ok(&status); i++) {
		struct run_order order = first->order;
		struct run other;
		order.capture = false;
		status = run_do(&other, &order);
		bool differs = vl_ok(&status) && strcmp(other.digest, first->digest) != 0;
		if (differs) {
			struct check check = {.kind = CHECK_NONDETERMINISM, .text = "the same run twice is the same"};
			check_want(&check, "digest %.8s", first->digest);
			check_fail(&check, first->ended_at, "digest %.8s in run %u   (%llu frames and %llu records, "
				   "before %llu and %llu)", other.digest, i, (unsigned long long)other.frames,
				   (unsigned long long)other.records, (unsigned long long)first->frames,
				   (unsigned long long)first->records);
			run_add_check(first, &check);
		}
		run_free(&other);
		if (differs)
			break;
	}
	return status;
}

/* --no-skip: what could not be judged has failed. */
static void fail_open(struct run *r)
{
	for (size_t i = 0; i < r->check_count; i++) {
		if (r->check[i].verdict != CHECK_OPEN)
			continue;
		r->check[i].verdict = CHECK_FAILED;
		r->open--;
		r->failed++;
	}
}

/* "viplab-out/storm.leastconn", with the seed when there are several; the caller frees it. */
static char *folder_of(const struct run_work *w)
{
	const char *out = w->options->out;
	size_t room = strlen(out) + strlen(w->what->folder) + 40;
	char *folder = malloc(room);

	if (folder == NULL)
		return NULL;
	int n = snprintf(folder, room, "%s%s%s", out, out[strlen(out) - 1] == '/' ? "" : "/", w->what->folder);
	if (w->seed_in_folder && n > 0)
		snprintf(folder + n, room - (size_t)n, ".seed-%llu", (unsigned long long)w->seed);
	return folder;
}

/* What is printed of a run. */
struct printed {
	const struct run *run;
	const struct verdict_again *again;
	const char *kinds;              /* of the journal: those alone, with commas; NULL: all */
};

/* "vrrp" is vrrp.state and every other vrrp.x, "vrrp.state" itself alone. */
static bool is_traced(const char *kinds, const char *name)
{
	for (const char *kind = kinds; kind != NULL && *kind != '\0';) {
		size_t n = strcspn(kind, ",");
		if (n > 0 && strncmp(kind, name, n) == 0 && (name[n] == '\0' || name[n] == '.'))
			return true;
		kind += n + (kind[n] == ',');
	}
	return kinds == NULL;
}

static void print_journal(FILE *to, const void *what)
{
	const struct printed *t = what;
	const struct run *r = t->run;
	char line[RECORD_LINE], words[VENDOR_LOG_TEXT];

	for (uint64_t i = 0; i < journal_count(r->journal); i++) {
		const struct record *record = journal_at(r->journal, i);
		if (!is_traced(t->kinds, record->kind->name))
			continue;
		record_format_line(line, sizeof line, record);
		fprintf(to, "%s\n", line);
		for (unsigned k = 0; syslog_line(words, r->order.scenario, record, k); k++)
			fprintf(to, "%*s %s  syslog: %s\n", (int)sizeof "[ 12.829125000]", "", record->node, words);
	}
}

static void print_checks(FILE *to, const void *what)
{
	const struct run *r = ((const struct printed *)what)->run;

	for (size_t i = 0; i < r->check_count; i++)
		verdict_check(to, &r->check[i]);
}

static void print_blocks(FILE *to, const void *what)
{
	const struct printed *t = what;
	const struct run *r = t->run;

	for (size_t i = 0; i < r->check_count; i++)
		if (r->check[i].verdict == CHECK_FAILED)
			verdict_block(to, &r->check[i], t->again);
}

static size_t count_samples(const struct run *r)
{
	size_t samples = 0;

	for (size_t i = 0; i < r->check_count; i++)
		samples += r->check[i].sample.given;
	return samples;
}

static int answer_run(FILE *answer, struct run *r, const struct verdict_again *again, const struct run_options *options,
		      bool lost)
{
	json_t *o = json_object();
	const struct printed what = {.run = r, .again = again, .kinds = options->trace};
	bool whole = true;

	/* The journal's words may be the nodes' own: print it before they go. */
	if (options->verbosity >= 2 || options->trace != NULL)
		whole = json_object_set_new(o, "journal", result_json_text(print_journal, &what)) == 0;
	json_t *actives = run_options_wants_report(options) ? result_json_actives(r) : NULL;
	run_close(r);
	json_object_set_new(o, "verdict", json_string(run_verdict(r)));
	json_object_set_new(o, "checks", json_integer((json_int_t)r->check_count));
	json_object_set_new(o, "failed", json_integer((json_int_t)r->failed));
	json_object_set_new(o, "open", json_integer((json_int_t)r->open));
	json_object_set_new(o, "samples", json_integer((json_int_t)count_samples(r)));
	json_object_set_new(o, "evidence lost", json_integer(lost));
	json_object_set_new(o, "until", json_integer((json_int_t)r->ended_at));
	json_object_set_new(o, "digest", json_string(r->digest));
	if (options->verbosity >= 1)
		whole = json_object_set_new(o, "details", result_json_text(print_checks, &what)) == 0 && whole;
	whole = json_object_set_new(o, "blocks", result_json_text(print_blocks, &what)) == 0 && whole;
	whole = json_object_set_new(o, "result", result_json(r, again)) == 0 && whole;
	if (actives != NULL)
		json_object_set_new(o, "actives", actives);
	if (!whole) {
		json_decref(o);
		return answer_error(answer, "out of memory");
	}
	int status = json_dumpf(o, answer, JSON_COMPACT) == 0 ? 0 : 3;
	json_decref(o);
	return status;
}

int run_work(const struct run_work *w, FILE *answer)
{
	const struct run_options *o = w->options;
	const struct scenario *s = w->what->scenario;
	struct run_replay replay = {0};
	if (o->replay != NULL) {
		replay = *o->replay;
		while (o->segment != NULL && strcmp(s->segment[replay.segment].name, o->segment) != 0)
			replay.segment++; /* the door has seen that it is there */
	}
	const struct run_order order = {
		.scenario = s,
		.seed = w->seed,
		.until = o->has_until && o->until < s->until ? o->until : s->until,
		.capture = w->keep != KEEP_NEVER && o->pcap != KEEP_NEVER,
		.application = w->application,
		.replay = o->replay != NULL ? &replay : NULL,
	};
	char over[80], limit[VL_TIME_TEXT], until[VL_TIME_TEXT];
	if (o->sim_limit > 0 && order.until > o->sim_limit) {
		snprintf(over, sizeof over, "it lasts %s, the limit is %s (--sim-limit)", vl_time_format_short(until, order.until),
			 vl_time_format_short(limit, o->sim_limit));
		return answer_error(answer, over);
	}
	struct run r;
	struct vl_status status = run_do(&r, &order);

	if (vl_ok(&status))
		status = repeat(&r, o->repeat);
	if (vl_ok(&status) && o->no_skip)
		fail_open(&r);
	if (!vl_ok(&status)) {
		run_free(&r);
		return answer_error(answer, status.reason);
	}

	char *folder = folder_of(w);
	if (folder == NULL) {
		run_free(&r);
		return answer_error(answer, "out of memory");
	}
	bool keeps = w->keep == KEEP_ALWAYS || (w->keep == KEEP_FAILED && r.failed > 0);
	if (o->pcap == KEEP_FAILED && r.failed == 0)
		r.order.capture = false;
	struct verdict_again again = {
		.path = s->path,
		.of_matrix = s->of_matrix,
		.set = o->set,
		.set_count = o->set_count,
		.seed = w->seed,
		.repeat = o->repeat,
		.scenario_until = s->until,
		.has_until = o->has_until,
		.until = o->until,
		.replayed = o->replayed,
		.segment = o->segment,
		.kept = keeps ? folder : NULL,
		.kept_capture = keeps && r.order.capture,
		.kept_page = keeps && o->page != NULL,
	};
	bool lost = keeps && !evidence_write(&r, folder, &again);
	if (keeps && !lost && o->page != NULL)
		lost = !o->page(folder);
	if (lost)
		again.kept = NULL;
	int exit_status = answer_run(answer, &r, &again, o, lost);
	run_free(&r);
	free(folder);
	return exit_status;
}
