// SPDX-License-Identifier: BSD-2-Clause
/* A journal (viplab.journal/1, JSON lines), finished or growing; and the same from standard input. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzers/dashboard/lines.h"
#include "analyzers/dashboard/source.h"

struct journal_source {
	struct lines lines;
	bool is_input;                  /* standard input: live, at its own pace */
	unsigned long long strange;     /* lines that are no facts */
	vl_time reached;
};

static struct journal_source *open_descriptor(int fd, bool is_input, char error[SOURCE_ERROR])
{
	struct journal_source *s = calloc(1, sizeof *s);

	if (s != NULL && lines_init(&s->lines, fd)) {
		s->is_input = is_input;
		return s;
	}
	snprintf(error, SOURCE_ERROR, "out of memory");
	free(s);
	if (!is_input)
		close(fd);
	return NULL;
}

static void *open_journal(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	int fd = open(order->argument, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		snprintf(error, SOURCE_ERROR, "%.400s: %s", order->argument, strerror(errno));
		return NULL;
	}
	const char *slash = strrchr(order->argument, '/');
	snprintf(m->title, sizeof m->title, "%.90s", slash != NULL ? slash + 1 : order->argument);
	return open_descriptor(fd, false, error);
}

static void *open_input(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	(void)order;
	snprintf(m->title, sizeof m->title, "standard input");
	fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	return open_descriptor(STDIN_FILENO, true, error);
}

static void close_journal(void *self)
{
	struct journal_source *s = self;

	if (!s->is_input)
		close(s->lines.fd);
	lines_fini(&s->lines);
	free(s);
}

/* A journal that grows is read as far as it is; the moments are its own, so the model is where its last fact is. */
static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct journal_source *s = self;
	vl_time until = s->is_input ? VL_NEVER : now, at;
	size_t length;
	const char *line;

	while ((line = lines_next(&s->lines, &length)) != NULL) {
		if (length == 0)
			continue;
		if (!fact_from_json(m, line, length, until, &at)) {
			if (s->strange++ == 0)
				snprintf(m->trouble, sizeof m->trouble, "a line is no fact of viplab.journal/1");
			continue;
		}
		if (at > until) {
			lines_again(&s->lines, line);
			if (until != VL_NEVER)
				model_advance(m, until);
			return SOURCE_GOES_ON;
		}
		s->reached = at;
	}
	if (!s->lines.at_end)
		return SOURCE_GOES_ON;
	model_advance(m, s->reached);
	return SOURCE_AT_END;
}

static int descriptor(const void *self, bool *for_writing)
{
	const struct journal_source *s = self;

	*for_writing = false;
	return s->is_input && !s->lines.at_end ? s->lines.fd : -1;
}

const struct source_ops source_journal = {
	.name = "journal",
	.form = "journal:FILE",
	.help = "the journal of a run (viplab run --keep always), finished or growing",
	.recorded = true,
	.open = open_journal,
	.close = close_journal,
	.advance = advance,
	.descriptor = descriptor,
};

const struct source_ops source_standard_input = {
	.name = "-",
	.form = "-",
	.help = "the same as JSON lines on standard input",
	.open = open_input,
	.close = close_journal,
	.advance = advance,
	.descriptor = descriptor,
};
