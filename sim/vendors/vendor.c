// SPDX-License-Identifier: BSD-2-Clause
/* The list of vendors, and how a profile becomes a configuration. */
#include "sim/vendors/vendor.h"

#include <string.h>

#include "sim/base/suggest.h"
#include "sim/vendors/profiles.h"

static const struct vendor *const VENDORS[] = {
	&VENDOR_RFC,	      &VENDOR_KEEPALIVED_2_2, &VENDOR_KEEPALIVED_2_4, &VENDOR_FRR,    &VENDOR_UVRRPD,
	&VENDOR_CISCO_IOS,    &VENDOR_CISCO_IOS_XE,   &VENDOR_NX_OS,	      &VENDOR_JUNOS,  &VENDOR_FORTIGATE,
	&VENDOR_CHECKPOINT_GAIA, &VENDOR_HUAWEI,      &VENDOR_H3C,	      &VENDOR_UCARP,  &VENDOR_PFSENSE,
};

#define VENDOR_COUNT (sizeof VENDORS / sizeof VENDORS[0])

const struct vendor *vendor_at(size_t i)
{
	return i < VENDOR_COUNT ? VENDORS[i] : NULL;
}

const struct vendor *vendor_find(const char *kind)
{
	for (size_t i = 0; i < VENDOR_COUNT; i++)
		if (strcmp(VENDORS[i]->kind, kind) == 0)
			return VENDORS[i];
	return NULL;
}

static const struct vrrp_config *profile(const struct vendor *v, uint8_t version, enum ip_family family)
{
	if (version == 2)
		return family == IP_V4 ? v->vrrp_v2 : NULL;
	if (version == 3)
		return family == IP_V4 ? v->vrrp_v3_ipv4 : v->vrrp_v3_ipv6;
	return NULL;
}

struct vl_status vendor_vrrp_defaults(const struct vendor *v, uint8_t version, enum ip_family family,
				      struct vrrp_config *c)
{
	if (v->version == 0)
		return vl_refuse(VL_INVALID, "%s does not speak VRRP", v->kind);
	if (version == 0)
		version = family == IP_V6 ? 3 : v->version;
	const struct vrrp_config *habits = profile(v, version, family);
	if (habits == NULL)
		return vl_refuse(VL_INVALID, "version: %s does not speak VRRP version %u for %s", v->kind, version,
				 family == IP_V6 ? "IPv6" : "IPv4");
	*c = *habits;
	c->version = version;
	c->family = family;
	c->priority = 100;
	c->interval = VL_S;
	c->preempt = true;
	return vl_status_ok();
}

struct vl_status vendor_carp_defaults(const struct vendor *v, struct carp_config *c)
{
	if (v->carp == NULL)
		return vl_refuse(VL_INVALID, "%s does not speak CARP", v->kind);
	v->carp(c);
	return vl_status_ok();
}

struct vl_status vendor_vrrp_auth(const struct vendor *v, const char *method)
{
	static const struct {
		const char *word;
		unsigned bit;
	} methods[] = {
		{"text", VENDOR_AUTH_TEXT}, {"md5", VENDOR_AUTH_MD5}, {"ah", VENDOR_AUTH_AH}, {"hmac", VENDOR_AUTH_HMAC},
	};

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (strcmp(methods[i].word, method) == 0 && (v->auth & methods[i].bit) == 0)
			return vl_refuse(VL_INVALID, "auth: %s does not know %s", v->kind, method);
	return vl_status_ok();
}

struct vl_status vendor_vrrp_option(const struct vendor *v, const char *name, struct vrrp_config *c)
{
	struct suggestion near;

	suggest_begin(&near, name);
	for (size_t i = 0; i < VENDOR_OPTIONS && v->option[i].name != NULL; i++) {
		if (strcmp(v->option[i].name, name) == 0) {
			v->option[i].apply(c);
			return vl_status_ok();
		}
		suggest_word(&near, v->option[i].name);
	}
	if (near.best != NULL)
		return vl_refuse(VL_UNKNOWN, "%s has no option `%s'; did you mean `%s'?", v->kind, name, near.best);
	return vl_refuse(VL_UNKNOWN, "%s has no option `%s'", v->kind, name);
}
