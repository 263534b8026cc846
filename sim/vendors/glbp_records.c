// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vendors/glbp_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {GLBP_GROUP_STATES(X)};
static const char *const REASON_TEXT[] = {GLBP_REASONS(X)};
static const char *const DROP_TEXT[] = {GLBP_DROPS(X)};
#undef X

const char *glbp_group_state_text(enum glbp_group_state state)
{
	assert((unsigned)state < GLBP_GROUP_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *glbp_reason_text(enum glbp_reason why)
{
	assert((unsigned)why < GLBP_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *glbp_drop_text(enum glbp_drop why)
{
	assert((unsigned)why < GLBP_DROP_COUNT);
	return DROP_TEXT[why];
}

#define WHO {"group", VALUE_NUMBER}, {"interface", VALUE_WORD}

const struct record_kind GLBP_STATE_KIND = {
	.name = "glbp.state",
	.level = RECORD_NOTICE,
	.text = "{from} -> {to} ({why}), priority {priority}",
	.field = {WHO,
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"priority", VALUE_NUMBER},
		  {"sender", VALUE_IP}},
};

const struct record_kind GLBP_FORWARDER_KIND = {
	.name = "glbp.forwarder",
	.level = RECORD_NOTICE,
	.text = "forwarder {forwarder} ({mac}): {from} -> {to} ({why})",
	.field = {WHO,
		  {"forwarder", VALUE_NUMBER},
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"mac", VALUE_MAC},
		  {"sender", VALUE_IP}},
};

const struct record_kind GLBP_REDIRECT_KIND = {
	.name = "glbp.redirect",
	.level = RECORD_INFO,
	.text = "forwarder {forwarder} ({mac}) told to hosts: {use}",
	.field = {WHO, {"forwarder", VALUE_NUMBER}, {"mac", VALUE_MAC}, {"use", VALUE_FLAG}},
};

const struct record_kind GLBP_WEIGHT_KIND = {
	.name = "glbp.weight",
	.level = RECORD_INFO,
	.text = "weighting {weight}, enough to forward: {sufficient}",
	.field = {WHO, {"weight", VALUE_NUMBER}, {"sufficient", VALUE_FLAG}},
};

#define DROP_FIELDS {WHO, {"why", VALUE_WORD}, {"sender", VALUE_IP}, {"mac", VALUE_MAC}}

const struct record_kind GLBP_DROP_KIND = {
	.name = "glbp.drop",
	.level = RECORD_TRACE,
	.text = "message from {sender} ({mac}) dropped: {why}",
	.field = DROP_FIELDS,
};

const struct record_kind GLBP_BAD_AUTH_KIND = {
	.name = "glbp.bad-auth",
	.level = RECORD_WARN,
	.text = "{sender} ({mac}): {why}",
	.field = DROP_FIELDS,
};

const struct record_kind GLBP_DIFFERENT_VIP_KIND = {
	.name = "glbp.different-vip",
	.level = RECORD_WARN,
	.text = "the Active {sender} ({mac}) has the virtual address {theirs}, not {ours}",
	.field = {WHO, {"sender", VALUE_IP}, {"mac", VALUE_MAC}, {"theirs", VALUE_IP}, {"ours", VALUE_IP}},
};
