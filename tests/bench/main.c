// SPDX-License-Identifier: BSD-2-Clause
/*
 * `make bench`: runs the workloads, prints every figure with the spread of its rounds, then a table of the
 * ratios with what must be reached and what is aimed at. BENCH=short takes seconds and says less. The captures
 * that are read go to a folder of their own under TMPDIR, one at a time, and are removed.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/balancer/scheduler.h"
#include "tests/bench/bench.h"
#include "tests/bench/capture_maker.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ns-3 3.37 at its best (fastest scheduler, no checksums) on a machine whose loop of 1000 pending events did
 * 17.7 M events a second; what it would do here is scaled by that loop. */
#define NS3_LIMIT 17.7e6
#define NS3_BRIDGE_L2 351000.0          /* frames forwarded a second */
#define NS3_BRIDGE_UDP 170000.0
#define NS3_ADVERT_L2 8.3               /* seconds for the hour */
#define NS3_ADVERT_IP 19.2

static unsigned rounds = BENCH_ROUNDS;
static double scale = 1;
static char folder[4096], capture[4200];

/* --- the table ------------------------------------------------------------------------------------------- */

struct ratio {
	char what[40];
	const char *beside;
	double value, must, aim;        /* must 0: nothing is asked */
	const char *unit;               /* "%" or "x" */
};

static struct ratio table[48];
static size_t ratios;

static void note(const char *what, const char *beside, double value, double must, double aim, const char *unit)
{
	struct ratio *r = &table[ratios++];

	bench_expect(ratios <= COUNT(table));
	*r = (struct ratio){.beside = beside, .value = value, .must = must, .aim = aim, .unit = unit};
	(void)snprintf(r->what, sizeof r->what, "%s", what);
}

static void bound(char text[16], double value, const char *unit)
{
	(void)snprintf(text, 16, value > 0 ? "%.3g%s" : "-", value, unit);
}

static void print_table(void)
{
	(void)printf("\n%-18s %-44s %9s %8s %8s  %s\n", "workload", "beside", "ratio", "at least", "aim", "reached");
	for (size_t i = 0; i < ratios; i++) {
		const struct ratio *r = &table[i];
		char must[16], aim[16];
		bool less = r->unit[0] == ' ';                  /* " MiB", " ns", " ms": less is better */
		bool reached = less ? r->value <= r->must : r->value >= r->must;
		bool aimed = less ? r->value <= r->aim : r->value >= r->aim;
		bound(must, r->must, r->unit);
		bound(aim, r->aim, r->unit);
		(void)printf("%-18s %-44s %7.1f%-4s %6s %8s  %s\n", r->what, r->beside, r->value, r->unit, must, aim,
			     r->must == 0 ? "" : !reached ? "NO" : aimed ? "aim" : "yes");
	}
}

static void print_rate(const struct bench_case *c, double unit, const char *name)
{
	struct bench_rate r = bench_rate_of(c, rounds);

	(void)printf("  %-34s %9.2f %-16s (%.2f to %.2f)\n", c->name, r.median / unit, name, r.low / unit,
		     r.high / unit);
	(void)fflush(stdout);
}

static double median(const struct bench_case *c)
{
	return bench_rate_of(c, rounds).median;
}

/* --- the laboratory -------------------------------------------------------------------------------------- */

