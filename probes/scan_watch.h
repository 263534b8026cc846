// SPDX-License-Identifier: BSD-2-Clause
/*
 * What changes while a scan goes on, a line each, in arpwatch's words:
 *
 *   new id              an ID that was not heard before
 *   new sender          a router that was not heard before under this ID
 *   changed addresses   it advertises other addresses
 *   silent              it was not heard for three of its intervals, or said goodbye (priority 0)
 *   heard again         after it was silent
 *   flip flop           the active role went back to a router that had it before
 *   conflict begins     a conflict, proved or suspected
 *   conflict ends       nothing showed it any more
 *
 * As lines of text, or (-f jsonl) an object a line. Looks at the judge ten times a second, so that a thousand routers
 * cost no more than one; the time of a line is when the thing happened, not when it was looked at.
 */
#ifndef VL_PROBES_SCAN_WATCH_H
#define VL_PROBES_SCAN_WATCH_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/base/time.h"

struct scan;
struct scan_watch;

/* NULL: out of memory. `out` is flushed after each look. */
struct scan_watch *scan_watch_new(FILE *out, bool as_json);
void scan_watch_free(struct scan_watch *w);
/* Cheap when the last look was less than a tenth of a second ago. */
void scan_watch_look(struct scan_watch *w, const struct scan *s, vl_time now);
/* The last look: what the judge found at the end, and nothing about silence that is only the end. */
void scan_watch_end(struct scan_watch *w, const struct scan *s, vl_time now);

#endif
