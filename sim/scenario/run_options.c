// SPDX-License-Identifier: BSD-2-Clause
/* getopt_long does the splitting; this file knows what each option's argument may be. */
#include "sim/scenario/run_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/jobs.h"

#define WALL_LIMIT (60 * VL_S)          /* default of --timeout */
#define MOST_SEEDS 1000000U

enum option_code {
	OPTION_LIST = 256,
	OPTION_FILTER,
	OPTION_TAG,
	OPTION_JOBS,
	OPTION_KEEP_GOING,
	OPTION_SEED,
	OPTION_SEEDS,
	OPTION_SAMPLE,
	OPTION_REPEAT,
	OPTION_SET,
	OPTION_UNTIL,
	OPTION_TIMEOUT,
	OPTION_KEEP,
	OPTION_PCAP,
	OPTION_SIM_LIMIT,
	OPTION_TRACE,
	OPTION_OUT,
	OPTION_ALLOW_EMPTY,
	OPTION_ON,
	OPTION_SEGMENT,
	OPTION_SHARD,
	OPTION_NO_SKIP,
	OPTION_JUNIT,
	OPTION_DIALECT,
	OPTION_TAP,
	OPTION_GITHUB,
	OPTION_EXIT_STYLE,
	OPTION_WATCH,
	OPTION_TABLE,
};

struct option_line {
	const char *name;
	const char *argument;   /* NULL: takes none; "[=X]": may be left out */
	int code;               /* a letter when there is a short form */
	const char *help;
};

static const struct option_line lines[] = {
	{"on", "SCENARIO", OPTION_ON, "the script into whose network the capture is put"},
	{"segment", "NAME", OPTION_SEGMENT, "the segment of the script (default: its only one)"},
	{"list", NULL, OPTION_LIST, "print the scenarios that would run, and stop"},
	{"filter", "PAT", OPTION_FILTER, "only scenarios whose name fits: a part of it, or a pattern with * or ?"},
	{"tag", "T", OPTION_TAG, "only scenarios with this tag"},
	{"shard", "I/N", OPTION_SHARD, "only part I of N, by a hash of the script's path; slice:I/N deals them out in turn"},
	{"table", NULL, OPTION_TABLE, "behind the verdicts: what came of the named expectations, a line for each case of a matrix"},
	{"jobs", "N", OPTION_JOBS, "how many at a time (default: the processors); changes no result"},
	{"fail-fast", NULL, 'x', "stop after the first failure"},
	{"keep-going", NULL, OPTION_KEEP_GOING, "run what can be read although a script has mistakes"},
	{"seed", "N", OPTION_SEED, "instead of the script's seed"},
	{"seeds", "A..B", OPTION_SEEDS, "run each once with every seed from A to B"},
	{"sample", "N", OPTION_SAMPLE, "of a script's own many seeds (over:) only the first N"},
	{"repeat", "N", OPTION_REPEAT, "run each N times; differing digests are a failure"},
	{"set", "KEY=VALUE", OPTION_SET, "change a value of the script before the run"},
	{"until", "T", OPTION_UNTIL, "end at this moment of the simulation"},
	{"timeout", "DUR", OPTION_TIMEOUT, "wall time for one run (default 60s); longer is exit status 3"},
	{"keep", "WHEN", OPTION_KEEP, "evidence of: failed (default), always, never"},
	{"pcap", "WHEN", OPTION_PCAP, "the capture among it: always (default), failed, never"},
	{"sim-limit", "T", OPTION_SIM_LIMIT, "simulated time for one run; a script that lasts longer is not run: exit status 3"},
	{"trace", "KIND,...", OPTION_TRACE, "print the journal's records of these kinds: finding, vrrp, balancer.weight"},
	{"out", "DIR", OPTION_OUT, "the folder for evidence (default viplab-out)"},
	{"output", "FILE", 'o', "write the results to a .json, .xml (JUnit), .tap or .md file; repeatable"},
	{"junit", "FILE", OPTION_JUNIT, "write the results as JUnit, whatever the file's name"},
	{"junit-dialect", "NAME", OPTION_DIALECT, "common (default; with file and line), or xunit: what Jenkins' schema allows"},
	{"tap", "[=13|14]", OPTION_TAP, "print TAP (version 13 unless said) instead of the lines for people"},
	{"github", "WHEN", OPTION_GITHUB, "annotations and step summary: auto (default: in GitHub Actions), always, never"},
	{"exit-style", "NAME", OPTION_EXIT_STYLE, "plain, automake (77 nothing judged, 99 for 2 and 3) or nagios"},
	{"watch", NULL, OPTION_WATCH, "run again whenever a script is saved; Ctrl-C ends it"},
	{"quiet", NULL, 'q', "failures and the summary only"},
	{"verbose", NULL, 'v', "every check; twice: the journal"},
	{"allow-empty", NULL, OPTION_ALLOW_EMPTY, "nothing selected, or nothing judged, is no mistake"},
	{"no-skip", NULL, OPTION_NO_SKIP, "an expectation that could not be judged has failed"},
	{"help", NULL, 'h', "this page"},
};

