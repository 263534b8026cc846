// SPDX-License-Identifier: BSD-2-Clause
/* What a locked-in process can and cannot do: each attempt in a child of its own, which says how it ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cmocka.h>

#include "probes/privilege.h"

typedef int attempt(int named, int other);

#define REFUSED 40
#define NOT_LOCKED_IN 41

/* The wait status of a child that locks itself in with one descriptor named for writing and none for sending. */
static int locked_in(attempt *act, bool may_send)
{
	int named[2], other[2], status;

	assert_int_equal(pipe(named), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, other), 0);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct privilege_needs needs = {0};
		char error[PRIVILEGE_ERROR];
		(void)privilege_may_write(&needs, named[1]);
		if (may_send)
			(void)privilege_may_send(&needs, other[0]);
		if (!privilege_drop(&needs, error))
			_exit(NOT_LOCKED_IN);
		_exit(act(named[1], other[0]));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	close(named[0]);
	close(named[1]);
	close(other[0]);
	close(other[1]);
	return status;
}

static void must_end(int status, int code)
{
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

static void must_be_killed(int status)
{
	if (!privilege_is_filtered())
		return;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static int work(int named, int other)
{
	(void)other;
	void *memory = malloc(1 << 22);
	int ok = memory != NULL && write(named, "x", 1) == 1;
	free(memory);
	return ok ? 0 : 1;
}

static int open_file(int named, int other)
{
	(void)named, (void)other;
	int fd = open("/etc/passwd", O_RDONLY);
	return fd < 0 && errno == EACCES ? REFUSED : 0;
}

static int open_socket(int named, int other)
{
	(void)named, (void)other;
	return socket(AF_INET, SOCK_DGRAM, 0) < 0;
}

static int start_program(int named, int other)
{
	char program[] = "/bin/true";
	char *argv[] = {program, NULL}, *environment[] = {NULL};
	(void)named, (void)other;
	return execve(program, argv, environment);
}

static int make_process(int named, int other)
{
	(void)named, (void)other;
	return fork() == 0 ? 1 : 2;
}

static int write_elsewhere(int named, int other)
{
	(void)named;
	return write(other, "x", 1) == 1 ? 0 : 1;
}

static int send_frame(int named, int other)
{
	(void)named;
	return send(other, "x", 1, 0) == 1 ? 0 : 1;
}

static int map_code(int named, int other)
{
	(void)named, (void)other;
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static void what_is_needed_works(void **state)
{
	must_end(locked_in(work, false), 0);
}

static void no_file_can_be_opened(void **state)
{
	if (privilege_is_filtered())
		must_end(locked_in(open_file, false), REFUSED);
}

static void no_socket_can_be_opened(void **state)
{
	must_be_killed(locked_in(open_socket, false));
}

static void no_program_and_no_process_can_be_started(void **state)
{
	must_be_killed(locked_in(start_program, false));
	must_be_killed(locked_in(make_process, false));
}

static void only_named_descriptors_can_be_written(void **state)
{
	must_be_killed(locked_in(write_elsewhere, false));
}

static void nothing_can_be_sent_unless_it_was_asked_for(void **state)
{
	must_be_killed(locked_in(send_frame, false));
	must_end(locked_in(send_frame, true), 0);
}

static void no_code_can_be_mapped(void **state)
{
	must_be_killed(locked_in(map_code, false));
}

static void too_many_descriptors_are_refused(void **state)
{
	struct privilege_needs needs = {0};

	for (int i = 0; i < PRIVILEGE_DESCRIPTORS; i++)
		assert_true(privilege_may_write(&needs, i));
	assert_false(privilege_may_write(&needs, 64));
	assert_true(privilege_may_send(&needs, 64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_needed_works),
		cmocka_unit_test(no_file_can_be_opened),
		cmocka_unit_test(no_socket_can_be_opened),
		cmocka_unit_test(no_program_and_no_process_can_be_started),
		cmocka_unit_test(only_named_descriptors_can_be_written),
		cmocka_unit_test(nothing_can_be_sent_unless_it_was_asked_for),
		cmocka_unit_test(no_code_can_be_mapped),
		cmocka_unit_test(too_many_descriptors_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
