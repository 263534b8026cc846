// SPDX-License-Identifier: BSD-2-Clause
/* Cisco's defaults, and what no GLBP group can be. */
#include "sim/vendors/glbp_config.h"

#define SECONDS_LAST 65535

void glbp_group_config_init(struct glbp_group_config *c)
{
	*c = (struct glbp_group_config){
		.priority = 100,
		.preempt_delay = 30 * VL_S,
		.forwarder_preempt = true,
		.forwarder_preempt_delay = 30 * VL_S,
		.hello = 3 * VL_S,
		.hold = 10 * VL_S,
		.redirect = 600 * VL_S,
		.timeout = 14400 * VL_S,
		.weight = 100,
		.lower = 1,
		.upper = 100,
		.log_interval = 30 * VL_S,
	};
}

static struct vl_status check_timers(const struct glbp_group_config *c)
{
	char one[VL_TIME_TEXT], other[VL_TIME_TEXT];

	if (c->hello < 50 * VL_MS || c->hello > 60 * VL_S || c->hello % VL_MS != 0)
		return vl_refuse(VL_INVALID, "hello: %s s is not in whole milliseconds from 0.050 to 60 s",
				 vl_time_format_short(one, c->hello));
	if (c->hold <= c->hello || c->hold > 180 * VL_S || c->hold % VL_MS != 0)
		return vl_refuse(VL_INVALID, "hold: %s s is not in whole milliseconds over hello's %s s, up to 180 s",
				 vl_time_format_short(one, c->hold), vl_time_format_short(other, c->hello));
	if (c->redirect > SECONDS_LAST * VL_S || c->redirect % VL_S != 0)
		return vl_refuse(VL_INVALID, "redirect: %s s is not in whole seconds up to %d",
				 vl_time_format_short(one, c->redirect), SECONDS_LAST);
	if (c->timeout <= c->redirect || c->timeout > SECONDS_LAST * VL_S || c->timeout % VL_S != 0)
		return vl_refuse(VL_INVALID, "timeout: %s s is not in whole seconds over redirect's %s s, up to %d",
				 vl_time_format_short(one, c->timeout), vl_time_format_short(other, c->redirect),
				 SECONDS_LAST);
	return vl_status_ok();
}

struct vl_status glbp_group_config_check(const struct glbp_group_config *c)
{
	char text[IP_TEXT];

	if (c->group > GLBP_GROUP_LAST)
		return vl_refuse(VL_INVALID, "group: `%u' is not in 0-%d", c->group, GLBP_GROUP_LAST);
	if (c->priority == 0)
		return vl_refuse(VL_INVALID, "priority: `0' is not in 1-255");
	if (c->address.family != IP_V4 || ip_is_zero(&c->address) || ip_is_multicast(&c->address))
		return vl_refuse(VL_INVALID, "address: `%s' is no IPv4 address of a host", ip_format(text, &c->address));
	if (c->weight == 0 || c->weight > GLBP_WEIGHT_MAX)
		return vl_refuse(VL_INVALID, "weight: `%u' is not in 1-%d", c->weight, GLBP_WEIGHT_MAX);
	if (c->lower == 0 || c->upper < c->lower || c->upper > c->weight)
		return vl_refuse(VL_INVALID, "weight: its thresholds %u and %u are not in 1-%u in this order", c->lower,
				 c->upper, c->weight);
	if (c->text != NULL && (c->text[0] == '\0' || strlen(c->text) > GLBP_TEXT))
		return vl_refuse(VL_INVALID, "auth: %zu bytes is not in 1-%d", strlen(c->text), GLBP_TEXT);
	if (c->track_count > GLBP_TRACKS)
		return vl_refuse(VL_INVALID, "track: %zu objects, at most %d", c->track_count, GLBP_TRACKS);
	return check_timers(c);
}
