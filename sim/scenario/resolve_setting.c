// SPDX-License-Identifier: BSD-2-Clause
/*
 * Paths of `set`: NODE.ha.KEY, NODE.services.SERVICE.KEY, NODE.services.SERVICE.servers.SERVER.KEY, NODE.fgcp.KEY,
 * NODE.clusterxl.KEY, NODE.nlb.KEY, NODE.nat.KEY, NODE.serves.SERVICE.KEY, NODE.clients.POPULATION.KEY,
 * NODE.vrrp.VRID[.ipv4|.ipv6][.INTERFACE].KEY, NODE.carp.VHID[.INTERFACE].KEY, and hsrp and glbp by GROUP likewise. The
 * schema knows which keys may change while a node runs, and the type and range of their values.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/resolve.h"
#include "sim/vrrp/vrrp_auth.h"

#define PARTS 5

struct path {
	char text[128];
	const char *part[PARTS];
	size_t count;
};

static bool split(struct path *p, const char *field)
{
	if (strlen(field) >= sizeof p->text)
		return false;
	memcpy(p->text, field, strlen(field) + 1);
	p->count = 0;
	for (char *at = p->text; at != NULL && p->count < PARTS;) {
		char *dot = strchr(at, '.');

		p->part[p->count++] = at;
		if (dot != NULL)
			*dot++ = '\0';
		at = dot;
		if (at != NULL && p->count == PARTS)
			return false;
	}
	return true;
}

/* What has a number in paths. */
static const struct numbered {
	const char *word;               /* of the node's list */
	const char *key, *holder;       /* "vrid", "VRID" */
	uint64_t low, high;
	bool two_families;
	const char *narrower;           /* how to say which of several */
	const struct schema_section *section;
} NUMBERED[] = {
	{"vrrp", "vrid", "VRID", 1, 255, true, "vrrp.VRID.ipv4.KEY or vrrp.VRID.INTERFACE.KEY", &schema_vrrp},
	{"carp", "vhid", "VHID", 1, 255, false, "carp.VHID.INTERFACE.KEY", &schema_carp},
	{"hsrp", "group", "GROUP", 0, 4095, true, "hsrp.GROUP.ipv4.KEY or hsrp.GROUP.INTERFACE.KEY", &schema_hsrp},
	{"glbp", "group", "GROUP", 0, 1023, false, "glbp.GROUP.INTERFACE.KEY", &schema_glbp},
};

#define NUMBERED_COUNT (sizeof NUMBERED / sizeof NUMBERED[0])

static bool parse_id(const struct numbered *what, const char *text, uint64_t *id)
{
	size_t n = strlen(text);

	if (n < 1 || n > 4 || strspn(text, "0123456789") != n)
		return false;
	*id = strtoull(text, NULL, 10);
	return *id >= what->low && *id <= what->high;
}

/* The i-th of the node's list, as far as paths go. False behind the last. */
static bool group_at(const struct scenario_node *n, const struct numbered *what, size_t i, uint64_t *id,
		     unsigned *interface, enum ip_family *family)
{
	*family = IP_NONE;
	if (what->section == &schema_vrrp && i < n->vrrp_count) {
		*id = n->vrrp[i].vrid;
		*interface = n->vrrp[i].interface;
		*family = n->vrrp[i].family;
		return true;
	}
	if (what->section == &schema_carp && i < n->carp_count) {
		*id = n->carp[i].vhid;
		*interface = n->carp[i].interface;
		return true;
	}
	if (what->section == &schema_hsrp && i < n->hsrp_count) {
		*id = n->hsrp[i].group;
		*interface = n->hsrp[i].interface;
		*family = n->hsrp[i].family;
		return true;
	}
	if (what->section == &schema_glbp && i < n->glbp_count) {
		*id = n->glbp[i].group;
		*interface = n->glbp[i].interface;
		return true;
	}
	return false;
}

/* How many groups of the node the path may mean; the optional parts narrow it. */
static size_t count_groups(const struct scenario_node *n, const struct numbered *what, uint64_t id, const struct path *p)
{
	enum ip_family family;
	size_t found = 0;
	unsigned on;
	uint64_t own;

	for (size_t i = 0; group_at(n, what, i, &own, &on, &family); i++) {
		bool is = own == id;

		for (size_t k = 2; k + 1 < p->count; k++) {
			if (what->two_families && strcmp(p->part[k], "ipv4") == 0)
				is = is && family == IP_V4;
			else if (what->two_families && strcmp(p->part[k], "ipv6") == 0)
				is = is && family == IP_V6;
			else
				is = is && on < n->interface_count && strcmp(n->interface[on].name, p->part[k]) == 0;
		}
		found += is;
	}
	return found;
}

