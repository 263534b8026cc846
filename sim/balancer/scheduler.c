// SPDX-License-Identifier: BSD-2-Clause
/* The list of schedulers. */
#include "sim/balancer/scheduler.h"

#include <string.h>

#include "sim/balancer/scheduler_kinds.h"

static const struct scheduler_ops *const KIND[] = {
	&SCHEDULER_RR,		&SCHEDULER_WRR,		  &SCHEDULER_SMOOTH_WRR,    &SCHEDULER_EDF,
	&SCHEDULER_ROUNDROBIN,	&SCHEDULER_LC,		  &SCHEDULER_WLC,	    &SCHEDULER_SED,
	&SCHEDULER_NQ,		&SCHEDULER_LEASTCONN,	  &SCHEDULER_FO,	    &SCHEDULER_OVF,
	&SCHEDULER_SH,		&SCHEDULER_IP_HASH,	  &SCHEDULER_CONSISTENT,    &SCHEDULER_MAGLEV,
	&SCHEDULER_MH,		&SCHEDULER_RANDOM,	  &SCHEDULER_TWO_CHOICES,   &SCHEDULER_RESPONSE_TIME,
	&SCHEDULER_ADAPTIVE,
};

#define KINDS (sizeof KIND / sizeof KIND[0])

const struct scheduler_ops *scheduler_at(size_t i)
{
	return i < KINDS ? KIND[i] : NULL;
}

const struct scheduler_ops *scheduler_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(KIND[i]->name, name) == 0)
			return KIND[i];
	return NULL;
}

struct vl_status scheduler_check(const struct scheduler_ops *ops, const struct scheduler_options *options)
{
	return ops->check != NULL ? ops->check(options) : vl_status_ok();
}
