// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the ClusterXL member: states, why they change, why messages are refused, and their records. */
#ifndef VL_VENDORS_CLUSTERXL_RECORDS_H
#define VL_VENDORS_CLUSTERXL_RECORDS_H

#include "sim/base/record.h"

#define CLUSTERXL_STATES(X)                                     \
	X(CLUSTERXL_DOWN, "down")                               \
	X(CLUSTERXL_INIT, "init")                               \
	X(CLUSTERXL_STANDBY, "standby")                         \
	X(CLUSTERXL_READY, "ready")                             \
	X(CLUSTERXL_ACTIVE, "active")

#define CLUSTERXL_REASONS(X)                                                    \
	X(CLUSTERXL_WHY_STARTUP, "startup")                                     \
	X(CLUSTERXL_WHY_NOBODY, "no member is active")                          \
	X(CLUSTERXL_WHY_ACTIVE_THERE, "another member is active")               \
	X(CLUSTERXL_WHY_LOWER_ID, "a member with a lower number is active, too") \
	X(CLUSTERXL_WHY_PRIORITY, "higher priority than the active member")     \
	X(CLUSTERXL_WHY_INTERFACE, "an interface is down here and not there")   \
	X(CLUSTERXL_WHY_VERSION, "a member with an older version is there")     \
	X(CLUSTERXL_WHY_SHUTDOWN, "shutdown")                                   \
	X(CLUSTERXL_WHY_RECONFIGURED, "reconfigured")

#define CLUSTERXL_DROPS(X)                                                      \
	X(CLUSTERXL_DROP_MAGIC, "another magic number")                         \
	X(CLUSTERXL_DROP_CLUSTER, "another cluster with our magic number")      \
	X(CLUSTERXL_DROP_OWN_ID, "another member with our number")              \
	X(CLUSTERXL_DROP_TWO_IDS, "two members with one number")                \
	X(CLUSTERXL_DROP_PEER, "not from a peer")                               \
	X(CLUSTERXL_DROP_UNREAD, "message not understood")

#define X(constant, text) constant,
enum clusterxl_state { CLUSTERXL_STATES(X) CLUSTERXL_STATE_COUNT };
enum clusterxl_reason { CLUSTERXL_REASONS(X) CLUSTERXL_REASON_COUNT };
enum clusterxl_drop { CLUSTERXL_DROPS(X) CLUSTERXL_DROP_COUNT };
#undef X

const char *clusterxl_state_text(enum clusterxl_state state);
const char *clusterxl_reason_text(enum clusterxl_reason why);
const char *clusterxl_drop_text(enum clusterxl_drop why);

/* "clusterxl.state": Notice; one for each interface with cluster addresses. */
extern const struct record_kind CLUSTERXL_STATE_KIND;
enum clusterxl_state_field {
	CLUSTERXL_STATE_MAGIC, CLUSTERXL_STATE_INTERFACE, CLUSTERXL_STATE_FROM, CLUSTERXL_STATE_TO,
	CLUSTERXL_STATE_WHY, CLUSTERXL_STATE_MEMBER,
};

/* "clusterxl.drop": Trace, every message refused. Of one with our number or magic number that is not ours, once a
 * second at most, "clusterxl.foreign" (warn), which is the product's own line:
 * "This is an illegal configuration. Each cluster should be connected to another set of switches/hubs." */
extern const struct record_kind CLUSTERXL_DROP_KIND;
extern const struct record_kind CLUSTERXL_FOREIGN_KIND;
enum clusterxl_drop_field {
	CLUSTERXL_DROP_OF_MAGIC, CLUSTERXL_DROP_ON, CLUSTERXL_DROP_WHY, CLUSTERXL_DROP_CLUSTER_SEEN,
	CLUSTERXL_DROP_MEMBER_SEEN, CLUSTERXL_DROP_MAC,
};

#endif
