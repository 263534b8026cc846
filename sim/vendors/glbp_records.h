// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the GLBP engine: states of gateways and forwarders, why they change, drops, and their records. */
#ifndef VL_VENDORS_GLBP_RECORDS_H
#define VL_VENDORS_GLBP_RECORDS_H

#include "sim/base/record.h"

/* Of the virtual gateway; a forwarder is in listen or active, and initial before it is known. `disabled` in
 * `show glbp` is initial here. */
#define GLBP_GROUP_STATES(X)                            \
	X(GLBP_GROUP_INITIAL, "initial")                \
	X(GLBP_GROUP_LISTEN, "listen")                  \
	X(GLBP_GROUP_SPEAK, "speak")                    \
	X(GLBP_GROUP_STANDBY, "standby")                \
	X(GLBP_GROUP_ACTIVE, "active")

#define GLBP_REASONS(X)                                                         \
	X(GLBP_WHY_STARTUP, "startup")                                          \
	X(GLBP_WHY_INTERFACE_UP, "interface up")                                \
	X(GLBP_WHY_INTERFACE_DOWN, "interface down")                            \
	X(GLBP_WHY_SHUTDOWN, "shutdown")                                        \
	X(GLBP_WHY_RECONFIGURED, "reconfigured")                                \
	X(GLBP_WHY_ACTIVE_SILENT, "Active silent")                              \
	X(GLBP_WHY_STANDBY_SILENT, "Standby silent")                            \
	X(GLBP_WHY_ELECTED, "nobody better spoke")                              \
	X(GLBP_WHY_NO_ACTIVE, "there is no Active")                             \
	X(GLBP_WHY_BETTER_SPEAKS, "a better router speaks")                     \
	X(GLBP_WHY_BETTER_STANDBY, "a better router is Standby")                \
	X(GLBP_WHY_LOWER_STANDBY, "the Standby is no better")                   \
	X(GLBP_WHY_PREEMPTED, "preempting a lower Active")                      \
	X(GLBP_WHY_BETTER_ACTIVE, "a better router is Active")                  \
	X(GLBP_WHY_RESIGN, "the Active resigned")                               \
	X(GLBP_WHY_ASSIGNED, "assigned by the AVG")                             \
	X(GLBP_WHY_HEARD, "heard of")                                           \
	X(GLBP_WHY_TIMEOUT, "nobody uses its MAC any more")

/* In the order of the checks. */
#define GLBP_DROPS(X)                                                           \
	X(GLBP_DROP_NONE, "accepted")                                           \
	X(GLBP_DROP_OTHER_GROUP, "another group")                               \
	X(GLBP_DROP_NOT_RUNNING, "not running")                                 \
	X(GLBP_DROP_OWN_ADDRESS, "from our own address")                        \
	X(GLBP_DROP_AUTH, "authentication differs")                             \
	X(GLBP_DROP_STATE, "no such opcode or state")

#define X(constant, text) constant,
enum glbp_group_state { GLBP_GROUP_STATES(X) GLBP_GROUP_STATE_COUNT };
enum glbp_reason { GLBP_REASONS(X) GLBP_REASON_COUNT };
enum glbp_drop { GLBP_DROPS(X) GLBP_DROP_COUNT };
#undef X

const char *glbp_group_state_text(enum glbp_group_state state);
const char *glbp_reason_text(enum glbp_reason why);
const char *glbp_drop_text(enum glbp_drop why);

/* "glbp.state": Notice, of the virtual gateway. Sender is "-" when no message caused it. IOS: %GLBP-6-STATECHANGE:
 * FastEthernet0/0 Grp 1 state Standby -> Active. */
extern const struct record_kind GLBP_STATE_KIND;
enum glbp_state_field {
	GLBP_STATE_GROUP, GLBP_STATE_INTERFACE, GLBP_STATE_FROM, GLBP_STATE_TO, GLBP_STATE_WHY, GLBP_STATE_PRIORITY,
	GLBP_STATE_SENDER,
};

/* "glbp.forwarder": Notice, of one forwarder. IOS: %GLBP-6-FWDSTATECHANGE: FastEthernet0/0 Grp 1 Fwd 2 state Listen ->
 * Active. */
extern const struct record_kind GLBP_FORWARDER_KIND;
enum glbp_forwarder_field {
	GLBP_FORWARDER_GROUP, GLBP_FORWARDER_INTERFACE, GLBP_FORWARDER_NUMBER, GLBP_FORWARDER_FROM, GLBP_FORWARDER_TO,
	GLBP_FORWARDER_WHY, GLBP_FORWARDER_MAC, GLBP_FORWARDER_SENDER,
};

/* "glbp.redirect": Info, on the AVG: hosts are told (use: yes) or not told any more of a forwarder whose owner is gone. */
extern const struct record_kind GLBP_REDIRECT_KIND;
enum glbp_redirect_field {
	GLBP_REDIRECT_GROUP, GLBP_REDIRECT_INTERFACE, GLBP_REDIRECT_NUMBER, GLBP_REDIRECT_MAC, GLBP_REDIRECT_USE,
};

/* "glbp.weight": Info, the weighting follows tracked objects. */
extern const struct record_kind GLBP_WEIGHT_KIND;
enum glbp_weight_field {
	GLBP_WEIGHT_GROUP, GLBP_WEIGHT_INTERFACE, GLBP_WEIGHT_WEIGHT, GLBP_WEIGHT_SUFFICIENT,
};

/* "glbp.drop": trace, every drop but those of another group. "glbp.bad-auth": warn, the first of them and then one in
 * glbp_group_config.log_interval. IOS: %GLBP-4-BADAUTH: Bad authentication received from 192.0.2.3, group 1. */
extern const struct record_kind GLBP_DROP_KIND;
extern const struct record_kind GLBP_BAD_AUTH_KIND;
enum glbp_drop_field {
	GLBP_DROP_GROUP, GLBP_DROP_INTERFACE, GLBP_DROP_WHY, GLBP_DROP_SENDER, GLBP_DROP_MAC,
};

/* "glbp.different-vip": warn, as HSRP's. IOS: %GLBP-4-DIFFVIP1. */
extern const struct record_kind GLBP_DIFFERENT_VIP_KIND;
enum glbp_different_vip_field {
	GLBP_VIP_GROUP, GLBP_VIP_INTERFACE, GLBP_VIP_SENDER, GLBP_VIP_MAC, GLBP_VIP_THEIRS, GLBP_VIP_OURS,
};

#endif
