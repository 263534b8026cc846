// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/expand.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/addr.h"

bool expand_is_template(const struct document *script)
{
	return script->count > 0 && strcmp(script->pair[0].key->text, "template") == 0;
}

/* --- include --------------------------------------------------------------------------------------------- */

static bool grows(const char *key)
{
	return strcmp(key, "timeline") == 0 || strcmp(key, "expect") == 0;
}

static struct document *join(struct arena *memory, const struct document *first, const struct document *second)
{
	struct document *d = document_copy(memory, first);

	for (size_t i = 0; i < second->count; i++)
		document_append(memory, d, second->item[i]);
	d->at = second->at;
	return d;
}

static void merge(struct arena *memory, struct document *own, const struct document *other, bool top)
{
	for (size_t i = 0; i < other->count; i++) {
		const struct document_pair *theirs = &other->pair[i];
		struct document_pair *ours = document_pair(own, theirs->key->text);

		if (top && (strcmp(theirs->key->text, "template") == 0))
			continue;
		if (ours == NULL)
			document_set(memory, own, theirs->key, document_copy(memory, theirs->value));
		else if (ours->value->kind == DOCUMENT_MAPPING && theirs->value->kind == DOCUMENT_MAPPING)
			merge(memory, ours->value, theirs->value, false);
		else if (top && grows(theirs->key->text) && ours->value->kind == DOCUMENT_SEQUENCE &&
			 theirs->value->kind == DOCUMENT_SEQUENCE)
			ours->value = join(memory, theirs->value, ours->value);
	}
}

void expand_merge(struct arena *memory, struct document *script, const struct document *template)
{
	merge(memory, script, template, true);
}

/* --- matrix ---------------------------------------------------------------------------------------------- */

size_t expand_case_count(struct mistakes *m, const struct document *script)
{
	const struct document *matrix = document_get(script, "matrix");
	size_t cases = 1;

	if (matrix == NULL)
		return 1;
	if (matrix->kind != DOCUMENT_MAPPING || matrix->count == 0) {
		mistakes_add(m, matrix->at, "matrix: expected a mapping of paths to lists of values, not %s",
			     matrix->kind == DOCUMENT_MAPPING ? "an empty one" : document_describe(m, matrix));
		return 0;
	}
	for (size_t i = 0; i < matrix->count; i++) {
		const struct document *values = matrix->pair[i].value;

		if (values->kind != DOCUMENT_SEQUENCE || values->count == 0) {
			mistakes_add(m, values->at, "matrix: expected a list of values, not %s",
				     values->kind == DOCUMENT_SEQUENCE ? "an empty one" : document_describe(m, values));
			return 0;
		}
		cases *= values->count;
		if (cases > EXPAND_CASES) {
			mistakes_add(m, matrix->at, "matrix: more than %d cases", EXPAND_CASES);
			return 0;
		}
	}
	return cases;
}

static bool is_text(const struct document *d, const char *text)
{
	return d != NULL && d->kind == DOCUMENT_SCALAR && strcmp(d->text, text) == 0;
}

/* ipv4, ipv6 or the interface of a virtual router. */
static bool fits_part(const struct document *item, const char *part)
{
	const struct document *vip = document_get(item, "vip");

	if (strcmp(part, "ipv4") != 0 && strcmp(part, "ipv6") != 0)
		return is_text(document_get(item, "interface"), part);
	if (vip != NULL && vip->kind == DOCUMENT_SEQUENCE && vip->count > 0)
		vip = vip->item[0];
	return vip != NULL && vip->kind == DOCUMENT_SCALAR && (strchr(vip->text, ':') != NULL) == (part[3] == '6');
}

/* Takes the next part off a path: "vrrp" of "vrrp.1.priority"; NULL when it is the last one. */
static const char *take_part(struct arena *memory, const char **path)
{
	const char *dot = strchr(*path, '.');

	if (dot == NULL)
		return NULL;
	const char *part = arena_text(memory, *path, (size_t)(dot - *path));
	*path = dot + 1;
	return part;
}

/* The item of a list of mappings that the path goes on with: its id, and for virtual routers parts that narrow it
 * (7.ipv6, 7.eth1). NULL: there is none; *several: there are. */
