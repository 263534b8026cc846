// SPDX-License-Identifier: BSD-2-Clause
/* What happened, by the records, and the plain questions. */
#include "sim/world/oracle_parts.h"

#include <stdlib.h>
#include <string.h>

#include "sim/carp/carp_records.h"
#include "sim/vendors/clusterxl_records.h"
#include "sim/vendors/fgcp_records.h"
#include "sim/vendors/glbp_records.h"
#include "sim/vendors/hsrp_records.h"
#include "sim/vendors/nlb_records.h"
#include "sim/vrrp/vrrp_records.h"

/* Where a class says what. The family of CARP is not in its records: a part's name ends in it. */
static const struct state_kind {
	const struct record_kind *kind;
	enum oracle_class class;
	unsigned id, interface, to;
} state_kinds[] = {
	{&VRRP_STATE_KIND, ORACLE_VRRP, VRRP_STATE_VRID, VRRP_STATE_INTERFACE, VRRP_STATE_TO},
	{&CARP_STATE_KIND, ORACLE_CARP, CARP_STATE_VHID, CARP_STATE_INTERFACE, CARP_STATE_TO},
	/* of both versions: an interface has one of them */
	{&HSRP_STATE_KIND, ORACLE_HSRP, HSRP_STATE_GROUP, HSRP_STATE_INTERFACE, HSRP_STATE_TO},
	{&GLBP_STATE_KIND, ORACLE_GLBP, GLBP_STATE_GROUP, GLBP_STATE_INTERFACE, GLBP_STATE_TO},
	{&FGCP_STATE_KIND, ORACLE_FGCP, FGCP_STATE_GROUP, FGCP_STATE_INTERFACE, FGCP_STATE_TO},
	{&CLUSTERXL_STATE_KIND, ORACLE_CLUSTERXL, CLUSTERXL_STATE_MAGIC, CLUSTERXL_STATE_INTERFACE, CLUSTERXL_STATE_TO},
	{&NLB_STATE_KIND, ORACLE_NLB, NLB_STATE_HOST, NLB_STATE_INTERFACE, NLB_STATE_TO},
};

static void *grow(struct oracle *o, void *array, size_t *room, size_t count, size_t size)
{
	if (count < *room)
		return array;
	size_t more = *room == 0 ? 8 : *room * 2;
	void *grown = realloc(array, more * size);
	if (grown == NULL)
		o->no_memory = true;
	else
		*room = more;
	return grown;
}

/* --- construction --------------------------------------------------------------------------------------- */

struct oracle *oracle_new(const struct world *world)
{
	struct oracle *o = calloc(1, sizeof *o);

	if (o != NULL)
		o->world = world;
	return o;
}

void oracle_free(struct oracle *o)
{
	if (o == NULL)
		return;
	for (size_t i = 0; i < o->subject_count; i++) {
		free(o->subject[i].address);
		free(o->subject[i].entry);
	}
	free(o->subject);
	free(o->station);
	free(o->hears);
	free(o->hearing);
	free(o);
}

/* The station of a node on a segment, made when it is new; SIZE_MAX: no memory. */
static size_t station_of(struct oracle *o, world_node node, world_segment segment)
{
	for (size_t i = 0; i < o->station_count; i++)
		if (o->station[i].node == node && o->station[i].segment == segment)
			return i;
	void *grown = grow(o, o->station, &o->station_room, o->station_count, sizeof *o->station);
	if (grown == NULL)
		return SIZE_MAX;
	o->station = grown;
	size_t n = o->station_count + 1;
	bool *hears = calloc(n * n, sizeof *hears); /* nothing has happened yet: nobody hears anybody */
	if (hears == NULL) {
		o->no_memory = true;
		return SIZE_MAX;
	}
	free(o->hears);
	o->hears = hears;
	o->station[o->station_count] = (struct oracle_station){.node = node, .segment = segment};
	return o->station_count++;
}

static void sort_addresses(struct ip_addr *a, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && ip_compare(&a[k - 1], &a[k]) > 0; k--) {
			struct ip_addr swap = a[k];
			a[k] = a[k - 1];
			a[k - 1] = swap;
		}
}

bool oracle_register(struct oracle *o, const struct oracle_router *r)
{
	size_t station = station_of(o, r->node, r->segment);
	void *grown = grow(o, o->subject, &o->subject_room, o->subject_count, sizeof *o->subject);

	if (grown != NULL)
		o->subject = grown;
	if (grown == NULL || station == SIZE_MAX)
		return false;
	struct oracle_subject s = {.told = *r, .said = ORACLE_INITIALIZE, .station = station, .room = 4};
	s.address = malloc((r->address_count + 1) * sizeof *s.address);
	s.entry = malloc(s.room * sizeof *s.entry);
	if (s.address == NULL || s.entry == NULL) {
		free(s.address);
		free(s.entry);
		o->no_memory = true;
		return false;
	}
	if (r->address_count > 0)
		memcpy(s.address, r->address, r->address_count * sizeof *s.address);
	sort_addresses(s.address, r->address_count);
	s.told.address = s.address;
	s.entry[s.count++] = (struct oracle_entry){.at = 0, .state = ORACLE_ABSENT, .id = r->id};
	o->subject[o->subject_count++] = s;
	return true;
}

