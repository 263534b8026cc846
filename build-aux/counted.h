// SPDX-License-Identifier: BSD-2-Clause
/*
 * Seen first by every file of a build that counts what tests reach (VARIANT=cov): a process that ends by _exit, as the
 * parents of a live run do, writes its counters, too.
 */
#ifndef VL_COUNTED_H
#define VL_COUNTED_H

/* Declared here, because unistd.h would bring its names into files that do without it. */
void _exit(int status) __attribute__((noreturn));
void __gcov_dump(void);

static inline __attribute__((noreturn)) void counted_exit(int status)
{
	__gcov_dump();
	_exit(status);
}

#define _exit counted_exit

#endif
