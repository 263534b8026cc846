// SPDX-License-Identifier: BSD-2-Clause
/* The plan under one reading, as a script: head, timeline, expectations. Its nodes are in incident_nodes.c. */
#include <string.h>

#include "sim/scenario/expect.h"
#include "sim/scenario/incident_parts.h"

/* --- timeline ------------------------------------------------------------------------------------------------ */

static bool is_better(const struct heard_speaker *a, const struct heard_speaker *b)
{
	return a->at_first.priority != b->at_first.priority ? a->at_first.priority > b->at_first.priority
							      : ip_compare(&a->ip, &b->ip) > 0;
}

static void print_deaf(struct printing *p, bool *any)
{
	const struct incident *x = p->x;

	for (size_t i = 0; i < x->speaker_count; i++)
		for (size_t k = 0; k < x->speaker_count; k++) {
			bool is_better_one = is_better(&x->speaker[i], &x->speaker[k]);
			const char *from = incident_node_name(x, i), *to = incident_node_name(x, k);
			if (i == k || from == NULL || to == NULL || !incident_is_split(x, &x->speaker[i], &x->speaker[k]) ||
			    (!is_better_one && p->reading->deaf < 2))
				continue;
			fputs(*any ? "" : "timeline:\n", p->to);
			*any = true;
			fprintf(p->to, "  - {at: 0s, deaf: {from: %s, to: %s}}   # both are Active, and nothing heard explains it\n",
				from, to);
		}
}

/* Where strangers speak on an ID, a millisecond decides who is muted: each is as late as it was heard to be. */
static void print_clocks(struct printing *p, bool *any)
{
	const struct incident *x = p->x;
	char jitter[EXPECT_TIME];

	for (size_t i = 0; i < x->speaker_count && p->reading->mute_is_slow; i++) {
		if (incident_node_name(x, i) == NULL || !incident_was_mute(x, &x->speaker[i]))
			continue;
		fputs(*any ? "" : "timeline:\n", p->to);
		*any = true;
		fprintf(p->to, "  - {at: 0s, drift: {of: %s, slow: 100}}   # it is muted by others, so its timer fires after theirs\n",
			incident_node_name(x, i));
	}
	for (size_t i = 0; i < x->speaker_count && p->reading->seed > 0; i++) {
		const struct heard_speaker *s = &x->speaker[i];
		vl_time late = s->gap_most > s->gap_least ? s->gap_most - s->gap_least : 0;
		const char *name = incident_node_name(x, i);
		if (name == NULL || late == 0 || !incident_has_stranger(x, s))
			continue;
		fputs(*any ? "" : "timeline:\n", p->to);
		*any = true;
		fprintf(p->to, "  - {at: 0s, delay: {link: %s, by: 0s, jitter: %s, direction: out}}   # as it was heard\n", name,
			expect_time(jitter, late));
	}
}

static void print_timeline(struct printing *p)
{
	const struct plan *plan = &p->x->plan;
	bool any = false;
	char at[EXPECT_TIME];

	if (p->reading->deaf > 0)
		print_deaf(p, &any);
	for (size_t i = 0; i < plan->node_count; i++) {
		const struct plan_node *n = &plan->node[i];
		if (n->role != ROLE_HOLDER || incident_is_host(p, n))
			continue;
		fputs(any ? "" : "timeline:\n", p->to);
		any = true;
		fprintf(p->to, "  - {at: 0s, drop: {packet: \"vrrp advert\", from: %s, count: all}}   # none of it was heard\n", n->name);
	}
	print_clocks(p, &any);
	for (size_t i = 0; i < plan->step_count; i++) {
		if (p->reading->no_askers && strncmp(plan->step[i].text, "ping", 4) == 0)
			continue;
		fputs(any ? "" : "timeline:\n", p->to);
		any = true;
		fprintf(p->to, "  - {at: %s, %s}\n", expect_time(at, plan->step[i].at), plan->step[i].text);
	}
}

/* --- expectations -------------------------------------------------------------------------------------------- */

static bool is_told_before(const struct incident *x, size_t i, bool code_alone)
{
	const struct finding *f = &x->finding[i];

	for (size_t k = 0; k < i; k++) {
		const struct finding *g = &x->finding[k];
		if (g->code == f->code && incident_can_show(x, g) &&
		    (code_alone || (g->place.id == f->place.id && g->place.family == f->place.family)))
			return true;
	}
	return false;
}

static void print_findings(struct printing *p, const bool *missing)
{
	const struct incident *x = p->x;
	bool any = false;

	for (size_t i = 0; i < x->finding_count; i++) {
		const struct finding *f = &x->finding[i];
		if (!incident_can_show(x, f) || is_told_before(x, i, false))
			continue;
		bool lost = missing != NULL && missing[i];
		fprintf(p->to, "  %s- {finding: %s, ", lost ? "# not shown by the run: " : "", f->code->name);
		if (f->class == FINDING_HSRP || f->class == FINDING_HSRP2 || f->class == FINDING_GLBP)
			fputs("", p->to); /* its group is no ID of VRRP's range */
		else
			fprintf(p->to, "id: %u, ", (unsigned)f->place.id);
		fprintf(p->to, "family: %s}\n", f->place.family == IP_V6 ? "ipv6" : "ipv4");
	}
	if (missing != NULL)
		return; /* what it shows besides is said, not expected */
	for (size_t i = 0; i < x->finding_count; i++) {
		if (!incident_can_show(x, &x->finding[i]) || is_told_before(x, i, true))
			continue;
		fprintf(p->to, "%s%s", any ? ", " : "  - {findings: [", x->finding[i].code->name);
		any = true;
	}
	fputs(any ? "]}\n" : "  - {findings: none}\n", p->to);
}

