// SPDX-License-Identifier: BSD-2-Clause
/* The mistakes of one script, collected so that all are reported at once, in the order of the file. */
#ifndef VL_SCENARIO_MISTAKES_H
#define VL_SCENARIO_MISTAKES_H

#include "sim/base/suggest.h"
#include "sim/scenario/arena.h"
#include "sim/scenario/scenario.h"

#define MISTAKES_MAX 100                /* more are counted, not kept */

struct mistakes {
	struct arena *memory;
	struct scenario_mistake *item;
	size_t count;
	size_t more;
};

void mistakes_add(struct mistakes *m, struct scenario_place at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with "; did you mean `best'?" when the suggestion found one. */
void mistakes_add_suggesting(struct mistakes *m, struct scenario_place at, const struct suggestion *s,
			     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Sorts by place (the file of `path` first, others behind it by name), drops what was said twice, and says
 * how many more there were. */
void mistakes_sort(struct mistakes *m, const char *path);

/* A copy of a text from a script that is safe to print and not too long: control characters and what is no
 * UTF-8 become "?", the end of a long one becomes "...". */
const char *mistakes_quote(struct mistakes *m, const char *text);

#endif
