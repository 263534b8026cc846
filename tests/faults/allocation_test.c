// SPDX-License-Identifier: BSD-2-Clause
/*
 * Three reference runs of the program in which the n-th allocation fails, for n = 1, 2, 3, ...: each must end as it does
 * with memory (the failure was of no consequence), or with status 3 and a word about memory; one whose verdict is "failed"
 * ends with that verdict and the word about memory, too, when its evidence could not be kept. Never by a signal, never
 * with a result that lacks something and does not say so, and, in an ASan build, never with a leak.
 *
 * FAULT_SAMPLES says how many n to try of each run: the first ones all, the others evenly; fewer by default in an ASan
 * build, whose processes start slowly. FAULT_SAMPLES=100000 tries them all.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#ifndef __has_feature                   /* clang's way to tell of ASan */
#define __has_feature(x) 0
#endif

enum {
	ROOM = 1 << 20,
	ARGUMENTS = 16,
	NO_MEMORY = 3,                  /* the exit status */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
	SAMPLES = 40,
#else
	SAMPLES = 150,
#endif
	FIRST_ONES = 20,
	FROM_SAMPLES = 20,
};

struct ending {
	int status;                     /* 128 + a signal */
	char out[ROOM];                 /* stdout and the document, times of the wall clock taken out */
	char err[ROOM];
};

static char folder[256];                /* for what the program writes */

static const char *in_folder(const char *name)
{
	static char path[4][512];
	static unsigned next;
	char *p = path[next++ % 4];

	snprintf(p, sizeof path[0], "%s/%s", folder, name);
	return p;
}

static size_t slurp(const char *path, char *text, size_t room)
{
	FILE *in = fopen(path, "rb");
	size_t n = in != NULL ? fread(text, 1, room - 1, in) : 0;

	if (in != NULL)
		fclose(in);
	text[n] = '\0';
	return n;
}

/* "0.03 s" and the "wall_ms": 3.1 of a document are not the same twice. */
static void forget_times(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0';) {
		size_t n = strspn(at, "0123456789.");
		bool is_time = n > 0 && strncmp(at + n, " s ", 3) == 0;
		if (!is_time)
			for (size_t i = 0; i < (n > 0 ? n : 1); i++)
				*to++ = at[i];
		at += n > 0 ? n : 1;
	}
	*to = '\0';
}

/* The words of a line as arguments; they point into `words`. */
static void split(char *arguments[ARGUMENTS], char *words)
{
	size_t count = 0;

	for (char *w = strtok(words, " "); w != NULL && count < ARGUMENTS - 1; w = strtok(NULL, " "))
		arguments[count++] = w;
	arguments[count] = NULL;
}

