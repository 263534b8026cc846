// SPDX-License-Identifier: BSD-2-Clause
/* Plain types of values: texts, numbers, times, words. How each is read from a script and written back. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/schema_value.h"

bool value_is_scalar(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (d->kind == DOCUMENT_SCALAR && (d->text[0] != '\0' || d->quoted))
		return true;
	reader_expected(r, key, d);
	return false;
}

const struct schema_word *value_find_word(const struct schema_key *key, const char *text)
{
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++)
		if (strcmp(w->word, text) == 0)
			return w;
	return NULL;
}

const char *value_word_of(const struct schema_key *key, int value)
{
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++)
		if (w->value == value)
			return w->word;
	return NULL;
}

/* "key: `text' is not one of a, b, c". */
void value_not_a_word(struct reader *r, const struct schema_key *key, const struct document *d)
{
	struct suggestion s;
	char words[512] = "";           /* the longest list, of persistence, has 350 */

	suggest_begin(&s, d->text);
	for (const struct schema_word *w = key->words; w->word != NULL; w++) {
		size_t n = strlen(words);

		snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? ", " : "", w->word);
		suggest_word(&s, w->word);
	}
	mistakes_add_suggesting(r->mistakes, d->at, &s, "%s: `%s' is not one of: %s", key->name,
				mistakes_quote(r->mistakes, d->text), words);
}

struct document *value_scalar(struct arena *memory, const char *text)
{
	return document_scalar(memory, (struct scenario_place){0}, text);
}

struct document *value_list(struct arena *memory)
{
	struct document *d = arena_alloc(memory, sizeof *d);

	d->kind = DOCUMENT_SEQUENCE;
	d->text = "";
	return d;
}

/* One or a list: the items, each a scalar; false when it is neither, which is reported. */
bool value_one_or_list(struct reader *r, const struct schema_key *key, struct document *d,
			struct document ***item, size_t *count)
{
	if (d->kind == DOCUMENT_SEQUENCE) {
		*item = d->item;
		*count = d->count;
		if (d->count == 0)
			mistakes_add(r->mistakes, d->at, "%s: the list is empty", key->name);
		for (size_t i = 0; i < d->count; i++)
			if (!value_is_scalar(r, key, d->item[i]))
				return false;
		return d->count > 0;
	}
	if (!value_is_scalar(r, key, d))
		return false;
	*item = arena_alloc(r->memory, sizeof **item);
	(*item)[0] = d;
	*count = 1;
	return true;
}

/* --- texts ---------------------------------------------------------------------------------------------- */

static void read_text(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!value_is_scalar(r, key, d))
		return;
	const char *end = strpbrk(d->text, "\n\r");
	if (d->text[0] == '\0')
		mistakes_add(r->mistakes, d->at, "%s: the text is empty", key->name);
	else if (end != NULL && end[1] != '\0')
		mistakes_add(r->mistakes, d->at, "%s: the text has several lines; use one", key->name);
	const char *text = end != NULL ? arena_text(r->memory, d->text, (size_t)(end - d->text)) : d->text;
	memcpy(TARGET(base, key), &text, sizeof text);
}

struct document *value_write_text(struct arena *memory, const struct schema_key *key, const void *base)
{
	const char *text;

	memcpy(&text, SOURCE(base, key), sizeof text);
	if (text == NULL)
		return NULL;
	struct document *d = value_scalar(memory, text);
	d->quoted = true;
	return d;
}

const struct schema_type TYPE_TEXT = {"a text", read_text, value_write_text, "{\"type\": \"string\"}"};

static void read_password(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!value_is_scalar(r, key, d))
		return;
	size_t n = strlen(d->text);
	if (n < key->low || n > key->high)
		mistakes_add(r->mistakes, d->at, "%s: %zu bytes is not in %llu-%llu", key->name, n,
			     (unsigned long long)key->low, (unsigned long long)key->high);
	memcpy(TARGET(base, key), &d->text, sizeof d->text);
}

const struct schema_type TYPE_PASSWORD = {"a text", read_password, value_write_text, "{\"type\": \"string\"}"};

static bool is_name(const char *s, size_t most)
{
	size_t n = strlen(s);
	static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return n > 0 && n <= most && strspn(s, rest) == n && s[0] != '-' && s[0] != '_';
}

static bool check_name(struct reader *r, const struct schema_key *key, const struct document *d, int most)
{
	if (!value_is_scalar(r, key, d))
		return false;
	if (is_name(d->text, (size_t)most))
		return true;
	mistakes_add(r->mistakes, d->at, "%s: `%s' is no name: letters, digits, - and _, at most %d", key->name,
		     mistakes_quote(r->mistakes, d->text), most);
	return false;
}

