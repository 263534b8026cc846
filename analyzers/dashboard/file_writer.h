// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files that `e` and `W` write. A session that gave up every privilege before it read the first frame can open none any
 * more: a process that was forked before that writes for it. What such a session asks for is not trusted: it may name new
 * files viplab-... in the folder where the program was started, and the one settings file that was named at the fork.
 */
#ifndef VL_DASHBOARD_FILE_WRITER_H
#define VL_DASHBOARD_FILE_WRITER_H

#include <stdbool.h>
#include <stddef.h>

struct file_writer;

/* `settings` is the path of the settings file, or NULL: there is none. `apart`: in a process of its own, which holds no
 * capability and ends when the writer is closed. NULL: errno. */
struct file_writer *file_writer_open(const char *settings, bool apart);
void file_writer_close(struct file_writer *w);
/* What must stay writable behind the lock; -1: nothing. */
int file_writer_descriptor(const struct file_writer *w);

/* A new file of that name: never over one that is there. Returns 0 or an errno. */
int file_writer_export(struct file_writer *w, const char *name, const char *bytes, size_t length);
/* The settings file, whole: written beside it, then renamed; its folder is made when it is not there. */
int file_writer_settings(struct file_writer *w, const char *bytes, size_t length);

#endif
