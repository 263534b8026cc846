// SPDX-License-Identifier: BSD-2-Clause
/* The types of values: how each is read from a script and written back. */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/reader.h"
#include "sim/wire/vrrp.h"

/* Every target is reached through a copy of its bytes: the table knows offsets, not types. */
#define TARGET(base, key) ((char *)(base) + (key)->offset)
#define SOURCE(base, key) ((const char *)(base) + (key)->offset)

static bool is_scalar(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (d->kind == DOCUMENT_SCALAR && (d->text[0] != '\0' || d->quoted))
		return true;
	reader_expected(r, key, d);
	return false;
}

static const struct schema_word *find_word(const struct schema_key *key, const char *text)
{
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++)
		if (strcmp(w->word, text) == 0)
			return w;
	return NULL;
}

static const char *word_of(const struct schema_key *key, int value)
{
	for (const struct schema_word *w = key->words; w != NULL && w->word != NULL; w++)
		if (w->value == value)
			return w->word;
	return NULL;
}

/* "key: `text' is not one of a, b, c". */
static void not_a_word(struct reader *r, const struct schema_key *key, const struct document *d)
{
	struct suggestion s;
	char words[256] = "";

	suggest_begin(&s, d->text);
	for (const struct schema_word *w = key->words; w->word != NULL; w++) {
		size_t n = strlen(words);

		snprintf(words + n, sizeof words - n, "%s%s", n > 0 ? ", " : "", w->word);
		suggest_word(&s, w->word);
	}
	mistakes_add_suggesting(r->mistakes, d->at, &s, "%s: `%s' is not one of: %s", key->name,
				mistakes_quote(r->mistakes, d->text), words);
}

static struct document *scalar(struct arena *memory, const char *text)
{
	return document_scalar(memory, (struct scenario_place){0}, text);
}

static struct document *list(struct arena *memory)
{
	struct document *d = arena_alloc(memory, sizeof *d);

	d->kind = DOCUMENT_SEQUENCE;
	d->text = "";
	return d;
}

/* One or a list: the items, each a scalar; false when it is neither, which is reported. */
static bool one_or_list(struct reader *r, const struct schema_key *key, struct document *d,
			struct document ***item, size_t *count)
{
	if (d->kind == DOCUMENT_SEQUENCE) {
		*item = d->item;
		*count = d->count;
		if (d->count == 0)
			mistakes_add(r->mistakes, d->at, "%s: the list is empty", key->name);
		for (size_t i = 0; i < d->count; i++)
			if (!is_scalar(r, key, d->item[i]))
				return false;
		return d->count > 0;
	}
	if (!is_scalar(r, key, d))
		return false;
	*item = arena_alloc(r->memory, sizeof **item);
	(*item)[0] = d;
	*count = 1;
	return true;
}

/* --- texts ---------------------------------------------------------------------------------------------- */

static void read_text(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!is_scalar(r, key, d))
		return;
	const char *end = strpbrk(d->text, "\n\r");
	if (d->text[0] == '\0')
		mistakes_add(r->mistakes, d->at, "%s: the text is empty", key->name);
	else if (end != NULL && end[1] != '\0')
		mistakes_add(r->mistakes, d->at, "%s: the text has several lines; use one", key->name);
	const char *text = end != NULL ? arena_text(r->memory, d->text, (size_t)(end - d->text)) : d->text;
	memcpy(TARGET(base, key), &text, sizeof text);
}

static struct document *write_text(struct arena *memory, const struct schema_key *key, const void *base)
{
	const char *text;

	memcpy(&text, SOURCE(base, key), sizeof text);
	if (text == NULL)
		return NULL;
	struct document *d = scalar(memory, text);
	d->quoted = true;
	return d;
}

const struct schema_type TYPE_TEXT = {"a text", read_text, write_text, "{\"type\": \"string\"}"};

