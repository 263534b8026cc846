// SPDX-License-Identifier: BSD-2-Clause
/*
 * The scanner as a whole: bytes of a capture file in, documents out. The JSON one must be JSON and have the shape that
 * its schema name promises; what is for people has no byte that a terminal would obey.
 */
#include <jansson.h>

#include "probes/scan.h"
#include "tests/fuzz/fuzz.h"

struct document {
	char *text;
	size_t length;
};

static struct document print(const struct scan *s, bool (*format)(const struct scan *s, FILE *out))
{
	struct document d = {0};
	FILE *out = open_memstream(&d.text, &d.length);

	if (out == NULL)
		exit(1);
	FUZZ_ASSERT(format(s, out));
	FUZZ_ASSERT(fclose(out) == 0);
	return d;
}

/* --- what is for people ---------------------------------------------------------------------------------- */

/* UTF-8 of our own marks may be in it; control bytes but tabs and line ends may not. */
static void assert_harmless(struct document d)
{
	for (size_t i = 0; i < d.length; i++) {
		unsigned char c = (unsigned char)d.text[i];
		FUZZ_ASSERT((c >= 0x20 && c != 0x7f) || c == '\n' || c == '\t');
		/* C1 controls, as UTF-8 writes them */
		FUZZ_ASSERT(c != 0xc2 || i + 1 == d.length || (unsigned char)d.text[i + 1] >= 0xa0);
	}
	free(d.text);
}

/* --- JSON ------------------------------------------------------------------------------------------------ */

static const char *text_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	FUZZ_ASSERT(json_is_string(v));
	return json_string_value(v);
}

static json_int_t count_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	FUZZ_ASSERT(json_is_integer(v) && json_integer_value(v) >= 0);
	return json_integer_value(v);
}

static const json_t *list_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	FUZZ_ASSERT(json_is_array(v));
	return v;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

static void check_capture(const struct scan *s, const json_t *capture)
{
	FUZZ_ASSERT(json_is_object(capture));
	FUZZ_ASSERT(count_at(capture, "frames") == (json_int_t)s->frames);
	FUZZ_ASSERT(count_at(capture, "frames_passed") <= count_at(capture, "frames"));
	FUZZ_ASSERT(count_at(capture, "frames_malformed") <= count_at(capture, "frames"));
	FUZZ_ASSERT(count_at(capture, "frames_cut") <= count_at(capture, "frames"));
	FUZZ_ASSERT(json_is_number(json_object_get(capture, "heard_s")));
	(void)list_at(capture, "blind");
}

static void check_ids(const struct scan *s, const json_t *ids)
{
	static const char *const verdicts[] = {"clean", "warn", "conflict", NULL};

	FUZZ_ASSERT(json_array_size(ids) == s->id_count);
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const json_t *id = json_array_get(ids, i), *senders = list_at(id, "senders");
		json_int_t adverts = count_at(id, "adverts");
		FUZZ_ASSERT(text_at(id, "proto")[0] != '\0' && is_one_of(text_at(id, "verdict"), verdicts));
		FUZZ_ASSERT(adverts == 0 || json_array_size(senders) > 0);
		for (size_t k = 0; k < json_array_size(senders); k++)
			(void)count_at(json_array_get(senders, k), "count");
	}
}

/* Every finding is in our vocabulary, and is about frames that were there. */
static void check_findings(const struct scan *s, const json_t *findings)
{
	FUZZ_ASSERT(json_array_size(findings) == s->finding_count);
	for (size_t i = 0; i < json_array_size(findings); i++) {
		const json_t *f = json_array_get(findings, i), *evidence = list_at(f, "evidence");
		FUZZ_ASSERT(finding_find(text_at(f, "code")) != NULL);
		FUZZ_ASSERT(text_at(f, "summary")[0] != '\0' && text_at(f, "why")[0] != '\0');
		/* what is no trouble needs no remedy */
		FUZZ_ASSERT(strcmp(text_at(f, "severity"), "info") == 0 || json_array_size(list_at(f, "remedy")) > 0);
		FUZZ_ASSERT(json_array_size(evidence) <= (size_t)count_at(f, "evidence_frames"));
		for (size_t k = 0; k < json_array_size(evidence); k++) {
			json_int_t frame = count_at(json_array_get(evidence, k), "frame");
			FUZZ_ASSERT(frame >= 1 && frame <= (json_int_t)s->frames);
		}
	}
}

static void check_json(const struct scan *s, struct document d)
{
	static const char *const verdicts[] = {"clean", "warn", "conflict", "inconclusive", NULL};
	json_error_t error;
	json_t *document = json_loadb(d.text, d.length, JSON_REJECT_DUPLICATES, &error);

	if (document == NULL)
		fprintf(stderr, "%s\n%.*s\n", error.text, (int)d.length, d.text);
	FUZZ_ASSERT(json_is_object(document));
	FUZZ_ASSERT(strcmp(text_at(document, "schema"), "viplab.scan/1") == 0);
	FUZZ_ASSERT(is_one_of(text_at(document, "verdict"), verdicts));
	FUZZ_ASSERT(json_is_boolean(json_object_get(document, "complete")));
	check_capture(s, json_object_get(document, "capture"));
	check_ids(s, list_at(document, "ids"));
	check_findings(s, list_at(document, "conflicts"));
	FUZZ_ASSERT(json_is_object(json_object_get(document, "free")));
	json_decref(document);
	free(d.text);
}

void fuzz_scan(const uint8_t *bytes, size_t length)
{
	const struct scan_options options = {.version = "0", .file = "fuzz.pcap", .format = SCAN_JSON,
					     .most_time = VL_NEVER};
	char error[CAPTURE_ERROR];
	struct capture_file *c = capture_open(fuzz_file(bytes, length), error);
	struct scan s;

	if (!(c != NULL ? scan_gather(&s, &options, c, NULL, NULL) : scan_nothing(&s, &options, options.file, error)))
		exit(1);
	check_json(&s, print(&s, scan_print_json));
	assert_harmless(print(&s, scan_print_table));
	assert_harmless(print(&s, scan_print_tsv));
	assert_harmless(print(&s, scan_print_check));
	assert_harmless(print(&s, scan_print_free));
	int status = scan_status(&s);
	FUZZ_ASSERT(status >= 0 && status <= 3);
	scan_release(&s);
	capture_close(c);
}
