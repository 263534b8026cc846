// SPDX-License-Identifier: BSD-2-Clause
/*
 * VRRP election: decisions only. Given what we are and what an accepted advertisement says, who should be
 * Active, and how long to wait. RFC 9568 6.1 and 6.4. No packets, no clock, no state.
 */
#ifndef VL_VRRP_VRRP_ELECTION_H
#define VL_VRRP_VRRP_ELECTION_H

#include "sim/base/addr.h"
#include "sim/base/time.h"

/* Skew_Time. Version 2 (RFC 3768 6.1): (256 - priority) / 256 s; version 3 (RFC 9568 6.1): the same part of
 * Active_Adver_Interval. The interval is that of the Active, in ns. */
vl_time vrrp_skew_time(uint8_t version, uint8_t priority, vl_time active_adver_interval);

/* Active_Down_Interval: 3 * Active_Adver_Interval + Skew_Time. */
vl_time vrrp_active_down_interval(uint8_t version, uint8_t priority, vl_time active_adver_interval);

enum vrrp_decision {
	VRRP_RESIGNED,          /* priority 0: the sender leaves */
	VRRP_FOLLOW,            /* Backup: the sender is the Active */
	VRRP_LOWER,             /* the sender is less preferred than we are: a Backup lets its timer run */
	VRRP_YIELD_PRIORITY,    /* Active: the sender has the higher priority */
	VRRP_YIELD_ADDRESS,     /* Active: equal priority, and the sender's address is greater */
};

/* Backup (6.4.2). Equal priority counts as higher; the owner always preempts. */
enum vrrp_decision vrrp_decide_backup(bool preempt, uint8_t local, uint8_t sender);

/* Active (6.4.3). Only here do addresses decide, unsigned and in network order. */
enum vrrp_decision vrrp_decide_active(uint8_t local, const struct ip_addr *local_address, uint8_t sender,
				      const struct ip_addr *sender_address);

#endif
