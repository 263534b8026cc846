// SPDX-License-Identifier: BSD-2-Clause
/*
 * The door of `viplab live`: introduces a world (sim/scenario) and wires (probes) to each other. In this order: read the
 * script, open everything, build the world, give every privilege up, listen, run.
 */
#include "probes/cmd_live.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "probes/cmd_live_parts.h"
#include "probes/interfaces.h"
#include "probes/link_watch.h"
#include "sim/carp/carp_records.h"
#include "sim/node/node.h"
#include "sim/scenario/syslog.h"
#include "sim/vrrp/vrrp_records.h"
#include "sim/vrrp/vrrp_router.h"
#include "viplab.h"

#define GOODBYE (200 * VL_MS)           /* the longest that last words may take */

static void shown(FILE *to, const char *text)
{
	for (; *text != '\0'; text++)
		(void)fputc(*text >= 0x20 && *text < 0x7f ? *text : '?', to);
}

int live_cannot(const char *what, const char *why)
{
	fputs("viplab live: ", stderr);
	shown(stderr, what);
	fputs(": ", stderr);
	shown(stderr, why);
	fputc('\n', stderr);
	return LIVE_BLIND;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int open_wires(struct live *l)
{
	const struct live_options *o = &l->options;
	char error[LIVE_ERROR];
	enum live_problem problem;

	(void)privilege_raise();
	for (size_t i = 0; i < o->attach_count; i++) {
		const struct wire_config c = {.interface = o->attach[i].interface, .transmits = o->transmit, .ring = o->ring,
					      .rate = o->rate};
		l->port[i] = wire_open(&c, &problem, error);
		if (l->port[i] == NULL) {
			interface_say_problem(stderr, "viplab live", "SCRIPT --attach SEGMENT=", c.interface, problem, error);
			return LIVE_BLIND;
		}
		l->port_count++;
	}
	l->loop.links = link_watch_open();
	l->loop.timer = realtime_timer();
	return l->loop.links >= 0 && l->loop.timer >= 0 ? 0 : live_cannot("cannot watch the interfaces", strerror(errno));
}

static int open_files(struct live *l)
{
	const struct live_options *o = &l->options;

	if (o->write != NULL && (l->capture = fopen(o->write, "wb")) == NULL)
		return live_cannot(o->write, strerror(errno));
	if (o->journal != NULL && (l->journal = fopen(o->journal, "wb")) == NULL)
		return live_cannot(o->journal, strerror(errno));
	return 0;
}

static int catch_signals(struct live *l)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGXFSZ, SIG_IGN);         /* a file that may not grow is a file that is full */
	(void)signal(SIGPIPE, SIG_IGN);
	l->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return l->signals >= 0 ? 0 : live_cannot("signalfd", strerror(errno));
}

/* ---- what is told while it runs --------------------------------------------------------------------------------- */

static void print_record(const struct live *l, const struct record *r)
{
	char line[RECORD_LINE], words[VENDOR_LOG_TEXT];

	if (l->options.verbosity < 1 || (l->options.verbosity < 2 && r->kind->level < RECORD_NOTICE))
		return;
	record_format_line(line, sizeof line, r);
	puts(line);
	for (unsigned k = 0; l->options.verbosity >= 2 && syslog_line(words, &l->scenario, r, k); k++)
		printf("%*s %s  syslog: %s\n", (int)sizeof "[ 12.829125000]", "", r->node, words);
	(void)fflush(stdout);   /* somebody looks on, and who is killed flushes nothing */
}

/* Who is Active no longer has no goodbye to say. */
static void forget_words(struct live *l, const struct record *r)
{
	if (r->kind == &VRRP_STATE_KIND && strcmp(r->value[VRRP_STATE_TO].word, vrrp_state_text(VRRP_ACTIVE)) != 0)
		last_words_forget(l->words, false, (unsigned)r->value[VRRP_STATE_VRID].number,
				  strcmp(r->value[VRRP_STATE_FAMILY].word, vrrp_family_text(IP_V6)) == 0 ? IP_V6 : IP_V4);
	if (r->kind == &CARP_STATE_KIND && strcmp(r->value[CARP_STATE_TO].word, carp_state_text(CARP_MASTER)) != 0)
		last_words_forget(l->words, true, (unsigned)r->value[CARP_STATE_VHID].number, IP_V4);
}

/* The goodbye of an authenticated advertisement, by the router of ours that sent it. */
static size_t ask_router(void *context, const struct packet *advert, uint8_t *out, size_t room)
{
	const struct live *l = context;

	for (size_t k = 0; k < l->scenario.node_count; k++) {
		const struct engine *box = l->absent != NULL && l->absent[k] ? NULL
					   : build_box(&l->run.world, &l->scenario, k);
		for (size_t i = 0; box != NULL && i < node_vrrp_count(box); i++) {
			size_t length = vrrp_router_goodbye(node_vrrp(box, i), advert, out, room);
			if (length > 0)
				return length;
		}
	}
	return 0;
}

