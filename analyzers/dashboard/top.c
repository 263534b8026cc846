// SPDX-License-Identifier: BSD-2-Clause
/* One loop: the source, the keys, the clock. Everything that is drawn comes from the model and the ui. */
#include "analyzers/dashboard/top.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analyzers/dashboard/file_writer.h"
#include "analyzers/dashboard/recording.h"
#include "analyzers/dashboard/terminal.h"

struct top {
	const struct top_options *options;
	const struct source_ops *ops;
	struct source_order order;
	void *source;
	struct model *model;
	struct ui ui;
	struct grid grid;
	struct terminal *terminal;      /* NULL: plain */
	struct recording *recording;    /* --record, or NULL */
	struct file_writer *writer;     /* for e and W */
	uint64_t rung;                  /* events that the bell has rung for */
	vl_time opened_at;              /* of the monotonic clock */
	vl_time ticked_at, drawn_at;
	vl_time play;                   /* moment of what is recorded */
	bool keys;                      /* somebody may press some */
	bool quit;
};

static vl_time clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (vl_time)now.tv_sec * VL_S + (vl_time)now.tv_nsec;
}

/* --- the source ------------------------------------------------------------------------------------------------ */

static void advance(struct top *t, vl_time now)
{
	enum source_result result;

	if (!t->ops->recorded) {
		result = t->ops->advance(t->source, t->model, now - t->opened_at);
	} else if (t->model->at_end && t->ops->restart == NULL && t->ui.speed_percent == 0) {
		result = t->ops->advance(t->source, t->model, VL_NEVER); /* it may have grown */
	} else if (t->ui.speed_percent == 0) {
		result = t->ops->advance(t->source, t->model, VL_NEVER);
		t->play = t->model->now;
	} else {
		/* a pause of the display is none of the record */
		t->play = vl_time_after(t->play, (now - t->ticked_at) * t->ui.speed_percent / 100);
		result = t->ops->advance(t->source, t->model, t->play);
	}
	t->ticked_at = now;
	t->model->at_end = result == SOURCE_AT_END;
}

static bool open_source(struct top *t, char error[SOURCE_ERROR])
{
	t->source = t->ops->open(&t->order, t->model, error);
	t->opened_at = t->ticked_at = clock_now();
	t->ui.source = t->source;
	return t->source != NULL;
}

static void restart(struct top *t)
{
	char error[SOURCE_ERROR];

	if (t->ops->restart != NULL) {
		t->ops->restart(t->source);
	} else {
		t->ops->close(t->source);
		t->source = NULL;
	}
	model_restart(t->model);
	t->play = 0;
	t->ui.follow = true;
	if (t->ui.speed_percent == 0)
		t->ui.speed_percent = 100;
	if (t->source == NULL && !open_source(t, error)) {
		snprintf(t->model->trouble, sizeof t->model->trouble, "%.120s", error);
		t->quit = true;
	}
}

static void inject(struct top *t)
{
	char error[SOURCE_ERROR];
	const char *step = t->ops->fault != NULL ? t->ops->fault(t->source, t->ui.fault) : NULL;
	vl_time at = vl_time_min(t->play, t->model->now);

	if (step == NULL || t->ops->inject == NULL)
		return;
	if (t->ops->inject(t->source, t->model, at, step, error))
		snprintf(t->ui.message, sizeof t->ui.message, "%s at %llu.%03llu s; e writes the script", step,
			 (unsigned long long)(at / VL_S), (unsigned long long)(at % VL_S / VL_MS));
	else
		snprintf(t->ui.message, sizeof t->ui.message, "%.150s", error);
}

/* --- files ------------------------------------------------------------------------------------------------------- */

/* A snapshot (script NULL) or a script. */
static bool save(const char *name, struct top *t, enum snapshot_format format, const char *script)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	if (to != NULL && script != NULL)
		fputs(script, to);
	else if (to != NULL)
		snapshot_write(to, &t->ui, t->model, format);
	bool good = to != NULL && ferror(to) == 0;
	good = (to == NULL || fclose(to) == 0) && good;
	int error = good ? file_writer_export(t->writer, name, text, length) : ENOMEM;
	free(text);
	if (error != 0)
		snprintf(t->ui.message, sizeof t->ui.message, "%.90s: %s", name, strerror(error));
	return error == 0;
}

