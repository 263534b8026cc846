// SPDX-License-Identifier: BSD-2-Clause
/* What is said about hsrp and glbp: on which interface it is, and whether it can be. */
#include <string.h>

#include "sim/scenario/build_fhrp.h"
#include "sim/scenario/resolve.h"

/* A reason begins with the field that it is about: there it stands in the script. */
struct field {
	const char *name;
	const void *at;
};

static void refuse(struct reader *r, const struct vl_status *status, const struct field *field, size_t count,
		   struct scenario_place otherwise)
{
	struct scenario_place at = otherwise;

	if (strncmp(status->reason, "auth:", 5) == 0)
		return; /* the reader has said so */
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(field[i].name);
		if (strncmp(status->reason, field[i].name, n) == 0 && status->reason[n] == ':')
			at = reader_place(r, field[i].at, otherwise);
	}
	mistakes_add(r->mistakes, at, "%s", status->reason);
}

static void check_tracks(struct reader *r, const struct scenario_node *n, struct scenario_track *track, size_t count,
			 size_t most, bool may_shut, struct scenario_place at)
{
	if (count > most)
		mistakes_add(r->mistakes, at, "track: at most %zu objects", most);
	for (size_t i = 0; i < count; i++) {
		struct scenario_track *t = &track[i];
		bool takes = t->priority.given && t->priority.value < 0;

		if ((t->name != NULL) == (t->interface_name != NULL))
			mistakes_add(r->mistakes, t->at, "a tracked object has either `name' or `interface'");
		if (may_shut ? takes == t->fault || t->at_most.given || (t->priority.given && !takes)
			     : !takes || t->fault || t->at_most.given)
			mistakes_add(r->mistakes, t->at, "track: give it a `priority' below 0%s",
				     may_shut ? ", or `fault: true'" : ", which the weighting loses");
		if (t->interface_name != NULL)
			t->interface = resolve_interface_named(r, n, t->interface_name,
							       reader_place(r, &t->interface_name, t->at));
	}
}

static unsigned only_interface(struct reader *r, const struct scenario_node *n, struct scenario_place at)
{
	if (n->interface_count > 1)
		mistakes_add(r->mistakes, at, "interface: say on which: a group without a vip is on no network");
	return n->interface_count == 1 ? 0 : RESOLVE_NOWHERE;
}

/* Numbers are there once, and an interface has one version: told once, of the first that differs. */
static void check_beside(struct reader *r, const struct scenario_node *n, size_t index,
			 const struct hsrp_group_config *wish)
{
	const struct scenario_hsrp *h = &n->hsrp[index];
	const char *interface = n->interface[h->interface].name;
	uint8_t version = 0;
	bool differed = false;

	for (size_t i = 0; i < index; i++) {
		struct hsrp_group_config other;

		build_hsrp_group(&n->hsrp[i], &other);
		if (n->hsrp[i].interface != h->interface)
			continue;
		if (other.group == wish->group && other.family == wish->family)
			mistakes_add(r->mistakes, reader_place(r, &h->group, h->at),
				     "group: `%llu' is there twice on `%s' of `%s'", (unsigned long long)h->group,
				     interface, n->name);
		if (version == 0)
			version = other.version;
		differed = differed || other.version != version;
	}
	if (version != 0 && version != wish->version && !differed)
		mistakes_add(r->mistakes, reader_place(r, &h->version, h->at),
			     "version: `%s' of `%s' has version %u already, and an interface has one", interface, n->name,
			     version);
}

