// SPDX-License-Identifier: BSD-2-Clause
/* The door of the scanner: options, capture or wire, outputs, exit status. */
#include "probes/cmd_scan.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/cmd_scan_keep.h"
#include "probes/cmd_scan_scenario.h"
#include "probes/output_files.h"
#include "probes/scan.h"
#include "probes/scan_baseline.h"
#include "probes/scan_live.h"
#include "probes/scan_watch.h"
#include "viplab.h"

#define STATUS_USAGE 2
#define STATUS_BLIND 3

/* What a scan needs around it. */
struct door {
	struct scan_options options;
	struct output_files files;
	struct scan_baseline *baseline;
	struct scan_watch *watch;
};

/* Text from outside on its way to a terminal: no byte that one would obey. */
static void talk_outside(const char *text)
{
	for (; *text != '\0'; text++)
		(void)fputc(*text >= 0x20 && *text < 0x7f ? *text : '?', stderr);
}

static int cannot(const char *file, const char *why)
{
	(void)fputs("viplab scan: ", stderr);
	talk_outside(file);
	(void)fputs(": ", stderr);
	talk_outside(why);
	(void)fputc('\n', stderr);
	return STATUS_BLIND;
}

static bool print_as(const struct scan *s, enum scan_format format, FILE *out)
{
	switch (format) {
	case SCAN_JSON:
		return scan_print_json(s, out);
	case SCAN_JSONL:
		return scan_print_jsonl(s, out);
	case SCAN_TSV:
		return scan_print_tsv(s, out);
	case SCAN_OPENMETRICS:
		return scan_print_openmetrics(s, out);
	case SCAN_CHECK:
		return scan_print_check(s, out);
	case SCAN_TABLE:
		break;
	}
	if (s->options->lists_free)
		return scan_print_free(s, out);
	if (s->options->wants)
		return scan_print_wanted(s, out);
	return scan_print_table(s, out);
}

/* ---- talk ------------------------------------------------------------------------------------------------------- */

static void talk_frames(const struct scan *s)
{
	const struct conflict_counters *n = conflict_counted(s->judge);

	(void)fprintf(stderr, "%llu frames", (unsigned long long)s->frames);
	if (s->live)
		(void)fprintf(stderr, " (%llu looked at), %llu dropped", (unsigned long long)s->passed,
			      (unsigned long long)s->dropped);
	(void)fprintf(stderr, ", %zu conflict%s", s->conflicts, s->conflicts == 1 ? "" : "s");
	if (n->malformed > 0)
		(void)fprintf(stderr, ", %llu malformed", (unsigned long long)n->malformed);
	if (n->bad_sums > 0)
		(void)fprintf(stderr, ", %llu with a wrong checksum", (unsigned long long)n->bad_sums);
	if (s->cut > 0)
		(void)fprintf(stderr, ", %llu cut short", (unsigned long long)s->cut);
	(void)fputc('\n', stderr);
}