static void print_seen(struct printing *p)
{
	const struct incident *x = p->x;
	char ip[IP_TEXT];

	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *s = &x->speaker[i];
		const char *name = incident_node_name(x, i);
		if (name == NULL)
			continue;
		if (p->reading->unseen[i])
			fputs("  # not shown by the run:\n  #", p->to);
		if (s->class == FINDING_CARP)
			fprintf(p->to, "  - {match: \"carp advert vhid %u from %s\", from: %s}\n", (unsigned)s->id,
				ip_format(ip, &s->ip), name);
		else if (incident_is_fhrp(s))
			fprintf(p->to, "  - {match: \"%s group %u priority %u from %s\", from: %s}\n",
				s->class == FINDING_GLBP ? "glbp hello" : s->version == 2 ? "hsrp hello version 2" : "hsrp hello version 1",
				(unsigned)s->id, (unsigned)s->at_first.priority, ip_format(ip, &s->ip), name);
		else
			fprintf(p->to, "  - {match: \"vrrp advert vrid %u version %u priority %u from %s\", from: %s}\n",
				(unsigned)s->id, (unsigned)s->version, (unsigned)s->at_first.priority, ip_format(ip, &s->ip), name);
	}
}

/* --- the whole ----------------------------------------------------------------------------------------------- */

static void print_comment(FILE *to, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		fprintf(to, "#   %.*s\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
}

static void print_head(struct printing *p, const char *name, uint64_t frames, const char *left_out)
{
	const struct incident *x = p->x;
	char heard[EXPECT_TIME], lead[EXPECT_TIME];
	const struct finding *worst = NULL;

	for (size_t i = 0; i < x->finding_count && worst == NULL; i++)
		worst = incident_can_show(x, &x->finding[i]) ? &x->finding[i] : NULL;
	fprintf(p->to,
		"# Rebuilt by `viplab scan --to-scenario` from %s\n# (%llu frames, %s).\n"
		"# Its time 0 is %s here: what was there from its start has elected before. Passwords are placeholders:\n"
		"# hidden1, hidden2 where words were heard and differed; keys of digests are made up. Products are guessed by\n"
		"# what their advertisements look like.\n",
		name, (unsigned long long)frames, expect_time(heard, x->heard), expect_time(lead, x->plan.lead));
	if (left_out[0] != '\0') {
		fputs("# Not rebuilt:\n", p->to);
		print_comment(p->to, left_out);
	}
	if (worst != NULL)
		fprintf(p->to, "title: \"Incident: %s on ID %u\"\n", worst->code->name, (unsigned)worst->place.id);
	else
		fputs("title: What was heard, without a finding\n", p->to);
	fputs("tags: [incident]\n", p->to);
}

static void print_words(struct printing *p)
{
	static const char *const unheard[] = {
#define X(constant, word, help) word,
		SCENARIO_UNHEARD(X)
#undef X
	};
	static const char *const promise[] = {
#define X(constant, word, help) word,
		SCENARIO_PROMISES(X)
#undef X
	};
	bool any = false;

	for (size_t i = 0; i < UNHEARD_COUNT; i++)
		if (p->reading->unheard[i]) {
			fprintf(p->to, "%s%s", any ? ", " : "unheard: [", unheard[i]);
			any = true;
		}
	fputs(any ? "]\n" : "", p->to);
	any = false;
	for (size_t i = 0; i < PROMISE_COUNT; i++)
		if (p->reading->suspends[i]) {
			fprintf(p->to, "%s%s", any ? ", " : "suspends: [", promise[i]);
			any = true;
		}
	fputs(any ? "]\n" : "", p->to);
}

static void print_segments(struct printing *p)
{
	const struct plan *plan = &p->x->plan;
	char net[IP_PREFIX_TEXT];

	fputs("segments:\n", p->to);
	for (size_t i = 0; i < plan->segment_count; i++) {
		if (plan->segment_count > 1)
			fprintf(p->to, "  if%u: {", (unsigned)plan->interface[i]);
		else
			fputs("  lan: {", p->to);
		bool v4 = p->net[i].addr.family == IP_V4;
		if (v4)
			fprintf(p->to, "net: %s", ip_prefix_format(net, &p->net[i]));
		if (p->net6[i].addr.family == IP_V6)
			fprintf(p->to, "%snet6: %s", v4 ? ", " : "", ip_prefix_format(net, &p->net6[i]));
		fputs("}\n", p->to);
	}
}

bool incident_print(FILE *to, const struct incident *x, const struct reading *reading, const char *name, uint64_t frames,
		    const bool *missing, const char *left_out)
{
	struct printing p = {.to = to, .x = x, .reading = reading};
	char until[EXPECT_TIME];

	for (size_t i = 0; i < x->plan.segment_count; i++) {
		p.net[i] = incident_net_of(&p, i, IP_V4);
		p.net6[i] = incident_net_of(&p, i, IP_V6);
	}
	print_head(&p, name, frames, left_out);
	if (reading->seed > 0)
		fprintf(to, "seed: %u\n", reading->seed);
	print_words(&p);
	print_segments(&p);
	fputs("nodes:\n", to);
	for (size_t i = 0; i < x->plan.node_count; i++)
		if (!incident_is_left_out(&p, &x->plan.node[i]))
			incident_print_node(&p, &x->plan.node[i]);
	print_timeline(&p);
	fputs("expect:\n", to);
	print_findings(&p, missing);
	print_seen(&p);
	/* An open judgement is made when no more frames come: the same as the capture's end. */
	fprintf(to, "until: %s\n", expect_time(until, (x->plan.lead + x->heard + VL_MS) / VL_MS * VL_MS));
	return ferror(to) == 0;
}
