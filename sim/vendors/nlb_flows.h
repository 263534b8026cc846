// SPDX-License-Identifier: BSD-2-Clause
/*
 * The TCP connections that an NLB host has taken: its descriptors. What is in here stays with this host while hosts come and
 * go (nlb_filter.h, honoured). A descriptor is made by a SYN that was accepted and ends with a RST, or 60 s after a FIN
 * ("about 60 s": UNCONFIRMED). When there is no room, connections are taken without one, and lost when their bin moves.
 */
#ifndef VL_VENDORS_NLB_FLOWS_H
#define VL_VENDORS_NLB_FLOWS_H

#include "sim/base/table.h"
#include "sim/base/time.h"
#include "sim/wire/packet.h"

#define NLB_DESCRIPTORS 16384
#define NLB_DESCRIPTOR_TIME (60 * VL_S)

struct nlb_flows {
	struct table flows;
	uint64_t full;                  /* connections that found no room */
};

/* False: no memory. */
bool nlb_flows_init(struct nlb_flows *d, uint64_t secret);
void nlb_flows_fini(struct nlb_flows *d);
void nlb_flows_clear(struct nlb_flows *d);
/* Whether the connection of this TCP segment to the cluster (over IPv4) has one. */
bool nlb_flows_know(const struct nlb_flows *d, const struct packet *p);
/* The segment was taken: makes and ends descriptors. */
void nlb_flows_note(struct nlb_flows *d, const struct packet *p, vl_time now);
/* Forgets those whose time is over, a bounded number of them at a time. */
void nlb_flows_age(struct nlb_flows *d, vl_time now);

#endif
