// SPDX-License-Identifier: BSD-2-Clause
/*
 * A live engine, through its control socket (sim/scenario/run_command.h): its journal as it grows.
 * Only asks; nothing here tells it to do anything. Never waits for an answer: the screen goes on when the engine is stopped.
 * An engine that went away is looked for once a second; a new one there begins anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzers/dashboard/lines.h"
#include "analyzers/dashboard/source.h"
#include "probes/control_socket.h"

#define PATIENCE (3 * VL_S)             /* then an engine that does not answer is called stale */

enum asking {
	NOTHING,
	HELLO,
	RECORDS,
};

struct engine_source {
	char path[CONTROL_PATH];
	struct lines lines;             /* fd -1: not connected */
	enum asking asked;
	vl_time asked_at, next_at;      /* of the dashboard's clock */
	vl_time interval;
	unsigned long long next_record;
	bool greeted;                   /* it said who it is */
};

static bool connect_to(struct engine_source *s, char error[SOURCE_ERROR])
{
	char why[CONTROL_ERROR];
	int fd = control_connect(s->path, why);

	if (fd < 0) {
		snprintf(error, SOURCE_ERROR, "%.400s", why);
		return false;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	if (!lines_init(&s->lines, fd)) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		close(fd);
		s->lines.fd = -1;
		return false;
	}
	s->asked = NOTHING;
	s->greeted = false;
	s->next_record = 0;
	return true;
}

static void disconnect(struct engine_source *s)
{
	if (s->lines.fd < 0)
		return;
	close(s->lines.fd);
	lines_fini(&s->lines);
}

static void close_engine(void *self)
{
	disconnect(self);
	free(self);
}

static void *open_engine(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct engine_source *s = calloc(1, sizeof *s);

	if (s == NULL) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		return NULL;
	}
	s->lines.fd = -1;
	s->interval = order->interval;
	bool good = true;
	if (order->argument[0] != '\0')
		snprintf(s->path, sizeof s->path, "%s", order->argument);
	else if (!control_default_path(s->path)) {
		snprintf(error, SOURCE_ERROR, "XDG_RUNTIME_DIR is not set: say the path, engine:/PATH");
		good = false;
	}
	if (good && connect_to(s, error)) {
		snprintf(m->title, sizeof m->title, "%.90s", s->path);
		return s;
	}
	free(s);
	return NULL;
}

static bool ask(struct engine_source *s, enum asking what, vl_time now)
{
	char line[48];
	int n = what == RECORDS ? snprintf(line, sizeof line, "records %llu\n", s->next_record)
				: snprintf(line, sizeof line, "hello\n");

	/* a request fits into any socket's buffer when the last one is answered */
	if (write(s->lines.fd, line, (size_t)n) != n)
		return false;
	s->asked = what;
	s->asked_at = now;
	return true;
}

static vl_time time_of(const json_t *o, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(o, key));

	return value > 0 ? (vl_time)value : 0;
}

static void take_hello(struct engine_source *s, struct model *m, const json_t *o)
{
	const char *title = json_string_value(json_object_get(o, "title"));

	snprintf(m->title, sizeof m->title, "%.90s", title != NULL ? title : s->path);
	m->epoch_ns = (int64_t)json_integer_value(json_object_get(o, "started_ns"));
	s->greeted = true;
	m->behind = true;
}

/* The last object of an answer. What comes next: the journal at once where there is more, else an interval later. */
static void take_answer(struct engine_source *s, struct model *m, const json_t *o, vl_time now)
{
	switch (s->asked) {
	case HELLO:
		take_hello(s, m, o);
		break;
	case RECORDS: {
		unsigned long long next = (unsigned long long)json_integer_value(json_object_get(o, "next"));
		bool more = next > s->next_record;
		s->next_record = next;
		s->next_at = more ? now : now + s->interval;
		m->behind = more;
		if (!more && time_of(o, "now_ns") > m->now)
			model_advance(m, time_of(o, "now_ns"));
		break;
	}
	case NOTHING:
	default:
		break;
	}
	enum asking was = s->asked;
	s->asked = NOTHING;
	m->stale = VL_NEVER;
	m->trouble[0] = '\0';
	if (was == HELLO)
		s->next_at = now;
}

static void read_lines(struct engine_source *s, struct model *m, vl_time now)
{
	const char *line;
	size_t length;
	vl_time at;

	while (s->asked != NOTHING && (line = lines_next(&s->lines, &length)) != NULL) {
		json_t *o = json_loadb(line, length, 0, NULL);
		if (json_object_get(o, "done") != NULL)
			take_answer(s, m, o, now);
		else if (s->asked == RECORDS)
			(void)fact_from_json(m, line, length, VL_NEVER, &at);
		json_decref(o);
	}
}

static enum source_result is_gone(struct engine_source *s, struct model *m, vl_time now, const char *why)
{
	disconnect(s);
	if (m->stale == VL_NEVER)
		m->stale = m->now;
	snprintf(m->trouble, sizeof m->trouble, "%.120s", why);
	s->next_at = now + VL_S;
	return SOURCE_FAILED;
}

static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct engine_source *s = self;
	char error[SOURCE_ERROR];

	if (s->lines.fd < 0) {
		if (now < s->next_at)
			return SOURCE_FAILED;
		if (!connect_to(s, error))
			return is_gone(s, m, now, "the engine is gone");
		model_restart(m);
	}
	read_lines(s, m, now);
	if (s->lines.at_end)
		return is_gone(s, m, now, "the engine is gone");
	if (s->asked == NOTHING && (!s->greeted || now >= s->next_at) && !ask(s, s->greeted ? RECORDS : HELLO, now))
		return is_gone(s, m, now, "the engine is gone");
	if (s->asked != NOTHING && now > s->asked_at + PATIENCE) {
		if (m->stale == VL_NEVER)
			m->stale = m->now;
		snprintf(m->trouble, sizeof m->trouble, "the engine does not answer");
		return SOURCE_FAILED;
	}
	return SOURCE_GOES_ON;
}

static int descriptor(const void *self, bool *for_writing)
{
	const struct engine_source *s = self;

	*for_writing = false;
	return s->asked != NOTHING ? s->lines.fd : -1;
}

static vl_time next(const void *self)
{
	return ((const struct engine_source *)self)->next_at;
}

const struct source_ops source_engine = {
	.name = "engine",
	.form = "engine:[SOCKET]",
	.help = "a live viplab engine, through its control socket (viplab live --control)",
	.open = open_engine,
	.close = close_engine,
	.advance = advance,
	.descriptor = descriptor,
	.next = next,
};
