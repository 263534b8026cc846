// SPDX-License-Identifier: BSD-2-Clause
/* A capture file, played at any pace: who advertises, what the analyzers find. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/heard.h"
#include "analyzers/dashboard/source.h"
#include "probes/capture_file.h"
#include "sim/scenario/watch.h"

struct capture_source {
	struct capture_file *file;
	struct watch watch;
	struct model *model;            /* of the call that runs */
	struct capture_frame frame;
	bool has_frame, at_end;
	vl_time last;
};

/* Every capture interface is "the wire": the model knows no segments. */
static const char *const wire[] = {"wire"};

static void found(void *context, const struct record *r)
{
	struct capture_source *s = context;

	(void)r;
	const struct finding *f = &s->watch.finding[s->watch.count - 1]->told;
	struct model_finding kept = {.code = f->code, .class = f->class, .suspect = f->suspect, .family = f->place.family,
				     .id = f->place.id, .begin = f->known, .end = VL_NEVER};
	memcpy(kept.detail, f->detail, sizeof kept.detail);
	model_found(s->model, &kept);
}

static void *open_capture(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct capture_source *s = calloc(1, sizeof *s);
	char why[CAPTURE_ERROR];

	if (s == NULL || !watch_init(&s->watch, 1)) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		free(s);
		return NULL;
	}
	s->file = capture_open(order->argument, why);
	if (s->file == NULL) {
		snprintf(error, SOURCE_ERROR, "%.200s: %.300s", order->argument, why);
		watch_fini(&s->watch);
		free(s);
		return NULL;
	}
	s->watch.segment = wire;
	s->watch.context = s;
	s->watch.tell = found;
	m->passive = true;
	const char *slash = strrchr(order->argument, '/');
	snprintf(m->title, sizeof m->title, "%.60s  VRRP, CARP, HSRP heard", slash != NULL ? slash + 1 : order->argument);
	snprintf(m->hint, sizeof m->hint, "A capture shows who advertises; backups are silent.");
	return s;
}

static void close_capture(void *self)
{
	struct capture_source *s = self;

	capture_close(s->file);
	watch_fini(&s->watch);
	free(s);
}

/* Findings that last were seen until their last frame; the model holds a conflict by its routers. */
static void finish(struct capture_source *s, struct model *m)
{
	watch_finish(&s->watch, s->last);
	for (size_t i = 0; i < s->watch.count; i++) {
		const struct finding *f = &s->watch.finding[i]->now;
		struct model_finding kept = {.code = f->code, .class = f->class, .family = f->place.family, .id = f->place.id,
					     .begin = f->known, .end = f->end + 5 * VL_S};
		memcpy(kept.detail, s->watch.finding[i]->told.detail, sizeof kept.detail);
		model_found(m, &kept);
	}
	model_advance(m, s->last);
	s->at_end = true;
}

static void take(struct capture_source *s, struct model *m)
{
	struct packet p;

	model_advance(m, s->frame.at);
	capture_dissect(s->file, &s->frame, &p);
	/* to the analyzers one wire, whatever the interface */
	watch_frame(&s->watch, &(struct analyzer_frame){.packet = &p, .number = s->frame.number, .at = s->frame.at,
							.length = s->frame.length});
	heard_packet(m, &p, s->frame.at);
	heard_silence(m, s->frame.at);
	s->last = s->frame.at;
}

static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct capture_source *s = self;
	unsigned most = 20000;          /* frames a call: keys are heard in between */

	s->model = m;
	while (!s->at_end && most-- > 0) {
		if (!s->has_frame) {
			enum capture_next next = capture_read(s->file, &s->frame);
			if (next == CAPTURE_DAMAGED)
				snprintf(m->trouble, sizeof m->trouble, "%.120s", capture_error(s->file));
			if (next != CAPTURE_FRAME) {
				finish(s, m);
				return SOURCE_AT_END;
			}
			if (s->frame.number == 1)
				m->epoch_ns = capture_start(s->file);
		}
		s->has_frame = s->frame.at > now;
		if (s->has_frame) {
			watch_advance(&s->watch, now);
			heard_silence(m, now);
			model_advance(m, now);
			return SOURCE_GOES_ON;
		}
		take(s, m);
	}
	return s->at_end ? SOURCE_AT_END : SOURCE_GOES_ON;
}

const struct source_ops source_capture = {
	.name = "pcap",
	.form = "pcap:FILE",
	.help = "a capture (pcap, pcapng): who is heard, which IDs, what collides",
	.recorded = true,
	.open = open_capture,
	.close = close_capture,
	.advance = advance,
};