static void read_password(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!is_scalar(r, key, d))
		return;
	size_t n = strlen(d->text);
	if (n < key->low || n > key->high)
		mistakes_add(r->mistakes, d->at, "%s: %zu bytes is not in %llu-%llu", key->name, n,
			     (unsigned long long)key->low, (unsigned long long)key->high);
	memcpy(TARGET(base, key), &d->text, sizeof d->text);
}

const struct schema_type TYPE_PASSWORD = {"a text", read_password, write_text, "{\"type\": \"string\"}"};

static bool is_name(const char *s)
{
	size_t n = strlen(s);
	static const char rest[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return n > 0 && n <= SCHEMA_NAME_LONGEST && strspn(s, rest) == n && s[0] != '-' && s[0] != '_';
}

static bool check_name(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (!is_scalar(r, key, d))
		return false;
	if (is_name(d->text))
		return true;
	mistakes_add(r->mistakes, d->at, "%s: `%s' is no name: letters, digits, - and _, at most %d", key->name,
		     mistakes_quote(r->mistakes, d->text), SCHEMA_NAME_LONGEST);
	return false;
}

static void read_name(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (check_name(r, key, d))
		memcpy(TARGET(base, key), &d->text, sizeof d->text);
}

#define NAME_JSON "{\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$\"}"
const struct schema_type TYPE_NAME = {"a name", read_name, write_text, NAME_JSON};

/* --- numbers and times ---------------------------------------------------------------------------------- */

static bool parse_unsigned(const char *text, uint64_t *out)
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

	if (!is_scalar(r, key, d))
		return;
	const struct schema_word *word = find_word(key, d->text);
	if (word != NULL) {
		store_number(key, base, (uint64_t)word->value);
		return;
	}
	if (d->text[0] == '-' && parse_unsigned(d->text + 1, &value)) {
		value = UINT64_MAX;             /* a number, and out of every range */
	} else if (!parse_unsigned(d->text, &value)) {
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
	const char *word = value < key->low ? word_of(key, (int)value) : NULL;
	return word != NULL ? scalar(memory, word)
			    : scalar(memory, arena_print(memory, "%llu", (unsigned long long)value));
}

const struct schema_type TYPE_NUMBER = {"a number", read_number, write_number, "{\"type\": \"integer\"}"};

static void read_signed(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct maybe_signed n = {.given = true};
	uint64_t magnitude;

	if (!is_scalar(r, key, d))
		return;
	if (d->text[0] != '-' || !parse_unsigned(d->text + 1, &magnitude) || magnitude < key->low ||
	    magnitude > key->high) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in -%llu to -%llu", key->name,
			     mistakes_quote(r->mistakes, d->text), (unsigned long long)key->high,
			     (unsigned long long)key->low);
		return;
	}
	n.value = -(int64_t)magnitude;
	memcpy(TARGET(base, key), &n, sizeof n);
}

static struct document *write_signed(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct maybe_signed n;

	memcpy(&n, SOURCE(base, key), sizeof n);
	return n.given ? scalar(memory, arena_print(memory, "%lld", (long long)n.value)) : NULL;
}

const struct schema_type TYPE_SIGNED = {"a negative number", read_signed, write_signed,
					"{\"type\": \"integer\", \"maximum\": -1}"};

static bool parse_time(struct reader *r, const struct schema_key *key, const struct document *d, vl_time *out)
{
	uint64_t bare;

	if (!is_scalar(r, key, d))
		return false;
	if (vl_time_parse(d->text, out))
		return true;
	if (parse_unsigned(d->text, &bare))
		mistakes_add(r->mistakes, d->at, "%s: `%s' has no unit; write %ss or %sms", key->name,
			     mistakes_quote(r->mistakes, d->text), mistakes_quote(r->mistakes, d->text),
			     mistakes_quote(r->mistakes, d->text));
	else
		mistakes_add(r->mistakes, d->at, "%s: expected a time such as 500ms or 1m30s, not %s", key->name,
			     document_describe(r->mistakes, d));
	return false;
}

