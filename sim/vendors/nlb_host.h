// SPDX-License-Identifier: BSD-2-Clause
/*
 * One host of a Microsoft Network Load Balancing cluster, as a part of a box.
 *
 * All hosts have the cluster's address at one MAC; the switch brings every frame to each of them, and each takes those
 * that its filter says are its own (nlb_filter.h): a claim's filter in the stack. The hosts tell each other by heartbeats
 * that they live, and converge on a new map when one comes or goes. What runs on a host is nobody's business: a host
 * with a dead service keeps its share.
 *
 *      unicast         the cluster's MAC 02:bf:A:B:C:D is the interface's; frames leave from 02:HOST:A:B:C:D, so that the
 *                      switch never learns it and floods what goes to it
 *      multicast       the interface keeps its MAC; ARP says 03:bf:A:B:C:D for the cluster's address, and clients must
 *                      believe that (stack_config.group_macs)
 *      igmp            the same with 01:00:5e:7f:C:D, and IGMP reports for 239.255.C.D
 *
 * Sources ("reference": the fact sheets, from Microsoft's documents and Wireshark; "capture": a public one of a
 * running cluster in unicast mode):
 *      ethertype 0x886f, broadcast, once a second, host dead after 5 lost, header, MACs, 1 to 32 hosts, affinities,
 *      drainstop, "other hosts keep serving" while converging                  reference
 *      1510 bytes a frame, version 2.6, numbers in the body from 0, one port rule          capture, Wireshark
 *      convergence under 10 s                                                  reference
 *
 * Guesses (UNCONFIRMED), each a knob or written here: convergence ends when the lowest host has heard all hosts agree
 * for .agree_periods (5) heartbeats and says so; .filter_icmp on (pings go by the rule, key: client and
 * protocol; off: every host answers); all hosts answer ARP for the cluster's address; convergence states 1 converged, 2
 * converging; what stands behind the port rules is the model's own (which hosts this one sees); drainstop has no timeout
 * (a host stays draining until it is stopped or told to go on); IGMP reports every 60 s.
 *
 * TCP connections that a host has taken are its descriptors (nlb_flows.h); everything else is judged packet by packet. Not
 * modelled: port rules other than one for all ports, single-host rules and load weights, remote control, VIPs
 * in several subnets, bidirectional affinity, extended affinity.
 */
#ifndef VL_VENDORS_NLB_HOST_H
#define VL_VENDORS_NLB_HOST_H

#include "sim/node/node_config.h"
#include "sim/vendors/nlb_filter.h"
#include "sim/vendors/nlb_records.h"
#include "sim/wire/nlb.h"

#define NLB_ADDRESSES 16

struct nlb_config {
	unsigned interface;
	uint8_t host;                   /* 1-32, unique in the cluster */
	enum nlb_mode mode;
	struct ip_addr address[NLB_ADDRESSES];  /* IPv4; the first names the cluster and makes its MAC */
	size_t address_count;
	struct nlb_rule rule;           /* .seed 0: made of the cluster's address */
	bool filter_icmp;
	bool drain;                     /* from the start */
	vl_time period;                 /* between heartbeats */
	uint8_t tolerance;              /* so many lost: dead */
	uint8_t agree_periods;
	uint64_t seed;                  /* of the unique host code */
};

/* The defaults above: unicast, affinity single, descriptors honoured; interface, host and addresses are the user's. */
void nlb_config_init(struct nlb_config *c);
/* VL_INVALID with a reason. */
struct vl_status nlb_config_check(const struct nlb_config *c, size_t interfaces);
/* The part of this configuration; `c` is borrowed until node_new has returned. */
struct node_part_config nlb_part(const struct nlb_config *c);

/* --- facts --------------------------------------------------------------------------------------------------- */

struct nlb_host;
enum nlb_state nlb_host_state(const struct nlb_host *h);
const struct nlb_view *nlb_host_view(const struct nlb_host *h);
/* Whether this host takes a flow to the cluster's address, as things are now. */
bool nlb_host_accepts(const struct nlb_host *h, const struct nlb_flow *flow);
uint64_t nlb_host_dropped(const struct nlb_host *h, enum nlb_drop why);

#endif