bool value_check_name(struct reader *r, const struct schema_key *key, const struct document *d)
{
	return check_name(r, key, d, SCHEMA_NAME_LONGEST);
}

bool value_check_label(struct reader *r, const struct schema_key *key, const struct document *d)
{
	return check_name(r, key, d, SCHEMA_LABEL_LONGEST);
}

static void read_name(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (value_check_name(r, key, d))
		memcpy(TARGET(base, key), &d->text, sizeof d->text);
}

const struct schema_type TYPE_NAME = {"a name", read_name, value_write_text, NAME_JSON};

/* --- numbers and times ---------------------------------------------------------------------------------- */

bool value_parse_unsigned(const char *text, uint64_t *out)
{
	bool hex = text[0] == '0' && text[1] == 'x';
	uint64_t v = 0;

	text += hex ? 2 : 0;
	if (*text == '\0' || (!hex && text[0] == '0' && text[1] != '\0'))
		return false;
	for (; *text != '\0'; text++) {
		unsigned digit = *text >= '0' && *text <= '9'		? (unsigned)(*text - '0')
				 : hex && *text >= 'a' && *text <= 'f' ? (unsigned)(*text - 'a' + 10)
								       : 99;
		uint64_t radix = hex ? 16 : 10;

		if (digit > 15 || v > (UINT64_MAX - digit) / radix)
			return false;
		v = v * radix + digit;
	}
	*out = v;
	return true;
}

static void store_number(const struct schema_key *key, void *base, uint64_t value)
{
	if ((key->flags & SCHEMA_MAYBE) != 0) {
		struct maybe_number n = {.given = true, .value = value};

		memcpy(TARGET(base, key), &n, sizeof n);
	} else {
		memcpy(TARGET(base, key), &value, sizeof value);
	}
}

/* The stored value; false when it is not given. Times have the same layout. */
static bool load_number(const struct schema_key *key, const void *base, uint64_t *value)
{
	_Static_assert(sizeof(struct maybe_number) == sizeof(struct maybe_time) &&
		       offsetof(struct maybe_number, value) == offsetof(struct maybe_time, value),
		       "a time is stored like a number");
	if ((key->flags & SCHEMA_MAYBE) != 0) {
		struct maybe_number n;

		memcpy(&n, SOURCE(base, key), sizeof n);
		*value = n.value;
		return n.given;
	}
	memcpy(value, SOURCE(base, key), sizeof *value);
	return true;
}

static void read_number(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	uint64_t value = 0;

	if (!value_is_scalar(r, key, d))
		return;
	const struct schema_word *word = value_find_word(key, d->text);
	if (word != NULL) {
		store_number(key, base, (uint64_t)word->value);
		return;
	}
	if (d->text[0] == '-' && value_parse_unsigned(d->text + 1, &value)) {
		value = UINT64_MAX;             /* a number, and out of every range */
	} else if (!value_parse_unsigned(d->text, &value)) {
		size_t n = strlen(d->text);

		if (n == 0 || strspn(d->text, "0123456789") != n || d->text[0] == '0') {
			reader_expected(r, key, d);
			return;
		}
		value = UINT64_MAX;
	}
	if (key->high != UINT64_MAX && (value < key->low || value > key->high)) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in %llu-%llu", key->name,
			     mistakes_quote(r->mistakes, d->text), (unsigned long long)key->low,
			     (unsigned long long)key->high);
		return;
	}
	store_number(key, base, value);
}

static struct document *write_number(struct arena *memory, const struct schema_key *key, const void *base)
{
	uint64_t value;

	if (!load_number(key, base, &value))
		return NULL;
	const char *word = value < key->low ? value_word_of(key, (int)value) : NULL;
	return word != NULL ? value_scalar(memory, word)
			    : value_scalar(memory, arena_print(memory, "%llu", (unsigned long long)value));
}

const struct schema_type TYPE_NUMBER = {"a number", read_number, write_number, "{\"type\": \"integer\"}"};

static void read_signed(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct maybe_signed n = {.given = true};
	uint64_t magnitude;

	if (!value_is_scalar(r, key, d))
		return;
	bool negative = d->text[0] == '-';
	const char *digits = negative || d->text[0] == '+' ? d->text + 1 : d->text;
	if (!value_parse_unsigned(digits, &magnitude) || magnitude < key->low || magnitude > key->high) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in -%llu to -%llu or %llu to %llu", key->name,
			     mistakes_quote(r->mistakes, d->text), (unsigned long long)key->high,
			     (unsigned long long)key->low, (unsigned long long)key->low,
			     (unsigned long long)key->high);
		return;
	}
	n.value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
	memcpy(TARGET(base, key), &n, sizeof n);
}