static const char *time_text(struct arena *memory, vl_time t)
{
	char text[COMPARISON_TEXT];

	comparison_value_format(text, COMPARISON_TIME, t);
	return arena_text(memory, text, strlen(text));
}

static void read_time(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	vl_time t;

	if (d->kind == DOCUMENT_SCALAR && find_word(key, d->text) != NULL) {
		store_number(key, base, VL_NEVER);
		return;
	}
	if (!parse_time(r, key, d, &t))
		return;
	if (key->high != 0 && (t < key->low || t > key->high)) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is not in %s to %s", key->name,
			     mistakes_quote(r->mistakes, d->text), time_text(r->memory, key->low),
			     time_text(r->memory, key->high));
		return;
	}
	store_number(key, base, t);
}

static struct document *write_time(struct arena *memory, const struct schema_key *key, const void *base)
{
	vl_time t;

	if (!load_number(key, base, &t))
		return NULL;
	return scalar(memory, t == VL_NEVER && key->words != NULL ? "never" : time_text(memory, t));
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
		return scalar(memory, time_text(memory, w.form == WINDOW_BEFORE ? w.until : w.from));
	struct document *d = list(memory);
	document_append(memory, d, scalar(memory, time_text(memory, w.from)));
	document_append(memory, d, scalar(memory, time_text(memory, w.until)));
	return d;
}

const struct schema_type TYPE_WINDOW = {"a time", read_window, write_window,
					"{\"anyOf\": [" TIME_JSON ", {\"type\": \"array\", \"minItems\": 2, "
					"\"maxItems\": 2, \"items\": " TIME_JSON "}]}"};

/* --- words and flags ------------------------------------------------------------------------------------ */

static void read_flag(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	bool value = false;

	if (!is_scalar(r, key, d))
		return;
	const struct schema_word *word = find_word(key, d->text);
	if (word != NULL)
		value = word->value != 0;
	else if (key->words != NULL) {
		not_a_word(r, key, d);
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
	if (!f.given || (key->words == NULL && (key->flags & SCHEMA_MAYBE) == 0 && !f.value))
		return NULL;            /* a flag without a third state is false when not written */
	return scalar(memory, key->words != NULL ? word_of(key, f.value) : f.value ? "true" : "false");
}

const struct schema_type TYPE_FLAG = {"true or false", read_flag, write_flag, "{\"type\": \"boolean\"}"};

static void read_word(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!is_scalar(r, key, d))
		return;
	const struct schema_word *word = find_word(key, d->text);
	if (word == NULL)
		not_a_word(r, key, d);
	else
		memcpy(TARGET(base, key), &word->value, sizeof word->value);
}

static struct document *write_word(struct arena *memory, const struct schema_key *key, const void *base)
{
	int value;

	memcpy(&value, SOURCE(base, key), sizeof value);
	const char *word = word_of(key, value);
	return word != NULL ? scalar(memory, word) : NULL;
}

const struct schema_type TYPE_WORD = {"a word", read_word, write_word, "{\"type\": \"string\"}"};

static void read_words(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct document **item;
	size_t count;
	bool *set = (bool *)(void *)TARGET(base, key);

	if (!one_or_list(r, key, d, &item, &count))
		return;
	for (size_t i = 0; i < count; i++) {
		const struct schema_word *word = find_word(key, item[i]->text);

		if (word == NULL)
			not_a_word(r, key, item[i]);
		else
			set[word->value] = true;
	}
}

static struct document *write_words(struct arena *memory, const struct schema_key *key, const void *base)
{
	const bool *set = (const bool *)(const void *)SOURCE(base, key);
	struct document *d = list(memory);

	for (size_t i = 0; i < key->high; i++)
		if (set[i])
			document_append(memory, d, scalar(memory, word_of(key, (int)i)));
	return d->count > 0 ? d : NULL;
}

