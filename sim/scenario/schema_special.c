// SPDX-License-Identifier: BSD-2-Clause
/* The types that one key alone has, and the hooks of the schema's table. */
#include <string.h>

#include "analyzers/finding.h"
#include "sim/carp/carp_records.h"
#include "sim/scenario/kinds.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/schema_hooks.h"
#include "sim/stack/stack.h"
#include "sim/vendors/clusterxl_records.h"
#include "sim/vendors/fgcp_records.h"
#include "sim/vendors/glbp_records.h"
#include "sim/vendors/hsrp_records.h"
#include "sim/vendors/nlb_records.h"
#include "sim/vrrp/vrrp_records.h"

static struct document *scalar(struct arena *memory, const char *text)
{
	return document_scalar(memory, (struct scenario_place){0}, text);
}

static struct document *collection(struct arena *memory, enum document_kind kind)
{
	struct document *d = arena_alloc(memory, sizeof *d);

	d->kind = kind;
	d->text = "";
	return d;
}

/* True for a scalar; a list of scalars is taken apart by the caller. */
static bool is_text(const struct document *d)
{
	return d->kind == DOCUMENT_SCALAR && d->text[0] != '\0';
}

/* --- nodes ----------------------------------------------------------------------------------------------- */

static void read_kind(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_node *n = base;
	struct suggestion s;
	struct kind kind;
	char words[256] = "";

	if (!is_text(d)) {
		reader_expected(r, key, d);
		return;
	}
	n->kind = d->text;
	if (kind_find(d->text, &kind, &s)) {
		n->class = kind.class;
		n->profile = kind.vendor != NULL ? kind.name : NULL;
		return;
	}
	for (size_t i = 0; kind_at(i, &kind); i++) {
		size_t length = strlen(words);

		snprintf(words + length, sizeof words - length, "%s%s", i > 0 ? ", " : "", kind.name);
	}
	mistakes_add_suggesting(r->mistakes, d->at, &s, "kind: `%s' is not one of: %s",
				mistakes_quote(r->mistakes, d->text), words);
}

static struct document *write_kind(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_node *n = base;

	(void)key;
	return scalar(memory, n->kind);
}

const struct schema_type TYPE_KIND = {"the kind of a node", read_kind, write_kind, "{\"type\": \"string\"}"};

static void read_interfaces(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (d->kind == DOCUMENT_SEQUENCE && d->count == 0)
		mistakes_add(r->mistakes, d->at, "interfaces: the list is empty");
	TYPE_LIST.read(r, key, d, base);
}

static struct document *write_interfaces(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_node *n = base;

	return n->interface_count > 1 ? TYPE_LIST.write(memory, key, base) : NULL;
}

const struct schema_type TYPE_INTERFACES = {"a list of interfaces", read_interfaces, write_interfaces, NULL};

void hook_node_read(struct reader *r, struct document *d, void *base)
{
	struct scenario_node *n = base;

	if (document_pair(d, "interfaces") == NULL) {
		n->interface = arena_alloc(r->memory, sizeof *n->interface);
		n->interface_count = 1;
		reader_inlined(r, &schema_interface, d, n->interface);
		return;
	}
	for (const struct schema_key *key = schema_interface.key; key->name != NULL; key++) {
		const struct document_pair *pair =
			(key->flags & SCHEMA_LISTED) == 0 ? document_pair(d, key->name) : NULL;

		if (pair != NULL)
			mistakes_add(r->mistakes, pair->key->at,
				     "`%s' belongs to an interface, and this node lists them: move it there",
				     key->name);
	}
}

void hook_node_write(struct arena *memory, struct document *d, const void *base)
{
	const struct scenario_node *n = base;
	struct document *rest = collection(memory, DOCUMENT_MAPPING);

	if (n->interface_count != 1)
		return;
	/* kind, then the interface, then the rest. */
	struct document keys = *d;
	*d = *rest;
	document_set(memory, d, keys.pair[0].key, keys.pair[0].value);
	reader_write_inlined(memory, &schema_interface, d, n->interface);
	for (size_t i = 1; i < keys.count; i++)
		document_set(memory, d, keys.pair[i].key, keys.pair[i].value);
}

