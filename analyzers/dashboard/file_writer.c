// SPDX-License-Identifier: BSD-2-Clause
/* One request at a time: its head, its name, its bytes; the answer is an errno. */
#include "analyzers/dashboard/file_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probes/privilege.h"

#define NAME_MOST 128
#define BYTES_MOST (16U << 20)

struct file_writer {
	int channel;                    /* to the process; -1: no process, written here */
	char settings[4096];            /* "": there is none */
};

struct request {
	uint32_t name, bytes;           /* their lengths; no name: the settings */
};

/* --- files -------------------------------------------------------------------------------------------------------- */

static int put(int fd, const char *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = write(fd, bytes + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		done += (size_t)n;
	}
	return 0;
}

static int write_and_close(int fd, const char *bytes, size_t length)
{
	int error = put(fd, bytes, length);

	if (close(fd) != 0 && error == 0)
		error = errno;
	return error;
}

static int write_export(const char *name, const char *bytes, size_t length)
{
	if (strncmp(name, "viplab-", 7) != 0 || strchr(name, '/') != NULL)
		return EINVAL;
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	return fd < 0 ? errno : write_and_close(fd, bytes, length);
}

static void make_folders(const char *path)
{
	char folder[4096];

	snprintf(folder, sizeof folder, "%s", path);
	for (char *c = folder + 1; *c != '\0'; c++)
		if (*c == '/') {
			*c = '\0';
			(void)mkdir(folder, 0700);
			*c = '/';
		}
}

static int write_settings(const char *path, const char *bytes, size_t length)
{
	char beside[4096 + 8];

	if (path[0] == '\0')
		return ENOENT;
	make_folders(path);
	snprintf(beside, sizeof beside, "%s.new", path);
	(void)unlink(beside);
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int error = fd < 0 ? errno : write_and_close(fd, bytes, length);
	if (error == 0 && rename(beside, path) != 0)
		error = errno;
	if (error != 0 && fd >= 0)
		(void)unlink(beside);
	return error;
}

/* --- the process -------------------------------------------------------------------------------------------------- */

static bool get(int fd, void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = read(fd, (char *)bytes + done, length - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static void serve(const struct file_writer *w, int channel)
{
	struct request r;
	char name[NAME_MOST];

	while (get(channel, &r, sizeof r) && r.name < NAME_MOST && r.bytes <= BYTES_MOST) {
		char *bytes = malloc((size_t)r.bytes + 1);
		if (bytes == NULL || !get(channel, name, r.name) || !get(channel, bytes, r.bytes))
			break;
		name[r.name] = '\0';
		int32_t answer = r.name > 0 ? write_export(name, bytes, r.bytes) : write_settings(w->settings, bytes, r.bytes);
		free(bytes);
		if (put(channel, (const char *)&answer, sizeof answer) != 0)
			break;
	}
}

/* The terminal's signals are for who has the screen; this one ends when the other does. */
static bool fork_off(struct file_writer *w)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	signal(SIGCHLD, SIG_IGN);       /* nobody waits for it */
	pid_t child = fork();
	if (child == 0) {
		close(pair[0]);
		(void)setsid();
		signal(SIGPIPE, SIG_IGN);
		/* nothing of what opens devices is needed for files */
		if (privilege_renounce())
			serve(w, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	if (child < 0) {
		close(pair[0]);
		return false;
	}
	w->channel = pair[0];
	return true;
}

/* --- for the program ------------------------------------------------------------------------------------------------ */

struct file_writer *file_writer_open(const char *settings, bool apart)
{
	struct file_writer *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->channel = -1;
	snprintf(w->settings, sizeof w->settings, "%s", settings != NULL ? settings : "");
	if (apart && !fork_off(w)) {
		free(w);
		return NULL;
	}
	return w;
}

void file_writer_close(struct file_writer *w)
{
	if (w != NULL && w->channel >= 0)
		close(w->channel);
	free(w);
}

int file_writer_descriptor(const struct file_writer *w)
{
	return w->channel;
}

static int ask(const struct file_writer *w, const char *name, const char *bytes, size_t length)
{
	struct request r = {.name = (uint32_t)strlen(name), .bytes = (uint32_t)length};
	int32_t answer;

	if (r.name >= NAME_MOST || length > BYTES_MOST)
		return EFBIG;
	if (put(w->channel, (const char *)&r, sizeof r) != 0 || put(w->channel, name, r.name) != 0 ||
	    put(w->channel, bytes, length) != 0 || !get(w->channel, &answer, sizeof answer))
		return EPIPE;
	return answer;
}

int file_writer_export(struct file_writer *w, const char *name, const char *bytes, size_t length)
{
	return w->channel >= 0 ? ask(w, name, bytes, length) : write_export(name, bytes, length);
}

int file_writer_settings(struct file_writer *w, const char *bytes, size_t length)
{
	return w->channel >= 0 ? ask(w, "", bytes, length) : write_settings(w->settings, bytes, length);
}