static bool check_group(struct reader *r, const struct scenario *s, const struct scenario_node *n,
			const struct scenario_setting *set, const struct path *p, const struct numbered *what)
{
	const char *word = what->word;
	uint64_t id = 0;

	if (p->count < 3 || !parse_id(what, p->part[1], &id)) {
		mistakes_add(r->mistakes, set->path.at, "set: expected %s.%s.%s.KEY, not `%s'", n->name, word,
			     what->holder, mistakes_quote(r->mistakes, set->field));
		return false;
	}
	size_t groups = count_groups(n, what, id, p);
	if (groups == 0 && (p->count > 3 || !resolve_timeline_sets_id(s, n, id))) {
		mistakes_add(r->mistakes, set->path.at, "set: node `%s' has no %s %s `%llu'%s", n->name, word,
			     what->key, (unsigned long long)id, p->count > 3 ? " there" : "");
		return false;
	}
	if (groups > 1) {
		mistakes_add(r->mistakes, set->path.at, "set: node `%s' has several of %s %llu; say %s", n->name, word,
			     (unsigned long long)id, what->narrower);
		return false;
	}
	return true;
}

static const struct scenario_service *find_service(struct reader *r, const struct scenario_node *n,
						   const struct scenario_setting *set, const char *name)
{
	struct suggestion g;

	suggest_begin(&g, name);
	for (size_t i = 0; i < n->service_count; i++) {
		if (strcmp(n->service[i].name, name) == 0)
			return &n->service[i];
		suggest_word(&g, n->service[i].name);
	}
	mistakes_add_suggesting(r->mistakes, set->path.at, &g, "set: node `%s' has no service `%s'", n->name, name);
	return NULL;
}

/* services.SERVICE.KEY or services.SERVICE.servers.SERVER.KEY */
static const struct schema_section *service_section(struct reader *r, const struct scenario_node *n,
						    const struct scenario_setting *set, const struct path *p)
{
	struct suggestion g;
	bool of_server = p->count == 5 && strcmp(p->part[2], "servers") == 0;

	if (p->count != 3 && !of_server) {
		mistakes_add(r->mistakes, set->path.at, "set: expected %s.services.SERVICE.KEY or %s.services.SERVICE.servers."
			     "SERVER.KEY, not `%s'", n->name, n->name, mistakes_quote(r->mistakes, set->field));
		return NULL;
	}
	const struct scenario_service *v = find_service(r, n, set, p->part[1]);
	if (v == NULL || !of_server)
		return v != NULL ? &schema_service : NULL;
	suggest_begin(&g, p->part[3]);
	for (size_t i = 0; i < v->server_count; i++) {
		if (strcmp(v->server[i].name, p->part[3]) == 0)
			return &schema_server;
		suggest_word(&g, v->server[i].name);
	}
	mistakes_add_suggesting(r->mistakes, set->path.at, &g, "set: service `%s' has no server `%s'", v->name, p->part[3]);
	return NULL;
}

/* A service or a population of the node, by name. */
static bool check_named(struct reader *r, const struct scenario_node *n, const struct scenario_setting *set,
			const struct path *p)
{
	struct suggestion g;
	bool service = p->part[0][0] == 's';
	size_t count = service ? n->served_count : n->population_count;

	if (p->count != 3) {
		mistakes_add(r->mistakes, set->path.at, "set: expected %s.%s.NAME.KEY, not `%s'", n->name, p->part[0],
			     mistakes_quote(r->mistakes, set->field));
		return false;
	}
	suggest_begin(&g, p->part[1]);
	for (size_t i = 0; i < count; i++) {
		const char *name = service ? n->served[i].name : n->population[i].name;
		if (strcmp(name, p->part[1]) == 0)
			return true;
		suggest_word(&g, name);
	}
	mistakes_add_suggesting(r->mistakes, set->path.at, &g, "set: node `%s' has no %s `%s'", n->name,
				service ? "service" : "clients", p->part[1]);
	return false;
}

/* The section that the path's first part names, for this node. */
static const struct schema_section *section_of(struct reader *r, const struct scenario *s,
					       const struct scenario_node *n,
					       const struct scenario_setting *set, const struct path *p)
{
	const struct {
		const char *name;
		bool given;
		const struct schema_section *section;
	} blocks[] = {
		{"ha", n->ha.given, &schema_ha},
		{"fgcp", n->fgcp.given, &schema_fgcp},
		{"clusterxl", n->clusterxl.given, &schema_clusterxl},
		{"nlb", n->nlb.given, &schema_nlb},
		{"nat", n->nat.given, &schema_nat},
	};
	struct suggestion g;

	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		if (strcmp(p->part[0], blocks[i].name) != 0)
			continue;
		if (p->count == 2 && blocks[i].given)
			return blocks[i].section;
		mistakes_add(r->mistakes, set->path.at,
			     blocks[i].given ? "set: expected %s.%s.KEY" : "set: node `%s' has no %s", n->name, blocks[i].name);
		return NULL;
	}
	if (strcmp(p->part[0], "serves") == 0 || strcmp(p->part[0], "clients") == 0)
		return check_named(r, n, set, p) ? (p->part[0][0] == 's' ? &schema_served : &schema_population) : NULL;
	for (size_t i = 0; i < NUMBERED_COUNT; i++)
		if (strcmp(p->part[0], NUMBERED[i].word) == 0)
			return check_group(r, s, n, set, p, &NUMBERED[i]) ? NUMBERED[i].section : NULL;
	if (strcmp(p->part[0], "services") == 0)
		return service_section(r, n, set, p);
	suggest_begin(&g, p->part[0]);
	suggest_word(&g, "services");
	suggest_word(&g, "serves");
	suggest_word(&g, "clients");
	for (size_t i = 0; i < NUMBERED_COUNT; i++)
		suggest_word(&g, NUMBERED[i].word);
	for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++)
		suggest_word(&g, blocks[i].name);
	mistakes_add_suggesting(r->mistakes, set->path.at, &g,
				"set: `%s' cannot be changed; paths are NODE.ha.KEY, NODE.vrrp.VRID.KEY, NODE.carp.VHID.KEY",
				mistakes_quote(r->mistakes, set->field));
	return NULL;
}

