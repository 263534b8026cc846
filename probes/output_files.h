// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files that a reader sees old or new, never half: each is written under a temporary name beside its place and
 * renamed into it when it is whole. Left alone, or when the process dies, nothing of them stays.
 *
 * A process that locks itself in (privilege.h) can rename nothing any more. For it a helper process is made first
 * that knows the names, reads no byte of anybody's but the numbers of files that are whole, and ends with it.
 */
#ifndef VL_PROBES_OUTPUT_FILES_H
#define VL_PROBES_OUTPUT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define OUTPUT_FILES 8

struct output_file {
	const char *path;               /* borrowed */
	char *temporary;                /* NULL: renamed or removed */
	FILE *stream;
};

struct output_files {
	struct output_file file[OUTPUT_FILES];
	size_t count;
	int ask, answer;                /* pipes to and from the helper; -1: none */
};

void output_files_begin(struct output_files *o);
/* False: errno says why. */
bool output_files_add(struct output_files *o, const char *path);
/* Makes the helper, after the last add: before anything is opened that it shall not hold. False: errno. */
bool output_files_hand_over(struct output_files *o);
/* Closes the file and puts it in its place. False: errno says why, and the file is removed at the end. */
bool output_files_finish(struct output_files *o, size_t i);
/* In a process that was forked after the handing over and has nothing to write: otherwise the helper would wait for its end, too. */
void output_files_let_go(struct output_files *o);
/* Removes what was not finished. */
void output_files_end(struct output_files *o);

#endif