static void leaves(void *context, unsigned port, const struct frame *f, vl_time now)
{
	struct live *l = context;

	(void)now;
	/* Others are looked at in vain: only what is short may be an advertisement. */
	if (l->options.transmit && f->length <= LAST_WORDS_FRAME)
		last_words_note(l->words, port, f->data, f->length, live_clock(), ask_router, l);
}

static void keep_record(void *context, const struct record *r)
{
	struct live *l = context;
	char line[RECORD_LINE];

	forget_words(l, r);
	print_record(l, r);
	if (l->journal == NULL || l->journal_lost)
		return;
	record_format_json(line, sizeof line, r);
	l->journal_lost = fprintf(l->journal, "%s\n", line) < 0 ||
			  (r->kind->level >= RECORD_NOTICE && fflush(l->journal) != 0);
}

/* Buffered: the end, and whoever ends us, flushes it. */
static bool keep_bytes(void *context, const void *bytes, size_t length)
{
	return fwrite(bytes, 1, length, context) == length;
}

static void tell(void *context, const struct record *r)
{
	struct live *l = context;
	struct record mine = *r;

	run_tell(&l->run, &mine);
}

static void signal_came(void *context, short revents, vl_time now)
{
	struct live *l = context;
	struct signalfd_siginfo s;

	(void)revents, (void)now;
	while (read(l->signals, &s, sizeof s) == (ssize_t)sizeof s)
		if (s.ssi_signo != SIGCHLD)
			l->signal = (int)s.ssi_signo;
}

/* A signal to the supervisor, or its end. */
static void leash_pulled(void *context, short revents, vl_time now)
{
	struct live *l = context;
	uint8_t number = SIGTERM;

	(void)revents, (void)now;
	if (read(l->leash[0], &number, 1) <= 0)
		l->loop.watch[1].descriptor = -1;
	l->signal = number;
}

static bool enough(void *context)
{
	const struct live *l = context;

	return l->signal != 0 || (l->commands != NULL && run_commands_ended(l->commands)) || run_engine_result(&l->run) != WORLD_RAN || l->run.no_memory;
}

/* ---- the run ---------------------------------------------------------------------------------------------------- */

static uint64_t wall_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * VL_S + (uint64_t)t.tv_nsec;
}

/* Who says nothing, writes nothing, answers nobody and expects nothing has no use for what was on the wire. */
static bool is_unwatched(const struct live *l)
{
	const struct live_options *o = &l->options;

	return o->verbosity < 0 && o->write == NULL && o->journal == NULL && o->output == NULL && o->control == NULL &&
	       l->scenario.expectation_count == 0;
}

static int build(struct live *l)
{
	l->wiring = (struct run_live){
		.attach = l->attach,
		.attach_count = l->port_count,
		.absent = l->absent,
		.capture = l->capture != NULL ? keep_bytes : NULL,
		.capture_context = l->capture,
		.epoch_ns = wall_clock(),
		.unwatched = is_unwatched(l),
		.record = keep_record,
		.context = l,
	};
	const struct run_order order = {
		.scenario = &l->scenario,
		.seed = l->options.has_seed ? l->options.seed : l->scenario.seed,
		.until = l->options.has_length ? l->options.length : l->scenario.until,
		.capture = l->capture != NULL,
		.application = "viplab " VIPLAB_VERSION,
		.live = &l->wiring,
	};
	struct vl_status status = run_begin(&l->run, &order);

	l->begun = true;
	if (vl_ok(&status))
		journal_keep(l->run.journal, LIVE_RECORDS);
	if (vl_ok(&status) && !live_control_begin(l, l->wiring.epoch_ns))
		return live_cannot("--control", "out of memory");
	return vl_ok(&status) ? 0 : live_cannot(l->options.script, status.reason);
}

static int give_up_privileges(struct live *l)
{
	struct privilege_needs needs = {0};
	char error[PRIVILEGE_ERROR];
	bool ok = privilege_may_write(&needs, STDOUT_FILENO) && privilege_may_write(&needs, STDERR_FILENO);

	/* Jansson reads its secret from a file, otherwise when it is first needed. */
	json_object_seed(0);
	for (size_t i = 0; i < l->port_count; i++)
		ok = ok && wire_permit(l->port[i], &needs);
	if (l->capture != NULL)
		ok = ok && privilege_may_write(&needs, fileno(l->capture));
	if (l->journal != NULL)
		ok = ok && privilege_may_write(&needs, fileno(l->journal));
	for (size_t i = 0; i < l->files.count; i++)
		ok = ok && privilege_may_write(&needs, fileno(l->files.file[i].stream));
	if (l->control != NULL)
		ok = ok && control_needs(l->control, &needs);
	if (l->files.ask >= 0)
		ok = ok && privilege_may_write(&needs, l->files.ask);
	if (!ok)
		return live_cannot(l->options.script, "too many files and interfaces");
	return privilege_drop(&needs, error) ? 0 : live_cannot("cannot give up privileges", error);
}