static void check_hsrp(struct reader *r, const struct scenario *s, struct scenario_node *n, size_t index)
{
	struct scenario_hsrp *h = &n->hsrp[index];
	struct hsrp_group_config wish;

	h->family = h->vip.count > 0 ? (enum ip_family)h->vip.item[0].family : IP_V4;
	resolve_vips(r, s, n, &h->vip, h->interface_name != NULL, HSRP_ADDRESSES, h->at);
	h->interface = h->vip.count > 0 || h->interface_name != NULL
			       ? resolve_interface_of(r, s, n, &h->interface_name, &h->vip, h->at)
			       : only_interface(r, n, h->at);
	check_tracks(r, n, h->track, h->track_count, HSRP_TRACKS, true, h->at);
	if (h->auth_text != NULL && h->auth_md5 != NULL)
		mistakes_add(r->mistakes, reader_place(r, &h->auth_md5, h->at), "auth_md5: there is auth_text already");
	if (h->auth_key_id.given && h->auth_md5 == NULL)
		mistakes_add(r->mistakes, reader_place(r, &h->auth_key_id, h->at), "auth_key_id: only auth_md5 has one");
	build_hsrp_group(h, &wish);
	struct vl_status status = hsrp_group_config_check(&wish);
	const struct field field[] = {{"version", &h->version}, {"group", &h->group}, {"hello", &h->hello},
				      {"hold", &h->hold},	{"addresses", &h->vip}};
	if (!vl_ok(&status))
		refuse(r, &status, field, sizeof field / sizeof field[0], h->at);
	if (h->interface != RESOLVE_NOWHERE)
		check_beside(r, n, index, &wish);
}

static void check_glbp(struct reader *r, const struct scenario *s, struct scenario_node *n, size_t index)
{
	struct scenario_glbp *g = &n->glbp[index];
	struct glbp_group_config wish;

	resolve_vips(r, s, n, &g->vip, g->interface_name != NULL, 1, g->at);
	g->interface = resolve_interface_of(r, s, n, &g->interface_name, &g->vip, g->at);
	check_tracks(r, n, g->track, g->track_count, GLBP_TRACKS, false, g->at);
	build_glbp_group(g, &wish);
	struct vl_status status = glbp_group_config_check(&wish);
	const struct field field[] = {{"hello", &g->hello},	{"hold", &g->hold},   {"redirect", &g->redirect},
				      {"timeout", &g->timeout}, {"weight", &g->weight}, {"address", &g->vip}};
	if (!vl_ok(&status) && g->vip.count > 0)
		refuse(r, &status, field, sizeof field / sizeof field[0], g->at);
	for (size_t i = 0; i < index; i++)
		if (n->glbp[i].group == g->group && n->glbp[i].interface == g->interface &&
		    g->interface != RESOLVE_NOWHERE)
			mistakes_add(r->mistakes, reader_place(r, &g->group, g->at),
				     "group: `%llu' is there twice on `%s' of `%s'", (unsigned long long)g->group,
				     n->interface[g->interface].name, n->name);
}

/* Cisco's routers speak them. */
static bool speaks(const struct kind *kind)
{
	return kind->vendor != NULL &&
	       (kind->vendor->product == VENDOR_PRODUCT_IOS || kind->vendor->product == VENDOR_PRODUCT_IOS_XE ||
		kind->vendor->product == VENDOR_PRODUCT_NX_OS);
}

void resolve_fhrp(struct reader *r, const struct scenario *s, struct scenario_node *n, const struct kind *kind)
{
	static const char cisco[] = "use kind cisco-ios, cisco-ios-xe or nx-os";

	if (kind->name != NULL && n->hsrp_count > 0 && !speaks(kind))
		mistakes_add(r->mistakes, n->hsrp[0].at, "kind `%s' speaks no HSRP; %s", n->kind, cisco);
	if (kind->name != NULL && n->glbp_count > 0 && !speaks(kind))
		mistakes_add(r->mistakes, n->glbp[0].at, "kind `%s' speaks no GLBP; %s", n->kind, cisco);
	if (n->hsrp_count > HSRP_GROUPS)
		mistakes_add(r->mistakes, n->hsrp[0].at, "hsrp: at most %d groups", HSRP_GROUPS);
	if (n->glbp_count > GLBP_GROUPS)
		mistakes_add(r->mistakes, n->glbp[0].at, "glbp: at most %d groups", GLBP_GROUPS);
	for (size_t i = 0; i < n->hsrp_count; i++)
		check_hsrp(r, s, n, i);
	for (size_t i = 0; i < n->glbp_count; i++)
		check_glbp(r, s, n, i);
}
