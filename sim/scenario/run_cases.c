// SPDX-License-Identifier: BSD-2-Clause
/* Finding, reading and selecting scenarios. */
#include "sim/scenario/run_cases.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/digest.h"

static bool out_of_memory(const struct run_options *o)
{
	fprintf(stderr, "viplab %s: out of memory\n", o->command);
	return false;
}

/* --- names ---------------------------------------------------------------------------------------------- */

/* What follows the folder that was named on the command line, but at least the last folder and the name. */
static const char *short_path(const char *path, const char *argument)
{
	size_t n = strlen(argument);

	while (n > 0 && argument[n - 1] == '/')
		n--;
	const char *rest = path + n + strspn(path + n, "/");
	if (strncmp(path, argument, n) == 0 && path[n] == '/' && strchr(rest, '/') != NULL)
		return rest;
	const char *at = path + strlen(path);
	for (int slashes = 0; at > path; at--)
		if (at[-1] == '/' && ++slashes == 2)
			break;
	return at;
}

/* "storm/leastconn.yaml [r1.priority 90]" */
static char *make_name(const char *short_name, const char *variant)
{
	size_t room = strlen(short_name) + (variant != NULL ? strlen(variant) : 0) + 4;
	char *name = malloc(room);

	if (name != NULL)
		snprintf(name, room, "%s%s%s%s", short_name, variant != NULL ? " [" : "",
			 variant != NULL ? variant : "", variant != NULL ? "]" : "");
	return name;
}

static bool is_taken(const struct run_cases *c, const char *folder)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->item[i].folder, folder) == 0)
			return true;
	return false;
}

/* "storm.leastconn", "storm.leastconn.r1.priority-90"; letters and digits of no alphabet but ASCII's. */
static char *make_folder(const struct run_cases *c, const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
	size_t n = 0, room = strlen(name) + 24;
	char *folder = malloc(room);

	if (folder == NULL)
		return NULL;
	for (const char *p = name; *p != '\0'; p++) {
		if (strncmp(p, ".yaml", 5) == 0 && (p[5] == '\0' || p[5] == ' ')) {
			p += 4;
			continue;
		}
		char next = *p == '/' || *p == '[' ? '.' : strchr(plain, *p) != NULL ? *p : '-';
		bool doubled = n > 0 && (next == '.' || next == '-') && (folder[n - 1] == '.' || folder[n - 1] == '-');
		if (doubled && next == '.')
			folder[n - 1] = '.';
		else if (!doubled && !(n == 0 && (next == '.' || next == '-')))
			folder[n++] = next;
	}
	while (n > 0 && (folder[n - 1] == '-' || folder[n - 1] == '.'))
		n--;
	folder[n] = '\0';
	for (unsigned again = 2; n == 0 || is_taken(c, folder); again++) {
		snprintf(folder + n, room - n, "%s%u", n > 0 ? "-" : "case", again);
		if (n == 0 && !is_taken(c, folder))
			break;
	}
	return folder;
}

/* --- selecting ------------------------------------------------------------------------------------------ */

static bool name_fits(const char *name, const char *path, const char *pattern)
{
	if (strpbrk(pattern, "*?") != NULL)
		return fnmatch(pattern, name, 0) == 0 || fnmatch(pattern, path, 0) == 0;
	return strstr(name, pattern) != NULL || strstr(path, pattern) != NULL;
}

static bool has_tag(const struct scenario *s, const char *tag)
{
	for (size_t i = 0; i < s->tags.count; i++)
		if (strcmp(s->tags.item[i].text, tag) == 0)
			return true;
	return false;
}

/* Filters know a case by what its own matrix makes of it, whatever --set changes. Also true when the name could not be
 * made for want of memory: what follows says so. */
static bool is_wanted(const struct run_options *o, const struct scenario *s, const char *argument)
{
	bool by_name = o->filter_count == 0, by_tag = o->tag_count == 0;
	char *name = make_name(short_path(s->path, argument), s->of_matrix);

	for (size_t i = 0; i < o->filter_count && name != NULL; i++)
		by_name = by_name || name_fits(name, s->path, o->filter[i]);
	for (size_t i = 0; i < o->tag_count; i++)
		by_tag = by_tag || has_tag(s, o->tag[i]);
	bool wanted = name == NULL || (by_name && by_tag);
	free(name);
	return wanted;
}

