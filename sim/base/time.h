// SPDX-License-Identifier: BSD-2-Clause
/*
 * Time as a value. Nothing under sim/ reads a clock: moments come down as arguments.
 * A moment (vl_time) is nanoseconds since the start of the run; a length is nanoseconds too.
 */
#ifndef VL_BASE_TIME_H
#define VL_BASE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t vl_time;

#define VL_NEVER UINT64_MAX              /* a timer that is not armed */
#define VL_US UINT64_C(1000)
#define VL_MS (UINT64_C(1000) * VL_US)
#define VL_S (UINT64_C(1000) * VL_MS)
#define VL_CS (UINT64_C(10) * VL_MS)     /* a centisecond, VRRPv3's unit */

#define VL_TIME_TEXT 32                  /* room for any text of vl_time_format */

static inline vl_time vl_time_min(vl_time a, vl_time b)
{
	return a < b ? a : b;
}

/* The moment `length` after `at`; VL_NEVER stays VL_NEVER and an overflow saturates to it. */
static inline vl_time vl_time_after(vl_time at, vl_time length)
{
	return length > VL_NEVER - at ? VL_NEVER : at + length;
}

/* Writes `t` as seconds with nine decimals ("12.829125000"), "never" for VL_NEVER.
 * Returns `text`, which has room for VL_TIME_TEXT bytes. */
char *vl_time_format(char text[VL_TIME_TEXT], vl_time t);

/* Writes `t` as a person writes a length or a moment: trailing zeros cut, at least three decimals
 * ("12.829125", "30.000"). Returns `text`. */
char *vl_time_format_short(char text[VL_TIME_TEXT], vl_time t);

/* Reads a length of time: a decimal number and one of ns us ms s m h ("500ms", "1.5s", "10m"), or
 * several of them in falling order ("1h30m"). A bare number is refused here (callers that allow it
 * say what it means). False when `text` is not of that form or does not fit. */
bool vl_time_parse(const char *text, vl_time *out);

#endif
