// SPDX-License-Identifier: BSD-2-Clause
/*
 * The engine contract. Time and bytes come down as arguments; frames and facts go up as values.
 *
 * An engine promises: it reads no clock, opens nothing, prints nothing; it allocates when configured and
 * works from bounded tables afterwards; malformed input is ordinary (a named reason and a counter).
 * Its driver promises: `now` never decreases; it polls until nothing comes after every startup, shutdown,
 * input, timeout and control, in that order of things at one instant: deliveries, timeouts, then the
 * order of insertion.
 *
 * struct engine is how a driver (world, live loop) holds any of them.
 */
#ifndef VL_BASE_ENGINE_H
#define VL_BASE_ENGINE_H

#include <stdbool.h>

#include "sim/base/frame.h"
#include "sim/base/record.h"
#include "sim/base/status.h"
#include "sim/base/time.h"

/* What comes out of an engine, in order. */
enum engine_out_type {
	OUT_FRAME,
	OUT_RECORD,
};

struct engine_out {
	enum engine_out_type type;
	unsigned port;                  /* OUT_FRAME: which of the engine's ports, from 0 */
	struct frame *frame;            /* OUT_FRAME: the reference goes to the caller */
	struct record record;           /* OUT_RECORD: node and sequence are filled in by the caller */
};

enum command_verb {
	COMMAND_LINK,                   /* port: carrier up or down (.value.flag) */
	COMMAND_TRACK,                  /* field: name of a tracked object; up or down (.value.flag) */
	COMMAND_SET,                    /* field: configuration field by path ("ha.id"); .value */
	COMMAND_PING,                   /* start or stop echo requests: .ping */
	/* The machine stood still for a while: others may have taken over. Nothing is said before the longest time that
	 * an Active may be silent (Active_Down_Interval) has been listened for. */
	COMMAND_LISTEN,
};

struct ping_order {
	struct ip_addr target;
	vl_time every;                  /* between requests; 0 stops the pings to that target */
	uint64_t count;                 /* how many; 0: until stopped */
	vl_time timeout;                /* an answer later than this is a loss */
};

/* A typed wish. Timeline steps, faults, a control socket and keys all come through here; a refusal has a
 * reason, and what was accepted is recorded by the engine. Strings are borrowed for the call. */
struct command {
	enum command_verb verb;
	unsigned port;
	const char *field;
	enum value_type type;           /* of .value */
	union value value;
	struct ping_order ping;
};

struct engine_ops {
	const char *name;               /* what kind of engine, for messages */
	void (*startup)(void *self, vl_time now);
	void (*shutdown)(void *self, vl_time now);      /* politely: what it says goodbye with is polled */
	void (*input)(void *self, unsigned port, struct frame *f, vl_time now); /* f is borrowed */
	void (*timeout)(void *self, vl_time now);       /* early calls do nothing; then deadline > now */
	vl_time (*deadline)(const void *self);          /* the earliest armed timer, or VL_NEVER */
	bool (*poll)(void *self, struct engine_out *out);
	struct vl_status (*control)(void *self, const struct command *command, vl_time now);
	void (*free)(void *self);
};

struct engine {
	const struct engine_ops *ops;
	void *self;
};

#endif
