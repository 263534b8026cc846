// SPDX-License-Identifier: BSD-2-Clause
/* The kinds of persistence there are, what they may be told, and where they can work. */
#include <string.h>

#include "sim/balancer/persistence_kinds.h"

static const struct persistence_ops *const KIND[] = {
	&PERSISTENCE_SOURCE_IP,
	&PERSISTENCE_SUPER_HTTP,
	&PERSISTENCE_SUPER_HTTP_AND_SOURCE_IP,
	&PERSISTENCE_SERVER_COOKIE,
	&PERSISTENCE_SERVER_COOKIE_OR_SOURCE_IP,
	&PERSISTENCE_ACTIVE_COOKIE,
	&PERSISTENCE_ACTIVE_COOKIE_OR_SOURCE_IP,
	&PERSISTENCE_ALL_COOKIES,
	&PERSISTENCE_ALL_COOKIES_OR_SOURCE_IP,
	&PERSISTENCE_URL,
	&PERSISTENCE_HOST,
	&PERSISTENCE_QUERY,
	&PERSISTENCE_HEADER,
	&PERSISTENCE_SESSION_ID,
	&PERSISTENCE_SIP,
	&PERSISTENCE_RDP_LOGIN,
	&PERSISTENCE_RDP_LOGIN_OR_SOURCE_IP,
	&PERSISTENCE_RDP_BROKER,
	&PERSISTENCE_RDP_BROKER_OR_SOURCE_IP,
};

#define KINDS (sizeof KIND / sizeof KIND[0])

const struct persistence_ops *persistence_at(size_t i)
{
	return i < KINDS ? KIND[i] : NULL;
}

const struct persistence_ops *persistence_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (strcmp(KIND[i]->name, name) == 0)
			return KIND[i];
	return NULL;
}

bool persistence_fits(const struct persistence_ops *kind, enum persistence_view view)
{
	switch (kind->needs) {
	case NEEDS_FLOW:
		return true;
	case NEEDS_REQUEST:
	case NEEDS_FIRST:
		return view == PERSISTENCE_SEES_BYTES;
	case NEEDS_HELLO:
		return view == PERSISTENCE_SEES_BYTES || view == PERSISTENCE_SEES_HELLOS;
	case NEEDS_DATAGRAM:
		break;
	}
	return view == PERSISTENCE_SEES_DATAGRAMS;
}

const char *persistence_name(const struct persistence_config *c)
{
	return c->name != NULL ? c->name : c->kind->usual;
}

/* A token (RFC 9110 5.6.2): field and cookie names are, and what is not would split a line that is inserted. Items of a
 * query may be more, but nobody needs it. */
static bool is_name(const char *name)
{
	return name[0] != '\0' && strlen(name) <= PERSISTENCE_NAME &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~")] == '\0';
}

static struct vl_status check_name(const struct persistence_config *c)
{
	const char *kind = c->kind->name;

	if (!c->kind->named && c->name != NULL)
		return vl_refuse(VL_INVALID, "persistence_name: %s has no use for one", kind);
	if (c->kind->named && persistence_name(c) == NULL)
		return vl_refuse(VL_INVALID, "persistence_name: %s needs one: what is the cookie, header or item called?", kind);
	if (c->name != NULL && !is_name(c->name))
		return vl_refuse(VL_INVALID, "persistence_name: `%.40s' is none: letters, digits, - _ and ., at most %d of them",
				 c->name, PERSISTENCE_NAME);
	return vl_status_ok();
}

struct vl_status persistence_check(const struct persistence_config *c)
{
	if (c->kind == NULL)
		return vl_status_ok();
	if (c->prefix_v4 > 32)
		return vl_refuse(VL_INVALID, "persistence: an IPv4 netmask has 1 to 32 bits");
	if (c->prefix_v6 > 128)
		return vl_refuse(VL_INVALID, "persistence: an IPv6 prefix has 1 to 128 bits");
	if (c->timeout < VL_S || c->timeout > 7 * 86400 * VL_S)
		return vl_refuse(VL_INVALID, "persistence: the timeout is 1 s to 7 days");
	return check_name(c);
}
