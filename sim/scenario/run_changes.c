// SPDX-License-Identifier: BSD-2-Clause
/* A look five times a second: works on every file system, also over a network, where no kernel tells of changes. */
#include "sim/scenario/run_changes.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "sim/base/keyed_hash.h"
#include "sim/scenario/scenario.h"

#define LOOK_EVERY (200 * 1000 * 1000)  /* ns */

static uint64_t print_of(const char *path)
{
	struct stat st;
	uint64_t about[5] = {0};

	if (stat(path, &st) == 0) {
		about[0] = (uint64_t)st.st_mtim.tv_sec;
		about[1] = (uint64_t)st.st_mtim.tv_nsec;
		about[2] = (uint64_t)st.st_size;
		about[3] = (uint64_t)st.st_ino;
		about[4] = 1;
	}
	return keyed_hash(keyed_hash(1, path, strlen(path)), about, sizeof about);
}

/* Of every script below a path; the sum does not mind their order. */
static uint64_t print_below(const char *path)
{
	struct scenario_paths paths = {0};
	char mistake[512];
	uint64_t sum = print_of(path);

	if (scenario_paths_add(&paths, path, mistake))
		for (size_t i = 0; i < paths.count; i++)
			sum += print_of(paths.item[i]);
	scenario_paths_free(&paths);
	return sum;
}

/* The folder of a script: what it includes is mostly there or below. */
static uint64_t print_beside(const char *path)
{
	struct stat st;
	const char *slash = strrchr(path, '/');
	uint64_t sum = 0;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	char *folder = slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	if (folder != NULL)
		sum = print_below(folder);
	free(folder);
	return sum;
}

static uint64_t print_all(const struct run_options *o)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < o->path_count; i++)
		sum += print_below(o->path[i]) + print_beside(o->path[i]);
	return sum;
}

void run_changes_look(struct run_changes *c, const struct run_options *o)
{
	c->print = print_all(o);
}

void run_changes_wait(struct run_changes *c, const struct run_options *o)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY};
	uint64_t now, before;

	do {
		nanosleep(&pause, NULL);
		now = print_all(o);
	} while (now == c->print);
	do {
		before = now;
		nanosleep(&pause, NULL);
		now = print_all(o);
	} while (now != before);
	c->print = now;
}
