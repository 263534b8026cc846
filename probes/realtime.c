// SPDX-License-Identifier: BSD-2-Clause
#include "probes/realtime.h"

#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>

#include "probes/link_watch.h"

#define BATCH 64                        /* other frames of one port, before the urgent ones have their turn again */
#define URGENT 256                      /* urgent ones of one port at once */
#define ROUND 4                         /* such batches in one round */
#define HELD VL_MS                      /* while frames are not taken in, it looks so often whether they may be */
#define BURST (256U << 10)              /* bytes of frames that came in: what came of them leaves while a cache holds it */
#define TICK (100 * VL_MS)              /* the longest sleep: who sleeps longer stood still */

const struct record_kind WIRE_LINK_KIND = {
	.name = "wire.link",
	.level = RECORD_NOTICE,
	.text = "{interface}: {what}",
	.field = {{"interface", VALUE_WORD}, {"what", VALUE_WORD}},
};

const struct record_kind WIRE_NAME_KIND = {
	.name = "wire.name",
	.level = RECORD_NOTICE,
	.text = "{interface}: was called {old} before",
	.field = {{"interface", VALUE_WORD}, {"old", VALUE_WORD}},
};

const struct record_kind WIRE_MTU_KIND = {
	.name = "wire.mtu",
	.level = RECORD_NOTICE,
	.text = "{interface}: its MTU is now {mtu}",
	.field = {{"interface", VALUE_WORD}, {"mtu", VALUE_NUMBER}},
};

const struct record_kind WIRE_PAUSE_KIND = {
	.name = "wire.pause",
	.level = RECORD_WARN,
	.text = "stood still for {length}: {what}",
	.field = {{"length", VALUE_TIME}, {"what", VALUE_WORD}},
};

/* ---- clocks ----------------------------------------------------------------------------------------------------- */

static uint64_t clock_of(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * VL_S + (uint64_t)t.tv_nsec;
}

/* What the monotonic clock leaves out: the machine was suspended. */
static uint64_t suspended(void)
{
	uint64_t monotonic = clock_of(CLOCK_MONOTONIC), boot = clock_of(CLOCK_BOOTTIME);

	return boot > monotonic ? boot - monotonic : 0;
}

int realtime_timer(void)
{
	return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
}

void realtime_begin(struct realtime *t)
{
	t->start = clock_of(CLOCK_MONOTONIC);
	t->asleep = suspended();
	t->now = t->told = 0;
}

vl_time realtime_now(struct realtime *t)
{
	vl_time now = clock_of(CLOCK_MONOTONIC) - t->start;

	if (now > t->now)
		t->now = now;
	return t->now;
}

/* ---- telling ---------------------------------------------------------------------------------------------------- */

static void tell(struct realtime *t, const struct record *r)
{
	struct record mine = *r;

	mine.at = t->now;
	if (t->tell != NULL)
		t->tell(t->context, &mine);
}

static void tell_link(struct realtime *t, size_t port, const char *what)
{
	tell(t, &(struct record){.kind = &WIRE_LINK_KIND,
				 .value = {{.word = wire_name(t->port[port])}, {.word = what}}});
}

/* ---- the engine ------------------------------------------------------------------------------------------------- */

static void collect(struct realtime *t)
{
	struct engine_out *out = &t->said;

	while (t->engine.ops->poll(t->engine.self, out)) {
		if (out->type != OUT_FRAME)
			continue; /* an engine that keeps its own journal says none */
		if (out->port >= t->port_count) {
			frame_unref(out->frame);
			continue;
		}
		if (t->leaves != NULL && wire_is_urgent(out->frame) && wire_is_up(t->port[out->port]))
			t->leaves(t->context, out->port, out->frame, t->now);
		wire_send(t->port[out->port], out->frame);
	}
}

static void flush(struct realtime *t)
{
	for (size_t i = 0; i < t->port_count; i++)
		wire_flush(t->port[i], t->now);
}

static vl_time moment(struct realtime *t);

/* The engine is about to be told that it is `at`, which makes what it asked for by then happen now. */
static void tell_time(struct realtime *t, vl_time at, vl_time now)
{
	vl_time deadline = t->engine.ops->deadline(t->engine.self);

	t->told = at;
	if (deadline > at)
		return;
	t->statistics.deadlines++;
	t->statistics.late += now - deadline > REALTIME_LATE;
	t->statistics.worst = now - deadline > t->statistics.worst ? now - deadline : t->statistics.worst;
}

