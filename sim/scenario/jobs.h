// SPDX-License-Identifier: BSD-2-Clause
/*
 * Many pieces of work in processes of their own, several at a time, answers handed back in order. A piece
 * that dies or takes too long takes nobody with it. How many run at a time changes nothing but the time.
 */
#ifndef VL_SCENARIO_JOBS_H
#define VL_SCENARIO_JOBS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum job_end {
	JOB_ANSWERED = 0,       /* the process ended well */
	JOB_DIED,               /* it ended with a status or by a signal: see number */
	JOB_TOO_SLOW,           /* it was stopped after the wall-clock limit */
};

/* The exit status of a process that had no memory for its answer. */
#define JOB_NO_MEMORY 3

struct job_answer {
	enum job_end end;
	int number;             /* JOB_DIED: the exit status, or 128 + the signal */
	char *text;             /* what the work wrote, NUL terminated; freed after the call of done */
	size_t length;
	uint64_t wall_ns;       /* how long the process lived */
};

struct job_list {
	size_t count;
	size_t at_a_time;       /* at least 1 */
	uint64_t limit_ns;      /* wall clock for each; 0: none */
	const volatile sig_atomic_t *stop;      /* or NULL: when it is no longer 0, the list ends early */
	void *context;
	/* In the child: does piece `index`, writes its answer to `answer`, returns the exit status. */
	int (*work)(void *context, size_t index, FILE *answer);
	/* In the parent, for 0, 1, 2, ... in order. False: no more; what still runs is stopped. */
	bool (*done)(void *context, size_t index, const struct job_answer *answer);
};

/* Runs the list. False: out of memory or processes (errno is set); pieces may be undone. */
bool jobs_run(const struct job_list *list);

/* The processors that may be used: the default for at_a_time. */
size_t jobs_processors(void);

/* The monotonic clock, for wall times of reports only. */
uint64_t jobs_clock(void);

#endif
