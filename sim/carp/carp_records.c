// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/carp/carp_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {CARP_STATES(X)};
static const char *const REASON_TEXT[] = {CARP_REASONS(X)};
static const char *const DROP_TEXT[] = {CARP_DROPS(X)};
#undef X

const char *carp_state_text(enum carp_state state)
{
	assert((unsigned)state < CARP_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *carp_reason_text(enum carp_reason why)
{
	assert((unsigned)why < CARP_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *carp_drop_text(enum carp_drop why)
{
	assert((unsigned)why < CARP_DROP_COUNT);
	return DROP_TEXT[why];
}

#define WHO {"vhid", VALUE_NUMBER}, {"interface", VALUE_WORD}

const struct record_kind CARP_STATE_KIND = {
	.name = "carp.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to} ({why}), advbase {advbase} advskew {advskew}",
	.field = {WHO,
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"advbase", VALUE_NUMBER},
		  {"advskew", VALUE_NUMBER},
		  {"sender", VALUE_IP}},
};

#define DROP_FIELDS {WHO, {"why", VALUE_WORD}, {"sender", VALUE_IP}, {"mac", VALUE_MAC}}

const struct record_kind CARP_DROP_KIND = {
	.name = "carp.drop",
	.level = RECORD_TRACE,
	.text = "packet from {sender} ({mac}) dropped: {why}",
	.field = DROP_FIELDS,
};

const struct record_kind CARP_BAD_DIGEST_KIND = {
	.name = "carp.bad-digest",
	.level = RECORD_WARN,
	.text = "packet from {sender} ({mac}): {why}",
	.field = DROP_FIELDS,
};

const struct record_kind CARP_REASSERT_KIND = {
	.name = "carp.reassert",
	.level = RECORD_WARN,
	.text = "{sender} ({mac}), less preferred, is master too: addresses announced again",
	.field = {WHO, {"sender", VALUE_IP}, {"mac", VALUE_MAC}},
};
