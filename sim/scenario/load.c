// SPDX-License-Identifier: BSD-2-Clause
/* From a file to scenarios: read, include, expand, read by the schema, resolve. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/expand.h"
#include "sim/scenario/read_file.h"
#include "sim/scenario/resolve.h"

#define INCLUDES 16

struct loading {
	struct scenario_set *set;
	struct mistakes mistakes;
	const char *const *change;      /* "KEY=VALUE", change_count of them */
	size_t change_count;
};

static void free_file(void *file)
{
	read_file_free(file);
}

/* The bytes of the file in the arena; the file is freed, also when memory runs out. */
static const uint8_t *take_bytes(struct arena *memory, struct read_file *file)
{
	memory->cleanup = free_file;
	memory->cleanup_argument = file;
	uint8_t *bytes = arena_alloc(memory, file->length);
	memory->cleanup = NULL;
	if (file->length > 0)
		memcpy(bytes, file->bytes, file->length);
	read_file_free(file);
	return bytes;
}

/* --- include --------------------------------------------------------------------------------------------- */

/* "templates/pair.yaml" beside "scenarios/x/a.yaml". */
static const char *beside(struct arena *memory, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? arena_print(memory, "%.*s/%s", (int)(slash - path), path, name) : name;
}

/* A stranger's script reaches no other kind of file, and none by an absolute path. */
static bool may_include(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '/' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static void include_one(struct loading *l, struct document *script, const struct document *name)
{
	struct mistakes *m = &l->mistakes;
	struct read_file file;

	if (name->kind != DOCUMENT_SCALAR || !may_include(name->text)) {
		mistakes_add(m, name->at, "include: expected the relative path of a template (.yaml), not %s",
			     document_describe(m, name));
		return;
	}
	const char *path = beside(m->memory, l->set->path, name->text);
	if (!read_file(&file, path, DOCUMENT_SIZE)) {
		if (file.no_memory)
			arena_exhausted(m->memory);
		mistakes_add(m, name->at, "include: cannot read `%s': %s", mistakes_quote(m, path), file.problem);
		return;
	}
	const uint8_t *bytes = take_bytes(m->memory, &file);
	const struct document *template = document_read(m, path, bytes, file.length);
	if (template == NULL)
		return;
	if (!expand_is_template(template))
		mistakes_add(m, name->at, "include: `%s' is no template; the first key of one is `template:'",
			     mistakes_quote(m, path));
	else if (document_pair(template, "include") != NULL)
		mistakes_add(m, document_pair(template, "include")->key->at, "a template includes no other");
	else
		expand_merge(m->memory, script, template);
}

static void include(struct loading *l, struct document *script)
{
	const struct document *include = document_get(script, "include");

	if (include == NULL || (include->kind == DOCUMENT_SCALAR && include->broken))
		return;
	if (include->kind != DOCUMENT_SEQUENCE) {
		include_one(l, script, include);
		return;
	}
	if (include->count > INCLUDES)
		mistakes_add(&l->mistakes, include->at, "include: more than %d templates", INCLUDES);
	/* What is merged first wins: the last template counts most, after the script itself. */
	for (size_t i = include->count; i > 0 && include->count <= INCLUDES; i--)
		include_one(l, script, include->item[i - 1]);
}

/* --- cases ----------------------------------------------------------------------------------------------- */

/* A template need not say what only a run needs. */
static void complete_template(struct arena *memory, struct document *script)
{
	struct scenario_place nowhere = {.file = script->at.file};

	if (document_pair(script, "title") == NULL)
		document_set(memory, script, document_scalar(memory, nowhere, "title"),
			     document_scalar(memory, nowhere, "a template"));
	if (document_pair(script, "until") == NULL)
		document_set(memory, script, document_scalar(memory, nowhere, "until"),
			     document_scalar(memory, nowhere, "720h"));
}

static void check_template_key(struct loading *l, const struct document *script)
{
	for (size_t i = 0; i < script->count; i++) {
		const struct document_pair *pair = &script->pair[i];

		if (strcmp(pair->key->text, "template") != 0)
			continue;
		if (i > 0)
			mistakes_add(&l->mistakes, pair->key->at, "`template' must be the first key");
		else if (pair->value->kind != DOCUMENT_SCALAR || pair->value->text[0] == '\0')
			mistakes_add(&l->mistakes, pair->value->at, "template: expected a text, not %s",
				     document_describe(&l->mistakes, pair->value));
	}
}

static void read_case(struct loading *l, struct document *script, struct scenario *s)
{
	struct reader *r = arena_alloc(l->mistakes.memory, sizeof *r);

	*r = (struct reader){.mistakes = &l->mistakes, .memory = l->mistakes.memory};
	expand_repeats(&l->mistakes, script);
	reader_section(r, &schema_scenario, script, s);
	r->incomplete = l->mistakes.count > 0;
	resolve(r, s);
}

static void read_script(struct loading *l, const uint8_t *bytes, size_t length)
{
	struct scenario_set *set = l->set;
	struct mistakes *m = &l->mistakes;
	struct document *script = document_read(m, set->path, bytes, length);

	if (script == NULL)
		return;
	set->is_template = expand_is_template(script);
	check_template_key(l, script);
	include(l, script);
	if (set->is_template)
		complete_template(m->memory, script);
	size_t cases = expand_case_count(m, script);
	/* A matrix that is wrong is left out, so that the rest is checked. */
	const struct document *base = script;
	if (cases == 0) {
		struct document *without = document_copy(m->memory, script);

		document_remove(without, "matrix");
		base = without;
		cases = 1;
	}
	set->scenario = arena_array(m->memory, cases, sizeof *set->scenario);
	for (size_t i = 0; i < cases; i++) {
		struct scenario *s = &set->scenario[i];
		const char *variant;
		struct document *script_case = expand_case(m, base, i, &variant);
		const char *of_matrix = variant;

		for (size_t k = 0; k < l->change_count; k++)
			expand_change(m, script_case, l->change[k], &variant);
		read_case(l, script_case, s);
		s->path = set->path;
		s->variant = variant;
		s->of_matrix = of_matrix;
	}
	if (!set->is_template)
		set->scenario_count = cases;
}

/* --- the door -------------------------------------------------------------------------------------------- */

/* With mistakes there are no scenarios: the two never come together. */
static bool finish(struct loading *l)
{
	struct scenario_set *set = l->set;

	if (l->mistakes.count > 0)
		mistakes_sort(&l->mistakes, set->path);
	set->mistake = l->mistakes.item;
	set->mistake_count = l->mistakes.count;
	if (set->mistake_count > 0) {
		set->scenario = NULL;
		set->scenario_count = 0;
	}
	return set->mistake_count == 0;
}

static const struct scenario_mistake *out_of_memory(void)
{
	static const struct scenario_mistake mistake = {.message = "out of memory"};

	return &mistake;
}

static bool no_memory(struct scenario_set *set)
{
	set->no_memory = true;
	set->scenario = NULL;
	set->scenario_count = 0;
	set->mistake = out_of_memory();
	set->mistake_count = 1;
	return false;
}

typedef void (*load_from)(struct loading *l, const uint8_t *bytes, size_t length);

/* The guard of the arena stands in a function of its own: nothing here changes between setjmp and longjmp. */
static bool guarded(struct loading *l, load_from load, const uint8_t *bytes, size_t length)
{
	if (setjmp(l->set->memory->exhausted) != 0)
		return false;
	load(l, bytes, length);
	return true;
}

static bool load(struct scenario_set *set, const char *path, const struct loading *how, load_from from,
		 const uint8_t *bytes, size_t length)
{
	struct loading *l = malloc(sizeof *l);
	bool good = false;

	*set = (struct scenario_set){.path = path, .memory = arena_new()};
	if (l == NULL || set->memory == NULL) {
		free(l);
		return no_memory(set);
	}
	*l = *how;
	l->set = set;
	l->mistakes.memory = set->memory;
	if (!guarded(l, from, bytes, length))
		no_memory(set);
	else
		good = finish(l);
	free(l);
	return good;
}

static void keep_path(struct scenario_set *set)
{
	set->path = arena_text(set->memory, set->path, strlen(set->path));
}

static void load_bytes(struct loading *l, const uint8_t *bytes, size_t length)
{
	keep_path(l->set);
	read_script(l, bytes, length);
}

static void load_file(struct loading *l, const uint8_t *bytes, size_t length)
{
	struct read_file file;

	(void)bytes;
	(void)length;
	keep_path(l->set);
	if (!read_file(&file, l->set->path, DOCUMENT_SIZE)) {
		if (file.no_memory)
			arena_exhausted(l->set->memory);
		mistakes_add(&l->mistakes, (struct scenario_place){.file = l->set->path}, "%s", file.problem);
		return;
	}
	const uint8_t *copy = take_bytes(l->set->memory, &file);
	read_script(l, copy, file.length);
}

bool scenario_load(struct scenario_set *set, const char *path)
{
	return load(set, path, &(struct loading){0}, load_file, NULL, 0);
}

bool scenario_load_changed(struct scenario_set *set, const char *path, const char *const *change, size_t count)
{
	return load(set, path, &(struct loading){.change = change, .change_count = count}, load_file, NULL, 0);
}

bool scenario_load_bytes(struct scenario_set *set, const char *path, const uint8_t *bytes, size_t length)
{
	return load(set, path, &(struct loading){0}, load_bytes, bytes, length);
}

void scenario_set_free(struct scenario_set *set)
{
	arena_free(set->memory);
	*set = (struct scenario_set){0};
}

void scenario_print_mistakes(FILE *to, const struct scenario_set *set)
{
	for (size_t i = 0; i < set->mistake_count; i++) {
		const struct scenario_mistake *one = &set->mistake[i];
		const char *file = one->at.file != NULL ? one->at.file : set->path;

		if (one->at.line > 0)
			fprintf(to, "%s:%u:%u: %s\n", file, one->at.line, one->at.column, one->message);
		else
			fprintf(to, "%s: %s\n", file, one->message);
	}
}
