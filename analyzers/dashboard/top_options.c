// SPDX-License-Identifier: BSD-2-Clause
/* getopt_long does the splitting. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzers/dashboard/top.h"
#include "analyzers/dashboard/weights.h"

enum {
	OPTION_SERVICE = 256,
	OPTION_WEIGHTS,
	OPTION_RECORD,
	OPTION_VIEW,
	OPTION_AT,
	OPTION_SPEED,
	OPTION_ONCE,
	OPTION_PLAIN,
	OPTION_GLYPHS,
	OPTION_THEME,
	OPTION_MOUSE,
	OPTION_COLOR,
	OPTION_CONFIG,
	OPTION_BELL,
};

static const struct option table[] = {
	{"service", required_argument, NULL, OPTION_SERVICE}, {"view", required_argument, NULL, OPTION_VIEW},
	{"record", required_argument, NULL, OPTION_RECORD},
	{"weights", required_argument, NULL, OPTION_WEIGHTS},
	{"at", required_argument, NULL, OPTION_AT},	      {"speed", required_argument, NULL, OPTION_SPEED},
	{"once", no_argument, NULL, OPTION_ONCE},	      {"plain", no_argument, NULL, OPTION_PLAIN},
	{"glyphs", required_argument, NULL, OPTION_GLYPHS},   {"theme", required_argument, NULL, OPTION_THEME},
	{"mouse", no_argument, NULL, OPTION_MOUSE},	      {"color", required_argument, NULL, OPTION_COLOR},
	{"config", required_argument, NULL, OPTION_CONFIG},   {"bell", no_argument, NULL, OPTION_BELL},
	{"interval", required_argument, NULL, 'd'},	      {"format", required_argument, NULL, 'f'},
	{"help", no_argument, NULL, 'h'},		      {NULL, 0, NULL, 0},
};

void top_options_help(void)
{
	puts("usage: viplab top [OPTION]... SOURCE\n"
	     "Shows who takes how many connections against the fair share, who is Active, which IDs are used and collide.\n"
	     "Looks only: nothing is sent that changes a balancer or a router.\n\nsources:");
	for (size_t i = 0; source_at(i) != NULL; i++)
		printf("  %-26s %s\n", source_at(i)->form, source_at(i)->help);
	puts("\n"
	     "  -d, --interval DUR       between samples (default 1s)\n"
	     "      --view NAME          servers (default), ha, ids, events\n"
	     "      --service NAME       this virtual service only\n"
	     "      --weights N=W,...    weights of servers (by name or address) that the source cannot know\n"
	     "      --record FILE        keep every sample and change of state, as a journal that journal:FILE reads\n"
	     "      --at T               stand at this moment of a record (as 12.4s)\n"
	     "      --speed N            pace of a record: 1, 10, 0.5; 0 is as fast as it goes (journal, pcap: 0; sim: 1)\n"
	     "      --once               one interval, then print (-f) and stop: 0 all is well, 1 a storm, a server down, a conflict\n"
	     "  -f, --format F           with --once: text (the screen), json, tsv, openmetrics, check, svg, html\n"
	     "      --plain              lines instead of a screen; also without a terminal, with TERM=dumb or ACCESSIBLE set\n"
	     "      --glyphs G           auto, ascii, console, blocks\n"
	     "      --theme T            auto, mono, safe\n"
	     "      --color WHEN         auto, always, never (NO_COLOR is heard)\n"
	     "      --mouse              on from the start\n"
	     "      --bell               rings when a storm or a conflict begins\n"
	     "      --config FILE        settings (default $XDG_CONFIG_HOME/viplab/viplab.conf; - none); the key W writes them\n"
	     "  -h, --help               this page; ? inside shows the keys\n\n"
	     "exit status: 0 ended, 2 this command line or a script is wrong, 3 the source cannot be opened, 128+n by signal n");
}

static bool word_of(const char *text, const char *const *word, int *out)
{
	for (int i = 0; word[i] != NULL; i++)
		if (strcmp(text, word[i]) == 0) {
			*out = i;
			return true;
		}
	return false;
}

static bool refuse(const char *option, const char *value, const char *wanted)
{
	fprintf(stderr, "viplab top: --%s: `%s' is not %s (viplab help top)\n", option, value, wanted);
	return false;
}

static bool duration(const char *text, vl_time *out)
{
	char *end;
	unsigned long seconds = strtoul(text, &end, 10);

	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && seconds < 1000000000) {
		*out = seconds * VL_S;
		return true;
	}
	return vl_time_parse(text, out);
}

/* "10", "0.5": hundredths. */
static bool speed(const char *text, unsigned *percent)
{
	char *end;
	double n = strtod(text, &end);

	if (text[0] < '0' || text[0] > '9' || *end != '\0' || n > 100000.0)
		return false;
	*percent = (unsigned)(n * 100.0 + 0.5);
	return true;
}