static const struct schema_key *settable_key(struct reader *r, const struct schema_section *section,
					     const struct scenario_setting *set, const char *name)
{
	const struct schema_key *key = schema_find(section, name);
	struct suggestion g;
	char words[160] = "";

	if (key != NULL && (key->flags & SCHEMA_SETTABLE) != 0)
		return key;
	suggest_begin(&g, name);
	for (const struct schema_key *k = section->key; k->name != NULL; k++) {
		size_t n = strlen(words);

		if ((k->flags & SCHEMA_SETTABLE) == 0)
			continue;
		snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? ", " : "", k->name);
		suggest_word(&g, k->name);
	}
	mistakes_add_suggesting(r->mistakes, set->path.at, &g, "set: %s; what can change: %s",
				key != NULL ? arena_print(r->memory, "`%s' cannot change while it runs", name)
					    : arena_print(r->memory, "%s has no key `%s'", section->name,
							  mistakes_quote(r->mistakes, name)),
				words);
	return NULL;
}

/* "none", or a method and its key. */
static void check_auth(struct reader *r, const struct document *d)
{
	struct vrrp_config ignored = {0};
	size_t word = strcspn(d->text, " ");
	bool none = strcmp(d->text, "none") == 0;

	if (!vrrp_auth_set_word(&ignored, d->text, word) || none != (d->text[word] == '\0'))
		mistakes_add(r->mistakes, d->at,
			     "auth: expected none, or text, md5, ah or hmac, a space and the key");
}

/* Reads by the key's own type, into a struct of the key's own section, and takes the value over. */
static void take_value(struct reader *r, const struct schema_section *section, const struct schema_key *key,
		       struct scenario_setting *set)
{
	struct document *d = reader_origin(r, &set->value);
	char *scratch = arena_alloc(r->memory, section->size);
	size_t before = r->mistakes->count;

	if (d == NULL || d->kind != DOCUMENT_SCALAR || d->text[0] == '\0')
		return;
	if (key->type == &TYPE_SECTION)         /* authentication: one text */
		check_auth(r, d);
	else
		key->type->read(r, key, d, scratch);
	if (r->mistakes->count != before)
		return;
	if (key->type == &TYPE_WORD || key->type == &TYPE_PASSWORD || key->type == &TYPE_SECTION ||
	    key->type == &TYPE_SCHEDULER) {
		set->type = VALUE_WORD;
		set->value.word = d->text;
	} else if (key->type == &TYPE_RATE) {
		struct scenario_rate rate;

		memcpy(&rate, scratch + key->offset, sizeof rate);
		set->type = VALUE_TIME;
		set->value.time = rate.per / rate.number;
	} else if (key->type == &TYPE_LAW) {
		struct law law;

		memcpy(&law, scratch + key->offset, sizeof law);
		if (law.kind != LAW_FIXED)
			mistakes_add(r->mistakes, d->at, "%s: while it runs only a plain time can be set", key->name);
		set->type = VALUE_TIME;
		set->value.time = law.mean;
	} else if (key->type == &TYPE_FLAG) {
		struct maybe_flag flag;

		memcpy(&flag, scratch + key->offset, sizeof flag);
		set->type = VALUE_FLAG;
		set->value.flag = flag.value;
	} else {
		struct maybe_number number = {0};

		if ((key->flags & SCHEMA_MAYBE) != 0)
			memcpy(&number, scratch + key->offset, sizeof number);
		else
			memcpy(&number.value, scratch + key->offset, sizeof number.value);
		set->type = key->type == &TYPE_TIME ? VALUE_TIME : VALUE_NUMBER;
		if (key->type == &TYPE_TIME)
			set->value.time = number.value;
		else
			set->value.number = number.value;
	}
}

void resolve_setting(struct reader *r, struct scenario *s, struct scenario_setting *set)
{
	const struct scenario_node *n = resolve_node(s, &set->path);
	struct path p = {.count = 0};

	if (n == NULL || set->field == NULL)
		return;
	if (!split(&p, set->field)) {
		mistakes_add(r->mistakes, set->path.at, "set: the path has too many parts");
		return;
	}
	const struct schema_section *section = section_of(r, s, n, set, &p);
	const struct schema_key *key =
		section != NULL ? settable_key(r, section, set, p.part[p.count - 1]) : NULL;
	if (key != NULL)
		take_value(r, section, key, set);
	set->path.text = arena_print(r->memory, "%s.%s", n->name, set->field);
}