static void bench_laboratory(void)
{
	enum { HEAP_1000, HEAP_100000, FIFOS, L2, UDP, ADVERT_L2, ADVERT_IP, CASES };
	struct bench_case cases[CASES] = {
		[HEAP_1000] = {.name = "loop, heap of 1000", .work = limit_heap_1000, .scale = scale},
		[HEAP_100000] = {.name = "loop, heap of 100 000", .work = limit_heap_100000, .scale = scale},
		[FIFOS] = {.name = "loop, heap of 256 FIFOs, 1000", .work = limit_fifos, .scale = scale},
		[L2] = {.name = "bridge-l2", .work = bridge_l2, .scale = scale},
		[UDP] = {.name = "bridge-udp", .work = bridge_udp, .scale = scale},
		[ADVERT_L2] = {.name = "advert-l2", .work = advert_l2, .scale = scale},
		[ADVERT_IP] = {.name = "advert-ip", .work = advert_ip, .scale = scale},
	};

	bench_run(cases, CASES, rounds);
	double limit = median(&cases[HEAP_1000]), machine = limit / NS3_LIMIT;
	(void)printf("The laboratory, medians of %u (slowest to fastest), CPU time:\n", rounds);
	for (size_t i = HEAP_1000; i <= FIFOS; i++)
		print_rate(&cases[i], 1e6, "M events/s");
	for (size_t i = L2; i <= UDP; i++)
		print_rate(&cases[i], 1e6, "M frames/s");
	for (size_t i = ADVERT_L2; i <= ADVERT_IP; i++)
		print_rate(&cases[i], 1, "virtual hours/s");
	(void)printf("  ns-3's published best is scaled by %.2f, this machine's first loop to its %.1f M events/s\n",
		     machine, NS3_LIMIT / 1e6);

	double l2 = median(&cases[L2]), udp = median(&cases[UDP]);
	note("bridge-l2", "loop, heap of 1000 (2 events a frame)", 200 * l2 / limit, 20, 40, "%");
	note("", "ns-3, frames/s", l2 / (NS3_BRIDGE_L2 * machine), 0, 0, "x");
	note("bridge-udp", "our bridge-l2", 100 * udp / l2, 50, 50, "%");
	note("", "loop, heap of 1000; half of bridge-l2's aims", 200 * udp / limit, 10, 20, "%");
	note("", "ns-3, frames/s", udp / (NS3_BRIDGE_UDP * machine), 0, 0, "x");
	note("advert-l2", "ns-3, hours/s", median(&cases[ADVERT_L2]) * NS3_ADVERT_L2 / machine, 8, 25, "x");
	note("advert-ip", "ns-3, hours/s", median(&cases[ADVERT_IP]) * NS3_ADVERT_IP / machine, 10, 40, "x");
}

/* --- TCP ------------------------------------------------------------------------------------------------- */

static void bench_tcp(void)
{
	enum { SLOW, FAST, HELD, CASES };
	struct bench_case cases[CASES] = {
		[SLOW] = {.name = "tcp, 100 a second", .work = tcp_100, .scale = scale},
		[FAST] = {.name = "tcp, 5000 a second", .work = tcp_5000, .scale = scale},
		[HELD] = {.name = "tcp, 5000 a second, held for 20 s", .work = tcp_hold, .scale = scale},
	};

	bench_run(cases, CASES, rounds);
	(void)printf("TCP sessions through a router (500 B, 5000 B, 12 packets), CPU time:\n");
	for (size_t i = 0; i < CASES; i++)
		print_rate(&cases[i], 1e3, "k sessions/s");
	double bytes = bench_peak_kib(&cases[HELD], rounds) * 1024;
	(void)printf("  a held session, both ends and all:  %.0f bytes\n", bytes);
	note("tcp", "sessions/s at 100 a second, of 40 000", median(&cases[SLOW]) / 40000, 1, 2, "x");
	note("", "sessions/s at 5000 a second, of those", 100 * median(&cases[FAST]) / median(&cases[SLOW]), 80, 100, "%");
	note("", "bytes a held session, of 2000", 2000 / bytes, 1, 2, "x");
}

/* --- the balancer ---------------------------------------------------------------------------------------- */