static void talk_about(const struct scan *s)
{
	const struct conflict_counters *n = conflict_counted(s->judge);
	uint64_t refused = n->groups_refused + n->speakers_refused + n->lists_refused + n->addresses_refused +
			   n->pairs_refused + n->findings_refused;

	if (s->reason[0] != '\0')
		(void)cannot(s->source, s->reason);
	if (s->options->verbosity < 0)
		return;
	talk_frames(s);
	if (s->probes > 0)
		(void)fprintf(stderr, "viplab scan: --probe sent %llu frames\n", (unsigned long long)s->probes);
	if (refused > 0)
		(void)fprintf(stderr, "viplab scan: %llu facts found no room in the tables\n",
			      (unsigned long long)refused);
	if (s->tags_unmatched > 0)
		(void)fprintf(stderr, "viplab scan: the filter held back %llu frames with a VLAN tag: words match behind a tag "
				      "only as `vlan and (...)'\n", (unsigned long long)s->tags_unmatched);
	if (scan_is_partial(s) && (s->options->wants || s->options->lists_free))
		(void)fprintf(stderr, "viplab scan: only a part was looked at (filter, --vlan, -t or -c): an ID that is free "
				      "in it may be in use outside\n");
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

static bool open_files(struct door *d)
{
	const struct scan_options *o = &d->options;

	for (size_t i = 0; i < o->output_count; i++)
		if (!output_files_add(&d->files, o->output[i].path)) {
			(void)cannot(o->output[i].path, strerror(errno));
			return false;
		}
	return true;
}

static bool write_files(struct door *d, const struct scan *s)
{
	bool ok = true;

	for (size_t i = 0; i < d->options.output_count; i++) {
		(void)print_as(s, d->options.output[i].format, d->files.file[i].stream);
		if (output_files_finish(&d->files, i))
			continue;
		(void)cannot(d->options.output[i].path, strerror(errno));
		ok = false;
	}
	return ok;
}

/* Of a scan that has ended. */
static int report(struct door *d, const struct scan *s)
{
	int status = scan_status(s);

	talk_about(s);
	if (!print_as(s, d->options.format, stdout) || fflush(stdout) != 0)
		status = cannot("standard output", strerror(errno));
	if (!write_files(d, s))
		status = STATUS_BLIND;
	/* stdout may hold one document and nothing else. */
	if (d->options.to_scenario != NULL &&
	    !cmd_scan_to_scenario(s, d->options.format == SCAN_TABLE ? stdout : stderr))
		status = STATUS_BLIND;
	/* A monitoring system's own codes. */
	if (d->options.format == SCAN_CHECK && status != STATUS_BLIND)
		status = scan_check_status(s);
	return status;
}

/* Who asked for a document gets one, whatever happened. */
static void say_nothing(const struct scan_options *o, const char *source, const char *reason)
{
	struct scan s;

	if (o->format == SCAN_TABLE)
		return;
	if (scan_nothing(&s, o, source, reason))
		(void)print_as(&s, o->format, stdout);
	scan_release(&s);
}

/* ---- of a capture ----------------------------------------------------------------------------------------------- */

static int scan_capture(struct door *d, struct capture_file *c)
{
	struct scan s;
	int status;

	if (scan_gather(&s, &d->options, c, d->watch, d->baseline))
		status = report(d, &s);
	else
		status = cannot(d->options.file, "out of memory");
	scan_release(&s);
	return status;
}

static int scan_a_file(struct door *d)
{
	const struct scan_options *o = &d->options;
	char error[CAPTURE_ERROR];
	struct capture_file *c = capture_open(o->file, error);
	int status;

	if (c == NULL) {
		say_nothing(o, o->file, error);
		return cannot(o->file, error);
	}
	if (o->filter[0] != '\0' && !capture_filter(c, o->filter, error)) {
		(void)cannot("filter", error);
		status = STATUS_USAGE;
	} else {
		status = scan_capture(d, c);
	}
	capture_close(c);
	return status;
}

/* ---- of a wire -------------------------------------------------------------------------------------------------- */

static void announce(const struct scan_options *o, const struct scan_live *l)
{
	char length[VL_TIME_TEXT], source[sizeof l->source];

	(void)scan_shown(source, sizeof source, l->source);
	if (o->probe)
		(void)fprintf(stderr, "viplab scan: --probe: sends ARP requests and neighbour solicitations on %s\n", source);
	if (o->join)
		(void)fprintf(stderr, "viplab scan: --join: the kernel sends IGMP and MLD reports on %s\n", source);
	if (o->verbosity < 0)
		return;
	if (o->most_time == VL_NEVER) {
		(void)fprintf(stderr, "listening on %s, Ctrl-C ends\n", source);
		return;
	}
	(void)vl_time_format_short(length, o->most_time);
	if (o->most_time % VL_S == 0)
		length[strcspn(length, ".")] = '\0';
	(void)fprintf(stderr, "listening on %s for %s s, Ctrl-C stops early\n", source, length);
}

static bool permit_all(const struct door *d, const struct scan_live *l, const struct keeper *k,
		       struct privilege_needs *needs)
{
	bool ok = privilege_may_write(needs, STDOUT_FILENO) && privilege_may_write(needs, STDERR_FILENO) &&
		  scan_live_permit(l, needs);

	if (k->file != NULL)
		ok = ok && privilege_may_write(needs, fileno(k->file));
	for (size_t i = 0; i < d->files.count; i++)
		ok = ok && privilege_may_write(needs, fileno(d->files.file[i].stream));
	return ok && (d->files.ask < 0 || privilege_may_write(needs, d->files.ask));
}

/* Everything is open; from here on nothing can be opened, and frames are read. */
static int listen_to(struct door *d, struct scan_live *l, struct keeper *k)
{
	struct privilege_needs needs = {0};
	char error[PRIVILEGE_ERROR];
	struct scan s;
	int status;

	/* Jansson reads its secret from a file, otherwise when it is first needed. */
	json_object_seed(0);
	if (!scan_begin(&s, &d->options, l->source)) {
		status = cannot(l->source, "out of memory");
	} else if (!permit_all(d, l, k, &needs)) {
		status = cannot(l->source, "too many files and interfaces");
	} else if (!privilege_drop(&needs, error)) {
		status = cannot("cannot give up privileges", error);
	} else {
		announce(&d->options, l);
		s.watch = d->watch;
		s.baseline = d->baseline;
		scan_live_run(l, &s, stderr);
		status = report(d, &s);
		if (!keeper_close(k))
			status = cannot(d->options.write, strerror(errno));
	}
	scan_release(&s);
	return status;
}

static int scan_wires(struct door *d)
{
	struct scan_options *o = &d->options;
	struct interface list[INTERFACES];
	size_t count = interfaces_list(list, INTERFACES);
	struct scan_live live;
	struct keeper keeper = {0};
	int status = scan_live_choose(o, list, count, stderr);

	if (status != 0)
		return status;
	if (!output_files_hand_over(&d->files))
		return cannot("-o", strerror(errno));
	status = scan_live_open(&live, o, list, count, stderr);
	if (status == STATUS_BLIND)
		say_nothing(o, o->interface[0], "could not listen");
	if (status == 0 && o->write != NULL) {
		if (keeper_open(&keeper, o->write, o->version, &live)) {
			live.keep = keeper_keep;
			live.keep_context = &keeper;
		} else {
			status = cannot(o->write, strerror(errno));
		}
	}
	if (status == 0)
		status = listen_to(d, &live, &keeper);
	(void)keeper_close(&keeper);
	scan_live_close(&live);
	return status;
}

/* ---- the door --------------------------------------------------------------------------------------------------- */

static int list_interfaces(void)
{
	struct interface list[INTERFACES];

	interfaces_print(list, interfaces_list(list, INTERFACES), stdout);
	return 0;
}

static int prepare(struct door *d)
{
	const struct scan_options *o = &d->options;
	char error[BASELINE_ERROR];

	if (o->baseline != NULL && (d->baseline = scan_baseline_read(o->baseline, error)) == NULL) {
		(void)cannot(o->baseline, error);
		return STATUS_USAGE;
	}
	if (o->watch && (d->watch = scan_watch_new(stdout, o->format == SCAN_JSONL)) == NULL)
		return cannot("--watch", "out of memory");
	return open_files(d) ? 0 : STATUS_BLIND;
}

int cmd_scan(int argc, char **argv)
{
	struct door d = {0};

	switch (scan_options_read(&d.options, argc, argv, stdout, stderr)) {
	case SCAN_HELP:
		return 0;
	case SCAN_USAGE:
		return STATUS_USAGE;
	case SCAN_RUN:
		break;
	}
	d.options.version = VIPLAB_VERSION;
	if (d.options.lists_interfaces)
		return list_interfaces();
	if (!cmd_scan_may_write(&d.options))
		return STATUS_BLIND;
	output_files_begin(&d.files);
	int status = prepare(&d);
	if (status == 0)
		status = d.options.file != NULL ? scan_a_file(&d) : scan_wires(&d);
	output_files_end(&d.files);
	scan_watch_free(d.watch);
	scan_baseline_free(d.baseline);
	return status;
}
