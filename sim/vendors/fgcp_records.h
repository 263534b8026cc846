// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the FGCP unit: states, why they change, why heartbeats are refused, and their records. */
#ifndef VL_VENDORS_FGCP_RECORDS_H
#define VL_VENDORS_FGCP_RECORDS_H

#include "sim/base/record.h"

#define FGCP_STATES(X)                                  \
	X(FGCP_HELLO, "hello")                          \
	X(FGCP_SUBORDINATE, "subordinate")              \
	X(FGCP_PRIMARY, "primary")

#define FGCP_REASONS(X)                                                         \
	X(FGCP_WHY_ALONE, "no other unit is heard")                             \
	X(FGCP_WHY_MONITORED, "monitored interfaces that are up")               \
	X(FGCP_WHY_AGE, "age")                                                  \
	X(FGCP_WHY_PRIORITY, "priority")                                        \
	X(FGCP_WHY_SERIAL, "serial number")                                     \
	X(FGCP_WHY_SHUTDOWN, "shutdown")                                        \
	X(FGCP_WHY_RECONFIGURED, "reconfigured")

#define FGCP_DROPS(X)                                                           \
	X(FGCP_DROP_GROUP, "heartbeat of another group")                        \
	X(FGCP_DROP_KEY, "heartbeat with another group name or password")       \
	X(FGCP_DROP_UNREAD, "heartbeat not understood")                         \
	X(FGCP_DROP_INTERFACE, "heartbeat on an interface that takes none")     \
	X(FGCP_DROP_FULL, "more units than a cluster has")

#define X(constant, text) constant,
enum fgcp_state { FGCP_STATES(X) FGCP_STATE_COUNT };
enum fgcp_reason { FGCP_REASONS(X) FGCP_REASON_COUNT };
enum fgcp_drop { FGCP_DROPS(X) FGCP_DROP_COUNT };
#undef X

const char *fgcp_state_text(enum fgcp_state state);
const char *fgcp_reason_text(enum fgcp_reason why);
const char *fgcp_drop_text(enum fgcp_drop why);

/* "fgcp.state": Notice; one for each interface with addresses, with the MAC that it has from now on. */
extern const struct record_kind FGCP_STATE_KIND;
enum fgcp_state_field {
	FGCP_STATE_GROUP, FGCP_STATE_INTERFACE, FGCP_STATE_FROM, FGCP_STATE_TO, FGCP_STATE_WHY, FGCP_STATE_MAC,
};

/* "fgcp.drop": Trace, every heartbeat refused. */
extern const struct record_kind FGCP_DROP_KIND;
enum fgcp_drop_field {
	FGCP_DROP_OF_GROUP, FGCP_DROP_ON, FGCP_DROP_WHY, FGCP_DROP_MAC,
};

/* "fgcp.unit": Notice; a unit of the cluster is heard, or no more. */
extern const struct record_kind FGCP_UNIT_KIND;
enum fgcp_unit_field {
	FGCP_UNIT_GROUP, FGCP_UNIT_SERIAL, FGCP_UNIT_WHAT,
};

#endif