static void bench_engine(void)
{
	enum { ALONE, HIT_K, BOTH_K, NEW_K, HIT_M, BOTH_M, NEW_M, BURST_K, BURST_M, BOTH_BURST_M, NEW_BURST_M, BURST_10M, CASES };
	static const struct {
		const char *name;
		struct bench_engine what;
	} row[CASES] = {
		[ALONE] = {"frames alone, nobody reads them", {.connections = 1024, .alone = true}},
		[HIT_K] = {"balancer, 1 k, hit", {.connections = 1024}},
		[BOTH_K] = {"balancer, 1 k, NAT both ways", {.connections = 1024, .both_ways = true}},
		[NEW_K] = {"balancer, 1 k, new connections", {.connections = 1024, .opens = true}},
		[HIT_M] = {"balancer, 1 M, hit", {.connections = 1u << 20}},
		[BOTH_M] = {"balancer, 1 M, NAT both ways", {.connections = 1u << 20, .both_ways = true}},
		[NEW_M] = {"balancer, 1 M, new connections", {.connections = 1u << 20, .opens = true}},
		[BURST_K] = {"bursts, 1 k, hit", {.connections = 1024, .bursts = true}},
		[BURST_M] = {"bursts, 1 M, hit", {.connections = 1u << 20, .bursts = true}},
		[BOTH_BURST_M] = {"bursts, 1 M, NAT both ways", {.connections = 1u << 20, .both_ways = true, .bursts = true}},
		[NEW_BURST_M] = {"bursts, 1 M, new connections", {.connections = 1u << 20, .opens = true, .bursts = true}},
		[BURST_10M] = {"bursts, 10 M, hit", {.connections = 10000000, .bursts = true}},
	};
	struct bench_case cases[CASES + 1] = {0};
	size_t count = scale < 1 ? BURST_10M : CASES;   /* the largest takes 2 GB and a while */

	for (size_t i = 0; i < count; i++)
		cases[i] = (struct bench_case){
			.name = row[i].name, .work = engine_frames, .scale = scale, .what = &row[i].what};
	cases[count] = (struct bench_case){.name = "memory, one line behind another", .work = limit_memory, .scale = scale};
	bench_run(cases, count + 1, rounds);
	(void)printf("The balancer alone (stack, table, rewriting; frames of 60 bytes from memory), CPU time:\n");
	for (size_t i = 0; i <= count; i++) {
		struct bench_rate r = bench_rate_of(&cases[i], rounds);
		(void)printf("  %-34s %9.1f ns a frame       (%.1f to %.1f)\n", cases[i].name, 1e9 / r.median, 1e9 / r.high, 1e9 / r.low);
	}
	note("balancer", "ns a frame, 1 k connections", 1e9 / median(&cases[BOTH_K]), 0, 100, " ns");
	note("", "ns a frame, 1 M connections, by the burst", 1e9 / median(&cases[BOTH_BURST_M]), 0, 200, " ns");
	note("", "ns a frame, 1 M connections, one by one", 1e9 / median(&cases[BOTH_M]), 0, 200, " ns");
	note("", "lines of memory waited for, one by one", median(&cases[count]) / median(&cases[HIT_M]), 0, 2, "");
	note("", "new connections a second, of 1 M", median(&cases[NEW_BURST_M]) / 1e6, 0, 1, "x");
}

static void bench_layer7(void)
{
	enum { REQUESTS, SPLICED, CASES };
	struct bench_case cases[CASES] = {
		[REQUESTS] = {.name = "requests, two legs", .work = layer7_requests, .scale = scale},
		[SPLICED] = {.name = "frames, spliced", .work = layer7_spliced, .scale = scale},
	};

	bench_run(cases, CASES, rounds);
	(void)printf("Layer 7 alone (256 connections that stay open, frames from memory), CPU time:\n");
	print_rate(&cases[REQUESTS], 1e3, "k requests/s");
	(void)printf("  %-34s %9.1f ns a frame\n", cases[SPLICED].name, 1e9 / median(&cases[SPLICED]));
	note("layer 7", "requests a second, of 500 k", median(&cases[REQUESTS]) / 500000, 1, 2, "x");
}

static void bench_updates(void)
{
	struct bench_case told = {.name = "HA updates", .work = updates_told, .scale = scale};

	bench_run(&told, 1, rounds);
	(void)printf("Updates of a pair, from one unit's record into the other's table, CPU time of both:\n");
	(void)printf("  %-34s %9.0f updates a second, %.1f bytes each\n", told.name, median(&told), bench_peak_kib(&told, rounds));
	note("updates", "told and taken a second, of 500 k", median(&told) / 500000, 1, 2, "x");
}

