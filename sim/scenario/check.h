// SPDX-License-Identifier: BSD-2-Clause
/*
 * The verdict on one thing that a run had to show: an expectation of the script, or one of the promises that
 * every run makes. Plain values and texts that fit, so that a verdict outlives the run it came from.
 */
#ifndef VL_SCENARIO_CHECK_H
#define VL_SCENARIO_CHECK_H

#include "sim/scenario/scenario.h"

enum check_kind {
	CHECK_EXPECT,           /* an expectation of the script */
	CHECK_INVARIANT,        /* a promise of every run was broken: see invariant.h */
	CHECK_ORACLE,           /* what the analyzers found against what the oracle knows */
	CHECK_STEP,             /* a step of the timeline that was refused */
	CHECK_NONDETERMINISM,   /* the same run twice was not the same */
	CHECK_INTERNAL,         /* a rule of our own was broken: frames leaked, an outbox full, a livelock */
};

enum check_verdict {
	CHECK_HELD = 0,
	CHECK_FAILED,
	CHECK_OPEN,             /* not decided: the run ended before its window did (--until) */
};

/* What a run measured for a comparison over all seeds: the check itself is then open. */
struct check_sample {
	bool given;
	uint64_t value;                 /* in the comparison's unit */
	struct comparison want;
};

#define CHECK_TEXT 320
#define CHECK_BEFORE 4

/* A notable record before the moment, as a person reads it. */
struct check_event {
	vl_time at;
	char subject[96];       /* "lb1 vrrp 1 ipv4" */
	char text[CHECK_TEXT];
};

struct check {
	enum check_kind kind;
	enum check_verdict verdict;
	struct scenario_place place;    /* line 0: nothing written in the script */
	char text[CHECK_TEXT];          /* what had to be so */
	const char *name;               /* CHECK_INVARIANT: the promise's word; CHECK_EXPECT: its name, or NULL */
	const char *why;                /* the author's sentence, or NULL; the scenario's */
	vl_time at;                     /* the moment to look at, when decided: a run up to right behind it
					   comes to the same verdict */
	char got[CHECK_TEXT];
	char want[CHECK_TEXT];
	struct check_sample sample;
	size_t before_count;
	struct check_event before[CHECK_BEFORE];        /* in order of time */
};

/* "expect", "invariant", "oracle", "step", "nondeterminism", "internal". */
const char *check_kind_word(enum check_kind kind);
const char *check_verdict_word(enum check_verdict verdict);     /* "held", "failed", "open" */

/* What a verdict is made with. `format` is printf's; each returns nothing so that judges end in a call. */
void check_hold(struct check *c, vl_time at, const char *got, ...) __attribute__((format(printf, 3, 4)));
void check_fail(struct check *c, vl_time at, const char *got, ...) __attribute__((format(printf, 3, 4)));
void check_want(struct check *c, const char *want, ...) __attribute__((format(printf, 2, 3)));

#endif
