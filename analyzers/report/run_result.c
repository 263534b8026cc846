// SPDX-License-Identifier: BSD-2-Clause
/* Readers of jansson values: nothing here allocates. */
#include "analyzers/report/run_result.h"

#include <stdio.h>
#include <string.h>

const char *run_result_word(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

uint64_t run_result_number(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	return n > 0 ? (uint64_t)n : 0;
}

/* Of one script and variant, some other run has another seed. */
static bool has_several_seeds(const json_t *run, const json_t *document)
{
	size_t i;
	const json_t *other;

	json_array_foreach(json_object_get(document, "runs"), i, other)
		if (strcmp(run_result_word(run, "path"), run_result_word(other, "path")) == 0 &&
		    strcmp(run_result_word(run, "variant"), run_result_word(other, "variant")) == 0 &&
		    !json_equal(json_object_get(run, "seed"), json_object_get(other, "seed")))
			return true;
	return false;
}

/* A seed is a number, or a string of its digits when it is large. */
static void append_seed(char *text, size_t room, const json_t *seed)
{
	size_t n = strlen(text);

	if (json_is_string(seed))
		snprintf(text + n, room - n, ".seed-%s", json_string_value(seed));
	else
		snprintf(text + n, room - n, ".seed-%lld", (long long)json_integer_value(seed));
}

char *run_result_name(char text[RUN_RESULT_NAME], const json_t *run, const json_t *document)
{
	static const char home[] = "scenarios/";
	const char *path = run_result_word(run, "path"), *variant = run_result_word(run, "variant"), *at;
	size_t n = 0;

	while ((at = strstr(path, home)) != NULL && (at == path || at[-1] == '/'))
		path = at + sizeof home - 1;
	path += strspn(path, "./");
	size_t length = strlen(path);
	if (length > 5 && strcmp(path + length - 5, ".yaml") == 0)
		length -= 5;
	for (size_t i = 0; i < length && n + 1 < RUN_RESULT_NAME; i++)
		text[n++] = path[i] == '/' ? '.' : path[i];
	if (variant[0] != '\0' && n + 1 < RUN_RESULT_NAME)
		text[n++] = '.';
	for (; *variant != '\0' && n + 1 < RUN_RESULT_NAME; variant++)
		text[n++] = *variant == ' ' || *variant == '.' || *variant == '/' ? '-' : *variant;
	text[n] = '\0';
	if (has_several_seeds(run, document))
		append_seed(text, RUN_RESULT_NAME, json_object_get(run, "seed"));
	return text;
}

char *run_result_place(char text[RUN_RESULT_PLACE], const json_t *run, const json_t *check)
{
	uint64_t line = run_result_number(check, "line");
	const char *path = run_result_word(run, "path");

	if (line > 0)
		snprintf(text, RUN_RESULT_PLACE, "%s:%llu", path, (unsigned long long)line);
	else
		snprintf(text, RUN_RESULT_PLACE, "%s", path);
	return text;
}

const char *run_result_sentence(const json_t *check)
{
	const char *why = run_result_word(check, "why");

	return why[0] != '\0' ? why : run_result_word(check, "text");
}

enum run_result_verdict run_result_verdict(const json_t *check)
{
	const char *word = run_result_word(check, "verdict");

	return strcmp(word, "failed") == 0 ? RESULT_FAILED : strcmp(word, "held") == 0 ? RESULT_HELD : RESULT_OPEN;
}

uint64_t run_result_count(const json_t *run, enum run_result_verdict verdict)
{
	uint64_t n = 0;
	size_t i;
	const json_t *check;

	json_array_foreach(json_object_get(run, "checks"), i, check)
		n += run_result_verdict(check) == verdict;
	return n;
}

bool run_result_is_error(const json_t *run)
{
	return strcmp(run_result_word(run, "verdict"), "error") == 0;
}

char *run_result_line(char text[RUN_RESULT_LINE], const json_t *run, const json_t *check)
{
	char place[RUN_RESULT_PLACE];

	snprintf(text, RUN_RESULT_LINE, "%s: %s: got %s, want %s (t=%s s)", run_result_place(place, run, check),
		 run_result_sentence(check), run_result_word(check, "got"), run_result_word(check, "want"),
		 run_result_word(check, "t"));
	return text;
}

const char *run_result_attachment(char text[RUN_RESULT_PLACE], const json_t *run, unsigned i)
{
	static const char *const name[] = {"run.pcapng", "journal.jsonl", "report.txt", "repro.txt", "report.html"};
	const char *kept = run_result_word(run, "kept");

	if (kept[0] == '\0' || i >= sizeof name / sizeof name[0])
		return NULL;
	snprintf(text, RUN_RESULT_PLACE, "%s/%s", kept, name[i]);
	return text;
}
