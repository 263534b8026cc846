// SPDX-License-Identifier: BSD-2-Clause
/* The words and the kinds of record. */
#include "sim/vendors/clusterxl_records.h"

#include <assert.h>

#define X(constant, text) [constant] = text,
static const char *const STATE_TEXT[] = {CLUSTERXL_STATES(X)};
static const char *const REASON_TEXT[] = {CLUSTERXL_REASONS(X)};
static const char *const DROP_TEXT[] = {CLUSTERXL_DROPS(X)};
#undef X

const char *clusterxl_state_text(enum clusterxl_state state)
{
	assert((unsigned)state < CLUSTERXL_STATE_COUNT);
	return STATE_TEXT[state];
}

const char *clusterxl_reason_text(enum clusterxl_reason why)
{
	assert((unsigned)why < CLUSTERXL_REASON_COUNT);
	return REASON_TEXT[why];
}

const char *clusterxl_drop_text(enum clusterxl_drop why)
{
	assert((unsigned)why < CLUSTERXL_DROP_COUNT);
	return DROP_TEXT[why];
}

const struct record_kind CLUSTERXL_STATE_KIND = {
	.name = "clusterxl.state",
	.level = RECORD_NOTICE,
	.text = "{interface}: {from} -> {to} ({why})",
	.field = {{"magic", VALUE_NUMBER},
		  {"interface", VALUE_WORD},
		  {"from", VALUE_WORD},
		  {"to", VALUE_WORD},
		  {"why", VALUE_WORD},
		  {"member", VALUE_NUMBER}},
};

#define DROP_FIELDS                                                                                                  \
	{                                                                                                            \
		{"magic", VALUE_NUMBER}, {"interface", VALUE_WORD}, {"why", VALUE_WORD}, {"cluster", VALUE_NUMBER},  \
			{"member", VALUE_NUMBER}, {"mac", VALUE_MAC}                                                 \
	}

const struct record_kind CLUSTERXL_DROP_KIND = {
	.name = "clusterxl.drop",
	.level = RECORD_TRACE,
	.text = "message of cluster {cluster}, member {member} ({mac}) dropped: {why}",
	.field = DROP_FIELDS,
};

const struct record_kind CLUSTERXL_FOREIGN_KIND = {
	.name = "clusterxl.foreign",
	.level = RECORD_WARN,
	.text = "cluster {cluster}, member {member} ({mac}): {why}. This is an illegal configuration. Each cluster should "
		"be connected to another set of switches/hubs.",
	.field = DROP_FIELDS,
};
