// SPDX-License-Identifier: BSD-2-Clause
/* From scripts to the model and back. What is refused, and how, is in tests/golden/errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/balancer/persistence.h"
#include "sim/base/time.h"
#include "sim/scenario/document.h"
#include "sim/scenario/print.h"
#include "sim/scenario/read_file.h"
#include "sim/scenario/schema.h"
#include "tests/support/sparse.h"

#define EVERY_KEY "tests/scenario/scripts/every-key.yaml"

#define HEAD                                                                                        \
	"title: t\nsegments: {lan: {net: 192.0.2.0/24, net6: \"2001:db8::/64\"}}\nuntil: 60s\n"     \
	"nodes:\n"                                                                                  \
	"  r1: {kind: rfc, on: lan, ip: 192.0.2.2, vrrp: [{vrid: 1, vip: 192.0.2.1}]}\n"            \
	"  c: {kind: client, on: lan, ip: 192.0.2.50}\n"

static const char *path(char room[512], const char *name)
{
	const char *top = getenv("SRCDIR");

	snprintf(room, 512, "%s/%s", top != NULL ? top : ".", name);
	return room;
}

/* A script that should have been right. */
static void give_up(struct scenario_set *set)
{
	scenario_print_mistakes(stderr, set);
	scenario_set_free(set);
	fail();
}

static struct scenario *load_text(struct scenario_set *set, const char *text)
{
	if (!scenario_load_bytes(set, "t.yaml", (const uint8_t *)text, strlen(text)))
		give_up(set);
	return set->scenario;
}

static char *printed(const struct scenario *s)
{
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	assert_non_null(to);
	assert_true(scenario_print(to, s));
	fclose(to);
	return text;
}

static void names_become_indexes_and_defaults_are_filled_in(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "timeline: [{at: 5s, crash: r1}, {at: 0s, ping: 192.0.2.1, from: c}]\n");

	assert_int_equal(set.scenario_count, 1);
	assert_int_equal(s->seed, 1);
	assert_int_equal(s->until, 60 * VL_S);
	assert_int_equal(s->node_count, 2);
	assert_int_equal(s->node[0].class, CLASS_VENDOR);
	assert_string_equal(s->node[0].profile, "rfc");
	assert_int_equal(s->node[1].class, CLASS_HOST);
	assert_int_equal(s->node[0].interface[0].addresses.item[0].length, 24);
	assert_int_equal(s->node[1].interface[0].mac.value.b[5], 2);
	assert_string_equal(s->node[0].interface[0].name, "eth0");
	assert_int_equal(s->node[0].vrrp[0].family, IP_V4);
	assert_false(s->node[0].vrrp[0].priority.given);
	/* In order of time, whatever the order in the file. */
	assert_int_equal(s->step[0].verb, STEP_PING);
	assert_int_equal(s->step[0].ping.from.item[0].index, 1);
	assert_int_equal(s->step[0].ping.every, VL_S);
	assert_int_equal(s->step[1].verb, STEP_CRASH);
	assert_string_equal(s->step[1].text, "{at: 5s, crash: r1}");
	assert_int_equal(s->step[1].place.line, 7);
	scenario_set_free(&set);
}

static void steps_of_one_instant_keep_their_order(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "timeline:\n"
		"  - {at: 5s, pause: r1}\n  - {at: 1s, pause: c}\n  - {at: 5s, resume: r1}\n"
		"  - {at: 5s, crash: r1}\n  - {at: 1s, resume: c}\n");
	const enum scenario_verb order[] = {STEP_PAUSE, STEP_RESUME, STEP_PAUSE, STEP_RESUME, STEP_CRASH};

	for (size_t i = 0; i < 5; i++)
		assert_int_equal(s->step[i].verb, order[i]);
	scenario_set_free(&set);
}

static void windows_get_their_ends(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "expect:\n"
		"  - {state: active, of: r1}\n  - {state: active, of: r1, before: 5s}\n"
		"  - {state: active, of: r1, after: 5s}\n  - {becomes: active, of: r1, between: [1s, 5s]}\n"
		"  - {state: active, of: r1, at: 5s}\n");
	const struct { vl_time from, until; enum scenario_mode mode; } wanted[] = {
		{0, 60 * VL_S, MODE_HOLDS},       {0, 5 * VL_S, MODE_BECOMES}, {5 * VL_S, 60 * VL_S, MODE_HOLDS},
		{VL_S, 5 * VL_S, MODE_BECOMES},   {5 * VL_S, 5 * VL_S, MODE_HOLDS},
	};

	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(s->expectation[i].window.from, wanted[i].from);
		assert_int_equal(s->expectation[i].window.until, wanted[i].until);
		assert_int_equal(s->expectation[i].state.mode, wanted[i].mode);
	}
	scenario_set_free(&set);
}