const struct schema_type TYPE_WORDS = {"a word or a list of words", read_words, write_words,
				       "{\"type\": [\"string\", \"array\"]}"};

/* --- addresses ------------------------------------------------------------------------------------------ */

static bool parse_ip(struct reader *r, const struct schema_key *key, const struct document *d,
		     struct ip_addr *out)
{
	struct ip_prefix prefix;

	if (ip_parse(d->text, out)) {
		if (key->low == 0 || out->family == key->low)
			return true;
		mistakes_add(r->mistakes, d->at, "%s: `%s' is an IPv%u address; it belongs under `%s'", key->name,
			     d->text, (unsigned)out->family, out->family == IP_V4 ? "ip" : "ip6");
		return false;
	}
	if (strchr(d->text, '/') != NULL && ip_prefix_parse(d->text, &prefix))
		mistakes_add(r->mistakes, d->at, "%s: `%s' has a prefix length; an address takes its segment's",
			     key->name, d->text);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected an address such as %s, not %s", key->name,
			     key->low == IP_V6 ? "2001:db8::1" : "192.0.2.1", document_describe(r->mistakes, d));
	return false;
}

static struct document *ip_document(struct arena *memory, const struct ip_addr *ip)
{
	char text[IP_TEXT];

	return scalar(memory, ip_format(text, ip));
}

static void read_ip(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct ip_addr ip;

	if (is_scalar(r, key, d) && find_word(key, d->text) == NULL && parse_ip(r, key, d, &ip))
		memcpy(TARGET(base, key), &ip, sizeof ip);
}

static struct document *write_ip(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct ip_addr ip;

	memcpy(&ip, SOURCE(base, key), sizeof ip);
	if (ip.family == IP_NONE)
		return key->words != NULL ? scalar(memory, key->words->word) : NULL;
	return ip_document(memory, &ip);
}

const struct schema_type TYPE_IP = {"an address", read_ip, write_ip, "{\"type\": \"string\"}"};

static void read_ips(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_ips ips = {0};
	struct document **item;
	size_t count;

	if (!one_or_list(r, key, d, &item, &count))
		return;
	ips.item = arena_array(r->memory, count, sizeof *ips.item);
	for (size_t i = 0; i < count; i++) {
		if (parse_ip(r, key, item[i], &ips.item[ips.count]))
			reader_note(r, &ips.item[ips.count++], item[i]);
	}
	memcpy(TARGET(base, key), &ips, sizeof ips);
}

static struct document *write_ips(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_ips ips;

	memcpy(&ips, SOURCE(base, key), sizeof ips);
	if (ips.count <= 1)
		return ips.count == 0 ? NULL : ip_document(memory, &ips.item[0]);
	struct document *d = list(memory);
	for (size_t i = 0; i < ips.count; i++)
		document_append(memory, d, ip_document(memory, &ips.item[i]));
	return d;
}

#define ONE_OR_LIST(item) "{\"anyOf\": [" item ", {\"type\": \"array\", \"minItems\": 1, \"items\": " item "}]}"
const struct schema_type TYPE_IPS = {"an address or a list of addresses", read_ips, write_ips,
				     ONE_OR_LIST("{\"type\": \"string\"}")};

static void read_prefix(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct ip_prefix p;

	if (!is_scalar(r, key, d))
		return;
	if (!ip_prefix_parse(d->text, &p) || strchr(d->text, '/') == NULL || p.addr.family != key->low) {
		mistakes_add(r->mistakes, d->at, "%s: expected a network such as %s, not %s", key->name,
			     key->example, document_describe(r->mistakes, d));
		return;
	}
	struct ip_prefix net = p;
	for (unsigned bit = p.length; bit < ip_size((enum ip_family)p.addr.family) * 8; bit++)
		net.addr.b[bit / 8] &= (uint8_t)~(0x80u >> (bit % 8));
	if (!ip_equal(&net.addr, &p.addr)) {
		char text[IP_PREFIX_TEXT];

		mistakes_add(r->mistakes, d->at, "%s: `%s' has bits behind its prefix length; write %s", key->name,
			     d->text, ip_prefix_format(text, &net));
	}
	memcpy(TARGET(base, key), &net, sizeof net);
}