/* --- steps ----------------------------------------------------------------------------------------------- */

/* "lb1.ha.id": the node is looked up later, and the rest then. */
static void read_path(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_setting *s = base;
	const char *dot = strchr(d->text, '.');

	if (dot == NULL || dot == d->text || dot[1] == '\0') {
		mistakes_add(r->mistakes, d->at, "%s: expected a path such as lb1.ha.id or r1.vrrp.1.priority, not %s",
			     key->name, document_describe(r->mistakes, d));
		return;
	}
	s->path = (struct scenario_name){.text = arena_text(r->memory, d->text, (size_t)(dot - d->text)), .at = d->at};
	s->field = dot + 1;
	reader_refer(r, REFERENCE_NODE, &s->path, NULL);
}

static struct document *write_path(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_setting *s = base;

	(void)key;
	return scalar(memory, s->path.text);
}

const struct schema_type TYPE_PATH = {"NODE.ha.KEY, NODE.vrrp.VRID.KEY or NODE.carp.VHID.KEY", read_path,
				      write_path, NULL};

/* A setting's value: its path says of what type it is (settings.c); its origin is noted. */
static void read_raw(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	(void)base;
	if (!is_text(d))
		mistakes_add(r->mistakes, d->at, "%s: expected a plain value, not %s", key->name,
			     document_describe(r->mistakes, d));
}

static struct document *write_raw(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_setting *s = base;
	char text[COMPARISON_TEXT];

	(void)key;
	if (s->type == VALUE_TIME)
		return scalar(memory, comparison_value_format(text, COMPARISON_TIME, s->value.time));
	if (s->type == VALUE_FLAG)
		return scalar(memory, s->value.flag ? "true" : "false");
	if (s->type == VALUE_WORD)
		return scalar(memory, s->value.word);
	return scalar(memory, arena_print(memory, "%llu", (unsigned long long)s->value.number));
}

const struct schema_type TYPE_RAW = {"a value", read_raw, write_raw, NULL};

static void read_heal(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_heal *heal = &((struct scenario_step *)base)->heal;
	struct schema_key names = *key;

	if (d->kind == DOCUMENT_SCALAR && strcmp(d->text, "all") == 0) {
		heal->all = true;
		return;
	}
	/* Nodes and segments are told apart when names are looked up. */
	names.offset = 0;
	TYPE_LABELS.read(r, &names, d, &heal->nodes);
}

static struct document *write_heal(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_heal *heal = &((const struct scenario_step *)base)->heal;
	struct document *d = collection(memory, DOCUMENT_SEQUENCE);

	(void)key;
	if (heal->all)
		return scalar(memory, "all");
	for (size_t i = 0; i < heal->segments.count; i++)
		document_append(memory, d, scalar(memory, heal->segments.item[i].text));
	for (size_t i = 0; i < heal->nodes.count; i++)
		document_append(memory, d, scalar(memory, heal->nodes.item[i].text));
	return d->count == 1 ? d->item[0] : d;
}

const struct schema_type TYPE_HEAL = {"`all', a node, a segment or a list of them", read_heal, write_heal,
				      "{\"type\": [\"string\", \"array\"]}"};

static void read_sides(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_partition *p = base;
	struct schema_key names = *key;

	if (d->kind != DOCUMENT_SEQUENCE || d->count == 0) {
		mistakes_add(r->mistakes, d->at, "%s: expected lists of nodes such as [[r1, client], [r2]], not %s",
			     key->name,
			     d->kind == DOCUMENT_SEQUENCE ? "an empty list" : document_describe(r->mistakes, d));
		return;
	}
	names.offset = 0;
	p->side = arena_array(r->memory, d->count, sizeof *p->side);
	p->side_count = d->count;
	for (size_t i = 0; i < d->count; i++)
		TYPE_NODES.read(r, &names, d->item[i], &p->side[i]);
}

