// SPDX-License-Identifier: BSD-2-Clause
/* Refusals with a reason. */
#include "sim/base/status.h"

#include <stdarg.h>
#include <stdio.h>

struct vl_status vl_status_ok(void)
{
	return (struct vl_status){.code = VL_OK};
}

struct vl_status vl_refuse(enum vl_code code, const char *format, ...)
{
	struct vl_status s = {.code = code};
	va_list args;

	va_start(args, format);
	vsnprintf(s.reason, sizeof s.reason, format, args);
	va_end(args);
	return s;
}