static bool add_case(struct run_cases *c, const struct run_options *o, const struct scenario *s,
		     const char *argument)
{
	c->scenarios++;
	if (!is_wanted(o, s, argument))
		return true;
	struct run_case new = {.scenario = s, .name = make_name(short_path(s->path, argument), s->variant)};
	if (new.name == NULL)
		return out_of_memory(o);
	new.folder = make_folder(c, new.name);
	if (c->count == c->room) {
		size_t room = c->room == 0 ? 32 : c->room * 2;
		struct run_case *longer = realloc(c->item, room * sizeof *longer);
		if (longer != NULL) {
			c->item = longer;
			c->room = room;
		}
	}
	if (new.folder == NULL || c->count == c->room) {
		free(new.name);
		free(new.folder);
		return out_of_memory(o);
	}
	c->item[c->count++] = new;
	return true;
}

/* --- reading -------------------------------------------------------------------------------------------- */

static bool is_known_path(const struct run_cases *c, const char *path)
{
	for (size_t i = 0; i < c->set_count; i++)
		if (strcmp(c->set[i].path, path) == 0)
			return true;
	return false;
}

static bool any_wanted(const struct scenario_set *set, const struct run_options *o, const char *argument)
{
	for (size_t i = 0; i < set->scenario_count; i++)
		if (is_wanted(o, &set->scenario[i], argument))
			return true;
	return false;
}

/* Loads a script, with the values of --set if it is one to be run. */
static bool load(struct scenario_set *set, const struct run_options *o, const char *path, const char *argument)
{
	bool good = scenario_load(set, path);

	if (!good || o->set_count == 0 || !any_wanted(set, o, argument))
		return good;
	scenario_set_free(set);
	return scenario_load_changed(set, path, o->set, o->set_count);
}

static bool add_file(struct run_cases *c, const struct run_options *o, const char *path, const char *argument)
{
	if (is_known_path(c, path))
		return true;
	if (c->set_count == c->set_room) {
		size_t room = c->set_room == 0 ? 32 : c->set_room * 2;
		struct scenario_set *longer = realloc(c->set, room * sizeof *longer);
		if (longer == NULL)
			return out_of_memory(o);
		c->set = longer;
		c->set_room = room;
	}
	struct scenario_set *set = &c->set[c->set_count++];
	if (!load(set, o, path, argument)) {
		if (set->no_memory)
			return out_of_memory(o);
		scenario_print_mistakes(stderr, set);
		c->bad_files++;
		return true;
	}
	for (size_t i = 0; i < set->scenario_count; i++)
		if (!add_case(c, o, &set->scenario[i], argument))
			return false;
	return true;
}

static bool add_argument(struct run_cases *c, const struct run_options *o, const char *argument)
{
	struct scenario_paths paths = {0};
	char mistake[512];
	bool ok = true;

	if (!scenario_paths_add(&paths, argument, mistake)) {
		fprintf(stderr, "viplab run: %s\n", mistake);
		ok = !paths.no_memory;
		c->bad_files++;
	}
	for (size_t i = 0; i < paths.count && ok; i++)
		ok = add_file(c, o, paths.item[i], argument);
	scenario_paths_free(&paths);
	return ok;
}

static void drop(struct run_case *what)
{
	free(what->name);
	free(what->folder);
}

/* The cases of our part; the paths' hash is the same on every machine and knows nothing of other scripts. */
static void keep_shard(struct run_cases *c, const struct run_options *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->count; i++) {
		const char *path = c->item[i].scenario->path;
		uint8_t digest[DIGEST_SHA256];
		struct digest_sha256 sum;
		digest_sha256_init(&sum);
		digest_sha256_add(&sum, path, strlen(path));
		digest_sha256_finish(&sum, digest);
		uint64_t hash = (uint64_t)digest[0] << 24 | (uint64_t)digest[1] << 16 | (uint64_t)digest[2] << 8 | digest[3];
		if ((o->shard == SHARD_HASH ? hash : i) % o->shard_count == o->shard_index - 1)
			c->item[kept++] = c->item[i];
		else
			drop(&c->item[i]);
	}
	c->count = kept;
}

bool run_cases_read(struct run_cases *c, const struct run_options *o)
{
	*c = (struct run_cases){0};
	for (size_t i = 0; i < o->path_count; i++)
		if (!add_argument(c, o, o->path[i]))
			return false;
	if (o->shard != SHARD_NONE)
		keep_shard(c, o);
	return true;
}

void run_cases_free(struct run_cases *c)
{
	for (size_t i = 0; i < c->set_count; i++)
		scenario_set_free(&c->set[i]);
	for (size_t i = 0; i < c->count; i++)
		drop(&c->item[i]);
	free(c->set);
	free(c->item);
	*c = (struct run_cases){0};
}
