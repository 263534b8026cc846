// SPDX-License-Identifier: BSD-2-Clause
/* One table of keys for reading and writing. */
#include "analyzers/dashboard/settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/read_file.h"

#define FILE_MOST ((size_t)1 << 20)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct {
	const char *key;
	size_t at;
	int none;                       /* the value of the first word */
	const char *word[6];
} keys[] = {
	{"view", offsetof(struct settings, view), 0, {"servers", "ha", "ids", "events"}},
	{"glyphs", offsetof(struct settings, glyphs), -1, {"auto", "ascii", "console", "blocks"}},
	{"theme", offsetof(struct settings, theme), 0, {"auto", "mono", "safe"}},
	{"sort", offsetof(struct settings, sort), 0, {"fair", "name", "active", "new", "state"}},
	{"reverse", offsetof(struct settings, reverse), 0, {"no", "yes"}},
	{"metric", offsetof(struct settings, metric), 0, {"new", "active", "bytes"}},
	{"scale", offsetof(struct settings, scale), 0, {"linear", "log"}},
	{"family", offsetof(struct settings, family), 0, {"ipv4", "ipv6"}},
	{"level", offsetof(struct settings, level), RECORD_INFO, {"info", "notice", "warn"}},
	{"mouse", offsetof(struct settings, mouse), 0, {"off", "on"}},
};

static int *value_at(struct settings *s, size_t i)
{
	return (int *)(void *)((char *)s + keys[i].at);
}

static int value_of(const struct settings *s, size_t i)
{
	return *(const int *)(const void *)((const char *)s + keys[i].at);
}

void settings_init(struct settings *s)
{
	*s = (struct settings){.glyphs = -1, .level = RECORD_NOTICE, .refresh = VL_S};
}

