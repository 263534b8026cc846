// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two speakers of one ID. Strangers (no address in common) and VRRP beside CARP are in conflict as soon as each
 * was heard again after the other while the other was alive. Members of one group change roles lawfully; they
 * are in conflict when the one that must yield does not. What differs between them is said besides.
 */
#include <string.h>

#include "analyzers/conflict_state.h"

#define TURNS 3         /* A B A B: each heard again after the other */
#define REFUSALS 3      /* of the one that must yield */

static struct conflict_pair *pair_of(struct conflict_judge *j, uint16_t a, uint16_t b)
{
	struct conflict_pair_key key = {.low = a < b ? a : b, .high = a < b ? b : a};
	struct conflict_pair *p = table_find(&j->pair_index, &key);

	if (p == NULL) {
		p = j->pair_index.count < CONFLICT_PAIRS ? table_put(&j->pair_index, &key, NULL) : NULL;
		j->counters.pairs_refused += p == NULL;
	}
	return p;
}

static vl_time slower(const struct conflict_speaker *a, const struct conflict_speaker *b)
{
	return a->interval > b->interval ? a->interval : b->interval;
}

static vl_time faster(const struct conflict_speaker *a, const struct conflict_speaker *b)
{
	return a->interval < b->interval ? a->interval : b->interval;
}

static enum finding_class class_of(const struct conflict_speaker *a, const struct conflict_speaker *b)
{
	return a->class == b->class ? a->class : FINDING_VRRP_AND_CARP;
}

static struct finding *report(struct conflict_judge *j, const struct analyzer_frame *f,
			      const struct conflict_group *g, const char *code, const struct conflict_speaker *other,
			      const struct conflict_speaker *s, bool *is_new)
{
	struct finding *found = conflict_finding(j, code, g, class_of(other, s), NULL, is_new);

	if (found == NULL)
		return NULL;
	conflict_subject(found, other);
	conflict_subject(found, s);
	finding_add_evidence(found, other->last_frame, &other->ip, other->mac);
	finding_add_evidence(found, f->number, &s->ip, s->mac);
	return found;
}

/* Groups that talk to unicast peers from their own MACs do not meet, though they use one ID. */
static bool do_not_meet(const struct conflict_speaker *a, const struct conflict_speaker *b)
{
	return (a->unicast || b->unicast) && !(a->virtual_mac && b->virtual_mac);
}

static void judge_turns(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			struct conflict_pair *p, const struct conflict_speaker *other,
			const struct conflict_speaker *s)
{
	bool is_new;
	vl_time patience = 4 * (conflict_alive(s) > conflict_alive(other) ? conflict_alive(s) : conflict_alive(other));

	if (p->turns > 0 && f->at - p->turned_at > patience)
		p->turns = 0;
	if (p->turns == 0)
		p->begin = other->last;
	p->turned_at = f->at;
	if (p->turns < TURNS)
		p->turns++;
	if (p->turns < TURNS || (p->relation == RELATION_STRANGERS && do_not_meet(other, s)))
		return;
	const char *code = p->relation == RELATION_MIXED ? "carp-collision" : "vrid-collision";
	struct finding *found = report(j, f, g, code, other, s, &is_new);
	if (found == NULL)
		return;
	if (is_new || found->suspect) {
		if (!is_new)
			conflict_proved(j, found);
		found->begin = p->begin < found->begin ? p->begin : found->begin;
		conflict_detail_pair(j, found, other, s);
	}
}

static void judge_refusal(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			  struct conflict_pair *p, const struct conflict_speaker *other,
			  const struct conflict_speaker *s)
{
	bool is_new;

	if (p->refusals < REFUSALS || f->at - p->refusal_begin <= 2 * faster(other, s))
		return;
	const char *code = s->class == FINDING_CARP ? "carp-dual-active" : "dual-active";
	struct finding *found = report(j, f, g, code, other, s, &is_new);
	if (found != NULL && (is_new || found->suspect)) {
		if (!is_new)
			conflict_proved(j, found);
		found->begin = p->refusal_begin < found->begin ? p->refusal_begin : found->begin;
		conflict_detail_pair(j, found, other, s);
	}
}

/* `other` is alive and it is `s`'s turn: must `s` have kept silent? */
static void count_refusal(const struct analyzer_frame *f, struct conflict_pair *p,
			  const struct conflict_speaker *other, const struct conflict_speaker *s)
{
	if (s->resigned || !conflict_outranks(other, s))
		return;
	if (p->refusals > 0 && f->at - p->refused_at > 4 * conflict_alive(other))
		p->refusals = 0;
	if (p->refusals == 0)
		p->refusal_begin = f->at;
	p->refused_at = f->at;
	if (p->refusals < REFUSALS)
		p->refusals++;
}

/* ---- what differs ------------------------------------------------------------------------------------------- */