static void announce(const struct live *l)
{
	char tolerance[VL_TIME_TEXT];

	if (l->options.verbosity < 0)
		return;
	for (size_t i = 0; i < l->port_count; i++)
		fprintf(stderr, "viplab live: %s is joined to %s%s\n", l->scenario.segment[l->attach[i].segment].name,
			wire_name(l->port[i]), l->options.transmit ? "" : ", and only listens: no --transmit");
	if (l->options.transmit)
		live_say_claims(l);
	fprintf(stderr, "viplab live: expectations have %s s of tolerance\n",
		vl_time_format_short(tolerance, l->options.tolerance));
}

static void drive(struct live *l)
{
	struct realtime *t = &l->loop;

	t->engine = run_engine(&l->run);
	t->pool = l->run.world.pool;
	memcpy(t->port, l->port, sizeof t->port);
	t->port_count = l->port_count;
	t->until = l->run.order.until;
	t->context = l;
	t->enough = enough;
	t->tell = tell;
	t->leaves = leaves;
	t->watch[t->watch_count++] = (struct realtime_watch){.descriptor = l->signals, .events = POLLIN,
							     .ready = signal_came, .context = l};
	t->watch[t->watch_count++] = (struct realtime_watch){.descriptor = l->leash[0], .events = POLLIN,
							     .ready = leash_pulled, .context = l};
	live_control_watch(l);
	realtime_begin(t);
	l->wiring.epoch_ns = wall_clock();
	t->engine.ops->startup(t->engine.self, 0);
	l->alone = realtime_run(t) == REALTIME_ALONE;
}

/* Judged is what was before the nodes were stopped, to say goodbye. */
static int finish(struct live *l)
{
	struct realtime *t = &l->loop;
	vl_time ended = world_now(l->run.world.world);
	enum world_run_result result = run_engine_result(&l->run);

	if (result == WORLD_RAN) {
		t->engine.ops->shutdown(t->engine.self, realtime_now(t));
		realtime_drain(t, GOODBYE);
	}
	struct vl_status status = run_finish(&l->run, result, ended > 0 ? ended - 1 : 0);
	if (!vl_ok(&status))
		return live_cannot(l->options.script, status.reason);
	if (l->capture != NULL && fflush(l->capture) != 0)
		l->run.pcapng.failed = true;
	if (l->journal != NULL && fflush(l->journal) != 0)
		l->journal_lost = true;
	return live_report(l);
}

static int run_live(struct live *l)
{
	int status = live_read_script(l);

	output_files_begin(&l->files);
	if (status == 0 && l->options.output != NULL && !output_files_add(&l->files, l->options.output))
		status = live_cannot(l->options.output, strerror(errno));
	if (status == 0 && l->files.count > 0 && !output_files_hand_over(&l->files))
		status = live_cannot("-o", strerror(errno));
	if (status == 0)
		status = open_wires(l);
	if (status == 0)
		status = open_files(l);
	if (status == 0)
		status = catch_signals(l);
	if (status == 0)
		status = live_control_open(l);  /* the last that may fail: from here on somebody removes its file */
	if (status != 0 || !live_split(l, &status))
		return status;
	status = build(l);
	if (status == 0)
		status = give_up_privileges(l);
	if (status != 0)
		return status;
	live_find_claims(l);
	announce(l);
	status = live_ask_wires(l);
	if (status != 0 || l->signal != 0)
		return status;
	drive(l);
	return finish(l);
}

static void release(struct live *l)
{
	/* Frames that still wait for their turn are of the run's pool. */
	for (size_t i = 0; i < l->port_count; i++)
		wire_close(l->port[i]);
	if (l->begun)
		run_free(&l->run);
	live_control_release(l);
	if (l->loop.links >= 0)
		(void)close(l->loop.links);
	if (l->loop.timer >= 0)
		(void)close(l->loop.timer);
	if (l->signals >= 0)
		(void)close(l->signals);
	if (l->leash[0] >= 0)
		(void)close(l->leash[0]);
	last_words_free(l->words);
	if (l->capture != NULL)
		(void)fclose(l->capture);
	if (l->journal != NULL)
		(void)fclose(l->journal);
	output_files_end(&l->files);
	/* The list of expectations is ours when it is not the script's. */
	if (l->cases.count == 1 && l->scenario.expectation != l->cases.item[0].scenario->expectation)
		free(l->scenario.expectation);
	free(l->absent);
	run_cases_free(&l->cases);
}

static void remember_command(struct live *l, int argc, char **argv)
{
	size_t n = (size_t)snprintf(l->command, sizeof l->command, "viplab");

	for (int i = 0; i < argc && n < sizeof l->command; i++)
		n += (size_t)snprintf(l->command + n, sizeof l->command - n, " %s", argv[i]);
}

int cmd_live(int argc, char **argv)
{
	struct live *l = calloc(1, sizeof *l);

	if (l == NULL)
		return live_cannot("live", "out of memory");
	l->signals = l->loop.links = l->loop.timer = l->leash[0] = l->leash[1] = -1;
	remember_command(l, argc, argv);
	enum live_parsed parsed = live_options_read(&l->options, argc, argv);
	int status = parsed == LIVE_HELP ? 0 : parsed == LIVE_USAGE ? LIVE_USAGE_STATUS : run_live(l);
	if (parsed == LIVE_RUN)
		release(l);
	free(l);
	return status;
}