static struct document *write_prefix(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct ip_prefix p;
	char text[IP_PREFIX_TEXT];

	memcpy(&p, SOURCE(base, key), sizeof p);
	return p.addr.family != IP_NONE ? scalar(memory, ip_prefix_format(text, &p)) : NULL;
}

const struct schema_type TYPE_PREFIX = {"a network", read_prefix, write_prefix, "{\"type\": \"string\"}"};

static bool parse_mac(const char *text, struct mac *out)
{
	uint64_t id;
	bool v4 = strncmp(text, "vrrp ", 5) == 0, v6 = strncmp(text, "vrrp6 ", 6) == 0;

	if (mac_parse(text, out))
		return true;
	if ((!v4 && !v6) || !parse_unsigned(text + (v6 ? 6 : 5), &id) || id < 1 || id > 255)
		return false;
	*out = vrrp_virtual_mac(v6 ? IP_V6 : IP_V4, (uint8_t)id);
	return true;
}

static void read_mac(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct maybe_mac m = {.given = true};

	if (!is_scalar(r, key, d))
		return;
	if (!parse_mac(d->text, &m.value)) {
		mistakes_add(r->mistakes, d->at, "%s: expected a MAC address such as 02:00:00:00:00:0b, not %s",
			     key->name, document_describe(r->mistakes, d));
		return;
	}
	if (mac_is_group(m.value) || mac_equal(m.value, MAC_ZERO)) {
		mistakes_add(r->mistakes, d->at, "%s: `%s' is no station's address", key->name, d->text);
		return;
	}
	if ((key->flags & SCHEMA_MAYBE) != 0)
		memcpy(TARGET(base, key), &m, sizeof m);
	else
		memcpy(TARGET(base, key), &m.value, sizeof m.value);
}

static struct document *write_mac(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct maybe_mac m = {.given = true};
	char text[MAC_TEXT];

	if ((key->flags & SCHEMA_MAYBE) != 0)
		memcpy(&m, SOURCE(base, key), sizeof m);
	else
		memcpy(&m.value, SOURCE(base, key), sizeof m.value);
	return m.given ? scalar(memory, mac_format(text, m.value)) : NULL;
}

const struct schema_type TYPE_MAC = {"a MAC address", read_mac, write_mac, "{\"type\": \"string\"}"};

/* --- names that refer ----------------------------------------------------------------------------------- */

static void read_names(struct reader *r, const struct schema_key *key, struct document *d, void *base,
		       bool refers)
{
	struct scenario_names names = {0};
	struct document **item;
	size_t count;

	if (!one_or_list(r, key, d, &item, &count))
		return;
	names.item = arena_array(r->memory, count, sizeof *names.item);
	for (size_t i = 0; i < count; i++) {
		if (!check_name(r, key, item[i]))
			continue;
		for (size_t j = 0; j < names.count; j++)
			if (strcmp(names.item[j].text, item[i]->text) == 0)
				mistakes_add(r->mistakes, item[i]->at, "%s: `%s' is there twice", key->name,
					     item[i]->text);
		names.item[names.count++] = (struct scenario_name){.text = item[i]->text, .at = item[i]->at};
	}
	for (size_t i = 0; refers && i < names.count; i++)
		reader_refer(r, REFERENCE_NODE, &names.item[i], NULL);
	memcpy(TARGET(base, key), &names, sizeof names);
}

static void read_labels(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_names(r, key, d, base, false);
}

static void read_nodes(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_names(r, key, d, base, true);
}