static void settings_have_the_type_of_their_key(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "timeline: [{at: 5s, set: {r1.vrrp.1.priority: 90, "
		"r1.vrrp.1.interval: 2s, r1.vrrp.1.preempt: false, r1.vrrp.1.vrid: 47}}, "
		"{at: 6s, set: {r1.vrrp.47.priority: 1}}]\n");
	const struct scenario_setting *set1 = s->step[0].set.item;

	assert_string_equal(set1[0].path.text, "r1.vrrp.1.priority");
	assert_string_equal(set1[0].field, "vrrp.1.priority");
	assert_int_equal(set1[0].type, VALUE_NUMBER);
	assert_int_equal(set1[0].value.number, 90);
	assert_int_equal(set1[1].type, VALUE_TIME);
	assert_int_equal(set1[1].value.time, 2 * VL_S);
	assert_int_equal(set1[2].type, VALUE_FLAG);
	assert_false(set1[2].value.flag);
	/* An id that the timeline gives may be used by what comes later. */
	assert_int_equal(s->step[1].set.item[0].value.number, 1);
	scenario_set_free(&set);
}

static void a_partition_knows_the_side_of_every_node(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "  d: {kind: client, on: lan, ip: 192.0.2.51}\n"
		"timeline: [{at: 5s, partition: {lan: [[c], [r1]]}}]\n");
	const struct scenario_partition *p = s->step[0].partition.item;

	assert_int_equal(p->side_of[0], 1);     /* r1 */
	assert_int_equal(p->side_of[1], 0);     /* c */
	assert_int_equal(p->side_of[2], 2);     /* d, in no list */
	scenario_set_free(&set);
}

static void vlans_of_a_node_on_one_segment_share_a_port_and_a_mac(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "  t: {kind: host, interfaces: [{on: lan, vlan: 10}, "
		"{on: lan, vlan: 20}, {on: lan}]}\n");
	const struct scenario_node *t = &s->node[2];

	assert_int_equal(t->port_count, 2);
	assert_int_equal(t->interface[0].port, t->interface[1].port);
	assert_true(mac_equal(t->interface[0].mac.value, t->interface[1].mac.value));
	assert_int_equal(t->interface[2].port, 1);
	assert_string_equal(t->interface[2].name, "eth2");
	scenario_set_free(&set);
}

static void a_matrix_makes_a_scenario_of_each_combination(void **state)
{
	struct scenario_set set;
	const struct scenario *s =
		load_text(&set, HEAD "matrix: {r1.vrrp.1.priority: [90, 110], c.start: [0s, 1s, 2s]}\n");

	assert_int_equal(set.scenario_count, 6);
	assert_string_equal(s[0].variant, "r1.vrrp.1.priority 90, c.start 0s");
	assert_string_equal(s[5].variant, "r1.vrrp.1.priority 110, c.start 2s");
	assert_int_equal(s[2].node[0].vrrp[0].priority.value, 90);
	assert_int_equal(s[2].node[1].start, 2 * VL_S);
	assert_int_equal(s[3].node[0].vrrp[0].priority.value, 110);
	scenario_set_free(&set);
}

static void values_of_a_matrix_may_belong_together(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD
		"matrix:\n"
		"  phase: [{c.start: 1s, expect.lost.loss: 10%, unheard: mute}, {c.start: 2s, expect.lost.loss: 20%}]\n"
		"  r1.vrrp.1.priority: [90, 110]\n"
		"timeline: [{at: 5s, ping: 192.0.2.1, from: c, every: 1s}]\n"
		"expect: [{ping: c, loss: 50%, name: lost}, {ping: c, loss: 60%}]\n");

	assert_int_equal(set.scenario_count, 4);
	assert_string_equal(s[0].variant, "c.start 1s, r1.vrrp.1.priority 90");
	assert_string_equal(s[3].variant, "c.start 2s, r1.vrrp.1.priority 110");
	assert_int_equal(s[1].node[1].start, VL_S);
	assert_int_equal(s[1].node[0].vrrp[0].priority.value, 110);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(s[i].expectation[0].name, "lost");
		assert_true(comparison_holds(&s[i].expectation[0].ping.loss, s[i].expectation[1].ping.loss.value / 6 * (1 + i / 2)));
		assert_int_equal(s[i].unheard[UNHEARD_MUTE], i < 2);
	}
	scenario_set_free(&set);
}

