// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/read_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool problem(struct read_file *f, int fd, const char *text)
{
	if (fd >= 0)
		close(fd);
	read_file_free(f);
	snprintf(f->problem, sizeof f->problem, "%s", text);
	return false;
}

bool read_file(struct read_file *f, const char *path, size_t most)
{
	struct stat st;
	char too_long[64];

	*f = (struct read_file){0};
	/* Without O_NONBLOCK the open of a pipe waits for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return problem(f, fd, strerror(errno));
	if (fstat(fd, &st) != 0)
		return problem(f, fd, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return problem(f, fd, S_ISDIR(st.st_mode) ? "a directory, not a script" : "not a regular file");
	snprintf(too_long, sizeof too_long, "larger than %zu KiB, too large for a script", most / 1024);
	if (st.st_size > (off_t)most)
		return problem(f, fd, too_long);
	f->bytes = malloc(most + 1);
	f->no_memory = f->bytes == NULL;
	if (f->no_memory)
		return problem(f, fd, "out of memory");
	for (;;) {
		ssize_t n = read(fd, f->bytes + f->length, most + 1 - f->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return problem(f, fd, strerror(errno));
		if (n == 0)
			break;
		f->length += (size_t)n;
		if (f->length > most)
			return problem(f, fd, too_long);
	}
	close(fd);
	return true;
}

void read_file_free(struct read_file *f)
{
	free(f->bytes);
	f->bytes = NULL;
}
