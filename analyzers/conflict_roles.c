// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who has the active role of each address list, followed advertisement by advertisement. A change is lawful:
 * the holder resigned, fell silent, or was outranked. Many returns are flapping; a holder that falls silent
 * under foreign advertisements and corrects its successor at once was starved, not dead.
 */
#include <string.h>

#include "analyzers/conflict_state.h"

/* The role of the speaker's list, or a free one; NULL: more lists on one ID than are followed. */
static struct conflict_role *role_of(const struct conflict_judge *j, struct conflict_group *g,
				     const struct conflict_speaker *s)
{
	struct conflict_role *unused = NULL;

	for (size_t i = 0; i < CONFLICT_ROLES; i++) {
		struct conflict_role *r = &g->role[i];
		if (r->holder == CONFLICT_NONE)
			unused = unused == NULL ? r : unused;
		else if (conflict_relation_of(j, &j->speaker[r->holder], s) == RELATION_MEMBERS)
			return r;
	}
	return unused;
}

static bool held_before(const struct conflict_role *r, uint16_t speaker)
{
	for (size_t i = 0; i < sizeof r->former / sizeof r->former[0]; i++)
		if (r->former[i] == speaker)
			return true;
	return false;
}

static void note_flapping(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			  const struct conflict_role *r, const struct conflict_speaker *from,
			  const struct conflict_speaker *to)
{
	vl_time oldest = r->returned_at[CONFLICT_RETURNS - 1];
	vl_time window = 60 * VL_S > 60 * to->interval ? 60 * VL_S : 60 * to->interval;
	bool is_new;

	if (oldest == 0 || f->at - oldest > window)
		return;
	struct finding *found = conflict_finding(j, "flapping", g, to->class, NULL, &is_new);
	if (found == NULL)
		return;
	conflict_subject(found, from);
	conflict_subject(found, to);
	finding_add_evidence(found, f->number, &to->ip, to->mac);
	if (is_new) {
		char a[IP_TEXT], b[IP_TEXT];
		found->begin = oldest;
		conflict_detail(found, "%s and %s take the role from each other.", ip_format(a, &from->ip),
				ip_format(b, &to->ip));
	}
}

/*
 * The starved one speaks: it had fallen silent for Active_Down_Interval while foreign advertisements came at
 * least as often as its own should, and it corrects its successor within one interval. A router that was dead
 * or cut off would first have to listen for three (RFC 9568 6.4.1, 6.4.2), so it was active all the time.
 */
static void note_starvation(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			    const struct conflict_role *r, const struct conflict_speaker *s)
{
	bool is_new;

	if (s->class != FINDING_VRRP || r->lost_by != conflict_speaker_index(j, s) ||
	    f->at - r->taken_at > s->interval || !conflict_outranks(s, &j->speaker[r->taken_by]))
		return;
	uint64_t due = r->lost_gap / s->interval;
	if (r->lost_foreign < 2 || r->lost_foreign + 1 < due)
		return;
	struct finding *found = conflict_finding(j, "advert-starvation", g, s->class, NULL, &is_new);
	if (found == NULL)
		return;
	conflict_subject(found, s);
	finding_add_evidence(found, j->speaker[r->taken_by].last_frame, &j->speaker[r->taken_by].ip,
			     j->speaker[r->taken_by].mac);
	finding_add_evidence(found, f->number, &s->ip, s->mac);
	if (is_new || found->suspect) {
		char ip[IP_TEXT], by[IP_TEXT], gap[VL_TIME_TEXT];
		if (!is_new)
			conflict_proved(j, found);
		found->begin = s->last < found->begin ? s->last : found->begin;
		conflict_detail(found, "%s said nothing for %s s under %u foreign advertisements, then corrected %s at once: "
				"it was active all the time.", ip_format(ip, &s->ip),
				vl_time_format_short(gap, r->lost_gap), (unsigned)r->lost_foreign,
				ip_format(by, &j->speaker[r->taken_by].ip));
	}
}

void conflict_roles(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		    struct conflict_speaker *s, vl_time before)
{
	uint16_t self = conflict_speaker_index(j, s);
	struct conflict_role *r = role_of(j, g, s);

	if (r == NULL || (s->resigned && r->holder != self))
		return;
	if (before != VL_NEVER)
		note_starvation(j, f, g, r, s);
	if (r->holder == CONFLICT_NONE) {
		r->holder = self;
		return;
	}
	struct conflict_speaker *holder = &j->speaker[r->holder];
	if (r->holder == self)
		return;
	bool silent = f->at - holder->last > conflict_alive(holder);
	if (!holder->resigned && !silent && !conflict_outranks(s, holder))
		return; /* it should have kept silent: conflict_pairs counts that */
	if (silent && !holder->resigned) {
		r->lost_by = r->holder;
		r->taken_by = self;
		r->taken_at = f->at;
		r->lost_gap = f->at - holder->last;
		r->lost_foreign = holder->foreign_since;
	}
	bool returned = held_before(r, self);
	memmove(&r->former[1], &r->former[0], sizeof r->former - sizeof r->former[0]);
	r->former[0] = r->holder;
	r->holder = self;
	if (returned) {
		memmove(&r->returned_at[1], &r->returned_at[0], sizeof r->returned_at - sizeof r->returned_at[0]);
		r->returned_at[0] = f->at;
		note_flapping(j, f, g, r, holder, s);
	}
}
