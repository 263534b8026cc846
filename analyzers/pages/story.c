// SPDX-License-Identifier: BSD-2-Clause
/* A journal is read twice: once for how long it is, so that samples of the whole fit into the model's memory. */
#include "analyzers/pages/story.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzers/dashboard/hearing.h"
#include "analyzers/dashboard/lines.h"
#include "analyzers/dashboard/source.h"
#include "probes/capture_file.h"

bool story_same_id(const struct story_router *a, const struct story_router *b)
{
	return model_same_id(&(struct router){.class = a->class, .family = a->family, .id = a->id, .vlan = a->vlan},
			     &(struct router){.class = b->class, .family = b->family, .id = b->id, .vlan = b->vlan});
}

char *story_id(char text[64], const struct story_router *r)
{
	snprintf(text, 64, "%s %u%s", finding_class_word(r->class), r->id, r->family == IP_V6 ? " ipv6" : "");
	return text;
}

/* --- what the model passes on ------------------------------------------------------------------------------ */

static struct story_router *router_of(struct story *s, const struct router *r)
{
	for (size_t i = 0; i < s->routers; i++) {
		struct story_router *old = &s->router[i];
		if (old->class == r->class && old->family == r->family && old->id == r->id && strcmp(old->who, r->who) == 0)
			return old;
	}
	struct story_router *more = realloc(s->router, (s->routers + 1) * sizeof *more);
	if (more == NULL) {
		s->no_memory = true;
		return NULL;
	}
	s->router = more;
	struct story_router *new = &more[s->routers++];
	*new = (struct story_router){.class = r->class, .family = r->family, .id = r->id, .vlan = r->vlan};
	memcpy(new->who, r->who, sizeof new->who);
	return new;
}

/* A passive source learns of silence late, and dates it back: the list stays in order. */
static void router_changed(void *context, const struct router *r, enum router_word to, vl_time at)
{
	struct story *s = context;
	struct story_router *known = router_of(s, r);

	if (known == NULL)
		return;
	if (known->changes == known->room) {
		size_t room = known->room == 0 ? 16 : 2 * known->room;
		struct router_change *more = realloc(known->change, room * sizeof *more);
		if (more == NULL) {
			s->no_memory = true;
			return;
		}
		known->change = more;
		known->room = room;
	}
	known->change[known->changes++] = (struct router_change){.at = at, .to = to};
}

static void fact_came(void *context, const struct fact *f)
{
	struct story *s = context;
	char mac[MODEL_TEXT], segment[MODEL_TEXT];

	if (strcmp(f->kind, "switch.mac-move") != 0)
		return;
	f->word(f, "mac", mac);
	f->word(f, "segment", segment);
	unsigned i = 0;
	while (i < s->moves && (strcmp(s->move[i].mac, mac) != 0 || strcmp(s->move[i].segment, segment) != 0))
		i++;
	if (i == STORY_MOVES)
		return;
	if (i == s->moves) {
		s->move[s->moves++] = (struct story_move){.first = f->at};
		snprintf(s->move[i].mac, sizeof s->move[i].mac, "%.23s", mac);
		snprintf(s->move[i].segment, sizeof s->move[i].segment, "%.47s", segment);
	}
	s->move[i].count++;
	s->move[i].last = f->at;
}

/* --- routers over time --------------------------------------------------------------------------------------- */

enum router_word story_state(const struct story_router *r, vl_time at)
{
	enum router_word word = ROUTER_OFF;

	for (size_t i = 0; i < r->changes && r->change[i].at <= at; i++)
		word = r->change[i].to;
	return word;
}

const char *takeover_word(enum takeover_kind k)
{
	static const char *const word[] = {"first Active", "takes over", "preempts", "second Active"};

	return word[k];
}

/* Who preempts is Active a moment before the other yields. */
#define YIELDS_WITHIN VL_S

/* What router i's becoming Active at `at` was, by the others of its ID. */
static struct story_takeover judge(const struct story *s, size_t i, vl_time at)
{
	struct story_takeover t = {.to = i, .from = i, .at = at, .kind = TAKEOVER_FIRST, .took = 0};