/* --- the scanner ----------------------------------------------------------------------------------------- */

static void bench_scan(const char *kind, size_t longest)
{
	enum { CAT, LIBPCAP, SCAN, CASES };
	struct bench_case cases[CASES] = {
		[CAT] = {.name = "cat", .work = read_cat, .path = capture},
		[LIBPCAP] = {.name = "bare libpcap loop", .work = read_libpcap, .path = capture},
		[SCAN] = {.name = "viplab scan -r", .work = read_scan, .path = capture},
	};
	size_t bytes = scale < 1 ? 150000000 : 1000000000;
	size_t frames = capture_make(capture, bytes, longest);
	char what[40];

	(void)printf("Reading %zu MB, %zu frames of 64 to %zu bytes:\n", bytes / 1000000, frames, longest);
	bench_run(cases, CASES, rounds);
	for (size_t i = 0; i < CASES; i++)
		print_rate(&cases[i], 1e9, "GB/s");
	(void)unlink(capture);
	(void)snprintf(what, sizeof what, "scan -r, %s", kind);
	note(what, "bare libpcap loop", median(&cases[SCAN]) / median(&cases[LIBPCAP]), 0.9, 2, "x");
	note("", "cat", 100 * median(&cases[SCAN]) / median(&cases[CAT]), 0, 0, "%");
	note("", "resident set", bench_peak_kib(&cases[SCAN], rounds) / 1024, 32, 32, " MiB");
}

/* --- the schedulers -------------------------------------------------------------------------------------- */

#define SCHEDULER_KINDS 24
#define SCHEDULER_PICK_NS 50            /* the aim of issue 4, at 1024 servers */

/* A row a scheduler: picks alone, then whole connections, each at 4, 64 and 1024 servers. */
static void bench_schedulers(void)
{
	static const size_t servers[] = {4, 64, 1024};
	enum { SIZES = COUNT(servers), COLUMNS = 2 * SIZES };
	static struct bench_scheduler what[SCHEDULER_KINDS][COLUMNS];
	static struct bench_case cases[SCHEDULER_KINDS * COLUMNS];
	size_t kinds = 0;
	double slowest = 0;
	const char *slowest_name = "";

	/* The bare loop, the table of schedulers, and the smooth round once more at its worst. */
	for (; kinds < 2 || scheduler_at(kinds - 2) != NULL; kinds++) {
		bench_expect(kinds < SCHEDULER_KINDS);
		const char *name = kinds == 0 ? NULL : kinds == 1 ? "smooth-wrr" : scheduler_at(kinds - 2)->name;
		for (size_t i = 0; i < COLUMNS; i++) {
			what[kinds][i] = (struct bench_scheduler){.name = name,
								  .servers = servers[i % SIZES],
								  .opens = i >= SIZES,
								  .all_differ = kinds == 1};
			cases[kinds * COLUMNS + i] = (struct bench_case){.name = name, .work = scheduler_connections,
									 .scale = scale, .what = &what[kinds][i]};
		}
	}
	bench_run(cases, kinds * COLUMNS, rounds);
	(void)printf("Schedulers, ns at 4, 64, 1024 servers: a pick; a connection, picked, opened and one closed:\n");
	for (size_t k = 0; k < kinds; k++) {
		(void)printf("  %-13s%-13s", k == 0 ? "bare loop" : cases[k * COLUMNS].name, k == 1 ? "weights 1-n" : "");
		for (size_t i = 0; i < COLUMNS; i++)
			(void)printf("%s%8.1f", i == SIZES ? "  |" : "", 1e9 / median(&cases[k * COLUMNS + i]));
		(void)printf("\n");
		double pick = 1e9 / median(&cases[k * COLUMNS + SIZES - 1]);
		if (k > 1 && pick > slowest) {
			slowest = pick;
			slowest_name = cases[k * COLUMNS].name;
		}
	}
	note("schedulers", slowest_name, slowest, SCHEDULER_PICK_NS, SCHEDULER_PICK_NS, " ns");
	note("", "the bare loop", slowest * median(&cases[SIZES - 1]) / 1e9, 0, 0, "x");
}