#define LINES (sizeof lines / sizeof lines[0])

/* Every command line but that of `viplab fuzz' is that of `viplab run'. */
static bool is_fuzz(const char *command)
{
	return strcmp(command, "fuzz") == 0;
}

static bool is_replay(const char *command)
{
	return strcmp(command, "replay") == 0;
}

/* `viplab replay' takes all but --watch, `viplab run' what is not of replays, `viplab fuzz' some of that. */
static bool is_for(const char *command, int code)
{
	if (code == OPTION_WATCH)
		return !is_fuzz(command) && !is_replay(command);
	if (!is_fuzz(command))
		return is_replay(command) || (code != OPTION_ON && code != OPTION_SEGMENT);
	return code == OPTION_JOBS || code == OPTION_SEEDS || code == OPTION_TIMEOUT || code == OPTION_OUT || code == 'q' ||
	       code == 'h';
}

void run_options_help(const struct run_options *o)
{
	puts(is_replay(o->command)
		     ? "usage: viplab replay CAPTURE --on SCENARIO [OPTION]...\n"
		       "Puts the frames of a capture (pcap, pcapng; - is standard input) into a segment of a scenario, each at its\n"
		       "time after the first, beside the scenario's nodes, and judges its expectations.\n"
	     : is_fuzz(o->command)
		     ? "usage: viplab fuzz [OPTION]... FILE\n"
		       "Runs a scenario with random faults, a schedule for each seed; then all is healed and must converge.\n"
		       "A failing run is made small and written as a scenario of its own, with its evidence.\n"
		     : "usage: viplab run [OPTION]... FILE|DIR...\n"
		       "Runs scenario scripts in simulated time and judges their expectations.\n");
	for (size_t i = 0; i < LINES; i++) {
		char left[64];
		if (!is_for(o->command, lines[i].code))
			continue;
		snprintf(left, sizeof left, "%s%c%s--%s%s%s", lines[i].code < 256 ? "-" : "  ",
			 lines[i].code < 256 ? lines[i].code : ' ', lines[i].code < 256 ? ", " : " ",
			 lines[i].name, lines[i].argument != NULL && lines[i].argument[0] != '[' ? " " : "",
			 lines[i].argument != NULL ? lines[i].argument : "");
		printf("  %-24s %s\n", left, lines[i].help);
	}
	puts("\nexit status: 0 all expectations met, 1 one failed, or a run ended before any could be judged,\n"
	     "             2 a script or this command line is wrong,\n"
	     "             3 could not run (out of memory, over the wall-time limit) or not write what was asked for");
}

static bool refuse(const struct run_options *o, const char *option, const char *value, const char *expected)
{
	fprintf(stderr, "viplab %s: --%s: `%s' is not %s (viplab help %s)\n", o->command, option, value, expected,
		o->command);
	return false;
}

static bool add(struct run_options *o, const char ***list, size_t *count, const char *item)
{
	const char **longer = realloc(*list, (*count + 1) * sizeof *longer);

	if (longer == NULL) {
		fprintf(stderr, "viplab %s: out of memory\n", o->command);
		o->no_memory = true;
		return false;
	}
	*list = longer;
	longer[(*count)++] = item;
	return true;
}

