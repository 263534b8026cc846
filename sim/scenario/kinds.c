// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/kinds.h"

#include <string.h>

static const struct kind own[] = {
	{.name = "client", .help = "a host that pings, and has users: clients", .class = CLASS_HOST, .traffic = true},
	{.name = "host", .help = "the same", .class = CLASS_HOST, .traffic = true},
	{.name = "server", .help = "a real server: serves", .class = CLASS_HOST, .traffic = true},
	{.name = "windows", .help = "a Windows server: nlb, serves", .class = CLASS_HOST, .nlb = true, .traffic = true},
	{.name = "gateway", .help = "a router that many users hide behind: nat", .class = CLASS_ROUTER, .nat = true},
	{.name = "router", .help = "forwards between its interfaces; no redundancy of its own", .class = CLASS_ROUTER},
	{.name = "loadmaster", .help = "a KEMP LoadMaster: ha, services", .class = CLASS_LOADMASTER, .ha = true},
};

#define OWN (sizeof own / sizeof own[0])

bool kind_at(size_t i, struct kind *out)
{
	if (i < OWN) {
		*out = own[i];
		return true;
	}
	const struct vendor *v = vendor_at(i - OWN);
	if (v == NULL)
		return false;
	*out = (struct kind){
		.name = v->kind,
		.help = v->title,
		.class = CLASS_VENDOR,
		.vendor = v,
		.vrrp = v->vrrp_v2 != NULL || v->vrrp_v3_ipv4 != NULL || v->vrrp_v3_ipv6 != NULL,
		.carp = v->carp != NULL,
		.fgcp = strcmp(v->kind, "fortigate") == 0,
		.clusterxl = strcmp(v->kind, "checkpoint-gaia") == 0,
	};
	return true;
}

bool kind_find(const char *name, struct kind *out, struct suggestion *s)
{
	suggest_begin(s, name);
	for (size_t i = 0; kind_at(i, out); i++) {
		if (strcmp(out->name, name) == 0)
			return true;
		suggest_word(s, out->name);
	}
	return false;
}
