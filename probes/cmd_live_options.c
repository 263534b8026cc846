// SPDX-License-Identifier: BSD-2-Clause
/* getopt_long does the splitting; this file knows what each option's argument may be. */
#include "probes/cmd_live_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/control_socket.h"

#define MIB ((size_t)1 << 20)

enum option_code {
	OPTION_ATTACH = 256,
	OPTION_ONLY,
	OPTION_TRANSMIT,
	OPTION_FORCE,
	OPTION_FOR,
	OPTION_RATE,
	OPTION_RING,
	OPTION_TOLERANCE,
	OPTION_SEED,
	OPTION_SET,
	OPTION_FILTER,
	OPTION_JOURNAL,
	OPTION_CONTROL,
};

static const struct {
	const char *name;
	const char *argument;           /* NULL: takes none */
	int code;                       /* a letter when there is a short form */
	const char *help;
} lines[] = {
	{"attach", "SEGMENT=IF", OPTION_ATTACH, "join this segment of the script to that interface; repeatable"},
	{"only", "NODE", OPTION_ONLY, "build only this node; the script's others are real boxes; repeatable"},
	{"transmit", NULL, OPTION_TRANSMIT, "send on the interfaces; without it, only listen"},
	{"force", NULL, OPTION_FORCE, "do not listen first whether somebody is Active with one of our IDs"},
	{"for", "DUR", OPTION_FOR, "end after this time (default: the script's until)"},
	{"rate", "N", OPTION_RATE, "frames a second that may leave an interface (default 50000); none: no limit"},
	{"ring", "MIB", OPTION_RING, "memory for frames that wait, an interface (default 128)"},
	{"tolerance", "DUR", OPTION_TOLERANCE, "how much later than the model a wire may be (default 500ms)"},
	{"write", "FILE", 'w', "write every frame of every segment to a .pcapng file"},
	{"journal", "FILE", OPTION_JOURNAL, "write the journal to a .jsonl file, line by line"},
	{"output", "FILE", 'o', "write the result to a .json file, as of viplab run"},
	{"control", "SOCKET", OPTION_CONTROL, "answer `viplab ctl' and `viplab top engine:' there; auto: the default place"},
	{"set", "KEY=VALUE", OPTION_SET, "change a value of the script before the run; repeatable"},
	{"filter", "PAT", OPTION_FILTER, "which case of the script's matrix"},
	{"seed", "N", OPTION_SEED, "instead of the script's seed"},
	{"quiet", NULL, 'q', "failures only"},
	{"verbose", NULL, 'v', "every check, and what happens; twice: the whole journal"},
	{"help", NULL, 'h', "this page"},
};

#define LINES (sizeof lines / sizeof lines[0])

static void help(void)
{
	puts("usage: viplab live SCRIPT --attach SEGMENT=IF [OPTION]...\n"
	     "Runs a scenario in real time, with segments joined to interfaces: what the world sends there leaves, and what is\n"
	     "heard there enters the world. Needs CAP_NET_RAW to open them, then gives it up. Nothing is configured in the\n"
	     "kernel. Sends only with --transmit.\n");
	for (size_t i = 0; i < LINES; i++) {
		char left[64];
		snprintf(left, sizeof left, "%s%c%s--%s%s%s", lines[i].code < 256 ? "-" : "  ",
			 lines[i].code < 256 ? lines[i].code : ' ', lines[i].code < 256 ? ", " : " ", lines[i].name,
			 lines[i].argument != NULL ? " " : "", lines[i].argument != NULL ? lines[i].argument : "");
		printf("  %-24s %s\n", left, lines[i].help);
	}
	puts("\nexit status: 0 all expectations met, 1 one failed, or it ended before any could be judged,\n"
	     "             2 the script or this command line is wrong,\n"
	     "             3 could not look: no permission, no such interface, or another router is Active with our ID");
}

static bool refuse(const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "viplab live: --%s: `%s' is not %s (viplab help live)\n", option, value, expected);
	return false;
}

static bool parse_whole(const char *text, uint64_t low, uint64_t high, uint64_t *out)
{
	char *end = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && *out >= low && *out <= high;
}

