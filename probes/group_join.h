// SPDX-License-Identifier: BSD-2-Clause
/*
 * Joins the multicast groups of the redundancy protocols on an interface, so that a switch that snoops IGMP or MLD
 * forwards them to this port. The kernel then sends membership reports: only where it was asked for. The membership
 * ends with the descriptors (the kernel sends that, too).
 *
 * IPv4: 224.0.0.18 (VRRP, CARP), 224.0.0.2 (HSRP), 224.0.0.102 (HSRP version 2, GLBP). IPv6: ff02::12 (VRRP),
 * ff02::66 (HSRP version 2, GLBP).
 */
#ifndef VL_PROBES_GROUP_JOIN_H
#define VL_PROBES_GROUP_JOIN_H

#include <stdbool.h>

struct group_join {
	int ipv4, ipv6;                 /* descriptors, -1: not open */
	bool joined_ipv4, joined_ipv6;  /* all groups of the family */
};

/* Needs no privilege. False: not one group could be joined. */
bool group_join(struct group_join *g, const char *interface);
void group_leave(struct group_join *g);

#endif
