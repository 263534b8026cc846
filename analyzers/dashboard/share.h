// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who takes how much, against what would be fair: pure arithmetic over samples, and sentences about it.
 *
 * Fair is the effective weight over the sum of those that may take new connections. Noise: n new connections in the
 * window, p = fair: within 2.58 standard deviations a share is as good as fair (99 %). No alarm under 50 connections. A
 * storm is a share of more than twice the fair one, outside noise, for 2 s; it ends below 1.3 times. A server in its slow
 * start is stormed when it takes more than twice what would be fair at its full weight: until then it is catching up.
 */
#ifndef VL_DASHBOARD_SHARE_H
#define VL_DASHBOARD_SHARE_H

#include "analyzers/dashboard/model.h"

#define SHARE_LEAST 50                  /* connections in the window, for any alarm */
#define STORM_BEGINS 200                /* percent of the fair share */
#define STORM_ENDS 130
#define STORM_AFTER 2                   /* samples in a row */

struct share {
	bool eligible;                  /* may take new connections */
	uint64_t fresh, policy;         /* in the window */
	uint64_t all;                   /* of the service, in the window */
	uint32_t fair_ppm;              /* of its service; 0: none (not eligible, or weights not known) */
	uint32_t full_ppm;              /* the fair share by which storms are judged: with its slow start over */
	uint32_t share_ppm;
	uint32_t percent;               /* share of fair: 100 is fair; 0: nothing fair to compare with */
	char sign;                      /* '=', '+', '-', or ' ' where there is nothing to compare */
	const struct sample *sample;    /* NULL: none at that moment */
};

/* For all servers of a service at a sample's index: table[i] is of m->server[i]; those of other services are left as they
 * are. Room for m->server_count. */
void share_all(const struct model *m, unsigned service, uint64_t index, struct share *table);

/* Called with each sample: begins and ends storms, with events. */
void share_judge_storms(struct model *m, uint64_t index, vl_time at);

/* What a newcomer should know about a service at a moment, worst first. Empty strings where there is nothing to say. */
struct verdict {
	char tag[16];                   /* "STORM", "SNAT", "BLACKHOLE", "DOWN", "" all is well */
	int server;                     /* the one that it is about, or -1 */
	char what[400];                 /* which server, since when, why */
	char remedy[240];
	char scenario[160];             /* a command that tries the remedy */
};

/* `table` is share_all's of the same service and index. */
void share_explain(const struct model *m, unsigned service, uint64_t index, const struct share *table, struct verdict *out);

#endif