/* A bare number is seconds, as everywhere on viplab's command lines. */
static bool parse_time(const char *text, vl_time *out)
{
	uint64_t seconds;

	if (parse_whole(text, 0, VL_NEVER / VL_S - 1, &seconds)) {
		*out = seconds * VL_S;
		return true;
	}
	return vl_time_parse(text, out);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static bool add(const char **list, size_t *count, size_t room, const char *option, const char *value)
{
	if (*count == room) {
		fprintf(stderr, "viplab live: --%s: at most %zu of them\n", option, room);
		return false;
	}
	list[(*count)++] = value;
	return true;
}

static bool read_attach(struct live_options *o, const char *value)
{
	const char *equals = strchr(value, '=');

	if (equals == NULL || equals == value || equals[1] == '\0')
		return refuse("attach", value, "SEGMENT=IF, as in lan=eth0");
	if (o->attach_count == REALTIME_PORTS) {
		fprintf(stderr, "viplab live: --attach: at most %d of them\n", REALTIME_PORTS);
		return false;
	}
	o->attach[o->attach_count++] = (struct live_attach){.segment = value, .segment_length = (size_t)(equals - value),
							    .interface = equals + 1};
	return true;
}

static bool read_file(const char **file, const char *option, const char *ending, const char *value)
{
	char expected[64];

	(void)snprintf(expected, sizeof expected, "a file name that ends in %s", ending);
	if (!ends_with(value, ending))
		return refuse(option, value, expected);
	*file = value;
	return true;
}

static bool read_numbers(struct live_options *o, int code, const char *value)
{
	uint64_t number = 0;

	switch (code) {
	case OPTION_FOR:
		o->has_length = parse_time(value, &o->length) && o->length > 0;
		return o->has_length || refuse("for", value, "a length of time, such as 30s or 10m");
	case OPTION_TOLERANCE:
		return parse_time(value, &o->tolerance) || refuse("tolerance", value, "a length of time, such as 500ms");
	case OPTION_RATE:
		if (strcmp(value, "none") == 0) {
			o->rate = 0;
			return o->has_rate = true;
		}
		o->has_rate = parse_whole(value, 1, 100000000, &o->rate);
		return o->has_rate || refuse("rate", value, "a number of frames a second, or none");
	case OPTION_RING:
		if (!parse_whole(value, 1, 2047, &number))
			return refuse("ring", value, "a number of MiB, 1-2047");
		o->ring = (size_t)number * MIB;
		return true;
	default:
		o->has_seed = parse_whole(value, 0, UINT64_MAX, &o->seed);
		return o->has_seed || refuse("seed", value, "a whole number");
	}
}

static bool take(struct live_options *o, int code, const char *value)
{
	switch (code) {
	case OPTION_ATTACH:
		return read_attach(o, value);
	case OPTION_ONLY:
		return add(o->only, &o->only_count, LIVE_ONLY, "only", value);
	case OPTION_SET:
		return add(o->set, &o->set_count, LIVE_CHANGES, "set", value);
	case OPTION_TRANSMIT:
		o->transmit = true;
		return true;
	case OPTION_FORCE:
		o->force = true;
		return true;
	case OPTION_FILTER:
		o->filter = value;
		return true;
	case OPTION_JOURNAL:
		return read_file(&o->journal, "journal", ".jsonl", value);
	case OPTION_CONTROL:
		if (strlen(value) >= CONTROL_PATH)
			return refuse("control", value, "shorter than 108 characters");
		o->control = value;
		return true;
	case 'w':
		return read_file(&o->write, "write", ".pcapng", value);
	case 'o':
		return read_file(&o->output, "output", ".json", value);
	case 'q':
		o->verbosity--;
		return true;
	case 'v':
		o->verbosity++;
		return true;
	default:
		return read_numbers(o, code, value);
	}
}

static bool is_complete(const struct live_options *o)
{
	if (o->script == NULL)
		fputs("viplab live: which script? (viplab help live)\n", stderr);
	else if (o->attach_count == 0)
		fputs("viplab live: nothing is attached: --attach SEGMENT=IF joins a segment to an interface\n", stderr);
	return o->script != NULL && o->attach_count > 0;
}

enum live_parsed live_options_read(struct live_options *o, int argc, char **argv)
{
	struct option list[LINES + 1] = {{0}};
	char letters[2 * LINES + 2] = ":";
	size_t n = 1;
	int code;

	*o = (struct live_options){.rate = WIRE_RATE, .tolerance = LIVE_TOLERANCE};
	for (size_t i = 0; i < LINES; i++) {
		list[i] = (struct option){.name = lines[i].name, .has_arg = lines[i].argument != NULL, .val = lines[i].code};
		if (lines[i].code < 256)
			letters[n++] = (char)lines[i].code;
		if (lines[i].code < 256 && lines[i].argument != NULL)
			letters[n++] = ':';
	}
	optind = 1;
	opterr = 0;
	while ((code = getopt_long(argc, argv, letters, list, NULL)) != -1) {
		if (code == 'h') {
			help();
			return LIVE_HELP;
		}
		if (code == '?' || code == ':') {
			fprintf(stderr, "viplab live: %s `%s' (viplab help live)\n",
				code == '?' ? "there is no option" : "a value is missing after", argv[optind - 1]);
			return LIVE_USAGE;
		}
		if (!take(o, code, optarg))
			return LIVE_USAGE;
	}
	if (argc - optind > 1) {
		fprintf(stderr, "viplab live: one script at a time: `%s' is a second one\n", argv[optind + 1]);
		return LIVE_USAGE;
	}
	o->script = argc > optind ? argv[optind] : NULL;
	return is_complete(o) ? LIVE_RUN : LIVE_USAGE;
}
