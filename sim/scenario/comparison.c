// SPDX-License-Identifier: BSD-2-Clause
#include "sim/scenario/comparison.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/time.h"

#define PPM_PERCENT 10000u              /* parts per million in one percent */

static const struct {
	const char *words;
	enum comparison_form form;
} forms[] = {
	{"exactly ", COMPARISON_EXACTLY}, {"under ", COMPARISON_UNDER}, {"at most ", COMPARISON_AT_MOST},
	{"over ", COMPARISON_OVER},       {"at least ", COMPARISON_AT_LEAST},
};

static const char *const examples[] = {
	[COMPARISON_COUNT] = "`exactly 3', `at least 3', `over 3', `under 3', `at most 3', `3 to 5'",
	[COMPARISON_PERCENT] = "`0%', `over 20%', `at least 5%', `under 5%', `5% to 10%'",
	[COMPARISON_TIME] = "`under 3.7s', `at most 500ms', `exactly 3.609375s', `3.6s +- 10ms', `3s to 4s'",
	[COMPARISON_DECIMAL] = "`at least 0.9', `under 1.2', `0.627 +- 0.01', `0.5 to 0.8'",
};

static const struct {
	const char *words;
	enum comparison_statistic statistic;
} statistics[] = {{"mean ", COMPARISON_MEAN}, {"median ", COMPARISON_MEDIAN}};

#define ERRORS_MOST 9

/* Digits, at most `decimals` behind a point, to a whole number of 10^-decimals. */
static bool parse_decimal(const char *text, size_t length, unsigned decimals, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0, digits = 0;

	for (; i < length && text[i] >= '0' && text[i] <= '9' && digits < 12; i++, digits++)
		v = v * 10 + (uint64_t)(text[i] - '0');
	if (digits == 0 || (i < length && decimals == 0))
		return false;
	unsigned missing = decimals;
	if (i < length) {
		if (text[i++] != '.' || i == length)
			return false;
		for (; i < length && missing > 0 && text[i] >= '0' && text[i] <= '9'; i++, missing--)
			v = v * 10 + (uint64_t)(text[i] - '0');
	}
	for (; missing > 0; missing--)
		v *= 10;
	*out = v;
	return i == length;
}

/* One value of the unit, blanks around it allowed. */
static bool parse_value(enum comparison_unit unit, const char *text, size_t length, uint64_t *out)
{
	char word[COMPARISON_TEXT];

	while (length > 0 && text[0] == ' ') {
		text++;
		length--;
	}
	while (length > 0 && text[length - 1] == ' ')
		length--;
	if (length == 0 || length >= sizeof word)
		return false;
	memcpy(word, text, length);
	word[length] = '\0';
	switch (unit) {
	case COMPARISON_COUNT:
		return parse_decimal(word, length, 0, out);
	case COMPARISON_PERCENT:
		return word[length - 1] == '%' && parse_decimal(word, length - 1, 4, out) &&
		       *out <= 100 * PPM_PERCENT;
	case COMPARISON_TIME: {
		vl_time t;

		if (!vl_time_parse(word, &t))
			return false;
		*out = t;
		return true;
	}
	case COMPARISON_DECIMAL:
		return parse_decimal(word, length, 6, out);
	}
	return false;
}

static bool parse_two(struct comparison *c, const char *text, const char *between, enum comparison_form form)
{
	const char *at = strstr(text, between);

	c->form = form;
	return at != NULL && parse_value(c->unit, text, (size_t)(at - text), &c->value) &&
	       parse_value(c->unit, at + strlen(between), strlen(at + strlen(between)), &c->other);
}

bool comparison_parse(struct comparison *c, enum comparison_unit unit, const char *text,
		      char mistake[COMPARISON_MISTAKE])
{
	*c = (struct comparison){.form = COMPARISON_EXACTLY, .unit = unit};
	mistake[0] = '\0';
	const char *rest = text;
	bool worded = false;

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (strncmp(text, forms[i].words, strlen(forms[i].words)) == 0) {
			c->form = forms[i].form;
			rest = text + strlen(forms[i].words);
			worded = true;
			break;
		}
	}
	if (parse_value(unit, rest, strlen(rest), &c->value))
		return true;
	/* "exactly 3.609375s +- 1ms" reads well too. */
	if ((!worded || c->form == COMPARISON_EXACTLY) && parse_two(c, rest, " +- ", COMPARISON_NEAR))
		return true;
	if (!worded && parse_two(c, rest, " to ", COMPARISON_RANGE)) {
		if (c->value <= c->other)
			return true;
		snprintf(mistake, COMPARISON_MISTAKE, "from the lower to the higher value");
		return false;
	}
	snprintf(mistake, COMPARISON_MISTAKE, "%s", examples[unit]);
	return false;
}

/* "863 within 3 standard errors" */
static bool parse_errors(struct comparison *c, const char *text)
{
	static const char within[] = " within ";
	const char *at = strstr(text, within);
	const char *number = at != NULL ? at + strlen(within) : NULL;

	if (at == NULL || number[0] < '1' || number[0] > '0' + ERRORS_MOST ||
	    (strcmp(number + 1, " standard errors") != 0 && strcmp(number + 1, " standard error") != 0))
		return false;
	c->form = COMPARISON_ERRORS;
	c->other = (uint64_t)(number[0] - '0');
	return parse_value(c->unit, text, (size_t)(at - text), &c->value);
}

