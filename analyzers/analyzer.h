// SPDX-License-Identifier: BSD-2-Clause
/*
 * The contract of passive judges: frames and time go in, findings come out.
 *
 * An analyzer reads no clock, opens nothing, prints nothing. It works from bounded tables allocated when it is
 * made; what it had no room for is counted, never forgotten silently. The same object code judges a simulated
 * segment (frames as the switch accepts them), a capture and a live interface.
 *
 * Its driver promises that time never decreases over frame, advance and finish, and polls after each of them
 * until nothing comes. A finding is given once when it becomes known; after finish it is given again, marked as
 * an update, if its end, subjects or evidence have changed since. One that is over is given again, as an update, when that is seen.
 */
#ifndef VL_ANALYZERS_ANALYZER_H
#define VL_ANALYZERS_ANALYZER_H

#include "analyzers/finding.h"
#include "sim/base/time.h"
#include "sim/wire/packet.h"

/* One frame as an analyzer sees it. All borrowed for the call. */
struct analyzer_frame {
	const struct packet *packet;    /* dissected once for all analyzers */
	uint64_t number;                /* position in the capture, from 1 */
	uint32_t interface;             /* which segment or capture interface, from 0 */
	vl_time at;
	size_t length;                  /* on the wire, before any cutting */
};

struct analyzer_ops {
	const char *name;
	void *(*new)(uint64_t secret);  /* secret keys the hash tables; NULL: no memory */
	void (*free)(void *self);
	void (*frame)(void *self, const struct analyzer_frame *f);
	void (*advance)(void *self, vl_time now);       /* lets time pass without a frame */
	vl_time (*deadline)(const void *self);          /* the next moment advance has something to do */
	void (*finish)(void *self, vl_time now);        /* no more frames: judge what was still open */
	bool (*poll)(void *self, struct finding *out);  /* the next finding; false: none */
};

/* Every analyzer there is: the i-th, NULL behind the last. */
const struct analyzer_ops *analyzer_at(size_t i);

#endif
