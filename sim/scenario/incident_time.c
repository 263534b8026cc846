// SPDX-License-Identifier: BSD-2-Clause
/*
 * When, and what happened. Moments are the capture's plus a lead: what was there from its start has elected before, and
 * the rebuilt boxes need time for that.
 *
 * A silence is explained, in this order: by a goodbye (stop); by foreign advertisements of its ID meanwhile, which mute
 * some products (nothing is done: the product does it); by a better router of its group that spoke (it yielded); else
 * it was dead (crash). Who begins under a living Active that it should obey is a Backup that was there all the time.
 */
#include <stdarg.h>
#include <string.h>

#include "sim/scenario/expect.h"
#include "sim/scenario/incident_parts.h"

#define SETTLED (6 * VL_S)              /* announcements of a takeover are over by then: keepalived's come again after 5 s */
#define CORRECTS (100 * VL_MS)          /* an Active answers a lower one at once */

/* --- when ------------------------------------------------------------------------------------------------- */

static vl_time later(vl_time a, vl_time b)
{
	return a > b ? a : b;
}

/* It spoke before the capture began: its first word comes soon, and nobody had to give way for it. */
static bool is_early(const struct incident *x, const struct heard_speaker *s)
{
	for (size_t i = 0; i < x->speaker_count; i++)
		if (x->speaker[i].first < s->first && incident_accepts(&x->speaker[i], s))
			return false;
	return s->first <= s->at_first.interval * 3 / 2;
}

/* Whole intervals, so that the phase stays. */
static vl_time settling(const struct heard_speaker *s)
{
	vl_time interval = s->at_first.interval;

	return (SETTLED + interval - 1) / interval * interval;
}

static bool stranger_spoke(const struct incident *x, const struct heard_speaker *s, vl_time from, vl_time until)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *o = &x->speaker[i];
		bool hears = o->unicast_to.family == IP_NONE || ip_equal(&o->unicast_to, &s->ip);
		if (o != s && hears && incident_same_group(o, s) && !incident_accepts(o, s) && o->first < until && o->last > from)
			return true;
	}
	return false;
}

bool incident_has_stranger(const struct incident *x, const struct heard_speaker *s)
{
	return stranger_spoke(x, s, 0, VL_NEVER);
}

/* A lower one of its group takes over and it corrects that at once: it was Active all the time, and mute. */
bool incident_was_mute(const struct incident *x, const struct heard_speaker *s)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *o = &x->speaker[i];
		if (o != s && o->first < s->first && s->first - o->first < CORRECTS && incident_accepts(o, s) && incident_outranks(s, o))
			return stranger_spoke(x, s, 0, s->first);
	}
	return false;
}

/* It was a Backup before its first word: somebody it obeys was Active until then. NULL: nobody. */
static const struct heard_speaker *obeyed(const struct incident *x, const struct heard_speaker *s)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *o = &x->speaker[i];
		if (o != s && (o->first < s->first || incident_was_mute(x, o)) && incident_accepts(o, s) && incident_outranks(o, s) &&
		    !incident_is_split(x, o, s))
			return o;
	}
	return NULL;
}

static vl_time first_word(const struct incident *x, const struct plan_node *n)
{
	vl_time first = VL_NEVER;

	for (size_t i = 0; i < n->speaker_count; i++)
		first = vl_time_min(first, x->speaker[n->speaker[i]].first);
	return first;
}

/* Its box begins so that it says its first word when it was heard. */
static vl_time start_of(const struct incident *x, const struct plan_node *n, const struct heard_speaker *s)
{
	vl_time at = x->plan.lead + first_word(x, n), before = incident_down_interval(s), interval = s->at_first.interval;

	if (incident_was_mute(x, s)) /* last of all, so that it is the one to be muted */
		at = x->plan.lead - interval / 2;
	else if (is_early(x, s)) /* with its phase, and its announcements behind it */
		before += settling(s);
	return before > at ? 0 : at - before;
}

static struct plan_node *node_with(struct incident *x, const struct heard_speaker *s)
{
	for (size_t i = 0; i < x->plan.node_count; i++)
		for (size_t k = 0; k < x->plan.node[i].speaker_count; k++)
			if (&x->speaker[x->plan.node[i].speaker[k]] == s)
				return &x->plan.node[i];
	return NULL;
}

static const struct heard_speaker *first_speaker(const struct incident *x, const struct plan_node *n)
{
	const struct heard_speaker *s = &x->speaker[n->speaker[0]];

	for (size_t k = 1; k < n->speaker_count; k++)
		if (x->speaker[n->speaker[k]].first < s->first)
			s = &x->speaker[n->speaker[k]];
	return s;
}

void incident_place_in_time(struct incident *x)
{
	struct plan *p = &x->plan;
	vl_time longest = VL_S;

	for (size_t i = 0; i < x->speaker_count; i++)
		longest = later(longest, incident_down_interval(&x->speaker[i]) + settling(&x->speaker[i]));
	p->lead = (longest + VL_S - 1) / VL_S * VL_S + VL_S;
	for (size_t i = 0; i < p->node_count; i++)
		p->node[i].start = start_of(x, &p->node[i], first_speaker(x, &p->node[i]));
	/* A Backup comes right after the one it obeys. */
	for (size_t i = 0; i < p->node_count; i++) {
		const struct heard_speaker *o = obeyed(x, first_speaker(x, &p->node[i]));
		const struct plan_node *before = o != NULL ? node_with(x, o) : NULL;
		if (before != NULL && before != &p->node[i])
			p->node[i].start = before->start + o->at_first.interval / 2;
	}
}

