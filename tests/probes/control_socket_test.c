// SPDX-License-Identifier: BSD-2-Clause
/* The control socket: who may come, what a line and an answer are, and clients that behave badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/control_socket.h"

struct fixture {
	char folder[32], path[64];
	struct control_socket *control;
	unsigned asked;
};

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char error[CONTROL_ERROR];

	strcpy(f->folder, "/tmp/controlXXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof f->path, "%s/s", f->folder);
	f->control = control_listen(f->path, error);
	*state = f;
	return f->control != NULL ? 0 : -1;
}

static int end(void **state)
{
	struct fixture *f = *state;

	control_close(f->control);
	control_remove(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

/* "long N" is answered by N bytes, everything else by itself. */
static void echo(void *context, const char *request, FILE *answer)
{
	struct fixture *f = context;

	f->asked++;
	if (strncmp(request, "long ", 5) == 0)
		for (int n = atoi(request + 5); n > 0; n--)
			fputc('x', answer);
	else
		fprintf(answer, "<%s>\n", request);
}

static void serve(struct fixture *f)
{
	struct pollfd wait[CONTROL_CLIENTS + 1];

	for (int round = 0; round < 50 && poll(wait, control_wait(f->control, wait), 0) > 0; round++)
		control_serve(f->control, echo, f);
}

static int client(struct fixture *f)
{
	char error[CONTROL_ERROR];
	int fd = control_connect(f->path, error);

	assert_true(fd >= 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

/* What came, up to now. */
static const char *heard(int fd)
{
	static char text[256];
	ssize_t n = read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static bool is_put_out(int fd)
{
	char byte;

	return read(fd, &byte, 1) == 0;
}

static void a_line_is_answered(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	say(fd, "hel");
	serve(f);
	assert_string_equal(heard(fd), "");
	say(fd, "lo\r\n");
	serve(f);
	assert_string_equal(heard(fd), "<hello>\n");
	say(fd, "a\nb\n\nc");
	serve(f);
	assert_string_equal(heard(fd), "<a>\n<b>\n<>\n");
	close(fd);
	serve(f);
	assert_int_equal(f->asked, 4); /* half a line is none */
}

static void what_a_client_said_before_it_went_is_done(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	say(fd, "last\n");
	shutdown(fd, SHUT_WR);
	serve(f);
	assert_string_equal(heard(fd), "<last>\n");
	assert_true(is_put_out(fd));
	close(fd);
}

static void one_who_does_not_read_is_asked_nothing_more(void **state)
{
	struct fixture *f = *state;
	int slow = client(f), quick = client(f);
	char *bytes = malloc(4096);
	size_t length = 0;

	say(slow, "long 4000000\nsecond\n");
	serve(f);
	assert_int_equal(f->asked, 1);
	say(quick, "me\n");
	serve(f);
	assert_string_equal(heard(quick), "<me>\n");
	for (ssize_t n; length < 4000000 + 9; length += (size_t)n) {
		serve(f);
		n = read(slow, bytes, 4096);
		assert_true(n > 0);
	}
	assert_int_equal(length, 4000000 + 9); /* and "<second>\n" */
	assert_int_equal(f->asked, 3);
	free(bytes);
	close(slow);
	close(quick);
}

static void a_line_that_is_too_long_ends_it(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);
	char line[CONTROL_LINE];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\n'; /* the longest that is one */
	assert_int_equal(write(fd, line, sizeof line), sizeof line);
	serve(f);
	assert_int_equal(f->asked, 1);
	while (heard(fd)[0] != '\0')
		;
	memset(line, 'x', sizeof line);
	assert_int_equal(write(fd, line, sizeof line), sizeof line);
	serve(f);
	assert_true(is_put_out(fd));
	assert_int_equal(f->asked, 1);
	close(fd);
}

static void there_is_room_for_so_many(void **state)
{
	struct fixture *f = *state;
	int fd[CONTROL_CLIENTS + 1];

	for (int i = 0; i <= CONTROL_CLIENTS; i++) {
		fd[i] = client(f);
		say(fd[i], "here\n");
		serve(f);
	}
	assert_int_equal(f->asked, CONTROL_CLIENTS);
	close(fd[3]);
	serve(f);
	assert_int_equal(f->asked, CONTROL_CLIENTS + 1);
	assert_string_equal(heard(fd[CONTROL_CLIENTS]), "<here>\n");
	for (int i = 0; i <= CONTROL_CLIENTS; i++)
		if (i != 3)
			close(fd[i]);
}

static void only_its_own_user_may_open_it(void **state)
{
	struct fixture *f = *state;
	struct stat s;

	assert_int_equal(stat(f->path, &s), 0);
	assert_true(S_ISSOCK(s.st_mode));
	assert_int_equal(s.st_mode & 0777, 0600);
}

static void a_socket_of_the_living_stays(void **state)
{
	struct fixture *f = *state;
	char error[CONTROL_ERROR], file[80];

	assert_null(control_listen(f->path, error));
	assert_non_null(strstr(error, "somebody listens there already"));
	/* one that was left is replaced */
	control_close(f->control);
	f->control = control_listen(f->path, error);
	assert_non_null(f->control);
	/* anything else stays as it is */
	snprintf(file, sizeof file, "%s/file", f->folder);
	close(open(file, O_CREAT | O_WRONLY, 0600));
	assert_null(control_listen(file, error));
	assert_non_null(strstr(error, "no socket"));
	control_remove(file);
	assert_int_equal(unlink(file), 0);
}

static void nobody_there_is_said(void **state)
{
	struct fixture *f = *state;
	char error[CONTROL_ERROR], path[200];

	assert_int_equal(control_connect("/tmp/no such socket", error), -1);
	assert_non_null(strstr(error, "viplab live"));
	control_close(f->control);
	f->control = NULL;
	assert_int_equal(control_connect(f->path, error), -1);
	assert_non_null(strstr(error, "gone"));
	memset(path, 'p', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	assert_int_equal(control_connect(path, error), -1);
	assert_null(control_listen(path, error));
	assert_non_null(strstr(error, "too long"));
}

static void the_default_place(void **state)
{
	char path[CONTROL_PATH], folder[200];

	(void)state;
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	assert_true(control_default_path(path));
	assert_string_equal(path, "/run/user/7/viplab.sock");
	memset(folder, '/', sizeof folder - 1);
	folder[sizeof folder - 1] = '\0';
	setenv("XDG_RUNTIME_DIR", folder, 1);
	assert_false(control_default_path(path));
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(control_default_path(path), geteuid() == 0);
}

int main(void)
{
#define IN(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = {
		IN(a_line_is_answered),
		IN(what_a_client_said_before_it_went_is_done),
		IN(one_who_does_not_read_is_asked_nothing_more),
		IN(a_line_that_is_too_long_ends_it),
		IN(there_is_room_for_so_many),
		IN(only_its_own_user_may_open_it),
		IN(a_socket_of_the_living_stays),
		IN(nobody_there_is_said),
		cmocka_unit_test(the_default_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
