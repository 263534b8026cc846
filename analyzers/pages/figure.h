// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a page consists of: one table of figures (figure.c), each a heading, a sentence, a picture where one helps, and the
 * numbers behind it. A figure may have several parts: one a service, one a takeover.
 */
#ifndef VL_PAGES_FIGURE_H
#define VL_PAGES_FIGURE_H

#include "analyzers/pages/sheet.h"
#include "analyzers/pages/story.h"

#define FIGURE_SENTENCE 900

struct figure {
	const char *slug;               /* "share": of --only, and of anchors */
	const char *heading;
	/* How many parts there are; 0: the story has none of it. */
	unsigned (*parts)(const struct story *s);
	/* What a reader should take away. */
	void (*sentence)(char text[FIGURE_SENTENCE], const struct story *s, unsigned part);
	/* NULL: only numbers. Draws at `y` of what is around it; returns its height in pixels. */
	unsigned (*draw)(struct xml *x, const struct story *s, unsigned part, unsigned y);
	void (*numbers)(struct sheet *to, const struct story *s, unsigned part);
	bool open;                      /* the numbers are the thing itself: not folded away */
};

extern const struct figure figure_checks, figure_findings, figure_share, figure_storm, figure_active, figure_ids,
	figure_persistence, figure_failover, figure_moves, figure_ladder, figure_events;

/* In the order of the page; NULL behind the last. */
const struct figure *figure_at(size_t i);
/* The text of a part's heading: "Share of new connections: owa". */
void figure_title(char text[200], const struct figure *f, const struct story *s, unsigned part);

/* What an anchor or a picture is called in a document: "share-1", "run-2-share-1". Returns text. */
#define FIGURE_ID 64
char *figure_id(char text[FIGURE_ID], const struct story *s, const char *slug, unsigned part);

/* Thousandths as "12.3"; "?" for CHART_UNKNOWN. Returns text. */
char *figure_number(char text[32], int64_t thousandths, unsigned decimals);

#endif