static void judge_differences(struct conflict_judge *j, const struct analyzer_frame *f,
			      const struct conflict_group *g, enum conflict_relation relation,
			      const struct conflict_speaker *other, const struct conflict_speaker *s)
{
	struct finding *found;
	bool is_new;

	/* Long ago it may have been configured otherwise. */
	if (f->at - other->last > 7 * slower(other, s) / 2)
		return;
	if ((other->versions & s->versions) == 0 &&
	    (found = report(j, f, g, "version-mismatch", other, s, &is_new)) != NULL && is_new)
		conflict_detail_pair(j, found, other, s);
	if (other->version == 2 && s->version == 2 &&
	    (other->auth_type != s->auth_type || other->auth_mark != s->auth_mark) &&
	    (found = report(j, f, g, "auth-differs", other, s, &is_new)) != NULL && is_new)
		conflict_detail_pair(j, found, other, s);
	if (other->interval != s->interval &&
	    (found = report(j, f, g, "interval-mismatch", other, s, &is_new)) != NULL && is_new) {
		char a[VL_TIME_TEXT], b[VL_TIME_TEXT], ip_a[IP_TEXT], ip_b[IP_TEXT];
		conflict_detail(found, "%s advertises every %s s, %s every %s s.", ip_format(ip_a, &other->ip),
				vl_time_format_short(a, other->interval), ip_format(ip_b, &s->ip),
				vl_time_format_short(b, s->interval));
	}
	if (relation != RELATION_MEMBERS)
		return;
	if (other->list != s->list && other->list != CONFLICT_NONE && s->list != CONFLICT_NONE &&
	    (found = report(j, f, g, "address-list-differs", other, s, &is_new)) != NULL && is_new)
		conflict_detail_pair(j, found, other, s);
	if (other->priority == s->priority && !other->resigned && !s->resigned &&
	    (found = report(j, f, g, "equal-priority", other, s, &is_new)) != NULL && is_new)
		conflict_detail_pair(j, found, other, s);
}

/* Rejected or not understood: what restarts a keepalived's timer without answering it (vrrp 2.1.4). */
static bool is_foreign(enum conflict_relation relation, const struct conflict_speaker *to,
		       const struct conflict_speaker *from)
{
	return relation != RELATION_MEMBERS || to->version != from->version ||
	       to->auth_type != from->auth_type || to->auth_mark != from->auth_mark ||
	       (to->version == 2 && to->interval != from->interval);
}

/*
 * A stranger that outranks took over and the other has been silent since: by RFC 9568 it yielded to a group that
 * is not its own, and its address is dead (vrrp 3.1). From the wire alone it may also have been renumbered.
 */
static void judge_yielded(struct conflict_judge *j, const struct analyzer_frame *f, const struct conflict_group *g,
			  struct conflict_pair *p, const struct conflict_speaker *other,
			  const struct conflict_speaker *s)
{
	bool is_new;

	if (p->relation != RELATION_STRANGERS || p->turns == 0 || p->turns >= TURNS || p->handed_over ||
	    other->resigned || !conflict_outranks(s, other) || do_not_meet(other, s) ||
	    f->at - other->last <= conflict_alive(other) + other->interval)
		return;
	p->handed_over = true;
	struct finding *found = report(j, f, g, "vrid-collision", other, s, &is_new);
	if (found == NULL || !is_new)
		return;
	char ip[IP_TEXT];
	found->suspect = true;
	found->begin = p->begin;
	conflict_detail_pair(j, found, other, s);
	conflict_detail(found, " %s fell silent: it yielded, and its address is dead.", ip_format(ip, &other->ip));
}

void conflict_pairs(struct conflict_judge *j, const struct analyzer_frame *f, struct conflict_group *g,
		    struct conflict_speaker *s, vl_time before)
{
	uint16_t self = conflict_speaker_index(j, s);

	for (uint16_t i = g->first_speaker; i != CONFLICT_NONE; i = j->speaker[i].next) {
		struct conflict_speaker *other = &j->speaker[i];
		if (i == self || other->count == 0)
			continue;
		enum conflict_relation relation = conflict_relation_of(j, other, s);
		if (is_foreign(relation, other, s))
			other->foreign_since++;
		if (s->class == FINDING_VRRP && other->class == FINDING_VRRP)
			judge_differences(j, f, g, relation, other, s);

		struct conflict_pair *p = pair_of(j, self, i);
		if (p == NULL)
			continue;
		if (p->relation != relation)
			*p = (struct conflict_pair){.relation = (uint8_t)relation};
		/* The other has not spoken since we did: no turn. One advertisement at the same moment is. */
		if (before != VL_NEVER && other->last < before) {
			judge_yielded(j, f, g, p, other, s);
			continue;
		}
		if (other->resigned || f->at - other->last > conflict_alive(other)) {
			p->turns = 0;
			p->refusals = 0;
			continue;
		}
		if (relation == RELATION_MEMBERS) {
			count_refusal(f, p, other, s);
			judge_refusal(j, f, g, p, other, s);
		} else {
			judge_turns(j, f, g, p, other, s);
		}
	}
}

static void suspect_mixed_pair(struct conflict_judge *j, struct conflict_group *g, uint16_t low, uint16_t high)
{
	struct conflict_pair_key key = {.low = low, .high = high};
	const struct conflict_pair *p = table_find(&j->pair_index, &key);
	bool is_new;

	if (p == NULL || p->relation != RELATION_MIXED || p->turns == 0 || p->turns == TURNS)
		return;
	const struct conflict_speaker *a = &j->speaker[low], *b = &j->speaker[high];
	struct finding *found = conflict_finding(j, "carp-collision", g,
						 FINDING_VRRP_AND_CARP, NULL, &is_new);
	if (found == NULL || !is_new)
		return;
	found->suspect = true;
	found->begin = p->begin;
	conflict_subject(found, a);
	conflict_subject(found, b);
	finding_add_evidence(found, a->last_frame, &a->ip, a->mac);
	finding_add_evidence(found, b->last_frame, &b->ip, b->mac);
	conflict_detail_pair(j, found, a, b);
}

/* Through the groups and not through the table of pairs, which is large, mostly empty, and in no order. */
void conflict_suspect_mixed(struct conflict_judge *j)
{
	for (size_t n = 0; n < j->group_count; n++)
		for (uint16_t a = j->group[n].first_speaker; a != CONFLICT_NONE; a = j->speaker[a].next)
			for (uint16_t b = j->speaker[a].next; b != CONFLICT_NONE; b = j->speaker[b].next)
				suspect_mixed_pair(j, &j->group[n], a < b ? a : b, a < b ? b : a);
}
