// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vendors/hsrp_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {HSRP_GROUP_STATES(X)};
static const char *const REASON_TEXT[] = {HSRP_REASONS(X)};
static const char *const DROP_TEXT[] = {HSRP_DROPS(X)};
#undef X

const char *hsrp_group_state_text(enum hsrp_group_state state)
{
	assert((unsigned)state < HSRP_GROUP_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *hsrp_reason_text(enum hsrp_reason why)
{
	assert((unsigned)why < HSRP_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *hsrp_drop_text(enum hsrp_drop why)
{
	assert((unsigned)why < HSRP_DROP_COUNT);
	return DROP_TEXT[why];
}

#define WHO {"group", VALUE_NUMBER}, {"interface", VALUE_WORD}

const struct record_kind HSRP_STATE_KIND = {
	.name = "hsrp.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to} ({why}), priority {priority}",
	.field = {WHO,
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"priority", VALUE_NUMBER},
		  {"sender", VALUE_IP}},
};

#define DROP_FIELDS {WHO, {"why", VALUE_WORD}, {"sender", VALUE_IP}, {"mac", VALUE_MAC}, {"state", VALUE_WORD}}

const struct record_kind HSRP_DROP_KIND = {
	.name = "hsrp.drop",
	.level = RECORD_TRACE,
	.text = "message from {sender} ({mac}) dropped: {why}",
	.field = DROP_FIELDS,
};

const struct record_kind HSRP_BAD_AUTH_KIND = {
	.name = "hsrp.bad-auth",
	.level = RECORD_WARN,
	.text = "{sender} ({mac}), state {state}: {why}",
	.field = DROP_FIELDS,
};

const struct record_kind HSRP_DIFFERENT_VIP_KIND = {
	.name = "hsrp.different-vip",
	.level = RECORD_WARN,
	.text = "the Active {sender} ({mac}) has the virtual address {theirs}, not {ours}",
	.field = {WHO, {"sender", VALUE_IP}, {"mac", VALUE_MAC}, {"theirs", VALUE_IP}, {"ours", VALUE_IP}},
};

const struct record_kind HSRP_TRACK_KIND = {
	.name = "hsrp.track",
	.level = RECORD_INFO,
	.text = "{object} up: {up}; priority {priority}",
	.field = {WHO, {"object", VALUE_WORD}, {"up", VALUE_FLAG}, {"priority", VALUE_NUMBER}},
};
