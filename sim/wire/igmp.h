// SPDX-License-Identifier: BSD-2-Clause
/*
 * IGMPv3 membership reports (RFC 3376 4.2): what a host says when it joins or leaves a group. Written only: they
 * are here because one from a virtual router's MAC moves that MAC in the switches.
 */
#ifndef VL_WIRE_IGMP_H
#define VL_WIRE_IGMP_H

#include "sim/base/addr.h"
#include "sim/base/cursor.h"

#define IP_PROTOCOL_IGMP 2

extern const struct ip_addr IGMP_V3_ROUTERS;    /* 224.0.0.22, where reports go */

/* Group record types (4.2.12): without sources, a join and a leave. */
enum igmp_record_type {
	IGMP_CHANGE_TO_INCLUDE = 3,     /* no sources left: leaves */
	IGMP_CHANGE_TO_EXCLUDE = 4,     /* no sources excluded: joins */
};

/* Writes an IPv4 packet with one record about `group`: TTL 1, TOS 0xc0, Router Alert option (4). */
void igmp_v3_report_encode(enum igmp_record_type type, const struct ip_addr *src, const struct ip_addr *group,
			   struct wr *out);

#endif
