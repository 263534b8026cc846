// SPDX-License-Identifier: BSD-2-Clause
/* What a node writes to its syslog, in the words of its product: what an administrator has to go by. */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/expect.h"
#include "sim/scenario/syslog.h"

static bool is_trouble(const struct record *r)
{
	const char *dot = strrchr(r->kind->name, '.');

	return dot != NULL && strcmp(dot, ".state") != 0 && strcmp(dot, ".forwarder") != 0;
}

static uint64_t lines_of(const struct scenario_expectation *e, const struct expect_context *c, const struct record *r)
{
	char text[VENDOR_LOG_TEXT];
	uint64_t lines = 0;

	for (unsigned k = 0; syslog_line(text, c->scenario, r, k); k++)
		lines += e->logs.text == NULL || strstr(text, e->logs.text) != NULL;
	return lines;
}

static void judge_logs(const struct scenario_expectation *e, const struct expect_memory *m,
		       const struct expect_context *c, struct check *out)
{
	char what[CHECK_TEXT];
	uint64_t lines = 0;

	(void)m;
	for (uint64_t i = journal_since(c->journal, e->window.from); i < journal_count(c->journal); i++) {
		const struct record *r = journal_at(c->journal, i);

		if (r->node != NULL && expect_in_window(e, c, r->at) && strcmp(r->node, e->logs.node.text) == 0 &&
		    (!e->logs.trouble || is_trouble(r)))
			lines += lines_of(e, c, r);
	}
	snprintf(what, sizeof what, "%s of %s%s%s%s", lines == 1 ? "line" : "lines", e->logs.node.text,
		 e->logs.text != NULL ? "   (with " : "", e->logs.text != NULL ? e->logs.text : "",
		 e->logs.text != NULL ? ")" : "");
	expect_judge_count(e, c, &e->logs.count, lines, what, out);
}

const struct expect_family EXPECT_LOGS_FAMILY = {.judge = judge_logs};