/* --- what happened ---------------------------------------------------------------------------------------- */

const char *incident_node_name(const struct incident *x, size_t speaker)
{
	for (size_t i = 0; i < x->plan.node_count; i++)
		for (size_t k = 0; k < x->plan.node[i].speaker_count; k++)
			if (x->plan.node[i].speaker[k] == speaker)
				return x->plan.node[i].name;
	return NULL;
}

bool incident_is_rebuilt(const struct incident *x, size_t speaker)
{
	return incident_node_name(x, speaker) != NULL;
}

void incident_add_step(struct incident *x, vl_time at, const char *format, ...)
{
	struct plan *p = &x->plan;
	va_list list;

	if (p->step_count == INCIDENT_STEPS) {
		if (p->step_count++ == INCIDENT_STEPS)
			incident_leave_out(x, "more than %d events", INCIDENT_STEPS);
		return;
	}
	if (p->step_count > INCIDENT_STEPS)
		return;
	struct plan_step *step = &p->step[p->step_count++];
	step->at = at;
	va_start(list, format);
	vsnprintf(step->text, sizeof step->text, format, list);
	va_end(list);
}

static bool better_spoke(const struct incident *x, const struct heard_speaker *s, const struct silence *q, vl_time until)
{
	for (size_t i = 0; i < x->speaker_count; i++) {
		const struct heard_speaker *o = &x->speaker[i];
		if (o != s && incident_accepts(o, s) && incident_outranks(o, s) && incident_alive_at(o, vl_time_min(until, q->from + s->now.interval)))
			return true;
	}
	return false;
}

/* Another virtual router of the same box goes on speaking. */
static bool box_speaks(const struct incident *x, size_t speaker, vl_time from, vl_time until)
{
	const char *name = incident_node_name(x, speaker);

	for (size_t i = 0; i < x->speaker_count; i++)
		if (i != speaker && incident_node_name(x, i) == name && x->speaker[i].first < until && x->speaker[i].last > from &&
		    incident_alive_at(&x->speaker[i], vl_time_min(until, from + 3 * x->speaker[i].now.interval)))
			return true;
	return false;
}

static void explain_silence(struct incident *x, size_t speaker, const struct silence *q)
{
	const struct heard_speaker *s = &x->speaker[speaker];
	vl_time lead = x->plan.lead, until = vl_time_min(q->until, x->heard);
	const char *name = incident_node_name(x, speaker);
	char ip[IP_TEXT], at[EXPECT_TIME];

	if (name == NULL)
		return;
	if (!q->resigned && (stranger_spoke(x, s, q->from, until) || better_spoke(x, s, q, until)))
		return;
	if (box_speaks(x, speaker, q->from, until)) {
		incident_leave_out(x, "%s: ID %u falls silent at %s while others of the same box speak on", ip_format(ip, &s->ip),
				   (unsigned)s->id, expect_time(at, lead + q->from));
		return;
	}
	/* Behind its last word, before the next. */
	incident_add_step(x, lead + q->from + (q->resigned ? 0 : s->now.interval / 2), "%s: %s", q->resigned ? "stop" : "crash", name);
	if (q->until == VL_NEVER)
		return;
	vl_time begins = q->until > incident_down_interval(s) ? q->until - incident_down_interval(s) : 0;
	incident_add_step(x, lead + later(begins, q->from + s->now.interval), "start: %s", name);
}

static void explain_group_change(struct incident *x, const struct heard_speaker *s, const char *name, const struct change *c,
				 const struct heard_settings *was, vl_time at)
{
	const char *key = s->class == FINDING_GLBP ? "glbp" : "hsrp";
	char ip[IP_TEXT], text[EXPECT_TIME];

	if (c->to.interval != was->interval) /* learned from another, maybe */
		incident_leave_out(x, "%s: its hello time changes at %s", ip_format(ip, &s->ip), expect_time(text, at));
	if (c->to.auth == was->auth && c->to.word == was->word)
		return;
	if (c->to.auth == VRRP_AUTH_TEXT)
		incident_add_step(x, at, "set: {%s.%s.%u.auth_text: hidden%u}", name, key, (unsigned)s->id, (unsigned)c->to.word);
	else if (c->to.auth == VRRP_AUTH_CISCO_MD5 && s->class != FINDING_GLBP)
		incident_add_step(x, at, "set: {%s.%s.%u.auth_md5: md5-key}", name, key, (unsigned)s->id);
	else
		incident_leave_out(x, "%s: its authentication changes at %s", ip_format(ip, &s->ip), expect_time(text, at));
}

