// SPDX-License-Identifier: BSD-2-Clause
/* The schema for people (Markdown) and for editors (JSON Schema, draft 2020-12). */
#include <jansson.h>
#include <string.h>

#include "sim/scenario/kinds.h"
#include "sim/scenario/print.h"
#include "sim/scenario/schema.h"
#include "sim/wire/match_fields.h"

/* The sections in the order of the page. */
static const struct schema_section *const pages[] = {
	&schema_scenario, &schema_segment, &schema_node, &schema_interface, &schema_vrrp, &schema_track,
	&schema_carp,	  &schema_ha,	   &schema_service, &schema_server, &schema_hsrp, &schema_glbp, &schema_fgcp, &schema_clusterxl, &schema_nlb,
	&schema_served,	  &schema_population, &schema_tcp, &schema_nat,
	&schema_step,	  &schema_expectation,
};

#define PAGES (sizeof pages / sizeof pages[0])

/* --- Markdown -------------------------------------------------------------------------------------------- */

static void print_range(FILE *to, const struct schema_key *key)
{
	char low[COMPARISON_TEXT], high[COMPARISON_TEXT];

	if (key->high == 0 || key->high == UINT64_MAX || key->type == &TYPE_WORDS)
		return;
	if (key->type == &TYPE_TIME)
		fprintf(to, ", %s to %s", comparison_value_format(low, COMPARISON_TIME, key->low),
			comparison_value_format(high, COMPARISON_TIME, key->high));
	else if (key->type == &TYPE_SIGNED)
		fprintf(to, ", -%llu to -%llu or %llu to %llu", (unsigned long long)key->high,
			(unsigned long long)key->low, (unsigned long long)key->low,
			(unsigned long long)key->high);
	else
		fprintf(to, ", %llu-%llu%s", (unsigned long long)key->low, (unsigned long long)key->high,
			key->type == &TYPE_PASSWORD ? " bytes" : "");
}

static void print_words(FILE *to, const struct schema_key *key)
{
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++) {
		bool only = key->type == &TYPE_WORD || key->type == &TYPE_FLAG || key->type == &TYPE_WORDS;

		fprintf(to, "%s`%s`", w != key->words ? ", " : only ? ": " : ", or ", w->word);
		if (w->help != NULL)
			fprintf(to, " (%s)", w->help);
	}
}

static void print_key(FILE *to, const struct schema_key *key)
{
	const char *expected = key->type->expected;

	fprintf(to, "- `%s`%s: %s.", key->name, (key->flags & SCHEMA_REQUIRED) != 0 ? " (required)" : "", key->help);
	if (expected[0] != '\0') {
		fprintf(to, " %c%s", expected[0] >= 'a' && expected[0] <= 'z' ? expected[0] - 'a' + 'A' : expected[0],
			expected + 1);
		print_range(to, key);
		print_words(to, key);
		fputc('.', to);
	}
	if (key->fallback != NULL && key->fallback[0] != '\0')
		fprintf(to, " Default `%s`.", key->fallback);
	if ((key->flags & SCHEMA_SETTABLE) != 0)
		fputs(" Can be `set` while it runs.", to);
	fprintf(to, " Example: `%s: %s`\n", key->name, key->example);
}

static void print_section(FILE *to, const struct schema_section *section)
{
	fprintf(to, "\n## %c%s\n\n%s\n\n", section->name[0] - 'a' + 'A', section->name + 1, section->help);
	for (const struct schema_key *key = section->key; key->name != NULL; key++) {
		print_key(to, key);
		/* Small sections stand with the key that they belong to. */
		if (key->type == &TYPE_SECTION && key->section != &schema_ha)
			for (const struct schema_key *k = key->section->key; k->name != NULL; k++) {
				fputs("  ", to);
				print_key(to, k);
			}
	}
	for (const struct schema_variant *v = section->variant; v != NULL && v->key != NULL; v++) {
		fprintf(to, "\n### %s\n\n", v->key->name);
		for (const struct schema_key *key = v->key; key->name != NULL; key++) {
			print_key(to, key);
			if (key->type != &TYPE_SECTION)
				continue;
			for (const struct schema_key *k = key->section->key; k->name != NULL; k++) {
				fputs("  ", to);
				print_key(to, k);
			}
		}
	}
}