static void save_settings(struct top *t)
{
	struct settings *s = t->options->settings;
	size_t length = 0;

	if (s->path[0] == '\0') {
		snprintf(t->ui.message, sizeof t->ui.message, "there is no settings file to write to (--config FILE)");
		return;
	}
	settings_from_ui(s, &t->ui);
	char *text = settings_text(s, &length);
	int error = text != NULL ? file_writer_settings(t->writer, text, length) : ENOMEM;
	free(text);
	snprintf(t->ui.message, sizeof t->ui.message, error == 0 ? "settings written: %.130s" : "%.90s: %.60s", s->path, strerror(error));
}

/* viplab-<what>-<time>.txt, .json, .svg, .html, and of a simulation the script that plays it again. */
static void export(struct top *t)
{
	char stem[96], clock[CLOCK_TEXT], name[112];
	const char *what = t->ui.service < t->model->service_count ? t->model->service[t->ui.service].name : "ha";
	char *script = t->ops->script != NULL ? t->ops->script(t->source) : NULL;

	snprintf(stem, sizeof stem, "viplab-%.30s-%s", what, ui_clock(clock, t->model, ui_moment(&t->ui, t->model), true));
	for (char *c = stem; *c != '\0'; c++)
		if (strchr("/: =", *c) != NULL)
			*c = '-';
	static const struct {
		const char *extension;
		enum snapshot_format format;
	} forms[] = {{"txt", SNAPSHOT_TEXT}, {"json", SNAPSHOT_JSON}, {"html", SNAPSHOT_HTML}, {"svg", SNAPSHOT_SVG}};
	bool ok = true;
	for (size_t i = 0; i < sizeof forms / sizeof forms[0] && ok; i++) {
		snprintf(name, sizeof name, "%s.%s", stem, forms[i].extension);
		ok = (forms[i].format == SNAPSHOT_SVG && t->ui.picture == NULL) || save(name, t, forms[i].format, NULL);
	}
	snprintf(name, sizeof name, "%s.yaml", stem);
	ok = ok && (script == NULL || save(name, t, SNAPSHOT_TEXT, script));
	if (ok)
		snprintf(t->ui.message, sizeof t->ui.message, "written: %s.txt .json .html%s%s", stem, t->ui.picture != NULL ? " .svg" : "", script != NULL ? " .yaml" : "");
	free(script);
}

/* --- keys --------------------------------------------------------------------------------------------------------- */

static void grant(struct top *t, enum ui_wish wish)
{
	switch (wish) {
	case WISH_QUIT:
		t->quit = true;
		break;
	case WISH_RESTART:
		restart(t);
		break;
	case WISH_FASTER:
		t->ui.speed_percent = t->ui.speed_percent == 0 ? 100 : t->ui.speed_percent >= 100000 ? 100000 : t->ui.speed_percent * 2;
		break;
	case WISH_SLOWER:
		t->ui.speed_percent = t->ui.speed_percent <= 12 ? 6 : t->ui.speed_percent / 2;
		break;
	case WISH_INJECT:
		inject(t);
		break;
	case WISH_EXPORT:
		export(t);
		break;
	case WISH_SETTINGS:
		save_settings(t);
		break;
	case WISH_MOUSE:
		terminal_mouse(t->terminal, t->ui.mouse);
		break;
	case WISH_NOTHING:
	default:
		break;
	}
}

static void take_keys(struct top *t)
{
	int key;
	unsigned width, height;
	bool resized = false;

	while (!t->quit && (key = terminal_key(t->terminal)) != KEY_NONE) {
		if (key != 0)
			grant(t, ui_key(&t->ui, t->model, key));
		terminal_size(t->terminal, &width, &height);
		resized = resized || width != t->grid.width || height != t->grid.height;
		if (width != t->grid.width || height != t->grid.height)
			grid_resize(&t->grid, width, height);
	}
	if (resized)
		terminal_flush(t->terminal);
}

/* Whoever read has had enough (`head'): that is no failure, and what is still in the buffer is for nobody. */
static void forget_output(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
		clearerr(stdout);
	if (nowhere >= 0)
		close(nowhere);
}

/* A storm or a conflict that began since the last screen. */
static void ring(struct top *t)
{
	bool news = false;
	const struct model_event *e;

	for (uint64_t n = 0; n < t->model->events - t->rung && (e = model_event_at(t->model, VL_NEVER, n)) != NULL; n++)
		news = news || e->level == EVENT_ERROR || strncmp(e->text, "STORM", 5) == 0;
	t->rung = t->model->events;
	if (news)
		terminal_bell(t->terminal);
}