/* A whole number, decimal or 0x..., that ends at *end. */
static bool parse_number(const char *text, const char **end, uint64_t *out)
{
	char *stop = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*out = strtoull(text, &stop, strncmp(text, "0x", 2) == 0 ? 16 : 10);
	*end = stop;
	return errno == 0 && stop != text;
}

static bool parse_whole(const char *text, uint64_t low, uint64_t high, uint64_t *out)
{
	const char *end = text;

	return parse_number(text, &end, out) && *end == '\0' && *out >= low && *out <= high;
}

static bool parse_seeds(struct run_options *o, const char *text)
{
	const char *at = text;

	o->has_seeds = true;
	return parse_number(text, &at, &o->first_seed) && strncmp(at, "..", 2) == 0 &&
	       parse_whole(at + 2, o->first_seed, UINT64_MAX, &o->last_seed) &&
	       o->last_seed - o->first_seed < MOST_SEEDS;
}

/* A length of time; a bare number is seconds (as everywhere on viplab's command lines). */
static bool parse_time(const char *text, vl_time *out)
{
	uint64_t seconds;

	if (parse_whole(text, 0, VL_NEVER / VL_S - 1, &seconds)) {
		*out = seconds * VL_S;
		return true;
	}
	return vl_time_parse(text, out);
}

