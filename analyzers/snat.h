// SPDX-License-Identifier: BSD-2-Clause
/*
 * How likely it is that several users share one address, by what it sends: how many connections it holds at a time (a
 * browser holds about six to a server), how different its SYNs are (window, options: systems), how different their TTLs
 * are (systems again, or other distances), how many connections it makes. Clocks in TCP options are not used: current
 * systems begin every connection with another one.
 */
#ifndef VL_ANALYZERS_SNAT_H
#define VL_ANALYZERS_SNAT_H

#include "analyzers/flow_judge.h"

#define SNAT_LIKELY 50                  /* per cent */
#define SNAT_SURE 80

struct snat_opinion {
	unsigned percent;               /* 0-99 */
	char why[160];                  /* "412 connections at a time, 3 kinds of TCP stack"; empty: nothing speaks for it */
};

void snat_judge_source(struct snat_opinion *out, const struct flow_source *s);
/* "one user", "perhaps several", "several users", "many users". */
const char *snat_word(const struct snat_opinion *o);

#endif
