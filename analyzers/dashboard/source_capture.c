// SPDX-License-Identifier: BSD-2-Clause
/* A capture file, played at any pace. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzers/dashboard/hearing.h"
#include "analyzers/dashboard/source.h"
#include "probes/capture_file.h"

struct capture_source {
	struct capture_file *file;
	struct hearing *hearing;
	struct capture_frame frame;
	bool has_frame, at_end;
	vl_time last;
};

static void *open_capture(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct capture_source *s = calloc(1, sizeof *s);
	char why[CAPTURE_ERROR] = "out of memory";

	if (s != NULL)
		s->hearing = hearing_new(m, order->service);
	if (s != NULL && s->hearing != NULL)
		s->file = capture_open(order->argument, why);
	if (s == NULL || s->file == NULL) {
		snprintf(error, SOURCE_ERROR, "%.200s: %.300s", order->argument, why);
		if (s != NULL && s->hearing != NULL)
			hearing_free(s->hearing);
		free(s);
		return NULL;
	}
	const char *slash = strrchr(order->argument, '/');
	snprintf(m->title, sizeof m->title, "%.60s  VRRP, CARP, HSRP heard", slash != NULL ? slash + 1 : order->argument);
	snprintf(m->hint, sizeof m->hint, "A capture shows who advertises (backups are silent) and who gets connections.");
	return s;
}

static void close_capture(void *self)
{
	struct capture_source *s = self;

	capture_close(s->file);
	hearing_free(s->hearing);
	free(s);
}

static void take(struct capture_source *s)
{
	struct packet p;

	capture_dissect(s->file, &s->frame, &p);
	hearing_frame(s->hearing, &p, s->frame.number, s->frame.at, s->frame.length);
	s->last = s->frame.at;
}

static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct capture_source *s = self;
	unsigned most = 20000;          /* frames a call: keys are heard in between */

	while (!s->at_end && most-- > 0) {
		if (!s->has_frame) {
			enum capture_next next = capture_read(s->file, &s->frame);
			if (next == CAPTURE_DAMAGED)
				snprintf(m->trouble, sizeof m->trouble, "%.120s", capture_error(s->file));
			s->at_end = next != CAPTURE_FRAME;
			if (s->at_end) {
				hearing_finish(s->hearing, s->last);
				break;
			}
			if (s->frame.number == 1)
				m->epoch_ns = capture_start(s->file);
		}
		s->has_frame = s->frame.at > now;
		if (s->has_frame) {
			hearing_advance(s->hearing, now);
			return SOURCE_GOES_ON;
		}
		take(s);
	}
	return s->at_end ? SOURCE_AT_END : SOURCE_GOES_ON;
}

const struct source_ops source_capture = {
	.name = "pcap",
	.form = "pcap:FILE",
	.help = "a capture (pcap, pcapng): who is heard, which IDs, what collides, who gets connections",
	.recorded = true,
	.open = open_capture,
	.close = close_capture,
	.advance = advance,
};