static struct document *write_signed(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct maybe_signed n;

	memcpy(&n, SOURCE(base, key), sizeof n);
	return n.given ? value_scalar(memory, arena_print(memory, "%lld", (long long)n.value)) : NULL;
}

const struct schema_type TYPE_SIGNED = {"a number", read_signed, write_signed, "{\"type\": \"integer\"}"};

static bool parse_time(struct reader *r, const struct schema_key *key, const struct document *d, vl_time *out)
{
	uint64_t bare;

	if (!value_is_scalar(r, key, d))
		return false;
	if (vl_time_parse(d->text, out))
		return true;
	if (value_parse_unsigned(d->text, &bare))
		mistakes_add(r->mistakes, d->at, "%s: `%s' has no unit; write %ss or %sms", key->name,
			     mistakes_quote(r->mistakes, d->text), mistakes_quote(r->mistakes, d->text),
			     mistakes_quote(r->mistakes, d->text));
	else
		mistakes_add(r->mistakes, d->at, "%s: expected a time such as 500ms or 1m30s, not %s", key->name,
			     document_describe(r->mistakes, d));
	return false;
}

const char *value_time_text(struct arena *memory, vl_time t)
{
	char text[COMPARISON_TEXT];

	comparison_value_format(text, COMPARISON_TIME, t);
	return arena_text(memory, text, strlen(text));
}

static void read_time(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	vl_time t;

	if (d->kind == DOCUMENT_SCALAR && value_find_word(key, d->text) != NULL) {
		store_number(key, base, VL_NEVER);
		return;
	}
	if (!parse_time(r, key, d, &t))
		return;
	if (key->high != 0 && (t < key->low || t > key->high)) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in %s to %s", key->name,
			     mistakes_quote(r->mistakes, d->text), value_time_text(r->memory, key->low),
			     value_time_text(r->memory, key->high));
		return;
	}
	store_number(key, base, t);
}

static struct document *write_time(struct arena *memory, const struct schema_key *key, const void *base)
{
	vl_time t;

	if (!load_number(key, base, &t))
		return NULL;
	return value_scalar(memory, t == VL_NEVER && key->words != NULL ? "never" : value_time_text(memory, t));
}

#define TIME_PATTERN "^([0-9]+(\\\\.[0-9]+)?(ns|us|ms|s|m|h))+$"
#define TIME_JSON "{\"type\": \"string\", \"pattern\": \"" TIME_PATTERN "\"}"
const struct schema_type TYPE_TIME = {"a time such as 500ms or 1m30s", read_time, write_time, TIME_JSON};

static void read_window(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_window w = {0};
	bool good;

	memcpy(&w, TARGET(base, key), sizeof w);
	if (w.form != WINDOW_RUN)
		mistakes_add(r->mistakes, d->at, "%s: there is another window here; give one of at, before, "
			     "after, between", key->name);
	w = (struct scenario_window){.until = VL_NEVER};
	if (key->low == WINDOW_BETWEEN) {
		if (d->kind != DOCUMENT_SEQUENCE || d->count != 2) {
			mistakes_add(r->mistakes, d->at, "%s: expected two times such as [5s, 30s], not %s",
				     key->name, document_describe(r->mistakes, d));
			return;
		}
		good = parse_time(r, key, d->item[0], &w.from);
		good = parse_time(r, key, d->item[1], &w.until) && good;
		if (good && w.from >= w.until)
			mistakes_add(r->mistakes, d->at, "%s: the window ends before it begins", key->name);
	} else {
		good = parse_time(r, key, d, key->low == WINDOW_BEFORE ? &w.until : &w.from);
		if (key->low == WINDOW_AT)
			w.until = w.from;
		if (good && key->low == WINDOW_BEFORE && w.until == 0)
			mistakes_add(r->mistakes, d->at, "%s: nothing is before 0s", key->name);
	}
	if (key->low == WINDOW_AT)
		w.form = WINDOW_AT;
	else if (key->low == WINDOW_BEFORE)
		w.form = WINDOW_BEFORE;
	else
		w.form = key->low == WINDOW_AFTER ? WINDOW_AFTER : WINDOW_BETWEEN;
	if (good)
		memcpy(TARGET(base, key), &w, sizeof w);
}