bool oracle_complete(const struct oracle *o)
{
	return !o->no_memory && o->strangers == 0;
}

uint64_t oracle_strangers(const struct oracle *o)
{
	return o->strangers;
}

/* --- history -------------------------------------------------------------------------------------------- */

/* What the subject is from `at` on. Of several states at one instant the last remains. */
static void note(struct oracle *o, struct oracle_subject *s, vl_time at, uint16_t id)
{
	struct oracle_entry *last = &s->entry[s->count - 1];
	struct oracle_entry e = {.at = at, .state = s->running ? s->said : ORACLE_ABSENT, .id = id};

	if (e.state == ORACLE_ACTIVE)
		s->was_active = true;
	if (last->at == at) {
		*last = e;
		if (s->count > 1 && last[-1].state == e.state && last[-1].id == e.id)
			s->count--;
		return;
	}
	if (last->state == e.state && last->id == e.id)
		return;
	void *grown = grow(o, s->entry, &s->room, s->count, sizeof *s->entry);
	if (grown == NULL)
		return;
	s->entry = grown;
	s->entry[s->count++] = e;
}

static uint16_t current_id(const struct oracle_subject *s)
{
	return s->entry[s->count - 1].id;
}

static bool names(const char *name, const char *in_record)
{
	return name == in_record || (in_record != NULL && strcmp(name, in_record) == 0);
}

/* The family that a part's name ends in: "carp 1 ipv6"; IP_NONE when it does not. */
static enum ip_family family_of(const char *part)
{
	size_t length = part != NULL ? strlen(part) : 0;

	if (length >= 4 && strcmp(part + length - 4, "ipv4") == 0)
		return IP_V4;
	return length >= 4 && strcmp(part + length - 4, "ipv6") == 0 ? IP_V6 : IP_NONE;
}

/* Node, class, interface and family are those of the record. */
static bool is_of(const struct oracle *o, const struct oracle_subject *s, const struct state_kind *k,
		  const struct record *r)
{
	enum ip_family family = family_of(r->part);

	return oracle_class_fits(k->class, s->told.class == ORACLE_HSRP2 ? ORACLE_HSRP : s->told.class) && names(world_node_name(o->world, s->told.node), r->node) &&
	       (family == IP_NONE || family == s->told.family) &&
	       (s->told.interface == NULL || names(s->told.interface, r->value[k->interface].word));
}

/* Whose record it is. An id that nobody has is a new one: of the virtual router in Initialize that went
 * there last, because to get another id it shut down under the old one. */
static struct oracle_subject *subject_of(struct oracle *o, const struct state_kind *k,
					 const struct record *r)
{
	struct oracle_subject *renamed = NULL;

	for (size_t i = 0; i < o->subject_count; i++) {
		struct oracle_subject *s = &o->subject[i];
		if (!is_of(o, s, k, r))
			continue;
		if (current_id(s) == r->value[k->id].number)
			return s;
		if (s->said == ORACLE_INITIALIZE &&
		    (renamed == NULL || s->entry[s->count - 1].at > renamed->entry[renamed->count - 1].at))
			renamed = s;
	}
	return renamed;
}

static enum oracle_state state_of(const char *word)
{
	static const struct {
		const char *word;
		enum oracle_state state;
	} table[] = {
		{"initialize", ORACLE_INITIALIZE}, {"init", ORACLE_INITIALIZE}, {"backup", ORACLE_BACKUP},
		{"active", ORACLE_ACTIVE},         {"master", ORACLE_ACTIVE},
		{"initial", ORACLE_INITIALIZE},    {"learn", ORACLE_LEARN},
		{"listen", ORACLE_LISTEN},         {"speak", ORACLE_SPEAK},
		{"standby", ORACLE_STANDBY},
		/* of clusters */
		{"hello", ORACLE_INITIALIZE},      {"subordinate", ORACLE_BACKUP},
		{"primary", ORACLE_ACTIVE},        {"down", ORACLE_INITIALIZE},
		{"ready", ORACLE_BACKUP},          {"stopped", ORACLE_INITIALIZE},
		{"converging", ORACLE_BACKUP},     {"draining", ORACLE_BACKUP},
		{"converged", ORACLE_ACTIVE},
	};

