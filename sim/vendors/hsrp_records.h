// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the HSRP engine: states, why they change, why messages are dropped, and their records. */
#ifndef VL_VENDORS_HSRP_RECORDS_H
#define VL_VENDORS_HSRP_RECORDS_H

#include "sim/base/record.h"

/* RFC 2281 5.1 and 6. The words are those of `show standby`. */
#define HSRP_GROUP_STATES(X)                            \
	X(HSRP_GROUP_INITIAL, "initial")                \
	X(HSRP_GROUP_LEARN, "learn")                    \
	X(HSRP_GROUP_LISTEN, "listen")                  \
	X(HSRP_GROUP_SPEAK, "speak")                    \
	X(HSRP_GROUP_STANDBY, "standby")                \
	X(HSRP_GROUP_ACTIVE, "active")

#define HSRP_REASONS(X)                                                         \
	X(HSRP_WHY_STARTUP, "startup")                                          \
	X(HSRP_WHY_INTERFACE_UP, "interface up")                                \
	X(HSRP_WHY_INTERFACE_DOWN, "interface down")                            \
	X(HSRP_WHY_SHUTDOWN, "shutdown")                                        \
	X(HSRP_WHY_RECONFIGURED, "reconfigured")                                \
	X(HSRP_WHY_TRACK_DOWN, "tracked object down")                           \
	X(HSRP_WHY_TRACK_UP, "tracked object up")                               \
	X(HSRP_WHY_LEARNED, "address learned from the Active")                  \
	X(HSRP_WHY_ACTIVE_SILENT, "Active silent")                              \
	X(HSRP_WHY_STANDBY_SILENT, "Standby silent")                            \
	X(HSRP_WHY_ELECTED, "nobody better spoke")                              \
	X(HSRP_WHY_NO_ACTIVE, "there is no Active")                             \
	X(HSRP_WHY_BETTER_SPEAKS, "a better router speaks")                     \
	X(HSRP_WHY_BETTER_STANDBY, "a better router is Standby")                \
	X(HSRP_WHY_LOWER_STANDBY, "the Standby is no better")                   \
	X(HSRP_WHY_PREEMPTED, "preempting a lower Active")                      \
	X(HSRP_WHY_BETTER_ACTIVE, "a better router is Active")                  \
	X(HSRP_WHY_COUP, "Coup from a better router")                           \
	X(HSRP_WHY_RESIGN, "the Active resigned")

/* In the order of the checks. */
#define HSRP_DROPS(X)                                                           \
	X(HSRP_DROP_NONE, "accepted")                                           \
	X(HSRP_DROP_OTHER_GROUP, "another group")                               \
	X(HSRP_DROP_NOT_RUNNING, "not running")                                 \
	X(HSRP_DROP_OWN_ADDRESS, "from our own address")                        \
	X(HSRP_DROP_AUTH, "authentication differs")                             \
	X(HSRP_DROP_STATE, "no such opcode or state")                           \
	X(HSRP_DROP_ADDRESS, "virtual address differs")

#define X(constant, text) constant,
enum hsrp_group_state { HSRP_GROUP_STATES(X) HSRP_GROUP_STATE_COUNT };
enum hsrp_reason { HSRP_REASONS(X) HSRP_REASON_COUNT };
enum hsrp_drop { HSRP_DROPS(X) HSRP_DROP_COUNT };
#undef X

const char *hsrp_group_state_text(enum hsrp_group_state state);
const char *hsrp_reason_text(enum hsrp_reason why);
const char *hsrp_drop_text(enum hsrp_drop why);

/* "hsrp.state": Notice. Sender is "-" when no message caused it. IOS: %HSRP-5-STATECHANGE (%STANDBY-6-STATECHANGE
 * in old ones): Vlan1 Grp 1 state Standby -> Active. */
extern const struct record_kind HSRP_STATE_KIND;
enum hsrp_state_field {
	HSRP_STATE_GROUP, HSRP_STATE_INTERFACE, HSRP_STATE_FROM, HSRP_STATE_TO, HSRP_STATE_WHY, HSRP_STATE_PRIORITY,
	HSRP_STATE_SENDER,
};

/* "hsrp.drop": trace, every drop but those of another group. "hsrp.bad-auth": warn, the first of them and then one in
 * hsrp_group_config.log_interval; .state is the sender's. IOS: %HSRP-4-BADAUTH: Bad authentication from 192.0.2.3,
 * group 1, remote state Active. */
extern const struct record_kind HSRP_DROP_KIND;
extern const struct record_kind HSRP_BAD_AUTH_KIND;
enum hsrp_drop_field {
	HSRP_DROP_GROUP, HSRP_DROP_INTERFACE, HSRP_DROP_WHY, HSRP_DROP_SENDER, HSRP_DROP_MAC, HSRP_DROP_REMOTE_STATE,
};

/* "hsrp.different-vip": warn, the Active has another virtual address; as often as a bad authentication. IOS:
 * %HSRP-4-DIFFVIP1: Vlan1 Grp 1 active routers virtual IP address 192.0.2.9 is different to the locally configured
 * address 192.0.2.1. */
extern const struct record_kind HSRP_DIFFERENT_VIP_KIND;
enum hsrp_different_vip_field {
	HSRP_VIP_GROUP, HSRP_VIP_INTERFACE, HSRP_VIP_SENDER, HSRP_VIP_MAC, HSRP_VIP_THEIRS, HSRP_VIP_OURS,
};

/* "hsrp.track": info, the priority follows a tracked object. */
extern const struct record_kind HSRP_TRACK_KIND;
enum hsrp_track_field {
	HSRP_TRACK_GROUP, HSRP_TRACK_INTERFACE, HSRP_TRACK_OBJECT, HSRP_TRACK_UP, HSRP_TRACK_PRIORITY,
};

#endif
