// SPDX-License-Identifier: BSD-2-Clause
/*
 * The door of the report. Its exit status is the scanner's: 0 nothing wrong (with --strict not even a warning), 1 something
 * is, 2 the line is wrong, 3 could not look.
 */
#include "analyzers/report/cmd_report.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/report/balance_report.h"
#include "probes/capture_file.h"
#include "viplab.h"

#define STATUS_WRONG 1
#define STATUS_USAGE 2
#define STATUS_BLIND 3

struct options {
	const char *file;
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
	fputs("usage: viplab report -r CAPTURE [--vip ADDR:PORT]... [-f FORMAT]\n\n"
	      "  -r, --read FILE     pcap or pcapng; `-' is standard input\n"
	      "      --vip A:P[/udp] a virtual service to judge ([A]:P for IPv6), repeatable; without it those that the\n"
	      "                      capture shows to be balanced, else a list of candidates\n"
	      "  -f, --format WORD   table (default), json, tsv, md\n"
	      "      --strict        a warning gives exit status 1\n"
	      "  -q, --quiet         no summary on standard error\n\n"
	      "The capture should have both sides of the balancer (a mirror of its ports, or `tcpdump -i any' on it). `~' is an\n"
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
		o->vips++;
		return true;
	}
	say("--vip: expected ADDR:PORT such as 192.0.2.10:443, [2001:db8::1]:443 or 192.0.2.10:53/udp, not `", text, "'");
	return false;
}

static bool read_options(struct options *o, int argc, char **argv)
{
	enum { VIP = 256, STRICT };
	static const struct option list[] = {
		{"read", required_argument, NULL, 'r'},	  {"vip", required_argument, NULL, VIP},
		{"format", required_argument, NULL, 'f'}, {"strict", no_argument, NULL, STRICT},
		{"quiet", no_argument, NULL, 'q'},	  {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int c;

	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":r:f:qhn", list, NULL)) != -1) {
		bool ok = true;
		switch (c) {
		case 'r':
			ok = o->file == NULL;
			o->file = optarg;
			if (!ok)
				say("-r: one capture at a time", NULL, "");
			break;
		case 'f':
			ok = choose_format(o, optarg);
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
	if (!o->help && optind < argc) {
		say("`", argv[optind], "': a capture is named with -r; `viplab help report' tells more");
		return false;
	}
	if (!o->help && o->file == NULL) {
		say("which capture? -r FILE; `viplab help report' tells more", NULL, "");
		return false;
	}
	return true;
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
		if (!o->print(&r, stdout) || fflush(stdout) != 0) {
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