/* Everything that is due by now. */
static void fire(struct realtime *t)
{
	vl_time now = moment(t);

	tell_time(t, now, now);
	t->engine.ops->timeout(t->engine.self, now);
	collect(t);
	flush(t);
}

static void tell_carrier(struct realtime *t, size_t port, bool up)
{
	const struct command c = {.verb = COMMAND_LINK, .port = (unsigned)port, .type = VALUE_FLAG, .value = {.flag = up}};

	t->told = realtime_now(t);
	(void)t->engine.ops->control(t->engine.self, &c, t->told);
	collect(t);
	flush(t);
}

/* ---- wires ------------------------------------------------------------------------------------------------------ */

static void bury(struct realtime *t, size_t port)
{
	if (t->dead[port])
		return;
	t->dead[port] = true;
	wire_note_gone(t->port[port]);
	tell_link(t, port, "was removed: down for good, because the right to open another is given up");
	tell_carrier(t, port, false);
}

static void note_change(struct realtime *t, size_t port, const struct link_change *c)
{
	struct wire_port *w = t->port[port];
	bool was_up = wire_is_up(w);
	unsigned mtu = wire_mtu(w);
	char old[LIVE_NAME];

	if (c->gone) {
		bury(t, port);
		return;
	}
	(void)memcpy(old, wire_name(w), sizeof old);
	wire_note(w, c->name, c->up, c->mtu);
	if (strcmp(old, wire_name(w)) != 0)
		tell(t, &(struct record){.kind = &WIRE_NAME_KIND, .value = {{.word = wire_name(w)}, {.word = old}}});
	if (wire_mtu(w) != mtu)
		tell(t, &(struct record){.kind = &WIRE_MTU_KIND, .value = {{.word = wire_name(w)}, {.number = wire_mtu(w)}}});
	if (wire_is_up(w) == was_up)
		return;
	tell_link(t, port, was_up ? "is down" : "is up");
	tell_carrier(t, port, !was_up);
}

static void watch_links(struct realtime *t)
{
	struct link_change c;

	while (t->links >= 0 && link_watch_read(t->links, &c))
		for (size_t i = 0; i < t->port_count; i++)
			if (wire_index(t->port[i]) == c.index && !t->dead[i])
				note_change(t, i, &c);
	for (size_t i = 0; i < t->port_count; i++)
		if (wire_is_gone(t->port[i]))
			bury(t, i);
}

/* Some wire takes no more: what is not taken in is kept, as far as there is room for it, where it costs nothing. */
static bool holds_back(const struct realtime *t)
{
	for (size_t i = 0; i < t->port_count; i++)
		if (wire_holds_back(t->port[i], t->now))
			return true;
	return false;
}

/* A round of listening to one port. */
struct hearing {
	struct realtime *loop;
	unsigned port;
	bool urgent;
	vl_time now;
	size_t burst;                   /* bytes, of which not all that they caused has left */
};

/* One frame, with all that it causes. */
static void hear_one(void *context, struct frame *f, vl_time age)
{
	struct hearing *h = context;
	struct realtime *t = h->loop;
	vl_time at = !h->urgent ? h->now : h->now - t->told > age ? h->now - age : t->told;

	if (at != t->told)
		tell_time(t, at, h->now);
	h->burst += f->length;
	t->engine.ops->input(t->engine.self, h->port, f, at);
	collect(t);
	if (h->burst < BURST)
		return;
	flush(t);
	h->burst = 0;
}

/* Up to so many frames of each port; how many came. */
static size_t hear(struct realtime *t, bool urgent, unsigned most)
{
	struct hearing h = {.loop = t, .urgent = urgent};
	size_t heard = 0;

	h.now = moment(t);
	if (!urgent && holds_back(t))
		return 0;
	for (h.port = 0; h.port < t->port_count; h.port++)
		heard += wire_hear(t->port[h.port], urgent, t->pool, most, hear_one, &h);
	if (heard > 0)
		fire(t);
	return heard;
}

/* ---- standing still --------------------------------------------------------------------------------------------- */