static struct document *write_names(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_names names;

	memcpy(&names, SOURCE(base, key), sizeof names);
	if (names.count <= 1)
		return names.count == 0 ? NULL : scalar(memory, names.item[0].text);
	struct document *d = list(memory);
	for (size_t i = 0; i < names.count; i++)
		document_append(memory, d, scalar(memory, names.item[i].text));
	return d;
}

const struct schema_type TYPE_LABELS = {"a word or a list of words", read_labels, write_names,
					ONE_OR_LIST(NAME_JSON)};
const struct schema_type TYPE_NODES = {"a node or a list of nodes", read_nodes, write_names,
				       ONE_OR_LIST(NAME_JSON)};

/* With no document: it is absent, and the flag at `also` says so. */
static void read_reference(struct reader *r, const struct schema_key *key, struct document *d, void *base,
			   enum reference_kind kind)
{
	struct scenario_name *name = (struct scenario_name *)(void *)TARGET(base, key);

	if (d == NULL) {
		if (key->also != 0)
			*(bool *)((char *)base + key->also) = true;
		return;
	}
	if (!check_name(r, key, d))
		return;
	*name = (struct scenario_name){.text = d->text, .at = d->at};
	reader_refer(r, kind, name, NULL);
}

static void read_node(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_reference(r, key, d, base, REFERENCE_NODE);
}

static void read_segment(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_reference(r, key, d, base, REFERENCE_SEGMENT);
}

static struct document *write_reference(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_name name;

	memcpy(&name, SOURCE(base, key), sizeof name);
	return name.text != NULL ? scalar(memory, name.text) : NULL;
}

const struct schema_type TYPE_NODE = {"the name of a node", read_node, write_reference, NAME_JSON};
const struct schema_type TYPE_SEGMENT = {"the name of a segment", read_segment, write_reference, NAME_JSON};

static void read_port(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct scenario_port *port = (struct scenario_port *)(void *)TARGET(base, key);

	if (!is_scalar(r, key, d))
		return;
	const char *dot = strchr(d->text, '.');
	size_t n = dot != NULL ? (size_t)(dot - d->text) : strlen(d->text);
	port->node = (struct scenario_name){.text = arena_text(r->memory, d->text, n), .at = d->at};
	port->interface_name = dot != NULL ? dot + 1 : NULL;
	port->interface = SCENARIO_EVERY_INTERFACE;
	reader_refer(r, REFERENCE_PORT, &port->node, port);
}

static struct document *write_port(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct scenario_port port;

	memcpy(&port, SOURCE(base, key), sizeof port);
	if (port.interface_name == NULL)
		return scalar(memory, port.node.text);
	return scalar(memory, arena_print(memory, "%s.%s", port.node.text, port.interface_name));
}

const struct schema_type TYPE_PORT = {"NODE or NODE.INTERFACE", read_port, write_port, "{\"type\": \"string\"}"};

/* --- comparisons and shares ------------------------------------------------------------------------------ */

static void read_comparison(struct reader *r, const struct schema_key *key, struct document *d, void *base,
			    enum comparison_unit unit)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!is_scalar(r, key, d))
		return;
	if (comparison_parse(&c, unit, d->text, mistake))
		memcpy(TARGET(base, key), &c, sizeof c);
	else
		mistakes_add(r->mistakes, d->at, "%s: expected %s, not %s", key->name, mistake,
			     document_describe(r->mistakes, d));
}

static void read_count(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_COUNT);
}

static void read_percent(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_PERCENT);
}

static void read_duration(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	read_comparison(r, key, d, base, COMPARISON_TIME);
}

static struct document *write_comparison(struct arena *memory, const struct schema_key *key, const void *base)
{
	struct comparison c;
	char text[COMPARISON_TEXT];

	memcpy(&c, SOURCE(base, key), sizeof c);
	return c.form != COMPARISON_NONE ? scalar(memory, comparison_format(text, &c)) : NULL;
}

