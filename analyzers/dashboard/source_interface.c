// SPDX-License-Identifier: BSD-2-Clause
/* A live interface, listened to and nothing else: the frames of anybody's routers and balancers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analyzers/dashboard/hearing.h"
#include "analyzers/dashboard/source.h"
#include "probes/interfaces.h"
#include "probes/live_capture.h"
#include "probes/privilege.h"

struct interface_source {
	struct live_capture *live;
	struct hearing *hearing;
	uint64_t frames;
};

static void close_interface(void *self)
{
	struct interface_source *s = self;

	if (s->live != NULL)
		live_close(s->live);
	if (s->hearing != NULL)
		hearing_free(s->hearing);
	free(s);
}

static void *open_interface(const struct source_order *order, struct model *m, char error[SOURCE_ERROR])
{
	struct interface_source *s = calloc(1, sizeof *s);
	enum live_problem problem;
	char why[LIVE_ERROR];
	struct timespec now;

	if (s != NULL)
		s->hearing = hearing_new(m, order->service);
	if (s == NULL || s->hearing == NULL) {
		snprintf(error, SOURCE_ERROR, "out of memory");
		free(s);
		return NULL;
	}
	(void)privilege_raise();
	s->live = live_open(order->argument, &problem, why);
	if (s->live == NULL || !live_widen(s->live, "tcp or ip proto 4 or ip proto 41", why)) {
		if (s->live == NULL)
			interface_say_problem(stderr, "viplab top", "if:", order->argument, problem, why);
		error[0] = '\0';
		if (s->live != NULL)
			snprintf(error, SOURCE_ERROR, "cannot look at %.60s: %.300s", order->argument, why);
		close_interface(s);
		return NULL;
	}
	clock_gettime(CLOCK_REALTIME, &now);
	m->epoch_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	snprintf(m->title, sizeof m->title, "%.30s  VRRP, CARP, HSRP heard on the wire", order->argument);
	snprintf(m->hint, sizeof m->hint, "Listening: backups are silent; a service shows when it is seen to be balanced.");
	return s;
}

static bool lock(void *self, int terminal, const int *written, size_t count, char error[SOURCE_ERROR])
{
	struct privilege_needs needs = {.terminal = terminal >= 0};
	char why[PRIVILEGE_ERROR];

	(void)self;
	privilege_may_write(&needs, STDOUT_FILENO);
	privilege_may_write(&needs, STDERR_FILENO);
	if (terminal >= 0)
		privilege_may_write(&needs, terminal);
	for (size_t i = 0; i < count; i++)
		privilege_may_write(&needs, written[i]);
	if (privilege_drop(&needs, why))
		return true;
	snprintf(error, SOURCE_ERROR, "cannot give up privileges: %.150s", why);
	return false;
}

/* Frames carry the kernel's time: it is not later than ours, and never goes back here. */
static enum source_result advance(void *self, struct model *m, vl_time now)
{
	struct interface_source *s = self;
	struct live_frame f;
	struct packet p;
	enum live_next next;
	unsigned most = 50000;

	while ((next = live_read(s->live, &f)) == LIVE_FRAME && most-- > 0) {
		int64_t since = f.time_ns - m->epoch_ns;
		vl_time at = since > 0 ? (vl_time)since : 0;
		at = at < m->now ? m->now : at > now ? now : at;
		live_dissect(s->live, &f, &p);
		hearing_frame(s->hearing, &p, ++s->frames, at, f.length);
	}
	hearing_advance(s->hearing, now);
	m->dropped = live_count(s->live)->dropped;
	m->trouble[0] = '\0';
	m->stale = VL_NEVER;
	if (next == LIVE_GONE || live_went_down(s->live)) {
		m->stale = now;
		snprintf(m->trouble, sizeof m->trouble, "%.20s is %s", live_name(s->live), next == LIVE_GONE ? "gone" : "down");
		return SOURCE_FAILED;
	}
	return SOURCE_GOES_ON;
}

static int descriptor(const void *self, bool *for_writing)
{
	*for_writing = false;
	return live_descriptor(((const struct interface_source *)self)->live);
}

const struct source_ops source_interface = {
	.name = "if",
	.form = "if:INTERFACE",
	.help = "listens on a wire (needs CAP_NET_RAW); --service VIP:PORT helps to tell its servers",
	.open = open_interface,
	.close = close_interface,
	.lock = lock,
	.advance = advance,
	.descriptor = descriptor,
};
