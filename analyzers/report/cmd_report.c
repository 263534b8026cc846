// SPDX-License-Identifier: BSD-2-Clause
/*
 * The door of the report: of runs (their journals), or of a capture. Its exit status is the scanner's: 0 nothing wrong (with --strict not even a warning), 1 something
 * is, 2 the line is wrong, 3 could not look.
 */
#include "analyzers/report/cmd_report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/page_files.h"
#include "analyzers/report/balance_report.h"
#include "probes/capture_file.h"
#include "sim/scenario/evidence.h"
#include "viplab.h"

#define STATUS_WRONG 1
#define STATUS_USAGE 2
#define STATUS_BLIND 3

#define OUTPUTS 16
#define RUNS 1000

struct options {
	const char *file;
	char **path;                    /* of runs: the operands */
	int paths;
	const char *output[OUTPUTS];
	size_t outputs;
	uint32_t only;
	const char *format;             /* -f, or NULL */
	const char *service;            /* the first --vip, as it was written */
	struct balance_vip vip[BALANCE_REPORT_VIPS];
	size_t vips;
	bool (*print)(const struct balance_report *r, FILE *to);
	bool strict, help, quiet;
};

static const struct {
	const char *word;
	bool (*print)(const struct balance_report *r, FILE *to);
} formats[] = {
	{"table", balance_report_table},
	{"json", balance_report_json},
	{"tsv", balance_report_tsv},
	{"md", balance_report_markdown},
};

#define FORMATS (sizeof formats / sizeof formats[0])

static void print_help(void)
{
	fputs("usage: viplab report RUN... [-o FILE]... [--only FIGURE,...] [-f FORMAT]\n"
	      "       viplab report -r CAPTURE [--vip ADDR:PORT]... [-o FILE]... [-f FORMAT]\n\n"
	      "RUN is a journal, a folder that `viplab run --keep always' left, or a folder of such folders: several are compared.\n\n"
	      "  -o, --output FILE   repeatable; the ending picks the format: .html (one file, without script or style),\n"
	      "                      .svg (the pictures alone), .md (with Mermaid), .tsv (every number), .gp (gnuplot) and .vl.json\n"
	      "                      (Vega-Lite); of a capture also .json\n"
	      "      --only LIST     of these alone: checks, findings, share, storm, actives, ids, persistence, failover,\n"
	      "                      moves, ladder, table (events)\n"
	      "  -r, --read FILE     pcap or pcapng; `-' is standard input\n"
	      "      --vip A:P[/udp] a virtual service to judge ([A]:P for IPv6), repeatable; without it those that the\n"
	      "                      capture shows to be balanced, else a list of candidates\n"
	      "  -f, --format WORD   on standard output, when there is no -o: of runs md (default), html, svg, tsv, gp, vl.json;\n"
	      "                      of a capture table (default), json, tsv, md\n"
	      "      --strict        a warning gives exit status 1\n"
	      "  -q, --quiet         no summary on standard error\n\n"
	      "A capture should have both sides of the balancer (a mirror of its ports, or `tcpdump -i any' on it). `~' is an\n"
	      "estimate: the balancer is a proxy, and its connections were matched by what clients said.\n"
	      "exit status: 0 nothing wrong, 1 something is (--strict), 2 usage, 3 could not look\n",
	      stdout);
}

/* Text from outside on its way to a terminal: no byte that one would obey. */
static void say(const char *what, const char *outside, const char *why)
{
	fputs("viplab report: ", stderr);
	fputs(what, stderr);
	for (; outside != NULL && *outside != '\0'; outside++)
		fputc(*outside >= 0x20 && *outside < 0x7f ? *outside : '?', stderr);
	fprintf(stderr, "%s\n", why);
}

static bool choose_format(struct options *o, const char *word)
{
	for (size_t i = 0; i < FORMATS; i++) {
		if (strcmp(formats[i].word, word) == 0) {
			o->print = formats[i].print;
			return true;
		}
	}
	say("-f: `", word, "' is not one of: table, json, tsv, md");
	return false;
}