/* Runs the program with the words of the line; `variable` (may be NULL) is set to n for it. */
static void run(struct ending *e, const char *line, const char *variable, uint64_t n)
{
	static const char *const document = "document.json";
	char number[24], program[512], words[1024], *arguments[ARGUMENTS];
	int status = 0;

	snprintf(words, sizeof words, "%s", line);
	split(arguments, words);
	snprintf(number, sizeof number, "%llu", (unsigned long long)n);
	snprintf(program, sizeof program, "%s/tests/faults/viplab-failing", getenv("BUILD"));
	unlink(in_folder(document));
	fflush(NULL);
	pid_t child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		int out = open(in_folder("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int err = open(in_folder("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
		if (out < 0 || err < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
			_exit(126);
		setenv("ASAN_OPTIONS", "exitcode=99:detect_leaks=1:allocator_may_return_null=1", 1);
		setenv("LSAN_OPTIONS", "exitcode=99", 1);
		if (variable != NULL)
			setenv(variable, number, 1);
		execv(program, arguments);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	e->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	size_t length = slurp(in_folder("out"), e->out, ROOM);
	slurp(in_folder(document), e->out + length, ROOM - length);
	slurp(in_folder("err"), e->err, ROOM);
	forget_times(e->out);
}

/* The allocations of the process that has most of them: a piece of work goes on counting where its parent was. */
static uint64_t count_allocations(struct ending *e, const char *line)
{
	char text[4096];
	unsigned long long most = 0, one;

	unlink(in_folder("report"));
	setenv("VIPLAB_FAIL_REPORT", in_folder("report"), 1);
	run(e, line, NULL, 0);
	unsetenv("VIPLAB_FAIL_REPORT");
	slurp(in_folder("report"), text, sizeof text);
	for (const char *at = text; sscanf(at, "%llu", &one) == 1; at = strchr(at, '\n') + 1)
		most = one > most ? one : most;
	return most;
}

static bool is_clean(const struct ending *e, const struct ending *well)
{
	if (e->status == NO_MEMORY)
		return strstr(e->err, "memory") != NULL || strstr(e->out, "memory") != NULL;
	if (e->status != well->status)
		return false;
	/* A verdict stands when there was no room to keep its evidence, which is said. */
	return strcmp(e->out, well->out) == 0 || (e->status == 1 && strstr(e->err, "memory") != NULL);
}

static void every_allocation_may_fail(const char *line)
{
	struct ending *well = calloc(1, sizeof *well), *e = calloc(1, sizeof *e);
	const char *samples = getenv("FAULT_SAMPLES");
	uint64_t most = samples != NULL ? strtoull(samples, NULL, 10) : SAMPLES, wrong = 0;

	assert_true(well != NULL && e != NULL && most > 0);
	uint64_t count = count_allocations(well, line);
	assert_in_range(count, 10, 1000000);
	assert_true(well->status == 0 || well->status == 1);
	uint64_t stride = count / most + 1;
	for (uint64_t n = 1; n <= count; n += n < FIRST_ONES ? 1 : stride) {
		run(e, line, "VIPLAB_FAIL_AT", n);
		if (is_clean(e, well))
			continue;
		wrong++;
		print_message("allocation %llu of %llu fails: status %d\n%s%s\n", (unsigned long long)n,
			      (unsigned long long)count, e->status, e->out, e->err);
	}
	/* and never again any memory */
	for (uint64_t n = 1; n <= count; n += count / FROM_SAMPLES + 1) {
		run(e, line, "VIPLAB_FAIL_FROM", n);
		bool clean = e->status == NO_MEMORY || is_clean(e, well);
		wrong += !clean;
		if (!clean)
			print_message("all allocations from %llu of %llu fail: status %d\n%s%s\n", (unsigned long long)n,
				      (unsigned long long)count, e->status, e->out, e->err);
	}
	free(well);
	free(e);
	assert_int_equal(wrong, 0);
}

static void a_scenario_that_passes(void **state)
{
	every_allocation_may_fail("viplab run --jobs 1 scenarios/failover/priority-0.yaml");
}

/* A short one: its page reads the journal again, and each value in it is an allocation. */
static void a_run_that_fails_with_evidence_a_page_and_a_document(void **state)
{
	char line[1024];

	snprintf(line, sizeof line,
		 "viplab run --jobs 1 -v --set r2.vrrp.10.priority=90 --keep always --out %s/evidence -o %s/document.json "
		 "scenarios/failover/priority-0.yaml", folder, folder);
	every_allocation_may_fail(line);
}

static void a_capture_scanned(void **state)
{
	every_allocation_may_fail("viplab scan -f json -r "
				  "tests/captures/real-daemons/a-keepalived-frr-same-vrid-span.pcap");
}

static int make_folder(void **state)
{
	const char *in = getenv("TMPDIR");

	if (getenv("BUILD") == NULL) {
		fprintf(stderr, "BUILD is not set: run me through tests/run\n");
		return -1;
	}
	snprintf(folder, sizeof folder, "%s/faults-XXXXXX", in != NULL ? in : "/tmp");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scenario_that_passes),
		cmocka_unit_test(a_run_that_fails_with_evidence_a_page_and_a_document),
		cmocka_unit_test(a_capture_scanned),
	};

	return cmocka_run_group_tests(tests, make_folder, NULL);
}
