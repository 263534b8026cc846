// SPDX-License-Identifier: BSD-2-Clause
/*
 * A scan of wires: interfaces opened, everything given up, then listened to for a while.
 *
 *	scan_live_open          needs privilege; whatever else must be opened is opened by now
 *	scan_live_permit        names what the locked-in process still needs
 *	privilege_drop          (privilege.h)
 *	scan_live_run           the first frame is read here
 *
 * The judge's time is the monotonic clock's since the beginning of listening: a clock that is set meanwhile moves
 * neither it nor the end. Sends nothing, but for --probe (prober.h) and --join (group_join.h).
 */
#ifndef VL_PROBES_SCAN_LIVE_H
#define VL_PROBES_SCAN_LIVE_H

#include "probes/group_join.h"
#include "probes/live_capture.h"
#include "probes/privilege.h"
#include "probes/prober.h"
#include "probes/scan.h"

/* Keeps a frame (-w). False: it could not be kept. */
typedef bool scan_keep(void *context, uint32_t interface, const struct live_frame *f);

struct scan_live {
	struct live_capture *capture[SCAN_INTERFACES];
	bool gone[SCAN_INTERFACES];
	size_t count;
	struct prober *prober;                  /* NULL: --probe was not given */
	struct group_join join[SCAN_INTERFACES];
	size_t join_count;
	int signals;                            /* of the user who has heard enough; -1: not open */
	char source[SCAN_INTERFACES * (LIVE_NAME + 1)];
	scan_keep *keep;                        /* NULL: nobody */
	void *keep_context;
};

/* The interfaces meant when none is named: the only one that is up and no loopback. Fills the options in and says
 * so on `talk`. 0, or the exit status when there is none (3) or a choice (2). */
int scan_live_choose(struct scan_options *o, struct interface *list, size_t count, FILE *talk);
/* 0, or the exit status after saying why on `talk`: 3 could not open, 2 the filter's words are wrong. Close it
 * in any case. */
int scan_live_open(struct scan_live *l, const struct scan_options *o, const struct interface *list, size_t count,
		   FILE *talk);
bool scan_live_permit(const struct scan_live *l, struct privilege_needs *needs);
/* `s` was begun; it is ended here. */
void scan_live_run(struct scan_live *l, struct scan *s, FILE *talk);
void scan_live_close(struct scan_live *l);

#endif