/* The place of the word in a list that ends with NULL. */
static bool parse_word(const char *text, const char *const *word, unsigned *out)
{
	for (unsigned i = 0; word[i] != NULL; i++) {
		if (strcmp(text, word[i]) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

/* "2/5", "slice:2/5" */
static bool parse_shard(struct run_options *o, const char *text)
{
	static const char slice[] = "slice:";
	bool is_slice = strncmp(text, slice, sizeof slice - 1) == 0;
	const char *at = is_slice ? text + sizeof slice - 1 : text;

	o->shard = is_slice ? SHARD_SLICE : SHARD_HASH;
	return parse_number(at, &at, &o->shard_index) && *at == '/' && o->shard_index > 0 &&
	       parse_whole(at + 1, o->shard_index, 100000, &o->shard_count);
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static bool add_output(struct run_options *o, const char *file, enum run_format format)
{
	struct run_output *longer = realloc(o->output, (o->output_count + 1) * sizeof *longer);

	if (longer == NULL) {
		fprintf(stderr, "viplab %s: out of memory\n", o->command);
		o->no_memory = true;
		return false;
	}
	o->output = longer;
	longer[o->output_count++] = (struct run_output){.file = file, .format = format};
	return true;
}

static bool add_output_by_name(struct run_options *o, const char *file)
{
	static const char *const ending[] = {[FORMAT_JSON] = ".json", [FORMAT_JUNIT] = ".xml", [FORMAT_TAP] = ".tap",
					     [FORMAT_MARKDOWN] = ".md"};

	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
		if (ends_with(file, ending[i]))
			return add_output(o, file, (enum run_format)i);
	return refuse(o, "output", file, "a file name that ends in .json, .xml, .tap or .md");
}

/* The options about results in files and the exit status. */
static bool take_form(struct run_options *o, int code, char *value)
{
	static const char *const dialect[] = {"common", "xunit", NULL}, *const when[] = {"auto", "always", "never", NULL},
			  *const style[] = {"plain", "automake", "nagios", NULL};
	unsigned word = 0;
	uint64_t number = 13;

	switch (code) {
	case 'o':
		return add_output_by_name(o, value);
	case OPTION_JUNIT:
		return value[0] != '\0' ? add_output(o, value, FORMAT_JUNIT) : refuse(o, "junit", value, "a file");
	case OPTION_DIALECT:
		if (!parse_word(value, dialect, &word))
			return refuse(o, "junit-dialect", value, "common or xunit");
		o->junit_for_jenkins = word == 1;
		return true;
	case OPTION_TAP:
		if (value != NULL && !parse_whole(value, 13, 14, &number))
			return refuse(o, "tap", value, "13 or 14");
		o->tap = (unsigned)number;
		return true;
	case OPTION_GITHUB:
		if (!parse_word(value, when, &word))
			return refuse(o, "github", value, "auto, always or never");
		o->github = (enum run_when)word;
		return true;
	case OPTION_EXIT_STYLE:
		if (!parse_word(value, style, &word))
			return refuse(o, "exit-style", value, "plain, automake or nagios");
		o->exit_style = (enum exit_style)word;
		return true;
	case OPTION_WATCH:
		return o->watch = true;
	default:
		return false;
	}
}

static bool take(struct run_options *o, int code, char *value)
{
	static const char *const keep[] = {"failed", "always", "never", NULL};
	uint64_t number = 0;
	unsigned word = 0;

	switch (code) {
	case OPTION_LIST:
		return o->list = true;
	case OPTION_FILTER:
		return add(o, &o->filter, &o->filter_count, value);
	case OPTION_TAG:
		return add(o, &o->tag, &o->tag_count, value);
	case OPTION_JOBS:
		if (!parse_whole(value, 1, 1024, &number))
			return refuse(o, "jobs", value, "a number from 1 to 1024");
		o->jobs = (size_t)number;
		return true;
	case 'x':
		return o->fail_fast = true;
	case OPTION_KEEP_GOING:
		return o->keep_going = true;
	case OPTION_SEED:
		if (!parse_whole(value, 0, UINT64_MAX, &o->first_seed))
			return refuse(o, "seed", value, "a number, as 7 or 0x1f2e");
		o->last_seed = o->first_seed;
		o->seed_given = true;
		return o->has_seeds = true;
	case OPTION_SEEDS:
		o->seeds_given = true;
		return parse_seeds(o, value) || refuse(o, "seeds", value, "two numbers, as 1..200");
	case OPTION_SAMPLE:
		return parse_whole(value, 1, MOST_SEEDS, &o->sample) || refuse(o, "sample", value, "how many seeds at most, as 20");
	case OPTION_REPEAT:
		if (!parse_whole(value, 1, 1000, &number))
			return refuse(o, "repeat", value, "a number from 1 to 1000");
		o->repeat = (unsigned)number;
		return true;
	case OPTION_SET:
		if (strchr(value, '=') == NULL || value[0] == '=' || strpbrk(value, "\n\r#{}") != NULL)
			return refuse(o, "set", value, "of the form KEY=VALUE, as r1.vrrp.10.priority=90");
		return add(o, &o->set, &o->set_count, value);
	case OPTION_UNTIL:
		o->has_until = true;
		return parse_time(value, &o->until) || refuse(o, "until", value, "a time, as 12.4s");
	case OPTION_TIMEOUT:
		return (parse_time(value, &o->timeout_ns) && o->timeout_ns > 0) ||
		       refuse(o, "timeout", value, "a length of time, as 2m");
	case OPTION_PCAP:
		if (!parse_word(value, keep, &word))
			return refuse(o, "pcap", value, "always, failed or never");
		o->pcap = (enum keep)word;
		return true;
	case OPTION_SIM_LIMIT:
		return (parse_time(value, &o->sim_limit) && o->sim_limit > 0) || refuse(o, "sim-limit", value, "a time, as 10m");
	case OPTION_TRACE:
		o->trace = value;
		return value[0] != '\0' || refuse(o, "trace", value, "kinds of records, as vrrp,balancer.weight");
	case OPTION_KEEP:
		if (!parse_word(value, keep, &word))
			return refuse(o, "keep", value, "failed, always or never");
		o->keep = (enum keep)word;
		return true;
	case OPTION_OUT:
		o->out = value;
		return value[0] != '\0' || refuse(o, "out", value, "a folder");
	case OPTION_SHARD:
		return parse_shard(o, value) || refuse(o, "shard", value, "a part of a whole, as 2/5 or slice:2/5");
	case OPTION_NO_SKIP:
		return o->no_skip = true;
	case 'q':
		o->verbosity = -1;
		return true;
	case 'v':
		o->verbosity = o->verbosity < 1 ? 1 : 2;
		return true;
	case OPTION_ALLOW_EMPTY:
		return o->allow_empty = true;
	case OPTION_ON:
		o->on = value;
		return value[0] != '\0' || refuse(o, "on", value, "a script");
	case OPTION_TABLE:
		return o->table = true;
	case OPTION_SEGMENT:
		o->segment = value;
		return value[0] != '\0' || refuse(o, "segment", value, "the name of a segment");
	case 'h':
		return o->help = true;
	default:
		return take_form(o, code, value);
	}
}

/* The options of other commands: a name that nobody can write. */
static void hide_others(const char *command, struct option table[LINES + 1])
{
	for (size_t i = 0; i < LINES; i++)
		if (!is_for(command, lines[i].code))
			table[i].name = "=";
}

static bool read_all(struct run_options *o, int argc, char **argv)
{
	struct option table[LINES + 1] = {0};
	int code;

	for (size_t i = 0; i < LINES; i++)
		table[i] = (struct option){
			.name = lines[i].name,
			.has_arg = lines[i].argument == NULL	 ? no_argument
				   : lines[i].argument[0] == '[' ? optional_argument
								 : required_argument,
			.val = lines[i].code,
		};
	hide_others(o->command, table);
	optind = 1;
	opterr = 0;
	while ((code = getopt_long(argc, argv, is_fuzz(o->command) ? ":qh" : ":xo:qvh", table, NULL)) != -1) {
		if (code == '?' || code == ':') {
			fprintf(stderr, "viplab %s: %s `%s' (viplab help %s)\n", o->command,
				code == '?' ? "there is no option" : "a value is missing after", argv[optind - 1],
				o->command);
			return false;
		}
		if (!take(o, code, optarg))
			return false;
	}
	if (o->seed_given && o->seeds_given) {
		fprintf(stderr, "viplab %s: --seed and --seeds: only one of them\n", o->command);
		return false;
	}
	o->path = argv + optind;
	o->path_count = (size_t)(argc - optind);
	if (is_replay(o->command) && !o->help && (o->path_count != 1 || o->on == NULL)) {
		fputs("viplab replay: name one capture, and a script: viplab replay CAPTURE --on SCENARIO (viplab help replay)\n", stderr);
		return false;
	}
	if (o->path_count == 0 && !o->help) {
		fprintf(stderr, "viplab %s: no scenario given: name %s (viplab help %s)\n", o->command,
			is_fuzz(o->command) ? "a file" : "files or folders", o->command);
		return false;
	}
	return true;
}

bool run_options_read(struct run_options *o, int argc, char **argv)
{
	*o = (struct run_options){
		.command = argc > 0 ? argv[0] : "run",
		.jobs = jobs_processors(),
		.repeat = 1,
		.timeout_ns = WALL_LIMIT,
		.pcap = KEEP_ALWAYS,
		.out = "viplab-out",
	};
	return read_all(o, argc, argv);
}

void run_options_fini(struct run_options *o)
{
	free(o->filter);
	free(o->tag);
	free(o->set);
	free(o->output);
	*o = (struct run_options){0};
}

bool run_options_github(const struct run_options *o)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	return o->github == WHEN_ALWAYS || (o->github == WHEN_AUTO && actions != NULL && strcmp(actions, "true") == 0);
}

bool run_options_wants_report(const struct run_options *o)
{
	return o->output_count > 0 || o->tap != 0 || run_options_github(o);
}

static int exit_status(const struct run_options *o, enum run_end end)
{
	static const int automake[] = {0, 1, 99, 99, 77}, nagios[] = {0, 2, 3, 3, 1};

	switch (o->exit_style) {
	case EXIT_AUTOMAKE:
		return automake[end];
	case EXIT_NAGIOS:
		return nagios[end];
	case EXIT_PLAIN:
	default:
		return end == RUN_NOTHING_JUDGED ? !o->allow_empty : (int)end;
	}
}

int run_options_serve(int argc, char **argv, enum run_end (*work)(const struct run_options *o))
{
	struct run_options options;
	enum run_end end = RUN_HELD;

	if (!run_options_read(&options, argc, argv))
		end = options.no_memory ? RUN_COULD_NOT : RUN_UNREADABLE;
	else if (options.help)
		run_options_help(&options);
	else
		end = work(&options);
	/* A result that nobody could read is no success: a full disk shows here. */
	if (fflush(stdout) != 0) {
		fprintf(stderr, "viplab %s: stdout: %s\n", options.command, strerror(errno));
		end = RUN_COULD_NOT;
	}
	int status = exit_status(&options, end);
	run_options_fini(&options);
	return status;
}
