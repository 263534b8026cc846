// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/syslog.h"

#include <string.h>

static const struct scenario_node *node_of(const struct scenario *s, const struct record *r)
{
	for (size_t i = 0; r->node != NULL && i < s->node_count; i++)
		if (strcmp(s->node[i].name, r->node) == 0)
			return &s->node[i];
	return NULL;
}

/* A LoadMaster runs ucarp; who logs its VRRP is not known. */
static const struct vendor *vendor_of(const struct scenario_node *n)
{
	if (n->class == CLASS_LOADMASTER)
		return n->ha.protocol == HA_CARP ? vendor_find("ucarp") : NULL;
	return n->profile != NULL ? vendor_find(n->profile) : NULL;
}

/* The first address of the interface that the record names, of the record's family. */
static const struct ip_addr *local_of(const struct scenario_node *n, const struct record *r)
{
	const char *name = record_word(r, "interface"), *family = record_word(r, "family");
	enum ip_family wanted = family != NULL && strcmp(family, "ipv6") == 0 ? IP_V6 : IP_V4;

	for (size_t i = 0; name != NULL && i < n->interface_count; i++) {
		const struct scenario_prefixes *own = &n->interface[i].addresses;
		for (size_t k = 0; strcmp(n->interface[i].name, name) == 0 && k < own->count; k++)
			if (own->item[k].addr.family == wanted)
				return &own->item[k].addr;
	}
	return NULL;
}

bool syslog_line(char text[VENDOR_LOG_TEXT], const struct scenario *s, const struct record *r, unsigned which)
{
	const struct scenario_node *n = node_of(s, r);
	const struct vendor *v = n != NULL ? vendor_of(n) : NULL;

	return v != NULL && vendor_log_write(text, v, r, local_of(n, r), which);
}
