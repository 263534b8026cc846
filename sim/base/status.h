// SPDX-License-Identifier: BSD-2-Clause
/*
 * The answer of a call that can be refused for a reason a person should read: a code for the program,
 * a sentence for the person. Small enough to return by value.
 */
#ifndef VL_BASE_STATUS_H
#define VL_BASE_STATUS_H

#include <stdbool.h>

enum vl_code {
	VL_OK = 0,
	VL_INVALID,     /* the value is not acceptable; the reason names it and the range */
	VL_UNKNOWN,     /* there is no such field, object or command here */
	VL_STATE,       /* right command, wrong moment */
	VL_FULL,        /* a bounded table has no room */
	VL_NO_MEMORY,
};

struct vl_status {
	enum vl_code code;
	char reason[128];       /* empty when VL_OK */
};

static inline bool vl_ok(const struct vl_status *s)
{
	return s->code == VL_OK;
}

struct vl_status vl_status_ok(void);

/* A refusal with a printf-like reason, cut to fit. */
struct vl_status vl_refuse(enum vl_code code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
