// SPDX-License-Identifier: BSD-2-Clause
/* The decisions. All arithmetic is in whole ns: 1 s / 256 is 3906250 ns exactly. */
#include "sim/vrrp/vrrp_election.h"

#include "sim/wire/vrrp.h"

vl_time vrrp_skew_time(uint8_t version, uint8_t priority, vl_time active_adver_interval)
{
	vl_time whole = version == 2 ? VL_S : active_adver_interval;

	return (256 - (vl_time)priority) * whole / 256;
}

vl_time vrrp_active_down_interval(uint8_t version, uint8_t priority, vl_time active_adver_interval)
{
	return 3 * active_adver_interval + vrrp_skew_time(version, priority, active_adver_interval);
}

enum vrrp_decision vrrp_decide_backup(bool preempt, uint8_t local, uint8_t sender)
{
	bool preempts = preempt || local == VRRP_PRIORITY_OWNER;

	if (sender == VRRP_PRIORITY_RESIGN)
		return VRRP_RESIGNED;
	return !preempts || sender >= local ? VRRP_FOLLOW : VRRP_LOWER;
}

enum vrrp_decision vrrp_decide_active(uint8_t local, const struct ip_addr *local_address, uint8_t sender,
				      const struct ip_addr *sender_address)
{
	if (sender == VRRP_PRIORITY_RESIGN)
		return VRRP_RESIGNED;
	if (sender > local)
		return VRRP_YIELD_PRIORITY;
	if (sender == local && ip_compare(sender_address, local_address) > 0)
		return VRRP_YIELD_ADDRESS;
	return VRRP_LOWER;
}
