// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vendors/fgcp_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {FGCP_STATES(X)};
static const char *const REASON_TEXT[] = {FGCP_REASONS(X)};
static const char *const DROP_TEXT[] = {FGCP_DROPS(X)};
#undef X

const char *fgcp_state_text(enum fgcp_state state)
{
	assert((unsigned)state < FGCP_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *fgcp_reason_text(enum fgcp_reason why)
{
	assert((unsigned)why < FGCP_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *fgcp_drop_text(enum fgcp_drop why)
{
	assert((unsigned)why < FGCP_DROP_COUNT);
	return DROP_TEXT[why];
}

const struct record_kind FGCP_STATE_KIND = {
	.name = "fgcp.state",
	.level = RECORD_NOTICE,
	.text = "{interface}: {from} -> {to} ({why}), MAC {mac}",
	.field = {{"group", VALUE_NUMBER},
		  {"interface", VALUE_WORD},
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"mac", VALUE_MAC}},
};

const struct record_kind FGCP_DROP_KIND = {
	.name = "fgcp.drop",
	.level = RECORD_TRACE,
	.text = "frame from {mac} dropped: {why}",
	.field = {{"group", VALUE_NUMBER}, {"interface", VALUE_WORD}, {"why", VALUE_WORD}, {"mac", VALUE_MAC}},
};

const struct record_kind FGCP_UNIT_KIND = {
	.name = "fgcp.unit",
	.level = RECORD_NOTICE,
	.text = "unit {serial} {what}",
	.field = {{"group", VALUE_NUMBER}, {"serial", VALUE_WORD}, {"what", VALUE_WORD}},
};
