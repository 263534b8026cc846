// SPDX-License-Identifier: BSD-2-Clause
/*
 * The door of `viplab replay`: reads the capture, then it is a session of runs like that of `viplab run`. Frames go in
 * as they are or not at all: what the capture holds only in part, or without its Ethernet header, is counted and said.
 */
#include "sim/scenario/cmd_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/pages/page_files.h"
#include "analyzers/report/run_reports.h"
#include "probes/capture_file.h"
#include "sim/scenario/run.h"
#include "sim/scenario/run_session.h"
#include "viplab.h"

struct reading {
	struct run_injection *frame;
	size_t count, room;
	uint8_t *store;                 /* their bytes, one behind the other */
	size_t bytes, store_room;
	uint64_t cut, foreign, too_long; /* not put in */
	uint32_t interfaces;            /* heard, at least */
};

/* Text from outside on its way to a terminal: no byte that one would obey. */
static int cannot(const char *file, const char *why)
{
	fputs("viplab replay: ", stderr);
	for (; *file != '\0'; file++)
		fputc(*file >= 0x20 && *file < 0x7f ? *file : '?', stderr);
	fputs(": ", stderr);
	for (; *why != '\0'; why++)
		fputc(*why >= 0x20 && *why < 0x7f ? *why : '?', stderr);
	fputc('\n', stderr);
	return 3;
}

static bool grow(void **list, size_t *room, size_t wanted, size_t size)
{
	size_t more = *room == 0 ? 1024 : *room;

	while (more < wanted)
		more *= 2;
	if (more == *room)
		return true;
	void *longer = realloc(*list, more * size);
	if (longer == NULL)
		return false;
	*list = longer;
	*room = more;
	return true;
}

static bool make_room(struct reading *r, size_t length)
{
	void *frame = r->frame, *store = r->store;
	bool ok = grow(&frame, &r->room, r->count + 1, sizeof *r->frame);

	r->frame = frame;
	ok = ok && grow(&store, &r->store_room, r->bytes + length, 1);
	r->store = store;
	return ok;
}

/* False: `why` says what is against it. */
static bool keep(struct reading *r, const struct capture_frame *f, const char **why)
{
	if (f->interface >= r->interfaces)
		r->interfaces = f->interface + 1;
	if (f->link != CAPTURE_LINK_ETHERNET) {
		r->foreign++;
		return true;
	}
	if (f->captured < f->length) {
		r->cut++;
		return true;
	}
	if (f->length > FRAME_MAX) {
		r->too_long++;
		return true;
	}
	*why = "over 256 MiB of frames: cut it into smaller captures";
	if (r->bytes + f->length > RUN_CAPTURE_LIMIT)
		return false;
	*why = "out of memory";
	if (!make_room(r, f->length))
		return false;
	memcpy(r->store + r->bytes, f->bytes, f->length);
	r->frame[r->count++] = (struct run_injection){.at = f->at, .length = f->length};
	r->bytes += f->length;
	return true;
}

/* Where the bytes are is known when no more come. */
static void point(struct reading *r)
{
	size_t at = 0;

	for (size_t i = 0; i < r->count; at += r->frame[i++].length)
		r->frame[i].bytes = r->store + at;
}

static void say(uint64_t count, const char *what)
{
	if (count > 0)
		fprintf(stderr, "viplab replay: %llu frame%s not put in: %s\n", (unsigned long long)count,
			count == 1 ? "" : "s", what);
}

static bool read_capture(struct reading *r, const char *file)
{
	char error[CAPTURE_ERROR];
	struct capture_file *c = capture_open(file, error);
	struct capture_frame f;
	enum capture_next next;
	const char *why = "", *link;

	if (c == NULL)
		return cannot(file, error) == 0;
	bool ok = true;
	while (ok && (next = capture_read(c, &f)) == CAPTURE_FRAME)
		ok = keep(r, &f, &why);
	if (!ok)
		cannot(file, why);
	else if (next != CAPTURE_END)
		cannot(file, capture_error(c)); /* what was read is sound */
	r->foreign += capture_refused(c, &link);
	capture_close(c);
	say(r->cut, "cut by the snapshot length");
	say(r->foreign, "no Ethernet frames");
	say(r->too_long, "longer than any frame");
	if (ok && r->interfaces > 1)
		fprintf(stderr, "viplab replay: the capture is of several interfaces; all go into one segment\n");
	if (ok && r->count == 0)
		return cannot(file, "no frame that can be put in") == 0;
	point(r);
	return ok;
}

static enum run_end replay(const struct run_options *o)
{
	struct reading r = {0};
	enum run_end end = RUN_COULD_NOT;

	if (read_capture(&r, o->path[0])) {
		const struct run_replay what = {.frame = r.frame, .count = r.count};
		struct run_options mine = *o;
		mine.path = &mine.on;
		mine.replayed = o->path[0];
		mine.replay = &what;
		mine.page = page_of_run;
		end = run_session(&mine, VIPLAB_VERSION, run_reports_write);
	}
	free(r.frame);
	free(r.store);
	return end;
}

int cmd_replay(int argc, char **argv)
{
	return run_options_serve(argc, argv, replay);
}
