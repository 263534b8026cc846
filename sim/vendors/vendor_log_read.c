// SPDX-License-Identifier: BSD-2-Clause
/* Lines back into what they mean. Letters are compared in one case, by ASCII: no locale. */
#include <stdio.h>
#include <string.h>

#include "sim/vendors/vendor_log_parts.h"

#define ENOUGH 9                /* letters that must be found: "flip flop" */

const struct vendor_log_line *vendor_log_at(size_t i)
{
	return i < vendor_log_count ? &vendor_log_table[i] : NULL;
}

const char *vendor_product_text(enum vendor_product p)
{
	return vendor_log_product[p].name;
}

char *vendor_log_products(char *text, size_t room, const struct vendor_log_line *line)
{
	size_t n = 0;

	text[0] = '\0';
	for (int p = 0; p < VENDOR_PRODUCT_COUNT && n < room; p++)
		if ((line->products & UINT32_C(1) << p) != 0)
			n += (size_t)snprintf(text + n, room - n, "%s%s", n > 0 ? "; " : "", vendor_log_product[p].name);
	return text;
}

/* The letter that stands for a fact in a manual's page. */
static const char *letter_of(const char *name)
{
	static const char *const addresses[] = {"sender", "local", "missing"};
	static const char *const words[] = {"interface", "family", "from", "to", "why", "instance", "*"};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
		if (strncmp(name, addresses[i], strlen(addresses[i])) == 0)
			return "A";
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strncmp(name, words[i], strlen(words[i])) == 0)
			return i == 0 ? "IF" : "...";
	return strncmp(name, "mac", 3) == 0 ? "M" : "N";
}

char *vendor_log_pattern(char *text, size_t room, const struct vendor_log_line *line)
{
	size_t n = 0;

	for (const char *at = line->text; *at != '\0' && n + 4 < room;) {
		const char *close = *at == '{' ? strchr(at, '}') : NULL;
		if (close == NULL) {
			text[n++] = *at++;
			continue;
		}
		n += (size_t)snprintf(text + n, room - n, "%s", letter_of(at + 1));
		at = close + 1;
	}
	text[n] = '\0';
	return text;
}

/* --- finding --------------------------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with(const char *line, const char *what, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (line[i] == '\0' || lower(line[i]) != lower(what[i]))
			return false;
	return true;
}

static const char *find(const char *line, const char *what, size_t n)
{
	for (; *line != '\0'; line++)
		if (starts_with(line, what, n))
			return line;
	return NULL;
}

/* Letters of the pattern that the line has, in their order; 0: one piece is not there. */
static size_t fits(const char *line, const char *pattern)
{
	size_t score = 0;

	while (*pattern != '\0') {
		size_t n = strcspn(pattern, "{");

		if (n > 0) {
			line = find(line, pattern, n);
			if (line == NULL)
				return 0;
			line += n;
			score += n;
			pattern += n;
		}
		if (*pattern == '{')
			pattern += strcspn(pattern, "}") + 1;
	}
	return score >= ENOUGH ? score : 0;
}

size_t vendor_log_read(const char *pasted, struct vendor_log_match *match, size_t room)
{
	size_t count = 0;

	for (size_t i = 0; i < vendor_log_count; i++) {
		size_t score = fits(pasted, vendor_log_table[i].text), at = count;
		if (score == 0)
			continue;
		while (at > 0 && match[at - 1].score < score)
			at--;
		if (at >= room)
			continue;
		if (count < room)
			count++;
		memmove(&match[at + 1], &match[at], (count - 1 - at) * sizeof *match);
		match[at] = (struct vendor_log_match){&vendor_log_table[i], score};
	}
	return count;
}

/* --- guessing -------------------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Letters of the pattern's words of four letters and more that the line has, in any order. */
static size_t common(const char *line, const char *pattern)
{
	size_t score = 0;

	while (*pattern != '\0') {
		size_t n = 0;

		if (*pattern == '{') {
			pattern += strcspn(pattern, "}");
			continue;
		}
		while (is_letter(pattern[n]))
			n++;
		if (n >= 4 && find(line, pattern, n) != NULL)
			score += n;
		pattern += n > 0 ? n : 1;
	}
	return score;
}

void vendor_log_guess(const char *pasted, const struct vendor_log_line **line, const char **product)
{
	size_t best = 2 * ENOUGH;       /* two long words at least */

	*line = NULL;
	*product = NULL;
	for (size_t i = 0; i < vendor_log_count; i++) {
		size_t score = common(pasted, vendor_log_table[i].text);
		if (score > best) {
			best = score;
			*line = &vendor_log_table[i];
		}
	}
	for (int p = 0; p < VENDOR_PRODUCT_COUNT && *product == NULL; p++)
		for (size_t i = 0; i < VENDOR_LOG_SIGNS && vendor_log_product[p].sign[i] != NULL; i++)
			if (find(pasted, vendor_log_product[p].sign[i], strlen(vendor_log_product[p].sign[i])) != NULL)
				*product = vendor_log_product[p].name;
}