/* The time, and what is to be done when it jumped. */
static vl_time moment(struct realtime *t)
{
	vl_time before = t->now, now = realtime_now(t);
	uint64_t asleep = suspended();
	vl_time stood = now - before + (asleep > t->asleep ? asleep - t->asleep : 0);

	t->asleep = asleep;
	if (stood <= REALTIME_PAUSE)
		return now;
	t->statistics.pauses++;
	t->statistics.paused += stood;
	tell(t, &(struct record){.kind = &WIRE_PAUSE_KIND,
				 .value = {{.time = stood}, {.word = "listens before it says anything"}}});
	t->told = now;
	(void)t->engine.ops->control(t->engine.self, &(struct command){.verb = COMMAND_LISTEN}, now);
	collect(t);
	flush(t);
	return now;
}

/* ---- waiting ---------------------------------------------------------------------------------------------------- */

static vl_time next_moment(const struct realtime *t)
{
	vl_time next = vl_time_min(t->engine.ops->deadline(t->engine.self), t->until);

	for (size_t i = 0; i < t->port_count; i++)
		next = vl_time_min(next, wire_due(t->port[i]));
	return next;
}

static void wait_until(struct realtime *t, vl_time moment)
{
	struct pollfd p[3 * REALTIME_PORTS + REALTIME_WATCHES + 2];
	vl_time now = realtime_now(t);
	vl_time patience = moment <= now ? 0 : vl_time_min(moment - now, TICK);
	bool urgent_only = holds_back(t);
	if (urgent_only)
		patience = vl_time_min(patience, HELD);
	const struct itimerspec when = {.it_value = {.tv_nsec = (long)patience}};
	nfds_t n = 0;

	for (size_t i = 0; i < t->port_count; i++) {
		p[n++] = (struct pollfd){.fd = wire_urgent(t->port[i]), .events = POLLIN};
		p[n++] = (struct pollfd){.fd = urgent_only ? -1 : wire_other(t->port[i]), .events = POLLIN};
		p[n++] = (struct pollfd){.fd = wire_blocked(t->port[i]), .events = POLLOUT};
	}
	p[n++] = (struct pollfd){.fd = t->links, .events = POLLIN};
	nfds_t watches = n;
	for (size_t i = 0; i < t->watch_count; i++)
		p[n++] = (struct pollfd){.fd = t->watch[i].descriptor, .events = t->watch[i].events};
	(void)timerfd_settime(t->timer, 0, &when, NULL);        /* zero disarms it */
	p[n] = (struct pollfd){.fd = t->timer, .events = POLLIN};
	if (poll(p, n + 1, patience == 0 ? 0 : -1) <= 0)
		return;
	for (size_t i = 0; i < t->watch_count; i++)
		if (p[watches + i].revents != 0)
			t->watch[i].ready(t->watch[i].context, p[watches + i].revents, t->now);
}

static bool alone(const struct realtime *t)
{
	for (size_t i = 0; i < t->port_count; i++)
		if (!t->dead[i])
			return false;
	return t->port_count > 0;
}

enum realtime_end realtime_run(struct realtime *t)
{
	collect(t);
	flush(t);
	for (;;) {
		wait_until(t, next_moment(t));
		t->statistics.rounds++;
		(void)moment(t);
		watch_links(t);
		(void)hear(t, true, URGENT);
		fire(t);
		for (unsigned n = 0; n < ROUND && hear(t, false, BATCH) > 0; n++)
			(void)hear(t, true, URGENT);
		if (t->enough != NULL && t->enough(t->context))
			return REALTIME_STOPPED;
		if (t->now >= t->until)
			return REALTIME_UNTIL;
		if (alone(t))
			return REALTIME_ALONE;
	}
}

void realtime_drain(struct realtime *t, vl_time most)
{
	vl_time end = realtime_now(t) + most;

	collect(t);
	for (flush(t); realtime_now(t) < end; flush(t)) {
		vl_time next = VL_NEVER;
		bool blocked = false;
		for (size_t i = 0; i < t->port_count; i++) {
			next = vl_time_min(next, wire_due(t->port[i]));
			blocked = blocked || wire_blocked(t->port[i]) >= 0;
		}
		if (next == VL_NEVER && !blocked)
			return;
		(void)poll(NULL, 0, 1);
	}
}