static bool add_vip(struct options *o, const char *text)
{
	if (o->vips == BALANCE_REPORT_VIPS) {
		say("--vip: more than 32", NULL, "");
		return false;
	}
	if (balance_vip_read(&o->vip[o->vips], text)) {
		o->service = o->vips == 0 ? text : o->service;
		o->vips++;
		return true;
	}
	say("--vip: expected ADDR:PORT such as 192.0.2.10:443, [2001:db8::1]:443 or 192.0.2.10:53/udp, not `", text, "'");
	return false;
}

static bool add_output(struct options *o, const char *file)
{
	if (o->outputs == OUTPUTS) {
		say("-o: more than 16", NULL, "");
		return false;
	}
	o->output[o->outputs++] = file;
	return true;
}

static bool choose_figures(struct options *o, const char *list)
{
	const char *wrong;

	if (page_only(&o->only, list, &wrong))
		return true;
	say("--only: `", wrong, "' begins with no figure; `viplab help report' lists them");
	return false;
}

/* What fits a capture does not fit runs; which of them it is, is known when all was read. */
static bool judge_options(struct options *o)
{
	if (o->file == NULL && o->paths == 0) {
		say("of what? a run's journal or folder, or -r CAPTURE; `viplab help report' tells more", NULL, "");
		return false;
	}
	if (o->file != NULL && o->paths > 0) {
		say("`", o->path[0], "': a capture is named with -r, and nothing stands beside it");
		return false;
	}
	for (size_t i = 0; i < o->outputs; i++) {
		const char *dot = strrchr(o->output[i], '.');
		bool json = dot != NULL && strcmp(dot, ".json") == 0 && o->file != NULL;
		if (page_format_of(o->output[i]) == NULL && !json) {
			say("-o: `", o->output[i], "': the ending is none of " PAGE_FORMATS);
			return false;
		}
	}
	if (o->format == NULL)
		return true;
	if (o->file != NULL)
		return choose_format(o, o->format);
	if (page_format(o->format) == NULL)
		say("-f: `", o->format, "' is not one of: " PAGE_FORMATS);
	return page_format(o->format) != NULL;
}

static bool read_options(struct options *o, int argc, char **argv)
{
	enum { VIP = 256, STRICT, ONLY };
	static const struct option list[] = {
		{"read", required_argument, NULL, 'r'},	  {"vip", required_argument, NULL, VIP},
		{"format", required_argument, NULL, 'f'}, {"strict", no_argument, NULL, STRICT},
		{"quiet", no_argument, NULL, 'q'},	  {"help", no_argument, NULL, 'h'},
		{"output", required_argument, NULL, 'o'}, {"only", required_argument, NULL, ONLY},
		{NULL, 0, NULL, 0},
	};
	int c;

	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":r:f:o:qhn", list, NULL)) != -1) {
		bool ok = true;
		switch (c) {
		case 'r':
			ok = o->file == NULL;
			o->file = optarg;
			if (!ok)
				say("-r: one capture at a time", NULL, "");
			break;
		case 'f':
			o->format = optarg;
			break;
		case 'o':
			ok = add_output(o, optarg);
			break;
		case ONLY:
			ok = choose_figures(o, optarg);
			break;
		case VIP:
			ok = add_vip(o, optarg);
			break;
		case STRICT:
			o->strict = true;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'h':
			o->help = true;
			break;
		case 'n':
			break;
		case ':':
			say("`", argv[optind - 1], "' needs a value; `viplab help report' tells more");
			return false;
		default:
			say("`", argv[optind - 1], "' is no option; `viplab help report' tells more");
			return false;
		}
		if (!ok)
			return false;
	}
	o->path = argv + optind;
	o->paths = argc - optind;
	return o->help || judge_options(o);
}

