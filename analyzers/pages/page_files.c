// SPDX-License-Identifier: BSD-2-Clause
/* Folders are read in the order of their names, so that a page is the same wherever it is made. */
#include "analyzers/pages/page_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/evidence.h"

static const struct {
	const char *word;
	page_writer *write;
} formats[] = {{"html", page_html}, {"svg", page_svg}, {"md", page_markdown}, {"tsv", page_tsv},
	     {"gp", page_gnuplot}, {"vl.json", page_vega}};

page_writer *page_format(const char *word)
{
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(formats[i].word, word) == 0)
			return formats[i].write;
	return NULL;
}

page_writer *page_format_of(const char *file)
{
	size_t length = strlen(file);

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		size_t ending = strlen(formats[i].word);
		if (length > ending && file[length - ending - 1] == '.' && strcmp(file + length - ending, formats[i].word) == 0)
			return formats[i].write;
	}
	return NULL;
}

struct job {
	page_writer *write;
	const struct page *page;
};

static void do_job(FILE *to, const void *what)
{
	const struct job *job = what;

	job->write(to, job->page);
}

bool page_write(const char *file, page_writer *write, const struct page *p)
{
	if (strcmp(file, "-") != 0)
		return evidence_write_file("", file, do_job, &(struct job){.write = write, .page = p});
	write(stdout, p);
	return fflush(stdout) == 0 && ferror(stdout) == 0;
}

static char *join(const char *folder, const char *name)
{
	size_t room = strlen(folder) + strlen(name) + 2;
	char *path = malloc(room);

	if (path != NULL)
		snprintf(path, room, "%s/%s", folder, name);
	return path;
}

static bool has_journal(const char *folder)
{
	char *journal = join(folder, "journal.jsonl");
	bool there = journal != NULL && access(journal, F_OK) == 0;

	free(journal);
	return there;
}

static char **one(const char *path, size_t *count)
{
	char **list = calloc(1, sizeof *list);

	if (list != NULL)
		list[0] = strdup(path);
	*count = list != NULL && list[0] != NULL;
	return list;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

char **page_runs(const char *path, size_t *count, char error[STORY_ERROR])
{
	struct stat about;
	struct dirent **entry = NULL;

	*count = 0;
	if (stat(path, &about) != 0) {
		snprintf(error, STORY_ERROR, "%.400s: %s", path, strerror(errno));
		return NULL;
	}
	if (!S_ISDIR(about.st_mode) || has_journal(path))
		return one(path, count);
	int n = scandir(path, &entry, NULL, by_name);
	char **list = calloc(n > 0 ? (size_t)n : 1, sizeof *list);
	for (int i = 0; i < n; i++) {
		char *folder = join(path, entry[i]->d_name);
		if (list != NULL && folder != NULL && entry[i]->d_name[0] != '.' && has_journal(folder))
			list[(*count)++] = folder;
		else
			free(folder);
		free(entry[i]);
	}
	free(entry);
	if (list == NULL || *count > 0)
		return list;
	snprintf(error, STORY_ERROR, "%.300s: no journal.jsonl in it or in a folder of it; `viplab run --keep always' leaves them", path);
	free(list);
	return NULL;
}

bool page_of_run(const char *folder)
{
	char error[STORY_ERROR];
	struct story *s = story_of_run(folder, error);

	if (s == NULL) {
		fprintf(stderr, "viplab: %s\n", error);
		return false;
	}
	bool ok = evidence_write_file(folder, "report.html", do_job,
				      &(struct job){.write = page_html, .page = &(struct page){.story = &s, .stories = 1}});
	if (!ok)
		fprintf(stderr, "viplab: %s: %s\n", folder, strerror(errno));
	story_free(s);
	return ok;
}