static struct document *write_window(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_window w;

	memcpy(&w, SOURCE(base, key), sizeof w);
	if ((uint64_t)w.form != key->low)
		return NULL;
	if (w.form != WINDOW_BETWEEN)
		return value_scalar(memory, value_time_text(memory, w.form == WINDOW_BEFORE ? w.until : w.from));
	struct document *d = value_list(memory);
	document_append(memory, d, value_scalar(memory, value_time_text(memory, w.from)));
	document_append(memory, d, value_scalar(memory, value_time_text(memory, w.until)));
	return d;
}

const struct schema_type TYPE_WINDOW = {"a time", read_window, write_window,
					"{\"anyOf\": [" TIME_JSON ", {\"type\": \"array\", \"minItems\": 2, "
					"\"maxItems\": 2, \"items\": " TIME_JSON "}]}"};

/* --- words and flags ------------------------------------------------------------------------------------ */

static void read_flag(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	bool value = false;

	if (!value_is_scalar(r, key, d))
		return;
	const struct schema_word *word = value_find_word(key, d->text);
	if (word != NULL)
		value = word->value != 0;
	else if (key->words != NULL) {
		value_not_a_word(r, key, d);
		return;
	} else if (strcmp(d->text, "true") == 0 || strcmp(d->text, "false") == 0) {
		value = d->text[0] == 't';
	} else {
		static const char *const guesses[][2] = {{"yes", "true"}, {"on", "true"}, {"no", "false"},
							 {"off", "false"}, {"True", "true"}, {"False", "false"}};
		const char *guess = NULL;

		for (size_t i = 0; i < sizeof guesses / sizeof guesses[0]; i++)
			if (strcmp(guesses[i][0], d->text) == 0)
				guess = guesses[i][1];
		mistakes_add(r->mistakes, d->at, "%s: expected true or false, not %s%s%s%s", key->name,
			     document_describe(r->mistakes, d), guess != NULL ? "; write `" : "",
			     guess != NULL ? guess : "", guess != NULL ? "'" : "");
		return;
	}
	if ((key->flags & SCHEMA_MAYBE) != 0) {
		struct maybe_flag f = {.given = true, .value = value};

		memcpy(TARGET(base, key), &f, sizeof f);
	} else {
		memcpy(TARGET(base, key), &value, sizeof value);
	}
}

static struct document *write_flag(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct maybe_flag f = {.given = true};

	if ((key->flags & SCHEMA_MAYBE) != 0)
		memcpy(&f, SOURCE(base, key), sizeof f);
	else
		memcpy(&f.value, SOURCE(base, key), sizeof f.value);
	bool is_otherwise_true = key->fallback != NULL && strcmp(key->fallback, "true") == 0;
	if (!f.given || (key->words == NULL && (key->flags & SCHEMA_MAYBE) == 0 && !f.value && !is_otherwise_true))
		return NULL;            /* a flag without a third state is false when not written */
	return value_scalar(memory, key->words != NULL ? value_word_of(key, f.value) : f.value ? "true" : "false");
}

const struct schema_type TYPE_FLAG = {"true or false", read_flag, write_flag, "{\"type\": \"boolean\"}"};

static void read_word(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!value_is_scalar(r, key, d))
		return;
	const struct schema_word *word = value_find_word(key, d->text);
	if (word == NULL)
		value_not_a_word(r, key, d);
	else
		memcpy(TARGET(base, key), &word->value, sizeof word->value);
}

static struct document *write_word(struct arena *memory, const struct schema_key *key, const void *base)
{
	int value;

	memcpy(&value, SOURCE(base, key), sizeof value);
	const char *word = value_word_of(key, value);
	return word != NULL ? value_scalar(memory, word) : NULL;
}

const struct schema_type TYPE_WORD = {"a word", read_word, write_word, "{\"type\": \"string\"}"};

static void read_words(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct document **item;
	size_t count;
	bool *set = (bool *)(void *)TARGET(base, key);

	if (!value_one_or_list(r, key, d, &item, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct schema_word *word = value_find_word(key, item[i]->text);

		if (word == NULL)
			value_not_a_word(r, key, item[i]);
		else
			set[word->value] = true;
	}
}

static struct document *write_words(struct arena *memory, const struct schema_key *key, const void *base)
{
	const bool *set = (const bool *)(const void *)SOURCE(base, key);
	struct document *d = value_list(memory);

	for (size_t i = 0; i < key->high; i++)
		if (set[i])
			document_append(memory, d, value_scalar(memory, value_word_of(key, (int)i)));
	return d->count > 0 ? d : NULL;
}

const struct schema_type TYPE_WORDS = {"a word or a list of words", read_words, write_words,
				       "{\"type\": [\"string\", \"array\"]}"};