static struct document *write_sides(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_partition *p = base;
	struct document *d = collection(memory, DOCUMENT_SEQUENCE);

	(void)key;
	for (size_t i = 0; i < p->side_count; i++) {
		struct document *side = collection(memory, DOCUMENT_SEQUENCE);

		for (size_t j = 0; j < p->side[i].count; j++)
			document_append(memory, side, scalar(memory, p->side[i].item[j].text));
		document_append(memory, d, side);
	}
	return d;
}

const struct schema_type TYPE_SIDES = {"lists of nodes", read_sides, write_sides, NULL};

static void read_tracked(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_track_change *t = base;
	const char *dot = strchr(d->text, '.');

	if (dot == NULL || dot == d->text || dot[1] == '\0') {
		mistakes_add(r->mistakes, d->at, "track: expected NODE.NAME such as %s, not %s", key->example,
			     document_describe(r->mistakes, d));
		return;
	}
	t->node = (struct scenario_name){.text = arena_text(r->memory, d->text, (size_t)(dot - d->text)), .at = d->at};
	t->name = dot + 1;
	reader_refer(r, REFERENCE_NODE, &t->node, NULL);
}

static struct document *write_tracked(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_track_change *t = base;

	(void)key;
	return scalar(memory, arena_print(memory, "%s.%s", t->node.text, t->name));
}

const struct schema_type TYPE_TRACKED = {"NODE.NAME", read_tracked, write_tracked, NULL};

/* "untagged" is VLAN 0 of the model. */
static bool read_vlan(const struct document *d, uint16_t *vlan)
{
	uint32_t value = 0;

	if (!is_text(d))
		return false;
	*vlan = 0;
	if (strcmp(d->text, "untagged") == 0)
		return true;
	for (const char *c = d->text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || (value = value * 10 + (uint32_t)(*c - '0')) > 4094)
			return false;
	}
	*vlan = (uint16_t)value;
	return value > 0;
}

static void read_vlans(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_vlans vlans = {0};
	size_t count = d->kind == DOCUMENT_SEQUENCE ? d->count : 1;

	vlans.item = arena_array(r->memory, count, sizeof *vlans.item);
	for (size_t i = 0; i < count; i++) {
		struct document *item = d->kind == DOCUMENT_SEQUENCE ? d->item[i] : d;

		if (!read_vlan(item, &vlans.item[vlans.count])) {
			mistakes_add(r->mistakes, item->at, "%s: expected `untagged' or a VLAN, 1-4094, not %s",
				     key->name, document_describe(r->mistakes, item));
			return;
		}
		vlans.count++;
	}
	if (count == 0)
		mistakes_add(r->mistakes, d->at, "%s: the list is empty", key->name);
	memcpy((char *)base + key->offset, &vlans, sizeof vlans);
}

static struct document *write_vlans(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct document *d = collection(memory, DOCUMENT_SEQUENCE);
	struct scenario_vlans vlans;

	memcpy(&vlans, (const char *)base + key->offset, sizeof vlans);
	for (size_t i = 0; i < vlans.count; i++)
		document_append(memory, d,
				scalar(memory, vlans.item[i] == 0 ? "untagged"
								  : arena_print(memory, "%u", (unsigned)vlans.item[i])));
	return vlans.count == 0 ? NULL : vlans.count == 1 ? d->item[0] : d;
}

const struct schema_type TYPE_VLANS = {"a VLAN, `untagged' or a list of them", read_vlans, write_vlans,
				       "{\"type\": [\"string\", \"integer\", \"array\"]}"};

/* --- expectations ---------------------------------------------------------------------------------------- */

