// SPDX-License-Identifier: BSD-2-Clause
/* Pages into files: the ending picks the format; a file appears under its name when it is whole. */
#ifndef VL_PAGES_PAGE_FILES_H
#define VL_PAGES_PAGE_FILES_H

#include "analyzers/pages/page.h"

typedef void page_writer(FILE *to, const struct page *p);

/* The format of a word ("html", "md") or of a file's ending. NULL: there is none. */
page_writer *page_format(const char *word);
page_writer *page_format_of(const char *file);
#define PAGE_FORMATS "html, svg, md, tsv, gp, vl.json"

/* False: errno says why. "-" is standard output. */
bool page_write(const char *file, page_writer *write, const struct page *p);

/* Runs in a folder: itself when it holds a journal.jsonl, else those of its folders that do, by name. Paths to read with
 * story_of_run; the caller frees each and the array. NULL: error says why. */
char **page_runs(const char *path, size_t *count, char error[STORY_ERROR]);

/* report.html beside the journal of a run's folder: run_options.page. False: it said why on stderr. */
bool page_of_run(const char *folder);

#endif