/* --- a day of an office ----------------------------------------------------------------------------------- */

#define DAY_SECONDS 60                  /* of CPU, at most */

static void bench_day(void)
{
	struct bench_case c = {.name = "Exchange, 5000 users, 24 hours", .work = exchange_day, .scale = scale,
			       .path = "tests/bench/exchange-day.yaml"};

	bench_run(&c, 1, 1);            /* one round: it is long, and steady */
	(void)printf("A day of an office, CPU time:\n  %-34s %9.2f M frames in %.1f s%s\n", c.name, c.sample[0].amount / 1e6,
		     c.sample[0].seconds, scale < 1 ? " (a part of the hours)" : "");
	if (scale == 1)
		note("day", "CPU seconds, of 60", c.sample[0].seconds, DAY_SECONDS, DAY_SECONDS / 2, " s");
}

/* --- the folder ------------------------------------------------------------------------------------------ */

/* An hour of 500 servers: what it takes, and what a screen of 200x60 takes to draw. */
static void bench_dashboard(void)
{
	struct bench_case cases[] = {{.name = "dashboard, 500 servers, one hour", .work = dashboard_redraw, .scale = scale}};

	(void)printf("\nthe dashboard\n");
	bench_run(cases, 1, rounds);
	struct bench_rate r = bench_rate_of(&cases[0], rounds);
	(void)printf("  %-34s %9.2f ms a redraw of 200x60 (%.2f to %.2f)\n", cases[0].name, 1000 / r.median, 1000 / r.high, 1000 / r.low);
	note("dashboard, redraw", "5 ms of CPU at 200x60", 1000 / r.median, 5, 2, " ms");
	note("dashboard, memory", "500 servers, 200 services, 1 h at 1 s", bench_peak_kib(&cases[0], rounds) / 1024, 64, 64, " MiB");
}

static void remove_folder(void)
{
	(void)unlink(capture);
	(void)rmdir(folder);
}

static void on_signal(int signal)
{
	remove_folder();
	_exit(128 + signal);
}

static pid_t owner;

/* Rounds run in copies of this process: only the first tidies up. */
static void tidy(void)
{
	if (getpid() == owner)
		remove_folder();
}

static void make_folder(void)
{
	const char *parent = getenv("TMPDIR");

	(void)snprintf(folder, sizeof folder, "%s/viplab-bench.XXXXXX", parent != NULL ? parent : "/tmp");
	if (mkdtemp(folder) == NULL)
		bench_fail("cannot make %s", folder);
	(void)snprintf(capture, sizeof capture, "%s/capture.pcap", folder);
	owner = getpid();
	(void)atexit(tidy);
	(void)signal(SIGINT, on_signal);
	(void)signal(SIGTERM, on_signal);
}

/* With an argument only that part: "laboratory", "tcp", "day", "balancer", "layer7", "updates", "schedulers", "scan" or "dashboard". */
int main(int argc, char **argv)
{
	const char *mode = getenv("BENCH"), *part = argc > 1 ? argv[1] : "all";
	bool all = strcmp(part, "all") == 0;

	if (mode != NULL && strcmp(mode, "short") == 0) {
		rounds = 3;
		scale = 0.05;
	}
	make_folder();
	if (all || strcmp(part, "laboratory") == 0)
		bench_laboratory();
	if (all || strcmp(part, "tcp") == 0)
		bench_tcp();
	if (all || strcmp(part, "day") == 0)
		bench_day();
	if (all || strcmp(part, "balancer") == 0)
		bench_engine();
	if (all || strcmp(part, "layer7") == 0)
		bench_layer7();
	if (all || strcmp(part, "updates") == 0)
		bench_updates();
	if (all || strcmp(part, "schedulers") == 0)
		bench_schedulers();
	if (all || strcmp(part, "scan") == 0) {
		bench_scan("long", 1500);
		bench_scan("short", 128);
	}
	if (all || strcmp(part, "dashboard") == 0)
		bench_dashboard();
	print_table();
	return 0;
}
