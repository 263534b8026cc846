// SPDX-License-Identifier: BSD-2-Clause
/* The configuration of a host, and settings while it runs. */
#include <string.h>

#include "sim/base/setting.h"
#include "sim/vendors/nlb_parts.h"

void nlb_config_init(struct nlb_config *c)
{
	*c = (struct nlb_config){
		.mode = NLB_UNICAST,
		.rule = {.affinity = NLB_AFFINITY_SINGLE, .bins = NLB_BINS},
		.filter_icmp = true,
		.period = VL_S,
		.tolerance = 5,
		.agree_periods = 5,
	};
}

struct vl_status nlb_config_check(const struct nlb_config *c, size_t interfaces)
{
	if (c->interface >= interfaces)
		return vl_refuse(VL_INVALID, "nlb: there is no such interface");
	if (c->host < 1 || c->host > NLB_HOSTS)
		return vl_refuse(VL_INVALID, "nlb: host: `%u' is not in 1-%d", (unsigned)c->host, NLB_HOSTS);
	if (c->address_count < 1 || c->address_count > NLB_ADDRESSES)
		return vl_refuse(VL_INVALID, "nlb: 1-%d addresses", NLB_ADDRESSES);
	for (size_t i = 0; i < c->address_count; i++)
		if (c->address[i].family != IP_V4)
			return vl_refuse(VL_INVALID, "nlb: the cluster's addresses are IPv4");
	if (c->rule.bins < 1 || c->rule.bins > NLB_BINS_MOST)
		return vl_refuse(VL_INVALID, "nlb: bins: `%u' is not in 1-%d", c->rule.bins, NLB_BINS_MOST);
	if (c->period < 100 * VL_MS || c->period > 10 * VL_S || c->tolerance < 5 || c->tolerance > 100)
		return vl_refuse(VL_INVALID, "nlb: period is 100 ms-10 s, tolerance 5-100");
	return vl_status_ok();
}

static const struct setting SETTINGS[] = {
	{"drain", VALUE_FLAG, 0, 0, 0, 0},
};

struct vl_status nlb_control(void *self, const struct command *command, vl_time now)
{
	struct nlb_host *h = self;

	if (command->verb != COMMAND_SET || strncmp(command->field, "nlb.", 4) != 0)
		return vl_refuse(VL_UNKNOWN, "%s does not take this command", h->name);
	const struct setting *s = setting_find(SETTINGS, sizeof SETTINGS / sizeof SETTINGS[0], command->field + 4);
	if (s == NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no field `%s'", h->name, command->field);
	struct vl_status status = setting_check(s, command->type, &command->value);
	if (!vl_ok(&status))
		return status;
	setting_record(h->outbox, h->name, s, &(union value){.flag = h->drain}, &command->value, now);
	if (h->drain != command->value.flag) {
		h->drain = command->value.flag;
		nlb_look(h, NLB_WHY_DRAIN, now);
	}
	return vl_status_ok();
}
