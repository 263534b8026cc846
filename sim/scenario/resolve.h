// SPDX-License-Identifier: BSD-2-Clause
/*
 * From what was written to what it means: names become indexes, addresses get their prefix length, ports and
 * MACs are dealt out, windows get their ends; and everything that cannot be is reported. Works on a scenario
 * that reader_section has filled in, also one with mistakes: what was not understood is passed over, so that
 * the other mistakes are found in the same reading.
 */
#ifndef VL_SCENARIO_RESOLVE_H
#define VL_SCENARIO_RESOLVE_H

#include "sim/scenario/kinds.h"
#include "sim/scenario/reader.h"

#define RESOLVE_NOWHERE UINT32_MAX      /* index of a name that refers to nothing */

/* All of it, in order. */
void resolve(struct reader *r, struct scenario *s);

/* The parts. */
void resolve_names(struct reader *r, struct scenario *s);
void resolve_interfaces(struct reader *r, struct scenario *s);  /* and segments */
void resolve_redundancy(struct reader *r, struct scenario *s);  /* vrrp, carp, ha, gateway */
void resolve_clusters(struct reader *r, struct scenario *s);    /* fgcp, clusterxl, nlb */
void resolve_traffic(struct reader *r, struct scenario *s);     /* serves, clients, nat, and traces */
void resolve_steps(struct reader *r, struct scenario *s);
void resolve_setting(struct reader *r, struct scenario *s, struct scenario_setting *setting);
void resolve_expectations(struct reader *r, struct scenario *s);

/* resolve_redundancy.c. Addresses of a group: each once, nobody else's, on a network unless the interface was named. */
void resolve_vips(struct reader *r, const struct scenario *s, const struct scenario_node *n,
		  const struct scenario_ips *vip, bool named, size_t most, struct scenario_place at);
/* The interface of that name, or else on whose net the first of them is; RESOLVE_NOWHERE. */
unsigned resolve_interface_of(struct reader *r, const struct scenario *s, const struct scenario_node *n,
			      const char *const *name, const struct scenario_ips *vip, struct scenario_place at);

/* resolve_services.c; likewise */
void resolve_services(struct reader *r, const struct scenario *s, const struct scenario_node *n, const struct kind *kind);

/* resolve_fhrp.c; a kind that is not known has no name */
void resolve_fhrp(struct reader *r, const struct scenario *s, struct scenario_node *n, const struct kind *kind);

/* resolve_faults.c */
void resolve_trunks(struct reader *r, struct scenario *s);      /* domains, and networks that joined segments share */
void resolve_fault(struct reader *r, const struct scenario *s, struct scenario_step *step);

/* resolve_traffic.c: the index of a service of the node by name, or -1, which is reported with the verb. */
int resolve_service_named(struct reader *r, const struct scenario_node *n, const char *name, struct scenario_place at,
			  const char *verb);

/* What a name refers to, NULL when that is not known. */
struct scenario_node *resolve_node(const struct scenario *s, const struct scenario_name *name);
struct scenario_segment *resolve_segment(const struct scenario *s, const struct scenario_name *name);

/* The interface of a node by name, or RESOLVE_NOWHERE, which is reported. */
unsigned resolve_interface_named(struct reader *r, const struct scenario_node *n, const char *name,
				 struct scenario_place at);

/* True when both are units of one FortiGate cluster: one group, and heartbeats by one segment. Their addresses are the
 * same on purpose. */
bool resolve_same_fgcp(const struct scenario *s, const struct scenario_node *a, const struct scenario_node *b);

/* The first moment at which a node runs, by its `start` and the timeline's; VL_NEVER: never. */
vl_time resolve_start(const struct scenario *s, const struct scenario_node *n);

/* True when a step sets the vrid, vhid or HA id of the node (NULL: of any) to this: an id that it has later. */
bool resolve_timeline_sets_id(const struct scenario *s, const struct scenario_node *n, uint64_t id);

/* A time as it would be written, for messages. */
const char *resolve_time(struct reader *r, vl_time t);

#endif
