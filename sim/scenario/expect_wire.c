// SPDX-License-Identifier: BSD-2-Clause
/* What the switches saw: `match` (packets that fit, and when the first did) and `mac moves`. */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <string.h>

#include "sim/world/world.h"

static void see_frame(struct expect_memory *m, const struct scenario_expectation *e, const struct expect_frame *f)
{
	bool in = f->at >= e->window.from && f->at <= e->window.until;

	/* The frame at `until` itself is told apart by the judge: only at the end of the run it counts. */
	if (!in || (!e->match.on_any && e->match.on.index != f->segment) ||
	    (!e->match.from_any && e->match.from.index != f->from) || !packet_matches(&e->match.match, f->packet))
		return;
	if (m->frames == 0)
		m->first_at = f->at;
	m->frames++;
	m->last_at = f->at;
	m->at_until += f->at == e->window.until;
}

/* The moment of the first, when one is asked for; the count was right. */
static void judge_first(const struct scenario_expectation *e, const struct expect_memory *m, struct check *out)
{
	char text[COMPARISON_TEXT], at[EXPECT_TIME];

	check_want(out, "first at %s", comparison_format(text, &e->match.first));
	expect_time(at, m->first_at);
	if (comparison_holds(&e->match.first, m->first_at))
		check_hold(out, m->first_at, "first at %s", at);
	else
		check_fail(out, m->first_at, "first at %s", at);
}

static void judge_match(const struct scenario_expectation *e, const struct expect_memory *m,
			const struct expect_context *c, struct check *out)
{
	bool end_counts = expect_in_window(e, c, e->window.until);
	uint64_t frames = m->frames - (end_counts ? 0 : m->at_until);

	expect_judge_count(e, c, &e->match.count, frames, frames == 1 ? "frame fits" : "frames fit", out);
	if (out->verdict == CHECK_HELD && e->match.first.form != COMPARISON_NONE && frames > 0)
		judge_first(e, m, out);
}

static void judge_mac_moves(const struct scenario_expectation *e, const struct expect_memory *m,
			    const struct expect_context *c, struct check *out)
{
	const struct record_kind *kind = &WORLD_MAC_MOVE_KIND;
	int mac = record_field_index(kind, "mac");
	uint64_t moves = 0;

	(void)m;
	for (uint64_t i = journal_since(c->journal, e->window.from); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);
		if (r->kind != kind || !expect_in_window(e, c, r->at) ||
		    !mac_equal(r->value[mac].mac, e->mac_moves.mac) ||
		    strcmp(record_word(r, "segment"), e->mac_moves.on.text) != 0)
			continue;
		moves++;
	}
	expect_judge_count(e, c, &e->mac_moves.count, moves, moves == 1 ? "move" : "moves", out);
}

const struct expect_family EXPECT_MATCH_FAMILY = {.frame = see_frame, .judge = judge_match};
const struct expect_family EXPECT_MAC_MOVES_FAMILY = {.judge = judge_mac_moves};
