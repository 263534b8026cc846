// SPDX-License-Identifier: BSD-2-Clause
/*
 * What the person at the keyboard has chosen: view, moment, cursor, filter. Keys change it (ui_key), views read it. A pure
 * value: no terminal, no clock.
 */
#ifndef VL_DASHBOARD_UI_H
#define VL_DASHBOARD_UI_H

#include <stdio.h>

#include "analyzers/dashboard/grid.h"
#include "analyzers/dashboard/model.h"
#include "analyzers/dashboard/share.h"

enum view {
	VIEW_SERVERS = 0,
	VIEW_HA,
	VIEW_IDS,
	VIEW_EVENTS,
	VIEW_HELP,
	VIEW_COUNT,
};

enum theme {
	THEME_AUTO = 0,
	THEME_MONO,
	THEME_SAFE,                     /* blue and orange instead of green and red */
	THEME_COUNT,
};

enum ui_sort {
	SORT_FAIR = 0,                  /* distance from fair, worst first */
	SORT_NAME,
	SORT_ACTIVE,
	SORT_NEW,
	SORT_STATE,
	SORT_COUNT,
};

/* Of what the bars are the shares. */
enum ui_metric {
	METRIC_NEW = 0,                 /* new connections */
	METRIC_ACTIVE,
	METRIC_BYTES,
	METRIC_COUNT,
};

enum ui_prompt {
	PROMPT_NONE = 0,
	PROMPT_FILTER,
	PROMPT_FAULT,                   /* which of the source's faults: a list */
};

/* Keys that are no characters; below 256 a key is what its letter is. */
enum ui_keys {
	KEY_UP_ = 256,
	KEY_DOWN_,
	KEY_LEFT_,
	KEY_RIGHT_,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_HOME_,
	KEY_END_,
	KEY_ENTER_,
	KEY_ESCAPE,
	KEY_BACKSPACE_,
	KEY_F1_ = 300,                  /* F1..F12 */
	KEY_NONE = -1,
};

/* What the driver must do, because only it can. */
enum ui_wish {
	WISH_NOTHING = 0,
	WISH_QUIT,
	WISH_RESTART,                   /* the simulation, from its beginning */
	WISH_FASTER,                    /* the pace of what is recorded */
	WISH_SLOWER,
	WISH_INJECT,                    /* ui.fault */
	WISH_EXPORT,
	WISH_SETTINGS,                  /* to be written to the settings file */
	WISH_MOUSE,
};

struct ui {
	enum view view, back;           /* back: what Esc leaves help for */
	enum glyphs glyphs, wanted_glyphs;      /* t toggles between ASCII and those */
	enum glyphs own_glyphs;         /* the best that the terminal has */
	enum theme theme;
	bool colour;                    /* the terminal has it and nobody forbade it */
	bool follow;                    /* the newest moment; else: */
	vl_time at;
	vl_time refresh;                /* between redraws */
	unsigned service;
	unsigned cursor[VIEW_COUNT], top[VIEW_COUNT];
	bool moved[VIEW_COUNT];         /* the cursor is where somebody put it; otherwise it goes to what is worst */
	uint8_t family;                 /* IP_V4 or IP_V6: views HA and IDs */
	uint8_t id;                     /* of the map, 0: none yet */
	enum ui_sort sort;
	enum ui_metric metric;
	bool reverse, only_bad, detail, mouse, logarithmic;
	bool free_list;                 /* on the map of IDs: those that are free */
	uint64_t scale, fixed_scale;    /* of trends, as last drawn; as z holds it, 0: as values need */
	enum record_level level;        /* events from here on */
	char filter[48];
	enum ui_prompt prompt;
	char typed[48];
	unsigned choice;                /* PROMPT_FAULT */
	unsigned fault;
	char message[160];              /* on the keys' line until the next key */
	unsigned help_page;
	/* what the source can do */
	bool recorded, simulated;
	const char *(*fault_name)(const void *source, unsigned i);
	const void *source;
	unsigned speed_percent;         /* of a recorded source; 0: as fast as it goes */
	const char *version;            /* of the program, or NULL */
	/* The name that somebody gave to an address; NULL: none, or nobody did. */
	const char *(*name_of)(const void *names, const char *address);
	const void *names;
	/* Draws a screen as a picture, for who cannot take text; NULL: nobody can. */
	void (*picture)(FILE *to, const struct grid *g, const char *title);
	/* scratch of the views: one draw fills it, the keys of the next use it */
	struct share *table;            /* MODEL_SERVERS */
	unsigned *order;                /* MODEL_SERVERS: servers as they are shown */
	unsigned shown;
	unsigned page;                  /* lines of the list */
};

bool ui_init(struct ui *u);             /* false: no memory */
void ui_free(struct ui *u);

/* The moment that is shown. */
vl_time ui_moment(const struct ui *u, const struct model *m);

/* Does what the key says. */
enum ui_wish ui_key(struct ui *u, const struct model *m, int key);

/* Draws the whole screen. */
void ui_draw(struct grid *g, struct ui *u, const struct model *m);

/* --- the views, for ui_draw -------------------------------------------------------------------------------- */

/* Lines first..last (excluded) are theirs. */
struct band {
	unsigned first, last;
};

void view_servers(struct grid *g, struct ui *u, const struct model *m, struct band b);
void view_ha(struct grid *g, struct ui *u, const struct model *m, struct band b);
void view_ids(struct grid *g, struct ui *u, const struct model *m, struct band b);
void view_events(struct grid *g, struct ui *u, const struct model *m, struct band b);
void view_help(struct grid *g, struct ui *u, struct band b);
/* One line for what is smaller than 20x3. */
void view_tiny(struct grid *g, struct ui *u, const struct model *m);

/* --- shared ------------------------------------------------------------------------------------------------- */

/* "8 s", "6 min 12 s", "2 h 5 min"; "?" for VL_NEVER. Returns text. */
#define AGO_TEXT 32
char *ui_length(char text[AGO_TEXT], vl_time t);
/* "00:41:12" of the wall, or "t=12.4s" of a simulation; with milliseconds when `fine`. */
#define CLOCK_TEXT 40
char *ui_clock(char text[CLOCK_TEXT], const struct model *m, vl_time at, bool fine);
bool ui_passes(const struct ui *u, const char *text);   /* the filter; alternatives with | */
enum paint ui_level_paint(enum record_level level);
/* The last `lines` events, newest below; `width` columns. */
void ui_event_tail(struct grid *g, const struct ui *u, const struct model *m, struct band b);
/* "vrrp2", "carp", "hsrp"; "10", "g1". */
const char *ui_protocol(char text[16], const struct router *r);
/* Who it is: what it is known by and, where it has one, its name: "10.66.0.2 lb1". Returns text. */
#define WHO_TEXT (2 * MODEL_NAME)
char *ui_who(char text[WHO_TEXT], const struct ui *u, const char *who);
/* Cursor moves over `count` lines. */
void ui_clamp(struct ui *u, unsigned count, unsigned page);

#endif