static void a_matrix_reaches_only_expectations_that_have_the_name(void **state)
{
	static const char *const texts[] = {HEAD "matrix: {expect.gone.loss: [10%]}\n",
					    HEAD "matrix: {x: [{c.nothing.at: 1s}]}\n"};
	static const char *const says[] = {"`expect.gone.loss' leads nowhere", "`c.nothing.at' leads nowhere"};

	for (size_t i = 0; i < 2; i++) {
		struct scenario_set set;

		assert_false(scenario_load_bytes(&set, "t.yaml", (const uint8_t *)texts[i], strlen(texts[i])));
		assert_int_equal(set.mistake_count, 1);
		assert_non_null(strstr(set.mistake[0].message, says[i]));
		scenario_set_free(&set);
	}
}

/* One ID three times on a node: the family, the interface that it names, or both say which. */
static void a_path_says_which_of_several_groups(void **state)
{
	static const struct {
		const char *path;
		size_t group;
	} cases[] = {
		{"m.vrrp.20.ipv6.priority", 2},	     {"m.vrrp.20.west.priority", 0},
		{"m.vrrp.20.east.priority", 1},	     {"m.vrrp.20.ipv4.east.priority", 1},
		{"m.vrrp.20.west.ipv4.priority", 0}, {"m.vrrp.20.ipv6.north.priority", 2},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct scenario_set set;
		char text[1024];
		snprintf(text, sizeof text, HEAD "  m: {kind: rfc, interfaces: [{name: west, on: lan, ip: 192.0.2.30}, "
			 "{name: east, on: lan, ip: 192.0.2.31}, {name: north, on: lan, ip6: \"2001:db8::30\"}], vrrp: ["
			 "{vrid: 20, vip: [192.0.2.91], interface: west}, {vrid: 20, vip: 192.0.2.92, interface: east}, "
			 "{vrid: 20, vip: [\"fe80::1\"], interface: north}]}\nmatrix: {%s: [77]}\n", cases[i].path);
		const struct scenario *s = load_text(&set, text);
		for (size_t k = 0; k < 3; k++)
			assert_int_equal(s->node[2].vrrp[k].priority.given ? s->node[2].vrrp[k].priority.value : 0,
					 k == cases[i].group ? 77 : 0);
		scenario_set_free(&set);
	}
}

static void repeat_counts_names_addresses_and_times_on(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD "  d: {kind: client, on: lan, ip: 192.0.2.60, repeat: 3}\n"
		"timeline: [{at: 5s, restart: [d-1, d-3], repeat: {times: 3, every: 1500ms}}]\n");
	struct ip_addr third = ip4(192, 0, 2, 62);

	assert_int_equal(s->node_count, 5);
	assert_string_equal(s->node[4].name, "d-3");
	assert_true(ip_equal(&s->node[4].interface[0].ip.item[0], &third));
	assert_int_equal(s->step_count, 3);
	assert_int_equal(s->step[2].at, 8 * VL_S);
	assert_int_equal(s->step[2].nodes.item[1].index, 4);
	scenario_set_free(&set);
}

/* Every address of every interface, with its carry; names and segments stay. */
static void repeat_counts_lists_and_macs_of_interfaces_on(void **state)
{
	struct scenario_set set;
	const struct scenario *s = load_text(&set, HEAD
		"  d: {kind: client, repeat: 2, interfaces: [{name: up, on: lan, ip: [192.0.2.60, 192.0.2.70]}, "
		"{on: lan, ip: 192.0.2.80, mac: \"02:00:00:00:00:ff\"}]}\n");
	struct ip_addr first = ip4(192, 0, 2, 61), other = ip4(192, 0, 2, 71);

	const struct scenario_node *second = &s->node[3];
	assert_int_equal(s->node_count, 4);
	assert_string_equal(second->name, "d-2");
	assert_string_equal(second->interface[0].name, "up");
	assert_int_equal(second->interface[0].ip.count, 2);
	assert_true(ip_equal(&second->interface[0].ip.item[0], &first));
	assert_true(ip_equal(&second->interface[0].ip.item[1], &other));
	assert_true(mac_equal(second->interface[1].mac.value, (struct mac){{0x02, 0, 0, 0, 1, 0}}));
	scenario_set_free(&set);
}