static bool gather(struct balance_report *r, struct capture_file *c, const struct options *o)
{
	struct capture_frame frame;
	struct packet packet;
	enum capture_next next;

	if (!balance_report_begin(r, o->vip, o->vips))
		return false;
	r->source = o->file;
	r->version = VIPLAB_VERSION;
	while ((next = capture_read(c, &frame)) == CAPTURE_FRAME) {
		capture_dissect(c, &frame, &packet);
		balance_report_frame(r, &(struct analyzer_frame){.packet = &packet, .number = frame.number,
								 .interface = frame.interface, .at = frame.at,
								 .length = frame.length});
	}
	r->complete = next == CAPTURE_END;
	if (next == CAPTURE_TRUNCATED)
		say(o->file, NULL, ": the file ends inside a frame; what was read counts");
	else if (next == CAPTURE_DAMAGED)
		say("", o->file, capture_error(c) != NULL ? ": what follows makes no sense; what was read counts" : "");
	return balance_report_end(r);
}

static int status_of(const struct balance_report *r, const struct options *o)
{
	if (r->verdict == BALANCE_INCONCLUSIVE)
		return STATUS_BLIND;
	return r->verdict == BALANCE_WARN && o->strict ? STATUS_WRONG : 0;
}

static void talk_about(const struct balance_report *r)
{
	const struct flows_counters *n = flows_counted(balance_flows(r->judge));
	char name[FLOWS_NAME];

	fprintf(stderr, "%llu frames, %llu flows, %zu finding%s", (unsigned long long)r->frames, (unsigned long long)n->flows,
		r->finding_count, r->finding_count == 1 ? "" : "s");
	if (n->bad_sums > 0)
		fprintf(stderr, ", %llu frames with a wrong checksum", (unsigned long long)n->bad_sums);
	if (n->displaced > 0)
		fprintf(stderr, ", %llu flows displaced", (unsigned long long)n->displaced);
	if (n->servers_refused + n->services_refused + n->sources_refused + balance_refused(r->judge) > 0)
		fprintf(stderr, ", %llu facts without room",
			(unsigned long long)(n->servers_refused + n->services_refused + n->sources_refused +
					     balance_refused(r->judge)));
	fputc('\n', stderr);
	if (r->frames == 0)
		say("the capture holds no frames", NULL, "");
	for (size_t i = 0; i < r->service_count && r->missing; i++) {
		const struct flow_service *s = flows_service(balance_flows(r->judge), r->service[i]);
		if (s->attempts + s->active == 0)
			say(flows_service_name(name, s), NULL, ": no connection for it in this capture");
	}
}

/* Who asked for a document gets one, whatever happened. */
static void say_nothing(const struct options *o)
{
	struct balance_report r;

	if (o->print == balance_report_table || !balance_report_begin(&r, NULL, 0))
		return;
	r.source = o->file;
	r.version = VIPLAB_VERSION;
	r.complete = false;
	(void)balance_report_end(&r);
	(void)o->print(&r, stdout);
	balance_report_fini(&r);
}

static void write_report(FILE *to, const void *what)
{
	(void)balance_report_json(what, to);
}

