// SPDX-License-Identifier: BSD-2-Clause
/*
 * The control socket's file goes when the run does, also when its processes are killed. Neither of them may remove a file:
 * they are nobody, and look at frames or speak on a wire. A third one may, and does nothing else: it has become the folder's
 * owner without any capability, has every descriptor closed but the folder's and a pipe's, reads nothing but that pipe's
 * end, and then removes the file, if it still is the one that was made.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probes/cmd_live_parts.h"

#define DESCRIPTORS_MOST 4096

static void close_others(int one, int other)
{
	for (int fd = 0; fd < DESCRIPTORS_MOST; fd++)
		if (fd != one && fd != other)
			(void)close(fd);
}

static bool is_file(int folder, const char *name, struct stat *found)
{
	return fstatat(folder, name, found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(found->st_mode);
}

static void sweep(const char *path, int life)
{
	char copy[CONTROL_PATH], again[CONTROL_PATH], error[PRIVILEGE_ERROR], byte;
	struct stat folder_is, was, is;
	ssize_t n;

	(void)prctl(PR_SET_NAME, "viplab-sweep", 0, 0, 0);
	snprintf(copy, sizeof copy, "%s", path);
	snprintf(again, sizeof again, "%s", path);
	const char *name = basename(again);
	int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0 || fstat(folder, &folder_is) != 0 || !is_file(folder, name, &was))
		return;
	close_others(folder, life);
	const struct privilege_owner owner = {folder_is.st_uid, folder_is.st_gid};
	if (!privilege_drop(&(struct privilege_needs){.removes = &owner}, error))
		return;
	do
		n = read(life, &byte, 1);
	while (n > 0 || (n < 0 && errno == EINTR));
	if (is_file(folder, name, &is) && is.st_ino == was.st_ino && is.st_dev == was.st_dev)
		(void)unlinkat(folder, name, 0);
}

bool live_sweep_begin(struct live *l)
{
	int ends[2];
	sigset_t all, before;

	if (l->control == NULL)
		return true;
	if (pipe(ends) != 0) {
		control_remove(l->control_path);
		return false;
	}
	(void)sigfillset(&all);
	/* It outlives the others, whom the terminal's signals are for. */
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	(void)fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		(void)close(ends[1]);
		sweep(l->control_path, ends[0]);
		_exit(0);
	}
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	(void)close(ends[0]);
	if (child < 0)
		control_remove(l->control_path);
	l->sweeper = (struct live_sweeper){.number = child, .life = ends[1]};
	return child > 0;
}

void live_sweep_end(struct live *l)
{
	if (l->sweeper.number <= 0)
		return;
	(void)close(l->sweeper.life);
	while (waitpid(l->sweeper.number, NULL, 0) < 0 && errno == EINTR)
		;
	l->sweeper.number = 0;
}
