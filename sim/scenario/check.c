// SPDX-License-Identifier: BSD-2-Clause
/* Verdicts: words for the enumerations, texts cut to fit. */
#include "sim/scenario/check.h"

#include <stdarg.h>
#include <stdio.h>

const char *check_kind_word(enum check_kind kind)
{
	static const char *const word[] = {
		[CHECK_EXPECT] = "expect",
		[CHECK_INVARIANT] = "invariant",
		[CHECK_ORACLE] = "oracle",
		[CHECK_STEP] = "step",
		[CHECK_NONDETERMINISM] = "nondeterminism",
		[CHECK_INTERNAL] = "internal",
	};

	return word[kind];
}

const char *check_verdict_word(enum check_verdict verdict)
{
	static const char *const word[] = {
		[CHECK_HELD] = "held",
		[CHECK_FAILED] = "failed",
		[CHECK_OPEN] = "open",
	};

	return word[verdict];
}

static void decide(struct check *c, enum check_verdict verdict, vl_time at, const char *got, va_list args)
	__attribute__((format(printf, 4, 0)));

static void decide(struct check *c, enum check_verdict verdict, vl_time at, const char *got, va_list args)
{
	c->verdict = verdict;
	c->at = at;
	vsnprintf(c->got, sizeof c->got, got, args);
}

void check_hold(struct check *c, vl_time at, const char *got, ...)
{
	va_list args;

	va_start(args, got);
	decide(c, CHECK_HELD, at, got, args);
	va_end(args);
}

void check_fail(struct check *c, vl_time at, const char *got, ...)
{
	va_list args;

	va_start(args, got);
	decide(c, CHECK_FAILED, at, got, args);
	va_end(args);
}

void check_want(struct check *c, const char *want, ...)
{
	va_list args;

	va_start(args, want);
	vsnprintf(c->want, sizeof c->want, want, args);
	va_end(args);
}