static void write_rows(FILE *to, const void *what)
{
	(void)balance_report_tsv(what, to);
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static bool written(const char *file, bool ok)
{
	if (!ok)
		say("", file, ": could not be written");
	return ok;
}

/* A capture's pages: what is heard on it, and the judges' table as text. */
static bool write_capture_pages(const struct options *o, const struct balance_report *r)
{
	char error[STORY_ERROR];
	struct story *s = NULL;
	bool ok = true;

	for (size_t i = 0; i < o->outputs && ok; i++) {
		page_writer *write = page_format_of(o->output[i]);
		if (write == NULL || write == page_tsv) {
			ok = written(o->output[i], evidence_write_file("", o->output[i], write == NULL ? write_report : write_rows, r));
			continue;
		}
		if (s == NULL) {
			size_t length;
			s = strcmp(o->file, "-") != 0 ? story_of_capture(o->file, o->service, error) : NULL;
			if (s == NULL) {
				say("", o->file, strcmp(o->file, "-") == 0 ? ": pages are made of a file: it is read twice" : ": could not be read again");
				return false;
			}
			FILE *text = open_memstream(&s->judges, &length);
			ok = text != NULL && balance_report_table(r, text);
			ok = text != NULL && fclose(text) == 0 && ok;
		}
		ok = ok && written(o->output[i], page_write(o->output[i], write, &(struct page){.story = &s, .stories = 1, .only = o->only}));
	}
	story_free(s);
	return ok;
}

struct gathered {
	struct story **story;
	size_t count;
};

static bool add_runs(struct gathered *g, const char *path)
{
	char error[STORY_ERROR];
	size_t count;
	char **run = page_runs(path, &count, error);
	struct story **more = run != NULL ? realloc(g->story, (g->count + count) * sizeof *more) : NULL;
	bool ok = more != NULL && g->count + count <= RUNS;

	if (run == NULL)
		say(error, NULL, "");
	else if (!ok)
		say("", path, ": too many runs for one page");
	g->story = more != NULL ? more : g->story;
	for (size_t i = 0; run != NULL && i < count; i++) {
		struct story *s = ok ? story_of_run(run[i], error) : NULL;
		if (ok && s == NULL)
			say(error, NULL, "");
		if (s != NULL)
			g->story[g->count++] = s;
		ok = ok && s != NULL;
		free(run[i]);
	}
	free(run);
	return ok;
}

static int report_runs(const struct options *o)
{
	struct gathered g = {0};
	bool ok = true;

	for (int i = 0; i < o->paths && ok; i++)
		ok = add_runs(&g, o->path[i]);
	for (size_t i = 0; i < g.count && g.count > 1; i++)
		g.story[i]->number = (unsigned)i + 1;
	const struct page page = {.story = g.story, .stories = g.count, .only = o->only};
	if (ok && o->outputs == 0)
		ok = written("standard output", page_write("-", o->format != NULL ? page_format(o->format) : page_markdown, &page));
	for (size_t i = 0; i < o->outputs && ok; i++)
		ok = written(o->output[i], page_write(o->output[i], page_format_of(o->output[i]), &page));
	for (size_t i = 0; i < g.count; i++)
		story_free(g.story[i]);
	free(g.story);
	return ok ? 0 : STATUS_BLIND;
}

static int report(struct capture_file *c, const struct options *o)
{
	struct balance_report r;
	int status = STATUS_BLIND;

	if (!gather(&r, c, o)) {
		say("out of memory", NULL, "");
	} else {
		status = status_of(&r, o);
		if (!o->quiet)
			talk_about(&r);
		if (o->outputs > 0) {
			status = write_capture_pages(o, &r) ? status : STATUS_BLIND;
		} else if (!o->print(&r, stdout) || fflush(stdout) != 0) {
			say("standard output: ", NULL, strerror(errno));
			status = STATUS_BLIND;
		}
	}
	balance_report_fini(&r);
	return status;
}

int cmd_report(int argc, char **argv)
{
	struct options o = {.print = balance_report_table};
	char error[CAPTURE_ERROR];

	if (!read_options(&o, argc, argv))
		return STATUS_USAGE;
	if (o.help) {
		print_help();
		return fflush(stdout) == 0 ? 0 : STATUS_BLIND;
	}
	if (o.file == NULL)
		return report_runs(&o);
	struct capture_file *c = capture_open(o.file, error);
	if (c == NULL) {
		char why[CAPTURE_ERROR + 2];
		snprintf(why, sizeof why, ": %s", error);
		say("", o.file, why);
		say_nothing(&o);
		return STATUS_BLIND;
	}
	int status = report(c, &o);
	capture_close(c);
	return status;
}
