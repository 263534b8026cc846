// SPDX-License-Identifier: BSD-2-Clause
/* One table a group of keys. Letters first, F-keys as aliases; nothing here changes anything but what is shown. */
#include <stdio.h>
#include <string.h>

#include "analyzers/dashboard/ui.h"

static void go(struct ui *u, enum view view)
{
	if (u->view != VIEW_HELP)
		u->back = u->view;
	u->view = view;
	u->detail = false;
}

/* --- time --------------------------------------------------------------------------------------------------- */

static void stand_at(struct ui *u, const struct model *m, vl_time at)
{
	uint64_t oldest = m->samples > MODEL_SAMPLES ? m->samples - MODEL_SAMPLES : 0;
	vl_time first = m->samples > 0 ? m->sampled_at[oldest % MODEL_SAMPLES] : 0;

	u->follow = false;
	u->at = at < first ? first : at > m->now ? m->now : at;
}

static void step(struct ui *u, const struct model *m, long samples)
{
	vl_time at = ui_moment(u, m);
	uint64_t index = model_sample_at(m, at);

	if (index == UINT64_MAX) {
		stand_at(u, m, at);
		return;
	}
	uint64_t oldest = m->samples > MODEL_SAMPLES ? m->samples - MODEL_SAMPLES : 0, back = (uint64_t)-samples;
	/* a step back from between two samples ends at the one before */
	if (samples < 0 && m->sampled_at[index % MODEL_SAMPLES] < at)
		back--;
	if (samples < 0)
		index = index - oldest > back ? index - back : oldest;
	else
		index = index + (uint64_t)samples < m->samples ? index + (uint64_t)samples : m->samples - 1;
	stand_at(u, m, m->sampled_at[index % MODEL_SAMPLES]);
}

static bool key_time(struct ui *u, const struct model *m, int key)
{
	long minute = (long)(60 * VL_S / m->interval);

	switch (key) {
	case ' ':
	case 'p':
		if (u->follow)
			stand_at(u, m, m->now);
		else
			u->follow = true;
		return true;
	case '[':
		step(u, m, -1);
		return true;
	case ']':
		step(u, m, 1);
		return true;
	case '{':
		step(u, m, -minute);
		return true;
	case '}':
		step(u, m, minute);
		return true;
	case 'F':
	case KEY_END_:
		u->follow = true;
		return true;
	case '+':
		u->refresh = u->refresh >= 60 * VL_S ? 60 * VL_S : u->refresh * 2;
		return true;
	case '-':
		u->refresh = u->refresh <= 200 * VL_MS ? 100 * VL_MS : u->refresh / 2;
		return true;
	default:
		return false;
	}
}

/* --- moving ------------------------------------------------------------------------------------------------- */

static void move_id(struct ui *u, int by)
{
	int id = (u->id == 0 ? 1 : u->id) + by;

	if (id >= 1 && id <= 255)
		u->id = (uint8_t)id;
}

static void move(struct ui *u, long by)
{
	unsigned *cursor = &u->cursor[u->view];

	u->moved[u->view] = true;
	if (u->view == VIEW_HELP)
		u->help_page = by > 0;
	else if (by < 0 && (unsigned long)-by > *cursor)
		*cursor = 0;
	else
		*cursor = (unsigned)((long)*cursor + by);
}

static bool key_move(struct ui *u, int key)
{
	bool map = u->view == VIEW_IDS;
	long page = u->page > 1 ? (long)u->page - 1 : 1;

	switch (key) {
	case KEY_UP_:
	case 'N': /* lists hold what passes the filter: the next match is the next line */
	case 'k':
		map ? move_id(u, -16) : move(u, -1);
		return true;
	case KEY_DOWN_:
	case 'n':
	case 'j':
		map ? move_id(u, 16) : move(u, 1);
		return true;
	case KEY_LEFT_:
	case 'h':
		if (map)
			move_id(u, -1);
		return true;
	case KEY_RIGHT_:
	case 'l':
		if (map)
			move_id(u, 1);
		return true;
	case KEY_PAGE_UP:
		move(u, -page);
		return true;
	case KEY_PAGE_DOWN:
		move(u, page);
		return true;
	case 'g':
	case KEY_HOME_:
		move(u, -1000000);
		return true;
	case 'G':
		move(u, 1000000);
		return true;
	default:
		return false;
	}
}

/* --- showing ------------------------------------------------------------------------------------------------ */

static bool key_show(struct ui *u, const struct model *m, int key)
{
	switch (key) {
	case 's':
		u->sort = (enum ui_sort)((u->sort + 1) % SORT_COUNT);
		return true;
	case 'r':
		u->reverse = !u->reverse;
		return true;
	case 'm':
		u->metric = (enum ui_metric)((u->metric + 1) % METRIC_COUNT);
		return true;
	case 'z':
		u->fixed_scale = u->fixed_scale != 0 ? 0 : u->scale;
		snprintf(u->message, sizeof u->message, "%s", u->fixed_scale != 0 ? "trends keep their scale" : "trends scale themselves");
		return true;
	case 'x':
	case 'X':
		if (key == 'x' && u->simulated) {
			u->prompt = PROMPT_FAULT;
			return true;
		}
		u->logarithmic = !u->logarithmic;
		snprintf(u->message, sizeof u->message, "trends are %s", u->logarithmic ? "logarithmic" : "linear");
		return true;
	case 'f':
		u->free_list = u->view == VIEW_IDS && !u->free_list;
		return true;
	case 'a':
		u->family = u->family == IP_V4 ? IP_V6 : IP_V4;
		return true;
	case 'c':
		u->theme = (enum theme)((u->theme + 1) % THEME_COUNT);
		return true;
	case 't':
		u->glyphs = u->glyphs == GLYPHS_ASCII ? u->wanted_glyphs : GLYPHS_ASCII;
		return true;
	case 'L':
		u->level = u->level == RECORD_INFO ? RECORD_NOTICE : u->level == RECORD_NOTICE ? RECORD_WARN : RECORD_INFO;
		return true;
	case '!':
		u->only_bad = !u->only_bad;
		return true;
	case 'v':
		u->service = m->service_count > 0 ? (u->service + 1) % m->service_count : 0;
		u->cursor[VIEW_SERVERS] = 0;
		u->moved[VIEW_SERVERS] = false;
		return true;
	case '/':
		u->prompt = PROMPT_FILTER;
		snprintf(u->typed, sizeof u->typed, "%s", u->filter);
		return true;
	default:
		return false;
	}
}

