// SPDX-License-Identifier: BSD-2-Clause
/* The vocabulary of the NLB host: states, why they change, why heartbeats are refused, and their records. */
#ifndef VL_VENDORS_NLB_RECORDS_H
#define VL_VENDORS_NLB_RECORDS_H

#include "sim/base/record.h"

#define NLB_STATES(X)                                           \
	X(NLB_STOPPED, "stopped")                               \
	X(NLB_CONVERGING, "converging")                         \
	X(NLB_DRAINING, "draining")                             \
	X(NLB_CONVERGED, "converged")

#define NLB_REASONS(X)                                                          \
	X(NLB_WHY_STARTUP, "startup")                                           \
	X(NLB_WHY_JOINED, "a host is heard")                                    \
	X(NLB_WHY_LOST, "a host is heard no more")                              \
	X(NLB_WHY_DRAIN, "a host drains, or does so no more")                   \
	X(NLB_WHY_AGREED, "all hosts agree")                                    \
	X(NLB_WHY_SHUTDOWN, "shutdown")

#define NLB_DROPS(X)                                                            \
	X(NLB_DROP_CLUSTER, "heartbeat of another cluster")                     \
	X(NLB_DROP_OWN_ID, "another host with our number")                      \
	X(NLB_DROP_UNREAD, "heartbeat not understood")

#define X(constant, text) constant,
enum nlb_state { NLB_STATES(X) NLB_STATE_COUNT };
enum nlb_reason { NLB_REASONS(X) NLB_REASON_COUNT };
enum nlb_drop { NLB_DROPS(X) NLB_DROP_COUNT };
#undef X

const char *nlb_state_text(enum nlb_state state);
const char *nlb_reason_text(enum nlb_reason why);
const char *nlb_drop_text(enum nlb_drop why);

/* "nlb.state": Notice. `members` are the hosts of the map that is in use, a bit each from host 1; `bins` how many
 * of it are this host's. */
extern const struct record_kind NLB_STATE_KIND;
enum nlb_state_field {
	NLB_STATE_HOST, NLB_STATE_INTERFACE, NLB_STATE_FROM, NLB_STATE_TO, NLB_STATE_WHY, NLB_STATE_MEMBERS,
	NLB_STATE_BINS,
};

/* "nlb.drop": Trace, every heartbeat refused. */
extern const struct record_kind NLB_DROP_KIND;
enum nlb_drop_field {
	NLB_DROP_OF_HOST, NLB_DROP_ON, NLB_DROP_WHY, NLB_DROP_SEEN, NLB_DROP_CLUSTER_IP, NLB_DROP_MAC,
};

#endif
