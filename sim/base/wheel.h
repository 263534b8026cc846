// SPDX-License-Identifier: BSD-2-Clause
/*
 * A timing wheel: many timers, most of which are put off again and again before they come up (connections, TCP
 * retransmissions, persistence entries). Setting a timer costs nothing when it only moves later; nothing is scanned.
 *
 * The wheel holds indexes of the caller's array, linked through a struct wheel_link in each element. It is lazy: it
 * knows of a timer only the slot in which to look at it next. wheel_take hands out elements whose slot has come; the
 * caller looks at the moment that it keeps itself, and when that is later sets the timer again:
 *
 *      while ((i = wheel_take(&w, now)) != WHEEL_NONE)
 *              if (element[i].at > now)
 *                      wheel_set(&w, i, element[i].at);
 *              else
 *                      ... its time has come
 *
 * A timer comes up never before its moment and at the first tick behind it at the latest. Timers of one slot come in
 * the order in which they were set.
 */
#ifndef VL_BASE_WHEEL_H
#define VL_BASE_WHEEL_H

#include "sim/base/time.h"

#define WHEEL_LEVELS 3
#define WHEEL_SLOTS 256
#define WHEEL_NONE UINT32_MAX
#define WHEEL_TICK_BITS 20              /* a tick of 2^20 ns, about a millisecond */

struct wheel_link {
	uint32_t next, prev;            /* a ring; meaningless outside */
	uint32_t slot;                  /* 1 + level * WHEEL_SLOTS + slot; 0: not in the wheel (zeroed memory) */
};

struct wheel {
	uint8_t *links;                 /* the link of element 0 */
	size_t stride;                  /* bytes from one link to the next */
	unsigned tick_bits;
	uint64_t tick;                  /* slots up to this tick are done */
	uint64_t next;                  /* no slot comes before this tick; UINT64_MAX: the wheel is empty */
	uint32_t head[WHEEL_LEVELS * WHEEL_SLOTS];      /* 1 + element; 0: empty */
	uint64_t used[WHEEL_LEVELS][WHEEL_SLOTS / 64];
};

/* `links` is the wheel_link inside the first element of an array whose elements are `stride` bytes apart; all of them
 * zeroed. The array is borrowed. tick_bits 0: WHEEL_TICK_BITS. */
void wheel_init(struct wheel *w, struct wheel_link *links, size_t stride, unsigned tick_bits);

/* The timer of element i comes up at `at`. An element that is in already moves only when it must come earlier. */
void wheel_set(struct wheel *w, uint32_t i, vl_time at);
void wheel_remove(struct wheel *w, uint32_t i);         /* also when it is not in */

/* Takes out the next element whose slot has come, or WHEEL_NONE. Behind WHEEL_NONE wheel_deadline > now. */
uint32_t wheel_take(struct wheel *w, vl_time now);
/* When to look next: never later than the first timer, perhaps earlier. VL_NEVER: the wheel is empty. */
vl_time wheel_deadline(const struct wheel *w);

#endif
