// SPDX-License-Identifier: BSD-2-Clause
/* Rounds in processes of their own, and their medians. */
#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double bench_cpu(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void bench_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fputs("bench: ", stderr);
	(void)vfprintf(stderr, format, args);
	(void)fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void run_round(struct bench_case *c, unsigned round)
{
	int ends[2], status;
	struct bench_sample sample = {0};

	if (pipe(ends) != 0)
		bench_fail("no pipe");
	(void)fflush(NULL);
	pid_t child = fork();
	if (child < 0)
		bench_fail("no process");
	if (child == 0) {
		c->work(c, &sample);
		if (write(ends[1], &sample, sizeof sample) != (ssize_t)sizeof sample)
			bench_fail("no result");
		exit(0);
	}
	(void)close(ends[1]);
	bool told = read(ends[0], &sample, sizeof sample) == (ssize_t)sizeof sample;
	(void)close(ends[0]);
	if (waitpid(child, &status, 0) != child || status != 0 || !told)
		bench_fail("%s failed", c->name);
	c->sample[round] = sample;
}

void bench_run(struct bench_case *cases, size_t count, unsigned rounds)
{
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++)
			run_round(&cases[i], round);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct bench_rate bench_rate_of(const struct bench_case *c, unsigned rounds)
{
	double rate[BENCH_ROUNDS];

	for (unsigned i = 0; i < rounds; i++)
		rate[i] = c->sample[i].amount / c->sample[i].seconds;
	qsort(rate, rounds, sizeof rate[0], by_size);
	return (struct bench_rate){.median = rate[rounds / 2], .low = rate[0], .high = rate[rounds - 1]};
}

double bench_peak_kib(const struct bench_case *c, unsigned rounds)
{
	double peak = 0;

	for (unsigned i = 0; i < rounds; i++)
		if (c->sample[i].peak_kib > peak)
			peak = c->sample[i].peak_kib;
	return peak;
}