static void draw(struct top *t, vl_time now)
{
	if (t->terminal != NULL) {
		if (t->options->bell && t->model->events > t->rung)
			ring(t);
		ui_draw(&t->grid, &t->ui, t->model);
		terminal_show(t->terminal, &t->grid, t->ui.colour, t->ui.theme);
	} else {
		snapshot_plain(stdout, &t->ui, t->model);
		if (fflush(stdout) != 0) {
			t->quit = true;
			if (errno == EPIPE)
				forget_output();
		}
	}
	t->drawn_at = now;
}

/* --- the loop ------------------------------------------------------------------------------------------------------ */

static int milliseconds(vl_time from, vl_time to)
{
	return to <= from ? 0 : to - from > 60 * VL_S ? 60000 : (int)((to - from + VL_MS - 1) / VL_MS);
}

static vl_time refresh_of(const struct top *t)
{
	/* what plays fast is drawn more often */
	bool fast = t->ui.recorded && !t->model->at_end && t->ui.speed_percent > 100;

	if (t->terminal == NULL)
		return t->options->interval;
	return fast && t->ui.refresh > 250 * VL_MS ? 250 * VL_MS : t->ui.refresh;
}

static void wait_for_something(struct top *t)
{
	struct pollfd wait[2] = {{.fd = -1, .events = POLLIN}, {.fd = -1}};
	vl_time now = clock_now(), until = t->drawn_at + refresh_of(t);
	bool for_writing = false;

	if (t->keys)
		wait[0].fd = terminal_descriptor(t->terminal);
	if (t->ops->descriptor != NULL)
		wait[1].fd = t->ops->descriptor(t->source, &for_writing);
	wait[1].events = for_writing ? POLLIN | POLLOUT : POLLIN;
	if (t->ops->next != NULL && t->opened_at + t->ops->next(t->source) < until)
		until = t->opened_at + t->ops->next(t->source);
	if (t->ops->recorded && t->ui.speed_percent == 0 && !t->model->at_end)
		until = now;
	if (poll(wait, 2, milliseconds(now, until)) > 0 && (wait[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		t->keys = false;        /* nobody is there any more: go on without keys, and do not spin */
}

static bool is_over(const struct top *t)
{
	if (t->quit || terminal_signal() != 0)
		return true;
	/* lines end with what they are about; a screen stays */
	return t->terminal == NULL && t->model->at_end;
}

static void loop(struct top *t)
{
	while (!is_over(t)) {
		wait_for_something(t);
		vl_time now = clock_now();
		advance(t, now);
		if (t->terminal != NULL)
			take_keys(t);
		/* a screen answers every key and every answer of the source; lines come at their interval */
		if (!t->quit && (t->terminal != NULL || now >= t->drawn_at + refresh_of(t) || t->model->at_end))
			draw(t, now);
	}
}

/* What is recorded is read to its end, or to --at; what is live is asked until there is something to compare. */
static int once(struct top *t)
{
	vl_time begin = clock_now();

	while (!t->quit && terminal_signal() == 0) {
		advance(t, clock_now());
		if (t->ops->recorded ? t->model->at_end : t->model->samples >= 2 && !t->model->behind)
			break;
		if (!t->ops->recorded && (t->model->at_end || clock_now() - begin > 5 * t->options->interval + 5 * VL_S))
			break;
		wait_for_something(t);
		t->drawn_at = clock_now();
	}
	if (t->options->has_at) {
		t->ui.follow = false;
		t->ui.at = t->options->at;
	}
	snapshot_write(stdout, &t->ui, t->model, t->options->format);
	enum snapshot_verdict verdict = snapshot_verdict(t->model, ui_moment(&t->ui, t->model));
	if (t->options->format == SNAPSHOT_CHECK)
		return verdict == SNAPSHOT_OK ? 0 : verdict == SNAPSHOT_BAD ? 2 : 3;
	return verdict == SNAPSHOT_OK ? 0 : verdict == SNAPSHOT_BAD ? 1 : 3;
}

static const char *name_of(const void *names, const char *address)
{
	return settings_name_of(names, address);
}

static bool begin(struct top *t, const struct top_options *o)
{
	char error[SOURCE_ERROR];

	t->model = model_new(o->interval);
	if (t->model == NULL || !ui_init(&t->ui)) {
		fputs("viplab top: out of memory\n", stderr);
		return false;
	}
	snprintf(t->model->source, sizeof t->model->source, "%.95s", o->source);
	t->model->weights = o->weights;
	if (o->record != NULL && (t->recording = recording_open(o->record, t->model)) == NULL) {
		fprintf(stderr, "viplab top: %s: %s\n", o->record, strerror(errno));
		return false;
	}
	settings_to_ui(o->settings, &t->ui);
	t->ui.name_of = name_of;
	t->ui.names = o->settings;
	t->writer = file_writer_open(o->settings->path, t->ops->lock != NULL && !o->once && !o->plain);
	if (t->writer == NULL) {
		fprintf(stderr, "viplab top: %s\n", strerror(errno));
		return false;
	}
	t->ui.picture = o->picture;
	t->ui.version = o->version;
	t->ui.view = o->view;
	t->ui.theme = o->theme;
	t->ui.recorded = t->ops->recorded;
	t->ui.simulated = t->ops->inject != NULL;
	t->ui.fault_name = t->ops->fault;
	t->ui.speed_percent = o->once || o->has_at ? 0 : o->speed_given || t->ops->inject != NULL ? o->speed_percent : 0;
	t->ui.glyphs = t->ui.wanted_glyphs = o->glyphs >= 0 ? (enum glyphs)o->glyphs : GLYPHS_ASCII;
	if (!open_source(t, error)) {
		if (error[0] != '\0')  /* else the source has said it at length */
			fprintf(stderr, "viplab top: %s\n", error);
		return false;
	}
	return true;
}

static bool begin_screen(struct top *t)
{
	const struct top_options *o = t->options;
	unsigned width, height;
	char error[160];

	t->terminal = terminal_open(strcmp(t->ops->name, "-") == 0, error);
	if (t->terminal == NULL) {
		fprintf(stderr, "viplab top: %s\n", error);
		return false;
	}
	t->keys = true;
	t->ui.own_glyphs = terminal_glyphs(t->terminal);
	t->ui.glyphs = t->ui.wanted_glyphs = o->glyphs >= 0 ? (enum glyphs)o->glyphs : t->ui.own_glyphs;
	t->ui.colour = o->colour != COLOUR_NEVER && terminal_has_colour(t->terminal);
	t->ui.mouse = o->mouse;
	terminal_mouse(t->terminal, o->mouse);
	terminal_size(t->terminal, &width, &height);
	return grid_resize(&t->grid, width, height);
}

static void end(struct top *t)
{
	terminal_close(t->terminal);
	if (t->source != NULL)
		t->ops->close(t->source);
	if (!recording_close(t->recording))
		fprintf(stderr, "viplab top: %s: not all could be written\n", t->options->record);
	file_writer_close(t->writer);
	model_free(t->model);
	ui_free(&t->ui);
	grid_free(&t->grid);
}

static bool lock(struct top *t, char error[SOURCE_ERROR])
{
	int written[2];
	size_t n = 0;

	if (t->recording != NULL)
		written[n++] = recording_descriptor(t->recording);
	if (file_writer_descriptor(t->writer) >= 0)
		written[n++] = file_writer_descriptor(t->writer);
	return t->ops->lock(t->source, t->terminal != NULL ? terminal_descriptor(t->terminal) : -1, written, n, error);
}

int top_run(const struct top_options *o)
{
	struct top t = {.options = o};
	char error[SOURCE_ERROR];
	int status = 3;

	t.ops = source_find(o->source, &t.order.argument, error);
	if (t.ops == NULL) {
		fprintf(stderr, "viplab top: %s\n", error);
		return 2;
	}
	t.order.interval = o->interval;
	t.order.service = o->service;
	if (!begin(&t, o)) {
		end(&t);
		return 3;
	}
	bool ready = o->once || o->plain || begin_screen(&t);
	tzset();        /* reads its file now: later none can be opened */
	if (ready && t.ops->lock != NULL && !lock(&t, error)) {
		terminal_close(t.terminal);
		t.terminal = NULL;
		fprintf(stderr, "viplab top: %s\n", error);
		ready = false;
	}
	if (ready && o->once) {
		status = once(&t);
	} else if (ready) {
		signal(SIGPIPE, SIG_IGN);
		if (o->has_at) {
			t.ui.follow = false;
			t.ui.at = o->at;
		}
		loop(&t);
		status = 0;
	}
	int signal_number = terminal_signal();
	end(&t);
	if (signal_number != 0)
		terminal_die(signal_number);
	return status;
}