	for (size_t k = 0; k < s->routers; k++) {
		const struct story_router *other = &s->router[k];
		if (k == i || !story_same_id(other, &s->router[i]))
			continue;
		for (size_t c = 0; c < other->changes; c++) {
			vl_time begin = other->change[c].at;
			vl_time end = c + 1 < other->changes ? other->change[c + 1].at : VL_NEVER;
			if (other->change[c].to != ROUTER_ACTIVE || begin >= at)
				continue;
			if (end >= at) {
				t.kind = end != VL_NEVER && end - at < YIELDS_WITHIN ? TAKEOVER_PREEMPTS : TAKEOVER_SECOND;
				t.from = k;
				t.took = t.kind == TAKEOVER_PREEMPTS ? end - at : 0;
				return t;
			}
			if (t.kind == TAKEOVER_FIRST || at - end < t.took) {
				t.kind = TAKEOVER_GAP;
				t.from = k;
				t.took = at - end;
			}
		}
	}
	return t;
}

static int by_moment(const void *a, const void *b)
{
	const struct story_takeover *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

bool story_takeovers_make(struct story *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->routers; i++)
		for (size_t c = 0; c < s->router[i].changes; c++)
			count += s->router[i].change[c].to == ROUTER_ACTIVE;
	s->takeover = calloc(count + 1, sizeof *s->takeover);
	if (s->takeover == NULL)
		return false;
	for (size_t i = 0; i < s->routers; i++)
		for (size_t c = 0; c < s->router[i].changes; c++)
			if (s->router[i].change[c].to == ROUTER_ACTIVE)
				s->takeover[s->takeovers++] = judge(s, i, s->router[i].change[c].at);
	qsort(s->takeover, s->takeovers, sizeof *s->takeover, by_moment);
	return true;
}

/* --- a journal ---------------------------------------------------------------------------------------------- */

/* The moment of the last line that has one. */
static vl_time length_of(struct lines *l)
{
	vl_time last = 0;
	size_t length;
	const char *line;

	while ((line = lines_next(l, &length)) != NULL) {
		const char *t = strstr(line, "\"t\":\"");
		unsigned long long whole = t != NULL ? strtoull(t + 5, NULL, 10) : 0;
		if (t != NULL && whole < 1000000000)
			last = (vl_time)whole * VL_S;
	}
	return last;
}

/* A second, as the dashboard has it; more only where an hour is not enough. */
static vl_time interval_for(vl_time length)
{
	static const unsigned seconds[] = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600};

	for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++)
		if (length / (seconds[i] * VL_S) < MODEL_SAMPLES - 1)
			return seconds[i] * VL_S;
	return length / (MODEL_SAMPLES - 2);
}

/* Whoever wrote the last line had no time to end it. */
static bool is_cut(int fd)
{
	char last = '\n';

	return lseek(fd, -1, SEEK_END) >= 0 && read(fd, &last, 1) == 1 && last != '\n';
}

static bool read_journal(struct story *s, int fd)
{
	struct lines l;
	size_t length;
	const char *line;
	vl_time at;

	if (!lines_init(&l, fd))
		return false;
	s->model = model_new(interval_for(length_of(&l)));
	lines_fini(&l);
	if (s->model == NULL || lseek(fd, 0, SEEK_SET) != 0 || !lines_init(&l, fd))
		return false;
	s->model->listener = (struct model_listener){.router = router_changed, .fact = fact_came, .context = s};
	while ((line = lines_next(&l, &length)) != NULL) {
		s->lines++;
		if (length > 0 && !fact_from_json(s->model, line, length, VL_NEVER, &at))
			s->strange++;
	}
	lines_fini(&l);
	s->strange += is_cut(fd);
	return true;
}

/* The run goes on behind the last fact of its journal. */
static void advance_to_end(struct story *s)
{
	const char *until = json_string_value(json_object_get(s->result, "until"));
	vl_time end;
	char text[VL_TIME_TEXT + 2];

	snprintf(text, sizeof text, "%.30ss", until != NULL ? until : "");
	if (until != NULL && vl_time_parse(text, &end) && end > s->model->now && end < VL_NEVER / 2)
		model_advance(s->model, end);
}

/* "folder/name"; the caller frees it. */
static char *join(const char *folder, size_t length, const char *name)
{
	size_t room = length + strlen(name) + 2;
	char *path = malloc(room);

	if (path != NULL)
		snprintf(path, room, "%.*s%s%s", (int)length, folder, length > 0 ? "/" : "", name);
	return path;
}

static void name_it(struct story *s, const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	size_t begin = length;
	while (begin > 0 && path[begin - 1] != '/')
		begin--;
	snprintf(s->name, sizeof s->name, "%.*s", (int)(length - begin < 250 ? length - begin : 250), path + begin);
}

