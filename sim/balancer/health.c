// SPDX-License-Identifier: BSD-2-Clause
/* The words of health checks. */
#include "sim/balancer/health.h"

#include <assert.h>

static const char *const KIND[] = {
#define X(constant, word, port) [constant] = word,
	HEALTH_KINDS(X)
#undef X
};

static const struct {
	const char *word;
	bool passed;
} RESULT[] = {
#define X(constant, word, passed) [constant] = {word, passed},
	HEALTH_RESULTS(X)
#undef X
};

const char *health_kind_word(enum health_kind k)
{
	assert((unsigned)k < HEALTH_KIND_COUNT);
	return KIND[k];
}

const char *health_result_word(enum health_result r)
{
	assert((unsigned)r < HEALTH_RESULT_COUNT);
	return RESULT[r].word;
}

bool health_passed(enum health_result r)
{
	assert((unsigned)r < HEALTH_RESULT_COUNT);
	return RESULT[r].passed;
}