const struct schema_type TYPE_COUNT = {"a comparison with a number", read_count, write_comparison,
				       "{\"type\": [\"string\", \"integer\"]}"};
const struct schema_type TYPE_PERCENT = {"a comparison with a percentage", read_percent, write_comparison,
					 "{\"type\": \"string\"}"};
const struct schema_type TYPE_DURATION = {"a comparison with a time", read_duration, write_comparison,
					  "{\"type\": \"string\"}"};

static void read_share(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct comparison c;
	char mistake[COMPARISON_MISTAKE];

	if (!is_scalar(r, key, d))
		return;
	if (!comparison_parse(&c, COMPARISON_PERCENT, d->text, mistake) || strchr(d->text, ' ') != NULL) {
		mistakes_add(r->mistakes, d->at, "%s: expected a percentage 0%%-100%%, not %s", key->name,
			     document_describe(r->mistakes, d));
		return;
	}
	uint32_t ppm = (uint32_t)c.value;
	memcpy(TARGET(base, key), &ppm, sizeof ppm);
}

static struct document *write_share(struct arena *memory, const struct schema_key *key, const void *base)
{
	uint32_t ppm;
	char text[COMPARISON_TEXT];

	memcpy(&ppm, SOURCE(base, key), sizeof ppm);
	return scalar(memory, comparison_value_format(text, COMPARISON_PERCENT, ppm));
}

const struct schema_type TYPE_SHARE = {"a percentage", read_share, write_share,
				       "{\"type\": \"string\", \"pattern\": \"^[0-9.]+%$\"}"};

/* --- match strings --------------------------------------------------------------------------------------- */

static void read_match(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	struct packet_match *match = (struct packet_match *)(void *)((char *)base + key->also);
	struct packet_match_error error;

	if (!is_scalar(r, key, d))
		return;
	memcpy(TARGET(base, key), &d->text, sizeof d->text);
	if (packet_match_compile(match, d->text, &error))
		return;
	struct scenario_place at = d->at;
	if (d->verbatim)
		at.column += (unsigned)error.column + (d->quoted ? 1 : 0);
	mistakes_add(r->mistakes, at, "%s: %s", key->name, error.expected);
}

const struct schema_type TYPE_MATCH = {"a match string", read_match, write_text, "{\"type\": \"string\"}"};

/* --- collections ----------------------------------------------------------------------------------------- */

static void store_array(const struct schema_key *key, void *base, void *items, size_t count)
{
	memcpy(TARGET(base, key), &items, sizeof items);
	memcpy((char *)base + key->also, &count, sizeof count);
}

static const char *load_array(const struct schema_key *key, const void *base, size_t *count)
{
	const char *items;

	memcpy(&items, SOURCE(base, key), sizeof items);
	memcpy(count, (const char *)base + key->also, sizeof *count);
	return items;
}

static void read_section(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (key->also != 0)
		*(bool *)((char *)base + key->also) = true;
	reader_section(r, key->section, d, TARGET(base, key));
}

static struct document *write_section(struct arena *memory, const struct schema_key *key, const void *base)
{
	if (key->also != 0 && !*(const bool *)((const char *)base + key->also))
		return NULL;
	struct document *d = reader_write(memory, key->section, SOURCE(base, key));
	return d->count > 0 ? d : NULL;
}

const struct schema_type TYPE_SECTION = {"a mapping", read_section, write_section, NULL};

static void read_list(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (d->kind != DOCUMENT_SEQUENCE) {
		mistakes_add(r->mistakes, d->at, "%s: expected a list, each item starting with `- ', not %s",
			     key->name, document_describe(r->mistakes, d));
		return;
	}
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++)
		reader_section(r, key->section, d->item[i], items + i * key->section->size);
}

static struct document *write_list(struct arena *memory, const struct schema_key *key, const void *base)
{
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = list(memory);

