// SPDX-License-Identifier: BSD-2-Clause
#include "probes/scan_live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define NAME "viplab scan"
#define STATUS_USAGE 2
#define STATUS_BLIND 3

#define TICK (100 * VL_MS)              /* changes, probes */
#define COUNT_EVERY VL_S
#define BATCH 256                       /* frames of one interface before the next has its turn */

/* ---- which interfaces ------------------------------------------------------------------------------------------- */

int scan_live_choose(struct scan_options *o, struct interface *list, size_t count, FILE *talk)
{
	const struct interface *only = NULL;
	size_t usable = 0;

	if (o->interface_count > 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (list[i].up && !list[i].loopback) {
			usable++;
			only = &list[i];
		}
	if (usable == 0) {
		(void)fprintf(talk, NAME ": no interface is up; read a capture with -r FILE\n");
		return STATUS_BLIND;
	}
	if (usable > 1) {
		(void)fprintf(talk, NAME ": which interface? name it with -i:\n");
		for (size_t i = 0; i < count; i++)
			if (list[i].up && !list[i].loopback)
				interfaces_print(&list[i], 1, talk);
		return STATUS_USAGE;
	}
	o->interface[o->interface_count++] = only->name;
	char name[LIVE_NAME];
	(void)fprintf(talk, NAME ": no -i: taking %s, the only one that is up\n",
		      scan_shown(name, sizeof name, only->name));
	return 0;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int open_captures(struct scan_live *l, const struct scan_options *o, FILE *talk)
{
	char error[LIVE_ERROR], text[LIVE_ERROR];
	enum live_problem problem;

	(void)privilege_raise();
	for (size_t i = 0; i < o->interface_count; i++) {
		struct live_capture *c = live_open(o->interface[i], &problem, error);
		if (c == NULL) {
			interface_say_problem(talk, NAME, "-i ", o->interface[i], problem, scan_shown(text, sizeof text, error));
			return STATUS_BLIND;
		}
		l->capture[l->count++] = c;
		if (o->filter[0] != '\0' && !live_filter(c, o->filter, error)) {
			(void)fprintf(talk, NAME ": filter: %s\n", scan_shown(text, sizeof text, error));
			return STATUS_USAGE;
		}
	}
	return 0;
}

static int open_prober(struct scan_live *l, const struct scan_options *o, const struct interface *list, size_t count,
		       FILE *talk)
{
	char error[PROBER_ERROR] = "out of memory", name[LIVE_NAME], text[PROBER_ERROR];

	l->prober = prober_new();
	if (l->prober == NULL) {
		(void)fprintf(talk, NAME ": %s\n", error);
		return STATUS_BLIND;
	}
	for (size_t i = 0; i < o->interface_count; i++) {
		const struct interface *f = interface_find(list, count, o->interface[i]);
		if (f != NULL && prober_add(l->prober, f, error))
			continue;
		(void)fprintf(talk, NAME ": --probe: %s: %s\n", scan_shown(name, sizeof name, o->interface[i]),
			      scan_shown(text, sizeof text, error));
		return STATUS_BLIND;
	}
	return 0;
}

static int join_groups(struct scan_live *l, const struct scan_options *o, FILE *talk)
{
	char name[LIVE_NAME];

	for (size_t i = 0; i < o->interface_count; i++) {
		struct group_join *g = &l->join[l->join_count++];
		bool ok = group_join(g, o->interface[i]);
		(void)scan_shown(name, sizeof name, o->interface[i]);
		if (!ok) {
			(void)fprintf(talk, NAME ": --join: %s: no group could be joined\n", name);
			return STATUS_BLIND;
		}
		if (!g->joined_ipv4 || !g->joined_ipv6)
			(void)fprintf(talk, NAME ": --join: %s: %s has none of the groups of %s\n", name, name,
				      g->joined_ipv4 ? "IPv6" : "IPv4");
	}
	return 0;
}

static void name_source(struct scan_live *l)
{
	size_t used = 0;

	for (size_t i = 0; i < l->count && used < sizeof l->source; i++)
		used += (size_t)snprintf(l->source + used, sizeof l->source - used, "%s%s", i > 0 ? "," : "",
					 live_name(l->capture[i]));
}

static bool catch_signals(struct scan_live *l)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return l->signals >= 0;
}

int scan_live_open(struct scan_live *l, const struct scan_options *o, const struct interface *list, size_t count,
		   FILE *talk)
{
	*l = (struct scan_live){.signals = -1};
	int status = open_captures(l, o, talk);
	if (status == 0 && o->probe)
		status = open_prober(l, o, list, count, talk);
	if (status == 0 && o->join)
		status = join_groups(l, o, talk);
	if (status == 0 && !catch_signals(l)) {
		(void)fprintf(talk, NAME ": signalfd: %s\n", strerror(errno));
		status = STATUS_BLIND;
	}
	name_source(l);
	return status;
}

bool scan_live_permit(const struct scan_live *l, struct privilege_needs *needs)
{
	bool ok = true;

	for (size_t i = 0; l->prober != NULL && prober_descriptor(l->prober, i) >= 0; i++)
		ok &= privilege_may_send(needs, prober_descriptor(l->prober, i));
	return ok;
}

void scan_live_close(struct scan_live *l)
{
	for (size_t i = 0; i < l->count; i++)
		live_close(l->capture[i]);
	for (size_t i = 0; i < l->join_count; i++)
		group_leave(&l->join[i]);
	prober_free(l->prober);
	if (l->signals >= 0)
		(void)close(l->signals);
}

/* ---- listening -------------------------------------------------------------------------------------------------- */

static int64_t clock_ns(clockid_t which)
{
	struct timespec t;

	(void)clock_gettime(which, &t);
	return (int64_t)t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

struct session {
	struct scan_live *live;
	struct scan *scan;
	FILE *talk;
	int64_t start;                  /* monotonic */
	uint64_t number;                /* of the last frame that was looked at */
	vl_time ticked, counted, asked;
	bool interrupted, enough;
};

static vl_time elapsed(const struct session *x)
{
	return (vl_time)(clock_ns(CLOCK_MONOTONIC) - x->start);
}

/* A frame's wall time as time since the start; never before what was told already. */
static vl_time moment_of(const struct session *x, int64_t wall_ns, int64_t wall_minus_monotonic)
{
	int64_t at = wall_ns - wall_minus_monotonic - x->start;

	return at > 0 && (vl_time)at > x->scan->heard ? (vl_time)at : x->scan->heard;
}

static void take(struct session *x, size_t i, const struct live_frame *f, int64_t wall_minus_monotonic)
{
	struct scan *s = x->scan;
	struct packet packet;

	live_dissect(x->live->capture[i], f, &packet);
	if (!scan_is_chosen(s, &packet))
		return;
	s->heard = moment_of(x, f->time_ns, wall_minus_monotonic);
	s->cut += f->captured < f->length;
	x->number++;
	if (x->live->keep != NULL && !x->live->keep(x->live->keep_context, (uint32_t)i, f)) {
		(void)fprintf(x->talk, NAME ": -w: the file cannot be written any further: %s\n", strerror(errno));
		x->live->keep = NULL;
		s->complete = false;
	}
	x->enough = !scan_feed(s, &(struct analyzer_frame){.packet = &packet,
							   .number = x->number,
							   .interface = (uint32_t)i,
							   .at = s->heard,
							   .length = f->length});
}

static void note_loss(struct session *x, size_t i, const char *what)
{
	char name[LIVE_NAME];

	x->scan->complete = false;
	(void)snprintf(x->scan->reason, sizeof x->scan->reason, "%s %s",
		       scan_shown(name, sizeof name, live_name(x->live->capture[i])), what);
}

static void read_interface(struct session *x, size_t i)
{
	struct live_frame frame;
	int64_t wall_minus_monotonic = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);

	for (unsigned n = 0; n < BATCH && !x->enough; n++) {
		enum live_next next = live_read(x->live->capture[i], &frame);
		if (next == LIVE_NOTHING)
			return;
		if (next == LIVE_GONE) {
			x->live->gone[i] = true;
			note_loss(x, i, "was removed while it was listened to");
			return;
		}
		take(x, i, &frame, wall_minus_monotonic);
	}
}

static bool all_gone(const struct scan_live *l)
{
	for (size_t i = 0; i < l->count; i++)
		if (!l->gone[i])
			return false;
	return true;
}

static void count(struct session *x)
{
	struct scan *s = x->scan;

	s->frames = s->dropped = s->tags_unmatched = 0;
	for (size_t i = 0; i < x->live->count; i++) {
		const struct live_counters *n = live_count(x->live->capture[i]);
		s->frames += n->heard;
		s->dropped += n->dropped;
		s->tags_unmatched += n->tags_unmatched;
	}
}

/* The virtual addresses known so far. */
static void ask(struct session *x)
{
	const struct conflict_judge *j = x->scan->judge;
	const struct conflict_group *g;
	const struct fhrp_group *h;

	for (size_t i = 0; (g = conflict_group_at(j, i)) != NULL; i++) {
		const struct conflict_speaker *speaker;
		for (uint16_t k = g->first_speaker; (speaker = conflict_speaker_at(j, k)) != NULL; k = speaker->next) {
			size_t n;
			const struct ip_addr *list = conflict_addresses(j, speaker, &n);
			for (size_t m = 0; m < n; m++)
				prober_ask(x->live->prober, &g->place, &list[m]);
		}
	}
	for (size_t i = 0; (h = fhrp_group_at(j, i)) != NULL; i++) {
		const struct fhrp_speaker *speaker;
		for (uint16_t k = h->first_speaker; (speaker = fhrp_speaker_at(j, k)) != NULL; k = speaker->next)
			if (speaker->virtual_ip.family != IP_NONE)
				prober_ask(x->live->prober, &h->place, &speaker->virtual_ip);
	}
}

static void tick(struct session *x, vl_time now)
{
	if (now < x->ticked + TICK)
		return;
	x->ticked = now;
	if (now >= x->counted + COUNT_EVERY) {
		x->counted = now;
		count(x);
	}
	if (x->live->prober == NULL)
		return;
	if (now >= x->asked + VL_S) {
		x->asked = now;
		ask(x);
	}
	prober_tick(x->live->prober, now);
	x->scan->probes = prober_sent(x->live->prober);
}

static void wait_for_frames(struct session *x, vl_time now)
{
	struct pollfd p[2 * SCAN_INTERFACES + 1];
	struct scan_live *l = x->live;
	vl_time end = x->scan->options->most_time;
	vl_time patience = end != VL_NEVER && end - now < TICK ? end - now : TICK;

	p[0] = (struct pollfd){.fd = l->signals, .events = POLLIN};
	for (size_t i = 0; i < l->count; i++) {
		p[1 + 2 * i] = (struct pollfd){.fd = l->gone[i] ? -1 : live_descriptor(l->capture[i]), .events = POLLIN};
		p[2 + 2 * i] = (struct pollfd){.fd = l->gone[i] ? -1 : live_watcher(l->capture[i])};
	}
	if (poll(p, (nfds_t)(2 * l->count + 1), (int)(patience / VL_MS) + 1) <= 0)
		return;
	x->interrupted = (p[0].revents & POLLIN) != 0;
	for (size_t i = 0; i < l->count; i++)
		if ((p[2 + 2 * i].revents & POLLERR) != 0 && live_went_down(l->capture[i]))
			note_loss(x, i, "went down while it was listened to");
}

static void release_signals(void)
{
	sigset_t set;

	/* Who asks again while the report is printed does not want it. */
	(void)sigemptyset(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL);
}

void scan_live_run(struct scan_live *l, struct scan *s, FILE *talk)
{
	struct session x = {.live = l, .scan = s, .talk = talk, .start = clock_ns(CLOCK_MONOTONIC)};
	vl_time end = s->options->most_time, now = 0;

	s->live = true;
	s->complete = true;
	s->joined = l->join_count > 0;
	for (size_t i = 0; i < l->count; i++)
		s->interface[s->interface_count++] = live_name(l->capture[i]);
	s->start_ns = clock_ns(CLOCK_REALTIME);
	while (!x.interrupted && !x.enough && now < end && !all_gone(l)) {
		wait_for_frames(&x, now);
		for (size_t i = 0; i < l->count; i++)
			if (!l->gone[i])
				read_interface(&x, i);
		now = elapsed(&x);
		s->heard = now > s->heard ? now : s->heard;
		scan_advance(s, s->heard);
		tick(&x, now);
	}
	count(&x);
	/* Without an end of its own, the user's is the end. */
	if (x.interrupted && end != VL_NEVER)
		s->complete = false;
	scan_end(s);
	/* Taken, or it would end the process as soon as it is let through. */
	struct signalfd_siginfo taken;
	while (read(l->signals, &taken, sizeof taken) == (ssize_t)sizeof taken)
		;
	release_signals();
}
