// SPDX-License-Identifier: BSD-2-Clause
/* The door of the scanner: options, capture, outputs, exit status. */
#include "probes/cmd_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/scan.h"
#include "viplab.h"

#define STATUS_USAGE 2
#define STATUS_BLIND 3

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
	case SCAN_TSV:
		return scan_print_tsv(s, out);
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

/* Written beside its place and renamed into it: a reader sees the old file or the whole new one. */
static bool write_file(const struct scan *s, const struct scan_output *o)
{
	size_t room = strlen(o->path) + 8;
	char *temporary = malloc(room);
	bool ok = false;

	if (temporary == NULL)
		return false;
	(void)snprintf(temporary, room, "%s.XXXXXX", o->path);
	int fd = mkstemp(temporary);
	if (fd >= 0) {
		mode_t mask = umask(0);
		(void)umask(mask);
		(void)fchmod(fd, 0666 & ~mask);
		FILE *out = fdopen(fd, "w");
		if (out == NULL) {
			(void)close(fd);
		} else {
			ok = print_as(s, o->format, out);
			ok = fclose(out) == 0 && ok;
		}
		ok = ok && rename(temporary, o->path) == 0;
		int error = errno;
		if (!ok)
			(void)unlink(temporary);
		errno = error;
	}
	free(temporary);
	if (!ok)
		(void)cannot(o->path, strerror(errno));
	return ok;
}

static void talk_about(const struct scan *s)
{
	const struct conflict_counters *n = conflict_counted(s->judge);

	if (s->reason[0] != '\0')
		(void)cannot(s->options->file, s->reason);
	if (s->options->verbosity < 0)
		return;
	(void)fprintf(stderr, "%llu frames, %zu conflict%s", (unsigned long long)s->frames, s->conflicts,
		      s->conflicts == 1 ? "" : "s");
	if (n->malformed > 0)
		(void)fprintf(stderr, ", %llu malformed", (unsigned long long)n->malformed);
	if (n->bad_sums > 0)
		(void)fprintf(stderr, ", %llu with a wrong checksum", (unsigned long long)n->bad_sums);
	if (s->cut > 0)
		(void)fprintf(stderr, ", %llu cut short", (unsigned long long)s->cut);
	(void)fputc('\n', stderr);
	uint64_t refused = n->groups_refused + n->speakers_refused + n->lists_refused + n->addresses_refused +
			   n->pairs_refused + n->findings_refused;
	if (refused > 0)
		(void)fprintf(stderr, "viplab scan: %llu facts found no room in the tables\n",
			      (unsigned long long)refused);
	if (s->frames == 0)
		(void)cannot(s->options->file, "no frame at all: nothing can be said");
}

static int scan_capture(const struct scan_options *o, struct capture_file *c)
{
	struct scan s;
	int status;

	if (!scan_gather(&s, o, c)) {
		scan_release(&s);
		return cannot(o->file, "out of memory");
	}
	status = scan_status(&s);
	talk_about(&s);
	if (!print_as(&s, o->format, stdout) || fflush(stdout) != 0)
		status = cannot("standard output", strerror(errno));
	for (size_t i = 0; i < o->output_count; i++)
		if (!write_file(&s, &o->output[i]))
			status = STATUS_BLIND;
	/* A monitoring system's own codes: 0 OK, 1 warning, 2 critical, 3 unknown. */
	if (o->format == SCAN_CHECK && status != STATUS_BLIND)
		status = s.verdict == SCAN_CONFLICT ? 2 : s.verdict == SCAN_WARN ? 1 : 0;
	scan_release(&s);
	return status;
}

/* Who asked for a document gets one, whatever happened. */
static void say_nothing(const struct scan_options *o, const char *reason)
{
	struct scan s;

	if (o->format != SCAN_JSON && o->format != SCAN_CHECK)
		return;
	if (scan_nothing(&s, o, reason))
		(void)print_as(&s, o->format, stdout);
	scan_release(&s);
}

int cmd_scan(int argc, char **argv)
{
	struct scan_options options;
	char error[CAPTURE_ERROR];

	switch (scan_options_read(&options, argc, argv, stdout, stderr)) {
	case SCAN_HELP:
		return 0;
	case SCAN_USAGE:
		return STATUS_USAGE;
	case SCAN_RUN:
		break;
	}
	options.version = VIPLAB_VERSION;
	struct capture_file *c = capture_open(options.file, error);
	if (c == NULL) {
		say_nothing(&options, error);
		return cannot(options.file, error);
	}
	int status;
	if (options.filter[0] != '\0' && !capture_filter(c, options.filter, error)) {
		(void)cannot("filter", error);
		status = STATUS_USAGE;
	} else {
		status = scan_capture(&options, c);
	}
	capture_close(c);
	return status;
}