static void print_field(FILE *to, const struct match_field *f)
{
	static const char *const hints[] = {
		[V_NONE] = "",         [V_NUMBER] = " N", [V_TIME] = " TIME", [V_IP] = " ADDRESS",
		[V_IP_PORT] = " ADDRESS:PORT", [V_MAC] = " MAC", [V_WORD] = " ",
	};

	fprintf(to, "`%s%s", f->name, hints[f->value]);
	for (size_t i = 0; f->words != NULL && f->words[i] != NULL; i++)
		fprintf(to, "%s%s", i > 0 ? "|" : "", f->words[i]);
	fputc('`', to);
}

static void print_match(FILE *to)
{
	fputs("\n## Match strings\n\n"
	      "One line that says which packets are meant: a protocol, then conditions that must all hold. `not`\n"
	      "before a condition asks for the opposite; a number or a time may follow `over` or `under`. In ARP an\n"
	      "address alone is who is asked for (request) or who answers (reply).\n\n", to);
	for (size_t i = 0; i < match_protocol_count; i++) {
		fprintf(to, "- `%s`: ", match_protocols[i].name);
		/* The last field is the address alone. */
		for (size_t j = 0, n = 0; j + 1 < match_field_count; j++) {
			if ((match_fields[j].protocols & match_protocols[i].bit) == 0)
				continue;
			fputs(n++ > 0 ? ", " : "", to);
			print_field(to, &match_fields[j]);
		}
		fputc('\n', to);
	}
}

static void print_options(FILE *to, const struct vendor *v)
{
	for (size_t i = 0; v != NULL && i < VENDOR_OPTIONS && v->option[i].name != NULL; i++)
		fprintf(to, "  - option `%s`: %s\n", v->option[i].name, v->option[i].help);
}

void schema_print_reference(FILE *to)
{
	struct kind kind;

	fputs("# The language of viplab scenarios\n\n"
	      "A script is a YAML file of mappings, lists and plain values. Types come from this page, never from a\n"
	      "guess: a time has a unit (`500ms`, `1m30s`), a flag is `true` or `false`, nothing else. Refused: tags,\n"
	      "anchors, aliases, a key given twice, several documents, nesting over 64. There are no variables and\n"
	      "no conditions; `include`, `matrix` and `repeat` are expanded before the run (`viplab explain FILE`\n"
	      "prints the result).\n", to);
	for (size_t i = 0; i < PAGES; i++)
		print_section(to, pages[i]);
	fputs("\n## Kinds of nodes\n\n", to);
	for (size_t i = 0; kind_at(i, &kind); i++) {
		fprintf(to, "- `%s`: %s%s%s%s\n", kind.name, kind.help, kind.vrrp ? "; takes `vrrp`" : "",
			kind.carp ? "; takes `carp`" : "", kind.ha ? "; takes `ha`" : "");
		print_options(to, kind.vendor);
	}
	print_match(to);
	fputs("\n## Comparisons\n\n"
	      "`exactly 3` (or just `3`), `under 3`, `at most 3`, `over 3`, `at least 3`, `3 to 5` (both ends count),\n"
	      "`3.6s +- 10ms`; with a number, a percentage (`20%`) or a time, as the key asks for.\n"
	      "\n## Windows\n\n"
	      "`at` is an instant: the state after everything that happened before it. `before: T` is from the start\n"
	      "of the run to T, `after: T` from T to the end, `between: [A, B]` from A to B, B not included. Without\n"
	      "one an expectation is about the whole run. What shall come true inside a window (`finding`, `becomes`,\n"
	      "`takeover`, `state` with `before`) must not be true at its start: what held before its cause shows\n"
	      "nothing, so let a window begin at the cause.\n", to);
}

/* --- JSON Schema ----------------------------------------------------------------------------------------- */

static json_t *reference_to(const struct schema_section *section)
{
	return json_pack("{s:s+}", "$ref", "#/$defs/", section->name);
}

/* True for sections with a page of their own; small ones are written in place. */
static bool is_page(const struct schema_section *section)
{
	for (size_t i = 0; i < PAGES; i++)
		if (pages[i] == section)
			return true;
	return false;
}

static json_t *section_json(const struct schema_section *section);

static json_t *map_json(const struct schema_section *item);

static json_t *nested_json(const struct schema_section *section)
{
	return is_page(section) ? reference_to(section) : section_json(section);
}

/* Without what is required: a template that the script includes may say the rest of a mapping, but not of a list. */
static json_t *part_json(const struct schema_section *section)
{
	json_t *part = section_json(section);

	json_object_del(part, "required");
	return part;
}

