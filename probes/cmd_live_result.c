// SPDX-License-Identifier: BSD-2-Clause
/* What is said at the end: the verdict, the failures, what passed over the wires, how punctual we were. */
#include <errno.h>
#include <string.h>

#include "probes/cmd_live_parts.h"
#include "sim/scenario/result_json.h"
#include "sim/scenario/verdict.h"
#include "viplab.h"

static struct verdict_again again_of(const struct live *l)
{
	return (struct verdict_again){
		.path = l->scenario.path,
		.of_matrix = l->scenario.of_matrix,
		.set = l->options.set,
		.set_count = l->options.set_count,
		.seed = l->run.order.seed,
		.repeat = 1,
		.scenario_until = l->scenario.until,
		.live = l->command,
	};
}

/* ---- for people ------------------------------------------------------------------------------------------------- */

static void say(uint64_t count, const char *what)
{
	if (count > 0)
		printf(", %llu %s", (unsigned long long)count, what);
}

static void print_wire(const struct live *l, size_t i)
{
	const struct wire_counters *n = wire_count(l->port[i]);

	printf("  %s on %s: %llu heard", l->scenario.segment[l->attach[i].segment].name, wire_name(l->port[i]),
	       (unsigned long long)n->heard);
	say(n->mended, "without a checksum");
	say(n->cut, "cut");
	say(n->ring_full, "lost in the ring");
	printf(", %llu sent", (unsigned long long)n->sent);
	say(n->segmented, "of them in segments");
	say(n->joined, "joined");
	say(n->kept_in, "kept in: no --transmit");
	say(n->over_rate, "over the rate");
	say(n->waiting, "still waited");
	say(n->too_long, "too long");
	say(n->refused, "refused");
	putchar('\n');
}

static void print_clock(const struct live *l)
{
	const struct realtime_statistics *n = &l->loop.statistics;
	char worst[VL_TIME_TEXT], paused[VL_TIME_TEXT], late[VL_TIME_TEXT];

	printf("  %llu deadlines, %llu late by over %s s, worst %s s", (unsigned long long)n->deadlines,
	       (unsigned long long)n->late, vl_time_format_short(late, REALTIME_LATE), vl_time_format(worst, n->worst));
	if (n->pauses > 0)
		printf("; stood still %llu time%s, %s s", (unsigned long long)n->pauses, n->pauses == 1 ? "" : "s",
		       vl_time_format_short(paused, n->paused));
	putchar('\n');
}

/* A run without an end keeps the newest records only; who asks about the others must be told. */
static void print_forgotten(const struct live *l)
{
	uint64_t first = journal_first(l->run.journal);

	if (first > 0)
		printf("  the %llu oldest of %llu records are forgotten%s\n", (unsigned long long)first,
		       (unsigned long long)journal_count(l->run.journal),
		       l->run.check_count > 0 ? ": the expectations were judged by the rest" : "");
}

static void print_people(const struct live *l)
{
	const struct run *r = &l->run;
	const struct verdict_again again = again_of(l);
	char length[VERDICT_LENGTH];

	for (size_t i = 0; i < r->check_count; i++)
		if (l->options.verbosity >= 1)
			verdict_check(stdout, &r->check[i]);
	for (size_t i = 0; i < r->check_count; i++)
		if (r->check[i].verdict == CHECK_FAILED)
			verdict_block(stdout, &r->check[i], &again);
	if (l->options.verbosity < 0 && r->failed == 0)
		return;
	printf("%s%s  %s: %zu checks, %zu failed, %zu open", r->failed > 0 ? "\n" : "", run_verdict(r), l->scenario.path,
	       r->check_count, r->failed, r->open);
	printf("   %s on the wire\n", verdict_length(length, r->ended_at - r->ended_at % VL_MS));
	for (size_t i = 0; i < l->port_count; i++)
		print_wire(l, i);
	print_clock(l);
	print_forgotten(l);
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *length(vl_time t)
{
	char text[VL_TIME_TEXT];

	return json_string(vl_time_format(text, t));
}

static json_t *wire_json(const struct live *l, size_t i)
{
	const struct wire_counters *n = wire_count(l->port[i]);
	json_t *o = json_object();
	const struct {
		const char *name;
		uint64_t value;
	} counter[] = {{"heard", n->heard},         {"mended", n->mended},       {"cut", n->cut},
		       {"ring_full", n->ring_full}, {"sent", n->sent},           {"segmented", n->segmented},
		       {"joined", n->joined},       {"kept_in", n->kept_in},     {"over_rate", n->over_rate},
		       {"waiting", n->waiting},     {"too_long", n->too_long},   {"refused", n->refused}};

	json_object_set_new(o, "segment", json_string(l->scenario.segment[l->attach[i].segment].name));
	json_object_set_new(o, "interface", json_string(wire_name(l->port[i])));
	for (size_t k = 0; k < sizeof counter / sizeof counter[0]; k++)
		json_object_set_new(o, counter[k].name, number(counter[k].value));
	return o;
}

static json_t *live_json(const struct live *l)
{
	const struct realtime_statistics *n = &l->loop.statistics;
	json_t *o = json_object(), *wires = json_array(), *clock = json_object();

	for (size_t i = 0; i < l->port_count; i++)
		json_array_append_new(wires, wire_json(l, i));
	json_object_set_new(clock, "deadlines", number(n->deadlines));
	json_object_set_new(clock, "late", number(n->late));
	json_object_set_new(clock, "worst", length(n->worst));
	json_object_set_new(clock, "pauses", number(n->pauses));
	json_object_set_new(clock, "paused", length(n->paused));
	json_object_set_new(o, "tolerance", length(l->options.tolerance));
	json_object_set_new(o, "wires", wires);
	json_object_set_new(o, "clock", clock);
	return o;
}

static bool write_json(struct live *l)
{
	const struct verdict_again again = again_of(l);
	json_t *runs = json_array(), *one = result_json(&l->run, &again);

	json_object_set_new(one, "actives", result_json_actives(&l->run));
	json_object_set_new(one, "live", live_json(l));
	json_array_append_new(runs, one);
	json_t *document = result_json_document(VIPLAB_VERSION, runs, "");
	bool ok = json_dumpf(document, l->files.file[0].stream, JSON_INDENT(2)) == 0 &&
		  fputc('\n', l->files.file[0].stream) != EOF;
	json_decref(document);
	return output_files_finish(&l->files, 0) && ok;
}

int live_report(struct live *l)
{
	const struct run *r = &l->run;
	int status = r->failed > 0 ? LIVE_FAILED_CHECK : strcmp(run_verdict(r), "open") == 0 ? LIVE_FAILED_CHECK : 0;

	print_people(l);
	if (l->alone)
		status = live_cannot("the end came early", "every interface was removed");
	if (run_capture_lost(r))
		status = live_cannot(l->options.write, "the capture is not whole: it could not be written any further");
	if (l->journal_lost)
		status = live_cannot(l->options.journal, "the journal is not whole: it could not be written any further");
	if (l->options.output != NULL && !write_json(l))
		status = live_cannot(l->options.output, strerror(errno));
	return r->failed > 0 ? LIVE_FAILED_CHECK : status;
}