static void a_script_wins_over_the_template_it_includes(void **state)
{
	char room[512], text[1024];
	struct scenario_set set;

	snprintf(text, sizeof text, "title: t\ninclude: templates/pair.yaml\n"
		 "nodes: {p2: {start: 7s}}\ntimeline: [{at: 1s, pause: p1}]\nuntil: 60s\n");
	if (!scenario_load_bytes(&set, path(room, "tests/scenario/t.yaml"), (const uint8_t *)text, strlen(text)))
		give_up(&set);
	const struct scenario *s = set.scenario;
	assert_int_equal(s->node_count, 2);
	assert_string_equal(s->node[0].name, "p2");
	assert_int_equal(s->node[0].start, 7 * VL_S);
	assert_int_equal(s->node[0].vrrp[0].priority.value, 100);
	assert_int_equal(s->step_count, 2);             /* both timelines */
	assert_non_null(strstr(s->step[1].place.file, "templates/pair.yaml"));
	scenario_set_free(&set);
}

static void a_template_is_checked_and_gives_no_scenario(void **state)
{
	char room[512];
	struct scenario_set set;

	assert_true(scenario_load(&set, path(room, "tests/scenario/templates/pair.yaml")));
	assert_true(set.is_template);
	assert_int_equal(set.scenario_count, 0);
	scenario_set_free(&set);
}

/* --- all of the language ----------------------------------------------------------------------------------- */

static bool holds_key(const struct document *d, const char *name)
{
	if (d->kind == DOCUMENT_MAPPING && document_pair(d, name) != NULL)
		return true;
	for (size_t i = 0; i < d->count; i++)
		if (d->kind != DOCUMENT_SCALAR &&
		    holds_key(d->kind == DOCUMENT_MAPPING ? d->pair[i].value : d->item[i], name))
			return true;
	return false;
}

/* How many of the keys, and of those in their sections, the script lacks. */
static unsigned lacks_keys(const struct document *script, const struct schema_key *key)
{
	unsigned lacks = 0;

	for (; key->name != NULL; key++) {
		if (strcmp(key->name, "template") != 0 && !holds_key(script, key->name)) {
			print_error("no `%s' in " EVERY_KEY "\n", key->name);
			lacks++;
		}
		if (key->type == &TYPE_SECTION || key->type == &TYPE_LIST)
			lacks += lacks_keys(script, key->section->key);
	}
	return lacks;
}

static void one_script_holds_every_key_of_the_schema(void **state)
{
	static const struct schema_section *const sections[] = {
		&schema_scenario, &schema_segment, &schema_node, &schema_interface, &schema_vrrp,
		&schema_track,    &schema_carp,    &schema_ha,   &schema_step,      &schema_expectation,
		&schema_hsrp,     &schema_glbp,    &schema_fgcp, &schema_clusterxl, &schema_nlb,
		&schema_service,  &schema_server,  &schema_served, &schema_population, &schema_tcp,
		&schema_nat,
	};
	char room[512];
	struct read_file file;
	struct mistakes m = {.memory = arena_new()};
	unsigned lacks = 0;

	assert_non_null(m.memory);
	assert_int_equal(setjmp(m.memory->exhausted), 0);
	assert_true(read_file(&file, path(room, EVERY_KEY), DOCUMENT_SIZE));
	const struct document *script = document_read(&m, "every-key.yaml", file.bytes, file.length);
	assert_non_null(script);
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		lacks += lacks_keys(script, sections[i]->key);
		for (const struct schema_variant *v = sections[i]->variant; v != NULL && v->key != NULL; v++)
			lacks += lacks_keys(script, v->key);
	}
	read_file_free(&file);
	arena_free(m.memory);
	assert_int_equal(lacks, 0);
}