	for (size_t i = 0; word != NULL && i < sizeof table / sizeof table[0]; i++)
		if (strcmp(table[i].word, word) == 0)
			return table[i].state;
	return 0;
}

static void state_record(struct oracle *o, const struct state_kind *k, const struct record *r)
{
	struct oracle_subject *s = subject_of(o, k, r);
	enum oracle_state to = state_of(r->value[k->to].word);

	if (s == NULL || to == 0) {
		o->strangers++;
		return;
	}
	s->said = to;
	note(o, s, r->at, (uint16_t)r->value[k->id].number);
}

static void node_record(struct oracle *o, const struct record *r)
{
	const char *what = record_word(r, "what"), *node = record_word(r, "node");
	bool started = names("started", what), runs = started || names("resumed", what);

	for (size_t i = 0; i < o->subject_count; i++) {
		struct oracle_subject *s = &o->subject[i];
		if (!names(world_node_name(o->world, s->told.node), node))
			continue;
		if (started)
			s->said = ORACLE_INITIALIZE;
		s->running = runs;
		note(o, s, r->at, current_id(s));
	}
}

static void ask(struct oracle *o, size_t a, size_t b, vl_time at)
{
	const struct oracle_station *from = &o->station[a], *to = &o->station[b];
	bool *known = &o->hears[a * o->station_count + b];

	if (!world_joined(o->world, from->segment, to->segment))
		return;
	bool hears = a == b ? world_audible(o->world, from->segment, from->node)
			    : world_reaches(o->world, from->node, from->segment, to->node, to->segment);
	if (hears == *known)
		return;
	void *grown = grow(o, o->hearing, &o->hearing_room, o->hearing_count, sizeof *o->hearing);
	if (grown == NULL)
		return;
	o->hearing = grown;
	*known = hears;
	o->hearing[o->hearing_count++] =
		(struct oracle_hearing){.at = at, .from = a, .to = b, .hears = hears};
}

/* Asks the world who hears whom; with `node` only where that node takes part. */
static void listen(struct oracle *o, vl_time at, const char *node)
{
	for (size_t a = 0; a < o->station_count; a++) {
		if (node != NULL && !names(world_node_name(o->world, o->station[a].node), node))
			continue;
		for (size_t b = 0; b < o->station_count; b++) {
			ask(o, a, b, at);
			if (node != NULL && b != a)
				ask(o, b, a, at);
		}
	}
}

/* Its virtual routers are told of where they were first: the segments are joined. */
static void station_moved(struct oracle *o, const struct record *r)
{
	const char *node = record_word(r, "node"), *from = record_word(r, "from"), *to = record_word(r, "to");

	for (size_t i = 0; i < o->station_count; i++) {
		struct oracle_station *s = &o->station[i];
		if (!names(world_node_name(o->world, s->node), node) ||
		    !names(world_segment_name(o->world, s->segment), from))
			continue;
		for (world_segment n = 0; n < world_segment_count(o->world); n++)
			if (names(world_segment_name(o->world, n), to))
				s->segment = n;
	}
	listen(o, r->at, node);
}

void oracle_record(struct oracle *o, const struct record *r)
{
	if (r->kind == &WORLD_NODE_KIND)
		node_record(o, r);
	if (r->kind == &WORLD_NODE_KIND || r->kind == &WORLD_LINK_KIND)
		listen(o, r->at, record_word(r, "node"));
	else if (r->kind == &WORLD_PARTITION_KIND || r->kind == &WORLD_DEAF_KIND || r->kind == &WORLD_TRUNK_KIND)
		listen(o, r->at, NULL);
	else if (r->kind == &WORLD_MOVE_KIND)
		station_moved(o, r);
	for (size_t i = 0; i < sizeof state_kinds / sizeof state_kinds[0]; i++)
		if (r->kind == state_kinds[i].kind)
			state_record(o, &state_kinds[i], r);
}

bool oracle_class_fits(enum oracle_class meant, enum oracle_class is)
{
	bool group = is == ORACLE_HSRP || is == ORACLE_HSRP2 || is == ORACLE_GLBP || is == ORACLE_FGCP;

	if (meant == ORACLE_VRID)
		return is == ORACLE_VRRP || is == ORACLE_CARP;
	if (meant == ORACLE_GROUP || meant == ORACLE_NO_GROUP)
		return group == (meant == ORACLE_GROUP);
	return meant == ORACLE_ANY_CLASS || meant == is;
}

bool oracle_ids(const struct oracle *o, enum oracle_class class, unsigned *lowest, unsigned *highest)
{
	*lowest = UINT16_MAX;
	*highest = 0;
	for (size_t i = 0; i < o->subject_count; i++) {
		const struct oracle_subject *s = &o->subject[i];
		for (size_t k = 0; oracle_class_fits(class, s->told.class) && k < s->count; k++) {
			*lowest = s->entry[k].id < *lowest ? s->entry[k].id : *lowest;
			*highest = s->entry[k].id > *highest ? s->entry[k].id : *highest;
		}
	}
	return *lowest <= *highest;
}