static struct document *take_item(struct arena *memory, const struct document *list, const char *name,
				  const char **path, bool *several)
{
	static const char *const numbered[][2] = {{"vrrp", "vrid"}, {"carp", "vhid"}, {"hsrp", "group"}, {"glbp", "group"}};
	const char *number = "name";
	const char *id = take_part(memory, path), *narrow[2];
	size_t narrows = 0, found = 0;
	struct document *item = NULL;

	for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++)
		if (strcmp(name, numbered[i][0]) == 0)
			number = numbered[i][1];
	for (const char *rest = *path; strcmp(number, "name") != 0 && narrows < 2; *path = rest) {
		const char *part = take_part(memory, &rest);
		bool names = false;
		for (size_t i = 0; part != NULL && i < list->count; i++)
			names = names || fits_part(list->item[i], part);
		if (!names)
			break;
		narrow[narrows++] = part;
	}
	for (size_t i = 0; id != NULL && i < list->count; i++) {
		bool fits = is_text(document_get(list->item[i], number), id);
		for (size_t k = 0; k < narrows; k++)
			fits = fits && fits_part(list->item[i], narrow[k]);
		if (!fits)
			continue;
		item = list->item[i];
		found++;
	}
	*several = found > 1;
	return found == 1 ? item : NULL;
}

/* The expectation with this name. */
static struct document *take_expectation(struct arena *memory, const struct document *script, const char **path, bool *several)
{
	const struct document *list = document_get(script, "expect");

	return list != NULL && list->kind == DOCUMENT_SEQUENCE ? take_item(memory, list, "expect", path, several) : NULL;
}

/* The mapping in which the last part of the path is a key; NULL: there is no such place, or *several. */
static struct document *walk(struct mistakes *m, struct document *script, const char **path, bool *several)
{
	const char *part = take_part(m->memory, path);

	if (part == NULL)
		return strcmp(*path, "seed") == 0 || strcmp(*path, "until") == 0 || strcmp(*path, "unheard") == 0 ? script : NULL;
	struct document *at = document_get(document_get(script, "nodes"), part);
	if (at == NULL)
		at = document_get(document_get(script, "segments"), part);
	if (at == NULL && strcmp(part, "expect") == 0)
		at = take_expectation(m->memory, script, path, several);
	while (at != NULL && (part = take_part(m->memory, path)) != NULL) {
		const char *list = part;

		at = document_get(at, part);
		if (at != NULL && at->kind == DOCUMENT_SEQUENCE)
			at = take_item(m->memory, at, list, path, several);
	}
	return at != NULL && at->kind == DOCUMENT_MAPPING ? at : NULL;
}

/* `what` begins messages: "matrix: ". */
static void fill_in(struct mistakes *m, struct document *script, const struct document *path,
		    struct document *value, const char *what)
{
	const char *rest = path->text;
	bool several = false;
	struct document *mapping = walk(m, script, &rest, &several);

	if (path->broken)
		return;
	if (several) {
		mistakes_add(m, path->at, "%s`%s' may be one of several; say NODE.vrrp.VRID.ipv4.KEY, "
			     "NODE.vrrp.VRID.ipv6.KEY or, with the interface that it names, NODE.vrrp.VRID.INTERFACE.KEY",
			     what, mistakes_quote(m, path->text));
		return;
	}
	if (mapping == NULL) {
		mistakes_add(m, path->at, "%s`%s' leads nowhere; paths are NODE.KEY, NODE.vrrp.VRID.KEY, "
			     "NODE.carp.VHID.KEY, NODE.ha.KEY, SEGMENT.KEY, expect.NAME.KEY, seed, until, unheard",
			     what, mistakes_quote(m, path->text));
		return;
	}
	document_set(m->memory, mapping, document_scalar(m->memory, path->at, rest),
		     document_copy(m->memory, value));
}

/* "PATH VALUE" of a case, before what is there already. What is expected of a case does not name it. */
static void name_value(struct arena *memory, const struct document *path, const struct document *value, const char **variant)
{
	if (strncmp(path->text, "expect.", 7) == 0 || strcmp(path->text, "unheard") == 0)
		return;
	*variant = arena_print(memory, "%s %s%s%s", path->text, document_line(memory, value), *variant != NULL ? ", " : "",
			       *variant != NULL ? *variant : "");
}

/* One value of an axis: of its path, or a mapping of paths to what belongs together. */
static void fill_in_axis(struct mistakes *m, struct document *script, const struct document_pair *axis,
			 struct document *value, const char **variant)
{
	if (value->kind != DOCUMENT_MAPPING) {
		fill_in(m, script, axis->key, value, "matrix: ");
		name_value(m->memory, axis->key, value, variant);
		return;
	}
	for (size_t i = value->count; i > 0; i--) {
		const struct document_pair *pair = &value->pair[i - 1];

		fill_in(m, script, pair->key, pair->value, "matrix: ");
		name_value(m->memory, pair->key, pair->value, variant);
	}
}

