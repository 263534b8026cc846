// SPDX-License-Identifier: BSD-2-Clause
/* The capture once more, into an incident; the script beside its place, then renamed into it. */
#include "probes/cmd_scan_scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/scenario/evidence.h"
#include "sim/scenario/incident.h"

static bool cannot(const char *file, const char *why)
{
	(void)fputs("viplab scan: --to-scenario: ", stderr);
	for (; *file != '\0'; file++)
		(void)fputc(*file >= 0x20 && *file < 0x7f ? *file : '?', stderr);
	(void)fprintf(stderr, ": %s\n", why);
	return false;
}

bool cmd_scan_may_write(const struct scan_options *o)
{
	if (o->to_scenario == NULL)
		return true;
	if (o->file == NULL || strcmp(o->file, "-") == 0)
		return cannot(o->to_scenario, "the capture is read twice, so it must be a file (-r FILE)");
	if (o->only_count + o->ignore_count > 0)
		return cannot(o->to_scenario, "not with --only or --ignore: the script expects what was found, all of it");
	if (!o->force && access(o->to_scenario, F_OK) == 0)
		return cannot(o->to_scenario, "is there already (--force writes over it)");
	return true;
}

/* As the scanner read it: its filter, its VLAN, and as far. */
static bool hear(const struct scan *s, struct incident *x)
{
	char error[CAPTURE_ERROR];
	struct capture_file *c = capture_open(s->options->file, error);
	struct capture_frame frame;
	struct packet packet;

	if (c == NULL)
		return cannot(s->options->file, "cannot be read a second time");
	if (s->options->filter[0] != '\0' && !capture_filter(c, s->options->filter, error)) {
		capture_close(c);
		return cannot(s->options->file, "the filter is refused the second time");
	}
	while (capture_read(c, &frame) == CAPTURE_FRAME && frame.at <= s->heard && frame.number <= s->frames) {
		capture_dissect(c, &frame, &packet);
		if (scan_is_chosen(s, &packet))
			incident_frame(x, &(struct analyzer_frame){.packet = &packet, .number = frame.number,
								    .interface = frame.interface, .at = frame.at,
								    .length = frame.length});
	}
	capture_close(c);
	return true;
}

static void write_script(FILE *to, const void *what)
{
	const struct incident_script *script = what;

	(void)fwrite(script->text, 1, script->length, to);
}

static void say(const struct scan *s, const struct incident_script *script, FILE *talk)
{
	(void)fprintf(talk, "\nscenario %s: %zu node%s, %zu step%s; %s\n", s->options->to_scenario, script->nodes,
		      script->nodes == 1 ? "" : "s", script->steps, script->steps == 1 ? "" : "s",
		      script->same ? "its run finds the same" : "its run does not find the same");
	for (const char *line = script->left_out; *line != '\0';) {
		size_t length = strcspn(line, "\n");
		(void)fprintf(talk, "  not rebuilt: %.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static bool write_incident(const struct scan *s, struct incident *x, FILE *talk)
{
	const char *slash = strrchr(s->options->file, '/');
	struct incident_script script;
	bool ok = false;

	switch (incident_write(x, slash != NULL ? slash + 1 : s->options->file, s->heard, s->frames, &script)) {
	case INCIDENT_WRITTEN:
		ok = evidence_write_file("", s->options->to_scenario, write_script, &script);
		if (ok)
			say(s, &script, talk);
		else
			(void)cannot(s->options->to_scenario, strerror(errno));
		break;
	case INCIDENT_NOTHING:
		(void)cannot(s->options->to_scenario, "not written: nobody in the capture speaks VRRP, CARP, HSRP or GLBP");
		(void)fputs(script.left_out, stderr);
		break;
	case INCIDENT_NO_MEMORY:
		(void)cannot(s->options->to_scenario, "out of memory");
		break;
	}
	free(script.text);
	free(script.left_out);
	return ok;
}

bool cmd_scan_to_scenario(const struct scan *s, FILE *talk)
{
	struct incident *x = incident_new(s->finding, s->finding_count);

	if (x == NULL)
		return cannot(s->options->to_scenario, "out of memory");
	bool ok = hear(s, x) && write_incident(s, x, talk);
	incident_free(x);
	return ok;
}
