// SPDX-License-Identifier: BSD-2-Clause
/*
 * An allocator in the program that fails where it is told to. The program's own definitions of malloc and its kin come
 * before those of the C library, so that every library (libyaml, jansson, libpcap, stdio itself) is reached; behind
 * them stands the allocator that was there, ASan's in an ASan build, which then still sees everything.
 *
 * The environment, read at the first allocation:
 *   VIPLAB_FAIL_AT=N       the N-th allocation fails (from 1, in each process of the program by itself)
 *   VIPLAB_FAIL_FROM=N     and so do all that follow
 *   VIPLAB_FAIL_REPORT=F   at the end the process appends "ALLOCATIONS LIVE" to the file F: how many there were, and
 *                          how many blocks are not freed
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef __has_feature                   /* clang's way to tell */
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define BEHIND(name) __interceptor_##name
#else
#define BEHIND(name) __libc_##name
#endif

void *BEHIND(malloc)(size_t size);
void *BEHIND(calloc)(size_t count, size_t size);
void *BEHIND(realloc)(void *block, size_t size);
void BEHIND(free)(void *block);

static uint64_t allocations, fail_at, fail_from;
static int64_t live;
static bool asked, over;

static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : 0;
}

/* Counts an allocation; true when it is one to fail. */
static bool fails(void)
{
	if (!asked) {
		asked = true;
		fail_at = number_of("VIPLAB_FAIL_AT");
		fail_from = number_of("VIPLAB_FAIL_FROM");
	}
	allocations++;
	if (over || (allocations != fail_at && (fail_from == 0 || allocations < fail_from)))
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *block)
{
	live += block != NULL;
	return block;
}

void *malloc(size_t size)
{
	return fails() ? NULL : counted(BEHIND(malloc)(size));
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(BEHIND(calloc)(count, size));
}

void *realloc(void *block, size_t size)
{
	if (fails())
		return NULL;
	void *moved = BEHIND(realloc)(block, size);
	live += (moved != NULL) - (block != NULL);
	return moved;
}

void free(void *block)
{
	live -= block != NULL;
	BEHIND(free)(block);
}

/* Behind main and all atexit functions. Children that end with _exit do not come here. */
__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("VIPLAB_FAIL_REPORT");
	char line[64];

	over = true; /* what a coverage build allocates to write its counters is not the program's */
	if (path == NULL)
		return;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int length = snprintf(line, sizeof line, "%llu %lld\n", (unsigned long long)allocations, (long long)live);
	if (fd >= 0 && length > 0)
		(void)!write(fd, line, (size_t)length);
	if (fd >= 0)
		close(fd);
}
