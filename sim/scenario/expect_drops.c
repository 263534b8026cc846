// SPDX-License-Identifier: BSD-2-Clause
/*
 * How often a node dropped packets for a reason, by the records that say so: any kind whose name ends in
 * "drop" or "digest" and has a field "why".
 */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <string.h>

/* The ID in a drop's record, by whatever name its protocol has for it; 0: none. */
static uint64_t id_of(const struct record *r)
{
	static const char *const name[] = {"vrid", "vhid", "group", "magic"};

	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
		int field = record_field_index(r->kind, name[i]);
		if (field >= 0)
			return r->value[field].number;
	}
	return 0;
}

static bool is_drop(const struct record *r)
{
	const char *dot = strrchr(r->kind->name, '.');

	return dot != NULL && (strcmp(dot, ".drop") == 0 || strcmp(dot, ".bad-digest") == 0);
}

static void judge_drops(const struct scenario_expectation *e, const struct expect_memory *m,
			const struct expect_context *c, struct check *out)
{
	char what[CHECK_TEXT];
	uint64_t drops = 0;

	(void)m;
	for (uint64_t i = journal_since(c->journal, e->window.from); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);
		if (r->node == NULL || !expect_in_window(e, c, r->at) || !is_drop(r) ||
		    strcmp(r->node, e->drops.node.text) != 0 || (e->id.given && id_of(r) != e->id.value) ||
		    (e->group.given && id_of(r) != e->group.value))
			continue;
		const char *why = record_word(r, "why");
		drops += why != NULL && strcmp(why, e->drops.reason) == 0;
	}
	snprintf(what, sizeof what, "%s of %s: %s", drops == 1 ? "drop" : "drops", e->drops.node.text,
		 e->drops.reason);
	expect_judge_count(e, c, &e->drops.count, drops, what, out);
}

const struct expect_family EXPECT_DROPS_FAMILY = {.judge = judge_drops};
