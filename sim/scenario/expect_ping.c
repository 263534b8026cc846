// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a client's pings met: loss, by the requests that were sent inside the window and whose fate is known, and how
 * much of it was lost on the way there (nobody answered) and on the way back (somebody did: "icmp.answered");
 * and the longest gap, the longest time without an answer: from the first of these requests, or from an
 * answer, to the next answer, or to the moment the last one was given up.
 */
#include "sim/scenario/expect.h"

#include "sim/node/ping_records.h"

#include "sim/stack/stack.h"

#include <string.h>

#define TARGETS 64
#define MILLION 1000000U

/* The requests to one target, so far. */
struct stretch {
	struct ip_addr target;
	vl_time answer_at;      /* the last one, or when the first request was sent */
	vl_time given_up_at;    /* the last request given up after that, or 0 */
};

struct tally {
	uint64_t answered, lost;
	uint64_t in_vain;       /* of the lost: somebody answered */
	vl_time longest, longest_from;
	vl_time last_at;        /* when the last fate became known */
	struct stretch stretch[TARGETS];
	size_t targets;
};

static struct stretch *stretch_of(struct tally *t, const struct ip_addr *target, vl_time sent_at)
{
	for (size_t i = 0; i < t->targets; i++)
		if (ip_equal(&t->stretch[i].target, target))
			return &t->stretch[i];
	if (t->targets == TARGETS)
		return NULL;
	t->stretch[t->targets] = (struct stretch){.target = *target, .answer_at = sent_at};
	return &t->stretch[t->targets++];
}

static void end_gap(struct tally *t, const struct stretch *s, vl_time at)
{
	if (at > s->answer_at && at - s->answer_at > t->longest) {
		t->longest = at - s->answer_at;
		t->longest_from = s->answer_at;
	}
}

static void count(struct tally *t, const struct ip_addr *target, vl_time sent_at, bool answered, vl_time at)
{
	struct stretch *s = stretch_of(t, target, sent_at);

	t->last_at = at;
	if (answered)
		t->answered++;
	else
		t->lost++;
	if (s == NULL)
		return;
	if (answered) {
		end_gap(t, s, at);
		s->answer_at = at;
		s->given_up_at = 0;
	} else {
		s->given_up_at = at;
	}
}

/* What a record says about one request of the client; false when it says nothing. */
static bool fate(const struct record *r, const char *client, struct ip_addr *target, vl_time *sent_at,
		 bool *answered)
{
	*answered = r->kind == &PING_REPLY_KIND;
	if (*answered) {
		*target = r->value[PING_REPLY_TARGET].ip;
		*sent_at = r->value[PING_REPLY_SENT_AT].time;
	} else if (r->kind == &PING_LOST_KIND) {
		*target = r->value[PING_LOST_TARGET].ip;
		*sent_at = r->value[PING_LOST_SENT_AT].time;
	} else {
		return false;
	}
	return strcmp(r->node, client) == 0;
}

enum { ANSWERED_FROM, ANSWERED_TO, ANSWERED_ID, ANSWERED_SEQUENCE }; /* fields of "icmp.answered" */

static bool is_own(const struct scenario_node *n, const struct ip_addr *a)
{
	for (size_t i = 0; i < n->interface_count; i++) {
		struct ip_addr link_local = ip6_link_local(n->interface[i].mac.value);
		if (ip_equal(&link_local, a))
			return true;
		for (size_t k = 0; k < n->interface[i].addresses.count; k++)
			if (ip_equal(&n->interface[i].addresses.item[k].addr, a))
				return true;
	}
	return false;
}

/* True when somebody answered the request that the record gives up. */
static bool was_in_vain(const struct expect_context *c, const struct scenario_node *client, const struct record *lost)
{
	vl_time sent_at = lost->value[PING_LOST_SENT_AT].time;

	for (uint64_t i = journal_since(c->journal, sent_at); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);
		if (r->at > lost->at)
			break;
		if (r->kind == &STACK_ECHO_ANSWERED_KIND && is_own(client, &r->value[ANSWERED_FROM].ip) &&
		    ip_equal(&r->value[ANSWERED_TO].ip, &lost->value[PING_LOST_TARGET].ip) &&
		    r->value[ANSWERED_SEQUENCE].number == (lost->value[PING_LOST_SEQUENCE].number & 0xffff))
			return true;
	}
	return false;
}