/* --- questions ------------------------------------------------------------------------------------------ */

const struct oracle_entry *oracle_entry_at(const struct oracle_subject *s, vl_time at)
{
	size_t low = 0, high = s->count; /* entry[low] is at or before, entry[high] after */

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (s->entry[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return &s->entry[low];
}

/* What is meant but for the id, which may change. */
static bool may_be(const struct oracle_who *who, const struct oracle_router *r)
{
	return (who->node == WORLD_ANY || who->node == r->node) &&
	       (who->segment == WORLD_ANY || who->segment == r->segment) &&
	       oracle_class_fits(who->class, r->class) &&
	       (who->family == IP_NONE || who->family == r->family) && (!who->one_vlan || who->vlan == r->vlan);
}

/* The state of the i-th subject at the moment; 0 when it is not meant. */
static enum oracle_state meant_state(const struct oracle *o, size_t i, const struct oracle_who *who,
				     vl_time at)
{
	const struct oracle_subject *s = &o->subject[i];

	if (!may_be(who, &s->told))
		return 0;
	const struct oracle_entry *e = oracle_entry_at(s, at);
	unsigned id = who->id == ORACLE_ID_0 ? 0 : who->id;
	return who->id == 0 || id == e->id ? e->state : 0;
}

enum oracle_state oracle_state_at(const struct oracle *o, const struct oracle_who *who, vl_time at)
{
	enum oracle_state highest = 0;

	for (size_t i = 0; i < o->subject_count; i++) {
		enum oracle_state state = meant_state(o, i, who, at);
		if (state > highest)
			highest = state;
	}
	return highest;
}

size_t oracle_actives_at(const struct oracle *o, const struct oracle_who *who, vl_time at, world_node *node,
			 size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < o->subject_count; i++) {
		if (meant_state(o, i, who, at) != ORACLE_ACTIVE)
			continue;
		if (count < room)
			node[count] = o->subject[i].told.node;
		count++;
	}
	return count;
}

/* A condition that changes only when a history does. */
struct condition {
	const struct oracle_who *who;
	unsigned states;                /* 0: the number of Actives is asked for */
	size_t at_least, at_most;
};

static bool holds(const struct oracle *o, const struct condition *c, vl_time at)
{
	if (c->states != 0)
		return ((unsigned)oracle_state_at(o, c->who, at) & c->states) != 0;
	size_t count = oracle_actives_at(o, c->who, at, NULL, 0);
	return count >= c->at_least && count <= c->at_most;
}

/* The next moment after `at` at which anything meant changes; VL_NEVER: none. */
static vl_time next_change(const struct oracle *o, const struct oracle_who *who, vl_time at)
{
	vl_time next = VL_NEVER;

	for (size_t i = 0; i < o->subject_count; i++) {
		const struct oracle_subject *s = &o->subject[i];
		if (!may_be(who, &s->told))
			continue;
		const struct oracle_entry *e = oracle_entry_at(s, at);
		if (e + 1 < s->entry + s->count)
			next = vl_time_min(next, e[1].at);
	}
	return next;
}

/* Walks from the beginning of the run: spans are told whole, also when they began before the window. */
static bool first_span(const struct oracle *o, const struct condition *c, vl_time from, vl_time until,
		       struct oracle_span *span)
{
	vl_time at = 0;

	if (until <= from)
		until = vl_time_after(from, 1); /* one moment */
	while (at < until) {
		if (!holds(o, c, at)) {
			at = next_change(o, c->who, at);
			continue;
		}
		struct oracle_span s = {.from = at, .until = at};
		while (s.until != VL_NEVER && holds(o, c, s.until))
			s.until = next_change(o, c->who, s.until);
		if (s.until > from) {
			*span = s;
			return true;
		}
		at = s.until;
	}
	return false;
}

bool oracle_joined(const struct oracle *o, world_segment a, world_segment b)
{
	return world_joined(o->world, a, b);
}

bool oracle_when_state(const struct oracle *o, const struct oracle_who *who, unsigned states, vl_time from,
		       vl_time until, struct oracle_span *span)
{
	return first_span(o, &(struct condition){.who = who, .states = states}, from, until, span);
}

bool oracle_when_actives(const struct oracle *o, const struct oracle_who *who, size_t at_least,
			 size_t at_most, vl_time from, vl_time until, struct oracle_span *span)
{
	return first_span(o, &(struct condition){.who = who, .at_least = at_least, .at_most = at_most}, from,
			  until, span);
}
