// SPDX-License-Identifier: BSD-2-Clause
/*
 * The inside of a CARP host. For sim/carp only.
 *
 *      carp_config.c     defaults and what is refused
 *      carp_election.h   decisions and lengths of time, pure
 *      carp_host.c       the state machine and the receive checks
 *      carp_control.c    settings while it runs
 *      carp_transmit.c   advertisements, announcements, ownership of addresses
 *      carp_records.c    words and kinds of record
 */
#ifndef VL_CARP_PARTS_H
#define VL_CARP_PARTS_H

#include "sim/base/label.h"
#include "sim/base/prng.h"
#include "sim/carp/carp_host.h"

struct carp_host {
	struct carp_config config;              /* .password points to the copy below */
	char password[CARP_PASSWORD + 1];
	struct stack *stack;
	struct outbox *outbox;
	struct labels names;                    /* one for each id it ever had: records point to them */
	const char *name;
	struct prng ids;                        /* of IP headers */
	enum carp_state state;
	bool started;                           /* between startup and shutdown of the box */
	uint64_t counter;                       /* of the next advertisement */
	/* timers; VL_NEVER: not armed */
	vl_time begin_at;                       /* init: the initial wait is over */
	vl_time master_down_at;                 /* backup: no master was heard until then */
	vl_time advert_at;                      /* master: next advertisement */
	vl_time repeat_at;                      /* master: second burst of announcements */
	uint64_t dropped[CARP_DROP_COUNT];
	uint64_t sent;
};

struct ip_addr carp_source(const struct carp_host *h);

/* carp_host.c. Init to backup when the interface is there; to init from anywhere. */
void carp_begin(struct carp_host *h, enum carp_reason why, vl_time now);
void carp_leave(struct carp_host *h, enum carp_reason why, vl_time now);
/* Back to listening, from master or in backup, without a word. */
void carp_listen(struct carp_host *h, vl_time now);
/* advbase or advskew are new: the timer that runs follows. */
void carp_pace_changed(struct carp_host *h, vl_time now);
/* False: no memory. */
bool carp_name_set(struct carp_host *h, uint8_t vhid);

/* carp_transmit.c */
void carp_send_advert(struct carp_host *h, uint8_t advbase, uint8_t advskew);
void carp_own(struct carp_host *h);
void carp_disown(struct carp_host *h);
void carp_announce(struct carp_host *h, unsigned rounds, vl_time now);

#endif