bool comparison_parse_measure(struct comparison *c, enum comparison_unit unit, const char *text,
			      char mistake[COMPARISON_MISTAKE])
{
	char plain[COMPARISON_MISTAKE];
	enum comparison_statistic statistic = COMPARISON_EACH;

	for (size_t i = 0; i < sizeof statistics / sizeof statistics[0]; i++) {
		if (strncmp(text, statistics[i].words, strlen(statistics[i].words)) == 0) {
			statistic = statistics[i].statistic;
			text += strlen(statistics[i].words);
			break;
		}
	}
	*c = (struct comparison){.unit = unit};
	bool right = (statistic != COMPARISON_EACH && parse_errors(c, text)) || comparison_parse(c, unit, text, plain);
	c->statistic = statistic;
	mistake[0] = '\0';
	if (!right)
		snprintf(mistake, COMPARISON_MISTAKE, "%.100s; over seeds `mean V within 3 standard errors'", plain);
	return right;
}

bool comparison_holds(const struct comparison *c, uint64_t got)
{
	switch (c->form) {
	case COMPARISON_NONE:
		return true;
	case COMPARISON_EXACTLY:
		return got == c->value;
	case COMPARISON_UNDER:
		return got < c->value;
	case COMPARISON_AT_MOST:
		return got <= c->value;
	case COMPARISON_OVER:
		return got > c->value;
	case COMPARISON_AT_LEAST:
		return got >= c->value;
	case COMPARISON_RANGE:
		return got >= c->value && got <= c->other;
	case COMPARISON_NEAR:
		return (got > c->value ? got - c->value : c->value - got) <= c->other;
	case COMPARISON_ERRORS:
		break;
	}
	return false;
}

static void format_decimal(char text[COMPARISON_TEXT], uint64_t whole, uint64_t part, int decimals,
			   const char *unit)
{
	char digits[24] = "";

	if (part > 0) {
		int n = snprintf(digits, sizeof digits, ".%0*llu", decimals, (unsigned long long)part);
		while (n > 0 && digits[n - 1] == '0')
			digits[--n] = '\0';
	}
	snprintf(text, COMPARISON_TEXT, "%llu%s%s", (unsigned long long)whole, digits, unit);
}

char *comparison_value_format(char text[COMPARISON_TEXT], enum comparison_unit unit, uint64_t value)
{
	switch (unit) {
	case COMPARISON_COUNT:
		format_decimal(text, value, 0, 0, "");
		break;
	case COMPARISON_PERCENT:
		format_decimal(text, value / PPM_PERCENT, value % PPM_PERCENT, 4, "%");
		break;
	case COMPARISON_TIME:
		if (value == VL_NEVER)
			snprintf(text, COMPARISON_TEXT, "never");
		else if (value >= VL_S || value == 0)
			format_decimal(text, value / VL_S, value % VL_S, 9, "s");
		else if (value >= VL_MS)
			format_decimal(text, value / VL_MS, value % VL_MS, 6, "ms");
		else if (value >= VL_US)
			format_decimal(text, value / VL_US, value % VL_US, 3, "us");
		else
			format_decimal(text, value, 0, 0, "ns");
		break;
	case COMPARISON_DECIMAL:
		format_decimal(text, value / 1000000, value % 1000000, 6, "");
		break;
	}
	return text;
}

static const char *statistic_words(enum comparison_statistic s)
{
	for (size_t i = 0; i < sizeof statistics / sizeof statistics[0]; i++)
		if (statistics[i].statistic == s)
			return statistics[i].words;
	return "";
}

char *comparison_format(char text[COMPARISON_TEXT], const struct comparison *c)
{
	char value[COMPARISON_TEXT], other[COMPARISON_TEXT];
	const char *words = "", *of = statistic_words(c->statistic);

	comparison_value_format(value, c->unit, c->value);
	comparison_value_format(other, c->unit, c->other);
	if (c->form == COMPARISON_NONE)
		snprintf(text, COMPARISON_TEXT, "any");
	else if (c->form == COMPARISON_RANGE)
		snprintf(text, COMPARISON_TEXT, "%s%.35s to %.35s", of, value, other);
	else if (c->form == COMPARISON_NEAR)
		snprintf(text, COMPARISON_TEXT, "%s%.35s +- %.35s", of, value, other);
	else if (c->form == COMPARISON_ERRORS)
		snprintf(text, COMPARISON_TEXT, "%s%.40s within %u standard error%s", of, value, (unsigned)c->other,
			 c->other == 1 ? "" : "s");
	else {
		for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
			if (forms[i].form == c->form)
				words = forms[i].words;
		/* "exactly" goes without saying for a share: "0%". */
		if (c->form == COMPARISON_EXACTLY && c->unit == COMPARISON_PERCENT)
			words = "";
		snprintf(text, COMPARISON_TEXT, "%s%s%.60s", of, words, value);
	}
	return text;
}
