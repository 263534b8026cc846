// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vendors/nlb_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {NLB_STATES(X)};
static const char *const REASON_TEXT[] = {NLB_REASONS(X)};
static const char *const DROP_TEXT[] = {NLB_DROPS(X)};
#undef X

const char *nlb_state_text(enum nlb_state state)
{
	assert((unsigned)state < NLB_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *nlb_reason_text(enum nlb_reason why)
{
	assert((unsigned)why < NLB_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *nlb_drop_text(enum nlb_drop why)
{
	assert((unsigned)why < NLB_DROP_COUNT);
	return DROP_TEXT[why];
}

const struct record_kind NLB_STATE_KIND = {
	.name = "nlb.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to} ({why}), {bins} bins",
	.field = {{"host", VALUE_NUMBER},
		  {"interface", VALUE_WORD},
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"members", VALUE_NUMBER},
		  {"bins", VALUE_NUMBER}},
};

const struct record_kind NLB_DROP_KIND = {
	.name = "nlb.drop",
	.level = RECORD_TRACE,
	.text = "heartbeat of host {seen} of {cluster} ({mac}) dropped: {why}",
	.field = {{"host", VALUE_NUMBER},
		  {"interface", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"seen", VALUE_NUMBER},
		  {"cluster", VALUE_IP},
		  {"mac", VALUE_MAC}},
};
