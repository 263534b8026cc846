// SPDX-License-Identifier: BSD-2-Clause
/*
 * viplab.conf: `key = value` in sections, '#' begins a comment. [top] is how the dashboard looks, [names] gives addresses a
 * name that is shown beside them (10.66.0.2 = lb1), [scan] is the scanner's. An unknown section or key is an error with its
 * line. Written by the key W alone, and then only [top], at its end: every other line stays as it is.
 *
 *      [top]   view, glyphs, theme, sort, reverse, metric, scale (linear, log), family, level, mouse, refresh
 */
#ifndef VL_DASHBOARD_SETTINGS_H
#define VL_DASHBOARD_SETTINGS_H

#include "analyzers/dashboard/ui.h"

#define SETTINGS_PATH 4096
#define SETTINGS_ERROR 512
#define SETTINGS_NAMES 256

struct settings_name {
	char address[64], name[MODEL_NAME];
};

/* As enumerators; glyphs -1: as the terminal has it; family 1: IPv6. */
struct settings {
	char path[SETTINGS_PATH];       /* "": there is none (--config -, or no home) */
	int view, glyphs, theme, sort, reverse, metric, scale, family, level, mouse;
	vl_time refresh;
	struct settings_name name[SETTINGS_NAMES];
	unsigned names;
	char *others;                   /* the file without its [top], or NULL */
};

/* What the program does without a file. */
void settings_init(struct settings *s);
void settings_fini(struct settings *s);
/* `path` as --config has it: NULL: $XDG_CONFIG_HOME/viplab/viplab.conf or ~/.config/..., which need not be there; "-": none. False: error
 * says what is wrong, as FILE:LINE: what. */
bool settings_read(struct settings *s, const char *path, char error[SETTINGS_ERROR]);
/* What was chosen meanwhile. */
void settings_from_ui(struct settings *s, const struct ui *u);
void settings_to_ui(const struct settings *s, struct ui *u);
/* The file's new text; the caller frees it. NULL: no memory. */
char *settings_text(const struct settings *s, size_t *length);
/* The name of an address; NULL: it has none. */
const char *settings_name_of(const struct settings *s, const char *address);

#endif