static void tally_up(const struct scenario_expectation *e, const struct expect_context *c, struct tally *t)
{
	struct ip_addr target;
	vl_time sent_at;
	bool answered;

	for (uint64_t i = journal_since(c->journal, e->window.from); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);
		if (fate(r, e->ping.client.text, &target, &sent_at, &answered) && expect_in_window(e, c, sent_at) &&
		    (e->ping.to.family == IP_NONE || ip_equal(&target, &e->ping.to))) {
			count(t, &target, sent_at, answered, r->at);
			if (!answered && e->ping.lost_there.form + e->ping.lost_back.form != COMPARISON_NONE)
				t->in_vain += was_in_vain(c, &c->scenario->node[e->ping.client.index], r);
		}
	}
	for (size_t i = 0; i < t->targets; i++)
		if (t->stretch[i].given_up_at > 0)
			end_gap(t, &t->stretch[i], t->stretch[i].given_up_at);
}

static void judge_share(const struct comparison *want, const char *word, uint64_t lost, const struct tally *t, vl_time at,
			struct check *out)
{
	uint64_t sent = t->answered + t->lost;
	/* Rounded to the nearest part per million; yet no loss at all and nothing else is 0%, and so for 100%. */
	uint64_t loss = (lost * MILLION + sent / 2) / sent;
	char text[COMPARISON_TEXT];

	if (want->form == COMPARISON_NONE || out->verdict != CHECK_HELD)
		return;
	if (lost > 0 && loss == 0)
		loss = 1;
	if (lost < sent && loss == MILLION)
		loss = MILLION - 1;
	check_want(out, "%s %s", word, comparison_format(text, want));
	comparison_value_format(text, COMPARISON_PERCENT, loss);
	if (comparison_holds(want, loss))
		check_hold(out, at, "%s %s   (%llu of %llu requests)", word, text, (unsigned long long)lost,
			   (unsigned long long)sent);
	else
		check_fail(out, at, "%s %s   (%llu of %llu requests)", word, text, (unsigned long long)lost,
			   (unsigned long long)sent);
}

static void judge_gap(const struct scenario_expectation *e, const struct tally *t, vl_time at, struct check *out)
{
	char text[COMPARISON_TEXT], from[EXPECT_TIME];

	check_want(out, "longest gap %s", comparison_format(text, &e->ping.longest_gap));
	comparison_value_format(text, COMPARISON_TIME, t->longest);
	expect_time(from, t->longest_from);
	if (comparison_holds(&e->ping.longest_gap, t->longest))
		check_hold(out, at, "longest gap %s, from %s on", text, from);
	else
		check_fail(out, at, "longest gap %s, from %s on", text, from);
}

static void judge(const struct scenario_expectation *e, const struct expect_memory *m,
		  const struct expect_context *c, struct check *out)
{
	struct tally t = {0};

	(void)m;
	tally_up(e, c, &t);
	vl_time at = expect_over_at(e, c);
	if (t.last_at > at)
		at = t.last_at;
	if (t.answered + t.lost == 0) {
		check_want(out, "requests sent by %s", e->ping.client.text);
		check_fail(out, at, "no request whose fate is known");
	} else {
		judge_share(&e->ping.loss, "loss", t.lost, &t, at, out);
		judge_share(&e->ping.lost_there, "lost there", t.lost - t.in_vain, &t, at, out);
		judge_share(&e->ping.lost_back, "lost back", t.in_vain, &t, at, out);
		if (e->ping.longest_gap.form != COMPARISON_NONE && out->verdict == CHECK_HELD)
			judge_gap(e, &t, at, out);
	}
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

const struct expect_family EXPECT_PING_FAMILY = {.judge = judge};
