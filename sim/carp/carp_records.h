// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the CARP engine: states, why they change, why packets are dropped, and their records. */
#ifndef VL_CARP_CARP_RECORDS_H
#define VL_CARP_CARP_RECORDS_H

#include "sim/base/record.h"

#define CARP_STATES(X)                          \
	X(CARP_INIT, "init")                    \
	X(CARP_BACKUP, "backup")                \
	X(CARP_MASTER, "master")

#define CARP_REASONS(X)                                                         \
	X(CARP_WHY_STARTUP, "startup")                                          \
	X(CARP_WHY_MASTER_DOWN, "master silent")                                \
	X(CARP_WHY_PREEMPTED, "preempting a slower master")                     \
	X(CARP_WHY_TOO_SLOW, "master too slow to be heard in time")             \
	X(CARP_WHY_PREFERRED, "preferred master advertised")                    \
	X(CARP_WHY_SHUTDOWN, "shutdown")                                        \
	X(CARP_WHY_INTERFACE_DOWN, "interface down")                            \
	X(CARP_WHY_INTERFACE_UP, "interface up")                                \
	X(CARP_WHY_RECONFIGURED, "reconfigured")                                \
	X(CARP_WHY_STOOD_STILL, "stood still")

/* In the order of the checks (ucarp's, but the id first: another one is none of our business). */
#define CARP_DROPS(X)                                                           \
	X(CARP_DROP_NONE, "accepted")                                           \
	X(CARP_DROP_OTHER_VHID, "another virtual host")                         \
	X(CARP_DROP_NOT_RUNNING, "not running")                                 \
	X(CARP_DROP_NOT_CARP, "VRRP message on this id")                        \
	X(CARP_DROP_SHORT, "truncated")                                         \
	X(CARP_DROP_TTL, "TTL or hop limit is not 255")                         \
	X(CARP_DROP_VERSION, "version is not 2")                                \
	X(CARP_DROP_CHECKSUM, "checksum does not match")                        \
	X(CARP_DROP_DIGEST, "bad digest: id, password or addresses differ")

#define X(constant, text) constant,
enum carp_state { CARP_STATES(X) CARP_STATE_COUNT };
enum carp_reason { CARP_REASONS(X) CARP_REASON_COUNT };
enum carp_drop { CARP_DROPS(X) CARP_DROP_COUNT };
#undef X

const char *carp_state_text(enum carp_state state);
const char *carp_reason_text(enum carp_reason why);
const char *carp_drop_text(enum carp_drop why);

/* "carp.state": Notice. Sender is "-" when no packet caused it. */
extern const struct record_kind CARP_STATE_KIND;
enum carp_state_field {
	CARP_STATE_VHID, CARP_STATE_INTERFACE, CARP_STATE_FROM, CARP_STATE_TO, CARP_STATE_WHY,
	CARP_STATE_ADVBASE, CARP_STATE_ADVSKEW, CARP_STATE_SENDER,
};

/* "carp.drop": every drop but those of another virtual host. Trace, and warn for a bad digest, which is
 * the one that ucarp logs in words ("carp.bad-digest", same fields). */
extern const struct record_kind CARP_DROP_KIND;
extern const struct record_kind CARP_BAD_DIGEST_KIND;
enum carp_drop_field {
	CARP_DROP_VHID, CARP_DROP_INTERFACE, CARP_DROP_WHY, CARP_DROP_SENDER, CARP_DROP_MAC,
	/* not printed, for readers that speak a vendor's words (sim/vendors): numbers of the packet */
	CARP_DROP_TTL_SEEN, CARP_DROP_VERSION_SEEN, CARP_DROP_LENGTH_SEEN,
};

/* "carp.reassert": a less preferred master was heard, addresses are announced again. Warn. */
extern const struct record_kind CARP_REASSERT_KIND;
enum carp_reassert_field {
	CARP_REASSERT_VHID, CARP_REASSERT_INTERFACE, CARP_REASSERT_SENDER, CARP_REASSERT_MAC,
};

#endif