static bool finish(struct story *s)
{
	s->count = s->model->samples < MODEL_SAMPLES ? (size_t)s->model->samples : MODEL_SAMPLES;
	s->at = calloc(s->count + 1, sizeof *s->at);
	if (s->at == NULL)
		return false;
	for (size_t i = 0; i < s->count; i++)
		s->at[i] = s->model->sampled_at[(s->model->samples - s->count + i) % MODEL_SAMPLES];
	s->ladder = calloc(STORY_LADDERS, sizeof *s->ladder);
	return s->ladder != NULL && !s->no_memory && story_takeovers_make(s) && story_series_make(s);
}

struct story *story_of_run(const char *path, char error[STORY_ERROR])
{
	struct stat about;
	struct story *s = calloc(1, sizeof *s);
	bool is_folder = stat(path, &about) == 0 && S_ISDIR(about.st_mode);
	char *journal = is_folder ? join(path, strlen(path), "journal.jsonl") : strdup(path);
	const char *slash = journal != NULL ? strrchr(journal, '/') : NULL;
	size_t folder = slash != NULL ? (size_t)(slash - journal) : 0;
	char *result = journal != NULL ? join(journal, folder, "result.json") : NULL;
	char *capture = journal != NULL ? join(journal, folder, "run.pcapng") : NULL;
	bool ok = false;
	int fd = journal != NULL ? open(journal, O_RDONLY | O_CLOEXEC) : -1;

	snprintf(error, STORY_ERROR, "out of memory");
	if (s == NULL || capture == NULL || result == NULL) {
		ok = false;
	} else if (fd < 0) {
		snprintf(error, STORY_ERROR, "%.400s: %s", journal, strerror(errno));
	} else {
		/* a journal among others is named by itself; that of a run by its folder */
		char *named = strcmp(slash != NULL ? slash + 1 : journal, "journal.jsonl") == 0 && folder > 0
				      ? strndup(journal, folder)
				      : strdup(journal);
		if (named != NULL)
			name_it(s, named);
		free(named);
		ok = read_journal(s, fd);
		if (ok) {
			s->result = json_load_file(result, 0, NULL);
			advance_to_end(s);
		}
		ok = ok && finish(s);
		if (ok && s->lines == s->strange) {
			snprintf(error, STORY_ERROR, "%.300s: no line is a fact of viplab.journal/1; a capture is named with -r", journal);
			ok = false;
		}
		if (ok && access(capture, R_OK) == 0)
			ok = story_ladders_read(s, capture);
	}
	if (fd >= 0)
		close(fd);
	free(journal);
	free(result);
	free(capture);
	if (!ok && s != NULL) {
		story_free(s);
		s = NULL;
	}
	return s;
}

/* --- a capture ------------------------------------------------------------------------------------------------- */

static bool hear(struct story *s, struct capture_file *c, const char *service)
{
	struct capture_frame frame;
	struct packet packet;
	vl_time last = 0;
	struct hearing *h = hearing_new(s->model, service);

	if (h == NULL)
		return false;
	while (capture_read(c, &frame) == CAPTURE_FRAME) {
		capture_dissect(c, &frame, &packet);
		hearing_advance(h, frame.at);
		hearing_frame(h, &packet, frame.number, frame.at, frame.length);
		last = frame.at;
	}
	hearing_finish(h, last);
	hearing_free(h);
	return true;
}

struct story *story_of_capture(const char *path, const char *service, char error[STORY_ERROR])
{
	struct story *s = calloc(1, sizeof *s);
	char why[CAPTURE_ERROR];
	struct capture_file *c = capture_open(path, why);

	if (c == NULL) {
		snprintf(error, STORY_ERROR, "%.200s: %.300s", path, why);
		free(s);
		return NULL;
	}
	bool ok = s != NULL && (s->model = model_new(VL_S)) != NULL;
	if (ok) {
		s->model->listener = (struct model_listener){.router = router_changed, .fact = fact_came, .context = s};
		name_it(s, path);
		ok = hear(s, c, service) && finish(s);
	}
	capture_close(c);
	if (ok)
		ok = story_ladders_read(s, path);
	if (!ok) {
		snprintf(error, STORY_ERROR, "out of memory");
		if (s != NULL)
			story_free(s);
		return NULL;
	}
	return s;
}

void story_free(struct story *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->routers; i++)
		free(s->router[i].change);
	story_series_free(s);
	free(s->router);
	free(s->takeover);
	free(s->ladder);
	free(s->at);
	free(s->judges);
	json_decref(s->result);
	model_free(s->model);
	free(s);
}