static void read_actives(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_expectation *e = base;
	struct schema_key part = *key;

	if (d->kind == DOCUMENT_SEQUENCE) {
		e->actives.by_name = true;
		part.offset = offsetof(struct scenario_expectation, actives.names);
		TYPE_NODES.read(r, &part, d, base);
	} else {
		part.offset = offsetof(struct scenario_expectation, actives.count);
		TYPE_COUNT.read(r, &part, d, base);
	}
}

static struct document *write_actives(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_expectation *e = base;
	struct document *d = collection(memory, DOCUMENT_SEQUENCE);
	char text[COMPARISON_TEXT];

	(void)key;
	if (!e->actives.by_name)
		return scalar(memory, comparison_format(text, &e->actives.count));
	for (size_t i = 0; i < e->actives.names.count; i++)
		document_append(memory, d, scalar(memory, e->actives.names.item[i].text));
	return d;
}

const struct schema_type TYPE_ACTIVES = {"a number of nodes or a list of nodes", read_actives, write_actives,
					 "{\"type\": [\"string\", \"integer\", \"array\"]}"};

static const struct {
	const char *word;
	enum scenario_never what;
	enum scenario_state state;
} nevers[] = {
	{"dual-active", NEVER_DUAL_ACTIVE, SCENARIO_ACTIVE}, {"no-active", NEVER_NO_ACTIVE, SCENARIO_ACTIVE},
	{"active", NEVER_STATE, SCENARIO_ACTIVE},	     {"backup", NEVER_STATE, SCENARIO_BACKUP},
	{"initialize", NEVER_STATE, SCENARIO_INITIALIZE},
};

#define NEVERS (sizeof nevers / sizeof nevers[0])

static void read_never(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_expectation *e = base;
	struct suggestion s;

	if (!is_text(d)) {
		reader_expected(r, key, d);
		return;
	}
	suggest_begin(&s, d->text);
	for (size_t i = 0; i < NEVERS; i++) {
		if (strcmp(nevers[i].word, d->text) == 0) {
			e->never.what = nevers[i].what;
			e->never.state = nevers[i].state;
			return;
		}
		suggest_word(&s, nevers[i].word);
	}
	mistakes_add_suggesting(r->mistakes, d->at, &s,
				"never: `%s' is not one of: dual-active, no-active, active, backup, initialize",
				mistakes_quote(r->mistakes, d->text));
}

static struct document *write_never(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_expectation *e = base;

	(void)key;
	for (size_t i = 0; i < NEVERS; i++)
		if (nevers[i].what == e->never.what &&
		    (e->never.what != NEVER_STATE || nevers[i].state == e->never.state))
			return scalar(memory, nevers[i].word);
	return NULL;
}

const struct schema_type TYPE_NEVER = {"dual-active, no-active or a state", read_never, write_never,
				       "{\"enum\": [\"dual-active\", \"no-active\", \"active\", \"backup\", "
				       "\"initialize\"]}"};

static void read_codes(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_expectation *e = base;
	bool just_one = key->low == 1;

	if (!just_one && d->kind == DOCUMENT_SCALAR && strcmp(d->text, "none") == 0)
		return;
	if (just_one && d->kind != DOCUMENT_SCALAR) {
		reader_expected(r, key, d);
		return;
	}
	TYPE_LABELS.read(r, key, d, base);
	for (size_t i = 0; i < e->findings.count; i++) {
		const struct scenario_name *code = &e->findings.item[i];
		const char *near = finding_nearest(code->text);

		if (finding_find(code->text) == NULL)
			mistakes_add(r->mistakes, code->at, "%s: no finding has the code `%s'%s%s%s", key->name,
				     code->text, near != NULL ? "; did you mean `" : "", near != NULL ? near : "",
				     near != NULL ? "'?" : "");
	}
}

static struct document *write_codes(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct document *d = TYPE_LABELS.write(memory, key, base);

	return d != NULL ? d : scalar(memory, "none");
}

const struct schema_type TYPE_CODES = {"a finding's code", read_codes, write_codes,
				       "{\"type\": [\"string\", \"array\"]}"};