void settings_fini(struct settings *s)
{
	free(s->others);
	s->others = NULL;
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

static char *trim(char *text)
{
	text += strspn(text, " \t\r");
	for (size_t n = strlen(text); n > 0 && strchr(" \t\r", text[n - 1]) != NULL; n--)
		text[n - 1] = '\0';
	return text;
}

static bool take_top(struct settings *s, const char *key, const char *value, char why[200])
{
	if (strcmp(key, "refresh") == 0) {
		if (vl_time_parse(value, &s->refresh) && s->refresh >= 100 * VL_MS && s->refresh <= 60 * VL_S)
			return true;
		snprintf(why, 200, "refresh: `%.60s' is not a time from 100ms to 60s", value);
		return false;
	}
	for (size_t i = 0; i < COUNT(keys); i++) {
		if (strcmp(keys[i].key, key) != 0)
			continue;
		int n = snprintf(why, 200, "%s: `%.60s' is not one of", key, value);
		for (int w = 0; w < 6 && keys[i].word[w] != NULL; w++) {
			if (strcmp(keys[i].word[w], value) == 0) {
				*value_at(s, i) = keys[i].none + w;
				return true;
			}
			n += snprintf(why + n, 200 - (size_t)n, "%s %s", w > 0 ? "," : "", keys[i].word[w]);
		}
		return false;
	}
	snprintf(why, 200, "there is no key `%.60s' in [top]", key);
	return false;
}

static bool take_name(struct settings *s, const char *key, const char *value, char why[200])
{
	struct ip_addr address;

	if (!ip_parse(key, &address)) {
		snprintf(why, 200, "`%.60s' is no address", key);
		return false;
	}
	if (s->names == SETTINGS_NAMES || strlen(value) >= MODEL_NAME || value[0] == '\0') {
		snprintf(why, 200, s->names == SETTINGS_NAMES ? "more than %d names" : "a name has 1 to %d characters",
			 s->names == SETTINGS_NAMES ? SETTINGS_NAMES : MODEL_NAME - 1);
		return false;
	}
	struct settings_name *n = &s->name[s->names++];
	ip_format(n->address, &address);
	snprintf(n->name, sizeof n->name, "%s", value);
	return true;
}

enum section {
	SECTION_NONE,
	SECTION_TOP,
	SECTION_NAMES,
	SECTION_SCAN,
};

static bool take_line(struct settings *s, char *line, enum section *section, char why[200])
{
	static const char *const name[] = {"", "[top]", "[names]", "[scan]"};
	char *comment = strchr(line, '#');

	if (comment != NULL)
		*comment = '\0';
	line = trim(line);
	if (line[0] == '\0')
		return true;
	for (unsigned i = SECTION_TOP; i < COUNT(name) && line[0] == '['; i++)
		if (strcmp(line, name[i]) == 0) {
			*section = (enum section)i;
			return true;
		}
	char *equals = strchr(line, '=');
	if (line[0] == '[' || equals == NULL || *section == SECTION_NONE) {
		snprintf(why, 200, line[0] == '[' ? "there is no section %.60s; these are: [top] [scan] [names]"
				   : equals == NULL ? "`%.60s' is not KEY = VALUE" : "`%.60s' stands in no section", line);
		return false;
	}
	*equals = '\0';
	char *key = trim(line), *value = trim(equals + 1);
	return *section == SECTION_TOP ? take_top(s, key, value, why) : *section == SECTION_NAMES ? take_name(s, key, value, why) : true;
}

/* `others` keeps what is not [top], byte for byte, and comments. */
static bool take_text(struct settings *s, const char *text, size_t length, char error[SETTINGS_ERROR])
{
	enum section section = SECTION_NONE;
	size_t kept = 0;
	char why[200];

	s->others = malloc(length + 2);
	if (s->others == NULL) {
		snprintf(error, SETTINGS_ERROR, "out of memory");
		return false;
	}
	for (unsigned number = 1; length > 0; number++) {
		const char *end = memchr(text, '\n', length);
		size_t n = end != NULL ? (size_t)(end - text) : length;
		char line[512];
		if (n >= sizeof line) {
			snprintf(error, SETTINGS_ERROR, "%.300s:%u: the line is longer than %zu characters", s->path, number, sizeof line - 1);
			return false;
		}
		memcpy(line, text, n);
		line[n] = '\0';
		if (!take_line(s, line, &section, why)) {
			snprintf(error, SETTINGS_ERROR, "%.280s:%u: %s", s->path, number, why);
			return false;
		}
		bool is_comment = text[strspn(text, " \t")] == '#';
		if (section != SECTION_TOP || is_comment) {
			memcpy(s->others + kept, text, n);
			kept += n;
			s->others[kept++] = '\n';
		}
		n += end != NULL;
		text += n;
		length -= n;
	}
	s->others[kept] = '\0';
	return true;
}

static void default_path(char path[SETTINGS_PATH])
{
	const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	path[0] = '\0';
	if (folder != NULL && folder[0] == '/')
		snprintf(path, SETTINGS_PATH, "%s/viplab/viplab.conf", folder);
	else if (home != NULL && home[0] == '/')
		snprintf(path, SETTINGS_PATH, "%s/.config/viplab/viplab.conf", home);
}

bool settings_read(struct settings *s, const char *path, char error[SETTINGS_ERROR])
{
	struct read_file file;
	bool is_default = path == NULL;

	if (path != NULL && strcmp(path, "-") == 0)
		return true;
	if (is_default)
		default_path(s->path);
	else
		snprintf(s->path, sizeof s->path, "%s", path);
	if (s->path[0] == '\0')
		return true;
	if (!read_file(&file, s->path, FILE_MOST)) {
		/* the first W makes it */
		if (is_default || strcmp(file.problem, strerror(ENOENT)) == 0)
			return true;
		snprintf(error, SETTINGS_ERROR, "%.300s: %s", s->path, file.problem);
		return false;
	}
	bool good = take_text(s, (const char *)file.bytes, file.length, error);
	read_file_free(&file);
	return good;
}

/* --- writing ------------------------------------------------------------------------------------------------------- */

void settings_from_ui(struct settings *s, const struct ui *u)
{
	s->view = u->view < VIEW_HELP ? (int)u->view : (int)u->back;
	s->glyphs = u->glyphs == u->own_glyphs ? -1 : (int)u->glyphs;
	s->theme = (int)u->theme;
	s->sort = (int)u->sort;
	s->reverse = u->reverse;
	s->metric = (int)u->metric;
	s->scale = u->logarithmic;
	s->family = u->family == IP_V6;
	s->level = (int)u->level;
	s->mouse = u->mouse;
	s->refresh = u->refresh;
}

void settings_to_ui(const struct settings *s, struct ui *u)
{
	u->sort = (enum ui_sort)s->sort;
	u->reverse = s->reverse != 0;
	u->metric = (enum ui_metric)s->metric;
	u->logarithmic = s->scale != 0;
	u->family = s->family != 0 ? IP_V6 : IP_V4;
	u->level = (enum record_level)s->level;
	u->refresh = s->refresh;
}

char *settings_text(const struct settings *s, size_t *length)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, length);

	if (to == NULL)
		return NULL;
	size_t n = s->others != NULL ? strlen(s->others) : 0;
	if (n > 0)
		fprintf(to, "%s%s", s->others, n > 1 && s->others[n - 2] != '\n' ? "\n" : "");
	fputs("[top]\n", to);
	for (size_t i = 0; i < COUNT(keys); i++)
		fprintf(to, "%s = %s\n", keys[i].key, keys[i].word[value_of(s, i) - keys[i].none]);
	fprintf(to, "refresh = %llums\n", (unsigned long long)(s->refresh / VL_MS));
	bool good = ferror(to) == 0;
	if (fclose(to) == 0 && good)
		return text;
	free(text);
	return NULL;
}

const char *settings_name_of(const struct settings *s, const char *address)
{
	for (unsigned i = 0; i < s->names; i++)
		if (strcmp(s->name[i].address, address) == 0)
			return s->name[i].name;
	return NULL;
}