struct document *expand_case(struct mistakes *m, const struct document *script, size_t number,
			     const char **variant)
{
	const struct document *matrix = document_get(script, "matrix");
	struct document *copy = document_copy(m->memory, script);

	*variant = NULL;
	/* The last path turns fastest, as nested loops would. */
	for (size_t i = matrix != NULL ? matrix->count : 0; i > 0; i--) {
		const struct document_pair *axis = &matrix->pair[i - 1];
		struct document *value = axis->value->item[number % axis->value->count];

		number /= axis->value->count;
		fill_in_axis(m, copy, axis, value, variant);
	}
	return copy;
}

/* --- values of a command line ---------------------------------------------------------------------------- */

static void stand_at(struct document *d, struct scenario_place at)
{
	d->at = at;
	for (size_t i = 0; d->kind == DOCUMENT_SEQUENCE && i < d->count; i++)
		stand_at(d->item[i], at);
	for (size_t i = 0; d->kind == DOCUMENT_MAPPING && i < d->count; i++) {
		stand_at(d->pair[i].key, at);
		stand_at(d->pair[i].value, at);
	}
}

void expand_change(struct mistakes *m, struct document *script_case, const char *change, const char **variant)
{
	const struct scenario_place at = {.file = arena_print(m->memory, "--set %s", change)};
	const char *equals = strchr(change, '=');
	const char *path = arena_text(m->memory, change, (size_t)(equals - change));
	const char *text = arena_print(m->memory, "v: [%s]", equals + 1);
	size_t before = m->count;
	struct document *read = document_read(m, at.file, (const uint8_t *)text, strlen(text));
	const struct document *list = read != NULL ? document_get(read, "v") : NULL;

	for (size_t i = before; i < m->count; i++)
		m->item[i].at = at;
	if (m->count > before)
		return;
	if (list == NULL || list->kind != DOCUMENT_SEQUENCE || list->count != 1) {
		mistakes_add(m, at, "expected one value");
		return;
	}
	struct document *value = list->item[0];
	stand_at(value, at);
	fill_in(m, script_case, document_scalar(m->memory, at, path), value, "");
	*variant = arena_print(m->memory, "%s%s%s %s", *variant != NULL ? *variant : "", *variant != NULL ? ", " : "",
			       path, document_line(m->memory, value));
}

/* --- repeat ---------------------------------------------------------------------------------------------- */

static bool read_times(struct mistakes *m, const struct document *d, size_t most, size_t *times)
{
	if (d->kind == DOCUMENT_SCALAR && strlen(d->text) > 0 && strspn(d->text, "0123456789") == strlen(d->text)) {
		*times = strlen(d->text) <= 9 ? (size_t)strtoull(d->text, NULL, 10) : 0;
		if (*times >= 1 && *times <= most)
			return true;
		mistakes_add(m, d->at, "repeat: `%s' is not in 1-%zu", mistakes_quote(m, d->text), most);
		return false;
	}
	if (d->kind != DOCUMENT_SCALAR || !d->broken)
		mistakes_add(m, d->at, "repeat: expected a number, not %s", document_describe(m, d));
	return false;
}

/* Adds to the last bytes, with carry. */
static void add_to(uint8_t *bytes, size_t length, size_t n)
{
	for (size_t i = length; i > 0 && n > 0; i--) {
		n += bytes[i - 1];
		bytes[i - 1] = (uint8_t)n;
		n >>= 8;
	}
}

/* The nth address after the one that is written; what is no address stays for the reader to refuse. */
static void shift_address(struct arena *memory, struct document *d, size_t n)
{
	struct ip_addr ip;
	struct mac mac;
	char text[IP_TEXT];

	if (d->kind == DOCUMENT_SEQUENCE) {
		for (size_t i = 0; i < d->count; i++)
			shift_address(memory, d->item[i], n);
	} else if (d->kind == DOCUMENT_SCALAR && ip_parse(d->text, &ip)) {
		add_to(ip.b, ip_size((enum ip_family)ip.family), n);
		ip_format(text, &ip);
		d->text = arena_text(memory, text, strlen(text));
	} else if (d->kind == DOCUMENT_SCALAR && mac_parse(d->text, &mac)) {
		add_to(mac.b, sizeof mac.b, n);
		mac_format(text, mac);
		d->text = arena_text(memory, text, strlen(text));
	}
}

