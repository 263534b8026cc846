// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the analyzers found: `finding` (becomes known in the window, and was not so before), `no finding` (none
 * known or lasting in it), `findings` (these codes and no other).
 *
 * `findings` speaks of conflicts and warnings; information, and the advice not to use an ID that products ship
 * with, need not be listed. What is listed must be there whatever its weight.
 */
#include "sim/scenario/expect.h"

#include <stdio.h>
#include <string.h>

static bool is_about(const struct finding *f, const struct ip_addr *address)
{
	bool about = address->family == IP_NONE || ip_equal(&f->address, address);

	for (size_t i = 0; i < f->subject_count && !about; i++)
		about = ip_equal(&f->subject[i].ip, address);
	return about;
}

static bool fits(const struct scenario_expectation *e, const struct finding *f, const char *code)
{
	bool has_group = f->class == FINDING_HSRP || f->class == FINDING_HSRP2 || f->class == FINDING_GLBP ||
			 f->class == FINDING_FGCP;

	if (e->group.given && !(has_group && f->place.id == e->group.value))
		return false;
	return is_about(f, &e->about) && (code == NULL || strcmp(f->code->name, code) == 0) && (!e->id.given || f->place.id == e->id.value) &&
	       (e->family == IP_NONE || f->place.family == e->family);
}

/* Known before the window began and still so then. */
static bool held_before(const struct scenario_expectation *e, const struct finding *f)
{
	return f->known < e->window.from && f->end >= e->window.from;
}

/* Known or lasting at some moment in the window. */
static bool touches(const struct scenario_expectation *e, const struct expect_context *c, const struct finding *f)
{
	return expect_in_window(e, c, f->known) || held_before(e, f);
}

/* "vrid-collision on id 1", for got. */
static void name_finding(char text[CHECK_TEXT], const struct finding *f)
{
	char known[EXPECT_TIME];

	if (f->place.id != 0)
		snprintf(text, CHECK_TEXT, "%s%s on id %u, known at %s", f->suspect ? "suspected " : "", f->code->name,
			 (unsigned)f->place.id, expect_time(known, f->known));
	else
		snprintf(text, CHECK_TEXT, "%s, known at %s", f->code->name, expect_time(known, f->known));
}

static void judge_finding(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	const char *code = e->findings.item[0].text;
	char name[CHECK_TEXT], text[EXPECT_TIME];

	check_want(out, "%s becomes known", code);
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = c->finding[i];
		if (fits(e, f, code) && held_before(e, f)) {
			name_finding(name, f);
			check_fail(out, e->window.from, "%s: it held before its cause, the window begins at %s", name,
				   expect_time(text, e->window.from));
			return;
		}
	}
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = c->finding[i];
		if (fits(e, f, code) && expect_in_window(e, c, f->known)) {
			name_finding(name, f);
			check_hold(out, f->known, "%s", name);
			return;
		}
	}
	check_fail(out, expect_over_at(e, c), "not found by %s", expect_time(text, expect_over_at(e, c)));
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

static void judge_no_finding(const struct scenario_expectation *e, const struct expect_context *c,
			     struct check *out)
{
	const char *code = e->findings.count > 0 ? e->findings.item[0].text : NULL;
	char name[CHECK_TEXT];

	check_want(out, "no %s", code != NULL ? code : "finding");
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = c->finding[i];
		if (fits(e, f, code) && touches(e, c, f)) {
			name_finding(name, f);
			check_fail(out, f->known > e->window.from ? f->known : e->window.from, "%s", name);
			return;
		}
	}
	check_hold(out, expect_over_at(e, c), "none");
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

static bool listed(const struct scenario_expectation *e, const struct finding *f)
{
	for (size_t i = 0; i < e->findings.count; i++)
		if (strcmp(e->findings.item[i].text, f->code->name) == 0)
			return true;
	return false;
}

static bool is_there(const struct scenario_expectation *e, const struct expect_context *c, const char *code)
{
	for (size_t i = 0; i < c->finding_count; i++)
		if (fits(e, c->finding[i], code) && touches(e, c, c->finding[i]))
			return true;
	return false;
}

static bool need_not_be_listed(const struct finding *f)
{
	return f->code->severity == FINDING_INFO || strcmp(f->code->name, "default-id") == 0;
}

static void want_codes(const struct scenario_expectation *e, struct check *out)
{
	char list[CHECK_TEXT] = "none";
	size_t n = 0;

	for (size_t i = 0; i < e->findings.count && n < sizeof list; i++)
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i > 0 ? ", " : "",
				      e->findings.item[i].text);
	check_want(out, "findings: %s", list);
}

/* "; not counted: default-id, vmac-unused", each once; empty when there are none. */
static const char *list_aside(char text[CHECK_TEXT], const struct scenario_expectation *e, const struct expect_context *c)
{
	const struct finding_code *code;
	size_t n = 0;

	text[0] = '\0';
	for (size_t k = 0; (code = finding_at(k)) != NULL && n < CHECK_TEXT; k++) {
		bool aside = false;
		for (size_t i = 0; i < c->finding_count && !aside; i++) {
			const struct finding *f = c->finding[i];
			aside = f->code == code && fits(e, f, NULL) && touches(e, c, f) && !listed(e, f);
		}
		if (aside)
			n += (size_t)snprintf(text + n, CHECK_TEXT - n, "%s%s", n > 0 ? ", " : "; not counted: ", code->name);
	}
	return text;
}

static void judge_findings(const struct scenario_expectation *e, const struct expect_context *c, struct check *out)
{
	char name[CHECK_TEXT];

	want_codes(e, out);
	for (size_t i = 0; i < c->finding_count; i++) {
		const struct finding *f = c->finding[i];
		if (!fits(e, f, NULL) || !touches(e, c, f) || listed(e, f) || need_not_be_listed(f))
			continue;
		name_finding(name, f);
		check_fail(out, f->known > e->window.from ? f->known : e->window.from, "%s", name);
		return;
	}
	for (size_t i = 0; i < e->findings.count; i++) {
		if (is_there(e, c, e->findings.item[i].text))
			continue;
		check_fail(out, expect_over_at(e, c), "no %s", e->findings.item[i].text);
		if (!expect_complete(e, c))
			out->verdict = CHECK_OPEN;
		return;
	}
	char aside[CHECK_TEXT];
	check_hold(out, expect_over_at(e, c), "%s%s", e->findings.count > 0 ? "these and no other" : "none",
		   list_aside(aside, e, c));
	if (!expect_complete(e, c))
		out->verdict = CHECK_OPEN;
}

static void judge(const struct scenario_expectation *e, const struct expect_memory *m,
		  const struct expect_context *c, struct check *out)
{
	(void)m;
	if (e->kind == EXPECT_FINDING)
		judge_finding(e, c, out);
	else if (e->kind == EXPECT_NO_FINDING)
		judge_no_finding(e, c, out);
	else
		judge_findings(e, c, out);
}

const struct expect_family EXPECT_FINDING_FAMILY = {.judge = judge};