	for (size_t i = 0; i < count; i++)
		document_append(memory, d, reader_write(memory, key->section, items + i * key->section->size));
	return count > 0 ? d : NULL;
}

const struct schema_type TYPE_LIST = {"a list", read_list, write_list, NULL};

/* The name is the second member of what a section of this kind describes: place, name. */
struct named {
	struct scenario_place at;
	const char *name;
};
_Static_assert(offsetof(struct scenario_node, name) == offsetof(struct named, name) &&
	       offsetof(struct scenario_segment, name) == offsetof(struct named, name),
	       "what a mapping of names describes begins with place and name");

static bool is_nonempty_mapping(struct reader *r, const struct schema_key *key, const struct document *d)
{
	if (d->kind == DOCUMENT_MAPPING && d->count > 0)
		return true;
	mistakes_add(r->mistakes, d->at, "%s: expected a mapping such as %s, not %s", key->name, key->example,
		     d->kind == DOCUMENT_MAPPING ? "an empty one" : document_describe(r->mistakes, d));
	return false;
}

static void read_named(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	if (!is_nonempty_mapping(r, key, d))
		return;
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++) {
		char *item = items + i * key->section->size;
		struct named head = {.name = d->pair[i].key->text};

		check_name(r, key, d->pair[i].key);
		memcpy(item, &head, sizeof head);
		reader_section(r, key->section, d->pair[i].value, item);
		/* Messages about the whole point to its name. */
		memcpy(item, &d->pair[i].key->at, sizeof head.at);
	}
}

static struct document *write_named(struct arena *memory, const struct schema_key *key, const void *base)
{
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = list(memory);

	d->kind = DOCUMENT_MAPPING;
	for (size_t i = 0; i < count; i++) {
		struct named head;

		memcpy(&head, items + i * key->section->size, sizeof head);
		document_set(memory, d, scalar(memory, head.name),
			     reader_write(memory, key->section, items + i * key->section->size));
	}
	return count > 0 ? d : NULL;
}

const struct schema_type TYPE_NAMED = {"a mapping of names", read_named, write_named, NULL};

static void read_map(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	const struct schema_key *name = &key->section->key[0], *value = &key->section->key[1];

	if (!is_nonempty_mapping(r, key, d))
		return;
	char *items = arena_array(r->memory, d->count, key->section->size);
	store_array(key, base, items, d->count);
	for (size_t i = 0; i < d->count; i++) {
		char *item = items + i * key->section->size;

		if (!d->pair[i].key->broken)
			name->type->read(r, name, d->pair[i].key, item);
		reader_note(r, item + value->offset, d->pair[i].value);
		if (d->pair[i].value->kind != DOCUMENT_SCALAR || !d->pair[i].value->broken)
			value->type->read(r, value, d->pair[i].value, item);
	}
}

static struct document *write_map(struct arena *memory, const struct schema_key *key, const void *base)
{
	const struct schema_key *name = &key->section->key[0], *value = &key->section->key[1];
	size_t count;
	const char *items = load_array(key, base, &count);
	struct document *d = list(memory);

	d->kind = DOCUMENT_MAPPING;
	for (size_t i = 0; i < count; i++) {
		const char *item = items + i * key->section->size;

		document_set(memory, d, name->type->write(memory, name, item),
			     value->type->write(memory, value, item));
	}
	return d;
}

const struct schema_type TYPE_MAP = {"a mapping", read_map, write_map, NULL};

static void read_earlier(struct reader *r, const struct schema_key *key, struct document *d, void *base)
{
	(void)r;
	(void)key;
	(void)d;
	(void)base;
}

static struct document *write_nothing(struct arena *memory, const struct schema_key *key, const void *base)
{
	(void)memory;
	(void)key;
	(void)base;
	return NULL;
}

const struct schema_type TYPE_EARLIER = {"", read_earlier, write_nothing, "{}"};