static json_t *type_json(const struct schema_key *key)
{
	if (key->type == &TYPE_SECTION)
		return part_json(key->section);
	if (key->type == &TYPE_LIST || key->type == &TYPE_INTERFACES)
		return json_pack("{s:s, s:o}", "type", "array", "items", nested_json(key->section));
	if (key->type == &TYPE_NAMED)
		return json_pack("{s:s, s:i, s:o}", "type", "object", "minProperties", 1, "additionalProperties",
				 part_json(key->section));
	if (key->type == &TYPE_MAP)
		return map_json(key->section);
	json_t *value = json_loads(key->type->json != NULL ? key->type->json : "{}", 0, NULL);
	if (key->type == &TYPE_NUMBER && key->high != UINT64_MAX) {
		json_object_set_new(value, "minimum", json_integer((json_int_t)key->low));
		json_object_set_new(value, "maximum", json_integer((json_int_t)key->high));
	}
	if (key->words == NULL && key->type != &TYPE_KIND)
		return value;
	json_t *words = json_array();
	struct kind kind;
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++)
		json_array_append_new(words, json_string(w->word));
	for (size_t i = 0; key->type == &TYPE_KIND && kind_at(i, &kind); i++)
		json_array_append_new(words, json_string(kind.name));
	if (key->type == &TYPE_WORD || key->type == &TYPE_FLAG || key->type == &TYPE_KIND) {
		json_decref(value);
		return json_pack("{s:o}", "enum", words);
	}
	if (key->type == &TYPE_WORDS) {
		json_decref(value);
		return json_pack("{s:[{s:O}, {s:s, s:{s:o}}]}", "anyOf", "enum", words, "type", "array", "items",
				 "enum", words);
	}
	return json_pack("{s:[o, {s:o}]}", "anyOf", value, "enum", words);
}

static json_t *map_json(const struct schema_section *item)
{
	return json_pack("{s:s, s:i, s:o}", "type", "object", "minProperties", 1, "additionalProperties",
			 type_json(&item->key[1]));
}

static void add_keys(json_t *properties, json_t *required, const struct schema_key *key, unsigned without)
{
	for (; key->name != NULL; key++) {
		json_t *value = (key->flags & without) == 0 ? type_json(key) : NULL;

		if (value == NULL)
			continue;
		if (key->help != NULL)
			json_object_set_new(value, "description", json_string(key->help));
		json_object_set_new(properties, key->name, value);
		if ((key->flags & SCHEMA_REQUIRED) != 0 && required != NULL)
			json_array_append_new(required, json_string(key->name));
	}
}

static json_t *object_json(const struct schema_section *section, const struct schema_key *more)
{
	json_t *properties = json_object(), *required = json_array();

	add_keys(properties, required, section->key, 0);
	if (more != NULL)
		add_keys(properties, required, more, 0);
	if (section->inlined != NULL)
		add_keys(properties, NULL, section->inlined->key, SCHEMA_LISTED);
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required", required,
			 "additionalProperties", 0);
}

static json_t *section_json(const struct schema_section *section)
{
	if (section->variant == NULL)
		return object_json(section, NULL);
	json_t *forms = json_array();
	for (const struct schema_variant *v = section->variant; v->key != NULL; v++)
		json_array_append_new(forms, object_json(section, v->key));
	return json_pack("{s:o}", "anyOf", forms);
}

/* A whole script, or one of which a template says the rest, or a template, which need not say what only a run needs.
 * What is required in a mapping may stand in either file; the reader sees them together. */
static bool admit_templates(json_t *script, json_t *definitions)
{
	static const struct schema_section *const merged[] = {&schema_segment, &schema_node, &schema_ha};
	json_t *required = json_incref(json_object_get(script, "required"));

	for (size_t i = 0; i < sizeof merged / sizeof merged[0]; i++)
		json_object_del(json_object_get(definitions, merged[i]->name), "required");
	json_object_del(script, "required");
	return json_object_set_new(script, "anyOf",
				   json_pack("[{s:o}, {s:[s]}, {s:[s]}]", "required", required, "required", "include",
					     "required", "template")) == 0;
}

bool schema_print_json(FILE *to)
{
	json_t *definitions = json_object();

	for (size_t i = 1; i < PAGES; i++)
		json_object_set_new(definitions, pages[i]->name, section_json(pages[i]));
	json_t *root = json_pack("{s:s, s:s, s:o}", "$schema", "https://json-schema.org/draft/2020-12/schema",
				 "title", "viplab scenario", "$defs", definitions);
	json_t *script = section_json(&schema_scenario);
	bool good = root != NULL && script != NULL && admit_templates(script, definitions) &&
		    json_object_update_missing(root, script) == 0 &&
		    json_dumpf(root, to, JSON_INDENT(2)) == 0;
	fputc('\n', to);
	json_decref(script);
	json_decref(root);
	return good;
}
