// SPDX-License-Identifier: BSD-2-Clause
/* The scripts that a command line means: files as they are, directories by what is below them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/scenario/scenario.h"
#include "sim/scenario/text.h"

#define DEPTH 16                        /* directories below one that was named */
#define MISTAKE 512

static bool no_memory(struct scenario_paths *paths, char mistake[MISTAKE])
{
	snprintf(mistake, MISTAKE, "out of memory");
	paths->no_memory = true;
	return false;
}

/* A name is printed with every verdict: one that steers the terminal, or ends a line, is no name for a script. */
static bool is_printable(const char *path)
{
	for (const char *s = path; *s != '\0';) {
		uint32_t character = 0;
		size_t length = text_character(s, strnlen(s, 4), &character);

		if (length > 0 && text_is_unseen(character))
			return false;
		s += length > 0 ? length : 1;
	}
	return true;
}

static bool add(struct scenario_paths *paths, const char *path, char mistake[MISTAKE])
{
	if (!is_printable(path)) {
		snprintf(mistake, MISTAKE, "a script's name has a control character in it: rename it");
		return false;
	}
	char **more = realloc(paths->item, (paths->count + 1) * sizeof *more);
	char *copy = strdup(path);

	if (more != NULL)
		paths->item = more;
	if (more == NULL || copy == NULL) {
		free(copy);
		return no_memory(paths, mistake);
	}
	paths->item[paths->count++] = copy;
	return true;
}

static bool is_script(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static bool walk(struct scenario_paths *paths, const char *path, unsigned depth, char mistake[MISTAKE])
{
	DIR *dir = opendir(path);
	bool good = true;

	if (dir == NULL && errno == ENOMEM)
		return no_memory(paths, mistake);
	if (dir == NULL) {
		snprintf(mistake, MISTAKE, "%.400s: %s", path, strerror(errno));
		return false;
	}
	for (const struct dirent *entry; good && (entry = readdir(dir)) != NULL;) {
		size_t n = strlen(path), room = n + strlen(entry->d_name) + 2;
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		char *below = malloc(room);
		if (below == NULL) {
			good = no_memory(paths, mistake);
			break;
		}
		snprintf(below, room, "%s%s%s", path, n > 0 && path[n - 1] == '/' ? "" : "/", entry->d_name);
		/* A link to a directory is not followed: it may lead back here. */
		if (lstat(below, &st) == 0 && S_ISDIR(st.st_mode))
			good = depth == 0 || walk(paths, below, depth - 1, mistake);
		else if (is_script(entry->d_name))
			good = add(paths, below, mistake);
		free(below);
	}
	closedir(dir);
	return good;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool scenario_paths_add(struct scenario_paths *paths, const char *path, char mistake[512])
{
	struct stat st;
	size_t before = paths->count;

	if (path[0] == '\0') {
		snprintf(mistake, MISTAKE, "an empty name where a script or a directory was expected");
		return false;
	}
	if (stat(path, &st) != 0) {
		snprintf(mistake, MISTAKE, "%.400s: %s", path, strerror(errno));
		return false;
	}
	if (!S_ISDIR(st.st_mode))
		return add(paths, path, mistake);
	if (!walk(paths, path, DEPTH, mistake))
		return false;
	if (paths->count == before) {
		snprintf(mistake, MISTAKE, "%.400s: no script below this directory (*.yaml)", path);
		return false;
	}
	qsort(paths->item + before, paths->count - before, sizeof *paths->item, compare);
	return true;
}

void scenario_paths_free(struct scenario_paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->item[i]);
	free(paths->item);
	*paths = (struct scenario_paths){0};
}