/* Every reason that any part of a box may have for refusing a packet, once each. */
static const char *reason_at(size_t i)
{
	static const char *const reasons[] = {
#define X(constant, text) text,
		VRRP_DROPS(X) CARP_DROPS(X) STACK_DROPS(X) HSRP_DROPS(X) GLBP_DROPS(X) FGCP_DROPS(X) CLUSTERXL_DROPS(X)
		NLB_DROPS(X)
#undef X
	};
	return i < sizeof reasons / sizeof reasons[0] ? reasons[i] : NULL;
}

static void read_reason(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_expectation *e = base;
	struct suggestion s;

	if (!is_text(d)) {
		reader_expected(r, key, d);
		return;
	}
	suggest_begin(&s, d->text);
	for (size_t i = 0; reason_at(i) != NULL; i++) {
		if (strcmp(reason_at(i), d->text) == 0) {
			e->drops.reason = d->text;
			return;
		}
		suggest_word(&s, reason_at(i));
		if (s.best == NULL && strstr(reason_at(i), d->text) != NULL)
			s.best = reason_at(i);
	}
	mistakes_add_suggesting(r->mistakes, d->at, &s, "reason: no box drops a packet for `%s'",
				mistakes_quote(r->mistakes, d->text));
}

static struct document *write_reason(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct scenario_expectation *e = base;

	(void)key;
	return scalar(memory, e->drops.reason);
}

const struct schema_type TYPE_REASON = {"a reason for dropping packets", read_reason, write_reason,
					"{\"type\": \"string\"}"};

bool hook_is_state(const void *base)
{
	const struct scenario_expectation *e = base;

	return e->state.mode == MODE_HOLDS || e->window.form == WINDOW_BEFORE;
}

void hook_expectation_read(struct reader *r, struct document *d, void *base)
{
	struct scenario_expectation *e = base;

	switch (e->kind) {
	case EXPECT_STATE:
		e->state.mode = document_pair(d, "becomes") != NULL || e->window.form == WINDOW_BEFORE
					? MODE_BECOMES : MODE_HOLDS;
		break;
	case EXPECT_NEVER:
		if (e->never.what == NEVER_STATE && document_pair(d, "of") == NULL)
			mistakes_add(r->mistakes, d->at, "never with a state needs `of': which node");
		if (e->never.what != NEVER_STATE && document_pair(d, "of") != NULL)
			mistakes_add(r->mistakes, document_pair(d, "of")->key->at,
				     "`of' goes with a state; %s is about all nodes",
				     e->never.what == NEVER_DUAL_ACTIVE ? "dual-active" : "no-active");
		break;
	case EXPECT_PING:
		if (document_pair(d, "loss") == NULL && document_pair(d, "longest_gap") == NULL &&
		    document_pair(d, "lost_there") == NULL && document_pair(d, "lost_back") == NULL)
			mistakes_add(r->mistakes, d->at,
				     "an expectation with `ping' needs `loss', `lost_there', `lost_back' or `longest_gap'");
		break;
	case EXPECT_TAKEOVER:
		if (document_pair(d, "after") == NULL)
			mistakes_add(r->mistakes, d->at, "an expectation with `takeover' needs `after': "
				     "the moment of the cause, such as 10s");
		break;
	case EXPECT_ACTIVES:
	case EXPECT_FINDING:
	case EXPECT_NO_FINDING:
	case EXPECT_FINDINGS:
	case EXPECT_MATCH:
	case EXPECT_MAC_MOVES:
	case EXPECT_DROPS:
	case EXPECT_LOGS:
	case EXPECT_RECORDS:
	case EXPECT_SHARE:
	case EXPECT_BALANCE:
	case EXPECT_NEW_CONNECTIONS:
	case EXPECT_ACTIVE_CONNECTIONS:
	case EXPECT_ALL_TO:
	case EXPECT_CATCH_UP:
		hook_measures_read(r, d, e);
		break;
	}
}
