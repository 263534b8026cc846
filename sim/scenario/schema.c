// SPDX-License-Identifier: BSD-2-Clause
/* The script as a whole, and looking up keys. */
#include "sim/scenario/schema_parts.h"

#include <string.h>

static const struct schema_word unheard_words[] = {
#define X(constant, word, help) {word, constant, help},
	SCENARIO_UNHEARD(X)
#undef X
	{0},
};
static const struct schema_word promise_words[] = {
#define X(constant, word, help) {word, constant, help},
	SCENARIO_PROMISES(X)
#undef X
	{0},
};

static const struct schema_key scenario_keys[] = {
	{"template", &TYPE_EARLIER, 0, .example = "a pair of routers",
	 .help = "as the first key: the file is to be included, and is never run by itself"},
	{"title", &TYPE_TEXT, SCHEMA_REQUIRED, AT(scenario, title),
	 .example = "A Cisco router already owns virtual ID 1", .help = "what it shows, in one line"},
	{"tags", &TYPE_LABELS, 0, AT(scenario, tags), .example = "[collision, kemp]",
	 .help = "for `viplab run --tag`"},
	{"include", &TYPE_EARLIER, 0, .example = "../templates/pair.yaml",
	 .help = "a template or a list of them, relative to this file; what this file says itself wins"},
	{"matrix", &TYPE_EARLIER, 0, .example = "{cisco.vrrp.1.priority: [90, 110]}",
	 .help = "one run for each combination of the values; a path is as in `set`, or NODE.KEY, SEGMENT.KEY, seed, "
		 "unheard, expect.NAME.KEY. Values that belong together: any word, and mappings of paths to values"},
	{"seed", &TYPE_NUMBER, 0, AT(scenario, seed), .low = 0, .high = UINT64_MAX, .fallback = "1",
	 .example = "0x1f2e", .help = "of everything that is left to chance"},
	{"over", &TYPE_SEEDS, 0, AT(scenario, over), .low = 2, .high = 10000, .example = "200 seeds",
	 .help = "a run means so many, with the seed and those that follow it: every expectation must hold in each, and one "
		 "that compares a `mean` or `median` is judged over all (--seeds A..B chooses others)"},
	{"segments", &TYPE_NAMED, SCHEMA_REQUIRED, LIST_AT(scenario, segment, segment_count),
	 .section = &schema_segment, .example = "{lan: {net: 192.0.2.0/24}}", .help = "switches and networks"},
	{"nodes", &TYPE_NAMED, SCHEMA_REQUIRED, LIST_AT(scenario, node, node_count), .section = &schema_node,
	 .example = "{client: {kind: client, on: lan, ip: 192.0.2.50}}", .help = "boxes"},
	{"timeline", &TYPE_LIST, 0, LIST_AT(scenario, step, step_count), .section = &schema_step,
	 .example = "[{at: 10s, crash: r1}]", .help = "what happens"},
	{"expect", &TYPE_LIST, 0, LIST_AT(scenario, expectation, expectation_count),
	 .section = &schema_expectation, .example = "[{state: active, of: r2, after: 14s}]",
	 .help = "what must hold"},
	{"unheard", &TYPE_WORDS, 0, AT(scenario, unheard), .words = unheard_words, .high = UNHEARD_COUNT,
	 .example = "mute", .help = "why the analyzers cannot hear a conflict that is there"},
	{"suspends", &TYPE_WORDS, 0, AT(scenario, suspended), .words = promise_words, .high = PROMISE_COUNT,
	 .example = "true-findings", .help = "promises of every run that this one breaks on purpose"},
	{"until", &TYPE_TIME, SCHEMA_REQUIRED, AT(scenario, until), .low = 1, .high = 30 * 86400 * S,
	 .example = "60s", .help = "the end of the run"},
	{0},
};

const struct schema_section schema_scenario = {
	.name = "a script",
	.help = "A scenario: segments, nodes, what happens, what must hold.",
	.size = sizeof(struct scenario),
	.key = scenario_keys,
};

/* --- looking things up ---------------------------------------------------------------------------------- */

static const struct schema_key *find(const struct schema_key *key, const char *name)
{
	for (; key->name != NULL; key++)
		if (strcmp(key->name, name) == 0)
			return key;
	return NULL;
}

const struct schema_key *schema_find(const struct schema_section *section, const char *name)
{
	return find(section->key, name);
}

const struct schema_key *schema_variant_find(const struct schema_variant *variant, const char *name)
{
	return find(variant->key, name);
}

const struct schema_variant *schema_variant_of(const struct schema_section *section, const void *base)
{
	int tag;

	memcpy(&tag, (const char *)base + section->tag_offset, sizeof tag);
	for (const struct schema_variant *v = section->variant; v->key != NULL; v++)
		if (v->tag == tag && (v->is == NULL || v->is(base)))
			return v;
	return NULL;
}
