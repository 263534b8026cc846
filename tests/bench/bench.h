// SPDX-License-Identifier: BSD-2-Clause
/*
 * The bench: what viplab reaches beside what the machine allows, measured in one run. Absolute figures of
 * different machines and hours compare badly; ratios within one run hold.
 *
 * A case is one piece of work. Each of its rounds runs in a process of its own, and the rounds of the cases
 * of one set take turns, so that other load on the machine meets them all. The figure is the median.
 */
#ifndef VL_TESTS_BENCH_BENCH_H
#define VL_TESTS_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BENCH_ROUNDS 5

/* What one round tells. */
struct bench_sample {
	double seconds;                 /* of CPU, user and system */
	double amount;                  /* of what the case counts: events, frames, bytes */
	double peak_kib;                /* the largest resident set of the program measured; 0: not asked */
};

struct bench_case {
	const char *name;
	void (*work)(const struct bench_case *c, struct bench_sample *out);
	double scale;                   /* of the full work; 1 but in a short run */
	const char *path;               /* the file it reads, or NULL */
	const void *what;               /* what else the work asks for */
	struct bench_sample sample[BENCH_ROUNDS];
};

/* Runs all rounds of the cases, in turns. Ends the program when a round fails: the child says why. */
void bench_run(struct bench_case *cases, size_t count, unsigned rounds);

/* Amount a second: the median, the slowest, the fastest round. */
struct bench_rate {
	double median, low, high;
};
struct bench_rate bench_rate_of(const struct bench_case *c, unsigned rounds);
double bench_peak_kib(const struct bench_case *c, unsigned rounds);     /* of all rounds */

/* CPU time of this process so far. */
double bench_cpu(void);

/* For work that went wrong: says what and ends the process. */
_Noreturn void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define bench_expect(condition) \
	((condition) ? (void)0 : bench_fail("%s:%d: not so: %s", __FILE__, __LINE__, #condition))

/* The work of each file. */
void limit_heap_1000(const struct bench_case *c, struct bench_sample *out);
void limit_heap_100000(const struct bench_case *c, struct bench_sample *out);
void limit_memory(const struct bench_case *c, struct bench_sample *out);          /* cache lines, far apart */
void limit_fifos(const struct bench_case *c, struct bench_sample *out);
void bridge_l2(const struct bench_case *c, struct bench_sample *out);           /* frames */
void bridge_udp(const struct bench_case *c, struct bench_sample *out);          /* frames */
void advert_l2(const struct bench_case *c, struct bench_sample *out);           /* virtual hours */
void advert_ip(const struct bench_case *c, struct bench_sample *out);           /* virtual hours */
void tcp_100(const struct bench_case *c, struct bench_sample *out);             /* sessions */
void tcp_5000(const struct bench_case *c, struct bench_sample *out);            /* sessions */
void tcp_hold(const struct bench_case *c, struct bench_sample *out);            /* sessions; peak: KiB a held one */
void exchange_day(const struct bench_case *c, struct bench_sample *out);        /* frames of a day of 5 000 users */
void dashboard_redraw(const struct bench_case *c, struct bench_sample *out);    /* redraws */
void read_cat(const struct bench_case *c, struct bench_sample *out);            /* bytes */
void read_libpcap(const struct bench_case *c, struct bench_sample *out);        /* bytes */
void read_scan(const struct bench_case *c, struct bench_sample *out);           /* bytes */

/* `what` of engine_frames. */
struct bench_engine {
	uint32_t connections;           /* held meanwhile */
	bool both_ways;                 /* NAT: a client's frame, a server's, in turns */
	bool opens;                     /* each frame is a SYN */
	bool bursts;                    /* frames come by the burst, foreseen */
	bool alone;                     /* they are only made: the limit */
};
void updates_told(const struct bench_case *c, struct bench_sample *out);      /* updates; peak: bytes of one */
void layer7_requests(const struct bench_case *c, struct bench_sample *out);     /* requests, answered */
void layer7_spliced(const struct bench_case *c, struct bench_sample *out);      /* frames */
void engine_frames(const struct bench_case *c, struct bench_sample *out);               /* frames */

/* `what` of scheduler_connections. */
struct bench_scheduler {
	const char *name;               /* NULL: the bare loop */
	size_t servers;
	bool opens;                     /* connections are opened and closed, too */
	bool all_differ;                /* weights 1, 2, 3, ...; else 1 to 10 */
};
void scheduler_connections(const struct bench_case *c, struct bench_sample *out);       /* connections */

#endif