static void what_is_printed_reads_back_and_prints_the_same(void **state)
{
	char room[512];
	struct scenario_set set, again;

	if (!scenario_load(&set, path(room, EVERY_KEY)))
		give_up(&set);
	assert_int_equal(set.scenario_count, 2);
	for (size_t i = 0; i < set.scenario_count; i++) {
		char *once = printed(&set.scenario[i]);
		char *twice = printed(load_text(&again, once));

		assert_string_equal(twice, once);
		scenario_set_free(&again);
		free(twice);
		free(once);
	}
	scenario_set_free(&set);
}

/* No crash, and either scenarios or mistakes: never both, never neither. */
static void load_anything(const char *name, const uint8_t *bytes, size_t length)
{
	struct scenario_set set;
	bool good = scenario_load_bytes(&set, name, bytes, length);

	assert_int_equal(good, set.mistake_count == 0);
	assert_int_equal(set.scenario_count > 0 || set.is_template, good || set.is_template);
	for (size_t i = 0; i < set.mistake_count; i++)
		assert_true(set.mistake[i].message[0] != '\0');
	scenario_set_free(&set);
}

static void every_prefix_of_a_script_is_answered(void **state)
{
	char room[512];
	struct read_file file;

	assert_true(read_file(&file, path(room, EVERY_KEY), DOCUMENT_SIZE));
	for (size_t n = 0; n < file.length; n += 3 * sparse_step())
		load_anything(room, file.bytes, n);
	read_file_free(&file);
}

static void one_wrong_byte_anywhere_is_answered(void **state)
{
	static const uint8_t wrong[] = {0, ' ', '\n', '{', ']', ':', '-', '"', '9', '.', 0xff};
	char room[512];
	struct read_file file;

	assert_true(read_file(&file, path(room, EVERY_KEY), DOCUMENT_SIZE));
	for (size_t i = 0; i < file.length; i += 2 * sparse_step()) {
		uint8_t right = file.bytes[i];

		file.bytes[i] = wrong[(i / 2) % sizeof wrong];
		load_anything(room, file.bytes, file.length);
		file.bytes[i] = right;
	}
	read_file_free(&file);
}

/* The words of a script stand in the order of the balancer's list. */
static void every_kind_of_persistence_has_its_word(void **state)
{
	char text[2048];

	for (size_t i = 0; persistence_at(i) != NULL; i++) {
		const struct persistence_ops *kind = persistence_at(i);
		struct scenario_set set;
		(void)snprintf(text, sizeof text, HEAD "  lb: {kind: loadmaster, on: lan, ip: 192.0.2.11, services: {web: {vip: 192.0.2.80, "
			       "port: 80, protocol: %s, persistence: %s, %s servers: {rs1: {ip: 192.0.2.60}}}}}\n",
			       kind->needs == NEEDS_DATAGRAM ? "udp" : "tcp", kind->name, kind->named ? "persistence_name: X-Name," : "");
		struct scenario *s = load_text(&set, text);
		assert_int_equal(s->node[2].service[0].persistence, i + 1);
		scenario_set_free(&set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_persistence_has_its_word),
		cmocka_unit_test(names_become_indexes_and_defaults_are_filled_in),
		cmocka_unit_test(steps_of_one_instant_keep_their_order),
		cmocka_unit_test(windows_get_their_ends),
		cmocka_unit_test(settings_have_the_type_of_their_key),
		cmocka_unit_test(a_partition_knows_the_side_of_every_node),
		cmocka_unit_test(vlans_of_a_node_on_one_segment_share_a_port_and_a_mac),
		cmocka_unit_test(a_matrix_makes_a_scenario_of_each_combination),
		cmocka_unit_test(values_of_a_matrix_may_belong_together),
		cmocka_unit_test(a_matrix_reaches_only_expectations_that_have_the_name),
		cmocka_unit_test(a_path_says_which_of_several_groups),
		cmocka_unit_test(repeat_counts_names_addresses_and_times_on),
		cmocka_unit_test(repeat_counts_lists_and_macs_of_interfaces_on),
		cmocka_unit_test(a_script_wins_over_the_template_it_includes),
		cmocka_unit_test(a_template_is_checked_and_gives_no_scenario),
		cmocka_unit_test(one_script_holds_every_key_of_the_schema),
		cmocka_unit_test(what_is_printed_reads_back_and_prints_the_same),
		cmocka_unit_test(every_prefix_of_a_script_is_answered),
		cmocka_unit_test(one_wrong_byte_anywhere_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
