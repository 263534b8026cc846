// SPDX-License-Identifier: BSD-2-Clause
/* A whole small file in memory, or why not. Regular files only: a pipe may never end. */
#ifndef VL_SCENARIO_READ_FILE_H
#define VL_SCENARIO_READ_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct read_file {
	uint8_t *bytes;
	size_t length;
	char problem[128];              /* when it failed */
	bool no_memory;                 /* that was it */
};

/* False, with the problem: not there, not readable, no regular file, longer than `most`. */
bool read_file(struct read_file *f, const char *path, size_t most);
void read_file_free(struct read_file *f);

#endif
