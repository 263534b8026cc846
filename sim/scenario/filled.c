// SPDX-License-Identifier: BSD-2-Clause
/* build_node.c backwards. */
#include "sim/scenario/filled.h"

#include <stdlib.h>

#include "sim/scenario/build_node.h"

static struct maybe_flag flag(bool value)
{
	return (struct maybe_flag){.given = true, .value = value};
}

static struct maybe_number number(uint64_t value)
{
	return (struct maybe_number){.given = true, .value = value};
}

static struct maybe_time length(vl_time value)
{
	return (struct maybe_time){.given = true, .value = value};
}

/* The script's word where it has the engine's enumerator. */
static int word(unsigned enumerator)
{
	return (int)enumerator + 1;
}

static void fill_behaviour(const struct vrrp_config *c, struct scenario_behaviour *to)
{
	*to = (struct scenario_behaviour){
		.check_order = word(c->check_order),
		.address_check = word(c->address_check),
		.owner_adverts = word(c->owner_receive),
		.interval_check = word(c->interval_check),
		.length_check = word(c->length_check),
		.losing_advert = word(c->losing_advert),
		.advert_timer = word(c->advert_timer_on_receive),
		.down_timer = word(c->down_timer_on_refused),
		.advert_mac = word(c->advert_mac),
		.announce_mac = word(c->announce_mac),
		.reply_mac = word(c->reply_mac),
		.log = word(c->log),
		.startup_wait = length(c->startup_wait),
		.takeover_slack = length(c->takeover_slack),
		.claim_delay = length(c->claim_delay),
		.skew_unit = length(c->skew_unit),
		.owner_waits = flag(c->owner_waits),
		.owners_settle = flag(c->owners_settle),
		.first_address = flag(c->check_first_address),
		.igmp_from_vmac = flag(c->igmp_from_vmac),
		.tos = number(c->ip.tos),
		.dont_fragment = flag(c->ip.dont_fragment),
		.id_counts = flag(c->ip.id_counts),
	};
	if (!mac_equal(c->static_mac, MAC_ZERO))
		to->static_mac = (struct maybe_mac){.given = true, .value = c->static_mac};
	if (c->version == 3 && c->family == IP_V4)
		to->checksum_accepted = word(c->checksum_receive);
	if (c->advert_jitter != 0)
		to->advert_jitter = number(c->advert_jitter / 10000);
}

static void fill_announce(const struct vrrp_announce_config *c, struct scenario_announce *to)
{
	*to = (struct scenario_announce){
		.operation = c->operation != 0 ? (int)c->operation : ARP_REQUEST,
		.target = word(c->target),
		.count = number(c->count),
		.gap = length(c->gap),
		.repeat_count = number(c->repeat_count),
		.repeat_after = length(c->repeat_after),
		.before_advert = flag(c->before_advert),
		.cisco_copy = flag(c->cisco_copy),
	};
}

static void fill(const struct vrrp_config *c, struct scenario_vrrp *to)
{
	to->version = number(c->version);
	to->priority = number(c->priority);
	to->interval = length(c->interval);
	to->preempt = flag(c->preempt);
	to->accept = flag(c->accept_mode || c->accept_always);
	if (c->version == 3 && c->family == IP_V4)
		to->checksum = c->checksum_send == VRRP_CHECKSUM_PSEUDO ? CHECKSUM_PSEUDO : CHECKSUM_MESSAGE;
	fill_behaviour(c, &to->behaviour);
	fill_announce(&c->announce, &to->announce);
}

bool filled_vrrp(const struct scenario_node *n, const struct scenario_vrrp *from, struct scenario_vrrp *to)
{
	struct vrrp_config *c = calloc(1, sizeof *c);
	struct vl_status status = vl_refuse(VL_NO_MEMORY, "out of memory");

	*to = *from;
	if (c != NULL)
		status = build_vrrp(n, from, c);
	if (vl_ok(&status))
		fill(c, to);
	free(c);
	return vl_ok(&status);
}