static void explain_change(struct incident *x, size_t speaker, const struct change *c, const struct heard_settings *was)
{
	const struct heard_speaker *s = &x->speaker[speaker];
	const char *name = incident_node_name(x, speaker);
	/* The advertisement that showed it was the first after it. */
	vl_time at = x->plan.lead + c->at - vl_time_min(c->at, was->interval / 2);
	char ip[IP_TEXT], text[EXPECT_TIME];

	if (name == NULL)
		return;
	if (c->to.priority != was->priority)
		incident_add_step(x, at, "set: {%s.%s.%u.priority: %u}", name,
			 s->class == FINDING_GLBP ? "glbp" : s->class == FINDING_VRRP ? "vrrp" : "hsrp", (unsigned)s->id,
			 (unsigned)c->to.priority);
	if (incident_is_fhrp(s)) {
		explain_group_change(x, s, name, c, was, at);
		return;
	}
	if (c->to.interval != was->interval)
		incident_add_step(x, at, "set: {%s.vrrp.%u.interval: %s}", name, (unsigned)s->id, expect_time(text, c->to.interval));
	if (c->to.auth == was->auth && c->to.word == was->word)
		return;
	if (c->to.auth == VRRP_AUTH_NONE)
		incident_add_step(x, at, "set: {%s.vrrp.%u.auth: none}", name, (unsigned)s->id);
	else if (c->to.auth == VRRP_AUTH_TEXT)
		incident_add_step(x, at, "set: {%s.vrrp.%u.auth: \"text hidden%u\"}", name, (unsigned)s->id, (unsigned)c->to.word);
	else if (c->to.auth == VRRP_AUTH_CISCO_MD5)
		incident_add_step(x, at, "set: {%s.vrrp.%u.auth: \"md5 md5-key\"}", name, (unsigned)s->id);
	else
		incident_leave_out(x, "%s: its authentication changes at %s", ip_format(ip, &s->ip), expect_time(text, at));
}

void incident_explain(struct incident *x, size_t speaker)
{
	struct heard_speaker *s = &x->speaker[speaker];
	const struct heard_settings *was = &s->at_first;
	char ip[IP_TEXT];

	for (size_t i = 0; i < s->change_count; was = &s->change[i++].to)
		explain_change(x, speaker, &s->change[i], was);
	for (size_t i = 0; i < s->silence_count; i++)
		explain_silence(x, speaker, &s->silence[i]);
	if ((s->silence_count == 0 || s->silence[s->silence_count - 1].until != VL_NEVER) &&
	    x->heard - s->last > 3 * s->now.interval)
		explain_silence(x, speaker, &(struct silence){.from = s->last, .until = VL_NEVER});
	ip_format(ip, &s->ip);
	if (s->cut)
		incident_leave_out(x, "%s: it falls silent or changes more often than %d times", ip, INCIDENT_SILENCES);
	if (s->versions_mixed)
		incident_leave_out(x, "%s: it speaks several versions on ID %u; only the first is rebuilt", ip, (unsigned)s->id);
	if (s->addresses_change)
		incident_leave_out(x, "%s: its addresses on ID %u change; only the last are rebuilt", ip, (unsigned)s->id);
	if (s->addresses_said > s->address_count)
		incident_leave_out(x, "%s: ID %u has %zu addresses, the first %zu are rebuilt", ip, (unsigned)s->id,
				   s->addresses_said, s->address_count);
	if (s->class == FINDING_VRRP && s->address_count == 0)
		incident_leave_out(x, "%s: it advertises no address on ID %u; one is made up", ip, (unsigned)s->id);
}

/* --- in order ---------------------------------------------------------------------------------------------- */

/* In order of time; at one instant as they came. */
static void sort_steps(struct plan *p)
{
	if (p->step_count > INCIDENT_STEPS)
		p->step_count = INCIDENT_STEPS;
	for (size_t i = 1; i < p->step_count; i++)
		for (size_t k = i; k > 0 && p->step[k - 1].at > p->step[k].at; k--) {
			struct plan_step swap = p->step[k];
			p->step[k] = p->step[k - 1];
			p->step[k - 1] = swap;
		}
}

/* Nobody who is off goes off, nobody who is on comes on: the last word of a silence may stand within another. */
static void drop_idle_steps(struct plan *p, vl_time end)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->step_count; i++) {
		const char *text = p->step[i].text;
		bool starts = strncmp(text, "start: ", 7) == 0;
		bool ends = strncmp(text, "stop: ", 6) == 0 || strncmp(text, "crash: ", 7) == 0, off = false;
		const char *name = starts || ends ? strchr(text, ' ') + 1 : "";
		for (size_t k = 0; k < kept && (starts || ends); k++) {
			const char *before = p->step[k].text, *space = strchr(before, ' ');
			if (space != NULL && strcmp(space + 1, name) == 0 && strchr("sc", before[0]) != NULL)
				off = strncmp(before, "start", 5) != 0;
		}
		if ((starts && !off) || (ends && off) || p->step[i].at >= end)
			continue;
		p->step[kept++] = p->step[i];
	}
	p->step_count = kept;
}

void incident_order_steps(struct plan *p, vl_time end)
{
	sort_steps(p);
	drop_idle_steps(p, end);
}
