// SPDX-License-Identifier: BSD-2-Clause
/* `viplab top`: what the command line asks for, and the loop that does it. */
#ifndef VL_DASHBOARD_TOP_H
#define VL_DASHBOARD_TOP_H

#include "analyzers/dashboard/settings.h"
#include "analyzers/dashboard/snapshot.h"
#include "analyzers/dashboard/source.h"

enum top_colour {
	COLOUR_AUTO = 0,
	COLOUR_ALWAYS,
	COLOUR_NEVER,
};

struct top_options {
	const char *source;
	vl_time interval;               /* -d */
	const char *service, *weights, *record;
	enum view view;
	bool has_at;
	vl_time at;
	unsigned speed_percent;         /* 0: as fast as it goes */
	bool speed_given;
	bool once, plain, mouse, bell, help;
	struct settings *settings;      /* as the file has them; top_options_free */
	int glyphs;                     /* enum glyphs, or -1: as the terminal has it */
	enum theme theme;
	enum top_colour colour;
	enum snapshot_format format;
	const char *version;            /* of the program; set by the door, as the next */
	void (*picture)(FILE *to, const struct grid *g, const char *title);     /* draws a screen; set by the door */
	unsigned width, height;         /* --size, for --once: 0: 80x24 */
};

/* False: it said on stderr what is wrong; exit status 2. */
bool top_options_read(struct top_options *o, int argc, char **argv);
void top_options_free(struct top_options *o);
void top_options_help(void);
/* Returns the exit status. */
int top_run(const struct top_options *o);

#endif
