// SPDX-License-Identifier: BSD-2-Clause
/*
 * Pages: one story, or several beside each other, as HTML, SVG, Markdown, tab-separated values. The HTML is one file without
 * script, style or anything from elsewhere: it reads the same under Jenkins' default Content-Security-Policy, in grey, and
 * aloud (each picture has a title, a sentence and a table of its numbers). Same stories, same bytes.
 */
#ifndef VL_PAGES_PAGE_H
#define VL_PAGES_PAGE_H

#include "analyzers/pages/figure.h"

#define PAGE_WHOLE 4                    /* stories that are told in full on one page; more are only compared */

struct page {
	struct story *const *story;
	size_t stories;
	uint32_t only;                  /* bits of figures, by figure_at's order; 0: all */
};

/* "share,storm": bits for page.only. False: *wrong begins the word that names no figure. */
bool page_only(uint32_t *out, const char *list, const char **wrong);

void page_html(FILE *to, const struct page *p);
void page_svg(FILE *to, const struct page *p);
void page_markdown(FILE *to, const struct page *p);
void page_tsv(FILE *to, const struct page *p);
/* The curves of the services, for gnuplot and for Vega-Lite (page_plots.c). */
void page_gnuplot(FILE *to, const struct page *p);
void page_vega(FILE *to, const struct page *p);

/* --- for the parts of this module ------------------------------------------------------------------------- */

bool page_wants(const struct page *p, size_t figure);
/* Runs beside each other: a table; and how long takeovers took, over all of them. */
void compare_numbers(struct sheet *to, const struct page *p);
void compare_sentence(char text[FIGURE_SENTENCE], const struct page *p);
unsigned compare_draw(struct xml *x, const struct page *p, unsigned y);  /* 0: nothing to draw */

#endif