/* The event under the cursor: its moment, in the view that shows it. */
static void visit(struct ui *u, const struct model *m)
{
	uint64_t n = 0, wanted = u->cursor[VIEW_EVENTS];
	vl_time at = ui_moment(u, m);
	const struct model_event *e;
	char line[MODEL_NAME + MODEL_TEXT + 2];

	while ((e = model_event_at(m, at, n++)) != NULL) {
		snprintf(line, sizeof line, "%s %s", e->where, e->text);
		if (e->level < u->level || !ui_passes(u, line) || wanted-- > 0)
			continue;
		for (unsigned i = 0; i < m->service_count; i++) {
			size_t length = strlen(m->service[i].name);
			if (strncmp(e->where, m->service[i].name, length) == 0 && (e->where[length] == '/' || e->where[length] == '\0')) {
				u->service = i;
				go(u, VIEW_SERVERS);
			}
		}
		if (u->view == VIEW_EVENTS)
			go(u, strncmp(e->where, "id ", 3) == 0 ? VIEW_IDS : VIEW_HA);
		stand_at(u, m, e->at);
		return;
	}
}

/* --- prompts ------------------------------------------------------------------------------------------------ */

static enum ui_wish key_prompt(struct ui *u, int key)
{
	size_t n = strlen(u->typed);

	if (key == KEY_ESCAPE) {
		if (u->prompt == PROMPT_FILTER)
			u->filter[0] = '\0';
		u->prompt = PROMPT_NONE;
		return WISH_NOTHING;
	}
	if (u->prompt == PROMPT_FAULT) {
		if ((key == 'k' || key == KEY_UP_) && u->choice > 0)
			u->choice--;
		if ((key == 'j' || key == KEY_DOWN_) && u->fault_name != NULL && u->fault_name(u->source, u->choice + 1) != NULL)
			u->choice++;
		if (key == 'q')
			u->prompt = PROMPT_NONE;
		if (key != KEY_ENTER_)
			return WISH_NOTHING;
		u->prompt = PROMPT_NONE;
		u->fault = u->choice;
		return WISH_INJECT;
	}
	if (key == KEY_ENTER_) {
		snprintf(u->filter, sizeof u->filter, "%s", u->typed);
		u->prompt = PROMPT_NONE;
	} else if (key == KEY_BACKSPACE_ && n > 0) {
		u->typed[n - 1] = '\0';
	} else if (key >= 0x20 && key < 0x7f && n + 1 < sizeof u->typed) {
		u->typed[n] = (char)key;
		u->typed[n + 1] = '\0';
	}
	return WISH_NOTHING;
}

/* --- all ---------------------------------------------------------------------------------------------------- */

static bool key_view(struct ui *u, int key)
{
	if (key >= '1' && key <= '4')
		go(u, (enum view)(key - '1'));
	else if (key >= KEY_F1_ + 1 && key <= KEY_F1_ + 4)
		go(u, (enum view)(key - KEY_F1_ - 1));
	else if (key == '\t')
		go(u, (enum view)((u->view + 1) % VIEW_HELP));
	else if (key == '?' || key == KEY_F1_)
		go(u, VIEW_HELP);
	else
		return false;
	return true;
}

static void escape(struct ui *u)
{
	if (u->view == VIEW_HELP)
		u->view = u->back;
	else if (u->detail)
		u->detail = false;
	else if (u->free_list)
		u->free_list = false;
	else
		u->filter[0] = '\0';
}

enum ui_wish ui_key(struct ui *u, const struct model *m, int key)
{
	u->message[0] = '\0';
	if (u->prompt != PROMPT_NONE)
		return key_prompt(u, key);
	if (key == 'q' && u->view == VIEW_HELP) {
		u->view = u->back;
		return WISH_NOTHING;
	}
	if (key == 'q' || key == KEY_F1_ + 9)
		return WISH_QUIT;
	if (key_view(u, key) || key_time(u, m, key) || key_move(u, key) || key_show(u, m, key))
		return WISH_NOTHING;
	switch (key) {
	case KEY_ESCAPE:
		escape(u);
		return WISH_NOTHING;
	case KEY_ENTER_:
		if (u->view == VIEW_EVENTS)
			visit(u, m);
		else
			u->detail = !u->detail;
		return WISH_NOTHING;
	case 'R':
		return u->simulated || u->recorded ? WISH_RESTART : WISH_NOTHING;
	case '>':
		return u->recorded ? WISH_FASTER : WISH_NOTHING;
	case '<':
		return u->recorded ? WISH_SLOWER : WISH_NOTHING;
	case 'e':
		return WISH_EXPORT;
	case 'W':
		return WISH_SETTINGS;
	case 'M':
		u->mouse = !u->mouse;
		return WISH_MOUSE;
	default:
		return WISH_NOTHING;
	}
}