static bool take(struct top_options *o, int code, const char *value)
{
	static const char *const views[] = {"servers", "ha", "ids", "events", NULL}, *const glyphs[] = {"ascii", "console", "blocks", "auto", NULL},
			  *const themes[] = {"auto", "mono", "safe", NULL}, *const colours[] = {"auto", "always", "never", NULL},
			  *const formats[] = {"text", "json", "tsv", "openmetrics", "check", "svg", "html", NULL};
	int word = 0;

	switch (code) {
	case 'd':
		return (duration(value, &o->interval) && o->interval >= 100 * VL_MS && o->interval <= 60 * VL_S) ||
		       refuse("interval", value, "a length of time from 100ms to 60s");
	case 'f':
		if (!word_of(value, formats, &word))
			return refuse("format", value, "text, json, tsv, openmetrics, check, svg or html");
		o->format = (enum snapshot_format)word;
		return true;
	case 'h':
		return o->help = true;
	case OPTION_SERVICE:
		o->service = value;
		return true;
	case OPTION_RECORD:
		o->record = value;
		return true;
	case OPTION_WEIGHTS:
		if (!weights_valid(value))
			return refuse("weights", value, "NAME=NUMBER, with commas between");
		o->weights = value;
		return true;
	case OPTION_VIEW:
		if (!word_of(value, views, &word))
			return refuse("view", value, "servers, ha, ids or events");
		o->view = (enum view)word;
		return true;
	case OPTION_AT:
		o->has_at = true;
		return duration(value, &o->at) || refuse("at", value, "a time, as 12.4s");
	case OPTION_SPEED:
		o->speed_given = true;
		return speed(value, &o->speed_percent) || refuse("speed", value, "a number, as 10 or 0.5");
	case OPTION_ONCE:
		return o->once = true;
	case OPTION_PLAIN:
		return o->plain = true;
	case OPTION_GLYPHS:
		if (!word_of(value, glyphs, &word))
			return refuse("glyphs", value, "auto, ascii, console or blocks");
		o->glyphs = word == 3 ? -1 : word;
		return true;
	case OPTION_THEME:
		if (!word_of(value, themes, &word))
			return refuse("theme", value, "auto, mono or safe");
		o->theme = (enum theme)word;
		return true;
	case OPTION_MOUSE:
		return o->mouse = true;
	case OPTION_BELL:
		return o->bell = true;
	case OPTION_CONFIG:
		return true;            /* read before the others */
	case OPTION_COLOR:
		if (!word_of(value, colours, &word))
			return refuse("color", value, "auto, always or never");
		o->colour = (enum top_colour)word;
		return true;
	default:
		return false;
	}
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
}

/* The settings file says what the command line does not, so it is read first. */
static bool take_settings(struct top_options *o, int argc, char **argv)
{
	const char *path = NULL;
	char error[SETTINGS_ERROR];
	int code;

	optind = 1;
	while ((code = getopt_long(argc, argv, ":d:f:h", table, NULL)) != -1)
		if (code == OPTION_CONFIG)
			path = optarg;
	o->settings = malloc(sizeof *o->settings);
	if (o->settings == NULL) {
		fputs("viplab top: out of memory\n", stderr);
		return false;
	}
	settings_init(o->settings);
	if (!settings_read(o->settings, path, error)) {
		fprintf(stderr, "viplab top: %s\n", error);
		return false;
	}
	o->view = (enum view)o->settings->view;
	o->glyphs = o->settings->glyphs;
	o->theme = (enum theme)o->settings->theme;
	o->mouse = o->settings->mouse != 0;
	return true;
}

void top_options_free(struct top_options *o)
{
	if (o->settings != NULL)
		settings_fini(o->settings);
	free(o->settings);
	o->settings = NULL;
}

bool top_options_read(struct top_options *o, int argc, char **argv)
{
	const char *type = getenv("TERM"), *no_colour = getenv("NO_COLOR");
	int code;

	*o = (struct top_options){.interval = VL_S, .speed_percent = 100, .glyphs = -1};
	opterr = 0;
	if (!take_settings(o, argc, argv))
		return false;
	optind = 1;
	while ((code = getopt_long(argc, argv, ":d:f:h", table, NULL)) != -1) {
		if (code == '?' || code == ':') {
			fprintf(stderr, "viplab top: %s `%s' (viplab help top)\n",
				code == '?' ? "there is no option" : "a value is missing after", argv[optind - 1]);
			return false;
		}
		if (!take(o, code, optarg))
			return false;
	}
	if (o->help)
		return true;
	if (argc - optind != 1) {
		fprintf(stderr, "viplab top: name one source, as %s (viplab help top)\n", source_at(0)->form);
		return false;
	}
	o->source = argv[optind];
	if (o->colour == COLOUR_AUTO && no_colour != NULL && no_colour[0] != '\0')
		o->colour = COLOUR_NEVER;
	o->plain = o->plain || is_set("ACCESSIBLE") || type == NULL || type[0] == '\0' || strcmp(type, "dumb") == 0 ||
		   isatty(STDOUT_FILENO) != 1;
	return true;
}
