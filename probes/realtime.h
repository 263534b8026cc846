// SPDX-License-Identifier: BSD-2-Clause
/*
 * Real time: drives any engine with the monotonic clock, its ports on wires. It knows nothing of what the engine is.
 *
 * In each round what the redundancy protocols sent comes first, then timers that are due, then a batch of other
 * frames; what the engine answers leaves in batches. What they sent comes in at the time at which the kernel had it: a
 * process that was kept waiting does not measure its neighbours' silence by its own. An engine that is called later than
 * it asked for is counted. When the process stood still (SIGSTOP, a suspended machine) for longer than REALTIME_PAUSE, the
 * engine is told COMMAND_LISTEN before it is told anything else: what it believed of its neighbours is old.
 *
 * Interfaces may go down and come up, and be given other names and MTUs: the engine is told of carriers. One that is
 * removed is down for good, because the right to open another was given up; the rest goes on.
 */
#ifndef VL_PROBES_REALTIME_H
#define VL_PROBES_REALTIME_H

#include "probes/wire_port.h"
#include "sim/base/engine.h"

#define REALTIME_PORTS 16
#define REALTIME_WATCHES 16
#define REALTIME_PAUSE VL_S
#define REALTIME_LATE (5 * VL_MS)       /* a deadline missed by more counts as late */

/* Somebody else's descriptor, looked at in every round. */
struct realtime_watch {
	int descriptor;                 /* below 0: none */
	short events;                   /* of poll */
	void (*ready)(void *context, short revents, vl_time now);
	void *context;
};

struct realtime_statistics {
	uint64_t rounds;
	uint64_t deadlines;             /* times that the engine was due */
	uint64_t late;                  /* of them, by more than REALTIME_LATE */
	vl_time worst;                  /* the latest of all; pauses do not count */
	uint64_t pauses;
	vl_time paused;                 /* in sum */
};

enum realtime_end {
	REALTIME_UNTIL,                 /* its time was over */
	REALTIME_STOPPED,               /* `enough` said so */
	REALTIME_ALONE,                 /* every interface was removed */
};

struct realtime {
	struct engine engine;           /* borrowed; started by the caller, at time 0 */
	struct frame_pool *pool;        /* the engine's */
	struct wire_port *port[REALTIME_PORTS]; /* by the engine's ports; borrowed */
	size_t port_count;
	int links;                      /* link_watch_open's; -1: nobody watches */
	int timer;                      /* realtime_timer's: poll itself knows milliseconds only */
	vl_time until;                  /* it ends there; VL_NEVER: it does not by itself */
	struct realtime_watch watch[REALTIME_WATCHES];
	size_t watch_count;
	void *context;                  /* of the calls below; each may be NULL */
	bool (*enough)(void *context);  /* asked every round */
	/* What happens to the wires, as a record: of the kinds below, its time filled in. */
	void (*tell)(void *context, const struct record *r);
	/* An urgent frame (wire_is_urgent) leaves through a port: its interface is up and it may transmit. */
	void (*leaves)(void *context, unsigned port, const struct frame *f, vl_time now);

	struct realtime_statistics statistics;
	/* its own */
	uint64_t start;                 /* monotonic clock at time 0 */
	uint64_t asleep;                /* how far the clock that counts suspends is ahead of it */
	vl_time now;
	vl_time told;                   /* the engine's last time */
	struct engine_out said;         /* too large to be made anew for every frame */
	bool dead[REALTIME_PORTS];
};

/* A descriptor to be closed by the caller; -1: errno says why. */
int realtime_timer(void);
/* Sets time 0 to now. */
void realtime_begin(struct realtime *t);
/* The time since; it never goes back. */
vl_time realtime_now(struct realtime *t);
enum realtime_end realtime_run(struct realtime *t);
/* Sends what the engine still has to say, as far as the kernel takes it within `most`. */
void realtime_drain(struct realtime *t, vl_time most);

extern const struct record_kind WIRE_LINK_KIND;         /* "wire.link": interface what */
extern const struct record_kind WIRE_NAME_KIND;         /* "wire.name": interface old */
extern const struct record_kind WIRE_MTU_KIND;          /* "wire.mtu": interface mtu */
extern const struct record_kind WIRE_PAUSE_KIND;        /* "wire.pause": length what */

#endif