static void shift_addresses(struct arena *memory, struct document *node, size_t n)
{
	static const char *const keys[] = {"ip", "ip6", "mac"};
	struct document *interfaces = document_get(node, "interfaces");

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct document *value = document_get(node, keys[i]);

		if (value != NULL)
			shift_address(memory, value, n);
	}
	for (size_t i = 0; interfaces != NULL && interfaces->kind == DOCUMENT_SEQUENCE && i < interfaces->count; i++)
		shift_addresses(memory, interfaces->item[i], n);
}

static void repeat_nodes(struct mistakes *m, struct document *nodes)
{
	struct document expanded = *nodes;

	expanded.pair = NULL;
	expanded.count = 0;
	for (size_t i = 0; i < nodes->count; i++) {
		const struct document_pair *pair = &nodes->pair[i];
		const struct document *repeat = document_get(pair->value, "repeat");
		size_t times = 1;

		if (repeat == NULL || !read_times(m, repeat, EXPAND_NODES, &times)) {
			document_set(m->memory, &expanded, pair->key, pair->value);
			continue;
		}
		if (expanded.count + times > EXPAND_NODES) {
			mistakes_add(m, repeat->at, "repeat: more than %d nodes", EXPAND_NODES);
			return;
		}
		for (size_t n = 0; n < times; n++) {
			struct document *copy = document_copy(m->memory, pair->value);
			const char *name = arena_print(m->memory, "%s-%zu", pair->key->text, n + 1);

			document_remove(copy, "repeat");
			shift_addresses(m->memory, copy, n);
			if (document_pair(nodes, name) != NULL)
				mistakes_add(m, repeat->at, "repeat: there is a node `%s' already", name);
			document_set(m->memory, &expanded, document_scalar(m->memory, pair->key->at, name), copy);
		}
	}
	*nodes = expanded;
}

static struct document *later(struct arena *memory, const struct document *step, vl_time at)
{
	struct document *copy = document_copy(memory, step);
	struct document_pair *pair = document_pair(copy, "at");
	char text[COMPARISON_TEXT];

	document_remove(copy, "repeat");
	pair = document_pair(copy, "at");
	pair->value = document_scalar(memory, pair->value->at, comparison_value_format(text, COMPARISON_TIME, at));
	return copy;
}

/* {times: 5, every: 2s} */
static bool read_step_repeat(struct mistakes *m, const struct document *repeat, size_t *times, vl_time *every)
{
	const struct document *n = document_get(repeat, "times"), *t = document_get(repeat, "every");
	bool good;

	if (repeat->kind != DOCUMENT_MAPPING || n == NULL || t == NULL || repeat->count != 2) {
		mistakes_add(m, repeat->at, "repeat: expected {times: 5, every: 2s}, not %s",
			     repeat->kind == DOCUMENT_MAPPING ? document_line(m->memory, repeat)
							      : document_describe(m, repeat));
		return false;
	}
	good = read_times(m, n, EXPAND_STEPS, times);
	if (t->kind != DOCUMENT_SCALAR || !vl_time_parse(t->text, every) || *every == 0) {
		mistakes_add(m, t->at, "repeat: every: expected a time such as 2s, not %s", document_describe(m, t));
		good = false;
	}
	return good;
}

static void repeat_steps(struct mistakes *m, struct document *timeline)
{
	struct document expanded = *timeline;

	expanded.item = NULL;
	expanded.count = 0;
	for (size_t i = 0; i < timeline->count; i++) {
		struct document *step = timeline->item[i];
		const struct document *repeat = document_get(step, "repeat"), *at = document_get(step, "at");
		size_t times = 1;
		vl_time every = 0, first;

		if (repeat == NULL || !read_step_repeat(m, repeat, &times, &every) || at == NULL ||
		    at->kind != DOCUMENT_SCALAR || !vl_time_parse(at->text, &first)) {
			document_append(m->memory, &expanded, step);
			continue;
		}
		if (expanded.count + times > EXPAND_STEPS) {
			mistakes_add(m, repeat->at, "repeat: more than %d steps", EXPAND_STEPS);
			return;
		}
		for (size_t n = 0; n < times; n++) {
			vl_time moment = every > (VL_NEVER - first) / (n + 1) ? VL_NEVER : first + n * every;

			document_append(m->memory, &expanded, later(m->memory, step, moment));
		}
	}
	*timeline = expanded;
}

void expand_repeats(struct mistakes *m, struct document *script)
{
	struct document *nodes = document_get(script, "nodes"), *timeline = document_get(script, "timeline");

	if (nodes != NULL && nodes->kind == DOCUMENT_MAPPING)
		repeat_nodes(m, nodes);
	if (timeline != NULL && timeline->kind == DOCUMENT_SEQUENCE)
		repeat_steps(m, timeline);
}
